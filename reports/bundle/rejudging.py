"""The second judgement: the log of a bundle, by the specification that the bundle carries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

import atverdict
from atverdict.conformance.evidence.log import Header, LogError, read_log
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.judge.judge import judge
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.bundle.archive import BundleError, chunks_of, decoded, shown
from atverdict.reports.bundle.manifest import (
    REPORTS_FOLDER,
    SPECIFICATION_FOLDER,
    FileDigest,
    Manifest,
    file_digest,
)
from atverdict.reports.bundle.parts_of_log import made_from
from atverdict.reports.bundle.suite import suite_digest
from atverdict.reports.bundle.verification_result import VerificationResult
from atverdict.reports.dossier import read_dossier
from atverdict.reports.files import CERTIFICATE, LOG, RESULT
from atverdict.spec.loader import SpecificationError, load_files, load_specification
from atverdict.spec.model import Specification

__all__ = ["BUNDLED_RESULT", "BundleContent", "judge_again"]

BUNDLED_RESULT = f"{REPORTS_FOLDER}{RESULT}"


@dataclass(slots=True)
class BundleContent:
    """The content of a bundle, as far as it is needed to judge again."""

    manifest: Manifest
    log: Path
    log_whole: bool = False
    """True where the log could be read whole."""
    digests: dict[str, FileDigest] = field(default_factory=dict)
    """The digests of the files that could be read whole."""
    kept: dict[str, bytes] = field(default_factory=dict)
    """The octets of the result and of the specification."""

    @property
    def specification(self) -> dict[str, bytes]:
        """The specification's files by their path below its folder."""
        files = self.kept.items()
        below = SPECIFICATION_FOLDER
        return {n.removeprefix(below): octets for n, octets in files if n.startswith(below)}


class _Entry(msgspec.Struct):
    verdict: str
    reason: str


class _Result(msgspec.Struct):
    """The part of `result.json` that is compared."""

    verdict: str
    complete: bool
    requirements: dict[str, _Entry]


def judge_again(content: BundleContent, found: VerificationResult) -> Judgement | None:
    """Judge the log and compare; None where that is not possible, and `found` tells why."""
    if not content.log_whole:
        found.problems.append("the log was not judged again: it could not be read whole")
        return None
    specification = _specification(content, found)
    if specification is None:
        return None
    try:
        header = next(read_log(content.log))
        assert isinstance(header, Header)
        if header.specification != specification.digest:
            found.problems.append("the log was made by another specification than the bundle has")
        try:
            specification.profile(header.profile)
        except KeyError:
            found.problems.append(f"{LOG}: its profile is not one of the specification's")
            return None
        same_suite = content.manifest.suite_sha256 == suite_digest()
        own = specification.digest == load_specification().digest
        if same_suite and own:
            judgement = _made_again(content, found)
        else:
            judgement = judge(read_log(content.log), specification=specification)
    except LogError as error:
        problem = str(error).replace(str(content.log), LOG)
        found.problems.append(f"the log was not judged again: {problem}")
        return None
    _compare(content, judgement, found)
    _versions(content, header, same_suite=same_suite, found=found)
    return judgement


def _specification(content: BundleContent, found: VerificationResult) -> Specification | None:
    """Load the specification of the bundle; another version of the suite may have made it."""
    problem = "the specification that it carries cannot be read by this version of the suite"
    try:
        specification = load_files(content.specification)
    except (SpecificationError, RecursionError) as error:
        told = printable(str(error).encode("utf-8", "replace"), 300)
        found.open.append(f"The log was not judged again: {problem}: {told}.")
        return None
    if specification.digest != content.manifest.specification_sha256:
        found.problems.append("the specification does not have the digest that the manifest lists")
    return specification


def _made_again(content: BundleContent, found: VerificationResult) -> Judgement:
    """Make all reports again; the same suite makes the same octets of the same log."""
    run = read_dossier(content.log)
    files = made_from(run, content.log)
    made = {name: file_digest(chunks_of(file)) for name, file in files.items()}
    other = [name for name, due in sorted(made.items()) if content.digests.get(name, due) != due]
    found.wrong([f"{name} is not what the suite makes of the log" for name in other])
    unlisted = [name for name in made if name not in content.manifest.files]
    found.wrong(
        [f"{name} is missing, and the manifest does not list it" for name in sorted(unlisted)]
    )
    return run.judgement


def _compare(content: BundleContent, judgement: Judgement, found: VerificationResult) -> None:
    """Find the verdicts of `result.json` that are not those of the log."""
    if BUNDLED_RESULT not in content.kept:
        return  # that it is missing was said
    try:
        problem = f"{BUNDLED_RESULT} does not have the form of a result"
        bundled = decoded(content.kept[BUNDLED_RESULT], _Result, problem)
    except BundleError as error:
        found.problems.append(str(error))
        return
    differences = list(_differences(bundled, judgement))
    found.wrong(differences)
    if not differences:
        count = len(judgement.requirements)
        found.facts.append(
            f"The log was judged again: the verdict ({judgement.outcome.value}) and those on "
            f"{count} requirements are the ones in {BUNDLED_RESULT}."
        )


def _differences(bundled: _Result, judgement: Judgement) -> Iterator[str]:
    if (bundled.verdict, bundled.complete) != (judgement.outcome.value, judgement.complete):
        yield (
            f"{RESULT} says {shown(bundled.verdict)} of the run, and the log says "
            f"{judgement.outcome.value}"
        )
    for name, due in judgement.requirements.items():
        entry = bundled.requirements.pop(name, None)
        verdict, reason = due.outcome.value, due.reason
        if entry is None:
            yield f"{RESULT} says nothing of {name}, and the log says {verdict}"
        elif entry.verdict != verdict:
            yield f"{RESULT} says {shown(entry.verdict)} of {name}, and the log says {verdict}"
        elif entry.reason != reason:
            yield f"{RESULT} has another reason for {name}; the log says: {reason}"
    for name in bundled.requirements:
        yield f"{RESULT} says something of {shown(name)}, which the specification does not have"


def _versions(
    content: BundleContent, header: Header, *, same_suite: bool, found: VerificationResult
) -> None:
    """Tell the versions, and what was not compared because they differ."""
    versions = {header.suite_version, content.manifest.suite_version, atverdict.__version__}
    if not same_suite or len(versions) > 1:
        found.facts.append(
            f"The run was made by version {shown(header.suite_version)} of the suite, the bundle "
            f"by {shown(content.manifest.suite_version)}; this is {atverdict.__version__}."
        )
    if not same_suite:
        found.facts.append(
            "The suite is not the same: only the result was compared, not the other reports."
        )
    if f"{REPORTS_FOLDER}{CERTIFICATE}" in content.digests:
        found.facts.append(f"Only the digest of {CERTIFICATE} was compared, not its text.")
