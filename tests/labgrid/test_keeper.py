"""The process that keeps a place, against a coordinator that is only a table."""

import itertools
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.campaigns import atverdict

from atverdict.adapters.labgrid import keeper
from atverdict.adapters.labgrid.client import LabgridReservation, Place
from atverdict.adapters.lease import leased
from atverdict.adapters.pco import AbsentError

ME, BOB = "bench/anna", "desk/bob"


@dataclass
class Coordinator:
    """Places and reservations; it is the client as well, and whoever asks it is anna."""

    holders: dict[str, str] = field(default_factory=lambda: {"desk": "", "shelf": ""})
    tags: dict[str, set[str]] = field(
        default_factory=lambda: {"desk": {"fw=R01", "rack=left"}, "shelf": {"fw=R01"}}
    )
    reservations: dict[str, LabgridReservation] = field(default_factory=dict)
    wanted: dict[str, set[str]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """Of anna; the client prefers them to names."""
    failing: list[str] = field(default_factory=list)
    """Commands that fail, each once."""
    silent: list[str] = field(default_factory=list)
    """Commands that end without having done anything, each once."""
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def show(self, place: str, timeout_s: float = 0.0) -> Place:
        """Show a place."""
        del timeout_s
        self._fail("show")
        name = self.aliases.get(place, place)
        if name != place or name not in self.holders:
            raise AbsentError(f"labgrid has no place {place}")
        token = next((t for t, r in self.reservations.items() if r.place == name), "")
        return Place(name, frozenset(), self.holders[name], token, ())

    def some_place_has(self, tags: Iterable[str]) -> bool:
        """Tell whether there is such a place."""
        return any(set(tags) <= has for has in self.tags.values())

    def reserve(self, wanted: Iterable[str], owner: str = ME) -> str:
        """Reserve a place."""
        token = f"T{next(self.numbers)}"
        self.reservations[token] = LabgridReservation("waiting", owner, "")
        self.wanted[token] = set(wanted)
        self.schedule()
        return token

    def reservation(self, token: str) -> LabgridReservation:
        """Say what became of it."""
        return self.reservations.get(token, LabgridReservation("gone", "", ""))

    def schedule(self) -> None:
        """Allocate what is free."""
        for token, reservation in self.reservations.items():
            taken = {each.place for each in self.reservations.values()}
            for name, holder in self.holders.items():
                fits = self.wanted[token] <= self.tags[name] | {f"name={name}"}
                if not reservation.place and fits and not holder and name not in taken:
                    self.reservations[token] = LabgridReservation(
                        "allocated", reservation.owner, name
                    )
                    break

    def say(self, *words: str, place: str = "", timeout_s: float = 0.0) -> str:
        """Do one thing."""
        del timeout_s
        self._fail(words[0])
        if words[0] in self.silent:
            self.silent.remove(words[0])
            return ""
        match words:
            case ("acquire",):
                if self.holders[place]:
                    raise AbsentError(f"labgrid: You have already acquired place {place}.")
                self.holders[place] = ME
                return f"acquired place {place}\n"
            case ("release-from", who):
                if self.holders[place] == who:
                    self.holders[place] = ""
            case ("cancel-reservation", token):
                del self.reservations[token]
        self.schedule()
        return ""

    def _fail(self, command: str) -> None:
        if command in self.failing:
            self.failing.remove(command)
            raise AbsentError(f"labgrid: {command} failed")


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(keeper, "_is_over", lambda _within_s: True)
    monkeypatch.setattr(keeper, "_PAUSES_S", (0.0, 0.0))
    monkeypatch.delenv("LG_TOKEN", raising=False)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Coordinator:
    """A coordinator with two free places."""
    made = Coordinator()
    monkeypatch.setattr(keeper, "Client", lambda: made)
    return made


def said(capfd: pytest.CaptureFixture[str]) -> list[keeper.Message]:
    """Return what the keeper has said."""
    return [keeper.read(line.encode()) for line in capfd.readouterr().out.splitlines()]


def test_a_place_is_acquired_and_nothing_is_left(
    lab: Coordinator, capfd: pytest.CaptureFixture[str]
) -> None:
    assert keeper.Keeper().keep(("name=desk",), 0.0)
    assert said(capfd) == [keeper.Kept("desk", ME)]
    assert lab.holders["desk"] == ""
    assert lab.reservations == {}


def test_tags_are_all_wanted(lab: Coordinator, capfd: pytest.CaptureFixture[str]) -> None:
    lab.holders["shelf"] = BOB
    assert keeper.Keeper().keep(("fw=R01", "rack=left"), 0.0)
    assert said(capfd) == [keeper.Kept("desk", ME)]
    with pytest.raises(AbsentError, match="no place has fw=R02"):
        keeper.Keeper().keep(("fw=R02",), 600.0)


@pytest.mark.parametrize("command", ["release-from", "show"])
def test_a_release_that_fails_is_tried_again(command: str, lab: Coordinator) -> None:
    kept = keeper.Keeper()
    lab.failing.append("release-from")
    if command == "show":
        lab.silent.append("release-from")
    assert kept.keep(("name=desk",), 0.0)
    assert lab.holders["desk"] == ""
    assert lab.reservations == {}


def test_a_release_that_always_fails_is_said_and_made_up_for(
    lab: Coordinator, capfd: pytest.CaptureFixture[str]
) -> None:
    lab.failing += ["release-from"] * 3
    assert not keeper.Keeper().keep(("name=desk",), 0.0)
    assert said(capfd)[1:] == [keeper.Told("labgrid: release-from failed")]
    assert lab.holders["desk"] == ME
    assert keeper.Keeper().keep(("name=desk",), 0.0)
    assert "left behind by a run that died" in str(said(capfd)[0])
    assert lab.holders["desk"] == ""
    assert lab.reservations == {}


def test_a_place_acquired_by_hand_stays_so_whatever_a_dead_run_has_left(
    lab: Coordinator, capfd: pytest.CaptureFixture[str]
) -> None:
    with leased("labgrid:desk") as lease:
        lease.note("T77")
        lease.kept = True
    lab.holders["desk"] = ME
    assert keeper.Keeper().keep(("name=desk",), 0.0)
    assert "yours already" in str(said(capfd)[0])
    assert lab.holders["desk"] == ME
    assert lab.reservations == {}


def test_a_place_of_another_run_of_the_same_user_is_in_use(lab: Coordinator) -> None:
    lab.reserve(("name=desk",))
    lab.holders["desk"] = ME
    with pytest.raises(AbsentError, match=r"by bench/anna; .*labgrid-client -p desk release"):
        keeper.Keeper().keep(("name=desk",), 0.0)
    assert lab.holders["desk"] == ME
    assert list(lab.reservations) == ["T0"]


def test_a_place_that_is_held_with_its_lease_is_in_use(lab: Coordinator) -> None:
    lab.holders["desk"] = ME
    with leased("labgrid:desk"), pytest.raises(AbsentError, match="in use by bench/anna"):
        keeper.Keeper().keep(("name=desk",), 0.0)
    assert lab.holders["desk"] == ME


def test_a_place_that_somebody_else_has_reserved_names_them(lab: Coordinator) -> None:
    lab.reserve(("name=desk",), BOB)
    with pytest.raises(AbsentError, match="desk is reserved by desk/bob; --wait SECONDS"):
        keeper.Keeper().keep(("name=desk",), 0.0)
    assert list(lab.reservations) == ["T0"]


@pytest.mark.parametrize("acquired", [True, False])
def test_a_reservation_of_the_user_is_used_and_stays(
    acquired: bool,  # noqa: FBT001 - a parameter of the test
    lab: Coordinator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = lab.reserve(("name=desk",))
    monkeypatch.setenv("LG_TOKEN", token)
    if acquired:
        lab.holders["desk"] = ME
    assert keeper.Keeper().keep(("name=desk",), 0.0)
    assert lab.holders["desk"] == (ME if acquired else "")
    assert list(lab.reservations) == [token]


def test_a_name_that_is_an_alias_of_another_place_is_not_acquired(lab: Coordinator) -> None:
    lab.aliases["desk"] = "shelf"
    with pytest.raises(AbsentError, match="no place desk"):
        keeper.Keeper().keep(("rack=left",), 0.0)
    assert set(lab.holders.values()) == {""}
    assert lab.reservations == {}


def test_who_was_faster_keeps_the_place(lab: Coordinator, monkeypatch: pytest.MonkeyPatch) -> None:
    reserve = lab.reserve

    def and_by_hand(wanted: Iterable[str]) -> str:
        token = reserve(wanted)
        lab.holders["desk"] = ME
        return token

    monkeypatch.setattr(lab, "reserve", and_by_hand)
    with pytest.raises(AbsentError, match="already acquired"):
        keeper.Keeper().keep(("name=desk",), 0.0)
    assert lab.holders["desk"] == ME
    assert lab.reservations == {}


def test_a_client_that_was_ended_has_acquired_nothing(lab: Coordinator) -> None:
    lab.silent.append("acquire")
    with pytest.raises(AbsentError, match="desk was not acquired"):
        keeper.Keeper().keep(("name=desk",), 0.0)
    assert lab.reservations == {}


def test_what_a_kick_has_given_to_somebody_else_is_not_released(
    lab: Coordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kicked(_within_s: float | None) -> bool:
        lab.holders["desk"] = BOB
        return True

    monkeypatch.setattr(keeper, "_is_over", kicked)
    assert keeper.Keeper().keep(("name=desk",), 0.0)
    assert lab.holders["desk"] == BOB
    assert lab.reservations == {}


def test_a_dry_run_books_nothing_and_says_so(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "run", "--iut", "labgrid:desk", "--dry-run", "--effort", "quick")
    assert done.code == 0, done.err
    assert "A dry run does not ask labgrid" in done.err
    assert "interconnection.basic" in done.out
