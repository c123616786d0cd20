"""Response times as a picture: one row a kind of command line, on a logarithmic scale."""

import math
from collections.abc import Iterator, Mapping, Sequence

from atverdict.reports.markup import Html, join, tag
from atverdict.reports.measures.latencies import quantile

__all__ = ["latency_plot"]

WIDTH = 760
LEFT, RIGHT = 160, 612
"""Where the scale begins and ends."""
TOP, ROW = 34, 22
LEAST_S = 0.001
"""The least time of the scale; shorter times are not told apart."""
_STEPS = (1, 2, 5)


def latency_plot(latencies: Mapping[str, Sequence[float]], limits_s: Mapping[str, float]) -> Html:
    """Return the plot as SVG; a stroke is a command line, a diamond p50, a triangle p99.

    `limits_s` are maximum response times in seconds, for the rows that have one.
    """
    every = [time_s for times in latencies.values() for time_s in times]
    scale = _Scale([*every, *limits_s.values()])
    height = TOP + ROW * len(latencies) + 10
    rows = [
        _row(name, times, TOP + ROW * number, scale, limits_s.get(name, math.inf))
        for number, (name, times) in enumerate(latencies.items())
    ]
    return tag(
        "svg",
        *_grid(scale, height),
        *rows,
        *(_limit_label(scale.x(limit_s), limit_s) for limit_s in sorted({*limits_s.values()})),
        viewBox=f"0 0 {WIDTH} {height}",
        class_="plot",
        role="img",
        aria_label=(
            "Response times by command, logarithmic scale; the figures are in the table below."
        ),
    )


def _limit_label(x: float, limit_s: float) -> Html:
    label = f"{limit_s * 1000:g} ms limit"
    return tag("text", label, x=f"{x:g}", y="10", class_="limit-label", text_anchor="middle")


def _limit(x: float, top: int) -> Html:
    """Draw the limit of one row."""
    return tag("path", d=f"M{x:g} {top:g}v{ROW}", class_="limit")


class _Scale:
    """A logarithmic scale: from seconds to the place across the picture."""

    def __init__(self, times: Sequence[float]) -> None:
        low = max(LEAST_S, min(times))
        high = max((*times, LEAST_S)) * 1.2
        ticks = [step * 10.0**power for power in range(-3, 6) for step in _STEPS]
        first = max(i for i, tick in enumerate(ticks) if tick <= low * 1.0001)
        last = next((i for i, tick in enumerate(ticks) if tick >= high), len(ticks) - 1)
        self.ticks = ticks[first : last + 1]
        self._low, self._high = math.log(self.ticks[0]), math.log(self.ticks[-1])

    def x(self, time_s: float) -> float:
        """Return the place of a time; a time outside stands at the edge."""
        part = (math.log(max(time_s, LEAST_S)) - self._low) / (self._high - self._low)
        return round(LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, part)), 1)


def _grid(scale: _Scale, height: int) -> Iterator[Html]:
    crowded = len(scale.ticks) > 12
    for tick in scale.ticks:
        x = scale.x(tick)
        yield tag("path", d=f"M{x:g} {TOP - 4}V{height - 8}", class_="grid")
        if not crowded or f"{tick:e}".startswith("1."):
            yield tag("text", _time(tick), x=f"{x:g}", y=f"{TOP - 10}", text_anchor="middle")
    for name, x in (("p50", 694), ("p99", 752)):
        yield tag("text", name, x=f"{x}", y=f"{TOP - 10}", text_anchor="end", class_="head")


def _row(name: str, times: Sequence[float], top: int, scale: _Scale, limit_s: float) -> Html:
    middle = top + ROW / 2
    p50, p99 = quantile(times, 0.5), quantile(times, 0.99)
    within = sorted({scale.x(time_s) for time_s in times if time_s <= limit_s})
    late = sorted({scale.x(time_s) for time_s in times if time_s > limit_s})
    x50, x99 = scale.x(p50), scale.x(p99)
    figures = (("p50", p50, 694), ("p99", p99, 752))
    return tag(
        "g",
        tag("path", d=f"M{LEFT} {top + ROW:g}H752", class_="rule"),
        tag("text", name, x=f"{LEFT - 10}", y=f"{middle + 4:g}", text_anchor="end", class_="code"),
        *([_limit(scale.x(limit_s), top)] if limit_s < math.inf else []),
        _strokes(within, middle, "stroke"),
        _crosses(late, middle),
        tag("path", d=f"M{x50:g} {middle - 5:g}l4 5l-4 5l-4 -5z", class_="p50"),
        tag("path", d=f"M{x99:g} {middle + 1:g}l4 7h-8z", class_="p99"),
        *(
            tag(
                "text",
                _time(value),
                x=f"{x}",
                y=f"{middle + 4:g}",
                text_anchor="end",
                class_="late" if value > limit_s else "number",
            )
            for _, value, x in figures
        ),
    )


def _strokes(places: Sequence[float], middle: float, class_: str) -> Html:
    if not places:
        return Html()
    return tag("path", d="".join(f"M{x:g} {middle - 7:g}v14" for x in places), class_=class_)


def _crosses(places: Sequence[float], middle: float) -> Html:
    """Mark times over the limit by another form, not by colour alone."""
    if not places:
        return Html()
    crosses = (f"M{x - 3:g} {middle - 4:g}l6 8m0 -8l-6 8" for x in places)
    return tag("path", d=join(crosses), class_="late-mark")


def _time(time_s: float) -> str:
    """Show a time with three figures."""
    return f"{time_s * 1000:.3g} ms" if time_s < 0.9995 else f"{time_s:.3g} s"
