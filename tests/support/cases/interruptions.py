"""Logs made by hand for upgrades that power or network, lost on the way, cut short."""

from support.log_builder import (
    BLOCK,
    OFFER,
    PIECE,
    SIZE,
    START,
    START_SHA256,
    Case,
    LogBuilder,
    breaks,
    ignores,
    keeps,
    leaves_open,
    piece,
)

__all__ = ["CASES"]

FIRST_BLOCK = "AT+QIOTOTARD=0,1024"


def _network_back(bench: LogBuilder) -> LogBuilder:
    """Have the network lost and found again."""
    bench.control("link_down").event("2,10473").control("link_up")
    return bench.events("2,10200", "3,10200").wait(0.1)


def _between_pieces(bench: LogBuilder) -> LogBuilder:
    """Lose the network when the first piece of two has been read."""
    return _network_back(bench.ready(piece(0, BLOCK)).block(0, BLOCK).wait(0.1))


def _progress(bench: LogBuilder, *pauses_s: float) -> LogBuilder:
    """Have a download that shows its progress after these pauses, and then its piece."""
    bench.confirmed().events(START_SHA256, "7,10702")
    for pause_s in pauses_s[:-1]:
        bench.event("7,10702", pause_s)
    return bench.event(PIECE, pauses_s[-1])


_POWER = [
    breaks(
        "SOTA-PER-008",
        "octets after a restart before the download",
        lambda b: b.confirmed().power_cycle().ask("AT").block(0, 1024),
    ),
    keeps(
        "SOTA-PER-008",
        "ERROR after a restart before the download",
        lambda b: b.confirmed().power_cycle().ask("AT").refused(FIRST_BLOCK),
    ),
    ignores(
        "SOTA-PER-008",
        "octets after a restart when all had been read",
        lambda b: b.ready().read_all().power_cycle().ask("AT").block(0, 1024),
    ),
    ignores(
        "SOTA-PER-008",
        "octets after a restart before the consent",
        lambda b: b.offered().power_cycle().ask("AT").block(0, 1024),
    ),
    ignores(
        "SOTA-SEQ-002",
        "10706 after a restart before the download",
        lambda b: b.confirmed().power_cycle().ask("AT").event("7,10706"),
    ),
    ignores(
        "SOTA-SEQ-013",
        "10706 after a restart while the piece was ready",
        lambda b: b.ready().power_cycle().ask("AT").event("7,10706"),
    ),
    breaks(
        "SOTA-SEQ-013",
        "another outcome after a restart",
        lambda b: b.succeeded().power_cycle().ask("AT").event("7,10705"),
    ),
    keeps(
        "SOTA-SEQ-001",
        "a download that goes on after a restart",
        lambda b: b.downloading().power_cycle().ask("AT").online().event(START_SHA256),
    ),
]

_OFFER = [
    ignores(
        f"SOTA-CMD-UPDATE-0{number}",
        f"{answer} to UPDATE={action} after the offer when {what} was lost",
        lambda b, lose=lose, action=action, answer=answer: lose(b.offered()).ask(
            f"AT+QIOTUPDATE={action}", final=answer
        ),
    )
    for what, lose in (("power", LogBuilder.power_cycle), ("the network", _network_back))
    for number, action, answer in (("02", 1, "ERROR"), ("04", 0, "ERROR"), ("11", 0, "OK"))
]

_NETWORK = [
    leaves_open(
        "SOTA-SEQ-003",
        "a second 10701 after the network was lost",
        lambda b: _network_back(b.downloading()).events(START_SHA256, "7,10702", PIECE),
    ),
    breaks(
        "SOTA-SEQ-003",
        "a second 10701 with the network there",
        lambda b: b.downloading().events(START_SHA256),
    ),
    ignores(
        "SOTA-CMD-UPDATE-006",
        "ERROR to UPDATE=2 when the network was lost between two pieces",
        lambda b: _between_pieces(b).refused("AT+QIOTUPDATE=2"),
    ),
    ignores(
        "SOTA-EVT-017",
        "the first piece again when the network was lost between two pieces",
        lambda b: (
            _between_pieces(b).ask("AT+QIOTUPDATE=2").events("7,10702", piece(0, BLOCK)).wait(0.1)
        ),
    ),
    keeps(
        "SOTA-CMD-UPDATE-002",
        "the offer that follows when the network was lost between two pieces",
        lambda b: (
            _between_pieces(b)
            .ask("AT+QIOTUPDATE=2")
            .control("link_down")
            .event("2,10473")
            .control("link_up")
            .events("2,10200", "3,10200", OFFER)
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .events(START, "7,10702", PIECE)
        ),
    ),
    breaks(
        "SOTA-CMD-UPDATE-006",
        "ERROR to UPDATE=2 with the network there",
        lambda b: b.ready(piece(0, BLOCK)).block(0, BLOCK).wait(0.1).refused("AT+QIOTUPDATE=2"),
    ),
    breaks(
        "SOTA-CMD-UPDATE-008",
        "ERROR to UPDATE=3 after the network was lost while the last piece was there",
        lambda b: _network_back(b.ready()).read_all(SIZE).refused("AT+QIOTUPDATE=3"),
    ),
]

_PROGRESS = [
    breaks("SOTA-TIM-004", "one 10702 in 20 s", lambda b: _progress(b, 20.0)),
    breaks("SOTA-TIM-004", "none for 11 s at the end", lambda b: _progress(b, 5.0, 5.0, 11.0)),
    breaks(
        "SOTA-TIM-004",
        "one in 20 s of the second piece",
        lambda b: (
            b.ready(piece(0, BLOCK))
            .block(0, BLOCK)
            .wait(0.1)
            .ask("AT+QIOTUPDATE=2")
            .event("7,10702")
            .event(piece(BLOCK, SIZE - BLOCK), 20.0)
        ),
    ),
    keeps("SOTA-TIM-004", "one every 5 s", lambda b: _progress(b, 5.0, 5.0, 2.0)),
    keeps("SOTA-TIM-004", "one every second", lambda b: _progress(b, *[1.0] * 12)),
    ignores("SOTA-TIM-004", "a download of 9 s", lambda b: _progress(b, 9.0)),
    ignores(
        "SOTA-TIM-004",
        "a download that the network has stopped",
        lambda b: _network_back(b.downloading()).event(PIECE, 30.0),
    ),
]

CASES: list[Case] = [*_POWER, *_OFFER, *_NETWORK, *_PROGRESS]
