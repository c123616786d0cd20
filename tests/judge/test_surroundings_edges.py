"""The memories of the surroundings at their edges: what is enough, and what is one too few."""

import pytest

from atverdict.conformance.evidence.log import Stall
from atverdict.conformance.evidence.trace import Chunk, Exchange, Item, Place, Stray, Typed, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.surroundings.edit import Edit, edit_between
from atverdict.conformance.judge.surroundings.foreign_lines import MOST, ForeignLines
from atverdict.conformance.judge.surroundings.limits import Limits
from atverdict.conformance.judge.surroundings.line import Line
from atverdict.conformance.judge.surroundings.rate import Rate
from atverdict.conformance.judge.surroundings.stalls import Stalls
from atverdict.conformance.judge.surroundings.talkers import Talkers
from atverdict.grammar.message import (
    CommandForm,
    CommandLine,
    Event,
    FinalResultCode,
    Malformed,
    UnsolicitedResultCode,
)

RULE = "SOTA-CMD-STATE-001"
OK = FinalResultCode("OK")


def _exchange(
    octets: bytes = b"AT\r",
    sent_s: float = 0.0,
    took_s: float = 0.1,
    command: CommandLine | Malformed | None = None,
) -> Exchange:
    done = Place(2, sent_s + took_s, b"OK\r\n")
    line = command or CommandLine("", CommandForm.BASIC)
    return Exchange(line, Place(1, sent_s, octets), final=OK, final_place=done)


def _found(
    *instants_s: float, octets: bytes = b"+X", rule: str = RULE, late_s: float | None = None
) -> Finding:
    places = tuple(Place(1, instant_s, octets) for instant_s in instants_s)
    return Finding(rule, Verdict.FAIL, "this", "that", places, late_s=late_s)


# Copies


@pytest.mark.parametrize(
    ("left", "right", "edit"),
    [
        (b"12345678", b"1234xx56", None),
        (b"12345678", b"1234xx78", None),
        (b"1234567890", b"1234xx7890", Edit(4, 4)),
        (b"12345678", b"1234xx5678", Edit(4, 4)),
        (b"12345678", b"1234xxx5678", None),
        (b"12345678", b"1x34x678", None),
        (b"1234", b"12345", Edit(4, 0)),
        (b"123", b"1234", None),
        (b"1111", b"11111", Edit(4, 0)),
        (b"12345678", b"x2345678", Edit(0, 7)),
    ],
)
def test_an_edit_is_two_octets_at_most_among_four_times_as_many(
    left: bytes, right: bytes, edit: Edit | None
) -> None:
    assert edit_between(left, right) == edit


# Stalls


def test_a_stall_overlaps_only_what_lies_in_it() -> None:
    stalls = Stalls()
    assert not stalls.sentence
    stalls.add(Stall(10.0, 2.0))
    assert stalls.overlap_s(0.0, 20.0) == 2.0
    assert stalls.overlap_s(9.0, 20.0) == 1.0
    assert stalls.overlap_s(0.0, 8.5) == 0.5
    assert stalls.overlap_s(10.0, 20.0) == stalls.overlap_s(0.0, 8.0) == 0.0
    assert "late once, most by 2000 ms at 10.000 s" in stalls.sentence
    stalls.add(Stall(20.0, 3.0))
    stalls.add(Stall(30.0, 3.0))
    assert stalls.overlap_s(0.0, 40.0) == 8.0
    assert "late 3 times, most by 3000 ms at 20.000 s" in stalls.sentence


# The rate


def _answer(octets: int, *parts_s: float, whole_s: float = 10.0) -> Exchange:
    """Return an answer whose parts of 100 octets came after these times."""
    exchange = _exchange(took_s=whole_s)
    exchange.answer_octets = octets
    ends = [sum(parts_s[: number + 1]) for number in range(len(parts_s))]
    exchange.chunks = [Chunk(100 * n, 100 * n + 100, end_s, n) for n, end_s in enumerate(ends)]
    return exchange


@pytest.mark.parametrize(
    ("exchange", "octet_s"),
    [
        (_answer(256, 0.0, 0.1, 0.1, 0.1), 0.001),
        (_answer(255, 0.0, 0.1, 0.1, 0.1), 0.0),
        (_answer(256, 0.0, 0.1, 0.1), 0.0),
        (_answer(256, 0.0, 0.2, 0.1, 9.0), 0.002),
        (_answer(256, 0.0, 0.1, 0.2, 0.3, 0.4), 0.003),
        (_answer(1000, 0.0, 0.1, 0.1, 0.1, whole_s=0.5), 0.0005),
    ],
)
def test_a_rate_is_the_median_of_a_long_answer_and_no_more_than_the_whole(
    exchange: Exchange, octet_s: float
) -> None:
    rate = Rate()
    rate.observe(exchange)
    assert rate.octet_s == pytest.approx(octet_s)


def test_the_fastest_of_all_answers_is_the_rate() -> None:
    rate = Rate()
    for part_s in (0.2, 0.1, 0.3):
        rate.observe(_answer(256, 0.0, part_s, part_s, part_s))
    rate.observe(Exchange(CommandLine("", CommandForm.BASIC), Place(1, 0.0, b"AT\r")))
    assert rate.octet_s == pytest.approx(0.001)
    assert not rate.sentence(0.0)
    assert not rate.sentence(0.001 / 1.2 + 1e-9)
    assert "1000 octets a second, and not the 1250 of the PIXIT" in rate.sentence(0.0008)


# Limits


STATE = CommandLine("QIOTSTATE", CommandForm.READ)
REG = CommandLine("QIOTREG", CommandForm.READ)


def _weighed(
    limits: Limits,
    *,
    late_s: float = 0.1,
    octets: bytes = b"AT+QIOTSTATE?\r",
    command: CommandLine = STATE,
    state: str = "idle",
) -> Verdict | None:
    """Return what a limit says of an answer of 0.4 s that came so late."""
    exchange = _exchange(octets, 100.0, 0.4, command)
    verdict = Verdict.FAIL if late_s > 0 else Verdict.PASS
    found = Finding(RULE, verdict, "this", "that", (exchange.sent,), late_s=late_s)
    weighed = limits.weigh(exchange, found, state)
    return weighed.verdict if weighed else None


def test_an_excess_counts_when_it_is_the_second_in_a_row() -> None:
    limits = Limits(Stalls())
    assert _weighed(limits) is Verdict.INCONCLUSIVE
    assert _weighed(limits) is Verdict.FAIL
    assert _weighed(limits, late_s=-0.1) is Verdict.PASS
    assert _weighed(limits, late_s=-0.1) is Verdict.PASS


def test_an_excess_between_two_good_answers_is_an_outlier() -> None:
    limits = Limits(Stalls())
    for _ in range(100):
        _weighed(limits, late_s=-0.1)
    for late_s in (0.1, -0.1, 0.1):
        assert _weighed(limits, late_s=late_s) is not Verdict.FAIL


@pytest.mark.parametrize(
    ("octets", "command", "state", "again"),
    [
        (b"AT+QIOTSTATE?\r\n", STATE, "idle", True),
        (b"AT+QIOTSTATE?\r", REG, "idle", True),
        (b"AT+QIOTREG?\r", REG, "idle", False),
        (b"AT+QIOTSTATE?\r", STATE, "ready", False),
    ],
)
def test_an_excess_is_the_same_in_the_same_state_alone(
    octets: bytes, command: CommandLine, state: str, *, again: bool
) -> None:
    limits = Limits(Stalls())
    _weighed(limits)
    found = _weighed(limits, octets=octets, command=command, state=state)
    assert found is (Verdict.FAIL if again else Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("excesses", "seen", "verdict"),
    [
        (3, 75, Verdict.FAIL),
        (3, 76, Verdict.INCONCLUSIVE),
        (2, 3, Verdict.INCONCLUSIVE),
        (6, 360, Verdict.FAIL),
        (6, 361, Verdict.INCONCLUSIVE),
        (5, 300, Verdict.INCONCLUSIVE),
    ],
)
def test_rare_excesses_count_when_they_are_often_enough(
    excesses: int, seen: int, verdict: Verdict
) -> None:
    limits = Limits(Stalls())
    for number in range(seen - 1 - 2 * (excesses - 1)):
        _weighed(limits, late_s=-0.1, octets=b"%d" % number)
    for _ in range(excesses - 1):
        _weighed(limits)
        _weighed(limits, late_s=-0.1)
    assert _weighed(limits) is verdict


@pytest.mark.parametrize(
    ("stall", "late_s", "verdict"),
    [
        (Stall(100.3, 0.2), 0.1, None),
        (Stall(100.3, 0.125), 0.125, None),
        (Stall(100.3, 0.1), 0.2, Verdict.INCONCLUSIVE),
        (Stall(100.0, 5.0), 0.1, Verdict.INCONCLUSIVE),
        (Stall(105.4, 5.0), 0.1, Verdict.INCONCLUSIVE),
    ],
)
def test_a_stall_within_an_answer_explains_as_much(
    stall: Stall, late_s: float, verdict: Verdict | None
) -> None:
    stalls = Stalls()
    stalls.add(stall)
    assert _weighed(Limits(stalls), late_s=late_s) is verdict


def test_an_answer_that_never_came_is_late_whatever_stalled() -> None:
    stalls = Stalls()
    stalls.add(Stall(100.0, 100.0))
    exchange = Exchange(STATE, Place(1, 1.0, b"AT+QIOTSTATE?\r"))
    assert Limits(stalls).weigh(exchange, _found(1.0, late_s=0.5), "idle") is not None


def test_what_is_no_limit_is_not_weighed() -> None:
    found = _found(1.0)
    limits = Limits(Stalls())
    assert limits.weigh(_exchange(), found, "idle") is found
    assert limits.weigh(_exchange(), found, "idle") is found
    assert limits.of_events(found) is found


@pytest.mark.parametrize(
    ("instants_s", "late_s", "counts"),
    [
        ((5.0, 20.0), 2.0, False),
        ((5.0, 20.0), 2.5, True),
        ((9.0, 20.0), 2.0, True),
        ((5.0, 20.0, 8.5), 1.0, True),
        ((), 1.0, True),
        ((5.0, 7.0), 0.0, True),
    ],
)
def test_a_stall_between_events_explains_as_much(
    instants_s: tuple[float, ...], late_s: float, *, counts: bool
) -> None:
    stalls = Stalls()
    stalls.add(Stall(10.0, 2.0))
    found = Limits(stalls).of_events(_found(*instants_s, late_s=late_s))
    assert (found is not None) is counts


def test_a_limit_between_events_that_was_kept_stays_so() -> None:
    stalls = Stalls()
    stalls.add(Stall(10.0, 9.0))
    kept = Finding(RULE, Verdict.PASS, "this", "that", (Place(1, 5.0, b""),), late_s=-1.0)
    assert Limits(stalls).of_events(kept) is kept


# Talkers


def _heard(octets: bytes, instant_s: float = 10.0) -> Urc | Stray:
    """Return a line of no form, or one that is not of the flow."""
    place = Place(1, instant_s, octets)
    if octets.startswith(b"+"):
        return Urc(UnsolicitedResultCode(octets.decode()), place, None)
    return Stray(Malformed(octets, ""), place, None, None)


def _code(instant_s: float, last: Exchange | None = None) -> Stray:
    return Stray(OK, Place(1, instant_s, b"OK\r\n"), None, last)


def _talkers(*items: Item, sent: bytes = b"AT+QIOTSTATE?\r") -> Talkers:
    talkers = Talkers()
    talkers.sent(sent)
    for item in items:
        talkers.observe(item)
    return talkers


@pytest.mark.parametrize(
    ("instants_s", "octets", "touched"),
    [
        ((15.0,), b"+X", True),
        ((15.1,), b"+X", False),
        ((9.0,), b"+X", True),
        ((8.9,), b"+X", False),
        ((1.0, 99.0), b"+X", True),
        ((70.0,), b"", True),
        ((70.1,), b"", False),
        ((), b"", False),
    ],
)
def test_a_line_of_others_touches_what_is_near(
    instants_s: tuple[float, ...], octets: bytes, *, touched: bool
) -> None:
    why = _talkers(_heard(b"AT+CREG?\r")).explains(_found(*instants_s, octets=octets))
    assert why == ("something else talks on this port" if touched else "")


@pytest.mark.parametrize(("at_s", "touched"), [(1.0, True), (1.1, False)])
def test_a_finding_without_a_place_is_one_of_the_beginning(at_s: float, *, touched: bool) -> None:
    assert bool(_talkers(_heard(b"AT+CREG?\r", at_s)).explains(_found())) is touched


@pytest.mark.parametrize(
    ("line", "rule", "why"),
    [
        (b"AT+CREG?", "SOTA-FRM-004", "another program talks on this port"),
        (b"AT+CREG?", "SOTA-FRM-009", ""),
        (b"ATE1", "SOTA-FRM-009", "another program has changed the settings of this port"),
        (b"AT+CMEE=1", "SOTA-FRM-018", "another program has changed the settings of this port"),
        (b"ATE1", RULE, ""),
        (b"login:", "SOTA-FRM-004", ""),
    ],
)
def test_another_program_explains_some_rules_anywhere(line: bytes, rule: str, why: str) -> None:
    assert _talkers(_heard(line)).explains(_found(500.0, rule=rule)) == why


def test_settings_stay_changed() -> None:
    talkers = _talkers(_heard(b"ATE1"), _heard(b"AT+CREG?"))
    assert talkers.explains(_found(500.0, rule="SOTA-FRM-010"))


@pytest.mark.parametrize(
    ("line", "foreign"),
    [
        (b"AT+CREG?\r", True),
        (b"ATI", True),
        (b"AT+CSQ", True),
        (b"at", False),
        (b"AT+QIOTSTATE?", False),
        (b"AT+QIOT", False),
        (b"STATE?", False),
        (b"AT+QIOTSTATE=1", False),
        (b"AT+QIOTSTAXE?", False),
        (b"raspberrypi login: ", True),
        (b"-sh: AT: not found", True),
        (b"+CSQ: 20,99", False),
        (b"hello", False),
    ],
)
def test_a_line_of_others_is_told_from_the_suites_own(line: bytes, *, foreign: bool) -> None:
    talkers = Talkers()
    talkers.sent(b"AT+QIOTSTATE?\r")
    assert talkers.observe(_heard(line)) is foreign


@pytest.mark.parametrize(("later", "foreign"), [(7, False), (8, True)])
def test_a_part_of_a_line_is_known_for_eight_lines(later: int, *, foreign: bool) -> None:
    talkers = _talkers(sent=b"ATI\nAT+CGMR=5\r")
    for number in range(later):
        talkers.sent(b"ATS%d\r" % number)
    assert talkers.observe(_heard(b"AT+CGM")) is foreign
    assert talkers.observe(_heard(b"AT+CGMR=5")) is False


@pytest.mark.parametrize(
    ("items", "counts"),
    [
        ((_code(11.1, _exchange(took_s=10.0)),), True),
        ((_code(11.0, _exchange(took_s=10.0)),), False),
        ((Typed(Place(1, 10.5, b"\r")), _code(11.4, _exchange(took_s=10.0))), False),
        (
            (
                Urc(Event(4, 10200), Place(1, 10.5, b""), None),
                _code(11.4, _exchange(took_s=10.0)),
            ),
            False,
        ),
        ((_code(11.0),), False),
        ((_heard(b"+CSQ: 20,99"), _code(11.0)), True),
        ((_heard(b"+CSQ: 20,99"), _code(11.1)), False),
        ((_heard(b"+QIOTX: 20"), _code(10.5)), False),
    ],
)
def test_a_code_alone_answers_another_program(items: tuple[Item, ...], *, counts: bool) -> None:
    talkers = _talkers(*items)
    assert bool(talkers.sentences) is counts
    assert bool(talkers.explains(_found(11.0))) is counts


def test_a_code_belongs_to_one_foreign_answer() -> None:
    told = _talkers(_heard(b"+CSQ: 20,99"), _code(10.1), _code(10.2)).sentences
    assert "never sent (once, first at 10.100 s)" in told[0]


def test_a_code_within_an_exchange_is_the_modules() -> None:
    stray = _code(10.1)
    stray.during = _exchange()
    assert not _talkers(_heard(b"+CSQ: 20,99"), stray).sentences


def test_codes_out_of_turn_are_another_programs_where_one_is_known() -> None:
    assert _talkers(_code(500.0), _heard(b"AT+CREG?")).explains(_found(501.0))
    assert not _talkers(_code(500.0)).explains(_found(501.0))


def test_other_programs_are_counted() -> None:
    lines = (_heard(b"AT+CREG?", 12.0), _heard(b"ATI", 11.0), _heard(b"ATI", 13.0))
    (told,) = _talkers(*lines).sentences
    assert ": AT+CREG?, ATI (3 times, first at 11.000 s)" in told
    (told,) = _talkers(_heard(b"lab login: ", 3.0), _heard(b"Password: ", 4.0)).sentences
    assert "(lab login:, at 3.000 s)" in told


@pytest.mark.parametrize(
    ("pieces", "telnet"),
    [
        ((b"\xff\xfb\x01",), True),
        ((b"\r\n\xff\xfe\x31",), True),
        ((b"\xff\xfd\xff",), True),
        ((b"\xff\xfa\x01",), False),
        ((b"\xff\xff\x01",), False),
        ((b"\xff\xfb\x32",), False),
        ((b"x", b"\xff\xfb\x01"), False),
        ((b"x\xff\xfb\x01",), False),
    ],
)
def test_a_negotiation_comes_first(pieces: tuple[bytes, ...], *, telnet: bool) -> None:
    talkers = Talkers()
    for number, piece in enumerate(pieces):
        talkers.received(piece, 2.0 + number)
    assert bool(talkers.sentences) is telnet
    assert bool(talkers.explains(_found(900.0))) is telnet


def test_a_port_that_was_opened_again_may_negotiate_again() -> None:
    talkers = Talkers()
    for instant_s in (1.0, 2.0, 3.0):
        talkers.received(b"x" if instant_s < 2.0 else b"\xff\xfb\x01", instant_s)
        talkers.opened()
    assert "negotiated at 2.000 s" in talkers.sentences[0]


# Foreign lines


@pytest.mark.parametrize(
    ("line", "guess"),
    [
        (b"RDY", "boot banner"),
        (b"SMS DONE", "boot banner"),
        (b"+CEREG: 1", "registration of the network"),
        (b"+QIURC: 1", "URC of the module"),
        (b"busy p...", "the module is busy"),
        (b"AT+CSQ", "another program on this port"),
        (b"lab login: ", "a login console"),
        (b"$GPGGA,1", "NMEA: a port for positions"),
        (b"\xfe", "noise, or a text of the operator"),
        (b"+NEW: 1", "URC of the module"),
        (b"hello", ""),
    ],
)
def test_a_foreign_line_has_a_guess(line: bytes, guess: str) -> None:
    lines = ForeignLines()
    lines.observe(_heard(line, 1.23456789))
    (told,) = lines
    assert (told.count, told.first_s, told.guess) == (1, 1.234568, guess)


def test_a_foreign_line_is_told_once_and_counted() -> None:
    lines = ForeignLines()
    for octets in (b"\r\nRDY\r\n", b"RDY", b"\r\n"):
        lines.observe(_heard(octets))
    lines.observe(_exchange())
    assert [(told.line, told.count) for told in lines] == [("RDY", 2)]


@pytest.mark.parametrize("certain", [False, True])
def test_a_line_that_resembles_something_is_foreign_where_that_is_certain(certain: bool) -> None:  # noqa: FBT001
    lines = ForeignLines()
    resembling = Stray(Malformed(b"AT", "", "echo"), Place(1, 0.0, b"AT"), None, None)
    lines.observe(resembling, certain=certain)
    lines.observe(Urc(Event(4, 10200), Place(1, 0.0, b"+QIOTEVT: 4,10200"), None), certain=certain)
    assert len(list(lines)) == 2 * certain


def test_a_long_foreign_line_is_cut() -> None:
    lines = ForeignLines()
    lines.observe(_heard(b"x" * 121))
    assert next(iter(lines)).line == f"{'x' * 120} ... (1 more octets)"


def test_lines_beyond_the_most_are_one() -> None:
    lines = ForeignLines()
    for number in range(MOST + 2):
        lines.observe(_heard(b"x%d" % number))
    lines.observe(_heard(b"x0"))
    told = list(lines)
    assert len(told) == MOST + 1
    assert (told[0].count, told[-1].line, told[-1].count) == (2, "(further lines)", 2)


# The line


QUERY = b"AT+QIOTSTATE?\r"
ANSWER = b"\r\n+QIOTSTATE: 1\r\n\r\nOK\r\n"


class _Wire:
    """A line that is shown exchanges one by one, each of three lines of the log."""

    def __init__(self) -> None:
        self.line = Line()
        self.number = 0

    def asked(self, came: bytes, *broken: str, sent: bytes = QUERY, whole: bool = True) -> "_Wire":
        """Show a command line, and what came."""
        self.number += 2
        self.line.sent(sent, self.number)
        self.number += 1
        self.line.received(came, self.number)
        exchange = _exchange(sent)
        if not whole:
            exchange.final = None
        findings = [_found(1.0, rule=rule) for rule in broken]
        self.line.observe(exchange, findings, self.number)
        return self

    def echoed(self, lost: int, *broken: str) -> "_Wire":
        """Show an echo without one octet."""
        return self.asked(QUERY[:lost] + QUERY[lost + 1 :] + ANSWER, *broken)

    def right(self) -> "_Wire":
        """Show an exchange as it is."""
        return self.asked(QUERY + ANSWER)


@pytest.mark.parametrize(
    ("places", "bad"),
    [
        ((2, 5), False),
        ((2, 5, 8), True),
        ((2, 2, 2, 5, 8, 11), False),
        ((2, 2, 2, 4, 6, 8, 11), True),
        ((2, 2, 5, 8, 10, 11), True),
        ((2, 2, 5, 8), False),
        ((2, 2, 4, 6, 8), True),
    ],
)
def test_a_line_is_bad_where_most_disturbances_are_scattered(
    places: tuple[int, ...], *, bad: bool
) -> None:
    wire = _Wire()
    for place in places:
        wire.echoed(place).right()
    assert wire.line.bad is bad


def test_a_bad_line_is_told_with_its_rate() -> None:
    wire = _Wire().echoed(2).echoed(5).echoed(8)
    octets = 3 * (2 * len(QUERY) - 1 + len(ANSWER))
    told = f": 3 times in {octets} octets, about 1 in {octets // 3}."
    assert told in wire.line.sentence


def test_a_disturbance_that_is_not_right_again_is_not_told() -> None:
    assert not _Wire().echoed(2).line.sentence
    assert not _Wire().right().echoed(2).line.sentence


@pytest.mark.parametrize(
    ("late_s", "octets", "excused"),
    [(None, b"AT", True), (1.0, b"AT", False), (1.0, b"+X", True), (None, b"+X", True)],
)
def test_a_bad_line_makes_no_answer_late(
    late_s: float | None, octets: bytes, *, excused: bool
) -> None:
    line = _Wire().echoed(2).echoed(5).echoed(8).line
    why = line.explains(_found(1.0, octets=octets, late_s=late_s))
    assert why == ("the line loses octets" if excused else "")
    assert line.explains(_found(late_s=late_s))


def test_what_is_broken_twice_in_the_same_octets_is_no_matter_of_the_line() -> None:
    wire = _Wire().asked(b"\r\nOK!\r\n", RULE, whole=False).asked(b"\r\nOK!\r\n", RULE, whole=False)
    for place in (2, 5, 8):
        wire.echoed(place)
    assert wire.line.bad
    assert not wire.line.explains(_found(1.0))
    assert wire.line.explains(_found(1.0, rule="SOTA-EVT-001"))


@pytest.mark.parametrize(
    ("number", "excused"), [(1, False), (2, True), (3, True), (4, False), (5, False)]
)
def test_an_answer_that_is_right_again_excuses_its_own_lines(number: int, *, excused: bool) -> None:
    wire = _Wire().asked(ANSWER.replace(b"TATE", b"TTE"), whole=False).asked(ANSWER)
    found = Finding(RULE, Verdict.FAIL, "this", "that", (Place(number, 1.0, b"+X"),))
    assert bool(wire.line.explains(found)) is excused
    assert "came wrong once, and right when asked again" in wire.line.sentence


def test_an_answer_that_is_wrong_afterwards_excuses_nothing() -> None:
    wire = _Wire().asked(ANSWER).asked(ANSWER.replace(b"TATE", b"TTE"), whole=False)
    assert not wire.line.sentence
    assert not wire.line.explains(_found(1.0))


def test_answers_to_other_lines_or_with_events_are_not_compared() -> None:
    damaged = ANSWER.replace(b"TATE", b"TTE")
    assert not _Wire().asked(damaged, whole=False).asked(ANSWER, sent=b"AT\r").line.sentence
    assert not _Wire().asked(damaged).asked(ANSWER).line.sentence
    event = b"\r\n+QIOTEVT: 4,10200\r\n"
    torn = _Wire().asked(damaged + event, whole=False).asked(ANSWER + event)
    assert not torn.line.sentence


def test_two_disturbances_that_are_right_again_are_counted() -> None:
    wire = _Wire().asked(ANSWER.replace(b"TATE", b"TTE"), whole=False).asked(ANSWER)
    wire.asked(ANSWER.replace(b"+QI", b"+QQI"), whole=False).asked(ANSWER)
    assert "came wrong 2 times" in wire.line.sentence


def test_a_restart_forgets_what_came_before() -> None:
    wire = _Wire().asked(ANSWER.replace(b"TATE", b"TTE"), whole=False)
    wire.line.interrupted()
    assert not wire.asked(ANSWER).line.sentence


READ = b"AT+QIOTOTARD=0,16\r"
BLOCK = b"\r\n+QIOTOTARD: 0,16\r\n0123456789abcdef\r\n\r\nOK\r\n"
WRONG = BLOCK.replace(b"789", b"7x9")


def _digest(number: int, rule: str = "SOTA-INT-002") -> Finding:
    return Finding(rule, Verdict.FAIL, "this", "that", (Place(number, 1.0, b"+X"),))


@pytest.mark.parametrize(
    ("found", "excused"),
    [
        (_digest(50), True),
        (_digest(50, "SOTA-CMD-OTARD-016"), True),
        (_digest(50, "SOTA-CMD-OTARD-003"), False),
        (_found(rule="SOTA-INT-002"), False),
    ],
)
def test_a_block_that_is_right_again_excuses_its_digest(found: Finding, *, excused: bool) -> None:
    wire = _Wire().asked(WRONG, sent=READ).right().asked(BLOCK, sent=READ)
    why = "a block came otherwise when it was read again, so it may be the line"
    assert wire.line.explains(found) == (why if excused else "")


def test_a_block_of_another_package_excuses_nothing() -> None:
    wire = _Wire().asked(WRONG, sent=READ)
    start = Urc(Event(7, 10701), Place(9, 1.0, b"\r\n+QIOTEVT: 7,10701\r\n"), None)
    wire.line.observe(start, (), 9)
    assert not wire.asked(BLOCK, sent=READ).line.sentence
    wire.number = 20
    wire.asked(WRONG, sent=READ)
    assert not wire.line.explains(_digest(8))
    assert wire.line.explains(_digest(9))


EVENT = b"\r\n+QIOTEVT: 4,10200\r\n"


def _whole(line: Line, octets: bytes = EVENT) -> None:
    line.observe(Urc(Event(4, 10200), Place(1, 1.0, octets), None), (), 1)


def _torn(line: Line, octets: bytes, number: int = 5) -> None:
    line.observe(Stray(Malformed(octets, ""), Place(number, 1.0, octets), None, None), (), number)


@pytest.mark.parametrize("first", ["whole", "torn"])
def test_a_damaged_event_is_a_copy_of_one_seen_before_or_after(first: str) -> None:
    line = _Wire().echoed(2).echoed(5).line
    if first == "whole":
        _whole(line)
    _torn(line, EVENT.replace(b"4,", b"4"), 90)
    _torn(line, EVENT.replace(b"4,", b"4"), 90)
    assert line.bad is (first == "whole")
    _whole(line)
    assert line.bad
    assert line.explains(_found(1.0))
