"""The classes that a host is built from; a fault exchanges one of them."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from atverdict.adapters.simulator.host.command_lines import CommandLines
from atverdict.adapters.simulator.host.connection import HostConnection
from atverdict.adapters.simulator.host.decision import Decision
from atverdict.adapters.simulator.host.dialogue import Dialogue
from atverdict.adapters.simulator.host.download import Download
from atverdict.adapters.simulator.host.reader import Reader
from atverdict.adapters.simulator.host.storage import HostStorage
from atverdict.adapters.simulator.host.upgrade import HostUpgrade
from atverdict.adapters.simulator.host.verifier import Verifier

__all__ = ["HostAssembly"]


@dataclass(frozen=True)
class HostAssembly:
    """One class for each organ of the MCU."""

    lines: type[CommandLines] = CommandLines
    reader: type[Reader] = Reader
    dialogue: type[Dialogue] = Dialogue
    storage: type[HostStorage] = HostStorage
    download: type[Download] = Download
    connection: type[HostConnection] = HostConnection
    decision: type[Decision] = Decision
    verifier: type[Verifier] = Verifier
    upgrade: type[HostUpgrade] = HostUpgrade

    def exchanged(self, part: type) -> "HostAssembly":
        """Return the assembly with a subclass of one of them in its place."""
        for place in dataclasses.fields(self):
            if issubclass(part, getattr(self, place.name)):
                changes: dict[str, Any] = {place.name: part}
                return dataclasses.replace(self, **changes)
        raise TypeError(f"{part.__name__} is no part of the host")
