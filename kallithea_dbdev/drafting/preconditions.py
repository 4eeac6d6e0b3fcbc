"""What must be true before a migration can be drafted, each with its message and remedy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional, Set, Tuple

from ..app import Instance
from ..engines.database import Database
from ..errors import PreconditionError, UsageError
from ..migrations import Chain
from ..schema.change import Change
from ..schema.compare import compare
from ..state import State
from ..verification.blame import persistent_since
from ..verification.checks.differences import MODELS, sentence


def check_up_to_date(instance: Instance, database: Database, chain: Chain) -> None:
    """Raise PreconditionError unless the database is at the head."""
    revision = chain.stamp_of(database)
    if revision == chain.head:
        return
    steps = chain.between(revision, chain.head) or ()
    raise PreconditionError(
        f"Target database is not up to date: {database.display} is at {revision}, "
        f"{len(steps)} revision{'s' * (len(steps) != 1)} behind the head {chain.head}",
        f"upgrade it: alembic -c {instance.ini.name} upgrade head",
    )


def check_readable(*states: State) -> None:
    """Raise PreconditionError where a table cannot be read: nobody knows what to draft for it."""
    for state in states:
        for _, message in state.schema.unreadable:
            raise PreconditionError(message)


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
        raise UsageError(f"{folder}: no such folder", "make it, or name another --version-path")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{folder}: not writable")
    return folder


def model_changes(chain_states: Tuple[State, ...], fresh: State) -> Optional[Set[Change]]:
    """What the models have changed without a migration, whatever the development database has.

    None where no recorded release can be upgraded to the head, so that nothing is known.
    """
    if not chain_states:
        return None
    since = persistent_since(chain_states, fresh.schema)
    return {difference for difference, index in since.items() if index == 0}


def check_not_contained(
    instance: Instance, database: Database, live: State, fresh: State, changes: Optional[Set[Change]]
) -> None:
    """Raise PreconditionError where the database has (a part of) the model change already."""
    missed = (changes or set()) - set(compare(live.schema, fresh.schema))
    if not missed:
        return
    first = sorted(missed, key=lambda d: (d.table or "", d.object or "", d.aspect))[0]
    where = ".".join(filter(None, (first.table, first.object)))
    rest = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
    raise PreconditionError(
        f"{database.display}: the database contains the model change already, but no migration "
        f"script makes it: without it {where} {sentence(first, MODELS)}{rest}; "
        "the database was created or upgraded with the new code",
        "make the development database again with the code before your change: "
        f"kallithea-cli db-create -c {instance.ini.name}",
    )
