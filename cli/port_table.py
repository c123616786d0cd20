"""The table of this machine's serial ports: what each is, and which one is the module's."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from atverdict.adapters.port_survey import (
    ASKED,
    BAUDRATE,
    SurveyedPort,
    stable_name,
)
from atverdict.adapters.ports import port_users
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.judge.peer_kind import Turn, kind_of, sim_problem
from atverdict.reports.text import clean, paragraph

__all__ = ["Row", "chosen", "port_json", "port_lines", "row_of"]

MODEM_MANAGER = "ModemManager"
_OK = re.compile(rb"(?:^|[\r\n])OK\r")


@dataclass(frozen=True)
class Row:
    """One port, and what was learnt of it."""

    port: SurveyedPort
    state: str
    """`module`, `at`, `other`, `silent`, `in-use` or `closed`, for programs."""
    meaning: str
    """The same for people, in a few words."""
    came: bytes = b""
    """What came, where it is no answer to AT."""
    identity: str = ""
    """The answer to ATI, in one line."""

    @property
    def device(self) -> str:
        """The path of the port."""
        return clean(self.port.device)


def row_of(port: SurveyedPort) -> Row:
    """Say what a port is, by what it has answered."""
    if port.users:
        whose = "a run of atverdict" if port.leased else "another program"
        return Row(port, "in-use", f"in use by {whose}: {clean(port_users.describe(port.users))}")
    if port.problem:
        return Row(port, "closed", clean(port.problem.removeprefix(f"{port.device} ")))
    turns = [Turn(*pair) for pair in port.exchanged]
    came = b"".join(turn.came for turn in turns)
    if not any(_OK.search(turn.came) for turn in turns if turn.sent == b"AT\r"):
        kind = kind_of(turns)
        if not came:
            return Row(port, "silent", f"silent: no answer to AT at {BAUDRATE} bit/s")
        return Row(port, "other", f"no AT port: {kind.name}. {kind.meaning}", came)
    answers = {turn.sent: turn.answer for turn in turns}
    identity = _line(answers.get(ASKED[0], b""))
    if b"+QIOTREG:" in answers.get(ASKED[1], b""):
        return Row(port, "module", "answers AT and AT+QIOT: a module with QuecThing", b"", identity)
    sim = sim_problem(came)[0]
    why = f" ({sim})" if sim else ""
    return Row(port, "at", f"answers AT, and not AT+QIOT{why}", b"", identity)


def _line(answer: bytes) -> str:
    lines = (line.strip() for line in answer.splitlines())
    told = b", ".join(line for line in lines if line not in (b"", b"OK", b"ERROR"))
    return printable(told, 120)


def chosen(rows: Sequence[Row]) -> list[Row]:
    """Return the ports to give to ``--iut``: of each module the first that answers the flow.

    Where there is none, those that answer AT.
    """
    for state in ("module", "at"):
        first: dict[str, Row] = {}
        for row in rows:
            if row.state == state:
                first.setdefault(_module(row), row)
        if first:
            return list(first.values())
    return []


def _module(row: Row) -> str:
    """Return what the ports of one USB device share; the port itself without one."""
    return (row.port.info.location or "").partition(":")[0] or row.device


def _of_usb(row: Row) -> str:
    info = row.port.info
    if info.vid is None:
        return clean(info.description or "") if info.description not in (None, "n/a") else ""
    interface = (info.location or "").partition(":")[2]
    named = f' "{clean(info.interface)}"' if info.interface else ""
    parts = (
        f"USB {info.vid:04x}:{info.pid or 0:04x}",
        clean(" ".join(text for text in (info.manufacturer, info.product) if text)),
        f"interface {interface}{named}" if interface or named else "",
        f"serial number {clean(info.serial_number)}" if info.serial_number else "",
    )
    return ", ".join(part for part in parts if part)


def port_lines(rows: Sequence[Row], managers: Sequence[int]) -> Iterator[str]:
    """Yield the lines for a terminal; `managers` are the processes of ModemManager."""
    for row in rows:
        yield from paragraph(f"{row.device}  {row.meaning}", further="    ")
        for text in (_of_usb(row), row.identity and f"ATI: {row.identity}", _shown(row)):
            if text:
                yield from paragraph(text, "    ")
    if not rows:
        yield from paragraph(
            "This machine has no serial port. Look at the cable and at the module's power. On "
            "Linux a USB module needs the driver option, and a container needs the device."
        )
    yield ""
    if managers:
        yield from paragraph(
            f"{MODEM_MANAGER} runs (pid {', '.join(map(str, managers))}). It may open a port at "
            "any time and send commands of its own. Stop it for a run: "
            "sudo systemctl stop ModemManager"
        )
        yield ""
    yield from _advice(rows)


def _shown(row: Row) -> str:
    if not row.came:
        return ""
    return f"It sent: {printable(row.came, 60)}"


def _advice(rows: Sequence[Row]) -> Iterator[str]:
    those = chosen(rows)
    for row in those:
        yield f"atverdict run --iut {shlex.quote(row.device)} --pixit FILE"
        lasting = stable_name(row.port.device)
        if lasting != row.port.device:
            yield from paragraph("Its name that stays when ports get other numbers:", "    ")
            yield f"    {clean(lasting)}"
    if not those:
        yield from paragraph("No port answers AT, so there is none to give to --iut.")
        if any(row.state == "in-use" for row in rows):
            yield from paragraph("A port in use was not asked. End the program that uses it.")
    elif those[0].state == "at":
        yield from paragraph(
            "It answers AT alone: a module without QuecThing, one without SIM, or another device."
        )
    elif len(those) > 1:
        yield from paragraph("These are several modules. Each of them is an IUT of its own.")
    if any(row.state == "silent" for row in rows) and not those:
        yield from paragraph(
            "A silent port may have another rate: atverdict run --iut PORT --try-baud-rates"
        )


def port_json(rows: Sequence[Row], managers: Sequence[int]) -> dict[str, object]:
    """Return the same for programs (``contract.md``)."""
    return {
        "format": 1,
        "ports": [_json_of(row) for row in rows],
        "iut": [row.port.device for row in chosen(rows)],
        "modem_manager": list(managers),
    }


def _json_of(row: Row) -> dict[str, object]:
    info = row.port.info
    return {
        "device": row.port.device,
        "stable_name": stable_name(row.port.device),
        "state": row.state,
        "meaning": row.meaning,
        "vid": info.vid,
        "pid": info.pid,
        "manufacturer": info.manufacturer,
        "product": info.product,
        "serial_number": info.serial_number,
        "interface": (info.location or "").partition(":")[2] or None,
        "interface_name": info.interface,
        "users": [{"pid": pid, "program": port_users.program(pid)} for pid in row.port.users],
        "identity": row.identity,
        "came": printable(row.came, 200),
    }
