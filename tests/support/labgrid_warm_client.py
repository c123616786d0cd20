"""labgrid's client, ready: a process that has imported it, and forks for each call.

    python labgrid_warm_client.py SOCKET

runs in labgrid's own environment. The import alone takes seven times as long as a call. A caller
hands over its words, its environment, its folder and its three streams. It gets the exit code, and
ends the call by going away.
"""

import json
import os
import signal
import socket
import sys
import traceback
from threading import Thread

from labgrid.remote import client

_REQUEST_OCTETS = 1 << 18


def _until_caller_goes(caller: socket.socket) -> None:
    caller.recv(1)
    os._exit(1)


def _call(caller: socket.socket) -> None:
    """Do what the program labgrid-client does with the same words."""
    request, streams, _, _ = socket.recv_fds(caller, _REQUEST_OCTETS, 3)
    Thread(target=_until_caller_goes, args=(caller,), daemon=True).start()
    words, environment, folder = json.loads(request)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["labgrid-client", *words]
    code: object = 1
    try:
        code = client.main()
    except SystemExit as end:
        code = end.code
    except Exception:  # noqa: BLE001 - whoever calls is told of any
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    caller.send(str(code or 0).encode())


def _main() -> None:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(sys.argv[1])
    listener.listen()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever calls knows when a call is over
    os.write(1, b"ready\n")
    while True:
        caller, _ = listener.accept()
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                _call(caller)
            finally:
                os._exit(0)
        caller.close()


if __name__ == "__main__":
    _main()
