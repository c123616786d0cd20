"""ADDRESS to adapter: every kind of the contract, third parties', and every way to be wrong."""

from types import SimpleNamespace

import pytest
from support.peers import peer, pty_peer

from atverdict.adapters import address
from atverdict.adapters.address import open_address
from atverdict.adapters.pco import AddressError, Control, Pco
from atverdict.adapters.ports.serial_port import SerialPort
from atverdict.adapters.ports.socket_port import SocketPort


def test_a_path_is_a_serial_port() -> None:
    with pty_peer("mute") as path:
        port, control = open_address(path, baudrate=9600)
        assert isinstance(port, SerialPort)
        assert (port.baudrate, control) == (9600, None)
        port.close()


def test_a_socket_url_is_a_tcp_port() -> None:
    with peer("mute") as url:
        port, control = open_address(url)
        assert isinstance(port, SocketPort)
        assert (port.baudrate, control) == (115200, None)
        port.close()


def test_another_url_goes_to_pyserial() -> None:
    port, _ = open_address("loop://")
    assert port.transport == "url"
    port.close()


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("sim:", {}),
        ("sim:?fault=lf-only", {"fault": "lf-only"}),
        ("SIM:?seed=7&fault=", {"seed": "7", "fault": ""}),
    ],
)
def test_the_simulator_gets_its_query(
    text: str, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str]] = []
    pco = SerialPort("loop://", baudrate=115200)

    def opened(pairs: dict[str, str]) -> tuple[Pco, None]:
        asked.append(pairs)
        return pco, None

    monkeypatch.setattr("atverdict.adapters.simulator.pco.open_simulator", opened)
    assert open_address(text) == (pco, None)
    assert asked == [query]
    pco.close()


@pytest.mark.parametrize("text", ["sim:fault", "sim:?fault", "sim:?a=1&a=2", "sim://x"])
def test_a_simulator_query_that_is_wrong_is_one_sentence(text: str) -> None:
    with pytest.raises(AddressError, match="after sim: only"):
        open_address(text)


@pytest.mark.parametrize("text", ["pty:link", "tcp-listen:7000"])
def test_an_address_for_hosts_is_none_of_a_module(text: str) -> None:
    with pytest.raises(AddressError, match="it needs --role host"):
        open_address(text)


def test_an_unknown_scheme_lists_what_there_is() -> None:
    with pytest.raises(AddressError, match=r"sim:, a serial port's path, socket://"):
        open_address("modem:1")


def test_nothing_is_no_address() -> None:
    with pytest.raises(AddressError, match="empty"):
        open_address("")


def test_a_third_party_adds_a_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = SimpleNamespace(load=lambda: _bench)
    monkeypatch.setattr(
        address,
        "entry_points",
        lambda *, group, name: [entry] if (group, name) == ("atverdict.adapters", "bench") else [],
    )
    port, control = open_address("bench:3", baudrate=9600)
    assert isinstance(port, SerialPort)
    assert (port.baudrate, control) == (9600, None)
    port.close()


def _bench(text: str, *, baudrate: int) -> tuple[Pco, Control | None]:
    assert text == "bench:3"
    return SerialPort("loop://", baudrate=baudrate), None
