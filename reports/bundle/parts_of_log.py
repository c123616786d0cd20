"""The files of a bundle that the log alone gives: the reports, and parts of the log."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from atverdict.conformance.evidence.log import ControlAction, Header, Record, read_log
from atverdict.reports.bundle.manifest import REPORTS_FOLDER
from atverdict.reports.dossier import Dossier
from atverdict.reports.files import write_reports

__all__ = ["made_from", "parts_of_log"]


def made_from(run: Dossier, log: Path) -> dict[str, Path | bytes]:
    """Make the files, by name; the reports go into a folder beside the log.

    The same suite makes the same octets of the same log.
    """
    folder = log.with_name("reports")
    folder.mkdir()
    write_reports(run, folder)
    files: dict[str, Path | bytes] = {**parts_of_log(read_log(log))}
    for path in folder.rglob("*"):
        if path.is_file():
            files[f"{REPORTS_FOLDER}{path.relative_to(folder).as_posix()}"] = path
    return files


def parts_of_log(records: Iterable[Record]) -> dict[str, bytes]:
    """Return by name: PICS and PIXIT as used, the environment, and the control agent's part."""
    transcript: list[bytes] = []
    found: dict[str, bytes] = {}
    for record in records:
        match record:
            case Header():
                found["pics.json"] = _shown(record.pics)
                found["pixit.json"] = _shown(record.pixit)
                found["environment.json"] = _shown(_environment(record))
            case ControlAction():
                transcript.append(msgspec.json.encode(record) + b"\n")
            case _:
                pass
    return {**found, "control-agent.jsonl": b"".join(transcript)}


def _environment(header: Header) -> dict[str, object]:
    """Return the means of testing, as the header of the log has them."""
    return {
        "suite_version": header.suite_version,
        "specification": header.specification,
        "profile": header.profile,
        "role": header.role,
        "address": header.address,
        "transport": header.transport,
        "baudrate": header.baudrate,
        "opened_at": header.opened_at,
        **header.environment,
    }


def _shown(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
