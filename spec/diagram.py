"""A state machine as a Mermaid diagram."""

import re

from atverdict.spec.model import Machine, Transition

__all__ = ["state_diagram"]

OPERANDS = re.compile(r'=["<].*')
ENTITIES = str.maketrans({"<": "#lt;", ">": "#gt;", '"': "#quot;", ":": "#58;"})


def state_diagram(machine: Machine) -> str:
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
