"""All files of a run, made from its judgement."""

from pathlib import Path

from atverdict.conformance.judge import Judgement
from atverdict.reports.allure import write_allure
from atverdict.reports.junit import write_junit
from atverdict.reports.result import write_result

__all__ = ["LOG", "RESULT", "write_reports"]

LOG = "conformance.log.jsonl"
RESULT = "result.json"


def write_reports(judgement: Judgement, folder: Path) -> None:
    """Write `result.json`, `junit.xml` and `allure-results/` into a folder."""
    write_result(judgement, folder / RESULT)
    write_junit(judgement, folder / "junit.xml")
    write_allure(judgement, folder / "allure-results")
