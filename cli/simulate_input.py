"""The input of `simulate`: options, plans and scenarios, and the module that they describe."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from atverdict.adapters.simulator.laboratory import Laboratory
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.pco import build_simulator
from atverdict.adapters.simulator.served.module_on_a_line import (
    STATES,
    ModuleObserver,
    ModuleOnALine,
)
from atverdict.adapters.simulator.served.scenario import Step
from atverdict.adapters.simulator.simulator import Simulator
from atverdict.adapters.simulator.variants import VARIANTS
from atverdict.cli.problems import Problem, explained, known_profile
from atverdict.conformance.preparation.pixit import load_table
from atverdict.spec.loader import load_specification

__all__ = [
    "paced",
    "profiled",
    "query",
    "read_plans",
    "read_scenario",
    "served_module",
    "varied",
]

Plan = dict[str, Any]
_BANNER = "RDY"
_UART_FIFO_OCTETS = "16"


def varied(name: str | None) -> dict[str, str]:
    """Return the options of a conformant variant. Raises `Problem`."""
    if name is None:
        return {}
    if name not in VARIANTS:
        raise Problem(f"{name} is no variant; `atverdict faults list` lists them")
    return dict(parse_qsl(VARIANTS[name]))


def profiled(name: str | None) -> dict[str, str]:
    """Return the options of a module that a profile describes. Raises `Problem`."""
    if name is None:
        return {}
    profile = load_specification().profile(known_profile(name))
    first = "yes" if profile.updating_before_reading else "no"
    return {"product_line": profile.line, "vintage": profile.vintage, "updating_first": first}


def paced(baudrate: int | None) -> dict[str, str]:
    """Return the options of a line of that rate, at which octets come as out of a UART's FIFO."""
    if baudrate is None:
        return {}
    return {"baudrate": str(baudrate), "chunk": _UART_FIFO_OCTETS}


def query(text: str, named: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Join the options of a query with those that options of the command line stand for.

    Raises `Problem` where two of them want different things, and for what is no query.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
    except ValueError as error:
        raise Problem(f"--options {text}: expected NAME=VALUE&NAME=VALUE...") from error
    if len(dict(pairs)) != len(pairs):
        raise Problem(f"--options {text}: each NAME only once")
    joined: dict[str, tuple[str, str]] = {}
    for source, options in {**named, "--options": dict(pairs)}.items():
        for key, value in options.items():
            earlier = joined.setdefault(key, (source, value))
            if earlier[1] != value:
                raise Problem(
                    f"{earlier[0]} wants {key}={earlier[1]} and {source} wants {key}={value}"
                )
    return {key: value for key, (_, value) in joined.items()}


class _PlanFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One plan or several."""

    plan: Plan | list[Plan]


def read_plans(path: Path | None, image: Path | None) -> list[Plan]:
    """Read a file of plans; `image` is for those without one. Raises `Problem`.

    Without a file, `image` is for the plan that is armed anyway.
    """
    plans: list[Plan] = []
    if path is not None:
        with explained():
            given = load_table(path, _PlanFile, "plan").plan
        plans = given if isinstance(given, list) else [given]
        for plan in plans:
            _resolve_images(plan, path.parent)
    elif image is not None:
        plans = [{"component": "STM32", "target_version": "2_0_0"}]
    if image is not None:
        for plan in plans:
            for each in _components(plan):
                each.setdefault("image", str(image.resolve()))
    laboratory = Laboratory(Simulator(Options()))
    for plan in plans:
        _perform(laboratory, "--image" if path is None else f"plan {path}", *_arming(plan))
    return plans


class _ScenarioFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The steps of a scenario."""

    step: tuple[Step, ...]


def read_scenario(path: Path | None) -> tuple[Step, ...]:
    """Read a scenario and try each of its actions; none without a path. Raises `Problem`."""
    if path is None:
        return ()
    with explained():
        steps = load_table(path, _ScenarioFile, "scenario").step
        events = load_specification().events
    says = frozenset([*(f"{kind},{code}" for kind, code in events), _BANNER])
    laboratory = Laboratory(Simulator(Options()))
    for number, step in enumerate(steps, start=1):
        where = f"scenario {path}: step {number}"
        problem = _trigger_problem(step, says) or _action_problem(step, laboratory.actions())
        if problem:
            raise Problem(f"{where}: {problem}")
        plan = step.arguments.get("plan")
        if isinstance(plan, dict):
            _resolve_images(plan, path.parent)
        _perform(laboratory, where, step.do, step.arguments)
    return steps


def served_module(
    options: Mapping[str, str],
    plans: Sequence[Plan],
    steps: Sequence[Step],
    observer: ModuleObserver | None = None,
) -> ModuleOnALine:
    """Return a simulated module on its line, with its plans armed. Raises `Problem`."""
    with explained():
        simulator = build_simulator(dict(options))
    laboratory = Laboratory(simulator)
    for plan in plans:
        _perform(laboratory, "plan", *_arming(plan))
    return ModuleOnALine(simulator, steps, observer)


def _trigger_problem(step: Step, says: frozenset[str]) -> str:
    """Return what is wrong with a step's trigger; empty where nothing is."""
    if [step.at_s, step.after, step.before].count(None) != 2:
        return "needs exactly one of at, after and before"
    if step.after is not None and step.after not in says | STATES:
        return f"after = {step.after!r} is no event, and no state; states: {_list(STATES)}"
    if step.before is not None and step.before not in says - {_BANNER}:
        return f"before = {step.before!r} is no event"
    if step.nth < 1 or (step.at_s is not None and step.nth != 1):
        return "nth is a whole number from 1, and goes with after or before"
    if not all(0 <= seconds < math.inf for seconds in (step.at_s or 0.0, step.delay_s)):
        return "at and delay are seconds, not negative"
    return ""


def _action_problem(step: Step, actions: Collection[str]) -> str:
    """Return what is wrong with what a step does; empty where nothing is."""
    if step.do not in actions:
        return f"do = {step.do!r} is no action; actions: {_list(actions)}"
    strange = set(step.arguments) - _ARGUMENTS.get(step.do, frozenset())
    return f"{step.do} does not take {_list(strange)}" if strange else ""


_ARGUMENTS = {
    "arm_plan": frozenset({"plan"}),
    "arm_components": frozenset({"plan"}),
    "arm_module_plan": frozenset({"plan"}),
    "fail_downloads": frozenset({"count"}),
    "list_device": frozenset({"white", "black"}),
    "push_window": frozenset({"inside"}),
    "delete_plan": frozenset({"component"}),
    "verify_package": frozenset({"plan", "this_device"}),
    "push_hours": frozenset({"from", "until", "utc_offset_h"}),
    "plan_period": frozenset({"inside"}),
    "push_retries": frozenset({"count"}),
}


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _perform(laboratory: Laboratory, where: str, action: str, arguments: dict[str, Any]) -> None:
    reply = laboratory.perform(action, arguments)
    if reply["ok"] is not True:
        raise Problem(f"{where}: {reply['error']}")


def _arming(plan: Plan) -> tuple[str, dict[str, Any]]:
    return ("arm_components" if "components" in plan else "arm_plan"), {"plan": plan}


def _components(plan: Plan) -> list[Plan]:
    components = plan.get("components", [plan])
    if not isinstance(components, list):
        return []
    return [each for each in components if isinstance(each, dict)]


def _resolve_images(plan: Plan, folder: Path) -> None:
    """Make the paths of images, which are relative to their file, absolute."""
    for each in _components(plan):
        if isinstance(each.get("image"), str):
            each["image"] = str((folder / each["image"]).resolve())
