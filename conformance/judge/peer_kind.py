"""Kinds of peers that a port may have in place of a module, told by the octets that came."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "CLOSE_MULTIPLEXER",
    "NOISE_OF_LINE",
    "NOTHING",
    "PORTS",
    "SIM_STATE",
    "TEXT_OF_ANOTHER",
    "PeerKind",
    "Turn",
    "is_noise",
    "kind_of",
    "sim_problem",
]

SIM_STATE = (b"AT+CMEE=2", b"AT+CPIN?", b"AT+CMEE=0")
"""The question for the SIM. Without the first line its answer is ERROR alone."""
CLOSE_MULTIPLEXER = bytes.fromhex("F9 03 EF 05 C3 01 F2 F9")
"""The frame that ends the multiplexer's mode (3GPP TS 27.010, 5.4.6.3.3)."""
LEAST_NOISE_OCTETS = 4
NOISE = 0.25
"""The least share of octets that are no text on a line with another rate."""
_CONTROLS = frozenset(
    kind | poll for kind in (0x03, 0x0F, 0x2F, 0x43, 0x63, 0xEF) for poll in (0, 16)
)
"""The control octets of the multiplexer's frames."""
TEXT = frozenset({*range(0x20, 0x7F), *b"\r\n\t"})
PORTS = "; `atverdict ports`"
"""The begin of a hint that helps with ports of this machine only; it stands at the end."""
OTHER_PORT = f"Give --iut the port of the module that answers AT{PORTS} tells which one does"


class Turn(NamedTuple):
    """Octets that were sent, and those that came until something else was sent."""

    sent: bytes
    """Empty for what came before anything was sent."""
    came: bytes

    @property
    def answer(self) -> bytes:
        """The octets that came, without an echo of those that were sent."""
        return self.came.removeprefix(self.sent) if self.sent else self.came


@dataclass(frozen=True, slots=True)
class PeerKind:
    """A kind of peer that does not answer AT with OK."""

    name: str
    """Two or three words for a table."""
    meaning: str
    """The meaning of what came, as a sentence without its full stop."""
    advice: str
    """What can be done about it, as a sentence without its full stop."""
    remedies: tuple[bytes, ...] = ()
    """What may be sent to have AT answered: documented, and harmless where it does not help."""
    binary: bool = False
    """True where hexadecimal digits say more than text."""


Recognizer = Callable[[bytes, Sequence[Turn]], bool]


def _finds(pattern: bytes) -> Recognizer:
    found = re.compile(pattern, re.IGNORECASE)
    return lambda octets, _turns: found.search(octets) is not None


def _binary(pattern: bytes) -> Recognizer:
    found = re.compile(pattern, re.DOTALL)
    return lambda octets, _turns: found.search(octets) is not None


def is_noise(octets: bytes) -> bool:
    """Tell whether so many octets are no text that none of them need be."""
    odd = sum(octet not in TEXT for octet in octets)
    return odd >= max(LEAST_NOISE_OCTETS, NOISE * len(octets))


def _telnet(octets: bytes, _turns: Sequence[Turn]) -> bool:
    """Recognise negotiations at the beginning, and no other octets that are no text."""
    if not re.match(rb"\xff[\xfa-\xfe]", octets):
        return False
    rest = re.sub(rb"\xff(?:[\xfb-\xfe].|\xfa.*?\xff\xf0|\xff)", b"", octets, flags=re.DOTALL)
    return all(octet in TEXT for octet in rest)


def _multiplexed(octets: bytes, _turns: Sequence[Turn]) -> bool:
    """Recognise frames between F9, by their length or by both ends of what came."""
    for found in re.finditer(rb"\xf9+([^\xf9])([\x03-\xff])(.)(.)", octets, re.DOTALL):
        address, control, low, high = (field[0] for field in found.groups())
        if not address & 1 or control not in _CONTROLS:
            continue
        length, begin = (low >> 1, 0) if low & 1 else ((low >> 1) + (high << 7), 1)
        end = found.start(3) + 1 + begin + length + 1
        if octets[end : end + 1] == b"\xf9":
            return True
        if octets[:1] == octets[-1:] == b"\xf9" and found.start() == 0:
            return True
    return False


def _noise(octets: bytes, _turns: Sequence[Turn]) -> bool:
    return is_noise(octets)


def _echo(octets: bytes, turns: Sequence[Turn]) -> bool:
    """Recognise the sent octets alone; a terminal may have added LF to each CR."""
    sent = b"".join(turn.sent for turn in turns)
    return bool(octets) and _bare(octets) == _bare(sent)


def _bare(octets: bytes) -> bytes:
    return octets.translate(None, b"\r\n")


def _numeric(_octets: bytes, turns: Sequence[Turn]) -> bool:
    """Recognise result codes as numbers (V.250, 6.2.6)."""
    answers = [turn.answer for turn in turns if turn.sent[:2].upper() == b"AT" and turn.answer]
    return bool(answers) and all(re.fullmatch(rb"[\r\n]*(?:\d{1,2}\r)+\n?", a) for a in answers)


def _framed(octets: bytes, _turns: Sequence[Turn]) -> bool:
    """Recognise frames between 7E: at both ends of what came, or one with its check sequence."""
    frames = octets.split(b"~")
    if len(frames) < 2:
        return False
    if octets.startswith(b"~") and octets.endswith(b"~") and is_noise(octets):
        return True
    return any(len(frame) > 4 and _checked(frame) for frame in frames)


def _checked(frame: bytes) -> bool:
    """Tell whether a frame ends with its CRC-16 (ISO/IEC 13239)."""
    plain = re.sub(rb"}(.)", lambda escaped: bytes((escaped[1][0] ^ 0x20,)), frame, flags=re.DOTALL)
    check = 0xFFFF
    for octet in plain:
        check ^= octet
        for _ in range(8):
            check = (check >> 1) ^ (0x8408 if check & 1 else 0)
    return check == 0xF0B8


NOTHING = PeerKind(
    "silence",
    "The module is switched off, asleep or still starting, another program has its port, or this "
    "is another port or another baud rate",
    f"Look at power, TX and RX, and flow control{PORTS} tells which port answers AT, and "
    "--try-baud-rates tries the usual rates",
    (b"ATQ0\r", CLOSE_MULTIPLEXER),
)
TEXT_OF_ANOTHER = PeerKind(
    "other text", "This is text, but no answer to AT: another device or program", OTHER_PORT
)
NOISE_OF_LINE = PeerKind(
    "noise",
    "This is framing noise instead of answers: the baud rate is probably wrong",
    "--try-baud-rates tries the usual ones",
    binary=True,
)

KINDS: tuple[tuple[Recognizer, PeerKind], ...] = (
    (
        _telnet,
        PeerKind(
            "Telnet",
            "This is the negotiation of Telnet: a terminal server stands between, and it changes "
            "the octets of packages",
            "Use rfc2217://HOST:PORT in place of socket://, or set the server to raw TCP",
            binary=True,
        ),
    ),
    (
        _multiplexed,
        PeerKind(
            "multiplexer",
            "These are frames of the multiplexer (AT+CMUX, frames between F9): another program "
            "has put the module into this mode, and AT is answered inside frames only",
            "End that program (ModemManager, cmux), or restart the module",
            (CLOSE_MULTIPLEXER,),
            binary=True,
        ),
    ),
    (
        _binary(rb"~(?:\xff\x7d\x23|\xff\x03|\x7d\xdf\x7d\x23)"),
        PeerKind(
            "PPP",
            "These are frames of PPP: a data call is open on this port",
            "End the program that dials (pppd, ModemManager), restart the module, or give --iut "
            f"its AT port{PORTS} tells which one that is",
            binary=True,
        ),
    ),
    (
        _binary(rb"^\x01\x00\x00\x00.\x00\x00\x00\x02\x00\x00\x00"),
        PeerKind(
            "download mode",
            "This is the hello of Sahara: the module is in its emergency download mode, without "
            "a firmware that runs",
            "Restart the module, or load its firmware again with the tool of its vendor",
            binary=True,
        ),
    ),
    (
        _framed,
        PeerKind(
            "diagnostic port",
            "These are binary frames between octets 7E: the diagnostic port (DIAG) of a module",
            OTHER_PORT,
            binary=True,
        ),
    ),
    (
        _echo,
        PeerKind(
            "echo",
            "This is only the echo of what was sent: a loopback, a terminal that echoes, or a "
            "module without result codes (ATQ1)",
            f"Look where TX and RX go{PORTS} tells which port answers AT",
            (b"ATQ0\r",),
        ),
    ),
    (
        _numeric,
        PeerKind(
            "numbers",
            "These are result codes as numbers: the module was set to ATV0",
            "Send ATV1, or restart the module",
            (b"ATV1\r",),
        ),
    ),
    (
        _finds(rb"[$!][A-Z][A-Z0-9]{3,9},[^\r\n]*"),
        PeerKind(
            "NMEA",
            "These are NMEA sentences: the position port of a module, or a GNSS receiver",
            OTHER_PORT,
        ),
    ),
    (_noise, NOISE_OF_LINE),
    (
        _finds(rb"^SSH-\d|^HTTP/\d|^\+?OK POP|^220[ -]|^RFB \d|<html|400 Bad Request"),
        PeerKind(
            "server",
            "This is a server of another protocol, and no serial line",
            "Give --iut the host and the port behind which the module's serial line is",
        ),
    ),
    (
        _finds(rb">>> ?|NameError|Traceback \(most"),
        PeerKind(
            "Python",
            "This is the prompt of Python: the REPL port of a module or of a board",
            OTHER_PORT,
        ),
    ),
    (
        _finds(
            rb"login:|password:|last login|command not found|: not found|unknown command|busybox|"
            rb"u-boot|(?:^|\n)\[ *\d+\.\d{6}\]|@[\w.-]+:[^\r\n]*[#$]|"
            rb"(?:^|[\r\n])[\w~/:. -]*[#$] ?(?:AT|$)"
        ),
        PeerKind(
            "console",
            "This is the console of a computer, with a login or a shell, and no AT port",
            OTHER_PORT,
        ),
    ),
    (
        _finds(rb"C{3,}$|^(?:\x15)+$"),
        PeerKind(
            "boot loader",
            "This is a boot loader that waits for a file (XMODEM or YMODEM)",
            f"Restart the device, or load its firmware again{PORTS} tells which port answers AT",
        ),
    ),
    (
        _finds(
            rb"(?:^|[\r\n])(?:RDY|APP RDY|ready|PB DONE|SMS DONE|\+CFUN: 1|NORMAL POWER DOWN)\r"
        ),
        PeerKind(
            "starting",
            "This is the greeting of a module that has just started, and it has not answered AT "
            "yet",
            "Run again when it has started; if the greeting comes again and again, look at its "
            "power supply",
        ),
    ),
    (
        _finds(rb"(?:^|[\r\n])(?:ERROR|\+CM[ES] ERROR: ?[^\r\n]*)\r"),
        PeerKind(
            "refusal",
            "AT alone is never refused by a module: this is another device, or a module that "
            "has to be restarted",
            OTHER_PORT,
        ),
    ),
)


def kind_of(turns: Sequence[Turn]) -> PeerKind:
    """Return the kind of a peer that has not answered AT with OK."""
    octets = b"".join(turn.came for turn in turns)
    if not octets:
        return NOTHING
    return next((kind for fits, kind in KINDS if fits(octets, turns)), TEXT_OF_ANOTHER)


_SIM = (
    (rb"SIM PIN2?\b|CME ERROR: (?:11|17)\b", "the SIM waits for its PIN", "Enter it (AT+CPIN)"),
    (rb"SIM PUK2?\b|CME ERROR: (?:12|18)\b", "the SIM waits for its PUK", "Enter it (AT+CPIN)"),
    (
        rb"CPIN: NOT (?:READY|INSERTED)|SIM not inserted|CME ERROR: 10\b",
        "there is no SIM",
        "Insert one",
    ),
    (
        rb"SIM (?:failure|busy|wrong)|CME ERROR: (?:13|14|15)\b",
        "the SIM cannot be used",
        "Look at it",
    ),
)


def sim_problem(octets: bytes) -> tuple[str, str]:
    """Return what `+CPIN:` or `+CME ERROR:` says of the SIM, and the remedy; empty for nothing."""
    for pattern, problem, remedy in _SIM:
        if re.search(pattern, octets, re.IGNORECASE):
            return problem, remedy
    return "", ""
