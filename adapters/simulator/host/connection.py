"""The connection as the host sees to it: it brings the module online, and notices its loss."""

import re
from collections.abc import Callable

from atverdict.adapters.simulator.host.dialogue import Dialogue, ReceivedAnswer
from atverdict.adapters.simulator.host.events import Event
from atverdict.adapters.simulator.host.observer import HostObserver
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.host.storage import HostStorage
from atverdict.adapters.simulator.timers import Timers
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["HostConnection"]

_STATE = re.compile(r"\+QIOTSTATE: ?(\d{1,3})")
_LIMIT = re.compile(r"\+QIOTOTARD: ?[^,]*,\(?(?:\d+[-,])*(\d{1,6})\)?")
_ONLINE = 8
_UNDER_WAY = frozenset({2, 3, 4, 5, 6, 7, 9, 12})
"""States in which the module connects, or tries again by itself."""
_JUST_STARTED = frozenset({0, 1})


class HostConnection:
    """Whether the module is there and connected; it is asked, and it tells.

    Spec: SOTA-HST-016, SOTA-HST-021
    """

    def __init__(
        self,
        clock: Clock,
        options: HostOptions,
        dialogue: Dialogue,
        storage: HostStorage,
        observer: HostObserver,
    ) -> None:
        """Start offline; the callbacks must be set before `begin`."""
        self.options = options
        self.dialogue = dialogue
        self.storage = storage
        self.observer = observer
        self.timers = Timers(clock)
        self.ready = False
        """Whether the module has answered what is asked at the start."""
        self.online = False
        self.connected: Callable[[], None] = lambda: None
        self.before: Callable[[], None] = lambda: None
        """Called in front of the registration."""
        self.restarted: Callable[[], None] = self.begin_again
        """Called where the module was connected and has not even begun to connect now."""

    def begin(self) -> None:
        """Find the module and ask what must be known of it."""
        self.ready = self.online = False
        self.dialogue.ask(self.dialogue.lines.attention(), self.answered, lasting=True)

    def answered(self, answer: ReceivedAnswer) -> None:
        """Go on when the module is there; it may still be booting."""
        if answer.ok:
            self.module_there()
        else:
            self.observer.said("the module does not answer")
            self.timers.start("begin", self.options.retry_s, self.begin)

    def module_there(self) -> None:
        """Set the module up; what it refuses here does no harm."""
        lines = self.dialogue.lines
        if self.options.echo_off:
            self.dialogue.ask(lines.echo_off(), lambda _answer: None, lasting=True)
        if self.options.other_commands:
            for line in lines.others():
                self.dialogue.ask(line, lambda _answer: None, lasting=True)
        self.dialogue.ask(lines.longest_block(), self.set_up, lasting=True)
        self.poll_later()

    def set_up(self, answer: ReceivedAnswer) -> None:
        """Know the longest block; go on with the connection."""
        self.learn_longest(answer)
        self.ready = True
        self.before()
        if self.online:
            self.connected()
        else:
            self.check()

    def learn_longest(self, answer: ReceivedAnswer) -> None:
        """Take the answer to the test command."""
        for line in answer.lines:
            limit = _LIMIT.fullmatch(line)
            if limit is not None and int(limit[1]) > 0:
                self.storage.longest_block = int(limit[1])

    def check(self) -> None:
        """Ask for the state of the connection and do what it needs."""
        self.dialogue.ask(self.dialogue.lines.state(), self.state_told, lasting=True)

    def state_told(self, answer: ReceivedAnswer) -> None:
        """Register where the module does not connect by itself."""
        match = next((m for line in answer.lines if (m := _STATE.fullmatch(line))), None)
        state = -1 if match is None else int(match[1])
        if not answer.ok:
            return  # asked again by the next poll
        if state == _ONLINE:
            self.came_online()
            return
        if self.online and state in _JUST_STARTED:
            self.restarted()
            return
        if self.online:
            self.went_offline()
        if state not in _UNDER_WAY:
            self.register()

    def register(self) -> None:
        """Connect; 3,10200 says when that is done."""
        self.observer.said("connecting")
        self.dialogue.ask(self.dialogue.lines.register(), lambda _answer: None, lasting=True)
        self.timers.start("connect", self.options.connect_s, self.register)

    def poll_later(self) -> None:
        """Ask for the state again and again, when nothing else is asked."""
        self.timers.start("poll", self.options.poll_s, self.poll)

    def poll(self) -> None:
        """Ask now, unless the line is in use."""
        self.poll_later()
        if self.dialogue.idle and self.ready:
            self.check()

    def heard(self, event: Event) -> None:
        """Take an event of the connection."""
        if (event.kind, event.code) == (3, 10200):
            self.came_online()
        elif event.kind in {1, 2, 3} and event.code != 10200:
            self.went_offline()
        elif event.kind == 6:
            self.went_offline()
            if self.ready:
                self.register()

    def came_online(self) -> None:
        """Be connected, for the first time or again."""
        news = not self.online
        self.online = True
        self.timers.cancel("connect")
        if news and self.ready:
            self.observer.said("connected")
            self.connected()

    def went_offline(self) -> None:
        """Have lost the connection; the module tries again by itself."""
        if self.online:
            self.observer.said("the connection is lost")
        self.online = False
        self.timers.start("connect", self.options.connect_s, self.register)

    def begin_again(self) -> None:
        """Begin again: echo and connection are as after power-up."""
        self.observer.said("the module has restarted")
        self.dialogue.forget(lasting=True)
        self.timers.cancel_all()
        self.begin()
