"""Parts of a log as files of their own, for those who want no more than one of them."""

from collections.abc import Iterable

import msgspec

from atverdict.conformance.evidence.log import ControlAction, Header, Record

__all__ = ["extracts"]


def extracts(records: Iterable[Record]) -> dict[str, bytes]:
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
    """Return what the run was made with, as its header tells it."""
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
