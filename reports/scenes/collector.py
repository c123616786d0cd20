"""The collector of scenes: one pass over a log, in a memory that does not grow with it."""

import itertools
from dataclasses import dataclass, replace

from atverdict.conformance.evidence.log import Begin, End
from atverdict.conformance.evidence.trace import Exchange, Item, Stray, Urc
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.conformance.judge.purpose_run import LIVENESS
from atverdict.reports.scenes.conversation import Conversation
from atverdict.reports.scenes.divergence import differing_octets, divergent_place, of_silence
from atverdict.reports.scenes.scene import Divergence, Scene, Step
from atverdict.reports.scenes.turns import Turn, note, with_waits
from atverdict.reports.scenes.upgrade_scene import SuccessfulUpgrade
from atverdict.reports.text import clean

__all__ = ["UPGRADE", "Scenes"]

UPGRADE = "upgrade"
"""The name of the scene of the first successful upgrade."""
BEFORE = 12
"""The most turns before a divergence."""
AT_LEAST = 6
"""The least turns before it, where its test purpose has just begun."""
AFTER = 3
"""The turns after a divergence."""
DRAWN = (Outcome.FAIL, Outcome.WARNING, Outcome.INCONCLUSIVE)


@dataclass(slots=True)
class _Window:
    """The turns around a finding."""

    found: Finding
    at: int
    """The number of the turn of the divergence."""
    negative: bool
    turns: tuple[Turn, ...] = ()
    """Empty while the turns after the divergence are still to come."""
    first: int = 0
    """The number of the first turn."""


class Scenes:
    """The scenes of a run; a listener of the judge."""

    def __init__(self, *, turned: bool) -> None:
        """`turned`: the IUT asks, and what is wrong is its command line."""
        self._turned = turned
        self._conversation = Conversation()
        self._upgrade = SuccessfulUpgrade(self._conversation)
        self._windows: dict[tuple[str, Verdict], _Window] = {}
        """By requirement and verdict: the first finding of each kind."""
        self._open: list[_Window] = []
        self._negative = False

    def observe(self, item: Item, findings: list[Finding]) -> None:
        """Take the next item."""
        new: dict[tuple[str, Verdict], Finding] = {}
        for found in findings:
            kind = found.requirement, found.verdict
            if found.verdict > Verdict.PASS and kind not in self._windows:
                new.setdefault(kind, found)
        self._conversation.observe(item, alone=bool(new))
        if isinstance(item, Begin):
            self._negative = item.negative
        elif isinstance(item, End):
            self._end(item)
        for kind, found in new.items():
            window = _Window(found, self._number(item, found), self._negative)
            self._windows[kind] = window
            self._open.append(window)
        self._close()
        self._upgrade.observe(item, findings)

    def _number(self, item: Item, found: Finding) -> int:
        """Return the number of the turn in which a finding diverges."""
        match item:
            case Exchange() if self._turned:
                return self._conversation.number_of(item.sent)
            case Exchange():
                return self._conversation.number_of(divergent_place(item, found))
            case Urc() | Stray():
                return self._conversation.number_of(item.place)
            case _:
                cited = found.places[-1] if found.places and found.places[-1].octets else None
                return self._conversation.number_of(cited)

    def _end(self, end: End) -> None:
        """End a test purpose: one whose sanity check failed proves no failure."""
        for (requirement, verdict), window in list(self._windows.items()):
            held = window.negative and requirement not in LIVENESS
            if held and verdict is Verdict.FAIL:
                window.negative = False
                if end.insane:
                    del self._windows[requirement, verdict]
                    self._windows.setdefault((requirement, Verdict.INCONCLUSIVE), window)
        self._negative = False

    def _close(self, *, now: bool = False) -> None:
        """Cut out the windows whose last turn is complete, or all of them `now`."""
        said = self._conversation
        for window in list(self._open):
            if not (now or said.count > window.at + AFTER + 1):
                continue
            self._open.remove(window)
            turns = list(said.turns)
            at = max(0, window.at - said.first)
            following = itertools.takewhile(lambda turn: not turn.begins, turns[at + 1 :])
            window.turns = (*turns[: at + 1], *itertools.islice(following, AFTER))
            window.first = said.first

    def scenes(self, judgement: Judgement) -> dict[str, Scene]:
        """Return the scenes that explain a judgement, by requirement, and that of an upgrade."""
        self._close(now=True)
        drawn: dict[str, Scene] = {}
        if self._upgrade.turns:
            drawn[UPGRADE] = self._success()
        for name, verdict in judgement.requirements.items():
            window = self._window_of(verdict)
            if window is not None:
                drawn[name] = _scene(verdict, window)
        if self._turned:
            return {name: scene.turned_around() for name, scene in drawn.items()}
        return drawn

    def _window_of(self, verdict: RequirementVerdict) -> _Window | None:
        """Return the window of the finding that decided; None where none did."""
        if verdict.outcome not in DRAWN or not verdict.findings:
            return None
        found = verdict.findings[0]
        window = self._windows.get((found.requirement, found.verdict))
        if window is None or not window.turns:
            return None
        same = (window.found.places, window.found.observed) == (found.places, found.observed)
        return window if same else None

    def _success(self) -> Scene:
        turns = self._upgrade.turns
        steps = [step for turn in turns for step in turn.steps]
        left = self._upgrade.left_out_after
        if left:
            split = sum(len(turn.steps) for turn in turns[:left])
            steps.insert(split, _left_out(steps[split - 1], steps[split]))
        return Scene(
            UPGRADE, "The first upgrade that ended with success.", "", (), tuple(with_waits(steps))
        )


def _scene(verdict: RequirementVerdict, window: _Window) -> Scene:
    """Make the scene of a finding from its window."""
    found, requirement = window.found, verdict.requirement
    cited = frozenset(place.line for place in found.places)
    at = max(0, window.at - window.first)
    begins = max((i for i in range(at) if window.turns[i].begins), default=0)
    start = max(0, min(max(begins, at - BEFORE), at - AT_LEAST))
    steps: list[Step] = []
    diverging: Step | None = None
    for index, turn in enumerate(window.turns):
        if (index < start and not turn.has(cited)) or (turn.echo and index != at):
            continue
        if steps and index and index <= start and not _follows(window.turns, index, cited, start):
            steps.append(_left_out(steps[-1], turn.steps[0]))
        told = [
            replace(s, cited=any(s.line <= n <= s.last_line for n in cited)) for s in turn.steps
        ]
        if index == at:
            diverging = told[-1]
        steps += told
    steps = with_waits(steps)
    assert diverging is not None
    number = next(i for i, step in enumerate(steps) if step is diverging)
    return Scene(
        requirement.id,
        clean(requirement.text),
        requirement.strength.value,
        tuple(clean(source) for source in requirement.sources),
        tuple(steps),
        Divergence(
            number,
            clean(found.expected),
            clean(found.observed),
            of_silence(found.expected),
            differing_octets(found),
        ),
    )


def _follows(turns: tuple[Turn, ...], index: int, cited: frozenset[int], start: int) -> bool:
    """Tell whether the turn before this one is shown."""
    return index - 1 >= start or turns[index - 1].has(cited)


def _left_out(before: Step, after: Step) -> Step:
    lines = f", log lines {before.last_line + 1} to {after.line - 1}" if after.line else ""
    return note(f"messages left out{lines}", before.until_s)
