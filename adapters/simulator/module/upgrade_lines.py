"""The lines of the events of an upgrade, as the module words them."""

from atverdict.adapters.simulator.messages import Address, OfferedComponent
from atverdict.adapters.simulator.module.storage import Storage
from atverdict.adapters.simulator.options import Options

__all__ = ["UpgradeLines"]


class UpgradeLines:
    """One method for each line, without its ends.

    Spec: SOTA-EVT-001, SOTA-EVT-003, SOTA-EVT-008, SOTA-EVT-012, SOTA-EVT-019
    """

    def __init__(self, options: Options, storage: Storage) -> None:
        self.options = options
        self.storage = storage
        self.successes = 0
        """The number of upgrades that have succeeded."""

    def offer_line(self, offered: OfferedComponent) -> str:
        """Return 7,10700."""
        return (
            f'+QIOTEVT: 7,10700,"{offered.component}","{offered.source_version}",'
            f'"{offered.target_version}",{offered.battery_limit},{offered.min_signal},'
            f"{offered.use_space_octets}"
        )

    def start_line(self, address: Address) -> str:
        """Return 7,10701."""
        fields = f'"{address.component}",{len(address.content)},"{address.md5}",{address.crc}'
        if self.storage.sha256_requested:
            fields += f',"{address.sha256}"'
        return f"+QIOTEVT: 7,10701,{fields}"

    def firmware_line(self, code: int) -> str:
        """Return an event of the module's own upgrade: none but 7,10700 has data.

        Spec: SOTA-EVT-011
        """
        return f"+QIOTEVT: 7,{code}"

    def progress_line(self) -> str:
        """Return 7,10702."""
        return "+QIOTEVT: 7,10702"

    def updating_line(self) -> str:
        """Return 7,10704."""
        return "+QIOTEVT: 7,10704"

    def success_lines(self) -> list[str]:
        """Return 7,10705, with +QIND where the options want it."""
        qind = '+QIND: "FOTA","END",0'
        success = "+QIOTEVT: 7,10705"
        lines = {"none": [success], "before": [qind, success], "after": [success, qind]}
        lines["first"] = lines["none" if self.successes else "before"]
        return lines[self.options.qind]

    def failure_line(self) -> str:
        """Return 7,10706."""
        return "+QIOTEVT: 7,10706"

    def decision_line(self) -> str:
        """Return 7,10707."""
        return "+QIOTEVT: 7,10707"
