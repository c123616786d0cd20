"""A verdict other than pass reads like a bug report, and the PICS is compared with the IUT."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.campaigns import Ran, atverdict, simulated
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.preparation.pixit import Pics
from atverdict.reports.reason import first_difference, repeat_command, report

CHANGED = "fault=one-octet-changed"


@pytest.fixture(scope="module")
def changed() -> Ran:
    return simulated(CHANGED)


def _report(ran: Ran, identifier: str) -> list[str]:
    return report(ran.judgement.requirements[identifier], ran.judgement).splitlines()


def test_a_report_says_all_of_it(changed: Ran) -> None:
    lines = _report(changed, "SOTA-INT-006")
    assert (
        lines[0]
        == "SOTA-INT-006 (SHALL), broken: Octets equal the uploaded package (plan control)."
    )
    text = "\n".join(lines)
    assert "By: SEED 3.1" in lines
    assert "Expected: " in text
    assert "Got: " in text
    assert "log line" in text
    assert "State of the flow: upgrade: piece ready; connection: online" in lines
    assert "Commands that lead there in upgrade.blocks:" in lines
    commands = lines[lines.index("Commands that lead there in upgrade.blocks:") + 1 : -1]
    assert len(commands) == 6
    assert all(command.startswith("  AT+QIOTOTARD=") for command in commands)
    assert lines[-1] == f"Repeat: atverdict run --iut 'sim:?{CHANGED}' --select SOTA-INT-006"


def test_the_first_diverging_octet_is_named(changed: Ran) -> None:
    lines = _report(changed, "SOTA-INT-006")
    (number,) = (n for n, line in enumerate(lines) if line.startswith("First diverging octet"))
    assert (
        lines[number] == "First diverging octet: offset 544"
    )  # 20000 of the package, by its fault
    due, came = lines[number + 1 : number + 3]
    assert (due[:7], came[:8]) == ("  due: ", "  came: ")
    assert due[7:9] != came[8:10]


def test_an_echo_is_compared_with_what_was_sent() -> None:
    ran = simulated("fault=echo-in-upper-case")
    lines = _report(ran, "SOTA-FRM-009")
    assert "First diverging octet: offset 0" in lines
    assert "  due: 61, in at" in lines
    assert "  came: 41, in AT" in lines


def test_the_command_that_repeats_it_does_repeat_it(changed: Ran, tmp_path: Path) -> None:
    command = _report(changed, "SOTA-INT-006")[-1].partition("atverdict ")[2]
    done = atverdict(tmp_path, *command.replace("'", "").split())
    assert done.code == 1
    assert done.result["requirements"]["SOTA-INT-006"]["verdict"] == "fail"


@pytest.mark.parametrize(
    ("due", "came", "offset"),
    [(b"", b"", None), (b"a", b"a", None), (b"ab", b"aX", 1), (b"ab", b"a", 1), (b"", b"a", 0)],
)
def test_where_octets_diverge(due: bytes, came: bytes, offset: int | None) -> None:
    assert first_difference(due, came) == offset


def test_every_report_has_the_same_text(changed: Ran, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(changed.log)
    done = atverdict(tmp_path, "judge", "log", "--out", "run")
    told = done.result["requirements"]["SOTA-INT-006"]["report"]
    assert told.splitlines() == _report(changed, "SOTA-INT-006")
    root = ET.fromstring((tmp_path / "run" / "junit.xml").read_bytes())
    failures = [element.text for element in root.iter("failure")]
    assert told in failures
    traces = [
        json.loads(path.read_bytes())["statusDetails"].get("trace")
        for path in (tmp_path / "run" / "allure-results").glob("*-result.json")
    ]
    assert told in traces
    assert "Repeat: atverdict run --iut" in done.out


def test_only_what_passed_or_does_not_apply_has_no_report(changed: Ran) -> None:
    for verdict in changed.judgement.requirements.values():
        silent = verdict.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
        assert (report(verdict, changed.judgement) == "") == silent
        if not silent:
            assert verdict.requirement.text in report(verdict, changed.judgement)


def test_what_was_not_tested_says_why_and_repeats_nothing() -> None:
    judgement = LogBuilder().proved().end().judgement()
    lines = report(judgement.requirements["SOTA-EVT-011"], judgement).splitlines()
    assert lines[0].startswith("SOTA-EVT-011 (SHALL), not tested: ")
    assert lines[2].startswith("Reason: no situation arose in this run")
    assert len(lines) == 3


def test_what_binds_the_suite_itself_does_not_apply(changed: Ran) -> None:
    bound = changed.judgement.requirements["SOTA-ROB-008"]
    assert bound.outcome is Outcome.NOT_APPLICABLE
    assert bound.reason.startswith("binds the suite")


def test_a_real_port_needs_its_pixit_to_repeat() -> None:
    judgement = LogBuilder(profile="cellular-2025+sdk29").proved().judgement()
    command = repeat_command(judgement.header, "SOTA-FRM-001")
    assert command == (
        "atverdict run --iut bench --pixit FILE --profile cellular-2025+sdk29 --select SOTA-FRM-001"
    )


# PICS


def _run(folder: Path, pics: str) -> tuple[str, dict[str, dict[str, object]]]:
    (folder / "pics.toml").write_text(pics)
    done = atverdict(folder, "run", "--effort", "quick", "--pics", "pics.toml")
    assert done.code == 0, done.out
    shown: dict[str, dict[str, object]] = done.result["pics"]
    return done.out, shown


def test_what_the_iut_says_is_compared_with_the_pics(tmp_path: Path) -> None:
    out, pics = _run(
        tmp_path,
        "max_length = 512\nupdate_values = [3, 2, 1, 0]\notareq_values = [0]\nmulti_piece = false",
    )
    assert pics["max_length"] == {"declared": 512, "observed": 1024, "match": False}
    assert pics["update_values"]["match"] is True
    assert pics["otareq_values"] == {"declared": [0], "observed": [0, 1], "match": False}
    assert pics["multi_piece"] == {"declared": False, "observed": None, "match": None}
    assert pics["sdk_version"] == {"declared": None, "observed": "2.23.0", "match": None}
    assert "PICS: max_length is declared as 512; the IUT says 1024." in out
    assert out.count("PICS: ") == 2


def test_what_was_declared_is_in_the_log(tmp_path: Path) -> None:
    _run(tmp_path, 'max_length = 512\n[not_supported]\n"SOTA-FRM-015" = "no"\n')
    log = (tmp_path / "run" / "conformance.log.jsonl").read_bytes()
    header = json.loads(log.splitlines()[0])
    assert header["pics"] == {"max_length": 512, "not_supported": {"SOTA-FRM-015": "no"}}


def test_pieces_are_seen(changed: Ran) -> None:
    seen = {claim.name: claim.observed for claim in changed.judgement.pics}
    pieces = changed.judgement.requirements["SOTA-EVT-017"].outcome is Outcome.PASS
    assert seen["multi_piece"] is (True if pieces else None)


def test_nothing_declared_is_nothing_stored() -> None:
    assert Pics().public() == {}
