"""The chapters say what the data say."""

from pathlib import Path

import pytest
from support.chapters import CHAPTERS, PART, parts, refresh, refreshed

from atverdict.spec.loader import load_specification

FILES = sorted(CHAPTERS.glob("*.md"))
SPECIFICATION = load_specification()


def test_there_are_chapters() -> None:
    assert len(FILES) == 12


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_chapter_is_up_to_date(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    hint = f"{path.name} is out of date: run tests/support/chapters.py"
    assert refreshed(SPECIFICATION, text) == text, hint


def test_every_generated_part_has_its_place() -> None:
    placed = [m["name"] for path in FILES for m in PART.finditer(path.read_text(encoding="utf-8"))]
    assert sorted(placed) == sorted(parts(SPECIFICATION))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_marker_is_closed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    count = len(PART.findall(text))
    assert text.count("<!-- generated:") == text.count("<!-- end -->") == count


def test_an_outdated_part_is_made_anew_and_the_rest_is_kept() -> None:
    text = "before\n\n<!-- generated: timers -->\nold\n<!-- end -->\n\nafter\n"
    new = refreshed(SPECIFICATION, text)
    assert new.startswith("before\n\n<!-- generated: timers -->\n\n| Overlay | Timer | Seconds |\n")
    assert "| sdk29 | read_s | 60 |" in new
    assert "old" not in new
    assert new.endswith("<!-- end -->\n\nafter\n")


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(KeyError, match="nosuch"):
        refreshed(SPECIFICATION, "<!-- generated: nosuch -->\n<!-- end -->\n")


def test_a_table_keeps_its_columns() -> None:
    for name, make in parts(SPECIFICATION).items():
        if name.endswith("diagram"):
            continue
        widths = {line.replace(r"\|", "").count("|") for line in make().splitlines()}
        assert len(widths) == 1, name


def test_the_writer_touches_only_what_is_out_of_date(tmp_path: Path) -> None:
    for path in FILES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    stale = tmp_path / "09-timing.md"
    stale.write_text(stale.read_text(encoding="utf-8").replace("1200", "7"), encoding="utf-8")
    refresh(tmp_path)
    assert [(tmp_path / p.name).read_bytes() for p in FILES] == [p.read_bytes() for p in FILES]
