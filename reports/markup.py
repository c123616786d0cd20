"""HTML and SVG from parts: text stays text, because it is escaped by its type."""

import html
from collections.abc import Iterable

__all__ = ["LINE", "Html", "join", "plain", "prose", "tag"]


class Html(str):
    """Text that is HTML already; every other `str` is escaped."""

    __slots__ = ()


LINE = Html("\n")
"""Ends a line of the file; the page does not show it."""
_EMPTY = frozenset({"br", "input", "meta"})


def plain(text: object) -> str:
    """Return text in which every character is visible.

    Control characters, marks of direction, surrogates and unassigned characters are shown by their
    number, such as ``<U+202E>``.
    """
    shown = str(text)
    if shown.isprintable():
        return shown
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in shown)


def tag(name: str, /, *children: str, **attributes: str) -> Html:
    """Return an element with its children.

    An attribute whose name is a word of Python has an underscore behind it (``class_``); other
    underscores become hyphens. An attribute that is empty stands alone (``hidden``).
    """
    head = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _EMPTY:
        return Html(f"<{name}{head}>")
    return Html(f"<{name}{head}>{join(children)}</{name}>")


def _attribute(key: str, value: str) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f' {name}="{html.escape(plain(value))}"' if value else f" {name}"


def join(children: Iterable[str], between: str = "") -> Html:
    """Join parts; those that are no `Html` are escaped, `between` too."""
    return Html(_escaped(between).join(map(_escaped, children)))


def _escaped(child: str) -> str:
    return child if isinstance(child, Html) else html.escape(plain(child))


def prose(text: str) -> Html:
    """Return a sentence of the specification; text between backquotes becomes code."""
    parts = text.split("`")
    return join(tag("code", part) if i % 2 else part for i, part in enumerate(parts))
