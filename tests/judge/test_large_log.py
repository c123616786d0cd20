"""Large packages: what is kept of them is their octets, once."""

import gc
import hashlib
import random
import tracemalloc
import zlib

from support.log_builder import PACKAGE, SIZE, LogBuilder

from atverdict.conformance.evidence.trace import Exchange, Place
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.judge import Judge
from atverdict.conformance.judge.roles import MODULE
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun, Coverage
from atverdict.grammar.message import DownloadStarted
from atverdict.grammar.reader import read_command


def test_a_read_far_away_needs_no_room_for_what_lies_before_it() -> None:
    coverage = Coverage()
    tracemalloc.start()
    for start in range(1 << 31, (1 << 31) + 100 * 4096, 4096):
        coverage.add(start, b"0123456789")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1 << 20
    assert coverage.size == (1 << 31) + 99 * 4096 + 10


def test_a_large_package_is_kept_once() -> None:
    size, block_octets = 1 << 20, 4096
    package = random.Random(1).randbytes(size)
    start = f'7,10701,"STM32",{size},"{hashlib.md5(package).hexdigest()}",{zlib.crc32(package)}'
    bench = LogBuilder().proved().maximum(block_octets).downloading(start)
    bench.event(f'7,10703,"STM32",{size},0,{size}').wait(0.1)
    judged = Judge(MODULE)
    for record in bench.records:
        judged.observe(record)
    gc.freeze()  # what other tests have left is not this one's, and is not looked through
    tracemalloc.start()
    for offset in range(0, size, block_octets):
        if offset % (16 * block_octets) == 0:
            gc.collect()  # when Python would do it depends on the tests before
        piece = LogBuilder()
        piece.now_s = bench.now_s
        piece.block(offset, block_octets, package[offset : offset + block_octets])
        for record in piece.records[1:]:
            judged.observe(record)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    gc.unfreeze()
    assert judged.judgement().requirements["SOTA-INT-002"].outcome is Outcome.PASS
    assert most < 2 * size


def test_the_uploaded_package_is_compared_with_what_was_read_last() -> None:
    bench = LogBuilder().proved().maximum().uploaded().ready().read_all()
    assert bench.verdicts()["SOTA-INT-006"] == {Verdict.PASS}
    changed = bytes(1024)
    bench.block(0, 1024, changed).block(1024, 1024)
    assert Verdict.FAIL in bench.verdicts()["SOTA-CMD-OTARD-016"]
    bench.block(0, 1024).block(1024, 1024)
    run = ComponentRun(DownloadStarted("STM32", SIZE, "", 0, None), None)
    exchange = Exchange(read_command(b"AT"), Place(1, 0.0, b"AT\r"))
    run.read(exchange, 0, PACKAGE)
    assert run.is_package(PACKAGE)
    run.read(exchange, 7, b"?")
    assert not run.is_package(PACKAGE)
    run.read(exchange, 7, PACKAGE[7:8])
    assert run.is_package(PACKAGE)
