"""The laboratory's control agent (``contract.md``): a program, one JSON object a line."""

import contextlib
import json
import queue
import subprocess
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import IO, cast

from atverdict.adapters.pco import ControlError

__all__ = ["DEFAULT_TIMEOUT_S", "ControlAgent"]

DEFAULT_TIMEOUT_S = 120.0
"""A laboratory may need minutes for one action, such as a power cycle with a cool-down."""
_LINE_LIMIT_OCTETS = 1 << 20
_END_S = 2.0
"""How long the program may take to end by itself, and after being told to."""
_KEPT_STDERR_LINES = 20
_QUOTED_CHARACTERS = 120


class ControlAgent:
    """A `Control` that asks a program of the laboratory.

    The first breach of the contract ends the conversation: every later action raises the same
    error, because what the laboratory has done is not known any more.
    """

    def __init__(
        self, command: Sequence[str], *, folder: Path, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> None:
        """Start the program in `folder` and ask for its capabilities. Raises `ControlError`.

        `timeout_s` is how long each action may take.
        """
        self._name = command[0] if command else ""
        self._timeout_s = timeout_s
        self._last_id = 0
        self._broken = ""
        self._process = self._start(command, folder)
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._stderr: deque[str] = deque(maxlen=_KEPT_STDERR_LINES)
        self._readers = (
            Thread(target=self._read_stdout, name="control agent output", daemon=True),
            Thread(target=self._read_stderr, name="control agent errors", daemon=True),
        )
        for reader in self._readers:
            reader.start()
        try:
            self._actions = self._ask_capabilities()
        except ControlError:
            self.close()
            raise

    def actions(self) -> frozenset[str]:
        """Return the names of the actions that the agent says it can do."""
        return self._actions

    def perform(self, action: str, arguments: dict[str, object]) -> dict[str, object]:
        """Do one action and return the agent's reply, `ok` included.

        Raises `ControlError` when the agent does not answer in time, ends, or answers with
        anything but one JSON object that carries the request's id.
        """
        if self._broken:
            raise ControlError(self._broken)
        try:
            return self._exchange(action, arguments)
        except ControlError as error:
            self._broken = str(error)
            raise

    def close(self) -> None:
        """End the program: by the end of its input, then by request, then by force."""
        self._broken = self._broken or f"the control agent {self._name} was ended"
        if self._input.closed:
            return
        # If it ended before, the last request finds no reader; the pipe is released all the same.
        with contextlib.suppress(BrokenPipeError):
            self._input.close()
        for force in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(_END_S)
            except subprocess.TimeoutExpired:
                force()
        self._process.wait()
        for reader in self._readers:
            reader.join(_END_S)

    def _start(self, command: Sequence[str], folder: Path) -> "subprocess.Popen[bytes]":
        if not command:
            raise ControlError("the control agent's command is empty")
        try:
            return subprocess.Popen(  # noqa: S603  the laboratory's own program, named in the PIXIT
                list(command),
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Ctrl-C is for the suite, which may still need the agent to clean up.
                start_new_session=True,
            )
        except OSError as error:
            raise ControlError(
                f"the control agent {self._name} cannot be started ({error.strerror})"
            ) from error

    @property
    def _input(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    def _ask_capabilities(self) -> frozenset[str]:
        reply = self.perform("capabilities", {})
        actions = reply.get("actions")
        if (
            reply["ok"] is not True
            or not isinstance(actions, list)
            or not all(isinstance(name, str) for name in actions)
        ):
            raise self._error("did not answer capabilities with a list of actions")
        return frozenset(actions)

    def _exchange(self, action: str, arguments: dict[str, object]) -> dict[str, object]:
        self._last_id += 1
        request = {"id": self._last_id, "action": action, **arguments}
        try:
            self._input.write(json.dumps(request).encode() + b"\n")
            self._input.flush()
        except OSError as error:
            raise self._error("ended" + self._exit_code()) from error
        return self._reply(action)

    def _reply(self, action: str) -> dict[str, object]:
        try:
            line = self._lines.get(timeout=self._timeout_s)
        except queue.Empty:
            raise self._error(
                f"did not answer {action} within {self._timeout_s:g} s "
                "(does it flush its output after each line?)"
            ) from None
        if not line:
            self._lines.put(line)
            raise self._error("ended" + self._exit_code())
        if len(line) > _LINE_LIMIT_OCTETS:
            raise self._error(f"sent a line of more than {_LINE_LIMIT_OCTETS} octets")
        try:
            reply = json.loads(line.decode())
        except (ValueError, RecursionError) as error:
            raise self._error(f"sent a line that is not JSON: {_quoted(line)}") from error
        if not isinstance(reply, dict) or not isinstance(reply.get("ok"), bool):
            raise self._error(f"sent a line that is no reply: {_quoted(line)}")
        if type(reply.get("id")) is not int or reply["id"] != self._last_id:
            raise self._error(f"answered {_quoted(line)} to the request with id {self._last_id}")
        return reply

    def _exit_code(self) -> str:
        try:
            return f" with exit code {self._process.wait(_END_S)}"
        except subprocess.TimeoutExpired:
            return " its output"

    def _error(self, what: str) -> ControlError:
        if self._process.poll() is not None:
            self._readers[1].join(_END_S)
        said = f"; its last words: {self._stderr[-1]}" if self._stderr else ""
        return ControlError(f"the control agent {self._name} {what}{said}")

    def _read_stdout(self) -> None:
        with cast("IO[bytes]", self._process.stdout) as output:
            while line := output.readline(_LINE_LIMIT_OCTETS + 1):
                if line.strip():
                    self._lines.put(line)
            self._lines.put(b"")

    def _read_stderr(self) -> None:
        with cast("IO[bytes]", self._process.stderr) as errors:
            while line := errors.readline(_LINE_LIMIT_OCTETS):
                text = line.decode(errors="replace").strip()
                if text:
                    self._stderr.append(text[:_QUOTED_CHARACTERS])


def _quoted(line: bytes) -> str:
    text = line.decode(errors="backslashreplace").strip()
    shortened = text[:_QUOTED_CHARACTERS] + ("..." if len(text) > _QUOTED_CHARACTERS else "")
    return repr(shortened)
