"""What a run is made with: Python, the platform, and the libraries whose version may matter."""

import platform
from importlib.metadata import PackageNotFoundError, version

__all__ = ["environment"]

LIBRARIES = ("hypothesis", "lark", "msgspec", "pyserial", "pytest")


def environment() -> dict[str, str]:
    """Return versions by name; nothing that names the machine or whoever sits at it."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        **{name: _version(name) for name in LIBRARIES},
    }


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "unknown"
