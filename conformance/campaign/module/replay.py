"""A replay, read from a log or from a text: command lines that are sent once more."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from atverdict.conformance.campaign.module.replay_text import read_text
from atverdict.conformance.evidence.log import (
    Begin,
    ControlAction,
    Expected,
    Record,
    Sent,
    Waited,
    from_text,
    read_log,
)
from atverdict.conformance.evidence.trace import Exchange, Item, Trace, Urc
from atverdict.conformance.judge.state.flow import Flow, Link
from atverdict.conformance.preparation.pixit import InputError, Product
from atverdict.conformance.preparation.replay_steps import (
    Await,
    Expect,
    Perform,
    Prepare,
    Send,
    Settle,
    Step,
    answer_of,
)
from atverdict.grammar.message import Event
from atverdict.grammar.writer import write_message

__all__ = ["awaited", "line_of", "read_replay"]

AWAITED_TYPES = frozenset({1, 2, 3, 6, 7})
PROGRESS = (7, 10702)
"""Its number differs from run to run, so the replay does not wait for it."""
_LOG_BEGINS = b'{"kind":"header"'
_MASKED = re.compile(rb'(AT\+QIOTCFG="productinfo","[^"]*",")(\*+)(")', re.IGNORECASE)


def read_replay(
    path: Path, selection: Collection[str], product: Product | None
) -> tuple[Step, ...]:
    """Read the steps of a file: a conformance log, or a text of command lines (`replay_text`).

    Of a log only the purposes that `selection` names are taken; all of it where that is empty. A
    secret that the log masks is taken from `product`. Raises `InputError` and `LogError`.
    """
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise InputError(f"--replay {path}: {error.strerror}") from error
    if octets.startswith(_LOG_BEGINS):
        steps = _of_log(read_log(path), selection)
    else:
        steps = tuple(read_text(path, octets))
    if not any(isinstance(step, Send) for step in steps):
        which = f" of {', '.join(selection)}" if selection else ""
        raise InputError(f"--replay {path}: there is no command line{which} in it")
    return tuple(_unmasked(path, step, product) for step in steps)


def _of_log(records: Iterator[Record], selection: Collection[str]) -> tuple[Step, ...]:
    """Turn records into steps; events of the IUT become events to wait for."""
    trace, flow = Trace(), Flow()
    taken, steps = not selection, list[Step]()
    ended: dict[int, Exchange] = {}
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
                ended[item.sent.line] = item
        if taken:
            steps += [*_of_record(record, line), *_of_events(items)]
    return tuple(_answered(step, ended) if isinstance(step, Send) else step for step in steps)


def _answered(step: Send, ended: Mapping[int, Exchange]) -> Send:
    """Add how a command line was answered."""
    exchange = ended.get(step.line)
    if exchange is None or exchange.cut:
        return step
    return replace(step, succeeded=exchange.succeeded, answer=answer_of(exchange))


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
            if awaited(pair):
                yield Await(pair, line_of(item.message))


def awaited(pair: tuple[int, int]) -> bool:
    """Tell whether a replay waits for an event, and notices one that was not recorded."""
    return pair[0] in AWAITED_TYPES and pair != PROGRESS


def line_of(event: Event) -> str:
    """Return an event as its line says it, one character an octet."""
    return write_message(event).strip(b"\r\n").decode("latin-1")


def _named(purpose: str, selection: Collection[str]) -> bool:
    area, _, name = purpose.partition(".")
    return any(token in (purpose, area, name) for token in selection)


def _unmasked(path: Path, step: Step, product: Product | None) -> Step:
    """Put in the product's secret, which the log masks."""
    if not isinstance(step, Send) or not _MASKED.match(step.octets):
        return step
    if product is None:
        raise InputError(
            f"--replay {path}: line {step.line} writes a secret that the log does not show; "
            "the PIXIT must have [product]"
        )
    secret = product.secret.encode("ascii")
    return replace(step, octets=_MASKED.sub(lambda m: m[1] + secret + m[3], step.octets))
