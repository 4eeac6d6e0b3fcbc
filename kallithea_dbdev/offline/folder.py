"""The folder of ``--sql``: a sub-folder for each engine, the files of all steps, and an index that says why
one is not there. It is put in place as the last act, whole; what somebody else has put there stays.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, Sequence, Tuple

from ..causes import about
from ..errors import TargetRefusedError, UsageError
from ..folders import clear_dead_in, locked_folder, making
from ..migrations import DOWNGRADE, StepError
from ..signals import uninterrupted
from .step import SqlStep

INDEX = "index.txt"

#: Begins the first line of each file; the sum of all that follows stands behind it.
_MARK = "-- written by gearbox db-verify --sql; sum of the rest: "

_INTRODUCTION = """\
{title}

Each step of the migrations as a file of SQL, as alembic's --sql writes it. Each was run on copies of the
databases below, from before the step, and gave what the same step gave through Alembic: schema, rows,
counters and stamp.

Make a backup. End Kallithea. Run one file after the other, those to upgrade in this order, those to
downgrade in the reverse order, from the revision on that SELECT version_num FROM alembic_version tells.
The first lines of each file say how. End with the first that fails.
"""


def refuse_unless_ours(folder: Path) -> None:
    """Raise UsageError where the folder cannot be made, TargetRefusedError where it holds something else
    than an earlier run wrote."""
    if not folder.absolute().parent.is_dir():
        raise UsageError(
            f"--sql {folder}: no such folder as {folder.absolute().parent}", making(folder.absolute().parent)
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--sql {folder}: this is no folder", "name another one")
    with about(folder):
        for path in _within(folder) if folder.exists() else ():
            if not _is_ours(path):
                raise TargetRefusedError(
                    f"--sql {folder}: {path.relative_to(folder)} is not as db-verify wrote it",
                    "name another folder",
                )


def _within(folder: Path) -> Iterator[Path]:
    """All that a folder holds, but for folders that are no links."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _within(path)
        else:
            yield path


def _is_ours(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        # Whatever else lies there may be large.
        return file.read(len(_MARK)) == _MARK.encode() and _is_whole(_MARK.encode() + file.read())


def _is_whole(content: bytes) -> bool:
    first, _, rest = content.partition(b"\n")
    return first == _mark(rest)


def _mark(rest: bytes) -> bytes:
    return f"{_MARK}{hashlib.sha256(rest).hexdigest()}".encode()


def put(folder: Path, title: str, cells: Sequence[Tuple[str, Sequence[SqlStep]]]) -> Tuple[int, int]:
    """Write the folder, in place of an earlier one. ``cells``: the name of each, and its steps.

    Returns how many files there are, and how many steps have none. Raises what ``refuse_unless_ours``
    does.
    """
    files = contents(title, cells)
    target = folder.resolve()
    refuse_unless_ours(folder)
    prefix = f".{target.name}.kallithea-dbdev-"
    with about(target), uninterrupted():
        clear_dead_in(target.parent, prefix)
        with locked_folder(target.parent, prefix) as place:
            new, old = place.path / "new", place.path / "old"
            for name, text in files.items():
                path = new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                rest = text.encode("utf-8", "backslashreplace")
                path.write_bytes(_mark(rest) + b"\n" + rest)
            if target.exists():
                shutil.copymode(target, new)
                target.rename(old)
            try:
                new.rename(target)
            except OSError:
                if old.exists():
                    old.rename(target)
                raise
    steps = {(step.engine, step.stem) for _, tried in cells for step in tried}
    return len(files) - 1, len(steps) - (len(files) - 1)


#: One step on all cells of an engine: the name of each, and what came of it there.
Tries = List[Tuple[str, SqlStep]]


def contents(title: str, cells: Sequence[Tuple[str, Sequence[SqlStep]]]) -> Dict[str, str]:
    """Name of a file -> its text without the first line. Pure."""
    lines = [_INTRODUCTION.format(title=title)]
    files: Dict[str, str] = {}
    for engine, steps in _by_engine(cells).items():
        names = [name for name, tried in cells if any(step.engine == engine for step in tried)]
        lines += [f"{engine}, run on: {', '.join(names)}", ""]
        for stem in sorted(steps, key=lambda stem: (steps[stem][0][1].number, stem.endswith(DOWNGRADE))):
            why, name = why_not(steps[stem]), f"{engine}/{stem}.sql"
            if not why:
                files[name] = steps[stem][0][1].text
            lines.append(f"  {name}" if not why else f"  {engine}/{stem}: no file: {why}")
        lines.append("")
    return {INDEX: "\n".join(lines), **files}


def _by_engine(cells: Iterable[Tuple[str, Sequence[SqlStep]]]) -> Dict[str, Dict[str, Tries]]:
    """Engine -> name of a file without its ending -> its tries."""
    found: Dict[str, Dict[str, Tries]] = {}
    for name, steps in cells:
        for step in steps:
            found.setdefault(step.engine, {}).setdefault(step.stem, []).append((name, step))
    return found


def why_not(tries: Tries) -> str:
    """Why there is no file of a step; empty where it was proven everywhere. Pure."""
    for name, step in tries:
        if step.failed:
            return f"{name}: {step.step.direction}() raises: {_told(step.failed)}"
        if step.not_written:
            return f"it cannot be written without a database: {_told(step.not_written)}"
        if not step.is_proven:
            return f"{name}: its SQL {'is refused' if step.refused else 'gives another result'}"
    if len({step.text for _, step in tries}) > 1:
        return f"its SQL is not the same on {' and '.join(name for name, _ in tries)}"
    return ""


def _told(error: StepError) -> str:
    return f"{error.message} (at {error.where})" if error.where else error.message
