"""Peers on virtual time that are met in place of a module, or a module in an unusual mode."""

import io
from collections import deque
from collections.abc import Callable

from support.campaigns import Ran

from atverdict.adapters.address import open_address
from atverdict.adapters.pco import Control, Pco, Reception
from atverdict.conformance.campaign.module.campaign import ModuleCampaign
from atverdict.conformance.evidence.log import LogWriter
from atverdict.conformance.preparation.pixit import load_pixit
from atverdict.conformance.preparation.setup import Setup

__all__ = ["OK", "Mode", "Says", "Stranger", "answering", "first_contact", "in_mode"]

OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
Says = Callable[[bytes], bytes]
"""Octets that are sent to octets that come back; called with nothing at the beginning."""


def answering(answers: dict[bytes, bytes], otherwise: bytes = ERROR) -> Says:
    """Answer each command line as the table says."""
    return lambda octets: b"".join(
        answers.get(line, otherwise) for line in octets.split(b"\r")[:-1]
    )


class Stranger:
    """A port with a peer that says what it is told to, after 10 ms of virtual time."""

    line_baudrate = None
    opened_at = "2026-01-01T00:00:00+00:00"

    def __init__(self, says: Says, transport: str = "pty") -> None:
        self.transport = transport
        self.sent: list[bytes] = []
        self._says = says
        self._now_s = 0.0
        self._due: deque[Reception] = deque()
        self._say(b"")

    def _say(self, octets: bytes) -> None:
        said = self._says(octets)
        if said:
            self._due.append(Reception(said, self._now_s + 0.01))

    def now(self) -> float:
        """Return the virtual time."""
        return self._now_s

    def write(self, octets: bytes) -> float:
        """Take octets."""
        self.sent.append(octets)
        self._say(octets)
        return self._now_s

    def read(self, until_s: float) -> Reception | None:
        """Let time pass until something is said."""
        if self._due and self._due[0].instant_s <= max(until_s, self._now_s):
            said = self._due.popleft()
            self._now_s = max(self._now_s, said.instant_s)
            return said
        self._now_s = max(self._now_s, until_s)
        return None

    def reopen(self, until_s: float) -> bool:
        """Never lost, never back."""
        del until_s
        return False

    def close(self) -> None:
        """Nothing to release."""


class Mode:
    """The simulator in a mode that stands between it and the suite."""

    transport = "sim"

    def __init__(self) -> None:
        self.module, control = open_address("sim:")
        assert control is not None
        self.control: Control = control
        self.sent: list[bytes] = []
        self.instants_s: list[float] = []

    @property
    def line_baudrate(self) -> int | None:
        """The simulator's."""
        return self.module.line_baudrate

    @property
    def opened_at(self) -> str:
        """The simulator's."""
        return self.module.opened_at

    def now(self) -> float:
        """Return the virtual time."""
        return self.module.now()

    def write(self, octets: bytes) -> float:
        """Take octets, and pass on what the mode lets through."""
        self.sent.append(octets)
        self.instants_s.append(self.now())
        passed = self.to_module(octets)
        return self.module.write(passed) if passed else self.module.now()

    def read(self, until_s: float) -> Reception | None:
        """Give what the mode makes of the module's octets."""
        while reception := self.module.read(until_s):
            octets = self.from_module(reception.octets)
            if octets:
                return Reception(octets, reception.instant_s)
        return None

    def reopen(self, until_s: float) -> bool:
        """Open the simulator again."""
        return self.module.reopen(until_s)

    def close(self) -> None:
        """Close the simulator."""
        self.module.close()

    def actions(self) -> frozenset[str]:
        """The actions of the simulator's control agent."""
        return self.control.actions()

    def perform(self, action: str, arguments: dict[str, object]) -> dict[str, object]:
        """Do an action; a module that starts again is in its mode again."""
        reply = self.control.perform(action, arguments)
        if action == "power_cycle":
            self.start()
        return reply

    def start(self) -> None:
        """Enter the mode."""

    def to_module(self, octets: bytes) -> bytes:
        """Change what is sent."""
        return octets

    def from_module(self, octets: bytes) -> bytes:
        """Change what comes."""
        return octets


def _run(pco: Pco, control: Control | None, selection: tuple[str, ...]) -> Ran:
    address = "/dev/ttyX"
    pixit = load_pixit(None, address)
    setup = Setup(address=address, profile="cellular-2025", pixit=pixit, selection=selection)
    stream = io.BytesIO()
    judgement = ModuleCampaign(setup, pco, control, LogWriter(stream)).run()
    return Ran(judgement, stream.getvalue())


def first_contact(stranger: Stranger) -> Ran:
    """Run the basic interconnection test against a stranger."""
    return _run(stranger, None, ("interconnection.basic",))


def in_mode(mode: Mode, selection: str = "interconnection") -> Ran:
    """Run what is selected against the simulator in a mode, with its control agent."""
    return _run(mode, mode, (selection,))
