"""`--watch`: the wire on standard error while it is alive, and each requirement when judged.

A terminal may be slow, or stopped by its user, and the wire does not wait: whoever writes the log
only hands records over, and a thread of its own reads and shows them.
"""

import contextlib
import queue
import sys
import threading

import click

from atverdict.cli.colour import wants_colour
from atverdict.conformance.judge import Judgement
from atverdict.conformance.log import (
    Begin,
    ControlAction,
    GaveUp,
    Port,
    Received,
    Record,
    Reset,
    Resumed,
    Sent,
    from_text,
)
from atverdict.conformance.printable import printable
from atverdict.conformance.progress import Progress
from atverdict.conformance.verdict import Outcome
from atverdict.grammar.decoder import Decoded, Decoder
from atverdict.grammar.message import Block

__all__ = ["Watch"]

SHOWN_OCTETS = 100
SHOWN_OF_BLOCK = 24
TICKS = {
    Outcome.PASS: ("+", "holds", "green"),
    Outcome.FAIL: ("x", "broken", "red"),
    Outcome.WARNING: ("!", "broken, a warning", "yellow"),
}
SENT, CAME, AROUND = "cyan", "magenta", "yellow"
"""Colours: to the IUT, from the IUT, what the laboratory does."""

_Line = tuple[str, str | None]


class Watch:
    """Shows a campaign that is under way; must be ended."""

    def __init__(self, earlier: int = 0, name: str = "") -> None:
        """Begin; the first `earlier` records are not shown: they are of the interrupted run.

        `name` stands in front of each line, where several are watched.
        """
        self._earlier = earlier
        self._name = f"{name} " if name else ""
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
        self._queue.put(_line(instant_s, "#", text, AROUND))

    def progress(self, progress: Progress) -> None:
        """Tell how far the campaign is."""
        text = (
            f"[{progress.number}/{progress.count}] {progress.purpose}: "
            f"{progress.passed} hold, {progress.failed} broken"
        )
        self._queue.put((text, None))

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
                # Where nobody reads any more the run goes on all the same.
                with contextlib.suppress(OSError):
                    click.echo(click.style(named, fg=colour) if coloured else named, err=True)

    def _lines(self, record: Record) -> list[_Line]:
        """Turn a record into lines, one a message."""
        match record:
            case Sent():
                octets = from_text(record.octets)
                self._decoder.sent(octets)
                return [_line(record.t, ">", printable(octets, SHOWN_OCTETS), SENT)]
            case Received():
                return self._came(record.t, self._decoder.feed(from_text(record.octets)))
            case GaveUp() | Reset() | Resumed() | Port():
                return [*self._came(record.t, self._decoder.abandon()), *_around(record)]
            case Begin():
                return [(f"  {record.sentence}", None)]
            case _:
                return _around(record)

    @staticmethod
    def _came(instant_s: float, messages: list[Decoded]) -> list[_Line]:
        return [_line(instant_s, "<", _text(decoded), CAME) for decoded in messages]


def _around(record: Record) -> list[_Line]:
    """Turn what is not on the wire into lines."""
    match record:
        case GaveUp():
            text = f"no final result code within {record.after_s:.1f} s"
            return [_line(record.t, "?", text, AROUND)]
        case Port():
            text = "the port is back" if record.open else "the port was lost"
            return [_line(record.t, "#", text, AROUND)]
        case ControlAction():
            refused = "" if record.reply.get("ok") is True else " (refused)"
            action = printable(record.action.encode("utf-8", "replace"))
            return [_line(record.t, "#", f"laboratory: {action}{refused}", AROUND)]
        case _:
            return []


def _line(instant_s: float, sign: str, text: str, colour: str) -> _Line:
    return f"{instant_s:10.3f} s {sign} {text}", colour


def _text(decoded: Decoded) -> str:
    message = decoded.message
    if isinstance(message, Block):
        octets = message.octets
        more = " ..." if len(octets) > SHOWN_OF_BLOCK else ""
        return f"{len(octets)} octets: {printable(octets[:SHOWN_OF_BLOCK])}{more}"
    return printable(decoded.octets, SHOWN_OCTETS)
