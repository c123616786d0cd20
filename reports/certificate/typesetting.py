"""Typesetting with Typst: a template and its content become PDF/A."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import typst

__all__ = ["TypesetterMissingError", "TypesettingError", "typeset"]

LATIN = "Libertinus Serif"
MONOSPACED = "DejaVu Sans Mono"
"""Both are part of Typst."""
CHINESE = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Serif SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimSun",
)
"""Font families; the first that exists is taken."""
INSTALL = "install it with: pip install 'atverdict[report]'"
MEND = (
    "install one (Debian: fonts-noto-cjk), or give the folder of one that has it with --fonts DIR"
)
STANDARD: Final = "a-2a"
"""PDF/A-2 with tags; under it Typst refuses a character without a glyph."""

_CHINESE = re.compile(
    "[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
_LONG_WORD = re.compile(r"[^\s\u2e80-\U0010ffff]{28,}")
"""A word that may not fit into a column; Chinese breaks by itself."""
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
LONGEST = 4000
"""Characters of one text; nothing that is meant for a page is longer."""


class TypesettingError(Exception):
    """A problem that the user can solve, such as a missing font; the message says how."""


class TypesetterMissingError(TypesettingError):
    """Typst is not installed."""


def typeset(
    template: str,
    content: Mapping[str, object],
    pictures: Mapping[str, str],
    *,
    moment: datetime,
    fonts: Path | None = None,
) -> bytes:
    """Return the PDF of a template of this package; the same content gives the same octets.

    `pictures` are SVG texts by name; `moment` becomes the date of the document. With `fonts`, a
    folder, no font of the system is used. No text of the content is ever read as markup.
    Raises `TypesettingError`.
    """
    try:
        import typst  # noqa: PLC0415 - an extra, and 80 MB
    except ImportError as error:
        raise TypesetterMissingError(f"Typst is not installed; {INSTALL}") from error
    texts = json.dumps(_for_paper(content), ensure_ascii=False)
    found, further = _typefaces(texts, fonts)
    families = {"serif": [LATIN, *further], "mono": [MONOSPACED, *further], "further": further}
    try:
        pdf, warnings = typst.compile_with_warnings(
            files("atverdict.reports.certificate").joinpath(template).read_bytes(),
            format="pdf",
            font_paths=found,
            sys_inputs={
                "content": texts,
                "fonts": json.dumps(families),
                "pictures": json.dumps(dict(pictures)),
            },
            pdf_standards=STANDARD,
            timestamp=moment,
        )
    except typst.TypstError as error:
        missing = _NO_GLYPH.search(error.message)
        if missing is None:
            raise
        raise TypesettingError(_no_glyph(missing[1], fonts)) from error
    if warnings:
        raise TypesettingError(f"Typst warns: {warnings[0].message}")
    return pdf


def _typefaces(texts: str, folder: Path | None) -> tuple["typst.Fonts", list[str]]:
    """Return the fonts for Typst, and the families for characters that its own fonts lack."""
    import typst  # noqa: PLC0415 - an extra, and 80 MB

    own = typst.Fonts(include_system_fonts=False)
    if folder is not None:
        if not folder.is_dir():
            raise TypesettingError(f"--fonts {folder}: there is no such folder")
        given = typst.Fonts(include_system_fonts=False, font_paths=[folder])
        families = sorted(set(given.families()) - set(own.families()))
        return given, [*_accepted(families), *(f for f in families if f not in CHINESE)]
    if not _CHINESE.search(texts):
        return own, []
    found = typst.Fonts()
    families = _accepted(found.families())[:1]
    if not families:
        known = ", ".join(CHINESE)
        raise TypesettingError(f"no font for Chinese was found (known are {known}); {MEND}")
    return found, families


def _accepted(families: Collection[str]) -> list[str]:
    return [family for family in CHINESE if family in families]


def _no_glyph(text: str, folder: Path | None) -> str:
    named = ", ".join(f"{character} (U+{ord(character):04X})" for character in text)
    where = "of the system" if folder is None else f"in {folder}"
    return f"no font {where} that the report is set in has the character {named}; {MEND}"


def _for_paper(value: object) -> object:
    """Show unprintable characters by number, let long words break, cut endless texts."""
    match value:
        case str():
            return _LONG_WORD.sub(lambda word: "\u200b".join(word[0]), _printable(value))
        case Mapping():
            return {key: _for_paper(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_for_paper(entry) for entry in value]
        case _:
            return value


def _printable(text: str) -> str:
    shown = "".join(
        c if c.isprintable() or c == "\n" else f"<{ord(c):02X}>" for c in text[:LONGEST]
    )
    return shown if len(text) <= LONGEST else f"{shown} ... ({len(text) - LONGEST} more)"
