"""The house: how the product's modules are cut, named and tied, and how pure the judge is."""

import ast
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("spec", "grammar", "adapters", "conformance", "reports", "cli")
MOST_MODULES = 25
MOST_FLOORS = 8
MEDIAN_LINES = 120
JUDGE = ("conformance/judge/", "conformance/evidence/")
NO_NOUN = frozenset(
    [
        "what",
        "whether",
        "how",
        "when",
        "who",
        "whose",
        "where",
        "why",
        "which",
        "from",
        "to",
        "in",
        "on",
        "of",
        "by",
        "as",
        "if",
        "the_following",
        "is",
        "are",
        "has",
        "have",
        "does",
        "can",
        "brings",
        "calls",
        "chooses",
        "collects",
        "decides",
        "does",
        "draws",
        "drives",
        "finds",
        "follows",
        "gives",
        "keeps",
        "knows",
        "lets",
        "looks",
        "makes",
        "opens",
        "puts",
        "reads",
        "says",
        "sends",
        "shows",
        "starts",
        "stores",
        "takes",
        "tells",
        "waits",
        "watches",
        "writes",
        "all",
        "everything",
        "nothing",
        "nobody",
        "somebody",
        "whoever",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
    ]
)
"""What a module does not hold: its docstring begins with what it does hold."""
IMPURE = frozenset(
    {"open", "print", "input", "eval", "exec", "compile", "breakpoint", "__import__", "id"}
)
"""Calls by which a pure function would see or change the world, or the order of memory."""
READS_DATA = {"spec/loader.py", "conformance/evidence/log.py", "grammar/compiled.py"}
"""Read the package's own data, or a log that they are given the path of."""


@cache
def _modules() -> dict[str, ast.Module]:
    """Return each module of the product by its path below the root."""
    paths = sorted(p for layer in LAYERS for p in (ROOT / layer).rglob("*.py"))
    assert len(paths) > 300
    return {p.relative_to(ROOT).as_posix(): ast.parse(p.read_text("utf-8")) for p in paths}


def _path(dotted: str) -> str | None:
    """Return the path of a module of the product; None for what is none."""
    parts = dotted.split(".")
    if parts[0] != "atverdict":
        return None
    stem = "/".join(parts[1:])
    return next((p for p in (f"{stem}.py", f"{stem}/__init__.py") if p in _modules()), None)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield _path(f"{node.module}.{alias.name}") or _path(node.module) or ""
        elif isinstance(node, ast.Import):
            yield from (_path(alias.name) or "" for alias in node.names)


@cache
def _imports() -> dict[str, frozenset[str]]:
    return {p: frozenset(_imported(tree)) - {"", p} for p, tree in _modules().items()}


@cache
def _folders() -> dict[str, frozenset[str]]:
    """Return the modules and folders that stand in each folder; `.` is the root."""
    inside: dict[str, set[str]] = defaultdict(set)
    for path in _modules():
        parts = path.split("/")
        for depth in range(len(parts)):
            folder = "/".join(parts[:depth]) or "."
            inside[folder].add("/".join(parts[: depth + 1]))
    return {folder: frozenset(children) for folder, children in inside.items()}


def _tied(folder: str) -> dict[str, set[str]]:
    """Return which child of a folder imports which others."""
    below = {
        path: child
        for child in _folders()[folder]
        for path in _modules()
        if path == child or path.startswith(f"{child}/")
    }
    tied: dict[str, set[str]] = {child: set() for child in _folders()[folder]}
    for path, child in below.items():
        tied[child] |= {below[other] for other in _imports()[path] if other in below} - {child}
    return tied


@pytest.mark.parametrize("folder", sorted(_folders()))
def test_a_folder_can_be_overseen(folder: str) -> None:
    modules = [p for p in _folders()[folder] if p.endswith(".py") and "__init__" not in p]
    assert len(modules) <= MOST_MODULES


@pytest.mark.parametrize("folder", sorted(_folders()))
def test_no_circle_and_few_floors_in_a_folder(folder: str) -> None:
    tied = _tied(folder)
    floors: dict[str, int] = {}
    try:
        order = tuple(TopologicalSorter(tied).static_order())
    except CycleError as circle:
        pytest.fail(f"{folder}: {' <- '.join(circle.args[1])}")
    for child in order:
        floors[child] = 1 + max((floors[other] for other in tied[child]), default=0)
    assert max(floors.values()) <= MOST_FLOORS, floors


@pytest.mark.parametrize("layer", LAYERS)
def test_a_public_class_name_stands_once_in_a_layer(layer: str) -> None:
    names = Counter(
        node.name
        for path, tree in _modules().items()
        if path.startswith(f"{layer}/")
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert not {name: count for name, count in names.items() if count > 1}


def test_a_module_says_first_what_it_holds() -> None:
    wrong = {}
    for path, tree in _modules().items():
        first = (ast.get_docstring(tree) or "").split(maxsplit=1)[0].strip(":,.`").lower()
        if first in NO_NOUN:
            wrong[path] = first
    assert not wrong


def test_modules_are_small() -> None:
    lines = [len((ROOT / p).read_text("utf-8").splitlines()) for p in _modules()]
    assert statistics.median(lines) < MEDIAN_LINES


PURE = frozenset(
    {
        *("abc", "base64", "binascii", "bisect", "collections", "contextlib", "dataclasses"),
        "difflib",
        *("datetime", "enum", "functools", "hashlib", "itertools", "math", "operator", "re"),
        *("string", "textwrap", "tomllib", "types", "typing", "unicodedata", "zlib"),
        *("atverdict", "lark", "msgspec"),
    }
)
"""What the judge may reach: nothing in it asks or changes anything outside."""


def _reached(beginnings: tuple[str, ...]) -> frozenset[str]:
    """Return the modules whose path begins so, and all that they import."""
    open_ = [path for path in _modules() if path.startswith(beginnings)]
    reached: set[str] = set()
    while open_:
        path = open_.pop()
        if path not in reached:
            reached.add(path)
            open_ += _imports()[path]
    return frozenset(reached)


def _libraries(tree: ast.AST) -> set[str]:
    names = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    return {name.partition(".")[0] for name in names}


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def test_the_judge_and_all_that_it_reaches_touch_nothing() -> None:
    reached = _reached(JUDGE)
    assert len(reached) > 60
    assert not {path for path in reached if path.startswith("adapters/")}
    for path in reached:
        tree = _modules()[path]
        assert not any(isinstance(node, ast.Global) for node in ast.walk(tree)), path
        if path not in READS_DATA:
            assert not IMPURE & set(_calls(tree)), path
            assert _libraries(tree) <= PURE, path


def _sets(names: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names of a module's own lists, dicts and sets that a function could change."""
    for node in names:
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(
            value, ast.List | ast.Set | ast.ListComp | ast.SetComp
        ):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (t.id for t in targets if isinstance(t, ast.Name) and t.id != "__all__")


def test_no_module_of_the_judge_keeps_what_could_change() -> None:
    for path in _reached(JUDGE):
        assert not list(_sets(_modules()[path].body)), path


ROLES = {
    "conformance/judge/roles.py": "conformance/judge",
    "conformance/campaign/roles.py": "conformance/campaign",
}
"""The two modules that know all roles, with the rooms that they join."""


@pytest.mark.parametrize(("knowing", "room"), ROLES.items())
def test_one_module_of_a_room_knows_both_roles(knowing: str, room: str) -> None:
    both = {
        path
        for path, imported in _imports().items()
        if path.startswith(f"{room}/")
        and all(
            any(other.startswith(f"{room}/{role}/") for other in imported)
            for role in ("host", "module")
        )
    }
    assert both == {knowing}


def test_no_other_module_asks_for_a_role() -> None:
    for path, tree in _modules().items():
        named = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "Role"
        }
        assert not named or path in {*ROLES, "spec/model.py"}, (path, named)


def test_every_die_has_a_seed() -> None:
    for path, tree in _modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Random"):
                assert node.args, (path, node.lineno)


def test_the_ids_of_hosts_stand_in_the_checks_and_in_one_place_more() -> None:
    room = "conformance/judge/host/"
    naming = {
        path.removeprefix(room)
        for path in _modules()
        if path.startswith("conformance/judge/")
        and "SOTA-HST-" in (ROOT / path).read_text(encoding="utf-8")
    }
    assert naming == {"decision.py", "ending.py", "lines.py", "reading.py", "meaning.py"}
