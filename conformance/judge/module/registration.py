"""Checks on the connection and the data of the device: SOTA-CMD-REG, -STATE, -CFG, -INFO."""

from collections.abc import Collection, Container, Iterator
from dataclasses import replace

from atverdict.conformance.evidence.trace import Exchange, Urc
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, fails, holds, inconclusive, warns
from atverdict.conformance.judge.module.answers import (
    accepted,
    integers,
    listed,
    parameters,
    refused,
    refused_as_malformed,
    responds,
    spoiled,
    strings,
)
from atverdict.conformance.judge.module.framing import answered, sent_line
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Link
from atverdict.grammar.message import (
    CommandForm,
    ConfigurationItem,
    Event,
    InformationResponse,
    Literal,
    Placeholder,
    Range,
    UnsolicitedResultCode,
    Value,
    ValueSet,
)

STATES = range(13)
SUBSCRIBED = 8
"""`+QIOTSTATE: 8`: subscribed, data can be sent."""


def _one_integer(responses: list[InformationResponse], permitted: Container[object]) -> bool:
    """Tell whether there is one response with one permitted integer."""
    if len(responses) != 1 or len(responses[0].values) != 1:
        return False
    value = responses[0].values[0]
    return isinstance(value, int) and value in permitted


def _is_range(values: tuple[Value, ...]) -> bool:
    """Tell whether there is one value in parentheses, or a name instead (E-29)."""
    if len(values) != 1:
        return False
    value = values[0]
    prose = isinstance(value, Literal) and value.text.startswith("(")
    return prose or isinstance(value, Range | ValueSet | Placeholder)


@check("SOTA-CMD-REG-001", "SOTA-CMD-REG-002", on=Exchange, errata=("E-29",))
def registration_queries(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The test form and the read form of the registration are answered."""
    if exchange.is_command("QIOTREG", CommandForm.TEST):
        yield from responds(
            "SOTA-CMD-REG-001",
            exchange,
            "+QIOTREG: (range) and OK",
            lambda lines: len(lines) == 1 and _is_range(lines[0].values),
        )
    if exchange.is_command("QIOTREG", CommandForm.READ):
        yield from responds(
            "SOTA-CMD-REG-002",
            exchange,
            "+QIOTREG: 0, 1 or 2 and OK",
            lambda lines: _one_integer(lines, now.permitted("QIOTREG")),
        )


@check(
    "SOTA-CMD-REG-003", "SOTA-CMD-REG-004", "SOTA-CMD-REG-007", on=Exchange, errata=("E-19", "E-20")
)
def registration_modes(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The three modes are accepted, unless product key and secret are missing."""
    if not exchange.is_command("QIOTREG", CommandForm.WRITE):
        return
    values = integers(exchange, 1)
    if values == (0,):
        yield from accepted("SOTA-CMD-REG-007", exchange)
    elif values == (1,) and now.flow.provisioned is not False:
        yield from accepted("SOTA-CMD-REG-003", exchange, certain=now.flow.provisioned is True)
    elif values in ((1,), (2,)) and now.flow.provisioned is False:
        yield from refused("SOTA-CMD-REG-004", exchange)


@check("SOTA-CMD-REG-005", on=Exchange, errata=("E-40",))
def registration_reads_back(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The read form returns the mode that was written, until the IUT is restarted (E-40)."""
    written = now.flow.reg_written
    if (
        written is None
        or not exchange.is_command("QIOTREG", CommandForm.READ)
        or not exchange.succeeded
    ):
        return
    yield from responds(
        "SOTA-CMD-REG-005",
        exchange,
        f"+QIOTREG: {written}, as written,",
        lambda lines: _one_integer(lines, (written,)),
    )


@check("SOTA-CMD-REG-008", "SOTA-CMD-REG-009", on=Exchange)
def registration_refusals(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A value that is no mode is refused, and so is the execute form."""
    if exchange.is_command("QIOTREG", CommandForm.EXECUTE):
        yield from refused_as_malformed("SOTA-CMD-REG-009", exchange, now)
    if exchange.is_command("QIOTREG", CommandForm.WRITE):
        values = integers(exchange, 1)
        permitted = values is not None and values[0] in now.permitted("QIOTREG")
        if not permitted and not listed(now.flow, exchange):
            yield from refused_as_malformed("SOTA-CMD-REG-008", exchange, now)


@check(
    "SOTA-CMD-STATE-001",
    "SOTA-CMD-STATE-002",
    "SOTA-CMD-STATE-003",
    "SOTA-CMD-STATE-004",
    on=Exchange,
)
def state(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The state is readable, and is 8 exactly when the IUT is online."""
    if not exchange.is_command("QIOTSTATE"):
        return
    if not exchange.is_command("QIOTSTATE", CommandForm.READ):
        yield from refused_as_malformed("SOTA-CMD-STATE-003", exchange, now)
        return
    yield from responds(
        "SOTA-CMD-STATE-001",
        exchange,
        "+QIOTSTATE: 0...12 and OK",
        lambda lines: _one_integer(lines, STATES),
    )
    if (
        not now.flow.steady
        or not exchange.succeeded
        or not _one_integer(exchange.responses, STATES)
    ):
        return
    value = exchange.responses[0].values[0]
    if now.flow.link is Link.ONLINE and now.flow.online_codes >= {2, 3}:
        yield holds(
            "SOTA-CMD-STATE-002", value == SUBSCRIBED, exchange, "8 after 3,10200", str(value)
        )
    if now.flow.link is Link.OFF and now.flow.reg_mode == 0:
        yield holds(
            "SOTA-CMD-STATE-004",
            value != SUBSCRIBED,
            exchange,
            "a state other than 8 without registration",
            str(value),
        )


@check(
    "SOTA-CMD-CFG-001",
    "SOTA-CMD-CFG-002",
    "SOTA-CMD-CFG-003",
    "SOTA-CMD-CFG-004",
    on=Exchange,
    errata=("E-22",),
)
def configuration(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Product key and secret can be read, and written offline; wrong keywords are refused."""
    if not exchange.is_command("QIOTCFG", CommandForm.WRITE):
        return
    values = parameters(exchange)
    if values == ("productinfo",):
        yield from responds(
            "SOTA-CMD-CFG-001", exchange, '+QIOTCFG: "productinfo",... and OK', _names_the_product
        )
    elif values[:1] == ("productinfo",) and strings(exchange, 3):
        if now.flow.link is Link.ONLINE and now.flow.steady:
            yield from refused("SOTA-CMD-CFG-003", exchange)
        elif now.flow.reg_mode == 0 and now.flow.link is Link.OFF:
            yield from accepted("SOTA-CMD-CFG-002", exchange)
    elif values[:1] and isinstance(values[0], str) and values[0] not in _keywords(now):
        invented = values[0].startswith("nosuch")
        if invented or not exchange.succeeded:
            yield from refused_as_malformed("SOTA-CMD-CFG-004", exchange, now)
        else:
            # A later firmware may know more keywords than the documents.
            expected = f"ERROR to {sent_line(exchange)}, which no document has"
            yield inconclusive("SOTA-CMD-CFG-004", exchange, expected, answered(exchange))


def _keywords(now: Situation) -> Collection[str]:
    return now.specification.commands["QIOTCFG"].keywords


def _names_the_product(lines: list[InformationResponse]) -> bool:
    return (
        len(lines) == 1
        and isinstance(lines[0].payload, ConfigurationItem)
        and lines[0].payload.keyword == "productinfo"
    )


@check("SOTA-CMD-CFG-002", on=Exchange)
def configuration_reads_back(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The product key that was written is read back; the secret is not compared or logged."""
    written = now.flow.product_key
    if written is None or parameters(exchange) != ("productinfo",) or not exchange.succeeded:
        return
    if not exchange.is_command("QIOTCFG") or not _names_the_product(exchange.responses):
        return
    item = exchange.responses[0].payload
    assert isinstance(item, ConfigurationItem)
    key = item.values[0] if item.values else None
    read = key.text if isinstance(key, Literal) else key
    expected = f"the key {written} read back"
    found = holds("SOTA-CMD-CFG-002", read == written, exchange, expected, str(read))
    yield replace(found, part="read back")


@check("SOTA-CMD-INFO-001", "SOTA-CMD-INFO-002", "SOTA-CMD-INFO-003", on=Exchange)
def device_information(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The device's information can be read and reported to the platform."""
    online = now.flow.link is Link.ONLINE and now.flow.steady
    if exchange.is_command("QIOTINFO", CommandForm.READ) and not exchange.cut:
        bare = any(
            isinstance(urc.message, UnsolicitedResultCode) and urc.message.text.startswith('"')
            for urc in exchange.urcs
        )
        pairs = all(len(line.values) >= 2 for line in exchange.responses)
        good = exchange.final is not None and not spoiled(exchange) and not bare and pairs
        yield holds(
            "SOTA-CMD-INFO-001",
            good,
            exchange,
            "+QIOTINFO: item,value lines and a final result code",
            answered(exchange),
        )
        if online and exchange.final is not None:
            items = {_text(line.values[0]) for line in exchange.responses if line.values}
            missing = {"mcu_version", "sdk_ver"} - items
            yield holds(
                "SOTA-CMD-INFO-002",
                not missing,
                exchange,
                "mcu_version and sdk_ver among the items",
                f"no {' and no '.join(sorted(missing))}" if missing else "both",
            )
    if exchange.is_command("QIOTINFO", CommandForm.WRITE):
        if parameters(exchange) == ("up",):
            if online:
                yield from accepted("SOTA-CMD-INFO-003", exchange)
        else:
            yield from refused_as_malformed("SOTA-CMD-INFO-003", exchange, now)


def _text(value: object) -> str:
    return value.text if isinstance(value, Literal) else str(value)


@check("SOTA-EVT-018", on=Urc, errata=("E-06",))
def connection_events_in_order(urc: Urc, now: Situation) -> Iterator[Finding]:
    """Authentication, access, subscription come in this order, where the suite connects."""
    event = urc.message
    if not isinstance(event, Event) or event.code != 10200 or event.type not in (1, 2, 3):
        return
    flow = now.flow
    asked = flow.asked is not None and flow.asked.name == "QIOTREG"
    again = event.type in flow.online_codes and (event.type == 3 or flow.link is not Link.ONLINE)
    if not (flow.connect_asked or asked) or (flow.link is Link.ONLINE and not again):
        return
    seen = sorted(flow.online_codes)
    expected = "[1,10200] then 2,10200 then 3,10200"
    if again and not flow.connect_failed:
        yield warns("SOTA-EVT-018", urc, f"{expected}, each once", f"{event.type},10200 again")
    elif event.type == 3:
        yield holds("SOTA-EVT-018", 2 in seen, urc, expected, f"3,10200 after {_list(seen)}")
    elif any(later > event.type for later in seen):
        yield fails("SOTA-EVT-018", urc, expected, f"{event.type},10200 after {_list(seen)}")


def _list(types: list[int]) -> str:
    return " and ".join(f"{event_type},10200" for event_type in types) or "nothing"
