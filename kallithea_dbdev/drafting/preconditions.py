"""What must be true before a migration can be drafted, each with its message and remedy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

from ..application.instance import Instance
from ..engines.database import Database
from ..errors import PreconditionError, UsageError
from ..folders import making
from ..migrations import Chain


def check_up_to_date(ini_name: str, database: Database, chain: Chain, anew: bool = False) -> None:
    """Raise PreconditionError unless the database is at the head. ``anew``: the newest script is drafted
    once more, the head is the one before it."""
    revision = chain.stamp_of(database)
    if revision == chain.head:
        return
    steps = chain.between(revision, chain.head) or ()
    raise PreconditionError(
        f"Target database is not up to date: {database.display} is at {revision or 'the base'}, "
        f"{len(steps)} revision{'s' * (len(steps) != 1)} behind the head {chain.head}",
        f"upgrade it to the script before the newest: alembic -c {ini_name} upgrade {chain.head}"
        if anew
        else f"upgrade it: alembic -c {ini_name} upgrade head (or, where the newest script is not committed "
        "yet, draft that one anew with --replace)",
    )


def target_folder(instance: Instance, version_path: Optional[Path]) -> Path:
    """Where the script goes. Raises PreconditionError or UsageError where it cannot go there."""
    if version_path is None and instance.installed:
        raise PreconditionError(
            f"{instance.package}: Kallithea is installed in site-packages, not a checkout",
            "run with the checkout (pip install -e, or PYTHONPATH), or say where the script goes "
            "with --version-path FOLDER",
        )
    folder = Path(os.path.abspath(version_path or instance.scripts / "versions"))
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder", f"{making(folder)}, or name another --version-path")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{folder}: not writable")
    return folder
