"""Every wire line of the documents parses to its message, and every production is reached."""

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lark import Lark
from lark.exceptions import LexError
from lark.grammar import Rule

from atverdict.grammar import compiled, message
from atverdict.grammar.reader import (
    LINE_OCTETS,
    _read_command,
    _read_response,
    read_command,
    read_response_line,
    supposed_command,
)

VECTORS = tomllib.loads((Path(__file__).parents[1] / "data" / "vectors.toml").read_text("ascii"))
Parts = list[object]
NAMES = {name: getattr(message, name) for name in message.__all__}


def expected(vector: dict[str, str]) -> message.Message:
    """The message of a vector, written as an expression over the message types."""
    value: message.Message = eval(vector["message"], {"__builtins__": {}}, NAMES)
    return value


def pending(vector: dict[str, str]) -> message.CommandLine | None:
    return supposed_command(vector["pending"].encode()) if "pending" in vector else None


@pytest.mark.parametrize("vector", VECTORS["command"], ids=lambda vector: vector["line"])
def test_command_line_reads_as_its_message(vector: dict[str, str]) -> None:
    assert read_command(vector["line"].encode()) == expected(vector)


@pytest.mark.parametrize(
    "vector",
    VECTORS["response"],
    ids=lambda vector: f"{vector.get('pending', '')}|{vector['line']}",
)
def test_response_line_reads_as_its_message(vector: dict[str, str]) -> None:
    assert read_response_line(vector["line"].encode(), pending(vector)) == expected(vector)


class Watch:
    """Records the alternatives that a grammar reduces in the parses that succeed."""

    def __init__(self, grammar: Lark, monkeypatch: pytest.MonkeyPatch) -> None:
        """Watch from now on, until the test ends."""
        self.reached: set[Rule] = set()
        self._steps: set[Rule] = set()
        self._parse = grammar.parse
        monkeypatch.setattr(grammar, "parse", self._watched_parse)
        parsing: Any = grammar.parser
        callbacks = parsing.parser.parser.callbacks
        for rule in grammar.rules:
            monkeypatch.setitem(callbacks, rule, partial(self._reduce, rule, callbacks[rule]))

    def _reduce(self, rule: Rule, callback: Callable[[Parts], object], parts: Parts) -> object:
        self._steps.add(rule)
        return callback(parts)

    def _watched_parse(self, line: str, start: str) -> object:
        self._steps.clear()
        parsed = self._parse(line, start=start)
        self.reached |= self._steps
        return parsed


def test_every_alternative_of_the_command_grammar_is_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grammar = compiled.command_grammar()
    watch = Watch(grammar, monkeypatch)
    _read_command.cache_clear()
    for vector in VECTORS["command"]:
        _read_command(vector["line"].encode())
    assert set(grammar.rules) - watch.reached == set()


def test_every_alternative_of_the_response_grammar_is_reached_by_a_line_that_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grammar = compiled.response_grammar()
    watch = Watch(grammar, monkeypatch)
    _read_response.cache_clear()
    for vector in VECTORS["response"]:
        command = pending(vector) or message.CommandLine("", message.CommandForm.BASIC)
        name = command.name if "pending" in vector else None
        _read_response(vector["line"].encode(), name, command.form)
    assert set(grammar.rules) - watch.reached == set()


@pytest.mark.parametrize(
    ("file", "starts"),
    [("command.lark", ["command"]), ("response.lark", list(compiled.RESPONSE_STARTS))],
)
def test_no_two_patterns_collide(file: str, starts: list[str]) -> None:
    Lark.open_from_package(
        "atverdict.grammar", file, parser="lalr", start=starts, use_bytes=True, strict=True
    )


def test_the_strict_check_notices_a_collision() -> None:
    with pytest.raises(LexError):
        Lark("start: A | B\nA: /a+/\nB: /a*b?a/", parser="lalr", strict=True)


def test_a_production_for_each_start() -> None:
    origins = {rule.origin.name for rule in compiled.response_grammar().rules}
    assert set(compiled.RESPONSE_STARTS) <= origins


@pytest.mark.parametrize("line", [b"AT+QIOTOTARD=0,1024", b"at+QIOTOTARD=4294967295,1"])
def test_the_short_cut_for_reads_agrees_with_the_grammar(line: bytes) -> None:
    assert read_command(line) == compiled.command_grammar().parse(line, start="command")


@pytest.mark.parametrize("line", [b"+QIOTOTARD: 0,1024", b"+QIOTOTARD: 0027648,306"])
def test_the_short_cut_for_headers_agrees_with_the_grammar(line: bytes) -> None:
    command = read_command(b"AT+QIOTOTARD=0,1024")
    assert isinstance(command, message.CommandLine)
    parsed = compiled.response_grammar().parse(line, start="block_header")
    assert read_response_line(line, command) == parsed


def test_a_line_beyond_the_limit_is_malformed() -> None:
    line = b'AT+QIOTMCUVER="' + b"x" * LINE_OCTETS + b'"'
    found = read_command(line)
    assert isinstance(found, message.Malformed)
    assert found.reason == "line longer than 4096 octets"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"+QIOTEVT: 7,10702\x00", "octet 18: 0x00 is not allowed here"),
        (b'+QIOTMCUVER: "1",\xe4\xb8\xad', "octet 18: 0xe4 is not allowed here"),
        (b'+QIOTMCUVER: "\xe4', "octet 15: 0xe4 is not allowed here"),
        (b"\t+QIOTEVT: 7,10702", "octet 1: 0x09 is not allowed here"),
    ],
)
def test_octets_outside_printable_ascii_are_named(line: bytes, reason: str) -> None:
    found = read_response_line(line, None)
    assert isinstance(found, message.Malformed)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("line", "name", "form"),
    [
        (b'AT+QIOTREG="1', "QIOTREG", message.CommandForm.WRITE),
        (b"at+qiotstate?;+QIOTREG?", "QIOTSTATE", message.CommandForm.READ),
        (b"AT+QIOTUPDATE 1", "QIOTUPDATE", message.CommandForm.EXECUTE),
        (b"AT+QIOTUPDATE=?", "QIOTUPDATE", message.CommandForm.TEST),
        (b"AT\xff", "", message.CommandForm.BASIC),
    ],
)
def test_a_malformed_command_line_still_has_the_name_that_it_can_be_told_by(
    line: bytes, name: str, form: message.CommandForm
) -> None:
    assert supposed_command(line) == message.CommandLine(name, form)


@pytest.mark.parametrize("line", [b"", b"X", b" AT", b"+QIOTREG?"])
def test_a_line_without_the_prefix_needs_no_answer(line: bytes) -> None:
    assert supposed_command(line) is None
