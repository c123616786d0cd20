"""A fault: one deviation of the simulator, and the requirement that it breaks."""

import difflib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeVar

from atverdict.adapters.pco import AddressError

__all__ = ["Catalogue", "Fault", "by_name", "named"]

_NEAR = 3
"""How many faults are named where one was mistyped."""

_Part = TypeVar("_Part", bound=type)


@dataclass(frozen=True)
class Fault:
    """One small realistic deviation.

    Its state, where it has any, lives in the instance of `part`: every simulator
    has its own, and a power cycle of the module does not touch it.
    """

    name: str
    requirement: str
    """The ID of the requirement that it breaks."""
    strength: Literal["SHALL", "SHOULD"]
    description: str
    """What is wrong, in one sentence without its full stop."""
    part: type
    """A subclass of one of the simulator's parts, to stand in its place."""
    needs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Options without which the fault cannot show, as a query."""


class Catalogue:
    """The faults of one area; each is a decorated class whose docstring describes it."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def breaks(
        self,
        requirement: str,
        strength: Literal["SHALL", "SHOULD"] = "SHALL",
        **needs: str,
    ) -> Callable[[_Part], _Part]:
        """Enter the decorated part, named after its class, as a fault against a requirement."""

        def enter(part: _Part) -> _Part:
            words = re.findall(r"[A-Z]+(?![a-z0-9])|[A-Z][a-z]*[0-9]*", part.__name__)
            description = (inspect.getdoc(part) or "").splitlines()[0].removesuffix(".")
            self.faults.append(
                Fault(
                    name="-".join(words).lower(),
                    requirement=requirement,
                    strength=strength,
                    description=description,
                    part=part,
                    needs=MappingProxyType(needs),
                )
            )
            return part

        return enter


def by_name(catalogues: Iterable[Catalogue]) -> Mapping[str, Fault]:
    """Return the faults of all areas by their names. Raises `ValueError` for a name used twice."""
    faults: dict[str, Fault] = {}
    for catalogue in catalogues:
        for fault in catalogue.faults:
            if fault.name in faults:
                raise ValueError(f"two faults are called {fault.name}")
            faults[fault.name] = fault
    return MappingProxyType(faults)


def named(name: str, faults: Mapping[str, Fault], whose: str) -> Fault:
    """Return a fault by its name.

    Raises `AddressError` that names similar ones, and `whose` they are.
    """
    if name in faults:
        return faults[name]
    near = difflib.get_close_matches(name, faults, _NEAR, cutoff=0.0)
    raise AddressError(
        f"{whose} has no fault {name!r}; there are {len(faults)}, among them {', '.join(near)}"
    )
