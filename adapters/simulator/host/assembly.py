"""The classes that a host is built from; a fault exchanges one of them."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from atverdict.adapters.simulator.host.command_lines import CommandLines
from atverdict.adapters.simulator.host.connection import Connection
from atverdict.adapters.simulator.host.decision import Decision
from atverdict.adapters.simulator.host.dialogue import Dialogue
from atverdict.adapters.simulator.host.download import Download
from atverdict.adapters.simulator.host.reader import Reader
from atverdict.adapters.simulator.host.storage import Storage
from atverdict.adapters.simulator.host.upgrade import Upgrade
from atverdict.adapters.simulator.host.verifier import Verifier

__all__ = ["HostParts"]


@dataclass(frozen=True)
class HostParts:
    """One class for each organ of the MCU."""

    lines: type[CommandLines] = CommandLines
    reader: type[Reader] = Reader
    dialogue: type[Dialogue] = Dialogue
    storage: type[Storage] = Storage
    download: type[Download] = Download
    connection: type[Connection] = Connection
    decision: type[Decision] = Decision
    verifier: type[Verifier] = Verifier
    upgrade: type[Upgrade] = Upgrade

    def exchanged(self, part: type) -> "HostParts":
        """Return the parts with a subclass of one of them in its place."""
        for place in dataclasses.fields(self):
            if issubclass(part, getattr(self, place.name)):
                changes: dict[str, Any] = {place.name: part}
                return dataclasses.replace(self, **changes)
        raise TypeError(f"{part.__name__} is no part of the host")
