"""The generated parts of the chapters; run as a program, it writes them anew."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from atverdict.spec.loader import load_specification
from atverdict.spec.model import (
    Area,
    Command,
    EventParameter,
    Machine,
    Parameter,
    Specification,
    Transition,
)

CHAPTERS = Path(__file__).parents[2] / "spec" / "chapters"
PART = re.compile(r"<!-- generated: (?P<name>[a-z-]+) -->\n.*?<!-- end -->", re.DOTALL)
BAR = r"\|"
"""A bar within a cell."""
OPERANDS = re.compile(r'=["<].*')
ENTITIES = str.maketrans({"<": "#lt;", ">": "#gt;", '"': "#quot;", ":": "#58;"})


def parts(specification: Specification) -> dict[str, Callable[[], str]]:
    """Return what makes each generated part, by the name in its marker."""
    made: dict[str, Callable[[], str]] = {
        "commands": lambda: _commands_table(specification),
        "forms": lambda: _forms_table(specification),
        "parameters": lambda: _parameters_table(specification),
        "keywords": lambda: _keywords_table(specification.commands["QIOTCFG"]),
        "events": lambda: _events_table(specification),
        "ota-events": lambda: _ota_events_table(specification),
        "event-pages": lambda: _event_pages_table(specification),
        "connection-diagram": lambda: _state_diagram(specification.connection),
        "connection-table": lambda: _machine_table(specification.connection),
        "ota-diagram": lambda: _state_diagram(specification.ota),
        "ota-table": lambda: _machine_table(specification.ota),
        "errata": lambda: _errata_table(specification),
        "profiles": lambda: _profiles_table(specification),
        "timers": lambda: _timers_table(specification),
        "needs": lambda: _needs_table(specification),
        "sources": lambda: _sources_table(specification),
    }
    for area in specification.areas.values():
        made[f"requirements-{area.name.lower()}"] = partial(
            _requirements_table, specification, area
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


def refresh(folder: Path) -> None:
    """Write every chapter in `folder` with its generated parts made from the data."""
    specification = load_specification()
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        path.write_text(refreshed(specification, text), encoding="utf-8")


def _requirements_table(specification: Specification, area: Area) -> str:
    return _table(
        ("ID", "Strength", "Requirement", "Sources", "Errata"),
        (
            (
                r.id,
                r.strength.value + "".join(f" [{key}]" for key in r.mandatory_in),
                r.text,
                ", ".join(r.sources),
                ", ".join(r.errata),
            )
            for r in specification.requirements.values()
            if r.area == area.name
        ),
    )


def _commands_table(specification: Specification) -> str:
    return _table(
        ("Command", "Purpose", "Clause", "Answers within", "Persistence", "Since SDK"),
        (
            (
                _code(f"AT+{c.name}"),
                c.purpose,
                c.clause,
                f"{c.max_response_time_s * 1000:.0f} ms",
                c.persistence,
                _since(c.since),
            )
            for c in specification.commands.values()
        ),
    )


def _forms_table(specification: Specification) -> str:
    return _table(
        ("Command", "Form", "Documented", "Response", "Result", "Remark"),
        (
            (
                _code(f"AT+{command.name}"),
                name,
                "yes" if form.documented else "no",
                _code(form.response),
                f"{form.responds} ({form.refused})" if form.refused else form.responds,
                form.note,
            )
            for command in specification.commands.values()
            for name, form in command.forms.items()
        ),
    )


def _parameters_table(specification: Specification) -> str:
    return _table(
        ("Command", "Parameter", "Type", "Range", "Optional", "Meaning"),
        (
            (_code(f"AT+{written}"), *_parameter(parameter))
            for command in specification.commands.values()
            for written, parameters in (
                (command.name, command.forms["write"].parameters),
                *((f'{command.name}="{k.name}"', k.parameters) for k in command.keywords.values()),
            )
            for parameter in parameters
        ),
    )


def _keywords_table(command: Command) -> str:
    return _table(
        ("Keyword", "Set", "Response to the query", "Default", "Since SDK", "Profiles"),
        (
            (
                k.name,
                _code(k.syntax),
                _code(k.response),
                k.default,
                _since(k.since),
                ", ".join(k.profiles),
            )
            for k in command.keywords.values()
        ),
    )


def _events_table(specification: Specification) -> str:
    return _table(
        ("Type", "Code", "About", "Meaning", "Data", "Listed in"),
        (
            (
                str(e.type),
                str(e.code),
                specification.event_types[e.type],
                e.meaning,
                _code(_data(e.parameters)),
                _pages(specification, e.editions),
            )
            for e in specification.events.values()
        ),
    )


def _ota_events_table(specification: Specification) -> str:
    return _table(
        ("Event", "Field", "Type", "Optional", "Meaning"),
        (
            (
                f"{e.type},{e.code}",
                _code(p.name),
                p.type,
                "yes" if p.optional else "no",
                p.description,
            )
            for e in specification.events.values()
            if specification.event_types[e.type] == "OTA"
            for p in e.parameters
        ),
    )


def _event_pages_table(specification: Specification) -> str:
    return _table(
        ("Event page", "Pairs"),
        (
            (page, str(sum(page in e.editions for e in specification.events.values())))
            for page in specification.event_editions
        ),
    )


def _machine_table(machine: Machine) -> str:
    return _table(
        ("Row", "From", "Input", "Guard", "Output", "To", "Moved by", "Evidence"),
        map(_transition, machine.transitions),
    )


def _errata_table(specification: Specification) -> str:
    return _table(
        ("Erratum", "Finding", "Choice", "Reason", "Verdict", "Touches"),
        (
            (e.id, e.finding, e.choice, e.reason, e.verdict, ", ".join(e.requirements))
            for e in specification.errata.values()
        ),
    )


def _profiles_table(specification: Specification) -> str:
    return _table(
        ("Profile", "Description", "Event pages", "Not applicable"),
        (
            (p.name, p.description, ", ".join(p.event_editions), ", ".join(p.not_applicable))
            for p in (*specification.profiles.values(), *specification.overlays.values())
        ),
    )


def _timers_table(specification: Specification) -> str:
    return _table(
        ("Overlay", "Timer", "Seconds"),
        (
            (p.name, name, f"{seconds:g}")
            for p in specification.overlays.values()
            for name, seconds in p.timers.items()
        ),
    )


def _needs_table(specification: Specification) -> str:
    needs = [need for r in specification.requirements.values() for need in r.needs]
    return _table(
        ("Need", "Requirements"),
        ((need.value, str(needs.count(need))) for need in dict.fromkeys(needs)),
    )


def _sources_table(specification: Specification) -> str:
    return _table(
        ("Source", "Document", "Vintage", "Carries a SHALL"),
        (
            (s.tag, s.title, s.vintage, "yes" if s.binding else "no")
            for s in specification.sources.values()
        ),
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_row(head), _row(("---",) * len(head))]
    return "\n".join(lines + [_row(cells) for cells in rows])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def _code(text: str) -> str:
    return f"<code>{text.replace('<', '&lt;').replace('>', '&gt;')}</code>" if text else ""


def _since(since: dict[str, str]) -> str:
    return ", ".join(f"{line} {version}" for line, version in since.items())


def _parameter(parameter: Parameter) -> tuple[str, ...]:
    low = "" if parameter.minimum is None else str(parameter.minimum)
    high = "" if parameter.maximum is None else str(parameter.maximum)
    limits = f"{low}…{high}" if low or high else ", ".join(map(str, parameter.values))
    if parameter.max_octets is not None:
        limits = f"at most {parameter.max_octets} octets"
    optional = "yes" if parameter.optional else "no"
    return (parameter.name, parameter.type, limits, optional, parameter.description)


def _data(parameters: Iterable[EventParameter]) -> str:
    return "".join(f"[,{p.name}]" if p.optional else f",{p.name}" for p in parameters)


def _pages(specification: Specification, editions: tuple[str, ...]) -> str:
    return "all" if editions == specification.event_editions else ", ".join(editions)


def _transition(row: Transition) -> tuple[str, ...]:
    evidence = ", ".join(row.evidence)
    return (
        row.id,
        row.source,
        _code(row.input),
        row.guard.replace("<", "&lt;"),
        " ".join(map(_code, row.outputs)),
        row.target,
        row.mover,
        evidence if row.settled else f"{evidence} (reference only)",
    )


def _state_diagram(machine: Machine) -> str:
    """Return the diagram of all changes of state; what leaves a state alone is in the table."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {machine.initial}"]
    lines += [
        f"    {row.source} --> {row.target}: {_label(row)}"
        for row in machine.transitions
        if row.source != row.target
    ]
    return "\n".join([*lines, "```"])


def _label(row: Transition) -> str:
    """Return the input without its operands, and the guard; Mermaid's own signs as entities."""
    guard = f" [{row.guard}]" if row.guard else ""
    return (OPERANDS.sub("", row.input) + guard).translate(ENTITIES)


if __name__ == "__main__":
    refresh(CHAPTERS)
