"""Events as a host understands them: type, code, and the fields of an upgrade."""

import re
from dataclasses import dataclass
from typing import Self

__all__ = ["AnnouncedPackage", "Event", "Piece", "ReceivedOffer", "parse_event"]

_EVENT = re.compile(r"\+QIOTEVT: ?(\d{1,3}),(\d{1,6})(?:,(.*))?")
_FIELD = re.compile(r'"([^"]*)"|([^",]+)')
_INTEGER = re.compile(r"-?\d{1,10}")
_MD5 = re.compile(r"[0-9A-Fa-f]{32}")
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")


@dataclass(frozen=True)
class Event:
    """One event; quotes around its fields are gone."""

    kind: int
    code: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReceivedOffer:
    """7,10700: one component of a plan."""

    component: str
    target_version: str
    battery_limit: int
    min_signal: int
    space_octets: int

    @classmethod
    def from_fields(cls, fields: tuple[str, ...]) -> Self | None:
        """Read six fields; None where they are no offer."""
        if len(fields) != 6 or not all(_INTEGER.fullmatch(each) for each in fields[3:]):
            return None
        return cls(fields[0], fields[2], *map(int, fields[3:]))


@dataclass(frozen=True)
class AnnouncedPackage:
    """7,10701: what is going to be downloaded."""

    component: str
    size_octets: int
    md5: str
    sha256: str = ""
    """Empty where it was not said."""

    @classmethod
    def from_fields(cls, fields: tuple[str, ...]) -> Self | None:
        """Read four or five fields; None where they are no package of an MCU."""
        if len(fields) not in {4, 5} or not _INTEGER.fullmatch(fields[1]):
            return None
        sha256 = fields[4] if len(fields) == 5 else ""
        if not _MD5.fullmatch(fields[2]) or (sha256 and not _SHA256.fullmatch(sha256)):
            return None
        return cls(fields[0], int(fields[1]), fields[2].lower(), sha256.lower())


@dataclass(frozen=True)
class Piece:
    """7,10703: what can be read now."""

    component: str
    size_octets: int
    start: int
    length: int

    @classmethod
    def from_fields(cls, fields: tuple[str, ...]) -> Self | None:
        """Read four fields; None where they are no piece."""
        if len(fields) != 4 or not all(_INTEGER.fullmatch(each) for each in fields[1:]):
            return None
        return cls(fields[0], *map(int, fields[1:]))

    @property
    def end(self) -> int:
        """The offset behind its last octet."""
        return self.start + self.length

    def fits(self, package: AnnouncedPackage, received: int) -> bool:
        """Tell whether it goes on, or begins again, with what was received of a package."""
        known = (self.component, self.size_octets) == (package.component, package.size_octets)
        return (
            known
            and self.start in {0, received}
            and 0 < self.length <= self.size_octets - self.start
        )


def parse_event(line: str) -> Event | None:
    """Read one line; None where it is no event."""
    match = _EVENT.fullmatch(line)
    if match is None:
        return None
    fields = tuple(quoted or bare for quoted, bare in _FIELD.findall(match[3] or ""))
    return Event(int(match[1]), int(match[2]), fields)
