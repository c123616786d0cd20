"""Options of the reference host: everything in which proper hosts may differ."""

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from atverdict.adapters.simulator.options import Between, Octets, Seconds, read_query

__all__ = ["HostOptions"]

Step = Literal["", "offer", "accept", "download", "read", "verify", "update", "flash", "announce"]


@dataclass(frozen=True)
class HostOptions:
    """One proper host and what surrounds it; the defaults do what the documents show.

    Spec: SOTA-HST-001, SOTA-HST-002, SOTA-HST-005, SOTA-HST-020
    """

    # What it is
    component: str = "STM32"
    version: str = "1_0_0"
    others: str = ""
    """Further components with their versions, as in ``ESP32:1_0,GNSS:2_0``."""
    battery_percent: Annotated[int, Between(0, 100)] = 80
    signal_dbm: Annotated[int, Between(-200, 0)] = -80
    free_space_octets: Annotated[int, Between(0, 1_000_000_000)] = 16_777_216

    # The line
    prefix: Literal["AT", "at", "At"] = "AT"
    terminator: Literal["cr", "crlf"] = "cr"
    gap_s: Annotated[float, Between(0.1, 60.0)] = 0.12
    """From a final result code to the next command line."""
    answer_s: Annotated[float, Between(1.0, 600.0)] = 5.0
    """How long an answer may stay away before the host gives it up."""
    retries: Annotated[int, Between(0, 100)] = 3
    """How often a command that earned no OK is said again."""
    retry_s: Annotated[float, Between(0.1, 50.0)] = 1.0
    """From a failed attempt to the next."""

    # The connection
    echo_off: bool = True
    """ATE0 is said at the start."""
    registration: Literal["1", "2"] = "1"
    announce_first: bool = False
    """The versions are announced before the registration."""
    poll_s: Annotated[float, Between(0.5, 3600.0)] = 30.0
    """Between two questions for the state of the connection."""
    connect_s: Seconds = 120.0
    """How long 3,10200 may stay away before the registration is said again."""

    # The upgrade
    request: bool = True
    """It asks for a plan; otherwise it waits for a push."""
    request_form: Literal["digest", "plain", "execute"] = "digest"
    """AT+QIOTOTAREQ with =1, with =0, or bare."""
    request_s: Annotated[float, Between(1.0, 86_400.0)] = 60.0
    """From one request to the next."""
    request_again: bool = True
    """It asks again after a failure and once in a while; otherwise only when it has started."""
    report_s: Annotated[float, Between(1.0, 86_400.0)] | None = None
    """Between two reports of the versions while no upgrade is under way; none: only when due."""
    other_commands: bool = False
    """It also says commands that have nothing to do with the upgrade."""
    decision: Literal["accept", "refuse", "ignore"] = "accept"
    """What becomes of an offer whose limits are met."""
    unmet: Literal["refuse", "ignore"] = "refuse"
    """What becomes of an offer whose limits are not met."""
    decide_s: Annotated[float, Between(0.0, 3600.0)] = 0.3
    """From the last offer of a plan to the decision."""
    block_octets: Octets = 1024
    """Asked for at once, where the module's maximum is not less."""
    piece_end: Literal["counted", "refused"] = "counted"
    """refused: AT+QIOTUPDATE=2 is sent behind every piece, and its ERROR ends the package."""
    reads_twice: bool = False
    """Each block is read twice and compared."""
    verify_s: Annotated[float, Between(0.0, 50.0)] = 0.2
    awaits_updating: bool = True
    """It writes its flash behind 7,10704; otherwise right behind the OK."""
    flash_s: Annotated[float, Between(0.0, 1100.0)] = 5.0
    boot_s: Annotated[float, Between(0.0, 50.0)] = 1.0
    restarts: bool = True
    """It restarts when the new firmware is in place."""
    stall_s: Annotated[float, Between(1.0, 86_400.0)] = 120.0
    """How long the module may stay silent before the host gives the upgrade up."""

    # On demand
    stall: Step = ""
    """The step at which it falls silent for ever."""
    restart_at: Step = ""
    """The step at which it restarts once."""

    @classmethod
    def from_query(cls, query: dict[str, str]) -> Self:
        """Read options from a query; raises `AddressError` for what does not exist."""
        return read_query(cls, query, "the host")

    def components(self) -> dict[str, str]:
        """Return the components with their versions as delivered."""
        pairs = (each.partition(":") for each in self.others.split(",") if each)
        return {self.component: self.version, **{name: version for name, _, version in pairs}}
