"""What a value comes from: files as they were read, code that was loaded, the process around it.

What is told of files is told of their contents, so that two checkouts with the same files share what
was made from them. Whoever keeps what it made asks first whether all is as it was when it was read:
what was changed meanwhile may have been loaded before or after that.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import marshal
import os
import re
import struct
import sys
import sysconfig
import time
from pathlib import Path
from typing import Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Set, Tuple

#: Folders in a package that nothing reads which is imported from it.
_NO_SOURCES = {"__pycache__", "node_modules", ".git", ".hg"}

#: What editors leave beside a file while it is being edited.
_OF_EDITORS = re.compile(r"~$|^\.?#|\.sw[a-z]$")

#: A clock of a file system may stand still for so long: a change would not show in the time.
_TICK_SECONDS = 0.02

#: Variables of terminals, shells, sessions and of the tests: of no interest to a set-up. All others count.
_OF_TERMINALS = re.compile(
    r"(PWD|OLDPWD|SHLVL|_|TERM\w*|COLORTERM|COLUMNS|LINES|PS\d|PROMPT\w*|WINDOWID|DISPLAY|WAYLAND_DISPLAY|TMUX\w*|STY|"
    r"SSH_\w+|GPG_\w+|DBUS_\w+|XDG_\w+|TMPDIR|TEMP|TMP|HISTFILE|EDITOR|PAGER|LS_COLORS|NO_COLOR|VSCODE_\w+|"
    r"PYTHONPATH|PYTEST_CURRENT_TEST|PYTEST_XDIST\w*|MAKE\w*|MFLAGS|INVOCATION_ID|JOURNAL_STREAM)\Z"
)

#: How a file is recognised: size, times and number.
Signature = Tuple[int, int, int, int]


#: For each of some folders: relative name of a file -> a name for its content; and what else was read.
Contents = Tuple[List[Dict[str, str]], List[str]]

#: Does some work, now or beside what goes on; gives what waits for the result.
Doing = Callable[[Callable[[], Contents]], Callable[[], Contents]]


def at_once(work: Callable[[], Contents]) -> Callable[[], Contents]:
    """Do it now."""
    contents = work()
    return lambda: contents


class WrittenError(Exception):
    """A source was written while it was read: what is loaded may be older or newer than that."""


class Folder:
    """All files of a folder that can be a source, as they are at this moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._signatures = dict(_signatures(path))
        _wait_for_the_clock(self._signatures.values())

    def read(self) -> Dict[str, str]:
        """Relative name of each file -> a name for its content. Raises WrittenError."""
        try:
            contents = {name: digest(_read(self._path / name)) for name in self._signatures}
        except FileNotFoundError as error:
            raise WrittenError from error
        if not self.is_unchanged():
            raise WrittenError
        return contents

    def is_unchanged(self) -> bool:
        """Whether no file was written, added or removed since."""
        return dict(_signatures(self._path)) == self._signatures


def digest(content: bytes) -> str:
    """A name for a content that no other has."""
    return hashlib.blake2b(content, digest_size=32).hexdigest()


def _signatures(folder: Path) -> Iterator[Tuple[str, Signature]]:
    """Relative name -> signature of each file, those behind links included."""
    waiting = [""]
    entered = set()
    while waiting:
        name = waiting.pop()
        status = (folder / name).stat()
        if (status.st_dev, status.st_ino) in entered:
            continue  # a link that leads back
        entered.add((status.st_dev, status.st_ino))
        with os.scandir(folder / name) as entries:
            for entry in entries:
                inside = f"{name}{entry.name}"
                if entry.is_dir():
                    waiting += [f"{inside}/"] * (entry.name not in _NO_SOURCES)
                elif entry.is_file() and not _OF_EDITORS.search(entry.name):
                    yield inside, _signature(entry.stat())


def _signature(status: os.stat_result) -> Signature:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _wait_for_the_clock(signatures: Iterable[Signature]) -> None:
    """Until what is written from now on gets another time than what is there."""
    youngest = max((changed for _, _, changed, _ in signatures), default=0) / 1e9
    if 0 <= time.time() - youngest < _TICK_SECONDS:
        time.sleep(_TICK_SECONDS)


def _read(path: Path) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


# -- the text of scripts ----------------------------------------------------------------------------


def outline(source: str, functions: Iterable[str], constants: Iterable[str]) -> str:
    """What a script does when it is loaded: all of it but the bodies of these functions, and but
    these constants. The whole text where something in it may call them or read them."""
    functions, constants = set(functions), set(constants)
    tree = ast.parse(source)
    kept: List[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in functions:
            node.body = []
        elif isinstance(node, ast.Assign) and _names(node) <= constants and _is_literal(node.value):
            continue
        kept.append(node)
    tree.body = kept
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return source if used & {*functions, *constants, *_REACHING} else ast.dump(tree)


#: What gets at a function without naming it.
_REACHING = {"globals", "locals", "vars", "eval", "exec", "getattr", "__dict__", "modules", "import_module"}


def _names(node: ast.Assign) -> "set[str]":
    return {target.id if isinstance(target, ast.Name) else "" for target in node.targets}


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


# -- the process ------------------------------------------------------------------------------------


def package_folder(name: str) -> Optional[Path]:
    """Where a package is that nobody has imported yet; None where there is none, or somebody has."""
    if name in sys.modules:
        return None
    try:
        spec = importlib.util.find_spec(name)
    except ImportError:
        return None
    return Path(spec.origin).parent if spec and spec.origin else None


def surroundings(package: Path) -> List[str]:
    """What a process gets from outside: Python, libraries by name and version, machine, environment.

    ``package`` is the one whose contents are looked at: where it is does not matter.
    """
    found = [sys.version, sys.prefix, str(sys.flags), " ".join(map(str, os.uname())), str(time.tzname)]
    for name in sys.path:
        folder = Path(name)
        try:
            # The versions of libraries are in the names of their .dist-info folders.
            names = sorted(entry.name for entry in folder.iterdir())
        except OSError:
            names = []
        place = "" if folder == package.parent else str(folder)
        importable = (n for n in names if not (_OF_EDITORS.search(n) or n.startswith((".", "__pycache__"))))
        found.append("\n".join([place, *importable]))
    found += sorted(f"{k}={v}" for k, v in os.environ.items() if not _OF_TERMINALS.match(k))
    return found


def loaded_libraries(but: Iterable[Path]) -> Dict[str, Tuple[int, int]]:
    """Size and time of each file that a module was loaded from, as Python itself recognises a file.

    Left out: Python's own, for which its version stands, and what is in the folders ``but``.
    """
    standard = sysconfig.get_path("stdlib")
    libraries = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    found = {}
    for path in _loaded_files():
        ours = any(path.startswith(f"{folder}{os.sep}") for folder in but)
        python = path.startswith(f"{standard}{os.sep}") and not path.startswith(libraries)
        if not ours and not python:
            found[path] = _size_and_time(path)
    return found


def are_as_loaded(libraries: Mapping[str, Tuple[int, int]]) -> bool:
    """Whether all these files are as they were."""
    return all(_size_and_time(path) == known for path, known in libraries.items())


def _size_and_time(path: str) -> Tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116 - a thousand files each time: a Path costs more than the call
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _loaded_files() -> List[str]:
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return sorted({path for path in files if isinstance(path, str)})


def stale_bytecode(folders: Iterable[Path], scripts: Iterable[Path]) -> Optional[str]:
    """A source in these folders of which Python has loaded an older text, None where there is none.

    It keeps compiled files under size and time in seconds: what is written twice within a second,
    in the same length, is not compiled again.
    """
    loaded = (path for path in _loaded_files() if any(path.startswith(f"{f}{os.sep}") for f in folders))
    return next((path for path in (*loaded, *map(str, scripts)) if not _is_compiled_as_written(path)), None)


#: Sources of which Python has what is written there, with the signatures of both files.
_as_written: Set[Tuple[str, Signature, Signature]] = set()


def _is_compiled_as_written(path: str) -> bool:
    try:
        source, compiled = os.stat(path), importlib.util.cache_from_source(path)  # noqa: PTH116
        checked = path, _signature(source), _signature(os.stat(compiled))  # noqa: PTH116
        if checked in _as_written:
            return True
        with open(compiled, "rb", buffering=0) as file:
            head, written = file.read(16), os.fstat(file.fileno()).st_mtime
            second = int(source.st_mtime)
            known = struct.pack("<II", second & 0xFFFFFFFF, source.st_size & 0xFFFFFFFF)
            # Not used by Python, or written when nothing new could get that time any more.
            code = b"" if head[8:] != known or written >= second + 1 else file.read()
    except (OSError, ValueError, NotImplementedError):
        return True  # there is none
    try:
        same = not code or bool(
            marshal.loads(code) == compile(_read(Path(path)), path, "exec", dont_inherit=True)
        )
    except (ValueError, SyntaxError, EOFError, TypeError):
        return False
    if same:
        _as_written.add(checked)
    return same
