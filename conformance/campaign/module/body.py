"""The test body: the steps of an upgrade, each with what it must lead to."""

from dataclasses import dataclass

from atverdict.conformance.campaign.module.commands import Commands, Inconclusive, ota
from atverdict.conformance.campaign.module.laboratory import Laboratory
from atverdict.conformance.campaign.session import Mark
from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.expectation import matches
from atverdict.conformance.judge.state.flow import UPGRADING, Phase
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun
from atverdict.grammar.message import Event, Offer, PieceReady

__all__ = ["DECISION_S", "DOWNLOAD_BEGINS", "OUTCOMES", "WITHOUT_BEGINNING", "Body"]

USUAL_BLOCK_OCTETS = 1024
DROPS = 7
"""One more than the failures in a row that make a plan fail (FAQ OTA-8)."""
START_S = 60.0
"""The time after which a download that has not begun is not waited for: twice the 30 s after which
known modules give up themselves."""
SLOWEST_OCTETS_PER_S = 2000
"""A download that is slower than this and says nothing is not waited for."""
DECISION_S = 0.15
"""A faster decision is the race of SOTA-SEQ-020."""
OUTCOMES = ota(10705, 10706)
DOWNLOAD_BEGINS = ota(10701, 10706)
"""The events that show that a consent has led to a download, or to its failure."""
WITHOUT_BEGINNING = ota(10702, 10703, 10704, 10705)
"""The events of a download that has not shown its beginning."""


@dataclass(slots=True)
class Body:
    """The steps of an upgrade on one module."""

    _commands: Commands
    _laboratory: Laboratory
    no_offer: str = ""
    """The reason why no offer can be had any more; empty while there may be one."""
    _stalls: int = 0
    """The number of accepted offers after which no download began."""

    @property
    def is_upgrading(self) -> bool:
        """True while an accepted upgrade is under way."""
        return self._commands.flow.phase in UPGRADING

    @property
    def has_piece(self) -> bool:
        """True while a piece can be read."""
        updating = self._commands.updating_first and self._commands.flow.phase is Phase.UPDATING
        return self._commands.flow.phase is Phase.READY or (updating and bool(self.run().pieces))

    @property
    def is_downloading(self) -> bool:
        """True while a download is under way."""
        return self._commands.flow.phase is Phase.DOWNLOADING

    @property
    def plan_stands(self) -> bool:
        """True while the plan of the offer is still armed, as far as is known."""
        return bool(self._commands.flow.plans) or not self._laboratory.controls_plans

    def consent(self) -> Exchange:
        """Accept the offer after the time that a host takes to decide."""
        self._commands.session.listen(DECISION_S)
        exchange = self._commands.insist("QIOTUPDATE", 1)
        if not exchange.succeeded:
            upgrade = self._commands.flow.upgrade
            if upgrade is not None and upgrade.offered_late:
                return exchange  # the consent to the offer before may be the valid one
            raise Inconclusive("AT+QIOTUPDATE=1 was not accepted after the offer")
        # Less than the PIXIT allows for a whole download is a fail only where it happens again. A
        # download that was dropped before may go on without its beginning (E-43).
        whole = self.start_s >= self._commands.pixit.timing.download
        certain = self.plan_stands and not self._commands.flow.downloads_failed
        self._commands.session.expect(
            "SOTA-CMD-UPDATE-003",
            *DOWNLOAD_BEGINS,
            within_s=self.start_s,
            after=exchange,
            instead=WITHOUT_BEGINNING,
            certain=certain and (whole or self._stalls > 0),
            because="AT+QIOTUPDATE=1 was accepted",
        )
        return exchange

    @property
    def start_s(self) -> float:
        """The time that a download has to begin, in seconds."""
        timing = self._commands.pixit.timing
        return min(timing.download, max(START_S, 2 * timing.offer))

    def wait_start(self, mark: Mark) -> None:
        """Wait for the first word of a download after the consent, or of its failure."""
        if self._commands.session.wait_until(
            lambda event: matches(event, (*DOWNLOAD_BEGINS, *WITHOUT_BEGINNING, *ota(10700))),
            within_s=self.start_s if self._stalls < 2 else 0.0,
            since=mark,
        ):
            self._stalls = 0
            return
        self._stalls += 1
        raise Inconclusive(f"no download began within {self.start_s:g} s after the consent")

    def wait_offer(self, mark: Mark) -> None:
        """Wait for 10700."""
        within_s = self._commands.pixit.timing.offer
        offered = self._commands.session.wait_until(self.is_wanted, within_s=within_s, since=mark)
        if offered is None:
            problem = f"no 10700 within {within_s:g} s after the request"
            if self._laboratory.controls_plans:
                raise Inconclusive(problem)
            plan = self._commands.pixit.plan
            self.no_offer = (
                f"{problem}: is a plan {plan.source_version} -> {plan.target_version} "
                f"for {plan.component} still armed?"
            )
            raise Inconclusive(self.no_offer)

    def is_wanted(self, event: Event) -> bool:
        """Tell whether this is an offer, and not one of firmware that the suite did not arm."""
        if (event.type, event.code) != (7, 10700):
            return False
        return not (isinstance(event.payload, Offer) and self._is_firmware(event.payload.component))

    def _is_firmware(self, component: str) -> bool:
        """Tell whether this is firmware of the module itself that the suite did not arm."""
        flow = self._commands.flow
        return component not in flow.plans and flow.of_module(component) is True

    @property
    def offers_firmware(self) -> bool:
        """True while nothing but firmware of the module itself is offered: it is not accepted."""
        upgrade = self._commands.flow.upgrade
        offers = upgrade.offers if upgrade else []
        return bool(offers) and all(self._is_firmware(seen.offer.component) for seen in offers)

    def wait_piece(self, mark: Mark) -> None:
        """Wait for 10703; a plan that is offered again meanwhile is accepted again (E-44)."""
        for _ in range(DROPS):
            if self.has_piece:
                return
            if self._commands.flow.phase is Phase.CONFIRMED:
                self.wait_start(mark)
            event = self._wait_piece(mark)
            if event.code in (10705, 10706):
                raise Inconclusive(f"the upgrade ended with {event.code} while it was downloaded")
            mark = self._commands.session.mark()
            if self._commands.flow.phase is Phase.OFFERED:
                self.consent()
        raise Inconclusive(f"the download was dropped and offered again {DROPS} times")

    def _wait_piece(self, mark: Mark) -> Event:
        """Wait for 10703, for a new offer or for an outcome, as long as there is hope."""
        run, timing = self._commands.flow.run, self._commands.pixit.timing
        disturbed = run is not None and bool(run.disturbed)
        octets = (run.length_octets or 0) if run else 0
        quiet_s = START_S + octets / SLOWEST_OCTETS_PER_S
        begin_s = self._commands.session.now()
        event = self._commands.session.wait_patiently(
            f"7,10703{' after a disturbance' if disturbed else ''}",
            ota(10703),
            lambda event: matches(event, (*ota(10700, 10703), *OUTCOMES)),
            within_s=timing.download,
            since=mark,
            quiet_s=2 * timing.offer if disturbed else quiet_s,
        )
        if event is None:
            waited_s = self._commands.session.now() - begin_s
            after = run.disturbed if run and disturbed else "the last event of the download"
            raise Inconclusive(f"no 10703 came for {waited_s:.0f} s after {after}")
        return event

    def run(self) -> ComponentRun:
        """Return the component that is being upgraded."""
        run = self._commands.flow.run
        if run is None or run.piece is None:
            raise Inconclusive("10703 did not say where the piece lies")
        if run.piece.piece_length_octets <= 0:
            raise Inconclusive("10703 named an empty piece")
        return run

    @property
    def block_octets(self) -> int:
        """The largest block that a host would ask for."""
        return min(self._commands.flow.max_length or USUAL_BLOCK_OCTETS, 4096)

    def piece_start(self) -> int:
        """Return the offset at which the current piece starts."""
        piece = self.run().piece
        assert piece is not None
        return piece.start

    def read_piece(self, block_octets: int) -> None:
        """Read the unread rest of the current piece, block by block."""
        start = self.run().coverage.next_gap(self.piece_start())
        self._read_on(start, block_octets, beyond=False)

    def read_again(self, block_octets: int) -> None:
        """Read the piece once more in other blocks; the last one asks for more than there is."""
        self._read_on(self.piece_start(), block_octets, beyond=True)

    def _read_on(self, start: int, block_octets: int, *, beyond: bool) -> None:
        """Read from `start` to the piece's end; `beyond` lets the last block ask for more."""
        piece = self.run().piece
        assert piece is not None
        end = piece.start + piece.piece_length_octets
        while start < end:
            length = block_octets if beyond else min(block_octets, end - start)
            exchange = self._commands.block(start, length)
            if exchange.final is None:  # one lost line must not cost the whole package
                exchange = self._commands.block(start, length)
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

    def _beyond(self, last: PieceReady) -> None:
        """Make sure that the piece is not the last one once more: it would be so for ever."""
        if self.piece_start() <= last.start:
            raise Inconclusive(f"after AT+QIOTUPDATE=2 the piece at {last.start} came again")

    def next_piece(self) -> None:
        """Ask for the next piece and wait until it is there."""
        self.expect_no_fetching()
        last = self.run().piece
        assert last is not None
        mark = self._commands.session.mark()
        exchange = self._commands.insist("QIOTUPDATE", 2)
        if not exchange.succeeded:
            raise Inconclusive(
                "AT+QIOTUPDATE=2 was not accepted though the package has a further piece"
            )
        self._commands.session.expect(
            "SOTA-CMD-UPDATE-006",
            *ota(10703),
            within_s=self._commands.pixit.timing.download,
            after=exchange,
            instead=OUTCOMES,
            certain=not self.run().disturbed,
            because="the next piece was asked for",
        )
        self.wait_piece(mark)
        self._beyond(last)

    def expect_no_fetching(self) -> None:
        """Listen in the first of several pieces: the next one must not be fetched unasked."""
        run = self.run()
        if len(run.pieces) == 1 and not run.last_piece:
            because = "the next piece has not been asked for"
            self._commands.expect_silence("SOTA-SEQ-005", *ota(10703), because=because)

    def begin_update(self) -> None:
        """Say that the MCU updates, and wait for 10704; no later step needs either of them."""
        if self._commands.updating_first:
            return
        mark = self._commands.session.mark()
        exchange = self._commands.write("QIOTUPDATE", 3)
        if not exchange.succeeded:
            return
        within_s = self._commands.pixit.timing.outcome
        self._commands.session.expect(
            "SOTA-CMD-UPDATE-008",
            *ota(10704),
            within_s=within_s,
            after=exchange,
            instead=OUTCOMES,
            certain=self._commands.flow.network,
            because="AT+QIOTUPDATE=3 was accepted",
        )
        self._commands.session.wait(*ota(10704), *OUTCOMES, within_s=within_s, since=mark)

    def report_success(self) -> None:
        """Announce the target version and wait for the outcome."""
        within_s = self._commands.pixit.timing.outcome
        run = self._commands.flow.run
        told = self._commands.updating_first or (run is not None and run.update_asked is not None)
        mark = self._commands.session.mark()
        exchange = self.announce_target()
        if not exchange.succeeded:
            raise Inconclusive("the target version was not accepted")
        self._commands.session.expect(
            "SOTA-SEQ-008",
            *ota(10705),
            within_s=within_s,
            after=exchange,
            instead=ota(10706),
            certain=bool(run and told and not run.disturbed),
            because="the target version was announced while updating",
        )
        event = self._commands.session.wait(*OUTCOMES, within_s=within_s, since=mark)
        if event is None:
            raise Inconclusive(
                f"neither 10705 nor 10706 within {within_s:g} s after the announcement"
            )

    def announce_target(self) -> Exchange:
        """Announce the target version of the component that is upgraded."""
        return self._commands.announce(*self.under_way())

    def under_way(self) -> tuple[str, str]:
        """Return component and target version of the current upgrade, else those of the PIXIT."""
        plan, upgrade = self._commands.pixit.plan, self._commands.flow.upgrade
        if upgrade is None or upgrade.ended:
            return plan.component, plan.target_version
        done = {run.component for run in upgrade.runs if run.outcomes}
        for seen in upgrade.offers:
            if seen.offer.component not in done:
                return seen.offer.component, seen.offer.target_version
        return plan.component, plan.target_version

    def request_quietly(self) -> None:
        """Ask for a plan while an upgrade is under way; no offer may come."""
        exchange = self._commands.write("QIOTOTAREQ", 1)
        self._commands.expect_silence(
            "SOTA-CMD-OTAREQ-011",
            *ota(10700),
            after=exchange,
            because="an upgrade is under way",
        )

    def other_component(self) -> None:
        """Announce a component that is not part of the upgrade; nothing may change."""
        exchange = self._commands.announce("ATVERDICT-1", "1")
        self._commands.expect_silence(
            "SOTA-SEQ-011",
            *OUTCOMES,
            after=exchange,
            because="the version of another component was announced",
        )
        self._commands.announce("ATVERDICT-1", "")

    @property
    def silent_offer_s(self) -> float:
        """The time after which no offer is expected any more, in seconds.

        It is three times the slowest offer of this run.
        """
        seen = [
            offered.urc.place.instant_s - upgrade.requested.sent.instant_s
            for upgrade in self._commands.flow.upgrades
            if upgrade.requested is not None
            for offered in upgrade.offers
        ]
        usual_s = 3 * max(seen) if seen else self._commands.pixit.timing.offer
        return max(
            self._commands.pixit.timing.silence, min(self._commands.pixit.timing.offer, usual_s)
        )
