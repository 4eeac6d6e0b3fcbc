"""Breaks the code on purpose, one place at a time, and looks whether the tests notice.

    python tools/mutants.py                         # the pure modules
    python tools/mutants.py rows/values errors      # these modules
    python tools/mutants.py --readers               # the engines' readers, on servers of their own
    python tools/mutants.py --breaks [WORD ...]     # the breaks of breaks.py [whose name has a word]

A mutant is run in a copy of the package, in a fork of a process that has imported the libraries, with
the tests that mirror its module. mutmut and cosmic-ray were not taken: mutmut changes functions in one
process, while much is tested through a process of its own, and cosmic-ray starts one a mutant.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import contextlib
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, Sequence, Tuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "kallithea_dbdev"
#: Where the tests are told of another package than the installed one.
PACKAGE_VARIABLE = "KALLITHEA_DBDEV_TEST_PACKAGE"

#: Modules whose tests take milliseconds.
PURE = (
    "causes", "drafting/answers", "drafting/assemble", "drafting/fills", "drafting/imagined", "drafting/model_checks",
    "drafting/script", "drafting/set_up_rows", "drafting/tables", "drafting/uniques", "drafting/unseen",
    "engines/fence", "engines/marks", "engines/postgresql/fence", "engines/sqlite/fence", "errors", "findings",
    "memory/encoding", "memory/bytecode", "memory/outline", "memory/sources", "memory/store", "messages", "offlimits",
    "operations/rebuilds", "operations/types", "releases/__init__", "reports/answers", "reports/json", "reports/text",
    "rows/absences", "rows/changes", "rows/choices", "rows/culprits", "rows/declared", "rows/defaults",
    "rows/misfits", "rows/naming", "rows/oddities", "rows/probes", "rows/set_ups", "rows/stricter", "rows/undoing",
    "rows/unreadable", "rows/values", "schema/change", "schema/compare/__init__", "schema/compare/checks",
    "schema/compare/columns", "schema/compare/indexes", "schema/compare/keys", "schema/compare/matching",
    "schema/compare/objects", "schema/compare/options", "schema/model", "schema/names", "schema/renames",
    "schema/text", "secrets", "statements", "verification/accepted", "verification/blame",
    "verification/checks/misfits", "verification/checks/orphans", "verification/checks/rows", "verification/limits",
    "verification/places", "verification/result", "verification/verdicts", "workspace",
)  # fmt: skip
#: What reads databases: the contract of the engines is their test, beside their own.
READERS = (
    "engines/sqlite/catalogue", "engines/sqlite/ddl", "engines/postgresql/catalogue",
    "engines/mysql/catalogue",
)  # fmt: skip
CONTRACT = "tests/engines/test_contract.py"

#: What is tested through another module, too.
_OF_SCHEMAS = tuple(f"tests/schema/test_{name}.py" for name in ("compare", "compare_sides", "change"))
_OF_SQLITE = tuple(
    f"tests/engines/sqlite/test_{name}.py"
    for name in ("kinds", "catalogue", "catalogue_again", "oracle", "unwritten")
)
TESTED_BY = {
    **{
        f"schema/{name}": _OF_SCHEMAS
        for name in (
            "change", "model", "text", "compare/__init__", "compare/checks", "compare/columns", "compare/indexes",
            "compare/keys", "compare/objects", "compare/options",
        )
    },
    "engines/sqlite/ddl": _OF_SQLITE,
    "engines/sqlite/catalogue": _OF_SQLITE[:1],
    "engines/mysql/catalogue": ("tests/engines/mysql/test_kinds.py", "tests/engines/mysql/test_definition.py"),
}  # fmt: skip

#: Imported before the forks: what each run needs, the package itself left out.
LIBRARIES = (
    "pytest", "_pytest.assertion.rewrite", "hypothesis", "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.mysql", "alembic.config", "alembic.autogenerate",
    "paste.deploy.loadwsgi", "gearbox.command", "psycopg2.extras", "pymysql.cursors",
    "kallithea",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of one file: ``new`` instead of the text between two offsets."""

    begin: int
    end: int
    new: str
    line: int
    what: str


#: A list of more elements is data, such as the catalogue of findings.
MOST = 12

# -- mutations -----------------------------------------------------------------------------------

_OTHER_COMPARISON = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_OTHER_OPERATOR = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


def mutants(text: str) -> List[Mutant]:
    """All mutants of a module, in the order of its lines."""
    tree = ast.parse(text)
    offsets = [0]
    for line in text.encode().splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    found = []
    for node in _code(tree):
        for new, what in _replacements(node):
            begin = offsets[node.lineno - 1] + node.col_offset
            end = offsets[node.end_lineno - 1] + node.end_col_offset
            found.append(Mutant(begin, end, new, node.lineno, what))
    return sorted(set(found), key=lambda mutant: (mutant.begin, mutant.what, mutant.new))


def _code(tree: ast.AST) -> "Iterator[ast.expr | ast.stmt]":
    """The nodes that run: no annotation, documentation or message."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST) or _is_words(node):
                continue
            if isinstance(node, (ast.expr, ast.stmt)):
                yield node
            yield from _code(node)


def _is_words(node: ast.AST) -> bool:
    """Whether it is a docstring, a text with values in it, or makes an error (its words are no logic)."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return name.endswith("Error") or name in ("Kind", "TypeVar")
    return isinstance(node, (ast.JoinedStr, ast.Import, ast.ImportFrom))


def _replacements(node: ast.AST) -> Iterator[Tuple[str, str]]:
    if isinstance(node, ast.Compare):
        other = _OTHER_COMPARISON[type(node.ops[0])]()
        yield _text(ast.Compare(node.left, [other, *node.ops[1:]], node.comparators)), "comparison"
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _text(ast.BoolOp(other, node.values)), "and/or"
        for value in node.values:
            left = [kept for kept in node.values if kept is not value]
            yield _text(left[0] if len(left) == 1 else ast.BoolOp(node.op, left)), "part of and/or dropped"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _text(node.operand), "not dropped"
    elif isinstance(node, ast.BinOp) and type(node.op) in _OTHER_OPERATOR:
        yield _text(ast.BinOp(node.left, _OTHER_OPERATOR[type(node.op)](), node.right)), "operator"
    elif isinstance(node, ast.IfExp):
        yield _text(node.body), "if always"
        yield _text(node.orelse), "if never"
    elif isinstance(node, ast.Constant):
        yield from _other_constant(node.value)
    elif (
        isinstance(node, (ast.Tuple, ast.List))
        and isinstance(node.ctx, ast.Load)
        and 1 < len(node.elts) <= MOST
    ):
        for element in node.elts:
            kept = [other for other in node.elts if other is not element]
            yield _text(type(node)(kept, node.ctx)), "element dropped"
    elif isinstance(node, ast.Call) and len(node.args) > 1:
        swapped = [node.args[1], node.args[0], *node.args[2:]]
        yield _text(ast.Call(node.func, swapped, node.keywords)), "arguments swapped"
    elif isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)):
        yield from _without_conditions(node)
    else:
        yield from _other_statement(node)


def _other_constant(value: object) -> Iterator[Tuple[str, str]]:
    if isinstance(value, bool):
        yield repr(not value), "constant"
    elif isinstance(value, int):
        yield f"({value + 1})", "constant"
    elif isinstance(value, str) and value.strip():
        yield f"({value!r} 'XX')", "text"


def _without_conditions(node: ast.AST) -> Iterator[Tuple[str, str]]:
    for number, loop in enumerate(node.generators):  # type: ignore[attr-defined]
        if loop.ifs:
            loops = list(node.generators)  # type: ignore[attr-defined]
            loops[number] = ast.comprehension(loop.target, loop.iter, [], loop.is_async)
            fields = {name: value for name, value in ast.iter_fields(node) if name != "generators"}
            yield _text(type(node)(generators=loops, **fields)), "condition dropped"


def _other_statement(node: ast.AST) -> Iterator[Tuple[str, str]]:
    if isinstance(node, ast.If):
        yield from ((_head(node, value), f"if {value}") for value in ("True", "False"))
    elif isinstance(node, ast.Return) and node.value is not None:
        if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield "return None", "returns nothing"
    elif isinstance(node, (ast.Raise, ast.Continue, ast.Break, ast.AugAssign)):
        yield "pass", "statement dropped"
    elif isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom)):
        # What yields nothing any more must stay a generator.
        generator = isinstance(node.value, (ast.Yield, ast.YieldFrom))
        yield "yield from ()" if generator else "pass", "statement dropped"
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Attribute, ast.Subscript)):
        yield "pass", "statement dropped"


def _head(node: ast.If, value: str) -> str:
    """The whole statement with another condition; ``ast.unparse`` indents from zero."""
    changed = ast.If(ast.Constant(value == "True"), node.body, node.orelse)
    return ("\n" + " " * node.col_offset).join(ast.unparse(changed).split("\n"))


def _text(node: ast.AST) -> str:
    return f"({ast.unparse(ast.fix_missing_locations(node))})"


# -- running -------------------------------------------------------------------------------------


class Copy:
    """A copy of the package and its tests, of which one file at a time is changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in (PACKAGE, "tests", "tools", "docs"):
            shutil.copytree(ROOT / name, folder / name)
        for name in ("pyproject.toml", "README.rst", "CHANGES.rst", "Makefile", "setup.py"):
            shutil.copy(ROOT / name, folder)
        compileall.compile_dir(str(folder / PACKAGE), quiet=2)
        compileall.compile_dir(str(folder / "tests"), quiet=2)

    @contextlib.contextmanager
    def changed(self, path: str, text: bytes) -> Iterator[None]:
        """While inside, the file has another text."""
        file = self.folder / path
        before = file.read_bytes()
        file.write_bytes(text)
        self._forget(file)
        try:
            yield
        finally:
            file.write_bytes(before)
            self._forget(file)

    def _forget(self, file: Path) -> None:
        # Bytecode is found by time and size: a change within a second may have the same.
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
            compiled.unlink()

    def run(self, tests: Sequence[str], seconds: float, changed: bool = True) -> str:
        """ "killed" or "survived" (or "no tests"), from pytest in a fork.

        Where nothing is ``changed`` the tests are compiled for all the runs to come.
        """
        pid = os.fork()
        if pid == 0:
            self._be_pytest(tests, changed)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                code = os.waitstatus_to_exitcode(status)
                return {0: "survived", 5: "no tests"}.get(code, "killed")
            time.sleep(0.01)
        # With the processes that it started.
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return "killed"

    def _be_pytest(self, tests: Sequence[str], changed: bool) -> None:
        status = 99
        try:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            nothing = os.open(os.devnull, os.O_RDWR)
            log = os.open(self.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for number, descriptor in enumerate((nothing, log, log)):
                os.dup2(descriptor, number)
            os.chdir(self.folder)
            os.environ[PACKAGE_VARIABLE] = str(self.folder)
            sys.path.insert(0, str(self.folder))
            sys.dont_write_bytecode = changed
            import pytest

            words = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "--tb=line"]
            words += ["--hypothesis-seed=0", f"--basetemp={self.folder / 'tmp'}"]
            status = pytest.main([*words, *tests])
        finally:
            os._exit(status)


def tests_of(module: str, folder: Path = ROOT) -> List[str]:
    """The tests that mirror a module, fast ones first."""
    name = module[: -len("/__init__")] if module.endswith("/__init__") else module
    path = Path("tests", name)
    found = sorted(folder.glob(str(path.with_name(f"test_{path.name}.py"))))
    found += sorted(folder.glob(str(path.with_name(f"test_{path.name}_*.py"))))
    found += sorted(folder.glob(f"tests/{name}/test_*.py")) if module.endswith("/__init__") else []
    tests = [str(path.relative_to(folder)) for path in found] + list(TESTED_BY.get(module, ()))
    if module in READERS and (folder / CONTRACT).exists():
        tests.append(CONTRACT)
    # One module of a package that is tested as a whole.
    return tests if tests or "/" not in name else tests_of(name.rpartition("/")[0], folder)


def selection(module: str) -> List[str]:
    """Of tests for all engines, those of the engine of the module."""
    parts = module.split("/")
    return ["-k", f"{parts[1]} or {parts[-1]}"] if module in READERS else []


def score(module: str, copies: List[Copy], at_most: int, seed: int) -> Tuple[int, int]:
    """Run the mutants of a module; print those that survive. Returns (killed, all)."""
    path = f"{PACKAGE}/{module}.py"
    # Not from where somebody may be writing meanwhile.
    source = (copies[0].folder / path).read_bytes()
    tests = tests_of(module, copies[0].folder)
    if not tests:
        print(f"{module}: no tests of its own")
        return 0, 0
    tests += selection(module)
    begun = time.monotonic()
    for copy in copies:
        if copy.run(tests, 600, changed=False) != "survived":
            print((copy.folder / "log").read_text()[-2000:])
            sys.exit(f"{module}: {' '.join(tests)} fail without any mutation")
    seconds = 5 + 10 * (time.monotonic() - begun) / len(copies)
    chosen = mutants(source.decode())
    if at_most and len(chosen) > at_most:
        chosen = sorted(random.Random(seed).sample(chosen, at_most), key=lambda mutant: mutant.begin)
    free = list(copies)

    def one(mutant: Mutant) -> str:
        copy = free.pop()
        try:
            text = source[: mutant.begin] + mutant.new.encode() + source[mutant.end :]
            with copy.changed(path, text):
                return copy.run(tests, seconds)
        finally:
            free.append(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        outcomes = list(pool.map(one, chosen))
    for mutant, outcome in zip(chosen, outcomes):
        if outcome == "survived":
            old = source[mutant.begin : mutant.end].decode()
            print(f"{path}:{mutant.line}: {mutant.what}: {_short(old)} -> {_short(mutant.new)}")
    killed = outcomes.count("killed")
    print(
        f"{module}: {killed} of {len(chosen)} noticed ({_percent(killed, len(chosen))}), "
        f"{time.monotonic() - begun:.0f} s",
        flush=True,
    )
    return killed, len(chosen)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 70 else f"{line[:67]}..."


def _percent(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "none"


def run_breaks(words: Sequence[str], copy: Copy) -> int:
    """Run the breaks of ``breaks.py``. Returns how many went unnoticed or do not fit any more."""
    sys.path.insert(0, str(ROOT / "tools"))
    breaks = importlib.import_module("breaks")
    bad = 0
    chosen = [b for b in breaks.BREAKS if not words or any(word in b.name for word in words)]
    # Tests that fail anyway notice nothing.
    broken = {
        tests for tests in {b.tests for b in chosen} if copy.run(tests, 600, changed=False) != "survived"
    }
    for one in chosen:
        path = copy.folder / one.file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if text.count(one.old) != 1:
            outcome = "DOES NOT FIT ANY MORE"
        elif one.tests in broken:
            outcome = "FAILS WITHOUT IT"
        else:
            with copy.changed(one.file, text.replace(one.old, one.new).encode()):
                outcome = copy.run(one.tests, 600)
        bad += outcome != "killed"
        print(f"{'noticed' if outcome == 'killed' else outcome.upper():<12} {one.name}", flush=True)
    print(f"{len(chosen) - bad} of {len(chosen)} breaks noticed")
    return bad


@contextlib.contextmanager
def with_servers(wanted: bool) -> Iterator[None]:
    """Servers for all runs: one start for all mutants."""
    if not wanted:
        yield
        return
    sys.path.insert(0, str(ROOT))
    servers = importlib.import_module("tests.servers")
    with contextlib.ExitStack() as stack:
        found = []
        for engine in servers.ENGINES:
            found.append(str(servers.start(engine, stack).admin))
        os.environ[servers.URLS] = " ".join(found)
        # The forks import the copy's.
        for name in [n for n in sys.modules if n.split(".")[0] in (PACKAGE, "tests")]:
            del sys.modules[name]
        sys.path.remove(str(ROOT))
        yield


def main(arguments: Iterable[str]) -> int:
    """Run what the command line asks for. Returns the exit status."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="such as rows/values")
    parser.add_argument("--readers", action="store_true", help="the engines' readers")
    parser.add_argument("--breaks", action="store_true", help="the list of breaks.py")
    parser.add_argument("--at-most", type=int, default=0, metavar="N", help="of each module, by chance")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(list(arguments))
    modules = [name.removesuffix(".py").removeprefix(f"{PACKAGE}/") for name in options.modules]
    if not modules:
        modules = list(READERS if options.readers else PURE)
    for name in LIBRARIES:
        importlib.import_module(name)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # Ends after the mutants that are running, and removes the copies.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    serving = options.breaks or any(name.startswith("engines/") for name in {*modules} - {*PURE})
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, with_servers(serving):
        if options.breaks:
            return 1 if run_breaks(options.modules, Copy(Path(folder, "0"))) else 0
        copies = [Copy(Path(folder, str(number))) for number in range(max(1, options.jobs))]
        results: Dict[str, Tuple[int, int]] = {}
        for module in modules:
            results[module] = score(module, copies, options.at_most, options.seed)
    killed, total = (sum(column) for column in zip(*results.values()))
    print(f"score: {killed} of {total} noticed ({_percent(killed, total)})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
