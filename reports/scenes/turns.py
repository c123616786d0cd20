"""Turns of a conversation: what belongs together, and what is told as one."""

from dataclasses import dataclass, replace

from atverdict.reports.scenes.scene import Kind, Party, Step
from atverdict.reports.text import counted

__all__ = ["Reads", "Turn", "fold", "note", "silence", "with_waits"]

LONG_WAIT_S = 3.0
"""The least silence that is shown."""


@dataclass(frozen=True, slots=True)
class Reads:
    """Flawless reads: one, a run of equal blocks, or several here and there."""

    start: int
    length: int
    """Of each block; of the shortest where the reads are scattered."""
    end: int
    count: int = 1
    last: int = 0
    """Length of a shorter block that ends the run; 0 while it can go on."""
    longest: int = 0
    """Of scattered reads; 0 for a run."""

    def with_(self, new: "Reads") -> "Reads | None":
        """Return these and one more read; None where they do not fit together."""
        count = self.count + 1
        goes_on = not self.longest and not self.last and new.start == self.end
        if goes_on and new.length <= self.length:
            last = new.length if new.length < self.length else 0
            return replace(self, end=new.end, count=count, last=last)
        if (self.longest or self.count == 1) and new.start:
            longest = max(self.longest, self.length, new.length)
            return replace(self, length=min(self.length, new.length), count=count, longest=longest)
        return None

    @property
    def text(self) -> str:
        """The answer to all of them."""
        if self.longest:
            return f"{self.count} reads of {self.length} to {self.longest} octets / OK"
        octets = f"{counted(self.length, 'octet')} from {self.start}"
        if self.count == 1:
            return f"{octets} / OK"
        ending = f", the last of {self.last}" if self.last else ""
        return f"{self.count} blocks of {octets}{ending} / OK"


@dataclass(frozen=True, slots=True)
class Turn:
    """A command line and its answer, or one message alone."""

    steps: tuple[Step, ...]
    reads: Reads | None = None
    alone: bool = False
    """True where it must not be folded, because something was found there."""
    begins: bool = False
    """True where a test purpose begins."""
    echo: bool = False
    """True for an echo, which is shown only where it diverges."""

    def has(self, lines: frozenset[int]) -> bool:
        """Tell whether one of the log's lines is told here."""
        return any(step.line <= line <= step.last_line for step in self.steps for line in lines)


def fold(last: Turn, new: Turn) -> Turn | None:
    """Return both as one turn; None where they are not the same."""
    if last.alone or new.alone or last.begins:
        return None
    if last.reads and new.reads:
        reads = last.reads.with_(new.reads)
        return _blocks(last, new, reads) if reads else None
    if [_same(step) for step in last.steps] == [_same(step) for step in new.steps]:
        return replace(last, steps=_together(last, new))
    return None


def _same(step: Step) -> tuple[Kind, Party, Party, str]:
    return step.kind, step.sender, step.receiver, step.text


def _together(last: Turn, new: Turn) -> tuple[Step, ...]:
    return tuple(
        replace(old, count=old.count + 1, until_s=again.until_s, last_line=again.last_line)
        for old, again in zip(last.steps, new.steps, strict=True)
    )


def _blocks(last: Turn, new: Turn, reads: Reads) -> Turn:
    asked, answered = _together(last, new)
    first = last.steps[0].text.split(" ... ", 1)[0]
    latest = new.steps[0].text.rpartition("=")[2]
    asked = replace(asked, text=f"{first} ... {latest}")
    return Turn((asked, replace(answered, text=reads.text)), reads)


def with_waits(steps: list[Step]) -> list[Step]:
    """Add a step for each long silence."""
    told: list[Step] = []
    for step in steps:
        if told and step.instant_s - told[-1].until_s >= LONG_WAIT_S:
            told.append(silence(told[-1].until_s, step.instant_s))
        told.append(step)
    return told


def silence(since_s: float, until_s: float) -> Step:
    """Return the step for a time in which nothing came."""
    text = f"no message for {until_s - since_s:.1f} s"
    return Step(Kind.WAIT, Party.IUT, Party.IUT, text, since_s, until_s, 0, 0)


def note(text: str, instant_s: float) -> Step:
    """Return the step for a note to the reader."""
    return Step(Kind.NOTE, Party.SUITE, Party.SUITE, text, instant_s, instant_s, 0, 0)
