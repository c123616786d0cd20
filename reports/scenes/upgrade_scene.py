"""The scene of the first successful upgrade: its turns from the request to 10705."""

from atverdict.conformance.evidence.log import Reset, Resumed
from atverdict.conformance.evidence.trace import Item
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.state.flow import is_ota
from atverdict.reports.scenes.conversation import Conversation
from atverdict.reports.scenes.turns import Turn

__all__ = ["SuccessfulUpgrade"]

OFFERED, STARTED, SUCCEEDED, FAILED = 10700, 10701, 10705, 10706
BEFORE_OFFER = 8
"""How many turns are kept that lead to the offer: connecting, announcing, requesting."""
EARLIER = ("+QIOTEVT: 7,", "AT+QIOTUPDATE")
HEAD = 24
TAIL = 18
"""How many turns of a long upgrade are kept, at its begin and at its end."""


class SuccessfulUpgrade:
    """The first upgrade that ends with 10705 without breaking a requirement by that."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._start: int | None = None
        self._started = False
        self._head: list[Turn] = []
        self.turns: list[Turn] = []
        """Empty while no upgrade has succeeded."""
        self.left_out_after = 0
        """The number of turns before the gap; 0 where nothing is left out."""

    def observe(self, item: Item, findings: list[Finding]) -> None:
        """Take the next item, once it has been told."""
        if self.turns:
            return
        if is_ota(item, OFFERED) and not self._started:
            self._begin()
        elif is_ota(item, STARTED):
            self._started = self._start is not None
        elif is_ota(item, FAILED) or isinstance(item, Reset | Resumed):
            self._start, self._started = None, False
        elif is_ota(item, SUCCEEDED) and self._started:
            self._end(broken=any(found.verdict is Verdict.FAIL for found in findings))
        said = self._conversation
        if self._start is not None and not self._head and said.count - self._start > HEAD:
            self._head = list(said.turns)[self._start - said.first :][:HEAD]

    def _begin(self) -> None:
        """Begin with the turns that led to the offer, after any earlier offer or decision."""
        said = self._conversation
        before = list(said.turns)[:-1][-BEFORE_OFFER:]
        leading = 0
        for turn in reversed(before):
            if turn.steps[0].text.startswith(EARLIER):
                break
            leading += 1
        self._start, self._head = said.count - 1 - leading, []

    def _end(self, *, broken: bool) -> None:
        if broken:
            return
        said = self._conversation
        assert self._start is not None
        turns = list(said.turns)
        if said.count - self._start <= HEAD + TAIL:
            self.turns = turns[self._start - said.first :]
        else:
            self.turns = [*self._head, *turns[-TAIL:]]
            self.left_out_after = HEAD
