"""Every kind of mistake in the data is one sentence that names the file and the key."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from atverdict.spec.loader import (
    SpecificationError,
    load_files,
    load_specification,
    specification_files,
)
from atverdict.spec.model import Specification

FRM = "requirements/frm.toml"
EVERY_INT = 'type = "integer", minimum = 0, maximum = 3, values = [0, 1, 2, 3]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the data that may be damaged."""
    source = Path(str(files("atverdict.spec.data")))
    return Path(shutil.copytree(source, tmp_path / "data"))


def damage(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first `old` in a file; it must be there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _loaded(folder: Path) -> Specification:
    return load_files(specification_files(folder))


def complaint(folder: Path) -> str:
    """Return the message of the error that loading gives."""
    with pytest.raises(SpecificationError) as caught:
        _loaded(folder)
    return str(caught.value)


def test_an_undamaged_copy_is_the_specification(folder: Path) -> None:
    assert _loaded(folder) == load_specification()


def test_the_digest_follows_every_octet(folder: Path) -> None:
    damage(folder, "errata.toml", "# Contradictions", "# Contradiction")
    assert _loaded(folder).digest != load_specification().digest


REQUIREMENT_MISTAKES = [
    (FRM, 'area = "FRM"', 'area = "EVT"',
     "area: EVT does not belong into a file of this name"),
    (FRM, "number = 1", "number = 2", "number: 2 stands in two files"),
    (FRM, "number = 1", "", "number: is missing"),
    (FRM, 'title = "', 'heading = "', "heading: is not a known key"),
    (FRM, 'id = "SOTA-FRM-001"', 'id = "SOTA-FRM-1"',
     "SOTA-FRM-1: id: is not of the form SOTA-<AREA>-<three digits>"),
    (FRM, 'id = "SOTA-FRM-001"', 'id = "SOTA-EVT-001"',
     "SOTA-EVT-001: id: does not belong to the area FRM"),
    (FRM, 'id = "SOTA-FRM-002"', 'id = "SOTA-FRM-001"', "SOTA-FRM-001: stands here twice"),
    (FRM, 'id = "SOTA-FRM-001"\n', "", "requirement 1: id: is missing"),
    (FRM, 'strength = "SHALL"', 'strength = "MUST"',
     "SOTA-FRM-001: strength: Invalid enum value 'MUST'"),
    (FRM, 'strength = "SHALL"\n', "",
     "SOTA-FRM-001: Object missing required field `strength`"),
    (FRM, 'strength = "SHALL"', 'strength = "SHALL"\nneeds = ["plan", "plan"]',
     "SOTA-FRM-001: needs: plan stands there twice"),
    (FRM, 'strength = "SHALL"', 'strength = "SHALL"\nneeds = ["luck"]',
     "SOTA-FRM-001: needs[0]: Invalid enum value 'luck'"),
    (FRM, 'strength = "SHALL"', 'strength = "SHALL"\narea = "FRM"',
     "SOTA-FRM-001: area: is given by the file and not by the entry"),
    (FRM, 'strength = "SHALL"', 'strength = "SHALL"\nmandatory_in = ["sdk30"]',
     "SOTA-FRM-001: mandatory_in: sdk30 is a key of no overlay"),
    (FRM, 'strength = "SHALL"', 'strength = "SHALL"\nerrata = ["E-99"]',
     "SOTA-FRM-001: errata: E-99 is not an erratum"),
    (FRM, 'strength = "SHALL"', 'strength = "SHALL"\nerrata = ["E-01"]',
     "SOTA-FRM-001: errata: E-01 does not name SOTA-FRM-001 in errata.toml"),
    (FRM, 'sources = ["D22C/01"]', 'sources = ["D22C/99"]',
     "SOTA-FRM-001: sources: D22C/99 is not a clause of a known source"),
    (FRM, 'sources = ["D22C/01"]', "sources = []", "SOTA-FRM-001: sources: is empty"),
    (FRM, 'observe = "`AT` CR ⇒ `OK`"', 'observe = ""', "SOTA-FRM-001: observe: is empty"),
    (FRM, 'strength = "SHALL"', "strength = SHALL",
     "not a TOML file: Invalid value (at line 8, column 12)"),
]  # fmt: skip

OTHER_MISTAKES = [
    ("errata.toml", 'id = "E-01"', 'id = "E-1"', "E-1: id: is not of the form E-<two digits>"),
    ("errata.toml", 'verdict = "required"', 'verdict = "maybe"',
     "E-01: verdict: maybe is none of required, permitted, profile, inconclusive, ignored, host"),
    ("errata.toml", '"SOTA-CMD-OTARD-003", ', '"SOTA-CMD-OTARD-003", "SOTA-CMD-OTARD-999", ',
     "E-01: requirements: SOTA-CMD-OTARD-999 is not a requirement"),
    ("errata.toml", '"SOTA-CMD-OTARD-003", ', '"SOTA-CMD-OTARD-003", "SOTA-FRM-001", ',
     "E-01: requirements: SOTA-FRM-001 does not name E-01 in its file"),
    ("errata.toml", 'verdict = "ignored"\nunseen', 'verdict = "host"\nunseen',
     "E-28: requirements: is empty, but the verdict is not ignored"),
    ("errata.toml", 'unseen = "It speaks of a picture of the platform\'s page."\n', "",
     "E-28: unseen: is empty, but the verdict is ignored"),
    ("commands.toml", 'clause = "D25C/03"', 'clause = "D25C/99"',
     "QIOTCFG: clause: D25C/99 is not a clause of a known source"),
    ("commands.toml", "max_response_time_s = 0.3", "max_response_time_s = 0",
     "QIOTCFG: max_response_time_s: must be above 0"),
    ("commands.toml", "max_response_time_s = 0.3", 'max_response_time_s = "0.3"',
     "QIOTCFG: max_response_time_s: Expected `float`, got `str`"),
    ("commands.toml", "since = { cellular", "since = { lorawan",
     "QIOTCFG: since: lorawan is not a product line"),
    ("commands.toml", 'errata = ["E-22", "E-29"]', 'errata = ["E-22", "E-92"]',
     "QIOTCFG: errata: E-92 is not an erratum"),
    ("commands.toml", "[command.forms.read]", "[command.forms.reed]",
     "QIOTCFG: forms: must be test, read, write, execute"),
    ("commands.toml", 'responds = "ERROR"', 'responds = "NO CARRIER"',
     "QIOTREG: forms.execute.responds: NO CARRIER is not an answer"),
    ("commands.toml", 'responds = "ERROR"\n', "",
     "QIOTREG: forms.execute: refused: must be given where the form answers ERROR alone"),
    ("commands.toml", 'refused = "SOTA-CMD-REG-009"', 'refused = "SOTA-CMD-REG-099"',
     "QIOTREG: forms.execute: refused: SOTA-CMD-REG-099 is not a requirement"),
    ("commands.toml", EVERY_INT, EVERY_INT.replace("maximum = 3", "maximum = -1"),
     "QIOTUPDATE: forms.write: update_action: minimum: 0 is above the maximum -1"),
    ("commands.toml", EVERY_INT, EVERY_INT.replace("maximum = 3", "maximum = 2"),
     "QIOTUPDATE: forms.write: update_action: values: 3 is out of the range"),
    ("commands.toml", EVERY_INT, EVERY_INT.replace("integer", "number"),
     "QIOTUPDATE: forms.write: update_action: type: number is not a type"),
    ("commands.toml", "max_octets = 64", "max_octets = 0",
     "QIOTMCUVER: forms.write: MCU_version: max_octets: must be at least 1"),
    ("commands.toml", 'profiles = ["cellular-2025"', 'profiles = ["cellular-1925"',
     "QIOTCFG: keyword productinfo: profiles: cellular-1925 is not a profile"),
    ("commands.toml", 'name = "server"', 'name = "productinfo"',
     "QIOTCFG: keyword: productinfo stands here twice"),
    ("events.toml", "type = 1\n", "type = 77\n", "77,10200: type: 77 is none of the types"),
    ("events.toml", "code = 10300", "code = 10200", "1,10200: stands here twice"),
    ("events.toml", 'editions = ["all"]', 'editions = ["some"]',
     "1,10200: editions: some is not an event page"),
    ("events.toml", 'editions = ["all"]', "editions = []", "1,10200: editions: is empty"),
    ("events.toml", 'name = "subDS", type = "string"', 'name = "subDS", type = "text"',
     "1,10200: parameters: text is not a type"),
    ("events.toml", 'name = "data", type', 'name = "length", type',
     "5,10200: parameters: length stands there twice"),
    ("events.toml", '1 = "bootstrap', 'one = "bootstrap', "types: Expected `int`, got `str`"),
    ("flow.toml", 'name = "ota"', 'name = "otb"', "machine: must be connection and ota"),
    ("flow.toml", 'initial = "OFF"', 'initial = "ON"', "connection: initial: ON is not a state"),
    ("flow.toml", 'id = "C-002"', 'id = "C-001"',
     "connection: transition: C-001 stands there twice"),
    ("flow.toml", 'source = "OFF"', 'source = "ON"', "C-001: source: ON is not a state"),
    ("flow.toml", 'target = "CONNECTING"', 'target = "CONNECTED"',
     "C-001: target: CONNECTED is not a state"),
    ("flow.toml", 'mover = "power"', 'mover = "fate"', "C-001: mover: fate is not a mover"),
    ("flow.toml", 'evidence = ["D25C/03"]', 'evidence = ["rumour"]',
     "C-001: evidence: rumour is not a clause of a known source"),
    ("flow.toml", 'evidence = ["D25C/03"]', "evidence = []", "C-001: evidence: is empty"),
    ("flow.toml", 'evidence = ["D25C/03"]', 'evidence = ["SDK29"]',
     "C-001: settled: must be false where it was only observed or inferred"),
    ("flow.toml", 'guard = "stored mode 0 or 1"', 'guard = "stored mode 2"',
     "C-002: guard: C-001 has the same source, input and guard"),
    ("sources.toml", 'tag = "D25N"', 'tag = "D25C"', "D25C: stands here twice"),
    ("profiles/nb-2025.toml", 'name = "nb-2025"', 'name = "nb-2026"',
     "name: nb-2026 does not belong into a file of this name"),
    ("profiles/nb-2025.toml", 'line = "nb"', 'line = "lorawan"',
     "line: lorawan is not a product line"),
    ("profiles/nb-2025.toml", '"nb-2025-zh"', '"nb-2024-zh"',
     "event_editions: nb-2024-zh is not an event page"),
    ("profiles/nb-2025.toml", 'event_editions = ["nb-2025-zh", "nb-2025-en"]', "",
     "event_editions: is empty"),
    ("profiles/nb-2022.toml", "SOTA-SEQ-006", "SOTA-SEQ-066",
     "not_applicable: SOTA-SEQ-066 is not a requirement"),
    ("profiles/sdk29.toml", "read_s = 60.0", "read_s = -60.0", "timers: read_s must be above 0"),
    ("profiles/sdk29.toml", "overlay = true", "overlaid = true",
     "Object contains unknown field `overlaid`"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "message"), REQUIREMENT_MISTAKES + OTHER_MISTAKES)
def test_a_mistake_is_one_sentence(
    folder: Path, name: str, old: str, new: str, message: str
) -> None:
    damage(folder, name, old, new)
    assert complaint(folder) == f"{name}: {message}"


def test_a_reason_must_be_given_for_what_does_not_apply(folder: Path) -> None:
    path = folder / "profiles" / "nb-2022.toml"
    head = path.read_text(encoding="utf-8").partition("[not_applicable]")[0]
    path.write_text(f'{head}[not_applicable]\nSOTA-SEQ-006 = ""\n', encoding="utf-8")
    expected = "profiles/nb-2022.toml: not_applicable: SOTA-SEQ-006 has no reason"
    assert complaint(folder) == expected


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "flow.toml").write_bytes(b"\xff")
    assert complaint(folder).startswith("flow.toml: not a TOML file: ")


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "flow.toml").unlink()
    assert complaint(folder) == "flow.toml: the file is missing"


def test_a_missing_folder_is_named(folder: Path) -> None:
    shutil.rmtree(folder / "profiles")
    assert complaint(folder) == "profiles: the folder is missing"


def test_the_default_profile_must_be_there(folder: Path) -> None:
    (folder / "profiles" / "cellular-2025.toml").unlink()
    path = folder / "commands.toml"
    text = path.read_text(encoding="utf-8").replace('"cellular-2025", ', "")
    path.write_text(text, encoding="utf-8")
    expected = "profiles/cellular-2025.toml: the file of the default profile is missing"
    assert complaint(folder) == expected
