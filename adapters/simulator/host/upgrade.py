"""The upgrade on the host's side: offer, decision, download, flashing, outcome."""

from collections.abc import Callable
from enum import StrEnum

from atverdict.adapters.simulator.host.connection import HostConnection
from atverdict.adapters.simulator.host.decision import Decision
from atverdict.adapters.simulator.host.dialogue import Dialogue
from atverdict.adapters.simulator.host.download import Download
from atverdict.adapters.simulator.host.events import AnnouncedPackage, Event, Piece, ReceivedOffer
from atverdict.adapters.simulator.host.observer import HostObserver
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.host.storage import HostStorage, Stage
from atverdict.adapters.simulator.host.verifier import Verifier
from atverdict.adapters.simulator.timers import Timers
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["HostUpgrade", "Phase"]

_REPEAT_S = 1.0
"""How long an accepted offer that comes again is one that crossed the decision."""
_UPDATING_S = 10.0
"""How long 7,10704 may stay away; not every module says it."""
_OUTCOME_S = 60.0
_ANNOUNCEMENTS = 3
_RETRY_S = 20.0
"""From a failure to the next request."""


class Phase(StrEnum):
    """What the host is about; a restart forgets it."""

    IDLE = "idle"
    OFFERED = "offer"
    ACCEPTED = "accept"
    DOWNLOADING = "download"
    READING = "read"
    VERIFYING = "verify"
    UPDATING = "update"
    FLASHING = "flash"
    ANNOUNCED = "announce"


class HostUpgrade:
    """One plan at a time, moved by events, answers and the host's own patience.

    Spec: SOTA-HST-003, SOTA-HST-004, SOTA-HST-010, SOTA-HST-011, SOTA-HST-012, SOTA-HST-014,
    SOTA-HST-021, SOTA-HST-022, SOTA-HST-024
    """

    def __init__(  # noqa: PLR0913  the organs that it moves
        self,
        *,
        clock: Clock,
        options: HostOptions,
        storage: HostStorage,
        dialogue: Dialogue,
        connection: HostConnection,
        download: Download,
        decision: Decision,
        verifier: Verifier,
        observer: HostObserver,
    ) -> None:
        """Know what the flash says; `restart` and `stalled` must be set before the first phase."""
        self.clock = clock
        self.options = options
        self.storage = storage
        self.dialogue = dialogue
        self.lines = dialogue.lines
        self.connection = connection
        self.download = download
        self.decision = decision
        self.verifier = verifier
        self.observer = observer
        self.timers = Timers(clock)
        self.phase = Phase.DOWNLOADING if storage.stage is Stage.ACCEPTED else Phase.IDLE
        self.offers: dict[str, ReceivedOffer] = {}
        self.accepted_s = -_REPEAT_S
        self.announced = False
        """Whether the versions were announced since the host has started."""
        self.has_asked = False
        """Whether it has asked for a plan since it has started."""
        self.resumed = False
        """Whether an upgrade that a restart interrupted was taken up again."""
        self.announcements = 0
        self.restart: Callable[[], None] = lambda: None
        self.stalled: Callable[[], None] = lambda: None
        self.moves: dict[int, Callable[[tuple[str, ...]], None]] = {
            10700: self.offer_heard,
            10701: self.start_heard,
            10702: self.progress_heard,
            10703: self.piece_heard,
            10704: self.updating_heard,
            10705: self.success_heard,
            10706: self.failure_heard,
        }
        download.complete = self.verify
        download.failed = self.abandon

    def heard(self, event: Event) -> None:
        """Take an event of the upgrade; unknown ones mean nothing."""
        move = self.moves.get(event.code)
        if event.kind == 7 and move is not None:
            move(event.fields)

    def enter(self, phase: Phase) -> None:
        """Be in a phase; here the host stalls or restarts where it is told to."""
        self.phase = phase
        if self.options.stall == phase:
            self.stalled()
        elif self.options.restart_at == phase and not self.storage.restarted:
            self.storage.restarted = True
            self.restart()

    # Online

    def before_registration(self) -> None:
        """Announce before the registration, where the host is made that way."""
        if self.options.announce_first and self.storage.stage is Stage.NONE:
            self.announce_all(lambda: None)

    def connected(self) -> None:
        """Go on where the upgrade is, or announce and ask for a plan."""
        stage = self.storage.stage
        self.accepted_s = -_REPEAT_S  # an offer from now on is a new one
        interrupted, self.resumed = not self.resumed, True
        if stage is Stage.FLASHED:
            self.announce_target()
        elif stage is Stage.UPDATING:
            if self.phase not in {Phase.UPDATING, Phase.FLASHING}:
                self.flash()
        elif stage is Stage.ACCEPTED:
            if self.phase is Phase.DOWNLOADING and interrupted:
                self.take_up()
            elif self.phase is Phase.IDLE:
                self.ask()
        elif self.announced:
            self.ask()
        else:
            self.announce_all(self.ask)

    def announce_all(self, done: Callable[[], None]) -> None:
        """Announce every component with what it runs."""
        left = list(self.storage.versions.items())

        def announce_next() -> None:
            if left:
                component, version = left.pop(0)
                self.dialogue.insist(
                    self.lines.announce(component, version),
                    lambda _answer: announce_next(),
                    lambda: self.ask_later(_RETRY_S),
                )
            else:
                self.announced = True
                self.report_later()
                done()

        announce_next()

    def report_later(self) -> None:
        """Say the versions again in a while, where the host is one that reports."""
        if self.options.report_s is not None:
            self.timers.start("report", self.options.report_s, self.report)

    def report(self) -> None:
        """Say the versions again; an upgrade is not disturbed by it."""
        if self.phase is Phase.IDLE and self.storage.stage is Stage.NONE:
            self.announce_all(lambda: None)
        else:
            self.report_later()

    def take_up(self) -> None:
        """Go on with the upgrade that a restart of the host interrupted."""
        self.observer.said("going on with the upgrade")
        package, piece = self.storage.package, self.storage.piece
        if package is None or piece is None:
            self.be_patient()
        elif len(self.storage.received) == package.size_octets:
            self.verify()  # the module may be updating already, and read nothing out any more
        else:
            del self.storage.received[piece.start :]
            self.read_piece(piece)

    def ask(self) -> None:
        """Ask for a plan, where the host is one that asks."""
        options = self.options
        if not options.request or self.phase is not Phase.IDLE:
            return
        if self.has_asked and not options.request_again:
            return
        self.has_asked = True
        self.dialogue.insist(self.lines.request(), lambda _answer: None, self.connection.check)
        self.ask_later(self.options.request_s)

    def ask_later(self, delay_s: float) -> None:
        """Ask once more after a delay, unless something has come of it."""
        self.timers.start("ask", delay_s, self.connected_ask)

    def connected_ask(self) -> None:
        """Ask where the connection lets it; else the next connection does."""
        if not self.connection.online:
            self.ask_later(self.options.request_s)
        elif self.announced or self.storage.stage is not Stage.NONE:
            self.ask()
        else:
            self.announce_all(self.ask)

    # Offer and decision

    def offer_heard(self, fields: tuple[str, ...]) -> None:
        """Collect the offers of a plan; the decision comes when no more follow."""
        offer = ReceivedOffer.from_fields(fields)
        if offer is None or offer.component not in self.storage.versions:
            return
        if self.belongs_to_accepted(offer):
            if offer not in self.storage.plan:
                self.storage.plan += (offer,)
            return
        if self.phase is not Phase.OFFERED:
            self.start_afresh()
            self.observer.said(f"offered: {offer.component} {offer.target_version}")
            self.enter(Phase.OFFERED)
        self.offers[offer.component] = offer
        self.timers.start("decide", self.options.decide_s, self.decide)

    def belongs_to_accepted(self, offer: ReceivedOffer) -> bool:
        """Tell whether an offer that comes behind the decision was decided with it.

        It may be the same once more, because both crossed, or another component of the plan.
        """
        others = [e.component for e in self.storage.plan if e != offer]
        accepted = self.phase is Phase.ACCEPTED and offer.component not in others
        return accepted and self.clock.now_s < self.accepted_s + _REPEAT_S

    def start_afresh(self) -> None:
        """Leave everything of an earlier plan behind: a new offer means that it is over."""
        self.timers.cancel_all()
        self.dialogue.forget()
        self.storage.drop()
        self.offers = {}
        self.announcements = 0

    def decide(self) -> None:
        """Accept, refuse, or leave the offer unanswered."""
        offers = tuple(self.offers.values())
        decision = self.decision.decide(offers)
        if decision == "accept":
            if self.announced:
                self.accept(offers)
            else:
                self.announce_all(lambda: self.accept(offers))
            return
        self.phase = Phase.IDLE
        self.offers = {}
        if decision == "refuse":
            self.refuse()
        else:
            self.observer.said("the offer is left unanswered")
            self.observer.ended(upgraded=False)

    def refuse(self) -> None:
        """Refuse the plan."""
        self.observer.said("the offer is refused")
        self.dialogue.ask(self.lines.update(0), lambda _answer: None)
        self.observer.ended(upgraded=False)

    def accept(self, offers: tuple[ReceivedOffer, ...]) -> None:
        """Accept the plan; the flash knows it before the module does."""
        self.storage.accept(offers)
        self.accepted_s = self.clock.now_s
        self.be_patient()
        self.dialogue.insist(self.lines.update(1), lambda _answer: None, self.not_accepted)
        self.enter(Phase.ACCEPTED)

    def not_accepted(self) -> None:
        """Learn that no offer stands any more."""
        self.storage.drop()
        self.end_attempt("the module does not take the decision")

    # Download

    def start_heard(self, fields: tuple[str, ...]) -> None:
        """Learn what comes."""
        package = AnnouncedPackage.from_fields(fields)
        if package is None or self.storage.target_version(package.component) is None:
            return
        if self.phase is Phase.ANNOUNCED:
            self.succeeded()  # the next component begins, so this one is done
        if self.storage.stage is not Stage.ACCEPTED or self.phase is Phase.IDLE:
            return
        self.dialogue.forget()
        self.download.begin(package)
        self.be_patient()
        self.observer.said(f"the module downloads {package.size_octets} octets")
        self.enter(Phase.DOWNLOADING)

    def progress_heard(self, _fields: tuple[str, ...]) -> None:
        """See that the download goes on."""
        if self.phase in {Phase.ACCEPTED, Phase.DOWNLOADING}:
            self.be_patient()

    def piece_heard(self, fields: tuple[str, ...]) -> None:
        """Read a piece."""
        piece = Piece.from_fields(fields)
        if piece is None or self.storage.package is None:
            return
        if self.phase is Phase.READING and piece == self.storage.piece:
            return  # said once more, while it is being read
        if self.phase in {Phase.ACCEPTED, Phase.DOWNLOADING, Phase.READING}:
            self.read_piece(piece)

    def read_piece(self, piece: Piece) -> None:
        """Read a piece from its start."""
        self.timers.cancel("patience")
        self.dialogue.forget()
        self.enter(Phase.READING)
        if not self.download.piece_arrived(piece):
            self.abandon("the piece does not belong to the package")

    def be_patient(self) -> None:
        """Wait for the module's next word, but not for ever."""
        self.timers.start(
            "patience", self.options.stall_s, lambda: self.abandon("the module says nothing")
        )

    def abandon(self, why: str) -> None:
        """End this attempt in order; the module's own timer ends it there."""
        self.end_attempt(why)

    def end_attempt(self, why: str) -> None:
        """Be idle after a failure, look after the connection, and ask again later."""
        self.observer.said(why)
        self.timers.cancel_all()
        self.phase = Phase.IDLE
        self.offers = {}
        self.announcements = 0
        self.observer.ended(upgraded=False)
        self.connection.check()
        self.ask_later(_RETRY_S)

    # Verification and flashing

    def verify(self) -> None:
        """Take time to compute the digests."""
        self.timers.start("verify", self.options.verify_s, self.verified)
        self.enter(Phase.VERIFYING)

    def verified(self) -> None:
        """Go on with a right package, and with no other."""
        package = self.storage.package
        if package is None:
            return
        octets = bytes(self.storage.received)
        if not self.verifier.is_right(package, octets):
            self.abandon("the package has another digest than announced")
            return
        target = self.storage.target_version(package.component) or ""
        self.observer.said("the package is verified")
        self.observer.verified(package.component, target, octets)
        self.report_updating()

    def report_updating(self) -> None:
        """Tell the module that the package is complete."""
        self.dialogue.insist(
            self.lines.update(3),
            lambda _answer: self.updating(),
            lambda: self.abandon("the module refuses to enter updating"),
        )
        self.enter(Phase.UPDATING)

    def updating(self) -> None:
        """Wait for 7,10704 before the flash is touched."""
        self.storage.stage = Stage.UPDATING
        if self.phase is Phase.UPDATING:
            wait_s = _UPDATING_S if self.options.awaits_updating else 0.0
            self.timers.start("updating", wait_s, self.flash)

    def updating_heard(self, _fields: tuple[str, ...]) -> None:
        """Begin to flash."""
        if self.phase is Phase.UPDATING:
            self.storage.stage = Stage.UPDATING
            self.flash()

    def flash(self) -> None:
        """Write the new firmware."""
        self.timers.cancel("updating")
        self.observer.said("writing the firmware")
        self.timers.start("flash", self.options.flash_s, self.flashed)
        self.enter(Phase.FLASHING)

    def flashed(self) -> None:
        """Run the new firmware."""
        package = self.storage.package
        target = None if package is None else self.storage.target_version(package.component)
        if package is None or target is None:
            return
        self.storage.install(package.component, target)
        if self.options.restarts:
            self.observer.said("restarting")
            self.restart()
        else:
            self.announce_target()

    # Outcome

    def announce_target(self) -> None:
        """Say what runs now, and wait for the outcome."""
        package = self.storage.package
        if package is None:
            return
        self.announcements += 1
        version = self.storage.versions[package.component]
        self.observer.said(f"announcing {package.component} {version}")
        self.dialogue.insist(
            self.lines.announce(package.component, version), lambda _answer: None, lambda: None
        )
        self.timers.start("outcome", _OUTCOME_S, self.no_outcome)
        self.enter(Phase.ANNOUNCED)

    def no_outcome(self) -> None:
        """Announce once more, a few times."""
        if self.announcements < _ANNOUNCEMENTS:
            self.announce_target()
        else:
            self.storage.drop()
            self.announced = True
            self.end_attempt("the module does not tell the outcome")

    def success_heard(self, _fields: tuple[str, ...]) -> None:
        """Have a component done; one that was not announced cannot be."""
        if self.phase is Phase.ANNOUNCED:
            self.succeeded()

    def succeeded(self) -> None:
        """Go on with the next component of the plan, or rest."""
        self.timers.cancel_all()
        self.storage.component_done()
        self.announced = True
        self.announcements = 0
        if self.storage.stage is Stage.ACCEPTED:
            self.observer.said("upgraded; the next component follows")
            self.phase = Phase.ACCEPTED
            self.be_patient()
        else:
            self.observer.said("upgraded")
            self.phase = Phase.IDLE
            self.observer.ended(upgraded=True)
            self.ask_later(self.options.request_s)

    def failure_heard(self, _fields: tuple[str, ...]) -> None:
        """Drop the upgrade; only a new offer begins one."""
        busy = self.phase is not Phase.IDLE or self.storage.stage is not Stage.NONE
        if not busy:
            return
        if self.storage.stage is Stage.FLASHED and self.phase is not Phase.ANNOUNCED:
            self.storage.roll_back()
        self.announced = self.announced or self.storage.stage is not Stage.NONE
        self.dialogue.forget()
        self.storage.drop()
        self.end_attempt("the module says that the upgrade has failed")

    def module_restarted(self) -> None:
        """Lose an upgrade that was not complete; a complete one goes on.

        A module that restarts on AT+QIOTUPDATE=3 tells by 7,10704 whether it has heard it.
        """
        if self.phase is Phase.UPDATING:
            self.timers.start("updating", _UPDATING_S, self.updating_unheard)
        elif self.storage.stage is Stage.ACCEPTED or self.phase is Phase.OFFERED:
            self.lose()

    def updating_unheard(self) -> None:
        """Learn that the module does not know of the update."""
        self.lose()
        self.connected_ask()

    def lose(self) -> None:
        """Forget an upgrade of which the module knows nothing any more."""
        self.timers.cancel_all()
        self.storage.drop()
        self.phase = Phase.IDLE
        self.offers = {}
