"""The fast selection of the kill table: each area once, and faults with hidden state."""

from atverdict.adapters.simulator.faults.catalogue import FAULTS

__all__ = ["HIDDEN", "SELECTION"]

HIDDEN = (
    "confirmation-refused-once",
    "connects-in-mode-one",
    "consent-refused-after-cut-second-piece",
    "echo-stays-for-reads",
    "eighth-bit-lost",
    "event-inside-block",
    "last-octet-missing",
    "no-offer-after-refusal",
    "no-reconnection-after-cut-download",
    "no-short-read-from-odd-offset",
    "offer-lost-after-cut-download",
    "pushes-end-with-request",
    "reads-do-not-restart-the-timer",
    "second-upgrade-impossible",
    "short-block-in-the-middle",
    "third-piece-starts-at-second",
    "version-not-replaced",
    "versions-lost-in-download",
    "versions-lost-with-power",
)
"""Faults that show only in a later piece or upgrade, after a restart, for some blocks."""


def _first_of_each_area() -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name, fault in FAULTS.items():
        found.setdefault(fault.requirement.rpartition("-")[0], name)
    return tuple(found.values())


SELECTION = tuple(sorted({*HIDDEN, *_first_of_each_area()}))
