"""The difference between the behaviour of two runs: other octets at the same place."""

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from atverdict.reports.comparison.behaviour import Answer, Behaviour

__all__ = ["Change", "Difference", "difference"]

SHOWN_ANSWERS = 4
NOTHING = "nothing"
_OF_PACKAGE = re.compile(
    r"(\+QIOTEVT: *7,107(?:00|01|03)\b|\+QIOTOTARD: |AT\+QIOTOTARD=)([^/]*)"
    r"|<\d+ octets, SHA-256 \w+>"
)
_FIGURE = re.compile(r'"[0-9A-Fa-f]{32,}"|\d+')

Places = Mapping[tuple[str, str], Sequence[Answer]]


@dataclass(frozen=True, slots=True)
class Change:
    """A change, at one place or the same at several."""

    where: str
    """The command line, the type of event, or the kind of answer."""
    old: str
    new: str
    purpose: str = ""
    """The purpose of the first place; empty for the framing."""
    old_line: int = 0
    """The line of the log of the first place; 0 where there is none."""
    new_line: int = 0
    count: int = 1
    explained: bool = False
    """True where it is part of the evidence for a verdict that changed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes; those without another verdict stand first."""

    changes: tuple[Change, ...] = ()
    only_old: int = 0
    """Places of the old run that the new one did not come to."""
    only_new: int = 0
    another_package: bool = False
    """True where the packages differ: then their lengths, digests and data are not compared."""

    @property
    def unexplained(self) -> tuple[Change, ...]:
        """The changes without another verdict."""
        return tuple(change for change in self.changes if not change.explained)


def difference(
    old: Behaviour,
    new: Behaviour,
    old_evidence: Collection[int] = (),
    new_evidence: Collection[int] = (),
) -> Difference:
    """Compare two runs place by place.

    The evidence are lines of the logs that stand behind a verdict that changed.
    """
    another = bool(old.packages and new.packages and old.packages.isdisjoint(new.packages))
    one, other = _plain(old, another=another), _plain(new, another=another)
    found: dict[tuple[str, str, str], Change] = {}
    for change in (*_answers(one.answers, other.answers), *_events(one.events, other.events)):
        explained = change.old_line in old_evidence or change.new_line in new_evidence
        key = (change.where, change.old, change.new)
        known = found.get(key, replace(change, count=0))
        found[key] = replace(known, count=known.count + 1, explained=known.explained or explained)
    changes = [*_framing(old, new), *found.values()]
    places, others = one.answers.keys(), other.answers.keys()
    return Difference(
        changes=tuple(sorted(changes, key=lambda change: change.explained)),
        only_old=len(places - others),
        only_new=len(others - places),
        another_package=another,
    )


def _plain(run: Behaviour, *, another: bool) -> Behaviour:
    """Replace what always differs: the name of the firmware, and figures of another package."""

    def plain(text: str) -> str:
        for firmware in sorted(run.firmware, key=len, reverse=True):
            text = text.replace(firmware, "<firmware>") if firmware else text
        return _OF_PACKAGE.sub(_without_figures, text) if another else text

    def of(places: Places) -> dict[tuple[str, str], list[Answer]]:
        shown: dict[tuple[str, str], list[Answer]] = {}
        for (purpose, where), answers in places.items():
            kept = shown.setdefault((purpose, plain(where)), [])
            kept += [Answer(plain(answer.text), answer.line) for answer in answers]
        return shown

    return replace(run, answers=of(run.answers), events=of(run.events))


def _without_figures(found: re.Match[str]) -> str:
    """Put a mark in place of lengths, positions and digests."""
    return found[1] + _FIGURE.sub("#", found[2]) if found[1] else "<data>"


def _answers(old: Places, new: Places) -> Iterator[Change]:
    """Compare the n-th answer with the n-th where a line was sent equally often.

    Else the line was a poll: repeats in a row count once, and only an answer in place of another
    is told.
    """
    for place in [place for place in old if place in new]:
        one, other = old[place], new[place]
        if len(one) == len(other):
            for left, right in zip(one, other, strict=True):
                if left.text != right.text:
                    yield _change(place, [left], [right])
        else:
            yield from (c for c in _hunks(place, one, other) if NOTHING not in (c.old, c.new))


def _events(old: Places, new: Places) -> Iterator[Change]:
    """Compare the order of events; repeats in a row count once."""
    asked = {purpose for purpose, _ in old} & {purpose for purpose, _ in new}
    for place in dict.fromkeys((*old, *new)):
        if place[0] in asked:
            yield from _hunks(place, old.get(place, ()), new.get(place, ()))


def _hunks(
    place: tuple[str, str], old: Sequence[Answer], new: Sequence[Answer]
) -> Iterator[Change]:
    one, other = _without_repeats(old), _without_repeats(new)
    texts = [a.text for a in one], [a.text for a in other]
    for tag, i, j, k, m in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if tag != "equal":
            yield _change(place, one[i:j], other[k:m])


def _without_repeats(answers: Sequence[Answer]) -> list[Answer]:
    return [next(group) for _, group in itertools.groupby(answers, key=lambda a: a.text)]


def _change(place: tuple[str, str], old: Sequence[Answer], new: Sequence[Answer]) -> Change:
    purpose, where = place
    return Change(
        where,
        _joined([answer.text for answer in old]),
        _joined([answer.text for answer in new]),
        purpose,
        old[0].line if old else 0,
        new[0].line if new else 0,
    )


def _joined(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - SHOWN_ANSWERS} more" if len(texts) > SHOWN_ANSWERS else ""
    return ", then ".join(texts[:SHOWN_ANSWERS]) + more if texts else NOTHING


def _framing(old: Behaviour, new: Behaviour) -> Iterator[Change]:
    """Compare line ends and echoes around answers of the same kind."""
    for structure, shapes in old.framing.items():
        others = new.framing.get(structure)
        if others is not None and shapes.keys() != others.keys():
            gone, come = sorted(shapes.keys() - others), sorted(others.keys() - shapes)
            yield Change(
                f"octets around an answer of {structure}",
                _joined(gone),
                _joined(come),
                old_line=shapes[gone[0]] if gone else 0,
                new_line=others[come[0]] if come else 0,
            )
