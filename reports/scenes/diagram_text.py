"""A scene as a sequence diagram in text, for a terminal of 80 columns."""

from collections.abc import Iterator

from atverdict.reports.scenes.scene import Divergence, Kind, Party, Scene, Step
from atverdict.reports.text import WIDTH, wrapped

__all__ = ["diagram_lines"]

TIME = 13
"""Width of the column of the instants, and of the words that stand in it."""
ROOM = WIDTH - TIME - 3
"""Between the two lifelines."""
TEXT_LINES = 4


def diagram_lines(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield each line of at most 80 columns, and its kind: ``expected``, ``came`` or empty."""
    heads = f"{'Suite':^7}{'IUT':>{ROOM - 2}}"
    yield f"{'':{TIME - 2}}{heads}", ""
    divergence = scene.divergence
    for number, step in enumerate(scene.steps):
        if divergence is not None and divergence.step == number:
            yield from _divergence(step, divergence)
        else:
            for line in _step(step, _instant(step), "-"):
                yield line, ""


def _instant(step: Step) -> str:
    return f"{step.instant_s:.3f} s"


def _row(first: str, inside: str) -> str:
    return f"{first:>{TIME - 1}} |{inside:{ROOM}}|"


def _step(step: Step, instant: str, dash: str) -> Iterator[str]:
    match step.kind:
        case Kind.MESSAGE:
            text = step.counted("x")
            if step.count > 1:
                text = f"{text}, to {step.until_s:.3f} s"
            yield from _arrow(instant, text, dash, to_iut=step.sender is Party.SUITE)
        case Kind.ACTION:
            arrow = " -->" if step.receiver is Party.IUT else ""
            lines = wrapped(f"(laboratory) {step.text}", ROOM - 6, TEXT_LINES)
            for number, line in enumerate(lines):
                yield _row("" if number else instant, f"  {line}{'' if number else arrow}")
        case Kind.WAIT:
            line = wrapped(step.text, ROOM - 2, 1)[0]
            yield f"{instant:>{TIME - 1}} :{line:^{ROOM}}:"
        case Kind.NOTE:
            line = wrapped(step.text, ROOM - 8, 1)[0]
            yield _row("", f"{f' {line} ':.^{ROOM}}")


def _arrow(first: str, text: str, dash: str, *, to_iut: bool) -> Iterator[str]:
    """Draw an arrow with its text on it; the rest of a long text stands below."""
    lines = wrapped(text, ROOM - 8, TEXT_LINES)
    shaft = dash * ROOM
    for number, line in enumerate(lines):
        if number:
            yield _row("", f"    {line}")
        else:
            rest = shaft[: ROOM - 6 - len(line)]
            inside = f"{dash[0]}{dash[-1]} {line} {rest}"
            yield _row(first, f" {inside}>" if to_iut else f"<{inside} ")


def _divergence(step: Step, divergence: Divergence) -> Iterator[tuple[str, str]]:
    where = f", log line {step.line}" if step.line else ""
    yield f"{f' FIRST DIVERGENCE{where} ':*^{WIDTH}}", "came"
    if divergence.silence:
        for number, line in enumerate(wrapped(divergence.expected, ROOM - 8, TEXT_LINES)):
            yield _row("" if number else "expected", f"    {line}"), "expected"
    else:
        for line in _arrow("expected", divergence.expected, "- ", to_iut=False):
            yield line, "expected"
    for line in divergence.octets:
        yield _row("", f"    {wrapped(line, ROOM - 6, 1)[0]}"), ""
    for line in _step(step, f"X{_instant(step):>{TIME - 2}}", "="):
        yield line, "came"
    if not divergence.shown_by(step):
        for line in wrapped(f"got {divergence.observed}", ROOM - 8, TEXT_LINES):
            yield _row("", f"    {line}"), "came"
    yield "*" * WIDTH, "came"
