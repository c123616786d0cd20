"""The first contact: what came is shown, told by name, and mended where that is documented."""

from collections.abc import Callable

import pytest
from support.strangers import (
    OK,
    STRANGERS,
    Mode,
    Stranger,
    always,
    first_contact,
    in_mode,
    noise,
)

from atverdict.adapters.pco import PcoClosed, Reception
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.peer_kind import CLOSE_MULTIPLEXER
from atverdict.reports.formats.markdown import markdown
from atverdict.reports.formats.summary import summary


def _bare(text: str) -> str:
    """Leave out blanks: a terminal has lines of 80 columns."""
    return "".join(text.split())


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_told_by_its_name(name: str) -> None:
    says, came, meaning = STRANGERS[name]
    ran = first_contact(Stranger(says))
    told = ran.judgement.no_evidence_because
    assert told.startswith("the peer did not pass the basic interconnection test: "), told
    assert came in told
    assert meaning in told
    assert set(ran.those(Outcome.INCONCLUSIVE).values()) == {told}
    assert _bare(told) in _bare(summary(ran.judgement))
    assert ran.judgement.exit_code == 2
    assert not ran.those(Outcome.PASS, Outcome.FAIL, Outcome.WARNING)
    assert ran.judgement.purposes[0].problem in told
    assert ran.judgement.duration_s < 40
    assert "\x1b" not in told


@pytest.mark.parametrize("seed", range(8))
def test_noise_is_taken_for_nothing_else(seed: int) -> None:
    told = first_contact(Stranger(noise(seed))).judgement.no_evidence_because
    assert "This is framing noise" in told


def test_a_port_of_another_machine_is_not_looked_for_here() -> None:
    nothing = first_contact(Stranger(always(b""), "tcp")).judgement.no_evidence_because
    heard = first_contact(Stranger(noise(1), "tcp")).judgement.no_evidence_because
    assert "atverdict ports" not in nothing
    assert "--try-baud-rates" not in nothing + heard
    assert "Set the rate of the line behind the port" in heard


@pytest.mark.parametrize("said", [b"", b"Port already in use\r\n"])
def test_a_port_that_is_closed_at_once_is_said(said: bytes) -> None:
    told = first_contact(Closing(lambda _: said)).judgement.no_evidence_because
    assert "The port was lost (the other side closed the port): another program has it" in told
    assert ("Port already in use<CR><LF>" if said else "nothing came") in told


class Closing(Stranger):
    """A port that is closed after the first thing that is said."""

    def read(self, until_s: float) -> Reception | None:  # noqa: D102 - see `Stranger`
        reception = super().read(until_s)
        if reception is None and until_s > 0:
            raise PcoClosed("the other side closed the port")
        return reception

    def reopen(self, until_s: float) -> bool:  # noqa: D102 - see `Stranger`
        return until_s > self.now()


class Numbers(Mode):
    """ATV0: result codes are numbers."""

    verbose = False

    def start(self) -> None:  # noqa: D102 - see `Mode`
        self.verbose = False

    def to_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        self.verbose = self.verbose or octets == b"ATV1\r"
        return octets

    def from_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        if self.verbose:
            return octets
        return octets.replace(OK, b"0\r").replace(b"\r\nERROR\r\n", b"4\r")


class Quiet(Mode):
    """ATQ1: no result codes; an echo comes all the same."""

    quiet = True

    def start(self) -> None:  # noqa: D102 - see `Mode`
        self.quiet = True

    def to_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        self.quiet = self.quiet and octets != b"ATQ0\r"
        return octets

    def from_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        return octets.replace(OK, b"") if self.quiet else octets


class QuietNumbers(Quiet, Numbers):
    """Both."""

    def start(self) -> None:  # noqa: D102 - see `Mode`
        self.quiet, self.verbose = True, False

    def to_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        return Quiet.to_module(self, Numbers.to_module(self, octets))

    def from_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        return Numbers.from_module(self, Quiet.from_module(self, octets))


class Multiplexed(Mode):
    """AT+CMUX: nothing but frames is understood; nothing comes."""

    open = True

    def to_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        if not self.open:
            return octets
        self.open = octets != CLOSE_MULTIPLEXER
        return b""


class Asleep(Mode):
    """Asleep 0.15 s after the last octet; the line that wakes it is lost."""

    awake_until_s = 0.0
    sleeps = True

    def to_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        awake = self.now() < self.awake_until_s or not self.sleeps
        self.awake_until_s = self.now() + 0.15
        if awake and octets == b"AT+QSCLK=0\r":
            self.sleeps = False
            return b"AT\r"
        return octets if awake else b""


class AsleepForLong(Asleep):
    """The first attempts come too late, as on a machine that is busy."""

    def to_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        return super().to_module(octets) if self.now() > 2.5 else b""


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (Numbers, ("ATV0", "has sent ATV1")),
        (Quiet, ("ATQ1", "has sent ATQ0")),
        (QuietNumbers, ("has sent ATQ0", "has sent ATV1")),
        (Multiplexed, ("AT+CMUX", "has sent the frame that ends it")),
        (Asleep, ("the module sleeps", "has switched that off (AT+QSCLK=0)")),
        (AsleepForLong, ("the module sleeps", "has switched that off (AT+QSCLK=0)")),
    ],
)
def test_a_mode_is_left_and_nothing_else_changes(
    mode: Callable[[], Mode], words: tuple[str, ...], plain: dict[str, str]
) -> None:
    ran = in_mode(mode())
    assert ran.judgement.proved
    assert ran.outcomes() == plain
    said = " ".join(ran.judgement.contact)
    for word in words:
        assert word in said
    assert ran.result["environment"] == list(ran.judgement.contact)
    assert all(note.partition(".")[0] in markdown(ran.judgement) for note in ran.judgement.contact)
    assert all(_bare(note) in _bare(summary(ran.judgement)) for note in ran.judgement.contact)


@pytest.fixture(scope="module")
def plain() -> dict[str, str]:
    """Return the outcomes of the simulator in no mode."""
    ran = in_mode(Mode())
    assert ran.judgement.contact == ()
    return ran.outcomes()


def test_settings_that_the_module_has_stored_come_back_with_its_power() -> None:
    plain = in_mode(Mode(), "persistence")
    stored = in_mode(QuietNumbers(), "persistence")
    assert stored.outcomes() == plain.outcomes()
    assert stored.those(Outcome.PASS)


class WithoutSim(Mode):
    """No SIM: the flow is understood, and the platform is never reached."""

    def __init__(self, *, refuses: bool) -> None:
        super().__init__()
        self.refuses, self.said = refuses, b""
        self.mode = b"0"

    def to_module(self, octets: bytes) -> bytes:  # noqa: D102 - see `Mode`
        if octets == b"AT+CPIN?\r":
            self.said = b"\r\n+CME ERROR: SIM not inserted\r\n"
        elif octets in (b"AT+QIOTREG=1\r", b"AT+QIOTREG=2\r"):
            self.said = b"\r\nERROR\r\n" if self.refuses else OK
            self.mode = self.mode if self.refuses else octets[11:12]
        elif octets == b"AT+QIOTREG?\r":
            self.said = b"\r\n+QIOTREG: " + self.mode + b"\r\n" + OK
        else:
            self.mode = b"0" if octets == b"AT+QIOTREG=0\r" else self.mode
            return octets
        return b""

    def read(self, until_s: float) -> Reception | None:  # noqa: D102 - see `Mode`
        if self.said and until_s > self.now():
            said, self.said = self.said, b""
            return Reception(said, self.now())
        return super().read(until_s)


@pytest.mark.parametrize("refuses", [True, False])
def test_no_sim_is_no_fault_of_the_module(refuses: bool) -> None:  # noqa: FBT001
    mode = WithoutSim(refuses=refuses)
    ran = in_mode(mode, "registration")
    assert mode.sent.count(b"AT+CPIN?\r") == 1
    assert not ran.those(Outcome.FAIL, Outcome.WARNING)
    assert ran.judgement.exit_code == 2
    assert ran.judgement.inconclusive_because.startswith("there is no SIM; ")
    assert ran.judgement.contact == ("There is no SIM. Insert one.",)
    broken = "SOTA-CMD-REG-003" if refuses else "SOTA-CMD-REG-006"
    assert ran.those(Outcome.INCONCLUSIVE)[broken].startswith("there is no SIM; expected ")
    reasons = " ".join(ran.those(Outcome.INCONCLUSIVE).values())
    assert ": there is no SIM. Insert one" in reasons


def test_an_answer_to_the_last_user_is_not_judged(plain: dict[str, str]) -> None:
    mode = Mode()
    mode.module.write(b"AT\r")
    assert in_mode(mode).outcomes() == plain


def test_a_second_at_follows_within_100_ms() -> None:
    asleep = Asleep()
    in_mode(asleep)
    assert asleep.sent[:2] == [b"AT\r", b"AT\r"]
    assert asleep.instants_s[1] - asleep.instants_s[0] < 0.1


def test_a_module_that_answers_at_once_is_sent_nothing_else() -> None:
    mode = Mode()
    in_mode(mode)
    assert mode.sent[:2] == [b"AT\r", b"AT\r"]
    assert not {b"ATQ0\r", b"ATV1\r", b"ATI\r", CLOSE_MULTIPLEXER} & set(mode.sent)


def test_a_module_that_stays_asleep_is_named() -> None:
    awake_s = 0.0

    def says(octets: bytes) -> bytes:
        nonlocal awake_s
        awake, awake_s = stranger.now() < awake_s, stranger.now() + 0.09
        return (OK if octets == b"AT\r" else b"\r\nERROR\r\n") if awake else b""

    stranger = Stranger(lambda octets: says(octets) if octets else b"")
    judgement = first_contact(stranger).judgement
    assert "This module sleeps between command lines" in judgement.no_evidence_because
    assert "It refused AT+QSCLK=0" in " ".join(judgement.contact)
