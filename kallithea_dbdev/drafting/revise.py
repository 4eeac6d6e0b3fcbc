"""``db-revision`` from end to end: preconditions, draft, proof, and only then the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from .. import throwaway
from ..app import Instance
from ..engines import ENGINES, make_lab
from ..engines.database import Database
from ..engines.lab import Lab
from ..errors import UsageError
from ..findings import ERROR, NOTE, Finding, sort
from ..migrations import DOWNGRADE, UPGRADE, Chain, Scripts
from ..reports.text import paragraph
from ..schema.change import Change
from ..schema.compare import compare
from ..secrets import mask
from ..state import State, read_state
from ..verification.baseline import baseline, start_at
from ..verification.checks.differences import MODELS, sentence
from ..verification.climb import Climb, Progress, climb
from ..verification.engines import on_engine
from ..verification.original import watch
from ..verification.result import exit_status
from ..verification.verify import judge, open_borrowed, open_configured
from ..workspace import Workspace, write_whole
from . import autogenerate, preconditions
from .rebuilds import add_kept
from .script import BatchArguments, finished, tidy, with_todos

#: Each run can show one more direction in which a rebuild loses something.
_MOST_RUNS = 4


@dataclass(frozen=True)
class Request:
    """What to draft. ``write`` False: the text only; ``engines``: where to prove it, the
    configuration's own included in any case."""

    instance: Instance
    message: str = ""
    version_path: Optional[Path] = None
    write: bool = True
    engines: Tuple[str, ...] = ()
    scratch_url: Optional[str] = None
    allow_remote: bool = False


@dataclass(frozen=True)
class Draft:
    """A script that has been run: ``findings`` are what its run showed on ``engines``.

    ``path`` is None where it was not written.
    """

    revision: str
    text: str
    path: Optional[Path]
    engines: Tuple[str, ...]
    findings: Tuple[Finding, ...]
    remarks: Tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """0 = complete and proven, 1 = differences remain."""
        return exit_status(self.findings)


@dataclass(frozen=True)
class _Ground:
    """Everything that is known before drafting begins."""

    chain: Chain
    database: Database
    lab: Lab
    live: State
    fresh: State
    chain_states: Tuple[State, ...]
    #: False where a recorded release stands in for the development database.
    configured: bool = True

    @property
    def differences(self) -> Tuple[Change, ...]:
        return compare(self.live.schema, self.fresh.schema)


def needed(request: Request, progress: Progress) -> Tuple[str, ...]:
    """What a migration would have to change, one line each; empty if none is needed.

    Raises like ``draft``. Writes nothing.
    """
    database = open_configured(request.instance, request.allow_remote)
    with Workspace() as workspace:
        ground = _prepare(request, database, None, workspace, progress)
        return tuple(
            f"{'.'.join(filter(None, (d.table, d.object)))}: {sentence(d, MODELS)}"
            for d in ground.differences
        )


def draft(request: Request, progress: Progress) -> Optional[Draft]:
    """Draft, prove and write the script; None where there is nothing to migrate.

    Raises PreconditionError, MigrationGraphError or DatabaseError before anything is written.
    The development database is only read.
    """
    folder = None
    if request.write:
        folder = preconditions.target_folder(request.instance, request.version_path)
    database = open_configured(request.instance, request.allow_remote)
    # From before the first script runs: those of the recorded release run to prepare the ground.
    unchanged = watch(database)
    with Workspace() as workspace:
        ground = _prepare(request, database, folder, workspace, progress)
        if not ground.differences:
            return None
        progress("drafting")
        scripts = autogenerate.copy_scripts(
            ground.chain, ground.chain.scripts_by_path(), workspace.path / "alembic"
        )
        original = ground.lab.copy(ground.database, "development")
        path = autogenerate.generate(
            scripts,
            original,
            request.message,
            ground.differences,
            request.instance.scripts / "script.py.mako",
        )
        ground.lab.discard(original)
        engines = _engines(request, ground.database)
        text, findings = _prove(request.instance, ground, scripts, path, engines, progress)
        findings = sort((*findings, *unchanged()))
        text = with_todos(text, _todos(findings, several=len(engines) > 1))
        written = folder / path.name if folder else None
        if written:
            _write(written, text)
        revision = Chain(scripts).head
        return Draft(revision, text, written, engines, findings, tuple(ground.lab.remarks))


def _prepare(
    request: Request, database: Database, folder: Optional[Path], workspace: Workspace, progress: Progress
) -> _Ground:
    """Check the preconditions and read the three states that everything is decided from."""
    instance = request.instance
    borrowed = open_borrowed(database, request.scratch_url, request.allow_remote)
    lab = make_lab(database, workspace, borrowed)
    chain = Chain(_scripts(instance, folder, workspace))
    for error in chain.long_revisions():
        raise error
    preconditions.check_up_to_date(instance, database, chain)
    progress("making a fresh database from the current code")
    fresh = throwaway.fresh(instance, lab, workspace)
    live = read_state(database)
    preconditions.check_readable(fresh, live)
    progress("upgrading the recorded release")
    states = baseline(chain, chain.head, lab)
    changes = preconditions.model_changes(states, fresh)
    preconditions.check_not_contained(instance, database, live, fresh, changes)
    return _Ground(chain, database, lab, live, fresh, states)


def _scripts(instance: Instance, folder: Optional[Path], workspace: Workspace) -> Scripts:
    """The scripts of Kallithea, together with those that lie in another ``--version-path``."""
    scripts = Scripts(instance.scripts, instance.alembic)
    if folder is None or folder.samefile(instance.scripts / "versions"):
        return scripts
    extra = sorted(folder.glob("*.py"))
    return autogenerate.copy_scripts(Chain(scripts), extra, workspace.path / "scripts")


def _engines(request: Request, configured: Database) -> Tuple[str, ...]:
    """The engines to prove on, the configured one among them; first those that change the draft."""
    names = dict.fromkeys((configured.engine, *request.engines))
    return tuple(sorted(names, key=lambda name: not ENGINES[name].rebuilds))


def _prove(
    instance: Instance,
    ground: _Ground,
    scripts: Scripts,
    path: Path,
    engines: Tuple[str, ...],
    progress: Progress,
) -> Tuple[str, Tuple[Finding, ...]]:
    """Run the draft and finish it: what a run shows to be lost in a rebuild is kept in the next.

    Returns the text that was run last, and what is still wrong with it.
    """
    generated = tidy(path.read_text(encoding="utf-8"))
    text = ""
    arguments: BatchArguments = {UPGRADE: {}, DOWNGRADE: {}}
    findings: Tuple[Finding, ...] = ()
    for engine in engines:
        with on_engine(engine, ground.database, progress) as database, Workspace() as workspace:
            here = ground
            if database is not ground.database:
                here = _elsewhere(instance, ground, database, workspace)
            for attempt in range(_MOST_RUNS):
                text = finished(generated, arguments)
                path.write_text(text, encoding="utf-8")
                progress(f"{engine}: running the draft")
                seen = _run(here, scripts, f"proof {attempt}", progress)
                # What one run loses on the way up hides what the way down loses: so once more.
                if not add_kept(arguments, seen):
                    break
            findings += judge(seen)
    return text, sort(findings)


def _elsewhere(instance: Instance, ground: _Ground, database: Database, workspace: Workspace) -> _Ground:
    """The ground on another engine: a recorded release instead of the development database."""
    lab = make_lab(database, workspace)
    fresh = throwaway.fresh(instance, lab, workspace)
    states = baseline(ground.chain, ground.chain.head, lab)
    return replace(ground, database=database, lab=lab, fresh=fresh, chain_states=states, configured=False)


def _run(ground: _Ground, scripts: Scripts, label: str, progress: Progress) -> Climb:
    """One climb over the draft: up, down, up again."""
    if ground.configured:
        copy = ground.lab.copy(ground.database, label)
    else:
        copy = start_at(ground.chain, ground.chain.head, ground.lab)
    seen = climb(
        Chain(scripts), copy, lambda: ground.fresh, None, progress, ground.lab, ground.chain_states, 0
    )
    ground.lab.discard(copy)
    return replace(seen, configured=ground.configured)


def _todos(findings: Tuple[Finding, ...], several: bool) -> Dict[str, List[str]]:
    todos: Dict[str, List[str]] = {UPGRADE: [], DOWNGRADE: []}
    for finding in findings:
        if finding.severity == ERROR:
            function = finding.direction or UPGRADE
            engine = f"{finding.engine}: " if several else ""
            remark = mask(f"{engine}{finding.where}: {finding.message}; {finding.fix}")
            if remark not in todos[function]:
                todos[function].append(remark)
    return todos


def _write(path: Path, text: str) -> None:
    """Put the script in place under its final name, complete or not at all."""
    if path.exists():
        raise UsageError(f"{path}: exists already", "use another message")
    write_whole(path, text)


def report(draft: Draft, tracebacks: bool) -> List[str]:
    """What the command prints of a draft."""
    lines = list(draft.remarks)
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
            f"proven: revision {draft.revision} ran on a copy up, down and up again "
            f"({', '.join(draft.engines)}), and gave what the models give"
        )
    return lines
