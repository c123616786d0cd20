"""labgrid's client: how it is called, and what it says of places and reservations."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from atverdict.adapters.labgrid.resource import Resource
from atverdict.adapters.pco import AbsentError, AddressError

__all__ = ["CLIENT", "Client", "LabgridReservation", "Place"]

CLIENT = "ATVERDICT_LABGRID_CLIENT"
"""Environment variable that names the client where it is not on the PATH."""

_PROGRAM = "labgrid-client"
_TIMEOUT_S = 60.0
_QUOTED_CHARACTERS = 240
_OWN_WORDS = ("labgrid-client: ", "Server error: ", "Error: ")
_NO_SETTINGS = ("--config=", "--state=", "--initial-state=")
"""Configurations and states that the environment may name are another tool's."""
_RESOURCE = re.compile(
    r"^(?:Acquired|Matching) resource '(?P<name>.*)' \((?P<path>.*)\):\n(?P<table>(?:  .*\n?)+)",
    re.MULTILINE,
)


class Place(NamedTuple):
    """What the coordinator knows of a place."""

    name: str
    aliases: frozenset[str]
    holder: str
    """Who has acquired it, as HOST/USER; empty where it is free."""
    reservation: str
    """Token of the reservation that it is allocated to; empty where it is to none."""
    resources: tuple[Resource, ...]


class LabgridReservation(NamedTuple):
    """What became of a reservation."""

    state: str
    owner: str
    """Who has made it, as HOST/USER: what the coordinator calls the user of this client."""
    place: str
    """The place that was allocated; empty before that."""


class Client:
    """Calls labgrid's client, once for each question."""

    def __init__(self) -> None:
        """Look for the program. Raises `AddressError`."""
        wanted = os.environ.get(CLIENT) or _PROGRAM
        program = shutil.which(wanted)
        if program is None:
            raise AddressError(
                f"labgrid's client {wanted} is no program that can be started: install labgrid in "
                f"an environment of its own, and put it on the PATH or name it in {CLIENT}"
            )
        self.program = program

    def command(self, *words: str, place: str = "") -> tuple[str, ...]:
        """Return a command line."""
        return (self.program, *_NO_SETTINGS, *((f"--place={place}",) if place else ()), *words)

    def say(self, *words: str, place: str = "", timeout_s: float = _TIMEOUT_S) -> str:
        """Do one thing, and return what the client printed.

        Raises `AbsentError` with the client's own words where it fails.
        """
        command = self.command(*words, place=place)
        try:
            done = subprocess.run(  # noqa: S603 - labgrid's client, by its path
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout_s,
                check=False,
                # Ctrl-C is for the suite; what was acquired must be known.
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            problem = f"did not end within {timeout_s:g} s"
            raise AbsentError(f"labgrid: {words[0]} {problem}") from error
        except OSError as error:
            raise AddressError(f"{self.program} cannot be started ({error.strerror})") from error
        if done.returncode:
            raise AbsentError(f"labgrid: {_complaint(done.stderr)}")
        return done.stdout.decode(errors="replace")

    def show(self, place: str, timeout_s: float = _TIMEOUT_S) -> Place:
        """Return a place by its name or an alias. Raises `AbsentError` where there is none.

        The client itself is content with a part of a name, and prefers a person's own alias to a
        name. A run is not: it would be a report of another module.
        """
        shown = _place(self.say("show", place=place, timeout_s=timeout_s))
        if place != shown.name and place not in shown.aliases:
            raise AbsentError(f"labgrid has no place {place}; the nearest is {shown.name}")
        return shown

    def some_place_has(self, tags: Iterable[str]) -> bool:
        """Tell whether any place has all these tags, each as KEY=VALUE."""
        listed = re.findall(r"^ +tags: (.*)$", self.say("--verbose", "places"), re.MULTILINE)
        return any(set(tags) <= set(line.split(", ")) for line in listed)

    def reserve(self, wanted: Iterable[str]) -> str:
        """Reserve a place by its tags, or by ``name=PLACE``; return the reservation's token."""
        said = self.say("reserve", "--shell", *wanted)
        token = re.search(r"LG_TOKEN=(\w+)", said)
        if token is None:
            raise AbsentError(f"labgrid: reserve said no token: {said[:_QUOTED_CHARACTERS]!r}")
        return token[1]

    def reservation(self, token: str) -> LabgridReservation:
        """Return what became of a reservation; its state is ``gone`` where there is none."""
        said = self.say("reservations")
        block = said.partition(f"Reservation '{token}':\n")[2].partition("\nReservation '")[0]
        state = re.search(r"^ *state: (\w+)", block, re.MULTILINE)
        owner = re.search(r"^ *owner: (.+)$", block, re.MULTILINE)
        place = re.search(r"^ *allocations:\n +main: (.+)$", block, re.MULTILINE)
        return LabgridReservation(
            state[1] if state else "gone", owner[1] if owner else "", place[1] if place else ""
        )


def _complaint(said: bytes) -> str:
    """Return what a client complained in its own words, or else the last that it said."""
    lines = [line for line in said.decode(errors="replace").split("\n") if line.strip()]
    own = [line for line in lines if line.startswith(_OWN_WORDS)]
    text = (own or lines or ["it failed without a word"])[-1]
    for name in _OWN_WORDS:
        text = text.removeprefix(name)
    return text[:_QUOTED_CHARACTERS]


def _place(said: str) -> Place:
    name = re.match(r"Place '(.*)':\n", said)
    if name is None:
        raise AbsentError(f"labgrid: show said no place: {said[:_QUOTED_CHARACTERS]!r}")
    head, _, _ = said.partition(" resource '")
    entries = dict(re.findall(r"^  (\w+): (.*)$", head, re.MULTILINE))
    holder = entries.get("acquired", "")
    return Place(
        name[1],
        # An alias with a namespace is one person's alone.
        frozenset(alias for alias in entries.get("aliases", "").split(", ") if ":" not in alias),
        "" if holder == "None" else holder,
        entries.get("reservation", ""),
        tuple(_resources(said)),
    )


def _resources(said: str) -> Iterator[Resource]:
    for match in _RESOURCE.finditer(said):
        yield Resource(match["name"], match["path"], match["table"])
