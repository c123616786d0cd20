"""The round trip of AT and its OK: the whole session against the operating system alone.

python -m benchmarks.round_trip
"""

import contextlib

from atverdict.adapters.address import open_address
from atverdict.grammar.decoder import Decoder
from benchmarks.clients import decoded_exchange, raw_client, suite_session
from benchmarks.conversation import OK
from benchmarks.measure import compare, show_machine, show_table
from benchmarks.responder import responder

_ROUNDS = 30
_EXCHANGES = 100


def _rows(transport: str) -> list[list[str]]:
    with contextlib.ExitStack() as cleanup:
        addresses = [cleanup.enter_context(responder(transport, image_octets=0)) for _ in range(3)]
        raw = cleanup.enter_context(raw_client(addresses[0]))
        pco = open_address(addresses[1])[0]
        cleanup.callback(pco.close)
        decoder = Decoder()
        session = cleanup.enter_context(suite_session(addresses[2]))

        def run_raw() -> None:
            for _ in range(_EXCHANGES):
                raw(b"AT\r", len(OK))

        def run_decoded() -> None:
            for _ in range(_EXCHANGES):
                decoded_exchange(pco, decoder, b"AT\r")

        def run_session() -> None:
            for _ in range(_EXCHANGES):
                session.command(b"AT", at_once=True)

        timings = compare(
            {
                "write, select, read (floor)": run_raw,
                "port and grammar": run_decoded,
                "session and log": run_session,
            },
            rounds=_ROUNDS,
        )
    return [
        [
            f"{transport}: {timing.name}",
            f"{timing.median_s / _EXCHANGES * 1e6:.0f}",
            f"{timing.ratio:.2f}",
        ]
        for timing in timings
    ]


def main() -> None:
    """Measure and print."""
    show_machine()
    show_table("Round trip of AT", ["what", "us", "ratio"], [*_rows("pty"), *_rows("tcp")])


if __name__ == "__main__":
    main()
