"""How long a run waits in vain, and what it does not try again."""

import pytest

from atverdict.conformance.campaign.patience import (
    BUDGET_S,
    ENOUGH,
    SHORT_S,
    SHORTEST_S,
    Patience,
    kind_of,
)

USUAL_S = 30.0
EVENT = "7,10705"
LINE = "AT+QIOTSTATE?"


def _missed(patience: Patience, times: int, kind: str = EVENT, usual_s: float = USUAL_S) -> None:
    for _ in range(times):
        patience.missed(kind, patience.limit_s(kind, usual_s))


def _unanswered(patience: Patience, kind: str) -> bool:
    return patience.unanswered(kind, patience.limit_s(kind, 5.0))


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def patience(told: list[str]) -> Patience:
    return Patience(told.append)


def test_what_did_not_come_is_waited_for_less_and_then_not_at_all(
    patience: Patience, told: list[str]
) -> None:
    limits = []
    for _ in range(ENOUGH + 1):
        limits.append(patience.limit_s(EVENT, USUAL_S))
        _missed(patience, 1)
    assert limits == [USUAL_S, USUAL_S / 4, USUAL_S / 4, 0.0]
    assert told == ["3 times 7,10705 did not come: it is not waited for again"]


def test_what_comes_is_waited_for_in_full_again(patience: Patience, told: list[str]) -> None:
    _missed(patience, ENOUGH - 1)
    patience.came(EVENT)
    assert patience.limit_s(EVENT, USUAL_S) == USUAL_S
    _missed(patience, ENOUGH)
    assert not told


def test_what_is_waited_for_the_first_time_gets_its_whole_time(patience: Patience) -> None:
    _missed(patience, 1, usual_s=BUDGET_S)
    assert patience.limit_s(EVENT, BUDGET_S) == SHORT_S
    assert patience.limit_s("7,10704", USUAL_S) == USUAL_S


def test_a_line_that_is_never_answered_is_not_sent_again(
    patience: Patience, told: list[str]
) -> None:
    for _ in range(ENOUGH):
        assert not patience.exhausted(LINE)
        assert not _unanswered(patience, LINE)
        patience.answered("AT")
    assert patience.exhausted(LINE)
    assert told == ["3 times AT+QIOTSTATE? was not answered: it is not sent again"]


def test_a_line_that_was_answered_once_is_sent_for_longer(
    patience: Patience, told: list[str]
) -> None:
    patience.answered(LINE)
    while not patience.exhausted(LINE):
        _unanswered(patience, LINE)
        patience.answered("AT")
    assert told == ["9 times AT+QIOTSTATE? was not answered: it is not sent again"]


def test_a_line_that_is_lost_now_and_then_is_sent_again(patience: Patience) -> None:
    for _ in range(3 * ENOUGH):
        _unanswered(patience, LINE)
        patience.answered(LINE)
    assert not patience.exhausted(LINE)


def test_at_is_sent_whatever_happened(patience: Patience, told: list[str]) -> None:
    for _ in range(3 * ENOUGH):
        _unanswered(patience, "AT")
        patience.answered(LINE)
    assert not patience.exhausted("AT")
    assert not told


def test_what_silences_the_iut_is_not_sent_again(patience: Patience, told: list[str]) -> None:
    for number in range(ENOUGH + 1):
        patience.answered("AT+QIOTREG=0")
        assert not _unanswered(patience, f"AT+A{number}")
        assert not _unanswered(patience, "AT+B")
        assert _unanswered(patience, "AT+B")
        patience.mute()
        patience.answered("AT")
    assert patience.exhausted("AT+QIOTREG=0")
    assert not patience.exhausted("AT+B")  # a victim
    assert told == ["3 times nothing was answered after AT+QIOTREG=0: it is not sent again"]


def test_lines_that_are_lost_in_a_row_are_no_victims_where_at_is_answered(
    patience: Patience,
) -> None:
    for _ in range(ENOUGH):
        for kind in ("AT+A", "AT+B", "AT+C"):
            _unanswered(patience, kind)
        patience.alive()
    assert all(patience.exhausted(kind) for kind in ("AT+A", "AT+B", "AT+C"))


def test_answers_that_are_lost_without_a_pattern_are_waited_for_less_and_less(
    patience: Patience,
) -> None:
    assert patience.answer_s("AT+A", 5.0) == 5.0
    patience.missed(EVENT, BUDGET_S)
    assert patience.answer_s("AT+A", 5.0) == 2.5
    patience.missed("7,10704", 10 * BUDGET_S)
    assert patience.answer_s("AT+A", 5.0) == SHORTEST_S


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"AT", "AT"),
        (b"at+qiotstate?", "at+qiotstate?"),
        (b"AT+QIOTUPDATE=?", "AT+QIOTUPDATE=?"),
        (b"AT+QIOTUPDATE=2", "AT+QIOTUPDATE=2"),
        (b'AT+QIOTMCUVER="A"', "AT+QIOTMCUVER=<string>"),
        (b"AT+QIOTOTARD=0,1024", "AT+QIOTOTARD=<number>,<number>"),
        (b"AT+QIOTOTARD=,", "AT+QIOTOTARD=,"),
        (b"\xff\x00", "a malformed ..."),
    ],
)
def test_equal_lines_are_of_one_kind(line: bytes, kind: str) -> None:
    assert kind_of(line) == kind
