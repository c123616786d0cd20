"""The page's measurements: response times by command, and one upgrade over time."""

from collections.abc import Iterator, Mapping, Sequence

from atverdict.reports.markup import Html, tag
from atverdict.reports.measures.latencies import quantile
from atverdict.reports.measures.latency_plot import latency_plot
from atverdict.reports.measures.timeline import Timeline
from atverdict.reports.measures.timeline_plot import timeline_plot
from atverdict.reports.page.parts import figure, section, table
from atverdict.reports.text import counted

__all__ = ["latencies", "reactions", "upgrade"]


def latencies(measured: Mapping[str, Sequence[float]], limits_s: Mapping[str, float]) -> Html:
    """Return the plot of the response times, and the figures."""
    title = "Response times"
    if not measured:
        return section("latencies", title, tag("p", "No command line was answered."))
    limits = " or ".join(f"{limit_s * 1000:g} ms" for limit_s in sorted({*limits_s.values()}))
    note = tag(
        "p",
        "Measured from the last octet of the command line to the end of the answer. The time of the"
        " octets on the line is subtracted. The limit for the commands of the flow is"
        f" {limits or 'not known'}; the verdict allows for uncertain instants. Each stroke is a"
        " command line, a cross is one over its limit. The diamond is p50, the triangle is p99.",
    )
    columns = ("Command", "Answers", "Least", "p50", "p99", "Most", "Limit", "Over it")
    figures = table(
        "Response times in milliseconds",
        columns,
        [
            (*_figures(name, times), *_limit(times, limits_s.get(name)))
            for name, times in measured.items()
        ],
        class_="figures",
    )
    return section(
        "latencies", title, note, figure(title, latency_plot(measured, limits_s)), figures
    )


def reactions(measured: Mapping[str, Sequence[float]], limits_s: Mapping[str, float]) -> Html:
    """Return the plot of the response times of a host, and the figures."""
    title = "Response times"
    if not measured:
        return section("latencies", title, tag("p", "No command line came."))
    note = tag(
        "p",
        "Measured from the last message of the suite, which is the module here, to the end of the"
        " host's next command line. Command lines that a timer of the host causes are among them."
        " Each stroke is a command line. The diamond is p50, the triangle is p99.",
    )
    figures = table(
        "Response times of the host in milliseconds",
        ("Command", "Times", "Least", "p50", "p99", "Most"),
        [_figures(name, times) for name, times in measured.items()],
        class_="figures",
    )
    return section(
        "latencies", title, note, figure(title, latency_plot(measured, limits_s)), figures
    )


def _figures(name: str, times: Sequence[float]) -> tuple[str, ...]:
    shown = (min(times), quantile(times, 0.5), quantile(times, 0.99), max(times))
    return (tag("code", name), str(len(times)), *(f"{time_s * 1000:.1f}" for time_s in shown))


def _limit(times: Sequence[float], limit_s: float | None) -> tuple[str, str]:
    """Return the limit, and how many answers took longer."""
    if limit_s is None:
        return "none", ""
    return f"{limit_s * 1000:g}", str(sum(1 for time_s in times if time_s > limit_s))


def upgrade(shown: Timeline | None, picture: str) -> Html:
    """Return the upgrade as a picture and as its steps; `picture` is its sequence diagram."""
    title = "The upgrade over time"
    if shown is None:
        return section("upgrade", title, tag("p", "No upgrade was seen."))
    return section("upgrade", title, *_upgrade(shown, picture))


def _upgrade(shown: Timeline, picture: str) -> Iterator[Html]:
    which = "first that succeeded" if shown.successful else "one that came furthest; none succeeded"
    disturbed = f" From outside: {shown.disturbed}." if shown.disturbed else ""
    yield tag(
        "p",
        f"Of {counted(shown.count, 'upgrade')} in this run, number {shown.number} is the {which}."
        f" It took {shown.end_s - shown.begin_s:.1f} s, with all that the test"
        f" purposes tried in between.{disturbed}",
    )
    yield figure("The upgrade over time", timeline_plot(shown))
    yield table(
        "The steps of the upgrade",
        ("Step", "From", "To", "After the first", "Log line", "What"),
        [
            (
                step.lane.value,
                f"{step.begin_s:.3f} s",
                f"{step.end_s:.3f} s",
                f"+{step.end_s - shown.begin_s:.3f} s",
                str(step.line),
                step.text,
            )
            for step in shown.steps
        ],
        class_="steps",
    )
    if picture:
        yield tag("h3", "Sequence")
        yield figure("Sequence diagram of the upgrade", Html(picture))
