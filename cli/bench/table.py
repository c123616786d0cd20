"""The table of a bench: its devices, as BENCH.toml names them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from atverdict.adapters.lease import lease_name
from atverdict.cli.problems import Problem, explained, known_profile
from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.preparation.pixit import load_pics, load_pixit, load_table
from atverdict.conformance.preparation.selection import parse_selection
from atverdict.reports.markup import plain
from atverdict.spec.loader import load_specification

__all__ = ["Device", "load_bench"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One IUT of a bench, and how it is tested. Paths of a loaded one are absolute."""

    name: str
    """Of the folder of its run too."""
    address: str
    pixit: str = ""
    pics: str = ""
    profile: str = ""
    effort: Effort = Effort.STANDARD
    select: str = ""
    power: tuple[str, ...] = ()
    """The program, with its arguments, that cuts the power; started in the file's folder."""

    def options(self) -> Iterator[str]:
        """Yield the options of `atverdict run` for this device, without its name."""
        yield f"--iut={self.address}"
        yield f"--effort={self.effort}"
        for option in ("pixit", "pics", "profile", "select"):
            if value := getattr(self, option):
                yield f"--{option}={value}"


class _Bench(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Each device is read on its own, so that a mistake names it."""

    device: tuple[dict[str, Any], ...]


def load_bench(path: Path) -> tuple[Device, ...]:
    """Read a bench with all files that it names. Raises `Problem` with the entry and its key."""
    with explained():
        entries = load_table(path, _Bench, "bench").device
    if not entries:
        raise Problem(f"bench {path}: device: there is none")
    folder = path.resolve().parent
    devices: list[Device] = []
    taken: dict[tuple[str, str], str] = {}
    for number, entry in enumerate(entries, start=1):
        device = _device(entry, f"bench {path}: device {number}", folder)
        lease = lease_name(device.address, folder=folder)
        for key, value in (("name", device.name.lower()), ("address", lease)):
            if value and (key, value) in taken:
                other = taken[key, value]
                raise Problem(
                    f"bench {path}: device {number} ({device.name}): {key}: "
                    f"is the same as that of {other}"
                )
            taken[key, value] = f"device {number} ({device.name})"
        devices.append(device)
    return tuple(devices)


def _device(entry: dict[str, Any], where: str, folder: Path) -> Device:
    try:
        device = msgspec.convert(entry, Device)
    except msgspec.ValidationError as error:
        raise Problem(f"{where}: {error}") from error
    where = f"{where} ({plain(device.name)})"
    if not _NAME.fullmatch(device.name):
        raise Problem(f"{where}: name: must be letters, digits, - and _, because it names a folder")
    if not device.address or not device.address.isprintable():
        raise Problem(f"{where}: address: must be printable, and not empty")
    if device.select and not parse_selection(device.select):
        raise Problem(f"{where}: select: names nothing; leave it out to select everything")
    files = {
        key: str((folder / value).resolve())
        for key in ("pixit", "pics")
        if (value := getattr(device, key))
    }
    device = msgspec.structs.replace(device, **files)
    try:
        with explained():
            load_pixit(Path(device.pixit) if device.pixit else None)
            load_pics(Path(device.pics) if device.pics else None, load_specification().requirements)
        if device.profile:
            known_profile(device.profile)
    except Problem as problem:
        raise Problem(f"{where}: {problem.message}") from problem
    return device
