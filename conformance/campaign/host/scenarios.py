"""The scenarios that are played to a host: each one module, one plan, and what happens to them."""

from dataclasses import replace

from atverdict.conformance.campaign.host.scenario import Scenario
from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.judge.host.host_state import PLAIN

__all__ = ["SCENARIOS"]

_ENDING = ("SOTA-HST-010", "SOTA-HST-011", "SOTA-HST-012")
_READING = ("SOTA-HST-006", "SOTA-HST-013")
_STEPS = ("offered", "confirmed", "downloading", "ready", "reading", "updating")
_IMPATIENT = {"read_timeout_s": "60"}
"""A module that gives up as the vendor's does, and offers again soon to a host that stops."""
_AT_ONCE = {
    "event_gap_s": "0",
    "event_jitter_s": "0",
    "connect_s": "0",
    "offer_s": "0",
    "address_s": "0",
    "download_start_s": "0",
    "download_rate_octets_per_s": "100000000",
    "piece_limit_octets": "2100",
    "baudrate": "none",
}
"""All effects of a command have happened when its OK is sent."""

_FIRST = (
    Scenario(
        PLAIN,
        "A plan, one piece, and nothing unusual.",
        ("SOTA-HST-001", "SOTA-HST-003", "SOTA-HST-004", "SOTA-HST-023", *_READING, *_ENDING),
        effort=Effort.QUICK,
    ),
    Scenario(
        "framing-no-echo",
        "The echo is off.",
        ("SOTA-HST-015",),
        {"echo": "no"},
        effort=Effort.QUICK,
    ),
    Scenario(
        "whole-blocks",
        "The package ends where a block ends.",
        (*_READING, *_ENDING),
        package="whole",
        effort=Effort.QUICK,
    ),
    Scenario(
        "pieces",
        "The package comes in pieces.",
        ("SOTA-HST-008", *_READING),
        {"piece_limit_octets": "1900"},
        effort=Effort.QUICK,
    ),
    Scenario(
        "large",
        "The package has more octets than two octets can count.",
        (*_READING, "SOTA-HST-023"),
        {"piece_limit_octets": "none"},
        package="large",
    ),
    Scenario(
        "short-answers",
        "Blocks are shorter than what was asked for.",
        ("SOTA-HST-007",),
        part="short-answers",
        effort=Effort.QUICK,
    ),
    Scenario(
        "short-maximum",
        "The largest block has 256 octets.",
        ("SOTA-HST-020",),
        {"max_length": "256"},
        effort=Effort.QUICK,
    ),
    Scenario(
        "slow-answers",
        "Answers take 250 ms; half of that lies between the octets of a block and its OK.",
        ("SOTA-HST-002", "SOTA-TIM-009"),
        {"latency_s": "0.25", "latency_jitter_s": "0", "block_pause_s": "0.12"},
        part="slow-answers",
        effort=Effort.QUICK,
    ),
)

_PACKAGES = (
    Scenario(
        "package-answers",
        "The package spells answers, and holds control characters.",
        ("SOTA-HST-017",),
        package="answers",
        effort=Effort.QUICK,
    ),
    Scenario(
        "package-events",
        "The package spells events.",
        ("SOTA-HST-018",),
        package="events",
        effort=Effort.QUICK,
    ),
    *(
        Scenario(
            part,
            sentence,
            ("SOTA-HST-009",),
            _IMPATIENT,
            part=part,
            at=step,
            watch_s=100.0,
            effort=effort,
        )
        for part, step, sentence, effort in (
            ("flipped-octet", "read", "One octet of the package is another.", Effort.QUICK),
            ("wrong-md5", "read again", "The MD5 is another, each time.", Effort.STANDARD),
            ("wrong-sha256", "read", "The SHA-256 is another.", Effort.STANDARD),
        )
    ),
)

_UNMET = Scenario(
    "unmet-battery",
    "The offer asks for more battery than the host has.",
    ("SOTA-HST-005", "SOTA-HST-022"),
    unmet="battery",
    at="offered",
    watch_s=45.0,
)
_DECISIONS = (
    replace(_UNMET, effort=Effort.QUICK),
    replace(
        _UNMET,
        name="unmet-signal",
        sentence="The offer asks for a better signal than the host has.",
        unmet="signal",
    ),
    replace(
        _UNMET,
        name="unmet-free_space",
        sentence="The offer asks for more space than the host has.",
        unmet="free_space",
    ),
    replace(
        _UNMET,
        name="unmet-again",
        sentence="Two offers, one after the other, ask for more battery than the host has.",
        again_s=70.0,
        watch_s=120.0,
    ),
    replace(
        _UNMET,
        name="battery-falls",
        sentence="The battery falls below the limit while the host is online.",
        falls=True,
        needs=("host_set",),
    ),
)

_FAILED_READS = tuple(
    Scenario(part, sentence, ("SOTA-HST-019",), _IMPATIENT, part=part, at="ready", watch_s=200.0)
    for part, sentence in (
        ("one-read-refused", "One read is answered ERROR."),
        ("reads-refused", "Every other read is answered ERROR."),
        ("one-read-unanswered", "One read is not answered."),
    )
)

_FRAMES = tuple(
    Scenario(f"framing-{name}", sentence, ("SOTA-HST-015",), options)
    for name, sentence, options in (
        ("no-leading-crlf", "No CR LF stands before an answer.", {"leading_crlf": "never"}),
        (
            "block-first",
            "No CR LF stands before the answer to a read.",
            {"leading_crlf": "not-for-blocks"},
        ),
        (
            "text-first",
            "CR LF stands only between text and result code.",
            {"leading_crlf": "only-after-text"},
        ),
        ("one-crlf", "One CR LF stands before OK.", {"crlf_before_ok_after_data": "1"}),
        ("octets", "Octets arrive one by one.", {"chunk": "1"}),
        ("chunks", "Octets arrive in sevens.", {"chunk": "7"}),
        ("at-once", "Octets take no time.", {"baudrate": "none", "latency_jitter_s": "0"}),
    )
)

_EVENT = Scenario("urcs", "", ("SOTA-HST-016",))
_EVENTS = (
    *(
        replace(_EVENT, name=f"urcs-{name}", sentence=sentence, options=options)
        for name, sentence, options in (
            ("progress", "7,10702 comes many times.", {"progress_count": "40"}),
            ("no-progress", "7,10702 never comes.", {"progress_count": "0"}),
            ("qind-before", "+QIND comes before 7,10705.", {"qind": "before"}),
            ("qind-after", "+QIND comes after 7,10705.", {"qind": "after"}),
            ("early", "An event comes before the OK of its command.", {"urc_before_ok": "yes"}),
        )
    ),
    replace(
        _EVENT,
        name="urcs-glued",
        sentence="Events are glued to the OK of the command that leads to them.",
        options=_AT_ONCE,
        part="one-portion",
    ),
    *(
        replace(_EVENT, name=f"urcs-{name}", sentence=sentence, part=part)
        for name, sentence, part in (
            ("repeated-offer", "7,10700 comes twice at once.", "offer-twice"),
            ("between", "An event stands in front of every answer.", "event-before-answer"),
        )
    ),
    replace(
        _EVENT,
        name="urcs-chatter",
        sentence="Unrelated URCs come all the time.",
        chatter=True,
    ),
)

_DROPS = (
    Scenario(
        "late-updating",
        "7,10704 comes six seconds behind the OK to AT+QIOTUPDATE=3.",
        ("SOTA-HST-014",),
        part="late-updating",
    ),
    Scenario(
        "failed-instead",
        "7,10706 comes in place of 7,10704.",
        ("SOTA-HST-014",),
        part="failed-instead",
        at="dropped",
        watch_s=30.0,
    ),
    *(
        Scenario(
            f"failed-{step}",
            f"7,10706 comes when the upgrade is at: {step}.",
            ("SOTA-HST-014",),
            at=step,
            then="fail",
            watch_s=30.0,
            effort=Effort.QUICK if step == "reading" else Effort.STANDARD,
        )
        for step in (*_STEPS[:-1], "read", _STEPS[-1])
    ),
)

_LOSSES = tuple(
    Scenario(
        f"link-{step}",
        f"The network is gone for 20 s when the upgrade is at: {step}.",
        ("SOTA-HST-021",),
        part="heartbeat-lost" if number % 2 else "",
        at=step,
        then="link",
    )
    for number, step in enumerate(("online", *_STEPS))
)

_BOOTS = (
    replace(
        _EVENT,
        name="urcs-authentication",
        sentence="1,10200 comes with each connection.",
        options={"auth_event": "always"},
        boots=True,
    ),
    *(
        Scenario(
            f"restart-{step}",
            f"The module restarts when the upgrade is at: {step}.",
            ("SOTA-HST-021",),
            at=step,
            then="power_cycle",
            effort=Effort.QUICK if step == "reading" else Effort.STANDARD,
        )
        for step in ("online", *_STEPS)
    ),
)

_HOST_RESTARTS = tuple(
    Scenario(
        f"host-restart-{step}",
        f"The host restarts when the upgrade is at: {step}.",
        ("SOTA-HST-012",),
        at=step,
        then="reset_host",
        watch_s=200.0,
        needs=("reset_host",),
    )
    for step in _STEPS[1:]
)

_COMPONENTS = (
    Scenario(
        "components",
        "A plan has several components.",
        ("SOTA-HST-024",),
        components=2,
    ),
)

_COMBINED = tuple(
    Scenario(
        f"framing-{echo}-{leading}-{count}-{chunk}",
        "Several ways of framing at once.",
        ("SOTA-HST-015",),
        {
            "echo": echo,
            "leading_crlf": leading,
            "crlf_before_ok_after_data": count,
            "chunk": chunk,
        },
        effort=Effort.DEEP,
    )
    for echo in ("yes", "no")
    for leading in ("always", "never", "not-for-blocks", "only-after-text")
    for count in ("1", "2")
    for chunk in ("1", "3", "16")
)

_LATER = tuple(
    Scenario(
        f"{name}-{step.replace(' ', '-')}",
        f"{sentence} when the upgrade is at: {step}.",
        requirements,
        {"piece_limit_octets": "1900"},
        at=step,
        then=then,
        watch_s=30.0 if then == "fail" else 0.0,
        effort=Effort.DEEP,
    )
    for name, then, sentence, requirements in (
        ("failed", "fail", "7,10706 comes", ("SOTA-HST-014",)),
        ("link", "link", "The network is gone for 20 s", ("SOTA-HST-021",)),
    )
    for step in ("next piece", "reading on")
)

SCENARIOS: tuple[Scenario, ...] = (
    *_FIRST,
    *_FRAMES,
    *_EVENTS,
    *_PACKAGES,
    *_FAILED_READS,
    *_DECISIONS,
    *_DROPS,
    *_LOSSES,
    *_LATER,
    *_COMPONENTS,
    *_COMBINED,
    *_HOST_RESTARTS,
    *_BOOTS,
)
"""In the order in which they run: the plain one first, since the others are compared with it.

The second one is for a host that cannot work while it sees its own lines. The last ones switch the
module off, which not every host notices.
"""
