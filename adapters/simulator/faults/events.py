"""Faults of the fields of an event that show each time; `fields` has those of some alone."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.messages import Address, OfferedComponent
from atverdict.adapters.simulator.module.firmware_upgrade import FirmwareUpgrade
from atverdict.adapters.simulator.module.upgrade import Upgrade

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-EVT-003")
class OfferWithFiveFields(Upgrade):
    """7,10700 lacks its last field."""

    def offer_line(self, offered: OfferedComponent) -> str:
        return super().offer_line(offered).rpartition(",")[0]


@CATALOGUE.breaks("SOTA-EVT-003")
class OfferUnquoted(Upgrade):
    """7,10700 lacks its quotation marks."""

    def offer_line(self, offered: OfferedComponent) -> str:
        return super().offer_line(offered).replace('"', "")


@CATALOGUE.breaks("SOTA-EVT-004")
class OfferForAnotherComponent(Upgrade):
    """7,10700 names a component that was not announced."""

    def offer_line(self, offered: OfferedComponent) -> str:
        return super().offer_line(offered).replace(f'"{offered.component}"', '"MCU_0"', 1)


@CATALOGUE.breaks("SOTA-EVT-006")
class OfferWithAnotherTarget(Upgrade):
    """7,10700 prints the target version without its last character."""

    def offer_line(self, offered: OfferedComponent) -> str:
        target = offered.target_version
        return super().offer_line(offered).replace(f'"{target}"', f'"{target[:-1]}"')


@CATALOGUE.breaks("SOTA-EVT-007", "SHOULD")
class SignalLimitPositive(Upgrade):
    """The signal limit of 7,10700 has lost its sign."""

    def offer_line(self, offered: OfferedComponent) -> str:
        return super().offer_line(offered).replace(",-", ",")


@CATALOGUE.breaks("SOTA-EVT-022", "SHOULD")
class UseSpaceRoundedUp(Upgrade):
    """useSpace is rounded up to whole kilobytes."""

    def offer_line(self, offered: OfferedComponent) -> str:
        before, _, space = super().offer_line(offered).rpartition(",")
        return f"{before},{-(-int(space) // 1024) * 1024}"


@CATALOGUE.breaks("SOTA-INT-002")
class Md5OfAnotherFile(Upgrade):
    """The MD5 of 7,10701 is of the package without its last octet."""

    def start_line(self, address: Address) -> str:
        other = Address(address.component, address.target_version, address.content[:-1])
        return super().start_line(address).replace(address.md5, other.md5)


@CATALOGUE.breaks("SOTA-INT-003")
class Sha256OfAnotherFile(Upgrade):
    """The SHA-256 of 7,10701 is of the package without its last octet."""

    def start_line(self, address: Address) -> str:
        other = Address(address.component, address.target_version, address.content[:-1])
        return super().start_line(address).replace(address.sha256, other.sha256)


@CATALOGUE.breaks("SOTA-EVT-010", "SHOULD")
class Md5InUpperCase(Upgrade):
    """The MD5 is printed in capitals."""

    def start_line(self, address: Address) -> str:
        return super().start_line(address).replace(address.md5, address.md5.upper())


@CATALOGUE.breaks("SOTA-EVT-009")
class Md5OneDigitShort(Upgrade):
    """The MD5 has 31 digits."""

    def start_line(self, address: Address) -> str:
        return super().start_line(address).replace(address.md5, address.md5[:31])


@CATALOGUE.breaks("SOTA-EVT-009")
class CrcTooLarge(Upgrade):
    """The CRC has more than 32 bits."""

    def start_line(self, address: Address) -> str:
        return super().start_line(address).replace(f",{address.crc}", f",{address.crc + 2**32}")


@CATALOGUE.breaks("SOTA-EVT-009")
class CrcSigned(Upgrade):
    """The CRC is printed as a signed number."""

    def start_line(self, address: Address) -> str:
        return super().start_line(address).replace(f",{address.crc}", f",{address.crc - 2**32}")


@CATALOGUE.breaks("SOTA-EVT-008")
class StartWithoutCrc(Upgrade):
    """7,10701 lacks the CRC."""

    def start_line(self, address: Address) -> str:
        return super().start_line(address).replace(f",{address.crc}", "")


@CATALOGUE.breaks("SOTA-EVT-012")
class ProgressWithPercentage(Upgrade):
    """7,10702 carries a percentage."""

    def progress_line(self) -> str:
        return super().progress_line() + ",50"


@CATALOGUE.breaks("SOTA-EVT-012")
class SuccessWithComponent(Upgrade):
    """7,10705 carries the component."""

    def success_lines(self) -> list[str]:
        return [line + ',"STM32"' for line in super().success_lines()]


@CATALOGUE.breaks("SOTA-EVT-013")
class PieceWithoutItsLength(Upgrade):
    """7,10703 lacks the length of the piece."""

    def piece_line(self) -> str:
        return super().piece_line().rpartition(",")[0]


@CATALOGUE.breaks("SOTA-EVT-014")
class PieceWithAnotherTotal(Upgrade):
    """7,10703 repeats a package length that is one too small."""

    def piece_line(self) -> str:
        size = self.size_octets
        return super().piece_line().replace(f",{size},", f",{size - 1},", 1)


@CATALOGUE.breaks("SOTA-EVT-015")
class PieceLengthZero(Upgrade):
    """7,10703 prints a piece length of 0."""

    def piece_line(self) -> str:
        return super().piece_line().rpartition(",")[0] + ",0"


@CATALOGUE.breaks("SOTA-EVT-016")
class FirstPieceStartsAtOne(Upgrade):
    """The first 7,10703 starts at 1."""

    def piece_line(self) -> str:
        length = self.piece_end - self.piece_start
        start = self.piece_start or 1
        return f'+QIOTEVT: 7,10703,"{self.component}",{self.size_octets},{start},{length - 1}'


@CATALOGUE.breaks("SOTA-EVT-017", piece_limit_octets="8000")
class ThirdPieceStartsAtSecond(Upgrade):
    """The third 7,10703 prints the start address of the second."""

    def piece_line(self) -> str:
        size = self.piece_size()
        if self.piece_start != 2 * size:
            return super().piece_line()
        length = self.piece_end - self.piece_start
        return f'+QIOTEVT: 7,10703,"{self.component}",{self.size_octets},{size},{length}'


@CATALOGUE.breaks("SOTA-EVT-002")
class UnknownCodeWhenReady(Upgrade):
    """An unknown event 7,10799 follows 7,10703."""

    def piece_complete(self) -> None:
        super().piece_complete()
        self.emit("+QIOTEVT: 7,10799")


@CATALOGUE.breaks("SOTA-EVT-011")
class FirmwareStartWithData(FirmwareUpgrade):
    """7,10701 of the module's own firmware has the data of a component of the MCU."""

    def begin(self, address: Address) -> None:
        self.upgrade.started = True
        self.upgrade.emit(self.upgrade.start_line(address))
        super().begin(address)


@CATALOGUE.breaks("SOTA-EVT-011")
class FirmwarePieceWithData(FirmwareUpgrade):
    """7,10703 of the module's own firmware names the component and its length."""

    def say(self, code: int) -> None:
        upgrade = self.upgrade
        size = upgrade.size_octets
        data = f',"{upgrade.component}",{size},0,{size}' if code == 10703 else ""
        upgrade.emit(upgrade.firmware_line(code) + data)
