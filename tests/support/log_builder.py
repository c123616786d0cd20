"""Conformance logs made by hand: a few records that show one thing, for the tests of the judge."""

import base64
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from atverdict.conformance.evidence.log import (
    FORMAT,
    Begin,
    ControlAction,
    End,
    Expected,
    Footer,
    GaveUp,
    Header,
    Package,
    Port,
    Received,
    Record,
    Reset,
    Sent,
    Stall,
    Waited,
    to_text,
)
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.judge import judge
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.suite_package import suite_package
from atverdict.spec.model import Role

__all__ = [
    "BLOCK",
    "FIRST",
    "MD5",
    "OFFER",
    "OTHER",
    "OWN",
    "PACKAGE",
    "PIECE",
    "SHA256",
    "SIZE",
    "START",
    "START_SHA256",
    "Build",
    "Case",
    "LogBuilder",
    "answers",
    "breaks",
    "ignores",
    "keeps",
    "leaves_open",
    "piece",
]

SIZE = 2500
PACKAGE = bytes(range(256)) + suite_package(SIZE)[256:]
"""Begins with every octet value in order, so that what becomes of each can be told."""
MD5 = hashlib.md5(PACKAGE, usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(PACKAGE).hexdigest()
CRC = zlib.crc32(PACKAGE)
BLOCK = 1024

OFFER = f'7,10700,"STM32","","2_0_0",30,-113,{SIZE}'
OTHER = OFFER.replace("STM32", "ESP32")
"""The offer of another component."""
OWN = OFFER.replace("STM32", "EC200U")
"""The offer of what may be the module's own firmware."""
START = f'7,10701,"STM32",{SIZE},"{MD5}",{CRC}'
START_SHA256 = f'{START},"{SHA256}"'


def piece(start: int, length: int) -> str:
    """Return the 10703 of a piece, without its prefix."""
    return f'7,10703,"STM32",{SIZE},{start},{length}'


PIECE = piece(0, SIZE)
FIRST = piece(0, BLOCK)
"""The first of several pieces."""


class LogBuilder:
    """A log that grows; every method returns the bench, so that a log reads as one sentence."""

    def __init__(  # noqa: PLR0913 - the fields of the header that matter to verdicts
        self,
        *,
        profile: str = "cellular-2025",
        plan_control: bool = False,
        baudrate: int | None = None,
        uncertainty_s: float = 0.0,
        selection: tuple[str, ...] = (),
        transport: str = "bench",
        iut: dict[str, str] | None = None,
        pixit: dict[str, object] | None = None,
    ) -> None:
        """Begin with the header; without a baud rate octets need no time."""
        header = Header(
            format=FORMAT,
            suite_version="0",
            specification="0",
            profile=profile,
            role=Role.MODULE,
            address="bench",
            transport=transport,
            opened_at="2025-01-01T00:00:00+00:00",
            baudrate=baudrate,
            uncertainty_s=uncertainty_s,
            selection=selection,
            plan_control=plan_control,
            iut=iut or {},
            pixit=pixit or {},
        )
        self.records: list[Record] = [header]
        self.now_s = 0.0

    def add(self, record: Record) -> Self:
        """Add a record as it is."""
        self.records.append(record)
        return self

    # Octets

    def wait(self, duration_s: float) -> Self:
        """Let time pass."""
        self.now_s += duration_s
        return self

    def sent(self, line: str, terminator: str = "\r") -> Self:
        """Send a command line."""
        return self.add(Sent(self.now_s, line + terminator))

    def got(self, octets: str | bytes, after_s: float = 0.02) -> Self:
        """Receive octets after a while."""
        text = octets if isinstance(octets, str) else to_text(octets)
        return self.wait(after_s).add(Received(self.now_s, text))

    def ask(
        self,
        line: str,
        *lines: str,
        final: str = "OK",
        after_s: float = 0.02,
        echo: bool = False,
        terminator: str = "\r",
    ) -> Self:
        """Send a command line, receive its answer, and leave the pause of a host."""
        before = f"{line}\r" if echo else ""
        text = "".join(f"\r\n{line}\r\n" for line in (*lines, final))
        return self.sent(line, terminator).got(before + text, after_s).wait(0.1)

    def refused(self, line: str) -> Self:
        """Send a command line that is answered ERROR."""
        return self.ask(line, final="ERROR")

    def silent(self, line: str, terminator: str = "\r") -> Self:
        """Send a command line that is never answered."""
        return self.sent(line, terminator).wait(5.0).add(GaveUp(self.now_s, 5.0))

    def event(self, data: str, after_s: float = 0.2) -> Self:
        """Receive an event; `data` stand behind the colon and the space."""
        return self.got(f"\r\n+QIOTEVT: {data}\r\n", after_s)

    def events(self, *data: str) -> Self:
        """Receive several events, one after the other."""
        for each in data:
            self.event(each)
        return self

    def block(
        self,
        start: int,
        length: int,
        octets: bytes | None = None,
        *,
        header: str | None = None,
        end: str = "\r\n\r\nOK\r\n",
    ) -> Self:
        """Read a block; the answer is that of the package unless something else is given."""
        if octets is None:
            octets = PACKAGE[start : start + length]
        head = f"{start},{len(octets)}" if header is None else header
        self.sent(f"AT+QIOTOTARD={start},{length}")
        answer = f"\r\n+QIOTOTARD: {head}\r\n".encode() + octets + end.encode()
        return self.got(answer)

    # What lies around

    def listen(self, duration_s: float) -> Self:
        """Hear nothing for a while."""
        return self.wait(duration_s).add(Waited(self.now_s))

    def stalled(self, late_s: float) -> Self:
        """Let the suite itself be late."""
        return self.wait(late_s).add(Stall(self.now_s, late_s))

    def gave_up(self, after_s: float = 5.0) -> Self:
        """Wait no longer for the pending answer."""
        return self.wait(after_s).add(GaveUp(self.now_s, after_s))

    def control(self, action: str, *, ok: bool = True, **arguments: object) -> Self:
        """Let the laboratory do something."""
        return self.add(ControlAction(self.now_s, action, arguments, {"ok": ok}))

    def asked_agent(
        self, action: str, arguments: dict[str, object], *, ok: bool, error: str = ""
    ) -> Self:
        """Ask the laboratory for something that the platform may refuse."""
        reply: dict[str, object] = {"ok": True} if ok else {"ok": False, "error": error}
        return self.add(ControlAction(self.now_s, action, arguments, reply))

    def recorded(self, status: str) -> Self:
        """Ask the laboratory what the platform has recorded."""
        reply = {"ok": True, "status": status}
        return self.add(ControlAction(self.now_s, "platform_status", {}, reply))

    def arm(self, source: str = "", target: str = "2_0_0", component: str = "STM32") -> Self:
        """Let the laboratory arm a plan."""
        plan = {"component": component, "source_version": source, "target_version": target}
        return self.control("arm_plan", plan=plan)

    def uploaded(self, octets: bytes = PACKAGE) -> Self:
        """Make the package known that the laboratory uploaded."""
        return self.add(Package(self.now_s, "STM32", base64.b64encode(octets).decode("ascii")))

    def factory_reset(self) -> Self:
        """Set the IUT to what it was when it left the factory."""
        return self.add(Reset(self.now_s)).control("factory_reset").wait(5.0)

    def power_cycle(self) -> Self:
        """Take the IUT's power away for a while."""
        return self.add(Reset(self.now_s)).control("power_cycle").wait(5.0)

    def typed(self, octets: str) -> Self:
        """Send octets that are no command line."""
        return self.add(Sent(self.now_s, octets))

    def begin(self, *requirements: str, negative: bool = False) -> Self:
        """Begin a test purpose."""
        return self.add(Begin(self.now_s, "bench.purpose", "A sentence.", requirements, negative))

    def done(self, problem: str = "", *, insane: bool = False) -> Self:
        """End the test purpose."""
        return self.add(End(self.now_s, "bench.purpose", problem, insane=insane))

    def unplugged(self) -> Self:
        """Lose the port and get it back."""
        lost = Port(self.now_s, open=False, reason="gone")
        return self.add(lost).wait(1.0).add(Port(self.now_s, open=True))

    @property
    def line(self) -> int:
        """How many lines the log has: a mark for what comes from now on."""
        return len(self.records)

    def expect(
        self,
        requirement: str,
        *codes: int,
        within_s: float = 1.0,
        instead: tuple[int, ...] = (),
        **more: object,
    ) -> Self:
        """State what of type 7 must follow, or with ``forbidden=True`` must not."""
        record = Expected(
            t=self.now_s,
            requirement=requirement,
            events=tuple((7, code) for code in codes),
            within_s=within_s,
            since=int(str(more.get("since", self.line))),
            instead=tuple((7, code) for code in instead),
            forbidden=bool(more.get("forbidden", False)),
            otherwise=str(more.get("otherwise", "fail")),
        )
        return self.add(record)

    def end(self, *, complete: bool = True, reason: str = "") -> Self:
        """End the run."""
        return self.add(Footer(self.now_s, complete, reason))

    # States of the flow

    def proved(self) -> Self:
        """Pass the basic interconnection test."""
        self.ask("AT").ask("AT+QIOTREG=?", "+QIOTREG: (0-2)")
        return self.ask("AT+QIOTREG?", "+QIOTREG: 0")

    def provisioned(self) -> Self:
        """Bring the IUT to registration mode 0, with product key and secret stored."""
        return self.offline().ask('AT+QIOTCFG="productinfo","p11abc","****"')

    def offline(self) -> Self:
        """Bring the IUT to registration mode 0."""
        return self.ask("AT+QIOTREG=0")

    def online(self) -> Self:
        """Connect the IUT to the platform."""
        return self.ask("AT+QIOTREG=1").events("2,10200", "3,10200").wait(0.1)

    def announce(self, version: str = "1_0_0", component: str = "STM32") -> Self:
        """Announce a version."""
        return self.ask(f'AT+QIOTMCUVER="{component}","{version}"')

    def request(self, info: int | None = 1) -> Self:
        """Ask for a plan; None is the execute form."""
        return self.ask("AT+QIOTOTAREQ" if info is None else f"AT+QIOTOTAREQ={info}")

    def maximum(self, octets: int = BLOCK) -> Self:
        """Learn the largest block from the test form."""
        return self.ask("AT+QIOTOTARD=?", f"+QIOTOTARD: <start>,(1-{octets})")

    def offered(self, info: int | None = 1, offer: str = OFFER) -> Self:
        """Bring the IUT to an undecided offer."""
        return self.online().announce().request(info).event(offer)

    def confirmed(self, info: int | None = 1) -> Self:
        """Accept an offer, as a host that takes a moment to decide."""
        return self.offered(info).wait(0.15).ask("AT+QIOTUPDATE=1")

    def downloading(self, start: str = START_SHA256) -> Self:
        """Bring the IUT into the middle of the download."""
        return self.confirmed(1 if SHA256 in start else 0).events(start, "7,10702")

    def ready(self, first_piece: str = PIECE, start: str = START_SHA256) -> Self:
        """Bring the IUT to the first piece."""
        return self.downloading(start).event(first_piece).wait(0.1)

    def second_piece(self, split: int = BLOCK, start: str = START_SHA256) -> Self:
        """Bring the IUT to the second piece of two, the first one read."""
        self.ready(piece(0, split), start).block(0, split).wait(0.1).ask("AT+QIOTUPDATE=2")
        return self.events("7,10702", piece(split, SIZE - split)).wait(0.1)

    def read_all(self, block_octets: int = BLOCK) -> Self:
        """Read the whole package."""
        for start in range(0, SIZE, block_octets):
            self.block(start, min(block_octets, SIZE - start))
        return self.wait(0.1)

    def updating(self) -> Self:
        """Bring the IUT to the state in which the MCU writes its flash."""
        return self.ready().read_all().ask("AT+QIOTUPDATE=3").event("7,10704").wait(0.1)

    def succeeded(self) -> Self:
        """Take an upgrade to its success."""
        return self.updating().announce("2_0_0").event("7,10705").wait(0.1)

    # Verdicts

    def judgement(self, disabled: frozenset[str] = frozenset()) -> Judgement:
        """Judge the log as it stands."""
        return judge(self.records, disabled)

    def verdicts(self, disabled: frozenset[str] = frozenset()) -> dict[str, set[Verdict]]:
        """Return the verdicts of all findings, by requirement."""
        requirements = self.judgement(disabled).requirements
        return {name: set(each.counts) for name, each in requirements.items() if each.counts}


Build = Callable[[LogBuilder], object]


@dataclass(frozen=True)
class Case:
    """A log made by hand and what it says about one requirement."""

    requirement: str
    title: str
    build: Build
    verdict: Verdict
    """The worst that is found for the requirement; NONE where nothing may be found."""
    also: frozenset[str] = frozenset()
    """The other requirements that the log breaks too."""
    settings: dict[str, object] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        """Name of the case in a report."""
        return f"{self.requirement}: {self.title}"

    def bench(self) -> LogBuilder:
        """Build the log."""
        bench = LogBuilder(**self.settings)  # type: ignore[arg-type] # the names are those of LogBuilder
        self.build(bench)
        return bench


def answers(line: str, *lines: str) -> Build:
    """Make a log of one command line, these lines in answer, and OK."""
    return lambda bench: bench.ask(line, *lines)


def breaks(
    requirement: str, title: str, build: Build, also: tuple[str, ...] = (), **settings: object
) -> Case:
    """Make a case that breaks the requirement, and `also` others, and nothing else."""
    return Case(requirement, title, build, Verdict.FAIL, frozenset(also), settings)


def keeps(requirement: str, title: str, build: Build, **settings: object) -> Case:
    """Make a case that shows that the requirement holds; it breaks nothing at all."""
    return Case(requirement, title, build, Verdict.PASS, frozenset(), settings)


def leaves_open(
    requirement: str, title: str, build: Build, also: tuple[str, ...] = (), **settings: object
) -> Case:
    """Make a case in which no document decides; it breaks nothing but `also`."""
    return Case(requirement, title, build, Verdict.INCONCLUSIVE, frozenset(also), settings)


def ignores(
    requirement: str, title: str, build: Build, also: tuple[str, ...] = (), **settings: object
) -> Case:
    """Make a case that says nothing about the requirement, and breaks nothing but `also`."""
    return Case(requirement, title, build, Verdict.NONE, frozenset(also), settings)
