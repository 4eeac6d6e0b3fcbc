"""Alembic's autogenerate, run through Kallithea's own ``env.py`` and template, on a copy."""

from __future__ import annotations

import io
import shutil
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Iterable, List

from alembic.autogenerate import RevisionContext

from ..databases.base import Database
from ..migrations import Chain, Scripts, run_environment

#: Kallithea's env.py does not ask for them, and without them types and defaults go unseen.
COMPARE_OPTIONS = {"compare_type": True, "compare_server_default": True}


def copy_scripts(chain: Chain, extra: Iterable[Path], folder: Path) -> Scripts:
    """A private copy of the script folder, so that a draft can be run before it is written.

    ``extra`` are script files from elsewhere (``--version-path``) that belong to the chain.
    """
    source = chain.scripts.location
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    versions = folder / "versions"
    versions.mkdir(exist_ok=True)
    for path in (*chain.scripts_by_path(), *extra):
        if not (versions / path.name).exists():
            shutil.copyfile(path, versions / path.name)
    options = {k: v for k, v in chain.scripts.options.items() if k != "version_locations"}
    return Scripts(folder, options)


def generate(scripts: Scripts, database: Database, message: str) -> Path:
    """Write a draft into ``scripts`` from the difference between ``database`` and the models."""
    directory = scripts.directory()
    config = scripts.config(database.kallithea_url)
    arguments = {
        "message": message,
        "autogenerate": True,
        "sql": False,
        "head": "head",
        "splice": False,
        "branch_label": None,
        "version_path": None,
        "rev_id": None,
        "depends_on": None,
    }
    context = RevisionContext(config, directory, arguments)

    def autogenerate(revision: Any, migration_context: Any) -> List[Any]:
        context.run_autogenerate(revision, migration_context)
        return []

    run_environment(
        scripts,
        directory,
        database,
        autogenerate,
        COMPARE_OPTIONS,
        template_args=context.template_args,
        revision_context=context,
    )
    with redirect_stdout(io.StringIO()):  # "Generating ... done" tells of a file that will move
        (script,) = context.generate_scripts()
    return Path(script.path)
