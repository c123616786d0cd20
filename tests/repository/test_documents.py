"""Documents that name files: each of these files is there."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATH = re.compile(r"`((?:\.?\w[\w.-]*/)+(?:[\w.-]+)?)`")
"""A path with a slash, between backticks."""
ROW = re.compile(r"\| (?P<word>[^|]+) \| (?P<meaning>[^|]+) \| `(?P<path>[^`]+)` \|")
LONGEST_LINE = 140


def _tracked() -> set[str]:
    """Return what git tracks or would track: the files, and their folders with a slash behind."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    files = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    return files | {f"{folder}/" for name in files for folder in Path(name).parents}


DOCUMENTS = ("docs/architecture.md", "docs/changing.md", "docs/words.md")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_in_a_document_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = PATH.findall(text)
    assert named
    assert not set(named) - _tracked()


def test_every_word_is_explained_in_a_line_and_has_a_place() -> None:
    tracked = _tracked()
    lines = (ROOT / "docs" / "words.md").read_text(encoding="utf-8").splitlines()
    rows = [x for x in lines if x.startswith("|") and not x.startswith(("|---", "| word |"))]
    words = []
    for line in rows:
        row = ROW.fullmatch(line)
        assert row is not None, line
        assert row["path"] in tracked, line
        assert len(row["meaning"]) <= LONGEST_LINE, line
        words.append(row["word"])
    assert len(words) > 100
    assert len(words) == len(set(words))
