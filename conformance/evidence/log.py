"""The conformance log: one JSON object a line, header first, footer last, written as it happens."""

import binascii
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec

from atverdict.spec.model import Role

__all__ = [
    "Abandoned",
    "Begin",
    "ControlAction",
    "CutShort",
    "Effort",
    "End",
    "Expected",
    "Footer",
    "GaveUp",
    "Header",
    "LogError",
    "LogLost",
    "LogWriter",
    "NotAgain",
    "NotTested",
    "Package",
    "Port",
    "Received",
    "Record",
    "Reset",
    "Resumed",
    "RoundTrip",
    "Sent",
    "Stall",
    "Unanswered",
    "Waited",
    "from_text",
    "header_of",
    "read_log",
    "to_text",
]

FORMAT = 1
"""The version of the log's form; logs of another form are refused."""
NO_TRANSPORT = "none"
"""The transport in the header of a run that has reached no IUT."""
LONGEST_LINE_OCTETS = 1 << 28
"""The most octets of a line: a package of 192 MiB fits. A longer line is refused."""


class LogError(Exception):
    """A log that cannot be read; the message names the file, the line and the problem."""


class LogLost(Exception):
    """The log cannot be written any more; it is whole up to its last whole line."""


class Effort(StrEnum):
    """The effort of a run, from the least to the most."""

    QUICK = "quick"
    STANDARD = "standard"
    DEEP = "deep"

    def includes(self, other: "Effort") -> bool:
        """Tell whether this effort includes all tests of another one."""
        order = tuple(Effort)
        return order.index(other) <= order.index(self)


class _Record(msgspec.Struct, frozen=True, tag_field="kind", omit_defaults=True):
    """The common form of all records."""


class Header(_Record, frozen=True, tag="header"):
    """The IUT, the means of testing and the specification."""

    format: int
    suite_version: str
    specification: str
    """SHA-256 of the specification's data."""
    profile: str
    role: Role
    address: str
    transport: str
    opened_at: str
    """Date and time of the PCO's clock zero, ISO 8601."""
    baudrate: int | None = None
    """The rate of the line, in bit/s; None where octets take no time."""
    octet_bits: int = 10
    """The bit times of an octet on that line."""
    uncertainty_s: float = 0.0
    """How far an instant may be wrong because of the transport."""
    iut: dict[str, str] = {}
    pixit: dict[str, object] = {}
    """The PIXIT of the run, without its secrets."""
    effort: Effort = Effort.STANDARD
    selection: tuple[str, ...] = ()
    """The names after ``--select``; empty for an unrestricted run."""
    plan_control: bool = False
    """True where a control agent arms plans: only then the offers of the platform are known."""
    replay: bool = False
    """True where a stored sequence of command lines was sent instead of the test purposes."""
    pics: dict[str, object] = {}
    """The PICS of the run."""
    environment: dict[str, str] = {}
    """The means of testing: versions, platform, adapter."""

    @property
    def octet_s(self) -> float:
        """The time of one octet on the line, in seconds."""
        return self.octet_bits / self.baudrate if self.baudrate else 0.0


class Sent(_Record, frozen=True, tag="sent"):
    """Octets to the IUT; in the module's role one record is one command line."""

    t: float
    """Seconds on the PCO's clock when the last octet had been handed over."""
    octets: str
    """One character an octet (ISO 8859-1)."""


class Received(_Record, frozen=True, tag="received"):
    """Octets from the IUT that arrived together."""

    t: float
    octets: str


class GaveUp(_Record, frozen=True, tag="gave-up"):
    """The suite stopped waiting for the final result code of the pending command."""

    t: float
    after_s: float


class Unanswered(_Record, frozen=True, tag="unanswered"):
    """Host role: the suite, as the module, does not answer the open command lines."""

    t: float


class Waited(_Record, frozen=True, tag="waited"):
    """The suite listened until now; an event that had not come by then did not come."""

    t: float


class Expected(_Record, frozen=True, tag="expected"):
    """The events that the suite expects from now on, by a requirement."""

    t: float
    requirement: str
    events: tuple[tuple[int, int], ...]
    """Any of these pairs of type and code; the code 0 stands for every code of the type."""
    within_s: float
    """Counted from `t`."""
    since: int = 0
    """Events after this line of the log count: it has the command that causes them."""
    instead: tuple[tuple[int, int], ...] = ()
    """Events that show at once that the expected ones do not come."""
    forbidden: bool = False
    """True: none of the events may come."""
    otherwise: str = "fail"
    """The verdict where the expectation is not met: ``fail`` or ``inconclusive``."""
    because: str = ""
    """The cause: the plan that is armed, or the command that was sent."""


class ControlAction(_Record, frozen=True, tag="control"):
    """A request to the control agent, and its reply."""

    t: float
    action: str
    arguments: dict[str, object] = {}
    reply: dict[str, object] = {}


class Package(_Record, frozen=True, tag="package"):
    """A package that the laboratory uploaded; blocks are compared with it."""

    t: float
    component: str
    octets: str
    """Base64."""


class Port(_Record, frozen=True, tag="port"):
    """The port was lost, or is back."""

    t: float
    open: bool
    reason: str = ""


class RoundTrip(_Record, frozen=True, tag="round-trip"):
    """The time until `AT` is answered, in seconds: the least that transport and IUT need.

    It is measured before the first command line that has a limit. It includes the time on the line.
    """

    t: float
    count: int
    least_s: float
    median_s: float
    p95_s: float
    most_s: float
    network_s: float | None = None
    """The time of a round trip through the network alone, where opening the port has shown it."""


class Stall(_Record, frozen=True, tag="stall"):
    """The suite itself was late: it did not look at the port between ``t - late_s`` and `t`.

    The machine was busy, or the suite was stopped. Not on virtual time.
    """

    t: float
    late_s: float
    """Seconds that a short wait, or the loop around it, took longer than it should."""


class Reset(_Record, frozen=True, tag="reset"):
    """The IUT starts again (power cycle): a pending command and half an answer are void."""

    t: float


class Abandoned(_Record, frozen=True, tag="abandoned"):
    """The suite counts the upgrade as ended, though the IUT has said nothing of its end."""

    t: float
    reason: str


class CutShort(_Record, frozen=True, tag="cut-short"):
    """The suite stopped waiting for events before the time was over in which they were due."""

    t: float
    events: tuple[tuple[int, int], ...]
    """What is not waited for any longer: pairs of type and code."""
    after_s: float
    """The time that it has waited."""


class NotAgain(_Record, frozen=True, tag="not-again"):
    """The same time-out has come often enough: the suite does not try the same again."""

    t: float
    reason: str
    """A sentence: what did not come, and what is not done any more."""


class Begin(_Record, frozen=True, tag="begin"):
    """A test purpose begins."""

    t: float
    purpose: str
    sentence: str
    requirements: tuple[str, ...]
    negative: bool = False
    """True where the purpose provokes refusals: a failure counts only if the IUT stays sane."""
    chances: tuple[str, ...] = ()
    """The requirements that it may exercise, if the IUT gives the occasion."""


class End(_Record, frozen=True, tag="end"):
    """A test purpose ends; `problem` is the reason where it did not reach its end."""

    t: float
    purpose: str
    problem: str = ""
    error: bool = False
    """True where the suite itself failed."""
    insane: bool = False
    """True where the sanity dialogue around a negative group failed."""


class NotTested(_Record, frozen=True, tag="not-tested"):
    """A requirement that this run does not test, with the reason."""

    requirement: str
    reason: str
    applicable: bool = True


class Resumed(_Record, frozen=True, tag="resumed"):
    """The interrupted run goes on; it is not known what happened to the IUT meanwhile."""

    t: float
    opened_at: str
    """Date and time at which the port was opened again, ISO 8601."""


class Footer(_Record, frozen=True, tag="footer"):
    """The end of the run, or of the part before an interruption."""

    t: float
    complete: bool
    reason: str = ""
    """The reason why the run is not complete."""


Record = (
    Header
    | Sent
    | Received
    | GaveUp
    | Unanswered
    | Waited
    | Expected
    | ControlAction
    | Package
    | Port
    | RoundTrip
    | Stall
    | Reset
    | Abandoned
    | CutShort
    | NotAgain
    | Begin
    | End
    | NotTested
    | Resumed
    | Footer
)

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Record).decode


def to_text(octets: bytes) -> str:
    """Turn octets into the text of the log: one character an octet."""
    return octets.decode("latin-1")


def from_text(text: str) -> bytes:
    """Turn the text of the log back into octets."""
    return text.encode("latin-1")


class LogWriter:
    """The writer of a log: it writes records as they happen, and shows each to observers."""

    def __init__(self, stream: BinaryIO, earlier: tuple[Record, ...] = ()) -> None:
        """Write to `stream`, which must give every write to the operating system at once.

        `earlier` are the records that are in the file already, where an interrupted run goes on.
        """
        self._stream = stream
        self._earlier = earlier
        self.lines = len(earlier)
        """The number of records of the log."""
        self.lost = ""
        """The reason why nothing can be written any more; empty where there is none."""
        self._observers: list[Callable[[Record], object]] = []

    def attach(self, observer: Callable[[Record], object]) -> None:
        """Show every record to `observer`: the earlier ones now, new ones once they are written."""
        for record in self._earlier:
            observer(record)
        self._observers.append(observer)

    def _append(self, octets: bytes) -> None:
        """Write all octets; a disk that is nearly full may take some of them without an error."""
        try:
            while octets:
                octets = octets[self._stream.write(octets) :]
        except OSError as error:
            self.lost = f"the log cannot be written: {error.strerror}"

    def write(self, record: Record) -> None:
        """Write one record as one whole line.

        Raises `LogLost` where that fails, and then every time: nothing may follow half a line.
        """
        if not self.lost:
            self._append(_encode(record) + b"\n")
        if self.lost:
            raise LogLost(self.lost)
        self.lines += 1
        for observer in self._observers:
            observer(record)


def header_of(log: Iterator[Record]) -> Header:
    """Take the header from a log. Raises `LogError` where there is none."""
    first = next(log, None)
    if not isinstance(first, Header):
        raise LogError("a log without a header has no judgement")
    return first


def read_log(path: Path) -> Iterator[Record]:
    """Read the records of a log; a last line that was cut off is left out.

    Raises `LogError` for a file that cannot be read, is no log, or is damaged before its end.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise LogError(f"{path}: cannot be read: {error.strerror}") from error
    with stream:
        yield from _records(stream, path)


def _records(stream: BinaryIO, path: Path) -> Iterator[Record]:
    whole = 0
    next_line = partial(stream.readline, LONGEST_LINE_OCTETS)
    for number, line in enumerate(iter(next_line, b""), start=1):
        if len(line) == LONGEST_LINE_OCTETS:
            raise LogError(f"{path}: line {number}: longer than {LONGEST_LINE_OCTETS} octets")
        if not line.endswith(b"\n"):
            break  # the run was cut off while this line was written: it never became evidence
        whole = number
        record = _record(line, path, number)
        if (number == 1) != isinstance(record, Header):
            problem = "the header must be the first line, and only that"
            raise LogError(f"{path}: line {number}: {problem}")
        yield record
    if not whole:
        raise LogError(f"{path}: this is no conformance log: there is no whole line in it")


def _record(line: bytes, path: Path, number: int) -> Record:
    try:
        record: Annotated[Record, "checked by msgspec"] = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LogError(
            f"{path}: line {number}: not a record of a conformance log: {error}"
        ) from error
    problem = _problem(record)
    if problem:
        raise LogError(f"{path}: line {number}: {problem}")
    return record


def _problem(record: Record) -> str:
    """Return what is wrong with a record, other than its form; empty where nothing is."""
    match record:
        case Sent() | Received() if not record.octets.isascii():
            try:
                from_text(record.octets)
            except UnicodeEncodeError:
                return "a character above U+00FF is no octet"
        case Package():
            try:
                binascii.a2b_base64(record.octets, strict_mode=True)
            except ValueError:
                return "the package is not in base64"
        case Header() if record.format != FORMAT:
            return f"the log has form {record.format}; this version reads form {FORMAT}"
        case Header() | Resumed() if record.opened_at:
            try:
                datetime.fromisoformat(record.opened_at)
            except ValueError:
                return "opened_at is no date and time"
        case _:
            pass
    return ""
