"""Faults of the fields of an event that show in some upgrade, piece or package alone."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.messages import Address, Offer, OfferedComponent
from atverdict.adapters.simulator.module.connection import Connection
from atverdict.adapters.simulator.module.upgrade import Upgrade

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-FRM-011")
class OffersShareALine(Upgrade):
    """The offers of a plan with several components are printed on one line."""

    def offer_arrived(self, offer: Offer) -> None:
        emit, lines = self.emit, list[str]()
        self.emit = lines.append
        super().offer_arrived(offer)
        self.emit = emit
        if lines:
            emit("".join(lines))


@CATALOGUE.breaks("SOTA-EVT-001")
class CodeInHex(Upgrade):
    """The code of 7,10704 is printed in hex."""

    def updating_line(self) -> str:
        return "+QIOTEVT: 7,0x29D0"


@CATALOGUE.breaks("SOTA-EVT-003")
class OfferWithSevenFields(Upgrade):
    """A repeated plan number stands behind the six fields from the second offer on."""

    offers = 0

    def offer_line(self, offered: OfferedComponent) -> str:
        self.offers += 1
        line = super().offer_line(offered)
        return line if self.offers == 1 else f"{line},{self.offers}"


@CATALOGUE.breaks("SOTA-EVT-004")
class OfferedComponentCut(Upgrade):
    """A component of more than ten octets is cut in 7,10700."""

    def offer_line(self, offered: OfferedComponent) -> str:
        name = offered.component
        return super().offer_line(offered).replace(f'"{name}"', f'"{name[:10]}"', 1)


@CATALOGUE.breaks("SOTA-EVT-005")
class SourceOfFullPackage(Upgrade):
    """The offer of a full package prints the announced version as its source."""

    def offer_line(self, offered: OfferedComponent) -> str:
        source = offered.source_version or self.storage.versions.get(offered.component, "")
        name = offered.component
        line = super().offer_line(offered)
        return line.replace(f'"{name}","{offered.source_version}"', f'"{name}","{source}"')


@CATALOGUE.breaks("SOTA-EVT-005")
class SourceOfTheLastDelta(Upgrade):
    """The source of a delta package stays in the offers of later full packages."""

    source = ""

    def offer_line(self, offered: OfferedComponent) -> str:
        self.source = offered.source_version or self.source
        name = offered.component
        line = super().offer_line(offered)
        return line.replace(f'"{name}","{offered.source_version}"', f'"{name}","{self.source}"')


@CATALOGUE.breaks("SOTA-EVT-006")
class TargetOfTheFirstOffer(Upgrade):
    """Every offer prints the target version of the first one."""

    target = ""

    def offer_line(self, offered: OfferedComponent) -> str:
        self.target = self.target or offered.target_version
        line = super().offer_line(offered)
        return line.replace(f',"{offered.target_version}",', f',"{self.target}",')


@CATALOGUE.breaks("SOTA-EVT-007", "SHOULD")
class BatteryLimitInPerMille(Upgrade):
    """The battery limit is printed in tenths of a percent."""

    def offer_line(self, offered: OfferedComponent) -> str:
        limit = f",{offered.battery_limit},"
        return super().offer_line(offered).replace(limit, f",{offered.battery_limit * 10},", 1)


@CATALOGUE.breaks("SOTA-EVT-008")
class Sha256Unquoted(Upgrade):
    """The SHA-256 lacks its quotation marks."""

    def start_line(self, address: Address) -> str:
        return super().start_line(address).replace(f'"{address.sha256}"', address.sha256)


@CATALOGUE.breaks("SOTA-EVT-009")
class DigestLosesLeadingZeros(Upgrade):
    """Each octet of a SHA-256 is printed without its leading zero."""

    def start_line(self, address: Address) -> str:
        digits = "".join(f"{octet:x}" for octet in bytes.fromhex(address.sha256))
        return super().start_line(address).replace(address.sha256, digits)


@CATALOGUE.breaks("SOTA-EVT-009")
class CrcNegativeWhenLarge(Upgrade):
    """A CRC of 2^31 and more is printed as a negative number."""

    def start_line(self, address: Address) -> str:
        signed = (address.crc + 2**31) % 2**32 - 2**31
        return super().start_line(address).replace(f",{address.crc}", f",{signed}")


@CATALOGUE.breaks("SOTA-EVT-010", "SHOULD")
class Sha256InUpperCase(Upgrade):
    """The SHA-256 is printed in capitals, the MD5 is not."""

    def start_line(self, address: Address) -> str:
        return super().start_line(address).replace(address.sha256, address.sha256.upper())


@CATALOGUE.breaks("SOTA-EVT-012")
class FailureWithReason(Upgrade):
    """7,10706 carries a reason."""

    def failure_line(self) -> str:
        return super().failure_line() + ",3"


@CATALOGUE.breaks("SOTA-EVT-012")
class ProgressWithOctets(Upgrade):
    """From the second piece on 7,10702 carries how many octets there are."""

    def progress_line(self) -> str:
        line = super().progress_line()
        return f"{line},{self.piece_start}" if self.piece_start else line


@CATALOGUE.breaks("SOTA-EVT-013", piece_limit_octets="10000")
class LaterPieceUnquoted(Upgrade):
    """From the second piece on 7,10703 lacks its quotation marks."""

    def piece_line(self) -> str:
        line = super().piece_line()
        return line.replace('"', "") if self.piece_start else line


@CATALOGUE.breaks("SOTA-EVT-014", piece_limit_octets="10000")
class TotalIsWhatIsLeft(Upgrade):
    """From the second piece on 7,10703 prints what is left in place of the package's length."""

    def piece_line(self) -> str:
        size = self.size_octets
        line = super().piece_line()
        return line.replace(f",{size},", f",{size - self.piece_start},", 1)


@CATALOGUE.breaks("SOTA-EVT-015", piece_limit_octets="10000")
class LastPieceOfFullLength(Upgrade):
    """The last 7,10703 of several prints the length of a full piece."""

    def piece_line(self) -> str:
        line = super().piece_line()
        if self.is_last_piece() and self.piece_start:
            return f"{line.rpartition(',')[0]},{self.piece_size()}"
        return line


@CATALOGUE.breaks("SOTA-EVT-016", piece_limit_octets="10000")
class SecondUpgradeStartsWhereTheFirstEnded(Upgrade):
    """The first 7,10703 of a second upgrade prints the last start address of the first."""

    left_at = 0

    def finish(self) -> None:
        self.left_at = self.piece_start or self.left_at
        super().finish()

    def piece_line(self) -> str:
        if self.piece_start or not self.left_at:
            return super().piece_line()
        length = self.piece_end - self.piece_start
        left_at, self.left_at = self.left_at, 0
        return f'+QIOTEVT: 7,10703,"{self.component}",{self.size_octets},{left_at},{length}'


@CATALOGUE.breaks("SOTA-EVT-017", piece_limit_octets="10000")
class SecondPieceStartsOneLater(Upgrade):
    """From the second piece on 7,10703 names the second octet of the piece."""

    def piece_line(self) -> str:
        if not self.piece_start:
            return super().piece_line()
        start, length = self.piece_start + 1, self.piece_end - self.piece_start - 1
        return f'+QIOTEVT: 7,10703,"{self.component}",{self.size_octets},{start},{length}'


@CATALOGUE.breaks("SOTA-EVT-018", device_secret="no")  # noqa: S106 - a switch
class AuthenticatedLast(Connection):
    """1,10200 is printed behind 2,10200."""

    def _registered(self) -> None:
        super()._registered()
        self.emit("+QIOTEVT: 1,10200")

    def _authenticated(self) -> None:
        emit, self.emit = self.emit, lambda _line: None
        super()._authenticated()
        self.emit = emit


@CATALOGUE.breaks("SOTA-EVT-018")
class ReconnectionSubscribesOnly(Connection):
    """When a deregistered module connects again, 2,10200 is not printed."""

    registrations = 0

    def _registered(self) -> None:
        self.registrations += 1
        if self.registrations == 1:
            super()._registered()
            return
        emit, self.emit = self.emit, lambda _line: None
        super()._registered()
        self.emit = emit


@CATALOGUE.breaks("SOTA-EVT-020", "SHOULD")
class SuccessIndicatedAsError(Upgrade):
    """+QIND: "FOTA","END" reports 502 on the way to success."""

    def success_lines(self) -> list[str]:
        return ['+QIND: "FOTA","END",502', *super().success_lines()]


@CATALOGUE.breaks("SOTA-EVT-022", "SHOULD")
class UseSpaceOfPiece(Upgrade):
    """useSpace is the length of a piece where that is less."""

    def offer_line(self, offered: OfferedComponent) -> str:
        before, _, space = super().offer_line(offered).rpartition(",")
        return f"{before},{min(int(space), self.piece_size() or int(space))}"


@CATALOGUE.breaks("SOTA-EVT-002")
class DecisionEventUnknown(Upgrade):
    """A refusal is followed by 7,10709."""

    def refuse(self) -> bool:
        refused = super().refuse()
        if refused:
            self.emit("+QIOTEVT: 7,10709")
        return refused
