"""The first contact: what was sent before the peer proved to be an IUT, and what came."""

import re

from atverdict.conformance.evidence.log import Header, Port, Received, Record, Sent, from_text
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.judge.peer_kind import (
    CLOSE_MULTIPLEXER,
    NOISE_OF_LINE,
    NOTHING,
    PORTS,
    TEXT_OF_ANOTHER,
    PeerKind,
    Turn,
    kind_of,
    sim_problem,
)

__all__ = ["BAUD_RATES_TRIED", "KNOCK_S", "SLEEP_OFF", "FirstContact", "is_contact_line"]

BAUD_RATES_TRIED = "baud_rates_tried"
"""The entry of the log's environment with the rates that were tried before the run."""
KNOCK_S = 0.08
"""The time after which AT is sent once more if no octet came. A module that sleeps loses the first
line and is awake for 100 ms."""
PAIR_S = 0.8
"""The most time between two AT of one attempt, on a machine that is busy."""
SLEEP_OFF = b"AT+QSCLK=0\r"
MOST_TURNS = 64
MOST_OCTETS = 1024
"""The octets of each turn that are kept; the others are counted."""
SHOWN_OCTETS = 64
_LINES = frozenset({b"AT", b"ATQ0", b"ATV1", b"AT+QSCLK=0"})
_MENDED = {
    b"ATQ0\r": "The module gave no result codes (ATQ1). The suite has sent ATQ0.",
    b"ATV1\r": "The module gave result codes as numbers (ATV0). The suite has sent ATV1.",
    CLOSE_MULTIPLEXER: "The module was in the mode of the multiplexer (AT+CMUX). The suite has "
    "sent the frame that ends it.",
}
_NAMES = {CLOSE_MULTIPLEXER: "the frame that ends the multiplexer's mode"}
_OF_THIS_MACHINE = frozenset({"serial", "pty"})
"""The transports of ports that `atverdict ports` knows."""
_OK = re.compile(rb"(?:^|[\r\n])OK\r")
_ERROR = re.compile(rb"(?:^|[\r\n])(?:ERROR|\+CM[ES] ERROR:)")
_IDENTITY = (b"ATI\r", b"AT+GMR\r")


def is_contact_line(octets: bytes) -> bool:
    """Tell whether a line is sent only to have AT answered; before its OK nothing is judged."""
    return octets.strip(b"\r\n").upper() in _LINES


class FirstContact:
    """The turns of the first contact, and what they say about the peer.

    Only the beginning of a log is kept, and of each turn only its first octets.
    """

    def __init__(self) -> None:
        """Begin with an empty log."""
        self._header: Header | None = None
        self._sent: list[bytes] = [b""]
        self._came: list[bytearray] = [bytearray()]
        self._instants_s: list[float] = [0.0]
        self._left_out = 0
        self._lost = ""
        """Why the port was lost; empty where it was not."""
        self._now_s = 0.0

    def hear(self, record: Record) -> None:
        """Take the next record."""
        match record:
            case Header():
                self._header = record
            case Sent() if len(self._sent) < MOST_TURNS:
                self._sent.append(from_text(record.octets))
                self._came.append(bytearray())
                self._instants_s.append(record.t)
            case Received():
                room = MOST_OCTETS - len(self._came[-1])
                octets = from_text(record.octets)
                self._came[-1] += octets[:room]
                self._left_out += max(0, len(octets) - room)
            case Port(open=False):
                self._lost = record.reason or "it was closed"
            case _:
                pass
        self._now_s = getattr(record, "t", self._now_s)

    @property
    def turns(self) -> list[Turn]:
        """The turns, in their order; the first one is what came before anything was sent."""
        return [Turn(sent, bytes(came)) for sent, came in zip(self._sent, self._came, strict=True)]

    @property
    def remedy(self) -> bytes:
        """Octets that may bring the peer to answer AT and were not sent yet; empty if none is."""
        untried = (octets for octets in kind_of(self.turns).remedies if octets not in self._sent)
        return next(untried, b"")

    @property
    def slept(self) -> bool:
        """True where an AT was lost, and the one directly behind it was the first one answered."""
        turns = self.turns
        first = next((n for n, turn in enumerate(turns) if _OK.search(turn.came)), 0)
        before, answered = turns[first - 1], turns[first]
        if not before.sent == answered.sent == b"AT\r" or before.came:
            return False
        directly = self._instants_s[first] - self._instants_s[first - 1] < PAIR_S
        return directly and len(_OK.findall(answered.came)) == 1

    @property
    def sleep_settled(self) -> bool:
        """True where the line that switches sleep off was answered."""
        return any(turn.sent == SLEEP_OFF and turn.answer for turn in self.turns)

    @property
    def settings(self) -> tuple[bytes, ...]:
        """The settings that helped. A module that has stored others needs them after each start."""
        return tuple(octets for octets in self._helped() if octets.startswith(b"AT"))

    @property
    def refused(self) -> bool:
        """True where commands of the flow were answered with an error."""
        return any(_ERROR.search(turn.came) for turn in self._of_flow())

    @property
    def identified(self) -> bool:
        """True where the peer has said what it is."""
        return bool(self._identity()[1])

    def notes(self) -> tuple[str, ...]:
        """Return what the suite did so that AT was answered, each a sentence or two."""
        said = [_MENDED[remedy] for remedy in self._helped()]
        if self.slept:
            said.append(f"The first AT was lost: the module sleeps. {self._sleep_switched_off()}")
        return tuple(said)

    def _helped(self) -> list[bytes]:
        """Return the remedies behind which the peer began to answer, up to its first OK."""
        helped: list[bytes] = []
        remedy = b""
        for turn in self.turns:
            remedy = turn.sent if turn.sent in _MENDED else remedy
            if turn.sent[:2] == b"AT" and turn.sent in _MENDED and not turn.answer:
                remedy = b""  # one that takes effect is answered itself
            if remedy and turn.answer and remedy not in helped:
                helped.append(remedy)
            if _OK.search(turn.came):
                return helped
        return []

    def _sleep_switched_off(self) -> str:
        for turn in self.turns:
            if turn.sent == SLEEP_OFF and _OK.search(turn.came):
                return "The suite has switched that off (AT+QSCLK=0)."
        return "It refused AT+QSCLK=0: keep it awake (DTR), or command lines are lost."

    def silence(self) -> str:
        """Say what came in place of the first OK, what that is, and what to do."""
        kind = kind_of(self.turns)
        if self._lost and kind in (NOTHING, TEXT_OF_ANOTHER):
            meaning = (
                f"The port was lost ({self._lost}): another program has it, or the device went away"
            )
            return f"{self._what_came(kind)}. {meaning}. Look who else uses it, and run again"
        meaning, advice = self._fitting(kind)
        tried = [_name(octets) for octets in kind.remedies if octets in self._sent]
        in_vain = f" {_capital(' and '.join(tried))} did not help." if tried else ""
        return f"{self._what_came(kind)}. {meaning}.{in_vain} {advice}"

    def _what_came(self, kind: PeerKind) -> str:
        count = sum(1 for sent in self._sent if sent == b"AT\r")
        octets = b"".join(self._came)
        asked = f"AT was sent {count} times in {self._now_s - self._instants_s[0]:.1f} s"
        if not octets:
            return f"{asked}, and nothing came"
        came = _shown(octets, self._left_out, binary=kind.binary)
        return f"{asked}, and never answered with OK; this came: {came}"

    def _fitting(self, kind: PeerKind) -> tuple[str, str]:
        """Return meaning and advice, as they fit the port and what was tried before."""
        header = self._header
        meaning, advice = kind.meaning, kind.advice
        if header is None or header.transport in _OF_THIS_MACHINE:
            if header is not None and BAUD_RATES_TRIED in header.environment:
                tried = "AT was answered at none of the baud rates that were tried"
                if kind is NOISE_OF_LINE or kind is NOTHING:
                    return f"{meaning}; {tried}", f"Look at the cable{PORTS} lists other ports"
            return meaning, advice
        if kind is NOISE_OF_LINE:
            return meaning, "Set the rate of the line behind the port"
        return meaning, advice.partition(PORTS)[0]

    def stranger(self, named: int, needed: int) -> str:
        """Say how a peer that answers AT treats the flow, what it may be, and what to do."""
        asked = self._of_flow()
        how = (
            f"it answered AT with OK, but {named} of {len(asked)} queries of the flow with the "
            f"command's own name, and {needed} are needed"
        )
        if asked:
            first = asked[0]
            answer = _shown(first.answer) if first.answer else "nothing"
            how = f"{how}; {_shown(first.sent.strip())} was answered: {answer}"
        return f"{how}. {self._stranger_is()}"

    def _stranger_is(self) -> str:
        if self.refused:
            return self._refuser_is()
        if self.slept:
            return "This module sleeps between command lines. Keep it awake (DTR, AT+QSCLK=0)"
        if any(turn.answer for turn in self._of_flow()):
            return f"This is a program or a device that knows no command. {_OTHER_DEVICE}"
        return (
            "This is a module that is busy, or a device that answers AT alone. Restart it, and end "
            "other programs on its port"
        )

    def _refuser_is(self) -> str:
        problem, remedy = sim_problem(b"".join(turn.came for turn in self.turns))
        if problem:
            return (
                f"{_capital(problem)}, and the module refuses the commands of the flow. {remedy} "
                "and run again; if they are refused then too, the firmware has no QuecThing"
            )
        line, identity = self._identity()
        if not identity:
            what = "This is a module whose firmware has no QuecThing, or another AT device"
            return f"{what}. {_OTHER_DEVICE}"
        said = f"{line} was answered: {_shown(identity)}"
        if b"quectel" in identity.lower():
            what = "This firmware has no QuecThing"
            return f"{said}. {what}. Load a firmware of this module with QuecThing"
        return f"{said}. This is another AT device, without QuecThing. {_OTHER_DEVICE}"

    def _of_flow(self) -> list[Turn]:
        return [turn for turn in self.turns if turn.sent.upper().startswith(b"AT+QIOT")]

    def _identity(self) -> tuple[str, bytes]:
        """Return the line that asked what the peer is, and the answer; empty for none."""
        for turn in self.turns:
            if turn.sent in _IDENTITY and not _ERROR.search(turn.came):
                lines = [line.strip() for line in turn.answer.splitlines()]
                told = b", ".join(line for line in lines if line not in (b"", b"OK"))
                if told:
                    return turn.sent.decode("ascii").strip(), told
        return "", b""


_OTHER_DEVICE = (
    f"Give --iut the port of a module with QuecThing{PORTS} tells which one answers AT+QIOT"
)


def _name(octets: bytes) -> str:
    return _NAMES.get(octets) or octets.decode("ascii").strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shown(octets: bytes, left_out: int = 0, *, binary: bool = False) -> str:
    """Show octets, and how many more there were."""
    more = max(0, len(octets) - SHOWN_OCTETS) + left_out
    begin = octets[:SHOWN_OCTETS]
    text = begin.hex(" ").upper() if binary else printable(begin)
    return f"{text} ... ({more} more octets)" if more else text
