"""Checks on the end of an upgrade: digests, the announcement, and completed scenarios."""

import hashlib
from collections.abc import Iterator

from atverdict.conformance.evidence.host_trace import HostExchange
from atverdict.conformance.evidence.log import End
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Asked, Place, Urc
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, fails, holds, inconclusive, passes
from atverdict.conformance.judge.host.capability import Suspicion
from atverdict.conformance.judge.host.commands import action_of, parameters
from atverdict.conformance.judge.host.component_run import ServedComponent
from atverdict.conformance.judge.host.meaning import COMPLETED, OF_THE_WIRE
from atverdict.conformance.judge.host.situation import HostSituation
from atverdict.conformance.judge.host.suspicions import came_to_point, suspected
from atverdict.grammar.message import Event

EARLY_S = 10.0
"""The time by which a module may give up an update before its timer ends."""


def mismatch(serving: ServedComponent) -> str:
    """Return how the package that was read differs from its digests; empty where it does not."""
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


def _target(exchange: HostExchange, serving: ServedComponent) -> bool:
    return parameters(exchange, "QIOTMCUVER") == (serving.started.component, serving.target)


@check("SOTA-HST-009", "SOTA-HST-010", on=Asked, errata=("E-46",))
def updates(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """The last read is followed by the update, and by the version that it leads to."""
    exchange, serving = item.exchange, now.host.serving
    if not isinstance(exchange, HostExchange) or serving is None or now.host.dropped is not None:
        return
    said, announces = printable(exchange.sent.octets), _target(exchange, serving)
    if announces and serving.announced is None and now.host.accepted and not serving.disturbed:
        asked = serving.update_asked is not None
        yield holds("SOTA-HST-010", asked, exchange.sent, "AT+QIOTUPDATE=3 before", said)
    if announces or action_of(exchange) == 3:
        wrong = mismatch(serving)
        if wrong:
            expected = f"neither AT+QIOTUPDATE=3 nor the target version: what was read has {wrong}"
            yield fails("SOTA-HST-009", exchange.sent, expected, said)


@check("SOTA-HST-012", on=Asked, errata=("E-42",))
def keeps_its_version(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """While an upgrade is active its component is announced with the target version alone."""
    exchange, host = item.exchange, now.host
    serving = host.serving
    if not isinstance(exchange, HostExchange) or host.accepted is None:
        return
    if serving is not None and serving.disturbed not in ("", "reset_host"):
        return
    if serving is not None and (serving.unread or mismatch(serving)):
        return  # a host that cannot go on has no other way to let the module know
    match parameters(exchange, "QIOTMCUVER"):
        case (str(component), str(version)):
            pass
        case _:
            return
    offer = next((each for each in host.offers if each.component == component), None)
    if offer is None or component in host.done:
        return
    fits = version == offer.target_version
    expected = f"no version of {component} but {offer.target_version} while it is upgraded"
    yield holds("SOTA-HST-012", fits, exchange.sent, expected, printable(exchange.sent.octets))


@check("SOTA-HST-011", on=Asked)
def announces_the_target(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """A new version that is announced after an update is the target version."""
    exchange, host = item.exchange, now.host
    serving = host.serving
    if not isinstance(exchange, HostExchange) or serving is None or host.accepted is None:
        return
    match parameters(exchange, "QIOTMCUVER"):
        case (str(component), str(version)) if component == serving.started.component and version:
            pass
        case _:
            return
    updated = serving.updating is not None and not serving.disturbed
    if updated and version not in (serving.target, host.announced.get(component)):
        said = printable(exchange.sent.octets)
        yield fails("SOTA-HST-011", exchange.sent, f"{serving.target} behind the update", said)


@check("SOTA-HST-024", on=Asked)
def keeps_the_order(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """Of several components each is announced before the next."""
    exchange, host = item.exchange, now.host
    if not isinstance(exchange, HostExchange) or host.accepted is None or len(host.offers) < 2:
        return
    targets = [(each.component, each.target_version) for each in host.offers]
    announced = parameters(exchange, "QIOTMCUVER")
    if announced not in targets:
        return
    earlier = [component for component, _ in targets[: targets.index(announced)]]
    fits = all(component in host.served for component in earlier)
    expected = f"{', '.join(earlier) or 'the first component'} announced before"
    yield holds("SOTA-HST-024", fits, exchange.sent, expected, printable(exchange.sent.octets))


@check("SOTA-HST-009", "SOTA-HST-011", on=End)
def ended(item: End, now: HostSituation) -> Iterator[Finding]:
    """A wrong package was not used, and a good one was announced."""
    serving = now.host.serving
    if item.problem or serving is None:
        return
    place = serving.due or Place(0, item.t, b"")
    if mismatch(serving):
        expected = "neither AT+QIOTUPDATE=3 nor the target version after a mismatch"
        if now.host.version == serving.target != now.host.version_before != "":
            observed = f"a host that runs {printable(serving.target.encode('latin-1'))}"
            yield fails("SOTA-HST-009", place, expected, observed)
        elif serving.update_asked is None and serving.announced is None:
            yield passes("SOTA-HST-009", place, expected, "neither")
        return
    if serving.announced is not None and serving.updating is not None:
        announced = serving.announced
        yield passes("SOTA-HST-011", announced, "the target version", "the target version")


@check("SOTA-HST-011", "SOTA-HST-024", on=Urc)
def never_announced(item: Urc, now: HostSituation) -> Iterator[Finding]:
    """A module gave up because no version was announced."""
    serving, event = now.host.serving, item.message
    if not isinstance(event, Event) or (event.type, event.code) != (7, 10706):
        return
    if serving is None or serving.updating is None or serving.disturbed or serving.announced:
        return
    if not serving.whole:
        return  # an update that was not read whole leads to no version
    waited_s = item.place.instant_s - serving.updating.instant_s
    if waited_s >= now.timer_s("updating_s") - EARLY_S:
        last = now.host.offers[-1:] and now.host.offers[-1].component == serving.started.component
        requirement = "SOTA-HST-011" if last else "SOTA-HST-024"
        expected = f"{serving.target} announced after the update"
        places = (serving.updating, item.place)
        yield fails(requirement, places, expected, f"no such announcement for {waited_s:.0f} s")


@check(*COMPLETED, "SOTA-HST-006", on=End)
def completed(item: End, now: HostSituation) -> Iterator[Finding]:
    """Judge the requirements of a scenario by whether the host came to its end.

    A host that has never completed the same upgrade is only suspected: it may not be able to.
    """
    host = now.host
    if item.problem or host.scenario is None or host.last_line is None:
        return
    if host.complete:
        yield from _complete(host.scenario.requirements, now)
        return
    for each in suspected(host):
        yield _confirmed(each) if host.capable else _suspected(each)


def _complete(requirements: tuple[str, ...], now: HostSituation) -> Iterator[Finding]:
    """Judge a completed scenario, and the suspicions that it makes certain."""
    host, last = now.host, now.host.last_line
    assert last is not None
    for each in requirements:
        if each not in COMPLETED or not came_to_point(each, host):
            continue
        if each in OF_THE_WIRE and host.capability.failed and not host.capability.shown:
            expected = f"{COMPLETED[each]}, and otherwise too"
            observed = "7,10705 in this scenario, and in no other before it"
            yield fails(each, last, expected, observed)
        else:
            yield passes(each, last, COMPLETED[each], "7,10705")
    if host.usual:
        yield from map(_confirmed, host.capability.confirmed(host.tasks))


def _confirmed(suspicion: Suspicion) -> Finding:
    return fails(suspicion.requirement, suspicion.places, suspicion.expected, suspicion.observed)


def _suspected(suspicion: Suspicion) -> Finding:
    expected = f"{suspicion.expected}, in a host that completes the plain flow"
    return inconclusive(suspicion.requirement, suspicion.places, expected, suspicion.observed)
