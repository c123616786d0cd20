"""Terminal lines as POSIX knows them beyond pyserial: their kind, their claim, a new pty."""

import contextlib
import os
import sys

if sys.platform != "win32":
    import fcntl
    import termios
    import tty

    OPEN_ERRORS: tuple[type[Exception], ...] = (
        OSError,
        ValueError,
        NotImplementedError,
        termios.error,
    )
    """What opening a line through pyserial may raise."""
else:
    OPEN_ERRORS = (OSError, ValueError, NotImplementedError)

__all__ = ["OPEN_ERRORS", "claim", "has_modem_lines", "open_raw_pty", "unclaim"]


def has_modem_lines(descriptor: int) -> bool:
    """Tell whether there is a line with DTR and its kin behind a terminal; a pty has none."""
    try:
        fcntl.ioctl(descriptor, termios.TIOCMGET, bytes(4))
    except OSError:
        return False
    return True


def claim(descriptor: int) -> None:
    """Forbid further opening of the terminal, also to programs that know no lock."""
    fcntl.ioctl(descriptor, termios.TIOCEXCL)


def unclaim(descriptor: int) -> None:
    """Permit opening of the terminal again."""
    # A line that was unplugged has nothing left to permit.
    with contextlib.suppress(OSError):
        fcntl.ioctl(descriptor, termios.TIOCNXCL)


def open_raw_pty() -> tuple[int, int, str]:
    """Make a pty that alters no octet; return its master, its slave and the slave's path.

    The settings last as long as the slave stays open: Linux resets them at the last close.
    """
    master, slave = os.openpty()
    tty.setraw(slave)
    return master, slave, os.ttyname(slave)
