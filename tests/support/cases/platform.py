"""Logs made by hand for the rules of the platform: silences, and their positive controls."""

from collections.abc import Callable
from dataclasses import dataclass

from support.log_builder import OFFER, Case, LogBuilder, breaks, ignores, keeps, leaves_open

__all__ = ["CASES"]

PLAN = {"component": "STM32", "source_version": "", "target_version": "2_0_0", "active_push": True}
Step = Callable[[LogBuilder], LogBuilder]


def _armed(bench: LogBuilder, **plan: object) -> LogBuilder:
    """Be online with a version announced and a plan armed."""
    return bench.online().announce().control("arm_plan", plan=PLAN | plan)


def _asked(bench: LogBuilder, requirement: str, prompt: str, *, forbidden: bool) -> LogBuilder:
    """Ask for an offer, or let the platform push, and state what follows."""
    since = bench.line
    bench = bench.request() if prompt == "request" else bench.control(prompt)
    return bench.expect(requirement, 10700, forbidden=forbidden, since=since)


def _does(action: str, **arguments: object) -> Step:
    return lambda bench: bench.control(action, **arguments)


@dataclass(frozen=True)
class _Rule:
    """What keeps a plan back, and what lets it pass again."""

    requirement: str
    keep: Step
    lift: Step
    prompt: str = "request"

    def kept(self, bench: LogBuilder) -> LogBuilder:
        """Ask while the plan is kept back."""
        return _asked(self.keep(bench), self.requirement, self.prompt, forbidden=True)

    def lifted(self, bench: LogBuilder) -> LogBuilder:
        """Get no offer, and ask once more when nothing keeps the plan back."""
        bench = self.lift(self.kept(bench).listen(2))
        return bench.request() if self.prompt == "request" else bench.control(self.prompt)

    def cases(self) -> list[Case]:
        """Return the cases that are alike for all rules."""
        name = self.requirement
        return [
            breaks(name, "an offer", lambda b: self.kept(b).event(OFFER)),
            keeps(
                name,
                "none, and one when nothing keeps the plan back",
                lambda b: self.lifted(b).event(OFFER),
            ),
            leaves_open(name, "none at all", lambda b: self.lifted(b).listen(5).end()),
            leaves_open(
                name,
                "none, and one of another plan",
                lambda b: (
                    self.lifted(b)
                    .control("withdraw_plans")
                    .control("arm_plan", plan=PLAN)
                    .event(OFFER)
                ),
            ),
            leaves_open(
                name,
                "none, and one while the plan is still kept back",
                lambda b: self.kept(b).listen(2).event(OFFER).end(),
            ),
        ]


def _with(*steps: Step) -> Step:
    def all_of(bench: LogBuilder) -> LogBuilder:
        for step in steps:
            bench = step(bench)
        return bench

    return all_of


RULES = (
    _Rule(
        "SOTA-PLT-001",
        lambda b: b.factory_reset().ask("AT").provisioned().online().control("arm_plan", plan=PLAN),
        lambda b: b.announce(),
    ),
    _Rule(
        "SOTA-PLT-002",
        lambda b: _armed(b, source_version="0_9_0"),
        lambda b: b.announce("0_9_0"),
    ),
    _Rule(
        "SOTA-PLT-004",
        _with(_armed, _does("list_device", white=True, black=True)),
        _does("list_device", white=True, black=False),
    ),
    _Rule(
        "SOTA-PLT-005",
        _with(_armed, _does("list_device", white=False, black=None)),
        _does("list_device", white=None),
    ),
    _Rule("SOTA-PLT-006", lambda b: _armed(b, activated=False), _does("activate_plans")),
    _Rule(
        "SOTA-PLT-007",
        _with(_armed, _does("push_window", inside=False)),
        _does("push_window", inside=True),
        "push",
    ),
    _Rule("SOTA-PLT-010", _with(_armed, _does("user_confirmed")), _does("app_confirm")),
    _Rule("SOTA-PLT-012", lambda b: _armed(b).announce("2_0_0"), lambda b: b.announce()),
    _Rule(
        "SOTA-PLT-019",
        _with(_armed, _does("plan_period", inside=False)),
        _does("plan_period", inside=True),
    ),
)
CONSENT = next(rule for rule in RULES if rule.requirement == "SOTA-PLT-010")
WHITE = next(rule for rule in RULES if rule.requirement == "SOTA-PLT-005")


def _refused(bench: LogBuilder) -> LogBuilder:
    """Refuse an offer that the platform pushed, and state that no other one is pushed now."""
    bench = _armed(bench).control("push").event(OFFER).ask("AT+QIOTUPDATE=0")
    return bench.expect("SOTA-PLT-011", 10700, forbidden=True, within_s=540.0)


def _failing(bench: LogBuilder, times: int) -> LogBuilder:
    """Have one retry, and let the upgrade fail so often after a push."""
    bench = _armed(bench).control("push_retries", count=1)
    for _ in range(times):
        bench = bench.control("push").event(OFFER).wait(0.15).ask("AT+QIOTUPDATE=1")
        bench = bench.event("7,10706").wait(0.1)
    return _asked(bench, "SOTA-PLT-021", "push", forbidden=True)


def _verified(bench: LogBuilder, *, this_device: bool) -> LogBuilder:
    """Have a package verified on one device."""
    since = bench.line
    bench = bench.control("verify_package", plan=PLAN, this_device=this_device)
    return bench.expect("SOTA-PLT-018", 10700, forbidden=not this_device, since=since)


def _on_another(bench: LogBuilder) -> LogBuilder:
    return _verified(bench.online().announce(), this_device=False)


def _hours(begin: int, until: int, zone: int = 0) -> Step:
    """Set the push window; the log begins at midnight in UTC."""
    return _with(
        lambda b: _armed(b.wait(600.0)),
        _does("push_hours", **{"from": begin, "until": until, "utc_offset_h": zone}),
    )


def _pushed_in(requirement: str, *hours: int, forbidden: bool = False) -> Step:
    return lambda b: _asked(_hours(*hours)(b), requirement, "push", forbidden=forbidden)


_OFFERS = [
    keeps(
        "SOTA-PLT-010",
        "none, and one for the consent itself",
        lambda b: CONSENT.kept(b).listen(2).control("app_confirm").event(OFFER),
    ),
    leaves_open(
        "SOTA-PLT-005",
        "none of a plan that an unknown version keeps back too",
        lambda b: _asked(
            b.online().control("arm_plan", plan=PLAN).control("list_device", white=False),
            "SOTA-PLT-005",
            "request",
            forbidden=True,
        ).listen(2),
    ),
    leaves_open(
        "SOTA-PLT-005",
        "an offer, and a control agent that did not list the device",
        lambda b: _asked(
            _armed(b).control("list_device", ok=False, white=False),
            "SOTA-PLT-005",
            "request",
            forbidden=True,
        ).event(OFFER),
    ),
    leaves_open(
        "SOTA-PLT-005",
        "none, and a run that was interrupted",
        lambda b: WHITE.kept(b).listen(2).end(complete=False, reason="interrupted"),
    ),
    breaks("SOTA-PLT-011", "a push after the refusal", lambda b: _refused(b).event(OFFER)),
    keeps(
        "SOTA-PLT-011",
        "none, and an offer on request",
        lambda b: _refused(b).listen(541).request().event(OFFER),
    ),
    leaves_open("SOTA-PLT-011", "none at all", lambda b: _refused(b).listen(541).end()),
    breaks("SOTA-PLT-021", "a push after the retry", lambda b: _failing(b, 2).event(OFFER)),
    keeps("SOTA-PLT-021", "none after the retry", lambda b: _failing(b, 2).listen(2)),
    leaves_open("SOTA-PLT-021", "none before the retry", lambda b: _failing(b, 1).listen(2)),
    breaks("SOTA-PLT-018", "one on the wrong device", lambda b: _on_another(b).event(OFFER)),
    breaks(
        "SOTA-PLT-018",
        "none on the chosen one",
        lambda b: _verified(_on_another(b).listen(2), this_device=True).listen(2),
    ),
    keeps(
        "SOTA-PLT-018",
        "one on the chosen one alone",
        lambda b: _verified(_on_another(b).listen(2), this_device=True).event(OFFER),
    ),
    ignores(
        "SOTA-PLT-018",
        "one on the chosen one, and no other one tried",
        lambda b: _verified(b.online().announce(), this_device=True).event(OFFER),
    ),
]

_DUE = [
    breaks(
        "SOTA-PLT-003",
        "none for a full package",
        lambda b: _asked(_armed(b), "SOTA-PLT-003", "request", forbidden=False).listen(2),
    ),
    keeps(
        "SOTA-PLT-003",
        "one for a full package",
        lambda b: _asked(_armed(b), "SOTA-PLT-003", "request", forbidden=False).event(OFFER),
    ),
    leaves_open(
        "SOTA-PLT-003",
        "none without network",
        lambda b: _asked(
            _armed(b).control("link_down"), "SOTA-PLT-003", "request", forbidden=False
        ).listen(2),
    ),
    breaks(
        "SOTA-PLT-013",
        "none without lists",
        lambda b: _asked(_armed(b), "SOTA-PLT-013", "request", forbidden=False).listen(2),
    ),
    keeps(
        "SOTA-PLT-013",
        "one with a black list of others",
        lambda b: _asked(
            _armed(b).control("list_device", white=None, black=False),
            "SOTA-PLT-013",
            "request",
            forbidden=False,
        ).event(OFFER),
    ),
    breaks(
        "SOTA-PLT-014",
        "none on the white list",
        lambda b: _asked(
            _armed(b).control("list_device", white=True),
            "SOTA-PLT-014",
            "request",
            forbidden=False,
        ).listen(2),
    ),
    keeps(
        "SOTA-PLT-014",
        "one on the white list, with a black one of others",
        lambda b: _asked(
            _armed(b).control("list_device", white=True, black=False),
            "SOTA-PLT-014",
            "request",
            forbidden=False,
        ).event(OFFER),
    ),
    leaves_open(
        "SOTA-PLT-014",
        "one without lists",
        lambda b: _asked(_armed(b), "SOTA-PLT-014", "request", forbidden=False).event(OFFER),
    ),
    breaks(
        "SOTA-PLT-015", "none in the hour", lambda b: _pushed_in("SOTA-PLT-015", 0, 1)(b).listen(2)
    ),
    keeps(
        "SOTA-PLT-015",
        "one in the hour of another time zone",
        lambda b: _pushed_in("SOTA-PLT-015", 9, 10, 9)(b).event(OFFER),
    ),
    leaves_open(
        "SOTA-PLT-015",
        "one in a window of two hours",
        lambda b: _pushed_in("SOTA-PLT-015", 23, 1)(b).event(OFFER),
    ),
    leaves_open(
        "SOTA-PLT-015",
        "none at the edge of the hour",
        lambda b: _asked(
            _armed(b).control("push_hours", **{"from": 0, "until": 1, "utc_offset_h": 0}),
            "SOTA-PLT-015",
            "push",
            forbidden=False,
        ).listen(2),
    ),
    breaks(
        "SOTA-PLT-007",
        "a push in the hour of another time zone",
        lambda b: _pushed_in("SOTA-PLT-007", 0, 1, 3, forbidden=True)(b).event(OFFER),
    ),
    breaks(
        "SOTA-PLT-008",
        "none for an undecided plan",
        lambda b: _armed(b).expect("SOTA-PLT-008", 10700, within_s=900.0).listen(901),
    ),
    keeps(
        "SOTA-PLT-008",
        "one for an undecided plan",
        lambda b: _armed(b).expect("SOTA-PLT-008", 10700, within_s=900.0).wait(598.5).event(OFFER),
    ),
    breaks(
        "SOTA-PLT-008",
        "a push off the grid",
        lambda b: _armed(b).wait(900.0).event(OFFER),
    ),
    keeps("SOTA-PLT-008", "a push on the grid", lambda b: _armed(b).wait(1200.0).event(OFFER)),
    ignores(
        "SOTA-PLT-008",
        "an offer soon after the plan was armed",
        lambda b: _armed(b.wait(900.0)).event(OFFER),
    ),
    ignores(
        "SOTA-PLT-008",
        "an offer of a plan that is not pushed",
        lambda b: _armed(b, active_push=False).wait(900.0).event(OFFER),
    ),
]


def _components(bench: LogBuilder, *names: str, ok: bool, error: str = "") -> LogBuilder:
    parts = [PLAN | {"component": name} for name in names]
    return bench.asked_agent("arm_components", {"plan": {"components": parts}}, ok=ok, error=error)


def _deleted(bench: LogBuilder, *, activated: bool, ok: bool, error: str = "no") -> LogBuilder:
    arguments: dict[str, object] = {"component": "STM32"}
    bench = _armed(bench, activated=activated)
    return bench.asked_agent("delete_plan", arguments, ok=ok, error=error)


def _beyond_the_period(bench: LogBuilder) -> LogBuilder:
    """Have one success recorded, and succeed with an upgrade whose plan has ended."""
    bench = bench.succeeded().recorded("success")
    return _over(bench)


def _over(bench: LogBuilder) -> LogBuilder:
    bench = bench.control("arm_plan", plan=PLAN).ready().control("plan_period", inside=False)
    bench = bench.read_all().ask("AT+QIOTUPDATE=3").event("7,10704").wait(0.1)
    return bench.announce("2_0_0").event("7,10705").wait(0.1)


_REQUESTS = [
    breaks("SOTA-PLT-009", "failed", lambda b: b.succeeded().recorded("failed")),
    breaks(
        "SOTA-PLT-009",
        "success without the target version",
        lambda b: b.updating().announce("1_0_1").event("7,10706").recorded("success"),
    ),
    ignores("SOTA-PLT-009", "success alone", lambda b: b.succeeded().recorded("success")),
    ignores(
        "SOTA-PLT-009",
        "failed without the target version alone",
        lambda b: b.updating().announce("1_0_1").event("7,10706").recorded("failed"),
    ),
    ignores("SOTA-PLT-009", "no outcome yet", lambda b: b.updating().recorded("failed")),
    ignores("SOTA-PLT-009", "updating still", lambda b: b.succeeded().recorded("updating")),
    ignores("SOTA-PLT-009", "what cannot be told", lambda b: b.succeeded().recorded("unknown")),
    keeps(
        "SOTA-PLT-009",
        "success, and failed without the target version",
        lambda b: (
            b.succeeded()
            .recorded("success")
            .updating()
            .announce("1_0_1")
            .event("7,10706")
            .recorded("failed")
        ),
    ),
    breaks("SOTA-PLT-020", "failed", lambda b: _beyond_the_period(b).recorded("failed")),
    keeps("SOTA-PLT-020", "success", lambda b: _beyond_the_period(b).recorded("success")),
    leaves_open(
        "SOTA-PLT-020",
        "failed, where no success was recorded at all",
        lambda b: _over(b).recorded("failed"),
    ),
    ignores("SOTA-PLT-020", "a plan that goes on", lambda b: b.succeeded().recorded("success")),
    breaks(
        "SOTA-PLT-016",
        "one component twice",
        lambda b: _components(b, "A", "A", ok=True),
    ),
    keeps(
        "SOTA-PLT-016",
        "two components taken, one twice refused",
        lambda b: _components(_components(b, "A", "B", ok=True), "A", "A", ok=False, error="twice"),
    ),
    ignores(
        "SOTA-PLT-016",
        "one twice refused, and nothing else tried",
        lambda b: _components(b, "A", "A", ok=False, error="twice"),
    ),
    ignores(
        "SOTA-PLT-016",
        "a refusal of the agent",
        lambda b: _components(
            _components(b, "A", "B", ok=True), "A", "A", ok=False, error="unsupported"
        ),
    ),
    breaks(
        "SOTA-PLT-017",
        "an activated plan deleted",
        lambda b: _deleted(b, activated=True, ok=True),
    ),
    keeps(
        "SOTA-PLT-017",
        "another one deleted, an activated one not",
        lambda b: _deleted(
            _deleted(b, activated=False, ok=True), activated=True, ok=False, error="no"
        ),
    ),
    ignores(
        "SOTA-PLT-017",
        "none deleted",
        lambda b: _deleted(b, activated=True, ok=False, error="no"),
    ),
]

CASES: list[Case] = [
    *(case for rule in RULES for case in rule.cases()),
    *_OFFERS,
    *_DUE,
    *_REQUESTS,
]
