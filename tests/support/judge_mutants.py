"""Mutants of the judge: one comparison, condition, constant or result of it is changed.

A library was looked for. mutmut 3 names a module by its folder, which is not its name here;
cosmic-ray changes files in place and starts a process of pytest a mutant, 2 s instead of 0.5 s.
Neither draws a sample by a seed.
"""

import ast
import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType

__all__ = ["JUDGE", "PACKAGE", "Mutant", "all_mutants", "mutated"]

JUDGE = Path(__file__).parents[2] / "conformance" / "judge"
PACKAGE = "atverdict.conformance.judge"
LONGEST = 60
"""The most characters of an expression that are shown of it."""

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
SUMS: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
BY_TEXT = frozenset({"startswith", "endswith", "removeprefix", "removesuffix", "strip", "rstrip"})
"""Methods whose arguments decide something; other arguments that are text are words for people."""

Step = tuple[str, int | None]
"""The field of a node in which its child stands, and the place in it where it is a list."""
Path_ = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module of the judge."""

    module: str
    """Its path below the judge's folder."""
    kind: str
    name: str
    """What is changed, where, in words that other changes of the module leave as they are."""
    line: int
    function: int
    """The first line of the function that it is in; 0 outside of all functions."""
    path: Path_
    number: int
    """Which of the changes of this node it is."""

    @property
    def dotted(self) -> str:
        """The name by which the module is imported."""
        return f"{PACKAGE}.{self.module.removesuffix('.py').replace('/', '.')}"


@dataclass(frozen=True, slots=True)
class _Change:
    kind: str
    node: ast.AST


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse((JUDGE / module).read_text("utf-8"))


@cache
def _modules() -> tuple[str, ...]:
    return tuple(sorted(p.relative_to(JUDGE).as_posix() for p in JUDGE.rglob("*.py")))


@cache
def _members() -> dict[str, tuple[str, ...]]:
    """Return the members of enumerations that the judge names, by class."""
    found: dict[str, set[str]] = {}
    for module in _modules():
        for node in ast.walk(_tree(module)):
            match node:
                case ast.Attribute(ast.Name(name), attr) if name[0].isupper() and attr.isupper():
                    found.setdefault(name, set()).add(attr)
                case _:
                    pass
    return {name: tuple(sorted(members)) for name, members in found.items()}


def all_mutants() -> tuple[Mutant, ...]:
    """Return every mutant, in the order of the modules and their lines."""
    return tuple(mutant for module in _modules() for mutant in _mutants(module))


def mutated(mutant: Mutant) -> CodeType:
    """Return the module of a mutant, compiled."""
    tree = copy.deepcopy(_tree(mutant.module))
    parent: ast.AST = tree
    for step in mutant.path[:-1]:
        parent = _child(parent, step)
    last = mutant.path[-1]
    change = list(_changes(_child(parent, last), parent, last[0]))[mutant.number]
    new = ast.copy_location(change.node, _child(parent, last))
    field, place = last
    if place is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[place] = new
    return compile(ast.fix_missing_locations(tree), str(JUDGE / mutant.module), "exec")


def _child(node: ast.AST, step: Step) -> ast.AST:
    field, place = step
    child = getattr(node, field)
    return child if place is None else child[place]


def _mutants(module: str) -> Iterator[Mutant]:
    names: dict[str, int] = {}
    for node, parent, path, where, function in _nodes(_tree(module), (), "", 0):
        for number, change in enumerate(_changes(node, parent, path[-1][0])):
            name = f"{where or 'module'}: {_shown(node)} -> {_shown(change.node)}"
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                name += f" [{names[name]}]"
            line = getattr(node, "lineno", 0)
            yield Mutant(module, change.kind, name, line, function, path, number)


def _shown(node: ast.AST) -> str:
    if isinstance(node, ast.Pass):
        return "nothing"
    if isinstance(node, ast.cmpop):
        return type(node).__name__
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]} ..."


def _nodes(
    node: ast.AST, path: Path_, where: str, function: int
) -> Iterator[tuple[ast.AST, ast.AST, Path_, str, int]]:
    """Yield what may be changed: each node, its parent, the path to it, and the function."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        where = f"{where}.{node.name}" if where else node.name
    if isinstance(node, ast.FunctionDef):
        function = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "type_params", "msg", "exc"}:
            continue
        several = isinstance(value, list)
        for place, child in enumerate(value if several else [value]):
            if not isinstance(child, ast.AST) or _is_words(child):
                continue
            step = (*path, (field, place if several else None))
            # The default value of an argument is evaluated outside of the function.
            inside = 0 if field == "args" and isinstance(node, ast.FunctionDef) else function
            yield child, node, step, where, inside
            yield from _nodes(child, step, where, inside)


def _is_words(node: ast.AST) -> bool:
    """Tell whether a node is read by people, or by nobody."""
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Raise)):
        return True
    if isinstance(node, ast.Assign):
        return any(isinstance(each, ast.Name) and each.id == "__all__" for each in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST, parent: ast.AST, field: str) -> Iterator[_Change]:
    yield from _of_conditions(node, field)
    yield from _of_comparisons(node)
    yield from _of_constants(node, parent)
    yield from _of_results(node)


def _of_conditions(node: ast.AST, field: str) -> Iterator[_Change]:
    if field in {"test", "guard", "ifs"} and isinstance(node, ast.expr):
        yield _Change("condition", ast.UnaryOp(ast.Not(), node))
    match node:
        case ast.BoolOp(op, values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield _Change("condition", ast.BoolOp(other, values))
        case ast.UnaryOp(ast.Not(), operand):
            yield _Change("condition", operand)
        case _:
            pass


def _of_comparisons(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare(left, ops, comparators):
            for place, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    changed = [*ops[:place], other(), *ops[place + 1 :]]
                    yield _Change("comparison", ast.Compare(left, changed, comparators))
        case ast.BinOp(left, op, right) if type(op) in SUMS and not _is_text(left, right):
            yield _Change("comparison", ast.BinOp(left, SUMS[type(op)](), right))
        case _:
            pass


def _is_text(*nodes: ast.expr) -> bool:
    return any(isinstance(n, (ast.JoinedStr, ast.Constant)) and _text(n) for n in nodes)


def _text(node: ast.JoinedStr | ast.Constant) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(node.value, (str, bytes))


def _of_constants(node: ast.AST, parent: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Constant(bool(value)):
            yield _Change("constant", ast.Constant(not value))
        case ast.Constant(int(value)):
            yield _Change("constant", ast.Constant(value + 1))
            if value:
                yield _Change("constant", ast.Constant(value - 1))
        case ast.Constant(float(value)):
            yield _Change("constant", ast.Constant(value * 2 or 1.0))
        case ast.Constant(str(value)) if " " not in value and _decides(parent, node):
            yield _Change("constant", ast.Constant(value + "x"))
        case ast.Constant(bytes(value)) if _decides(parent, node):
            yield _Change("constant", ast.Constant(value + b"x"))
        case ast.Attribute(ast.Name(name), attr) if attr in _members().get(name, ()):
            members = itertools.cycle(_members()[name])
            after = itertools.dropwhile(lambda member: member != attr, members)
            other = next(itertools.islice(after, 1, None))
            if other != attr:
                value = ast.Name(name, ast.Load())
                yield _Change("constant", ast.Attribute(value, other, ast.Load()))
        case _:
            pass


def _decides(parent: ast.AST, node: ast.Constant) -> bool:
    """Tell whether a text decides something where it stands."""
    match parent:
        case ast.Compare() | ast.MatchValue() | ast.Set() | ast.List() | ast.Tuple() | ast.Dict():
            return True
        case ast.Call(ast.Attribute(_, method), args):
            return method in BY_TEXT and node in args
        case _:
            return False


def _of_results(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Return(None) | ast.Continue() | ast.Break():
            yield _Change("result", ast.Pass())
        case ast.Return(ast.Constant()):
            pass  # changed as a constant; None means nothing more
        case ast.Return():
            yield _Change("result", ast.Return(ast.Constant(None)))
        case ast.Expr(ast.Yield() | ast.YieldFrom() | ast.Call()):
            yield _Change("result", ast.Pass())
        case ast.Assign([ast.Attribute() | ast.Subscript()], _) | ast.AugAssign():
            yield _Change("result", ast.Pass())
        case _:
            pass
