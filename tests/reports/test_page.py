"""`report.html`: whole, self-contained, harmless, and it shows what was not judged."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from support.hostile_iuts import MARKUP, named, run
from support.log_builder import PACKAGE, LogBuilder

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.reports.page.page import page
from atverdict.reports.scenes.collector import UPGRADE

EMPTY = {"br", "input", "meta"}


class _Reader(HTMLParser):
    """Reads a page as a tree must be read: every element that begins also ends."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside == "script":
            self.scripts.append(data)
        elif inside != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return " ".join(" ".join(self.words).split())

    def having(self, name: str) -> list[str]:
        """Return the values of an attribute."""
        return [
            value or "" for _, found in self.elements for key, value in found.items() if key == name
        ]


def _page(bench: LogBuilder, **pictures: str) -> str:
    return page(run(bench), pictures)


def _broken() -> LogBuilder:
    return LogBuilder().proved().ask("AT+QIOTREG=1").ask("AT+QIOTREG?", "+QIOTREG: 0").end()


@pytest.fixture(scope="module")
def whole() -> str:
    bench = LogBuilder(plan_control=True, baudrate=115200).proved().arm().uploaded()
    return _page(bench.succeeded().ask("AT+QIOTREG?", "+QIOTREG: 0").end())


def test_nothing_is_loaded_or_sent(whole: str) -> None:
    reader = _Reader(whole)
    assert not {"link", "img", "iframe", "object", "embed", "base"} & {
        t for t, _ in reader.elements
    }
    assert not reader.having("src")
    assert all(target.startswith("#") for target in reader.having("href"))
    assert "url(" not in whole
    assert "@import" not in whole
    assert not re.search(r"https?://", whole)


def test_the_policy_lets_the_page_s_own_script_run_and_no_other(whole: str) -> None:
    reader = _Reader(whole)
    (script,) = reader.scripts
    (policy,) = (v for v in reader.having("content") if "default-src" in v)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == f"'sha256-{digest}'"
    assert directives["form-action"] == directives["base-uri"] == "'none'"
    assert not [name for _, found in reader.elements for name in found if name.startswith("on")]


def test_the_page_can_be_found_through(whole: str) -> None:
    reader = _Reader(whole)
    names = [name for name, _ in reader.elements]
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert names.count(landmark) == 1, landmark
    levels = [int(name[1]) for name in names if re.fullmatch("h[1-6]", name)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    identifiers = reader.having("id")
    assert len(identifiers) == len(set(identifiers))
    assert {target[1:] for target in reader.having("href")} <= set(identifiers)
    assert set(reader.having("aria-labelledby")) <= set(identifiers)
    assert reader.elements[0] == ("html", {"lang": "en"})
    first = next(found for name, found in reader.elements if name == "a")
    assert first["href"] == "#main"
    for name, found in reader.elements:
        if name == "svg":
            assert found["aria-label"]
        if name == "th":
            assert found["scope"] in {"row", "col", "rowgroup"}


def test_what_is_wrong_stands_before_everything_else() -> None:
    text = _page(_broken().ask("AT+QIOTNOSUCH"))
    places = [
        text.index(f'<section id="{name}"')
        for name in ("failed", "warnings", "not-tested", "identification", "requirements", "matrix")
    ]
    assert places == sorted(places)


def test_a_fail_is_told_with_all_that_leads_to_its_cause() -> None:
    text = _Reader(_page(_broken())).text
    card = text[text.index("Failed (1)") : text.index("Not tested (")]
    for part in (
        "SOTA-CMD-REG-005",
        "After a successful write the read form returns the written mode.",
        "Expected +QIOTREG: 1, as written, to AT+QIOTREG?",
        "Got +QIOTREG: 0 / OK",
        "Seen once, at",
        "+QIOTREG: 0<CR><LF> 2b 51 49 4f 54 52 45 47 3a 20 30 0d 0a",
        "upgrade no plan",
        "AT+QIOTREG=1<CR> AT+QIOTREG?<CR>",
        "Repeat: atverdict run --iut bench --pixit FILE --select SOTA-CMD-REG-005",
        "By D25C/03",
    ):
        assert part in card, part


def test_the_direction_is_that_of_the_log_and_not_guessed() -> None:
    bench = LogBuilder().proved().ask("ATE1").ask("AT+QIOTREG=1", echo=True)
    text = _page(bench.ask("AT+QIOTREG?", "+QIOTREG: 0", echo=True).end())
    rows = re.findall(r'<tr class="(sent|came)[^"]*">.*?<td><code>(AT.*?)</code>', text)
    assert ("sent", "AT+QIOTREG?&lt;CR&gt;") in rows
    assert ("came", "AT+QIOTREG?&lt;CR&gt;") in rows


def test_the_first_octet_that_differs_is_marked() -> None:
    bench = LogBuilder().proved().uploaded().ready()
    octets = bytearray(PACKAGE[:1024])
    octets[300] ^= 0xFF
    text = _page(bench.block(0, 1024, bytes(octets)).end())
    assert "First diverging octet: offset 300" in text
    assert f"<mark>{PACKAGE[300]:02X}</mark>" in text
    assert f"<mark>{octets[300]:02X}</mark>" in text


def test_fails_stand_in_the_order_in_which_they_were_seen() -> None:
    bench = LogBuilder().proved().ask("AT+QIOTREG=1").ask("AT+QIOTREG?", "+QIOTREG: 0")
    bench.ask("AT+QIOTSTATE?", "+QIOTSTATE: 99").silent("AT").end()
    judgement = run(bench).judgement
    failed = [v for v in judgement.requirements.values() if v.outcome is Outcome.FAIL]
    assert len(failed) >= 3
    cards = re.findall(r'<details class="card fail" id="(.*?)"', _page(bench))
    seen = [v.requirement.id for v in sorted(failed, key=lambda v: v.moments[0].item)]
    assert sorted(cards) == sorted(seen)
    causes = [v.requirement.id for v in judgement.causes(Outcome.FAIL)]
    assert causes == [name for name in seen if not judgement.requirements[name].follows]
    assert [name for name in cards if name in causes] == causes


def test_what_was_not_judged_is_never_hidden(whole: str) -> None:
    judgement = run(LogBuilder().proved().end()).judgement
    text = _Reader(_page(LogBuilder().proved().end())).text
    mandatory = [v for v in judgement.requirements.values() if v.mandatory]
    open_ = sum(1 for v in mandatory if not v.judged)
    assert f"{open_} of {len(mandatory)} mandatory requirements were not judged." in text
    for verdict in judgement.requirements.values():
        if verdict.outcome is Outcome.NOT_TESTED:
            assert verdict.reason in text or verdict.reason.capitalize() in text
    reader = _Reader(whole)
    rows = [found for name, found in reader.elements if name == "tr" and "data-verdict" in found]
    assert len(rows) == len(judgement.requirements)
    assert not any("hidden" in found for found in rows)


def test_without_scripts_everything_is_there_and_no_form_that_does_nothing(whole: str) -> None:
    hidden = [name for name, found in _Reader(whole).elements if "hidden" in found]
    assert hidden == ["form"]


def test_an_incomplete_run_says_so_at_the_top() -> None:
    bench = LogBuilder().proved().end(complete=False, reason="Ctrl-C was pressed")
    reader = _Reader(_page(bench))
    assert (
        "This run is not complete. Ctrl-C was pressed." in reader.text.split("What was tested")[0]
    )
    cut = _Reader(_page(LogBuilder().proved()))
    assert "the log has no end: the run was cut off" in cut.text.split("What was tested")[0]


def test_a_peer_that_is_no_iut_is_told_in_one_group() -> None:
    text = _page(LogBuilder().silent("AT").silent("AT").end())
    assert text.count('class="group inconclusive"') == 1
    assert 'class="card' not in text
    assert "The peer did not pass the basic interconnection test" in _Reader(text).text


def test_what_an_iut_says_stays_text() -> None:
    text = page(named(f"\"'{MARKUP}\x00\u202e\u0085&amp;</style>-->"), {})
    reader = _Reader(text)
    assert [name for name, _ in reader.elements].count("script") == 1
    assert MARKUP not in text
    assert MARKUP in reader.text
    assert "<U+202E>" in reader.text
    assert all(character == "\n" or character.isprintable() for character in text)


def test_pixit_and_pics_are_shown_as_used_and_as_seen(whole: str) -> None:
    text = _Reader(page(named("STM32-x"), {})).text
    assert "plan.component STM32-x" in text
    assert "sdk_version STM32-x not told cannot be told" in text
    assert "not supported: STM32-x STM32-x taken as declared" in text
    assert "max_length" in _Reader(whole).text
    assert "d" * 64 in text


def test_pictures_are_put_in_as_they_are() -> None:
    picture = '<svg viewBox="0 0 760 9" aria-label="x"><path d="M0 0"></path></svg>'
    text = page(run(_broken()), {"SOTA-CMD-REG-005": picture})
    assert text.count(picture) == 1
    shown = page(run(LogBuilder().proved().succeeded().end()), {UPGRADE: picture})
    assert shown.index(picture) > shown.index('<section id="upgrade"')


def test_the_matrix_has_every_requirement_with_its_evidence() -> None:
    text = _page(_broken())
    matrix = text[text.index('<section id="matrix"') :]
    assert matrix.count("<tr>") == len(run(_broken()).judgement.requirements) + 1
    (row,) = re.findall(r"<tr><th scope=\"row\">SOTA-CMD-REG-005</th>.*?</tr>", matrix)
    cells = _Reader(row).text
    assert "D25C/03 registration." in cells
    assert "\u2717 fail line" in cells


def test_the_same_log_gives_the_same_page() -> None:
    assert _page(_broken()) == _page(_broken())


def test_a_suite_error_is_no_verdict_on_the_iut() -> None:
    shown = run(_broken())
    shown.judgement.suite_error = "ValueError: x"
    assert "The suite itself failed. ValueError: x." in _Reader(page(shown, {})).text
