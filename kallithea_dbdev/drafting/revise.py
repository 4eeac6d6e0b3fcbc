"""``db-revision`` from end to end: preconditions, draft, proof, and only then the file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from .. import throwaway
from ..app import Instance
from ..databases import open_database
from ..databases.base import Database
from ..errors import UsageError
from ..findings import ERROR, NOTE, Finding
from ..migrations import DOWNGRADE, UPGRADE, Chain, Scripts, State, read_state
from ..reports.text import paragraph
from ..schema.compare import compare
from ..verification.baseline import baseline
from ..verification.checks.differences import MODELS, sentence
from ..verification.climb import Climb, Progress, climb
from ..verification.verify import judge, require_existing
from ..workspace import Workspace
from . import autogenerate, preconditions
from .rebuilds import add_kept
from .script import BatchArguments, tidy, with_batch_arguments, with_todos

#: Each run can show one more direction in which a rebuild loses something.
_MOST_RUNS = 4


@dataclass(frozen=True)
class Request:
    """What to draft. ``write`` False: the text only."""

    instance: Instance
    message: str
    version_path: Optional[Path]
    write: bool = True


@dataclass(frozen=True)
class Draft:
    """A script that has been run: ``findings`` are what its run showed.

    ``path`` is None where it was not written.
    """

    revision: str
    text: str
    path: Optional[Path]
    findings: Tuple[Finding, ...]

    @property
    def exit_status(self) -> int:
        """0 = complete and proven, 1 = differences remain."""
        return 1 if any(finding.severity == ERROR for finding in self.findings) else 0


@dataclass(frozen=True)
class _Ground:
    """Everything that is known before drafting begins."""

    chain: Chain
    database: Database
    live: State
    fresh: State
    chain_states: Tuple[State, ...]


def needed(instance: Instance, progress: Progress) -> Tuple[str, ...]:
    """What a migration would have to change, one line each; empty if none is needed.

    Raises like ``draft``. Writes nothing.
    """
    with Workspace() as workspace:
        ground = _prepare(instance, None, workspace, progress)
        return tuple(
            f"{'.'.join(filter(None, (d.table, d.object)))}: {sentence(d, MODELS)}"
            for d in compare(ground.live.schema, ground.fresh.schema)
        )


def draft(request: Request, progress: Progress) -> Optional[Draft]:
    """Draft, prove and write the script; None where there is nothing to migrate.

    Raises PreconditionError, MigrationGraphError or DatabaseError before anything is written.
    The development database is only read.
    """
    folder = None
    if request.write:
        folder = preconditions.target_folder(request.instance, request.version_path)
    with Workspace() as workspace:
        ground = _prepare(request.instance, folder, workspace, progress)
        if ground.live.schema == ground.fresh.schema or not compare(ground.live.schema, ground.fresh.schema):
            return None
        progress("drafting")
        scripts = autogenerate.copy_scripts(
            ground.chain, ground.chain.scripts_by_path(), workspace.path / "alembic"
        )
        original = ground.database.copy(workspace, "development")
        path = autogenerate.generate(scripts, original, request.message)
        text, findings = _prove(ground, scripts, path, workspace, progress)
        revision = Chain(scripts).head
        written = None
        if folder:
            written = folder / path.name
            _write(written, text)
        return Draft(revision, text, written, findings)


def _prepare(instance: Instance, folder: Optional[Path], workspace: Workspace, progress: Progress) -> _Ground:
    """Check the preconditions and read the three states that everything is decided from."""
    database = open_database(instance.url)
    require_existing(database, instance)
    chain = Chain(_scripts(instance, folder, workspace))
    preconditions.check_up_to_date(instance, database, chain)
    progress("making a fresh database from the current code")
    fresh = read_state(throwaway.fresh(instance, database, workspace))
    live = read_state(database)
    progress("upgrading the recorded release")
    states = baseline(chain, database, workspace)
    changes = preconditions.model_changes(states, fresh)
    preconditions.check_not_contained(instance, database, live, fresh, changes)
    return _Ground(chain, database, live, fresh, states)


def _scripts(instance: Instance, folder: Optional[Path], workspace: Workspace) -> Scripts:
    """The scripts of Kallithea, together with those that lie in another ``--version-path``."""
    scripts = Scripts(instance.scripts, instance.alembic)
    if folder is None or folder.samefile(instance.scripts / "versions"):
        return scripts
    extra = sorted(folder.glob("*.py"))
    return autogenerate.copy_scripts(Chain(scripts), extra, workspace.path / "scripts")


def _prove(
    ground: _Ground, scripts: Scripts, path: Path, workspace: Workspace, progress: Progress
) -> Tuple[str, Tuple[Finding, ...]]:
    """Run the draft and finish it: what the run shows to be lost in a rebuild is kept in the next.

    Returns the final text and what is still wrong with it.
    """
    generated = text = tidy(path.read_text(encoding="utf-8"))
    arguments: BatchArguments = {UPGRADE: {}, DOWNGRADE: {}}
    for attempt in range(_MOST_RUNS):
        path.write_text(text, encoding="utf-8")
        seen = _run(ground, scripts, workspace, progress, f"proof-{attempt}")
        # What one run loses on the way up hides what the way down loses: so once more.
        if not add_kept(arguments, seen):
            break
        text = with_batch_arguments(generated, arguments)
    findings = judge(seen)
    return with_todos(text, _todos(findings)), findings


def _run(ground: _Ground, scripts: Scripts, workspace: Workspace, progress: Progress, label: str) -> Climb:
    """The climb of a copy of the development database over the draft: up, down, up again."""
    chain = Chain(scripts)
    copy = ground.database.copy(workspace, label)
    return climb(chain, copy, ground.fresh, None, progress, ground.chain_states)


def _todos(findings: Tuple[Finding, ...]) -> Dict[str, List[str]]:
    todos: Dict[str, List[str]] = {UPGRADE: [], DOWNGRADE: []}
    for finding in findings:
        if finding.severity == ERROR:
            function = finding.direction or UPGRADE
            remark = f"{finding.where}: {finding.message}; {finding.fix}"
            if remark not in todos[function]:
                todos[function].append(remark)
    return todos


def _write(path: Path, text: str) -> None:
    """Put the script in place under its final name, complete or not at all."""
    if path.exists():
        raise UsageError(f"{path}: exists already", "use another message")
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def report(draft: Draft, tracebacks: bool) -> List[str]:
    """What the command prints of a draft."""
    lines: List[str] = []
    for finding in draft.findings:
        if finding.severity == NOTE:
            continue
        lines.extend([*paragraph(finding, tracebacks), ""])
    if draft.path:
        lines.append(f"written: {draft.path}")
    if draft.exit_status:
        count = sum(finding.severity == ERROR for finding in draft.findings)
        lines.append(
            f"not complete: {count} difference{'s remain' if count != 1 else ' remains'}, "
            "TODO in the script; mend it, then run gearbox db-verify"
        )
    else:
        lines.append(
            f"proven: revision {draft.revision} ran on a copy up, down and up again, and gave what "
            "the models give"
        )
    return lines
