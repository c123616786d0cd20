"""The grammar's speed in MB/s and a line: framer alone, and with Lark on every line.

python -m benchmarks.codec
"""

from collections.abc import Callable

from atverdict.grammar.decoder import Decoder
from atverdict.grammar.framing import Framer, Limits
from benchmarks.conversation import OK, SMALL_IMAGE_OCTETS, answer, read_command, starts
from benchmarks.measure import compare, show_machine, show_table

_ROUNDS = 15
_EXCHANGES = 400

Exchange = tuple[bytes, bytes]
"""A command line, and everything that comes until the next one."""

_TEXT: tuple[Exchange, ...] = (
    (b"AT\r", OK),
    (b"AT+QIOTSTATE?\r", b"\r\n+QIOTSTATE: 8\r\n" + OK),
    (b"AT+QIOTMCUVER?\r", b'\r\n+QIOTMCUVER: "STM32","1_0_0"\r\n' + OK),
    (b"AT+QIOTOTAREQ=1\r", OK + b'\r\n+QIOTEVT: 7,10700,"STM32","","2_0_0",30,-113,27954\r\n'),
    (
        b"AT+QIOTUPDATE=1\r",
        OK
        + b'\r\n+QIOTEVT: 7,10701,"STM32",27954,"95cbdeb4faeda4322ad9b65eb731ed2b",4022793929\r\n'
        b'\r\n+QIOTEVT: 7,10702\r\n\r\n+QIOTEVT: 7,10703,"STM32",27954,0,27954\r\n',
    ),
)


def _floor(exchanges: list[Exchange]) -> None:
    """Cut lines at each CR LF. That is wrong for blocks, but nothing is faster."""
    for _, received in exchanges:
        received.split(b"\r\n")


def _framer(exchanges: list[Exchange]) -> None:
    framer = Framer(Limits())
    for _, received in exchanges:
        framer.feed(received)
        while (frame := framer.take(())) is not None:
            if frame.content.startswith(b"+QIOTOTARD: "):
                framer.count(int(frame.content.rpartition(b",")[2]))


def _decoder(exchanges: list[Exchange]) -> None:
    decoder = Decoder()
    for sent, received in exchanges:
        decoder.sent(sent)
        decoder.feed(received)


def _rows(what: str, exchanges: list[Exchange]) -> list[list[str]]:
    octets = sum(len(received) for _, received in exchanges)
    lines = sum(1 for _, received in exchanges for line in received.split(b"\r\n") if line)
    contestants: dict[str, Callable[[], None]] = {
        "cut at CR LF (floor)": lambda: _floor(exchanges),
        "framer": lambda: _framer(exchanges),
        "framer and Lark": lambda: _decoder(exchanges),
    }
    units = len(exchanges) if what == "blocks" else lines
    return [
        [
            f"{what}: {timing.name}",
            f"{octets / timing.median_s / 1e6:.1f}",
            f"{timing.median_s / units * 1e6:.1f}",
            f"{timing.ratio:.1f}",
        ]
        for timing in compare(contestants, rounds=_ROUNDS)
    ]


def main() -> None:
    """Measure and print."""
    text = list(_TEXT) * (_EXCHANGES // len(_TEXT))
    blocks = [
        (read_command(start) + b"\r", answer(SMALL_IMAGE_OCTETS, start))
        for start in starts(SMALL_IMAGE_OCTETS)
    ] * (_EXCHANGES // len(starts(SMALL_IMAGE_OCTETS)))
    show_machine()
    show_table(
        "Codec (a line of text; a block with its header and result code)",
        ["what", "MB/s", "us each", "ratio"],
        _rows("text", text) + _rows("blocks", blocks),
    )


if __name__ == "__main__":
    main()
