"""Logs of the host role made by hand: the host says, the suite answers as the module."""

import hashlib
import zlib
from typing import Self

from atverdict.conformance.evidence.log import (
    FORMAT,
    Begin,
    ControlAction,
    End,
    Footer,
    Header,
    Received,
    Record,
    Reset,
    Sent,
    to_text,
)
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.judge import judge
from atverdict.conformance.judge.judgement import Judgement
from atverdict.spec.model import Role

__all__ = ["PACKAGE", "HostLog"]

PACKAGE = bytes(range(97, 123)) * 40
"""1,040 octets: one block of 1,024 and a rest."""


class HostLog:
    """A log that grows; every method returns it, so that a log reads as one sentence."""

    def __init__(self, host: dict[str, object] | None = None) -> None:
        """Begin with the header; `host` is what the PIXIT tells of the host."""
        header = Header(
            format=FORMAT,
            suite_version="0",
            specification="0",
            profile="cellular-2025",
            role=Role.HOST,
            address="bench",
            transport="bench",
            opened_at="2025-01-01T00:00:00+00:00",
            pixit={"host": host} if host else {},
        )
        self.records: list[Record] = [header]
        self.now_s = 0.0
        self.package = PACKAGE
        self.purpose = ""

    def add(self, record: Record) -> Self:
        """Add a record as it is."""
        self.records.append(record)
        return self

    # Scenarios

    def begin(self, purpose: str = "plain", *requirements: str) -> Self:
        """Begin a scenario."""
        self.purpose = purpose
        return self.add(Begin(self.now_s, purpose, "A sentence.", requirements))

    def end(self, problem: str = "") -> Self:
        """End it."""
        return self.add(End(self.now_s, self.purpose, problem))

    def wait(self, duration_s: float) -> Self:
        """Let time pass."""
        self.now_s += duration_s
        return self

    def control(self, action: str, **arguments: object) -> Self:
        """Have the laboratory do something."""
        return self.add(ControlAction(self.now_s, action, arguments, {"ok": True}))

    def status(self, version: str) -> Self:
        """Have the host say what it runs."""
        reply: dict[str, object] = {"ok": True, "version": version}
        return self.add(ControlAction(self.now_s, "host_status", {}, reply))

    def reset(self) -> Self:
        """Switch the module off and on."""
        return self.add(Reset(self.now_s))

    # Octets

    def says(self, octets: str | bytes, after_s: float = 0.2) -> Self:
        """Receive octets of the host."""
        text = octets if isinstance(octets, str) else to_text(octets)
        return self.wait(after_s).add(Received(self.now_s, text))

    def told(self, octets: str | bytes, after_s: float = 0.05) -> Self:
        """Send octets to it."""
        text = octets if isinstance(octets, str) else to_text(octets)
        return self.wait(after_s).add(Sent(self.now_s, text))

    def asks(self, line: str, *lines: str, final: str = "OK", after_s: float = 0.2) -> Self:
        """Receive a command line, and answer it."""
        answer = "".join(f"\r\n{each}\r\n" for each in (*lines, final))
        return self.says(f"{line}\r", after_s).told(answer)

    def refused(self, line: str, after_s: float = 0.2) -> Self:
        """Receive a command line, and answer ERROR."""
        return self.asks(line, final="ERROR", after_s=after_s)

    def event(self, data: str) -> Self:
        """Send an event; `data` stand behind the colon and the space."""
        return self.told(f"\r\n+QIOTEVT: {data}\r\n", 0.2)

    # The flow

    def announces(self, component: str = "STM32", version: str = "1_0_0") -> Self:
        """Have a version announced."""
        return self.asks(f'AT+QIOTMCUVER="{component}","{version}"')

    def requests(self) -> Self:
        """Have a plan asked for."""
        return self.asks("AT+QIOTOTAREQ=1")

    def offered(
        self, component: str = "STM32", target: str = "2_0_0", limits: str = "0,-200"
    ) -> Self:
        """Offer a component."""
        return self.event(f'7,10700,"{component}","","{target}",{limits},{len(self.package)}')

    def begun(self) -> Self:
        """Come to an offer."""
        return self.announces().requests().offered()

    def accepts(self) -> Self:
        """Have the offer accepted."""
        return self.asks("AT+QIOTUPDATE=1")

    def started(self, component: str = "STM32", package: bytes | None = None) -> Self:
        """Begin the download of `package`, or of one with other digests than it has."""
        content = self.package if package is None else package
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        size, crc = len(self.package), zlib.crc32(content)
        return self.event(f'7,10701,"{component}",{size},"{digest}",{crc}')

    def piece(self, start: int = 0, length: int | None = None, component: str = "STM32") -> Self:
        """Have a piece there."""
        size = len(self.package)
        return self.event(f'7,10703,"{component}",{size},{start},{length or size - start}')

    def ready(self) -> Self:
        """Come to a piece that can be read."""
        return self.begun().accepts().started().piece()

    def reads(
        self, start: int, length: int, given: int | None = None, after_s: float = 0.2
    ) -> Self:
        """Have octets read; `given` of them are returned, all that there are without it."""
        data = self.package[start : start + (length if given is None else given)]
        head = f"\r\n+QIOTOTARD: {start},{len(data)}\r\n".encode()
        asked = self.says(f"AT+QIOTOTARD={start},{length}\r", after_s)
        return asked.told(head + data + b"\r\n\r\nOK\r\n")

    def reads_all(self) -> Self:
        """Have the package read."""
        return self.reads(0, 1024).reads(1024, 16)

    def updates(self) -> Self:
        """Have the update reported."""
        return self.asks("AT+QIOTUPDATE=3").event("7,10704")

    def updated(self) -> Self:
        """Come to where the target version is due."""
        return self.ready().reads_all().updates()

    def completed(self, target: str = "2_0_0") -> Self:
        """Have the target version announced, and say that it is well."""
        return self.announces(version=target).event("7,10705")

    def whole(self, purpose: str = "plain", *requirements: str) -> Self:
        """Play a scenario from its beginning to its end."""
        return self.begin(purpose, *requirements).updated().completed().end()

    # The judgement

    def judgement(self, disabled: frozenset[str] = frozenset()) -> Judgement:
        """End the log and judge it."""
        return judge([*self.records, Footer(self.now_s, complete=True)], disabled)

    def verdicts(self, disabled: frozenset[str] = frozenset()) -> dict[str, set[Verdict]]:
        """Return which verdicts there are findings of, by requirement."""
        requirements = self.judgement(disabled).requirements
        return {name: set(each.counts) for name, each in requirements.items() if each.counts}
