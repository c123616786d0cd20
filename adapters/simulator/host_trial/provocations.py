"""Provocations: a module that treats its host as modules may, with short answers or bad data."""

from typing import ClassVar

from atverdict.adapters.simulator.fault import Fault
from atverdict.adapters.simulator.messages import Address, Offer
from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.connection import Connection
from atverdict.adapters.simulator.module.line_discipline import LineDiscipline
from atverdict.adapters.simulator.module.serial_output import SerialOutput
from atverdict.adapters.simulator.module.upgrade import Upgrade
from atverdict.adapters.simulator.module.upgrade_commands import BlockRead
from atverdict.adapters.simulator.module.wording import ERROR, Answer

__all__ = ["PROVOCATIONS"]

_FAILED_READ = 3
_REFUSED_READS = 8
_LATE_S = 6.0
"""How long 7,10704 may stay away before a host that waits for it takes it for lost."""


class ShortAnswers(BlockRead):
    """Blocks are shorter than what was asked for, and of an odd length."""

    def block(self, start: int, length: int) -> Answer:
        return super().block(start, min(length, length * 2 // 3 | 1))


class OneReadRefused(BlockRead):
    """One read is answered ERROR."""

    answer: ClassVar[Answer] = ERROR
    count = 0

    def write(self, arguments: list[Argument]) -> Answer:
        self.count += 1
        return self.answer if self.count == _FAILED_READ else super().write(arguments)


class OneReadUnanswered(OneReadRefused):
    """One read is not answered."""

    answer = Answer(silent=True)

    @property
    def silent(self) -> bool:
        """Whether that read has come."""
        return self.count >= _FAILED_READ


class ReadsRefused(BlockRead):
    """Every other read is answered ERROR, eight in all."""

    count = 0

    def write(self, arguments: list[Argument]) -> Answer:
        self.count += 1
        refused = self.count % 2 and self.count < 2 * _REFUSED_READS
        return ERROR if refused else super().write(arguments)


class OfferTwice(Upgrade):
    """A request and the push of the platform cross: the plan comes twice at once."""

    def offer_arrived(self, offer: Offer) -> None:
        super().offer_arrived(offer)
        super().offer_arrived(offer)


class FailedInstead(Upgrade):
    """The first time, 7,10706 comes in place of 7,10704."""

    failed = False

    def say_updating(self) -> None:
        if self.failed:
            super().say_updating()
        else:
            self.failed = True
            self.fail()


class LateUpdating(Upgrade):
    """7,10704 comes six seconds behind the OK."""

    def say_updating(self) -> None:
        self.timers.start("late", _LATE_S, super().say_updating)


class SlowAnswers(LineDiscipline):
    """The pause behind the octets of a block is part of the time that every answer takes."""

    def latency_s(self, line: str) -> float:
        whole_s = super().latency_s(line)
        return whole_s - self.options.block_pause_s if "OTARD=" in line.upper() else whole_s


class HeartbeatLost(Connection):
    """The loss of the network is said as a heartbeat that timed out."""

    def loss_line(self) -> str:
        return "+QIOTEVT: 2,10473"


class OnePortion(SerialOutput):
    """What is said at one instant arrives in one portion."""

    said_s = -1.0

    def send(self, octets: bytes) -> None:
        if self._underway and self.said_s == self.clock.now_s:
            octets = self._underway.pop().octets + octets
            self.free_s = self.said_s
        self.said_s = self.clock.now_s
        super().send(octets)


class EventBeforeAnswer(LineDiscipline):
    """An event that has nothing to do with it stands in front of every answer."""

    def respond(self, line: str) -> Answer:
        self.output.send(self.events.wording.event(b"+QIOTEVT: 4,10200"))
        return super().respond(line)


class FlippedOctet(Upgrade):
    """One octet of the package is another than the platform has digested."""

    def content(self, start: int, end: int) -> bytes:
        octets = bytearray(super().content(start, end))
        if start <= 1 < end:
            octets[1 - start] ^= 0x01
        return bytes(octets)


class WrongMd5(Upgrade):
    """The MD5 is that of another package."""

    def start_line(self, address: Address) -> str:
        other = Address(address.component, address.target_version, address.content[::-1] + b"\x01")
        return super().start_line(address).replace(address.md5, other.md5)


class WrongSha256(Upgrade):
    """The SHA-256, where one was asked for, is that of another package."""

    def start_line(self, address: Address) -> str:
        other = Address(address.component, address.target_version, address.content[::-1] + b"\x01")
        return super().start_line(address).replace(address.sha256, other.sha256)


_PARTS: dict[str, type] = {
    "short-answers": ShortAnswers,
    "one-read-refused": OneReadRefused,
    "one-read-unanswered": OneReadUnanswered,
    "reads-refused": ReadsRefused,
    "flipped-octet": FlippedOctet,
    "wrong-md5": WrongMd5,
    "wrong-sha256": WrongSha256,
    "offer-twice": OfferTwice,
    "failed-instead": FailedInstead,
    "late-updating": LateUpdating,
    "slow-answers": SlowAnswers,
    "heartbeat-lost": HeartbeatLost,
    "one-portion": OnePortion,
    "event-before-answer": EventBeforeAnswer,
}

PROVOCATIONS = {
    name: Fault(name, "", "SHALL", (part.__doc__ or "").removesuffix("."), part)
    for name, part in _PARTS.items()
}
"""By name: what to exchange in the module, as a fault would."""
