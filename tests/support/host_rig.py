"""The reference host and the simulator on one clock, for the tests of the host."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

from atverdict.adapters.simulator.host.host import Host
from atverdict.adapters.simulator.host.observer import HostObserver
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.host.upgrade import Phase
from atverdict.adapters.simulator.laboratory import Laboratory
from atverdict.adapters.simulator.pco import build_simulator

__all__ = ["STEPS", "HostRig", "Wire", "nasty_package", "scenarios"]

STEPS = tuple(phase for phase in Phase if phase is not Phase.IDLE)
"""Every phase in which something can happen to an upgrade."""

Do = Callable[["HostRig"], object]
Wire = list[tuple[float, str, bytes]]


class Keeper(HostObserver):
    """Keeps the packages that the host has verified."""

    def __init__(self) -> None:
        """Start with none."""
        self.packages: dict[tuple[str, str], bytes] = {}

    def verified(self, component: str, version: str, octets: bytes) -> None:
        """Keep one."""
        self.packages[component, version] = octets


class HostRig:
    """A host, a module, and the octets between them."""

    def __init__(self, host: str = "", simulator: str = "", fault: str = "") -> None:
        """Build both from queries."""
        self.simulator = build_simulator({"plan": "armed", **dict(parse_qsl(simulator))})
        self.laboratory = Laboratory(self.simulator)
        self.clock = self.simulator.clock
        self.wire: Wire = []
        self.swallowed = 0
        """How many reads do not reach the module from now on."""
        self.cut = False
        """Whether the host's line is cut: nothing of it reaches the module any more."""
        self.corrupted: Callable[[bytes], bytes] = lambda octets: octets
        options = HostOptions.from_query(dict(parse_qsl(host)))
        self.kept = Keeper()
        self.host = Host(self.clock, self._send, options, fault, self.kept)
        self.host.start()

    def _send(self, octets: bytes) -> None:
        if self.cut:
            return
        self.wire.append((self.clock.now_s, ">", octets))
        if self.swallowed and b"OTARD=" in octets and b"?" not in octets:
            self.swallowed -= 1
        else:
            self.simulator.write(octets)

    def run(self, duration_s: float, until: Callable[[], bool] = lambda: False) -> "HostRig":
        """Let time pass, or stop as soon as something holds."""
        until_s = self.clock.now_s + duration_s
        while not until():
            next_s = self.simulator.next_event_s()
            if next_s is None or next_s > until_s:
                self.simulator.advance_to(until_s)
                break
            self.simulator.advance_to(next_s)
            for reception in self.simulator.collect():
                octets = self.corrupted(reception.octets)
                self.wire.append((self.clock.now_s, "<", octets))
                self.host.receive(octets)
        return self

    def at(self, phase: Phase, do: Do) -> "HostRig":
        """Do something as soon as the host is in a phase, a little into it."""
        self.run(300, lambda: self.host.upgrade.phase is phase)
        self.run(0.05)
        do(self)
        return self

    def do(self, action: str, **arguments: object) -> None:
        """Let the laboratory do something."""
        reply = self.laboratory.perform(action, arguments)
        assert reply["ok"] is True, reply

    @property
    def status(self) -> object:
        """The platform's status of the upgrade."""
        return self.laboratory.perform("platform_status", {})["status"]

    @property
    def sent(self) -> list[str]:
        """The command lines of the host."""
        return [octets.decode("latin-1").strip() for _, way, octets in self.wire if way == ">"]


def nasty_package(path: Path) -> Path:
    """Write a package that spells answers, events and control characters."""
    lines = (
        *("OK", "ERROR", "+QIOTEVT: 7,10706", "+QIOTEVT: 7,10704", "+QIOTOTARD: 0,1024", "RDY"),
        *('+QIOTEVT: 7,10700,"STM32","","9_9",30,-113,5', "+QIOTEVT: 2,10474", "AT+QIOTUPDATE=3"),
    )
    text = b"".join(b"\r\n" + line.encode() + b"\r\n" for line in lines)
    path.write_bytes((text + bytes(range(256))) * 9)
    return path


def _fails(rig: HostRig) -> None:
    rig.simulator.module.upgrade.fail()


def _restarts(rig: HostRig) -> None:
    rig.simulator.module.power_off()
    rig.simulator.module.power_on()


def _link_fails(rig: HostRig) -> None:
    rig.do("link_down")
    rig.run(20)
    rig.do("link_up")


def _event(rig: HostRig) -> None:
    rig.simulator.module.events.emit("+QIOTEVT: 4,10210")


def _swallows(rig: HostRig) -> None:
    rig.swallowed = 1


def _swallows_all(rig: HostRig) -> None:
    rig.swallowed = 6


def _flat(rig: HostRig) -> None:
    rig.host.set(battery=5)


def _digest(*fields: int) -> Do:
    """Corrupt digests on their way."""

    def corrupt(octets: bytes) -> bytes:
        if b" 7,10701," not in octets:
            return octets
        head, *rest = octets.split(b'"')
        return b'"'.join(
            [head, *(e[::-1] if n in fields else e for n, e in enumerate(rest, start=1))]
        )

    def do(rig: HostRig) -> None:
        rig.corrupted = corrupt

    return do


def _two_components(rig: HostRig) -> None:
    rig.do("withdraw_plans")
    components = [
        {"component": "STM32", "target_version": "2_0_0"},
        {"component": "ESP32", "target_version": "2_0"},
    ]
    rig.do("arm_components", plan={"components": components})


def _package(path: Path) -> Do:
    def do(rig: HostRig) -> None:
        plan = {"component": "STM32", "target_version": "2_0_0", "image": str(nasty_package(path))}
        rig.do("arm_plan", plan=plan)

    return do


def scenarios(folder: Path) -> dict[str, Callable[[str], HostRig]]:
    """Return runs by name; each takes the name of a host's fault and is over afterwards."""
    made: dict[str, Callable[[str], HostRig]] = {}

    def add(name: str, host: str = "", simulator: str = "", do: Do | None = None) -> None:
        def play(fault: str) -> HostRig:
            rig = HostRig(host, simulator, fault)
            if do is not None:
                do(rig)
            return rig.run(700)

        made[name] = play

    add("plain")
    add("pieces", simulator="piece_limit_octets=9973&chunk=50")
    add("short blocks", simulator="fault=short-at-page-ends", host="block_octets=1000")
    add("odd short blocks", simulator="max_length=999&over_long_read=clamp", host="block_octets=7")
    add("terse", simulator="echo=no&leading_crlf=never&crlf_before_ok_after_data=1")
    add("no CR LF before blocks", simulator="leading_crlf=not-for-blocks")
    add("no echo", simulator="echo=no")
    add("authenticates", simulator="auth_event=always")
    add("glued", simulator="event_gap_s=0")
    add("before OK", simulator="urc_before_ok=yes&qind=before")
    add("repeats", simulator="offer_repeats=2&progress_count=12", host="decide_s=8")
    add("no progress", simulator="progress_count=0")
    add("slow", simulator="latency_s=0.25&progress_period_s=0.2")
    add("small blocks", simulator="max_length=256&over_long_read=error")
    add("clamped blocks", simulator="max_length=256")
    add("no battery", host="battery_percent=10")
    add("weak signal", host="signal_dbm=-120")
    add("no space", host="free_space_octets=100")
    add("refuses", host="decision=refuse")
    add("battery falls", do=lambda rig: rig.at(Phase.OFFERED, _flat))
    add("offered twice, limits then unmet", simulator="retry=offer", do=_fails_then_flat)
    add("refused read", simulator="fault=first-read-refused&piece_limit_octets=9973")
    add("nasty package", do=_package(folder / "nasty.bin"))
    add("wrong digests", do=_digest(3, 5))
    add("wrong MD5", do=_digest(3))
    add("wrong SHA-256", do=_digest(5))
    add("two components", host="others=ESP32:1_0", do=_two_components)
    add("read in silence", do=lambda rig: rig.at(Phase.READING, _swallows))
    add("reads in silence", do=lambda rig: rig.at(Phase.READING, _swallows_all))
    for step in STEPS:
        add(f"10706: {step}", do=_at(step, _fails))
        add(f"module restart: {step}", do=_at(step, _restarts))
        add(f"silent module restart: {step}", simulator="banner=no", do=_at(step, _restarts))
        add(f"link loss: {step}", do=_at(step, _link_fails))
        add(f"host restart: {step}", host=f"restart_at={step}")
        add(f"foreign event: {step}", do=_at(step, _event))
    return made


def _at(step: Phase, do: Do) -> Do:
    return lambda rig: rig.at(step, do)


def _fails_then_flat(rig: HostRig) -> None:
    rig.at(Phase.READING, _fails)
    _flat(rig)
