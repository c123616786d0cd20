"""What is tried with a host: scenarios, each one module, one plan, and what befalls it."""

from dataclasses import dataclass, field, replace

from atverdict.conformance.host.side import PLAIN

__all__ = ["SCENARIOS", "Scenario"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario."""

    name: str
    sentence: str
    requirements: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)
    """Of the simulated module."""
    part: str = ""
    """What is exchanged in it, by its name in `ARRANGED`."""
    package: str = "plain"
    """``plain``, ``large``, ``answers`` or ``events``: what it spells."""
    components: int = 1
    unmet: str = ""
    """The limit that the host does not meet: ``battery``, ``signal`` or ``free_space``."""
    at: str = ""
    """The step of the upgrade at which something happens once, and"""
    then: str = ""
    """what: ``fail``, ``link``, ``power_cycle`` or ``reset_host``."""
    chatter: bool = False
    """Unrelated URCs come all the time."""
    watch_s: float = 0.0
    """For how long the host is watched behind the step; 0: until the upgrade has succeeded."""
    needs: tuple[str, ...] = ()
    """Actions of the control agent that it cannot do without."""
    effort: str = "standard"


_ENDING = ("SOTA-HST-010", "SOTA-HST-011", "SOTA-HST-012")
_READING = ("SOTA-HST-006", "SOTA-HST-013")
_FRAMING = ("SOTA-HST-015",)
_URCS = ("SOTA-HST-016",)
_STEPS = ("offered", "confirmed", "started", "ready", "reading", "updating")

_FIRST = (
    Scenario(
        PLAIN,
        "A plan, one piece, and nothing unusual.",
        ("SOTA-HST-001", "SOTA-HST-003", "SOTA-HST-004", "SOTA-HST-023", *_READING, *_ENDING),
        effort="quick",
    ),
    Scenario(
        "pieces",
        "The package comes in pieces.",
        ("SOTA-HST-008", *_READING),
        {"piece_limit_octets": "1100"},
        effort="quick",
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
        effort="quick",
    ),
    Scenario(
        "short-maximum",
        "The largest block has 256 octets.",
        ("SOTA-HST-020",),
        {"max_length": "256"},
        effort="quick",
    ),
    Scenario(
        "slow-answers",
        "Answers take 250 ms.",
        ("SOTA-HST-002",),
        {"latency_s": "0.25", "latency_jitter_s": "0"},
        effort="quick",
    ),
    Scenario(
        "package-answers",
        "The package spells answers, and holds control characters.",
        ("SOTA-HST-017",),
        package="answers",
        effort="quick",
    ),
    Scenario(
        "package-events",
        "The package spells events.",
        ("SOTA-HST-018",),
        package="events",
        effort="quick",
    ),
    *(
        Scenario(
            part, sentence, ("SOTA-HST-009",), part=part, at="ready", watch_s=100.0, effort=effort
        )
        for part, sentence, effort in (
            ("flipped-octet", "One octet of the package is another.", "quick"),
            ("wrong-md5", "The MD5 is another.", "standard"),
            ("wrong-sha256", "The SHA-256 is another.", "standard"),
        )
    ),
)

_DECISIONS = tuple(
    Scenario(
        f"unmet-{limit}",
        f"The offer asks for more than the host has: {limit.replace('_', ' ')}.",
        ("SOTA-HST-005", "SOTA-HST-022"),
        unmet=limit,
        at="offered",
        watch_s=45.0,
        effort="quick" if limit == "battery" else "standard",
    )
    for limit in ("battery", "signal", "free_space")
)

_FAILED_READS = tuple(
    Scenario(part, sentence, ("SOTA-HST-019",), part=part, at="ready", watch_s=190.0)
    for part, sentence in (
        ("one-read-refused", "One read is answered ERROR."),
        ("one-read-unanswered", "One read is not answered."),
    )
)

_FRAMES = tuple(
    Scenario(f"framing-{name}", sentence, _FRAMING, options)
    for name, sentence, options in (
        ("no-echo", "The echo is off.", {"echo": "no"}),
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

_EVENTS = tuple(
    replace(Scenario(f"urcs-{name}", sentence, _URCS, options), chatter=name == "chatter")
    for name, sentence, options in (
        ("authentication", "1,10200 comes with each connection.", {"auth_event": "always"}),
        ("repeated-offer", "7,10700 is repeated.", {"offer_repeats": "3"}),
        ("progress", "7,10702 comes many times.", {"progress_count": "40"}),
        ("no-progress", "7,10702 never comes.", {"progress_count": "0"}),
        ("qind-before", "+QIND comes before 7,10705.", {"qind": "before"}),
        ("qind-after", "+QIND comes after 7,10705.", {"qind": "after"}),
        ("glued", "An event is glued to the OK.", {"event_gap_s": "0"}),
        ("early", "An event comes before the OK of its command.", {"urc_before_ok": "yes"}),
        ("chatter", "Unrelated URCs come all the time.", {}),
    )
)

_DROPS = tuple(
    Scenario(
        f"failed-{step}",
        f"7,10706 comes when the upgrade is at: {step}.",
        ("SOTA-HST-014",),
        at=step,
        then="fail",
        watch_s=30.0,
        effort="quick" if step == "reading" else "standard",
    )
    for step in _STEPS[1:]
)

_LOSSES = tuple(
    Scenario(
        f"{name}-{step}",
        f"{sentence} when the upgrade is at: {step}.",
        ("SOTA-HST-021",),
        at=step,
        then=then,
    )
    for name, then, sentence in (
        ("link", "link", "The network is gone for 20 s"),
        ("restart", "power_cycle", "The module restarts"),
    )
    for step in ("online", *_STEPS[:-1])
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
    for step in ("ready", "reading", "updating")
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
        _FRAMING,
        {
            "echo": echo,
            "leading_crlf": leading,
            "crlf_before_ok_after_data": count,
            "chunk": chunk,
        },
        effort="deep",
    )
    for echo in ("yes", "no")
    for leading in ("always", "never", "not-for-blocks", "only-after-text")
    for count in ("1", "2")
    for chunk in ("1", "3", "16")
)

SCENARIOS: tuple[Scenario, ...] = (
    *_FIRST,
    *_DECISIONS,
    *_FAILED_READS,
    *_FRAMES,
    *_EVENTS,
    *_DROPS,
    *_LOSSES,
    *_HOST_RESTARTS,
    *_COMPONENTS,
    *_COMBINED,
)
"""In the order in which they run: the plain one first, by which the others are measured."""
