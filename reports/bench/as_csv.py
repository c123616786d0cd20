"""The matrix of a bench for spreadsheets: requirement by device."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from atverdict.reports.bench.bench import BenchRow, DeviceResult, bench_rows, firmware_of
from atverdict.reports.spreadsheet import write_csv

__all__ = ["write_bench_csv"]

_COLUMNS = ("requirement", "strength", "sentence", "equal_firmware_differs")


def write_bench_csv(devices: Sequence[DeviceResult], path: Path) -> None:
    """Write the matrix as CSV, a row a requirement and a column a device.

    The second row holds the firmware of each device, as its PIXIT has it.
    """
    firmwares = (firmware_of(each.judgement) if each.judgement else "" for each in devices)
    heads = (*_COLUMNS, *(each.name for each in devices)), ("firmware", "", "", "", *firmwares)
    write_csv((*heads, *(_fields(row, devices) for row in bench_rows(devices))), path)


def _fields(row: BenchRow, devices: Sequence[DeviceResult]) -> Iterator[str]:
    yield row.requirement.id
    yield row.requirement.strength.value
    yield row.requirement.text
    yield "; ".join(
        f"{firmware}: {outcome.value} {', '.join(names)}"
        for firmware, outcomes in row.differing.items()
        for outcome, names in outcomes.items()
    )
    for device in devices:
        verdict = row.verdicts.get(device.name)
        yield verdict.outcome.value if verdict else "no log"
