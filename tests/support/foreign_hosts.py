"""Hosts as others write them, on virtual time: what shipped ones are known to do, in a few lines.

They know nothing of the suite, of its simulator and of its reference host. Each is a generator that
yields what it wants next; `ForeignPco` is its serial port. None of them has a control agent.
"""

import contextlib
import hashlib
import re
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass

from atverdict.adapters.pco import Reception

__all__ = ["HOSTS", "ForeignPco", "Script"]


@dataclass(frozen=True)
class Say:
    """Octets to the module; answered with nothing."""

    octets: bytes


@dataclass(frozen=True)
class Octets:
    """Wait for so many octets, or a time in seconds: fewer arrive then."""

    count: int
    timeout_s: float


@dataclass(frozen=True)
class Line:
    """Wait for a line that ends with CR LF, empty ones included; b"" when none comes in time."""

    timeout_s: float


@dataclass(frozen=True)
class Quiet:
    """Wait until nothing has come for a time, and take everything that came."""

    gap_s: float
    timeout_s: float


Wish = Say | Octets | Line | Quiet
Script = Generator[Wish, bytes, None]


class ForeignPco:
    """The port of a host that is a generator, on virtual time; octets take no time."""

    transport = "sim"
    line_baudrate: int | None = None
    opened_at = "2025-01-01T00:00:00.000+08:00"

    def __init__(self, script: Callable[[], Script]) -> None:
        """Start the host."""
        self._script = script()
        self._now_s = 0.0
        self._inbox = bytearray()
        self._said: deque[Reception] = deque()
        self._wish: Wish | None = None
        self._deadline_s = 0.0
        self._arrived_s = 0.0
        self._go_on(None)

    def now(self) -> float:
        """Return the virtual seconds since the start."""
        return self._now_s

    def write(self, octets: bytes) -> float:
        """Give octets to the host."""
        self._inbox += octets
        self._arrived_s = self._now_s
        self._satisfy()
        return self._now_s

    def read(self, until_s: float) -> Reception | None:
        """Let time pass until the host has said something."""
        while not self._said:
            due_s = self._due_s()
            if due_s is None or due_s > until_s:
                self._now_s = max(self._now_s, until_s)
                return None
            self._now_s = max(self._now_s, due_s)
            self._satisfy()
        return self._said.popleft()

    def reopen(self, until_s: float) -> bool:
        """Be open."""
        del until_s
        return True

    def close(self) -> None:
        """Stay as it is."""

    def _due_s(self) -> float | None:
        match self._wish:
            case None:
                return None
            case Quiet(gap_s=gap_s) if self._inbox:
                return min(self._deadline_s, self._arrived_s + gap_s)
            case _:
                return self._deadline_s

    def _satisfy(self) -> None:
        while self._wish is not None and (taken := self._taken(self._wish)) is not None:
            del self._inbox[: len(taken)]
            self._go_on(taken)

    def _taken(self, wish: Wish) -> bytes | None:
        late = self._now_s >= self._deadline_s
        match wish:
            case Octets(count=count) if len(self._inbox) >= count or late:
                return bytes(self._inbox[:count])
            case Line():
                end = self._inbox.find(b"\r\n")
                return bytes(self._inbox[: end + 2]) if end >= 0 else b"" if late else None
            case Quiet(gap_s=gap_s):
                quiet = bool(self._inbox) and self._now_s >= self._arrived_s + gap_s
                return bytes(self._inbox) if quiet or late else None
            case _:
                return None

    def _go_on(self, taken: bytes | None) -> None:
        """Give the host what it wished, and hear its next wish."""
        try:
            wish = next(self._script) if taken is None else self._script.send(taken)
            while isinstance(wish, Say):
                self._said.append(Reception(wish.octets, self._now_s))
                wish = self._script.send(b"")
        except StopIteration:
            self._wish = None
            return
        self._wish, self._deadline_s = wish, self._now_s + wish.timeout_s


class Failed(Exception):
    """The host gives its attempt up."""


Answer = Generator[Wish, bytes, list[str]]


class Simple:
    """One loop that waits for what it needs, as small scripts do, and begins anew when it fails."""

    version = "1_0_0"
    verifies = True
    greedy = False
    """Whether the next piece is asked for behind every block."""

    def __init__(self) -> None:
        """Have heard nothing."""
        self.events: list[str] = []

    def run(self) -> Script:
        """Upgrade again and again."""
        while True:
            try:
                yield from self.upgrade()
            except Failed:
                self.events.clear()
                yield Octets(1 << 30, 5.0)

    def line(self, timeout_s: float = 10.0) -> Generator[Wish, bytes, str]:
        """Wait for a line that is not empty."""
        while True:
            octets = yield Line(timeout_s)
            if not octets:
                raise Failed
            text = octets.decode("latin-1").strip()
            if text == "RDY":
                self.restarted()
            if text:
                return text

    def restarted(self) -> None:
        """Begin anew with a module that has."""
        raise Failed

    def ask(self, command: str) -> Answer:
        """Say a line, and return what stands in front of its OK."""
        yield Say(command.encode() + b"\r")
        lines: list[str] = []
        while True:
            text = yield from self.line()
            if text == "OK":
                return lines
            if text == "ERROR":
                raise Failed
            if text.startswith("+QIOTEVT: "):
                self.events.append(text)
            elif text != command:
                lines.append(text)

    def event(self, *codes: str, timeout_s: float = 100.0) -> Generator[Wish, bytes, str]:
        """Wait for one of these events, and return its parameters; 10706 ends the attempt."""
        while True:
            while self.events:
                text = self.events.pop(0)
                for code in codes:
                    found = re.fullmatch(rf"\+QIOTEVT: {code},?(.*)", text)
                    if found:
                        return found[1]
                if text == "+QIOTEVT: 7,10706":
                    raise Failed
            text = yield from self.line(timeout_s)
            if text.startswith("+QIOTEVT: "):
                self.events.append(text)

    def block(self, start: int, length: int) -> Generator[Wish, bytes, bytes]:
        """Read a block; one that fails is read again, three times in all."""
        for _ in range(3):
            yield Say(f"AT+QIOTOTARD={start},{length}\r".encode())
            while True:
                text = yield from self.line()
                header = re.fullmatch(r"\+QIOTOTARD: (\d+),(\d+)", text)
                if header or text == "ERROR":
                    break
                if text.startswith("+QIOTEVT: "):
                    self.events.append(text)
            if header:
                octets = yield Octets(int(header[2]), 5.0)
                while (yield from self.line()) != "OK":
                    pass
                return octets
        raise Failed

    def connect(self) -> Script:
        """Be online."""
        yield from self.ask("ATE0")
        yield from self.ask("AT+QIOTREG=1")
        yield from self.event("3,10200")

    def upgrade(self) -> Script:
        """Go once through the flow."""
        yield from self.connect()
        yield from self.ask(f'AT+QIOTMCUVER="STM32","{self.version}"')
        yield from self.ask("AT+QIOTOTAREQ=0")
        target = (yield from self.event("7,10700")).split(",")[2].strip('"')
        yield from self.ask("AT+QIOTUPDATE=1")
        started = (yield from self.event("7,10701")).split(",")
        package = yield from self.read(int(started[1]))
        digest = hashlib.md5(package, usedforsecurity=False).hexdigest()
        if self.verifies and digest != started[2].strip('"').lower():
            raise Failed
        yield from self.ask("AT+QIOTUPDATE=3")
        yield from self.event("7,10704")
        yield Octets(0, 3.0)  # the flash
        yield from self.ask(f'AT+QIOTMCUVER="STM32","{target}"')
        yield from self.event("7,10705")
        self.version = target

    def read(self, size: int) -> Generator[Wish, bytes, bytes]:
        """Read all pieces."""
        package = b""
        while len(package) < size:
            start, piece = map(int, (yield from self.event("7,10703")).split(",")[2:])
            while len(package) < start + piece:
                package += yield from self.block(
                    len(package), min(1024, start + piece - len(package))
                )
                if self.greedy and len(package) < size:
                    yield from self.fetch()
            if len(package) < size and not self.greedy:
                yield from self.ask("AT+QIOTUPDATE=2")
        return package

    def fetch(self) -> Script:
        """Ask for the next piece, and do not mind an ERROR."""
        with contextlib.suppress(Failed):
            yield from self.ask("AT+QIOTUPDATE=2")


class Forgetful(Simple):
    """Announces the version that it was built with each time it begins anew."""

    def upgrade(self) -> Script:
        """Go once through the flow, and forget it."""
        yield from super().upgrade()
        self.version = "1_0_0"


class Blind(Simple):
    """Leaves the digest to whoever flashes, as a shipped product does."""

    verifies = False


class Greedy(Simple):
    """Asks for the next piece behind every block, as a shipped data terminal does."""

    greedy = True


class Waiting(Simple):
    """Connects once, and then takes what is offered, whenever that is; it never asks."""

    online = False

    def connect(self) -> Script:
        """Be online, once."""
        if not self.online:
            yield from super().connect()
            self.online = True

    def ask(self, command: str) -> Answer:
        """Say a line, unless it asks for a plan."""
        if "OTAREQ" in command:
            return []
        return (yield from super().ask(command))

    def event(self, *codes: str, timeout_s: float = 100.0) -> Generator[Wish, bytes, str]:
        """Wait for an offer as long as it takes."""
        patience_s = 1e6 if codes == ("7,10700",) else timeout_s
        return (yield from super().event(*codes, timeout_s=patience_s))

    def restarted(self) -> None:
        """Connect once more."""
        self.online = False
        super().restarted()


class Tool:
    """The vendor's tool with a person in front of it: it parses what 200 ms of silence end.

    The digest is compared for the person, who confirms, reports and announces by hand.
    """

    def __init__(self) -> None:
        """Have nothing."""
        self.text = b""
        self.package = bytearray()
        self.size, self.md5, self.piece_end, self.target = 0, "", 0, ""
        self.version = "1_0_0"

    def run(self) -> Script:
        """Say what the tool says by itself, and obey what comes."""
        yield from self.begin()
        while True:
            yield from self.heard((yield Quiet(0.2, 1e6)))

    def begin(self) -> Script:
        """Press one button after the other."""
        self.target, self.size = "", 0
        yield from self.say("AT+QIOTREG=1")
        yield from self.waits(1.0)
        yield from self.say('AT+QIOTCFG="tsl"')
        yield from self.waits(2.0)
        yield from self.say(f'AT+QIOTMCUVER="STM32","{self.version}"')
        yield from self.say("AT+QIOTOTAREQ=1")

    def say(self, command: str) -> Script:
        """Say a line, and take what comes on it."""
        yield Say(command.encode() + b"\r\n")
        yield from self.heard((yield Quiet(0.2, 5.0)))

    def waits(self, duration_s: float) -> Script:
        """Have a person read, and look at what has come meanwhile before a button is pressed."""
        yield Octets(0, duration_s)
        yield from self.heard((yield Quiet(0.2, 0.2)))

    def heard(self, octets: bytes) -> Script:
        """Parse a portion."""
        header = re.search(rb"\+QIOTOTARD: (\d+),(\d+)\r\n", octets)
        if header is not None:
            yield from self.block(octets, header)
            return
        for line in octets.decode("latin-1").split("\r\n"):
            if line == "RDY":
                yield from self.waits(5.0)  # the person notices, and begins anew
                yield from self.begin()
            event = re.fullmatch(r"\+QIOTEVT: (\d+),(\d+),?(.*)", line)
            withdrawn = "7,10700" in line and octets.endswith(b"7,10706\r\n")
            if event is not None and not withdrawn:
                yield from self.event(event[1], event[2], event[3].split(","))

    def event(self, kind: str, code: str, fields: list[str]) -> Script:
        """Obey an event."""
        match kind, code:
            case "7", "10700":
                repeated, self.target = bool(self.target), fields[2].strip('"')
                yield from self.waits(2.0)
                if self.target and not repeated:
                    yield from self.say("AT+QIOTUPDATE=1")
            case "7", "10701" if len(fields) >= 3:
                self.size, self.md5 = int(fields[1]), fields[2].strip('"')
                self.package.clear()
            case "7", "10705" | "10706":
                self.target, self.size = "", 0
            case "7", "10703" if len(fields) == 4 and self.size:
                self.piece_end = int(fields[2]) + int(fields[3])
                yield from self.read_on()
            case _:
                pass

    def read_on(self) -> Script:
        """Read the next block, or have the next piece, or be done."""
        if len(self.package) < self.piece_end:
            yield from self.say(f"AT+QIOTOTARD={len(self.package)},1024")
        elif self.piece_end < self.size:
            yield from self.say("AT+QIOTUPDATE=2")
        elif hashlib.md5(self.package, usedforsecurity=False).hexdigest() == self.md5:
            yield from self.waits(3.0)
            if self.target:
                yield from self.say("AT+QIOTUPDATE=3")
                yield from self.waits(5.0)
            if self.target:
                self.version = self.target
                yield from self.say(f'AT+QIOTMCUVER="STM32","{self.version}"')

    def block(self, octets: bytes, header: re.Match[bytes]) -> Script:
        """Take a block by its length; CR or LF must stand behind it."""
        end = header.end() + int(header[2])
        if octets[end : end + 1] in (b"\r", b"\n"):
            self.package += octets[header.end() : end]
            yield from self.read_on()


HOSTS: dict[str, Callable[[], Script]] = {
    kind.__name__.lower(): (lambda kind=kind: kind().run())  # type: ignore[misc]
    for kind in (Simple, Forgetful, Blind, Greedy, Waiting, Tool)
}
"""By name: what starts a host."""
