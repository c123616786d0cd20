"""The laboratory's file: what a certificate shows and no log can know."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from atverdict.conformance.preparation.pixit import load_table

__all__ = ["Identification", "Laboratory", "Signatory", "load_laboratory"]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The base of all tables: an unknown key is an error."""


class ReportInfo(_Table, frozen=True):
    """Number and remarks of the report."""

    number: str = ""
    remarks: str = ""


class LaboratoryInfo(_Table, frozen=True):
    """The test laboratory."""

    name: str = ""
    address: str = ""
    accreditation: str = ""


class ClientInfo(_Table, frozen=True):
    """The client who ordered the test."""

    name: str = ""
    address: str = ""


class Signatory(_Table, frozen=True):
    """A person who signs."""

    name: str = ""
    role: str = ""


class Laboratory(_Table, frozen=True):
    """The whole file; the report has a blank line for each missing entry."""

    report: ReportInfo = ReportInfo()
    laboratory: LaboratoryInfo = LaboratoryInfo()
    client: ClientInfo = ClientInfo()
    signatory: tuple[Signatory, ...] = ()


@dataclass(frozen=True, slots=True)
class Identification:
    """A laboratory's file as it was read."""

    laboratory: Laboratory = field(default_factory=Laboratory)
    name: str = ""
    """Of the file; empty where there is none."""
    sha256: str = ""
    """In hex."""


def load_laboratory(path: Path) -> Identification:
    """Read a laboratory's file. Raises `InputError`."""
    laboratory = load_table(path, Laboratory, "laboratory")
    return Identification(laboratory, path.name, hashlib.sha256(path.read_bytes()).hexdigest())
