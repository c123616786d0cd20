"""The header of a conformance log: what is tested, with what, and under which specification."""

import atverdict
from atverdict.conformance.log import FORMAT, Header
from atverdict.conformance.setup import Setup
from atverdict.spec.loader import load_specification

__all__ = ["heading"]

UNCERTAINTY_S = {"sim": 0.0}
"""How far instants may be off, by transport; what is not listed has `REAL_UNCERTAINTY_S`."""
REAL_UNCERTAINTY_S = 0.025


def heading(
    setup: Setup, *, transport: str, opened_at: str, line_baudrate: int | None, plan_control: bool
) -> Header:
    """Write down what is tested, with what, and under which specification."""
    iut = {"name": setup.pixit.iut.name, "firmware": setup.pixit.iut.firmware}
    return Header(
        format=FORMAT,
        suite_version=atverdict.__version__,
        specification=load_specification().digest,
        profile=setup.profile,
        role=setup.role,
        address=setup.address,
        transport=transport,
        opened_at=opened_at,
        baudrate=setup.pixit.serial.baudrate if setup.pixit.serial else line_baudrate,
        uncertainty_s=UNCERTAINTY_S.get(transport, REAL_UNCERTAINTY_S),
        iut={key: value for key, value in iut.items() if value},
        pixit=setup.pixit.public(),
        effort=setup.effort,
        selection=setup.selection or (("replay",) if setup.replay else ()),
        plan_control=plan_control,
        replay=bool(setup.replay),
        pics=setup.pics.public(),
    )
