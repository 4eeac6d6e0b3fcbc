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
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Set, Tuple

#: Folders in a package that nothing reads which is imported from it.
_NO_SOURCES = {"__pycache__", "node_modules", ".git", ".hg"}

#: Where Kallithea has its migration scripts.
_SCRIPTS = "alembic/versions/"

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


#: Path of a source, and the signatures of it and of its compiled file.
Checked = Tuple[str, Signature, Signature]

#: Path of a source -> its code, compiled and packed.
Compiled = Mapping[str, bytes]

#: Of so many sources compiled files are compared with the text, of all others they count as they are.
_MOST_COMPILED = 50

#: A package is unpacked within so many seconds; what is younger than half of it by more was edited there.
_SECONDS_TO_UNPACK = 5

#: A source that is so young may be compiled by Python within the second in which it was written.
SECONDS_OF_YOUTH = 2


@dataclass(frozen=True)
class Contents:
    """What was read of some folders, and what else counts.

    ``files``: for each folder relative name of a file -> a name for its content, and for that of a compiled
    file which may be of an older text. ``compiled``: code of sources that have, or may soon have, such a
    file. ``checked``: what of them need not be looked at again.
    """

    files: List[Dict[str, str]]
    rest: List[str]
    compiled: Dict[str, bytes]
    checked: Set[Checked]


#: Does some work, now or beside what goes on; gives what waits for the result.
Doing = Callable[[Callable[[], Contents]], Callable[[], Contents]]


def at_once(work: Callable[[], Contents]) -> Callable[[], Contents]:
    """Do it now."""
    contents = work()
    return lambda: contents


class WrittenError(Exception):
    """A source was written while it was read: what is loaded may be older or newer than that."""


class Folder:
    """All files of a folder that can be a source, as they are at this moment.

    ``scripts``: how the names of migration scripts begin.
    """

    def __init__(self, path: Path, scripts: str = _SCRIPTS) -> None:
        self._path = path
        self._scripts = scripts
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

    def written(self) -> float:
        """When one of the files was written last, in seconds since 1970; most runs have new migration scripts,
        and these do not count."""
        moments = (s[1] for name, s in self._signatures.items() if not name.startswith(self._scripts))
        return max(moments, default=0) / 1e9

    def add_compiled(self, contents: Contents, files: Dict[str, str]) -> None:
        """Add to the names of the files what else Python may load in the place of a source.

        It takes a compiled file by size and time in seconds: one that was written within the second of its
        source may be of an older text. Those of a package as it was unpacked count as they are: there may be
        hundreds. What was edited since is compared with its text: it would get another name, once Python
        has compiled it. Which is which depends on no other file's being edited. Scripts are compared, too:
        they are no part of every name, and what comes from an older text of one is not kept.
        """
        now = time.time()
        doubtful: Dict[str, Tuple[bytes, Checked]] = {}
        young = set()
        for name, (_, moment, _, _) in self._signatures.items():
            if name.endswith(".py"):
                code, checked = _doubtful_code(str(self._path / name))
                if checked:
                    doubtful[name] = code, checked
                if checked or now - moment / 1e9 < SECONDS_OF_YOUTH:
                    young.add(name)
        for name in self._edited(young):
            path = str(self._path / name)
            with suppress(OSError, ValueError, SyntaxError):  # said by who needs it
                again = _compile(path)
                contents.compiled[path] = marshal.dumps(again)
                if name in doubtful and _is(doubtful[name][0], again):
                    contents.checked.add(doubtful.pop(name)[1])
        for name, (code, checked) in doubtful.items():
            if name.startswith(self._scripts):
                continue
            files[f"{name} compiled"] = digest(code)
            contents.checked.add(checked)

    def _edited(self, names: Iterable[str]) -> List[str]:
        """Those that were written later than the package as a whole, the youngest first; and scripts."""
        written = sorted(s[1] for name, s in self._signatures.items() if name.endswith(".py"))
        unpacked = written[len(written) // 2] + _SECONDS_TO_UNPACK * 10**9 if written else 0
        edited = [n for n in names if self._signatures[n][1] > unpacked or n.startswith(self._scripts)]
        return sorted(edited, key=lambda name: (-self._signatures[name][1], name))[:_MOST_COMPILED]

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
    # Asking a thousand modules makes a child copy the memory of all of them.
    return _files_of(len(sys.modules), next(reversed(sys.modules)))


@lru_cache(maxsize=1)
def _files_of(count: int, last: str) -> List[str]:
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return sorted({path for path in files if isinstance(path, str)})


def stale_bytecode(
    folders: Iterable[Path], scripts: Iterable[Path], known: Optional[Compiled] = None
) -> Optional[str]:
    """A source in these folders of which Python has loaded an older text, None where there is none.

    It keeps compiled files under size and time in seconds: what is written twice within a second,
    in the same length, is not compiled again. ``known``: code of sources that have not changed since.
    """
    loaded = (path for path in _loaded_files() if any(path.startswith(f"{f}{os.sep}") for f in folders))
    paths = (*loaded, *map(str, scripts))
    return next((path for path in paths if not _is_compiled_as_written(path, known or {})), None)


#: Sources of which Python has what is written there, or what counts in the names.
_as_written: Set[Checked] = set()


def note_checked(files: Iterable[Checked]) -> None:
    """These have been looked at."""
    _as_written.update(files)


def _is_compiled_as_written(path: str, known: Compiled) -> bool:
    code, checked = _doubtful_code(path)
    if checked is None or checked in _as_written:
        return True
    try:
        same = _is(code, marshal.loads(known[path]) if path in known else _compile(path))
    except (OSError, ValueError, SyntaxError):
        return False
    if same:
        _as_written.add(checked)
    return same


def _is(code: bytes, compiled: CodeType) -> bool:
    try:
        return bool(marshal.loads(code) == compiled)
    except (ValueError, EOFError, TypeError):
        return False


def _doubtful_code(path: str) -> Tuple[bytes, Optional[Checked]]:
    """What Python takes for the compiled code of a source without it being sure, and where that is from;
    None where there is nothing like that."""
    try:
        source = os.stat(path)  # noqa: PTH116
        with open(importlib.util.cache_from_source(path), "rb", buffering=0) as file:
            head, compiled = file.read(16), os.fstat(file.fileno())
            second = int(source.st_mtime)
            named = struct.pack("<II", second & 0xFFFFFFFF, source.st_size & 0xFFFFFFFF)
            # Not used by Python, or written when nothing new could get that time any more.
            if head[8:] != named or compiled.st_mtime >= second + 1:
                return b"", None
            return file.read(), (path, _signature(source), _signature(compiled))
    except (OSError, ValueError, NotImplementedError):
        return b"", None


def _compile(path: str) -> CodeType:
    return compile(_read(Path(path)), path, "exec", dont_inherit=True)
