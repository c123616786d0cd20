"""Other talkers: what comes from a program, a console or a server between suite and IUT."""

import re
from collections import deque
from difflib import SequenceMatcher

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Item, Place, Stray, Typed, Urc
from atverdict.conformance.judge.finding import Finding
from atverdict.grammar.message import Event, FinalResultCode, UnsolicitedResultCode

__all__ = ["Talkers"]

COMMAND = re.compile(rb"AT(?:[+&^%$*#\\]?[A-Z0-9][A-Z0-9_]*)?(?:[=?].*)?", re.IGNORECASE)
"""A whole command line."""
INFORMATION = re.compile(rb"\+(?!QIOT|QIND)[A-Z0-9_]+: ?.*")
CONSOLE = re.compile(
    rb"(?:.*\blogin: *|Password: *|Login incorrect|.*: (?:command )?not found|.*[$#] +AT.*)",
    re.IGNORECASE,
)
NEGOTIATION = re.compile(rb"\xff[\xfb-\xfe][\x00-\x31\xff]")
"""An offer or a request of an option (RFC 854): the octets FB to FE behind FF."""
TOUCHED_S = 5.0
"""The time after the line of another talker in which answers may be its own, or out of step."""
TOUCHED_EXPECTATION_S = 60.0
"""The same for an event that never came: its cause may have been lost long before."""
OUT_OF_TURN = frozenset({"SOTA-FRM-004", "SOTA-FRM-005", "SOTA-FRM-007"})
"""Rules that a line of another program breaks wherever it comes."""
OF_SETTINGS = frozenset({"SOTA-FRM-005", "SOTA-FRM-009", "SOTA-FRM-010", "SOTA-FRM-018"})
ANSWER_S = 1.0
REMEMBERED = 4096
NAME = re.compile(rb"AT\+[A-Z0-9_]+", re.IGNORECASE)
SIMILAR = 0.85
"""How equal a line is to a garbled copy of it; `AT+CREG?` is no copy of `AT+QIOTREG?`."""
SETTINGS = re.compile(rb"AT(?:.*E[01]|Z|&F|\+CMEE=).*", re.IGNORECASE)
"""Commands of others that change how every later answer looks."""


class Talkers:
    """The other talkers on the port, as far as the log shows them."""

    def __init__(self) -> None:
        self._sent: dict[bytes, None] = {}
        self._recent: deque[bytes] = deque(maxlen=8)
        self._received = 0
        self._informed: Place | None = None
        self._touched: list[float] = []
        self._out_of_turn: list[float] = []
        """The instants of all result codes without a command."""
        self._programs: dict[str, tuple[int, float]] = {}
        self._busy_s = 0.0
        self._answers = 0
        self._console: Place | None = None
        self._telnet_s: float | None = None
        self._set = False

    # What the log says

    def sent(self, octets: bytes) -> None:
        """Take what was sent."""
        for line in octets.replace(b"\n", b"\r").split(b"\r"):
            if line:
                self._recent.append(line)
                if len(self._sent) < REMEMBERED:
                    self._sent[line] = None

    def received(self, octets: bytes, instant_s: float) -> None:
        """Take what came: a Telnet server negotiates before anything else."""
        opening = self._received == 0
        self._received += len(octets)
        if self._telnet_s is None and opening and NEGOTIATION.match(octets.lstrip(b"\r\n")):
            self._telnet_s = instant_s

    def opened(self) -> None:
        """Note that the port was opened again: what comes next may be a negotiation."""
        self._received = 0

    def observe(self, item: Item) -> bool:
        """Take an item; True where it is a line of another talker."""
        match item:
            case Stray(message=FinalResultCode()) if item.during is None:
                self._answered(item)
            case Urc(message=Event()):
                self._busy_s = item.place.instant_s
            case Typed():
                self._busy_s = item.place.instant_s
            case Stray() | Urc():
                return self._is_foreign(item)
            case _:
                pass
        return False

    def _is_foreign(self, item: Stray | Urc) -> bool:
        place = item.place
        line = place.octets.strip(b"\r\n")
        if COMMAND.fullmatch(line) and not self._is_ours(line):
            name = printable(line, 60)
            count, first_s = self._programs.get(name, (0, place.instant_s))
            self._programs[name] = (count + 1, first_s)
            self._set = self._set or bool(SETTINGS.fullmatch(line))
            self._touch(place)
        elif CONSOLE.fullmatch(line):
            self._console = self._console or place
            self._touch(place)
        elif isinstance(item.message, UnsolicitedResultCode) and INFORMATION.fullmatch(line):
            self._informed = place
            return False
        else:
            return False
        return True

    def _answered(self, stray: Stray) -> None:
        """Take a result code without a command: behind a foreign answer it belongs to that.

        So does one that comes long after the last answer, an empty line or an event.
        """
        before, self._informed = self._informed, None
        at_s = stray.place.instant_s
        self._out_of_turn.append(at_s)
        last = stray.last.final_place if stray.last else None
        alone = last is not None and at_s - max(last.instant_s, self._busy_s) > ANSWER_S
        if alone or (before is not None and at_s - before.instant_s <= ANSWER_S):
            self._answers += 1
            self._touch(stray.place)

    def _is_ours(self, line: bytes) -> bool:
        """Tell whether a line is one that the suite has sent, whole, in part, or garbled."""
        if line in self._sent or line.upper() == b"AT":
            return True
        return any(
            sent.startswith(line) or sent.endswith(line) or _is_garbled(line, sent)
            for sent in self._recent
        )

    def _touch(self, place: Place) -> None:
        self._touched.append(place.instant_s)

    # What follows from it

    def explains(self, found: Finding) -> str:
        """Return why a failing finding may be due to another talker; empty where it is not."""
        if self._telnet_s is not None:
            return "a Telnet server stands between suite and IUT"
        instants = [place.instant_s for place in found.places] or [0.0]
        silent = bool(found.places) and not found.places[-1].octets
        begin_s = min(instants) - (TOUCHED_EXPECTATION_S if silent else TOUCHED_S)
        # Where another program is known, each result code out of turn may be its own.
        known = bool(self._programs or self._answers)
        touched = self._touched + (self._out_of_turn if known else [])
        if any(begin_s <= at_s <= max(instants) + ANSWER_S for at_s in touched):
            return "something else talks on this port"
        if known and found.requirement in OUT_OF_TURN:
            return "another program talks on this port"
        if self._set and found.requirement in OF_SETTINGS:
            return "another program has changed the settings of this port"
        return ""

    @property
    def sentences(self) -> list[str]:
        """The sentences about all talkers."""
        told = []
        if self._telnet_s is not None:
            told.append(
                f"A Telnet server answers at this port: it negotiated at {self._telnet_s:.3f} s,"
                " and it doubles octets of the value FF. Use rfc2217://HOST:PORT instead of socket://,"
                " or a raw port of the server. Nothing is held against the IUT."
            )
        if self._programs or self._answers:
            lines = ", ".join(self._programs) or "answers to commands that were never sent"
            count = sum(count for count, _ in self._programs.values()) or self._answers
            first = min((s for _, s in self._programs.values()), default=self._touched[0])
            times = "once" if count == 1 else f"{count} times"
            told.append(
                f"Another program talks on this port: {lines} ({times}, first at {first:.3f} s),"
                " which the suite never sent. Stop it (ModemManager, for example), or use another"
                " port of the module. What it touches is left open."
            )
        if self._console is not None:
            told.append(
                "A login console answers on this port"
                f" ({printable(self._console.octets.strip(), 60)}, at"
                f" {self._console.instant_s:.3f} s). Stop it, or use another port of the module."
            )
        return told


def _is_garbled(line: bytes, sent: bytes) -> bool:
    """Tell whether a line is one that was sent, with other arguments or a few octets changed."""
    named, own = NAME.match(line), NAME.match(sent)
    same = named is not None and own is not None and named[0].upper() == own[0].upper()
    alike = SequenceMatcher(None, line.upper(), sent.upper(), autojunk=False)
    return same or alike.ratio() > SIMILAR
