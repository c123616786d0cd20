"""The mutation run: changes of the judge, and whether the judge's tests notice them.

Each mutant is tried in a process that is forked before the judge is imported: there the changed
module is imported in its place. The hand-made logs that reach the changed function are judged
first, and the other quick tests run where these notice nothing.
"""

import argparse
import importlib
import multiprocessing
import os
import random
import signal
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, FrameType, ModuleType

import click
import pytest
from support.judge_mutants import PACKAGE, Mutant, all_mutants, mutated

from atverdict.spec.loader import load_specification

__all__ = ["excuses", "main", "noticed"]

TESTS = Path(__file__).parents[1]
EXCUSES = TESTS / "data" / "judge_mutants.toml"
ON_LOGS = (
    ("judge.test_cases", "test_a_log_says_what_it_shows_and_nothing_else"),
    ("judge.test_host_cases", "test_what_a_host_does_is_judged"),
)
"""The tests that judge one hand-made log each, and have these as their module's `CASES`."""
SLOW = {
    "test_cases.py",
    "test_data_flow.py",
    "test_deletion.py",
    "test_large_log.py",
    "test_mutants.py",
    "test_stored_log.py",
    "test_traffic.py",
    "test_without_a_check.py",
}
"""Tests that run campaigns, try each hand-made log more than once, or do not judge."""
OTHERS = sorted(str(p) for p in (TESTS / "judge").glob("test_*.py") if p.name not in SLOW)
OPTIONS = (
    *("-x", "-q", "-p", "no:cacheprovider", "-p", "no:allure_pytest", "-p", "no:xdist"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
    *("-k", " and ".join(f"not {name}" for _, name in ON_LOGS)),
)
FIRST = (
    "hypothesis",
    "atverdict.grammar.decoder",
    "atverdict.adapters.simulator.faults.catalogue",
    "atverdict.conformance.evidence.trace",
    "atverdict.conformance.preparation.suite_package",
)
"""What the tests import besides the judge: the forked processes find it imported."""
LONGEST_S = 30
"""A mutant that needs more of the processor's time runs in a circle, which is noticed."""
LEAST = 0.95
SAMPLE = 300

Function = tuple[str, int]
"""The module and the first line of a function."""
Reach = Mapping[Function, Sequence[int]]
"""Which hand-made logs reach which function of the judge."""


class _Changed(MetaPathFinder, Loader):
    """Importer of one module from other code."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name, self._code = name, code

    def find_spec(
        self, fullname: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the changed module alone."""
        del path, target
        return spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        exec(self._code, module.__dict__)


def excuses() -> dict[str, dict[str, str]]:
    """Return why which mutants change nothing, by module and name."""
    return tomllib.loads(EXCUSES.read_text("utf-8"))


def noticed(reach: Reach, mutant: Mutant | None) -> bool:
    """Tell whether the tests notice a mutant, in this process, which is of no use after it."""
    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    signal.signal(signal.SIGVTALRM, _too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_S)
    try:
        return _noticed(reach, mutant)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _noticed(reach: Reach, mutant: Mutant | None) -> bool:
    reaching = None
    if mutant is not None:
        sys.meta_path.insert(0, _Changed(mutant.dotted, mutated(mutant)))
        reaching = reach.get((mutant.dotted, mutant.function), ()) if mutant.function else None
    try:
        tries = list(_on_logs())
        for number in range(len(tries)) if reaching is None else reaching:
            tries[number]()
    except Exception:  # noqa: BLE001 - whatever goes wrong, it is noticed
        return True
    return pytest.main([*OPTIONS, *OTHERS]) != 0


def _too_long(_number: int, _frame: object) -> None:
    raise TimeoutError


def _on_logs() -> Iterator[Callable[[], None]]:
    """Yield the tests of all hand-made logs."""
    for name, test in ON_LOGS:
        module = importlib.import_module(name)
        for case in module.CASES:
            yield partial(getattr(module, test), case)


def _reach(_: object) -> Reach:
    """Judge all hand-made logs and note which functions they reach."""
    reach: dict[Function, list[int]] = defaultdict(list)
    for number, each in enumerate(_on_logs()):
        called: set[Function] = set()

        def note(frame: FrameType, event: str, _: object, called: set[Function] = called) -> None:
            if event == "call":
                called.add((frame.f_globals.get("__name__", ""), frame.f_code.co_firstlineno))

        sys.setprofile(note)
        try:
            each()
        finally:
            sys.setprofile(None)
        for function in called:
            if function[0].startswith(PACKAGE):
                reach[function].append(number)
    return reach


def _tried(reach: Reach, mutants: Iterable[Mutant | None], jobs: int) -> Iterator[bool]:
    """Try each mutant in a process of its own."""
    with multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        yield from pool.imap(partial(noticed, reach), mutants, chunksize=1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try a sample of the mutants; 0 where enough are noticed, and every excuse still holds."""
    wanted = _wanted(arguments)
    for name in FIRST:
        importlib.import_module(name)
    load_specification()
    excused = excuses()
    mutants = [m for m in all_mutants() if m.module.startswith(wanted.module)]
    if wanted.sample and wanted.sample < len(mutants):
        mutants = random.Random(wanted.seed).sample(mutants, wanted.sample)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        reach = pool.map(_reach, [None])[0]
    if any(_tried(reach, [None], 1)):
        click.echo("The tests fail without any change.")
        return 2
    survivors, stale = [], []
    for mutant, found in zip(mutants, _tried(reach, mutants, wanted.jobs), strict=True):
        why = excused.get(mutant.module, {}).get(mutant.name)
        if not found:
            survivors.append(mutant)
            click.echo(f"{_told(mutant)}\n    {why or 'not excused'}")
        elif why:
            stale.append(mutant)
            click.echo(f"{_told(mutant)}\n    noticed, though excused")
    count = len(mutants) - len(survivors)
    share = count / len(mutants)
    click.echo(f"{count} of {len(mutants)} changes of the judge noticed, {share:.1%}.")
    open_ = [m for m in survivors if m.name not in excused.get(m.module, {})]
    click.echo(f"{len(survivors) - len(open_)} of the others are excused; {len(open_)} are not.")
    return 0 if share >= LEAST and not stale else 1


def _wanted(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Change the judge, and see who notices.")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="how many; 0: all")
    parser.add_argument("--module", default="", help="what their modules begin with: state/")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


def _told(mutant: Mutant) -> str:
    return f"{mutant.module}:{mutant.line} {mutant.kind}, {mutant.name}"


if __name__ == "__main__":
    sys.exit(main())
