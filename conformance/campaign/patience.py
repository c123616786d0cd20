"""The patience with an IUT: how long a run waits in vain, and what it does not try again."""

import re
from collections.abc import Callable

from atverdict.grammar.message import CommandForm, CommandLine
from atverdict.grammar.reader import read_command

__all__ = ["ENOUGH", "Inconclusive", "Mute", "Patience", "kind_of"]

ENOUGH = 3
"""The number of equal time-outs after which the same is not tried again."""
ENOUGH_OF_KNOWN = 9
"""The same for what has come before: it may depend on the state, or on a value."""
SHORT_S = 2.0
"""The shortest time to wait: for a command far above the documented 300 ms."""
MOST_LATE = 30
"""How often an answer is taken for one that may be late."""
SHORTEST_S = 0.5
"""The shortest time to wait for an answer."""
SHORTENED = 4
"""By how much the time is divided for what has not come before."""
BUDGET_S = 60.0
"""The time that a run waits in vain before it gives what has not come before only `SHORT_S`, and an
answer that has not come before half of that."""
_HEAD = re.compile(rb"[A-Za-z]*\+?[A-Za-z]*[=?]{0,2}")
_TYPES: dict[type, str] = {int: "<number>", str: "<string>"}
_ESSENTIAL = "AT"
"""The question whether there is anybody: it is asked whatever happened before."""


class Inconclusive(Exception):
    """A test purpose cannot get to its point. This says something about the run, not the IUT."""


class Mute(Inconclusive):
    """The IUT answers nothing any more, whatever is sent."""


def kind_of(line: bytes) -> str:
    """Return the kind of a command line: what has equal time-outs is not tried for ever."""
    match = _HEAD.match(line)
    head = match[0].decode("ascii") if match else ""
    command = read_command(line)
    if not isinstance(command, CommandLine):
        return f"a malformed {head}..."
    if command.form is not CommandForm.WRITE:
        return head
    values = command.parameters
    if len(values) == 1 and isinstance(values[0], int):
        return f"{head}{values[0]}"
    return head + ",".join(_TYPES.get(type(value), "") for value in values)


class Patience:
    """The patience of one run: it counts the waits in vain, by their kind."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Begin; `tell` gets a sentence on what is not tried again."""
        self._tell = tell
        self._vain: dict[str, int] = {}
        self._muted: dict[str, int] = {}
        self._known: set[str] = set()
        """What has come, or was answered, before."""
        self._over: set[str] = set()
        self._spent_s = 0.0
        self._late = False
        self._lates = 0
        self._row: list[str] = []
        """The kinds of the command lines since the last answer."""
        self._answered = _ESSENTIAL
        """The kind of the last command that was answered."""

    def exhausted(self, kind: str) -> bool:
        """Tell whether the same is not tried again."""
        return kind in self._over

    def limit_s(self, kind: str, usual_s: float) -> float:
        """Return the time to wait, in seconds; 0 for what is not tried again."""
        if kind in self._over:
            return 0.0
        if not self._vain.get(kind):
            return usual_s
        hurried = self._spent_s >= BUDGET_S
        return min(usual_s, SHORT_S if hurried else max(SHORT_S, usual_s / SHORTENED))

    def answer_s(self, kind: str, usual_s: float) -> float:
        """Return the time to wait for an answer, in seconds; lines get lost without a pattern."""
        hurry = int(self._spent_s / BUDGET_S)
        if len(self._row) > 1:  # it may be mute; after one line its answer may still come late
            usual_s = min(usual_s, SHORT_S)
        return max(SHORTEST_S, min(self.limit_s(kind, usual_s), usual_s / (1 << hurry)))

    def came(self, kind: str) -> None:
        """Note that an event has come."""
        self._known.add(kind)
        self._vain.pop(kind, None)

    def missed(self, kind: str, waited_s: float) -> None:
        """Note that an event did not come."""
        if kind not in self._over:
            self._spent_s += waited_s
            self._count(kind, f"{kind} did not come: it is not waited for again")

    def answered(self, kind: str) -> None:
        """Note that a command line was answered."""
        self._row.clear()
        self._answered = kind
        self._known.add(kind)
        self._vain.pop(kind, None)

    def unanswered(self, kind: str, waited_s: float) -> bool:
        """Note that a command line was not answered; True where it may be that nothing is.

        Then `alive` or `mute` must tell what it is.
        """
        self._spent_s += waited_s
        self._late = True
        self._row.append(kind)
        if len(self._row) == 1:  # the lines behind it may be the victims of the first
            self._silent(kind)
        return len(self._row) >= ENOUGH

    def late(self) -> bool:
        """Tell, once, whether the answer that has come may be a late one to a line before."""
        late, self._late = self._late, False
        self._lates += late
        return late and self._lates <= MOST_LATE

    def alive(self) -> None:
        """Note that the IUT answers: each line since the last answer was lost by itself."""
        for kind in self._row[1:]:
            self._silent(kind)
        self._row.clear()

    def mute(self) -> None:
        """Note that the IUT answers nothing any more: the last line that was answered is why."""
        self._row.clear()
        culprit = self._answered
        self._muted[culprit] = self._muted.get(culprit, 0) + 1
        if self._muted[culprit] > ENOUGH:
            self._end(culprit, f"nothing was answered after {culprit}: it is not sent again")

    def _silent(self, kind: str) -> None:
        self._count(kind, f"{kind} was not answered: it is not sent again")

    def _count(self, kind: str, sentence: str) -> None:
        self._vain[kind] = self._vain.get(kind, 0) + 1
        if self._vain[kind] >= (ENOUGH_OF_KNOWN if kind in self._known else ENOUGH):
            self._end(kind, sentence)

    def _end(self, kind: str, sentence: str) -> None:
        if kind != _ESSENTIAL and kind not in self._over:
            self._over.add(kind)
            self._tell(f"{self._vain.get(kind, ENOUGH)} times {sentence}")
