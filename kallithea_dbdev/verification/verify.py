"""``db-verify`` from end to end: copy, reference, climb, checks, result, on each engine."""

from __future__ import annotations

import time
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Tuple

from .. import config, throwaway
from ..application.code import metadata
from ..application.instance import Instance
from ..engines import ENGINES, borrowed_database, make_lab, open_database
from ..engines.database import Database, Scratch
from ..engines.lab import Copied, Lab
from ..errors import DatabaseError, DbdevError, MigrationGraphError, TargetRefusedError, UsageError
from ..failure import failure_of
from ..findings import Finding, make, sort
from ..memory.memory import NO_MEMORY, Memory
from ..messages import as_typed
from ..migrations import Chain, Scripts, Step, StepRecord
from ..releases import Release
from ..versions import library_versions
from ..workspace import Workspace
from .ahead import Ahead, Copying
from .background import background
from .baseline import start_at
from .course import Options, Progress
from .engines import on_engine
from .limits import refuse_unknown
from .original import watch
from .places import place_of_script, read_sources
from .remembered import ChainLoader, Remembered
from .result import Report, Result

if TYPE_CHECKING:
    from .climb import Climb

#: What the revision of a database is called that no script has touched.
BASE = "base"


@dataclass(frozen=True)
class Request:
    """What to verify. ``down_to`` is a revision (or "base") below the database's, where the way
    down ends; ``engines`` empty means: that of the configuration."""

    instance: Instance
    down_to: Optional[str] = None
    engines: Tuple[str, ...] = ()
    scratch_url: Optional[str] = None
    allow_remote: bool = False
    strict: bool = False
    #: For the sample rows that empty tables get; None: they stay empty.
    seed: Optional[int] = 0
    #: Stop each step up after each statement, and run it again.
    crash: bool = False
    #: What earlier runs have made and this one need not.
    memory: Memory = NO_MEMORY
    #: What was begun before: a fresh database beside the configured one, and a copy of that.
    ahead: Optional[Ahead] = None
    #: How it was asked for, for the report.
    command: str = ""
    #: End at the head: no step down, and none up again.
    up_only: bool = False
    #: For how many seconds a step may keep others from a table; None: however long.
    max_lock: Optional[float] = None
    #: Prove each step as a file of SQL, too.
    sql: bool = False
    #: Numbers of rows in tables for which times are estimated.
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def copying(self) -> Optional[Copying]:
        """The copy of the configured database that was begun, if one was."""
        return self.ahead.copying if self.ahead else None


def verify(request: Request, progress: Progress) -> Report:
    """Prove the migrations on copies of the configured database; it is only read.

    On other engines than its own, the way begins with a database of the newest recorded release.
    A broken graph or stamp is a finding. Raises DatabaseError where there is no database,
    UsageError where ``down_to`` is not below it.
    """
    started = time.monotonic()
    instance = request.instance
    loader = ChainLoader(instance, request.memory)
    copying = request.copying
    if copying:
        copying.wait()
    database = open_configured(instance, request.allow_remote, copying.database if copying else None)
    borrowed = open_borrowed(database, request.scratch_url, request.allow_remote)
    refuse_unknown_tables(request, database)
    try:
        with database.connected():
            unchanged = copying.unchanged if copying else watch(database)
            chain = loader.load()
            start = chain.stamp_of(database)
    except MigrationGraphError as error:
        wrong = tuple(of_graph(e, database.engine, instance) for e in (error, *error.others))
        broken = _result(database, _stamp(database), "", (), wrong, (), started)
        return report_of(request, (broken,))
    below = steps_below(chain, start, request.down_to)
    begins = start or BASE
    results: List[Result] = []
    errors: List[Exception] = []
    engines = request.engines or (database.engine,)
    for engine in engines:
        started = time.monotonic()
        long = tuple(of_graph(error, engine, instance) for error in chain.long_revisions())
        beside = tuple(of_graph(error, engine, instance) for error in chain.beside)
        if long and not ENGINES[engine].ignores_lengths:
            display = database.display if engine == database.engine else "(none)"
            results.append(Result(engine, display, begins, chain.head, (), (*long, *beside), 0.0))
            continue
        try:
            # The scratch databases go before the server that holds them.
            with (
                on_engine(engine, database, progress) as here,
                Workspace() as workspace,
                closing(copying) if copying else nullcontext(),
            ):
                configured = here is database
                lab = copying.lab if copying else make_lab(here, workspace, borrowed if configured else None)
                seen = _climb(request, chain, start, below, here, configured, not results, lab, progress)
                findings = sort((*long, *beside, *judge(seen)))
                found = _result(here, begins, chain.head, seen.records, findings, tuple(lab.remarks), started)
                results.append(replace(found, **_of_climb(seen)))
        except (UsageError, TargetRefusedError):
            raise  # what was asked for is wrong, on whatever engine
        except Exception as error:
            errors.append(error)
            results.append(_without(engine, database, begins, chain.head, error, started))
    if len(errors) == len(engines):
        refuse_where_foreseen(errors)
    changed = unchanged()
    if changed:
        results[0] = replace(results[0], findings=sort((*results[0].findings, *changed)))
    sources = read_sources(chain, instance.package)
    results = [replace(result, findings=sources.placed(result.findings)) for result in results]
    return report_of(request, tuple(results))


def _stamp(database: Database) -> str:
    """What the database says of itself; "" where it says nothing."""
    with suppress(DatabaseError):
        return ", ".join(database.revisions())
    return ""


def verify_release(request: Request, release: Release, database: Database, progress: Progress) -> Result:
    """Prove the migrations from a recorded release to the head, back to it, and up again.

    All is done on copies at the server of ``database``. Raises MigrationGraphError.
    """
    started = time.monotonic()
    start = release.revision or BASE
    chain = Chain(Scripts(request.instance.scripts, request.instance.alembic))
    long = tuple(of_graph(error, database.engine, request.instance) for error in chain.long_revisions())
    if long and not ENGINES[database.engine].ignores_lengths:
        found = _result(database, start, chain.head, (), long, (), started)
    else:
        with Workspace() as workspace:
            lab = make_lab(database, workspace, None)
            below = steps_below_release(chain, release, request.down_to)
            seen = _climb(request, chain, release.revision, below, database, False, False, lab, progress)
            remarks = tuple(lab.remarks)
        findings = sort((*long, *judge(seen)))
        found = _result(database, start, chain.head, seen.records, findings, remarks, started)
        found = replace(found, **_of_climb(seen))
    placed = read_sources(chain, request.instance.package).placed(found.findings)
    placed = tuple(replace(finding, release=release.version) for finding in placed)
    return replace(found, findings=placed, release=release.version, database="a recorded release")


def report_of(request: Request, results: Tuple[Result, ...]) -> Report:
    """What was asked for, with what was found."""
    return Report(request.instance.version, results, request.strict, library_versions(), request.command)


def _climb(
    request: Request,
    chain: Chain,
    start: Optional[str],
    below: Optional[Tuple[Step, ...]],
    database: Database,
    configured: bool,
    first: bool,
    lab: Lab,
    progress: Progress,
) -> Climb:
    remembered = Remembered(request.memory, chain, lab)
    lowest = below[0].lower if below else start

    def begin(label: str) -> Scratch:
        return lab.copy(database, label) if configured else start_at(chain, start, lab, label)

    options = Options(
        below, request.seed, request.crash, request.seed is not None, request.up_only, request.sql,
        request.max_lock,
    )  # fmt: skip
    with background(
        request.instance,
        chain,
        database,
        lab,
        remembered,
        start,
        lowest if first else None,
        progress,
        request.ahead if configured else None,
    ) as behind:
        # Imported while they are at work: they take longer than this process.
        from .proving import proven

        progress(f"{database.engine}: copying the database")
        copying = request.copying if configured else None
        copied = copying.result() if copying else Copied(begin("copy"), None, None)
        seen = proven(request, chain, copied, lab, remembered, behind, options, begin, progress)
    return replace(seen, configured=configured)


def judge(seen: Climb) -> Tuple[Finding, ...]:
    """All findings of all checks, worst first; a check that raises is a finding itself."""
    from .proving import judge

    return judge(seen)


def refuse_unknown_tables(request: Request, database: Optional[Database] = None) -> None:
    """Raise UsageError where rows are asked for of a table that neither the models nor ``database`` have."""
    if request.rows:
        tables = set(metadata().tables)
        if database is not None:
            tables.update(table.name for table in database.read_schema().tables)
        refuse_unknown("--rows", request.rows, tables)


def open_configured(instance: Instance, allow_remote: bool, opened: Optional[Database] = None) -> Database:
    """The configured database, which may be ``opened`` already. Raises DatabaseError, with the way out, where there is none.

    Raises TargetRefusedError for a database on another machine without ``allow_remote``: copies
    of it are made there, too.
    """
    database = opened or open_database(instance.url)
    throwaway.refuse_remote(database, allow_remote)
    exists = database.exists()
    if not exists or database.is_empty():
        way_out = f"make it with the code before your change: kallithea-cli db-create -c {as_typed(instance.ini.name)}"
        if instance.url != instance.app_url:
            # That would be set up anew by it, and may be there.
            way_out = (
                "[alembic] sqlalchemy.url names it; Kallithea works on the one that [app:main] names: "
                f"take that line out of [alembic] in {instance.ini.name}, or mend it"
            )
        raise DatabaseError(
            f"{database.display}: the database is empty"
            if exists
            else f"{database.display}: there is no such database",
            way_out,
        )
    return database


def files_of(instance: Instance) -> Tuple[Path, ...]:
    """What a configuration is made of, files and folders: itself, its databases, Kallithea's code."""
    urls = dict.fromkeys((instance.url, instance.app_url))
    databases = [path for url in urls for path in open_database(url).files()]
    return (*config.load(instance.ini).sources, instance.package, *databases)


def open_borrowed(database: Database, scratch_url: Optional[str], allow_remote: bool) -> Optional[Database]:
    """The empty database for copies of ``database``; None where there is none.

    Raises UsageError or TargetRefusedError where it cannot be used.
    """
    if scratch_url is None:
        return None
    borrowed = borrowed_database(database, scratch_url)
    throwaway.refuse_remote(borrowed, allow_remote)
    return borrowed


def steps_below(chain: Chain, start: Optional[str], down_to: Optional[str]) -> Optional[Tuple[Step, ...]]:
    """The upgrade steps from ``down_to`` to ``start``; None where nothing was asked for.

    Raises UsageError where ``down_to`` is unknown or not below.
    """
    if down_to is None:
        return None
    steps = chain.between(_revision(chain, down_to), start)
    if steps is None:
        raise UsageError(
            f"--from {down_to}: not an ancestor of {start or BASE}, the revision of the database",
            "name an older revision",
        )
    return steps


def steps_below_release(chain: Chain, release: Release, down_to: Optional[str]) -> Optional[Tuple[Step, ...]]:
    """The same for a recorded release; None also where its databases begin below ``down_to``: the way down
    then ends where it began.

    Raises UsageError where ``down_to`` is unknown, or neither below nor above.
    """
    if down_to is None:
        return None
    lower = _revision(chain, down_to)
    if lower != release.revision and chain.between(release.revision, lower) is not None:
        return None
    return steps_below(chain, release.revision, down_to)


def _revision(chain: Chain, text: str) -> Optional[str]:
    """The revision that is named; None is the base. Raises UsageError."""
    found = None if text == BASE else chain.resolve(text)
    if found is None and text != BASE:
        raise UsageError(f"--from {text}: there is no such revision", "alembic -c INI history lists them")
    return found


def refuse_where_foreseen(errors: Sequence[Exception]) -> None:
    """Raise the first error that says what its user must mend: of that there is nothing to report.

    What nobody foresaw is told in the report, with what else was found.
    """
    for error in errors:
        if isinstance(error, DbdevError):
            raise error


def of_graph(error: MigrationGraphError, engine: str, instance: Instance) -> Finding:
    """The finding that an error in the graph of the scripts stands for."""
    file, line = place_of_script(error.file, error.line, error.variable, instance.scripts, instance.package)
    return make(error.code, engine, error.message, line, file=file, revision=error.revision, fix=error.hint)


def _without(
    engine: str, configured: Database, start: str, head: str, error: Exception, started: float
) -> Result:
    """The result on an engine where the work ended with an error: the others go on."""
    from .checks import undone

    failure = failure_of("the work on this engine", error)
    display = configured.display if engine == configured.engine else "(none)"
    finding = undone.finding(engine, failure, aspect="engine")
    return Result(engine, display, start, head, (), (finding,), time.monotonic() - started)


def _of_climb(seen: Climb) -> Dict[str, Any]:
    """What a result has from the walk itself."""
    began = seen.began if seen.configured else None
    return {
        "sql": seen.sql, "estimate": seen.estimate, "began": began or "", "compared": seen.reached_head,
    }  # fmt: skip


def _result(
    database: Database,
    start: str,
    head: str,
    steps: Tuple[StepRecord, ...],
    findings: Tuple[Finding, ...],
    remarks: Tuple[str, ...],
    started: float,
) -> Result:
    seconds = time.monotonic() - started
    return Result(
        database.engine,
        database.display,
        start,
        head,
        steps,
        findings,
        seconds,
        remarks,
        database.private is not None,
        server=database.product(),
    )
