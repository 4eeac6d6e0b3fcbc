"""What belongs to a throwaway beside its database: its configuration and two folders.

Each appears and goes whole: under a name that the next run clears, then by one rename.
"""

from __future__ import annotations

import glob
import os
import shutil
import time
from pathlib import Path
from typing import Any, Callable, List
from urllib.parse import unquote

from . import config
from .causes import about, refusal
from .errors import DbdevError
from .folders import clear_dead, is_abandoned, server_folder
from .signals import uninterrupted

#: A folder that holds this file was made by this tool and may be removed by it.
FOLDER_MARK = ".kallithea-dbdev-throwaway"

#: How long the watchdog of a run that was killed may take to stop the server.
_SECONDS_TO_GO = 20.0


def folder_of(ini: Path, kind: str) -> Path:
    """Where its ``repos`` or ``data`` are."""
    return ini.with_name(f"{ini.stem}-{kind}")


def dead_prefix(ini: Path) -> str:
    """How everything beside it is called that is not finished."""
    return f".{ini.name}.kallithea-dbdev-"


def clear_unfinished(ini: Path) -> None:
    """Remove what killed runs left; to be called under the lock of the folder. Raises DbdevError."""
    for path in ini.parent.glob(f"{glob.escape(dead_prefix(ini))}*"):
        if path.is_dir() and not path.is_symlink():
            _remove(path, path)
        else:
            path.unlink()


def make_folder(ini: Path, folder: Path, made_folders: List[Path]) -> None:
    """Make a folder with our mark, and add it to ``made_folders``; one that is there already stays."""
    if folder.exists():
        return
    unfinished = _unfinished(ini, folder)
    with uninterrupted():
        try:
            unfinished.mkdir(mode=0o700)
            _mark(unfinished)
            unfinished.rename(folder)
            made_folders.append(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def remove_folder(ini: Path, folder: Path) -> None:
    """Remove a folder that ``make_folder`` made; a kill in the middle leaves no half of it.

    What cannot be removed is there again under its name (DbdevError), for the next try.
    """
    unfinished = _unfinished(ini, folder)
    with uninterrupted():
        folder.rename(unfinished)
        try:
            _remove(unfinished, folder)
        except DbdevError:
            if not (unfinished / FOLDER_MARK).exists():
                _mark(unfinished)
            unfinished.rename(folder)
            raise


def remove_all(ini: Path, gone: Callable[[object], None]) -> List[str]:
    """Remove configuration and folders, as far as they carry our mark; returns what is left, and why.

    ``gone`` is told of each as soon as it is removed.
    """
    left = []
    with uninterrupted():
        for folder in (folder_of(ini, "repos"), folder_of(ini, "data")):
            if (folder / FOLDER_MARK).is_file() and not folder.is_symlink():
                with about(folder):
                    remove_folder(ini, folder)
                gone(folder)
            elif folder.exists():
                left.append(f"{folder}: db-throwaway did not make it")
        if config.is_marked(ini):
            with about(ini):
                ini.unlink()
            gone(ini)
        else:
            left.append(f"{ini}: db-throwaway did not write it")
    return left


def server_is_gone(ini: Path) -> bool:
    """Whether its database was on a private server whose run is over: there is none any more."""
    if not config.is_marked(ini):
        return False
    folder = server_folder(unquote(config.section(ini, config.APPLICATION).get(config.URL_KEY, "")))
    if folder is None:
        return False
    clear_dead()
    # Where only the run was killed its watchdog is about to stop the server.
    deadline = time.monotonic() + _SECONDS_TO_GO
    while folder.exists() and is_abandoned(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not folder.exists()


def _mark(folder: Path) -> None:
    (folder / FOLDER_MARK).write_text("made by gearbox db-throwaway; --drop removes it\n")


def _remove(folder: Path, name: Path) -> None:
    """Remove all of a folder that can be removed. Raises DbdevError, which calls it by its ``name``, for
    what is in the way."""
    refused: List[DbdevError] = []

    def keep(_: object, path: str, raised: Any) -> None:
        error = refusal(name, raised[1])
        there = (
            f"{name / os.path.relpath(path, folder)}, and whatever else could not be removed, is still there"
        )
        refused.append(DbdevError(error.message, "; ".join(filter(None, (error.hint, there)))))

    shutil.rmtree(folder, onerror=keep)
    if refused:
        raise refused[0]


def _unfinished(ini: Path, folder: Path) -> Path:
    return ini.with_name(f"{dead_prefix(ini)}{os.getpid()}-{folder.name}")
