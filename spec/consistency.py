"""Consistency of the data files: every name that one uses is defined in another."""

from collections.abc import Iterable, Iterator
from itertools import chain

from atverdict.spec.clause import resolve_clause
from atverdict.spec.document import SpecificationError
from atverdict.spec.model import (
    DEFAULT_PROFILE,
    Command,
    Erratum,
    Machine,
    Parameter,
    Profile,
    Requirement,
    Source,
    Specification,
    Transition,
)

__all__ = ["check_consistency"]

LINES = ("cellular", "wifi", "nb")
FORMS = ("test", "read", "write", "execute")
RESPONDS = ("OK|ERROR", "OK", "ERROR")
PARAMETER_TYPES = ("integer", "string", "octets", "keyword")
VERDICTS = ("required", "permitted", "profile", "inconclusive", "ignored", "host")
MOVERS = ("host", "module", "platform", "network", "power", "timer")


def check_consistency(specification: Specification) -> None:
    """Raise `SpecificationError` with the first mistake between the files."""
    consistency = _Consistency(specification)
    for problem in consistency.problems():
        raise SpecificationError(problem)


class _Consistency:
    """All references of one specification, each problem as ``file: entry: key: what``."""

    def __init__(self, specification: Specification) -> None:
        self._all = specification
        self._keys = {key for overlay in specification.overlays.values() for key in overlay.keys}
        self._clauses: dict[str, Requirement | Erratum | Source | None] = {}

    def problems(self) -> Iterator[str]:
        everything = self._all
        return chain(
            chain.from_iterable(map(self._requirement, everything.requirements.values())),
            chain.from_iterable(map(self._erratum, everything.errata.values())),
            chain.from_iterable(map(self._command, everything.commands.values())),
            self._events(),
            self._machine(everything.connection),
            self._machine(everything.ota),
            chain.from_iterable(map(self._profile, everything.profiles.values())),
            chain.from_iterable(map(self._profile, everything.overlays.values())),
            self._default_profile(),
        )

    def _requirement(self, requirement: Requirement) -> Iterator[str]:
        place = f"requirements/{requirement.area.lower()}.toml: {requirement.id}"
        for key in ("text", "text_zh", "observe", "sources"):
            if not getattr(requirement, key):
                yield f"{place}: {key}: is empty"
        yield from self._sources(f"{place}: sources", requirement.sources)
        yield from _repeats(f"{place}: needs", [need.value for need in requirement.needs])
        for key in requirement.mandatory_in:
            if key not in self._keys:
                yield f"{place}: mandatory_in: {key} is a key of no overlay"
        yield from self._errata(f"{place}: errata", requirement.errata)
        for id_ in requirement.errata:
            if id_ in self._all.errata and requirement.id not in self._all.errata[id_].requirements:
                yield f"{place}: errata: {id_} does not name {requirement.id} in errata.toml"

    def _erratum(self, erratum: Erratum) -> Iterator[str]:
        place = f"errata.toml: {erratum.id}"
        if erratum.verdict not in VERDICTS:
            yield f"{place}: verdict: {erratum.verdict} is none of {', '.join(VERDICTS)}"
        if not erratum.requirements and erratum.verdict != "ignored":
            yield f"{place}: requirements: is empty, but the verdict is not ignored"
        if erratum.verdict == "ignored" and not erratum.unseen:
            yield f"{place}: unseen: is empty, but the verdict is ignored"
        for id_ in erratum.requirements:
            requirement = self._all.requirements.get(id_)
            if requirement is None:
                yield f"{place}: requirements: {id_} is not a requirement"
            elif erratum.id not in requirement.errata:
                yield f"{place}: requirements: {id_} does not name {erratum.id} in its file"

    def _command(self, command: Command) -> Iterator[str]:
        place = f"commands.toml: {command.name}"
        yield from self._sources(f"{place}: clause", [command.clause])
        yield from self._errata(f"{place}: errata", command.errata)
        yield from _known(f"{place}: since", command.since, LINES, "a product line")
        if command.max_response_time_s <= 0:
            yield f"{place}: max_response_time_s: must be above 0"
        if tuple(sorted(command.forms)) != tuple(sorted(FORMS)):
            yield f"{place}: forms: must be {', '.join(FORMS)}"
        for name, form in command.forms.items():
            here = f"{place}: forms.{name}"
            yield from _known(f"{here}.responds", [form.responds], RESPONDS, "an answer")
            if bool(form.refused) != (form.responds == "ERROR"):
                yield f"{here}: refused: must be given where the form answers ERROR alone"
            if form.refused and form.refused not in self._all.requirements:
                yield f"{here}: refused: {form.refused} is not a requirement"
            yield from _parameters(here, form.parameters)
        for keyword in command.keywords.values():
            here = f"{place}: keyword {keyword.name}"
            yield from _known(f"{here}: since", keyword.since, LINES, "a product line")
            yield from _known(
                f"{here}: profiles", keyword.profiles, self._all.profiles, "a profile"
            )
            yield from self._errata(f"{here}: errata", keyword.errata)
            yield from _parameters(here, keyword.parameters)

    def _events(self) -> Iterator[str]:
        for code in self._all.events.values():
            place = f"events.toml: {code.type},{code.code}"
            if code.type not in self._all.event_types:
                yield f"{place}: type: {code.type} is none of the types"
            if not code.editions:
                yield f"{place}: editions: is empty"
            yield from self._editions(f"{place}: editions", code.editions)
            yield from self._errata(f"{place}: errata", code.errata)
            types = [parameter.type for parameter in code.parameters]
            yield from _known(f"{place}: parameters", types, PARAMETER_TYPES, "a type")
            names = [parameter.name for parameter in code.parameters]
            yield from _repeats(f"{place}: parameters", names)

    def _machine(self, machine: Machine) -> Iterator[str]:
        place = f"flow.toml: {machine.name}"
        yield from _known(f"{place}: initial", [machine.initial], machine.states, "a state")
        yield from _repeats(f"{place}: transition", [row.id for row in machine.transitions])
        rows: dict[tuple[str, str, str], str] = {}
        for row in machine.transitions:
            here = f"flow.toml: {row.id}"
            yield from _known(f"{here}: source", [row.source], machine.states, "a state")
            yield from _known(f"{here}: target", [row.target], machine.states, "a state")
            yield from _known(f"{here}: mover", [row.mover], MOVERS, "a mover")
            yield from self._evidence(here, row)
            first = rows.setdefault((row.source, row.input, row.guard), row.id)
            if first != row.id:
                yield f"{here}: guard: {first} has the same source, input and guard"

    def _evidence(self, place: str, row: Transition) -> Iterator[str]:
        if not row.evidence:
            yield f"{place}: evidence: is empty"
        yield from self._sources(f"{place}: evidence", row.evidence)
        sources = [self._clause(text) for text in row.evidence]
        bound = any(isinstance(s, Source) and s.binding and s.tag != "INFERRED" for s in sources)
        if row.settled and not bound:
            yield f"{place}: settled: must be false where it was only observed or inferred"

    def _profile(self, profile: Profile) -> Iterator[str]:
        place = f"profiles/{profile.name}.toml"
        for id_, reason in profile.not_applicable.items():
            if id_ not in self._all.requirements:
                yield f"{place}: not_applicable: {id_} is not a requirement"
            if not reason:
                yield f"{place}: not_applicable: {id_} has no reason"
        for name, seconds in profile.timers.items():
            if seconds <= 0:
                yield f"{place}: timers: {name} must be above 0"
        yield from self._editions(f"{place}: event_editions", profile.event_editions)
        if profile.overlay:
            return
        yield from _known(f"{place}: line", [profile.line], LINES, "a product line")
        if not profile.event_editions:
            yield f"{place}: event_editions: is empty"

    def _default_profile(self) -> Iterator[str]:
        if DEFAULT_PROFILE not in self._all.profiles:
            yield f"profiles/{DEFAULT_PROFILE}.toml: the file of the default profile is missing"

    def _errata(self, place: str, ids: Iterable[str]) -> Iterator[str]:
        return _known(place, ids, self._all.errata, "an erratum")

    def _editions(self, place: str, names: Iterable[str]) -> Iterator[str]:
        return _known(place, names, self._all.event_editions, "an event page")

    def _sources(self, place: str, texts: Iterable[str]) -> Iterator[str]:
        return (
            f"{place}: {text} is not a clause of a known source"
            for text in texts
            if self._clause(text) is None
        )

    def _clause(self, text: str) -> Requirement | Erratum | Source | None:
        if text not in self._clauses:
            try:
                self._clauses[text] = resolve_clause(self._all, text)
            except KeyError:
                self._clauses[text] = None
        return self._clauses[text]


def _known(place: str, names: Iterable[str], known: Iterable[str], kind: str) -> Iterator[str]:
    return (f"{place}: {name} is not {kind}" for name in names if name not in known)


def _repeats(place: str, names: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield f"{place}: {name} stands there twice"
        seen.add(name)


def _parameters(place: str, parameters: Iterable[Parameter]) -> Iterator[str]:
    for parameter in parameters:
        here = f"{place}: {parameter.name}"
        yield from _known(f"{here}: type", [parameter.type], PARAMETER_TYPES, "a type")
        low, high = parameter.minimum, parameter.maximum
        if low is not None and high is not None and low > high:
            yield f"{here}: minimum: {low} is above the maximum {high}"
        if parameter.max_octets is not None and parameter.max_octets < 1:
            yield f"{here}: max_octets: must be at least 1"
        numbers = [value for value in parameter.values if isinstance(value, int)]
        for value in numbers:
            if not _within(value, low, high):
                yield f"{here}: values: {value} is out of the range"
        for name, limit in (("minimum", low), ("maximum", high)):
            if numbers and limit is not None and limit not in numbers:
                yield f"{here}: values: do not reach to the {name} {limit}"


def _within(value: int, low: int | None, high: int | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)
