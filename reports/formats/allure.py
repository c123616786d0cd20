"""`allure-results/`: one result a requirement, with the requirement as label and link."""

import shutil
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, cast

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    Attachment,
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
)
from allure_commons.types import AttachmentType, LabelType

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.case import Case, cases
from atverdict.reports.dossier import Dossier
from atverdict.reports.scenes.diagram_svg import svg

__all__ = ["write_allure"]


class _Logger(Protocol):
    """The methods that are used of Allure's untyped logger."""

    def report_attached_data(self, body: bytes, file_name: str) -> None: ...
    def report_result(self, result: TestResult) -> None: ...


_UNTYPED_LOGGER: Callable[[Path], object] = AllureFileLogger
_NAMESPACE = uuid.UUID("6f1a3f0e-5d3a-4b53-9c1e-1f2d7f1c9a10")
_STATUS = {
    Outcome.PASS: Status.PASSED,
    Outcome.FAIL: Status.FAILED,
    Outcome.INCONCLUSIVE: Status.BROKEN,
    Outcome.WARNING: Status.PASSED,
    Outcome.NOT_TESTED: Status.SKIPPED,
    Outcome.NOT_APPLICABLE: Status.SKIPPED,
}


def write_allure(dossier: Dossier, folder: Path) -> None:
    """Write the results into a folder of their own; an earlier report in it is removed."""
    if folder.is_dir():
        shutil.rmtree(folder)
    judgement = dossier.judgement
    logger = cast("_Logger", _UNTYPED_LOGGER(folder))
    start_ms = _milliseconds(judgement.header.opened_at)
    stop_ms = start_ms + round(judgement.duration_s * 1000)
    for case in cases(judgement):
        result = _result(case, judgement, start_ms, stop_ms)
        attachments = [("on the wire", case.excerpt, AttachmentType.TEXT)]
        if case.identifier in dossier.scenes:
            drawn = svg(dossier.scenes[case.identifier])
            attachments.append(("sequence diagram", drawn, AttachmentType.SVG))
        for title, text, kind in attachments:
            if text:
                name = f"{result.uuid}-attachment.{kind.extension}"
                logger.report_attached_data(text.encode("utf-8"), name)
                result.attachments.append(Attachment(name=title, source=name, type=kind.mime_type))
        # Allure's own name for the file would be another one at every run.
        result.file_pattern = f"{result.uuid}-result.json"
        logger.report_result(result)


def _result(case: Case, judgement: Judgement, start_ms: int, stop_ms: int) -> TestResult:
    header = judgement.header
    identity = f"{header.profile}/{header.role}/{case.identifier}"
    return TestResult(
        uuid=str(uuid.uuid5(_NAMESPACE, f"{header.address}/{header.opened_at}/{identity}")),
        historyId=uuid.uuid5(_NAMESPACE, identity).hex,
        testCaseId=uuid.uuid5(_NAMESPACE, case.identifier).hex,
        fullName=f"atverdict.{case.identifier}",
        name=f"{case.identifier} {case.sentence}",
        description=case.sentence,
        status=_STATUS[case.outcome],
        statusDetails=StatusDetails(
            message=f"{case.outcome.value}: {case.reason}", trace=case.report or case.excerpt
        ),
        stage="finished",
        start=start_ms,
        stop=stop_ms,
        labels=[
            Label(name="requirement", value=case.identifier),
            Label(name=LabelType.PARENT_SUITE, value=f"atverdict {header.profile}"),
            Label(name=LabelType.SUITE, value=f"SOTA-{case.area}"),
            Label(name=LabelType.TAG, value=case.strength),
            Label(name=LabelType.TAG, value=case.outcome.value),
            *(Label(name="purpose", value=purpose) for purpose in case.purposes),
        ],
        links=[Link(type="requirement", url=f"#{case.identifier}", name=case.identifier)],
        parameters=[Parameter(name="address", value=header.address)],
    )


def _milliseconds(date: str) -> int:
    """Turn the log's date into Allure's milliseconds since 1970; 0 where the log has none."""
    if not date:
        return 0
    moment = datetime.fromisoformat(date)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
