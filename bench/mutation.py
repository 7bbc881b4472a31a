"""Mutation testing of the money: small mistakes are made in its code one by one, and its tests have to see each.

A process starts the servers and imports everything once, and measures which test comes to which function. Each mutant is a fork of it, in
which the code of one function or one constant is exchanged, and pytest runs the tests that come there, the quick ones first, until one
fails. So a mutant costs seconds.
"""

from __future__ import annotations

import ast
import asyncio
import copy
import gc
import importlib
import os
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import hypothesis
from coverage import CoverageData

from ops.settings import ROOT

MODELS = ("ledger", "wallet", "withdrawal", "payout_batch", "hot_wallet", "rate")
PAYMENTS = ("addresses", "encodings", "rates", "price_sources", "batch", "transaction", "signing")
MODULES = [f"models.{name}" for name in MODELS] + [f"payments.{name}" for name in PAYMENTS]
# The quick ones first.
TESTS = [
    "tests/payments/test_addresses.py",
    "tests/payments/test_rates.py",
    "tests/models/test_withdrawals.py",
    "tests/models/test_payout_batches.py",
    "tests/models/test_hot_wallet.py",
    "tests/models/test_ledger.py",
    "tests/payments/test_batch.py",
    "tests/payments/test_steps.py",
    "tests/payments/test_giving_back.py",
    "tests/payments/test_node.py",
    "tests/payments/test_node_faults.py",
]
# The tests of Litecoin's node alone, which all of them share.
ARGUMENTS = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", "-k", "not bitcoin_cash"]
COVERAGE = ["--cov=models", "--cov=payments", "--cov-context=test", "--cov-report=", "-W", "ignore::coverage.exceptions.CoverageWarning"]
# A mutant whose tests never end is seen.
MOST_SECONDS = 150.0
MOST_SECONDS_AS_IT_IS = 1800.0
SAMPLE = 150
# What is not shown to the tests by then is left out, and the figures say so.
MOST_MINUTES = 60
SHARE = 0.9
ALL_PASSED = 0

Change = Callable[[ast.AST], None]


@dataclass(frozen=True)
class Mutant:
    module: str
    line: int
    what: str
    # The function that it is in, as "Class.method", or the constant's name.
    owner: str
    is_constant: bool
    # Which node of the module's tree, in the order of ast.walk, and what is done to it.
    node: int
    change: Change

    def __str__(self) -> str:
        return f"{self.module.replace('.', '/')}.py:{self.line} {self.owner}: {self.what}"


def main(sample: int, seed: int) -> int:
    everything = [mutant for module in MODULES for mutant in mutants_of(module)]
    chosen = random.Random(seed).sample(everything, min(sample, len(everything)))
    with _warm() as folder:
        reach = Reach.measured(folder / "coverage")
        if reach is None:
            print("mutation: some tests fail as it is", file=sys.stderr)
            return 1
        chosen, survivors = _shown(chosen, reach)
    made, left = Counter(mutant.module for mutant in chosen), Counter(mutant.module for mutant in survivors)
    for module in MODULES:
        print(f"{module:<24} {made[module] - left[module]:>4} of {made[module]:>4} seen")
    print("\n".join(["survivors:", *map(str, survivors)]))
    share = 1 - len(survivors) / len(chosen)
    print(f"mutation: {share:.1%} of {len(chosen)} mutants seen, of {len(everything)} that there are, with SEED={seed}")
    return 0 if share >= SHARE else 1


def _shown(chosen: Sequence[Mutant], reach: Reach) -> tuple[list[Mutant], list[Mutant]]:
    """Those that there was time for, and the survivors among them."""
    shown: list[Mutant] = []
    survivors = []
    until = time.monotonic() + MOST_MINUTES * 60
    for number, mutant in enumerate(chosen, 1):
        began = time.monotonic()
        if began > until:
            break
        shown.append(mutant)
        tests = reach.tests_of(mutant)
        is_seen = bool(tests) and _tests([*ARGUMENTS, *tests], mutant) != ALL_PASSED
        if not is_seen:
            survivors.append(mutant)
        what = "seen    " if is_seen else "SURVIVES"
        print(f"{number:>4} {what} {time.monotonic() - began:5.1f} s {len(tests):>4} tests  {mutant}", flush=True)
    return shown, survivors


class Reach:
    """Which tests come to which function: a mutant is shown to no others."""

    def __init__(self, coverage: CoverageData) -> None:
        self._coverage = coverage

    @classmethod
    def measured(cls, file: Path) -> Reach | None:
        """By a run of all the tests without any mutant; None where one fails."""
        os.environ["COVERAGE_FILE"] = str(file)
        if _tests([*ARGUMENTS, *COVERAGE, *TESTS], None) != ALL_PASSED:
            return None
        coverage = CoverageData(str(file))
        coverage.read()
        return cls(coverage)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """In the order of TESTS."""
        lines = self._coverage.contexts_by_lineno(str(_file(mutant.module)))
        reaching = [line for first, last in _reaching(mutant) for line in range(first + 1, last + 1)]
        found = {test.partition("|")[0] for line in reaching for test in lines.get(line, ())}
        return sorted(found - {""}, key=lambda test: (TESTS.index(test.partition("::")[0]), test))


def _reaching(mutant: Mutant) -> list[tuple[int, int]]:
    """The lines, first to last, of the function that it is in, or of those that use the constant."""
    tree = ast.parse(_file(mutant.module).read_text())
    functions = {name: root for name, is_constant, [root] in _owners(tree) if not is_constant}
    if not mutant.is_constant:
        return [_lines(functions[mutant.owner])]
    names = {mutant.owner}
    for name, is_constant, [root] in _owners(tree):
        if is_constant and names & _names(root):
            names.add(name)
    # A constant that others import alone may matter anywhere.
    using = [function for function in functions.values() if names & _names(function)]
    return [_lines(function) for function in using or functions.values()]


def _lines(node: ast.AST) -> tuple[int, int]:
    assert isinstance(node, ast.stmt)
    return node.lineno, node.end_lineno or node.lineno


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


# ------------------------------------------------------------------ making mutants
def mutants_of(module: str) -> list[Mutant]:
    """All that are made of it, in the order of its lines."""
    tree = ast.parse(_file(module).read_text())
    numbers = {id(node): number for number, node in enumerate(ast.walk(tree))}
    found = [
        Mutant(module, getattr(node, "lineno", 0), what, owner, is_constant, numbers[id(node)], change)
        for owner, is_constant, roots in _owners(tree)
        for root in roots
        for node in _nodes(root)
        for what, change in _changes(node)
    ]
    return sorted(found, key=lambda mutant: mutant.line)


def _owners(tree: ast.Module) -> Iterator[tuple[str, bool, list[ast.AST]]]:
    """Functions, methods and constants, each with what of it may change: (name, whether it is a constant, roots)."""
    for statement in tree.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield statement.name, False, [statement]
            case ast.ClassDef():
                for method in statement.body:
                    if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                        yield f"{statement.name}.{method.name}", False, [method]
            case ast.Assign(targets=[ast.Name(id=name)]) if name != "__all__":
                yield name, True, [statement.value]


def _nodes(root: ast.AST) -> Iterator[ast.AST]:
    """It and what is in it that says what is done; not messages for people, logs, types and documentation."""
    yield root
    for name, value in ast.iter_fields(root):
        if name in {"decorator_list", "args", "returns", "annotation"} and not isinstance(root, ast.Call):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_talk(child):
                yield from _nodes(child)


def _is_talk(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise | ast.Assert):
        return True
    # What only decides whether something is logged.
    if isinstance(node, ast.If) and not node.orelse and all(_is_talk(statement) for statement in node.body):
        return all(not isinstance(statement, ast.Raise) for statement in node.body)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith("log.")


SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Compare(ops=[operator]):
            swapped = SWAPPED[type(operator)]
            yield f"{_name(type(operator))} becomes {_name(swapped)} in {_short(node)}", _setting("ops", [swapped()])
        case ast.BinOp(op=operator) | ast.BoolOp(op=operator) | ast.AugAssign(op=operator) if type(operator) in SWAPPED:
            swapped = SWAPPED[type(operator)]
            yield f"{_name(type(operator))} becomes {_name(swapped)} in {_short(node)}", _setting("op", swapped())
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield f"not {_short(test)}", _setting("test", ast.UnaryOp(ast.Not(), test))
        case ast.Constant():
            yield from _other_values(node.value)
    yield from _removals(node)


def _other_values(value: object) -> Iterator[tuple[str, Change]]:
    match value:
        case bool():
            yield f"{value} becomes {not value}", _setting("value", not value)
        case int():
            yield f"{value} becomes {value + 1}", _setting("value", value + 1)
        case str():
            for before, after, changed in _rewritten(value):
                yield f"{before} becomes {after}", _setting("value", changed)


def _removals(node: ast.AST) -> Iterator[tuple[str, Change]]:
    for name in ("body", "orelse"):
        statements = getattr(node, name, None)
        for position, statement in enumerate(statements if isinstance(statements, list) else ()):
            if _may_go(statement):
                yield f"without {_short(statement)}", _removing(name, position)


def _may_go(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise | ast.AugAssign):
        return True
    return isinstance(statement, ast.Expr) and not _is_talk(statement) and not isinstance(statement.value, ast.Yield)


# Of SQL: what is looked for, and what it becomes.
SQL = re.compile(r"\b(SELECT|UPDATE|INSERT INTO|WHERE)\b")
REWRITES = (
    (r"'([A-Z_]{3,})'", r"'\1X'"),
    (r" = (?=[\w$('])", " <> "),
    (r" <> ", " = "),
    (r" >= ", " > "),
    (r" > ", " >= "),
    (r" < ", " <= "),
    (r" \+ ", " - "),
    (r"\bAND\b", "OR"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bNOT IN\b", "IN"),
    (r" IS DISTINCT FROM ", " = "),
    (r" DESC\b", ""),
    (r"\bcoalesce\((\w+), now\(\)\)", "now()"),
)


def _rewritten(text: str) -> Iterator[tuple[str, str, str]]:
    """One by one, each place in SQL that can be another: what was there, what is, and the whole then."""
    if not SQL.search(text):
        return
    for pattern, becomes in REWRITES:
        for found in re.finditer(pattern, text):
            new = found.expand(becomes)
            whole = text[: found.start()] + new + text[found.end() :]
            around = text[max(0, found.start() - 30) : found.end() + 20].replace("\n", " ")
            yield f"{found[0].strip()!r} in {around!r}", repr(new.strip()), whole


def _setting(field: str, value: object) -> Change:
    return lambda node: setattr(node, field, value)


def _removing(field: str, position: int) -> Change:
    def remove(node: ast.AST) -> None:
        statements: list[ast.stmt] = getattr(node, field)
        statements[position] = ast.copy_location(ast.Pass(), statements[position])

    return remove


def _name(operator: type[ast.AST]) -> str:
    return operator.__name__


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:70]


def _file(module: str) -> Path:
    return ROOT / f"{module.replace('.', '/')}.py"


# ------------------------------------------------------------------ living with one
def live_with(mutant: Mutant) -> None:
    """Changes this process's code for good."""
    module = importlib.import_module(mutant.module)
    tree = ast.parse(_file(mutant.module).read_text())
    changed = copy.deepcopy(tree)
    mutant.change(list(ast.walk(changed))[mutant.node])
    ast.fix_missing_locations(changed)
    if mutant.is_constant:
        _exchange_constants(module, changed, mutant.owner)
        return
    code = _code_of(compile(changed, str(module.__file__), "exec", dont_inherit=True), mutant.owner)
    functions = [
        each
        for each in gc.get_objects()
        if isinstance(each, FunctionType) and each.__code__.co_filename == module.__file__ and each.__code__.co_qualname == mutant.owner
    ]
    assert functions, f"nothing is called {mutant.owner}"
    for function in functions:
        function.__code__ = code


def _code_of(code: CodeType, owner: str) -> CodeType:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == owner:
                return constant
            if owner.startswith(f"{constant.co_qualname}."):
                return _code_of(constant, owner)
    raise AssertionError(f"no code of {owner}")


def _exchange_constants(module: ModuleType, changed: ast.Module, owner: str) -> None:
    """The constant and those made from it, here and wherever they were imported to."""
    names = set[str]()
    space = dict(vars(module))
    for statement in changed.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name = statement.targets[0].id
        uses = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
        if name != owner and not uses & names:
            continue
        names.add(name)
        old = getattr(module, name)
        exec(compile(ast.Module([statement], []), str(module.__file__), "exec"), space)
        for other in list(sys.modules.values()):
            if getattr(other, "__dict__", {}).get(name) is old:
                setattr(other, name, space[name])


# ------------------------------------------------------------------ running tests
@contextmanager
def _warm() -> Iterator[Path]:
    """The servers and the imports that all forks share; the folder of the servers."""
    os.chdir(ROOT)
    servers = importlib.import_module("tests.support.servers")
    servers.postgres.start()
    servers.redis_server.start()
    from ops.database import migrate
    from ops.settings import settings
    from payments.regtest import Regtest

    asyncio.run(migrate(settings().database_url))
    # As tests/conftest.py has it, which comes too late for what is imported here.
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")
    for path in TESTS:
        importlib.import_module(path.removesuffix(".py").replace("/", "."))
    regtest = Regtest(servers.DATA_DIR / "node")
    try:
        yield servers.DATA_DIR
    finally:
        # A fork that was killed left it running.
        asyncio.run(regtest.kill())


def _tests(arguments: Sequence[str], mutant: Mutant | None) -> int:
    """pytest's exit code in a fork with the mutant; 0 says that nobody saw it."""
    child = os.fork()
    if child == 0:
        code = -1
        try:
            code = _in_the_fork(arguments, mutant)
        finally:
            # What the mother leaves behind is hers to clear away.
            os._exit(code & 0xFF)
    until = time.monotonic() + (MOST_SECONDS if mutant else MOST_SECONDS_AS_IT_IS)
    ended = 0
    try:
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        return -signal.SIGKILL
    finally:
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _in_the_fork(arguments: Sequence[str], mutant: Mutant | None) -> int:
    import pytest

    # What fails without any is told.
    if mutant is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        live_with(mutant)
    return int(pytest.main([*arguments]))
