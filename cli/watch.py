"""The watch: the wire on standard error while a run goes on, and each requirement once judged.

A terminal may be slow, or its user may stop it. The wire does not wait. So the writer of the log
only hands its records over, and a thread shows them.
"""

import contextlib
import os
import queue
import sys
import threading
from typing import TextIO

import click

from atverdict.cli.progress import progress_text
from atverdict.conformance.evidence.log import (
    Abandoned,
    Begin,
    ControlAction,
    GaveUp,
    NotAgain,
    Port,
    Received,
    Record,
    Reset,
    Resumed,
    Sent,
    Unanswered,
    from_text,
    to_text,
)
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.roles import MODULE, Part
from atverdict.conformance.preparation.progress import Progress
from atverdict.grammar.decoder import Decoded, Decoder
from atverdict.grammar.message import Block

__all__ = ["ModuleWatch", "Watch", "wants_colour"]

LINE_LIMIT_OCTETS = 4096
SHOWN_OCTETS = 100
SHOWN_OF_BLOCK = 24
TICKS = {
    Outcome.PASS: ("+", "holds", "green"),
    Outcome.FAIL: ("x", "broken", "red"),
    Outcome.WARNING: ("!", "broken, a warning", "yellow"),
}
TO_IUT, FROM_IUT = (">", "cyan"), ("<", "magenta")
AROUND, NOTHING = ("#", "yellow"), ("?", "yellow")
"""Signs and colours: what the laboratory does, and what did not come."""

_RESTARTS = frozenset({"power_cycle", "factory_reset"})

_Line = tuple[str, str | None]


def wants_colour(stream: TextIO) -> bool:
    """Tell whether to colour what goes to `stream`: a terminal, unless NO_COLOR is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


class TypedLines:
    """The command lines of a host, which may come octet by octet."""

    def __init__(self) -> None:
        self._typed = b""

    def feed(self, octets: bytes) -> list[bytes]:
        """Take octets and return the lines that they end; a line that is too long ends too."""
        *ended, self._typed = (self._typed + octets).split(b"\r")
        lines = [line + b"\r" for line in ended]
        return lines + self.clear() if len(self._typed) > LINE_LIMIT_OCTETS else lines

    def clear(self) -> list[bytes]:
        """Begin a new line, and return what there is of the old one, if anything."""
        typed, self._typed = self._typed, b""
        return [typed] if typed else []


class Watch:
    """Shows a campaign that is under way; must be ended."""

    def __init__(self, earlier: int = 0, name: str = "", part: Part = MODULE) -> None:
        """Begin; the first `earlier` records are not shown: they are of the interrupted run.

        `name` stands in front of each line, where several are watched; `part` is the IUT's.
        """
        self._earlier = earlier
        self._name = f"{name} " if name else ""
        self._typed = TypedLines() if part.iut_asks else None
        self._told: dict[str, Outcome] = {}
        self._decoder = Decoder()
        self._coloured = wants_colour(sys.stderr)
        self._queue: queue.SimpleQueue[Record | _Line | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._show, name="watch", daemon=True)
        self._thread.start()

    def observe(self, record: Record) -> None:
        """Take a record of the log; nothing is done with it here."""
        if self._earlier:
            self._earlier -= 1
        else:
            self._queue.put(record)

    def tell(self, instant_s: float, text: str) -> None:
        """Show what is no record of a log: how the IUT changes inside, where that can be seen."""
        self._queue.put(_line(instant_s, AROUND, text))

    def progress(self, progress: Progress) -> None:
        """Show which purpose begins."""
        self._queue.put((progress_text(progress), None))

    def judged(self, judgement: Judgement) -> None:
        """Tick each requirement that is judged for the first time, or that is broken now."""
        for name, verdict in judgement.requirements.items():
            before, now = self._told.get(name), verdict.outcome
            if now in TICKS and now is not before and (before is None or now is not Outcome.PASS):
                self._told[name] = now
                sign, word, colour = TICKS[now]
                self._queue.put((f"  {sign} {name} {word}: {verdict.requirement.text}", colour))

    def end(self) -> None:
        """Show what is still to be shown."""
        self._queue.put(None)
        self._thread.join()

    # In the thread

    def _show(self) -> None:
        while (item := self._queue.get()) is not None:
            for text, colour in [item] if isinstance(item, tuple) else self._lines(item):
                named = self._name + text
                coloured = self._coloured and colour
                # The run goes on where the reader of the stream is gone.
                with contextlib.suppress(OSError):
                    click.echo(click.style(named, fg=colour) if coloured else named, err=True)

    def _lines(self, record: Record) -> list[_Line]:
        """Turn a record into lines, one a message."""
        match record:
            case Sent() if self._typed is None:
                return self._commands(record.t, [from_text(record.octets)])
            case Received() if self._typed is not None:
                return self._commands(record.t, self._typed.feed(from_text(record.octets)))
            case Sent() | Received():
                return self._said(record.t, self._decoder.feed(from_text(record.octets)))
            case GaveUp() | Unanswered() | Reset() | Resumed() | Port():
                half = self._typed.clear() if self._typed is not None else []
                return [
                    *self._commands(record.t, half),
                    *self._said(record.t, self._decoder.abandon()),
                    *_around(record),
                ]
            case Begin():
                return [(f"  {record.sentence}", None)]
            case _:
                return _around(record)

    def _commands(self, instant_s: float, lines: list[bytes]) -> list[_Line]:
        for octets in lines:
            self._decoder.sent(octets)
        way = TO_IUT if self._typed is None else FROM_IUT
        return [_line(instant_s, way, printable(octets, SHOWN_OCTETS)) for octets in lines]

    def _said(self, instant_s: float, messages: list[Decoded]) -> list[_Line]:
        way = FROM_IUT if self._typed is None else TO_IUT
        return [_line(instant_s, way, _text(decoded)) for decoded in messages]


class ModuleWatch:
    """Shows a served module as a run is shown; must be ended."""

    def __init__(self, name: str = "") -> None:
        """Begin; `name` stands in front of each line, where several are served."""
        self._watch = Watch(name=name)
        self._typed = TypedLines()

    def to_module(self, instant_s: float, octets: bytes) -> None:
        """Show the host's command lines once they are complete."""
        for line in self._typed.feed(octets):
            self._watch.observe(Sent(instant_s, to_text(line)))

    def from_module(self, instant_s: float, octets: bytes) -> None:
        """Show the module's messages once they are complete."""
        self._watch.observe(Received(instant_s, to_text(octets)))

    def changed(self, instant_s: float, what: str, state: str) -> None:
        """Show the new state of what has changed."""
        self._watch.tell(instant_s, f"{what}: {state}")

    def acted(
        self, instant_s: float, action: str, arguments: dict[str, object], reply: dict[str, object]
    ) -> None:
        """Show what the laboratory has done."""
        if action in _RESTARTS:
            self._typed.clear()
            self._watch.observe(Reset(instant_s))
        self._watch.observe(ControlAction(instant_s, action, arguments, reply))

    def end(self) -> None:
        """Show what is still to be shown."""
        self._watch.end()


def _around(record: Record) -> list[_Line]:
    """Turn a record of what is not on the wire into lines."""
    match record:
        case GaveUp():
            text = f"no final result code within {record.after_s:.1f} s"
            return [_line(record.t, NOTHING, text)]
        case Unanswered():
            return [_line(record.t, NOTHING, "the module does not answer")]
        case Abandoned() | NotAgain():
            return [_line(record.t, NOTHING, printable(record.reason.encode(), SHOWN_OCTETS))]
        case Port():
            text = "the port is back" if record.open else "the port was lost"
            return [_line(record.t, AROUND, text)]
        case ControlAction():
            refused = "" if record.reply.get("ok") is True else " (refused)"
            action = printable(record.action.encode("utf-8", "replace"))
            return [_line(record.t, AROUND, f"laboratory: {action}{refused}")]
        case _:
            return []


def _line(instant_s: float, way: tuple[str, str], text: str) -> _Line:
    sign, colour = way
    return f"{instant_s:10.3f} s {sign} {text}", colour


def _text(decoded: Decoded) -> str:
    message = decoded.message
    if isinstance(message, Block):
        octets = message.octets
        more = " ..." if len(octets) > SHOWN_OF_BLOCK else ""
        return f"{len(octets)} octets: {printable(octets[:SHOWN_OF_BLOCK])}{more}"
    return printable(decoded.octets, SHOWN_OCTETS)
