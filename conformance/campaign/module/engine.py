"""The test engine: pytest, started on the suite's own test purposes."""

from importlib.resources import files

import pytest

from atverdict.conformance.campaign.campaign import SuiteError
from atverdict.conformance.preparation.selection import Offered

__all__ = ["offered_by", "offered_purposes", "run_engine"]

PURPOSES = "atverdict.conformance.campaign.module.purposes"


def run_engine(plugin: object) -> pytest.ExitCode:
    """Run pytest on the purposes with one plugin; it works wherever the suite is installed."""
    folder = files(PURPOSES)
    arguments = [
        *("-c", str(folder / "pytest.ini")),
        *("--rootdir", str(folder)),
        *("--import-mode", "importlib"),
        *("-p", "no:terminal"),
        *("-p", "no:cacheprovider"),
        *("-p", "no:logging"),
        "--disable-plugin-autoload",
        "--capture=no",
        *("--pyargs", PURPOSES),
    ]
    return pytest.ExitCode(pytest.main(arguments, plugins=[plugin]))


def offered_by(item: pytest.Item) -> Offered:
    """Return the test purpose of an item; its name is ``<area>.<purpose>``."""
    marker = item.get_closest_marker("purpose")
    if marker is None:
        raise pytest.UsageError(f"{item.nodeid} declares no purpose")
    area = item.path.stem.removeprefix("test_")
    return Offered(f"{area}.{item.name.removeprefix('test_')}", marker.args[0])


class _Collector:
    """The plugin that collects the purposes; none of them runs."""

    def __init__(self) -> None:
        self.offered: list[Offered] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.offered = [offered_by(item) for item in items]
        items.clear()


def offered_purposes() -> list[Offered]:
    """Return all test purposes, in the order of their files; none of them runs.

    Raises `SuiteError` when they cannot be loaded.
    """
    collector = _Collector()
    code = run_engine(collector)
    if code is not pytest.ExitCode.NO_TESTS_COLLECTED:
        raise SuiteError("the test purposes cannot be loaded")
    return collector.offered
