"""Sections of the specification, each made of its kind of data file."""

import re
from collections.abc import Iterable

from atverdict.spec.document import Document
from atverdict.spec.model import (
    Area,
    Command,
    Erratum,
    EventCode,
    Keyword,
    Machine,
    Profile,
    Requirement,
    Source,
)

__all__ = [
    "Events",
    "commands",
    "errata",
    "machines",
    "neighbours",
    "profiles",
    "requirements",
    "sources",
]

ERRATUM_ID = re.compile(r"E-\d{2}")
REQUIREMENT_ID = re.compile(r"SOTA-(?P<area>[A-Z]+(-[A-Z]+)?)-\d{3}")


def sources(document: Document) -> dict[str, Source]:
    """Return the sources by tag."""
    document.only("source")
    return {
        tag: document.convert(raw, Source, tag)
        for tag, raw in document.entries("source", ("tag",)).items()
    }


def errata(document: Document) -> dict[str, Erratum]:
    """Return the errata by id."""
    document.only("erratum")
    found: dict[str, Erratum] = {}
    for id_, raw in document.entries("erratum").items():
        if ERRATUM_ID.fullmatch(id_) is None:
            raise document.error(id_, "id", "is not of the form E-<two digits>")
        found[id_] = document.convert(raw, Erratum, id_)
    return found


def requirements(
    documents: Iterable[Document],
) -> tuple[dict[str, Area], dict[str, Requirement]]:
    """Return the areas by name and the requirements of all of them by id, in reading order."""
    areas: dict[str, Area] = {}
    found: dict[str, Requirement] = {}
    for document in sorted(documents, key=lambda document: document.value("number", int)):
        document.only("area", "number", "title", "title_zh", "requirement")
        area = Area(
            name=document.value("area", str),
            number=document.value("number", int),
            title=document.value("title", str),
            title_zh=document.value("title_zh", str),
        )
        if document.name != f"requirements/{area.name.lower()}.toml":
            raise document.error("area", f"{area.name} does not belong into a file of this name")
        if area.number in {other.number for other in areas.values()}:
            raise document.error("number", f"{area.number} stands in two files")
        areas[area.name] = area
        for id_, raw in document.entries("requirement").items():
            match = REQUIREMENT_ID.fullmatch(id_)
            if match is None:
                raise document.error(id_, "id", "is not of the form SOTA-<AREA>-<three digits>")
            if match["area"] != area.name:
                raise document.error(id_, "id", f"does not belong to the area {area.name}")
            if "area" in raw:
                raise document.error(id_, "area", "is given by the file and not by the entry")
            found[id_] = document.convert(raw | {"area": area.name}, Requirement, id_)
    return areas, found


def commands(document: Document) -> dict[str, Command]:
    """Return the commands by name."""
    document.only("command", "neighbours")
    found: dict[str, Command] = {}
    for name, raw in document.entries("command", ("name",)).items():
        keywords: dict[str, Keyword] = {}
        for table in document.convert(raw.get("keyword", []), list[dict[str, object]], name):
            keyword = document.convert(table, Keyword, name, "keyword")
            if keyword.name in keywords:
                raise document.error(name, "keyword", f"{keyword.name} stands here twice")
            keywords[keyword.name] = keyword
        rest = {key: value for key, value in raw.items() if key != "keyword"}
        found[name] = document.convert(rest | {"keywords": keywords}, Command, name)
    return found


def neighbours(document: Document) -> frozenset[str]:
    """Return the documented commands that are not of this flow."""
    return frozenset(document.value("neighbours", list[str]))


class Events:
    """The content of the event file."""

    def __init__(self, document: Document) -> None:
        document.only("editions", "groups", "types", "event")
        self.editions = tuple(document.value("editions", list[str]))
        self.types = document.convert(
            {
                int(number) if number.isdigit() else number: text
                for number, text in document.value("types", dict[str, str]).items()
            },
            dict[int, str],
            "types",
        )
        groups = document.value("groups", dict[str, list[str]])
        self.codes: dict[tuple[int, int], EventCode] = {}
        for pair, raw in document.entries("event", ("type", "code")).items():
            named = document.convert(raw.get("editions", []), list[str], pair, "editions")
            expanded = {"editions": document.expand(named, groups)}
            code = document.convert(raw | expanded, EventCode, pair)
            self.codes[code.type, code.code] = code


def machines(document: Document) -> dict[str, Machine]:
    """Return the state machines by name."""
    document.only("machine")
    found: dict[str, Machine] = {}
    for name, raw in document.entries("machine", ("name",)).items():
        rest = {key: value for key, value in raw.items() if key != "transition"}
        rows = raw.get("transition", [])
        found[name] = document.convert(rest | {"transitions": rows}, Machine, name)
    return found


def profiles(documents: Iterable[Document]) -> tuple[dict[str, Profile], dict[str, Profile]]:
    """Return the profiles and the overlays by name."""
    bases: dict[str, Profile] = {}
    overlays: dict[str, Profile] = {}
    for document in documents:
        profile = document.whole(Profile)
        if document.name != f"profiles/{profile.name}.toml":
            raise document.error("name", f"{profile.name} does not belong into a file of this name")
        (overlays if profile.overlay else bases)[profile.name] = profile
    return bases, overlays
