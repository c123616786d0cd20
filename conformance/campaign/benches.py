"""The benches of the self-test: what laboratories have."""

from dataclasses import dataclass

from atverdict.conformance.evidence.log import Effort

__all__ = ["BENCHES", "ELSEWHERE", "Bench"]


@dataclass(frozen=True, slots=True)
class Bench:
    """What one laboratory has."""

    name: str
    effort: Effort = Effort.STANDARD
    agent: bool = False
    """True where a control agent does everything."""
    options: tuple[tuple[str, str], ...] = ()
    """Options of the simulator."""

    def address(self, **options: str) -> str:
        """Return the address of the simulator on this bench, with more options."""
        query = options | dict(self.options)
        return "sim:?" + "&".join(f"{key}={value}" for key, value in query.items())


BENCHES = (
    Bench("quick", effort=Effort.QUICK, agent=True),
    Bench("one armed plan", options=(("plan", "armed"),)),
    Bench("no agent, no plan"),
)
"""The benches besides the full laboratory, on which the kill table itself is made."""

ELSEWHERE = {
    ("refusals-late", "quick"): "the late answer is that to an unknown command, which has no limit",
}
"""Faults that show on a bench, but in nothing that their requirement speaks of, and why."""
