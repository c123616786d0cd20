"""Logs made by hand for the edges of single commands: their forms, values, states and answers."""

from support.log_builder import (
    FIRST,
    START,
    START_SHA256,
    Case,
    LogBuilder,
    breaks,
    ignores,
    keeps,
    leaves_open,
)

__all__ = ["CASES"]

LISTS = {
    "QIOTMCUVER": ("?", '"STM32","1_0_0"'),
    "QIOTOTAREQ": ("=?", "(0,1)"),
    "QIOTUPDATE": ("=?", "(0-3)"),
    "QIOTOTARD": ("=?", "<start>,(1-1024)"),
}
STATE = "AT+QIOTSTATE?"
INFO = "AT+QIOTINFO?"
PRODUCT = 'AT+QIOTCFG="productinfo"'
KEY = '+QIOTCFG: "productinfo","p11abc"'


def _off(bench: LogBuilder) -> LogBuilder:
    return bench.offline().listen(31)


def _events(bench: LogBuilder, *events: str) -> LogBuilder:
    return bench.offline().ask("AT+QIOTREG=1").events(*events)


_FORMS = [
    *(
        breaks(
            "SOTA-FRM-008",
            f"no space in the answer of {name}",
            lambda b, name=name, form=form, data=data: b.ask(f"AT+{name}{form}", f"+{name}:{data}"),
        )
        for name, (form, data) in LISTS.items()
    ),
    *(
        keeps(
            "SOTA-FRM-008",
            f"one space in the answer of {name}",
            lambda b, name=name, form=form, data=data: b.ask(
                f"AT+{name}{form}", f"+{name}: {data}"
            ),
        )
        for name, (form, data) in LISTS.items()
    ),
    breaks("SOTA-FRM-002", "ERROR to a read", lambda b: b.refused("at+QIOTSTATE?")),
    breaks("SOTA-FRM-002", "OK alone to a read", lambda b: b.ask("at+QIOTSTATE?")),
    ignores("SOTA-FRM-002", "ERROR to a write", lambda b: b.refused("at+QIOTREG=9")),
    ignores("SOTA-FRM-002", "a name in small letters too", lambda b: b.refused("at+qiotstate?")),
    ignores(
        "SOTA-FRM-002",
        "an answer with LF alone",
        lambda b: b.sent("at").got("\r\nOK\n"),
        also=("SOTA-FRM-006",),
    ),
    breaks("SOTA-FRM-003", "OK alone", lambda b: b.ask("AT+qiotstate?")),
    ignores("SOTA-FRM-003", "one capital", lambda b: b.refused("AT+Qiotstate?")),
    keeps("SOTA-FRM-005", "ERROR", lambda b: b.refused("AT+QIOTINFO?")),
    ignores(
        "SOTA-FRM-005",
        "the largest number and one more",
        lambda b: b.silent(f"AT+QIOTOTARD=0,{2**32}"),
        also=("SOTA-CMD-OTARD-019",),
    ),
    breaks(
        "SOTA-FRM-005",
        "silence to the largest number",
        lambda b: b.silent(f"AT+QIOTOTARD=0,{2**32 - 1}"),
    ),
    ignores(
        "SOTA-FRM-005", "silence of a module that starts", lambda b: b.power_cycle().silent("AT")
    ),
    ignores(
        "SOTA-FRM-018",
        "an echo behind ATE",
        lambda b: b.ask(STATE, "+QIOTSTATE: 1").ask("ATE1").ask(STATE, "+QIOTSTATE: 1", echo=True),
    ),
]

_REGISTRATION = [
    breaks("SOTA-CMD-REG-001", "a bare number", lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: 2")),
    breaks(
        "SOTA-CMD-REG-001",
        "two lists",
        lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: (0-2)", "+QIOTREG: (0-2)"),
    ),
    breaks(
        "SOTA-CMD-REG-001", "two ranges", lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: (0-2),(0-2)")
    ),
    keeps("SOTA-CMD-REG-001", "words", lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: (mode of it)")),
    keeps("SOTA-CMD-REG-001", "a name", lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: <mode>")),
    breaks("SOTA-CMD-REG-002", "3", lambda b: b.ask("AT+QIOTREG?", "+QIOTREG: 3")),
    keeps("SOTA-CMD-REG-002", "2", lambda b: b.ask("AT+QIOTREG?", "+QIOTREG: 2")),
    breaks("SOTA-CMD-REG-002", "two numbers", lambda b: b.ask("AT+QIOTREG?", "+QIOTREG: 1,1")),
    breaks("SOTA-CMD-REG-002", "a text", lambda b: b.ask("AT+QIOTREG?", '+QIOTREG: "1"')),
    leaves_open(
        "SOTA-CMD-REG-003",
        "ERROR where nobody knows whether it has a product",
        lambda b: b.refused("AT+QIOTREG=1"),
    ),
    breaks(
        "SOTA-CMD-REG-003",
        "ERROR with a product",
        lambda b: b.provisioned().refused("AT+QIOTREG=1"),
    ),
    breaks(
        "SOTA-CMD-REG-004",
        "OK to 2 without a product",
        lambda b: b.factory_reset().ask("AT+QIOTREG=2"),
    ),
    keeps(
        "SOTA-CMD-REG-004",
        "ERROR to 1 without a product",
        lambda b: b.factory_reset().refused("AT+QIOTREG=1"),
    ),
    breaks("SOTA-CMD-REG-007", "ERROR to 0", lambda b: b.refused("AT+QIOTREG=0")),
    breaks("SOTA-CMD-REG-008", "OK to 3", lambda b: b.ask("AT+QIOTREG=3")),
    breaks("SOTA-CMD-REG-008", "OK to two values", lambda b: b.ask("AT+QIOTREG=1,1")),
    ignores(
        "SOTA-CMD-REG-008",
        "OK to 3, which the test form lists",
        lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: (0-3)").ask("AT+QIOTREG=3"),
    ),
    keeps("SOTA-CMD-STATE-001", "0", lambda b: b.ask(STATE, "+QIOTSTATE: 0")),
    keeps("SOTA-CMD-STATE-001", "12", lambda b: b.ask(STATE, "+QIOTSTATE: 12")),
    breaks("SOTA-CMD-STATE-001", "13", lambda b: b.ask(STATE, "+QIOTSTATE: 13")),
    breaks("SOTA-CMD-STATE-003", "OK to a write", lambda b: b.ask("AT+QIOTSTATE=1")),
    ignores(
        "SOTA-CMD-STATE-002",
        "7 where only a read said that it is online",
        lambda b: b.ask(STATE, "+QIOTSTATE: 8").ask(STATE, "+QIOTSTATE: 7"),
    ),
    ignores(
        "SOTA-CMD-STATE-002",
        "7 while it connects",
        lambda b: _events(b, "2,10200").ask(STATE, "+QIOTSTATE: 7"),
    ),
    ignores(
        "SOTA-CMD-STATE-002",
        "7 as the network goes",
        lambda b: (
            b.online().sent(STATE).got("\r\n+QIOTEVT: 2,10473\r\n\r\n+QIOTSTATE: 7\r\n\r\nOK\r\n")
        ),
    ),
    keeps("SOTA-CMD-STATE-004", "0 offline", lambda b: _off(b).ask(STATE, "+QIOTSTATE: 0")),
    ignores(
        "SOTA-CMD-STATE-004",
        "8 where the mode is not known",
        lambda b: b.ask(STATE, "+QIOTSTATE: 8"),
    ),
]

_PRODUCT = [
    ignores(
        "SOTA-CMD-CFG-003",
        "two texts of another item online",
        lambda b: b.online().refused('AT+QIOTCFG="productinfo","p11abc"'),
    ),
    ignores(
        "SOTA-CMD-CFG-002",
        "ERROR to a write, offline and in a mode that is not known",
        lambda b: b.event("6,10200").refused(f'{PRODUCT},"p11abc","****"'),
    ),
    ignores(
        "SOTA-CMD-CFG-004",
        "a keyword of no document, refused online",
        lambda b: b.online().refused('AT+QIOTCFG="lwm2m"'),
    ),
    breaks("SOTA-CMD-CFG-001", "ERROR", lambda b: b.refused(PRODUCT)),
    breaks("SOTA-CMD-CFG-001", "two lines", lambda b: b.ask(PRODUCT, KEY, KEY)),
    breaks("SOTA-CMD-CFG-001", "another item", lambda b: b.ask(PRODUCT, '+QIOTCFG: "lwm2m",1')),
    keeps("SOTA-CMD-CFG-001", "the product", lambda b: b.ask(PRODUCT, KEY)),
    breaks(
        "SOTA-CMD-CFG-002",
        "no key read back",
        lambda b: b.provisioned().ask(PRODUCT, '+QIOTCFG: "productinfo"'),
    ),
    breaks(
        "SOTA-CMD-CFG-002",
        "ERROR to a write offline",
        lambda b: _off(b).refused(f'{PRODUCT},"p11abc","****"'),
    ),
    breaks(
        "SOTA-CMD-CFG-003",
        "OK to a write online",
        lambda b: b.online().ask(f'{PRODUCT},"p11abc","****"'),
    ),
    ignores(
        "SOTA-CMD-CFG-002",
        "ERROR to a write whose state is not known",
        lambda b: b.refused(f'{PRODUCT},"p11abc","****"'),
    ),
    breaks(
        "SOTA-CMD-CFG-004", "OK to an invented keyword", lambda b: b.ask('AT+QIOTCFG="nosuch",1')
    ),
    leaves_open(
        "SOTA-CMD-CFG-004",
        "OK to a keyword of no document",
        lambda b: b.ask('AT+QIOTCFG="later",1'),
    ),
    ignores(
        "SOTA-CMD-CFG-004",
        "a keyword of the documents",
        lambda b: b.refused('AT+QIOTCFG="lwm2m",1'),
    ),
    breaks(
        "SOTA-CMD-INFO-001", "an item without a value", lambda b: b.ask(INFO, "+QIOTINFO: sdk_ver")
    ),
    keeps(
        "SOTA-CMD-INFO-001", "an item with a value", lambda b: b.ask(INFO, "+QIOTINFO: sdk_ver,1")
    ),
    keeps(
        "SOTA-CMD-INFO-002",
        "both items online",
        lambda b: b.online().ask(INFO, "+QIOTINFO: sdk_ver,1", "+QIOTINFO: mcu_version,2"),
    ),
    breaks(
        "SOTA-CMD-INFO-002",
        "one of both items online",
        lambda b: b.online().ask(INFO, "+QIOTINFO: sdk_ver,1"),
    ),
    ignores(
        "SOTA-CMD-INFO-002", "one of both offline", lambda b: b.ask(INFO, "+QIOTINFO: sdk_ver,1")
    ),
    breaks(
        "SOTA-CMD-INFO-003", "OK to another word", lambda b: b.online().ask('AT+QIOTINFO="down"')
    ),
]

_CONNECTION = [
    breaks("SOTA-EVT-018", "3 first", lambda b: _events(b, "3,10200")),
    breaks("SOTA-EVT-018", "1 behind 2", lambda b: _events(b, "2,10200", "1,10200")),
    keeps("SOTA-EVT-018", "1, 2 and 3", lambda b: _events(b, "1,10200", "2,10200", "3,10200")),
    keeps("SOTA-EVT-018", "2 and 3", lambda b: _events(b, "2,10200", "3,10200")),
    ignores("SOTA-EVT-018", "3 alone, where nobody asked", lambda b: b.event("3,10200")),
    ignores("SOTA-EVT-018", "another code", lambda b: _events(b, "2,10473")),
    breaks(
        "SOTA-EVT-018",
        "3 before the OK",
        lambda b: b.offline().sent("AT+QIOTREG=1").event("3,10200").got("\r\nOK\r\n"),
    ),
    keeps("SOTA-CMD-REG-007", "its event", lambda b: b.online().offline().event("6,10200")),
    keeps("SOTA-CMD-REG-006", "its events", lambda b: _events(b, "2,10200", "3,10200")),
    ignores("SOTA-CMD-REG-006", "access that nobody asked for", lambda b: b.event("2,10200")),
    ignores("SOTA-CMD-REG-006", "another event", lambda b: _events(b, "1,10200")),
    ignores("SOTA-CMD-REG-007", "an end that nobody asked for", lambda b: b.event("6,10200")),
    keeps("SOTA-CMD-UPDATE-006", "its event", lambda b: b.second_piece()),
    keeps("SOTA-CMD-UPDATE-008", "its event", lambda b: b.updating()),
]

_DECISIONS = [
    breaks(
        "SOTA-CMD-UPDATE-001", "0 to 2", lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-2)")
    ),
    keeps(
        "SOTA-CMD-UPDATE-001", "0 to 3", lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-3)")
    ),
    keeps("SOTA-CMD-UPDATE-001", "a name", lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: <a>")),
    breaks("SOTA-CMD-UPDATE-001", "OK alone", lambda b: b.ask("AT+QIOTUPDATE=?")),
    keeps(
        "SOTA-CMD-UPDATE-002",
        "a consent 100 ms behind its offer",
        lambda b: b.offered().wait(0.11).ask("AT+QIOTUPDATE=1"),
    ),
    ignores(
        "SOTA-CMD-UPDATE-002",
        "a consent at once",
        lambda b: b.offered().wait(0.05).ask("AT+QIOTUPDATE=1"),
    ),
    keeps(
        "SOTA-SEQ-020", "a consent at once", lambda b: b.offered().wait(0.05).ask("AT+QIOTUPDATE=1")
    ),
    breaks(
        "SOTA-CMD-UPDATE-004",
        "ERROR to a refusal",
        lambda b: b.offered().wait(0.15).refused("AT+QIOTUPDATE=0"),
    ),
    breaks(
        "SOTA-CMD-UPDATE-006",
        "ERROR to the next piece",
        lambda b: b.ready(FIRST).refused("AT+QIOTUPDATE=2"),
    ),
    breaks("SOTA-CMD-UPDATE-007", "OK behind the last", lambda b: b.ready().ask("AT+QIOTUPDATE=2")),
    breaks(
        "SOTA-CMD-UPDATE-009",
        "OK to the update before the last piece",
        lambda b: b.ready(FIRST).ask("AT+QIOTUPDATE=3"),
    ),
    ignores(
        "SOTA-CMD-UPDATE-006",
        "ERROR without a network",
        lambda b: b.ready(FIRST).event("2,10473").refused("AT+QIOTUPDATE=2"),
    ),
    ignores(
        "SOTA-CMD-UPDATE-008",
        "ERROR behind the report",
        lambda b: b.ready().announce("2_0_0").refused("AT+QIOTUPDATE=3"),
    ),
    *(
        breaks(
            "SOTA-CMD-UPDATE-011",
            f"OK to {action}",
            lambda b, action=action: b.factory_reset().ask(f"AT+QIOTUPDATE={action}"),
        )
        for action in (0, 2, 3)
    ),
    ignores(
        "SOTA-CMD-UPDATE-010", "OK, before anything is known", lambda b: b.ask("AT+QIOTUPDATE=1")
    ),
    breaks(
        "SOTA-CMD-UPDATE-014", "OK once confirmed", lambda b: b.confirmed().ask("AT+QIOTUPDATE=0")
    ),
    breaks("SOTA-CMD-UPDATE-014", "OK to late 0", lambda b: b.updating().ask("AT+QIOTUPDATE=0")),
    ignores(
        "SOTA-CMD-UPDATE-014",
        "OK without a network",
        lambda b: b.updating().event("2,10473").ask("AT+QIOTUPDATE=0"),
    ),
    keeps("SOTA-CMD-UPDATE-012", "ERROR", lambda b: b.confirmed().refused("AT+QIOTUPDATE=1")),
    ignores(
        "SOTA-CMD-UPDATE-012",
        "while downloading",
        lambda b: b.downloading().refused("AT+QIOTUPDATE=1"),
    ),
    breaks("SOTA-CMD-UPDATE-016", "OK to the execute form", lambda b: b.ask("AT+QIOTUPDATE")),
    ignores(
        "SOTA-CMD-UPDATE-015",
        "OK to 4, which the test form lists",
        lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-4)").ask("AT+QIOTUPDATE=4"),
    ),
    leaves_open(
        "SOTA-CMD-OTAREQ-007",
        "a digest that nobody asked for in this request",
        lambda b: b.confirmed(None).event(START_SHA256),
    ),
    ignores(
        "SOTA-CMD-OTAREQ-007",
        "no digest, perhaps by a setting",
        lambda b: b.confirmed(None).event(START),
    ),
]

CASES: list[Case] = [
    *_FORMS,
    *_REGISTRATION,
    *_PRODUCT,
    *_CONNECTION,
    *_DECISIONS,
]
