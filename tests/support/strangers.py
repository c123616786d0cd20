"""Peers on virtual time that are met in place of a module, or a module in an unusual mode."""

import io
import random
from collections import deque
from collections.abc import Callable

from support.campaigns import Ran

from atverdict.adapters.address import open_address
from atverdict.adapters.pco import Control, Pco, Reception
from atverdict.conformance.campaign.module.campaign import ModuleCampaign
from atverdict.conformance.evidence.log import LogWriter
from atverdict.conformance.preparation.pixit import load_pixit
from atverdict.conformance.preparation.setup import Setup

__all__ = [
    "OK",
    "STRANGERS",
    "Mode",
    "Says",
    "Stranger",
    "always",
    "answering",
    "first_contact",
    "in_mode",
    "noise",
]

OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
Says = Callable[[bytes], bytes]
"""Octets that are sent to octets that come back; called with nothing at the beginning."""


def answering(answers: dict[bytes, bytes], otherwise: bytes = ERROR) -> Says:
    """Answer each command line as the table says."""
    return lambda octets: b"".join(
        answers.get(line, otherwise) for line in octets.split(b"\r")[:-1]
    )


AT_ALONE = {b"AT": OK, b"AT+CMEE=0": OK, b"AT+CMEE=2": OK}
EC25 = b"\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A03M4G\r\n" + OK
REFUSES = b"\r\n+CME ERROR: 10\r\n"


def always(octets: bytes) -> Says:
    """Say the same whatever comes."""
    return lambda _: octets


def greets(octets: bytes) -> Says:
    """Say something at the beginning, and then nothing."""
    return lambda sent: b"" if sent else octets


def noise(seed: int) -> Says:
    """Say octets at random, the same ones each time that the same is sent."""
    return lambda octets: random.Random(f"{seed} {octets!r}").randbytes(64 * (1 + len(octets)))


STRANGERS: dict[str, tuple[Says, str, str]] = {
    "NMEA": (
        always(b"$GNGGA,101530.00,,,,,0,00,99.99,,,,,,*7B\r\n$GNVTG,,,,,,,,,N*2E\r\n"),
        "this came: $GNGGA,101530.00,",
        "These are NMEA sentences",
    ),
    "a receiver's own sentences": (always(b"$PMTK011,MTKGPS*08\r\n"), "$PMTK011,", "NMEA"),
    "PPP": (
        always(bytes.fromhex("7EFF7D23C0217D217D217D207D347D227D267D207D207D207D20B2A17E")),
        "this came: 7E FF 7D 23 C0 21",
        "a data call is open on this port",
    ),
    "PPP without escapes": (always(b"~\xff\x03\xc0!\x01\x01\0\x04\xd1\xb5~"), "7E FF 03", "PPP"),
    "DIAG": (always(b"~\x13\x0c\x00\x00\x5a\xd1\xb2~"), "7E 13 0C", "diagnostic port (DIAG)"),
    "multiplexer": (
        always(bytes.fromhex("F907EF09E1070B11F9")),
        "this came: F9 07 EF 09",
        "frames of the multiplexer (AT+CMUX",
    ),
    "login": (
        lambda sent: sent + b"\nPassword: " if sent else b"\r\nlab ttyS0\r\n\r\nlab login: ",
        "lab login:",
        "the console of a computer",
    ),
    "shell": (
        lambda sent: sent + b"\n-sh: AT: not found\r\n/ # " if sent else b"",
        "-sh: AT: not found",
        "the console of a computer",
    ),
    "kernel": (greets(b"[    1.204857] usb 1-1: new device\r\n"), "usb 1-1", "console"),
    "Python": (
        lambda sent: sent + b"\nNameError: name 'AT' isn't defined\r\n>>> " if sent else b">>> ",
        "NameError",
        "the prompt of Python",
    ),
    "Telnet": (greets(b"\xff\xfd\x18\xff\xfb\x01"), "FF FD 18 FF FB 01", "rfc2217://HOST:PORT"),
    "Sahara": (
        greets(bytes.fromhex("0100000030000000020000000100000000040000")),
        "01 00 00 00 30",
        "emergency download mode",
    ),
    "boot loader": (always(b"CCCC"), "CCCC", "waits for a file"),
    "SSH": (greets(b"SSH-2.0-OpenSSH_9.2\r\n"), "SSH-2.0", "a server of another protocol"),
    "starting": (greets(b"\r\nRDY\r\n"), "RDY<CR><LF>", "has just started"),
    "ESP starting": (greets(b"\r\nready\r\n"), "ready<CR><LF>", "has just started"),
    "another text": (always(b"Temp: 23.1 C\r\n"), "Temp: 23.1 C<CR><LF>", "This is text"),
    "refusal": (answering({}), "<CR><LF>ERROR<CR><LF>", "never refused"),
    "loopback": (lambda sent: sent, "this came: AT<CR>ATQ0<CR>AT<CR>", "only the echo"),
    "terminal": (lambda sent: sent.replace(b"\r", b"\r\n"), "AT<CR><LF>", "only the echo"),
    "silence": (always(b""), "and nothing came", "switched off, asleep or still starting"),
    "noise": (noise(1), "more octets)", "framing noise"),
    "breaks": (always(b"\0\0\0\0\0\0\xfe\xff"), "00 00 00 00", "framing noise"),
    "AT alone": (answering({b"AT": OK}, b""), "was answered: nothing", "a module that is busy"),
    "OK to everything": (answering({}, OK), "was answered: <CR><LF>OK", "knows no command"),
    "no QuecThing": (
        answering({**AT_ALONE, b"ATI": EC25}),
        "ATI was answered: Quectel, EC25, Revision: EC25EFAR06A03M4G",
        "This firmware has no QuecThing",
    ),
    "no name": (answering(AT_ALONE), "ERROR<CR><LF>", "no QuecThing, or another AT device"),
    "ESP": (
        answering({**AT_ALONE, b"AT+GMR": b"AT version:2.2.0.0(ESP8266)\r\n" + OK}),
        "AT+GMR was answered: AT version:2.2.0.0(ESP8266)",
        "another AT device, without QuecThing",
    ),
    "no SIM": (answering({**AT_ALONE, b"ATI": EC25}, REFUSES), "CME ERROR: 10", "There is no SIM"),
    "SIM PIN": (
        answering({**AT_ALONE, b"AT+CPIN?": b"\r\n+CPIN: SIM PIN\r\n" + OK}),
        "ERROR",
        "The SIM waits for its PIN",
    ),
}
"""What a stranger says, and words of what is said about it: what came, and what it is."""


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
