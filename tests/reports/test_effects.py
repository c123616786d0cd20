"""What follows from a finding: folded under it, in every text that a person reads."""

import re

import pytest
from support.hostile_iuts import run
from support.log_builder import PACKAGE, SIZE, LogBuilder

from atverdict.reports.certificate.certificate import Options, content
from atverdict.reports.dossier import Dossier
from atverdict.reports.formats.markdown import markdown
from atverdict.reports.formats.result import result
from atverdict.reports.formats.show import overview
from atverdict.reports.formats.summary import summary
from atverdict.reports.page.page import page

EFFECTS = ("SOTA-INT-002", "SOTA-INT-003", "SOTA-INT-004")


def _read(bench: LogBuilder, package: bytes) -> LogBuilder:
    for start in range(0, SIZE, 1024):
        bench.block(start, min(1024, SIZE - start), package[start : start + 1024])
    return bench.wait(0.1)


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    """Give a run that goes wrong in its second upgrade, and has a fail of its own before that."""
    bench = LogBuilder().uploaded().proved().ask("AT+QIOTREG?", "+QIOTREG: 3")
    _read(bench.ready(), PACKAGE).ask("AT+QIOTUPDATE=3").event("7,10704").announce("2_0_0")
    wrong = PACKAGE[:1000] + bytes([PACKAGE[1000] ^ 0x21]) + PACKAGE[1001:]
    return run(_read(bench.event("7,10705").wait(0.1).ready(), wrong).end())


def test_the_terminal_has_causes_in_the_order_of_time(dossier: Dossier) -> None:
    text = summary(dossier.judgement)
    assert "Broken: 2, and 2 in consequence\n" in text
    assert re.findall(r"^  (SOTA\S+) \(SHALL\)", text, re.MULTILINE)[:2] == [
        "SOTA-CMD-REG-002",
        "SOTA-INT-006",
    ]
    told = re.findall(r"^    (\S+) follows from it: (.*)$", text, re.MULTILINE)
    assert told == list(zip(EFFECTS, ("broken, too", "broken, too", "cannot be told"), strict=True))
    assert "wrong since the second upgrade" in re.sub(r"\s+", " ", text)


def test_the_page_folds_what_follows(dossier: Dossier) -> None:
    text = page(dossier, {})
    assert "Failed (2, and 2 in consequence)" in text
    cause = text.index('<details class="card fail" id="SOTA-INT-006" open')
    folded = text.index("What follows from it (3)", cause)
    for effect in EFFECTS:
        outcome = "inconclusive" if effect == EFFECTS[-1] else "fail"
        assert text.index(f'<details class="card {outcome}" id="{effect}">', folded)
        assert text.count(f' id="{effect}"') == 1
    assert "Right 1 time before; the last time" in text


def test_the_other_texts_have_the_same_order(dossier: Dossier) -> None:
    assert f"SOTA-INT-006 (SHALL); from it follow {', '.join(EFFECTS)} |" in markdown(
        dossier.judgement
    )
    lines = [line for line, _ in overview(dossier.judgement)]
    cause = next(number for number, line in enumerate(lines) if " SOTA-INT-006 " in line)
    for effect, line in zip(EFFECTS, lines[cause + 1 :], strict=False):
        assert re.match(rf"  (fail|inconclusive) +{effect} ", line)
    told = content(dossier, Options())["findings"]
    assert isinstance(told, list)
    names = [finding["id"] for finding in told]
    assert names[:5] == ["SOTA-CMD-REG-002", "SOTA-INT-006", *EFFECTS]
    assert "Follows from: SOTA-INT-006" in told[2]["report"]


def test_a_program_finds_each_verdict_and_its_cause(dossier: Dossier) -> None:
    requirements = result(dossier.judgement)["requirements"]
    assert isinstance(requirements, dict)
    assert "follows_from" not in requirements["SOTA-INT-006"]
    assert requirements["SOTA-INT-002"]["verdict"] == "fail"
    assert requirements["SOTA-INT-002"]["follows_from"] == "SOTA-INT-006"
    report = requirements["SOTA-INT-006"]["report"]
    assert "Right before, 1 times; the last time:" not in report
    assert "Right once before; the last time:" in report
