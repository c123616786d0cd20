"""Capabilities of a module: what it says that it can do, beside what its PICS declares."""

from atverdict.conformance.evidence.trace import Exchange, Item
from atverdict.conformance.judge.claim import Claim
from atverdict.conformance.judge.state.flow import Flow
from atverdict.grammar.message import CommandForm, CommandLine, Range, Value, ValueSet

__all__ = ["Capabilities"]

LARGEST_RANGE = 256
"""The most values in a list; a longer one is no list of single values."""
_RANGES = {
    "QIOTREG": "reg_values",
    "QIOTOTAREQ": "otareq_values",
    "QIOTUPDATE": "update_values",
}
_VERSION_ITEM = "sdk_ver"


class Capabilities:
    """The capabilities that test forms, ``AT+QIOTINFO?`` and the upgrade show."""

    def __init__(self) -> None:
        self._values: dict[str, list[int]] = {}
        self._sdk_version: str | None = None

    def observe(self, item: Item) -> None:
        """Take the next item of the trace."""
        if not isinstance(item, Exchange) or not item.succeeded:
            return
        match item.command:
            case CommandLine(name, CommandForm.TEST) if name in _RANGES:
                values = [v for line in item.responses for v in line.values]
                listed = _listed(values)
                if listed:
                    self._values[_RANGES[name]] = listed
            case CommandLine("QIOTINFO", CommandForm.READ):
                for line in item.responses:
                    texts = [str(getattr(value, "text", value)) for value in line.values]
                    if len(texts) > 1 and texts[0] == _VERSION_ITEM:
                        self._sdk_version = ",".join(texts[1:])
            case _:
                pass

    def claims(self, declared: dict[str, object], flow: Flow) -> tuple[Claim, ...]:
        """Return the declared values beside the observed ones; a mismatch breaks no requirement."""
        observed: dict[str, object] = {
            "max_length": flow.max_length,
            **{name: self._values.get(name) for name in _RANGES.values()},
            "multi_piece": flow.in_pieces or None,  # a small package has one piece
            "sdk_version": self._sdk_version,
        }
        return tuple(Claim(name, declared.get(name), seen) for name, seen in observed.items())


def _listed(values: list[Value]) -> list[int]:
    """Return all integers that the elements of a test response allow, in ascending order."""
    found: set[int] = set()
    for value in values:
        match value:
            case int():
                found.add(value)
            case Range(low, high) if high - low <= LARGEST_RANGE:
                found.update(range(low, high + 1))
            case ValueSet(members):
                found.update(_listed(list(members)))
            case _:
                pass
    return sorted(found)
