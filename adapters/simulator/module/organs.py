"""The organs of a module that its commands work on."""

from dataclasses import dataclass

from atverdict.adapters.simulator.module.connection import Connection
from atverdict.adapters.simulator.module.events import EventQueue
from atverdict.adapters.simulator.module.line_discipline import LineDiscipline
from atverdict.adapters.simulator.module.storage import Storage
from atverdict.adapters.simulator.module.upgrade import Upgrade
from atverdict.adapters.simulator.options import Options

__all__ = ["Organs"]


@dataclass(frozen=True)
class Organs:
    """What a command may ask and move."""

    options: Options
    storage: Storage
    events: EventQueue
    line: LineDiscipline
    connection: Connection
    upgrade: Upgrade
