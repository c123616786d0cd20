"""A scene as a sequence diagram in SVG: one picture for HTML, for PDF and for Allure.

The colours of the attributes are for light ground and for printing; where the reader prefers dark,
a style sheet inside replaces them. Nothing is looked up elsewhere: no font, no script, no link.
"""

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from atverdict.reports.scenes.scene import Divergence, Kind, Party, Scene, Step
from atverdict.reports.text import wrapped

__all__ = ["pictures", "svg"]

WIDTH = 760
LEFT, RIGHT = 14, 746
"""Where texts begin and end."""
TIME_END = 98
"""Where instants end."""
SIZE = 12
SIGN = 7.3
"""Width of one character; the widest of the usual fonts of fixed width has 7.23."""
LINE = 15
"""From one line of text to the next."""
HEAD_WIDTH, HEAD_HEIGHT = 84, 22
TEXT_LINES = 4
SUITE_X = 148
IUT_X, IUT_X_BESIDE = 702, 494
"""The IUT's lifeline, and where the laboratory stands beside it."""
LABORATORY_X = 702

INK, DIM, DUE, BAD = "#1b1f24", "#59636e", "#0b57b0", "#b3261e"
GROUND, BAND, LIFE = "#ffffff", "#fdecea", "#8c959f"
DARK = {
    "g": "fill:#15181c",
    "b": "fill:#43201d",
    "i": "fill:#e6e8eb",
    "d": "fill:#a3abb5",
    "u": "fill:#7db5ff",
    "x": "fill:#ff9a90",
    "l": "stroke:#7d8691",
    "li": "stroke:#e6e8eb",
    "lu": "stroke:#7db5ff",
    "lx": "stroke:#ff9a90",
    "lg": "stroke:#15181c",
}
"""By class: ground, band, ink, dim, due, wrong; lines begin with l."""
STYLE = (
    "<style>@media screen and (prefers-color-scheme:dark){"
    + "".join(f".atv-{name}{{{rule}}}" for name, rule in DARK.items())
    + "}</style>"
)
FONT = "'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace"


def pictures(scenes: Mapping[str, Scene]) -> dict[str, str]:
    """Draw all scenes; returns them under the same names."""
    return {name: svg(scene) for name, scene in scenes.items()}


def svg(scene: Scene) -> str:
    """Draw a scene: a whole SVG document, without an XML declaration."""
    return _Drawing(scene).document()


class _Drawing:
    """A picture that grows downwards."""

    def __init__(self, scene: Scene) -> None:
        beside = Party.LABORATORY in scene.parties
        self._scene = scene
        self._x = {
            Party.SUITE: SUITE_X,
            Party.IUT: IUT_X_BESIDE if beside else IUT_X,
            Party.LABORATORY: LABORATORY_X,
        }
        self._y = 8
        self._bands: list[str] = []
        self._lives: list[str] = []
        self._marks: list[str] = []
        self._life_from = 0

    def document(self) -> str:
        """Return the whole drawing."""
        scene = self._scene
        self._title()
        self._heads()
        for number, step in enumerate(scene.steps):
            if scene.divergence is not None and scene.divergence.step == number:
                self._divergence(step, scene.divergence)
            else:
                self._step(step)
        self._y += 8
        self._lifelines()
        height = self._y + 8
        frame = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
            f' viewBox="0 0 {WIDTH} {height}" role="img" font-family="{FONT}"'
            f' font-size="{SIZE}" fill="{INK}" class="atv-i">'
        )
        parts = [
            frame,
            f"<title>{_escaped(_name(scene))}</title>",
            f"<desc>{_escaped(_description(scene))}</desc>",
            STYLE,
            f'<rect class="atv-g" width="{WIDTH}" height="{height}" fill="{GROUND}"/>',
            *self._bands,
            f'<g class="atv-l" stroke="{LIFE}" stroke-width="1.2">',
            *self._lives,
            "</g>",
            *self._marks,
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    @property
    def _room(self) -> int:
        """The room between the suite and the IUT, in characters."""
        return _room(self._x[Party.SUITE], self._x[Party.IUT])

    # What stands above

    def _title(self) -> None:
        scene = self._scene
        room = int((RIGHT - LEFT) / SIGN)
        for number, line in enumerate(wrapped(scene.heading, room, 3)):
            self._y += LINE
            self._text(LEFT, line, "i", bold=not number)
        if scene.sources:
            for line in wrapped(f"by {'; '.join(scene.sources)}", room, 2):
                self._y += LINE
                self._text(LEFT, line, "d")
        self._y += 10

    def _heads(self) -> None:
        for party in self._scene.parties:
            x = self._x[party]
            self._marks.append(
                f'<rect class="atv-li" x="{x - HEAD_WIDTH // 2}" y="{self._y}" rx="3"'
                f' width="{HEAD_WIDTH}" height="{HEAD_HEIGHT}" fill="none" stroke="{INK}"/>'
            )
        self._y += 15
        for party in self._scene.parties:
            self._text(self._x[party], party.value, "i", anchor="middle", bold=True)
        self._y += HEAD_HEIGHT - 15
        self._life_from = self._y
        self._y += 4

    def _lifelines(self, *, broken: bool = False) -> None:
        """Draw the lifelines down to here; broken ones mean time without a message."""
        dashes = ' stroke-dasharray="2 5"' if broken else ""
        self._lives += [
            f'<path d="M{self._x[party]} {self._life_from}V{self._y}"{dashes}/>'
            for party in self._scene.parties
        ]
        self._life_from = self._y

    # Steps

    def _step(self, step: Step) -> None:
        match step.kind:
            case Kind.MESSAGE:
                self._time(step)
                self._message(step, "i")
            case Kind.ACTION:
                self._time(step)
                self._action(step, "i")
            case Kind.WAIT:
                self._wait(step, "d")
            case Kind.NOTE:
                self._note(step.text)

    def _time(self, step: Step) -> None:
        instant = f"{step.instant_s:.3f} s"
        self._text(TIME_END, instant, "d", anchor="end", y=self._y + LINE)
        if step.count > 1:
            until = f"to {step.until_s:.3f}"
            self._text(TIME_END, until, "d", anchor="end", y=self._y + 2 * LINE)

    def _message(self, step: Step, ink: str, width: float = 1.2) -> None:
        left, right = self._x[Party.SUITE], self._x[Party.IUT]
        self._between(left, right, step.counted("\u00d7"), ink, bold=step.cited)
        y = self._y
        start, end = (left, right) if step.sender is Party.SUITE else (right, left)
        self._arrow(start, end, ink, width=width)
        if step.count > 1:
            self._line(f"M{left + 12} {y - 3}H{right - 12}", ink, width)
        self._y = y + (9 if step.count > 1 else 5)

    def _between(self, left: int, right: int, text: str, ink: str, *, bold: bool = False) -> None:
        """Write a text between two lifelines and leave room for an arrow below it."""
        for line in wrapped(text, _room(left, right), TEXT_LINES):
            self._y += LINE
            self._text(left + 12, line, ink, bold=bold)
        self._y += 8

    def _arrow(self, start: int, end: int, ink: str, *, width: float, dashes: str = "") -> None:
        back = -8 if end > start else 8
        self._line(f"M{start} {self._y}H{end + back // 2}", ink, width, dashes)
        self._marks.append(
            f'<path class="atv-{ink}" fill="{_COLOUR[ink]}" d="M{end} {self._y}l{back} -4v8z"/>'
        )

    def _action(self, step: Step, ink: str) -> None:
        left, right = self._x[Party.IUT], self._x[Party.LABORATORY]
        self._between(left, right, step.text, ink, bold=step.cited)
        if step.receiver is Party.IUT:
            self._arrow(right, left, ink, width=1.2)
        else:
            self._line(f"M{right - 8} {self._y}H{right}", ink, 1.2)
            self._marks.append(
                f'<circle class="atv-{ink}" fill="{_COLOUR[ink]}" cx="{right}" cy="{self._y}"'
                ' r="4"/>'
            )
        self._y += 5

    def _wait(self, step: Step, ink: str) -> None:
        """Break the lifelines for a time in which nothing came."""
        self._y += 4
        self._lifelines()
        self._y += 22
        centre = (self._x[Party.SUITE] + self._x[Party.IUT]) // 2
        self._text(centre, step.text, ink, anchor="middle", bold=step.cited)
        self._y += 12
        self._lifelines(broken=True)

    def _note(self, text: str) -> None:
        self._y += 20
        centre = (self._x[Party.SUITE] + self._x[Party.IUT]) // 2
        line = wrapped(text, self._room - 4, 1)[0]
        half = int(len(line) * SIGN / 2) + 8
        left, right = self._x[Party.SUITE] - 30, self._x[Party.IUT] + 30
        self._line(f"M{left} {self._y - 4}H{centre - half}", "d", 0.8, "1 3")
        self._line(f"M{centre + half} {self._y - 4}H{right}", "d", 0.8, "1 3")
        self._text(centre, line, "d", anchor="middle")
        self._y += 5

    # The divergence

    def _divergence(self, step: Step, divergence: Divergence) -> None:
        """Draw what was due and what came, on a coloured ground."""
        self._y += 6
        top = self._y
        self._tag(f"First divergence{f', log line {step.line}' if step.line else ''}")
        self._expected(divergence)
        for line in divergence.octets:
            self._y += LINE
            self._text(self._x[Party.SUITE] + 12, wrapped(line, self._room, 1)[0], "i")
        if divergence.octets:
            self._y += 4
        self._came(step)
        if not divergence.shown_by(step):
            for line in wrapped(f"got {divergence.observed}", self._room, TEXT_LINES):
                self._y += LINE
                self._text(self._x[Party.SUITE] + 12, line, "x", bold=True)
            self._y += 3
        self._y += 5
        self._bands.append(
            f'<rect class="atv-b" x="4" y="{top}" width="{WIDTH - 8}" height="{self._y - top}"'
            f' rx="4" fill="{BAND}"/>'
        )
        self._bands.append(
            f'<rect class="atv-x" x="4" y="{top}" width="4" height="{self._y - top}" fill="{BAD}"/>'
        )
        self._y += 4

    def _expected(self, divergence: Divergence) -> None:
        """Draw what was due: a broken arrow, or no arrow where nothing was to come."""
        left, right = self._x[Party.SUITE], self._x[Party.IUT]
        self._text(TIME_END, "expected", "u", anchor="end", y=self._y + LINE, bold=True)
        self._between(left, right, divergence.expected, "u", bold=True)
        if divergence.silence:
            self._y -= 4
        else:
            self._arrow(right, left, "u", width=1.6, dashes="7 4")
        self._y += 5

    def _came(self, step: Step) -> None:
        """Draw the step that was not due, with a cross on it."""
        self._text(TIME_END, "came", "x", anchor="end", y=self._y + 2 * LINE - 1, bold=True)
        if step.kind is Kind.WAIT:
            self._wait(step, "x")
            x = (self._x[Party.SUITE] + self._x[Party.IUT] - int(len(step.text) * SIGN)) // 2 - 14
            y = self._y - 16
        else:
            self._time(step)
            if step.kind is Kind.ACTION:
                self._action(step, "x")
            elif step.kind is Kind.NOTE:
                self._note(step.text)
            else:
                self._message(step, "x", 2.2)
            x = self._x[Party.IUT] - 24
            y = self._y - 5
        self._cross(x, y)

    def _tag(self, text: str) -> None:
        """Write a label on a coloured ground, with a cross before it."""
        self._y += LINE + 3
        width = int(len(text) * SIGN) + 30
        self._marks.append(
            f'<rect class="atv-x" x="4" y="{self._y - LINE}" width="{width}" height="{LINE + 5}"'
            f' rx="3" fill="{BAD}"/>'
            f'<path class="atv-lg" fill="none" stroke="{GROUND}" stroke-width="2.6"'
            f' d="M{LEFT} {self._y - 10}l9 9m0 -9l-9 9"/>'
        )
        self._text(LEFT + 16, text, "g", bold=True)
        self._y += 5

    def _cross(self, x: int, y: int) -> None:
        self._line(f"M{x - 5} {y - 5}l10 10m0 -10l-10 10", "x", 2.6)

    # Marks

    def _line(self, path: str, ink: str, width: float, dashes: str = "") -> None:
        broken = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._marks.append(
            f'<path class="atv-l{ink}" fill="none" stroke="{_COLOUR[ink]}"'
            f' stroke-width="{width}"{broken} d="{path}"/>'
        )

    def _text(  # noqa: PLR0913 - a text has all of these
        self,
        x: int,
        text: str,
        ink: str,
        *,
        y: int | None = None,
        anchor: str = "",
        bold: bool = False,
    ) -> None:
        weight = ' font-weight="bold"' if bold else ""
        where = f' text-anchor="{anchor}"' if anchor else ""
        colour = "" if ink == "i" else f' class="atv-{ink}" fill="{_COLOUR[ink]}"'
        height = self._y if y is None else y
        self._marks.append(
            f'<text x="{x}" y="{height}"{where}{weight}{colour}'
            f' xml:space="preserve">{_escaped(text)}</text>'
        )


_COLOUR = {"i": INK, "d": DIM, "u": DUE, "x": BAD, "g": GROUND}


def _room(left: int, right: int) -> int:
    """Return the room between two lifelines, in characters."""
    return int((right - left - 24) / SIGN)


def _escaped(text: str) -> str:
    """Escape a text for XML; `text.clean` has removed what XML cannot hold."""
    return escape(text, {'"': "&quot;"})


def _name(scene: Scene) -> str:
    return f"Sequence diagram: {scene.name}"


def _description(scene: Scene) -> str:
    """Return the picture in words, for those who cannot see it."""
    return " ".join(_sentences(scene))


def _sentences(scene: Scene) -> Iterable[str]:
    yield f"{len(scene.steps)} steps between {', '.join(p.value for p in scene.parties)}."
    divergence = scene.divergence
    if divergence is None:
        return
    step = scene.steps[divergence.step]
    yield f"The first divergence is step {divergence.step + 1}, at {step.instant_s:.3f} s."
    yield f"Expected: {divergence.expected}. Got: {divergence.observed}."
