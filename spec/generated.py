"""Which parts of the chapters are made from the data, and how a chapter takes them up."""

import re
from collections.abc import Callable
from functools import partial

from atverdict.spec import tables
from atverdict.spec.diagram import state_diagram
from atverdict.spec.model import Specification

__all__ = ["parts", "refreshed"]

PART = re.compile(r"<!-- generated: (?P<name>[a-z-]+) -->\n.*?<!-- end -->", re.DOTALL)


def parts(specification: Specification) -> dict[str, Callable[[], str]]:
    """Return what makes each generated part, by the name in its marker."""
    made: dict[str, Callable[[], str]] = {
        "commands": lambda: tables.commands_table(specification),
        "forms": lambda: tables.forms_table(specification),
        "parameters": lambda: tables.parameters_table(specification),
        "keywords": lambda: tables.keywords_table(specification.commands["QIOTCFG"]),
        "events": lambda: tables.events_table(specification),
        "ota-events": lambda: tables.ota_events_table(specification),
        "event-pages": lambda: tables.event_pages_table(specification),
        "connection-diagram": lambda: state_diagram(specification.connection),
        "connection-table": lambda: tables.machine_table(specification.connection),
        "ota-diagram": lambda: state_diagram(specification.ota),
        "ota-table": lambda: tables.machine_table(specification.ota),
        "errata": lambda: tables.errata_table(specification),
        "profiles": lambda: tables.profiles_table(specification),
        "timers": lambda: tables.timers_table(specification),
        "needs": lambda: tables.needs_table(specification),
        "sources": lambda: tables.sources_table(specification),
    }
    for area in specification.areas.values():
        made[f"requirements-{area.name.lower()}"] = partial(
            tables.requirements_table, specification, area
        )
    return made


def refreshed(specification: Specification, chapter: str) -> str:
    """Return `chapter` with each generated part made anew from the data.

    Raises KeyError with the name of a part that nothing makes.
    """
    made = parts(specification)

    def part(match: re.Match[str]) -> str:
        name = match["name"]
        return f"<!-- generated: {name} -->\n\n{made[name]()}\n\n<!-- end -->"

    return PART.sub(part, chapter)
