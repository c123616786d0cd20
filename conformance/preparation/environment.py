"""The environment of a run: Python, the platform, and the versions of libraries."""

import platform
from importlib.metadata import PackageNotFoundError, version

__all__ = ["environment"]

LIBRARIES = ("hypothesis", "lark", "msgspec", "pyserial", "pytest")


def environment() -> dict[str, str]:
    """Return versions by name, without the name of the machine or of its user."""
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
