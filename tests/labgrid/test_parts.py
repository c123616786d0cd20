"""What labgrid's client says, read: places, ports and reservations as it prints them."""

import os
import stat
from pathlib import Path

import pytest

from atverdict.adapters.labgrid.client import CLIENT, Client, LabgridReservation
from atverdict.adapters.labgrid.resource import Resource, power_switch, serial_port
from atverdict.adapters.pco import AbsentError, AddressError

HEAD = """Place 'desk-1':
  aliases: anna:mine, first
  tags: fw=R01
  matches:
    rack/desk/*
  acquired: {holder}
  acquired resources:
  created: 2026-11-29 02:31:17.077229
"""
PORT = """Acquired resource '{name}' (rack/desk/{kind}/{name}):
  {{'acquired': 'desk-1',
   'avail': {available},
   'cls': '{kind}',
   'params': {{{extra}'host': '{host}',
              'port': {number},
              'speed': 115200}}}}
"""
PROXY = "'extra': {'proxy': 'gate', 'proxy_required': True}, "
RAW = "'protocol': 'raw', "
SERIAL = "NetworkSerialPort"
RESERVATIONS = """Reservation 'AAAAAAAAAA':
  owner: vm/bob
  token: AAAAAAAAAA
  state: acquired
  filters:
    main: fw=R01
  allocations:
    main: other
Reservation 'BBBBBBBBBB':
  owner: vm/anna
  token: BBBBBBBBBB
  state: {state}
  filters:
    main: fw=R01
{allocations}  created: 2026-11-29 02:31:32.689186
"""


def _text(  # noqa: PLR0913 - one parameter an entry
    name: str = "AT",
    kind: str = SERIAL,
    *,
    available: bool = True,
    extra: str = "",
    host: str = "10.0.0.7",
    number: str = "4000",
) -> str:
    return PORT.format(
        name=name, kind=kind, available=available, extra=extra, host=host, number=number
    )


def _client(monkeypatch: pytest.MonkeyPatch, folder: Path, said: str, code: int = 0) -> Client:
    """Return a client that says one thing to everything."""
    (folder / "said").write_text(said, encoding="utf-8")
    program = folder / "labgrid-client"
    stream = ">&2" if code else ""
    program.write_text(f"#!/bin/sh\ncat {folder / 'said'} {stream}\nexit {code}\n")
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv(CLIENT, str(program))
    return Client()


def _resources(monkeypatch: pytest.MonkeyPatch, folder: Path, *texts: str) -> tuple[Resource, ...]:
    said = HEAD.format(holder="None") + "".join(texts)
    return _client(monkeypatch, folder, said).show("desk-1").resources


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (_text(), "rfc2217://10.0.0.7:4000?ign_set_control"),
        (_text(extra=RAW), "socket://10.0.0.7:4000"),
        (_text(host="fd00::7"), "rfc2217://[fd00::7]:4000?ign_set_control"),
    ],
)
def test_a_port_has_an_address(
    text: str, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (port,) = _resources(monkeypatch, tmp_path, text)
    assert port.url() == url
    assert port.path == "rack/desk/NetworkSerialPort/AT"


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (_text(number="None"), AbsentError, "is not there now"),
        (_text(available=False), AbsentError, "is not there now"),
        (_text(extra=PROXY), AddressError, "only reached through gate"),
        (_text(host="a b"), AddressError, "'a b', which is no host"),
    ],
)
def test_a_port_that_cannot_be_reached_is_said(
    text: str,
    kind: type[AddressError],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (port,) = _resources(monkeypatch, tmp_path, text)
    with pytest.raises(kind, match=said):
        port.url()


def test_of_several_ports_the_one_for_at_commands_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    power = _text("power", "NetworkPowerPort")
    texts = (_text("modem"), power, _text("at"), _text("nmea"))
    modem, switch, at, nmea = resources = _resources(monkeypatch, tmp_path, *texts)
    assert serial_port(resources, "desk-1") == at
    assert serial_port((switch, modem), "desk-1") == modem
    with pytest.raises(AddressError, match=r"several serial ports \(modem, nmea\)") as raised:
        serial_port((modem, nmea), "desk-1")
    assert not isinstance(raised.value, AbsentError)
    with pytest.raises(AbsentError, match="no serial port now"):
        serial_port((switch,), "desk-1")


def test_of_several_switches_the_one_for_the_power_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts = (_text("lamp", "TasmotaPowerPort"), _text("Power", "NetworkUSBPowerPort"))
    pins = (_text("reset", "NetworkSysfsGPIO"), _text("odd", "NetworkPowerPort").replace("/", "-"))
    lamp, power, pin, odd = _resources(monkeypatch, tmp_path, *texts, *pins)
    assert power_switch((lamp, power, pin), "desk-1") == power
    assert power_switch((lamp, pin), "desk-1") == lamp
    assert power_switch((pin, odd), "desk-1") is None
    with pytest.raises(AddressError, match=r"several power switches \(lamp, lamp\)"):
        power_switch((lamp, lamp), "desk-1")


@pytest.mark.parametrize("table", ["{", "{'avail': True}", "[" * 5000, "{'params': 7, 'avail': 1}"])
def test_a_port_that_is_described_as_none_is_said(
    table: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = f"Matching resource 'AT' (rack/desk/NetworkSerialPort/AT):\n  {table}\n"
    (port,) = _resources(monkeypatch, tmp_path, text)
    with pytest.raises(AddressError, match="AT is not described as a serial port"):
        port.url()


def test_a_place_has_aliases_and_a_holder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = HEAD.format(holder="vm/anna") + "  reservation: ABC\n"
    client = _client(monkeypatch, tmp_path, said)
    for name in ("desk-1", "first"):
        place = client.show(name)
        assert (place.name, place.holder, place.reservation) == ("desk-1", "vm/anna", "ABC")
        assert place.resources == ()
    for name in ("desk", "mine", "anna:mine"):
        with pytest.raises(AbsentError, match=f"has no place {name}; the nearest is desk-1"):
            client.show(name)
    assert _client(monkeypatch, tmp_path, HEAD.format(holder="None")).show("first").holder == ""


def test_a_place_with_all_tags_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = "Place 'a':\n  tags: fw=R01, rack=left\n  matches:\nPlace 'b':\n  tags: fw=R02\n"
    client = _client(monkeypatch, tmp_path, said)
    assert client.some_place_has(["rack=left", "fw=R01"])
    assert not client.some_place_has(["rack=left", "fw=R02"])


@pytest.mark.parametrize(
    ("state", "allocations", "place"),
    [
        ("waiting", "", ""),
        ("allocated", "  allocations:\n    main: desk-1\n", "desk-1"),
    ],
)
def test_a_reservation_is_found_among_others(
    state: str, allocations: str, place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = RESERVATIONS.format(state=state, allocations=allocations)
    client = _client(monkeypatch, tmp_path, said)
    assert client.reservation("BBBBBBBBBB") == LabgridReservation(state, "vm/anna", place)
    assert client.reservation("AAAAAAAAAA") == LabgridReservation("acquired", "vm/bob", "other")
    assert client.reservation("CCCCCCCCCC") == LabgridReservation("gone", "", "")


def test_what_the_client_complains_is_passed_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client = _client(monkeypatch, tmp_path, "warning\nlabgrid-client: Error: no\nnoise\n\n", 1)
    with pytest.raises(AbsentError, match=r"^labgrid: no$"):
        client.say("acquire", place="desk-1")
    silent = _client(monkeypatch, tmp_path, "", 1)
    with pytest.raises(AbsentError, match="failed without a word"):
        silent.say("acquire")


@pytest.mark.parametrize("said", ["", "Who knows"])
def test_an_answer_that_is_none_is_said(
    said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client = _client(monkeypatch, tmp_path, said)
    with pytest.raises(AbsentError, match="show said no place"):
        client.show("desk-1")
    with pytest.raises(AbsentError, match="reserve said no token"):
        client.reserve(["fw=R01"])


def test_a_program_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    client = _client(monkeypatch, tmp_path, "")
    os.unlink(client.program)  # noqa: PTH108 - it is a string
    with pytest.raises(AddressError, match="cannot be started"):
        client.say("who")
