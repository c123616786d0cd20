"""The commands of the connection and of the product: QIOTREG, QIOTSTATE, QIOTMCUVER, QIOTINFO."""

from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.command import Command, kinds, range_text
from atverdict.adapters.simulator.module.wording import ERROR, OK, Answer, text_answer

__all__ = ["Info", "McuVersion", "RegistrationMode", "StateQuery"]

_COMPONENT_LIMIT_OCTETS = 32
_VERSION_LIMIT_OCTETS = 64


class RegistrationMode(Command):
    """AT+QIOTREG: whether the module connects.

    Spec: SOTA-CMD-REG-001, SOTA-CMD-REG-002, SOTA-CMD-REG-003, SOTA-CMD-REG-008
    """

    name = "+QIOTREG"

    def test(self) -> Answer:
        """Print the modes."""
        values = range_text(self.organs.options.test_response, 2, "reg_mode")
        return text_answer(f"+QIOTREG: {values}")

    def read(self) -> Answer:
        """Print the mode."""
        return text_answer(f"+QIOTREG: {self.organs.storage.registration_mode}")

    def write(self, arguments: list[Argument]) -> Answer:
        """Enter a mode."""
        if kinds(arguments) != ["integer"] or arguments[0].number > 2:
            return ERROR
        return OK if self.organs.connection.set_mode(arguments[0].number) else ERROR


class StateQuery(Command):
    """AT+QIOTSTATE: how the connection stands.

    Spec: SOTA-CMD-STATE-001, SOTA-CMD-STATE-004
    """

    name = "+QIOTSTATE"

    def read(self) -> Answer:
        """Print the state."""
        return text_answer(f"+QIOTSTATE: {self.organs.connection.state}")


class McuVersion(Command):
    """AT+QIOTMCUVER: the components of the host and their versions.

    Spec: SOTA-CMD-MCUVER-001, SOTA-CMD-MCUVER-003, SOTA-CMD-MCUVER-005, SOTA-CMD-MCUVER-008
    """

    name = "+QIOTMCUVER"
    component_limit_octets = _COMPONENT_LIMIT_OCTETS
    version_limit_octets = _VERSION_LIMIT_OCTETS

    def test(self) -> Answer:
        """Print the parameters."""
        return text_answer("+QIOTMCUVER: <MCU_number>,<MCU_version>")

    def read(self) -> Answer:
        """Print every component."""
        versions = self.organs.storage.versions
        if not versions and self.organs.options.mcuver_empty_read == "error":
            return ERROR
        return text_answer(*(self.line(name, version) for name, version in versions.items()))

    def line(self, component: str, version: str) -> str:
        """Return the information line of one component."""
        return f'+QIOTMCUVER: "{component}","{version}"'

    def write(self, arguments: list[Argument]) -> Answer:
        """Query one component, or announce its version."""
        if kinds(arguments[:2]) == ["string"]:
            return self.query(arguments[0].text)
        if kinds(arguments[:2]) == ["string", "string"]:
            return self.announce(arguments[0].text, arguments[1].text)
        return ERROR

    def query(self, component: str) -> Answer:
        """Print one component."""
        versions = self.organs.storage.versions
        if component in versions:
            return text_answer(self.line(component, versions[component]))
        return OK if component and self.organs.options.mcuver_unknown == "ok" else ERROR

    def announce(self, component: str, version: str) -> Answer:
        """Store a version, tell the platform, and perhaps end an upgrade."""
        if not component or len(component) > self.component_limit_octets:
            return ERROR
        if len(version) > self.version_limit_octets or not self.store(component, version):
            return ERROR
        self.organs.connection.report_version(component, version)
        self.organs.upgrade.version_announced(component, version)
        return OK

    def store(self, component: str, version: str) -> bool:
        """Write the version to flash; False when there is no room."""
        return self.organs.storage.store_version(component, version)


class Info(Command):
    """AT+QIOTINFO: what the module knows about itself.

    Spec: SOTA-CMD-INFO-001, SOTA-CMD-INFO-002, SOTA-CMD-INFO-003
    """

    name = "+QIOTINFO"

    def test(self) -> Answer:
        """Print the only parameter."""
        return text_answer('+QIOTINFO: "up"')

    def read(self) -> Answer:
        """Print every item."""
        return text_answer(*(f"+QIOTINFO: {item},{value}" for item, value in self.items().items()))

    def items(self) -> dict[str, str]:
        """Return the items in their order."""
        options, storage = self.organs.options, self.organs.storage
        return {
            "type": options.model,
            "version": storage.firmware,
            "mcu_version": ";".join(f"{name}:{text}" for name, text in storage.versions.items()),
            "cell_id": "01A2D001",
            "icc_id": "89860025128306012474",
            "mcc": "460",
            "mnc": "00",
            "lac": "5A2F",
            "sdk_ver": "2.23.0" if options.vintage == "2025" else "2.11.0",
            "battery": "100",
            "voltage": "3800",
            "signal_strength": "24",
            "memory_free": str(options.piece_limit_octets or 1_048_576),
            "rsrp": "-89",
            "rsrq": "-9",
            "snr": "18",
        }

    def write(self, arguments: list[Argument]) -> Answer:
        """Send the items to the platform."""
        if kinds(arguments) != ["string"] or arguments[0].text != "up":
            return ERROR
        if not self.organs.connection.online:
            return ERROR
        if self.organs.options.vintage == "2025":
            self.organs.events.emit("+QIOTEVT: 4,10240")
        return OK
