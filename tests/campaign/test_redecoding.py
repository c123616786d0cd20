"""The second decoding of a run's log: what differs octet by octet is a failure of the suite."""

from pathlib import Path

import pytest
from support.campaigns import campaign

from atverdict.conformance.campaign.campaign import SuiteError
from atverdict.conformance.campaign.module.redecoding import Redecoding
from atverdict.conformance.evidence.log import GaveUp, Received, Sent
from atverdict.grammar.decoder import Decoder


def _half_lines_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a decoder that takes no octet that comes alone."""
    feed = Decoder.feed
    monkeypatch.setattr(
        Decoder, "feed", lambda self, octets: feed(self, octets if len(octets) > 1 else b"")
    )


def test_chunks_mean_nothing() -> None:
    twice = Redecoding()
    for record in (
        Sent(0.0, "AT\r"),
        Received(0.1, "AT\r\r\nOK\r\n"),
        Sent(0.2, "AT+QIOTOTARD=0,4\r"),
        Received(0.3, "\r\n+QIOTOTARD: 0,4\r\n\r\nOK\r\n\r\nOK\r\n"),
        Received(0.4, "\r\n+QIOTEVT: 7,107"),
        GaveUp(5.0, 5.0),
    ):
        twice.observe(record)
    assert twice.difference == ""


def test_a_difference_is_named_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    _half_lines_lost(monkeypatch)
    twice = Redecoding()
    twice.observe(Sent(0.0, "AT\r"))
    twice.observe(Received(0.1, "\r\nOK\r\n"))
    assert twice.difference.startswith("line 2 of the log means something else")


def test_a_difference_is_a_failure_of_the_suite(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Redecoding, "difference", "line 7", raising=False)
    monkeypatch.setattr(Redecoding, "__init__", lambda _self: None)
    monkeypatch.setattr(Redecoding, "observe", lambda _self, _record: None)
    with pytest.raises(SuiteError, match="line 7"):
        campaign("sim:?latency_s=0", tmp_path, selection=("SOTA-CMD-STATE-001",))


def test_the_octets_of_a_block_may_come_in_any_pieces() -> None:
    twice = Redecoding()
    twice.observe(Sent(0.0, "AT+QIOTOTARD=0,900\r"))
    answer = "\r\n+QIOTOTARD: 0,900\r\n" + "\r\nOK\r\n" * 150 + "\r\nOK\r\n"
    for start, end in ((0, 25), (25, 26), (26, 500), (500, len(answer))):
        twice.observe(Received(0.1, answer[start:end]))
    twice.observe(Received(0.2, "\r\n+QIOTEVT: 7,10702\r\n"))
    assert twice.difference == ""
