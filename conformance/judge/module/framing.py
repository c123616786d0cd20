"""Checks on lines: how they are cut and answered: SOTA-FRM."""

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Exchange, Stray, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, fails, finding, holds, inconclusive, passes
from atverdict.conformance.judge.first_contact import is_contact_line
from atverdict.conformance.judge.module.damaged_lines import (
    glued_code,
    half_ended,
    swallowed_urc,
    torn_answer,
    torn_echo,
)
from atverdict.conformance.judge.module.sibling import sibling_of
from atverdict.conformance.judge.situation import Situation
from atverdict.grammar.message import (
    BlockHeader,
    CommandForm,
    CommandLine,
    Event,
    FinalResultCode,
    Literal,
    Malformed,
    UnsolicitedResultCode,
)

OTA_COMMANDS = frozenset({"QIOTMCUVER", "QIOTOTAREQ", "QIOTUPDATE", "QIOTOTARD"})

LONG_LINE_OCTETS = 2048
UINT32_MAX = 2**32 - 1
SIMILAR = 0.75

PAUSE_S = 0.2
"""The pause after which a host of the vendor takes an answer as ended (SOTA-FRM-016)."""


def is_long(exchange: Exchange) -> bool:
    """Tell whether a command line is longer than any that the flow needs."""
    return len(exchange.sent.octets) > LONG_LINE_OCTETS


def is_fuzzed(exchange: Exchange) -> bool:
    """Tell whether no host of the documents would send this command line."""
    command = exchange.command
    if isinstance(command, Malformed) or is_long(exchange):
        return True
    if not all(0x20 <= octet < 0x7F for octet in exchange.sent.octets.strip(b"\r\n")):
        return True  # a string may have any octets, but a line editor may take some of them
    return any(
        isinstance(value, Literal)
        or value is None
        or (isinstance(value, int) and not 0 <= value <= UINT32_MAX)
        for value in command.parameters
    )


def answerable(exchange: Exchange, now: Situation) -> bool:
    """Tell whether a document promises an answer to this command line."""
    command = exchange.command
    odd_case = not exchange.canonical and not exchange.sent.octets.endswith(b"\n")
    if not isinstance(command, CommandLine) or is_fuzzed(exchange) or odd_case:
        return False
    return command.name in now.commands or (
        command.name == "" and command.form is CommandForm.BASIC
    )


def answered(exchange: Exchange) -> str:
    """Say in a few words how a command line was answered."""
    if exchange.final is not None:
        text = exchange.final.code + (f": {exchange.final.detail}" if exchange.final.detail else "")
        lines = [printable(told.place.octets.strip(b"\r\n"), 60) for told in exchange.answers[:3]]
        more = ["..."] if len(exchange.answers) > 3 else []
        return " / ".join([*lines, *more, text])
    if exchange.gave_up_after_s is not None:
        return f"no final result code within {exchange.gave_up_after_s:g} s"
    return "an answer that was cut off"


def refusal(exchange: Exchange) -> Verdict:
    """Judge an answer that must be ERROR; whether `+CME ERROR` is one is open question 18."""
    if exchange.refused and exchange.final != FinalResultCode("ERROR"):
        return Verdict.INCONCLUSIVE
    return Verdict.PASS if exchange.refused else Verdict.FAIL


def sent_line(exchange: Exchange) -> str:
    """Return the command line that was sent, without its terminator."""
    return printable(exchange.sent.octets.rstrip(b"\r\n"), 80)


@check("SOTA-FRM-001", on=Exchange)
def command_line_is_processed(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """`AT` and CR are answered with OK; silence before the first answer is no evidence."""
    if exchange.sent.octets != b"AT\r" or exchange.cut:
        return
    if exchange.succeeded:
        yield passes("SOTA-FRM-001", exchange, "OK to AT", "OK")
    elif now.flow.last is not None and now.flow.last.succeeded:
        yield fails("SOTA-FRM-001", exchange, "OK to AT", answered(exchange))


@check("SOTA-FRM-002", "SOTA-FRM-003", on=Exchange)
def letter_case(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """A lower-case prefix is accepted, and a lower-case name."""
    line = exchange.sent.octets.rstrip(b"\r\n")
    if exchange.cut or not isinstance(exchange.command, CommandLine):
        return
    if exchange.sent.octets.endswith(b"\n"):
        return
    requirement = None
    if line[:2] == b"at" and line[2:] == line[2:].upper():
        requirement = "SOTA-FRM-002"
    elif line[:2] == b"AT" and line[2:3] == b"+" and re.fullmatch(rb"\+[a-z]+\?", line[2:]):
        requirement = "SOTA-FRM-003"
    query = exchange.command.form in (CommandForm.TEST, CommandForm.READ)
    if glued_code(exchange) is not None or any(
        not told.place.octets.endswith(b"\r\n") for told in exchange.malformed
    ):
        return  # the answer came, and its lines end wrong: SOTA-FRM-006 judges that
    if requirement and (query or line[2:3] != b"+"):  # a write form may be refused for its values
        expected = f"the answer to {line.decode('ascii', 'replace').upper()}"
        named = line[2:3] != b"+" or any(
            response.name == exchange.command.name for response in exchange.responses
        )
        good = exchange.succeeded and named
        yield holds(requirement, good, exchange, expected, answered(exchange))


@check("SOTA-FRM-004", "SOTA-FRM-005", on=Exchange)
def one_final_result_code(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Each command line gets a final result code, after CR and after CR LF."""
    if exchange.cut or not answerable(exchange, now):
        return
    requirement = "SOTA-FRM-004" if exchange.sent.octets.endswith(b"\r\n") else "SOTA-FRM-005"
    if exchange.final is None:
        glued = glued_code(exchange) is not None  # SOTA-FRM-006 judges it
        if not glued and not _block_cut(exchange) and not now.flow.booting:
            yield fails(requirement, exchange, "one final result code", answered(exchange))
    elif exchange.final.code in ("OK", "ERROR"):
        yield passes(requirement, exchange, "one final result code", exchange.final.code)
    elif now.flow.plain_errors:
        yield fails(requirement, exchange, "OK or ERROR after AT+CMEE=0", answered(exchange))
    else:
        # AT+CMEE is not in the documents of the flow: open question 18.
        yield inconclusive(requirement, exchange, "OK or ERROR", answered(exchange))


@check("SOTA-FRM-004", on=Exchange)
def line_feed_does_not_stick(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The LF of a CR LF does not spoil the next command line."""
    last = now.flow.typed or (now.flow.last.sent if now.flow.last else None)
    if last is None or exchange.cut or not last.octets.endswith(b"\r\n"):
        return
    if exchange.sent.octets == b"AT\r" and (exchange.final or now.flow.typed is None):
        places = [last, *exchange.places]
        expected = "OK to AT after a line that CR LF ended"
        yield holds("SOTA-FRM-004", exchange.succeeded, places, expected, answered(exchange))


def _block_cut(exchange: Exchange) -> bool:
    """Tell whether an incomplete block has taken in the code; SOTA-CMD-OTARD-004 judges that."""
    return any(isinstance(response.payload, BlockHeader) for response in exchange.responses)


@check("SOTA-FRM-004", "SOTA-FRM-005", on=Stray)
def no_second_final_result_code(stray: Stray, now: Situation) -> Iterator[Finding]:
    """There is no second final result code."""
    last = stray.last
    if now.flow.typed is not None:
        return  # it may answer the empty line: SOTA-ROB-006 judges that
    if not isinstance(stray.message, FinalResultCode) or last is None or last.final is None:
        return  # without a first code it is late, and not a second one
    requirement = "SOTA-FRM-004" if last.sent.octets.endswith(b"\r\n") else "SOTA-FRM-005"
    yield finding(
        requirement,
        Verdict.INCONCLUSIVE if stray.behind_foreign else Verdict.FAIL,
        [*last.places, stray.place],
        f"exactly one final result code to {sent_line(last)}",
        f"{stray.message.code} once more",
    )


@check("SOTA-FRM-006", on=Exchange)
def final_result_code_stands_alone(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """A final result code has a line of its own that CR LF ends."""
    glued = glued_code(exchange)
    if glued is not None:
        observed = f"{printable(glued.octets)}: the code behind an answer, without CR LF"
        expected = "OK<CR><LF> or ERROR<CR><LF> on a line of its own"
        yield fails("SOTA-FRM-006", [exchange.sent, glued], expected, observed)
    if exchange.final is None or exchange.final_place is None:
        return
    for told in exchange.malformed:
        if told.place != exchange.final_place and half_ended(told, exchange):
            expected = "CR LF between an answer and its final result code"
            yield fails(
                "SOTA-FRM-006", [exchange.sent, told.place], expected, printable(told.place.octets)
            )
    octets = exchange.final_place.octets
    well_formed = not any(told.place == exchange.final_place for told in exchange.malformed)
    yield holds(
        "SOTA-FRM-006",
        well_formed,
        exchange.final_place,
        f"{exchange.final.code}<CR><LF> on a line of its own",
        printable(octets),
    )


@check("SOTA-FRM-007", on=Exchange)
def responses_come_first(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """Information responses stand before the final result code."""
    if exchange.answers and exchange.final_place is not None:
        yield passes("SOTA-FRM-007", exchange, "information responses, then the code", "that order")


@check("SOTA-FRM-007", on=(Urc, Stray))
def no_response_afterwards(item: Urc | Stray, now: Situation) -> Iterator[Finding]:
    """A line that looks like the answer to the last command comes before its final code."""
    last = now.flow.last
    if item.during is not None or last is None or not last.succeeded:
        return
    command = last.command
    if not isinstance(command, CommandLine) or command.name not in now.commands:
        return
    prefix = b"+" + command.name.encode("ascii") + b":"
    if isinstance(item.message, UnsolicitedResultCode | Malformed) and item.place.octets.lstrip(
        b"\r\n"
    ).startswith(prefix):
        yield fails(
            "SOTA-FRM-007",
            [*last.places, item.place],
            f"the answer to {sent_line(last)} before its final result code",
            f"{printable(item.place.octets)} after it",
        )


@check("SOTA-FRM-008", on=Exchange, errata=("E-22",))
def answer_line_form(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """Answers of the OTA and version commands start with the name, a colon and one space."""
    command = exchange.command
    if not isinstance(command, CommandLine) or command.name not in OTA_COMMANDS:
        return
    prefix = f"+{command.name}: "
    for told in exchange.malformed:
        octets = told.place.octets.lstrip(b"\r\n")
        broken = isinstance(told.message, Malformed) and told.message.resembles == command.name
        if broken and not re.match(re.escape(prefix).encode() + b"[^ ]", octets):
            yield fails(
                "SOTA-FRM-008", told.place, f"a line starting with {prefix!r}", printable(octets)
            )
    if exchange.answers:
        yield passes("SOTA-FRM-008", exchange, f"lines starting with {prefix!r}", "such lines")


@check("SOTA-FRM-009", "SOTA-FRM-010", on=Exchange)
def echo_as_switched(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The echo equals the line that was sent; ``ATE`` switches it on and off."""
    switched = now.flow.echo
    if exchange.final is None or _switches_echo(exchange):
        return
    if torn_echo(exchange) is not None:
        return  # SOTA-FRM-011 judges it
    torn = torn_answer(exchange) is not None  # the rest of a torn line may look like an echo
    for told in [] if torn else exchange.malformed:
        if isinstance(told.message, Malformed) and told.message.resembles == "echo":
            yield fails(
                "SOTA-FRM-009",
                [exchange.sent, told.place],
                f"the echo {sent_line(exchange)}",
                printable(told.place.octets),
            )
            return
    if not exchange.echoes and _garbled_echo(exchange, switched):
        yield fails("SOTA-FRM-009", exchange, f"the echo {sent_line(exchange)}", "another line")
        return
    if exchange.echoes:
        yield passes("SOTA-FRM-009", exchange, "an echo equal to the line sent", "the same octets")
    elif switched is False:
        yield passes("SOTA-FRM-009", exchange, "no echo after ATE0", "none")
    if switched is None or not answerable(exchange, now) or exchange.is_command(""):
        return
    seen = "an echo" if exchange.echoes else "no echo"
    expected = f"{'an echo' if switched else 'no echo'} after ATE{int(switched)}"
    yield holds("SOTA-FRM-010", bool(exchange.echoes) == switched, exchange, expected, seen)


@check("SOTA-FRM-018", on=Exchange, errata=("E-07",))
def one_mode_of_echo(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Before any ``ATE`` all command lines are echoed, or none: echo is a mode of the port."""
    flow = now.flow
    if flow.echo is not None or exchange.final is None or not answerable(exchange, now):
        return
    if is_contact_line(exchange.sent.octets):
        return  # it may have been sent on a line that was not clean
    if _switches_echo(exchange) or torn_answer(exchange) or _garbled_echo(exchange, flow.echo):
        return
    if any(getattr(t.message, "resembles", "") == "echo" for t in exchange.malformed):
        return  # SOTA-FRM-009 judges it
    echoed = bool(exchange.echoes)
    if flow.echoes is None:
        flow.echoes = (echoed, exchange.sent)
        return
    first, place = flow.echoes
    words = {True: "an echo", False: "no echo"}
    expected = f"{words[first]}, as for {printable(place.octets.rstrip(), 40)}"
    places = [place, *exchange.places]
    yield holds("SOTA-FRM-018", echoed == first, places, expected, words[echoed])


def _garbled_echo(exchange: Exchange, switched: bool | None) -> bool:  # noqa: FBT001 - as known
    """Tell whether a line of the answer is the command line, with a few octets changed.

    While it is not known whether the echo is on, only a part of the line that ends as an echo does.
    """
    sent = exchange.sent.octets.strip(b"\r\n")
    lines = [urc.place.octets for urc in exchange.urcs]
    lines += [told.place.octets for told in exchange.malformed]
    for line in lines:
        text = line.strip(b"\r\n")
        part = bool(text) and text in sent and line.endswith(b"\r")
        alike = SequenceMatcher(None, sent, text).ratio() > SIMILAR
        if switched is not False and (part or (switched and alike)):
            return True
    return False


def _switches_echo(exchange: Exchange) -> bool:
    """Tell whether it is ``ATE``: no document says which setting its own echo follows."""
    return exchange.is_command("E0") or exchange.is_command("E1")


@check("SOTA-FRM-011", "SOTA-FRM-012", on=Urc)
def urc_is_a_whole_line(urc: Urc, _now: Situation) -> Iterator[Finding]:
    """A URC is a whole line; it may come between a command and its answer."""
    if not isinstance(urc.message, Event):
        return
    yield passes("SOTA-FRM-011", urc, "a URC on a line of its own", printable(urc.place.octets))
    if urc.during is not None:
        yield passes(
            "SOTA-FRM-012",
            urc,
            "a URC anywhere between whole lines",
            "one before the answer's end",
        )


@check("SOTA-FRM-011", on=Exchange)
def no_urc_within_an_answer(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """No URC cuts an information line, which would leave the beginning of that line."""
    torn = torn_answer(exchange) or swallowed_urc(exchange) or torn_echo(exchange)
    if torn is not None:
        expected = "URCs as whole lines, never inside an information line or an echo"
        yield fails("SOTA-FRM-011", [exchange.sent, torn], expected, printable(torn.octets))


@check("SOTA-FRM-011", on=Stray)
def no_urc_within_a_line(stray: Stray, _now: Situation) -> Iterator[Finding]:
    """No URC comes inside another line, which would make both unreadable."""
    if (
        isinstance(stray.message, Malformed)
        and b"+QIOTEVT" in stray.place.octets.lstrip(b"\r\n")[1:]
    ):
        yield fails(
            "SOTA-FRM-011", stray, "a URC on a line of its own", printable(stray.place.octets)
        )


@check("SOTA-FRM-013", on=Exchange)
def unknown_command(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """An unknown command of the family is refused; it is not ignored."""
    command = exchange.command
    if exchange.cut or not isinstance(command, CommandLine):
        return
    if not command.name.startswith("QIOTNOSUCH"):
        return
    verdict = refusal(exchange)
    found = finding("SOTA-FRM-013", verdict, exchange, "ERROR", answered(exchange))
    yield replace(found, sibling=sibling_of(exchange, now))


@check("SOTA-FRM-014", on=Exchange)
def usable_after_a_refusal(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The command line after a refused one is answered as usual."""
    last = now.flow.last
    if exchange.cut or last is None or not last.refused or not answerable(exchange, now):
        return
    yield holds(
        "SOTA-FRM-014",
        exchange.final is not None,
        [last.sent, *exchange.places],
        "an answer to the command line after a refused one",
        answered(exchange),
    )


def longest_pause_s(exchange: Exchange, octet_s: float) -> float:
    """Return the longest pause within an answer, in seconds, without the time on the line."""
    longest = 0.0
    first = exchange.answers[0].decoded.start if exchange.answers else 0
    previous = None
    for chunk in exchange.chunks:
        if previous is not None and chunk.end > first and previous.end > first:
            longest = max(
                longest, chunk.instant_s - previous.instant_s - (chunk.end - chunk.start) * octet_s
            )
        previous = chunk
    return longest


@check("SOTA-FRM-016", on=Exchange)
def no_long_pause(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """An answer has no pause of 200 ms from its first octet to its final code."""
    if exchange.final is None or not exchange.answers or not exchange.chunks:
        return
    longest = longest_pause_s(exchange, now.octet_s)
    shortest_s = PAUSE_S + now.header.uncertainty_s  # of a certain pause
    verdict = Verdict.PASS if longest < shortest_s else Verdict.FAIL
    observed = f"a longest pause of {longest * 1000:.0f} ms"
    if shortest_s <= longest < shortest_s + now.share.jitter_s:
        verdict = Verdict.INCONCLUSIVE
        observed += f", of which the transport may have made {now.share.jitter_s * 1000:.0f} ms"
    found = finding(
        "SOTA-FRM-016",
        verdict,
        exchange,
        f"no pause of {PAUSE_S * 1000:g} ms within an answer",
        observed,
    )
    yield replace(found, late_s=longest - shortest_s - now.share.jitter_s)


@check("SOTA-FRM-017", on=Exchange)
def nothing_between_block_and_code(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """The final result code follows the octets of a block, without a URC between them."""
    if exchange.header is None or exchange.block is None or exchange.final is None:
        return
    between = [urc for urc in exchange.urcs if urc.after_block]
    yield holds(
        "SOTA-FRM-017",
        not between,
        [exchange.sent, *(urc.place for urc in between)],
        "the final result code right after the block",
        printable(between[0].place.octets) if between else "that",
    )
