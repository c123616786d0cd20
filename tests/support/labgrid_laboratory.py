"""A laboratory with labgrid on the loopback: coordinator, exporter, places, and a power strip.

    with laboratory(folder, {"desk": link}) as lab:
        lab.client("--place=desk", "set-tags", "fw=R01")

labgrid is in an environment of its own; ATVERDICT_LABGRID_CLIENT names the client in it. In the
laboratory it names a small program instead, which has the warm client do what it is told.
"""

import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from unittest import mock

from atverdict.adapters.labgrid.client import CLIENT
from atverdict.adapters.simulator.served.control_socket import connect

__all__ = ["Laboratory", "laboratory", "power_strip"]

HOST = "127.0.0.1"
WARM_CLIENT = Path(__file__).with_name("labgrid_warm_client.py")
CALL = """#!{python} -IS
import json, os, socket, sys
warm = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
warm.connect({address!r})
request = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
socket.send_fds(warm, [request], [0, 1, 2])
sys.exit(int(warm.recv(9) or 1))
"""
"""The program that stands for labgrid's client in a laboratory."""
TIMEOUT_S = 60.0
ATTEMPTS = 1000
"""How often labgrid is asked for what must come; each question takes a tenth of a second."""
FOREIGN = ("LG_", "STATE", "PLACE")
"""Beginnings of names by which the environment would change what labgrid's client does."""


class Laboratory:
    """A coordinator with the places that an exporter serves."""

    def __init__(self, coordinator: str, installed: Path, warm: Path) -> None:
        self.coordinator = coordinator
        self.installed = installed
        """labgrid's own program."""
        self._warm = warm

    def client(self, *words: str, user: str = "", token: str = "") -> str:
        """Do something as a person of the laboratory would, and return what was said."""
        person = {"LG_USERNAME": user} if user else {}
        person |= {"LG_TOKEN": token} if token else {}
        done = subprocess.run(
            [self._warm, *words],
            env=os.environ | {"LG_COORDINATOR": self.coordinator} | person,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def reserve(self, wanted: str) -> str:
        """Reserve a place as a person would; return the token."""
        return self.client("reserve", "--shell", wanted).strip().partition("=")[2]

    def holders(self) -> set[str]:
        """Return the places that somebody has acquired, as USER PLACE."""
        rows = [line.split() for line in self.client("who").splitlines()[1:]]
        return {f"{row[0]} {row[2]}" for row in rows}


@contextlib.contextmanager
def laboratory(
    folder: Path, ports: Mapping[str, str], power: Mapping[str, str] | None = None
) -> Iterator[Laboratory]:
    """Export the ports, each at a place of its name; `power` has the strip of some places."""
    resources: dict[str, dict[str, dict[str, object]]] = {
        place: {"RawSerialPort": {"port": str(Path(port).resolve()), "speed": 115200}}
        for place, port in ports.items()
    }
    for place, strip in (power or {}).items():
        switch = {"model": "simplerest", "host": f"{strip}/{{index}}/{{value}}", "index": 1}
        resources[place]["NetworkPowerPort"] = switch
    exported = folder / "exporter.yaml"  # JSON is YAML
    exported.write_text(json.dumps(resources), encoding="utf-8")
    home = folder / "coordinator"
    home.mkdir()
    with contextlib.ExitStack() as cleanup:
        cleanup.enter_context(mock.patch.dict(os.environ))
        for name in [name for name in os.environ if name.startswith(FOREIGN)]:
            del os.environ[name]
        installed = _installed()
        serve = (installed.with_name("labgrid-coordinator"), "-l", f"{HOST}:0")
        line = cleanup.enter_context(_daemon(home, "listening on", *serve))
        warm = (installed.with_name("python"), WARM_CLIENT, folder / "socket")
        cleanup.enter_context(_daemon(folder, "ready", *warm))
        called = folder / "labgrid-client"
        called.write_text(CALL.format(python=sys.executable, address=str(folder / "socket")))
        called.chmod(stat.S_IRWXU)
        lab = Laboratory(line.split()[-1], installed, called)
        os.environ |= {"LG_COORDINATOR": lab.coordinator, CLIENT: str(called)}
        export = (installed.with_name("labgrid-exporter"), f"--hostname={HOST}", "-n", "rack")
        cleanup.enter_context(_daemon(folder, "connected to coordinator", *export, exported))
        for place in ports:
            lab.client(f"--place={place}", "create")
            lab.client(f"--place={place}", "add-match", f"rack/{place}/*")
        count = sum(len(group) for group in resources.values())
        for _ in range(ATTEMPTS):  # the exporter's announcement is on its way
            if len(lab.client("resources").splitlines()) == count:
                break
        else:
            raise AssertionError("the exporter has announced nothing")
        yield lab


def _installed() -> Path:
    """Return labgrid's client. Coordinator, exporter and Python lie beside it."""
    found = shutil.which(os.environ.get(CLIENT, "labgrid-client"))
    assert found, f"this test needs labgrid in an environment of its own: set {CLIENT}, or run tox"
    return Path(found)


@contextlib.contextmanager
def _daemon(folder: Path, ready: str, program: Path, *words: str | Path) -> Iterator[str]:
    """Run one of labgrid's programs in `folder`; yield the line by which it is ready."""
    path = os.pathsep.join((os.environ["PATH"], "/usr/sbin"))
    process = subprocess.Popen(
        [program, *words],
        cwd=folder,
        env=os.environ | {"PATH": path, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if ready in line:
            break
    else:
        raise AssertionError("".join(said))
    reader = Thread(target=process.stdout.read)
    reader.start()
    try:
        yield line.strip()
    finally:
        process.terminate()
        process.wait(TIMEOUT_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it has left behind has its output
        reader.join()
        process.stdout.close()


@contextlib.contextmanager
def power_strip(control: str, heard: Callable[[str], None]) -> Iterator[str]:
    """Serve a switch over HTTP that cuts the power of a served simulator; yield its address."""

    class Switch(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Tell the state, or set it where the path ends with one."""
            heard(self.path)
            if self.path.endswith("/1/1"):
                with connect(control) as simulator, simulator.makefile("rwb") as stream:
                    stream.write(b'{"id": 1, "action": "power_cycle", "args": {}}\n')
                    stream.flush()
                    stream.readline()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"1")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    with HTTPServer((HOST, 0), Switch) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
