"""Alembic's autogenerate, run through Kallithea's own ``env.py`` and template, on a copy."""

from __future__ import annotations

import io
import re
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, List, Optional, Sequence

from alembic.autogenerate import RevisionContext
from alembic.operations import ops

from ..engines.database import Scratch
from ..errors import KallitheaError
from ..messages import kind_and_line
from ..migrations import Chain, Scripts, run_environment
from ..schema.change import Change
from ..schema.model import MARK_TABLE
from .columns import finish_columns
from .portable import make_portable, render_item
from .script import dated, in_docstring

#: Kallithea's env.py does not ask for them, and without them types and defaults go unseen.
COMPARE_OPTIONS = {"compare_type": True, "compare_server_default": True}


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
    """What stands above the functions: the message; revision and date where they are not new ones."""

    message: str
    revision: Optional[str] = None
    created: Optional[str] = None


def empty(scripts: Scripts, header: Header, template: Path) -> Path:
    """Write a script into ``scripts`` that does nothing. Raises like ``generate``."""
    return _written(_context(scripts, header, lambda *_: None, autogenerate=False), header, template)


def generate(
    scripts: Scripts, database: Scratch, header: Header, differences: Sequence[Change], template: Path
) -> Path:
    """Write a draft into ``scripts`` from the difference between ``database`` and the models.

    Alembic guesses: it compares the models with what it reflects. ``differences`` are those
    between two live databases; an operation on a column, index or constraint that does not
    differ there is left out. Raises KallitheaError where ``template``, Kallithea's own, makes no script.
    """
    real = {(d.table, d.object) for d in differences}

    def finish(migration_context: Any, _revision: Any, scripts: List[Any]) -> None:
        convention = migration_context.opts["target_metadata"].naming_convention
        for script in scripts:
            for container in (script.upgrade_ops, script.downgrade_ops):
                _filter(container, real)
                make_portable(container)
                finish_columns(container, convention)

    context = _context(scripts, header, finish, autogenerate=True)

    def autogenerate(revision: Any, migration_context: Any) -> List[Any]:
        context.run_autogenerate(revision, migration_context)
        return []

    run_environment(
        scripts,
        context.script_directory,
        database,
        autogenerate,
        {**COMPARE_OPTIONS, "include_object": _not_ours, "render_item": render_item},
        template_args=context.template_args,
        revision_context=context,
    )
    return _written(context, header, template)


def _context(
    scripts: Scripts, header: Header, finish: Callable[..., None], autogenerate: bool
) -> RevisionContext:
    arguments = {
        "message": in_docstring(header.message),
        "autogenerate": autogenerate,
        "sql": False,
        "head": "head",
        "splice": False,
        "branch_label": None,
        "version_path": None,
        "rev_id": header.revision,
        "depends_on": None,
    }
    return RevisionContext(
        scripts.config(), scripts.directory(), arguments, process_revision_directives=finish
    )


def _written(context: RevisionContext, header: Header, template: Path) -> Path:
    """Have Alembic write the script, and finish its header."""
    try:
        with redirect_stdout(io.StringIO()):  # "Generating ... done" tells of a file that will move
            (script,) = context.generate_scripts()
    except Exception as error:
        raise KallitheaError(
            f"{template}: this template makes no script: {_said(error)}", "mend it: alembic uses it, too"
        ) from error
    path = Path(script.path)
    path.write_text(dated(path.read_text(encoding="utf-8"), header.created), encoding="utf-8")
    return path


def _said(error: Exception) -> str:
    """What an error in the template says; Alembic leaves that in a file."""
    found = re.search(r"see (\S+) for a template-oriented traceback", str(error))
    if found is None:
        return kind_and_line(error)
    path = Path(found.group(1))
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    path.unlink()
    return lines[-1] if lines else "no message"


def _not_ours(_object: Any, name: str, kind: str, *_: Any) -> bool:
    """What autogenerate may see; the first name is that of Kallithea's own filter."""
    return not (kind == "table" and name in ("sqlite_sequence", MARK_TABLE))


def _filter(container: Any, real: "set[tuple[Optional[str], Optional[str]]]") -> None:
    """Remove operations on what does not really differ, and tables left without any."""
    kept = []
    for operation in container.ops:
        if isinstance(operation, ops.ModifyTableOps):
            _filter(operation, real)
            if operation.ops:
                kept.append(operation)
        elif _differs(operation, real):
            kept.append(operation)
    container.ops[:] = kept


def _differs(operation: Any, real: "set[tuple[Optional[str], Optional[str]]]") -> bool:
    table = getattr(operation, "table_name", None)
    if isinstance(operation, ops.AlterColumnOp):
        return (table, operation.column_name) in real
    if isinstance(operation, (ops.CreateIndexOp, ops.DropIndexOp)):
        # An index under another name is told by what it does: then it is not known by its name.
        return any(where == table for where, _ in real)
    return True
