"""Which reports are wanted, and where they go; light, since ``gearbox help`` loads it."""

from __future__ import annotations

import argparse
import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Any, Iterable, Optional, Sequence, Tuple

from ..errors import UsageError
from ..messages import as_argument

#: The first is the one for people, and the default.
FORMATS = ("text", "json", "junit", "sarif", "html")

#: Format and file (None: standard output) of each report.
Wanted = Tuple[Tuple[str, Optional[Path]], ...]


def output_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--format`` and ``--output``."""
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        choices=FORMATS,
        action="append",
        default=[],
        help=f"of the report: {', '.join(FORMATS)} (default: {FORMATS[0]}); may be given several times, each with "
        "an --output of its own",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="write the report there (default: standard output); the first FILE gets the first --format, and so on",
    )


def pairs(formats: Sequence[str], files: Sequence[Path]) -> Wanted:
    """What is wanted, in its order: the first file gets the first format, and so on.

    Raises UsageError for a file without a format, one that cannot be written, or that two reports
    are to go to, and for two reports on standard output.
    """
    names = list(formats) or [FORMATS[0]]
    if len(files) > len(names):
        raise UsageError(
            f"--output {files[-1]}: there is no --format for it", "give each --output a --format"
        )
    if len(names) > len(files) + 1:
        raise UsageError(
            f"--format {names[-1]}: two reports cannot both go to standard output",
            "give each --format an --output",
        )
    from ..folders import making

    for path in files:
        if not path.absolute().parent.is_dir():
            raise UsageError(f"--output {path}: no such folder", making(path.absolute().parent))
        if path.is_dir():
            raise UsageError(f"--output {path}: this is a folder", "name a file in it")
        if _real(path).is_symlink():
            raise UsageError(f"--output {path}: a link that leads back to itself", "name another file")
    paths = [_real(path) for path in files if not path.exists() or path.is_file()]
    if len(set(paths)) < len(paths):
        raise UsageError(f"--output {files[-1]}: two reports cannot go to one file", "name another file")
    return tuple(zip(names, [*files, None]))


def refuse_over(wanted: Wanted, read: Iterable[Path]) -> None:
    """Raise UsageError where a report would take the place of what is ``read`` (files and folders), or of any
    database."""
    places = set(map(_real, read))
    for path in filter(None, (path for _, path in wanted)):
        real = _real(path)
        if not places.isdisjoint((real, *real.parents)):
            raise UsageError(
                f"--output {path}: the report would take the place of {real}, which this command reads",
                "name another file",
            )
        if real.is_file() and _is_database(real):
            raise UsageError(f"--output {path}: this is a SQLite database", "name another file")


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _is_database(path: Path) -> bool:
    from ..engines.sqlite.connect import MAGIC, beginning

    with suppress(OSError):
        return beginning(path) == MAGIC
    return False


def command_line(options: Any) -> str:
    """What was asked for, but for what chooses a cell and what becomes of the report."""
    words = ["gearbox", "db-verify", "-c", as_argument(options.config_file)]
    if options.down_to:
        words += ["--from", options.down_to]
    if options.seed:
        words += ["--seed", str(options.seed)]
    if options.max_lock is not None:
        words += ["--max-lock", options.max_lock]
    if options.rows is not None:
        words += ["--rows", options.rows]
    for name in ("no_sample", "strict", "crash_test", "up_only", "no_accept"):
        if getattr(options, name):
            words.append(f"--{name.replace('_', '-')}")
    if options.accept:
        words += ["--accept", as_argument(options.accept)]
    return " ".join(map(shlex.quote, words))
