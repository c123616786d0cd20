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
    "Begin",
    "ControlAction",
    "Effort",
    "End",
    "Expected",
    "Footer",
    "GaveUp",
    "Header",
    "LogError",
    "LogLost",
    "LogWriter",
    "NotTested",
    "Package",
    "Port",
    "Received",
    "Record",
    "Reset",
    "Resumed",
    "RoundTrip",
    "Sent",
    "Unanswered",
    "Waited",
    "from_text",
    "header_of",
    "read_log",
    "to_text",
]

FORMAT = 1
"""Version of the log's form; a log of another form is refused."""
NO_TRANSPORT = "none"
"""In the header of a run that has reached no IUT."""
LONGEST_LINE_OCTETS = 1 << 28
"""A longer line is no evidence: it has room for a package of 192 MiB."""


class LogError(Exception):
    """A log that cannot be read; the message names the file, the line and what is wrong."""


class LogLost(Exception):
    """The log can be written no further; up to its last whole line it is what it was."""


class Effort(StrEnum):
    """How much is tried, from the least to the most."""

    QUICK = "quick"
    STANDARD = "standard"
    DEEP = "deep"

    def includes(self, other: "Effort") -> bool:
        """Tell whether this effort tries all that another one does."""
        order = tuple(Effort)
        return order.index(other) <= order.index(self)


class _Record(msgspec.Struct, frozen=True, tag_field="kind", omit_defaults=True):
    """What all records share."""


class Header(_Record, frozen=True, tag="header"):
    """What was tested, with what, and under which specification."""

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
    """Of the line that the octets travel over; None where octets take no time."""
    octet_bits: int = 10
    """Bit times of an octet on that line."""
    uncertainty_s: float = 0.0
    """How far an instant may be off because of what lies between the suite and the IUT."""
    iut: dict[str, str] = {}
    pixit: dict[str, object] = {}
    """As used, secrets taken out."""
    effort: Effort = Effort.STANDARD
    selection: tuple[str, ...] = ()
    """What ``--select`` named; empty for an unrestricted run."""
    plan_control: bool = False
    """True where a control agent arms plans: only then is it known what the platform offers."""
    replay: bool = False
    """True where a stored sequence of command lines was sent instead of the test purposes."""
    pics: dict[str, object] = {}
    """What the IUT is declared to be able to do, as used."""
    environment: dict[str, str] = {}
    """What the run was made with: versions, platform, adapter."""

    @property
    def octet_s(self) -> float:
        """How long the line needs for one octet, in seconds."""
        return self.octet_bits / self.baudrate if self.baudrate else 0.0


class Sent(_Record, frozen=True, tag="sent"):
    """Octets to the IUT; in the module's role one command line a record."""

    t: float
    """Seconds on the PCO's clock when the last octet had been handed over."""
    octets: str
    """One character an octet (ISO 8859-1)."""


class Received(_Record, frozen=True, tag="received"):
    """Octets from the IUT, as they arrived."""

    t: float
    octets: str


class GaveUp(_Record, frozen=True, tag="gave-up"):
    """The suite stopped waiting for the final result code of the pending command."""

    t: float
    after_s: float


class Unanswered(_Record, frozen=True, tag="unanswered"):
    """Host role: the suite, as the module, gives no answer to the command lines that are open."""

    t: float


class Waited(_Record, frozen=True, tag="waited"):
    """The suite listened until now; what did not come until then did not come."""

    t: float


class Expected(_Record, frozen=True, tag="expected"):
    """What the suite expects from now on, by which requirement."""

    t: float
    requirement: str
    events: tuple[tuple[int, int], ...]
    """Any of these (type, code) pairs; a code of 0 stands for every code of the type."""
    within_s: float
    """Counted from `t`."""
    since: int = 0
    """Events count after this line of the log: that of the command which causes them."""
    instead: tuple[tuple[int, int], ...] = ()
    """Events that show at once that it does not hold."""
    forbidden: bool = False
    """True: none of the events may come."""
    otherwise: str = "fail"
    """The verdict if it does not hold: ``fail`` or ``inconclusive``."""
    because: str = ""
    """What makes it due: the plan that is armed, the command that was sent."""


class ControlAction(_Record, frozen=True, tag="control"):
    """What the control agent was asked to do, and its reply."""

    t: float
    action: str
    arguments: dict[str, object] = {}
    reply: dict[str, object] = {}


class Package(_Record, frozen=True, tag="package"):
    """A package that the laboratory uploaded, to be compared octet by octet."""

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
    """How long `AT` took to be answered: what transport and IUT need at the least, in seconds.

    Measured before the first command line that has a limit; the time on the line is in it.
    """

    t: float
    count: int
    least_s: float
    median_s: float
    p95_s: float
    most_s: float
    network_s: float | None = None
    """What a round trip through the network alone takes, where opening it has shown that."""


class Reset(_Record, frozen=True, tag="reset"):
    """The IUT starts anew (power cycle): a pending command and half an answer are void."""

    t: float


class Begin(_Record, frozen=True, tag="begin"):
    """A test purpose begins."""

    t: float
    purpose: str
    sentence: str
    requirements: tuple[str, ...]
    negative: bool = False
    """True where the purpose provokes refusals: a failure counts only if the IUT stays sane."""


class End(_Record, frozen=True, tag="end"):
    """A test purpose ends; `problem` says why it did not reach its end, if so."""

    t: float
    purpose: str
    problem: str = ""
    error: bool = False
    """True where the suite itself failed."""
    insane: bool = False
    """True where the sanity dialogue around a negative group failed."""


class NotTested(_Record, frozen=True, tag="not-tested"):
    """A requirement that this run does not test, and why."""

    requirement: str
    reason: str
    applicable: bool = True


class Resumed(_Record, frozen=True, tag="resumed"):
    """The interrupted run goes on; what happened to the IUT meanwhile, nobody knows."""

    t: float
    opened_at: str
    """Date and time at which the port was opened again, ISO 8601."""


class Footer(_Record, frozen=True, tag="footer"):
    """The end of the run, or of the part before an interruption."""

    t: float
    complete: bool
    reason: str = ""
    """Why the run is not complete."""


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
    | Reset
    | Begin
    | End
    | NotTested
    | Resumed
    | Footer
)

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Record).decode


def to_text(octets: bytes) -> str:
    """Turn octets into the log's text: one character an octet."""
    return octets.decode("latin-1")


def from_text(text: str) -> bytes:
    """Turn the log's text back into octets."""
    return text.encode("latin-1")


class LogWriter:
    """Writes records to a file as they happen, and shows each to whoever observes the run."""

    def __init__(self, stream: BinaryIO, earlier: tuple[Record, ...] = ()) -> None:
        """Write to `stream`, which must hand every write to the operating system at once.

        `earlier` are the records that stand there already, where an interrupted run goes on.
        """
        self._stream = stream
        self._earlier = earlier
        self.lines = len(earlier)
        """How many records the log has."""
        self.lost = ""
        """Why nothing can be written any more; empty while all is well."""
        self._observers: list[Callable[[Record], object]] = []

    def attach(self, observer: Callable[[Record], object]) -> None:
        """Show every record to `observer`: the earlier ones now, each further one once written."""
        for record in self._earlier:
            observer(record)
        self._observers.append(observer)

    def _append(self, octets: bytes) -> None:
        """Write all octets; a disk that is nearly full takes some of them without a word."""
        try:
            while octets:
                octets = octets[self._stream.write(octets) :]
        except OSError as error:
            self.lost = f"the log cannot be written: {error.strerror}"

    def write(self, record: Record) -> None:
        """Write one record as one whole line.

        Raises `LogLost` where that fails, and from then on always: behind half a line nothing
        must follow.
        """
        if not self.lost:
            self._append(_encode(record) + b"\n")
        if self.lost:
            raise LogLost(self.lost)
        self.lines += 1
        for observer in self._observers:
            observer(record)


def header_of(log: Iterator[Record]) -> Header:
    """Take the header from the beginning of a log. Raises `LogError` where there is none."""
    first = next(log, None)
    if not isinstance(first, Header):
        raise LogError("a log without a header has no judgement")
    return first


def read_log(path: Path) -> Iterator[Record]:
    """Read a log's records; a last line that was cut off is left out.

    Raises `LogError` for a file that cannot be read, is no log, or is damaged before its end.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise LogError(f"{path}: cannot be read: {error.strerror}") from error
    with stream:
        yield from _records(stream, path)


def _records(stream: BinaryIO, path: Path) -> Iterator[Record]:
    """Decode line by line."""
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
    """Decode one line."""
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
    """Say what is wrong with a record beyond its form; empty where nothing is."""
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
