"""The specification as plain text fits a terminal and leaves nothing out."""

import pytest

from atverdict.spec.layout import COLUMNS, columns, entry, shortened, wrapped
from atverdict.spec.loader import load_specification
from atverdict.spec.render import render_item, render_list

SPECIFICATION = load_specification()
ITEMS = [
    *SPECIFICATION.requirements,
    *SPECIFICATION.commands,
    *(f"{type_},{code}" for type_, code in SPECIFICATION.events),
    *SPECIFICATION.errata,
    *SPECIFICATION.profiles,
    *SPECIFICATION.overlays,
    "cellular-2022+sdk29",
    "connection",
    "ota",
]


def test_the_list_names_every_item() -> None:
    named = {line.split()[0] for line in render_list(SPECIFICATION).splitlines() if line}
    assert set(ITEMS) - {"cellular-2022+sdk29"} <= named


def test_the_list_fits_the_terminal() -> None:
    text = render_list(SPECIFICATION)
    assert text.endswith("\n")
    assert not text.startswith("\n")
    assert max(map(columns, text.splitlines())) <= COLUMNS


@pytest.mark.parametrize("identifier", ITEMS)
def test_an_item_fits_the_terminal(identifier: str) -> None:
    text = render_item(SPECIFICATION, identifier)
    assert text.endswith("\n")
    assert max(map(columns, text.splitlines())) <= COLUMNS
    assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("identifier", SPECIFICATION.requirements)
def test_a_requirement_is_shown_in_full(identifier: str) -> None:
    requirement = SPECIFICATION.requirements[identifier]
    text = "".join(render_item(SPECIFICATION, identifier).split())
    for part in (requirement.text, requirement.text_zh, requirement.observe, *requirement.sources):
        assert "".join(part.split()) in text


def test_an_event_is_shown_with_its_fields() -> None:
    text = render_item(SPECIFICATION, "7,10700")
    assert text.startswith("+QIOTEVT: 7,10700  OTA: there is an upgrade plan\n")
    assert "<minSignalIntensity>" in text
    assert "nb-2022-en" in text


def test_a_command_is_found_with_and_without_its_prefix() -> None:
    text = render_item(SPECIFICATION, "QIOTMCUVER")
    assert text == render_item(SPECIFICATION, "AT+QIOTMCUVER")
    assert "AT+QIOTMCUVER=<MCU_number>[,<MCU_version>]\n" in text
    assert "at most 32 octets" in text


def test_a_machine_shows_every_row() -> None:
    text = render_item(SPECIFICATION, "ota")
    assert [row.id for row in SPECIFICATION.ota.transitions if f"  {row.id} " not in text] == []
    assert "-> UPDATING, host: SEED 3.8" in text
    assert "-> FAILED, timer (reference only): SDK29" in text


@pytest.mark.parametrize("identifier", ["", "SOTA-FRM-999", "E-99", "7,1", "QIOTNOSUCH", "a+b"])
def test_an_unknown_item_is_refused(identifier: str) -> None:
    with pytest.raises(KeyError) as caught:
        render_item(SPECIFICATION, identifier)
    assert caught.value.args == (identifier,)


def test_wide_characters_take_two_columns() -> None:
    assert columns("a升級") == 5
    assert shortened("升級升級", 5) == "升級…"
    assert shortened("升級", 4) == "升級"


def test_a_line_breaks_before_a_blank_or_around_a_wide_character() -> None:
    assert wrapped("升" * 41) == ["升" * 40, "升"]
    assert wrapped("x" * 40 + " " + "y" * 40, 2) == ["  " + "x" * 40, "  " + "y" * 40]
    assert wrapped("z" * 90) == ["z" * 80, "z" * 10]


def test_a_long_label_stands_on_a_line_of_its_own() -> None:
    assert entry("name", "text", 10) == ["name      text"]
    assert entry("a long name", "text", 10) == ["a long name", "          text"]
