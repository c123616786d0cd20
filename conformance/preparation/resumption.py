"""The resumption of an interrupted run: its records, and a clock that goes on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from atverdict.adapters import pco as pcos
from atverdict.adapters.pco import Pco, Reception
from atverdict.conformance.evidence.log import End, Footer, Header, NotTested, Record, read_log
from atverdict.conformance.preparation.pixit import InputError

__all__ = ["ContinuedPco", "Resumption", "read_resumption"]


@dataclass(frozen=True, slots=True)
class Resumption:
    """The recorded part of an interrupted run."""

    header: Header
    records: tuple[Record, ...]
    """All records, with the header."""

    @property
    def now_s(self) -> float:
        """The instant of the last record, in seconds: the clock goes on from there."""
        return max(getattr(record, "t", 0.0) for record in self.records)

    @property
    def done(self) -> frozenset[str]:
        """The purposes that ended without a problem; they are not run again."""
        return frozenset(
            record.purpose
            for record in self.records
            if isinstance(record, End) and not record.problem
        )

    @property
    def explained(self) -> frozenset[str]:
        """The requirements that have a reason already."""
        return frozenset(r.requirement for r in self.records if isinstance(r, NotTested))


def read_resumption(path: Path) -> Resumption:
    """Read the log of an interrupted run; a last line that was cut off is left out.

    Raises `LogError` for a file that is no log, and `InputError` for a complete run or a replay.
    """
    records = tuple(read_log(path))
    header = records[0]
    assert isinstance(header, Header)
    if header.replay:
        raise InputError(f"--resume {path.parent}: that was a replay; replay its file again")
    last = records[-1]
    if isinstance(last, Footer) and last.complete:
        raise InputError(f"--resume {path.parent}: the run is complete; nothing is left to do")
    return Resumption(header, records)


class ContinuedPco:
    """A PCO whose clock goes on from the end of the interrupted part."""

    def __init__(self, pco: Pco, offset_s: float) -> None:
        """Add `offset_s` to every instant of `pco`."""
        self._pco = pco
        self._offset_s = offset_s

    @property
    def transport(self) -> str:
        """The transport of the octets."""
        return self._pco.transport

    @property
    def line_baudrate(self) -> int | None:
        """The rate of the IUT's line in bit/s."""
        return self._pco.line_baudrate

    @property
    def opened_at(self) -> str:
        """The date and time at which the port was opened again."""
        return self._pco.opened_at

    @property
    def network_s(self) -> float | None:
        """The time of a round trip through the network, in seconds."""
        return pcos.network_round_trip_s(self._pco)

    @property
    def remarks(self) -> Mapping[str, str]:
        """The remarks of the port."""
        return pcos.remarks(self._pco)

    def now(self) -> float:
        """Return the seconds since the run began, without the interruption."""
        return self._pco.now() + self._offset_s

    def write(self, octets: bytes) -> float:
        """Write all octets and return the instant."""
        return self._pco.write(octets) + self._offset_s

    def read(self, until_s: float) -> Reception | None:
        """Wait for octets until the continued clock shows `until_s`."""
        reception = self._pco.read(self._instant_s(until_s))
        if reception is None:
            return None
        return Reception(reception.octets, reception.instant_s + self._offset_s)

    def reopen(self, until_s: float) -> bool:
        """Try to get a lost port back."""
        return self._pco.reopen(self._instant_s(until_s))

    def _instant_s(self, until_s: float) -> float:
        """Return the instant of the port's own clock at which this clock shows `until_s`.

        Rounded down it would never be reached: who waits for it would wait for ever.
        """
        instant_s = until_s - self._offset_s
        while instant_s + self._offset_s < until_s:
            instant_s += math.ulp(until_s)
        return instant_s

    def close(self) -> None:
        """Release the port."""
        self._pco.close()
