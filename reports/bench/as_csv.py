"""The matrix of a bench for spreadsheets: requirement by device."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from atverdict.reports.bench.bench import BenchRow, DeviceResult, bench_rows, firmware_of
from atverdict.reports.formats.matrix import cell

__all__ = ["write_bench_csv"]

_COLUMNS = ("requirement", "strength", "sentence", "equal_firmware_differs")


def write_bench_csv(devices: Sequence[DeviceResult], path: Path) -> None:
    """Write the matrix as CSV (RFC 4180, UTF-8), a row a requirement and a column a device.

    The second row holds the firmware of each device, as its PIXIT has it. Cells are as safe for
    spreadsheets as those of ``matrix.csv``.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(map(cell, (*_COLUMNS, *(each.name for each in devices))))
    firmwares = (firmware_of(each.judgement) if each.judgement else "" for each in devices)
    writer.writerow(map(cell, ("firmware", "", "", "", *firmwares)))
    for row in bench_rows(devices):
        writer.writerow(map(cell, _fields(row, devices)))
    path.write_bytes(stream.getvalue().encode("utf-8"))


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
