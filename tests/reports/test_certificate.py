"""`certificate.pdf`: it claims only what was judged, is harmless, and is the same each time."""

import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import msgspec
import pytest
from support.campaigns import atverdict, simulated
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.log import Header
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.case import mandatory_counts
from atverdict.reports.certificate import typesetting
from atverdict.reports.certificate.certificate import (
    Options,
    content,
    write_certificate,
)
from atverdict.reports.certificate.conformity import status
from atverdict.reports.certificate.identification import NOTHING
from atverdict.reports.certificate.laboratory import load_laboratory
from atverdict.reports.certificate.languages import LANGUAGES, Wording, texts
from atverdict.reports.certificate.typesetting import TypesettingError
from atverdict.reports.dossier import Dossier, dossier, read_dossier
from atverdict.reports.files import CERTIFICATE, LOG
from atverdict.reports.waiver import WaivedRequirement
from atverdict.spec.loader import load_specification

ROOT = Path(__file__).parents[2]
LABORATORY = ROOT / "docs" / "laboratory.toml"
TEMPLATE = (ROOT / "reports" / "certificate" / "certificate.typ").read_text(encoding="utf-8")
HOSTILE = (
    '"]]>\x00\x1b[31m\u202e #panic("x") $x *b _i_ `r @ref <l> \\ // /* ] } #let x = {' + "W" * 300
)
OCTETS = HOSTILE.replace("\u202e", "\xff")
DIGEST = "0123456789abcdef" * 4
SPECIFICATION = load_specification().digest
DIAGRAM = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="3000">'
    '<text x="9" y="20" font-family="DejaVu Sans Mono">AT</text></svg>'
)


ALL = mandatory_counts(LogBuilder().proved().end().judgement()).mandatory
"""The number of mandatory requirements on a module."""


def _as(bench: LogBuilder, **fields: object) -> LogBuilder:
    """Change the header of a log."""
    header = bench.records[0]
    assert isinstance(header, Header)
    known = {"specification": SPECIFICATION}
    bench.records[0] = msgspec.structs.replace(header, **(known | fields))
    return bench


def _dossier(bench: LogBuilder) -> Dossier:
    return dossier(bench.records, DIGEST, 1234)


@cache
def _hostile() -> Dossier:
    bench = LogBuilder().proved().ask("AT+QIOTSTATE?", f"+QIOTSTATE: {OCTETS}")
    bench.ask("AT+QIOTINFO?", f'+QIOTINFO: "sdk_ver","{"9" * 300}"').begin("SOTA-CMD-REG-001")
    bench.done(problem=HOSTILE).end(complete=False, reason=HOSTILE)
    return _dossier(
        _as(
            bench,
            iut={"name": HOSTILE, "firmware": "\ufffe"},
            address=f"sim:{HOSTILE}",
            pixit={HOSTILE: {"key": [HOSTILE, 1], "none": None}},
            pics={"max_length": 512, "not_supported": {"SOTA-EVT-001": HOSTILE}},
            selection=(HOSTILE,),
        )
    )


@cache
def _pdf(language: str = "en") -> bytes:
    return _written(_dossier(_as(LogBuilder().proved().end())), language=language)


def _written(run: Dossier, **options: Any) -> bytes:  # noqa: ANN401 - those of Options
    with TemporaryDirectory() as folder:
        path = Path(folder) / CERTIFICATE
        write_certificate(run, path, Options(**options))
        return path.read_bytes()


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2026-11-23T19:50:01.123456+08:00", b"2026-11-23T11:50:01"),
        ("2026-11-23T19:50:01", b"2026-11-23T19:50:01"),
    ],
)
def test_the_date_of_a_real_clock_is_told_to_the_second(date: str, told: bytes) -> None:
    written = _written(_dossier(_as(LogBuilder().proved().end(), opened_at=date)))
    assert b"<xmp:CreateDate>" + told in written


def test_the_same_log_gives_the_same_octets() -> None:
    again = _written(_dossier(_as(LogBuilder().proved().end())))
    assert again == _pdf()
    assert again.startswith(b"%PDF-1.7")


def test_it_is_an_archive_of_the_date_of_the_run() -> None:
    pdf = _pdf()
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<xmp:CreateDate>2025-01-01T00:00:00" in pdf


def test_a_log_without_a_date_has_a_certificate() -> None:
    bench = _as(LogBuilder().end(complete=False, reason="there is no IUT"), opened_at="")
    assert b"<xmp:CreateDate>1970-01-01T00:00:00" in _written(_dossier(bench))
    shown: dict[str, Any] = content(_dossier(bench), Options())
    assert (["Date of the run"], NOTHING) in shown["environment"]


@pytest.mark.parametrize("language", ["zh", "both"])
def test_chinese_is_set_in_a_chinese_font(language: str) -> None:
    families = [family.replace(" ", "").encode() for family in typesetting.CHINESE]
    assert any(family[:12].lower() in _pdf(language).lower() for family in families)
    assert _pdf(language) != _pdf()


def test_english_needs_no_font_of_the_system(tmp_path: Path) -> None:
    run = _dossier(_as(LogBuilder().proved().end()))
    assert _written(run, fonts=tmp_path) == _pdf()


def test_hostile_text_stays_text() -> None:
    waived = WaivedRequirement("SOTA-CMD-STATE-001", *(HOSTILE for _ in range(4)), date(2026, 1, 1))
    pictures = {"SOTA-CMD-STATE-001": DIAGRAM}
    assert _written(_hostile(), waived=(waived,), pictures=pictures).startswith(b"%PDF")
    with mock.patch.object(typesetting, "json") as json:
        json.dumps.side_effect = RuntimeError
        with pytest.raises(RuntimeError):
            _written(_hostile())
    shown = list(_strings(json.dumps.call_args.args[0]))
    assert all(c.isprintable() or c in "\n\u200b" for text in shown for c in text)
    assert not any(re.search(r"[!-~]{28}", text) for text in shown)
    assert any("<00><1B>[31m<202E> #panic" in text for text in shown)


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for entry in value.values() for text in _strings(entry))
        case list() | tuple():
            yield from (text for entry in value for text in _strings(entry))
        case _:
            pass


def test_endless_text_is_cut() -> None:
    bench = _as(LogBuilder().proved().end(), iut={"name": "A b " * 100_000})
    assert len(_written(_dossier(bench))) < 2 * len(_pdf())


def test_pictures_are_shown_where_they_belong() -> None:
    run = _hostile()
    without = _written(run)
    for name in ("SOTA-CMD-STATE-001", "upgrade"):
        assert len(_written(run, pictures={name: DIAGRAM})) > len(without)
    assert _written(run, pictures={"SOTA-FRM-001": DIAGRAM}) == without


# Fonts


def test_a_folder_without_fonts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TypesettingError, match=r"U\+.*--fonts DIR") as raised:
        _written(_hostile(), language="zh", fonts=tmp_path)
    assert "fonts-noto-cjk" in str(raised.value)
    assert str(tmp_path) in str(raised.value)


def test_a_system_without_a_chinese_font_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "CHINESE", ("No Such Family",))
    with pytest.raises(TypesettingError, match=r"No Such Family.*fonts-noto-cjk.*--fonts DIR"):
        _written(_hostile(), language="zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "character"), [("模组 \U0001f600", "U+1F600"), ("\u0648\u062d", "U+06")]
)
def test_a_character_that_no_font_has_is_an_error(name: str, character: str, language: str) -> None:
    bench = _as(LogBuilder().proved().end(), iut={"name": name})
    with pytest.raises(TypesettingError, match=re.escape(character)):
        _written(_dossier(bench), language=language)


def test_a_name_in_chinese_stands_in_an_english_report() -> None:
    bench = _as(LogBuilder().proved().end(), iut={"name": "移远模组"})
    assert len(_written(_dossier(bench))) > len(_pdf())


# What it says


def _status(judgement: Judgement, language: str = "en", *waived: str) -> str:
    shown = status(judgement, Wording(language), waived)
    return " ".join(text for each in (shown.word, *shown.alerts, *shown.sentences) for text in each)


def _everything(outcome: Outcome = Outcome.PASS, **fields: object) -> Judgement:
    """Return the judgement on a run in which every requirement was judged."""
    bench = _as(LogBuilder().proved().succeeded().end(), **fields)
    judgement = bench.judgement()
    for verdict in judgement.requirements.values():
        verdict.outcome = Outcome.PASS
    judgement.requirements["SOTA-FRM-001"].outcome = outcome
    return judgement


def test_only_who_was_judged_in_whole_is_conformant() -> None:
    text = _status(_everything())
    assert text.startswith(f"PASS Judged: {ALL} of {ALL} mandatory requirements; none of them")
    assert "the implementation is conformant" in text
    assert "Not judged" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "outcome", [Outcome.NOT_TESTED, Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE]
)
def test_nobody_is_conformant_of_whom_something_was_not_judged(
    outcome: Outcome, language: str
) -> None:
    text = _status(_everything(outcome), language)
    for key in ("conforms", "conforms_not"):
        assert not any(each in text for each in Wording(language).say(key))
    assert all(each in text for each in Wording(language).say("no_statement"))
    assert "SOTA-FRM-001" in text
    assert str(ALL - 1) in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"selection": ("SOTA-FRM",)}, "restricted to: SOTA-FRM"),
        ({"selection": ("replay",), "replay": True}, "Stored command lines"),
        ({"specification": "0"}, "another edition of the specification"),
    ],
)
def test_what_restricts_a_run_leaves_conformity_open(fields: dict[str, Any], words: str) -> None:
    text = _status(_everything(**fields))
    assert words in text
    assert "is conformant" not in text
    assert "no statement on the conformity" in text


def test_a_simulator_that_conforms_is_called_a_simulator() -> None:
    text = _status(_everything(transport="sim"))
    assert "A simulator was tested" in text
    assert "is conformant" in text


def test_a_fail_is_said_and_a_waiver_does_not_change_it() -> None:
    text = _status(_everything(Outcome.FAIL), "en", "SOTA-FRM-001", "SOTA-FRM-002")
    assert text.startswith(f"FAIL Judged: {ALL} of {ALL}")
    assert "broken: 1, namely SOTA-FRM-001." in text
    assert "waived: 1, namely SOTA-FRM-001 (section 8)" in text
    assert "does not conform" in text


def test_what_the_profile_leaves_out_is_not_open() -> None:
    judgement = _everything(profile="cellular-2022")
    for name in load_specification().profile("cellular-2022").not_applicable:
        judgement.requirements[name].outcome = Outcome.NOT_APPLICABLE
    text = _status(judgement)
    assert "Not applicable under the profile: 2 mandatory requirements" in text
    assert "is conformant" in text


def test_an_incomplete_run_is_said_first() -> None:
    cut = LogBuilder().proved()
    assert "The run is not complete: the log has no end" in _status(cut.judgement())
    broken = _as(cut.end(complete=False, reason="the port is gone")).judgement()
    text = _status(broken)
    assert text.startswith("INCONCLUSIVE The run is not complete: the port is gone.")
    assert "and 1" in text  # not all that was not judged is named on the first page
    assert "No verdict, because: the port is gone." in text


def test_who_is_no_peer_breaks_nothing() -> None:
    run = _dossier(_as(LogBuilder().ask("AT").silent("AT").end()))
    shown = content(run, Options())
    assert shown["findings"] == []
    assert "did not pass the basic interconnection test" in str(shown["unproved"])
    assert f"Judged: none of the {ALL}" in str(shown["sentences"])


def test_every_requirement_is_accounted_for(tmp_path: Path) -> None:
    ran = simulated("fault=reg-reads-back-zero")
    (tmp_path / LOG).write_bytes(ran.log)
    run = read_dossier(tmp_path / LOG)
    shown: dict[str, Any] = content(run, Options())
    verdicts = {each["id"]: each["outcome"] for each in shown["requirements"]}
    assert verdicts == ran.outcomes()
    assert all(each["evidence"] for each in shown["requirements"])
    open_ = {"inconclusive", "not-tested", "not-applicable"}
    listed = {name for group in shown["not_judged"] for name, _ in group["names"]}
    assert listed == {name for name, verdict in verdicts.items() if verdict in open_}
    for row in (row for area in shown["areas"] for row in area["rows"]):
        assert row["total"] == sum(row["counts"].values())
    assert sum(row["total"] for row in shown["areas"][-1]["rows"]) == len(verdicts)
    first, *_ = shown["findings"]
    assert first["id"] == "SOTA-CMD-REG-005"
    assert "Got: +QIOTREG: 0 / OK (6 times in all; this is the first)" in first["report"]
    assert ("product.key", "p11atv") in shown["pixit"]
    assert not any("secret" in name for name, _ in shown["pixit"])
    assert run.log_sha256 in str(shown["environment"])


def test_the_pics_is_compared() -> None:
    bench = _as(LogBuilder().proved().end(), pics={"reg_values": [0, 1], "max_length": 512})
    shown: dict[str, Any] = content(_dossier(bench), Options())
    claims = {claim["name"][0]: claim for claim in shown["claims"]}
    assert claims["Modes of AT+QIOTREG"]["agreement"] == ["differs"]
    assert claims["Largest block of one read, octets"]["agreement"] == "–"  # noqa: RUF001


# Texts and template


def test_both_languages_say_everything() -> None:
    for key, text in texts().items():
        assert text.keys() == {"en", "zh"}, key
        assert text["en"], key
        assert re.search("[\u4e00-\u9fff]", text["zh"]), key
        fields = [sorted(re.findall(r"\{\w+\}", each)) for each in text.values()]
        assert fields[0] == fields[1], key


def test_every_text_is_used_and_everything_is_shown() -> None:
    code = "".join(
        (ROOT / "reports" / "certificate" / f"{name}.py").read_text(encoding="utf-8")
        for name in ("certificate", "conformity", "identification")
    )
    composed = re.compile("verdict_|claim_|pass|fail|warning|inconclusive|not-")
    for key in texts():
        used = re.search(rf'"{key}"|labels\.{key}\b', TEMPLATE + code)
        assert used or composed.match(key), key
    shown = content(_hostile(), Options())
    assert set(re.findall(r"content\.(\w+)", TEMPLATE)) == shown.keys()


# The command line


def _log(folder: Path, bench: LogBuilder) -> None:
    encode = msgspec.json.Encoder().encode
    (folder / "run").mkdir()
    (folder / "run" / LOG).write_bytes(b"".join(encode(r) + b"\n" for r in bench.records))


def test_report_makes_the_certificate(tmp_path: Path) -> None:
    _log(tmp_path, _as(LogBuilder().proved().end()))
    (tmp_path / "laboratory.toml").write_bytes(LABORATORY.read_bytes())
    arguments = ("--only", "certificate", "--laboratory", "laboratory.toml", "--language", "zh")
    ended = atverdict(tmp_path, "report", "run", *arguments)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"run/{CERTIFICATE}\n"
    assert sorted(p.name for p in (tmp_path / "run").iterdir()) == [CERTIFICATE, LOG]


def test_a_run_makes_none(tmp_path: Path) -> None:
    atverdict(tmp_path, "run", "--select", "SOTA-FRM-001")
    assert not (tmp_path / "run" / CERTIFICATE).exists()


def test_without_typst_the_other_reports_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    _log(tmp_path, _as(LogBuilder().proved().end()))
    ended = atverdict(tmp_path, "report", "run")
    assert ended.code == 0
    assert ended.err.count("\n") == 1
    assert "certificate.pdf is left out" in ended.err
    assert "pip install 'atverdict[report]'" in ended.err
    assert (tmp_path / "run" / "result.json").exists()
    assert not (tmp_path / "run" / CERTIFICATE).exists()
    demanded = atverdict(tmp_path, "report", "run", "--only", "certificate")
    assert demanded.code == 3
    assert demanded.err.startswith("Error: Typst is not installed; install it with: pip")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--language", "zh", "--fonts", "empty"), ("U+", "fonts-noto-cjk", "--fonts DIR")),
        (("--fonts", "none"), ("--fonts none", "no such folder")),
        (("--laboratory", "none.toml"), ("none.toml", "No such file")),
        (("--laboratory", "wrong.toml"), ("wrong.toml", "title")),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    arguments: tuple[str, ...], words: tuple[str, ...], tmp_path: Path
) -> None:
    _log(tmp_path, _as(LogBuilder().proved().end()))
    (tmp_path / "empty").mkdir()
    (tmp_path / "wrong.toml").write_text('[laboratory]\ntitle = "X"\n')
    ended = atverdict(tmp_path, "report", "run", "--only", "certificate", *arguments)
    assert ended.code == 3
    assert ended.err.startswith("Error: ")
    assert ended.err.count("\n") == 1
    for word in words:
        assert word in ended.err
    assert not (tmp_path / "run" / CERTIFICATE).exists()


def test_the_laboratory_is_named_and_its_file_too() -> None:
    given = load_laboratory(LABORATORY)
    shown: dict[str, Any] = content(_hostile(), Options(identification=given))
    written = tomllib.loads(LABORATORY.read_text(encoding="utf-8"))
    for text in _strings({name: written[name] for name in ("report", "laboratory", "client")}):
        assert text in str([value for _, value in shown["parties"]]).replace("\\n", "\n")
    assert f"laboratory.toml (SHA-256 {given.sha256})" in str(shown["source"])
    assert shown["signatories"] == [
        ("Test engineer", "A. Example"),
        ("Authorised signatory", ""),
    ]
    assert "No file with laboratory and client was given" in str(
        content(_hostile(), Options())["source"]
    )
