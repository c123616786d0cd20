"""The conversation: the last turns of a run, told item by item."""

from collections import deque

from atverdict.conformance.evidence.log import Begin, ControlAction, Port, Resumed, Waited
from atverdict.conformance.evidence.trace import Asked, Exchange, Item, Place, Stray, Typed, Urc
from atverdict.grammar.message import Echo, Malformed
from atverdict.reports.scenes.scene import Step
from atverdict.reports.scenes.steps import (
    action,
    answer,
    collapsed,
    come,
    given_up,
    line_of,
    reads,
    sent,
)
from atverdict.reports.scenes.turns import Turn, fold, note, silence
from atverdict.reports.text import clean

__all__ = ["Conversation"]

REMEMBERED = 64


class Conversation:
    """The last turns of a run; flawless reads and equal turns are folded into one."""

    def __init__(self) -> None:
        self.turns: deque[Turn] = deque(maxlen=REMEMBERED)
        self.count = 0
        """How many turns there have been; the last one is number `count - 1`."""
        self._exchange: Exchange | None = None
        self._order_told = 0
        """How many messages of the open exchange have been told."""
        self._places: list[tuple[Place, int]] = []
        """Where the messages of the last exchange were told."""

    @property
    def first(self) -> int:
        """The number of the oldest turn that is remembered."""
        return self.count - len(self.turns)

    def observe(self, item: Item, *, alone: bool) -> None:
        """Take the next item; `alone` keeps each of its messages a turn of its own."""
        match item:
            case Asked(exchange=exchange):
                self._exchange, self._order_told = exchange, 0
                self._places.clear()
                self._message(sent(exchange.sent), exchange.sent, alone=alone)
            case Exchange():
                self._finish(item, alone=alone)
            case Urc(place=place, during=during):
                self._catch_up(during, place, whole=item.after_block)
                self._message(come(place, line_of(place)), place, alone=alone)
            case Stray(place=place, during=during):
                self._catch_up(during, place, whole=True)
                if not self._knows(place):
                    malformed = isinstance(item.message, Malformed)
                    text = "" if malformed else line_of(place)
                    self._message(come(place, text), place, alone=alone)
            case Typed(place=place):
                self._message(sent(place), place, alone=alone)
            case _:
                self._around(item, alone=alone)

    def _around(self, item: Item, *, alone: bool) -> None:
        """Take what happens around the two: actions, waits, lost ports, beginnings."""
        match item:
            case ControlAction():
                self._push(Turn((action(item),), alone=alone))
            case Waited(t=now_s) if alone:
                self._push(Turn((silence(self._until_s, now_s),), alone=True))
            case Port():
                text = "the port is back" if item.open else f"the port was lost: {item.reason}"
                self._push(Turn((note(clean(text), item.t),)))
            case Resumed():
                self._push(Turn((note("the interrupted run goes on", item.t),)))
            case Begin():
                text = f"test purpose {clean(item.purpose)}"
                self._push(Turn((note(text, item.t),), begins=True))
            case _:
                pass

    def _finish(self, exchange: Exchange, *, alone: bool) -> None:
        """Tell the rest of an answer; as one step, unless its messages must stay apart."""
        whole = collapsed(exchange)
        untouched = self._exchange is exchange and len(self._places) == 1
        untouched = untouched and not self.turns[-1].alone
        if untouched and whole is not None and not alone and not exchange.malformed:
            command = self._pop().steps[0]
            self._push(Turn((command, whole), reads(exchange)))
            self._places = []
            return
        place = exchange.final_place
        self._catch_up(exchange, place, whole=True, alone=alone)
        if place is None:
            self._push(Turn((given_up(exchange, self._until_s),), alone=alone))
        elif not self._knows(place):
            self._message(come(place, line_of(place)), place, alone=alone)

    def _catch_up(
        self,
        exchange: Exchange | None,
        until: Place | None,
        *,
        whole: bool,
        alone: bool = False,
    ) -> None:
        """Tell the messages of an open answer before `until`; `whole`: also those on its line."""
        if exchange is None or exchange is not self._exchange:
            return
        for told in exchange.order[self._order_told :]:
            line = told.place.line
            if until is not None and (line > until.line or (line == until.line and not whole)):
                break
            self._order_told += 1
            echo = isinstance(told.message, Echo)
            if not echo or alone:
                self._message(answer(told, exchange), told.place, alone=alone, echo=echo)

    def _message(self, step: Step, place: Place, *, alone: bool, echo: bool = False) -> None:
        self._push(Turn((step,), alone=alone, echo=echo))
        self._places.append((place, self.count - 1))

    def _knows(self, place: Place) -> bool:
        return any(known == place for known, _ in self._places)

    def _push(self, turn: Turn) -> None:
        folded = fold(self.turns[-1], turn) if self.turns else None
        if folded is not None:
            self._pop()
        self.turns.append(folded or turn)
        self.count += 1

    @property
    def _until_s(self) -> float:
        """The instant of the last thing that was told."""
        return self.turns[-1].steps[-1].until_s if self.turns else 0.0

    def _pop(self) -> Turn:
        self.count -= 1
        return self.turns.pop()

    def number_of(self, place: Place | None) -> int:
        """Return the number of the turn that tells a place, else of the last turn."""
        for known, number in self._places:
            if known == place:
                return number
        if place is not None:
            for number in range(self.count - 1, self.first - 1, -1):
                if self.turns[number - self.first].has(frozenset({place.line})):
                    return number
        return self.count - 1
