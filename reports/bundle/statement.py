"""The in-toto statement of a bundle: the manifest, and what the run found."""

import msgspec

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.bundle.archive import BundleError, decoded
from atverdict.reports.bundle.manifest import MANIFEST, Manifest

__all__ = ["PAYLOAD_TYPE", "Statement", "predicate", "read_statement", "statement"]

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"


class Digest(msgspec.Struct, frozen=True):
    """A digest under the name of its algorithm."""

    sha256: str


class Resource(msgspec.Struct, frozen=True):
    """A name with its digest."""

    name: str
    digest: Digest


class Predicate(msgspec.Struct, frozen=True, rename="camel"):
    """The test result: what was tested, and the verdicts; each test is a requirement."""

    result: str
    configuration: list[Resource]
    passed_tests: list[str]
    warned_tests: list[str]
    failed_tests: list[str]
    verdict: str = ""
    """The suite's own verdict: the predicate knows no inconclusive."""
    inconclusive_because: str = ""


class Statement(msgspec.Struct, frozen=True, rename="camel"):
    """A statement of the in-toto framework, version 1."""

    type: str = msgspec.field(name="_type")
    subject: list[Resource]
    predicate_type: str
    predicate: Predicate


def statement(manifest: Manifest, manifest_sha256: str, judgement: Judgement) -> bytes:
    """Return the statement as it is signed.

    The manifest alone is its subject: it has the digests of everything else.
    """
    configuration = [
        Resource("specification", Digest(manifest.specification_sha256)),
        Resource("suite", Digest(manifest.suite_sha256)),
        *(
            Resource(name, Digest(manifest.files[name].sha256))
            for name in ("pics.json", "pixit.json")
        ),
    ]
    return msgspec.json.encode(
        Statement(
            type=STATEMENT_TYPE,
            subject=[Resource(MANIFEST, Digest(manifest_sha256))],
            predicate_type=PREDICATE_TYPE,
            predicate=predicate(judgement, configuration),
        )
    )


def predicate(judgement: Judgement, configuration: list[Resource]) -> Predicate:
    """Return what a run found."""
    return Predicate(
        result=_result(judgement),
        configuration=configuration,
        passed_tests=_those(judgement, Outcome.PASS),
        warned_tests=_those(judgement, Outcome.WARNING, Outcome.INCONCLUSIVE),
        failed_tests=_those(judgement, Outcome.FAIL),
        verdict=judgement.outcome.value,
        inconclusive_because=judgement.inconclusive_because,
    )


def _result(judgement: Judgement) -> str:
    """Map the verdict: a run that is open must not be taken for a pass, so it is a fail."""
    if judgement.outcome is not Outcome.PASS:
        return "FAILED"
    return "WARNED" if judgement.count(Outcome.WARNING) else "PASSED"


def _those(judgement: Judgement, *outcomes: Outcome) -> list[str]:
    found = judgement.requirements.items()
    return [name for name, verdict in found if verdict.outcome in outcomes]


def read_statement(octets: bytes) -> Statement:
    """Read a statement on a test result. Raises `BundleError` for any other."""
    read = decoded(octets, Statement, "what was signed is no statement on a test")
    if (read.type, read.predicate_type) != (STATEMENT_TYPE, PREDICATE_TYPE):
        raise BundleError("what was signed is another kind of statement")
    return read
