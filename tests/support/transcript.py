"""Transcripts as the vendor's pages print them, ``[TX]`` and ``[RX]``, to messages and errata."""

import re
from dataclasses import dataclass

from atverdict.grammar.decoder import Decoded, Decoder
from atverdict.grammar.message import CommandForm, CommandLine, Malformed, Message
from atverdict.grammar.reader import read_command

__all__ = ["Erratum", "Transcript", "TranscriptEntry", "read_transcript"]

_TAGGED = re.compile(r"\s*\[(TX|RX)\](.*)")
_HEX_WORD = re.compile(rb"^\s*[0-9A-Fa-f]{8}\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One message of a transcript; `line` counts the transcript's lines from 1."""

    line: int
    from_host: bool
    message: Message


@dataclass(frozen=True, slots=True)
class Erratum:
    """A known contradiction of the documents that a transcript shows."""

    id: str
    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript as messages in their order, and the errata that it shows."""

    entries: tuple[TranscriptEntry, ...]
    errata: tuple[Erratum, ...]


def read_transcript(text: str) -> Transcript:
    """Read a transcript: a tag begins a line, lines without one go on with what was received.

    A page keeps neither the line ends nor the octets of a block. Each line is given the line end
    that it must have, and a block that the next command line interrupts is cut short.

    Spec: E-01, E-08.
    """
    reader = _TranscriptReader()
    for number, line in enumerate(text.splitlines(), start=1):
        reader.line(number, line)
    return reader.close()


class _TranscriptReader:
    """Feeds the lines of a transcript to a decoder."""

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._entries: list[TranscriptEntry] = []
        self._errata: list[Erratum] = []
        self._number = 0
        self._first_start: int | None = None

    def line(self, number: int, line: str) -> None:
        """Take one line of the transcript."""
        tagged = _TAGGED.match(line)
        if tagged and tagged[1] == "TX":
            self._abandon()
            self._number = number
            self._send(tagged[2].strip())
            return
        self._number = number
        text = tagged[2].strip() if tagged else line.strip()
        octets = text.encode("latin-1", "backslashreplace") + b"\r\n"
        self._receive(number, self._decoder.feed(octets))

    def close(self) -> Transcript:
        """Return what was read."""
        self._abandon()
        return Transcript(tuple(self._entries), tuple(self._errata))

    def _send(self, text: str) -> None:
        line = text.encode("latin-1", "backslashreplace")
        command = read_command(line)
        self._entries.append(TranscriptEntry(self._number, from_host=True, message=command))
        self._decoder.sent(line + b"\r")
        if isinstance(command, CommandLine):
            self._check_read(command)

    def _abandon(self) -> None:
        """End what the page does not show to its end."""
        self._receive(self._number, self._decoder.abandon())

    def _receive(self, number: int, decoded: list[Decoded]) -> None:
        for item in decoded:
            entry = TranscriptEntry(number, from_host=False, message=item.message)
            self._entries.append(entry)
            self._check_block(entry)

    def _check_read(self, command: CommandLine) -> None:
        """Recognise a read that is one octet off the grid on which the first one stood."""
        if command.name != "QIOTOTARD" or command.form is not CommandForm.WRITE:
            return
        match command.parameters:
            case (int(start), int(length)) if length > 0:
                if self._first_start is None:
                    self._first_start = start
                elif (start - self._first_start) % length == 1:
                    sentence = f"the read at {start} leaves out octet {start - 1}"
                    self._errata.append(Erratum("E-01", self._number, sentence))
            case _:
                return

    def _check_block(self, entry: TranscriptEntry) -> None:
        """Recognise 32-bit words in hexadecimal where the octets of a block belong."""
        message = entry.message
        if not isinstance(message, Malformed) or message.resembles != "QIOTOTARD":
            return
        words = len(_HEX_WORD.findall(message.octets))
        if words:
            sentence = f"{words} words in hexadecimal stand in place of the octets of a block"
            self._errata.append(Erratum("E-08", entry.line, sentence))
