"""The dossier of a run: the judgement on its log, and what reports show besides."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from atverdict.conformance.evidence.log import LogError, Record, Sent, header_of, read_log
from atverdict.conformance.judge.judge import Judge
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.roles import part_of
from atverdict.reports.measures.latencies import Latencies, Reactions
from atverdict.reports.measures.timeline import Timeline, timeline
from atverdict.reports.scenes.collector import Scenes
from atverdict.reports.scenes.scene import Scene
from atverdict.reports.waiver import Waived
from atverdict.spec.loader import load_specification

__all__ = ["Dossier", "dossier", "read_dossier"]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The judgement on a run, and what reports show besides."""

    judgement: Judgement
    log_sha256: str
    """SHA-256 of the log's octets, in hex."""
    log_octets: int
    latencies: Mapping[str, Sequence[float]]
    """Response times in seconds by kind of command line; the time on the line is taken out.

    In the host role: from what the suite sent last to the next command line of the host.
    """
    limits_s: Mapping[str, float]
    """Maximum response times in seconds by kind of command line, where a document sets one."""
    timeline: Timeline | None
    """The first successful upgrade, or the one that came furthest; None where there was none."""
    sent_lines: frozenset[int]
    """The lines of the log, from 1, that hold what was sent; the others hold what came."""
    scenes: Mapping[str, Scene]
    """By requirement: what led to its fail, warning or open verdict; and by ``upgrade``."""
    waived: Waived | None = None
    """What waivers do for the run; None where none were given."""


def read_dossier(path: Path) -> Dossier:
    """Read a stored conformance log. Raises `LogError`."""
    try:
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            octets = stream.tell()
    except OSError as error:
        raise LogError(f"{path}: cannot be read: {error.strerror}") from error
    return dossier(read_log(path), sha256, octets)


def dossier(records: Iterable[Record], log_sha256: str, log_octets: int) -> Dossier:
    """Judge the records of a log, and keep what reports show besides."""
    log = iter(records)
    header = header_of(log)
    part = part_of(header.role)
    judge = Judge(part)
    latencies = Latencies(header.octet_s, load_specification().commands)
    reactions = Reactions()
    scenes = Scenes(turned=part.iut_asks)
    for listener in (latencies, reactions, scenes):
        judge.attach(listener.observe)
    judge.observe(header)
    sent: set[int] = set()
    for line, record in enumerate(log, start=2):
        if isinstance(record, Sent):
            sent.add(line)
        judge.observe(record)
    judgement = judge.judgement()
    return Dossier(
        judgement=judgement,
        log_sha256=log_sha256,
        log_octets=log_octets,
        latencies=reactions.by_command if part.iut_asks else latencies.by_command,
        limits_s={} if part.iut_asks else latencies.limits_s,
        timeline=timeline(judge.upgrades),
        sent_lines=frozenset(sent),
        scenes=scenes.scenes(judgement),
    )
