"""Brings an IUT to the state that a test purpose starts from, along the shortest way known."""

from dataclasses import dataclass
from pathlib import Path

from atverdict.conformance.flow import OTA, Flow, Link, Phase
from atverdict.conformance.pixit import Pixit
from atverdict.conformance.session import Pair, Session
from atverdict.conformance.trace import Exchange
from atverdict.conformance.upgrade import ComponentRun
from atverdict.grammar.message import CommandForm, CommandLine, Value

__all__ = ["Driver", "Inconclusive", "ota"]

USUAL_BLOCK_OCTETS = 1024
DECISION_S = 0.15
"""A faster decision is the race of SOTA-SEQ-020."""
ONLINE: Pair = (3, 10200)
CONNECTION_ERRORS: tuple[Pair, ...] = ((1, 0), (2, 0), (3, 0))
OFFLINE: Pair = (6, 10200)


class Inconclusive(Exception):
    """A test purpose cannot get to its point: a statement about the run, not about the IUT."""


def ota(*codes: int) -> tuple[Pair, ...]:
    """Return the upgrade's events with these codes."""
    return tuple((OTA, code) for code in codes)


OUTCOMES = ota(10705, 10706)


@dataclass(slots=True)
class Driver:
    """One IUT under test, and how to move it."""

    session: Session
    pixit: Pixit
    package_path: Path | None = None
    """The suite's own package, armed where the PIXIT names none and the laboratory takes it."""

    @property
    def flow(self) -> Flow:
        """The state of the IUT, as the judge sees it."""
        return self.session.flow

    # Command lines

    def test(self, name: str) -> Exchange:
        """Send a test form."""
        return self.session.command(CommandLine(name, CommandForm.TEST))

    def read(self, name: str) -> Exchange:
        """Send a read form."""
        return self.session.command(CommandLine(name, CommandForm.READ))

    def write(self, name: str, *parameters: Value) -> Exchange:
        """Send a write form."""
        return self.session.command(CommandLine(name, CommandForm.WRITE, parameters))

    def execute(self, name: str) -> Exchange:
        """Send an execute form."""
        return self.session.command(CommandLine(name, CommandForm.EXECUTE))

    # Connection

    def disconnected(self) -> None:
        """Bring the IUT to registration mode 0."""
        mark = self.session.mark()
        online = self.is_online
        if not self.write("QIOTREG", 0).succeeded:
            raise Inconclusive("AT+QIOTREG=0 was not accepted")
        if online:
            self.session.wait(OFFLINE, within_s=self.pixit.timing.connect, since=mark)

    @property
    def is_online(self) -> bool:
        """Tell whether the IUT is connected, as far as is known."""
        return self.flow.link is Link.ONLINE

    def online(self) -> None:
        """Bring the IUT to the platform, and do nothing where it is there."""
        if self.is_online:
            return
        self.read("QIOTSTATE")
        if self.is_online:
            return
        mark = self.session.mark()
        if not self.write("QIOTREG", 1).succeeded:
            raise Inconclusive("AT+QIOTREG=1 was not accepted, so the platform cannot be reached")
        self.wait_online(mark)

    def wait_online(self, mark: int) -> None:
        """Wait until the connection stands."""
        within_s = self.pixit.timing.connect
        self.session.wait_until(lambda _: self.is_online, within_s=within_s, since=mark)
        if not self.is_online:
            raise Inconclusive(f"no 3,10200 within {within_s:g} s after AT+QIOTREG=1")

    # Version

    def announce(self, component: str, version: str) -> Exchange:
        """Announce a component's version."""
        return self.write("QIOTMCUVER", component, version)

    def announced(self) -> None:
        """Have the source version of the plan's component announced."""
        plan = self.pixit.plan
        stored = self.flow.versions.get(plan.component) == plan.source_version
        if stored and plan.component in self.flow.announced:
            return
        if not self.announce(plan.component, plan.source_version).succeeded:
            raise Inconclusive("the version of the MCU was not accepted")

    # Plans

    @property
    def controls_plans(self) -> bool:
        """Tell whether the laboratory can arm and withdraw plans."""
        return self.session.can("arm_plan", "withdraw_plans")

    def arm(self, *, active_push: bool = False) -> None:
        """Have the PIXIT's plan armed, as a full package; without push the device must ask."""
        plan = self.pixit.plan
        arguments: dict[str, object] = {
            "component": plan.component,
            "source_version": "",
            "target_version": plan.target_version,
            "battery_limit": 30,
            "min_signal": -113,
            "active_push": active_push,
        }
        path = Path(plan.image) if plan.image else self.package_path
        if path is not None and self.session.perform(
            "arm_plan", plan=arguments | {"image": str(path)}
        ):
            self.session.package(plan.component, path.read_bytes())
            return
        if plan.image or not self.session.perform("arm_plan", plan=arguments):
            raise Inconclusive("the control agent could not arm the plan")

    def withdraw(self) -> None:
        """Have no plan left for this device."""
        if not self.session.perform("withdraw_plans"):
            raise Inconclusive("the control agent could not withdraw the plans")

    # The way through an upgrade

    def offered(self, info: int | None = 1) -> None:
        """Bring the IUT to an undecided offer; `info` 1 asks for a SHA-256, None for nothing."""
        upgrade = self.flow.upgrade
        if self.flow.phase is Phase.OFFERED and upgrade is not None:
            asked = upgrade.request_certain and upgrade.requested_with == info
            if asked or not self.controls_plans:
                return
        self.idle()
        self.online()
        if self.controls_plans:
            self.withdraw()
            self.announced()
            self.arm()
        else:
            if self.flow.upgrades:
                raise Inconclusive(
                    "the one plan that was armed is used up, and no control agent can arm another"
                )
            self.announced()
        mark = self.session.mark()
        self.request(info)
        self.wait_offer(mark)

    def request(self, info: int | None = 1) -> Exchange:
        """Ask for a plan."""
        exchange = self.execute("QIOTOTAREQ") if info is None else self.write("QIOTOTAREQ", info)
        if not exchange.succeeded:
            raise Inconclusive("the request for a plan was not accepted")
        return exchange

    def wait_offer(self, mark: int) -> None:
        """Wait for 10700."""
        within_s = self.pixit.timing.offer
        if self.session.wait(*ota(10700), within_s=within_s, since=mark) is None:
            raise Inconclusive(f"no 10700 within {within_s:g} s after the request")

    def consent(self) -> Exchange:
        """Accept the offer that stands, as a host that takes a moment to decide."""
        self.session.listen(DECISION_S)
        exchange = self.write("QIOTUPDATE", 1)
        if not exchange.succeeded:
            raise Inconclusive("AT+QIOTUPDATE=1 was not accepted after the offer")
        return exchange

    def ready(self, info: int | None = 1) -> ComponentRun:
        """Bring the IUT to a piece that can be read."""
        if self.flow.phase is not Phase.READY:
            if self.flow.phase not in (Phase.CONFIRMED, Phase.DOWNLOADING):
                self.offered(info)
                mark = self.session.mark()
                self.consent()
            else:
                mark = self.session.mark()
            self.wait_piece(mark)
        return self.run()

    def wait_piece(self, mark: int) -> None:
        """Wait for 10703."""
        if self.flow.phase is Phase.READY:
            return
        within_s = self.pixit.timing.download
        event = self.session.wait(*ota(10703), *OUTCOMES, within_s=within_s, since=mark)
        if event is None:
            raise Inconclusive(f"no 10703 within {within_s:g} s after the consent")
        if event.code != 10703:
            raise Inconclusive(f"the upgrade ended with {event.code} while it was downloaded")

    def run(self) -> ComponentRun:
        """Return the component that is being upgraded."""
        run = self.flow.run
        if run is None or run.piece is None:
            raise Inconclusive("10703 did not say where the piece lies")
        if run.piece.piece_length_octets <= 0:
            raise Inconclusive("10703 named an empty piece")
        return run

    def block(self, start: int, length: int) -> Exchange:
        """Read a block; like every known host, without a pause before the next."""
        command = CommandLine("QIOTOTARD", CommandForm.WRITE, (start, length))
        return self.session.command(command, at_once=True)

    @property
    def block_octets(self) -> int:
        """The largest block that a host would ask for."""
        return min(self.flow.max_length or USUAL_BLOCK_OCTETS, 4096)

    def read_piece(self, block_octets: int) -> None:
        """Read what has not been read of the current piece, block by block."""
        piece = self.run().piece
        assert piece is not None
        end = piece.start + piece.piece_length_octets
        start = self.run().coverage.next_gap(piece.start)
        while start < end:
            exchange = self.block(start, min(block_octets, end - start))
            returned = len(exchange.block.octets) if exchange.block else 0
            if not returned or not exchange.succeeded:
                raise Inconclusive(f"the block at {start} could not be read")
            start += returned

    def read_again(self, block_octets: int) -> None:
        """Read the piece once more in other blocks; the last one asks for more than there is."""
        piece = self.run().piece
        assert piece is not None
        start, end = piece.start, piece.start + piece.piece_length_octets
        while start < end:
            exchange = self.block(start, block_octets)
            returned = len(exchange.block.octets) if exchange.block else 0
            if not returned or not exchange.succeeded:
                raise Inconclusive(f"the block at {start} could not be read")
            start += returned

    def read_package(self, block_octets: int) -> None:
        """Read the package to its end, piece after piece."""
        self.read_piece(block_octets)
        while not self.run().last_piece:
            self.next_piece()
            self.read_piece(block_octets)

    def next_piece(self) -> None:
        """Ask for the next piece and wait until it is there."""
        if len(self.run().pieces) == 1:
            silence_s = self.pixit.timing.silence
            self.session.expect(
                "SOTA-SEQ-005",
                *ota(10703),
                within_s=silence_s,
                forbidden=True,
                because="the next piece has not been asked for",
            )
            self.session.listen(silence_s)
        mark = self.session.mark()
        exchange = self.write("QIOTUPDATE", 2)
        if not exchange.succeeded:
            raise Inconclusive(
                "AT+QIOTUPDATE=2 was not accepted though the package has a further piece"
            )
        self.session.expect(
            "SOTA-CMD-UPDATE-006",
            *ota(10703),
            within_s=self.pixit.timing.download,
            after=exchange,
            because="the next piece was asked for",
        )
        self.wait_piece(mark)

    def updating(self, info: int | None = 1) -> None:
        """Bring the IUT to the state in which the MCU writes its flash."""
        if self.flow.phase is Phase.UPDATING and self.run().update_asked:
            return
        self.ready(info)
        self.read_package(self.block_octets)
        self.begin_update()

    def begin_update(self) -> None:
        """Say that the MCU updates, and wait for 10704."""
        mark = self.session.mark()
        exchange = self.write("QIOTUPDATE", 3)
        if not exchange.succeeded:
            raise Inconclusive("AT+QIOTUPDATE=3 was not accepted after the last piece was read")
        within_s = self.pixit.timing.outcome
        self.session.expect(
            "SOTA-CMD-UPDATE-008",
            *ota(10704),
            within_s=within_s,
            after=exchange,
            because="AT+QIOTUPDATE=3 was accepted",
        )
        if self.session.wait(*ota(10704), within_s=within_s, since=mark) is None:
            raise Inconclusive(f"no 10704 within {within_s:g} s after AT+QIOTUPDATE=3")

    def succeeded(self, info: int | None = 1) -> None:
        """Take an upgrade to its success."""
        self.updating(info)
        self.report_success()

    def report_success(self) -> None:
        """Announce the target version and wait for the outcome."""
        plan = self.pixit.plan
        within_s = self.pixit.timing.outcome
        mark = self.session.mark()
        exchange = self.announce(plan.component, self.target())
        if not exchange.succeeded:
            raise Inconclusive("the target version was not accepted")
        self.session.expect(
            "SOTA-SEQ-008",
            *ota(10705),
            within_s=within_s,
            after=exchange,
            because="the target version was announced while updating",
        )
        event = self.session.wait(*OUTCOMES, within_s=within_s, since=mark)
        if event is None:
            raise Inconclusive(
                f"neither 10705 nor 10706 within {within_s:g} s after the announcement"
            )

    def target(self) -> str:
        """Return the target version that the offer named; the PIXIT's where it named none."""
        upgrade = self.flow.upgrade
        plan = self.pixit.plan
        offer = upgrade.offer_for(plan.component) if upgrade else None
        return offer.target_version if offer else plan.target_version

    def idle(self) -> None:
        """Bring an upgrade that is under way to its end."""
        match self.flow.phase:
            case Phase.IDLE:
                return
            case Phase.OFFERED:
                if self.write("QIOTUPDATE", 0).succeeded:
                    return
                raise Inconclusive("AT+QIOTUPDATE=0 was not accepted after the offer")
            case Phase.UPDATING:
                self.report_success()
            case _:
                self.succeeded()
