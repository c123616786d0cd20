"""A data file: its name, and its entries as typed values."""

import re
import tomllib
from collections.abc import Mapping
from typing import TypeVar

import msgspec

__all__ = ["Document", "SpecificationError"]

T = TypeVar("T")
NESTED = re.compile(r"(?P<what>.*) - at (`key` in )?`\$\.?(?P<key>.*)`")


class SpecificationError(Exception):
    """A mistake in the data; the message names the file, the key and what is wrong."""


class Document:
    """A parsed data file that answers every mistake with one `SpecificationError`."""

    def __init__(self, name: str, octets: bytes) -> None:
        """Parse `octets` as TOML; `name` is the path below the data folder."""
        self.name = name
        try:
            self._table: dict[str, object] = tomllib.loads(octets.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SpecificationError(f"{name}: not a TOML file: {error}") from error

    def error(self, *place_and_what: str) -> SpecificationError:
        """Return the error for a place in this file: entry, key, what is wrong."""
        return SpecificationError(": ".join((self.name, *place_and_what)))

    def only(self, *keys: str) -> None:
        """Refuse top-level keys other than `keys`."""
        for key in self._table:
            if key not in keys:
                raise self.error(key, "is not a known key")

    def value(self, key: str, type_: type[T]) -> T:
        """Return one top-level value."""
        if key not in self._table:
            raise self.error(key, "is missing")
        return self.convert(self._table[key], type_, key)

    def whole(self, type_: type[T]) -> T:
        """Return the whole file as one value."""
        return self.convert(self._table, type_)

    def entries(
        self, key: str, identity: tuple[str, ...] = ("id",)
    ) -> dict[str, dict[str, object]]:
        """Return the tables of the array `key` by what identifies them; refuse duplicates."""
        found: dict[str, dict[str, object]] = {}
        for number, table in enumerate(self.value(key, list[dict[str, object]]), 1):
            missing = [part for part in identity if part not in table]
            if missing:
                raise self.error(f"{key} {number}", missing[0], "is missing")
            name = ",".join(str(table[part]) for part in identity)
            if name in found:
                raise self.error(name, "stands here twice")
            found[name] = table
        return found

    def convert(self, raw: object, type_: type[T], *place: str) -> T:
        """Turn parsed TOML into a typed value."""
        try:
            return msgspec.convert(raw, type_)
        except msgspec.ValidationError as error:
            nested = NESTED.fullmatch(str(error))
            if nested is None:
                raise self.error(*place, str(error)) from error
            raise self.error(*place, *filter(None, (nested["key"],)), nested["what"]) from error

    def expand(self, names: list[str], groups: Mapping[str, list[str]]) -> list[str]:
        """Replace the names of groups by their members, in order and without repeats."""
        return list(dict.fromkeys(member for name in names for member in groups.get(name, [name])))
