"""Two runs side by side: what counts as worse, what only looks different, and what is noise."""

import hashlib
import json
import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.campaigns import atverdict, simulated
from support.log_builder import PACKAGE, LogBuilder

from atverdict.conformance.evidence.log import Begin, End, Header, Received, Record
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.reports.comparison.as_page import comparison_html
from atverdict.reports.comparison.as_text import comparison_text
from atverdict.reports.comparison.behaviour import behaviour
from atverdict.reports.comparison.comparison import Comparison, Run, compare, run_of
from atverdict.reports.comparison.difference import difference
from atverdict.reports.comparison.shift import LEAST_SHIFT_S, shifts
from atverdict.reports.dossier import dossier, read_dossier
from atverdict.reports.files import LOG

HOSTILE = "</table><script>alert(1)</script>\x1b[31m\x00'\"&amp;"

ANOTHER_DAY = (
    "seed=2&revision=EC200UCNAAR03A02M01&start_time=2030-06-30T23:59:59%2B00:00&chunk=64"
    "&event_jitter_s=0.5&offer_s=3&connect_s=4&boot_s=5&address_s=2"
    "&download_rate_octets_per_s=5000"
)
"""The same IUT with newer firmware, other chance and a slow network."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@lru_cache
def _simulated(query: str, folder: Path) -> Run:
    """Run everything against the simulator once."""
    path = folder / f"{len(list(folder.iterdir()))}.jsonl"
    path.write_bytes(simulated(query).log)
    return run_of(read_dossier(path), path)


def _compared(folder: Path, old: str, new: str) -> Comparison:
    return compare(_simulated(old, folder), _simulated(new, folder))


def _run(bench: LogBuilder) -> Run:
    return Run(dossier(bench.records, "", 0), behaviour(bench.records))


def _benches(old: LogBuilder, new: LogBuilder) -> Comparison:
    return compare(_run(old), _run(new))


def _changed_header(bench: LogBuilder, **values: object) -> LogBuilder:
    header = bench.records[0]
    assert isinstance(header, Header)
    bench.records[0] = msgspec.structs.replace(header, **values)
    return bench


# Whole campaigns


@pytest.mark.parametrize(
    "query",
    [
        "",
        ANOTHER_DAY,
    ],
    ids=["at once", "another day, firmware and network"],
)
def test_the_same_iut_shows_no_difference(query: str, folder: Path) -> None:
    comparison = _compared(folder, "", query)
    assert comparison.code == 0
    assert comparison.requirements == comparison.latencies == comparison.difference.changes == ()
    assert not comparison.unlike
    assert comparison_text(comparison).endswith("\n\nNo regression.\n")


def test_a_requirement_that_got_worse_and_then_better(folder: Path) -> None:
    fault = "fault=reg-reads-back-zero"
    comparison = _compared(folder, "", fault)
    assert comparison.code == 1
    (worse,) = comparison.requirements
    assert (worse.requirement, worse.group) == ("SOTA-CMD-REG-005", "worse")
    assert (worse.old, worse.new) == (Outcome.PASS, Outcome.FAIL)
    assert "+QIOTREG: 0" in worse.new_reason
    assert "SOTA-CMD-REG-005 (SHALL, regression)" in comparison_text(comparison)
    # The other answer is the verdict's evidence, and no further finding.
    assert comparison.difference.changes
    assert not comparison.difference.unexplained
    back = _compared(folder, fault, "")
    assert back.code == 0
    assert [each.requirement for each in back.those("better")] == ["SOTA-CMD-REG-005"]


def test_permitted_differences_are_shown_and_are_no_regression(folder: Path) -> None:
    query = "leading_crlf=never&test_response=set&latency_s=0.2"
    comparison = _compared(folder, "", query)
    assert comparison.code == 0
    told = {change.where: change for change in comparison.difference.unexplained}
    assert told["AT+QIOTREG=?"].old == "+QIOTREG: (0-2) / OK"
    assert told["AT+QIOTREG=?"].new == "+QIOTREG: (0,1,2) / OK"
    assert told["octets around an answer of final"].old.startswith("<CR><LF> final")
    assert len(told) == len(comparison.difference.changes) == 5
    kinds = {each.command: each for each in comparison.latencies}
    assert kinds["AT+QIOTUPDATE="].shift_s == pytest.approx(0.18, abs=0.02)
    assert max(map(len, comparison_text(comparison).splitlines())) <= 80


# Verdicts


def _mode(answer: str) -> LogBuilder:
    return LogBuilder().proved().offline().ask("AT+QIOTREG?", f"+QIOTREG: {answer}").end()


def test_a_pass_without_proof_now_is_a_regression() -> None:
    comparison = _benches(_mode("0"), LogBuilder().proved().end())
    assert "SOTA-CMD-REG-005" in [each.requirement for each in comparison.regressions]
    assert {each.group for each in comparison.regressions} == {"no longer judged"}
    assert comparison.code == 1


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"selection": ("SOTA-FRM",)}, "selection"),
        ({"effort": "quick"}, "effort"),
        ({"plan_control": True}, "control agent"),
        ({"specification": "1"}, "specification"),
        ({"pics": {"max_length": 9}}, "PICS"),
    ],
)
def test_what_was_not_meant_to_be_judged_is_not_missed(values: dict[str, Any], word: str) -> None:
    comparison = _benches(_mode("0"), _changed_header(LogBuilder().proved().end(), **values))
    assert comparison.code == 0
    assert comparison.those("no longer judged")
    assert any(word in sentence for sentence in comparison.unlike)
    assert "Not alike: another" in comparison_text(comparison)


def test_a_new_fail_is_a_regression_even_in_another_selection() -> None:
    new = _changed_header(_mode("1"), selection=("SOTA-CMD-REG",))
    comparison = _benches(LogBuilder().proved().end(), new)
    assert [each.requirement for each in comparison.regressions] == ["SOTA-CMD-REG-005"]
    assert {each.group for each in comparison.regressions} == {"newly judged"}


def test_an_old_fail_is_no_regression() -> None:
    assert _benches(_mode("1"), _mode("1")).code == 0
    assert _benches(_mode("1"), _mode("2")).code == 0


def test_a_broken_should_is_worse_and_no_regression() -> None:
    old = LogBuilder().proved().ask("AT+QIOTSTATE?", "+QIOTSTATE: 0").refused("AT+QIOTNOSUCH")
    new = LogBuilder().proved().ask("AT+QIOTSTATE?", "+QIOTSTATE: 0").ask("AT+QIOTNOSUCH")
    comparison = _benches(old.end(), new.end())
    (worse,) = comparison.those("worse")
    assert worse.requirement == "SOTA-FRM-013"
    assert comparison.code == 0


@pytest.mark.parametrize(
    "new", [LogBuilder().silent("AT").end(), LogBuilder().proved().end(complete=False)]
)
def test_a_run_that_says_nothing_is_no_regression_and_no_success(new: LogBuilder) -> None:
    comparison = _benches(_mode("0"), new)
    assert not comparison.regressions
    assert comparison.code == 2
    assert "the new run is no evidence" in comparison_text(comparison)


# Response times


def _times(times_s: list[float], **settings: float) -> LogBuilder:
    bench = LogBuilder(uncertainty_s=settings.get("uncertainty_s", 0.0)).proved()
    for time_s in times_s:
        bench.ask("AT+QIOTSTATE?", "+QIOTSTATE: 8", after_s=time_s)
    return bench.end()


def test_times_that_moved() -> None:
    comparison = _benches(_times([0.02] * 10), _times([0.1] * 10))
    (shift,) = comparison.latencies
    assert shift.command == "AT+QIOTSTATE?"
    assert shift.shift_s == pytest.approx(0.08)
    assert "was 20 ms (20 to 20 ms, 10 answers), is 100 ms" in comparison_text(comparison).replace(
        "\n    ", " "
    )
    assert comparison.code == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([0.02] * 9, [0.2] * 9),
        ([0.02] * 20, [0.02 + LEAST_SHIFT_S * 0.9] * 20),
        ([0.01] * 11 + [0.2] * 9, [0.01] * 9 + [0.2] * 11),
        ([0.02 + 0.01 * n for n in range(10)], [0.03 + 0.01 * n for n in range(10)]),
    ],
    ids=["too few", "too little", "two kinds of answer", "within the spread"],
)
def test_times_that_did_not(old: list[float], new: list[float]) -> None:
    assert not _benches(_times(old), _times(new)).latencies


def test_one_outlier_hides_no_shift() -> None:
    times = {"AT": [0.02] * 9 + [2.0]}, {"AT": [0.1] * 9 + [0.01]}
    assert shifts(*times, uncertainty_s=0.0) == ()  # with ten samples either may still be in it
    times = {"AT": [0.02] * 10 + [2.0]}, {"AT": [0.1] * 10 + [0.01]}
    assert [shift.command for shift in shifts(*times, uncertainty_s=0.0)] == ["AT"]


def test_a_shift_within_what_instants_may_be_off_is_none() -> None:
    old, new = ([time_s] * 10 for time_s in (0.02, 0.065))
    assert _benches(_times(old), _times(new)).latencies
    unsure = [_times(times, uncertainty_s=0.025) for times in (old, new)]
    assert not _benches(*unsure).latencies


# Behaviour


def _asked(*answers: tuple[str, ...], line: str = "AT+QIOTSTATE?") -> list[Record]:
    bench = LogBuilder().begin()
    for answer in answers:
        bench.ask(line, *answer) if answer else bench.silent(line)
    return bench.done().records


def _changes(old: list[Record], new: list[Record]) -> list[tuple[str, str, int]]:
    found = difference(behaviour(old), behaviour(new)).changes
    return [(change.old, change.new, change.count) for change in found]


def test_the_nth_answer_is_compared_with_the_nth() -> None:
    a, b = ("+QIOTSTATE: 1",), ("+QIOTSTATE: 2",)
    assert _changes(_asked(a, a, b), _asked(a, b, b)) == [
        ("+QIOTSTATE: 1 / OK", "+QIOTSTATE: 2 / OK", 1)
    ]
    assert _changes(_asked(a, a), _asked(b, b)) == [("+QIOTSTATE: 1 / OK", "+QIOTSTATE: 2 / OK", 2)]


def test_a_poll_that_took_longer_is_no_change() -> None:
    a, b, c = ("+QIOTSTATE: 1",), ("+QIOTSTATE: 2",), ("+QIOTSTATE: 3",)
    assert not _changes(_asked((), b), _asked((), (), (), b))
    assert not _changes(_asked(a, b), _asked(b))
    assert _changes(_asked(a, b), _asked(a, a, a, c)) == [
        ("+QIOTSTATE: 2 / OK", "+QIOTSTATE: 3 / OK", 1)
    ]


def test_events_count_in_their_order() -> None:
    def events(*data: str) -> list[Record]:
        return LogBuilder().begin().online().events(*data).done().records

    assert not _changes(events("7,10702", "7,10702"), events("7,10702"))
    assert not _changes(events("4,10240", "7,10702"), events("7,10702", "4,10240"))
    assert _changes(events("7,10702"), events("7,10702", "7,10704")) == [
        ("nothing", "+QIOTEVT: 7,10704", 1)
    ]
    assert len(_changes(events("7,10702", "7,10704"), events("7,10704", "7,10702"))) == 2


def test_what_changes_by_itself_is_left_out() -> None:
    def told(signal: int, model: str) -> list[Record]:
        lines = f"+QIOTINFO: type,{model}", f"+QIOTINFO: rsrp,{signal}"
        return _asked(lines, line="AT+QIOTINFO?")

    assert not _changes(told(-90, "EC200U"), told(-101, "EC200U"))
    assert len(_changes(told(-90, "EC200U"), told(-90, "BC25"))) == 1


def test_what_was_cut_off_or_stands_between_purposes_is_left_out() -> None:
    cut = LogBuilder().begin().sent("AT+QIOTSTATE?").power_cycle().done().records
    assert not _changes(cut, _asked(("+QIOTSTATE: 1",)))
    between = LogBuilder().ask("AT").begin().ask("AT+QIOTREG=0").done().refused("AT")
    assert not _changes(between.records, LogBuilder().ask("AT").begin().ask("AT+QIOTREG=0").records)


def test_a_purpose_that_ran_again_counts_as_it_was_the_last_time() -> None:
    again = [*_asked(("+QIOTSTATE: 1",)), *_asked(("+QIOTSTATE: 2",))[1:]]
    assert not _changes(again, _asked(("+QIOTSTATE: 2",)))


def test_data_are_compared_only_where_the_packages_are_the_same() -> None:
    def read(package: bytes, block: bytes) -> list[Record]:
        bench = LogBuilder().uploaded(package).begin()
        start = f'7,10701,"STM32",{len(package)},"{package[:16].hex()}",1'
        return bench.event(start).block(0, 8, block).done().records

    one = read(PACKAGE, PACKAGE[:8])
    assert len(_changes(one, read(PACKAGE, b"8 octets"))) == 1
    assert not _changes(one, read(PACKAGE[:999], b"8 octets"))
    other = difference(behaviour(one), behaviour(read(PACKAGE[:999], b"8 octets")))
    assert other.another_package
    assert not other.only_old


def test_long_answers_are_told_apart_and_not_kept() -> None:
    one, other = ("+QIOTSTATE: " + "8" * 500 + end for end in "12")
    ((old, new, _),) = _changes(_asked((one,)), _asked((other,)))
    assert old != new
    assert max(len(old), len(new)) < 300


def test_many_changes_are_counted_and_the_first_are_shown() -> None:
    def many(answer: str) -> LogBuilder:
        bench = LogBuilder().proved().begin()
        for number in range(300):
            bench.ask(f'AT+QIOTMCUVER="{number}"', f'+QIOTMCUVER: "{number}","{answer}"')
        return bench.done().end()

    comparison = _benches(many("1"), many("2"))
    assert len(comparison.difference.unexplained) == 300
    text, page = comparison_text(comparison), comparison_html(comparison)
    assert "Other behaviour without another verdict: 300" in text
    assert "  ... and 290 more" in text
    assert page.count("log line") == 400
    assert "The first 200 are shown." in page


# Files, and what they survive


class _Tags(HTMLParser):
    """Which elements a page has, and whether they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not {"src", "href", "onload"} & dict(attrs).keys()
        self.seen.add(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _hostile(answer: str) -> LogBuilder:
    bench = LogBuilder().proved()
    bench.add(Begin(bench.now_s, f"bench.{HOSTILE}", HOSTILE, ("SOTA-CMD-STATE-001",)))
    bench.ask("AT+QIOTSTATE?", f"+QIOTSTATE: {answer}{HOSTILE}")
    bench.event(f'4,10200,"{answer}</table><script>alert(1)</script>"')
    bench.add(End(bench.now_s, f"bench.{HOSTILE}")).end(complete=False, reason=HOSTILE)
    return _changed_header(
        bench,
        iut={"name": HOSTILE, "firmware": HOSTILE},
        address=HOSTILE,
        opened_at=HOSTILE,
        pixit={f"{HOSTILE}{answer}": 1},
    )


def test_hostile_octets_stay_text() -> None:
    comparison = _benches(_hostile("1"), _hostile("2"))
    assert len(comparison.difference.unexplained) == 2
    text, page = comparison_text(comparison), comparison_html(comparison)
    assert all(c == "\n" or c.isprintable() for c in text + page)
    assert max(map(len, text.splitlines())) <= 80
    assert "<script" not in page
    assert "alert(1)" in page
    tags = _Tags()
    tags.feed(page)
    assert not tags.open
    assert tags.seen >= {"table", "th", "code"}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small runs, ``old`` and ``new``, which breaks what the old one keeps."""
    folder = tmp_path_factory.mktemp("stored")
    for name, address in (("old", "sim:"), ("new", "sim:?fault=reg-reads-back-zero")):
        atverdict(folder, "run", "--iut", address, "--select", "SOTA-CMD-REG-005", out=name)
    return folder


def test_the_command_writes_what_it_is_told_to(stored: Path) -> None:
    made = []
    for _ in range(2):
        ended = atverdict(
            stored, "compare", "old", f"new/{LOG}", "--json", "s.json", "--html", "s.html"
        )
        assert ended.code == 1
        assert ended.out.endswith("1 regression: SOTA-CMD-REG-005.\n")
        made.append((ended.out, *((stored / name).read_bytes() for name in ("s.html", "s.json"))))
    assert made[0] == made[1]
    shown = json.loads(made[0][2])
    assert shown["format"] == 1
    assert shown["regressions"] == ["SOTA-CMD-REG-005"]
    (worse,) = shown["requirements"]["worse"]
    assert (worse["old"]["verdict"], worse["new"]["verdict"]) == ("pass", "fail")
    assert shown["requirements"].keys() == {"worse", "no_longer_judged", "newly_judged", "better"}
    assert shown["behaviour"]["count"] == 0
    assert all(change["explained"] for change in shown["behaviour"]["changes"])
    digest = hashlib.sha256((stored / "new" / LOG).read_bytes()).hexdigest()
    assert shown["new"]["log_sha256"] == digest


def test_the_page_needs_nothing_else(stored: Path) -> None:
    atverdict(stored, "compare", "old", "new", "--html", "shown.html")
    page = (stored / "shown.html").read_text(encoding="utf-8")
    tags = _Tags()
    tags.feed(page)
    assert not tags.seen & {"script", "img", "link", "iframe"}
    assert not re.search(r"https?:|url\(|@import", page)
    assert "1 regression: SOTA-CMD-REG-005." in page


def test_what_cannot_be_compared(stored: Path) -> None:
    (stored / "other.txt").write_text("no log\n")
    for words in (("gone", "new"), ("old", "other.txt"), ("old", ".")):
        ended = atverdict(stored, "compare", *words)
        assert ended.code == 3
        assert ended.err.count("\n") == 1
    ended = atverdict(stored, "compare", "old", "new", "--html", "gone/shown.html")
    assert ended.code == 3
    assert "gone/shown.html" in ended.err


def test_a_log_that_was_cut_off_can_be_compared(stored: Path) -> None:
    octets = (stored / "old" / LOG).read_bytes()
    (stored / "cut.jsonl").write_bytes(octets[: len(octets) // 2])
    assert atverdict(stored, "compare", "old", "cut.jsonl").code == 2
    assert atverdict(stored, "compare", "cut.jsonl", "old").code == 0


def test_octets_that_come_one_by_one_are_the_same_answer() -> None:
    one = LogBuilder().begin().ask("AT+QIOTREG?", "+QIOTREG: 0", echo=True).done().records
    parted: list[Record] = []
    for record in one:
        octets = record.octets if isinstance(record, Received) else ""
        parted += [msgspec.structs.replace(record, octets=octet) for octet in octets] or [record]
    assert len(parted) > len(one)
    assert not _changes(one, parted)


def test_times_at_another_baud_rate_are_not_compared() -> None:
    old, new = _times([0.02] * 10), _changed_header(_times([0.1] * 10), baudrate=9600)
    comparison = _benches(old, new)
    assert not comparison.latencies
    assert any("baud rate" in sentence for sentence in comparison.unlike)
