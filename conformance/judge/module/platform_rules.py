"""The rules of the platform on offers: an occasion is complete with its positive control alone.

That nothing is offered shows a rule only where this rule alone keeps the plan back, and where the
same plan is offered once it does not. What keeps a plan back is known from the records of the
control agent: without them no rule of the platform is judged.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from atverdict.conformance.evidence.log import (
    ControlAction,
    Expected,
    Footer,
    Header,
    Resumed,
)
from atverdict.conformance.evidence.trace import Exchange, Item, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.module.known_plan import BEGINNINGS, UNKNOWN, KnownPlan, changed
from atverdict.conformance.judge.state.flow import UPGRADING, Flow, Link, is_ota
from atverdict.grammar.message import CommandForm, CommandLine, Event, Offer

__all__ = ["PlatformRules"]

AREA = "SOTA-PLT-"
NOT_SHOWN = "the records of the control agent do not show that {} decides"
PROMPTS = {"push": "push", "verify_package": "verification", "app_confirm": "consent"}
"""The actions that ask the platform for an offer."""
BY_PROMPT = {"SOTA-PLT-010": {"consent"}, "SOTA-PLT-011": {"request"}}
"""What else may ask for the positive control: the consent itself; no back-off delays a request."""
OWN_PUSHES = frozenset({"SOTA-PLT-008", "SOTA-PLT-011"})
"""Rules on what the platform does unasked."""
QUIET_S = 110.0
"""An offer so long after all that may have caused it is the platform's own push."""
TWO_PARTS = frozenset({"SOTA-PLT-018"})
"""Rules for which an offer alone is half of the proof."""


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What stood when a purpose wrote down what it expects."""

    plan: KnownPlan | None
    kept_back: frozenset[str]
    prompt: str
    forbidden: bool

    def decides(self, requirement: str) -> bool:
        """Tell whether the requirement alone decides what comes."""
        if self.plan is None:
            return False
        if self.forbidden:
            return self.kept_back == {requirement}
        return not self.kept_back and self.plan.shows(requirement)


@dataclass(slots=True)
class PlatformRules:
    """What is known of the armed plan, and the silences that wait for their positive control."""

    header: Header
    plan: KnownPlan | None = None
    """The one plan that is armed; None where there is none, or one of several components."""
    _prompt: str = ""
    """What last asked the platform for an offer: ``request``, or a value of `PROMPTS`."""
    _nothing_announced: bool = False
    """True from a factory reset until a version is announced."""
    _resumed: Resumed | None = None
    """The last time the run was resumed: from then on the dates count from there."""
    _occupied_s: float = 0.0
    """When the platform was last asked for something, or showed an offer."""
    _occasions: dict[str, _Occasion] = field(default_factory=dict)
    _silences: list[tuple[Finding, _Occasion]] = field(default_factory=list)
    _complete: list[Finding] = field(default_factory=list)

    def take(self) -> list[Finding]:
        """Return the findings that are complete since the last call."""
        complete, self._complete = self._complete, []
        return complete

    def observe(self, item: Item, flow: Flow) -> None:
        """Take the next item; `flow` has taken it already."""
        match item:
            case ControlAction():
                self._done(item, flow)
            case Expected(requirement=name) if name.startswith(AREA):
                prompt = "push" if name in OWN_PUSHES else self._prompt
                kept_back = self._kept_back(flow, prompt)
                self._occasions[name] = _Occasion(self.plan, kept_back, prompt, item.forbidden)
            case Exchange(command=CommandLine() as command) if item.succeeded:
                self._answered(command, item.sent.instant_s)
            case Urc(message=Event(type=3)):
                self._occupied_s = item.place.instant_s
            case Urc() if is_ota(item, 10700):
                self._offered(item, flow)
            case Urc() if is_ota(item, 10706) and self.plan is not None:
                self.plan = replace(self.plan, failures=self.plan.failures + 1)
            case Resumed():
                self._resumed = item
                self._leave_open("the run was interrupted")
            case Footer():
                self._leave_open("the run ended")
            case _:
                pass

    def review(self, found: Finding) -> bool:
        """Take a finding of an expectation on the platform; a silence waits for its control.

        False where it is on something else.
        """
        if not found.requirement.startswith(AREA):
            return False
        occasion = self._occasions.get(found.requirement)
        if occasion is None or not occasion.decides(found.requirement):
            observed = f"{found.observed}; {NOT_SHOWN.format('this rule alone')}"
            self._complete.append(replace(found, verdict=Verdict.INCONCLUSIVE, observed=observed))
        elif found.verdict is not Verdict.PASS:
            self._complete.append(found)
        elif occasion.forbidden and not (occasion.plan and occasion.plan.retried):
            self._silences.append((found, occasion))
        elif found.requirement not in TWO_PARTS:
            self._complete.append(found)
        return True

    def pushed_by_itself(self, urc: Urc) -> datetime | None:
        """Return when the platform pushed this offer unasked; None where it did not, surely."""
        plan = self.plan
        if not is_ota(urc, 10700) or plan is None or not plan.active_push:
            return None
        if urc.place.instant_s - self._occupied_s < QUIET_S or plan.offer != _offer(urc):
            return None
        return self._now(urc.place.instant_s)

    def _now(self, instant_s: float) -> datetime | None:
        """Return the date and time of an instant; None where it is not known."""
        opened_at = self._resumed.opened_at if self._resumed else self.header.opened_at
        if not opened_at:
            return None
        since_s = instant_s - (self._resumed.t if self._resumed else 0.0)
        return datetime.fromisoformat(opened_at) + timedelta(seconds=since_s)

    def _done(self, action: ControlAction, flow: Flow) -> None:
        """Take what the control agent has done."""
        self._occupied_s = action.t
        if action.reply.get("ok") is not True:
            return
        self._prompt = PROMPTS.get(action.action, self._prompt)
        if action.action == "factory_reset":
            self._nothing_announced = True
        before = self.plan
        self.plan = changed(before, action, self._now(action.t), busy=flow.phase in UPGRADING)
        if action.action in BEGINNINGS or self.plan is None:
            self._leave_open("the plan was withdrawn or replaced")

    def _answered(self, command: CommandLine, instant_s: float) -> None:
        match command:
            case CommandLine("QIOTOTAREQ", CommandForm.WRITE | CommandForm.EXECUTE):
                self._prompt = "request"
                self._occupied_s = instant_s
            case CommandLine("QIOTMCUVER", CommandForm.WRITE, (_, _)):
                self._nothing_announced = False
            case CommandLine("QIOTUPDATE", CommandForm.WRITE, (0,)) if self.plan is not None:
                self.plan = replace(self.plan, refused=True)
            case _:
                pass

    def _kept_back(self, flow: Flow, prompt: str) -> frozenset[str]:
        """Return the rules that keep the plan back now, and `UNKNOWN` for what is no rule."""
        plan = self.plan
        if plan is None or flow.link is not Link.ONLINE or not flow.network:
            return frozenset({UNKNOWN})
        kept_back = plan.kept_back(prompt)
        if plan.of_module:
            return kept_back
        version = flow.versions.get(plan.component)
        if version is None:
            return kept_back | {"SOTA-PLT-001" if self._nothing_announced else UNKNOWN}
        if version == plan.target_version:
            return kept_back | {"SOTA-PLT-012"}
        if plan.source_version not in ("", version):
            return kept_back | {"SOTA-PLT-002"}
        return kept_back

    def _offered(self, urc: Urc, flow: Flow) -> None:
        """Take an offer: it is the positive control of silences about the same plan."""
        self._occupied_s = urc.place.instant_s
        plan = self.plan
        if plan is None or _offer(urc) != plan.offer:
            return
        if self._prompt == "push" and plan.failures and not plan.kept_back("push"):
            self.plan = replace(plan, retried=True)
        nothing_keeps_it = not self._kept_back(flow, self._prompt)
        waiting, self._silences = self._silences, []
        for found, occasion in waiting:
            prompts = {occasion.prompt} | BY_PROMPT.get(found.requirement, set())
            if nothing_keeps_it and self._prompt in prompts:
                observed = f"{found.observed}; and 7,10700 once nothing kept the plan back"
                places = (*found.places, urc.place)
                self._complete.append(replace(found, places=places, observed=observed))
            else:
                self._silences.append((found, occasion))

    def _leave_open(self, why: str) -> None:
        """Leave open what has no positive control, for there will be none."""
        for found, _ in self._silences:
            rest = f"{why} before the same plan was offered without what keeps it back"
            observed = f"{found.observed}; but {rest}"
            self._complete.append(replace(found, verdict=Verdict.INCONCLUSIVE, observed=observed))
        self._silences.clear()


def _offer(urc: Urc) -> tuple[str, str] | None:
    """Return component and target version of an offer; None where it cannot be read."""
    event = urc.message
    if not isinstance(event, Event) or not isinstance(event.payload, Offer):
        return None
    return event.payload.component, event.payload.target_version
