"""Checks on malformed and odd command lines: SOTA-ROB, SOTA-FRM-015."""

from collections.abc import Iterator

from atverdict.conformance.evidence.trace import Exchange, Stray
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import (
    Finding,
    fails,
    holds,
    inconclusive,
    not_offered,
    passes,
)
from atverdict.conformance.judge.module.answers import refused_as_malformed
from atverdict.conformance.judge.module.framing import (
    answered,
    is_fuzzed,
    is_long,
    sent_line,
)
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Phase
from atverdict.grammar.message import CommandForm, CommandLine, FinalResultCode, Malformed
from atverdict.grammar.reader import without_blanks

WITHOUT_EXECUTE_FORM = frozenset({"QIOTMCUVER", "QIOTINFO", "QIOTOTARD", "QIOTCFG"})
"""The commands whose execute form is no form of theirs, and has no requirement of its own."""


def _is_unterminated(exchange: Exchange) -> bool:
    """Tell whether a quotation mark is opened and not closed."""
    return isinstance(exchange.command, Malformed) and exchange.sent.octets.count(b'"') % 2 == 1


def _is_concatenated(exchange: Exchange) -> bool:
    return b";" in exchange.sent.octets


@check("SOTA-ROB-001", "SOTA-ROB-007", on=Exchange, errata=("E-24",))
def malformed_command(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A command of the flow with malformed parameters is refused."""
    if not isinstance(exchange.command, Malformed) or _is_concatenated(exchange):
        return
    if is_long(exchange):
        return
    if _is_unterminated(exchange):
        yield from refused_as_malformed("SOTA-ROB-007", exchange, now)
    elif exchange.succeeded and _spaced(exchange, now):
        # Of two ages of the vendor's own shell one drops the blank and one refuses it (E-24).
        expected = f"ERROR to {sent_line(exchange)}, perhaps"
        yield inconclusive("SOTA-ROB-001", exchange, expected, answered(exchange))
    elif exchange.command.resembles in now.commands or _named(exchange, now):
        yield from refused_as_malformed("SOTA-ROB-001", exchange, now)


@check("SOTA-ROB-001", on=Exchange)
def missing_parameters(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A command that takes parameters is refused without them, where no other rule covers it."""
    command = exchange.command
    if not isinstance(command, CommandLine):
        return
    execute = command.form is CommandForm.EXECUTE and command.name in WITHOUT_EXECUTE_FORM
    keyword = command.parameters[:1]
    nameless = command.name == "QIOTCFG" and command.form is CommandForm.WRITE
    if execute or (nameless and not (keyword and isinstance(keyword[0], str))):
        yield from refused_as_malformed("SOTA-ROB-001", exchange, now)


def _spaced(exchange: Exchange, now: Situation) -> bool:
    """Tell whether only blanks before parameters make the line malformed."""
    command = without_blanks(exchange.sent.octets.strip(b"\r\n"))
    return isinstance(command, CommandLine) and command.name in now.commands


def _named(exchange: Exchange, now: Situation) -> bool:
    """Tell whether the line begins with the name of a command of the flow."""
    line = exchange.sent.octets.upper()
    return any(line.startswith(b"AT+" + name.encode("ascii") + b"=") for name in now.commands)


@check("SOTA-ROB-002", on=Exchange)
def alive_after_a_malformed_line(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The next AT after any line is answered with OK."""
    last = now.flow.last
    if last is None or exchange.cut or not exchange.is_command("") or not is_fuzzed(last):
        return
    yield holds(
        "SOTA-ROB-002",
        exchange.succeeded,
        [last.sent, *exchange.places],
        f"OK to AT after {sent_line(last)}",
        answered(exchange),
    )


@check("SOTA-ROB-003", on=Exchange)
def offer_survives_malformed_lines(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """An offer can be accepted or refused after malformed lines as before them."""
    upgrade = now.flow.upgrade
    command = exchange.command
    if not isinstance(command, CommandLine) or command.name != "QIOTUPDATE" or exchange.cut:
        return
    decision = command.parameters in ((0,), (1,))
    if decision and upgrade and upgrade.fuzzed and not upgrade.ended and not upgrade.accepted:
        lost = now.flow.asked_phase is not Phase.OFFERED
        observed = "a state in which it cannot be accepted" if lost else answered(exchange)
        expected = f"OK to {sent_line(exchange)} after {upgrade.fuzzed} malformed lines"
        yield holds("SOTA-ROB-003", exchange.succeeded and not lost, exchange, expected, observed)


@check("SOTA-ROB-005", on=Exchange)
def over_long_line(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A line that is too long is refused; it is not ignored."""
    if is_long(exchange):
        yield from refused_as_malformed("SOTA-ROB-005", exchange, now)


@check("SOTA-ROB-006", on=(Exchange, Stray))
def empty_lines(item: Exchange | Stray, now: Situation) -> Iterator[Finding]:
    """Empty lines are ignored: no answer comes, and the next command line is answered."""
    typed = now.flow.typed
    if typed is None or typed.octets.strip(b"\r\n"):
        return
    if isinstance(item, Stray):
        if isinstance(item.message, FinalResultCode) and item.during is None:
            observed = f"{item.message.code} to an empty line"
            yield fails("SOTA-ROB-006", [typed, item.place], "no answer to an empty line", observed)
    elif not item.cut:
        places = [typed, *item.places]
        expected = "an answer to the command line after an empty one"
        yield holds("SOTA-ROB-006", item.final is not None, places, expected, answered(item))


@check("SOTA-FRM-015", on=Exchange)
def concatenation(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """Two commands in one line are both answered, or refused."""
    if not _is_concatenated(exchange) or exchange.cut:
        return
    # The answer to the second one looks like a URC, since the whole line is no known command.
    places = [*(told.place for told in exchange.order), *(urc.place for urc in exchange.urcs)]
    octets = b"".join(place.octets for place in places)
    expected = "both answers and one OK"
    if exchange.succeeded and b"+QIOTSTATE: " in octets and b"+QIOTREG: " in octets:
        yield passes("SOTA-FRM-015", exchange, expected, "that")
    elif exchange.refused:
        yield not_offered("SOTA-FRM-015", exchange, expected, answered(exchange))
    else:
        yield inconclusive("SOTA-FRM-015", exchange, expected, answered(exchange))
