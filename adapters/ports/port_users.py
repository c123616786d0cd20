"""Processes that have a port open: read from /proc, and unknown where there is none."""

import os
from pathlib import Path

__all__ = ["describe", "lock_owners", "openers", "program", "running", "suspects", "users"]

_PROC = Path("/proc")
_PTYS = "/dev/pts"
_LOCKS = Path("/run/lock")
"""The folder of the lock files of terminal programs, after the habit of UUCP."""
_TTYS = Path("/sys/class/tty")
_SHOWN = 4
"""The most processes that a sentence names."""
_TTY_NUMBER = 4
"""The field of /proc/PID/stat behind the program's name that has the controlling terminal."""


def lock_owners(port: str) -> tuple[int, ...]:
    """Return the process IDs that hold a lock on the port's file."""
    try:
        status = Path(port).stat()
        locks = (_PROC / "locks").read_text(encoding="ascii")
    except OSError:
        return ()
    device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    # 3: FLOCK  ADVISORY  WRITE 2741 00:18:5 0 EOF
    rows = (line.split() for line in locks.splitlines())
    return tuple(sorted({int(row[4]) for row in rows if len(row) > 5 and row[5] == device}))


def openers(port: str) -> tuple[int, ...]:
    """Return the IDs of other processes that have the port open.

    Processes of other users are not seen unless the system allows it.
    """
    target = str(Path(port).resolve())
    return tuple(
        process for process in _processes() if process != os.getpid() and _has(process, target)
    )


def users(port: str) -> tuple[int, ...]:
    """Return the IDs of other processes that use the port.

    They have locked it, have it open or as their terminal, or are named by its lock file. Of other
    users all but the second is seen. A pty is often held open by the program behind it; there only
    a lock says that it is taken.
    """
    target = Path(port).resolve()
    if _TTYS.is_dir() and not (target.is_relative_to(_PTYS) or (_TTYS / target.name).exists()):
        return ()  # such as /dev/null, which everybody has open
    found = set(lock_owners(port))
    if not target.is_relative_to(_PTYS):
        found |= {*openers(port), *_on_terminal(port), *_named_by_lock_file(port)}
    return tuple(sorted(found - {os.getpid()}))


def suspects(port: str) -> tuple[int, ...]:
    """Return the IDs of processes of others whose command line names the port.

    What they have open cannot be seen. Our own ancestors are left out: they may have named it to
    us.
    """
    target = Path(port).resolve()
    names = {port, str(target), target.name}
    mine = _ancestors()
    return tuple(
        process
        for process in _processes()
        if process not in mine and not _may_look_into(process) and names & _words(process)
    )


def running(name: str) -> tuple[int, ...]:
    """Return the IDs of the processes of a program."""
    return tuple(process for process in _processes() if program(process) == name)


def describe(processes: tuple[int, ...]) -> str:
    """Return ``pid 123, minicom``, several separated by semicolons; of many the first ones."""
    shown = [f"pid {process}, {program(process)}" for process in processes[:_SHOWN]]
    more = len(processes) - _SHOWN
    return "; ".join([*shown, f"{more} more"] if more > 0 else shown)


def _processes() -> list[int]:
    return sorted(int(entry.name) for entry in _entries(_PROC) if entry.name.isdigit())


def _on_terminal(port: str) -> list[int]:
    """Return the processes with the port as their controlling terminal, such as a login."""
    try:
        device = Path(port).stat().st_rdev
    except OSError:
        return []
    return [process for process in _processes() if device and _terminal(process) == device]


def _terminal(process: int) -> int:
    fields = _stat(process)
    number = int(fields[_TTY_NUMBER]) if len(fields) > _TTY_NUMBER else 0
    return os.makedev(number >> 8 & 0xFFF, number & 0xFF | number >> 12 & 0xFFF00)


def _stat(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name, which may have anything in it."""
    text = _text(_PROC / str(process) / "stat")
    return text.rpartition(")")[2].split()


def _ancestors() -> frozenset[int]:
    chain = {os.getpid()}
    fields = _stat(os.getpid())
    while len(fields) > 1 and (parent := int(fields[1])) > 0 and parent not in chain:
        chain.add(parent)
        fields = _stat(parent)
    return frozenset(chain)


def _named_by_lock_file(port: str) -> list[int]:
    text = _text(_LOCKS / f"LCK..{Path(port).resolve().name}").strip()
    return [int(text)] if text.isdecimal() and (_PROC / text).exists() else []


def _may_look_into(process: int) -> bool:
    return os.access(_PROC / str(process) / "fd", os.R_OK)


def _words(process: int) -> set[str]:
    """Return the words of a command line; behind an equals sign stands a word, too."""
    words = _text(_PROC / str(process) / "cmdline").split("\0")
    return {part for word in words for part in (word, word.partition("=")[2])} - {""}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it ended meanwhile, or there is no such file
        return ""


def _has(process: int, target: str) -> bool:
    return any(_link(entry) == target for entry in _entries(_PROC / str(process) / "fd"))


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # it ended meanwhile, or belongs to another user
        return []


def _link(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:  # it was closed meanwhile
        return ""


def program(process: int) -> str:
    """Return the name of a process's program."""
    return _text(_PROC / str(process) / "comm").strip() or "ended meanwhile"
