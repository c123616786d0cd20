"""The files that are made from the log of a run, and what writes each."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from atverdict.reports.dossier import Dossier
from atverdict.reports.formats.allure import write_allure
from atverdict.reports.formats.badge import write_badge
from atverdict.reports.formats.junit import write_junit
from atverdict.reports.formats.markdown import write_markdown
from atverdict.reports.formats.matrix import write_matrix
from atverdict.reports.formats.needs import write_needs
from atverdict.reports.formats.result import write_result
from atverdict.reports.page.page import write_page
from atverdict.reports.scenes.diagram_svg import pictures

__all__ = ["CERTIFICATE", "LOG", "REPORTS", "RESULT", "write_reports"]

LOG = "conformance.log.jsonl"
RESULT = "result.json"
CERTIFICATE = "certificate.pdf"
"""Made on demand alone."""

REPORTS: Mapping[str, tuple[str, Callable[[Dossier, Path], None]]] = {
    "result": (RESULT, lambda run, path: write_result(run.judgement, path, run.waived)),
    "junit": ("junit.xml", lambda run, path: write_junit(run.judgement, path, run.waived)),
    "html": ("report.html", lambda run, path: write_page(run, path, pictures(run.scenes))),
    "matrix": ("matrix.csv", lambda run, path: write_matrix(run.judgement, path)),
    "needs": ("needs.json", lambda run, path: write_needs(run.judgement, path)),
    "badge": ("badge.json", lambda run, path: write_badge(run.judgement, path)),
    "markdown": ("summary.md", lambda run, path: write_markdown(run.judgement, path, run.waived)),
    "allure": ("allure-results", write_allure),
}
"""By the name that ``--only`` takes: file or folder, and what writes it."""


def write_reports(
    dossier: Dossier, folder: Path, names: Iterable[str] = tuple(REPORTS)
) -> list[Path]:
    """Write the named reports into a folder; return their paths."""
    paths = []
    for name in names:
        file_name, write = REPORTS[name]
        paths.append(folder / file_name)
        write(dossier, paths[-1])
    return paths
