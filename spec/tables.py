"""The specification's data as Markdown tables."""

from collections.abc import Iterable

from atverdict.spec.model import (
    Area,
    Command,
    EventParameter,
    Machine,
    Parameter,
    Specification,
    Transition,
)

__all__ = [
    "commands_table",
    "errata_table",
    "event_pages_table",
    "events_table",
    "forms_table",
    "keywords_table",
    "machine_table",
    "needs_table",
    "ota_events_table",
    "parameters_table",
    "profiles_table",
    "requirements_table",
    "sources_table",
    "timers_table",
]

BAR = r"\|"
"""A bar within a cell."""


def requirements_table(specification: Specification, area: Area) -> str:
    """Return the requirements of one area."""
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


def commands_table(specification: Specification) -> str:
    """Return what each command is for, how fast it answers and since when it exists."""
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


def forms_table(specification: Specification) -> str:
    """Return the four forms of every command."""
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


def parameters_table(specification: Specification) -> str:
    """Return the parameters of the write forms."""
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


def keywords_table(command: Command) -> str:
    """Return the keywords of ``AT+QIOTCFG``."""
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


def events_table(specification: Specification) -> str:
    """Return every (type, code) pair."""
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


def ota_events_table(specification: Specification) -> str:
    """Return the fields of the events of type 7."""
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


def event_pages_table(specification: Specification) -> str:
    """Return how many pairs each event page lists."""
    return _table(
        ("Event page", "Pairs"),
        (
            (page, str(sum(page in e.editions for e in specification.events.values())))
            for page in specification.event_editions
        ),
    )


def machine_table(machine: Machine) -> str:
    """Return the transitions of a machine."""
    return _table(
        ("Row", "From", "Input", "Guard", "Output", "To", "Moved by", "Evidence"),
        map(_transition, machine.transitions),
    )


def errata_table(specification: Specification) -> str:
    """Return the errata."""
    return _table(
        ("Erratum", "Finding", "Choice", "Reason", "Verdict", "Touches"),
        (
            (e.id, e.finding, e.choice, e.reason, e.verdict, ", ".join(e.requirements))
            for e in specification.errata.values()
        ),
    )


def profiles_table(specification: Specification) -> str:
    """Return the profiles and the overlays."""
    return _table(
        ("Profile", "Description", "Event pages", "Not applicable"),
        (
            (p.name, p.description, ", ".join(p.event_editions), ", ".join(p.not_applicable))
            for p in (*specification.profiles.values(), *specification.overlays.values())
        ),
    )


def timers_table(specification: Specification) -> str:
    """Return the reference values of the timers."""
    return _table(
        ("Overlay", "Timer", "Seconds"),
        (
            (p.name, name, f"{seconds:g}")
            for p in specification.overlays.values()
            for name, seconds in p.timers.items()
        ),
    )


def needs_table(specification: Specification) -> str:
    """Return how many requirements need what of a laboratory."""
    needs = [need for r in specification.requirements.values() for need in r.needs]
    return _table(
        ("Need", "Requirements"),
        ((need.value, str(needs.count(need))) for need in dict.fromkeys(needs)),
    )


def sources_table(specification: Specification) -> str:
    """Return the sources and their weight."""
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
