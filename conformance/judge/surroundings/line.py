"""The line between suite and IUT: octets that it loses, doubles or alters."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from atverdict.conformance.evidence.trace import Exchange, Item, Stray, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.surroundings.edit import Edit, edit_between
from atverdict.grammar.message import Event, Malformed, UnsolicitedResultCode

__all__ = ["Line"]

KEPT_OCTETS = 8192
"""The most octets of an answer that are kept for a comparison."""
KEPT_READS_OCTETS = 1 << 17
"""The most octets of answers to reads that are kept for a comparison, all together."""
KEPT_LINES = 64
PROVEN = 3
"""The least number of scattered disturbances that show a bad line."""
SHARE = 3
"""One disturbance in so many, at most, is at the same place; else the place is the cause."""
READ = b"AT+QIOTOTARD="
EVENT = b"QIOTEVT"


@dataclass(slots=True)
class Conversation:
    """A command line and all octets that came until the next one."""

    sent: bytes
    first: int
    """The line of the log with the command line."""
    last: int
    octets: bytearray = field(default_factory=bytearray)
    text: bytes = b""
    """What came until the answer was complete."""
    compared: bool = False
    doubtful: bool = False
    """Something in it has no form."""
    broken: set[str] = field(default_factory=set)
    """The requirements with a failing finding."""

    @property
    def is_read(self) -> bool:
        """True where octets of a package were asked for."""
        return self.sent.startswith(READ)

    def complete(self) -> None:
        """Keep the answer as it is complete."""
        self.compared = True
        self.text = bytes(self.octets)


@dataclass(slots=True)
class Disturbance:
    """An octet or two that came wrong once, and right another time."""

    part: str
    edit: Edit
    lines: Conversation | int
    """The conversation, or the line of the log, that it may have spoiled."""
    right_again: bool
    """True where the same thing was asked for again, and came right."""

    @property
    def first(self) -> int:
        """The first line of the log that it may have spoiled."""
        return self.lines if isinstance(self.lines, int) else self.lines.first

    @property
    def last(self) -> int:
        """The last one."""
        return self.lines if isinstance(self.lines, int) else self.lines.last


class Line:
    """What the log shows of the line: the same things, received more than once.

    What a module alters is at the same place each time. What a line alters is somewhere else each
    time, and right when it is read again. So a disturbance is a difference of an octet or two
    between two answers to one command line, between an echo and the line that was sent, or
    between an event and one that was seen whole; and it counts against the line only where no
    other one is at the same place.
    """

    def __init__(self) -> None:
        self._open: Conversation | None = None
        self._before: Conversation | None = None
        self._reads: dict[bytes, Conversation] = {}
        self._kept_octets = 0
        self._whole: dict[bytes, None] = {}
        self._damaged: deque[tuple[bytes, int]] = deque(maxlen=KEPT_LINES)
        self._found: list[Disturbance] = []
        self._reproduced: set[str] = set()
        self._octets = 0
        self._blocks: list[int] = []
        """The lines of the log where each package begins of which a block was disturbed."""
        self._package = 0

    # What the log says

    def sent(self, octets: bytes, line: int) -> None:
        """Take what was sent; it ends the conversation before it."""
        self._compare()
        self._before = self._open or self._before
        self._open = None
        self._octets += len(octets)
        if octets[:2].upper() == b"AT" and octets.endswith((b"\r", b"\n")):
            self._open = Conversation(octets, line, line)

    def received(self, octets: bytes, line: int) -> None:
        """Take what came."""
        self._octets += len(octets)
        current = self._open
        if current is not None:
            current.last = line
            if len(current.octets) < KEPT_OCTETS:
                current.octets += octets

    def interrupted(self) -> None:
        """Forget what is half there: the IUT restarts, or the port was lost."""
        self._open = self._before = None
        self._new_package(0)

    def observe(self, item: Item, findings: Iterable[Finding], line: int) -> None:
        """Take an item with its findings."""
        match item:
            case Urc(message=Event() as event):
                if (event.type, event.code) == (7, 10701):
                    self._new_package(line)
                self._seen_whole(item.place.octets)
            case Stray(message=Malformed()) | Urc(message=UnsolicitedResultCode()):
                # An event that cannot be read says nothing about the answer around it.
                self._doubt(doubtful=EVENT not in item.place.octets)
                self._seen_damaged(item.place.octets, line)
            case Exchange():
                self._doubt(doubtful=item.final is None and not item.cut)
            case _:
                pass
        current = self._open
        if current is not None:
            failed = [f.requirement for f in findings if f.verdict is Verdict.FAIL]
            current.broken.update(failed)
            self._doubt(doubtful=current.is_read and bool(failed))
        if isinstance(item, Exchange):
            self._compare()

    def _doubt(self, *, doubtful: bool) -> None:
        if self._open is not None and doubtful:
            self._open.doubtful = True

    def _new_package(self, line: int) -> None:
        self._reads.clear()
        self._kept_octets = 0
        self._package = line

    # What it shows

    def _compare(self) -> None:
        """Compare an answer that is complete with what is known of it."""
        current, before = self._open, self._before
        if current is None or current.compared:
            return
        current.complete()
        echo = self._echo(current)
        if echo is not None:
            self._add(echo)
        if before is not None and before.sent == current.sent:
            self._asked_again(before, current)
        if current.is_read:
            self._read_again(current)

    def _echo(self, spoken: Conversation) -> Disturbance | None:
        line = spoken.sent.rstrip(b"\r\n")
        came = spoken.text.lstrip(b"\r\n").partition(b"\r")[0]
        edit = edit_between(came, line)
        return Disturbance("echo", edit, spoken, right_again=False) if edit else None

    def _asked_again(self, before: Conversation, current: Conversation) -> None:
        """Compare two answers to the same command line, one right behind the other."""
        first, second = before.text, current.text
        # An event comes when it comes, and what it tears is the module's.
        if not (before.doubtful or current.doubtful) or EVENT in first + second:
            return
        if first == second:
            self._reproduced |= before.broken & current.broken
            return
        edit = edit_between(first, second)
        if edit is not None:
            wrong = before if before.doubtful else current
            echoed = first.startswith(wrong.sent[:2]) and edit.start < len(wrong.sent)
            part = "echo" if echoed else "answer"
            self._add(Disturbance(part, edit, wrong, right_again=wrong is before))

    def _read_again(self, current: Conversation) -> None:
        """Compare a block with an earlier reading of the same range."""
        known = self._reads.get(current.sent)
        if known is not None or self._kept_octets < KEPT_READS_OCTETS:
            self._reads[current.sent] = current
            self._kept_octets += 0 if known else len(current.text)
        edit = edit_between(known.text, current.text) if known else None
        if known is None or edit is None:
            return
        wrong = current if current.doubtful else known
        self._add(Disturbance("answer", edit, wrong, right_again=wrong is known))
        self._blocks.append(self._package)

    def _add(self, disturbance: Disturbance) -> None:
        """Add a disturbance, once: it may be seen from before and from behind."""
        for each in self._found:
            if each.first == disturbance.first:
                each.right_again = each.right_again or disturbance.right_again
                return
        self._found.append(disturbance)

    def _seen_whole(self, octets: bytes) -> None:
        if octets in self._whole:
            return
        if len(self._whole) < KEPT_LINES:
            self._whole[octets] = None
        for damaged, line in tuple(self._damaged):
            self._is_copy(damaged, octets, line)

    def _seen_damaged(self, octets: bytes, line: int) -> None:
        if not any(self._is_copy(octets, whole, line) for whole in self._whole):
            self._damaged.append((octets, line))

    def _is_copy(self, damaged: bytes, whole: bytes, line: int) -> bool:
        edit = edit_between(damaged.strip(b"\r\n"), whole.strip(b"\r\n"))
        if edit is not None:
            self._add(Disturbance("event", edit, line, right_again=False))
        return edit is not None

    # What follows from it

    @property
    def _scattered(self) -> list[Disturbance]:
        """The disturbances that no other one has at the same place."""
        starts = Counter((each.part, each.edit.start) for each in self._found)
        ends = Counter((each.part, each.edit.rest) for each in self._found)
        most = max(1, len(self._found) // SHARE)
        return [
            each
            for each in self._found
            if max(starts[each.part, each.edit.start], ends[each.part, each.edit.rest]) <= most
        ]

    @property
    def bad(self) -> bool:
        """True where so many octets come wrong at so many places that it is the line."""
        scattered = len(self._scattered)
        return scattered >= PROVEN and 2 * scattered > len(self._found)

    @property
    def sentence(self) -> str:
        """The sentence about the line; empty where nothing came wrong."""
        count = len(self._scattered)
        if not self.bad:
            count = sum(1 for each in self._scattered if each.right_again)
            if not count:
                return ""
            times = "once" if count == 1 else f"{count} times"
            return (
                f"An octet or two came wrong {times}, and right when asked again:"
                " this may be the line. It proves nothing against the IUT."
            )
        return (
            "The line between suite and IUT loses, doubles or alters octets:"
            f" {count} times in {self._octets} octets, about 1 in {self._octets // count}."
            " Rules on octets and events are left open. Check cable, flow control and baud rate."
        )

    def explains(self, found: Finding) -> str:
        """Return why a failing finding may be the line's; empty where it is not."""
        if self.bad:
            answer = bool(found.places) and found.places[0].octets[:2].upper() == b"AT"
            late = found.late_s is not None and answer  # a lost event makes a long time, too
            systematic = found.requirement in self._reproduced
            return "" if systematic or late else "the line loses octets"
        lines = {place.line for place in found.places}
        for each in self._scattered:
            touched = any(each.first <= line <= each.last for line in lines)
            if touched and each.right_again:
                return "it came once, and not when asked again, so it may be the line"
        return self._of_a_block(found, lines)

    def _of_a_block(self, found: Finding, lines: set[int]) -> str:
        """Explain a wrong digest, or a conflict, by a block that was right when read again."""
        if not found.requirement.startswith(("SOTA-INT-", "SOTA-CMD-OTARD-016")):
            return ""
        if not self._scattered or not lines:
            return ""
        near = any(first <= max(lines) for first in self._blocks)
        return (
            "a block came otherwise when it was read again, so it may be the line" if near else ""
        )
