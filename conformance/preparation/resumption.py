"""The resumption of an interrupted run: its records, and a clock that goes on."""

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
    """The part of a run that is there."""

    header: Header
    records: tuple[Record, ...]
    """All of them, the header included."""

    @property
    def now_s(self) -> float:
        """The instant of the last record, in seconds: the continued clock starts there."""
        return max(getattr(record, "t", 0.0) for record in self.records)

    @property
    def done(self) -> frozenset[str]:
        """The purposes that ended without a problem, and are not run again."""
        return frozenset(
            record.purpose
            for record in self.records
            if isinstance(record, End) and not record.problem
        )

    @property
    def explained(self) -> frozenset[str]:
        """The requirements for which there is a reason already."""
        return frozenset(r.requirement for r in self.records if isinstance(r, NotTested))


def read_resumption(path: Path) -> Resumption:
    """Read the log of an interrupted run, and leave its last line out where it was cut off.

    Raises `LogError` for what is no log, and `InputError` for a run that came to its end.
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
    """A PCO whose clock goes on where that of the interrupted part stopped."""

    def __init__(self, pco: Pco, offset_s: float) -> None:
        """Add `offset_s` to every instant of `pco`."""
        self._pco = pco
        self._offset_s = offset_s

    @property
    def transport(self) -> str:
        """What carries the octets."""
        return self._pco.transport

    @property
    def line_baudrate(self) -> int | None:
        """Rate of the IUT's line in bit/s."""
        return self._pco.line_baudrate

    @property
    def opened_at(self) -> str:
        """Date and time at which the port was opened again."""
        return self._pco.opened_at

    @property
    def network_s(self) -> float | None:
        """What a round trip through the network takes."""
        return pcos.network_round_trip_s(self._pco)

    @property
    def remarks(self) -> Mapping[str, str]:
        """What the port says of itself."""
        return pcos.remarks(self._pco)

    def now(self) -> float:
        """Return the seconds since the run began, the interruption left out."""
        return self._pco.now() + self._offset_s

    def write(self, octets: bytes) -> float:
        """Hand over all octets and return the instant."""
        return self._pco.write(octets) + self._offset_s

    def read(self, until_s: float) -> Reception | None:
        """Wait for octets until the continued clock shows `until_s`."""
        reception = self._pco.read(until_s - self._offset_s)
        if reception is None:
            return None
        return Reception(reception.octets, reception.instant_s + self._offset_s)

    def reopen(self, until_s: float) -> bool:
        """Try to get a lost port back."""
        return self._pco.reopen(until_s - self._offset_s)

    def close(self) -> None:
        """Release the port."""
        self._pco.close()
