"""The lease on an IUT: no two runs of one user drive the same module, and a crash frees it."""

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from atverdict.adapters.pco import AbsentError, AddressError
from atverdict.adapters.real_clock import RealClock

if sys.platform != "win32":
    import fcntl

__all__ = ["Lease", "lease_file", "lease_name", "leased"]

_RETRY_S = 0.1
_NOTE_OCTETS = 256
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_USB_DEVICE = re.compile(r"\d+-\d+(\.\d+)*")
_TTYS = Path("/sys/class/tty")


def lease_name(address: str, *, folder: Path = Path(), ttys: Path = _TTYS) -> str:
    """Return the name that all addresses of one module share; empty for the simulator.

    A module with several ports is one device on the USB: where it is plugged in names it, since
    many modules have no serial number, or all the same one. `folder` is what a relative path of a
    port is relative to, `ttys` is where Linux shows its terminals.
    """
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() == "sim":
        return ""
    if scheme and scheme[1].lower() == "labgrid":
        # Which place has a tag is not known before it is reserved.
        return "" if "=" in address else f"{address} of {os.environ.get('LG_COORDINATOR', '')}"
    if scheme:
        return address.partition("?")[0].rstrip("/").lower()
    port = (folder / address).resolve()
    device = (ttys / port.name / "device").resolve()
    usb = [part for part in device.parts if _USB_DEVICE.fullmatch(part)]
    return f"usb:{usb[-1]}" if usb else str(port)


class Lease:
    """A lease that is held, and what its holder wants to be remembered."""

    def __init__(self, descriptor: int | None) -> None:
        """Read what the last holder left; there is no file where no other run can have it."""
        self._descriptor = descriptor
        text = os.pread(descriptor, _NOTE_OCTETS, 0) if descriptor is not None else b""
        self.left = text.decode("ascii", "replace").partition(" ")[2]
        """What a holder had noted that died, or that kept it; empty where there is nothing."""
        self.kept = False
        """Whether the note stays when the lease ends."""
        self.note("")

    def note(self, text: str) -> None:
        """Write down the holder, and a few words for who comes after its death."""
        if self._descriptor is not None:
            os.truncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()} {text}".encode("ascii"), 0)


@contextlib.contextmanager
def leased(address: str, *, wait_s: float = 0.0) -> Iterator[Lease]:
    """Hold the lease on an IUT inside a block; the kernel takes it back from a process that dies.

    Raises `AbsentError` when another process still holds it after `wait_s` seconds.
    """
    path = lease_file(address)
    if path is None:
        yield Lease(None)
        return
    clock = RealClock()
    while (descriptor := _locked(path)) is None:
        if clock.now() >= wait_s:
            raise AbsentError(f"{address} is in use by another run{_holder(path)}")
        clock.pause(min(_RETRY_S, wait_s - clock.now()))
    lease = Lease(descriptor)
    try:
        yield lease
    finally:
        if not lease.kept:
            path.unlink(missing_ok=True)
        os.close(descriptor)


def lease_file(address: str) -> Path | None:
    """Return the file whose lock is the lease on an IUT; None where there is no lease.

    Raises `AddressError`.
    """
    name = lease_name(address)
    if not name or sys.platform == "win32":  # Windows opens no port twice
        return None
    return _folder() / quote(name, safe="")


def _folder() -> Path:
    """Return where this user's leases are; sessions and services of one user must meet there."""
    folder = Path(tempfile.gettempdir()) / f"atverdict-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            raise AddressError(f"{folder}, for the leases on IUTs, belongs to somebody else")
    except OSError as error:
        raise AddressError(
            f"{folder}, for the leases on IUTs, cannot be made ({error.strerror})"
        ) from error
    return folder


def _locked(path: Path) -> int | None:
    """Lock the file and return its descriptor; None while another process holds it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise AddressError(f"{path}: the lease cannot be made ({error.strerror})") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The one who held it may have removed the file in between: then this is no lease any more.
        if _is_at(path, descriptor):
            return descriptor
    except BlockingIOError:
        pass
    os.close(descriptor)
    return None


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    try:
        number = path.read_text(encoding="ascii").partition(" ")[0]
    except (OSError, UnicodeDecodeError):
        return ""
    return f" (process {number})" if number.isdecimal() else ""
