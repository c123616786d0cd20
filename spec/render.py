"""The specification as plain text: the list of all that has a name, and one item in full."""

from collections.abc import Callable, Iterator

from atverdict.spec.layout import COLUMNS, columns, entry, shortened, wrapped
from atverdict.spec.model import (
    Command,
    Erratum,
    EventCode,
    FormRule,
    Keyword,
    Machine,
    Parameter,
    Profile,
    Requirement,
    Specification,
)

__all__ = ["render_item", "render_list"]

INDENT = 14
NAME_COLUMNS = 21
"""The longest requirement id and two blanks."""


def render_list(specification: Specification) -> str:
    """Return one line for all that `render_item` can show, under headings."""
    lines: list[str] = []
    for area in specification.areas.values():
        mine = [r for r in specification.requirements.values() if r.area == area.name]
        rows = [(r.id, f"{r.strength.value:8}{r.text}") for r in mine]
        lines += _section(f"Requirements: {area.title}", rows)
    lines += _section("Commands", [(c.name, c.purpose) for c in specification.commands.values()])
    lines += _section(
        "Events",
        [
            (f"{e.type},{e.code}", f"{specification.event_types[e.type]}: {e.meaning}")
            for e in specification.events.values()
        ],
    )
    machines = (specification.connection, specification.ota)
    lines += _section("Machines", [(m.name, m.title) for m in machines])
    lines += _section("Errata", [(e.id, e.finding) for e in specification.errata.values()])
    bases = specification.profiles.values()
    lines += _section("Profiles", [(p.name, p.description) for p in bases])
    overlays = specification.overlays.values()
    lines += _section("Overlays", [(p.name, p.description) for p in overlays])
    return "\n".join(lines[1:]) + "\n"


def render_item(specification: Specification, identifier: str) -> str:
    """Return one item in full.

    `identifier` is a requirement, a command (``QIOTREG`` or ``AT+QIOTREG``), an event
    (``7,10700``), an erratum, a profile (also with an overlay) or a machine (``ota``).
    Raises KeyError with the identifier if there is no such item.
    """
    item = _find(specification, identifier)
    if item is None:
        raise KeyError(identifier)
    return "\n".join(_lines(specification, item)) + "\n"


Item = Requirement | Command | EventCode | Erratum | Profile | Machine


def _find(specification: Specification, identifier: str) -> Item | None:
    machines = {m.name: m for m in (specification.connection, specification.ota)}
    events = {f"{e.type},{e.code}": e for e in specification.events.values()}
    command = identifier.removeprefix("AT+").upper()
    for found in (
        specification.requirements.get(identifier),
        specification.commands.get(command),
        events.get(identifier),
        specification.errata.get(identifier),
        machines.get(identifier),
    ):
        if found is not None:
            return found
    try:
        return specification.profile(identifier)
    except KeyError:
        return None


def _lines(specification: Specification, item: Item) -> list[str]:
    match item:
        case Requirement():
            return list(_requirement(specification, item))
        case Command():
            return list(_command(item))
        case EventCode():
            return list(_event(specification, item))
        case Erratum():
            return list(_erratum(item))
        case Profile():
            return list(_profile(item))
        case Machine():
            return list(_machine(item))


def _requirement(specification: Specification, item: Requirement) -> Iterator[str]:
    yield f"{item.id}  {item.strength.value}  {specification.areas[item.area].title}"
    yield ""
    yield from wrapped(item.text)
    yield from wrapped(item.text_zh)
    yield ""
    yield from entry("Observe", item.observe, INDENT)
    if item.occasion:
        yield from entry("Occasion", item.occasion.sentence, INDENT)
    yield from entry("Sources", "; ".join(item.sources), INDENT)
    yield from entry("Role", item.role.value, INDENT)
    if item.needs:
        yield from entry("Needs", ", ".join(need.value for need in item.needs), INDENT)
    if item.mandatory_in:
        yield from entry("Mandatory in", ", ".join(item.mandatory_in), INDENT)
    if item.unobservable:
        yield from entry("Not on wire", item.unobservable, INDENT)
    for id_ in item.errata:
        yield from entry(id_, specification.errata[id_].choice, INDENT)


def _command(item: Command) -> Iterator[str]:
    yield from wrapped(f"AT+{item.name}: {item.purpose}")
    yield ""
    yield from entry("Clause", item.clause, INDENT)
    yield from entry("Answered in", f"{item.max_response_time_s * 1000:.0f} ms", INDENT)
    yield from entry("Persistence", item.persistence, INDENT)
    since = ", ".join(f"{line} {version}" for line, version in item.since.items())
    yield from entry("Since SDK", since, INDENT)
    for form, rule in item.forms.items():
        yield ""
        yield from _form(item.name, form, rule)
    for keyword in item.keywords.values():
        yield ""
        yield from _keyword(keyword)
    if item.differences or item.errata:
        yield ""
    for sentence in item.differences:
        yield from entry("Difference", sentence, INDENT)
    if item.errata:
        yield from entry("Errata", ", ".join(item.errata), INDENT)


SYNTAX: dict[str, Callable[[str, FormRule], str]] = {
    "test": lambda name, _: f"AT+{name}=?",
    "read": lambda name, _: f"AT+{name}?",
    "write": lambda name, rule: f"AT+{name}={_operands(rule.parameters)}",
    "execute": lambda name, _: f"AT+{name}",
}


def _operands(parameters: tuple[Parameter, ...]) -> str:
    """Return the operands of a write form; optional ones stand in brackets."""
    text = ""
    for number, parameter in enumerate(parameters):
        shown = f"{',' if number else ''}<{parameter.name}>"
        text += f"[{shown}]" if parameter.optional else shown
    return text


def _form(name: str, form: str, rule: FormRule) -> Iterator[str]:
    documented = "" if rule.documented else "  (undocumented)"
    yield f"{SYNTAX[form](name, rule)}{documented}"
    yield from _parameters(rule.parameters)
    if rule.response:
        yield from entry("  response", rule.response, INDENT)
    refused = f"{rule.responds} ({rule.refused})" if rule.refused else rule.responds
    yield from entry("  result", refused, INDENT)
    if rule.note:
        yield from entry("  note", rule.note, INDENT)


def _keyword(keyword: Keyword) -> Iterator[str]:
    yield from wrapped(keyword.syntax)
    yield from _parameters(keyword.parameters)
    yield from entry("  response", keyword.response, INDENT)
    if keyword.default:
        yield from entry("  default", keyword.default, INDENT)
    since = ", ".join(f"{line} {version}" for line, version in keyword.since.items())
    yield from entry("  since SDK", since, INDENT)
    yield from entry("  profiles", ", ".join(keyword.profiles), INDENT)


def _parameters(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    for parameter in parameters:
        facts = f"{parameter.type}{_range(parameter)}. {parameter.description}"
        yield from entry(f"  <{parameter.name}>", facts, INDENT + 4)


def _range(parameter: Parameter) -> str:
    if parameter.values:
        return f" {'|'.join(str(value) for value in parameter.values)}"
    if parameter.minimum is not None and parameter.maximum is not None:
        return f" {parameter.minimum}-{parameter.maximum}"
    if parameter.minimum is not None:
        return f" of {parameter.minimum} or more"
    if parameter.max_octets is not None:
        return f" of at most {parameter.max_octets} octets"
    return ""


def _event(specification: Specification, item: EventCode) -> Iterator[str]:
    about = specification.event_types[item.type]
    yield from wrapped(f"+QIOTEVT: {item.type},{item.code}  {about}: {item.meaning}")
    yield ""
    for parameter in item.parameters:
        optional = ", optional" if parameter.optional else ""
        facts = f"{parameter.type}{optional}. {parameter.description}"
        yield from entry(f"  <{parameter.name}>", facts, INDENT + 8)
    if item.parameters:
        yield ""
    yield from entry("Listed in", ", ".join(item.editions), INDENT)
    yield from entry("Says success", "yes" if item.success else "no", INDENT)
    if item.errata:
        yield from entry("Errata", ", ".join(item.errata), INDENT)


def _erratum(item: Erratum) -> Iterator[str]:
    yield f"{item.id}  {item.verdict}"
    yield ""
    yield from entry("Finding", item.finding, INDENT)
    yield from entry("Choice", item.choice, INDENT)
    yield from entry("Reason", item.reason, INDENT)
    if item.requirements:
        yield from entry("Touches", ", ".join(item.requirements), INDENT)
    if item.unseen:
        yield from entry("Not on the wire", item.unseen, INDENT)


def _profile(item: Profile) -> Iterator[str]:
    yield from wrapped(f"{item.name}: {item.description}")
    yield ""
    if item.line:
        yield from entry("Line", f"{item.line}, documents of {item.vintage}", INDENT)
        yield from entry("Event pages", ", ".join(item.event_editions), INDENT)
    if item.keys:
        yield from entry("Keys", ", ".join(item.keys), INDENT)
    for name, seconds in item.timers.items():
        yield from entry(f"Timer {name}", f"{seconds:g} s", INDENT + 6)
    for id_, reason in item.not_applicable.items():
        yield from entry("Without", f"{id_}: {reason}", INDENT)


def _machine(item: Machine) -> Iterator[str]:
    yield from wrapped(f"{item.name}: {item.title}")
    for state, description in item.states.items():
        yield ""
        initial = " (initial)" if state == item.initial else ""
        yield from wrapped(f"{state}{initial}: {description}")
        for row in item.transitions:
            if row.source != state:
                continue
            guard = f" [{row.guard}]" if row.guard else ""
            outputs = f" / {' '.join(row.outputs)}" if row.outputs else ""
            open_ = "" if row.settled else " (reference only)"
            yield from entry(f"  {row.id}", f"{row.input}{guard}{outputs}", 10)
            yield from wrapped(
                f"-> {row.target}, {row.mover}{open_}: {', '.join(row.evidence)}", 10
            )


def _section(title: str, rows: list[tuple[str, str]]) -> list[str]:
    """Return a heading, and one line for each row. Names have a column of their own."""
    room = COLUMNS - NAME_COLUMNS
    lines = ["", title]
    for name, text in rows:
        gap = max(NAME_COLUMNS - columns(name), 1)
        lines.append(f"{name}{'':{gap}}{shortened(text, room)}")
    return lines
