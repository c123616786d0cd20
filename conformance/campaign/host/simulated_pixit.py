"""The PIXIT of the reference host."""

import msgspec

from atverdict.adapters.address import simulator_query
from atverdict.adapters.simulator.host.simulated_host import simulated_host
from atverdict.conformance.preparation.pixit import SIMULATOR, HostInfo, Pixit

__all__ = ["simulated_pixit"]


def simulated_pixit(address: str) -> Pixit:
    """Return the PIXIT of the host that a ``sim:`` address describes. Raises `AddressError`."""
    options, _ = simulated_host(simulator_query(address))
    return msgspec.structs.replace(SIMULATOR, host=HostInfo(components=tuple(options.components())))
