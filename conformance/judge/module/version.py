"""Checks on the versions of the MCU: SOTA-CMD-MCUVER."""

from collections.abc import Collection, Iterator

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Exchange, Urc
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
from atverdict.conformance.judge.state.flow import Link, Phase, is_ota
from atverdict.grammar.message import CommandForm, InformationResponse, McuVersion

SIGNS = "_-."
"""What a version may have besides letters and digits."""
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


@check("SOTA-CMD-MCUVER-001", on=Exchange, errata=("E-29",))
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


@check(
    "SOTA-CMD-MCUVER-002",
    "SOTA-CMD-MCUVER-008",
    "SOTA-CMD-MCUVER-013",
    on=Exchange,
    errata=("E-25",),
)
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
    flow = now.flow
    if not flow.steady or flow.link not in (Link.OFF, Link.ONLINE):
        return
    taken = flow.announced_in | ({flow.link} if exchange.succeeded else set())
    if exchange.succeeded:
        yield from accepted("SOTA-CMD-MCUVER-013", exchange)
    elif flow.link not in taken:
        flow.refused_in.setdefault(flow.link, exchange)
    # It is the connection that matters where a version is accepted with another one alone.
    for link in sorted(flow.refused_in, key=lambda each: each.value) if taken else ():
        earlier = flow.refused_in.pop(link)
        if link not in taken:
            yield from accepted("SOTA-CMD-MCUVER-013", earlier)


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
    # A component that is missing beside others is one that does not coexist with them.
    unlisted = _unlisted(pairs, announced) if len(announced) > 1 else []
    kept = {name for name in announced if now.flow.kept_since[name] >= now.flow.restarts}
    for component, history in announced.items():
        versions = [version for listed, version in pairs if listed == component]
        if component in unlisted and component in kept:
            continue  # SOTA-CMD-MCUVER-006 judges it
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
    lost = kept.intersection(unlisted)
    if len(announced) > 1 and pairs and (lost or not unlisted):
        # What a restart has lost is judged as lost by it.
        yield holds(
            "SOTA-CMD-MCUVER-006",
            not lost,
            exchange,
            f"a line for each of {', '.join(announced)}",
            shown,
        )


def _unlisted(pairs: list[tuple[str, str]], announced: Collection[str]) -> list[str]:
    """Return the components without a line, where others have one and none is garbled."""
    listed = [component for component, _ in pairs]
    missing = [component for component in announced if component not in listed]
    unknown = [component for component in listed if component not in announced]
    garbled = [m for m in missing if any(_alike(m, name) for name in unknown)]
    return [component for component in missing if pairs and component not in garbled]


def _alike(component: str, other: str) -> bool:
    """Tell whether a name may be another one, cut or with its letters changed."""
    left, right = component.upper(), other.upper()
    return left.startswith(right) or right.startswith(left) or len(left) == len(right)


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


@check("SOTA-CMD-MCUVER-014", on=Urc)
def quiet_without_an_upgrade(urc: Urc, now: Situation) -> Iterator[Finding]:
    """A version that is announced without an upgrade under way leads to no event of one."""
    flow, upgrade = now.flow, now.flow.upgrade
    if not is_ota(urc, 10701, 10702, 10703, 10704, 10705, 10706) or not flow.idle_certain:
        return
    asked = urc.during or flow.last
    idle = flow.phase is Phase.IDLE and (
        upgrade is None or bool(upgrade.run and upgrade.run.outcomes and not upgrade.restarted)
    )
    ended = upgrade.ended if upgrade else None
    if asked and ended and asked.sent.line < ended.line:
        return  # it is this version that has ended the upgrade
    if idle and asked and asked.is_command("QIOTMCUVER", CommandForm.WRITE):
        places = [asked.sent, urc.place]
        observed = printable(urc.place.octets)
        yield fails("SOTA-CMD-MCUVER-014", places, "no event, since no upgrade is there", observed)


@check("SOTA-CMD-MCUVER-015", on=Exchange)
def characters_are_kept(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A version with all characters that the platform takes is stored unchanged."""
    if not exchange.is_command("QIOTMCUVER") or not exchange.succeeded:
        return
    for component, version in _listed(exchange.responses) or []:
        known = now.flow.versions.get(component)
        if known is None or component not in now.flow.announced or not set(SIGNS) <= set(known):
            continue
        cut = known.startswith(version)  # SOTA-CMD-MCUVER-003 judges that
        if version == known or (not cut and _letters(version) == _letters(known)):
            yield holds(
                "SOTA-CMD-MCUVER-015", version == known, exchange, f'"{known}"', f'"{version}"'
            )


def _letters(version: str) -> str:
    """Return a version without the characters that are neither letter nor digit."""
    return "".join(filter(str.isalnum, version))


@check(
    "SOTA-CMD-MCUVER-009",
    "SOTA-CMD-MCUVER-010",
    "SOTA-CMD-MCUVER-012",
    on=Exchange,
    errata=("E-25",),
)
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
