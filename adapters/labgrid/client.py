"""labgrid's client: how it is called, and what it says of places and reservations."""

import ast
import os
import re
import shutil
import subprocess
from typing import NamedTuple

from atverdict.adapters.labgrid.serial_resource import SerialResource
from atverdict.adapters.pco import AbsentError, AddressError

__all__ = ["CLIENT", "Client", "Place", "Reservation"]

CLIENT = "ATVERDICT_LABGRID_CLIENT"
"""Environment variable that names the client where it is not on the PATH."""

_PROGRAM = "labgrid-client"
_TIMEOUT_S = 60.0
_QUOTED_CHARACTERS = 240
_SERIAL = "NetworkSerialPort"
"""What every serial port is called once it is exported."""
_RESOURCE = re.compile(
    r"^(?:Acquired|Matching) resource '(?P<name>.*)' \((?P<path>.*)\):\n(?P<table>(?:  .*\n?)+)",
    re.MULTILINE,
)


class Place(NamedTuple):
    """What the coordinator knows of a place."""

    name: str
    aliases: tuple[str, ...]
    holder: str
    """Who has acquired it, as HOST/USER; empty where nobody has."""
    ports: tuple[SerialResource, ...]


class Reservation(NamedTuple):
    """What became of a reservation."""

    state: str
    place: str
    """The place that was allocated; empty before that."""


class Client:
    """Calls labgrid's client, once for each question."""

    def __init__(self) -> None:
        """Look for the program. Raises `AddressError`."""
        wanted = os.environ.get(CLIENT, _PROGRAM)
        program = shutil.which(wanted)
        if program is None:
            raise AddressError(
                f"labgrid's client {wanted} is no program that can be started: install labgrid in "
                f"an environment of its own, and put it on the PATH or name it in {CLIENT}"
            )
        self.program = program

    def command(self, *words: str, place: str = "") -> tuple[str, ...]:
        """Return a command line; a configuration of the user's own targets is left out of it."""
        return (self.program, "--config=", *((f"--place={place}",) if place else ()), *words)

    def say(self, *words: str, place: str = "") -> str:
        """Do one thing, and return what the client printed.

        Raises `AbsentError` with the client's own words where it fails.
        """
        command = self.command(*words, place=place)
        try:
            done = subprocess.run(  # noqa: S603 - labgrid's client, by its path
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
                # Ctrl-C is for the suite; what was acquired must be known.
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            problem = f"did not end within {_TIMEOUT_S:g} s"
            raise AbsentError(f"labgrid: {words[0]} {problem}") from error
        except OSError as error:
            raise AddressError(f"{self.program} cannot be started ({error.strerror})") from error
        if done.returncode:
            raise AbsentError(f"labgrid: {_complaint(done.stderr)}")
        return done.stdout.decode(errors="replace")

    def show(self, place: str) -> Place:
        """Return a place by its name or an alias. Raises `AbsentError` where there is none.

        The client itself is content with a part of a name, and a run is not: it would be a report
        of another module.
        """
        shown = _place(self.say("show", place=place))
        if place != shown.name and place not in shown.aliases:
            raise AbsentError(f"labgrid has no place {place}; the nearest is {shown.name}")
        return shown

    def reserve(self, wanted: str) -> str:
        """Reserve a place by a tag, or by ``name=PLACE``; return the reservation's token."""
        said = self.say("reserve", "--shell", wanted)
        token = re.search(r"LG_TOKEN=(\w+)", said)
        if token is None:
            raise AbsentError(f"labgrid: reserve said no token: {said[:_QUOTED_CHARACTERS]!r}")
        return token[1]

    def reservation(self, token: str) -> Reservation:
        """Return what became of a reservation."""
        said = self.say("reservations")
        block = said.partition(f"Reservation '{token}':\n")[2].partition("\nReservation '")[0]
        state = re.search(r"^ *state: (\w+)", block, re.MULTILINE)
        place = re.search(r"^ *allocations:\n +main: (.+)$", block, re.MULTILINE)
        return Reservation(state[1] if state else "gone", place[1] if place else "")


def _complaint(said: bytes) -> str:
    """Return the last line of what a client complained, without its name."""
    lines = said.decode(errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "it failed without a word")
    return last.removeprefix("labgrid-client: ").removeprefix("Error: ")[:_QUOTED_CHARACTERS]


def _place(said: str) -> Place:
    name = re.match(r"Place '(.*)':\n", said)
    if name is None:
        raise AbsentError(f"labgrid: show said no place: {said[:_QUOTED_CHARACTERS]!r}")
    aliases = re.search(r"^  aliases: (.*)$", said, re.MULTILINE)
    holder = re.search(r"^  acquired: (.*)$", said, re.MULTILINE)
    return Place(
        name[1],
        tuple(alias.rpartition(":")[2] for alias in aliases[1].split(", ")) if aliases else (),
        holder[1] if holder and holder[1] != "None" else "",
        tuple(
            _port(match["name"], match["path"], match["table"])
            for match in _RESOURCE.finditer(said)
            if f"/{_SERIAL}/" in match["path"]
        ),
    )


def _port(name: str, path: str, table: str) -> SerialResource:
    try:
        entries = ast.literal_eval(table.strip())
        parameters = entries["params"]
        extra = parameters.get("extra", {})
        return SerialResource(
            name,
            path,
            available=bool(entries["avail"]),
            host=str(parameters["host"]),
            number=int(parameters["port"] or 0),
            protocol=str(parameters.get("protocol") or "rfc2217"),
            proxy=str(extra["proxy"]) if extra.get("proxy_required") else "",
        )
    except (SyntaxError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise AddressError(f"labgrid: the serial port {path} is not described as one") from error
