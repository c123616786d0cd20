"""`junit.xml`: one test case a requirement, for CI servers."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.case import Case, cases
from atverdict.reports.waiver import Waived, WaivedRequirement

__all__ = ["run_suite", "write_junit", "write_suites", "xml_text"]


def write_junit(judgement: Judgement, path: Path, waived: Waived | None = None) -> None:
    """Write the verdicts in the xunit2 form; a fail that is waived counts as skipped."""
    write_suites([run_suite(judgement, f"atverdict {judgement.header.profile}", "", waived)], path)


def write_suites(suites: Sequence[ET.Element], path: Path) -> None:
    """Write one file with all suites."""
    root = ET.Element("testsuites")
    root.extend(suites)
    ET.indent(root)
    path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def run_suite(
    judgement: Judgement, title: str, before: str, waived: Waived | None = None
) -> ET.Element:
    """Return the suite of one run; `before` is put before the names of its classes."""
    shown = cases(judgement)
    covered = {each.requirement: each for each in (waived or Waived()).requirements}
    suite = ET.Element(
        "testsuite",
        name=title,
        tests=str(len(shown)),
        failures=str(_count(shown, Outcome.FAIL) - len(covered)),
        errors=str(_count(shown, Outcome.INCONCLUSIVE)),
        skipped=str(
            _count(shown, Outcome.NOT_TESTED) + _count(shown, Outcome.NOT_APPLICABLE) + len(covered)
        ),
        time=f"{judgement.duration_s:.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    header = judgement.header
    for name, value in {
        "address": header.address,
        "profile": header.profile,
        "suite_version": header.suite_version,
        "specification": header.specification,
        "verdict": judgement.outcome.value,
        **{f"iut_{key}": value for key, value in header.iut.items()},
    }.items():
        ET.SubElement(properties, "property", name=name, value=xml_text(value))
    for case in shown:
        _add(suite, case, covered.get(case.identifier), before)
    return suite


def _count(shown: list[Case], outcome: Outcome) -> int:
    return sum(1 for case in shown if case.outcome is outcome)


def _add(suite: ET.Element, case: Case, waiver: WaivedRequirement | None, before: str) -> None:
    class_name = f"{before}SOTA-{case.area}"
    element = ET.SubElement(suite, "testcase", classname=class_name, name=case.identifier, time="0")
    properties = ET.SubElement(element, "properties")
    for name, value in {"requirement": case.identifier, "strength": case.strength}.items():
        ET.SubElement(properties, "property", name=name, value=value)
    for purpose in case.purposes:
        ET.SubElement(properties, "property", name="purpose", value=purpose)
    text = xml_text(case.report or f"{case.sentence}\n{case.reason}\n{case.excerpt}".rstrip())
    message = xml_text(case.reason)
    match case.outcome:
        case Outcome.FAIL if waiver is not None:
            why = xml_text(f"waived by {waiver.who} until {waiver.expires}: {waiver.why}")
            ET.SubElement(element, "skipped", message=why)
            ET.SubElement(element, "system-out").text = text
        case Outcome.FAIL:
            ET.SubElement(element, "failure", message=message, type="fail").text = text
        case Outcome.INCONCLUSIVE:
            ET.SubElement(element, "error", message=message, type="inconclusive").text = text
        case Outcome.NOT_TESTED | Outcome.NOT_APPLICABLE:
            ET.SubElement(element, "skipped", message=f"{case.outcome.value}: {message}")
        case Outcome.WARNING:
            ET.SubElement(element, "system-out").text = f"warning: {text}"
        case Outcome.PASS:
            ET.SubElement(element, "system-out").text = text


def xml_text(text: str) -> str:
    """Replace the characters that XML 1.0 cannot hold: an address or a PIXIT may have some."""
    return "".join(
        c
        if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
        else "?"
        for c in text
    )
