"""What a value comes from: the process that makes it, and the libraries that it has loaded."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import sysconfig
import time
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Dict, Iterable, List, Mapping, Optional, Tuple

from .sources import OF_EDITORS, is_read

#: Variables of terminals, shells, sessions and of the tests: of no interest to a set-up. All others count.
_OF_TERMINALS = re.compile(
    r"(PWD|OLDPWD|SHLVL|_|TERM\w*|COLORTERM|COLUMNS|LINES|PS\d|PROMPT\w*|WINDOWID|DISPLAY|WAYLAND_DISPLAY|TMUX\w*|STY|"
    r"SSH_\w+|GPG_\w+|DBUS_\w+|XDG_\w+|TMPDIR|TEMP|TMP|HISTFILE|EDITOR|PAGER|LS_COLORS|NO_COLOR|VSCODE_\w+|"
    r"PYTHONPATH|PYTEST_CURRENT_TEST|PYTEST_XDIST\w*|MAKE\w*|MFLAGS|INVOCATION_ID|JOURNAL_STREAM)\Z"
)


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
        importable = (n for n in names if not (OF_EDITORS.search(n) or n.startswith((".", "__pycache__"))))
        found.append("\n".join([place, *importable]))
    found += sorted(f"{k}={v}" for k, v in os.environ.items() if not _OF_TERMINALS.match(k))
    return found


def loaded_libraries(but: Iterable[Path], more: Iterable[str] = ()) -> Dict[str, Tuple[int, int]]:
    """Size and time of each file that a module was loaded from, as Python itself recognises a file; of those
    that children have loaded, ``more``, too.

    Left out: Python's own, for which its version stands, and what was read of the folders ``but``.
    """
    standard = sysconfig.get_path("stdlib")
    libraries = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    read = [f"{folder}{os.sep}" for folder in but]
    found = {}
    for path in {*loaded_files(), *more}:
        ours = any(path.startswith(inside) and is_read(path[len(inside) :]) for inside in read)
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


def last_loaded() -> str:
    """The name of the module that was loaded last."""
    return next(reversed(sys.modules))


def loaded_since(last: str) -> Tuple[str, ...]:
    """The files of the modules that were loaded after that one."""
    # Asking a thousand modules makes a child copy the memory of all of them.
    names = takewhile(lambda name: name != last, reversed(sys.modules))
    files = (getattr(sys.modules[name], "__file__", None) for name in list(names))
    return tuple(path for path in files if isinstance(path, str))


def loaded_files() -> List[str]:
    """The files that modules were loaded from."""
    return _files_of(len(sys.modules), last_loaded())


@lru_cache(maxsize=1)
def _files_of(count: int, last: str) -> List[str]:
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return sorted({path for path in files if isinstance(path, str)})
