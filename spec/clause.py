"""Clauses: the names of requirements, of errata and of places in a source."""

from atverdict.spec.model import Erratum, Requirement, Source, Specification

__all__ = ["resolve_clause"]


def resolve_clause(specification: Specification, text: str) -> Requirement | Erratum | Source:
    """Return what `text` names: ``SOTA-EVT-016``, ``E-01``, ``SEED 3.4``, ``D25C-zh/05``.

    Raises KeyError with `text` if nothing has that name.
    """
    if text in specification.requirements:
        return specification.requirements[text]
    if text in specification.errata:
        return specification.errata[text]
    for source in specification.sources.values():
        if text.startswith(source.tag) and _names(source, text.removeprefix(source.tag)):
            return source
    raise KeyError(text)


def _names(source: Source, rest: str) -> bool:
    """Tell whether `rest` may stand behind the tag of `source`."""
    for language in source.languages:
        if rest.startswith(f"-{language}"):
            rest = rest.removeprefix(f"-{language}")
            break
    return not rest or (rest[0] in "/ " and rest[1:] in source.clauses)
