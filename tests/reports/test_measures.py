"""The pictures of the report: response times, and one upgrade over time."""

import re

from support.hostile_iuts import run
from support.log_builder import SIZE, LogBuilder

from atverdict.reports.measures.latency_plot import latency_plot
from atverdict.reports.measures.timeline import Lane, Timeline
from atverdict.reports.measures.timeline_plot import timeline_plot


def _timeline(bench: LogBuilder) -> Timeline:
    shown = run(bench.end()).timeline
    assert shown is not None
    return shown


def test_the_timeline_tells_an_upgrade_from_request_to_outcome() -> None:
    shown = _timeline(LogBuilder().proved().succeeded())
    assert shown.successful
    assert list(dict.fromkeys(step.lane for step in shown.steps)) == list(Lane)
    ends = [step.end_s for step in shown.steps]
    assert ends == sorted(ends)
    assert all(step.begin_s <= step.end_s for step in shown.steps)
    texts = " | ".join(step.text for step in shown.steps)
    assert f"offer of STM32, any version to 2_0_0, {SIZE} octets" in texts
    assert f"piece 1 is read: 3 blocks, {SIZE} octets |" in texts
    assert texts.endswith("success of STM32")
    assert len(shown.reads_s) == 3


def test_each_piece_has_its_download_and_its_reading() -> None:
    shown = _timeline(LogBuilder().proved().second_piece().block(1024, SIZE - 1024))
    pieces = [step for step in shown.steps if step.text.startswith("piece")]
    assert [step.text.split(",")[0] for step in pieces] == [
        "piece 1 is there: 1024 octets from 0",
        "piece 1 is read: 1 block",
        f"piece 2 is there: {SIZE - 1024} octets from 1024",
        "piece 2 is read: 1 block",
    ]
    assert pieces[1].end_s <= pieces[2].begin_s


def test_many_pieces_are_folded() -> None:
    bench = LogBuilder().proved().ready('7,10703,"STM32",2500,0,100')
    for start in range(100, SIZE, 100):
        bench.block(start - 100, 100).ask("AT+QIOTUPDATE=2")
        bench.events("7,10702", f'7,10703,"STM32",2500,{start},100')
    shown = _timeline(bench)
    assert len(shown.steps) < 16
    assert "pieces 5 to 24 are downloaded and read" in {step.text for step in shown.steps}


def test_the_first_upgrade_that_succeeded_is_shown() -> None:
    bench = LogBuilder().proved().offered().ask("AT+QIOTUPDATE=0").wait(1.0).announce("1_0_0")
    shown = _timeline(bench.succeeded())
    assert (shown.number, shown.count, shown.successful) == (2, 2, True)


def test_without_success_the_one_that_came_furthest_is_shown() -> None:
    shown = _timeline(LogBuilder().proved().ready())
    assert not shown.successful
    assert "piece 1 is there" in shown.steps[-1].text
    assert run(LogBuilder().proved().end()).timeline is None


def test_the_timeline_s_picture_has_a_lane_for_each_phase() -> None:
    shown = _timeline(LogBuilder().proved().succeeded())
    picture = timeline_plot(shown)
    for lane in Lane:
        assert f">{lane.value}</text>" in picture
    places = [float(x) for x in re.findall(r'<rect x="([\d.]+)"', picture)]
    assert len(places) == len(shown.steps)
    assert all(90 <= x <= 740 for x in places)


def test_an_upgrade_that_is_one_instant_can_be_drawn() -> None:
    offer = '7,10700,"STM32","","2_0_0",30,-113,2500'
    shown = _timeline(LogBuilder().proved().online().announce().event(offer))
    assert shown.begin_s == shown.end_s
    assert "nan" not in timeline_plot(shown)


def test_what_is_over_the_limit_is_marked_by_form_and_figure() -> None:
    picture = latency_plot(
        {"AT": [0.02, 0.021], "AT+QIOTREG?": [0.02, 0.5, 1.25]}, {"AT+QIOTREG?": 0.3}
    )
    assert picture.count("late-mark") == 1
    assert "300 ms limit" in picture
    assert '<text x="752" y="71" text-anchor="end" class="late">1.25 s</text>' in picture


def test_every_time_stands_within_the_picture() -> None:
    picture = latency_plot({"AT": [0.0, 1e-9, 0.3, 7200.0]}, {"AT": 0.3})
    places = [float(x) for x in re.findall(r"M([\d.]+) ", picture)]
    assert all(0 <= x <= 760 for x in places)
    limit = re.search(r'<path d="M([\d.]+) [^"]*" class="limit"', picture)
    assert limit is not None
    assert 160 < float(limit[1]) < 612
