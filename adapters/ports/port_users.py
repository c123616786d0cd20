"""Processes that have a port open: read from /proc, and unknown where there is none."""

import os
from pathlib import Path

__all__ = ["describe", "lock_owners", "openers"]

_PROC = Path("/proc")


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
    processes = (int(entry.name) for entry in _entries(_PROC) if entry.name.isdigit())
    return tuple(
        process for process in sorted(processes) if process != os.getpid() and _has(process, target)
    )


def describe(processes: tuple[int, ...]) -> str:
    """Return ``pid 123, minicom``, several separated by semicolons."""
    return "; ".join(f"pid {process}, {_program(process)}" for process in processes)


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


def _program(process: int) -> str:
    try:
        return (_PROC / str(process) / "comm").read_text(encoding="utf-8").strip()
    except OSError:
        return "ended meanwhile"
