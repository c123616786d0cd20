"""A pty of socat in front of a TCP peer: what many laboratories put between suite and modem."""

import shutil
import subprocess
from pathlib import Path

from support.peers import peer, scripted

from atverdict.adapters.address import open_address


def test_a_round_trip_through_socat(tmp_path: Path) -> None:
    socat = shutil.which("socat")
    assert socat is not None, "this test needs the program socat: install the package socat"
    link = tmp_path / "modem"
    block = bytes(range(256)) * 4
    answers = {b"AT": b"\r\nOK\r\n", b"AT+QIOTOTARD=0,1024": block}
    with peer(scripted(answers)) as address:
        target = "TCP:" + address.removeprefix("socket://")
        # -dd: it says when it starts to carry octets, and the link exists by then.
        command = [socat, "-dd", f"PTY,link={link},rawer", target]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            while b"starting data transfer loop" not in process.stderr.readline():
                assert process.poll() is None
            port, _ = open_address(str(link))
            for line, answer in answers.items():
                port.write(line + b"\r")
                octets = b""
                while len(octets) < len(answer):
                    reception = port.read(port.now() + 10.0)
                    assert reception is not None
                    octets += reception.octets
                assert octets == answer
            assert port.transport == "pty"
            port.close()
            process.terminate()
