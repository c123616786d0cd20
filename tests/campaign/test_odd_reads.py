"""The odd reads of a piece: always the same, within the piece, of every class of length."""

import pytest

from atverdict.conformance.campaign.module.odd_reads import odd_reads

MAXIMUM = 1024
START, END = 32_768, 65_536
READS = odd_reads(START, END, MAXIMUM, 600)


def test_they_are_always_the_same() -> None:
    assert odd_reads(START, END, MAXIMUM, 600) == READS
    assert odd_reads(START, END, MAXIMUM, 60) == READS[:60]
    assert odd_reads(START, END, MAXIMUM - 1, 60) != READS[:60]


def test_they_begin_within_the_piece() -> None:
    assert all(START <= start < END and length > 0 for start, length in READS)


def test_they_have_lengths_of_every_class() -> None:
    lengths = {length for _, length in READS[:60]}
    assert lengths >= {1, 2, MAXIMUM - 1, MAXIMUM}
    assert lengths & {3, 5, 7, 9, 11, 13, 15}
    assert max(lengths) > MAXIMUM
    for offset in (-1, 0, 1):
        assert any((length - offset).bit_count() == 1 for length in lengths if length > 3)


def test_they_follow_one_another_and_read_again() -> None:
    ends: set[int] = set()
    ranges: set[tuple[int, int]] = set()
    follow = repeat = overlap = 0
    for start, length in READS[:60]:
        end = min(start + min(length, MAXIMUM), END)
        follow += start in ends
        repeat += (start, end) in ranges
        overlap += any(low < start < high for low, high in ranges)
        ends.add(end)
        ranges.add((start, end))
    assert follow > 20
    assert repeat > 3
    assert overlap > 3


def test_some_start_at_odd_offsets() -> None:
    assert sum(start % 2 for start, _ in READS[:60]) > 10


@pytest.mark.parametrize("size", [1, 2, 3, 306])
@pytest.mark.parametrize("maximum", [1, 2, 3, 4096])
def test_a_piece_may_be_small(size: int, maximum: int) -> None:
    reads = odd_reads(100, 100 + size, maximum, 200)
    assert len(reads) == 200
    assert all(100 <= start < 100 + size and length > 0 for start, length in reads)
