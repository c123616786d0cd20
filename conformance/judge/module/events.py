"""Checks on the events of an upgrade, their form and their contents: SOTA-EVT."""

import re
from collections.abc import Iterator

from atverdict.conformance.evidence.log import Waited
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Exchange, Stray, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, fails, finding, holds, inconclusive, passes
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import UPGRADING, Phase, is_ota
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun
from atverdict.grammar.message import (
    CommandForm,
    CommandLine,
    DownloadStarted,
    Event,
    FotaIndication,
    Literal,
    Malformed,
    Offer,
    PieceReady,
    Value,
)

UINT32_MAX = 2**32 - 1
OUTCOME_S = 30.0
"""The time after the version report within which an upgrade has an outcome."""
REQUEST = "QIOTOTAREQ"
DATALESS = (10702, 10704, 10705, 10706)
_TRANSFER = re.compile(rb"[\r\n]*\+QIOTEVT: ?[45], ?[0-9]+ ?(?:,[^\r\n]*)?\r\n")
_LEADING_ZERO = re.compile(rb"\+QIOTEVT: (?:0[0-9]|[0-9]+,0[0-9])")
_HEX = re.compile(r"[0-9a-fA-F]+")


def shown(values: tuple[Value, ...]) -> str:
    """Return the data of an event as on the wire."""
    return ",".join(map(_shown, values)) or "no data"


def _shown(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return f'"{value}"'
        case Literal(text):
            return text
        case _:
            return str(value)


@check("SOTA-EVT-001", on=(Urc, Stray), errata=("E-23",))
def event_line_form(item: Urc | Stray, _now: Situation) -> Iterator[Finding]:
    """Type and code are decimal; one space follows the colon, and none a comma."""
    expected = "+QIOTEVT: <type>,<code>[,<data>]"
    if isinstance(item.message, Event) and _LEADING_ZERO.search(item.place.octets):
        without = "type and code as in the tables, without leading zeros"
        yield fails("SOTA-EVT-001", item, without, printable(item.place.octets))
    elif isinstance(item.message, Event):
        yield passes("SOTA-EVT-001", item, expected, printable(item.place.octets))
    elif isinstance(item.message, Malformed) and item.message.resembles == "QIOTEVT":
        octets = item.place.octets
        whole = octets.endswith((b"\r", b"\n"))
        if whole and b"+QIOTEVT" not in octets.lstrip(b"\r\n")[1:]:
            # The pages print such blanks for data that were sent and received (E-23).
            verdict = Verdict.INCONCLUSIVE if _TRANSFER.match(octets) else Verdict.FAIL
            observed = f"{printable(octets)} ({item.message.reason})"
            yield finding("SOTA-EVT-001", verdict, item, expected, observed)


@check("SOTA-EVT-002", on=Urc)
def known_pair(urc: Urc, now: Situation) -> Iterator[Finding]:
    """Type and code are in the tables of the profile's edition."""
    event = urc.message
    if not isinstance(event, Event):
        return
    code = now.specification.events.get((event.type, event.code))
    known = code is not None and any(
        edition in now.profile.event_editions for edition in code.editions
    )
    pair = f"{event.type},{event.code}"
    if known:
        yield passes("SOTA-EVT-002", urc, "a pair that the tables list", pair)
    elif code is not None:
        # Another edition or line lists it: the profile may have the wrong document.
        yield inconclusive(
            "SOTA-EVT-002",
            urc,
            f"a pair that the tables of {now.profile.name} list",
            f"{pair}, known elsewhere",
        )
    else:
        yield fails("SOTA-EVT-002", urc, "a pair that the tables list", pair)


@check(
    "SOTA-EVT-003",
    "SOTA-EVT-004",
    "SOTA-EVT-005",
    "SOTA-EVT-006",
    "SOTA-EVT-007",
    "SOTA-EVT-023",
    on=Urc,
    errata=("E-15",),
)
def offer(urc: Urc, now: Situation) -> Iterator[Finding]:
    """10700 has its six fields, and they are those of the plan."""
    event = urc.message
    if not is_ota(urc, 10700) or not isinstance(event, Event):
        return
    if not isinstance(event.payload, Offer):
        expected = 'six fields: "component","source","target",battery,signal,space'
        yield fails("SOTA-EVT-003", urc, expected, shown(event.values))
        return
    payload = event.payload
    yield passes("SOTA-EVT-003", urc, "six fields", "six fields")
    yield from _offer_of_the_plan(urc, payload, now)
    yield holds(
        "SOTA-EVT-007",
        _in_range(payload),
        urc,
        "a battery limit of 0 to 100 and a signal limit of at most 0",
        f"{payload.battery_limit} and {payload.min_signal}",
    )


def _in_range(offer: Offer) -> bool:
    return 0 <= offer.battery_limit <= 100 and offer.min_signal <= 0


def _offer_of_the_plan(urc: Urc, payload: Offer, now: Situation) -> Iterator[Finding]:
    flow = now.flow
    announced = flow.versions.get(payload.component)
    plan = flow.plans.get(payload.component) if now.header.plan_control else None
    if _names_the_module(payload, now):
        yield passes("SOTA-EVT-004", urc, "a component of the module itself", payload.component)
        announced = None
    elif announced is not None:
        yield passes("SOTA-EVT-004", urc, "an announced component", payload.component)
    elif now.header.plan_control and plan is None:
        yield fails("SOTA-EVT-004", urc, _due(now), payload.component)
    if plan is None:
        # Whether "" or the announced version is right, only the plan tells (SOTA-EVT-005).
        yield from _offer_of_the_pixit(urc, payload, now)
        yield from _source_of_the_offer(urc, payload, now)
        return
    if not plan.of_module:  # the source of the module's own firmware is what runs on it
        yield holds(
            "SOTA-EVT-005",
            payload.source_version == plan.source_version,
            urc,
            f'source "{plan.source_version}", as in the plan',
            f'"{payload.source_version}"',
        )
    if None not in plan.limits and _in_range(payload):
        limits = (payload.battery_limit, payload.min_signal)
        yield holds(
            "SOTA-EVT-023",
            limits == plan.limits,
            urc,
            f"the plan's limits for battery and signal, {plan.limits[0]} and {plan.limits[1]}",
            f"{limits[0]} and {limits[1]}",
        )
    yield holds(
        "SOTA-EVT-006",
        payload.target_version == plan.target_version,
        urc,
        f'target "{plan.target_version}", as in the plan',
        f'"{payload.target_version}"',
    )


def _source_of_the_offer(urc: Urc, payload: Offer, now: Situation) -> Iterator[Finding]:
    """Judge the source version of a plan that only the platform knows."""
    flow = now.flow
    announced = flow.announced.get(payload.component)
    if not announced or payload.source_version in ("", announced[-1]):
        return
    # A push may still be for a version from before; the answer to a request is not.
    asked = flow.requested is not None or (flow.asked is not None and flow.asked.name == REQUEST)
    certain = asked and payload.source_version not in announced
    verdict = Verdict.FAIL if certain else Verdict.INCONCLUSIVE
    expected = f'source "" or the announced version, "{announced[-1]}"'
    yield finding("SOTA-EVT-005", verdict, urc, expected, f'"{payload.source_version}"')


def _offer_of_the_pixit(urc: Urc, payload: Offer, now: Situation) -> Iterator[Finding]:
    """Compare with the plan of the PIXIT, which may be wrong: nothing fails."""
    armed = now.header.pixit.get("plan")
    if now.header.plan_control or not isinstance(armed, dict):
        return
    if armed.get("component") != payload.component:
        return
    target = str(armed.get("target_version"))
    verdict = Verdict.PASS if target == payload.target_version else Verdict.INCONCLUSIVE
    expected = f'target "{target}", as the PIXIT says'
    yield finding("SOTA-EVT-006", verdict, urc, expected, f'"{payload.target_version}"')


def _due(now: Situation) -> str:
    return f"an announced component ({', '.join(now.flow.versions) or 'none'})"


@check("SOTA-EVT-004", on=(Urc, Exchange))
def unknown_component(item: Urc | Exchange, now: Situation) -> Iterator[Finding]:
    """A component that nobody announced is the module's own, as its download shows."""
    flow, upgrade = now.flow, now.flow.upgrade
    if upgrade is None or upgrade.ended:
        return
    if isinstance(item, Exchange):
        refused = item.succeeded and item.command == CommandLine(
            "QIOTUPDATE", CommandForm.WRITE, (0,)
        )
        shown_now = refused and flow.asked_phase is Phase.OFFERED
    else:
        shown_now = is_ota(item, 10701) and not (upgrade.run and not upgrade.run.outcomes)
    if not shown_now:
        return
    done = sum(1 for run in upgrade.runs if run.of_module)
    unknown = [c for c in upgrade.left() if flow.of_module(c) is None][done:]
    event = item.message if isinstance(item, Urc) else None
    if isinstance(event, Event) and not event.values and flow.awaits_module():
        for component in unknown[:1]:
            yield passes("SOTA-EVT-004", item, "a component of the module itself", component)
        return
    named = event.payload.component if isinstance(event, Event) and event.payload else None
    if named is not None and upgrade.offer_for(named) and flow.of_module(named) is False:
        return  # the others may have their turn later
    for component in unknown:
        observed = f"{component}, perhaps the module's own"
        yield inconclusive("SOTA-EVT-004", item, _due(now), observed)


def _names_the_module(payload: Offer, now: Situation) -> bool:
    """Tell whether a component is called as the module, or as its firmware."""
    name = payload.component.lower()
    known = " ".join(now.header.iut.values()).lower()
    return bool(now.flow.of_module(payload.component)) or bool(name and name in known)


def _module_alone(now: Situation) -> bool:
    """Tell whether only firmware of the module itself can be downloaded next."""
    left = now.flow.upgrade.left() if now.flow.upgrade else []
    return bool(left) and all(now.flow.of_module(component) for component in left)


@check("SOTA-EVT-011", on=Urc, errata=("E-16",))
def events_of_the_module(urc: Urc, now: Situation) -> Iterator[Finding]:
    """10701 and 10703 carry no data where the module upgrades its own firmware."""
    event, flow = urc.message, now.flow
    if not is_ota(urc, 10701, 10703) or not isinstance(event, Event):
        return
    if flow.upgrade is None or flow.upgrade.ended or flow.phase is Phase.OFFERED:
        return  # SOTA-SEQ-001 judges an upgrade without a consent
    expected = f"{event.code} of the module's own firmware without data"
    run = flow.run
    if not event.values:
        begun = event.code == 10703 and run is not None and not run.outcomes
        if run.of_module if begun and run else flow.awaits_module():
            yield passes("SOTA-EVT-011", urc, expected, "no data")
        return
    named = event.payload.component if event.payload else None
    offered = [seen.offer for seen in flow.upgrade.offers if seen.offer.component == named]
    under_way = event.code == 10703 and run is not None and run.of_module and not run.outcomes
    if named is None:
        told = under_way or _module_alone(now)
    else:
        told = any(_names_the_module(each, now) for each in offered)
    if told:
        yield fails("SOTA-EVT-011", urc, expected, shown(event.values))


@check(
    "SOTA-EVT-008", "SOTA-EVT-009", "SOTA-EVT-010", "SOTA-EVT-022", on=Urc, errata=("E-16", "E-17")
)
def download_started(urc: Urc, now: Situation) -> Iterator[Finding]:
    """10701 of an MCU component names it, its length and its digests."""
    event = urc.message
    if not is_ota(urc, 10701) or not isinstance(event, Event):
        return
    payload = event.payload
    if not isinstance(payload, DownloadStarted):
        due = not now.flow.awaits_module()
        if (event.values and not _module_alone(now)) or due:
            expected = '"component",length,"md5",crc and perhaps "sha256"'
            yield fails("SOTA-EVT-008", urc, expected, shown(event.values))
        return
    if now.flow.of_module(payload.component):
        return  # SOTA-EVT-011 judges it
    yield passes("SOTA-EVT-008", urc, "four or five fields", f"{len(event.values)}")
    lengths = (
        len(payload.md5) == 32
        and (payload.sha256 is None or len(payload.sha256) == 64)
        and 0 <= payload.crc <= UINT32_MAX
    )
    hexadecimal = all(_HEX.fullmatch(digest) for digest in (payload.md5, payload.sha256 or "0"))
    yield holds(
        "SOTA-EVT-009",
        lengths and hexadecimal,
        urc,
        "an MD5 of 32 hex digits, a CRC of 32 bits, a SHA-256 of 64 hex digits",
        shown(event.values[2:]),
    )
    digests = payload.md5 + (payload.sha256 or "")
    if hexadecimal:
        yield holds(
            "SOTA-EVT-010",
            digests == digests.lower(),
            urc,
            "lower-case hex digits",
            shown(event.values[2:]),
        )
    upgrade = now.flow.upgrade
    offered = upgrade.offer_for(payload.component) if upgrade and len(upgrade.offers) == 1 else None
    if offered is not None:
        yield holds(
            "SOTA-EVT-022",
            offered.use_space_octets == payload.length_octets,
            urc,
            f"the length that 10700 gave as space, {offered.use_space_octets}",
            str(payload.length_octets),
        )


@check("SOTA-EVT-012", on=Urc, errata=("E-38",))
def events_without_data(urc: Urc, _now: Situation) -> Iterator[Finding]:
    """Progress, updating and the outcomes carry no data."""
    event = urc.message
    if is_ota(urc, *DATALESS) and isinstance(event, Event):
        yield holds(
            "SOTA-EVT-012", not event.values, urc, f"{event.code} without data", shown(event.values)
        )


@check(
    "SOTA-EVT-008",
    "SOTA-EVT-013",
    "SOTA-EVT-014",
    "SOTA-EVT-015",
    "SOTA-EVT-016",
    "SOTA-EVT-017",
    on=Urc,
    errata=("E-02",),
)
def piece_ready(urc: Urc, now: Situation) -> Iterator[Finding]:
    """10703 names the component and its length, and where the piece is in it."""
    event = urc.message
    if not is_ota(urc, 10703) or not isinstance(event, Event):
        return
    run = now.flow.run
    payload = event.payload
    if not isinstance(payload, PieceReady):
        own = run.of_module if run and not run.outcomes else now.flow.awaits_module()
        if not own:
            yield fails(
                "SOTA-EVT-013", urc, '"component",length,start,piece length', shown(event.values)
            )
        return
    if now.flow.of_module(payload.component):
        return  # SOTA-EVT-011 judges it
    yield passes("SOTA-EVT-013", urc, "four fields", "four")
    if run and run.of_module and run.started_urc and not run.outcomes:
        yield from _start_without_data(urc, payload, run, now)
    if run is None or run.outcomes or run.disturbed:
        return
    if run.started is not None:
        started = (run.started.component, run.started.length_octets)
        yield holds(
            "SOTA-EVT-014",
            (payload.component, payload.length_octets) == started,
            urc,
            f"component and length of 10701, {started[0]} and {started[1]}",
            f"{payload.component} and {payload.length_octets}",
        )
    end = payload.start + payload.piece_length_octets
    length = run.started.length_octets if run.started else payload.length_octets
    yield holds(
        "SOTA-EVT-015",
        payload.piece_length_octets > 0 and end <= length,
        urc,
        f"a piece of at least one octet that ends at {length} at the latest",
        f"{payload.piece_length_octets} octets that end at {end}",
    )
    before = run.piece
    if before is None:
        yield holds(
            "SOTA-EVT-016", payload.start == 0, urc, "the first piece at 0", str(payload.start)
        )
    elif run.next_piece_asked is not None or (
        now.flow.asked and now.flow.asked.name == "QIOTUPDATE"
    ):
        due = before.start + before.piece_length_octets
        yield holds(
            "SOTA-EVT-017",
            payload.start == due,
            urc,
            f"the next piece at {due}",
            str(payload.start),
        )


def _start_without_data(
    urc: Urc, payload: PieceReady, run: ComponentRun, now: Situation
) -> Iterator[Finding]:
    """Judge a 10701 without data once its 10703 names a component of the MCU."""
    if run.started_urc is not None and now.flow.of_module(payload.component) is False:
        expected = f"10701 with the data of {payload.component}, whose piece follows"
        yield fails("SOTA-EVT-008", [run.started_urc.place, urc.place], expected, "no data")


@check("SOTA-EVT-019", "SOTA-EVT-020", on=Urc, errata=("E-05",))
def fota_indication(urc: Urc, now: Situation) -> Iterator[Finding]:
    """`+QIND: "FOTA","END"` may come behind the version report, with 0 on the way to success."""
    message, flow = urc.message, now.flow
    run, upgrade = flow.run, flow.upgrade
    if is_ota(urc, 10705) and run is not None and not run.outcomes:
        # Only now it is certain that this was the way to success.
        for told in run.indications:
            yield _value_on_success(told)
    if not isinstance(message, FotaIndication) or message.stage != "END" or upgrade is None:
        return
    if run is not None and any(is_ota(outcome, 10705) for outcome in run.outcomes):
        yield passes("SOTA-EVT-019", urc, "+QIND, perhaps, behind the version report", "that")
        yield _value_on_success(urc)
    elif flow.phase in UPGRADING and all(
        flow.of_module(seen.offer.component) is False for seen in upgrade.offers
    ):
        reported = run is not None and _target_announced(now)
        observed = printable(urc.place.octets)
        expected = f"{observed} behind the version report alone (E-05)"
        yield holds("SOTA-EVT-019", reported, urc, expected, observed)


def _value_on_success(told: Urc) -> Finding:
    value = told.message.value if isinstance(told.message, FotaIndication) else None
    return holds("SOTA-EVT-020", value == 0, told, "0 on the way to success", str(value))


@check("SOTA-EVT-019", on=Waited, errata=("E-05",))
def indication_is_no_outcome(waited: Waited, now: Situation) -> Iterator[Finding]:
    """`+QIND: "FOTA","END"` does not stand in for the outcome of the upgrade (E-05)."""
    run, upgrade = now.flow.run, now.flow.upgrade
    if run is None or upgrade is None or upgrade.ended or run.of_module or run.outcomes:
        return
    if run.indications and run.announced and not run.replaced and not run.disturbed:
        told = run.indications[-1]
        since_s = max(told.place.instant_s, run.announced[-1][1].sent.instant_s)
        if waited.t - since_s >= OUTCOME_S:
            run.replaced = True
            expected = f"10705 or 10706 within {OUTCOME_S:g} s, and not +QIND in its place"
            yield fails("SOTA-EVT-019", told, expected, "+QIND alone")


def _target_announced(now: Situation) -> bool:
    run, upgrade = now.flow.run, now.flow.upgrade
    offered = upgrade.offer_for(run.component) if run and upgrade else None
    asked = now.flow.asked
    pending = bool(
        asked and offered and asked.parameters == (offered.component, offered.target_version)
    )
    return bool(
        run and offered and (pending or any(v == offered.target_version for v, _ in run.announced))
    )


@check("SOTA-EVT-021", on=Urc, errata=("E-33",))
def broadcasts(urc: Urc, now: Situation) -> Iterator[Finding]:
    """10707 may follow the decision; 10708 comes on gateways alone."""
    upgrade, asked = now.flow.upgrade, now.flow.asked
    if is_ota(urc, 10707):
        pending = asked is not None and asked.name == "QIOTUPDATE"
        decided = pending or (upgrade is not None and (upgrade.accepted or upgrade.refused))
        verdict = Verdict.PASS if decided else Verdict.INCONCLUSIVE
        expected = "10707 after a decision, perhaps, with data or without"
        observed = "that" if decided else "10707 without a decision"
        yield finding("SOTA-EVT-021", verdict, urc, expected, observed)
    elif is_ota(urc, 10708):
        yield finding(
            "SOTA-EVT-021",
            Verdict.INCONCLUSIVE,
            urc,
            "10708 on gateways alone",
            f"10708 ({now.profile.line})",
        )
