"""Logs made by hand for the checks of registration, state, configuration and version."""

from support.log_builder import Case, breaks, ignores, keeps, leaves_open

__all__ = ["CASES"]

READ_PRODUCT = 'AT+QIOTCFG="productinfo"'
WRITE_PRODUCT = 'AT+QIOTCFG="productinfo","p11abc","****"'
VERSIONS = "AT+QIOTMCUVER?"
LINE = '+QIOTMCUVER: "STM32","1_0_0"'
NEWER = '+QIOTMCUVER: "STM32","1_0_1"'
OTHER = '+QIOTMCUVER: "ESP32","1_0_0"'
LONG_ID = "C" * 32
LONG_VERSION = "1" * 64

_REGISTRATION = [
    breaks("SOTA-CMD-REG-001", "ERROR to the test form", lambda b: b.refused("AT+QIOTREG=?")),
    breaks("SOTA-CMD-REG-001", "OK without a line", lambda b: b.ask("AT+QIOTREG=?")),
    breaks("SOTA-CMD-REG-001", "a bare range", lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: 0-2")),
    breaks("SOTA-CMD-REG-001", "a bare mode", lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: 2")),
    keeps("SOTA-CMD-REG-001", "a range", lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: (0-2)")),
    keeps("SOTA-CMD-REG-001", "a set", lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: (0,1,2)")),
    keeps(
        "SOTA-CMD-REG-001", "a name (E-29)", lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: <reg_mode>")
    ),
    breaks("SOTA-CMD-REG-002", "mode 3", lambda b: b.ask("AT+QIOTREG?", "+QIOTREG: 3")),
    breaks("SOTA-CMD-REG-002", "a quoted mode", lambda b: b.ask("AT+QIOTREG?", '+QIOTREG: "0"')),
    breaks("SOTA-CMD-REG-002", "ERROR to the read form", lambda b: b.refused("AT+QIOTREG?")),
    keeps("SOTA-CMD-REG-002", "mode 2", lambda b: b.ask("AT+QIOTREG?", "+QIOTREG: 2")),
    breaks(
        "SOTA-CMD-REG-003",
        "ERROR though product key and secret are stored",
        lambda b: b.provisioned().refused("AT+QIOTREG=1"),
    ),
    leaves_open(
        "SOTA-CMD-REG-003",
        "ERROR while it is not known whether they are stored",
        lambda b: b.offline().refused("AT+QIOTREG=1"),
    ),
    keeps("SOTA-CMD-REG-003", "OK", lambda b: b.provisioned().ask("AT+QIOTREG=1")),
    breaks(
        "SOTA-CMD-REG-004",
        "OK without a product key",
        lambda b: b.factory_reset().ask("AT+QIOTREG=1"),
    ),
    breaks(
        "SOTA-CMD-REG-004",
        "OK to mode 2 without a product key",
        lambda b: b.factory_reset().ask("AT+QIOTREG=2"),
    ),
    keeps(
        "SOTA-CMD-REG-004",
        "ERROR without a product key",
        lambda b: b.factory_reset().refused("AT+QIOTREG=1").refused("AT+QIOTREG=2"),
    ),
    breaks("SOTA-CMD-REG-007", "ERROR to mode 0", lambda b: b.refused("AT+QIOTREG=0")),
    keeps("SOTA-CMD-REG-007", "OK to mode 0", lambda b: b.ask("AT+QIOTREG=0")),
    keeps(
        "SOTA-CMD-REG-007",
        "6,10200 after mode 0",
        lambda b: b.online().ask("AT+QIOTREG=0").event("6,10200"),
    ),
    keeps(
        "SOTA-CMD-REG-006",
        "2,10200 and 3,10200 after mode 1",
        lambda b: b.ask("AT+QIOTREG=0").ask("AT+QIOTREG=1").events("2,10200", "3,10200"),
    ),
    breaks(
        "SOTA-CMD-REG-005",
        "another mode read back",
        lambda b: b.offline().ask("AT+QIOTREG?", "+QIOTREG: 1"),
    ),
    keeps(
        "SOTA-CMD-REG-005",
        "the mode read back",
        lambda b: b.provisioned().ask("AT+QIOTREG=2").ask("AT+QIOTREG?", "+QIOTREG: 2"),
    ),
    ignores(
        "SOTA-CMD-REG-005",
        "mode 0 read after a restart in mode 1 (E-40)",
        lambda b: b.online().power_cycle().ask("AT+QIOTREG?", "+QIOTREG: 0"),
    ),
    breaks("SOTA-CMD-REG-008", "OK to mode 3", lambda b: b.ask("AT+QIOTREG=3")),
    breaks("SOTA-CMD-REG-008", "OK to a quoted mode", lambda b: b.ask('AT+QIOTREG="1"')),
    keeps(
        "SOTA-CMD-REG-008",
        "ERROR to mode 3",
        lambda b: b.refused("AT+QIOTREG=3").ask("AT+QIOTREG=0"),
    ),
    ignores(
        "SOTA-CMD-REG-008",
        "OK to a mode that the test form lists",
        lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: (0-3)").ask("AT+QIOTREG=3"),
    ),
    *(
        ignores(
            "SOTA-CMD-REG-008",
            f"{final} to mode 2 where the test form lists 0 and 1",
            lambda b, final=final: (
                b.provisioned()
                .ask("AT+QIOTREG=?", "+QIOTREG: (0,1)")
                .ask("AT+QIOTREG=2", final=final)
            ),
        )
        for final in ("OK", "ERROR")
    ),
    breaks("SOTA-CMD-REG-009", "OK to the execute form", lambda b: b.ask("AT+QIOTREG")),
    keeps(
        "SOTA-CMD-REG-009",
        "ERROR to the execute form",
        lambda b: b.refused("AT+QIOTREG").ask("AT+QIOTREG=0"),
    ),
]

_STATE = [
    breaks("SOTA-CMD-STATE-001", "state 13", lambda b: b.ask("AT+QIOTSTATE?", "+QIOTSTATE: 13")),
    breaks("SOTA-CMD-STATE-001", "no state", lambda b: b.ask("AT+QIOTSTATE?")),
    keeps(
        "SOTA-CMD-STATE-001",
        "an operator's name in its own alphabet in between",
        lambda b: b.sent("AT+QIOTSTATE?").got(
            '\r\n+COPS: 0,0,"\u4e2d\u56fd"\r\n\r\n+QIOTSTATE: 0\r\n\r\nOK\r\n'.encode()
        ),
    ),
    keeps("SOTA-CMD-STATE-001", "state 0", lambda b: b.ask("AT+QIOTSTATE?", "+QIOTSTATE: 0")),
    breaks(
        "SOTA-CMD-STATE-002", "7 online", lambda b: b.online().ask("AT+QIOTSTATE?", "+QIOTSTATE: 7")
    ),
    keeps(
        "SOTA-CMD-STATE-002", "8 online", lambda b: b.online().ask("AT+QIOTSTATE?", "+QIOTSTATE: 8")
    ),
    ignores(
        "SOTA-CMD-STATE-002",
        "5 after the link was lost",
        lambda b: b.online().event("2,10473").ask("AT+QIOTSTATE?", "+QIOTSTATE: 5"),
    ),
    breaks("SOTA-CMD-STATE-003", "OK to the test form", lambda b: b.ask("AT+QIOTSTATE=?")),
    breaks("SOTA-CMD-STATE-003", "OK to the execute form", lambda b: b.ask("AT+QIOTSTATE")),
    breaks("SOTA-CMD-STATE-003", "OK to a write form", lambda b: b.ask("AT+QIOTSTATE=1")),
    keeps(
        "SOTA-CMD-STATE-003",
        "ERROR",
        lambda b: b.refused("AT+QIOTSTATE=?").ask("AT+QIOTSTATE?", "+QIOTSTATE: 0"),
    ),
    breaks(
        "SOTA-CMD-STATE-004",
        "8 offline",
        lambda b: b.offline().ask("AT+QIOTSTATE?", "+QIOTSTATE: 8"),
    ),
    keeps(
        "SOTA-CMD-STATE-004",
        "11 offline",
        lambda b: b.offline().ask("AT+QIOTSTATE?", "+QIOTSTATE: 11"),
    ),
    ignores(
        "SOTA-CMD-STATE-004",
        "8 while it deregisters",
        lambda b: b.online().ask("AT+QIOTREG=0").ask("AT+QIOTSTATE?", "+QIOTSTATE: 8"),
    ),
]

_CONFIGURATION = [
    breaks("SOTA-CMD-CFG-001", "ERROR to the query", lambda b: b.refused(READ_PRODUCT)),
    breaks(
        "SOTA-CMD-CFG-001",
        "another keyword",
        lambda b: b.ask(READ_PRODUCT, '+QIOTCFG: "server",1,"mqtt://h:1883"'),
    ),
    keeps(
        "SOTA-CMD-CFG-001",
        "bare values",
        lambda b: b.ask(READ_PRODUCT, '+QIOTCFG: "productinfo",p11abc,****,1.0.0'),
    ),
    keeps(
        "SOTA-CMD-CFG-001",
        "quoted values, no space (E-22)",
        lambda b: b.ask(READ_PRODUCT, '+QIOTCFG:"productinfo","p11abc","****"'),
    ),
    breaks("SOTA-CMD-CFG-002", "ERROR to the write", lambda b: b.offline().refused(WRITE_PRODUCT)),
    breaks(
        "SOTA-CMD-CFG-002",
        "another key read back",
        lambda b: b.provisioned().ask(READ_PRODUCT, '+QIOTCFG: "productinfo",p11xyz,****'),
    ),
    keeps("SOTA-CMD-CFG-002", "OK to the write", lambda b: b.offline().ask(WRITE_PRODUCT)),
    keeps(
        "SOTA-CMD-CFG-002",
        "the key read back",
        lambda b: b.provisioned().ask(READ_PRODUCT, '+QIOTCFG: "productinfo",p11abc,****,V1'),
    ),
    keeps(
        "SOTA-CMD-CFG-002",
        "no key after a factory reset",
        lambda b: b.provisioned().factory_reset().ask(READ_PRODUCT, '+QIOTCFG: "productinfo",,'),
    ),
    breaks("SOTA-CMD-CFG-003", "OK online", lambda b: b.online().ask(WRITE_PRODUCT)),
    keeps("SOTA-CMD-CFG-003", "ERROR online", lambda b: b.online().refused(WRITE_PRODUCT)),
    breaks("SOTA-CMD-CFG-004", "OK to no keyword", lambda b: b.ask('AT+QIOTCFG="nosuch"')),
    keeps(
        "SOTA-CMD-CFG-004",
        "ERROR to no keyword",
        lambda b: b.refused('AT+QIOTCFG="nosuch"').ask(
            'AT+QIOTCFG="productinfo"', '+QIOTCFG: "productinfo","pk",""'
        ),
    ),
    breaks(
        "SOTA-CMD-INFO-001",
        "a line that cannot be read",
        lambda b: b.ask("AT+QIOTINFO?", "+QIOTINFO: \x01"),
    ),
    keeps("SOTA-CMD-INFO-001", "no line and ERROR", lambda b: b.refused("AT+QIOTINFO?")),
    *(
        keeps(
            "SOTA-CMD-INFO-001",
            f"free text in the value: {what}",
            lambda b, text=text: b.ask("AT+QIOTINFO?", f"+QIOTINFO: version,{text}"),
        )
        for what, text in (
            ("UTF-8", "\xe4\xb8\xbb"),
            ("UTF-8 in quotes", '"\xe4\xb8\xbb"'),
            ("blanks and commas", " 12 kB, 3 "),
            ("nothing", ""),
        )
    ),
    keeps(
        "SOTA-CMD-CFG-001",
        "UTF-8 without quotes, as the documents print it",
        lambda b: b.ask('AT+QIOTCFG="productinfo"', '+QIOTCFG: "productinfo",\xe4\xb8\xbb,*,1.0'),
    ),
    keeps(
        "SOTA-CMD-INFO-001",
        "items",
        lambda b: b.ask("AT+QIOTINFO?", "+QIOTINFO: battery,100", '+QIOTINFO: "type","x"'),
    ),
    breaks(
        "SOTA-CMD-INFO-002",
        "no sdk_ver online",
        lambda b: b.online().ask("AT+QIOTINFO?", "+QIOTINFO: mcu_version,STM32:1_0_0"),
    ),
    keeps(
        "SOTA-CMD-INFO-002",
        "both online, quoted or not",
        lambda b: b.online().ask(
            "AT+QIOTINFO?", "+QIOTINFO: mcu_version,1_0_0", '+QIOTINFO: "sdk_ver","2.9.0"'
        ),
    ),
    breaks("SOTA-CMD-INFO-003", "ERROR online", lambda b: b.online().refused('AT+QIOTINFO="up"')),
    breaks("SOTA-CMD-INFO-003", "OK to another", lambda b: b.ask('AT+QIOTINFO="down"')),
    keeps(
        "SOTA-CMD-INFO-003",
        "OK to up, ERROR to another",
        lambda b: b.online().ask('AT+QIOTINFO="up"').refused('AT+QIOTINFO="down"'),
    ),
    ignores(
        "SOTA-CMD-INFO-003", "ERROR offline", lambda b: b.offline().refused('AT+QIOTINFO="up"')
    ),
    breaks(
        "SOTA-EVT-018",
        "3 before 2",
        lambda b: b.ask("AT+QIOTREG=1").events("3,10200", "2,10200"),
    ),
    breaks(
        "SOTA-EVT-018",
        "1 after 2",
        lambda b: b.ask("AT+QIOTREG=1").events("2,10200", "1,10200", "3,10200"),
    ),
    keeps(
        "SOTA-EVT-018",
        "1, 2, 3",
        lambda b: b.ask("AT+QIOTREG=1").events("1,10200", "2,10200", "3,10200"),
    ),
    keeps("SOTA-EVT-018", "2, 3", lambda b: b.online()),
    keeps(
        "SOTA-EVT-018",
        "all before the OK (E-27)",
        lambda b: (
            b.offline()
            .sent("AT+QIOTREG=1")
            .got("\r\n+QIOTEVT: 2,10200\r\n\r\n+QIOTEVT: 3,10200\r\n\r\nOK\r\n")
        ),
    ),
    ignores("SOTA-EVT-018", "3 of a connection begun before the run", lambda b: b.event("3,10200")),
]

_VERSION = [
    breaks("SOTA-CMD-MCUVER-001", "ERROR", lambda b: b.refused("AT+QIOTMCUVER=?")),
    breaks("SOTA-CMD-MCUVER-001", "OK alone", lambda b: b.ask("AT+QIOTMCUVER=?")),
    keeps(
        "SOTA-CMD-MCUVER-001",
        "names (E-29)",
        lambda b: b.ask("AT+QIOTMCUVER=?", "+QIOTMCUVER: <MCU_number>,<MCU_version>"),
    ),
    breaks("SOTA-CMD-MCUVER-002", "ERROR", lambda b: b.refused('AT+QIOTMCUVER="STM32","1_0_0"')),
    keeps("SOTA-CMD-MCUVER-002", "OK", lambda b: b.announce()),
    breaks(
        "SOTA-CMD-MCUVER-013",
        "ERROR offline",
        lambda b: b.offline().refused('AT+QIOTMCUVER="STM32","1_0_0"').online().announce(),
        also=("SOTA-CMD-MCUVER-002",),
    ),
    breaks(
        "SOTA-CMD-MCUVER-013",
        "ERROR offline, after it was accepted online",
        lambda b: (
            b.online()
            .announce()
            .offline()
            .event("6,10200")
            .refused('AT+QIOTMCUVER="STM32","1_0_0"')
        ),
        also=("SOTA-CMD-MCUVER-002",),
    ),
    breaks(
        "SOTA-CMD-MCUVER-002",
        "ERROR where it was accepted before",
        lambda b: b.online().announce().refused('AT+QIOTMCUVER="STM32","1_0_0"'),
    ),
    breaks(
        "SOTA-CMD-MCUVER-014",
        "an outcome behind a version, without an upgrade",
        lambda b: b.succeeded().announce().event("7,10706"),
        also=("SOTA-SEQ-013",),
    ),
    keeps("SOTA-CMD-MCUVER-013", "OK offline", lambda b: b.offline().announce()),
    keeps("SOTA-CMD-MCUVER-013", "OK online", lambda b: b.online().announce()),
    breaks(
        "SOTA-CMD-MCUVER-008",
        "ERROR to 32 octets",
        lambda b: b.refused(f'AT+QIOTMCUVER="{LONG_ID}","1"'),
    ),
    breaks(
        "SOTA-CMD-MCUVER-008",
        "ERROR to 64 octets",
        lambda b: b.refused(f'AT+QIOTMCUVER="A","{LONG_VERSION}"'),
    ),
    keeps("SOTA-CMD-MCUVER-008", "OK to both", lambda b: b.announce(LONG_VERSION, LONG_ID)),
    breaks("SOTA-CMD-MCUVER-009", "OK to 33 octets", lambda b: b.announce("1", LONG_ID + "C")),
    breaks("SOTA-CMD-MCUVER-009", "OK to 65 octets", lambda b: b.announce(LONG_VERSION + "1")),
    keeps(
        "SOTA-CMD-MCUVER-009",
        "ERROR to 33 octets",
        lambda b: b.refused(f'AT+QIOTMCUVER="{LONG_ID}C","1"').announce(),
    ),
    breaks("SOTA-CMD-MCUVER-010", "OK to an empty id", lambda b: b.announce("1", "")),
    keeps("SOTA-CMD-MCUVER-010", "ERROR", lambda b: b.announce().refused('AT+QIOTMCUVER="","1"')),
    breaks("SOTA-CMD-MCUVER-012", "OK to bare numbers", lambda b: b.ask("AT+QIOTMCUVER=32,1")),
    keeps(
        "SOTA-CMD-MCUVER-012",
        "ERROR to bare numbers",
        lambda b: b.announce().refused("AT+QIOTMCUVER=32,1"),
    ),
    breaks("SOTA-CMD-MCUVER-003", "no line", lambda b: b.announce().ask(VERSIONS)),
    breaks(
        "SOTA-CMD-MCUVER-003",
        "neither the new nor the old version",
        lambda b: b.announce("a").announce("b").ask(VERSIONS, LINE.replace("1_0_0", "B")),
    ),
    breaks(
        "SOTA-CMD-MCUVER-005",
        "the end of a longer version stays",
        lambda b: b.announce("long").announce("b").ask(VERSIONS, LINE.replace("1_0_0", "bong")),
    ),
    breaks("SOTA-CMD-MCUVER-003", "ERROR", lambda b: b.announce().refused(VERSIONS)),
    breaks(
        "SOTA-CMD-MCUVER-003",
        "bare texts",
        lambda b: b.announce().ask(VERSIONS, "+QIOTMCUVER: STM32,1_0_0"),
    ),
    keeps("SOTA-CMD-MCUVER-003", "its line", lambda b: b.announce().ask(VERSIONS, LINE)),
    keeps(
        "SOTA-CMD-MCUVER-003",
        "its line among others of earlier hosts",
        lambda b: b.announce().ask(VERSIONS, OTHER, LINE),
    ),
    breaks(
        "SOTA-CMD-MCUVER-005",
        "the old version",
        lambda b: b.announce().announce("1_0_1").ask(VERSIONS, LINE),
    ),
    breaks(
        "SOTA-CMD-MCUVER-005",
        "both versions",
        lambda b: b.announce().announce("1_0_1").ask(VERSIONS, LINE, NEWER),
    ),
    keeps(
        "SOTA-CMD-MCUVER-005",
        "the new version",
        lambda b: b.announce().announce("1_0_1").ask(VERSIONS, NEWER),
    ),
    breaks(
        "SOTA-CMD-MCUVER-006",
        "one of two",
        lambda b: b.announce().announce(component="ESP32").ask(VERSIONS, LINE),
    ),
    keeps(
        "SOTA-CMD-MCUVER-006",
        "both of two",
        lambda b: b.announce().announce(component="ESP32").ask(VERSIONS, LINE, OTHER),
    ),
    breaks(
        "SOTA-CMD-MCUVER-007",
        "forgotten over a restart",
        lambda b: b.announce().power_cycle().ask(VERSIONS),
        also=("SOTA-PER-004",),
    ),
    breaks(
        "SOTA-PER-004",
        "another version after a restart",
        lambda b: b.announce().power_cycle().ask(VERSIONS, NEWER),
        also=("SOTA-CMD-MCUVER-007",),
    ),
    keeps("SOTA-CMD-MCUVER-007", "kept", lambda b: b.announce().power_cycle().ask(VERSIONS, LINE)),
    keeps("SOTA-PER-004", "kept", lambda b: b.announce().power_cycle().ask(VERSIONS, LINE)),
    ignores(
        "SOTA-PER-004",
        "forgotten in the factory",
        lambda b: b.announce().factory_reset().ask(VERSIONS),
    ),
    breaks(
        "SOTA-CMD-MCUVER-004",
        "ERROR",
        lambda b: b.announce().refused('AT+QIOTMCUVER="STM32"'),
    ),
    breaks(
        "SOTA-CMD-MCUVER-004",
        "another version",
        lambda b: b.announce().ask('AT+QIOTMCUVER="STM32"', NEWER),
    ),
    keeps("SOTA-CMD-MCUVER-004", "it", lambda b: b.announce().ask('AT+QIOTMCUVER="STM32"', LINE)),
    ignores("SOTA-CMD-MCUVER-004", "an unknown id", lambda b: b.refused('AT+QIOTMCUVER="X"')),
    breaks(
        "SOTA-CMD-MCUVER-015",
        "an altered character",
        lambda b: b.announce("a_-.1").ask('AT+QIOTMCUVER="STM32"', '+QIOTMCUVER: "STM32","a_-_1"'),
        also=("SOTA-CMD-MCUVER-004",),
    ),
    keeps(
        "SOTA-CMD-MCUVER-015",
        "all characters",
        lambda b: b.announce("a_-.1").ask(VERSIONS, '+QIOTMCUVER: "STM32","a_-.1"'),
    ),
    breaks(
        "SOTA-CMD-MCUVER-011",
        "still listed",
        lambda b: b.announce().announce("").ask(VERSIONS, LINE),
    ),
    breaks(
        "SOTA-CMD-MCUVER-011",
        "listed with an empty version",
        lambda b: b.announce().announce("").ask(VERSIONS, '+QIOTMCUVER: "STM32",""'),
    ),
    keeps("SOTA-CMD-MCUVER-011", "gone", lambda b: b.announce().announce("").ask(VERSIONS)),
    keeps(
        "SOTA-CMD-MCUVER-011",
        "gone, and ERROR to an empty list",
        lambda b: b.announce().announce("").refused(VERSIONS),
    ),
]

CASES: list[Case] = [*_REGISTRATION, *_STATE, *_CONFIGURATION, *_VERSION]
