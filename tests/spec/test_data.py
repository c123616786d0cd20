"""What the specification's data must hold as a whole."""

import re
from collections import Counter
from pathlib import Path

import pytest

from atverdict.spec.clause import resolve_clause
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Machine, Need, Requirement, Role, Source, Strength

SPECIFICATION = load_specification()
MACHINES = (SPECIFICATION.connection, SPECIFICATION.ota)
FROZEN = Path(__file__).parents[1] / "data" / "requirement_ids.txt"
TEN_PAGES = 10


def test_the_requirements_are_counted() -> None:
    requirements = SPECIFICATION.requirements.values()
    assert Counter(r.strength for r in requirements) == {
        Strength.SHALL: 145,
        Strength.SHOULD: 71,
        Strength.MAY: 7,
    }
    assert Counter(r.role for r in requirements) == {Role.MODULE: 198, Role.HOST: 25}
    assert {r.area for r in requirements if r.role is Role.HOST} == {"HST", "TIM"}


def test_no_requirement_id_ever_disappears_or_moves() -> None:
    frozen = FROZEN.read_text(encoding="utf-8").split()
    assert list(SPECIFICATION.requirements) == frozen


def test_the_numbers_of_an_area_have_no_gap() -> None:
    for area in SPECIFICATION.areas:
        numbers = [int(i[-3:]) for i, r in SPECIFICATION.requirements.items() if r.area == area]
        assert numbers == list(range(1, len(numbers) + 1)), area


@pytest.mark.parametrize("requirement", SPECIFICATION.requirements.values(), ids=lambda r: r.id)
def test_a_requirement_reads_as_sentences_in_both_languages(requirement: Requirement) -> None:
    assert requirement.text.endswith(".")
    assert requirement.text_zh.endswith("。")
    assert re.search("[\u4e00-\u9fff]", requirement.text_zh)
    assert not re.search("[\u4e00-\u9fff]", requirement.text)
    assert requirement.text.count("`") % 2 == 0
    assert requirement.text_zh.count("`") % 2 == 0


@pytest.mark.parametrize(
    "requirement",
    [r for r in SPECIFICATION.requirements.values() if r.strength is Strength.SHALL],
    ids=lambda r: r.id,
)
def test_a_shall_rests_on_more_than_observation(requirement: Requirement) -> None:
    resolved = [resolve_clause(SPECIFICATION, text) for text in requirement.sources]
    assert any(not isinstance(item, Source) or item.binding for item in resolved)


def test_only_a_should_depends_on_the_profile() -> None:
    for requirement in SPECIFICATION.requirements.values():
        if requirement.mandatory_in:
            assert requirement.strength is Strength.SHOULD, requirement.id


def test_only_what_binds_the_suite_itself_is_unobservable() -> None:
    unobservable = {i for i, r in SPECIFICATION.requirements.items() if r.unobservable}
    assert unobservable == {"SOTA-ROB-008"}


def test_every_need_is_some_requirements_need() -> None:
    assert {need for r in SPECIFICATION.requirements.values() for need in r.needs} == set(Need)


def test_every_erratum_is_there_and_touches_something_unless_ignored() -> None:
    assert list(SPECIFICATION.errata) == [f"E-{number:02}" for number in range(1, 47)]
    untouched = {i for i, e in SPECIFICATION.errata.items() if not e.requirements}
    assert untouched == {"E-28", "E-34", "E-36"}


def test_the_commands_of_the_flow_are_there() -> None:
    assert set(SPECIFICATION.commands) == {
        "QIOTCFG",
        "QIOTREG",
        "QIOTSTATE",
        "QIOTMCUVER",
        "QIOTINFO",
        "QIOTOTAREQ",
        "QIOTUPDATE",
        "QIOTOTARD",
    }
    assert {c.max_response_time_s for c in SPECIFICATION.commands.values()} == {0.3}
    assert {n for n, c in SPECIFICATION.commands.items() if c.keywords} == {"QIOTCFG"}
    assert len(SPECIFICATION.commands["QIOTCFG"].keywords) == 11


@pytest.mark.parametrize(
    ("pair", "absent"),
    [
        ((7, 10700), set()),
        ((1, 10421), {"cellular-2022-zh", "cellular-2022-en", "wifi-2022-zh", "wifi-2022-en",
                      "nb-2022-zh", "nb-2022-en"}),
        ((2, 10434), {"cellular-2022-en", "wifi-2022-en"}),
        ((2, 10477), {"cellular-2022-en", "wifi-2022-en", "nb-2022-en"}),
        ((4, 10230), {"cellular-2022-en", "wifi-2022-en", "nb-2022-en"}),
        ((4, 10400), {"cellular-2022-zh", "cellular-2022-en", "wifi-2022-zh", "wifi-2022-en"}),
        ((9, 10200), {"cellular-2022-zh", "cellular-2022-en", "wifi-2022-zh", "wifi-2022-en"}),
    ],
)  # fmt: skip
def test_an_event_is_missing_in_these_pages(pair: tuple[int, int], absent: set[str]) -> None:
    pages = set(SPECIFICATION.event_editions)
    assert len(pages) == TEN_PAGES
    assert pages - set(SPECIFICATION.events[pair].editions) == absent


@pytest.mark.parametrize(
    ("pair", "present"),
    [
        ((7, 10708), {"cellular-2025-zh", "cellular-2025-en"}),
        ((2, 10441), {"cellular-2025-zh", "cellular-2025-en", "nb-2025-en"}),
        ((9, 10300), {"nb-2022-zh", "cellular-2025-zh", "nb-2025-zh"}),
        ((4, 10240), {"cellular-2022-zh", "wifi-2022-zh", "cellular-2025-zh", "cellular-2025-en",
                      "nb-2025-zh", "nb-2025-en"}),
    ],
)  # fmt: skip
def test_an_event_stands_in_these_pages_only(pair: tuple[int, int], present: set[str]) -> None:
    assert set(SPECIFICATION.events[pair].editions) == present


def test_the_ota_events_have_their_fields() -> None:
    def fields(code: int) -> str:
        return ",".join(p.name for p in SPECIFICATION.events[7, code].parameters)

    assert len(SPECIFICATION.events[7, 10700].parameters) == 6
    assert fields(10701) == "componentNo,length,MD5,CRC,SHA256"
    assert fields(10703) == "componentNo,length,startaddr,piece_length"
    assert [fields(code) for code in (10702, 10704, 10705, 10706)] == [""] * 4
    assert {code for type_, code in SPECIFICATION.events if type_ == 7} == set(range(10700, 10709))


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_every_state_can_be_reached_and_left(machine: Machine) -> None:
    reached = {machine.initial}
    while True:
        further = {row.target for row in machine.transitions if row.source in reached}
        if further <= reached:
            break
        reached |= further
    assert reached == set(machine.states)
    assert {r.source for r in machine.transitions if r.source != r.target} == set(machine.states)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_an_input_without_a_guard_has_one_row(machine: Machine) -> None:
    rows = Counter((row.source, row.input) for row in machine.transitions)
    for row in machine.transitions:
        assert row.guard or rows[row.source, row.input] == 1, row.id


def test_the_reference_upgrade_is_settled_step_by_step() -> None:
    state = SPECIFICATION.ota.initial
    for input_, guard in (
        ("AT+QIOTOTAREQ=1", "connected"),
        ("plan arrives", "matches device, component and version"),
        ("AT+QIOTUPDATE=1", ""),
        ("download address arrives", "complete and valid"),
        ("octets arrive", ""),
        ("piece complete", "startaddr + piece_length = length"),
        ("AT+QIOTOTARD=<start>,<length>", "start inside the piece, length above 0"),
        ("AT+QIOTUPDATE=3", ""),
        (
            'AT+QIOTMCUVER="<component>","<version>"',
            "component of the plan, version = target",
        ),
        ("end of the plan", ""),
    ):
        rows = [
            row
            for row in SPECIFICATION.ota.transitions
            if (row.source, row.input, row.guard) == (state, input_, guard)
        ]
        assert [row.settled for row in rows] == [True], (state, input_)
        state = rows[0].target
    assert state == SPECIFICATION.ota.initial


@pytest.mark.parametrize("name", [*SPECIFICATION.profiles, *SPECIFICATION.overlays])
def test_every_profile_loads_alone_and_with_the_overlays(name: str) -> None:
    profile = SPECIFICATION.profile(name)
    assert profile.line in {"cellular", "nb", "wifi"}
    assert not profile.overlay
    both = SPECIFICATION.profile(f"{name}+sdk29+tool")
    assert {"sdk29", "tool"} <= set(both.keys)
    assert both.event_editions == profile.event_editions


def test_an_overlay_alone_is_added_to_the_default_profile() -> None:
    assert SPECIFICATION.profile("sdk29") == SPECIFICATION.profile("cellular-2025+sdk29")
    assert SPECIFICATION.profile("tool+sdk29").name == "cellular-2025+tool+sdk29"


@pytest.mark.parametrize(
    ("name", "unknown"), [("nosuch", "nosuch"), ("cellular-2025+nosuch", "nosuch")]
)
def test_an_unknown_profile_names_the_unknown_part(name: str, unknown: str) -> None:
    with pytest.raises(KeyError, match=f"^'{unknown}'$"):
        SPECIFICATION.profile(name)


def test_a_key_makes_a_should_mandatory() -> None:
    requirement = SPECIFICATION.requirements["SOTA-SEQ-010"]
    assert not SPECIFICATION.mandatory(requirement, SPECIFICATION.profile("cellular-2025"))
    assert not SPECIFICATION.mandatory(requirement, SPECIFICATION.profile("tool"))
    assert SPECIFICATION.mandatory(requirement, SPECIFICATION.profile("sdk29"))


def test_only_the_2022_profiles_read_while_updating() -> None:
    early = {n for n, p in SPECIFICATION.profiles.items() if p.updating_before_reading}
    assert early == {"cellular-2022", "nb-2022", "wifi-2022"}
    assert {n for n, p in SPECIFICATION.profiles.items() if p.not_applicable} == early
