"""Checks on command lines: their form, their pace, and what they say."""

import re
from collections.abc import Iterator

from atverdict.conformance.evidence.host_trace import HostExchange
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Asked, Typed
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, fails, finding, inconclusive, passes
from atverdict.conformance.judge.host.situation import HostSituation
from atverdict.grammar.message import CommandForm, CommandLine, Malformed

ATTEMPT = re.compile(rb"(?:^|[\r\n\0])AT|\+QIOT", re.IGNORECASE)
SLOW_S = 0.2
"""A slow answer: the host must wait for it."""
PAUSE_S = 0.1
"""The pause that V.250 asks for."""
TINY_S = 1e-6
REQUESTS = (0, 1, 2, 3)
"""The values of AT+QIOTOTAREQ in all documents, with digests of other kinds of package."""


@check("SOTA-HST-001", on=Asked)
def starts_with_at(item: Asked, _now: HostSituation) -> Iterator[Finding]:
    """A command line begins with AT and ends with CR; LF ends none."""
    sent = item.exchange.sent
    if b"\n" in sent.octets:
        yield fails("SOTA-HST-001", sent, "CR at the end of each line", printable(sent.octets))
    else:
        yield passes("SOTA-HST-001", sent, "AT ... CR", "AT ... CR")


@check("SOTA-HST-001", on=Typed)
def no_command_line(item: Typed, now: HostSituation) -> Iterator[Finding]:
    """Octets that are neither a command line nor an empty one."""
    octets = item.place.octets
    if not octets.strip(b"\r\n"):
        return
    said = printable(octets)
    if now.host.starting and not ATTEMPT.search(octets):
        return  # the text of a boot loader, or noise: no attempt at a command line
    if octets[:2].upper() == b"AT":
        yield fails("SOTA-HST-001", item.place, "CR at the end of a command line", said)
    else:
        yield fails("SOTA-HST-001", item.place, "a command line that starts with AT", said)


@check("SOTA-HST-002", on=Asked)
def waits_for_the_answer(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """No line comes before the answer to the last, or the end of the documented time."""
    if not now.host.pending:
        return
    pending = now.host.pending[-1]
    before, limit_s = pending.sent, _response_limit_s(pending, now)
    waited_s = item.exchange.sent.instant_s - before.instant_s
    if waited_s < limit_s - now.header.uncertainty_s:
        yield fails(
            "SOTA-HST-002",
            (before, item.exchange.sent),
            f"the final result code, or {limit_s:g} s, before the next command line",
            f"the next command line after {waited_s:.3f} s",
        )


def _response_limit_s(exchange: HostExchange, now: HostSituation) -> float:
    """Return the time that the module may take; the longest one for commands outside the flow."""
    name = exchange.command.name if isinstance(exchange.command, CommandLine) else ""
    commands = now.specification.commands
    known = [commands[name]] if name in commands else commands.values()
    return max(command.max_response_time_s for command in known)


@check("SOTA-HST-002", on=HostExchange)
def was_patient(item: HostExchange, now: HostSituation) -> Iterator[Finding]:
    """A slow answer was awaited."""
    if item.final_place is None or now.host.pending != [item]:
        return
    took_s = item.final_place.instant_s - item.sent.instant_s
    if took_s >= SLOW_S:
        yield passes(
            "SOTA-HST-002", item, "the next command line behind the final result code", "that"
        )


@check("SOTA-TIM-009", on=Asked)
def pauses_behind_answers(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """A pause lies between a final result code and the next command line."""
    last, sent = now.host.last_answered, item.exchange.sent
    if last is None or (code := last.final_place) is None:
        return
    if code.instant_s - last.sent.instant_s < SLOW_S:
        return  # a line that was sent before the result code could not be told from a hasty one
    pause_s = sent.instant_s - code.instant_s
    line_s = len(sent.octets) * now.header.octet_s
    if pause_s < PAUSE_S - now.header.uncertainty_s - TINY_S:
        verdict = Verdict.FAIL
    elif pause_s - line_s >= PAUSE_S - TINY_S:
        verdict = Verdict.PASS
    else:
        return  # the time of the line itself decides
    expected = f"at least {PAUSE_S * 1000:g} ms between a result code and the next line"
    yield finding("SOTA-TIM-009", verdict, (code, sent), expected, f"{pause_s * 1000:.0f} ms")


@check("SOTA-HST-023", on=Asked)
def says_what_documents_know(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """Commands of the flow have documented names, forms and values."""
    exchange = item.exchange
    command, octets = exchange.command, exchange.sent.octets
    said = printable(octets)
    if isinstance(command, Malformed):
        if b"QIOT" not in octets.upper() or b"\n" in octets:
            return
        if b'", ' in octets:
            yield inconclusive(
                "SOTA-HST-023", exchange.sent, "no space behind the comma (E-24)", said
            )
        else:
            yield fails("SOTA-HST-023", exchange.sent, "a documented command line", said)
        return
    if not command.name.startswith("QIOT") or command.name in now.specification.neighbours:
        return  # a command outside the flow
    expected = _documented(command, now)
    if expected:
        yield fails("SOTA-HST-023", exchange.sent, expected, said)
    else:
        yield passes("SOTA-HST-023", exchange.sent, "a documented command line", said)


def _documented(command: CommandLine, now: HostSituation) -> str:
    """Return what is documented instead of a command; empty where the command is."""
    if command.name not in now.commands:
        return "a command of the documents"
    if command.form is not CommandForm.WRITE:
        return ""
    values = command.parameters
    match command.name:
        case "QIOTUPDATE" | "QIOTOTAREQ" | "QIOTREG" as name:
            known = REQUESTS if name == "QIOTOTAREQ" else now.permitted(name)
            fits = len(values) == 1 and isinstance(values[0], int) and values[0] in known
            return "" if fits else f"AT+{name}={known[0]} to {known[-1]}"
        case "QIOTMCUVER":
            fits = 1 <= len(values) <= 2 and all(isinstance(value, str) for value in values)
            return "" if fits else "component and version between quotation marks"
        case "QIOTOTARD":
            fits = len(values) == 2 and all(isinstance(v, int) and v >= 0 for v in values)
            return "" if fits else "start and length, whole numbers"
        case _:
            return ""
