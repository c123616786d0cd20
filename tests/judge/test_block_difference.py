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
