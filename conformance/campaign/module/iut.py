"""The module under test, as a test purpose sees it: preamble, test body and postamble."""

from atverdict.conformance.campaign.module.body import Body
from atverdict.conformance.campaign.module.commands import Commands
from atverdict.conformance.campaign.module.disturbances import Disturbances
from atverdict.conformance.campaign.module.laboratory import Laboratory
from atverdict.conformance.campaign.module.preambles import Preamble
from atverdict.conformance.campaign.module.recovery import Recovery
from atverdict.conformance.campaign.session import Session
from atverdict.conformance.judge.state.flow import Flow, Phase
from atverdict.conformance.preparation.setup import Setup
from atverdict.spec.loader import load_specification

__all__ = ["Iut"]


class Iut:
    """One module under test, with all that a test purpose can do with it."""

    def __init__(self, session: Session, setup: Setup) -> None:
        self._specification = load_specification()
        self._profile = self._specification.profile(setup.profile)
        self.session = session
        self.pixit = setup.pixit
        self.effort = setup.effort
        self.updating_first = self._profile.updating_before_reading
        """The profile's 10704 comes before the first read, and UPDATE=3 is not used (E-03)."""
        self.commands = Commands(session, setup.pixit, self.updating_first)
        self.laboratory = Laboratory(self.commands, setup.package_path)
        self.body = Body(self.commands, self.laboratory)
        self.preamble = Preamble(self.commands, self.laboratory, self.body)
        self.disturbances = Disturbances(self.commands, self.laboratory, self.body, self.preamble)
        recovery = Recovery(self.commands, self.laboratory, self.body, self.preamble)
        self.preamble.recover = recovery.recover

    @property
    def flow(self) -> Flow:
        """The state of the module as the wire has shown it."""
        return self.session.flow

    def timer_s(self, name: str) -> float:
        """Return a timer of the module in seconds, by its name in the profiles."""
        return self._specification.timer_s(self._profile, name)

    def postamble(self) -> None:
        """End an upgrade that is still under way, in any state."""
        if self.commands.flow.phase is Phase.OFFERED:
            self.commands.write("QIOTUPDATE", 0)
        else:
            self.preamble.ended("the upgrade did not end")
