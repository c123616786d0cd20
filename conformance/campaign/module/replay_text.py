r"""The text of a replay: one command line a line, with directives between them.

``\r``, ``\n``, ``\t``, ``\0``, ``\\`` and ``\xNN`` stand for octets; a line without ``\r`` at its
end gets one. Empty lines and those that begin with # are left out. ``!`` begins a directive:
``!settle``, ``!await 7,10700``, ``!perform push {}``, ``!prepare {...}``, ``!expect {...}``;
``!succeeds`` and ``!fails`` tell how the next command line was answered, ``!answered`` with what.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from atverdict.conformance.evidence.log import Expected
from atverdict.conformance.preparation.pixit import InputError
from atverdict.conformance.preparation.replay_steps import (
    Await,
    Expect,
    Perform,
    Prepare,
    Send,
    Settle,
    Step,
)

__all__ = ["read_text", "write_text"]

_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.)|$)", re.DOTALL)
_ESCAPED = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\", '"': '"'}
_ANSWERED = {"!succeeds": True, "!fails": False}
_ANSWER = "!answered "
_PLAIN = re.compile(rb"[ -\[\]-~]")


def read_text(path: Path, octets: bytes) -> Iterator[Step]:
    """Read steps. Raises `InputError` with file, line and what is wrong."""
    succeeded: bool | None = None
    answer = ""
    for number, line in enumerate(octets.decode("latin-1").split("\n"), start=1):
        text = line.removesuffix("\r")
        try:
            if text in _ANSWERED:
                succeeded = _ANSWERED[text]
            elif text.startswith(_ANSWER):
                answer = text.removeprefix(_ANSWER)
            elif text.startswith("!"):
                yield _directive(text[1:])
            elif text and not text.startswith("#"):
                sent = _ESCAPE.sub(_unescaped, text).encode("latin-1")
                ended = sent if sent.endswith((b"\r", b"\n")) else sent + b"\r"
                yield Send(ended, number, succeeded, answer)
                succeeded, answer = None, ""
        except KeyError as error:
            raise InputError(
                f"--replay {path}: line {number}: \\{error.args[0]} is no escape; "
                "use \\r, \\n, \\t, \\0, \\\\ or \\xNN"
            ) from error
        except (ValueError, msgspec.DecodeError) as error:
            raise InputError(f"--replay {path}: line {number}: {error}") from error


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _ESCAPED[found[2] or ""]


def _directive(text: str) -> Step:
    """Read what follows the ``!``. Raises `ValueError` and `msgspec.DecodeError`."""
    name, _, rest = text.partition(" ")
    match name:
        case "settle":
            return Settle()
        case "await":
            pair, _, line = rest.partition(" ")
            event_type, _, code = pair.partition(",")
            known = msgspec.json.decode(line, type=str) if line else ""
            return Await((int(event_type), int(code)), known)
        case "perform":
            action, _, arguments = rest.partition(" ")
            return Perform(action, msgspec.json.decode(arguments or "{}", type=dict[str, object]))
        case "prepare":
            return msgspec.json.decode(rest, type=Prepare)
        case "expect":
            return Expect(msgspec.json.decode(rest, type=Expected))
        case _:
            raise ValueError(f"!{name} is no directive")


def write_text(steps: Iterable[Step], title: str) -> str:
    """Write steps as a text from which `read_text` gets the same steps."""
    lines = [f"# {title}"]
    at: dict[int, int] = {}
    for step in steps:
        if isinstance(step, Send) and step.succeeded is not None:
            lines.append("!succeeds" if step.succeeded else "!fails")
        if isinstance(step, Send) and step.answer:
            lines.append(_ANSWER + step.answer)
        lines.append(_line(step, at))
        if isinstance(step, Send):
            at[step.line] = len(lines)
    return "\n".join(lines) + "\n"


def _line(step: Step, at: dict[int, int]) -> str:
    match step:
        case Send():
            return "".join(_escaped(octet) for octet in step.octets)
        case Settle():
            return "!settle"
        case Await():
            line = f" {_json(step.line)}" if step.line else ""
            return f"!await {step.pair[0]},{step.pair[1]}{line}"
        case Perform():
            return f"!perform {step.action} {_json(step.arguments)}"
        case Prepare():
            return f"!prepare {_json(step)}"
        case Expect():
            since = max((to for line, to in at.items() if line <= step.expected.since), default=0)
            return f"!expect {_json(msgspec.structs.replace(step.expected, since=since))}"


def _escaped(octet: int) -> str:
    character = bytes((octet,))
    return character.decode("ascii") if _PLAIN.match(character) else f"\\x{octet:02x}"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")
