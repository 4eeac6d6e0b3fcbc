"""Compiled files: what Python may load in the place of a source.

It takes them by the size and the second of the source. One that was written within that second may be of an
older text.
"""

from __future__ import annotations

import importlib.util
import marshal
import os
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Dict, Iterable, List, Mapping, Optional, Set, Tuple

from .process import loaded_files
from .sources import Checked, Contents, Folder, digest, read_bytes, signature_of

#: Path of a source -> its code, compiled and packed.
Compiled = Mapping[str, bytes]

#: Of so many sources compiled files are compared with the text, of all others they count as they are.
_MOST_COMPILED = 50

#: A package is unpacked within so many seconds; what is younger than half of it by more was edited there.
_SECONDS_TO_UNPACK = 5

#: A source that is so young may be compiled by Python within the second in which it was written.
SECONDS_OF_YOUTH = 2


def add_compiled(folder: Folder, contents: Contents, files: Dict[str, str]) -> None:
    """Add to ``files``, the names of what was read of a folder, what else Python may load in the place of a source.

    It takes a compiled file by size and time in seconds: one that was written within the second of its
    source may be of an older text. Those of a package as it was unpacked count as they are: there may be
    hundreds. What was edited since is compared with its text: it would get another name, once Python
    has compiled it. Which is which depends on no other file's being edited. Scripts are compared, too:
    they are no part of every name, and what comes from an older text of one is not kept.
    """
    now = time.time()
    doubtful: Dict[str, Tuple[bytes, Checked]] = {}
    young = set()
    for name, (_, moment, _, _) in folder.signatures.items():
        if name.endswith(".py"):
            code, checked = _doubtful_code(f"{folder.path}{os.sep}{name}")
            if checked:
                doubtful[name] = code, checked
            if checked or now - moment / 1e9 < SECONDS_OF_YOUTH:
                young.add(name)
    for name in _edited(folder, young):
        path = str(folder.path / name)
        with suppress(OSError, ValueError, SyntaxError):  # said by who needs it
            again = _compile(path)
            contents.compiled[path] = marshal.dumps(again)
            if name in doubtful and _is(doubtful[name][0], again):
                contents.checked.add(doubtful.pop(name)[1])
    for name, (code, checked) in doubtful.items():
        if folder.is_script(name):
            continue
        files[f"{name} compiled"] = digest(code)
        contents.checked.add(checked)


def _edited(folder: Folder, names: Iterable[str]) -> List[str]:
    """Those that were written later than the package as a whole, the youngest first; and scripts."""
    written = sorted(s[1] for name, s in folder.signatures.items() if name.endswith(".py"))
    unpacked = written[len(written) // 2] + _SECONDS_TO_UNPACK * 10**9 if written else 0
    edited = [n for n in names if folder.signatures[n][1] > unpacked or folder.is_script(n)]
    return sorted(edited, key=lambda name: (-folder.signatures[name][1], name))[:_MOST_COMPILED]


def stale_bytecode(
    folders: Iterable[Path],
    scripts: Iterable[Path],
    known: Optional[Compiled] = None,
    more: Iterable[str] = (),
) -> Optional[str]:
    """A source in these folders of which Python has loaded an older text, None where there is none; of
    ``more``, which children have loaded, too.

    It keeps compiled files under size and time in seconds: what is written twice within a second,
    in the same length, is not compiled again. ``known``: code of sources that have not changed since.
    """
    files = {*loaded_files(), *more}
    loaded = sorted(path for path in files if any(path.startswith(f"{f}{os.sep}") for f in folders))
    paths = (*loaded, *map(str, scripts))
    return next((path for path in paths if not _is_compiled_as_written(path, known or {})), None)


def keep_no_young_bytecode(paths: Iterable[Path]) -> None:
    """See to it that this process writes no compiled files from now on, where one of these sources was written
    just now: what Python compiles within that second it may take for the next text of the same length.

    Raises OSError for a file that cannot be looked at.
    """
    if any(time.time() - path.stat().st_mtime < SECONDS_OF_YOUTH for path in paths):
        sys.dont_write_bytecode = True


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
        source, name = os.stat(path), importlib.util.cache_from_source(path)  # noqa: PTH116
        second = int(source.st_mtime)
        # Most were written when nothing new could get that time any more: they need not be opened.
        if os.stat(name).st_mtime >= second + 1:  # noqa: PTH116
            return b"", None
        with open(name, "rb", buffering=0) as file:
            head, compiled = file.read(16), os.fstat(file.fileno())
            named = struct.pack("<II", second & 0xFFFFFFFF, source.st_size & 0xFFFFFFFF)
            # Not used by Python.
            if head[8:] != named:
                return b"", None
            return file.read(), (path, signature_of(source), signature_of(compiled))
    except (OSError, ValueError, NotImplementedError):
        return b"", None


def _compile(path: str) -> CodeType:
    return compile(read_bytes(path), path, "exec", dont_inherit=True)
