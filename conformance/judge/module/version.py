"""Checks on the versions of the MCU: SOTA-CMD-MCUVER."""

from collections.abc import Iterator

from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, fails, holds
from atverdict.conformance.judge.module.answers import (
    accepted,
    ill_formed,
    parameters,
    refused_as_malformed,
    responds,
    strings,
)
from atverdict.conformance.judge.module.framing import answered, is_long
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Link
from atverdict.grammar.message import CommandForm, InformationResponse, McuVersion

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
"""The characters that the platform takes in a version (``protocol.md`` 1.2)."""


def _listed(lines: list[InformationResponse]) -> list[tuple[str, str]] | None:
    """Return the pairs of an answer; None if one of its lines is no pair."""
    pairs = [
        (p.component, p.version)
        for p in (line.payload for line in lines)
        if isinstance(p, McuVersion)
    ]
    return pairs if len(pairs) == len(lines) else None


@check("SOTA-CMD-MCUVER-001", on=Exchange)
def test_form(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """The test form is answered under the command's name."""
    if exchange.is_command("QIOTMCUVER", CommandForm.TEST):
        yield from responds(
            "SOTA-CMD-MCUVER-001",
            exchange,
            "+QIOTMCUVER: ... and OK",
            lambda lines: len(lines) >= 1,
        )


def _fits(pair: tuple[str, ...], now: Situation) -> bool:
    return all(
        0 < len(text) <= most and set(text) <= _PLAIN
        for text, most in zip(pair, _most_octets(now), strict=True)
    )


def _most_octets(now: Situation) -> tuple[int, int]:
    """Return the most octets of a component and of a version."""
    component, version = (now.specification.parameter("QIOTMCUVER", i) for i in range(2))
    return component.max_octets or 0, version.max_octets or 0


@check("SOTA-CMD-MCUVER-002", "SOTA-CMD-MCUVER-008", "SOTA-CMD-MCUVER-013", on=Exchange)
def announcing(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A version is accepted, up to the full lengths, online and offline."""
    pair = strings(exchange, 2)
    if not exchange.is_command("QIOTMCUVER", CommandForm.WRITE) or pair is None:
        return
    if not _fits(pair, now):
        return
    if any(len(text) == most for text, most in zip(pair, _most_octets(now), strict=True)):
        yield from accepted("SOTA-CMD-MCUVER-008", exchange)
        return
    yield from accepted("SOTA-CMD-MCUVER-002", exchange)
    if now.flow.steady and now.flow.link in (Link.OFF, Link.ONLINE):
        yield from accepted("SOTA-CMD-MCUVER-013", exchange)


@check(
    "SOTA-CMD-MCUVER-003",
    "SOTA-CMD-MCUVER-005",
    "SOTA-CMD-MCUVER-006",
    "SOTA-CMD-MCUVER-007",
    "SOTA-PER-004",
    on=Exchange,
)
def reading_all(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The read form lists each component once, with the version that was announced last."""
    announced = {name: known for name, known in now.flow.announced.items() if name}
    if not exchange.is_command("QIOTMCUVER", CommandForm.READ) or not announced:
        return
    if exchange.cut or ill_formed(exchange):
        return
    pairs = _listed(exchange.responses)
    if pairs is None or not exchange.succeeded:
        expected = '+QIOTMCUVER: "<id>","<version>" lines and OK'
        yield fails("SOTA-CMD-MCUVER-003", exchange, expected, answered(exchange))
        return
    shown = ", ".join(f'"{component}","{version}"' for component, version in pairs) or "no line"
    for component, history in announced.items():
        versions = [version for listed, version in pairs if listed == component]
        if now.flow.kept_since[component] < now.flow.restarts:
            requirements = ["SOTA-CMD-MCUVER-007", "SOTA-PER-004"]
        else:
            # A version that begins with the new one has a rest of the old one.
            garbled = (
                len(versions) == 1
                and versions[0] not in history
                and not versions[0].startswith(history[-1])
            )
            replaced = len(history) > 1 and bool(versions) and not garbled
            requirements = ["SOTA-CMD-MCUVER-005" if replaced else "SOTA-CMD-MCUVER-003"]
        for requirement in requirements:
            yield holds(
                requirement,
                versions == [history[-1]],
                exchange,
                f'exactly one line "{component}","{history[-1]}"',
                shown,
            )
    if len(announced) > 1:
        missing = [component for component in announced if component not in dict(pairs)]
        yield holds(
            "SOTA-CMD-MCUVER-006",
            not missing,
            exchange,
            f"a line for each of {', '.join(announced)}",
            shown,
        )


@check("SOTA-CMD-MCUVER-004", on=Exchange)
def reading_one(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """With one parameter the version of that component is read."""
    one = strings(exchange, 1)
    if not exchange.is_command("QIOTMCUVER", CommandForm.WRITE) or one is None:
        return
    version = now.flow.versions.get(one[0])
    if version is not None:
        yield from responds(
            "SOTA-CMD-MCUVER-004",
            exchange,
            f'+QIOTMCUVER: "{one[0]}","{version}" and OK',
            lambda lines: _listed(lines) == [(one[0], version)],
        )


@check("SOTA-CMD-MCUVER-015", on=Exchange)
def characters_are_kept(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A version with all characters that the platform takes is stored unchanged."""
    if not exchange.is_command("QIOTMCUVER") or not exchange.succeeded:
        return
    for component, version in _listed(exchange.responses) or []:
        known = now.flow.versions.get(component)
        if known is not None and component in now.flow.announced and set("_-.") <= set(known):
            yield holds(
                "SOTA-CMD-MCUVER-015", version == known, exchange, f'"{known}"', f'"{version}"'
            )


@check("SOTA-CMD-MCUVER-009", "SOTA-CMD-MCUVER-010", "SOTA-CMD-MCUVER-012", on=Exchange)
def refusals(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Parameters that are too long, empty or without quotation marks are refused."""
    if not exchange.is_command("QIOTMCUVER", CommandForm.WRITE) or is_long(exchange):
        return  # SOTA-ROB-005 judges lines that are too long
    values = parameters(exchange)
    pair = strings(exchange, 2)
    if pair is not None and any(
        len(text) > most for text, most in zip(pair, _most_octets(now), strict=True)
    ):
        yield from refused_as_malformed("SOTA-CMD-MCUVER-009", exchange, now)
    elif pair is not None and not pair[0]:
        yield from refused_as_malformed("SOTA-CMD-MCUVER-010", exchange, now)
    elif pair is None and len(values) == 2:
        yield from refused_as_malformed("SOTA-CMD-MCUVER-012", exchange, now)


@check("SOTA-CMD-MCUVER-011", on=Exchange)
def empty_version_removes(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A component with an empty version is not listed."""
    if not exchange.is_command("QIOTMCUVER", CommandForm.READ) or exchange.final is None:
        return
    for component in sorted(now.flow.removed):
        listed = [c for c, _ in _listed(exchange.responses) or []]
        yield holds(
            "SOTA-CMD-MCUVER-011",
            component not in listed,
            exchange,
            f'no line for "{component}", whose version was emptied',
            ", ".join(listed) or "no line",
        )
