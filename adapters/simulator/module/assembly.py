"""The classes that a simulator is built from; a fault exchanges one of them."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from atverdict.adapters.simulator.module.basic_commands import BASIC_COMMANDS
from atverdict.adapters.simulator.module.command import Command
from atverdict.adapters.simulator.module.configuration_command import Configuration
from atverdict.adapters.simulator.module.connection import Connection
from atverdict.adapters.simulator.module.events import EventQueue
from atverdict.adapters.simulator.module.firmware_upgrade import FirmwareUpgrade
from atverdict.adapters.simulator.module.line_discipline import LineDiscipline
from atverdict.adapters.simulator.module.product_commands import (
    Info,
    McuVersion,
    RegistrationMode,
    StateQuery,
)
from atverdict.adapters.simulator.module.serial_output import SerialOutput
from atverdict.adapters.simulator.module.storage import Storage
from atverdict.adapters.simulator.module.upgrade import Upgrade
from atverdict.adapters.simulator.module.upgrade_commands import (
    BlockRead,
    PlanRequest,
    UpdateAction,
)
from atverdict.adapters.simulator.module.wording import Wording
from atverdict.adapters.simulator.platform.platform import Platform

__all__ = ["Assembly"]

_COMMANDS: tuple[type[Command], ...] = (
    *BASIC_COMMANDS,
    Configuration,
    RegistrationMode,
    StateQuery,
    McuVersion,
    Info,
    PlanRequest,
    UpdateAction,
    BlockRead,
)


@dataclass(frozen=True)
class Assembly:
    """One class for each organ of the module, and one for the platform."""

    wording: type[Wording] = Wording
    output: type[SerialOutput] = SerialOutput
    events: type[EventQueue] = EventQueue
    line: type[LineDiscipline] = LineDiscipline
    storage: type[Storage] = Storage
    connection: type[Connection] = Connection
    upgrade: type[Upgrade] = Upgrade
    firmware: type[FirmwareUpgrade] = FirmwareUpgrade
    platform: type[Platform] = Platform
    commands: dict[str, type[Command]] = field(
        default_factory=lambda: {command.name: command for command in _COMMANDS}
    )

    def exchanged(self, part: type) -> "Assembly":
        """Return the assembly with a subclass of one of them in its place."""
        if issubclass(part, Command):
            return dataclasses.replace(self, commands={**self.commands, part.name: part})
        for place in dataclasses.fields(self):
            present = getattr(self, place.name)
            if isinstance(present, type) and issubclass(part, present):
                changes: dict[str, Any] = {place.name: part}
                return dataclasses.replace(self, **changes)
        raise TypeError(f"{part.__name__} is no part of the simulator")
