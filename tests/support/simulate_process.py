"""`atverdict simulate` in a process of its own, as long as a block lasts."""

import contextlib
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from support.campaigns import atverdict_process

__all__ = ["HASTY", "Served", "simulating"]

HASTY = (
    "boot_s=0.1&connect_s=0.05&deregister_s=0.05&link_loss_s=0.05&offer_s=0.05&address_s=0.05"
    "&download_start_s=0.02&download_rate_octets_per_s=10000000&event_gap_s=0.02"
    "&latency_s=0.002&latency_jitter_s=0&baudrate=none"
)
"""Options of a conformant module that is in a hurry, for tests in real time."""
_ANNOUNCED = re.compile(r"the simulator answers at (\S+) as sim:\?(\S*); end it with Ctrl-C\n")
PATIENCE_S = 20.0


class Served(NamedTuple):
    """A module as it was announced."""

    address: str
    query: str
    control: str


@contextlib.contextmanager
def simulating(
    folder: Path,
    *arguments: str,
    count: int = 1,
    options: str = HASTY,
    end: signal.Signals = signal.SIGTERM,
) -> Iterator[list[Served]]:
    """Serve `count` modules; yield what is announced, and check that all ends well."""
    with atverdict_process(folder, "simulate", "--options", options, *arguments) as process:
        assert process.stderr is not None
        served: list[Served] = []
        try:
            while len(served) < count:
                line = process.stderr.readline()
                match = _ANNOUNCED.fullmatch(line)
                assert match, line
                control = process.stderr.readline() if "--control" in arguments else ""
                served.append(Served(match[1], match[2], control.rpartition(" ")[2].strip()))
            yield served
        finally:
            process.send_signal(end)
            _, err = process.communicate(timeout=PATIENCE_S)
        assert err.endswith("the simulator has ended\n")
        assert process.returncode == 0
