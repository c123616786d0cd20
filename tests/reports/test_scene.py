"""Scenes: what is told around a finding, how it is folded, and which message diverges first."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from support.campaigns import simulated
from support.log_builder import BLOCK, OFFER, PACKAGE, PIECE, SIZE, START_SHA256, LogBuilder, piece

from atverdict.conformance.evidence.log import Begin, End, Port, Record, read_log
from atverdict.reports.dossier import Dossier, dossier
from atverdict.reports.scenes.collector import UPGRADE
from atverdict.reports.scenes.scene import Kind, Party, Scene, Step


def _scenes(bench: LogBuilder) -> dict[str, Scene]:
    return dict(dossier(bench.records, "", 0).scenes)


def _diverging(scene: Scene) -> Step:
    assert scene.divergence is not None
    return scene.steps[scene.divergence.step]


def _texts(scene: Scene) -> list[str]:
    return [step.text for step in scene.steps]


def test_a_requirement_that_holds_has_no_scene() -> None:
    assert not _scenes(LogBuilder().proved().end())


def test_a_wrong_answer_diverges_at_the_line_that_is_wrong() -> None:
    bench = (
        LogBuilder().proved().ask("AT+QIOTREG=1").ask("AT+QIOTREG?", "+QIOTREG: 0").ask("AT").end()
    )
    scene = _scenes(bench)["SOTA-CMD-REG-005"]
    assert _texts(scene)[-6:] == ["OK", "AT+QIOTREG?", "+QIOTREG: 0", "OK", "AT", "OK"]
    assert _diverging(scene).text == "+QIOTREG: 0"
    assert scene.divergence is not None
    assert scene.divergence.expected == "+QIOTREG: 1, as written, to AT+QIOTREG?"
    assert not scene.divergence.silence
    assert scene.strength == "SHALL"
    assert scene.sources
    cited = [step.text for step in scene.steps if step.cited]
    assert cited == ["AT+QIOTREG?", "+QIOTREG: 0", "OK"]


@pytest.mark.parametrize(
    ("requirement", "build", "diverging"),
    [
        ("SOTA-CMD-STATE-002", lambda b: b.ask("AT+QIOTSTATE?", "+QIOTSTATE: 7"), "+QIOTSTATE: 7"),
        ("SOTA-TIM-001", lambda b: b.ask("AT+QIOTREG?", "+QIOTREG: 1", after_s=2.0), "OK"),
        ("SOTA-CMD-REG-008", lambda b: b.ask("AT+QIOTREG=7"), "OK"),
        (
            "SOTA-FRM-017",
            lambda b: b.ready().block(0, 1, end="\r\n\r\n+QIOTEVT: 4,10200\r\n\r\nOK\r\n"),
            "+QIOTEVT: 4,10200",
        ),
        (
            "SOTA-CMD-OTARD-005",
            lambda b: b.ready().block(0, 8, PACKAGE[:9]),
            "+QIOTOTARD: 0,9",
        ),
        (
            "SOTA-CMD-OTARD-002",
            lambda b: b.ready().block(0, 1, end="\r\nOK\r\n").block(0, 1, end="OK\r\n"),
            "1 octet from 0, no CR LF behind them: <NUL>",
        ),
    ],
)
def test_what_the_finding_quotes_is_what_diverges(
    requirement: str, build: Callable[[LogBuilder], LogBuilder], diverging: str
) -> None:
    scenes = _scenes(build(LogBuilder().proved().online()).end())
    assert _diverging(scenes[requirement]).text == diverging


def test_an_answer_that_never_came_diverges_at_the_wait() -> None:
    bench = LogBuilder().proved().silent("AT+QIOTSTATE?").ask("AT").end()
    step = _diverging(_scenes(bench)["SOTA-FRM-005"])
    assert step.kind is Kind.WAIT
    assert step.text == "no final result code within 5.0 s"


def test_an_event_that_never_came_diverges_at_the_wait() -> None:
    bench = LogBuilder(plan_control=True).proved().confirmed()
    bench.expect("SOTA-CMD-UPDATE-003", 10701, within_s=20.0).listen(20.0).ask("AT").end()
    scene = _scenes(bench)["SOTA-CMD-UPDATE-003"]
    step = _diverging(scene)
    assert (step.kind, step.text) == (Kind.WAIT, "no message for 20.1 s")
    assert scene.divergence is not None
    assert scene.divergence.expected.startswith("7,10701 within 20 s")


def test_an_event_that_must_not_come_diverges_where_nothing_was_due() -> None:
    bench = LogBuilder().proved().offered().ask("AT+QIOTUPDATE=0").event(START_SHA256).end()
    scene = _scenes(bench)["SOTA-CMD-UPDATE-005"]
    assert _diverging(scene).text.startswith("+QIOTEVT: 7,10701")
    assert scene.divergence is not None
    assert scene.divergence.silence


def test_the_first_octet_that_differs_is_shown() -> None:
    bench = LogBuilder(plan_control=True).uploaded().proved().ready()
    wrong = bytearray(PACKAGE[:BLOCK])
    wrong[7] ^= 1
    scene = _scenes(bench.block(0, BLOCK, bytes(wrong)).end())["SOTA-INT-006"]
    assert _diverging(scene).text.startswith(f"{BLOCK} octets from 0: ")
    assert scene.divergence is not None
    first, due, came = scene.divergence.octets
    assert first == "first octet that differs: offset 7"
    assert due.startswith("due   07  ")
    assert came.startswith("came  06  ")


def test_a_malformed_line_in_an_answer_is_told_once() -> None:
    bench = LogBuilder().proved().ask("AT+QIOTSTATE?", "+QIOTSTATE:8").ask("AT", final="ok").end()
    scenes = _scenes(bench)
    step = _diverging(scenes["SOTA-FRM-006"])
    assert step.text == "ok<CR><LF>"
    assert _texts(scenes["SOTA-FRM-006"]).count("ok<CR><LF>") == 1


def test_equal_blocks_and_equal_events_are_folded() -> None:
    bench = LogBuilder().proved().confirmed().events(START_SHA256, *["7,10702"] * 17, PIECE)
    bench.wait(0.1).read_all().ask("AT+QIOTUPDATE=3").events("7,10704", "7,10705").end()
    steps = _scenes(bench)["SOTA-SEQ-009"].steps
    by_text = {step.text: step for step in steps}
    assert by_text["+QIOTEVT: 7,10702"].count == 17
    read = by_text[f"AT+QIOTOTARD=0,1024 ... 2048,{SIZE - 2048}"]
    blocks = by_text[f"3 blocks of 1024 octets from 0, the last of {SIZE - 2048} / OK"]
    assert read.count == blocks.count == 3
    assert blocks.until_s > blocks.instant_s
    assert blocks.last_line == blocks.line + 4


def test_the_diverging_message_is_never_folded() -> None:
    bench = LogBuilder().proved()
    for _ in range(4):
        bench.ask("AT+QIOTSTATE?", "+QIOTSTATE: 99")
    scene = _scenes(bench.end())["SOTA-CMD-STATE-001"]
    assert _diverging(scene).count == 1
    assert [s.count for s in scene.steps if s.text == "+QIOTSTATE: 99 / OK"] == [3]


def test_reads_here_and_there_are_one_turn() -> None:
    bench = LogBuilder().proved().ready().block(0, 16).block(100, 1).block(7, 9)
    bench.ask("AT+QIOTREG?", "+QIOTREG: 0").end()
    texts = _texts(_scenes(bench)["SOTA-CMD-REG-005"])
    assert "3 reads of 1 to 16 octets / OK" in texts


def test_a_long_silence_is_a_step() -> None:
    bench = (
        LogBuilder().proved().wait(20).ask("AT+QIOTREG=1").ask("AT+QIOTREG?", "+QIOTREG: 0").end()
    )
    waits = [s for s in _scenes(bench)["SOTA-CMD-REG-005"].steps if s.kind is Kind.WAIT]
    assert [wait.text for wait in waits] == ["no message for 20.1 s"]


def test_an_event_inside_an_answer_stands_where_it_came() -> None:
    bench = LogBuilder().proved().ask("AT+QIOTREG=1").sent("AT+QIOTREG?").got("\r\n+QIOTREG: 0\r\n")
    bench.event("2,10200", 0.01).got("\r\nOK\r\n").wait(0.1).end()
    scene = _scenes(bench)["SOTA-CMD-REG-005"]
    assert _texts(scene)[-4:] == ["AT+QIOTREG?", "+QIOTREG: 0", "+QIOTEVT: 2,10200", "OK"]
    assert _diverging(scene).text == "+QIOTREG: 0"


def test_the_laboratory_acts_on_the_iut_or_on_the_platform() -> None:
    bench = LogBuilder(plan_control=True).proved().arm().power_cycle().control("push", ok=False)
    scene = _scenes(bench.ask("AT+QIOTSTATE?", "+QIOTSTATE: 99").end())["SOTA-CMD-STATE-001"]
    acts = [(s.text, s.receiver) for s in scene.steps if s.kind is Kind.ACTION]
    assert acts == [
        ("arm_plan component=STM32 target_version=2_0_0", Party.LABORATORY),
        ("power_cycle", Party.IUT),
        ("push (refused)", Party.LABORATORY),
    ]
    assert scene.parties == (Party.SUITE, Party.IUT, Party.LABORATORY)


def test_a_scene_begins_with_its_purpose_and_not_with_the_run() -> None:
    bench = LogBuilder().proved()
    for _ in range(30):
        bench.ask("AT").ask("AT+QIOTSTATE?", "+QIOTSTATE: 0")
    bench.begin()
    for _ in range(4):
        bench.ask("AT").ask("AT+QIOTREG=?", "+QIOTREG: (0-2)")
    bench.ask("AT+QIOTSTATE?", "+QIOTSTATE: 99").done().end()
    scene = _scenes(bench)["SOTA-CMD-STATE-001"]
    assert scene.steps[0].text == "test purpose bench.purpose"


def test_what_a_finding_names_is_kept_and_the_gap_is_told() -> None:
    bench = LogBuilder().proved().offered().ask("AT+QIOTUPDATE=0")
    for number in range(20):
        bench.ask("AT").ask(f'AT+QIOTMCUVER="A","{number}"')
    scene = _scenes(bench.event(START_SHA256).end())["SOTA-CMD-UPDATE-005"]
    texts = _texts(scene)
    assert texts[0] == "AT+QIOTUPDATE=0"
    assert texts[2].startswith("messages left out, log lines ")


def test_a_failure_of_an_insane_group_is_drawn_as_what_it_became() -> None:
    bench = LogBuilder().proved().begin(negative=True).ask("AT+QIOTSTATE?", "+QIOTSTATE: 99")
    bench.done("insane", insane=True)
    bench.ask("AT").ask("AT+QIOTSTATE?", "+QIOTSTATE: 77").end()
    scene = _scenes(bench)["SOTA-CMD-STATE-001"]
    assert _diverging(scene).text == "+QIOTSTATE: 77"  # the first one proves nothing
    alone = LogBuilder().proved().begin(negative=True).ask("AT+QIOTSTATE?", "+QIOTSTATE: 99")
    scene = _scenes(alone.done("insane", insane=True).end())["SOTA-CMD-STATE-001"]
    assert _diverging(scene).text == "+QIOTSTATE: 99"


def test_the_first_successful_upgrade_is_a_scene() -> None:
    bench = LogBuilder().proved().offered().ask("AT+QIOTUPDATE=0").request().event(OFFER)
    bench.wait(0.2).ask("AT+QIOTUPDATE=1").events(START_SHA256, "7,10702", PIECE).wait(0.1)
    bench.read_all().ask("AT+QIOTUPDATE=3").event("7,10704").announce("2_0_0").event("7,10705")
    scene = _scenes(bench.ask("AT").end())[UPGRADE]
    texts = _texts(scene)
    assert texts[:3] == ["AT+QIOTOTAREQ=1", "OK", f"+QIOTEVT: {OFFER}"]
    assert texts[-1] == "+QIOTEVT: 7,10705"
    assert scene.divergence is None


@pytest.mark.parametrize("last", ["7,10706", "7,10704"])
def test_an_upgrade_without_success_is_no_scene(last: str) -> None:
    assert UPGRADE not in _scenes(LogBuilder().proved().updating().event(last).end())


def test_a_long_upgrade_keeps_its_beginning_and_its_end() -> None:
    bench = LogBuilder().proved().confirmed().event(START_SHA256)
    for start in range(0, SIZE, 20):
        bench.event(piece(start, 20)).wait(0.1).block(start, 20).wait(0.1)
        bench.ask("AT+QIOTUPDATE=2")
    bench.ask("AT+QIOTUPDATE=3").event("7,10704").announce("2_0_0").event("7,10705").end()
    steps = _scenes(bench)[UPGRADE].steps
    assert len(steps) < 120
    assert any(step.text.startswith("+QIOTEVT: 7,10700") for step in steps[:16])
    assert sum(step.text.startswith("messages left out, log lines") for step in steps) == 1
    assert steps[-1].text == "+QIOTEVT: 7,10705"


def test_hostile_words_lose_what_a_terminal_obeys() -> None:
    bench = LogBuilder().proved().control("\x1b[31m\u202e", why="\x07")
    bench.add(Begin(bench.now_s, "\x1b]0;x\x07", "A.", ())).ask("AT+QIOTSTATE?", "\x1b[2J\x00\x9b")
    bench.add(Port(bench.now_s, open=False, reason="\x1b[0m")).add(End(bench.now_s, "x")).end()
    scenes = _scenes(bench)
    assert scenes
    for scene in scenes.values():
        assert all(step.text.isprintable() for step in scene.steps)
        if scene.divergence is not None:
            assert scene.divergence.expected.isprintable()
            assert scene.divergence.observed.isprintable()


def test_a_log_without_end_or_without_room_is_told_as_far_as_it_goes() -> None:
    records: list[Record] = LogBuilder().proved().ask("AT+QIOTSTATE?", "+QIOTSTATE: 99").records
    scene = dossier(records, "", 0).scenes["SOTA-CMD-STATE-001"]
    assert _diverging(scene).text == "+QIOTSTATE: 99"


def test_memory_does_not_grow_with_the_log() -> None:
    bench = LogBuilder().proved()
    for number in range(400):
        bench.ask(f'AT+QIOTMCUVER="A","{number}"').ask("AT+QIOTSTATE?", f"+QIOTSTATE: {number}")
    scene = _scenes(bench.end())["SOTA-CMD-STATE-001"]
    assert len(scene.steps) < 40


def _with_fault(name: str, folder: Path) -> Dossier:
    path = folder / "log"
    path.write_bytes(simulated(f"fault={name}").log)
    return dossier(read_log(path), "", 0)


@pytest.mark.parametrize(
    ("fault", "requirement", "diverging"),
    [
        ("first-piece-starts-at-one", "SOTA-EVT-016", '+QIOTEVT: 7,10703,"STM32",27954,1,27953'),
        ("updating-not-printed", "SOTA-CMD-UPDATE-008", "no message for 30.0 s"),
    ],
)
def test_a_planted_fault_is_where_the_picture_points(
    fault: str, requirement: str, diverging: str, tmp_path: Path
) -> None:
    run = _with_fault(fault, tmp_path)
    assert _diverging(run.scenes[requirement]).text == diverging
    for name, verdict in run.judgement.requirements.items():
        drawn = verdict.outcome.value in {"fail", "warning"}
        assert not drawn or name in run.scenes


def test_scenes_are_values() -> None:
    bench = LogBuilder().proved().ask("AT+QIOTSTATE?", "+QIOTSTATE: 99").end()
    again = [msgspec.structs.replace(r) for r in bench.records]
    assert _scenes(bench) == dossier(again, "", 0).scenes
