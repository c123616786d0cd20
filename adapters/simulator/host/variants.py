"""Proper variants: what documents and shipped hosts do, each as the host's options."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["VARIANTS"]

VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "lower-case": "prefix=at",
        "mixed-case": "prefix=At",
        "crlf-terminator": "terminator=crlf",
        "blocks-of-256": "block_octets=256",
        "blocks-of-974": "block_octets=974",
        "odd-blocks": "block_octets=777",
        "small-blocks": "block_octets=61",
        "as-much-as-possible": "block_octets=65535",
        "waits-for-push": "request=no",
        "no-digest-asked": "request_form=plain",
        "bare-request": "request_form=execute",
        "announces-first": "announce_first=yes",
        "echo-left-on": "echo_off=no",
        "connects-by-itself": "registration=2",
        "polls-state": "poll_s=2",
        "reads-twice": "reads_twice=yes",
        "slow-flash": "flash_s=600",
        "no-restart": "restarts=no",
        "decides-at-once": "decide_s=0",
        "decides-late": "decide_s=20",
        "slow-speaker": "gap_s=1.5",
        "slow-verification": "verify_s=30",
        "retries-often": "retries=8&retry_s=2",
        "no-retries": "retries=0",
        "two-components": "others=ESP32:1_0",
        "unmet-unanswered": "unmet=ignore",
        "asks-once": "request_again=no",
        "reports-again": "report_s=15",
        "other-commands": "other_commands=yes",
        "piece-too-many": "piece_end=refused",
        "flashes-at-once": "awaits_updating=no",
        "like-the-shipped-product": "request_form=plain&block_octets=974&decide_s=0"
        "&awaits_updating=no&terminator=crlf",
    }
)
"""Name to the query of a host's options."""
