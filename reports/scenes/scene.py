"""A scene: the messages around one moment of a run, ready to be drawn."""

from dataclasses import dataclass, replace
from enum import Enum

__all__ = ["Divergence", "Kind", "Party", "Scene", "Step"]


class Party(Enum):
    """The parties of a scene."""

    SUITE = "Suite"
    IUT = "IUT"
    LABORATORY = "Laboratory"


class Kind(Enum):
    """The kinds of steps."""

    MESSAGE = "message"
    """Octets between the suite and the IUT."""
    ACTION = "action"
    """What the laboratory did to the IUT, or on the platform."""
    WAIT = "wait"
    """A time in which nothing came."""
    NOTE = "note"
    """A note to the reader: where a test purpose begins, what is left out."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event, or several equal ones."""

    kind: Kind
    sender: Party
    receiver: Party
    """The sender, where nothing is sent."""
    text: str
    """Without what a terminal obeys, and not escaped for XML."""
    instant_s: float
    until_s: float
    """When the last of several happened; for a wait, its end."""
    line: int
    """Of the log; 0 where the log has no line for it."""
    last_line: int
    """Of the last of several."""
    count: int = 1
    cited: bool = False
    """True where the finding names it."""

    def counted(self, times: str) -> str:
        """Return the text with its count, unless the text has the count."""
        told = self.count == 1 or self.text.startswith(f"{self.count} ")
        return self.text if told else f"{self.text}  {times} {self.count}"


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first step that is not what was due."""

    step: int
    """Which one, from 0."""
    expected: str
    observed: str
    silence: bool
    """True where nothing was to come."""
    octets: tuple[str, ...] = ()
    """The first octets that differ, where two octet strings can be compared: due, then come."""

    def shown_by(self, step: Step) -> bool:
        """Tell whether the step's text says all that `observed` says."""
        return self.observed.split(" / ")[0].removesuffix("<CR>")[:60] in step.text


@dataclass(frozen=True, slots=True)
class Scene:
    """The steps up to a divergence and a few after it, or those of a whole upgrade."""

    name: str
    """The requirement, or ``upgrade``."""
    title: str
    strength: str
    sources: tuple[str, ...]
    """Who asks for it."""
    steps: tuple[Step, ...]
    divergence: Divergence | None = None

    @property
    def heading(self) -> str:
        """The heading of the picture."""
        return f"{self.name} ({self.strength}) {self.title}" if self.strength else self.title

    @property
    def parties(self) -> tuple[Party, ...]:
        """The parties that appear, from left to right."""
        acts = any(step.kind is Kind.ACTION for step in self.steps)
        return (Party.SUITE, Party.IUT, *([Party.LABORATORY] if acts else []))

    def turned_around(self) -> "Scene":
        """Return the scene of a host: suite and IUT change places."""
        others = {Party.SUITE: Party.IUT, Party.IUT: Party.SUITE}
        steps = tuple(
            replace(step, sender=others[step.sender], receiver=others[step.receiver])
            if step.kind is Kind.MESSAGE
            else step
            for step in self.steps
        )
        return replace(self, steps=steps)
