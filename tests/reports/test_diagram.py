"""Sequence diagrams: well-formed, harmless, inside their frame, and the same each time."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.log_builder import PACKAGE, PIECE, START_SHA256, LogBuilder

from atverdict.conformance.evidence.log import Begin, End
from atverdict.reports.dossier import Dossier, dossier
from atverdict.reports.formats.allure import write_allure
from atverdict.reports.scenes.diagram_svg import SIGN, WIDTH, pictures, svg
from atverdict.reports.scenes.diagram_text import diagram_lines
from atverdict.reports.scenes.scene import Scene
from atverdict.reports.text import wrapped

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"]]><script>alert(1)</script><!-- \x00\x1b[31m\x08&amp;\u0085\u00ff'


def _run() -> Dossier:
    """Judge an IUT that is wrong, late, mute and hostile, in a laboratory that acts."""
    bench = LogBuilder(plan_control=True).uploaded().proved().arm()
    bench.control(HOSTILE, plan={"component": HOSTILE})
    bench.add(Begin(bench.now_s, HOSTILE, HOSTILE, ("SOTA-CMD-STATE-001",)))
    bench.ask("AT+QIOTSTATE?", f"+QIOTSTATE: {HOSTILE}").ask("AT+QIOTSTATE?", HOSTILE * 9)
    bench.ask("AT+QIOTREG?", "+QIOTREG: 0", after_s=2.0).silent("AT+QIOTREG?").ask(
        "AT+QIOTNOSUCH"
    ).power_cycle()
    bench.add(End(bench.now_s, HOSTILE)).confirmed()
    bench.events(START_SHA256, *["7,10702"] * 5, PIECE).wait(0.1).block(0, 1024)
    bench.block(1024, 1024, PACKAGE[:1024]).block(2048, 100, header="2048,99")
    bench.ask("AT+QIOTUPDATE=3").events("7,10704", f"7,10706,{HOSTILE}").wait(30)
    bench.expect("SOTA-SEQ-014", 10700, within_s=3.0).listen(3.0)
    return dossier(bench.end().records, "", 0)


def diagram(scene: Scene) -> str:
    return "".join(f"{line}\n" for line, _ in diagram_lines(scene))


@pytest.fixture(scope="module")
def run() -> Dossier:
    return _run()


@pytest.fixture(params=["SOTA-CMD-STATE-001", "SOTA-TIM-001", "SOTA-INT-006", "SOTA-SEQ-014"])
def scene(run: Dossier, request: pytest.FixtureRequest) -> Scene:
    return run.scenes[request.param]


def _texts(picture: str) -> Iterator[tuple[str, float, float]]:
    """Yield each text with where it begins and ends, in the widest font."""
    for element in ET.fromstring(picture).iter(f"{SVG}text"):
        text = element.text or ""
        x, width = float(element.attrib["x"]), len(text) * SIGN
        match element.get("text-anchor"):
            case "end":
                yield text, x - width, x
            case "middle":
                yield text, x - width / 2, x + width / 2
            case _:
                yield text, x, x + width


def test_pictures_are_well_formed_and_hold_no_script(run: Dossier) -> None:
    drawn = pictures(run.scenes)
    assert drawn.keys() == run.scenes.keys()
    assert len(drawn) > 6
    for picture in drawn.values():
        root = ET.fromstring(picture)
        assert root.tag == f"{SVG}svg"
        assert root.attrib["role"] == "img"
        allowed = {"svg", "title", "desc", "style", "rect", "g", "path", "circle", "text"}
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
        assert not any(name.startswith("on") for e in root.iter() for name in e.attrib)
        assert "href" not in picture
        assert "url(" not in picture
        assert "<script" not in picture


def test_no_text_leaves_the_picture(scene: Scene) -> None:
    for text, begins, ends in _texts(svg(scene)):
        assert begins >= 0, text
        assert ends <= WIDTH, text


def test_no_text_covers_another(run: Dossier) -> None:
    for scene in run.scenes.values():
        rows: dict[str, list[tuple[float, float]]] = {}
        picture = svg(scene)
        for element, (_, begins, ends) in zip(
            ET.fromstring(picture).iter(f"{SVG}text"), _texts(picture), strict=True
        ):
            rows.setdefault(element.attrib["y"], []).append((begins, ends))
        for spans in rows.values():
            ordered = sorted(spans)
            assert all(one[1] <= other[0] for one, other in itertools.pairwise(ordered))


def test_expected_stands_beside_what_came(scene: Scene) -> None:
    picture = svg(scene)
    texts = [text for text, _, _ in _texts(picture)]
    assert any(text.startswith("First divergence") for text in texts)
    assert "expected" in texts
    assert "came" in texts
    assert scene.divergence is not None
    told = "".join(texts).replace(" ", "")
    assert scene.divergence.expected.replace(" ", "")[:60] in told
    assert 'stroke-dasharray="7 4"' in picture  # the broken arrow: not by colour alone


def test_where_nothing_was_due_no_arrow_is() -> None:
    bench = LogBuilder().proved().offered().ask("AT+QIOTUPDATE=0").event(START_SHA256).end()
    scene = dossier(bench.records, "", 0).scenes["SOTA-CMD-UPDATE-005"]
    picture = svg(scene)
    assert "nothing after the refusal" in picture
    assert 'stroke-dasharray="7 4"' not in picture
    assert "<- " not in diagram(scene)


def test_folded_steps_say_how_many_and_until_when(run: Dossier) -> None:
    scene = run.scenes["SOTA-INT-006"]
    assert "+QIOTEVT: 7,10702  \u00d7 5" in [text for text, _, _ in _texts(svg(scene))]
    assert "+QIOTEVT: 7,10702  x 5, to " in diagram(scene)


def test_the_text_fits_a_terminal_and_points_at_the_divergence(run: Dossier) -> None:
    for scene in run.scenes.values():
        lines = diagram(scene).splitlines()
        assert max(map(len, lines)) <= 80
        assert all(line.isprintable() for line in lines)
        if scene.divergence is not None:
            marked = [n for n, line in enumerate(lines) if "FIRST DIVERGENCE" in line]
            came = [n for n, line in enumerate(lines) if line.startswith("X")]
            due = [n for n, line in enumerate(lines) if line.lstrip().startswith("expected ")]
            assert marked[0] < due[0] < came[0]


def test_diagrams_are_the_same_again(run: Dossier) -> None:
    again = _run()
    assert pictures(run.scenes) == pictures(again.scenes)
    assert [diagram(s) for s in run.scenes.values()] == [diagram(s) for s in again.scenes.values()]


def test_allure_has_the_picture(run: Dossier, tmp_path: Path) -> None:
    write_allure(run, tmp_path)
    drawn = {path.read_text(encoding="utf-8") for path in tmp_path.glob("*.svg")}
    assert drawn == {svg(s) for name, s in run.scenes.items() if name != "upgrade"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [""]),
        ("AT", ["AT"]),
        ("a blanks in it", ["a blanks", "in it"]),
        ("0123456789abcdef", ["0123456789", "abcdef"]),
        ("x " + "y" * 12, ["x yyyyyyyy", "yyyy"]),
        ("one two three four five six", ["one two", "three four", "five six"]),
        ("z" * 40, ["zzzzzzzzzz", "zzzzzzzzzz", "zzzzzz ..."]),
    ],
)
def test_texts_are_cut_to_fit(text: str, expected: list[str]) -> None:
    assert wrapped(text, 10, 3) == expected
