"""What a finding says: what was expected, what came, and which part of a rule it shows."""

from collections.abc import Callable

import pytest
from support.log_builder import PACKAGE, SIZE, LogBuilder, piece

Build = Callable[[LogBuilder], object]
LINES = [f'+QIOTMCUVER: "C{i}","1"' for i in range(5)]
WRONG = PACKAGE[:40] + b"!" + PACKAGE[41:]


def _parts(requirement: str, build: Build) -> dict[str, int]:
    bench = LogBuilder()
    build(bench)
    return dict(bench.judgement().requirements[requirement].parts)


@pytest.mark.parametrize(
    ("requirement", "build", "parts"),
    [
        ("SOTA-CMD-REG-006", lambda b: b.online(), {"2,10200": 1, "3,10200": 1}),
        ("SOTA-CMD-REG-006", lambda b: b.events("2,10200", "3,10200"), {}),
        ("SOTA-CMD-REG-006", lambda b: b.ask("AT+QIOTREG=1").event("2,10200"), {"2,10200": 1}),
        ("SOTA-CMD-REG-006", lambda b: b.ask("AT+QIOTREG=1").event("3,10200"), {"3,10200": 1}),
        ("SOTA-CMD-REG-006", lambda b: b.ask("AT+QIOTREG=1").event("1,10200"), {}),
        (
            "SOTA-CMD-REG-007",
            lambda b: b.online().offline().event("6,10200"),
            {"acceptance": 1, "6,10200": 1},
        ),
        ("SOTA-CMD-REG-007", lambda b: b.online().event("6,10200"), {}),
        ("SOTA-CMD-UPDATE-006", lambda b: b.second_piece(), {"acceptance": 1, "7,10703": 1}),
        ("SOTA-CMD-UPDATE-006", lambda b: b.ready(), {}),
        ("SOTA-CMD-UPDATE-008", lambda b: b.updating(), {"acceptance": 1, "7,10704": 1}),
        (
            "SOTA-CMD-UPDATE-008",
            lambda b: b.ready().ask("AT+QIOTUPDATE=3"),
            {"acceptance": 1},
        ),
    ],
)
def test_a_part_is_shown_by_its_own_event(
    requirement: str, build: Build, parts: dict[str, int]
) -> None:
    assert _parts(requirement, build) == parts


def _observed(requirement: str, build: Build) -> tuple[str, str]:
    bench = LogBuilder()
    build(bench)
    found = bench.judgement().requirements[requirement].findings[0]
    return found.expected, found.observed


@pytest.mark.parametrize(
    ("requirement", "build", "expected", "observed"),
    [
        (
            "SOTA-CMD-REG-002",
            lambda b: b.ask("AT+QIOTREG?", "+QIOTREG: 7", "+QIOTREG: 8", "+QIOTREG: 9"),
            "+QIOTREG: 0, 1 or 2 and OK to AT+QIOTREG?",
            "+QIOTREG: 7 / +QIOTREG: 8 / +QIOTREG: 9 / OK",
        ),
        (
            "SOTA-CMD-REG-002",
            lambda b: b.ask("AT+QIOTREG?", *[f"+QIOTREG: {i}" for i in range(4)]),
            "+QIOTREG: 0, 1 or 2 and OK to AT+QIOTREG?",
            "+QIOTREG: 0 / +QIOTREG: 1 / +QIOTREG: 2 / ... / OK",
        ),
        (
            "SOTA-FRM-005",
            lambda b: b.silent("AT"),
            "one final result code",
            "no final result code within 5 s",
        ),
        (
            "SOTA-INT-006",
            lambda b: b.uploaded().ready().read_all(),
            "the uploaded package",
            "that package",
        ),
        (
            "SOTA-INT-001",
            lambda b: b.ready().read_all(),
            f"{SIZE} octets in all",
            str(SIZE),
        ),
        (
            "SOTA-CMD-OTARD-004",
            lambda b: b.ready().block(0, 9),
            "9 octets, CR LF and OK after the header",
            "exactly that",
        ),
        (
            "SOTA-CMD-OTARD-016",
            lambda b: b.ready().block(0, 9).block(0, 9),
            "the octets that were read before",
            "those",
        ),
        (
            "SOTA-CMD-OTARD-016",
            lambda b: b.ready().block(0, 64).block(0, 64, WRONG[:64]),
            "the octets that were read before",
            "another octet at offset 40",
        ),
        (
            "SOTA-SEQ-009",
            lambda b: b.succeeded(),
            '"STM32","2_0_0" announced before 10705',
            "that",
        ),
        (
            "SOTA-SEQ-009",
            lambda b: b.updating().event("7,10705"),
            '"STM32","2_0_0" announced before 10705',
            "10705 without it",
        ),
        (
            "SOTA-SEQ-006",
            lambda b: b.updating().event("7,10704"),
            "one 10704 after OK to UPDATE=3",
            "a second 10704",
        ),
        (
            "SOTA-SEQ-006",
            lambda b: b.ready().event("7,10704"),
            "one 10704 after OK to UPDATE=3",
            "10704 without it",
        ),
        (
            "SOTA-SEQ-001",
            lambda b: b.factory_reset().event("7,10701"),
            "10700 and OK to UPDATE=1 before 10701",
            "no offer",
        ),
        (
            "SOTA-SEQ-001",
            lambda b: b.downloading(),
            "10700 and OK to UPDATE=1 before 10701",
            "both",
        ),
        (
            "SOTA-EVT-017",
            lambda b: b.ready(piece(0, 9)).ask("AT+QIOTUPDATE=2").event(piece(8, 9)),
            "the next piece at 9",
            "8",
        ),
        (
            "SOTA-EVT-015",
            lambda b: b.downloading().event(piece(0, SIZE + 1)),
            f"a piece of at least one octet that ends at {SIZE} at the latest",
            f"{SIZE + 1} octets that end at {SIZE + 1}",
        ),
        (
            "SOTA-CMD-MCUVER-003",
            lambda b: b.announce("1", "C9").ask("AT+QIOTMCUVER?", *LINES[:1]),
            'exactly one line "C9","1"',
            '"C0","1"',
        ),
        (
            "SOTA-FRM-017",
            lambda b: b.ready().block(0, 9),
            "the final result code right after the block",
            "that",
        ),
    ],
)
def test_a_finding_says_what_was_due_and_what_came(
    requirement: str, build: Build, expected: str, observed: str
) -> None:
    assert _observed(requirement, build) == (expected, observed)


def test_a_wrong_block_is_shown_from_its_first_wrong_octet_on() -> None:
    expected, observed = _observed(
        "SOTA-INT-006", lambda b: b.uploaded().ready().block(0, 64, WRONG[:64])
    )
    assert expected.endswith("from offset 40 of the package on")
    assert expected.startswith("()*+,-./01234567 ...")
    assert observed == "!)*+,-./01234567 ... (other octets)"
