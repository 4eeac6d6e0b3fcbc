"""The file of a script: Kallithea's own template, filled in by Alembic, in a copy of the script folder."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Iterator, Optional, Sequence, Tuple

from alembic.autogenerate import RevisionContext

from ..errors import KallitheaError
from ..foreign import foreign_code
from ..links import Links, not_loading
from ..messages import kind_and_line
from ..migrations import Chain, Scripts
from .script import dated, in_docstring


def copy_scripts(chain: Chain, extra: Iterable[Path], folder: Path, without: Optional[str] = None) -> Scripts:
    """A private copy of the script folder, so that a draft can be run before it is written.

    ``extra`` are script files from elsewhere (``--version-path``) that belong to the chain; ``without``
    is the name of a script that is left out.
    """
    source = chain.scripts.location
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    versions = folder / "versions"
    versions.mkdir(exist_ok=True)
    for path in (*chain.scripts_by_path(), *extra):
        if not (versions / path.name).exists():
            shutil.copyfile(path, versions / path.name)
    if without is not None:
        (versions / without).unlink()
    options = {k: v for k, v in chain.scripts.options.items() if k != "version_locations"}
    return Scripts(folder, options)


@dataclass(frozen=True)
class Header:
    """What stands above the functions: the message; revision, date and the like where they are not new ones."""

    message: str
    revision: Optional[str] = None
    created: Optional[str] = None
    labels: Tuple[str, ...] = ()
    depends_on: Tuple[str, ...] = ()


def write(scripts: Scripts, header: Header, template: Path, known: Sequence[Links] = ()) -> Path:
    """Write a script into ``scripts`` that does nothing; those whose links are ``known`` are not loaded.

    Raises KallitheaError where ``template``, Kallithea's own, makes no script.
    """
    arguments = {
        "message": in_docstring(header.message),
        "autogenerate": False,
        "sql": False,
        "head": "head",
        "splice": False,
        "branch_label": header.labels or None,
        "version_path": None,
        "rev_id": header.revision,
        "depends_on": header.depends_on or None,
    }
    context = RevisionContext(scripts.config(), scripts.directory(), arguments)
    try:
        with (
            not_loading(known),
            redirect_stdout(io.StringIO()),  # "Generating ... done" tells of a file that will move
            _temporary_files_in(scripts.location),
            foreign_code(),
        ):
            (script,) = context.generate_scripts()
    except Exception as error:
        raise KallitheaError(
            f"{template}: this template makes no script: {_said(error)}",
            "mend it, or file_template, timezone and the like in [alembic]: alembic uses them, too",
        ) from error
    path = Path(script.path)
    path.write_text(dated(path.read_text(encoding="utf-8"), header.created), encoding="utf-8")
    return path


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Files that Alembic makes to say what is wrong, and may not tell of, go with the copy of the scripts."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _said(error: Exception) -> str:
    """What an error in the template says; Alembic leaves that in a file."""
    found = re.search(r"see (\S+) for a template-oriented traceback", str(error))
    if found is None:
        return kind_and_line(error)
    path = Path(found.group(1))
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    path.unlink()
    return lines[-1] if lines else "no message"
