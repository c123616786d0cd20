"""Bundles that were tampered with, signed by others, or made by another version."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.bundles import changed, contents, forged
from support.campaigns import Finished, atverdict

from atverdict.reports.files import LOG
from atverdict.spec.loader import load_files, load_specification

RESULT = "reports/result.json"
TAMPERED = "SOTA-CMD-REG-001"
OTHER_SUITE = {"suite_sha256": "0" * 64, "suite_version": "0.0.9"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    assert atverdict(folder, "run", "--select", "interconnection").code == 0
    assert atverdict(folder, "bundle", "run").code == 0
    return folder / "run.zip"


def _verified(path: Path, *words: str) -> Finished:
    return atverdict(path.parent, "verify", path.name, *words)


def _edited(bundle: Path, name: str, edit: Callable[[Any], None]) -> bytes:
    """Return a file of the bundle, its JSON changed."""
    content = json.loads(contents(bundle)[name])
    edit(content)
    return json.dumps(content).encode()


def _to_fail(result: dict[str, Any]) -> None:
    result["requirements"][TAMPERED]["verdict"] = "fail"


def test_what_nobody_has_touched_verifies(bundle: Path) -> None:
    done = _verified(bundle)
    assert done.code == 0, done.out
    assert "not signed" in done.out
    assert done.out.splitlines()[-1] == "Verified, but the maker is not known."


def test_the_octets_of_the_zip_do_not_matter(bundle: Path, tmp_path: Path) -> None:
    assert _verified(changed(bundle, tmp_path / "again.zip", {})).code == 0


def test_one_changed_octet_in_the_log(bundle: Path, tmp_path: Path) -> None:
    log = contents(bundle)[LOG]
    index = log.index(b"+QIOTREG: 0")
    other = log[:index] + b"-" + log[index + 1 :]
    done = _verified(changed(bundle, tmp_path / "b.zip", {LOG: other}))
    assert done.code == 1
    assert f"WRONG: {LOG} was changed: its SHA-256 is not the one in manifest.json" in done.out
    assert "result.json says pass of SOTA-" in done.out


def test_every_file_counts(bundle: Path, tmp_path: Path) -> None:
    names = [name for name in contents(bundle) if "allure" not in name and name != "manifest.json"]
    some = [*names[:5], RESULT, "specification/flow.toml"]
    others = {name: contents(bundle)[name] + b" " for name in some}
    done = _verified(changed(bundle, tmp_path / "b.zip", others))
    assert done.code == 1
    for name in some:
        assert f"{name} was changed" in done.out


@pytest.mark.parametrize("name", [LOG, RESULT, "reports/junit.xml", "specification/events.toml"])
def test_a_missing_file(name: str, bundle: Path, tmp_path: Path) -> None:
    done = _verified(changed(bundle, tmp_path / "b.zip", {name: None}))
    assert done.code == 1
    assert f"WRONG: {name} is missing" in done.out
    unlisted = forged(bundle, tmp_path / "f.zip", {})
    listing = json.loads(contents(unlisted)["manifest.json"])
    del listing["files"][name]
    both = {name: None, "manifest.json": json.dumps(listing).encode()}
    assert _verified(changed(bundle, tmp_path / "b.zip", both)).code != 0


def test_an_added_file(bundle: Path, tmp_path: Path) -> None:
    done = _verified(changed(bundle, tmp_path / "b.zip", {"reports/more.txt": b"more"}))
    assert done.code == 1
    assert "WRONG: reports/more.txt was added: manifest.json does not list it" in done.out


def test_a_verdict_edited_in_the_result(bundle: Path, tmp_path: Path) -> None:
    edited = {RESULT: _edited(bundle, RESULT, _to_fail)}
    done = _verified(changed(bundle, tmp_path / "b.zip", edited))
    assert done.code == 1
    sentence = f"WRONG: result.json says fail of {TAMPERED}, and the log says pass"
    assert sentence in done.out
    # The same with a manifest that was edited to fit.
    done = _verified(forged(bundle, tmp_path / "f.zip", edited))
    assert done.code == 1
    assert "was changed" not in done.out
    assert sentence in done.out


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda r: r.update(verdict="fail"), "says fail of the run, and the log says pass"),
        (lambda r: r["requirements"].pop(TAMPERED), f"says nothing of {TAMPERED}"),
        (lambda r: r["requirements"][TAMPERED].update(reason="so"), "has another reason for"),
        (lambda r: r["requirements"].update(X=r["requirements"][TAMPERED]), "something of X"),
        (lambda r: r.update(requirements=[]), "does not have the form of a result"),
        (lambda r: r.update(plans_used=77), f"{RESULT} is not what the suite makes of the log"),
    ],
    ids=range(6),
)
def test_whatever_is_edited_in_the_result(
    edit: Callable[[Any], None], sentence: str, bundle: Path, tmp_path: Path
) -> None:
    done = _verified(forged(bundle, tmp_path / "f.zip", {RESULT: _edited(bundle, RESULT, edit)}))
    assert done.code == 1
    assert sentence in done.out


def test_a_report_that_the_log_does_not_give(bundle: Path, tmp_path: Path) -> None:
    junit = contents(bundle)["reports/junit.xml"].replace(b"atverdict cellular", b"atverdict c")
    others = {"reports/junit.xml": junit, "pixit.json": b"{}\n"}
    done = _verified(forged(bundle, tmp_path / "f.zip", others))
    assert done.code == 1
    for name in others:
        assert f"WRONG: {name} is not what the suite makes of the log" in done.out


def test_an_edited_manifest(bundle: Path, tmp_path: Path) -> None:
    def edit(manifest: dict[str, Any]) -> None:
        manifest["files"][LOG]["sha256"] = "0" * 64

    edited = _edited(bundle, "manifest.json", edit)
    done = _verified(changed(bundle, tmp_path / "b.zip", {"manifest.json": edited}))
    assert done.code == 1
    assert f"{LOG} was changed" in done.out
    done = _verified(forged(bundle, tmp_path / "f.zip", {}, specification_sha256="0" * 64))
    assert done.code == 1
    assert "the specification does not have the digest that the manifest lists" in done.out


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"format": 1}'], ids=range(6)
)
def test_what_has_no_manifest_is_no_bundle(manifest: bytes, bundle: Path, tmp_path: Path) -> None:
    done = _verified(changed(bundle, tmp_path / "b.zip", {"manifest.json": manifest}))
    assert done.code == 3
    assert "manifest.json is not the manifest of a bundle" in done.err
    done = _verified(changed(bundle, tmp_path / "b.zip", {"manifest.json": None}))
    assert (done.code, "there is no manifest.json in it" in done.err) == (3, True)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'{"kind":"header"', b'{"kind":"footer"', "line 1"),
        (b'"profile":"cellular-2025"', b'"profile":"lunar"', "its profile is not one"),
        (b'"opened_at":"', b'"opened_at":"never', "opened_at is no date"),
        (b'"pixit":{', b'"pixit":{"x":' + b"[" * 9000 + b"]" * 9000 + b",", "line 1"),
    ],
    ids=range(4),
)
def test_a_log_that_cannot_be_judged(
    old: bytes, new: bytes, sentence: str, bundle: Path, tmp_path: Path
) -> None:
    log = contents(bundle)[LOG].replace(old, new, 1)
    done = _verified(forged(bundle, tmp_path / "f.zip", {LOG: log}))
    assert done.code == 1
    assert sentence in done.out
    assert str(tmp_path) not in done.out


# Other versions


def _of_another_version(bundle: Path, out: Path, name: str, old: bytes, new: bytes) -> Path:
    """Make a bundle as a suite with another specification would have made it."""
    files = contents(bundle)
    below = "specification/"
    text = files[below + name]
    assert old in text
    files[below + name] = text.replace(old, new, 1)
    carried = {n.removeprefix(below): octets for n, octets in files.items() if n.startswith(below)}
    digest = load_files(carried).digest
    log = files[LOG].replace(load_specification().digest.encode(), digest.encode(), 1)
    changes = {below + name: files[below + name], LOG: log}
    return forged(bundle, out, changes, specification_sha256=digest, **OTHER_SUITE)


def test_another_suite_with_the_same_specification(bundle: Path, tmp_path: Path) -> None:
    junit = {"reports/junit.xml": b"<as-it-was-then/>"}
    done = _verified(forged(bundle, tmp_path / "f.zip", junit, **OTHER_SUITE))
    assert done.code == 0, done.out
    assert "only the result was compared, not the other reports" in done.out
    assert "0.0.9" in done.out


def test_an_older_bundle_is_judged_by_the_specification_it_carries(
    bundle: Path, tmp_path: Path
) -> None:
    name = "profiles/cellular-2025.toml"
    old = b'line = "cellular"'
    same = _of_another_version(bundle, tmp_path / "same.zip", name, old, old + b" # as it was")
    assert _verified(same).code == 0
    # There, one requirement did not apply: the result must say so.
    withdrawn = f'\n[not_applicable]\n"{TAMPERED}" = "not then"\n'.encode()
    text = contents(bundle)[f"specification/{name}"]
    older = _of_another_version(bundle, tmp_path / "older.zip", name, text, text + withdrawn)
    done = _verified(older)
    assert done.code == 1
    assert f"result.json says pass of {TAMPERED}, and the log says not-applicable" in done.out

    def edit(result: dict[str, Any]) -> None:
        result["requirements"][TAMPERED] |= {"verdict": "not-applicable", "reason": "not then"}

    fitting = forged(older, tmp_path / "fits.zip", {RESULT: _edited(bundle, RESULT, edit)})
    done = _verified(fitting)
    assert done.code == 0, done.out


def test_a_log_of_another_specification_than_the_bundle_carries(
    bundle: Path, tmp_path: Path
) -> None:
    log = contents(bundle)[LOG].replace(load_specification().digest.encode(), b"0" * 64, 1)
    done = _verified(forged(bundle, tmp_path / "f.zip", {LOG: log}))
    assert done.code == 1
    assert "the log was made by another specification than the bundle has" in done.out


@pytest.mark.parametrize("octets", [b"x = 1", b"x = " + b"[" * 9000, b"\xff"], ids=range(3))
def test_a_specification_that_this_version_cannot_read(
    octets: bytes, bundle: Path, tmp_path: Path
) -> None:
    done = _verified(forged(bundle, tmp_path / "f.zip", {"specification/commands.toml": octets}))
    assert done.code == 2
    assert "OPEN: The log was not judged again" in done.out
    assert done.out.splitlines()[-1].startswith("Not verified")
