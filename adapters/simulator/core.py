"""The organs of a module that its commands work on."""

from dataclasses import dataclass

from atverdict.adapters.simulator.connection import Connection
from atverdict.adapters.simulator.events import EventQueue
from atverdict.adapters.simulator.line_discipline import LineDiscipline
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.storage import Storage
from atverdict.adapters.simulator.upgrade import Upgrade

__all__ = ["Core"]


@dataclass(frozen=True)
class Core:
    """What a command may ask and move."""

    options: Options
    storage: Storage
    events: EventQueue
    line: LineDiscipline
    connection: Connection
    upgrade: Upgrade
