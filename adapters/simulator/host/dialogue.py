"""The dialogue with a module: one command line at a time, its answer, and the wait for it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from atverdict.adapters.simulator.host.command_lines import CommandLines
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.host.reader import Reader, ReceivedBlock
from atverdict.adapters.simulator.timers import Timers
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["Dialogue", "ReceivedAnswer"]

Done = Callable[["ReceivedAnswer"], None]
_URC = ("+QIOTEVT:", "+QIOTSUBEVT:", "+QIND:", "RDY")


@dataclass
class ReceivedAnswer:
    """What a command line earned."""

    final: str = ""
    """OK or ERROR; empty where none came."""
    lines: list[str] = field(default_factory=list)
    block: ReceivedBlock | None = None

    @property
    def ok(self) -> bool:
        """Whether it ended with OK."""
        return self.final == "OK"


@dataclass
class _Asked:
    line: str
    done: Done
    lasting: bool = False
    """Whether it is asked whatever becomes of the upgrade."""
    echoed: bool = False
    answer: ReceivedAnswer = field(default_factory=ReceivedAnswer)


class Dialogue:
    """Command lines in their order; the next goes out a gap behind the last result code.

    Spec: SOTA-HST-002, SOTA-HST-015, SOTA-HST-016, SOTA-HST-019, SOTA-TIM-009
    """

    def __init__(
        self,
        clock: Clock,
        options: HostOptions,
        lines: CommandLines,
        reader: Reader,
        send: Callable[[bytes], None],
    ) -> None:
        """Start with nothing to say; `heard` must be set before the first octet arrives."""
        self.options = options
        self.lines = lines
        self.reader = reader
        self.send = send
        self.heard: Callable[[str], None] = lambda _line: None
        """Gets each line that is no part of an answer."""
        self.timers = Timers(clock)
        self.waiting: deque[_Asked] = deque()
        self.asked: _Asked | None = None
        self.quiet = False
        """Whether the gap behind a result code runs."""

    @property
    def idle(self) -> bool:
        """Whether nothing is asked or about to be."""
        return self.asked is None and not self.waiting

    def ask(self, line: str, done: Done, *, lasting: bool = False) -> None:
        """Say a command line as soon as it may be said; `done` gets its answer.

        A lasting one is asked whatever becomes of the upgrade.
        """
        self.waiting.append(_Asked(line, done, lasting))
        self.say_next()

    def insist(
        self,
        line: str,
        done: Done,
        given_up: Callable[[], None],
        *,
        good: Callable[[ReceivedAnswer], bool] = lambda answer: answer.ok,
        tries: int | None = None,
    ) -> None:
        """Ask again until the answer is good; `given_up` is called after the last try."""
        left = self.options.retries if tries is None else tries

        def judge(answer: ReceivedAnswer) -> None:
            if good(answer):
                done(answer)
            elif left <= 0:
                given_up()
            else:
                self.timers.start(
                    "again",
                    self.options.retry_s,
                    lambda: self.insist(line, done, given_up, good=good, tries=left - 1),
                )

        self.ask(line, judge)

    def forget(self, *, lasting: bool = False) -> None:
        """Ask no more of an upgrade that is over, nor, if so wanted, anything else.

        The answer that is due then is dropped.
        """
        self.waiting = deque(each for each in self.waiting if each.lasting and not lasting)
        self.timers.cancel("again")
        if self.asked is not None and (lasting or not self.asked.lasting):
            self.asked.done = lambda _answer: None

    def feed(self, octets: bytes) -> None:
        """Take octets of the module."""
        self.reader.feed(octets)
        while (item := self.reader.next_item()) is not None:
            if isinstance(item, ReceivedBlock):
                self.take_block(item)
            else:
                self.take_line(item.decode("latin-1"))
        if self.asked is not None and self.reader.missing:
            self.await_answer()  # a block on a slow line may take long, but goes on

    def take_block(self, block: ReceivedBlock) -> None:
        """Take the octets of a read."""
        if self.asked is not None:
            self.asked.answer.block = block

    def take_line(self, line: str) -> None:
        """Take one line, and decide whose it is."""
        asked = self.asked
        if line.startswith(_URC):
            self.heard(line)
        elif asked is None:
            return
        elif not asked.echoed and line == asked.line:
            asked.echoed = True
        elif (final := self.final_code(line)) is not None:
            self.answered(final)
        else:
            asked.answer.lines.append(line)

    def final_code(self, line: str) -> str | None:
        """Return the final result code that a line is; None for any other line."""
        if line == "OK":
            return "OK"
        return "ERROR" if line == "ERROR" or line.startswith("+CME ERROR") else None

    def say_next(self) -> None:
        """Say the next line, unless an answer is due or the gap runs."""
        if self.asked is not None or self.quiet or not self.waiting:
            return
        self.asked = self.waiting.popleft()
        self.reader.expects_block = "+QIOTOTARD=" in self.asked.line and "?" not in self.asked.line
        self.await_answer()  # first: a port that is gone refuses the line
        self.send(self.lines.octets(self.asked.line))

    def await_answer(self) -> None:
        """Give the answer all its time from now on."""
        self.timers.start("answer", self.options.answer_s, self.no_answer)

    def no_answer(self) -> None:
        """Give an answer up."""
        self.reader.resynchronise()
        self.answered("")

    def answered(self, final: str) -> None:
        """Have the whole answer."""
        asked, self.asked = self.asked, None
        self.timers.cancel("answer")
        self.reader.expects_block = False
        self.quiet = True
        self.begin_gap()
        if asked is not None:
            asked.answer.final = final
            asked.done(asked.answer)

    def begin_gap(self) -> None:
        """Be silent for a while.

        Spec: SOTA-TIM-009
        """
        self.timers.start("gap", self.options.gap_s, self.gap_over)

    def gap_over(self) -> None:
        """Be allowed to speak again."""
        self.quiet = False
        self.say_next()
