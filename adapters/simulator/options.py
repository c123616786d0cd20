"""Options of the reference module: everything in which conformant modules may differ."""

import datetime as dt
import typing
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, Self, TypeVar

from atverdict.adapters.pco import AddressError

__all__ = ["Between", "Octets", "Options", "Seconds", "read_query"]

_Options = TypeVar("_Options")


class Between(NamedTuple):
    """The closed range of a number."""

    low: float
    high: float


Seconds = Annotated[float, Between(0.0, 86_400.0)]
Octets = Annotated[int, Between(1, 100_000_000)]
_FIRST_MORNING = dt.datetime.fromisoformat("2025-01-01T09:55:00+08:00")


@dataclass(frozen=True)
class Options:
    """One conformant module and its surroundings; the defaults are a usual cellular module.

    Times are seconds of virtual time.

    Spec: SOTA-FRM-006, SOTA-FRM-010, SOTA-FRM-012, SOTA-CMD-OTARD-013
    """

    seed: int = 1
    """The one source of chance: jitter and the built-in package."""
    start_time: dt.datetime = _FIRST_MORNING
    """Calendar time of the platform at instant zero."""

    # The module's identity
    manufacturer: str = "Quectel"
    model: str = "EC200U"
    revision: str = "EC200UCNAAR03A01M08"
    product_line: Literal["cellular", "nb", "wifi"] = "cellular"
    """Decides the server protocol and the keywords of AT+QIOTCFG."""
    vintage: Literal["2025", "2022"] = "2025"
    """2022 knows no 4,10240 after AT+QIOTINFO="up"."""

    # What is stored when the run starts
    productinfo: bool = True
    """A product key and secret are stored."""
    device_secret: bool = True
    """A device secret is stored, so no bootstrap authentication is needed."""
    plan: Literal["none", "armed"] = "none"
    """armed: a full package for component STM32 to version 2_0_0 waits on the platform."""

    # The line
    echo: bool = True
    """Echo after power-up, until ATE0."""
    leading_crlf: Literal["always", "never", "not-for-blocks", "only-after-text"] = "always"
    """Where CR LF stands in front of an answer; only-after-text: between text and final code."""
    crlf_before_ok_after_data: Annotated[int, Between(1, 2)] = 2
    """CR LF pairs between the octets of a block and its OK."""
    baudrate: Annotated[int, Between(300, 4_000_000)] | None = 115_200
    """Speed of the line to the host, 10 bits an octet; none: octets need no time."""
    chunk: Octets | None = None
    """Most octets that arrive at once; none: each answer and each event in one go."""
    line_limit: Annotated[int, Between(256, 65_536)] = 2048
    """Longest command line in octets; a longer one is answered ERROR."""

    # Answers
    latency_s: Annotated[float, Between(0.0, 60.0)] = 0.02
    """From the end of a command line to its answer."""
    latency_jitter_s: Annotated[float, Between(0.0, 60.0)] = 0.005
    """Added to the latency, evenly distributed from zero."""
    block_pause_s: Annotated[float, Between(0.0, 60.0)] = 0.0
    """Between the octets of a block and what ends its answer."""
    unknown_command: Literal["error", "silence"] = "error"
    test_response: Literal["range", "set", "placeholder"] = "range"
    """How test commands print values: (0-3), (0,1,2,3), or the name in angle brackets."""
    read_forms: Literal["error", "value"] = "error"
    """The undocumented read forms of QIOTOTAREQ, QIOTUPDATE and QIOTOTARD."""
    argument_blanks: Literal["refused", "dropped"] = "refused"
    """Blanks in front of an argument."""
    mcuver_empty_read: Literal["ok", "error"] = "ok"
    """The read form of QIOTMCUVER while nothing is stored."""
    mcuver_unknown: Literal["ok", "error"] = "error"
    """A query for a component that is not stored."""
    sticky_sha256: bool = False
    """The execute form of QIOTOTAREQ keeps the digest mode of the last write (E-14)."""

    # Events
    event_gap_s: Annotated[float, Between(0.0, 10.0)] = 0.1
    """Least time between a final result code and an event; 0: glued to it."""
    event_jitter_s: Annotated[float, Between(0.0, 10.0)] = 0.02
    """Added to the gap of an event that a command caused."""
    urc_before_ok: bool = False
    """An event that a command causes at once is printed in front of its OK (E-27)."""
    auth_event: Literal["auto", "always", "never"] = "auto"
    """1,10200 when connecting; auto: only when no device secret is stored."""
    qind: Literal["none", "before", "after", "first"] = "first"
    """+QIND: "FOTA","END",0 before or after 7,10705 (E-05); first: before the first one alone."""
    decision_event: bool = True
    """7,10707 after the decision on a plan of several components."""
    firmware_qind: bool = False
    """+QIND tells how the module's own firmware is installed, as DFOTA does."""
    banner: bool = True
    """RDY when the module has started."""

    port_vanishes: bool = False
    """The host's port is gone from the loss of power until the module has started, as over USB."""

    # Connection
    boot_s: Seconds = 2.0
    """Power until AT is answered."""
    connect_s: Seconds = 1.5
    """Start of a connection until 3,10200."""
    deregister_s: Seconds = 0.5
    """AT+QIOTREG=0 until 6,10200."""
    link_loss_s: Seconds = 1.0
    """The network is gone until the module notices."""
    back_off_first_s: Seconds = 1.0
    """First wait for a new attempt to connect; the next are 30 s, 300 s and 600 s and more."""
    reg1_after_reboot: Literal["0", "1"] = "0"
    """What AT+QIOTREG? shows after a restart in mode 1 (E-40)."""

    # Offer and download
    offer_s: Seconds = 1.0
    """Request until the plan reaches the module."""
    offer_repeats: Annotated[int, Between(0, 100)] = 0
    """How often an undecided plan is sent again, every 5 s."""
    address_s: Seconds = 0.8
    """Decision until the download address reaches the module."""
    download_start_s: Seconds = 0.3
    """Start of a piece until its first octets."""
    download_rate_octets_per_s: Octets = 16_000
    piece_limit_octets: Octets | None = 32_768
    """Memory for one piece; none: every package fits."""
    progress_period_s: Annotated[float, Between(0.1, 3600.0)] = 5.0
    """Between two 7,10702."""
    progress_count: Annotated[int, Between(0, 1000)] | None = None
    """Number of 7,10702 a piece; none: one with the first octets and then one a period."""
    firmware_check_s: Seconds = 0.5
    """The module's own package is there until 7,10704."""
    firmware_delay_s: Seconds = 5.0
    """7,10704 until the module restarts to install its own firmware."""
    firmware_install_s: Seconds = 10.0
    """How much longer that start takes."""
    retry: Literal["address", "offer"] = "address"
    """After a failed download the platform sends the address again, or offers the plan again."""

    # Reads
    max_length: Annotated[int, Between(1, 65_535)] = 1024
    """Most octets of one block."""
    over_long_read: Literal["clamp", "error"] = "clamp"
    read_past_end: Literal["error", "zero"] = "error"
    """A read outside the piece: ERROR, or a header with length zero."""

    # The end of an upgrade, timers, retries
    updating_first: bool = False
    """7,10704 right after the last 7,10703, and reads afterwards (documents of 2022, E-03)."""
    old_version_fails: bool = True
    """Another version than the target ends an upgrade with 7,10706 (E-42)."""
    address_timeout_s: Seconds = 30.0
    """Confirmed, but no download address."""
    first_octets_timeout_s: Seconds = 5.0
    """A download started, but no octets."""
    read_timeout_s: Seconds = 60.0
    """A piece is there, but it is not read."""
    update_timeout_s: Seconds = 1200.0
    """Updating, but no version is announced."""
    max_download_failures: Annotated[int, Between(0, 1000)] = 5
    """Failures in a row that are tried again; the next one is 7,10706."""

    @classmethod
    def from_query(cls, query: dict[str, str]) -> Self:
        """Read options from the query of a ``sim:`` address.

        Raises `AddressError` for a name or a value that does not exist; the
        message lists what is possible.
        """
        return read_query(cls, query, "sim:", "fault")


def read_query(kind: type[_Options], query: dict[str, str], owner: str, *more: str) -> _Options:
    """Read a dataclass of options by the annotations of its fields; `owner` has them.

    Raises `AddressError` for a name or a value that does not exist; `more` are names that the
    owner knows besides.
    """
    kinds = typing.get_type_hints(kind, include_extras=True)
    values: dict[str, object] = {}
    for name, text in query.items():
        if name not in kinds:
            possible = ", ".join([*more, *sorted(kinds)])
            raise AddressError(f"{owner} has no option {name!r}; possible: {possible}")
        try:
            values[name] = _value(kinds[name], text)
        except ValueError as error:
            wanted = _described(kinds[name])
            raise AddressError(
                f"{owner} option {name} cannot be {text!r}; possible: {wanted}"
            ) from error
    return kind(**values)


_SWITCH = {"yes": True, "true": True, "1": True, "on": True} | {
    "no": False,
    "false": False,
    "0": False,
    "off": False,
}


def _value(kind: object, text: str) -> object:
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is Literal:
        if text not in arguments:
            raise ValueError(text)
        return text
    if typing.get_origin(kind) is Annotated:
        number = _value(arguments[0], text)
        if (
            not isinstance(number, int | float)
            or not arguments[1].low <= number <= arguments[1].high
        ):
            raise ValueError(text)
        return number
    if type(None) in arguments:
        return None if text == "none" else _value(arguments[0], text)
    return _plain(kind, text)


def _plain(kind: object, text: str) -> object:
    if kind is bool:
        if text not in _SWITCH:
            raise ValueError(text)
        return _SWITCH[text]
    if kind is dt.datetime:
        instant = dt.datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError(text)
        return instant
    return {int: int, float: float, str: str}[typing.cast("type", kind)](text)


def _described(kind: object) -> str:
    arguments = typing.get_args(kind)
    if typing.get_origin(kind) is Literal:
        return ", ".join(str(argument) for argument in arguments)
    if typing.get_origin(kind) is Annotated:
        limits = arguments[1]
        return f"{_described(arguments[0])} from {limits.low:g} to {limits.high:g}"
    if type(None) in arguments:
        return f"none, {_described(arguments[0])}"
    return {
        bool: "yes, no",
        int: "a whole number",
        float: "a number",
        dt.datetime: "an ISO 8601 instant with its time zone",
    }.get(typing.cast("type", kind), "text")
