"""A program that cuts the IUT's power and gives it back; many laboratories have nothing else."""

import shutil
import subprocess
from collections.abc import Sequence

from atverdict.adapters.pco import Control, ControlError

__all__ = ["PowerCommand"]

_TIMEOUT_S = 120.0
"""A cool-down may need its time."""
_ACTION = "power_cycle"
_QUOTED_CHARACTERS = 120


class PowerCommand:
    """A `Control` that can do `power_cycle`, and whatever the agent beside it can do."""

    def __init__(
        self,
        command: Sequence[str],
        beside: Control | None = None,
        *,
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        """Look for the program. Raises `ControlError` where there is none."""
        if not command or shutil.which(command[0]) is None:
            name = command[0] if command else ""
            raise ControlError(f"the power command {name} is no program that can be started")
        self._command = tuple(command)
        self._beside = beside
        self._timeout_s = timeout_s

    def actions(self) -> frozenset[str]:
        """Return `power_cycle` and the actions of the agent beside it."""
        return frozenset({_ACTION}) | self._others()

    def perform(self, action: str, arguments: dict[str, object]) -> dict[str, object]:
        """Do one action; an agent that can do `power_cycle` itself knows better."""
        if self._beside is not None and (action != _ACTION or action in self._others()):
            return self._beside.perform(action, arguments)
        if action != _ACTION:
            return {"ok": False, "error": "unsupported"}
        return self._cycle()

    def close(self) -> None:
        """End the agent beside it."""
        if self._beside is not None:
            self._beside.close()

    def _others(self) -> frozenset[str]:
        return self._beside.actions() if self._beside is not None else frozenset()

    def _cycle(self) -> dict[str, object]:
        try:
            done = subprocess.run(  # noqa: S603 - the laboratory's own program
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=self._timeout_s,
                check=False,
                # Ctrl-C is for the suite: power that is off must come back.
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            took = f"did not end within {self._timeout_s:g} s"
            raise ControlError(f"the power command {self._command[0]} {took}") from error
        except OSError as error:
            problem = f"cannot be started ({error.strerror})"
            raise ControlError(f"the power command {self._command[0]} {problem}") from error
        if done.returncode == 0:
            return {"ok": True}
        said = done.stdout.decode(errors="replace").strip()[-_QUOTED_CHARACTERS:]
        return {"ok": False, "error": f"ended with {done.returncode}: {said}"}
