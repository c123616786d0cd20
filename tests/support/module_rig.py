"""A scripted host at the simulator's port, for the tests of the simulator."""

import re

from atverdict.adapters.pco import Reception
from atverdict.adapters.simulator.laboratory import Laboratory
from atverdict.adapters.simulator.pco import SimulatorPco, build_simulator
from atverdict.adapters.simulator.platform.built_in_package import BUILT_IN_SIZE_OCTETS

__all__ = ["ModuleRig", "full_script"]


class ModuleRig:
    """One simulator with its port and its laboratory; echo is off unless asked for."""

    def __init__(self, **options: str) -> None:
        """Build the simulator with options as in a query."""
        self.simulator = build_simulator({"echo": "no", "banner": "no", "qind": "none", **options})
        self.pco = SimulatorPco(self.simulator)
        self.laboratory = Laboratory(self.simulator)
        self.receptions: list[Reception] = []

    def listen(self, duration_s: float) -> bytes:
        """Return everything that arrives within a time."""
        until_s = self.pco.now() + duration_s
        octets = b""
        while (reception := self.pco.read(until_s)) is not None:
            self.receptions.append(reception)
            octets += reception.octets
        return octets

    def say(self, line: str, wait_s: float = 0.05) -> bytes:
        """Send a command line and return what arrives within a time: the answer alone."""
        self.pco.write(line.encode("latin-1") + b"\r")
        return self.listen(wait_s)

    def ask(self, line: str) -> str:
        """Return the answer without CR LF at its ends; generous time for long blocks."""
        return self.say(line, 0.09).decode("latin-1").strip("\r\n")

    def events(self, duration_s: float) -> list[str]:
        """Return the lines that arrive within a time, without +QIOTEVT."""
        text = self.listen(duration_s).decode("latin-1")
        return [line.removeprefix("+QIOTEVT: ") for line in text.split("\r\n") if line]

    def codes(self, duration_s: float) -> list[str]:
        """Return type and code of the events that arrive within a time."""
        return [",".join(line.split(",")[:2]) for line in self.events(duration_s)]

    def do(self, action: str, **arguments: object) -> dict[str, object]:
        """Let the laboratory do something that it can do."""
        reply = self.laboratory.perform(action, arguments)
        assert reply["ok"] is True, reply
        return reply

    def arm(self, **plan: object) -> None:
        """Arm a plan for STM32 to 2_0_0, or what is asked for."""
        self.do("arm_plan", plan={"component": "STM32", "target_version": "2_0_0", **plan})

    def status(self) -> object:
        """Return the platform's status of the device."""
        return self.do("platform_status")["status"]

    # States of the flow

    def connected(self) -> "ModuleRig":
        """Bring the module online and announce STM32 1_0_0."""
        assert self.ask("AT+QIOTREG=1") == "OK"
        assert self.codes(3)[-2:] == ["2,10200", "3,10200"]
        assert self.ask('AT+QIOTMCUVER="STM32","1_0_0"') == "OK"
        return self

    def offered(self) -> "ModuleRig":
        """Bring the module to an undecided offer."""
        if not self.simulator.module.online:
            self.connected()
        if not self.simulator.platform.plans:
            self.arm()
        assert self.ask("AT+QIOTOTAREQ=0") == "OK"
        assert self.codes(2)[:1] == ["7,10700"]
        return self

    def confirmed(self) -> "ModuleRig":
        """Bring the module to a decided offer without download address."""
        self.offered()
        assert self.ask("AT+QIOTUPDATE=1") == "OK"
        return self

    def downloading(self) -> "ModuleRig":
        """Bring the module into the middle of the first piece."""
        self.confirmed()
        assert self.codes(1.5) == ["7,10701", "7,10702"]
        return self

    def ready(self) -> "ModuleRig":
        """Bring the module to the first downloaded piece."""
        self.confirmed()
        assert self.codes(4)[-1] == "7,10703"
        return self

    def updating(self) -> "ModuleRig":
        """Bring the module to updating."""
        self.ready()
        assert self.ask("AT+QIOTUPDATE=3") == "OK"
        assert self.codes(0.5) == ["7,10704"]
        return self

    def block(self, start: int, length: int) -> bytes:
        """Return the octets of a read that must succeed."""
        octets = self.say(f"AT+QIOTOTARD={start},{length}", 0.2)
        header = re.match(rb"\r\n\+QIOTOTARD: (\d+),(\d+)\r\n", octets)
        assert header is not None, octets
        assert int(header[1]) == start
        data = octets[header.end() :].removesuffix(b"\r\n\r\nOK\r\n")
        assert len(data) == int(header[2])
        return data


def full_script(rig: ModuleRig) -> list[Reception]:
    """Play everything of a plain upgrade and what surrounds it, whatever the module answers."""
    for line in ("AT", "AT+QIOTREG=?", "AT+QIOTREG?", "AT+QIOTSTATE?", "AT+QIOTUPDATE=?"):
        rig.say(line, 1.0)
    for line in (
        "AT+QIOTOTARD=?",
        "at+qiotstate?",
        'AT+QIOTCFG="tsl"',
        "ATE0",
        'AT+QIOTMCUVER="STM32","1_0_0"',
    ):
        rig.say(line, 1.0)
    rig.say("AT+QIOTREG=1", 5)
    for line in ("AT+QIOTREG?", "AT+QIOTSTATE?", "AT+QIOTMCUVER?", 'AT+QIOTMCUVER="STM32"'):
        rig.say(line, 1.0)
    rig.arm()
    rig.say("AT+QIOTOTAREQ", 3)
    rig.say("AT+QIOTUPDATE=0", 5)
    for request in ("AT+QIOTOTAREQ=0", "AT+QIOTOTAREQ=1"):
        _upgrade(rig, request)
        rig.arm(target_version="3_0_0")
    rig.say('AT+QIOTMCUVER="STM32","1_0_9"', 1)
    rig.say("AT+QIOTREG=2", 1)
    rig.do("power_cycle")
    rig.listen(10)
    for line in ("AT+QIOTREG?", "AT+QIOTMCUVER?"):
        rig.say(line, 1.0)
    rig.say("AT+QIOTREG=0", 3)
    rig.say("AT+QIOTREG=1", 5)
    rig.do("power_cycle")
    rig.listen(10)
    _stalled(rig)
    return rig.receptions


def _upgrade(rig: ModuleRig, request: str) -> None:
    rig.say(request, 3)
    rig.say("AT+QIOTUPDATE=1", 20)
    end = int(rig.simulator.options.piece_limit_octets or BUILT_IN_SIZE_OCTETS)
    start = 0
    while start < BUILT_IN_SIZE_OCTETS:
        while start < min(end, BUILT_IN_SIZE_OCTETS):
            rig.say(f"AT+QIOTOTARD={start},1024", 1.0)
            start = min(start + 1024, end)
        if start < BUILT_IN_SIZE_OCTETS:
            rig.say("AT+QIOTUPDATE=2", 20)
            end += int(rig.simulator.options.piece_limit_octets or 0)
    for wanted in ("27649,1024", "1000,333", "0,2000", "100,10"):
        rig.say(f"AT+QIOTOTARD={wanted}", 1.0)
    rig.say("AT+QIOTUPDATE=3", 5)
    target = "2_0_0" if request.endswith("0") else "3_0_0"
    rig.say(f'AT+QIOTMCUVER="STM32","{target}"', 5)


def _stalled(rig: ModuleRig) -> None:
    """Read every 40 s for a while, then leave the module updating for ever."""
    rig.say("AT+QIOTREG=1", 5)
    rig.say("AT+QIOTOTAREQ=0", 3)
    rig.say("AT+QIOTUPDATE=1", 20)
    for _ in range(3):
        rig.say("AT+QIOTOTARD=0,10", 40)
    for _ in range(3):
        rig.say("AT+QIOTUPDATE=2", 5)
    rig.say("AT+QIOTUPDATE=3", 1300)
