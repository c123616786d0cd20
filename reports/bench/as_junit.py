"""The verdicts on a bench for CI servers: one suite a device."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from atverdict.reports.bench.bench import DeviceResult
from atverdict.reports.formats.junit import run_suite, write_suites, xml_text

__all__ = ["write_bench_junit"]


def write_bench_junit(devices: Sequence[DeviceResult], path: Path) -> None:
    """Write the verdicts on all devices of a bench, a suite each.

    A run that did not come to its end is an error of its own: what it left open is no success.
    """
    write_suites([_device(each) for each in devices], path)


def _device(tested: DeviceResult) -> ET.Element:
    if tested.judgement is not None:
        suite = run_suite(tested.judgement, tested.name, f"{tested.name}.")
    else:
        suite = ET.Element("testsuite", name=tested.name, tests="0", errors="0")
    if tested.ended_by:
        for count in ("tests", "errors"):
            suite.set(count, str(int(suite.get(count, "0")) + 1))
        case = ET.SubElement(suite, "testcase", classname=tested.name, name="run", time="0")
        ET.SubElement(case, "error", message=xml_text(tested.ended_by), type="ended")
    return suite
