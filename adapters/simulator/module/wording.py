"""The spelling of answers and events on the wire."""

from dataclasses import dataclass

from atverdict.adapters.simulator.options import Options

__all__ = ["ERROR", "OK", "Answer", "Block", "Wording", "text_answer"]

CRLF = b"\r\n"


@dataclass(frozen=True)
class Block:
    """The octets of one read and the range that the header names."""

    start: int
    length: int
    data: bytes


@dataclass(frozen=True)
class Answer:
    """What a command earns: information lines, perhaps a block, one final result code."""

    lines: tuple[bytes, ...] = ()
    block: Block | None = None
    final: bytes = b"OK"
    silent: bool = False
    """Nothing at all is said."""


OK = Answer()
ERROR = Answer(final=b"ERROR")


def text_answer(*lines: str) -> Answer:
    """Return an OK with these information lines in front."""
    return Answer(lines=tuple(line.encode("latin-1") for line in lines))


class Wording:
    """Octets of answers and events; every CR and LF of the module stands here.

    Spec: SOTA-FRM-005, SOTA-FRM-006, SOTA-FRM-007, SOTA-FRM-008, SOTA-CMD-OTARD-002
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.leading = options.leading_crlf

    def answer(self, answer: Answer, line: str) -> bytes:
        """Spell the answer to a command line, octets in one go; `line` has no terminator."""
        del line  # the reference spells every command's answer alike; a fault may not
        if answer.silent:
            return b""
        if answer.block is not None:
            return self.block(answer.block) + self.final(answer.final)
        if answer.lines:
            return self.information(answer.lines) + self.final_after_text(answer.final)
        return (CRLF if self.leading in {"always", "not-for-blocks"} else b"") + self.final(
            answer.final
        )

    def information(self, lines: tuple[bytes, ...]) -> bytes:
        """Spell information lines."""
        before = CRLF if self.leading in {"always", "not-for-blocks"} else b""
        return before + b"".join(self.information_line(line) for line in lines)

    def information_line(self, line: bytes) -> bytes:
        """Spell one information line with its end."""
        return line + CRLF

    def final_after_text(self, code: bytes) -> bytes:
        """Spell the final result code behind information lines."""
        return (b"" if self.leading == "never" else CRLF) + self.final(code)

    def final(self, code: bytes) -> bytes:
        """Spell a final result code with its end."""
        return code + CRLF

    def block(self, block: Block) -> bytes:
        """Spell a block: header, octets, and what separates them from the final result code."""
        before = CRLF if self.leading == "always" else b""
        header = self.block_header(block)
        return before + header + self.block_data(block) + self.block_end()

    def block_header(self, block: Block) -> bytes:
        """Spell the header of a block with its end."""
        return b"+QIOTOTARD: %d,%d\r\n" % (block.start, block.length)

    def block_data(self, block: Block) -> bytes:
        """Spell the octets of a block: as they are."""
        return block.data

    def block_end(self) -> bytes:
        """Spell what stands between the octets and the final result code."""
        return CRLF * self.options.crlf_before_ok_after_data

    def event(self, line: bytes) -> bytes:
        """Spell one unsolicited line."""
        return (b"" if self.leading == "never" else CRLF) + line + CRLF
