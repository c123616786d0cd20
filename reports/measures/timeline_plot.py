"""An upgrade as a picture: one lane a phase of the flow, time from left to right."""

from collections.abc import Iterator

from atverdict.reports.markup import Html, tag
from atverdict.reports.measures.timeline import Lane, Timeline, TimelineStep

__all__ = ["timeline_plot"]

WIDTH = 760
LEFT, RIGHT = 90, 740
TOP, ROW = 28, 30
LEAST_WIDTH = 3.0
"""The least width of a step, so that it can be seen."""
MOST_TICKS = 6
NEAR_RIGHT = 560
"""To the right of this place a duration stands on the left of its step."""
_NICE = (1, 2, 5)


def timeline_plot(timeline: Timeline) -> Html:
    """Return the picture as SVG; the steps stand in words beside it."""
    lanes = [lane for lane in Lane if any(step.lane is lane for step in timeline.steps)]
    height = TOP + ROW * len(lanes) + 8
    span_s = max(timeline.end_s - timeline.begin_s, 0.001)

    def x(instant_s: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (instant_s - timeline.begin_s) / span_s, 1)

    parts: list[Html] = []
    for instant_s in _ticks(span_s):
        at = f"{x(timeline.begin_s + instant_s):g}"
        parts.append(tag("path", d=f"M{at} {TOP - 6}V{height - 8}", class_="grid"))
        parts.append(tag("text", f"+{instant_s:g} s", x=at, y="12", text_anchor="middle"))
    for number, lane in enumerate(lanes):
        top = TOP + ROW * number
        parts.append(tag("path", d=f"M0 {top + ROW}H{RIGHT}", class_="rule"))
        middle = f"{top + ROW / 2 + 4:g}"
        parts.append(tag("text", lane.value, x="0", y=middle, class_="head"))
        those = [step for step in timeline.steps if step.lane is lane]
        parts += [_bar(step, top, x(step.begin_s), x(step.end_s)) for step in those]
        parts.append(_duration(those, top, x(those[0].begin_s), x(those[-1].end_s)))
        if lane is Lane.READING:
            places = sorted({x(instant_s) for instant_s in timeline.reads_s})
            strokes = "".join(f"M{at:g} {top + 8}v14" for at in places)
            parts.append(tag("path", d=strokes or "M0 0", class_="block"))
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {WIDTH} {height}",
        class_="plot timeline",
        role="img",
        aria_label="The upgrade over time; its steps are in the table below.",
    )


def _bar(step: TimelineStep, top: int, begin: float, end: float) -> Html:
    width = max(end - begin, LEAST_WIDTH)
    return tag(
        "rect",
        tag("title", f"{step.text}: {step.begin_s:.3f} s to {step.end_s:.3f} s"),
        x=f"{min(begin, RIGHT - LEAST_WIDTH):g}",
        y=f"{top + 8}",
        width=f"{width:g}",
        height="14",
        rx="2",
        class_=f"lane-{step.lane.name.lower()}",
    )


def _duration(steps: list[TimelineStep], top: int, begin: float, end: float) -> Html:
    """Write the duration of a lane beside its steps."""
    time_s = sum(step.end_s - step.begin_s for step in steps)
    if not time_s:
        return Html()
    left = end > NEAR_RIGHT
    return tag(
        "text",
        f"{time_s:.3g} s",
        x=f"{begin - 6 if left else end + 8:g}",
        y=f"{top + 19}",
        text_anchor="end" if left else "start",
        class_="number",
    )


def _ticks(span_s: float) -> Iterator[float]:
    """Yield round instants from 0 up to the span, at most `MOST_TICKS` + 1."""
    step = next(
        nice * 10.0**power
        for power in range(-3, 7)
        for nice in _NICE
        if span_s / (nice * 10.0**power) <= MOST_TICKS
    )
    for number in range(int(span_s / step) + 1):
        yield round(number * step, 6)
