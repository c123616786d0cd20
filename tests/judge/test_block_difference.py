"""Kinds of wrong blocks: what the difference from the package tells about its cause."""

import pytest

from atverdict.conformance.judge.module.block_difference import (
    WrongBlock,
    altered_specials,
    kind_of_difference,
)

PLAIN = bytes(range(0x41, 0x5B)) * 4
"""Octets without a meaning elsewhere, below 0x80."""
BIT, INTEGRITY, ABSOLUTE = "SOTA-CMD-OTARD-009", "SOTA-INT-006", "SOTA-CMD-OTARD-020"


def _kind(block: bytes, package: bytes, start: int = 0, piece_start: int = 0) -> str:
    return kind_of_difference(WrongBlock(block, package, start, piece_start, b"", frozenset()))[0]


def test_an_octet_that_lost_its_eighth_bit_where_all_such_did() -> None:
    package = PLAIN[:50] + b"\xc1" + PLAIN[50:]
    assert _kind(package.replace(b"\xc1", b"\x41"), package) == BIT


def test_an_octet_that_lost_its_eighth_bit_where_others_kept_it_is_one_place() -> None:
    package = PLAIN[:50] + b"\xc1" + PLAIN[50:] + b"\xc2"
    assert _kind(package.replace(b"\xc1", b"\x41"), package) == INTEGRITY


def test_a_plain_octet_that_is_another_is_one_place() -> None:
    assert _kind(PLAIN[:50] + b"!" + PLAIN[51:], PLAIN) == INTEGRITY


def test_octets_from_the_start_of_the_package_count_in_the_piece() -> None:
    package = bytes((i * 7 + i // 64) % 251 + 2 for i in range(2048))
    assert _kind(package[:512], package, start=1024, piece_start=1024) == ABSOLUTE


@pytest.mark.parametrize(
    ("block", "due", "altered"),
    [
        (PLAIN.replace(b"M", b"\x91"), PLAIN, False),
        (PLAIN + b"\n", PLAIN + b"\r", True),
        (b"\x41" + PLAIN, b"\xc1" + PLAIN, True),
        (b"\x42" + PLAIN, b"\xc1" + PLAIN, False),
        (PLAIN, b"\r" + PLAIN, True),
        (b"\r\r" + PLAIN, b"\r" + PLAIN, True),
        (b"!" + PLAIN, b"\r" + PLAIN + PLAIN, False),
        (PLAIN[:8], b"\r" + PLAIN[:8], False),
        (PLAIN[:9], b"\r" + PLAIN[:9], True),
    ],
)
def test_special_octets_are_altered_where_nothing_else_is(
    block: bytes, due: bytes, *, altered: bool
) -> None:
    assert altered_specials(block, due) is altered


PACKAGE = bytes((i * 7 + i // 64) % 251 + 2 for i in range(32768))
"""Any hundred octets of it stand at one place alone."""
HEADER, HEX, FIRST = "SOTA-CMD-OTARD-004", "SOTA-INT-007", "SOTA-CMD-OTARD-008"
SIZES, URC = "SOTA-INT-005", "SOTA-FRM-011"


@pytest.mark.parametrize("unit", [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096])
def test_a_start_may_be_rounded_down_to_any_unit_of_a_memory(unit: int) -> None:
    start, aligned = 4 * unit - 1, 3 * unit
    wrong = WrongBlock(PACKAGE[aligned : aligned + 100], PACKAGE, start, 0, b"")
    requirement, what = kind_of_difference(wrong)
    assert requirement == SIZES
    assert what.endswith(f"from offset {aligned} on: the start is rounded down to {unit}")


@pytest.mark.parametrize("ending", [b"\r\n\r\nOK\r\n", b"\r\nOK\r\n"])
def test_a_block_may_end_with_any_part_of_the_code(ending: bytes) -> None:
    for count in range(1, len(ending) + 1):
        block = PACKAGE[: 100 - count] + ending[:count]
        wrong = WrongBlock(block, PACKAGE, 0, 0, b"")
        assert kind_of_difference(wrong) == (HEADER, f"{count} octets fewer than the header says")


@pytest.mark.parametrize(
    ("block", "hexadecimal"),
    [
        (PACKAGE[:8].hex().encode(), True),
        (PACKAGE[:8].hex(" ").encode(), True),
        (PACKAGE[:8].hex().upper().encode(), True),
        (PACKAGE[3::-1].hex().encode(), True),
        (PACKAGE[:2].hex().encode(), True),
        (PACKAGE[1:9].hex().encode(), False),
        (PACKAGE[:8].hex().encode() + b"!", False),
    ],
)
def test_hex_digits_are_those_of_the_octets(block: bytes, *, hexadecimal: bool) -> None:
    assert (_kind(block, PACKAGE) == HEX) is hexadecimal


def test_every_hex_digit_is_one() -> None:
    package = bytes.fromhex("0123456789abcdef0123456789abcdef")
    digits = b"0123456789abcdefABCDEF \r\n"
    assert set(digits) >= set(package.hex().encode())
    assert _kind(package[:8].hex().encode(), package) == HEX
    assert _kind(b"01234567\r\n89abcd", package) == HEX


@pytest.mark.parametrize(("extra", "told"), [(1, True), (2, True), (3, False), (4, True)])
def test_octets_before_the_data_push_the_last_ones_out(extra: int, *, told: bool) -> None:
    block = b"\x01\x01\x01\x01"[:extra] + PACKAGE[: 40 - extra]
    rest = PACKAGE[40 - extra : 40]
    wrong = WrongBlock(block, PACKAGE, 0, 0, rest)
    assert (kind_of_difference(wrong)[0] == FIRST) is told
    assert kind_of_difference(WrongBlock(block, PACKAGE, 0, 0, b""))[0] != FIRST


@pytest.mark.parametrize("shift", [-2, -1, 1, 2])
def test_a_shifted_block_is_of_another_place(shift: int) -> None:
    requirement, what = kind_of_difference(
        WrongBlock(PACKAGE[500 + shift : 600 + shift], PACKAGE, 500, 0, b"")
    )
    assert (requirement, what) == (INTEGRITY, f"the octets from offset {500 + shift} on")


def test_a_block_of_another_place_is_told_by_enough_octets() -> None:
    at = 700
    block = PACKAGE[at : at + 100]
    assert _kind(block, PACKAGE, 5000) == ABSOLUTE
    assert _kind(block, PACKAGE, at + 100) == INTEGRITY  # the last block once more
    assert _kind(PACKAGE[:100], PACKAGE, 5003) == INTEGRITY  # the first block once more


def test_seven_bits_need_more_than_two_octets() -> None:
    package = b"\xc1\xc2\xc3" + PLAIN
    assert _kind(package.translate(bytes(i & 0x7F for i in range(256))), package) == BIT


@pytest.mark.parametrize(("urc", "inside"), [(b"+AB: 1\r\n", True), (b"?AB: 1\r\n", False)])
def test_a_urc_inside_pushes_the_last_octets_out(urc: bytes, *, inside: bool) -> None:
    block = (PACKAGE[:30] + urc + PACKAGE[30:])[:80]
    assert (_kind(block, PACKAGE) == URC) is inside


def test_an_event_inside_is_one_unless_the_package_spells_it() -> None:
    event = b"+QIOTEVT: 7,10702"
    assert _kind((PACKAGE[:30] + event + b"!" * 60)[:80], PACKAGE) == URC
    package = event + PACKAGE
    assert _kind(event + b"!" + package[len(event) + 1 : 80], package) != URC


def test_what_fills_a_block_behind_a_special_octet_ends_it_early() -> None:
    due = PLAIN[:20] + b"\x1a" + PLAIN[20:]
    for filler, early in ((b"\xff" * 84, True), (b"\xff" * 83 + b"!", False)):
        assert altered_specials(due[:21] + filler, due) is early
