"""A stored run: the path that a user names, and what is read from there."""

from pathlib import Path

from atverdict.cli.problems import explained, known_profile
from atverdict.conformance.evidence.log import Header, read_log
from atverdict.reports.comparison.comparison import Run, run_of
from atverdict.reports.dossier import Dossier, read_dossier
from atverdict.reports.files import LOG

__all__ = ["judgeable_log", "log_path", "stored", "stored_run"]


def log_path(run: Path) -> Path:
    """Return the path of the log; `run` is the log itself or the folder of a run."""
    return run / LOG if run.is_dir() else run


def stored(run: Path) -> Dossier:
    """Judge a log, or the log in the folder of a run. Raises `Problem` if it cannot be judged."""
    path = judgeable_log(run)
    with explained():
        return read_dossier(path)


def judgeable_log(run: Path) -> Path:
    """Return the path of the log. Raises `Problem` if its header cannot be used."""
    path = log_path(run)
    with explained():
        header = next(read_log(path))
    assert isinstance(header, Header)
    known_profile(header.profile)
    return path


def stored_run(run: Path) -> Run:
    """Read a run to be compared with another one. Raises `Problem`."""
    return run_of(stored(run), log_path(run))
