"""The simulator in real time on a pty or a TCP port, for hosts that want to talk to it."""

import contextlib
import functools
import os
import select
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Protocol, Self

from atverdict.adapters import terminal
from atverdict.adapters.pco import AddressError, Reception
from atverdict.adapters.real_clock import RealClock

__all__ = ["DEFAULT_HOST", "Simulated", "Stop", "serve_pty", "serve_tcp"]

DEFAULT_HOST = "127.0.0.1"
_READ_OCTETS = 4096
_UNSENT_LIMIT_OCTETS = 1 << 18
"""What waits at most for a client that does not read; a line without a listener loses octets."""


class Simulated(Protocol):
    """The simulator as it is driven here: octets in and out, and a virtual time to move."""

    def write(self, octets: bytes) -> None:
        """Receive octets of the host at the present instant."""
        ...

    def advance_to(self, instant_s: float) -> None:
        """Do everything that is due up to an instant in virtual seconds."""
        ...

    def next_event_s(self) -> float | None:
        """Return the instant of the next thing that is due; None when nothing is."""
        ...

    def collect(self) -> list[Reception]:
        """Return what has arrived at the host since the last call."""
        ...


class Stop:
    """A wish to end, which wakes whoever waits on its descriptor; stays once it was uttered."""

    def __init__(self) -> None:
        """Start without the wish."""
        self._heard, self._said = socket.socketpair()

    def __enter__(self) -> Self:
        """Use it until the end of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release the descriptors."""
        self._heard.close()
        self._said.close()

    def say(self) -> None:
        """Wish the end; from any thread or signal handler, any number of times."""
        self._said.send(b".")

    def fileno(self) -> int:
        """Return the descriptor that becomes readable by the wish."""
        return self._heard.fileno()

    @contextlib.contextmanager
    def on_signals(self, *signals: signal.Signals) -> Iterator[Self]:
        """Let signals utter the wish inside a block; main thread only."""

        def handle(_number: int, _frame: FrameType | None) -> None:
            self.say()

        before = [(number, signal.signal(number, handle)) for number in signals]
        try:
            yield self
        finally:
            for number, handler in before:
                signal.signal(number, handler)


def serve_pty(
    simulator: Simulated, link: Path, stop: Stop, announce: Callable[[str], None]
) -> None:
    """Answer on a new pty, whose path `link` points to, until `stop`; then remove the link.

    Clients may come and go. What the simulator sends while nobody has the pty open waits in it,
    as far as there is room. `announce` gets the address once it can be opened.
    Raises `AddressError` when `link` cannot be made.
    """
    master, slave, path = terminal.open_raw_pty()
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(os.close, master)
        # Kept open: it holds the raw mode, and the master does not end with its first client.
        cleanup.callback(os.close, slave)
        os.set_blocking(master, False)
        _make_link(link, path)
        cleanup.callback(_remove_link, link, path)
        announce(str(link))
        pump = _Pump(simulator, stop)
        receive = functools.partial(os.read, master, _READ_OCTETS)
        pump.run(master, receive, functools.partial(os.write, master))


def serve_tcp(
    simulator: Simulated,
    port: int,
    stop: Stop,
    announce: Callable[[str], None],
    *,
    host: str = DEFAULT_HOST,
) -> None:
    """Answer on a TCP port until `stop`, one client at a time; 0 takes any free port.

    Virtual time goes on between clients, and what the simulator sends then is lost.
    `announce` gets the address once it can be opened. Raises `AddressError` when the port
    cannot be opened.
    """
    with contextlib.ExitStack() as cleanup:
        try:
            listener = cleanup.enter_context(socket.create_server((host, port)))
        except OSError as error:
            raise AddressError(f"{host}:{port} cannot be opened ({error.strerror})") from error
        listener.settimeout(0.0)
        announce(f"socket://{host}:{listener.getsockname()[1]}")
        pump = _Pump(simulator, stop)
        while pump.idle(listener):
            try:
                client = listener.accept()[0]
            except OSError:  # it has gone again already
                continue
            with client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                client.settimeout(0.0)
                receive = functools.partial(client.recv, _READ_OCTETS)
                pump.run(client.fileno(), receive, client.send)


class _Pump:
    """Moves octets between a client and the simulator, and virtual time along with the real."""

    def __init__(self, simulator: Simulated, stop: Stop) -> None:
        self._simulator = simulator
        self._stop = stop
        self._clock = RealClock()
        self._unsent = bytearray()

    def idle(self, listener: socket.socket) -> bool:
        """Let time pass until a client comes; False when the end is wished."""
        while True:
            readable, _ = self._wait(listener.fileno())
            self._unsent.clear()
            if self._stop.fileno() in readable:
                return False
            if readable:
                return True

    def run(
        self, client: int, receive: Callable[[], bytes], send: Callable[[bytearray], int]
    ) -> None:
        """Serve one client until it goes or the end is wished."""
        while True:
            readable, writable = self._wait(client)
            if self._stop.fileno() in readable:
                return
            try:
                if writable:
                    self._send(send)
                octets = receive() if readable else None
            except BlockingIOError:
                continue
            except OSError:  # the client is gone; the next one is welcome
                return
            if octets == b"":
                return
            if octets:
                self._catch_up()
                self._simulator.write(octets)

    def _send(self, send: Callable[[bytearray], int]) -> None:
        del self._unsent[: send(self._unsent)]

    def _wait(self, peer: int) -> tuple[list[int], list[int]]:
        self._catch_up()
        due_s = self._simulator.next_event_s()
        wait_s = None if due_s is None else max(0.0, due_s - self._clock.now())
        watched = [self._stop.fileno(), peer]
        readable, writable, _ = select.select(watched, [peer] if self._unsent else [], [], wait_s)
        return readable, writable

    def _catch_up(self) -> None:
        self._simulator.advance_to(self._clock.now())
        for reception in self._simulator.collect():
            if len(self._unsent) < _UNSENT_LIMIT_OCTETS:
                self._unsent += reception.octets


def _make_link(link: Path, target: str) -> None:
    # One that leads nowhere was left behind by a run that could not clean up.
    if link.is_symlink() and not link.exists():
        link.unlink()
    try:
        link.symlink_to(target)
    except OSError as error:
        raise AddressError(f"{link} cannot be made ({error.strerror})") from error


def _remove_link(link: Path, target: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        if str(link.readlink()) == target:
            link.unlink()
