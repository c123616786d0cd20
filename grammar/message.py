"""The messages of the flow: what a frame means once it has been read."""

from dataclasses import dataclass
from enum import Enum

__all__ = [
    "Block",
    "BlockHeader",
    "CommandForm",
    "CommandLine",
    "ConfigurationItem",
    "DownloadStarted",
    "Echo",
    "Event",
    "FinalResultCode",
    "FotaIndication",
    "InformationResponse",
    "Literal",
    "Malformed",
    "McuVersion",
    "Message",
    "Offer",
    "PieceReady",
    "Placeholder",
    "Prompt",
    "Range",
    "SubDeviceEvent",
    "UnsolicitedResultCode",
    "Value",
    "ValueSet",
]


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands bare where a number or a quoted string is usual, such as a mode name."""

    text: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A parameter's name printed instead of its value, ``<start>``; `name` without the brackets.

    Spec: E-29.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Range:
    """All integers from `low` to `high`, both included: ``(low-high)``."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ValueSet:
    """The listed values: ``(0,1,2)``; members are integers, strings, ranges or placeholders."""

    values: tuple["Value", ...]


Value = int | str | Literal | Placeholder | Range | ValueSet | None
"""A parameter: a bare integer is `int`, a quoted string is `str`, an omitted one is None."""


class CommandForm(Enum):
    """The four forms of an extended command, and the basic commands of V.250."""

    TEST = "test"
    READ = "read"
    WRITE = "write"
    EXECUTE = "execute"
    BASIC = "basic"


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command, as the host sends it.

    `name` is in capitals without the plus sign (``QIOTREG``; ``AT`` alone is ``""``; a basic
    command is its letters and digits, ``E0``, ``I``). `parameters` are those of the write form.
    """

    name: str
    form: CommandForm
    parameters: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Echo:
    """The command line sent back by the IUT, without its terminator."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class McuVersion:
    """``+QIOTMCUVER: "<id>","<ver>"``."""

    component: str
    version: str


@dataclass(frozen=True, slots=True)
class ConfigurationItem:
    """``+QIOTCFG: "<keyword>",...``; `values` are what follows the keyword.

    `spaced` is false where no space follows the colon (permitted for this command alone, E-22).
    """

    keyword: str
    values: tuple[Value, ...]
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """``+QIOTOTARD: <start>,<length>`` in answer to a read; `length` octets follow its CR LF."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class InformationResponse:
    """A line of an answer that is neither echo nor final result code.

    `name` is the command's name (``QIOTREG``), or ``""`` for free text (``ATI``), which is then
    the one `Literal` of `values`. `payload` holds the typed form where there is one.
    """

    name: str
    values: tuple[Value, ...]
    payload: McuVersion | ConfigurationItem | BlockHeader | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """The counted octets after a `BlockHeader` or an unbuffered receive event.

    `terminated` tells whether CR LF followed directly, as it must.
    """

    octets: bytes
    terminated: bool = True


@dataclass(frozen=True, slots=True)
class FinalResultCode:
    """``OK``, ``ERROR``, or a ``+CME ERROR: <n|text>`` that no document of the flow knows.

    `code` is ``"OK"``, ``"ERROR"``, ``"+CME ERROR"`` or ``"+CMS ERROR"``; `detail` what stands
    behind the colon.
    """

    code: str
    detail: str = ""

    @property
    def success(self) -> bool:
        """True for ``OK``."""
        return self.code == "OK"


@dataclass(frozen=True, slots=True)
class Offer:
    """The data of 10700: there is an upgrade task."""

    component: str
    source_version: str
    target_version: str
    battery_limit: int
    """Per cent."""
    min_signal: int
    """RSRP in dBm."""
    use_space_octets: int


@dataclass(frozen=True, slots=True)
class DownloadStarted:
    """The data of a SOTA 10701: the module starts downloading."""

    component: str
    length_octets: int
    md5: str
    crc: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class PieceReady:
    """The data of a SOTA 10703: a piece of the package can be read."""

    component: str
    length_octets: int
    """Of the whole package."""
    start: int
    piece_length_octets: int


@dataclass(frozen=True, slots=True)
class Event:
    """``+QIOTEVT: <type>,<code>[,<data>]``.

    `values` are the data as they stand; `payload` is their typed form for 10700, 10701 and
    10703 where number and types of the fields are the documented ones, else None.
    """

    type: int
    code: int
    values: tuple[Value, ...] = ()
    payload: Offer | DownloadStarted | PieceReady | None = None


@dataclass(frozen=True, slots=True)
class SubDeviceEvent:
    """``+QIOTSUBEVT: "<subPK>","<subDK>",<type>,<code>[,<data>]``."""

    product_key: str
    device_key: str
    type: int
    code: int
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class FotaIndication:
    """``+QIND: "FOTA","<stage>"[,<value>]``, the module platform's own DFOTA URC (E-05)."""

    stage: str
    value: int | None


@dataclass(frozen=True, slots=True)
class UnsolicitedResultCode:
    """Any other line that comes unasked, as it is: ``RDY``, ``+CEREG: 1``."""

    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """``> ``: the IUT waits for data, which the flow never asks for."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Octets that fit no rule: evidence, not an exception.

    `octets` are complete, terminator included. `resembles` names what it was most likely meant
    to be: ``"OK"``, ``"ERROR"``, ``"echo"``, the name of a command's answer (``"QIOTREG"``),
    ``"QIOTEVT"``, or ``""``.
    """

    octets: bytes
    reason: str
    resembles: str = ""


Message = (
    CommandLine
    | Echo
    | InformationResponse
    | Block
    | FinalResultCode
    | Event
    | SubDeviceEvent
    | FotaIndication
    | UnsolicitedResultCode
    | Prompt
    | Malformed
)
