"""Whether colours are wanted: on a terminal, unless the user has switched them off."""

import os
from typing import TextIO

__all__ = ["wants_colour"]


def wants_colour(stream: TextIO) -> bool:
    """Tell whether to colour what goes to `stream`."""
    return stream.isatty() and not os.environ.get("NO_COLOR")
