"""The Lark grammars, compiled once when first needed, and their errors in plain words."""

from copy import copy
from functools import cache
from typing import cast

from lark import Lark, Token
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_parser_state import ParseConf, ParserState

from atverdict.grammar.builder import CommandBuilder, ResponseBuilder

__all__ = ["RESPONSE_STARTS", "command_grammar", "explain", "position", "response_grammar"]

RESPONSE_STARTS = (
    "block_header",
    "configuration",
    "download_started",
    "event",
    "event_data",
    "final",
    "indication",
    "information",
    "item",
    "mcu_version",
    "offer",
    "ota_request",
    "other",
    "piece_ready",
    "registration",
    "state",
    "sub_event",
    "sub_event_data",
    "test",
    "update",
)
"""The productions of ``response.lark`` that are a whole line each."""

_WORDS = {
    "BARE": "a bare word",
    "BASIC": "a basic command",
    "COMMAND": "a command's name",
    "DETAIL": "the error's number or text",
    "FREE": "data",
    "INT": "a number",
    "ITEM": "an item's name",
    "LINE": "printable text",
    "NAME": "a name in capitals",
    "PLACEHOLDER": "a name in angle brackets",
    "PROSE": "text in parentheses",
    "REST": "the item's value",
    "SINT": "a negative number",
    "STRING": "a quoted string",
    "TEXT": "bare text",
    "WORD": "a bare word",
    "_PREFIX": "'AT'",
    "$END": "the end of the line",
}


@cache
def command_grammar() -> Lark:
    """Return the grammar of command lines; its parse of octets gives a `CommandLine`."""
    return Lark.open_from_package(
        "atverdict.grammar",
        "command.lark",
        parser="lalr",
        start="command",
        use_bytes=True,
        transformer=CommandBuilder(),
    )


@cache
def response_grammar() -> Lark:
    """Return the grammar of the module's lines; its parse of octets gives a message."""
    return Lark.open_from_package(
        "atverdict.grammar",
        "response.lark",
        parser="lalr",
        start=list(RESPONSE_STARTS),
        use_bytes=True,
        transformer=ResponseBuilder(),
    )


def position(error: UnexpectedInput, line: bytes) -> int:
    """Return how many octets of the line were read before the error."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(line)
    return cast("int", error.pos_in_stream)


def explain(grammar: Lark, error: UnexpectedInput, line: bytes) -> str:
    """Say in plain words where a line leaves the grammar: octets are counted from 1."""
    at = position(error, line)
    found = f"{chr(line[at])!r}" if at < len(line) else "the end of the line"
    words = sorted(_word(grammar, name) for name in _accepted(error))
    return f"octet {at + 1}: expected {' or '.join(words)}, found {found}"


def _accepted(error: UnexpectedInput) -> list[str]:
    """Return the terminals that could have stood at the error.

    The parser's own set is too large: LALR merges states, and notices an error only after
    reductions that were no longer possible.
    """
    state = cast("ParserState[int]", error.state)
    configuration = copy(state.parse_conf)
    configuration.callbacks = {}
    names = [name for name in configuration.states[state.position] if name.upper() == name]
    return [name for name in names if _shifts(state, configuration, name)]


def _shifts(state: ParserState[int], configuration: ParseConf[int], name: str) -> bool:
    """Tell whether the parser can go on with a terminal."""
    trial = copy(state)
    trial.parse_conf = configuration
    try:
        trial.feed_token(Token(name, ""), is_end=name == "$END")
    except UnexpectedToken:
        return False
    return True


def _word(grammar: Lark, name: str) -> str:
    """Return what a terminal is called in a sentence."""
    if name in _WORDS:
        return _WORDS[name]
    return f"{grammar.get_terminal(name).pattern.value!r}"
