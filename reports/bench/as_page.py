"""The matrix of a bench as a page: requirement by device."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.reports.bench.bench import BenchRow, DeviceResult, bench_rows, firmware_of
from atverdict.reports.markup import LINE, Html, join, prose, tag
from atverdict.reports.page.document import document
from atverdict.reports.page.parts import chip, section, table

__all__ = ["bench_page", "write_bench_page"]


def bench_page(devices: Sequence[DeviceResult]) -> str:
    """Return the page; it leads to each device's own report, in the folder of its name."""
    rows = bench_rows(devices)
    differing = [row for row in rows if row.differing]
    main = (
        _devices(devices),
        _differences(differing, devices),
        _matrix(rows, devices),
    )
    return document(
        f"Bench of {len(devices)} devices, atverdict report",
        tag("a", "Skip to the devices", href="#main", class_="skip"),
        tag(
            "header",
            tag("p", "atverdict: conformance to the QuecThing AT SOTA flow", class_="kicker"),
            tag("h1", f"Bench of {len(devices)} devices"),
            tag("p", _standing(devices, differing)),
        ),
        tag("main", LINE, join(main, LINE), LINE, id="main", tabindex="-1"),
    )


def write_bench_page(devices: Sequence[DeviceResult], path: Path) -> None:
    """Write the page."""
    path.write_bytes(bench_page(devices).encode("utf-8"))


def _standing(devices: Sequence[DeviceResult], differing: Sequence[BenchRow]) -> str:
    judged = [each.judgement.outcome for each in devices if each.judgement is not None]
    counts = [
        f"{count} {outcome.value}"
        for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE)
        if (count := judged.count(outcome))
    ]
    if died := sum(1 for each in devices if each.ended_by):
        counts.append(f"{died} not run to the end")
    return f"{', '.join(counts)}. Requirements in which equal firmware differs: {len(differing)}."


def _devices(devices: Sequence[DeviceResult]) -> Html:
    columns = ("Device", "Address", "Firmware", "Verdict", "Holds", "Broken", "Not judged", "Run")
    shown = table(
        "The devices and their verdicts", columns, (tuple(_device(each)) for each in devices)
    )
    return section("devices", "Devices", shown)


def _device(tested: DeviceResult) -> Iterator[str]:
    judgement = tested.judgement
    ended = tested.ended_by or "ended by itself"
    if judgement is None:
        yield from (tested.name, tag("code", tested.address), "", "no log", "", "", "", ended)
        return
    verdicts = list(judgement.requirements.values())
    because = judgement.inconclusive_because if judgement.outcome is Outcome.INCONCLUSIVE else ""
    because = "" if because == tested.ended_by else because
    yield tag("a", tested.name, href=f"{tested.name}/report.html")
    yield tag("code", tested.address)
    yield firmware_of(judgement) or "not told"
    yield join([chip(judgement.outcome), tag("span", because, class_="reason")])
    yield str(judgement.count(Outcome.PASS))
    yield str(judgement.count(Outcome.FAIL))
    yield str(sum(1 for v in verdicts if not v.judged and v.outcome is not Outcome.NOT_APPLICABLE))
    yield ended


def _differences(differing: Sequence[BenchRow], devices: Sequence[DeviceResult]) -> Html:
    """Return the requirements on which devices of one firmware differ."""
    title = f"Equal firmware, different verdicts ({len(differing)})"
    if not differing:
        told = [f for each in devices if each.judgement and (f := firmware_of(each.judgement))]
        text = "Where devices have the same firmware and were judged, they have the same verdict."
        if len(told) == len(set(told)):
            text = "No two devices have the same firmware, as far as their PIXITs tell it."
        return section("differences", title, tag("p", text))
    rows = (tuple(_difference(row)) for row in differing)
    return section(
        "differences",
        title,
        table("Verdicts that differ", ("Requirement", "Firmware", "Devices"), rows),
    )


def _difference(row: BenchRow) -> Iterator[str]:
    yield _requirement(row)
    yield join(row.differing, "; ")
    yield join(
        tag(
            "span",
            chip(outcome),
            " ",
            tag("strong", ", ".join(names)),
            f": {row.verdicts[names[0]].reason}",
            class_="reason",
        )
        for outcomes in row.differing.values()
        for outcome, names in outcomes.items()
    )


def _matrix(rows: Sequence[BenchRow], devices: Sequence[DeviceResult]) -> Html:
    columns = ("Requirement", *(each.name for each in devices))
    cells = ((_requirement(row), *(_cell(row, each.name) for each in devices)) for row in rows)
    caption = "Requirement by device; a frame marks different verdicts on equal firmware"
    shown = table(caption, columns, cells, "bench")
    return section("matrix", f"Requirements ({len(rows)})", shown)


def _requirement(row: BenchRow) -> Html:
    strength = tag("small", row.requirement.strength.value)
    sentence = tag("span", prose(row.requirement.text), class_="reason")
    return join([tag("code", row.requirement.id), " ", strength, sentence])


def _cell(row: BenchRow, name: str) -> Html:
    verdict = row.verdicts.get(name)
    if verdict is None:
        return tag("small", "no log")
    marked = row.differs(name)
    return tag(
        "a",
        chip(verdict.outcome, f"{verdict.outcome.value}, differs" if marked else ""),
        href=f"{name}/report.html#row-{row.requirement.id}",
        title=verdict.reason,
        class_="differs" if marked else "same",
    )
