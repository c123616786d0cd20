"""Checks on how an upgrade ends: digests, the announcement, and whether scenarios are completed."""

import hashlib
from collections.abc import Iterator

from atverdict.conformance.checks.check import Finding, fails, finding, holds, open_, passes
from atverdict.conformance.host.check import HostSituation, check
from atverdict.conformance.host.side import HostSide, Serving, parameters
from atverdict.conformance.host.trace import HostExchange
from atverdict.conformance.log import End
from atverdict.conformance.printable import printable
from atverdict.conformance.trace import Asked, Place, Urc
from atverdict.conformance.verdict import Verdict
from atverdict.grammar.message import Event

UPDATE_S = 1190.0
"""A module waits 1,200 s for the version that an update leads to (SDK29)."""
COMPLETED = {
    "SOTA-HST-015": "the flow completed with this framing",
    "SOTA-HST-016": "the flow completed with these URCs",
    "SOTA-HST-017": "the package accepted, whatever it spells",
    "SOTA-HST-018": "no event obeyed that the package spells",
    "SOTA-HST-020": "the flow completed with short answers to long requests",
    "SOTA-HST-021": "the way back to an offer, and its end",
    "SOTA-HST-024": "every component served in turn",
}
"""What a scenario shows by its completion, by the requirement that it was made for."""


OF_THE_WIRE = frozenset({"SOTA-HST-015", "SOTA-HST-016"})
"""Where completion in one way alone shows that another way was not coped with."""


def mismatch(serving: Serving) -> str:
    """Say how what was read differs from its digests; empty where it does not, or is not whole."""
    started = serving.started
    if not serving.whole:
        return ""
    parts = list(serving.coverage.parts(started.length_octets))
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    for part in parts:
        md5.update(part)
        sha256.update(part)
    if md5.hexdigest() != started.md5.lower():
        return f"an MD5 of {md5.hexdigest()}, and 7,10701 said {started.md5}"
    if started.sha256 is not None and sha256.hexdigest() != started.sha256.lower():
        return f"a SHA-256 of {sha256.hexdigest()}, and 7,10701 said {started.sha256}"
    return ""


def _target(exchange: HostExchange, serving: Serving) -> bool:
    return parameters(exchange, "QIOTMCUVER") == (serving.started.component, serving.target)


@check("SOTA-HST-009", "SOTA-HST-010", on=Asked)
def updates(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """What follows on the last read: the update, and the version that it leads to."""
    exchange, serving = item.exchange, now.side.serving
    if not isinstance(exchange, HostExchange) or serving is None or now.side.dropped is not None:
        return
    said, announces = printable(exchange.sent.octets), _target(exchange, serving)
    if announces and serving.announced is None and now.side.accepted and not serving.disturbed:
        asked = serving.update_asked is not None
        yield holds("SOTA-HST-010", asked, exchange.sent, "AT+QIOTUPDATE=3 before", said)
    if announces or now.side.action_of(exchange) == 3:
        wrong = mismatch(serving)
        if wrong:
            expected = f"neither AT+QIOTUPDATE=3 nor the target version: what was read has {wrong}"
            yield fails("SOTA-HST-009", exchange.sent, expected, said)


@check("SOTA-HST-012", on=Asked)
def keeps_its_version(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """While an upgrade is active its component is announced with the target version alone."""
    exchange, side = item.exchange, now.side
    serving = side.serving
    if not isinstance(exchange, HostExchange) or side.accepted is None:
        return
    if serving is not None and serving.disturbed not in ("", "reset_host"):
        return
    match parameters(exchange, "QIOTMCUVER"):
        case (str(component), str(version)):
            pass
        case _:
            return
    offer = next((each for each in side.offers if each.component == component), None)
    if offer is None or component in side.done:
        return
    fits = version == offer.target_version
    expected = f"no version of {component} but {offer.target_version} while it is upgraded"
    yield holds("SOTA-HST-012", fits, exchange.sent, expected, printable(exchange.sent.octets))


@check("SOTA-HST-024", on=Asked)
def keeps_the_order(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """Of several components each is announced before the next."""
    exchange, side = item.exchange, now.side
    if not isinstance(exchange, HostExchange) or side.accepted is None or len(side.offers) < 2:
        return
    targets = [(each.component, each.target_version) for each in side.offers]
    announced = parameters(exchange, "QIOTMCUVER")
    if announced not in targets:
        return
    earlier = [component for component, _ in targets[: targets.index(announced)]]
    fits = all(component in side.served for component in earlier)
    expected = f"{', '.join(earlier) or 'the first component'} announced before"
    yield holds("SOTA-HST-024", fits, exchange.sent, expected, printable(exchange.sent.octets))


@check("SOTA-HST-009", "SOTA-HST-011", on=End)
def ended(item: End, now: HostSituation) -> Iterator[Finding]:
    """A package in error went no further, and a good one was announced."""
    serving = now.side.serving
    if item.problem or serving is None:
        return
    place = serving.due or Place(0, item.t, b"")
    if mismatch(serving):
        if serving.update_asked is None and serving.announced is None:
            expected = "neither AT+QIOTUPDATE=3 nor the target version after a mismatch"
            yield passes("SOTA-HST-009", place, expected, "neither")
        return
    if serving.announced is not None and serving.updating is not None:
        announced = serving.announced
        yield passes("SOTA-HST-011", announced, "the target version", "the target version")


@check("SOTA-HST-011", on=Urc)
def never_announced(item: Urc, now: HostSituation) -> Iterator[Finding]:
    """A module gave up because no version was announced."""
    serving, event = now.side.serving, item.message
    if not isinstance(event, Event) or (event.type, event.code) != (7, 10706):
        return
    if serving is None or serving.updating is None or serving.disturbed or serving.announced:
        return
    waited_s = item.place.instant_s - serving.updating.instant_s
    if waited_s >= UPDATE_S:
        expected = f"{serving.target} announced after the update"
        places = (serving.updating, item.place)
        yield fails("SOTA-HST-011", places, expected, f"no such announcement for {waited_s:.0f} s")


@check(*COMPLETED, on=End)
def completed(item: End, now: HostSituation) -> Iterator[Finding]:
    """Judge what a scenario was made for by whether the host came to its end."""
    side = now.side
    if item.problem or side.scenario is None or side.last_line is None:
        return
    for requirement in side.scenario.requirements:
        if requirement in COMPLETED:
            yield _completion(requirement, side)


def _completion(requirement: str, side: HostSide) -> Finding:
    expected, last = COMPLETED[requirement], side.last_line
    assert last is not None
    if side.complete and not side.plain_done and requirement in OF_THE_WIRE:
        observed = "a host that completes the flow this way, and did not in the plain scenario"
        return fails(requirement, last, f"{expected} and without it", observed)
    if side.complete:
        return passes(requirement, last, expected, "7,10705")
    observed = f"no 7,10705; the last command line was {printable(last.octets)}"
    if side.plain_done and side.certain:
        return finding(requirement, Verdict.FAIL, last, expected, observed)
    return open_(
        requirement, last, f"{expected}, in a host that completes the plain flow", observed
    )
