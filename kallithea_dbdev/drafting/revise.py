"""``db-revision`` from end to end: what is to be changed, draft, proof, and only then the file."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable, ContextManager, Dict, Iterator, List, Optional, Tuple

from .. import throwaway
from ..application.checkouts import checkout_of
from ..application.code import metadata as models_metadata
from ..application.instance import Instance
from ..application.worker import exported
from ..engines import ENGINES, open_database
from ..engines.database import Database
from ..errors import DatabaseError, UsageError
from ..findings import ERROR, NOTE, Finding, sort
from ..memory.memory import NO_MEMORY, Memory
from ..messages import as_typed
from ..migrations import Chain, Scripts
from ..reports.text import paragraph
from ..schema.change import Change
from ..schema.compare import compare
from ..secrets import mask
from ..verification.ahead import Ahead
from ..verification.baseline import baseline
from ..verification.checks.differences import MODELS, Side, sentence
from ..verification.course import Progress
from ..verification.original import watch
from ..verification.remembered import ChainLoader
from ..verification.result import exit_status
from ..verification.verify import open_borrowed
from ..workspace import Workspace, write_whole
from . import preconditions
from .anew import Replaced, lost_lines, replaced
from .answers import Answers, Prompt, completed
from .beginnings import Beginning, OtherCode, Released
from .beside import Make, with_sqlite
from .compose import sides_of
from .ground import Ground, grounds
from .imagined import composed, undrafted
from .proof import prove
from .script import asking, tidy
from .template import Header, copy_scripts, write
from .todos import as_written
from .unfit import is_stricter, unfit, untaken
from .unseen import unseen
from .witness import Witness, find_witness, subject

#: What Alembic does beside the script.
_STAMPING = re.compile(r"(UPDATE|INSERT INTO|DELETE FROM) alembic_version\b", re.IGNORECASE)

#: Takes what is to be told beside the result.
Remark = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """What to draft. ``write`` False: the text only; ``engines``: for which, the configuration's own
    included in any case; ``replace``: the newest script anew, whose message and revision stay."""

    instance: Instance
    message: str = ""
    version_path: Optional[Path] = None
    write: bool = True
    engines: Tuple[str, ...] = ()
    scratch_url: Optional[str] = None
    allow_remote: bool = False
    replace: bool = False
    #: A changeset of the checkout; "" is the parent of what the working folder holds.
    base: Optional[str] = None
    answers: Answers = field(default_factory=Answers)
    #: What earlier runs have made and this one need not.
    memory: Memory = NO_MEMORY
    #: A fresh database of the current code beside the configured one, which was begun before.
    ahead: Optional[Ahead] = None

    @property
    def template(self) -> Path:
        """Kallithea's template of a script."""
        return self.instance.scripts / "script.py.mako"


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
    #: (engine, direction, statement), in the order in which they were sent.
    statements: Tuple[Tuple[str, str, str], ...] = ()
    #: The engines that were not asked, in whose words it is, too.
    others: Tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """The statements of the step, per engine and direction, as a text of SQL; first the lines that
        no statement stands for."""
        found: Dict[str, List[str]] = {}
        for function, lines in asking(self.text).items():
            if lines:
                title = f"-- {function}() asks the database, so alembic {function} --sql cannot run it:"
                found[title] = [f"--     {mask(line)}" for line in lines]
        for engine, direction, statement in self.statements:
            if not _STAMPING.match(statement):
                found.setdefault(f"-- {engine}: {direction}", []).append(f"{mask(statement)};")
        return "\n\n".join("\n".join([title, *lines]) for title, lines in found.items())

    @property
    def exit_status(self) -> int:
        """0 = complete and proven, 1 = differences remain."""
        return exit_status(self.findings)


@dataclass(frozen=True)
class _Prepared:
    """Everything that is known before drafting begins; the first ground is the configured engine's."""

    chain: Chain
    grounds: Tuple[Ground, ...]
    witness: Optional[Witness]
    replaced: Optional[Replaced]
    unchanged: Callable[[], Tuple[Finding, ...]]
    #: Makes the ground on more engines.
    more: Make

    @property
    def differing(self) -> Tuple[Ground, ...]:
        """The grounds on which there is something to migrate."""
        return tuple(ground for ground in self.grounds if ground.differences or ground.rows)


def needed(request: Request, progress: Progress, remark: Remark) -> Tuple[str, ...]:
    """What a migration would have to change, on each engine that was asked for.

    Like ``draft``, but writes nothing.
    """
    with Workspace() as workspace, _prepared(request, None, workspace, progress, remark) as prepared:
        found = needs(prepared.grounds)
        _tell_without_draft(prepared, remark)
        return found


def _tell_without_draft(prepared: _Prepared, remark: Remark) -> None:
    """Where there is no draft to tell it with: what these engines do not show, and what was written to the
    development database meanwhile."""
    for line in _unseen(prepared.grounds):
        remark(line)
    for finding in prepared.unchanged():
        remark(f"{finding.severity} {finding.code}: {finding.message}")


def _unseen(grounds: Tuple[Ground, ...]) -> Tuple[str, ...]:
    """What a look at these engines leaves open; what is new there is drafted for all on SQLite."""
    engines = tuple(ground.engine for ground in grounds)
    names = unseen(models_metadata(), engines)
    if "sqlite" in engines:
        before = grounds[engines.index("sqlite")].before.schema
        known = {table.name for table in before.tables}
        known |= {f"{table.name}.{column.name}" for table in before.tables for column in table.columns}
        known |= {f"{table.name}.{index.name}" for table in before.tables for index in table.indexes}
        names = tuple(name for name in names if name.partition(" (")[0] in known)
    if not names:
        return ()
    alone = f"{', '.join(engines)} alone do{'es' * (len(engines) == 1)} not show"
    return (f"{alone} a change of {', '.join(names)}: --engine {','.join(ENGINES)} does",)


def needs(grounds: Tuple[Ground, ...]) -> Tuple[str, ...]:
    """One line for each difference, with the engines where there are several."""
    engines: Dict[str, List[str]] = {}
    for ground in grounds:
        lines = [f"{subject(change)}: {sentence(change, MODELS)}" for change in ground.differences]
        for line in (*lines, *(row.text for row in ground.rows)):
            engines.setdefault(line, []).append(ground.engine)
    several = len(grounds) > 1
    return tuple(f"{', '.join(names)}: {line}" if several else line for line, names in engines.items())


def draft(request: Request, progress: Progress, remark: Remark, prompt: Prompt) -> Optional[Draft]:
    """Draft, prove and write the script; None where there is nothing to migrate.

    ``remark`` gets what is to be told beside that, such as what only the development database has;
    ``prompt`` asks for what ``request.answers`` leave open.
    Raises PreconditionError, MigrationGraphError or DatabaseError before anything is written.
    The development database is only read.
    """
    folder = None
    if request.write:
        folder = preconditions.target_folder(request.instance, request.version_path)
    with Workspace() as workspace, _prepared(request, folder, workspace, progress, remark) as prepared:
        if not prepared.differing:
            _tell_without_draft(prepared, remark)
            return None
        with with_sqlite(prepared.grounds, prepared.more, remark) as known:
            chain = prepared.chain
            metadata = models_metadata()
            sides = sides_of(known, metadata)
            answers = completed(request.answers, sides, prompt)
            progress("drafting")
            scripts = copy_scripts(chain, chain.scripts_by_path(), workspace.path / "alembic")
            anew = prepared.replaced
            header = anew.header if anew else Header(request.message)
            path = write(scripts, header, request.template, chain.links())
            template = tidy(path.read_text(encoding="utf-8"))
            development = prepared.witness.database if prepared.witness else None
            answers = replace(answers, undone=untaken(development, sides[0], answers))
            generated, others = composed(template, known, sides, answers, metadata, remark)
            engines = tuple(ground.engine for ground in known)
            probe = is_stricter(known, sides, answers)
            proof = prove(known, prepared.witness, scripts, path, generated, progress, probe)
            revision = Chain(scripts, chain.links()).head
            rows = unfit(proof.findings, known, sides, answers, development, revision)
            rest = tuple(finding for finding in proof.findings if finding not in rows.same)
            rest = sort((*rest, *undrafted(others, sides, answers, revision), *prepared.unchanged()))
            text, findings = as_written(path.name, generated, rows.findings, rest, engines)
            written = (anew.path if anew else folder / path.name) if folder else None
            request.memory.write()  # so far all that it comes from is as it was
            lost = tuple(_lost(written, text)) if anew and written else ()
            if written:
                _write(written, text, over=anew is not None)
            said = [text for ground in known for text in ground.lab.remarks]
            remarks = (*said, *_unseen(known), *lost)
            elsewhere = tuple(other.engine for other in others)
            return Draft(
                revision, text, written, engines, sort(findings), remarks, proof.statements, elsewhere
            )


def empty(request: Request) -> Draft:
    """Write a script that does nothing: the template, filled in. No database is needed.

    Raises PreconditionError or MigrationGraphError before anything is written.
    """
    folder = None
    if request.write:
        folder = preconditions.target_folder(request.instance, request.version_path)
    with Workspace() as workspace:
        chain = _chain(request, folder, workspace)
        scripts = copy_scripts(chain, (), workspace.path / "alembic")
        path = write(scripts, Header(request.message), request.template, chain.links())
        text = tidy(path.read_text(encoding="utf-8"))
        written = folder / path.name if folder else None
        request.memory.write()
        if written:
            _write(written, text)
        return Draft(Chain(scripts, chain.links()).head, text, written, (), (), ())


@contextmanager
def _prepared(
    request: Request, folder: Optional[Path], workspace: Workspace, progress: Progress, remark: Remark
) -> Iterator[_Prepared]:
    """Check the preconditions and make the ground on all engines."""
    instance = request.instance
    database = open_database(instance.url)
    throwaway.refuse_remote(database, request.allow_remote)
    borrowed = open_borrowed(database, request.scratch_url, request.allow_remote)
    chain = _chain(request, folder, workspace)
    for error in (*chain.long_revisions(), *chain.beside):
        raise error
    missing = _missing(database)
    stamp = "" if missing else chain.stamp_of(database)
    anew = replaced(chain, folder) if request.replace else None
    if anew:
        name = Path(chain.script(chain.head).path).name
        chain = Chain(copy_scripts(chain, (), workspace.path / "before", without=name))
    if stamp and not (anew and stamp == anew.chain.head):
        preconditions.check_up_to_date(as_typed(instance.ini.name), database, chain, anew is not None)
    # From before the first script runs: those of the recorded release run to prepare the ground.
    unchanged: Callable[[], Tuple[Finding, ...]] = (lambda: ()) if missing else watch(database)
    engines = tuple(dict.fromkeys((database.engine, *request.engines)))
    beginning = _beginning(request, workspace, remark)

    def more(names: Tuple[str, ...]) -> ContextManager[Tuple[Ground, ...]]:
        return grounds(
            instance, chain, database, borrowed, names, beginning, progress, request.memory, request.ahead
        )

    with more(engines) as found:
        drift = _drift(found[0]) if isinstance(beginning, OtherCode) else ()
        if drift and isinstance(beginning, OtherCode):
            remark(_drift_text(drift, beginning.code.changeset[:12]))
        anew_chain = anew.chain if anew else None
        witness = None if missing else find_witness(database, found[0], anew_chain, drift)
        for text in witness.remarks if witness else (missing,):
            remark(text)
        yield _Prepared(chain, found, witness, anew, unchanged, more)
        request.memory.write()  # copies of the scripts are still there


def _beginning(request: Request, workspace: Workspace, remark: Remark) -> Beginning:
    """A recorded release, unless another changeset is asked for or no release can be taken to the head."""
    instance = request.instance

    def other(revision: Optional[str]) -> OtherCode:
        code = exported(instance.package, revision, workspace.path / "base")
        return OtherCode(code, instance.ini, workspace.path)

    def instead(error: DatabaseError) -> Beginning:
        if checkout_of(instance.package) is None:
            raise error
        found = other(None)
        remark(f"{error.message}: the draft begins with what {found.code.changeset[:12]} makes")
        return found

    return Released(instead) if request.base is None else other(request.base or None)


def _drift(ground: Ground) -> Tuple[Change, ...]:
    """How what every site has differs from where the draft begins."""
    released = baseline(ground.chain, ground.chain.head, ground.lab)
    return compare(released[-1].schema, ground.before.schema) if released else ()


def _drift_text(drift: Tuple[Change, ...], changeset: str) -> str:
    side = Side(f"{changeset} gives", f"{changeset} does not have it")
    things = "; ".join(f"{subject(difference)}: {sentence(difference, side)}" for difference in drift)
    return f"before {changeset} the models and the scripts differed, which is no part of the draft: {things}"


def _missing(database: Database) -> str:
    """Why there is no development database; empty where there is one."""
    if not database.exists():
        return f"{database.display}: there is no such database: nothing is tried on its rows"
    if database.is_empty():
        return f"{database.display}: the database is empty: nothing is tried on its rows"
    return ""


def _chain(request: Request, folder: Optional[Path], workspace: Workspace) -> Chain:
    """The scripts of Kallithea, together with those that lie in another ``--version-path``."""
    instance = request.instance
    if folder is None or folder.samefile(instance.scripts / "versions"):
        return ChainLoader(instance, request.memory).load()
    scripts = Scripts(instance.scripts, instance.alembic)
    extra = sorted(folder.glob("*.py"))
    return Chain(copy_scripts(Chain(scripts), extra, workspace.path / "scripts"))


def _lost(path: Path, text: str) -> Iterator[str]:
    """What is told of the lines that a draft takes the place of."""
    lines = lost_lines(path.read_text(encoding="utf-8"), text)
    if lines:
        yield mask("\n".join([f"{path.name}: lines that it had and this draft does not have:", *lines]))


def _write(path: Path, text: str, over: bool = False) -> None:
    """Put the script in place under its final name, complete or not at all."""
    if path.exists() and not over:
        raise UsageError(f"{path}: exists already", "use another message")
    write_whole(path, text)


def report(draft: Draft, ini: str, tracebacks: bool) -> List[str]:
    """What the command prints of a draft."""
    if not draft.engines:
        written = [f"written: {draft.path}"] if draft.path else []
        return [*written, "fill it in, then run gearbox db-verify"]
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
        if len(draft.engines) < len(ENGINES):
            whole = "written for all engines, run" if draft.others else "drafted"
            lines.append(
                f"{whole} on {', '.join(draft.engines)} alone: --engine {','.join(ENGINES)} runs it on all"
            )
        if draft.path:
            lines.append(
                f"next: read it (edited? gearbox db-verify -c {ini}), alembic -c {ini} upgrade head, "
                "and commit it with the models"
            )
    return lines
