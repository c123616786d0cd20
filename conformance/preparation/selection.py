"""The selection: what runs, what does not, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from atverdict.conformance.evidence.log import NotTested
from atverdict.conformance.judge.ruling import NOT_SELECTED
from atverdict.conformance.preparation.pixit import Pics
from atverdict.conformance.preparation.purpose import Effort, Purpose
from atverdict.conformance.preparation.setup import Setup
from atverdict.spec.model import Need, Profile, Role, Specification

__all__ = ["Given", "Offered", "Selection", "covers", "parse_selection"]

PRODUCT = "product"
"""The need for the PIXIT's product key and secret."""
MODULE_PLAN = "module_plan"
"""The need for the PIXIT's plan for the module's own firmware."""
NO_PURPOSE = "no test purpose of this version of the suite provokes it"
TABLES = {PRODUCT: "the PIXIT's [product]", MODULE_PLAN: "the PIXIT's [module_plan]"}
"""The tables of the PIXIT that purposes need, by their needs."""
EFFORT_NEEDED = frozenset(f"--effort {effort}" for effort in Effort)


@dataclass(frozen=True, slots=True)
class Given:
    """The means of a run."""

    means: frozenset[str]
    """Actions of the control agent, and ``product``."""
    effort: Effort
    virtual: bool
    """True on virtual time, where waiting costs nothing."""
    wording: Mapping[str, str] = field(default_factory=lambda: dict(TABLES))
    """The wording of needs that are no actions of the control agent."""

    @classmethod
    def by(cls, setup: Setup, actions: frozenset[str], *, virtual: bool) -> "Given":
        """Return the means of a run with this setup and these actions of the control agent."""
        tables = {name for name in TABLES if getattr(setup.pixit, name) is not None}
        return cls(actions | tables, setup.effort, virtual)

    def missing(self, declared: Purpose) -> str:
        """Return what a purpose needs and lacks, as the end of a sentence; empty if nothing."""
        missing = sorted(set(declared.needs) - self.means)
        actions = [need for need in missing if need not in self.wording]
        if actions:
            return f"a control agent that can do {', '.join(actions)}"
        if missing:
            return " and ".join(self.wording[need] for need in missing)
        if not self.effort.includes(declared.effort):
            return f"--effort {declared.effort}"
        if declared.slow_s and not self.virtual and self.effort is not Effort.DEEP:
            return f"--effort deep, since it waits for {declared.slow_s:g} s"
        return ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A test purpose that could run."""

    name: str
    """``<area>.<purpose>``."""
    declared: Purpose

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements that it exercises, or may exercise."""
        return self.declared.requirements + self.declared.chances


def parse_selection(text: str | None) -> tuple[str, ...]:
    """Split ``--select`` at its commas; None and blanks select everything."""
    return tuple(token.strip() for token in (text or "").split(",") if token.strip())


@dataclass(frozen=True, slots=True)
class Selection:
    """Ids of requirements, their beginnings and names of purposes; no token selects everything."""

    tokens: tuple[str, ...]
    specification: Specification
    role: Role

    def requirement(self, identifier: str, purposes: Iterable[Offered]) -> bool:
        """Tell whether a requirement is to be judged."""
        if not self.tokens:
            return True
        if any(covers(token, identifier) for token in self.tokens):
            return True
        return any(self._named(p) and identifier in p.requirements for p in purposes)

    def purpose(self, purpose: Offered) -> bool:
        """Tell whether a purpose is to run."""
        if not self.tokens or purpose.declared.always or self._named(purpose):
            return True
        return any(covers(token, r) for token in self.tokens for r in purpose.requirements)

    def _named(self, purpose: Offered) -> bool:
        area, _, name = purpose.name.partition(".")
        return any(token in (purpose.name, area, name) for token in self.tokens)

    def check(self, purposes: Iterable[Offered]) -> str:
        """Return a sentence on a part of the selection that matches nothing; empty where all do."""
        offered = list(purposes)
        for token in self.tokens:
            requirements = any(
                covers(token, r.id) and r.role is self.role
                for r in self.specification.requirements.values()
            )
            alone = Selection((token,), self.specification, self.role)
            if not requirements and not any(alone._named(p) for p in offered):
                return (
                    f"--select: {token} is no requirement, no beginning of one and no test purpose"
                )
        return ""

    def reasons(
        self,
        purposes: list[Offered],
        running: list[Offered],
        given: Given,
        pics: Pics,
        profile: Profile,
    ) -> Iterable[NotTested]:
        """Return each requirement that this run does not exercise, with the reason."""
        for requirement in self.specification.requirements.values():
            if requirement.role is not self.role or requirement.id in profile.not_applicable:
                continue
            identifier = requirement.id
            if identifier in pics.not_supported:
                yield NotTested(
                    identifier,
                    f"not claimed by the PICS: {pics.not_supported[identifier]}",
                    applicable=False,
                )
            elif pics.fota is False and Need.FOTA in requirement.needs:
                yield NotTested(
                    identifier,
                    "the PICS says that the module has no FOTA",
                    applicable=False,
                )
            elif not self.requirement(identifier, purposes):
                yield NotTested(identifier, NOT_SELECTED)
            elif not any(identifier in p.requirements for p in running):
                yield NotTested(identifier, _missing(identifier, purposes, given))


def covers(token: str, identifier: str) -> bool:
    """Tell whether a token is an id, or its beginning up to a hyphen."""
    return identifier == token or identifier.startswith(token.rstrip("-") + "-")


def _missing(identifier: str, purposes: list[Offered], given: Given) -> str:
    """Return what was missing for the purposes that exercise a requirement."""
    able = [p for p in purposes if identifier in p.requirements]
    if not able:
        return NO_PURPOSE
    missing = given.missing(able[0].declared)
    if missing in EFFORT_NEEDED:
        return f"effort {given.effort} leaves it out; it needs {missing}"
    return f"{able[0].name} needs {missing}"
