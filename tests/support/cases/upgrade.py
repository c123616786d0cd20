"""Logs made by hand for the checks of the request, the decision and the order of the upgrade."""

from support.log_builder import (
    FIRST,
    OFFER,
    START,
    START_SHA256,
    Build,
    Case,
    LogBuilder,
    answers,
    breaks,
    ignores,
    keeps,
    leaves_open,
)

__all__ = ["CASES"]


def _fresh(bench: LogBuilder) -> LogBuilder:
    """Accept an offer that the execute form led to, on an IUT fresh from the factory."""
    return bench.factory_reset().provisioned().confirmed(None)


def _refuses_online(line: str) -> Build:
    return lambda bench: bench.online().refused(line)


def _takes_without_offer(action: int) -> Build:
    return lambda bench: bench.factory_reset().ask(f"AT+QIOTUPDATE={action}")


def _refused(bench: LogBuilder) -> LogBuilder:
    return bench.offered().wait(0.15).ask("AT+QIOTUPDATE=0")


_REQUESTS = [
    breaks("SOTA-CMD-OTAREQ-001", "ERROR", lambda b: b.refused("AT+QIOTOTAREQ=?")),
    breaks("SOTA-CMD-OTAREQ-001", "OK alone", lambda b: b.ask("AT+QIOTOTAREQ=?")),
    keeps("SOTA-CMD-OTAREQ-001", "a set", lambda b: b.ask("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: (0,1)")),
    keeps(
        "SOTA-CMD-OTAREQ-001",
        "a name (E-29)",
        lambda b: b.ask("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: <info>"),
    ),
    *(
        breaks(
            "SOTA-CMD-OTAREQ-002",
            f"ERROR online to {line}",
            _refuses_online(line),
        )
        for line in ("AT+QIOTOTAREQ", "AT+QIOTOTAREQ=0", "AT+QIOTOTAREQ=1")
    ),
    keeps(
        "SOTA-CMD-OTAREQ-002", "OK online", lambda b: b.online().request(0).request(1).request(None)
    ),
    ignores(
        "SOTA-CMD-OTAREQ-002",
        "ERROR while the link is lost",
        lambda b: b.online().event("2,10473").refused("AT+QIOTOTAREQ"),
    ),
    ignores(
        "SOTA-CMD-OTAREQ-002",
        "ERROR as the link is lost",
        lambda b: b.online().sent("AT+QIOTOTAREQ=1").got("\r\n+QIOTEVT: 2,10473\r\n\r\nERROR\r\n"),
    ),
    breaks(
        "SOTA-CMD-OTAREQ-008",
        "OK to what is not listed",
        lambda b: b.ask("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: (0,1)").ask("AT+QIOTOTAREQ=2"),
    ),
    keeps(
        "SOTA-CMD-OTAREQ-008",
        "ERROR to what is not listed",
        lambda b: (
            b.online()
            .ask("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: (0,1)")
            .refused("AT+QIOTOTAREQ=9")
            .request()
        ),
    ),
    ignores(
        "SOTA-CMD-OTAREQ-008",
        "ERROR offline",
        lambda b: (
            b.offline()
            .ask("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: (0,1)")
            .refused("AT+QIOTOTAREQ=9")
            .online()
            .request()
        ),
    ),
    ignores(
        "SOTA-CMD-OTAREQ-008",
        "OK to what is listed",
        lambda b: b.ask("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: (0-3)").ask("AT+QIOTOTAREQ=2"),
    ),
    breaks("SOTA-CMD-OTAREQ-009", "OK to a quoted one", lambda b: b.ask('AT+QIOTOTAREQ="1"')),
    breaks("SOTA-CMD-OTAREQ-009", "OK to two", lambda b: b.ask("AT+QIOTOTAREQ=1,1")),
    keeps(
        "SOTA-CMD-OTAREQ-009",
        "ERROR to two",
        lambda b: b.online().refused("AT+QIOTOTAREQ=1,1").request(),
    ),
    breaks("SOTA-CMD-OTAREQ-010", "OK offline", lambda b: b.offline().request()),
    keeps("SOTA-CMD-OTAREQ-010", "ERROR offline", lambda b: b.offline().refused("AT+QIOTOTAREQ")),
    breaks("SOTA-CMD-OTAREQ-005", "none after =1", lambda b: b.confirmed(1).event(START)),
    keeps("SOTA-CMD-OTAREQ-005", "one after =1", lambda b: b.confirmed(1).event(START_SHA256)),
    breaks("SOTA-CMD-OTAREQ-006", "one after =0", lambda b: b.confirmed(0).event(START_SHA256)),
    keeps("SOTA-CMD-OTAREQ-006", "none after =0", lambda b: b.confirmed(0).event(START)),
    ignores(
        "SOTA-CMD-OTAREQ-006",
        "one where both were asked for",
        lambda b: (
            b.online()
            .announce()
            .request(1)
            .event(OFFER)
            .request(0)
            .ask("AT+QIOTUPDATE=1")
            .event(START_SHA256)
        ),
    ),
    breaks(
        "SOTA-CMD-OTAREQ-007", "one after the execute form", lambda b: _fresh(b).event(START_SHA256)
    ),
    keeps("SOTA-CMD-OTAREQ-007", "none after it", lambda b: _fresh(b).event(START)),
    leaves_open(
        "SOTA-CMD-OTAREQ-007",
        "one after the execute form of a used IUT (E-14)",
        lambda b: b.confirmed(None).event(START_SHA256),
    ),
]

_DECISIONS = [
    breaks(
        "SOTA-CMD-UPDATE-001", "(0-2)", lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-2)")
    ),
    breaks(
        "SOTA-CMD-UPDATE-001", "(0,1,3)", lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0,1,3)")
    ),
    breaks("SOTA-CMD-UPDATE-001", "ERROR", lambda b: b.refused("AT+QIOTUPDATE=?")),
    *(
        keeps(
            "SOTA-CMD-UPDATE-001",
            text,
            answers("AT+QIOTUPDATE=?", f"+QIOTUPDATE: {text}"),
        )
        for text in ("(0-3)", "(0,1,2,3)", "<update_action>", "(0-5)")
    ),
    breaks(
        "SOTA-CMD-UPDATE-002",
        "ERROR after 150 ms",
        lambda b: b.offered().wait(0.15).refused("AT+QIOTUPDATE=1"),
    ),
    keeps("SOTA-CMD-UPDATE-002", "OK after 150 ms", lambda b: b.confirmed()),
    breaks(
        "SOTA-CMD-UPDATE-004", "ERROR", lambda b: b.offered().wait(0.15).refused("AT+QIOTUPDATE=0")
    ),
    keeps("SOTA-CMD-UPDATE-004", "OK", _refused),
    breaks("SOTA-SEQ-020", "ERROR at once", lambda b: b.offered().refused("AT+QIOTUPDATE=1")),
    keeps("SOTA-SEQ-020", "OK at once", lambda b: b.offered().ask("AT+QIOTUPDATE=1")),
    breaks("SOTA-CMD-UPDATE-006", "ERROR", lambda b: b.ready(FIRST).refused("AT+QIOTUPDATE=2")),
    keeps("SOTA-CMD-UPDATE-006", "OK", lambda b: b.second_piece()),
    breaks("SOTA-CMD-UPDATE-007", "OK", lambda b: b.ready().ask("AT+QIOTUPDATE=2")),
    keeps("SOTA-CMD-UPDATE-007", "ERROR", lambda b: b.ready().refused("AT+QIOTUPDATE=2")),
    breaks("SOTA-CMD-UPDATE-008", "ERROR", lambda b: b.ready().refused("AT+QIOTUPDATE=3")),
    keeps("SOTA-CMD-UPDATE-008", "OK", lambda b: b.ready().ask("AT+QIOTUPDATE=3")),
    keeps("SOTA-CMD-UPDATE-008", "10704 after OK", lambda b: b.updating()),
    keeps(
        "SOTA-CMD-UPDATE-008",
        "OK after two pieces",
        lambda b: b.second_piece().ask("AT+QIOTUPDATE=3"),
    ),
    breaks("SOTA-CMD-UPDATE-009", "OK", lambda b: b.ready(FIRST).ask("AT+QIOTUPDATE=3")),
    keeps("SOTA-CMD-UPDATE-009", "ERROR", lambda b: b.ready(FIRST).refused("AT+QIOTUPDATE=3")),
    breaks("SOTA-CMD-UPDATE-010", "OK", lambda b: b.factory_reset().ask("AT+QIOTUPDATE=1")),
    breaks(
        "SOTA-CMD-UPDATE-010", "OK after the end", lambda b: b.succeeded().ask("AT+QIOTUPDATE=1")
    ),
    keeps("SOTA-CMD-UPDATE-010", "ERROR", lambda b: b.factory_reset().refused("AT+QIOTUPDATE=1")),
    ignores(
        "SOTA-CMD-UPDATE-010",
        "OK while an offer of before the run may stand",
        lambda b: b.ask("AT+QIOTUPDATE=1"),
    ),
    *(
        breaks(
            "SOTA-CMD-UPDATE-011",
            f"OK to ={n}",
            _takes_without_offer(n),
        )
        for n in (0, 2, 3)
    ),
    keeps("SOTA-CMD-UPDATE-011", "ERROR", lambda b: b.factory_reset().refused("AT+QIOTUPDATE=0")),
    keeps("SOTA-CMD-UPDATE-012", "OK and OK", lambda b: b.confirmed().ask("AT+QIOTUPDATE=1")),
    keeps(
        "SOTA-CMD-UPDATE-012", "OK and ERROR", lambda b: b.confirmed().refused("AT+QIOTUPDATE=1")
    ),
    breaks(
        "SOTA-CMD-UPDATE-012",
        "silence",
        lambda b: b.confirmed().silent("AT+QIOTUPDATE=1"),
        also=("SOTA-FRM-005",),
    ),
    breaks("SOTA-CMD-UPDATE-013", "ERROR", lambda b: b.updating().refused("AT+QIOTUPDATE=3")),
    keeps("SOTA-CMD-UPDATE-013", "OK", lambda b: b.updating().ask("AT+QIOTUPDATE=3")),
    breaks("SOTA-CMD-UPDATE-014", "OK", lambda b: b.confirmed().ask("AT+QIOTUPDATE=0")),
    breaks("SOTA-CMD-UPDATE-014", "OK when ready", lambda b: b.ready().ask("AT+QIOTUPDATE=0")),
    breaks(
        "SOTA-CMD-UPDATE-014",
        "ERROR, and the piece is gone all the same",
        lambda b: b.ready().refused("AT+QIOTUPDATE=0").refused("AT+QIOTOTARD=0,1024"),
    ),
    keeps("SOTA-CMD-UPDATE-014", "ERROR", lambda b: b.downloading().refused("AT+QIOTUPDATE=0")),
    *(
        breaks(
            "SOTA-CMD-UPDATE-015",
            f"OK to {text}",
            answers(f"AT+QIOTUPDATE={text}"),
        )
        for text in ("4", "-1", "1,1", '"1"')
    ),
    keeps(
        "SOTA-CMD-UPDATE-015",
        "ERROR to =4",
        lambda b: b.offered().refused("AT+QIOTUPDATE=4").wait(0.2).ask("AT+QIOTUPDATE=1"),
    ),
    ignores(
        "SOTA-CMD-UPDATE-015",
        "ERROR without an offer, and with one before any consent",
        lambda b: b.refused("AT+QIOTUPDATE=4").offered().refused("AT+QIOTUPDATE=4"),
    ),
    ignores(
        "SOTA-CMD-UPDATE-015",
        "OK to an action that the test form lists",
        lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-5)").offered().ask("AT+QIOTUPDATE=4"),
    ),
    breaks(
        "SOTA-CMD-UPDATE-015",
        "OK to an action that the test form does not list",
        lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-4)").offered().ask("AT+QIOTUPDATE=5"),
    ),
    breaks("SOTA-CMD-UPDATE-016", "OK", lambda b: b.ask("AT+QIOTUPDATE")),
    keeps(
        "SOTA-CMD-UPDATE-016",
        "ERROR",
        lambda b: b.offered().refused("AT+QIOTUPDATE").wait(0.2).ask("AT+QIOTUPDATE=1"),
    ),
]

CASES: list[Case] = [*_REQUESTS, *_DECISIONS]
