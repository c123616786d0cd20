"""What a host does, and what that says: each way to break a rule beside one that is permitted."""

from collections.abc import Callable
from dataclasses import dataclass

from support.host_log import PACKAGE, HostLog

from atverdict.conformance.evidence.verdict import Verdict

__all__ = ["CASES", "HostCase"]

Build = Callable[[HostLog], HostLog]
FULL = {"battery": 50, "signal": -100, "free_space": 1000}


@dataclass(frozen=True)
class HostCase:
    """One log, and what it says of one requirement; None: nothing at all."""

    requirement: str
    verdict: Verdict | None
    what: str
    build: Build
    host: dict[str, object] | None = None

    @property
    def name(self) -> str:
        """The case as a test's name."""
        verdict = self.verdict.name.lower() if self.verdict is not None else "nothing"
        return f"{self.requirement} {verdict}: {self.what}"

    def log(self) -> HostLog:
        """Build the log."""
        log = self.build(HostLog(self.host).begin())
        return log if log.records[-1].__class__.__name__ == "End" else log.end()


def _breaks(requirement: str, what: str, build: Build, **host: object) -> HostCase:
    return HostCase(requirement, Verdict.FAIL, what, build, host or None)


def _keeps(requirement: str, what: str, build: Build, **host: object) -> HostCase:
    return HostCase(requirement, Verdict.PASS, what, build, host or None)


def _nothing(requirement: str, what: str, build: Build, **host: object) -> HostCase:
    return HostCase(requirement, None, what, build, host or None)


def _open(requirement: str, what: str, build: Build) -> HostCase:
    return HostCase(requirement, Verdict.INCONCLUSIVE, what, build)


def _two(log: HostLog) -> HostLog:
    """Come to two components that can be upgraded."""
    log.announces().announces("ESP32", "1_0").requests()
    return log.offered().offered("ESP32", "2_0").accepts().started().piece().reads_all().updates()


def _slow(log: HostLog) -> HostLog:
    return log.says("AT\r").told("\r\nOK\r\n", 0.25)


LINES = (
    _keeps("SOTA-HST-001", "AT and CR", lambda h: h.asks("AT")),
    _keeps("SOTA-HST-001", "small letters, CR LF", lambda h: h.says("at\r\n").told("\r\nOK\r\n")),
    _breaks("SOTA-HST-001", "no AT", lambda h: h.asks("AT").says("+QIOTSTATE?\r")),
    _breaks("SOTA-HST-001", "no CR", lambda h: h.asks("AT").says("AT+QIOTSTATE?")),
    _breaks("SOTA-HST-001", "LF alone", lambda h: h.says("AT+QIOTSTATE?\nAT\r").told("\r\nOK\r\n")),
    _breaks("SOTA-HST-001", "nothing but LF", lambda h: h.says("AT\nAT+QIOTREG=1\n")),
    _breaks("SOTA-HST-001", "a zero in front", lambda h: h.asks("AT").says("\0AT\r")),
    _nothing("SOTA-HST-001", "a boot loader's greeting", lambda h: h.says("boot v1.2\r\n")),
    _nothing("SOTA-HST-001", "noise", lambda h: h.says(b"\x00\xff\xf8\r")),
    _nothing("SOTA-HST-001", "empty lines", lambda h: h.says("\r\n\r\n")),
    _breaks(
        "SOTA-HST-002",
        "the next line into an answer",
        lambda h: h.says("AT\r").says("ATE0\r", 0.1).told("\r\nOK\r\n\r\nOK\r\n"),
    ),
    _keeps("SOTA-HST-002", "a slow answer", lambda h: h.says("AT\r").told("\r\nOK\r\n", 0.25)),
    _keeps(
        "SOTA-HST-002",
        "given up behind 300 ms",
        lambda h: h.says("AT\r").says("AT\r", 0.31).told("\r\nOK\r\n\r\nOK\r\n", 0.3),
    ),
    _breaks("SOTA-TIM-009", "too soon", lambda h: _slow(h).asks("AT", after_s=0.05)),
    _keeps("SOTA-TIM-009", "after 100 ms", lambda h: _slow(h).asks("AT", after_s=0.1)),
    _nothing(
        "SOTA-TIM-009",
        "behind a quick answer",
        lambda h: h.asks("AT", after_s=0.01).asks("AT", after_s=0.01),
    ),
    _keeps("SOTA-HST-023", "documented", lambda h: h.asks("AT+QIOTOTAREQ")),
    _breaks("SOTA-HST-023", "an action of no document", lambda h: h.refused("AT+QIOTUPDATE=7")),
    _breaks("SOTA-HST-023", "no quotes", lambda h: h.refused("AT+QIOTMCUVER=STM32,1_0_0")),
    _breaks("SOTA-HST-023", "a negative offset", lambda h: h.refused("AT+QIOTOTARD=-1,10")),
    _breaks("SOTA-HST-023", "half a line", lambda h: h.refused('AT+QIOTMCUVER="STM32')),
    _breaks("SOTA-HST-023", "an unknown command", lambda h: h.refused("AT+QIOTABORT")),
    _open(
        "SOTA-HST-023", "a blank behind a comma", lambda h: h.asks('AT+QIOTMCUVER="STM32", "1_0"')
    ),
    _nothing("SOTA-HST-023", "another manual's command", lambda h: h.asks("AT+CSQ")),
    _nothing("SOTA-HST-023", "data beside the flow", lambda h: h.refused("AT+QIOTMODELTD=1,5")),
)

DECISIONS = (
    _keeps("SOTA-HST-003", "announced, then requested", lambda h: h.announces().requests()),
    _breaks("SOTA-HST-003", "requested, never announced", lambda h: h.requests()),
    _breaks("SOTA-HST-003", "accepted, never announced", lambda h: h.offered().accepts()),
    _breaks(
        "SOTA-HST-003",
        "one of two announced",
        lambda h: h.announces().requests(),
        components=["STM32", "ESP32"],
    ),
    _keeps(
        "SOTA-HST-003",
        "both announced",
        lambda h: h.announces().announces("ESP32").requests(),
        components=["STM32", "ESP32"],
    ),
    _nothing("SOTA-HST-003", "only the test command", lambda h: h.asks("AT+QIOTOTAREQ=?")),
    _keeps("SOTA-HST-004", "an offer stands", lambda h: h.begun().accepts()),
    _breaks(
        "SOTA-HST-004", "none does", lambda h: h.announces().requests().refused("AT+QIOTUPDATE=1")
    ),
    _nothing(
        "SOTA-HST-004",
        "a module that takes it twice",
        lambda h: h.announces().requests().accepts(),
    ),
    _nothing(
        "SOTA-HST-004",
        "the offer has just gone",
        lambda h: h.announces().event("7,10706").refused("AT+QIOTUPDATE=1", 0.01),
    ),
    _nothing(
        "SOTA-HST-004",
        "the offer was lost with the module's power",
        lambda h: h.announces().requests().offered().reset().refused("AT+QIOTUPDATE=1"),
    ),
    _keeps(
        "SOTA-HST-004",
        "said twice before it was answered",
        lambda h: (
            h.begun()
            .says("AT+QIOTUPDATE=1\r")
            .says("AT+QIOTUPDATE=1\r")
            .told("\r\nOK\r\n")
            .told("\r\nERROR\r\n")
        ),
    ),
    _breaks(
        "SOTA-HST-018",
        "an offer that the package spells",
        lambda h: _spelled(h).refused("AT+QIOTUPDATE=1"),
    ),
    _breaks(
        "SOTA-HST-005",
        "too little battery",
        lambda h: h.announces().requests().offered(limits="60,-200").accepts(),
        **FULL,
    ),
    _breaks(
        "SOTA-HST-005",
        "too weak a signal",
        lambda h: h.announces().requests().offered(limits="0,-90").accepts(),
        **FULL,
    ),
    _breaks("SOTA-HST-005", "too little space", lambda h: h.begun().accepts(), **FULL),
    _keeps(
        "SOTA-HST-005",
        "refused",
        lambda h: h.announces().offered(limits="60,-200").asks("AT+QIOTUPDATE=0"),
        **FULL,
    ),
    _keeps(
        "SOTA-HST-005",
        "left unanswered",
        lambda h: h.announces().offered(limits="60,-200").wait(45),
        **FULL,
    ),
    _nothing("SOTA-HST-005", "nobody knows what it has", lambda h: h.begun().accepts()),
    _breaks(
        "SOTA-HST-022",
        "a read behind a refusal",
        lambda h: h.begun().asks("AT+QIOTUPDATE=0").refused("AT+QIOTOTARD=0,10"),
    ),
    _breaks(
        "SOTA-HST-022",
        "an update behind a refusal",
        lambda h: h.begun().asks("AT+QIOTUPDATE=0").refused("AT+QIOTUPDATE=3"),
    ),
    _keeps("SOTA-HST-022", "nothing more", lambda h: h.begun().asks("AT+QIOTUPDATE=0").wait(9)),
    _nothing("SOTA-HST-022", "no refusal", lambda h: h.begun().accepts()),
    _breaks(
        "SOTA-HST-014",
        "an update",
        lambda h: h.ready().reads_all().event("7,10706").refused("AT+QIOTUPDATE=3"),
    ),
    _breaks(
        "SOTA-HST-014",
        "reads, one after the other",
        lambda h: (
            h.ready()
            .reads(0, 1024)
            .event("7,10706")
            .refused("AT+QIOTOTARD=1024,16")
            .refused("AT+QIOTOTARD=1024,16")
        ),
    ),
    _breaks(
        "SOTA-HST-014",
        "a read that is late",
        lambda h: h.ready().event("7,10706").refused("AT+QIOTOTARD=0,1024", 2.0),
    ),
    _keeps(
        "SOTA-HST-014",
        "a read that was on its way",
        lambda h: h.ready().event("7,10706").refused("AT+QIOTOTARD=0,1024", 0.3).asks("AT"),
    ),
    _breaks(
        "SOTA-HST-014",
        "flashed, though never reported",
        lambda h: h.ready().reads_all().event("7,10706").announces(version="2_0_0"),
    ),
    _keeps(
        "SOTA-HST-014",
        "what was begun is announced",
        lambda h: h.updated().event("7,10706").announces(version="2_0_0"),
    ),
    _breaks(
        "SOTA-HST-014",
        "flashed by who waits for 7,10704",
        lambda h: (
            _used_to_wait(h)
            .begin("failed-instead")
            .begun()
            .accepts()
            .started()
            .piece()
            .reads_all()
            .asks("AT+QIOTUPDATE=3")
            .event("7,10706")
            .wait(10)
            .announces(version="2_0_0")
        ),
    ),
    _keeps(
        "SOTA-HST-014",
        "a new offer begins anew",
        lambda h: h.ready().event("7,10706").offered().accepts().started().piece().reads_all(),
    ),
)

READING = (
    _keeps("SOTA-HST-006", "from the start", lambda h: h.ready().reads_all().updates()),
    _breaks("SOTA-HST-006", "from 1", lambda h: h.ready().reads(1, 1024)),
    _breaks("SOTA-HST-006", "a gap", lambda h: h.ready().reads(0, 512).reads(600, 424)),
    _breaks("SOTA-HST-006", "the end unread", lambda h: h.ready().reads(0, 1024).updates()),
    _breaks(
        "SOTA-HST-006",
        "offsets within the piece",
        lambda h: (
            h.begun()
            .accepts()
            .started()
            .piece(0, 1000)
            .reads(0, 1000)
            .asks("AT+QIOTUPDATE=2")
            .piece(1000)
            .refused("AT+QIOTOTARD=0,40")
        ),
    ),
    _breaks(
        "SOTA-HST-006",
        "never read on, by who can do it",
        lambda h: (
            _half_read(h.end().begin("plain", "SOTA-HST-006").control("reset_host")).end().whole()
        ),
    ),
    _open(
        "SOTA-HST-006",
        "never read on, by who cannot do anything",
        lambda h: _half_read(h.end().begin("plain", "SOTA-HST-006")),
    ),
    _keeps("SOTA-HST-006", "a block read twice", lambda h: h.ready().reads(0, 512).reads(0, 512)),
    _keeps(
        "SOTA-HST-007",
        "as returned",
        lambda h: h.ready().reads(0, 1000, 300).reads(300, 740),
    ),
    _breaks("SOTA-HST-007", "as asked", lambda h: h.ready().reads(0, 1000, 300).reads(1000, 40)),
    _breaks("SOTA-HST-007", "rounded", lambda h: h.ready().reads(0, 999, 333).reads(336, 700)),
    _keeps("SOTA-HST-008", "at the piece's end", lambda h: _pieces(h).asks("AT+QIOTUPDATE=2")),
    _breaks(
        "SOTA-HST-008",
        "in its middle",
        lambda h: (
            h.begun().accepts().started().piece(0, 1000).reads(0, 500).asks("AT+QIOTUPDATE=2")
        ),
    ),
    _breaks(
        "SOTA-HST-006",
        "the piece unread",
        lambda h: (
            h.begun().accepts().started().piece(0, 1000).reads(0, 500).asks("AT+QIOTUPDATE=2")
        ),
    ),
    _nothing(
        "SOTA-HST-008",
        "one too many, which earns ERROR",
        lambda h: h.ready().reads_all().refused("AT+QIOTUPDATE=2"),
    ),
    _keeps("SOTA-HST-013", "at once", lambda h: h.ready().reads(0, 1024)),
    _breaks("SOTA-HST-013", "behind 61 s", lambda h: h.ready().reads(0, 1024, after_s=61.0)),
    _nothing(
        "SOTA-HST-013",
        "never, behind a restart",
        lambda h: (
            h.begun().accepts().control("reset_host").started().piece().wait(200).event("7,10706")
        ),
    ),
    _breaks("SOTA-HST-013", "never", lambda h: h.ready().wait(200).event("7,10706")),
    _keeps(
        "SOTA-HST-013",
        "late behind a failed read",
        lambda h: h.ready().refused("AT+QIOTOTARD=0,1024").reads(0, 1024, after_s=90.0).end("stop"),
    ),
    _keeps(
        "SOTA-HST-019",
        "a retry",
        lambda h: h.ready().refused("AT+QIOTOTARD=0,1024").reads(0, 1024),
    ),
    _keeps(
        "SOTA-HST-019",
        "the next offer taken",
        lambda h: _hung(h).asks("AT+QIOTUPDATE=1"),
    ),
    _breaks(
        "SOTA-HST-019", "nothing but questions", lambda h: _hung(h).asks("AT+QIOTSTATE?").wait(99)
    ),
    _open(
        "SOTA-HST-019",
        "nothing, and no offer",
        lambda h: h.ready().refused("AT+QIOTOTARD=0,1024").wait(99),
    ),
    _keeps("SOTA-HST-020", "within the maximum", lambda h: _told_maximum(h).reads(0, 256)),
    _breaks(
        "SOTA-HST-020",
        "again and again too much",
        lambda h: _told_maximum(h).reads(0, 1024, 256).reads(0, 1024, 256),
    ),
    _nothing(
        "SOTA-HST-020",
        "too much, and content with less",
        lambda h: _told_maximum(h).reads(0, 1024, 256).reads(256, 784, 256),
    ),
)

ENDING = (
    _keeps("SOTA-HST-010", "reported, announced", lambda h: h.updated().completed()),
    _breaks(
        "SOTA-HST-010", "not reported", lambda h: h.ready().reads_all().announces(version="2_0_0")
    ),
    _keeps("SOTA-HST-011", "announced", lambda h: h.updated().completed()),
    _breaks(
        "SOTA-HST-011", "another one announced", lambda h: h.updated().announces(version="2_0_")
    ),
    _breaks(
        "SOTA-HST-011", "none in 20 minutes", lambda h: h.updated().wait(1200).event("7,10706")
    ),
    _nothing("SOTA-HST-011", "not yet", lambda h: h.updated().wait(100)),
    _keeps("SOTA-HST-012", "the target", lambda h: h.updated().completed()),
    _breaks("SOTA-HST-012", "the old one", lambda h: h.ready().announces()),
    _nothing("SOTA-HST-012", "before the offer is accepted", lambda h: h.begun().announces()),
    _keeps(
        "SOTA-HST-012",
        "the target of the offer that came last",
        lambda h: h.begun().offered(target="3_0_0").accepts().announces(version="3_0_0"),
    ),
    _nothing(
        "SOTA-HST-012", "the old one, by who cannot go on", lambda h: _mismatch(h).announces()
    ),
    _keeps("SOTA-HST-009", "stopped", lambda h: _mismatch(h).wait(100)),
    _breaks("SOTA-HST-009", "updated", lambda h: _mismatch(h).updates()),
    _breaks("SOTA-HST-009", "announced", lambda h: _mismatch(h).announces(version="2_0_0")),
    _breaks(
        "SOTA-HST-009",
        "flashed without a word",
        lambda h: _mismatch(h.status("1_0_0")).wait(60).status("2_0_0"),
    ),
    _keeps(
        "SOTA-HST-009",
        "what ran before",
        lambda h: _mismatch(h.status("2_0_0")).wait(60).status("2_0_0"),
    ),
    _keeps(
        "SOTA-HST-024",
        "in turn",
        lambda h: _two(h).announces(version="2_0_0").event("7,10705").announces("ESP32", "2_0"),
    ),
    _breaks("SOTA-HST-024", "the second one first", lambda h: _two(h).announces("ESP32", "2_0")),
    _breaks(
        "SOTA-HST-024",
        "the first one never announced",
        lambda h: _two(h).wait(1200).event("7,10706"),
    ),
)


def _in(requirement: str, build: Build) -> Build:
    """Play a scenario that was made for a requirement, behind a plain one that was completed."""
    return lambda h: build(h.updated().completed().end().begin("other", requirement).begun())


def _alone(requirement: str, build: Build) -> Build:
    """Play it in a run in which the plain scenario came to nothing."""
    plain = lambda h: h.announces().requests().wait(150).end()  # noqa: E731  what the next continues
    return lambda h: build(plain(h).begin("other", requirement).begun())


def _all(log: HostLog) -> HostLog:
    return log.accepts().started().piece().reads_all().updates().completed()


COMPLETIONS = (
    *(
        case
        for requirement in ("SOTA-HST-015", "SOTA-HST-016", "SOTA-HST-017", "SOTA-HST-020")
        for case in (
            _keeps(requirement, "completed", _in(requirement, _all)),
            _breaks(requirement, "not completed", _in(requirement, lambda h: h.wait(150))),
            _open(requirement, "nothing ever is", _alone(requirement, lambda h: h.wait(150))),
        )
    ),
    _breaks("SOTA-HST-015", "only here completed", _alone("SOTA-HST-015", _all)),
    _keeps("SOTA-HST-017", "only here completed", _alone("SOTA-HST-017", _all)),
    _breaks(
        "SOTA-HST-015",
        "not completed, as shows later",
        lambda h: (
            h.announces()
            .end()
            .begin("other", "SOTA-HST-015")
            .control("reset_host")
            .begun()
            .wait(150)
            .end()
            .whole("later")
        ),
    ),
    _open(
        "SOTA-HST-015",
        "not completed, from no certain start",
        lambda h: (
            h.updated()
            .completed()
            .end()
            .begin("lost")
            .end()
            .begin("other", "SOTA-HST-015")
            .begun()
            .wait(150)
        ),
    ),
    _nothing(
        "SOTA-HST-015",
        "not completed, for another reason",
        _in("SOTA-HST-015", lambda h: h.accepts().started().piece().reads(1, 1023)),
    ),
    _breaks(
        "SOTA-HST-017",
        "all read of what spells events, and not taken",
        _in("SOTA-HST-018", lambda h: h.accepts().started().piece().reads_all().wait(150)),
    ),
    _breaks(
        "SOTA-HST-018",
        "not read on where events are spelled",
        _in("SOTA-HST-018", lambda h: h.accepts().started().piece().reads(0, 1024).wait(150)),
    ),
    _keeps(
        "SOTA-HST-021",
        "the way back",
        _in("SOTA-HST-021", lambda h: _all(h.control("power_cycle").reset().offered())),
    ),
    _breaks(
        "SOTA-HST-021",
        "lost",
        _in("SOTA-HST-021", lambda h: h.control("link_down").wait(150)),
    ),
    _nothing("SOTA-HST-021", "nothing happened", _in("SOTA-HST-021", lambda h: h.wait(150))),
    _nothing("SOTA-HST-024", "one component", _in("SOTA-HST-024", lambda h: h.wait(150))),
)


def _spelled(log: HostLog) -> HostLog:
    log.package = b'\r\n+QIOTEVT: 7,10700,"STM32","","9",0,-200,1\r\n'.ljust(1040, b"x")
    return log.ready().reads(0, 1024)


def _used_to_wait(log: HostLog) -> HostLog:
    """Have a host that flashes 2 s behind 7,10704, whenever that comes."""
    log.updated().wait(2).completed().end().begin("late-updating").begun().accepts().started()
    log.piece().reads_all().asks("AT+QIOTUPDATE=3").wait(6).event("7,10704").wait(2)
    return log.completed().end()


def _half_read(log: HostLog) -> HostLog:
    return log.ready().reads(0, 1024).wait(200).event("7,10706")


def _pieces(log: HostLog) -> HostLog:
    return log.begun().accepts().started().piece(0, 1000).reads(0, 1000)


def _hung(log: HostLog) -> HostLog:
    """Have a read fail, the module give up, and the platform offer anew."""
    return log.ready().refused("AT+QIOTOTARD=0,1024").wait(60).event("7,10706").wait(9).offered()


def _told_maximum(log: HostLog) -> HostLog:
    return log.asks("AT+QIOTOTARD=?", "+QIOTOTARD: <start>,(1-256)").ready()


def _mismatch(log: HostLog) -> HostLog:
    """Have a package read that has other digests than were said."""
    return log.begun().accepts().started(package=PACKAGE[::-1]).piece().reads_all()


CASES: tuple[HostCase, ...] = (*LINES, *DECISIONS, *READING, *ENDING, *COMPLETIONS)
