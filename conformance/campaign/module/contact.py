"""The first contact with a module: what is sent until AT is answered, and to learn why it is not.

Nothing is judged before the first OK, so nothing that is judged is disturbed. Each line stands in
the log.
"""

from atverdict.conformance.campaign.patience import Inconclusive
from atverdict.conformance.campaign.session import Session
from atverdict.conformance.judge.first_contact import SLEEP_OFF
from atverdict.conformance.judge.peer_kind import SIM_STATE

__all__ = ["answers_again", "identify", "make_contact"]

ATTEMPTS = 3
FIRST_TIMEOUT_S = 2.0
TIMEOUT_S = 1.0
IDENTITY = (b"ATI", b"AT+GMR")


def make_contact(session: Session) -> None:
    """Have AT answered with OK, with what V.250 and 3GPP TS 27.010 document for it.

    Raises `Inconclusive` where it is not answered, and `PcoClosed` when the port is gone.
    """
    contact = session.interconnection.contact
    answered = session.knock(FIRST_TIMEOUT_S)
    for _ in range(ATTEMPTS - 1):  # half a line of the last user may have spoiled the first one
        if answered:
            break
        if remedy := contact.remedy:
            session.try_remedy(remedy, TIMEOUT_S)
        answered = session.knock(TIMEOUT_S)
    if not answered:
        raise Inconclusive(session.interconnection.missing)
    if contact.slept:
        for _ in range(ATTEMPTS):  # it is asleep again by now, and this machine may be busy
            if not contact.sleep_settled:
                session.knock(TIMEOUT_S, second=SLEEP_OFF)
        if not session.command(b"AT", timeout_s=TIMEOUT_S).succeeded:
            raise Inconclusive(session.interconnection.missing)


def answers_again(session: Session, timeout_s: float) -> bool:
    """Tell whether AT is answered after a start, in the settings that the first contact needed.

    Raises `PcoClosed` when the port is gone.
    """
    for setting in session.interconnection.contact.settings:
        session.command(setting.strip(), timeout_s=timeout_s)
    return session.command(b"AT", timeout_s=timeout_s).succeeded


def identify(session: Session) -> None:
    """Ask a peer that refuses the flow what it is, and whether its SIM is the reason."""
    contact = session.interconnection.contact
    if not contact.refused:
        return
    for line in IDENTITY:
        if not contact.identified:
            session.command(line)
    for line in SIM_STATE:
        session.command(line)
