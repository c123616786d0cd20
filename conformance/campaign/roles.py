"""Campaigns by role: what a run against an IUT of each role is made of, one value a role."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from atverdict.adapters.address import DEFAULT_BAUDRATE, open_address, open_host_address
from atverdict.adapters.pco import Control, Pco
from atverdict.adapters.ports.line_settings import LineSettings
from atverdict.adapters.simulator.fault import Fault
from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.adapters.simulator.host.faults.catalogue import FAULTS as HOST_FAULTS
from atverdict.adapters.simulator.host.variants import VARIANTS as HOST_VARIANTS
from atverdict.adapters.simulator.variants import DESERVED, VARIANTS
from atverdict.conformance.campaign.benches import BENCHES, Bench
from atverdict.conformance.campaign.campaign import Campaign
from atverdict.conformance.campaign.host.campaign import HostCampaign
from atverdict.conformance.campaign.host.programme import host_programme
from atverdict.conformance.campaign.host.simulated_pixit import simulated_pixit
from atverdict.conformance.campaign.module.campaign import ModuleCampaign
from atverdict.conformance.campaign.module.programme import module_programme
from atverdict.conformance.preparation.pixit import SIMULATOR, Pixit
from atverdict.conformance.preparation.programme import Programme
from atverdict.conformance.preparation.setup import Setup
from atverdict.spec.model import Role

__all__ = ["CampaignKind", "campaign_of"]


def _no_invitation(_place: str) -> None:
    """Do nothing: the place of the suite is shown nowhere."""


class ProgrammeOf(Protocol):
    """A function that decides what would run."""

    def __call__(self, setup: Setup, actions: frozenset[str], *, virtual: bool) -> Programme:
        """Return the programme for these actions of the control agent."""


class IutOpener(Protocol):
    """A function that opens an IUT."""

    def __call__(
        self,
        address: str,
        *,
        baudrate: int = DEFAULT_BAUDRATE,
        settings: LineSettings | None = None,
        invite: Callable[[str], None] = _no_invitation,
    ) -> tuple[Pco, Control | None]:
        """Return its port, and its own control agent where it brings one.

        `invite` is called with the place at which the suite waits for an IUT to come. Raises
        `AddressError` with one sentence for the user, and `AbsentError` where there is no IUT.
        """


def _open_module(
    address: str,
    *,
    baudrate: int = DEFAULT_BAUDRATE,
    settings: LineSettings | None = None,
    invite: Callable[[str], None] = _no_invitation,
) -> tuple[Pco, Control | None]:
    del invite  # a module is there, or it is absent
    return open_address(address, baudrate=baudrate, settings=settings)


@dataclass(frozen=True, slots=True)
class CampaignKind:
    """The parts of the campaigns of one role."""

    campaign: type[Campaign]
    programme: ProgrammeOf
    open: IutOpener
    simulated_pixit: Callable[[str], Pixit]
    """The PIXIT of the simulated IUT at a ``sim:`` address."""
    faults: Mapping[str, Fault]
    """Simulated IUTs that are wrong in one way, by name; the suite is measured with them."""
    variants: Mapping[str, str]
    """Simulated IUTs that are conformant, with their options."""
    deserved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The warnings that variants deserve."""
    benches: tuple[Bench, ...] = ()
    """The benches besides the full laboratory on which faults are tried."""
    replays: bool = False
    """True where runs can be replayed and resumed."""


KINDS = {
    Role.MODULE: CampaignKind(
        campaign=ModuleCampaign,
        programme=module_programme,
        open=_open_module,
        simulated_pixit=lambda _: SIMULATOR,
        faults=FAULTS,
        variants=VARIANTS,
        deserved=DESERVED,
        benches=BENCHES,
        replays=True,
    ),
    Role.HOST: CampaignKind(
        campaign=HostCampaign,
        programme=host_programme,
        open=open_host_address,
        simulated_pixit=simulated_pixit,
        faults=HOST_FAULTS,
        variants=HOST_VARIANTS,
    ),
}


def campaign_of(role: Role) -> CampaignKind:
    """Return the parts of a campaign of this role."""
    return KINDS[role]
