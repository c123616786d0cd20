"""IUTs that are made to break whoever shows them, and the reports on them."""

import msgspec
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.log import Begin, End, Header
from atverdict.reports.dossier import Dossier, dossier

__all__ = ["MARKUP", "named", "run"]

MARKUP = "<script>alert(1)</script>"


def run(bench: LogBuilder) -> Dossier:
    """Judge a log, with a digest that can be found again."""
    return dossier(bench.records, log_sha256="d" * 64, log_octets=1234)


def named(text: str) -> Dossier:
    """Judge an IUT in which everything that can be named is named by `text`, and that says it."""
    bench = LogBuilder(selection=(text,)).proved()
    bench.add(Begin(bench.now_s, f"bench.{text}", text, ("SOTA-CMD-STATE-001",)))
    bench.ask("AT+QIOTSTATE?", f"+QIOTSTATE: {_octets(text)}").ask("AT+QIOTNOSUCH").silent("AT")
    bench.add(End(bench.now_s, f"bench.{text}", problem=text)).end(complete=False, reason=text)
    header = bench.records[0]
    assert isinstance(header, Header)
    bench.records[0] = msgspec.structs.replace(
        header,
        suite_version=text,
        address=text,
        transport=text,
        opened_at=text,
        iut={"name": text, "firmware": text},
        pixit={"plan": {"component": text}, text: text},
        pics={"sdk_version": text, "not_supported": {text: text}},
    )
    return run(bench)


def _octets(text: str) -> str:
    """Return text as an IUT can send it: an octet a character."""
    return text.encode("latin-1", "replace").decode("latin-1")
