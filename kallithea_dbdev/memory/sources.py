"""What a value comes from: files as they were read.

What is told of them is told of their contents, so that two checkouts with the same files share what
was made from them. Whoever keeps what it made asks first whether all is as it was when it was read:
what was changed meanwhile may have been loaded before or after that.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, Iterable, Iterator, List, Set, Tuple, Union

#: Folders in a package that nothing reads which is imported from it. With half of what Kallithea has, its tests
#: would take as long as all the rest.
_NO_SOURCES = {"__pycache__", "node_modules", ".git", ".hg", "tests"}

#: Where Kallithea has its migration scripts.
_SCRIPTS = "alembic/versions/"

#: What editors leave beside a file while it is being edited.
OF_EDITORS = re.compile(r"~$|^\.?#|\.sw[a-z]$")

#: A clock of a file system may stand still for so long: a change would not show in the time.
_TICK_SECONDS = 0.02

#: How a file is recognised: size, times and number.
Signature = Tuple[int, int, int, int]

#: Path of a source, and the signatures of it and of its compiled file.
Checked = Tuple[str, Signature, Signature]


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
        self.path = path
        self._scripts = scripts
        #: Relative name of each file -> how it is recognised.
        self.signatures = dict(_signatures(path))
        _wait_for_the_clock(self.signatures.values())

    def read(self) -> Dict[str, str]:
        """Relative name of each file -> a name for its content. Raises WrittenError."""
        try:
            contents = {name: digest(read_bytes(f"{self.path}{os.sep}{name}")) for name in self.signatures}
        except FileNotFoundError as error:
            raise WrittenError from error
        if not self.is_unchanged():
            raise WrittenError
        return contents

    def written(self) -> float:
        """When one of the files was written last, in seconds since 1970; most runs have new migration scripts,
        and these do not count."""
        moments = (s[1] for name, s in self.signatures.items() if not self.is_script(name))
        return max(moments, default=0) / 1e9

    def is_script(self, name: str) -> bool:
        """Whether a file is a migration script."""
        return name.startswith(self._scripts)

    def is_unchanged(self) -> bool:
        """Whether no file was written, added or removed since, and the folder is there."""
        try:
            return dict(_signatures(self.path)) == self.signatures
        except OSError:
            return False


def is_read(name: str) -> bool:
    """Whether a file in a folder counts, by its relative name."""
    return _NO_SOURCES.isdisjoint(name.split("/")[:-1])


def digest(content: Union[str, bytes]) -> str:
    """A name for a content that no other has; a text may hold bytes that are no UTF-8, as names of files do."""
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogateescape")
    # Processors have instructions for this one: with another it takes longer than to read the files.
    return hashlib.sha256(content).hexdigest()


def _signatures(folder: Path) -> Iterator[Tuple[str, Signature]]:
    """Relative name -> signature of each file, those behind links included."""
    waiting = [""]
    entered = set()
    while waiting:
        name = waiting.pop()
        place = f"{folder}{os.sep}{name}"
        status = os.stat(place)  # noqa: PTH116 - as often as there are folders, and a Path costs more than the call
        if (status.st_dev, status.st_ino) in entered:
            continue  # a link that leads back
        entered.add((status.st_dev, status.st_ino))
        with os.scandir(place) as entries:
            for entry in entries:
                inside = f"{name}{entry.name}"
                if entry.is_dir():
                    waiting += [f"{inside}/"] * (entry.name not in _NO_SOURCES)
                elif entry.is_file() and not OF_EDITORS.search(entry.name):
                    yield inside, signature_of(entry.stat())


def signature_of(status: os.stat_result) -> Signature:
    """How the file is recognised."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _wait_for_the_clock(signatures: Iterable[Signature]) -> None:
    """Until what is written from now on gets another time than what is there."""
    youngest = max((changed for _, _, changed, _ in signatures), default=0) / 1e9
    if 0 <= time.time() - youngest < _TICK_SECONDS:
        time.sleep(_TICK_SECONDS)


def read_bytes(path: Union[str, Path]) -> bytes:
    """The content of a file."""
    with open(path, "rb", buffering=0) as file:
        return file.read()
