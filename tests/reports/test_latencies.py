"""Response times of a log, and their quantiles."""

import pytest
from support.log_builder import LogBuilder

from atverdict.reports.dossier import dossier
from atverdict.reports.measures.latencies import quantile


def test_each_kind_of_command_line_has_its_times() -> None:
    bench = LogBuilder().proved().ask("AT+QIOTSTATE?", "+QIOTSTATE: 8").silent("AT+QIOTSTATE?")
    bench.ask("AT+QIOTREG=1").ask("ATE0").end()
    latencies = dossier(bench.records, "", 0).latencies
    assert {"AT", "AT+QIOTSTATE?", "AT+QIOTREG=", "ATE0"} <= latencies.keys()
    assert all(0 <= time_s < 1 for times in latencies.values() for time_s in times)
    asked = sum(1 for r in bench.records if getattr(r, "octets", "").startswith("AT+QIOTSTATE?"))
    assert len(latencies["AT+QIOTSTATE?"]) == asked - 1  # the one without an answer has no time


@pytest.mark.parametrize(
    ("part", "expected"), [(0.0, 1.0), (0.5, 2.0), (0.75, 3.0), (0.99, 4.0), (1.0, 4.0)]
)
def test_a_quantile_is_one_of_the_values(part: float, expected: float) -> None:
    assert quantile([4.0, 2.0, 1.0, 3.0], part) == expected


def test_nothing_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="no quantile"):
        quantile([], 0.5)
