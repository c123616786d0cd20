"""The frame of every page: one file that loads nothing and sends nothing."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from atverdict.reports.markup import LINE, Html, join, tag

__all__ = ["asset", "document"]


@cache
def asset(name: str) -> str:
    """Return a file that goes into pages."""
    return (files(__package__) / name).read_text(encoding="utf-8")


def document(title: str, *body: str, script: str = "") -> str:
    """Return a page with the style that all pages share; `script` is JavaScript."""
    code = Html(LINE + script)
    page = tag(
        "html",
        LINE,
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag(
                "meta",
                http_equiv="Content-Security-Policy",
                content=_policy(code if script else ""),
            ),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("title", title),
            tag("style", Html(LINE + asset("page.css"))),
        ),
        LINE,
        tag("body", join(body, LINE), LINE, tag("script", code) if script else ""),
        LINE,
        lang="en",
    )
    return f"<!DOCTYPE html>\n{page}\n"


def _policy(script: str) -> str:
    """Allow the page's own script and no other, and no loading or sending."""
    own = ""
    if script:
        digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        own = f" script-src 'sha256-{digest}';"
    return (
        f"default-src 'none';{own} style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )
