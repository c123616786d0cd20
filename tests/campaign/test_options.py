"""Whole campaigns against everything that a conformant module may do differently."""

import re
from pathlib import Path

import pytest
from support.campaigns import campaign, simulated

from atverdict.adapters.simulator.options import Options
from atverdict.conformance.evidence.verdict import Outcome

PERMITTED = (
    "seed=2&start_time=2030-06-30T23:59:59%2B00:00&manufacturer=Other&model=BC25&revision=R1",
    "product_line=nb&vintage=2022&echo=no&leading_crlf=never&crlf_before_ok_after_data=1",
    "product_line=wifi&leading_crlf=not-for-blocks&baudrate=3000000&banner=no",
    "leading_crlf=only-after-text&test_response=set&read_forms=value&argument_blanks=dropped",
    "productinfo=no&device_secret=no&plan=armed&line_limit=256&mcuver_empty_read=error",
    "device_secret=no&auth_event=never&mcuver_unknown=ok&sticky_sha256=yes",
    "auth_event=always&qind=before&decision_event=no&reg1_after_reboot=1",
    "baudrate=9600&latency_s=0.2&latency_jitter_s=0.05&qind=after",
    "baudrate=none&latency_s=0&latency_jitter_s=0&event_gap_s=0&event_jitter_s=0",
    "port_vanishes=yes&boot_s=20&connect_s=60&deregister_s=30",
    "link_loss_s=30&back_off_first_s=5&event_jitter_s=1",
    "offer_s=20&offer_repeats=3&address_s=20&download_start_s=4&connect_s=20",
    "offer_s=0&offer_repeats=100&progress_period_s=0.1",
    "download_rate_octets_per_s=1000&progress_count=20&chunk=1024",
    "piece_limit_octets=8000&crlf_before_ok_after_data=1&leading_crlf=not-for-blocks&block_pause_s=0.15",
    "piece_limit_octets=27953&max_length=65535&download_rate_octets_per_s=100000",
    "piece_limit_octets=1000&retry=offer&max_download_failures=0",
    "max_length=100&download_rate_octets_per_s=100000",
    "read_past_end=zero",
    "max_length=4096&over_long_read=error&test_response=placeholder",
    "firmware_check_s=5&firmware_delay_s=1&firmware_install_s=25&firmware_qind=yes",
    "address_timeout_s=25&first_octets_timeout_s=1&update_timeout_s=60",
)
"""Options that no document forbids, as many at once as do not hide each other."""

SHOULD = {
    "unknown_command=silence&progress_count=0": {"SOTA-FRM-013", "SOTA-SEQ-004"},
    "urc_before_ok=yes": {"SOTA-SEQ-007"},
    "old_version_fails=no": {"SOTA-SEQ-010"},
    "read_timeout_s=20": {"SOTA-TIM-006"},
    "link_loss_s=100": {"SOTA-PER-005"},
}
"""Options that a document permits and advises against."""

UNDECIDED = {
    "test_response=placeholder&max_length=512": {"SOTA-CMD-OTARD-006", "SOTA-CMD-OTARD-007"},
}
"""Permitted options that leave a mandatory requirement open, by its own text (E-12, E-29)."""

PROFILED = {"updating_first=yes": "cellular-2022"}
"""Options that only documents of another profile permit."""


@pytest.mark.parametrize("query", PERMITTED)
def test_what_is_permitted_conforms(query: str) -> None:
    ran = simulated(query)
    assert not ran.those(Outcome.FAIL, Outcome.WARNING)
    assert not ran.judgement.inconclusive_because
    assert ran.judgement.exit_code == 0


@pytest.mark.parametrize("query", SHOULD)
def test_what_is_advised_against_is_a_warning(query: str) -> None:
    ran = simulated(query)
    assert ran.those(Outcome.FAIL, Outcome.WARNING).keys() == SHOULD[query]
    assert ran.judgement.exit_code == 0


@pytest.mark.parametrize("query", UNDECIDED)
def test_what_no_document_decides_breaks_nothing(query: str) -> None:
    ran = simulated(query)
    assert not ran.those(Outcome.FAIL, Outcome.WARNING)
    assert ran.those(Outcome.INCONCLUSIVE).keys() == UNDECIDED[query]
    assert ran.judgement.exit_code == 2


@pytest.mark.parametrize("query", PROFILED)
def test_what_another_profile_permits_breaks_nothing_there(query: str, tmp_path: Path) -> None:
    here = simulated(query)
    assert here.judgement.exit_code == 1
    there = campaign(f"sim:?{query}", tmp_path, profile=PROFILED[query])
    assert not there.those(Outcome.FAIL, Outcome.WARNING)
    # There the host does not say that it updates, and nobody says what a restart then means.
    undecided = {"SOTA-CMD-UPDATE-007", "SOTA-SEQ-021", "SOTA-PER-007"}
    assert there.those(Outcome.INCONCLUSIVE).keys() == undecided
    assert there.judgement.exit_code == 0


def test_every_option_is_tried() -> None:
    queries = "&".join((*PERMITTED, *SHOULD, *UNDECIDED, *PROFILED))
    tried = set(re.findall(r"(\w+)=", queries))
    assert tried == set(Options.__dataclass_fields__)


def test_chunks_of_one_octet_change_no_verdict() -> None:
    whole, single = simulated(), simulated("chunk=1")
    assert single.outcomes() == whole.outcomes()
    assert single.judgement.exit_code == 0
