"""A stored sequence of command lines, to be sent once more: from a log, or from plain text."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from atverdict.conformance.flow import Flow, Link, Phase
from atverdict.conformance.log import (
    Begin,
    ControlAction,
    Expected,
    Record,
    Sent,
    Waited,
    from_text,
    read_log,
)
from atverdict.conformance.pixit import InputError, Product
from atverdict.conformance.trace import Exchange, Item, Trace, Urc
from atverdict.grammar.message import Event

__all__ = ["Await", "Expect", "Perform", "Prepare", "Send", "Settle", "Step", "read_replay"]

AWAITED_TYPES = frozenset({1, 2, 3, 6, 7})
PROGRESS = (7, 10702)
"""Comes as often as it likes, so that nothing waits for it."""
_LOG_BEGINS = b'{"kind":"header"'
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.)|$)", re.DOTALL)
_ESCAPED = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\", '"': '"'}
_MASKED = re.compile(rb'(AT\+QIOTCFG="productinfo","[^"]*",")(\*+)(")', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Send:
    """Octets to the IUT, its terminator included."""

    octets: bytes
    line: int
    """Where they stand in the file, from 1."""
    succeeded: bool | None = None
    """Whether they were answered with OK; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """What had been brought about before the purposes that are taken."""

    online: bool
    versions: tuple[tuple[str, str], ...]
    """Component and version of everything that was announced."""
    phase: Phase
    """Where the upgrade stood."""


@dataclass(frozen=True, slots=True)
class Perform:
    """An action of the control agent."""

    action: str
    arguments: dict[str, object]


@dataclass(frozen=True, slots=True)
class Await:
    """An event that had come before the next command line was sent."""

    pair: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Expect:
    """What was due by a requirement."""

    expected: Expected


@dataclass(frozen=True, slots=True)
class Settle:
    """The run listened until what was expected had come, or its time was over."""


Step = Prepare | Send | Perform | Await | Expect | Settle


def read_replay(
    path: Path, selection: Collection[str], product: Product | None
) -> tuple[Step, ...]:
    r"""Read the steps of a file: a conformance log, or one command line a line of text.

    Of a log only the purposes that `selection` names are taken; all of it where that is empty. In
    a text, ``\r``, ``\n``, ``\t``, ``\0``, ``\\`` and ``\xNN`` stand for octets, a line without
    ``\r`` at its end gets one, and empty lines and those that begin with # are left out. A secret
    that the log masks is taken from `product`. Raises `InputError` and `LogError`.
    """
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise InputError(f"--replay {path}: {error.strerror}") from error
    if octets.startswith(_LOG_BEGINS):
        steps = _of_log(read_log(path), selection)
    else:
        steps = tuple(_of_text(path, octets))
    if not any(isinstance(step, Send) for step in steps):
        which = f" of {', '.join(selection)}" if selection else ""
        raise InputError(f"--replay {path}: there is no command line{which} in it")
    return tuple(_unmasked(path, step, product) for step in steps)


def _of_text(path: Path, octets: bytes) -> Iterator[Step]:
    for number, line in enumerate(octets.decode("latin-1").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        try:
            sent = _ESCAPE.sub(_unescaped, line).encode("latin-1")
        except KeyError as error:
            raise InputError(
                f"--replay {path}: line {number}: \\{error.args[0]} is no escape; "
                "use \\r, \\n, \\t, \\0, \\\\ or \\xNN"
            ) from error
        yield Send(sent if sent.endswith((b"\r", b"\n")) else sent + b"\r", number)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _ESCAPED[found[2] or ""]


def _of_log(records: Iterator[Record], selection: Collection[str]) -> tuple[Step, ...]:
    """Turn records into steps; what the IUT said becomes what is waited for."""
    trace, flow = Trace(), Flow()
    taken, steps = not selection, list[Step]()
    succeeded: dict[int, bool] = {}
    for line, record in enumerate(records, start=1):
        if isinstance(record, Begin) and selection:
            before, taken = taken, _named(record.purpose, selection)
            if taken and not before:
                versions = tuple(flow.versions.items())
                steps.append(Prepare(flow.link is Link.ONLINE, versions, flow.phase))
        items = trace.feed(record)
        for item in items:
            flow.observe(item)
            if isinstance(item, Exchange):
                succeeded[item.sent.line] = item.succeeded
        if taken:
            steps += [*_of_record(record, line), *_of_events(items)]
    return tuple(
        replace(step, succeeded=succeeded.get(step.line)) if isinstance(step, Send) else step
        for step in steps
    )


def _of_record(record: Record, line: int) -> Iterator[Step]:
    match record:
        case Sent():
            yield Send(from_text(record.octets), line)
        case ControlAction():
            yield Perform(record.action, record.arguments)
        case Expected():
            yield Expect(record)
        case Waited():
            yield Settle()
        case _:
            pass


def _of_events(items: Iterable[Item]) -> Iterator[Step]:
    for item in items:
        if isinstance(item, Urc) and isinstance(item.message, Event):
            pair = (item.message.type, item.message.code)
            if item.message.type in AWAITED_TYPES and pair != PROGRESS:
                yield Await(pair)


def _named(purpose: str, selection: Collection[str]) -> bool:
    area, _, name = purpose.partition(".")
    return any(token in (purpose, area, name) for token in selection)


def _unmasked(path: Path, step: Step, product: Product | None) -> Step:
    """Put the product's secret where the log has stars."""
    if not isinstance(step, Send) or not _MASKED.match(step.octets):
        return step
    if product is None:
        raise InputError(
            f"--replay {path}: line {step.line} writes a secret that the log does not show; "
            "the PIXIT must have [product]"
        )
    secret = product.secret.encode("ascii")
    return replace(step, octets=_MASKED.sub(lambda m: m[1] + secret + m[3], step.octets))
