"""Parts of a module that deals with its host as modules may: short answers, lost ones, bad data."""

from typing import ClassVar

from atverdict.adapters.simulator.arguments import Argument
from atverdict.adapters.simulator.commands_upgrade import BlockRead
from atverdict.adapters.simulator.fault import Fault
from atverdict.adapters.simulator.messages import Address
from atverdict.adapters.simulator.upgrade import Upgrade
from atverdict.adapters.simulator.wording import ERROR, Answer

__all__ = ["ARRANGED"]

_FAILED_READ = 3
_SHORT_OCTETS = 200


class ShortAnswers(BlockRead):
    """Blocks are shorter than the maximum that the test command tells."""

    def block(self, start: int, length: int) -> Answer:
        """Answer a read."""
        return super().block(start, min(length, _SHORT_OCTETS))


class OneReadRefused(BlockRead):
    """One read is answered ERROR."""

    answer: ClassVar[Answer] = ERROR
    count = 0

    def write(self, arguments: list[Argument]) -> Answer:
        """Answer a read."""
        self.count += 1
        return self.answer if self.count == _FAILED_READ else super().write(arguments)


class OneReadUnanswered(OneReadRefused):
    """One read is not answered."""

    answer = Answer(silent=True)

    @property
    def silent(self) -> bool:
        """Whether that read has come."""
        return self.count >= _FAILED_READ


class FlippedOctet(Upgrade):
    """One octet of the package is another than the platform has digested."""

    def content(self, start: int, end: int) -> bytes:
        """Return octets of the package."""
        octets = bytearray(super().content(start, end))
        if start <= 1 < end:
            octets[1 - start] ^= 0x01
        return bytes(octets)


class WrongMd5(Upgrade):
    """The MD5 is that of another package."""

    def start_line(self, address: Address) -> str:
        """Return 7,10701."""
        other = Address(address.component, address.target_version, address.content[::-1] + b"\x01")
        return super().start_line(address).replace(address.md5, other.md5)


class WrongSha256(Upgrade):
    """The SHA-256, where one was asked for, is that of another package."""

    def start_line(self, address: Address) -> str:
        """Return 7,10701."""
        other = Address(address.component, address.target_version, address.content[::-1] + b"\x01")
        return super().start_line(address).replace(address.sha256, other.sha256)


_PARTS: dict[str, type] = {
    "short-answers": ShortAnswers,
    "one-read-refused": OneReadRefused,
    "one-read-unanswered": OneReadUnanswered,
    "flipped-octet": FlippedOctet,
    "wrong-md5": WrongMd5,
    "wrong-sha256": WrongSha256,
}

ARRANGED = {
    name: Fault(name, "", "SHALL", (part.__doc__ or "").removesuffix("."), part)
    for name, part in _PARTS.items()
}
"""By name: what to exchange in the module, as a fault would."""
