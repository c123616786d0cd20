"""The one reader of the specification's data files."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from atverdict.spec import sections
from atverdict.spec.consistency import check_consistency
from atverdict.spec.document import Document, SpecificationError
from atverdict.spec.model import Specification

__all__ = [
    "SpecificationError",
    "load_files",
    "load_specification",
    "specification_files",
]

SINGLE = ("commands", "errata", "events", "flow", "sources")
FOLDERS = ("profiles", "requirements")
MACHINES = ("connection", "ota")


@cache
def load_specification() -> Specification:
    """Read, check and freeze all data files. Raises `SpecificationError`."""
    return load_files(specification_files())


def load_files(octets: Mapping[str, bytes]) -> Specification:
    """Check and freeze data files that were read already. Raises `SpecificationError`."""
    for name in SINGLE:
        if f"{name}.toml" not in octets:
            raise SpecificationError(f"{name}.toml: the file is missing")
    octets = dict(sorted(octets.items()))
    documents = {name: Document(name, content) for name, content in octets.items()}
    areas, requirements = sections.requirements(_below("requirements", documents))
    profiles, overlays = sections.profiles(_below("profiles", documents))
    events = sections.Events(documents["events.toml"])
    machines = sections.machines(documents["flow.toml"])
    if tuple(sorted(machines)) != MACHINES:
        raise SpecificationError(f"flow.toml: machine: must be {' and '.join(MACHINES)}")
    specification = Specification(
        areas=areas,
        requirements=requirements,
        commands=sections.commands(documents["commands.toml"]),
        neighbours=sections.neighbours(documents["commands.toml"]),
        events=events.codes,
        event_types=events.types,
        event_editions=events.editions,
        connection=machines["connection"],
        ota=machines["ota"],
        errata=sections.errata(documents["errata.toml"]),
        sources=sections.sources(documents["sources.toml"]),
        profiles=profiles,
        overlays=overlays,
        digest=_digest(octets),
    )
    check_consistency(specification)
    return specification


def specification_files(folder: Traversable | None = None) -> dict[str, bytes]:
    """Return the octets of the data files by their path below the data folder, sorted.

    `folder` is another one than that of the package. Raises `SpecificationError`.
    """
    folder = folder or files("atverdict.spec.data")
    found: dict[str, bytes] = {}
    for name in FOLDERS:
        below = folder / name
        if not below.is_dir():
            raise SpecificationError(f"{name}: the folder is missing")
        for file in below.iterdir():
            if file.name.endswith(".toml"):
                found[f"{name}/{file.name}"] = file.read_bytes()
    for name in SINGLE:
        file = folder / f"{name}.toml"
        if file.is_file():
            found[file.name] = file.read_bytes()
    return dict(sorted(found.items()))


def _below(folder: str, documents: dict[str, Document]) -> list[Document]:
    return [document for name, document in documents.items() if name.startswith(f"{folder}/")]


def _digest(octets: dict[str, bytes]) -> str:
    """Return SHA-256 over names, lengths and contents, so that no octet can change its file."""
    digest = sha256()
    for name, content in octets.items():
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
