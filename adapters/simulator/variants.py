"""Conformant variants: what documents and real modules permit, each as the simulator's options."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["DESERVED", "VARIANTS"]

VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "no-echo": "echo=false",
        "no-leading-crlf": "leading_crlf=never",
        "no-leading-crlf-before-blocks": "leading_crlf=not-for-blocks",
        "crlf-after-text-only": "leading_crlf=only-after-text",
        "one-crlf-after-data": "crlf_before_ok_after_data=1",
        "vendor-shell": "echo=false&leading_crlf=never&banner=false",
        "bootstrap": "device_secret=false",
        "always-authenticates": "auth_event=always",
        "never-authenticates": "device_secret=false&auth_event=never",
        "no-qind": "qind=none",
        "qind-before": "qind=before",
        "qind-after": "qind=after",
        "qind-of-the-module": "firmware_qind=true",
        "offers-once-more": "offer_repeats=1",
        "offers-ten-times": "offer_repeats=10",
        "one-progress": "progress_count=1",
        "much-progress": "progress_count=12",
        "frequent-progress": "progress_period_s=0.2",
        "events-glued": "event_gap_s=0&event_jitter_s=0",
        "events-late": "event_gap_s=2",
        "event-before-ok": "urc_before_ok=true",
        "octet-by-octet": "chunk=1",
        "in-sevens": "chunk=7",
        "in-packets-of-64": "chunk=64",
        "no-line-time": "baudrate=none",
        "slow-line": "baudrate=9600",
        "fast-line": "baudrate=921600",
        "instant-answers": "latency_s=0&latency_jitter_s=0",
        "slow-but-legal": "latency_s=0.25&latency_jitter_s=0.03",
        "over-long-refused": "over_long_read=error",
        "zero-past-the-end": "read_past_end=zero",
        "pieces-of-10000": "piece_limit_octets=10000",
        "pieces-of-1024": "piece_limit_octets=1024",
        "odd-pieces": "piece_limit_octets=9973",
        "exact-pieces": "piece_limit_octets=13977",
        "one-piece": "piece_limit_octets=none",
        "blocks-of-256": "max_length=256",
        "blocks-of-974": "max_length=974",
        "blocks-of-4096": "max_length=4096",
        "odd-blocks": "max_length=1000",
        "test-sets": "test_response=set",
        "test-placeholders": "test_response=placeholder",
        "silent-unknown": "unknown_command=silence",
        "read-forms": "read_forms=value",
        "blanks-dropped": "argument_blanks=dropped",
        "empty-version-list-refused": "mcuver_empty_read=error",
        "unknown-component-ok": "mcuver_unknown=ok",
        "sticky-digest": "sticky_sha256=true",
        "mode-one-kept": "reg1_after_reboot=1",
        "old-version-tolerated": "old_version_fails=false",
        "re-offers-after-failures": "retry=offer",
        "slow-network": "connect_s=20&offer_s=8&download_rate_octets_per_s=3000",
        "fast-network": "connect_s=0.2&offer_s=0.2&download_rate_octets_per_s=1000000",
        "slow-start": "boot_s=12",
        "port-vanishes": "port_vanishes=true",
        "no-banner": "banner=false",
        "no-decision-event": "decision_event=false",
        "nb": "product_line=nb",
        "another-package": "seed=77",
    }
)
"""Name to the query of a ``sim:`` address."""

DESERVED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "event-before-ok": ("SOTA-SEQ-007",),
        "silent-unknown": ("SOTA-FRM-013",),
        "old-version-tolerated": ("SOTA-SEQ-010",),
    }
)
"""The warnings that a variant deserves, because it does what a document advises against."""
