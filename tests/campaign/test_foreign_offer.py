"""An offer of the module's own firmware that nobody armed: the suite does not accept it."""

from atverdict.conformance.campaign.module.body import Body
from atverdict.conformance.judge.state.flow import Flow
from atverdict.conformance.judge.state.state import ArmedPlan
from atverdict.grammar.message import Event, Offer


class _Commands:
    def __init__(self) -> None:
        self.flow = Flow()


def _offer(component: str) -> Event:
    offer = Offer(component, "A1", "A2", 30, -113, 698000)
    return Event(7, 10700, (component, "A1", "A2", 30, -113, 698000), offer)


def test_only_firmware_that_was_armed_is_waited_for() -> None:
    commands = _Commands()
    body = Body(commands, None)  # type: ignore[arg-type] # it asks for the flow alone
    assert not body.is_wanted(_offer("app"))
    assert body.is_wanted(_offer("STM32"))
    assert body.is_wanted(Event(7, 10700))
    assert not body.is_wanted(Event(7, 10701))
    commands.flow.plans["app"] = ArmedPlan("app", "", "A2", of_module=True)
    assert body.is_wanted(_offer("app"))
