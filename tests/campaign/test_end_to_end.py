"""Module and host against each other, with any fault on either side, and the judge between them."""

import pytest
from support.host_rig import HostRig

from atverdict.adapters.simulator.faults.catalogue import FAULTS as MODULE_FAULTS
from atverdict.adapters.simulator.host.faults.catalogue import FAULTS as HOST_FAULTS
from atverdict.adapters.simulator.host.variants import VARIANTS as HOST_VARIANTS
from atverdict.adapters.simulator.platform.built_in_package import built_in_package
from atverdict.conformance.evidence.log import (
    FORMAT,
    Footer,
    Header,
    Port,
    Received,
    Record,
    Sent,
    to_text,
)
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.judge import judge
from atverdict.conformance.judge.judgement import Judgement
from atverdict.spec.model import Role

DURATION_S = 600.0
PIECES = ("", "piece_limit_octets=9973")
PACKAGE = built_in_package(1)


def judged(bench: HostRig, role: Role, lost_behind: int | None = None) -> Judgement:
    """Judge what went over the wire as if the suite had been the other side.

    The port is lost, and is back, behind so many octets of the IUT; None: it stays.
    """
    header = Header(
        format=FORMAT,
        suite_version="0",
        specification="0",
        profile="cellular-2025",
        role=role,
        address="bench",
        transport="bench",
        opened_at="2025-01-01T00:00:00+00:00",
    )
    records: list[Record] = [header]
    line, count = b"", 0
    for instant_s, way, octets in bench.wire:
        if (way == ">") == (role is Role.HOST):
            count += len(octets)
            if lost_behind is not None and count >= lost_behind:
                kept = octets[: len(octets) - (count - lost_behind)]
                records += [Received(instant_s, to_text(kept)), Port(instant_s, open=False)]
                records.append(Port(instant_s + 5.0, open=True))
                # What was on its way arrives late.
                records.append(Received(instant_s + 5.1, to_text(octets[len(kept) :])))
                break
            records.append(Received(instant_s, to_text(octets)))
        elif role is Role.HOST:
            records.append(Sent(instant_s, to_text(octets)))
        else:
            *lines, line = (line + octets).split(b"\r")
            records += [Sent(instant_s, to_text(each + b"\r")) for each in lines]
    return judge([*records, Footer(bench.clock.now_s, complete=True)])


def blamed(judgement: Judgement) -> dict[str, str]:
    """Return the requirements that are broken, with what came instead."""
    return {
        name: found.observed
        for name, verdict in judgement.requirements.items()
        for found in verdict.findings
        if found.verdict is Verdict.FAIL
    }


def answers(bench: HostRig) -> bool:
    """Tell whether the module still does what it is told, once the host says nothing more."""
    bench.cut = True
    bench.simulator.write(b"\r")  # the end of whatever line the host has begun
    bench.simulator.advance_to(bench.clock.now_s + 60.0)
    bench.simulator.collect()
    bench.simulator.write(b"AT\r")
    bench.simulator.advance_to(bench.clock.now_s + 1.0)
    return b"\r\nOK\r\n" in b"".join(each.octets for each in bench.simulator.collect())


@pytest.mark.parametrize("pieces", PIECES, ids=["whole", "pieces"])
@pytest.mark.parametrize("fault", HOST_FAULTS)
def test_a_faulty_host_has_no_module_blamed_and_silences_none(fault: str, pieces: str) -> None:
    bench = HostRig("", pieces, fault).run(DURATION_S)
    assert blamed(judged(bench, Role.MODULE)) == {}
    assert answers(bench)


@pytest.mark.parametrize("variant", HOST_VARIANTS)
def test_a_proper_host_has_no_module_blamed(variant: str) -> None:
    bench = HostRig(HOST_VARIANTS[variant], PIECES[1]).run(DURATION_S)
    assert blamed(judged(bench, Role.MODULE)) == {}


@pytest.mark.parametrize("pieces", PIECES, ids=["whole", "pieces"])
@pytest.mark.parametrize("fault", MODULE_FAULTS)
def test_a_faulty_module_passes_no_wrong_package_off(fault: str, pieces: str) -> None:
    bench = HostRig("", f"{pieces}&fault={fault}".lstrip("&")).run(DURATION_S)
    assert set(bench.kept.packages.values()) <= {PACKAGE}
    # What a faulty module says may be anything; the judge of a host bears it.
    assert judged(bench, Role.HOST).requirements


@pytest.mark.parametrize(("role", "octets"), [(Role.MODULE, 2400), (Role.HOST, 400)])
def test_a_port_that_is_lost_at_any_octet_has_nobody_blamed(role: Role, octets: int) -> None:
    bench = HostRig().run(60.0)
    for lost_behind in range(octets):
        assert blamed(judged(bench, role, lost_behind)) == {}, lost_behind
