"""The revision chain: heads, steps, and running one step on one database.

Each step runs in this process through Kallithea's own ``env.py``, and is recorded: the state
before and after, the statements, the seconds, the error. A script is loaded afresh for each step,
since Kallithea's keep a module-level MetaData that reflects a database once only.
"""

from __future__ import annotations

import io
import os
import re
import time
import tokenize
import traceback
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple
from weakref import WeakKeyDictionary

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError, RevisionMap
from alembic.util import CommandError, load_python_file, to_tuple
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from . import garbage, graph
from .alembic_ini import configuration_file, ini_text, own_logging
from .causes import is_of_the_machine
from .engines.database import Database, Scratch
from .engines.handover import cut_off
from .engines.watching import Watch
from .errors import ConfigError, DatabaseError, MigrationGraphError
from .foreign import foreign_code
from .links import Links, files_of, is_loaded, links_of, not_loading, stands_alone
from .memory.bytecode import keep_no_young_bytecode
from .messages import kind_and_line, one_line, place_of, words_of
from .offlimits import no_repositories
from .releases import BEFORE_ALEMBIC
from .rows import declared
from .rows.changes import NOTHING, RowChanges
from .rows.declared import Declaration
from .signals import stop_if_interrupted
from .state import State, read_state, sharing
from .statements import Recorder, Statement
from .surroundings import away_from_utc, undisturbed

#: How many characters ``alembic_version.version_num`` holds.
LONGEST_REVISION = 32

UPGRADE, DOWNGRADE = "upgrade", "downgrade"

#: What runs the scripts.
_ENVIRONMENT = "env.py"

#: Database -> where its repositories are: asking costs as much as a short step.
_REPOSITORIES: "WeakKeyDictionary[Database, Tuple[str, ...]]" = WeakKeyDictionary()

#: How many of the statements that took longest are remembered of a step.
_LONGEST = 3


@dataclass(frozen=True)
class Step:
    """One script in one direction. ``lower`` is the revision below it on the way, None at the base."""

    revision: str
    direction: str
    lower: Optional[str]


#: What SQLite, MySQL and MariaDB say of rows, which their drivers take for something else.
_AT_ROWS = re.compile(r"Cannot add a NOT NULL column|\((1138|3819|4025), ")


@dataclass(frozen=True)
class StepError:
    """Why a step stopped: the database's message and statement, or the script's exception."""

    message: str
    statement: Optional[str]
    where: Optional[str]
    irreversible: bool
    traceback: str = field(repr=False)
    #: Whether the database has refused a row, or a value in it.
    at_rows: bool = False

    @property
    def line(self) -> Optional[int]:
        """The line of ``where``, if that is in a script."""
        name, _, line = (self.where or "").rpartition(":")
        return int(line) if name not in ("", _ENVIRONMENT) else None

    @property
    def place(self) -> Tuple[str, ...]:
        """Where it was raised, and at which statement, as parts of a message."""
        where = f"at {self.where}" if self.where else ""
        statement = f"statement: {self.statement}" if self.statement else ""
        return tuple(filter(None, (where, statement)))


@dataclass(frozen=True)
class StepRecord:
    """A step that was run. ``sent`` are its statements in the order in which they were sent."""

    step: Step
    before: State
    after: State
    sent: Tuple[Statement, ...] = field(repr=False)
    seconds: float
    error: Optional[StepError] = None
    #: A step up that failed is run once more: what a person would try next.
    retry: Optional["StepRecord"] = None
    #: What it did to rows; for a step down to a recorded revision see ``not_undone`` instead.
    rows: RowChanges = field(default=NOTHING, repr=False)
    #: For a step down: how the rows differ from those that were there before the upgrade; None
    #: where nobody saw them.
    not_undone: Optional[RowChanges] = None
    #: What the script declares that it means to do to rows.
    declared: Tuple[Declaration, ...] = ()
    #: The text of the script, and how often it committed by itself.
    source: str = field(default="", repr=False)
    commits: int = 0
    #: What it raises at models that have grown since; empty where nothing.
    later_error: str = ""
    #: Why what the script declares about rows cannot be understood.
    declaration_error: Optional[str] = None

    @property
    def statements(self) -> Tuple[str, ...]:
        """The texts of the statements."""
        return tuple(statement.sql for statement in self.sent)

    @property
    def longest(self) -> Tuple[Statement, ...]:
        """The statements that took longest, the longest first."""
        return tuple(sorted(self.sent, key=lambda s: s.seconds, reverse=True)[:_LONGEST])

    @property
    def changes(self) -> Tuple[str, ...]:
        """The statements that changed something, without one that failed."""
        failed = self.error is not None and self.statements[-1:] == (self.error.statement,)
        had_run = self.sent[:-1] if failed else self.sent
        return tuple(statement.sql for statement in had_run if statement.changes)


@dataclass(frozen=True)
class Scripts:
    """Where the migration scripts are, and the options of the ini's ``[alembic]`` section."""

    location: Path
    options: Mapping[str, str] = field(default_factory=dict)

    def _options(self) -> Mapping[str, str]:
        return {**self.options, "script_location": str(self.location)}

    def config(self) -> Config:
        """An Alembic configuration for these scripts, without a file or a database."""
        config = Config()
        for key, value in self._options().items():
            config.set_main_option(key, value.replace("%", "%%"))
        return config

    @contextmanager
    def site_config(self, url: str) -> Iterator[Config]:
        """An Alembic configuration for these scripts and that database, from a file as sites have it."""
        with configuration_file(ini_text({"sqlalchemy.url": url}, self._options())) as path:
            yield Config(path)

    def directory(self) -> ScriptDirectory:
        """A newly loaded ScriptDirectory. Where a script is young, this process compiles for itself only."""
        directory = ScriptDirectory.from_config(self.config())
        with suppress(OSError, CommandError):
            keep_no_young_bytecode(files_of(directory))
        return directory

    def sources(self) -> Dict[Path, str]:
        """The text of every file that may be a script. Raises OSError, SyntaxError or CommandError."""
        return {path: source_of(path) for path in files_of(self.directory())}


class Chain:
    """The graph of the scripts, checked: one head, nothing missing, nothing twice."""

    def __init__(self, scripts: Scripts, known: Sequence[Links] = ()) -> None:
        """Load all scripts but those whose links are ``known``. Raises MigrationGraphError that names the
        script or revision."""
        self.scripts = scripts
        try:
            self.directory = scripts.directory()
        except CommandError as error:
            raise MigrationGraphError(
                "script-broken", f"{scripts.location}: there are no migration scripts", "mend the checkout"
            ) from error
        except ValueError as error:
            said = one_line(error)
            names = [name for name, value in scripts.options.items() if repr(value) in said]
            raise ConfigError(
                f"[alembic] {' or '.join(names)}: {said}", "mend that option: alembic reads it, too"
            ) from error
        if _LOCATIONS in scripts.options:
            _check_folders(self.directory)
        with (
            undisturbed(),
            not_loading(known) as begun,
            _graph_errors(self.directory, (), begun),
            foreign_code(),
        ):
            loaded = list(self.directory._load_revisions())
            with suppress(FileNotFoundError, NotADirectoryError):
                # Newer versions of Alembic take a folder that cannot be read for an empty one.
                next(Path(self.directory.versions).iterdir(), None)
        if not loaded:
            raise MigrationGraphError(
                "script-broken", f"{scripts.location}: there are no migration scripts", "mend the checkout"
            )
        nodes = [
            graph.Node(
                script.revision,
                to_tuple(script.down_revision, ()),
                Path(script.path).name,
                tuple(to_tuple(script.dependencies, ())),
                _labels(script),
            )
            for script in loaded
        ]
        _raise(graph.fatal(nodes))
        #: What is wrong beside the chain.
        self.beside = graph.beside(nodes)
        # Each script is loaded once: its code runs.
        self.directory.revision_map = RevisionMap(lambda: iter(loaded))
        with undisturbed(), _graph_errors(self.directory, self.beside):
            (self.head,) = self.directory.get_heads()

    def long_revisions(self) -> Tuple[MigrationGraphError, ...]:
        """One error for each script whose revision no server can write down; oldest first."""
        return tuple(
            MigrationGraphError(
                "revision-too-long",
                f"{Path(script.path).name}: the revision {script.revision} has {len(script.revision)} "
                f"characters, the table alembic_version holds {LONGEST_REVISION}",
                "give it a shorter one, in the scripts that name it as their down_revision, too",
                revision=script.revision,
            )
            for script in reversed(list(self.directory.walk_revisions()))
            if len(script.revision) > LONGEST_REVISION
        )

    def __contains__(self, revision: Optional[str]) -> bool:
        # None is the base, which every chain has.
        return revision is None or self._find(revision) is not None

    def _find(self, revision: str) -> Optional[Script]:
        if not revision:
            return None  # newer versions of Alembic take it for a defect of theirs
        try:
            found: Optional[Script] = self.directory.get_revision(revision)
            return found
        except CommandError:
            return None

    def resolve(self, text: str) -> Optional[str]:
        """The full revision for a (partial) identifier; None where it is unknown or ambiguous."""
        script = self._find(text)
        return script.revision if script else None

    def script(self, revision: str) -> Script:
        """The script of a revision that is in the chain."""
        script = self._find(revision)
        if script is None:
            raise KeyError(revision)
        return script

    def reloaded(self, revision: str) -> Script:
        """The script of a revision, its module loaded once more, as Alembic loads it: nothing of an
        earlier run is in it, and it sees nothing of ours."""
        script = self.script(revision)
        if not stands_alone(self.source(revision)):
            # It may use what others leave in the process: at a site all are loaded.
            for other in self.directory.walk_revisions():
                if not is_loaded(other):
                    _load(other)
        _load(script)
        return script

    def source(self, revision: str) -> str:
        """The text of the script of a revision that is in the chain."""
        return source_of(Path(self.script(revision).path))

    def scripts_by_path(self) -> Tuple[Path, ...]:
        """The files of all scripts."""
        return tuple(self.files().values())

    def files(self) -> Dict[str, Path]:
        """Revision -> file of its script."""
        return {script.revision: Path(script.path) for script in self.directory.walk_revisions()}

    def declared(self, revision: str) -> Tuple[Declaration, ...]:
        """What the script of a revision means to do to rows. Raises DeclarationError."""
        script = self.script(revision)
        if not is_loaded(script):
            script = self.reloaded(revision)
        return declared.parse(getattr(script.module, declared.VARIABLE, ()))

    def links(self) -> Tuple[Links, ...]:
        """What the scripts say that need not be loaded again to know it."""
        scripts = self.directory.walk_revisions()
        found = (links_of(script, self.source(script.revision)) for script in scripts)
        known = [links for links in found if links is not None]
        names = [links.file for links in known]
        # In several folders there may be several files of a name.
        return tuple(links for links in known if names.count(links.file) == 1)

    def between(self, lower: Optional[str], upper: Optional[str]) -> Optional[Tuple[Step, ...]]:
        """The upgrade steps from one revision (None: the base) to a later one, oldest first.

        None where ``lower`` is not an ancestor of ``upper``.
        """
        if upper is None:
            return () if lower is None else None
        try:
            wanted = self._down_from(upper)
            done = self._down_from(lower) if lower else []
        except (CommandError, RevisionError):
            return None
        if lower is not None and lower not in wanted:
            return None
        revisions = [revision for revision in reversed(wanted) if revision not in done]
        # Of branches that are merged one comes after the other: what is below a step is where the
        # way was before it, not what its script names.
        return tuple(
            Step(revision, UPGRADE, below) for revision, below in zip(revisions, [lower, *revisions])
        )

    def _down_from(self, revision: str) -> List[str]:
        """A revision and all below it, newest first."""
        return [script.revision for script in self.directory.iterate_revisions(revision, "base")]

    def stamp_of(self, database: Database) -> Optional[str]:
        """The one revision that a database is stamped with; None where it is at the base.

        Raises MigrationGraphError where there is none, several, or one that no script has.
        """
        revisions = database.revisions()
        if not revisions and database.read_schema().table(BEFORE_ALEMBIC) is not None:
            return None
        if not revisions:
            raise MigrationGraphError(
                "not-stamped",
                f"{database.display}: not stamped: Alembic does not know its revision",
                "find out which revision its schema is at, then: alembic -c INI stamp REVISION",
            )
        if len(revisions) > 1:
            raise MigrationGraphError(
                "several-stamps",
                f"{database.display}: stamped with several revisions: {', '.join(revisions)}",
                "upgrade it with the scripts of both branches to their merge first",
            )
        if revisions[0] not in self:
            raise MigrationGraphError(
                "unknown-stamp",
                f"{database.display}: stamped with revision {revisions[0]}, "
                f"which no script in {self.scripts.location} has",
                "get that script (another branch?), or start again from a copy made before it",
                revision=revisions[0],
            )
        return revisions[0]


def source_of(path: Path) -> str:
    """The text of a script, whatever its first lines say of how it is written."""
    try:
        with tokenize.open(path) as stream:
            return stream.read()
    except (SyntaxError, UnicodeDecodeError):
        # Python takes more than it says: in a comment anything may stand.
        return path.read_bytes().decode("utf-8", "replace")


def _load(script: Script) -> None:
    folder, name = os.path.split(script.path)
    with foreign_code():
        script.module = load_python_file(folder, name)


def reversed_steps(steps: Tuple[Step, ...]) -> Tuple[Step, ...]:
    """The way back: the same scripts, downgraded, newest first."""
    return tuple(Step(step.revision, DOWNGRADE, step.lower) for step in reversed(steps))


#: The option of ``[alembic]`` that names folders of scripts.
_LOCATIONS = "version_locations"


def _check_folders(directory: ScriptDirectory) -> None:
    """Raise ConfigError where one that was named is none."""
    for folder in map(Path, directory._version_locations):
        if not folder.is_dir():
            raise ConfigError(f"[alembic] {_LOCATIONS}: {folder}: no such folder", "mend that option")


def _labels(script: Script) -> Tuple[str, ...]:
    """The branch labels that a script gives itself. Raises MigrationGraphError where they are of several kinds."""
    found = to_tuple(getattr(script.module, "branch_labels", None), ())
    try:
        return tuple(sorted(found))
    except TypeError as error:
        name = Path(script.path).name
        raise MigrationGraphError(
            "script-broken", f"{name}: branch_labels is {found!r}: not a name, or names", "mend the script"
        ).at(name, 1) from error


def _raise(errors: Sequence[MigrationGraphError]) -> None:
    """Raise the first of some errors, which tells of the others."""
    if errors:
        errors[0].others = tuple(errors[1:])
        raise errors[0]


@contextmanager
def _graph_errors(
    directory: ScriptDirectory, known: Sequence[MigrationGraphError] = (), begun: Sequence[str] = ()
) -> Iterator[None]:
    """Turn what Alembic raises and warns of while it loads scripts into MigrationGraphError.

    ``known`` is what it may stumble over: later versions than 1.4 do. ``begun`` are the files that it has
    begun to load: where nothing else tells, the last of them is to blame.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
            failure: Optional[Exception] = None
        except Exception as error:
            failure = error
    if failure is not None and known:
        _raise(known)
    for warning in caught:
        text = str(warning.message)
        if "is not present" in text:
            revision = text.split()[1]
            raise MigrationGraphError(
                "missing-revision",
                f"revision {revision} is missing: {text[:1].lower()}{text[1:]}",
                "add its script, or mend down_revision of the script that names it",
                revision=revision,
            ) from failure
    if failure is not None:
        folder = Path(directory.dir)
        frame = _frame_in(failure, folder)
        # What a line of a script is refused is the script's.
        if is_of_the_machine(failure) and not (isinstance(failure, PermissionError) and frame):
            raise failure
        where = f"{frame[0]}:{frame[1]}" if frame else place_of(failure, [folder])
        name, line = frame or (begun[-1] if begun else "", 1)
        broken = MigrationGraphError(
            "script-broken",
            f"{where or name or folder}: the script cannot be loaded: {kind_and_line(failure)}",
            "mend the script",
        )
        raise (broken.at(name, line) if name else broken) from failure


def _place_in(error: BaseException, folder: Path) -> Optional[str]:
    """``file:line`` of the innermost frame of an exception that lies in the folder."""
    frame = _frame_in(error, folder)
    return f"{frame[0]}:{frame[1]}" if frame else None


def _frame_in(error: BaseException, folder: Path) -> Optional[Tuple[str, int]]:
    """File and line of that frame."""
    # That of a text, of eval() for one, says of itself that it is a file.
    if isinstance(error, SyntaxError) and folder in Path(str(error.filename)).parents:
        return Path(str(error.filename)).name, error.lineno or 1
    places = [
        (Path(frame.filename).name, frame.lineno or 1)
        for frame in traceback.extract_tb(error.__traceback__)
        if folder in Path(frame.filename).parents
    ]
    # A script is run from env.py; that one is to blame where no script was reached.
    return next((p for p in reversed(places) if p[0] != _ENVIRONMENT), places[-1] if places else None)


def run_environment(
    scripts: Scripts,
    directory: ScriptDirectory,
    database: Scratch,
    fn: Callable[..., Any],
) -> None:
    """Run Kallithea's ``env.py`` on a database, with ``fn`` telling Alembic what to do.

    What a script prints goes to stderr.
    """
    repositories = no_repositories(_repositories_of(database))
    with database.handed_over(other_zone=True) as url, scripts.site_config(url) as config, repositories:
        _run_environment(EnvironmentContext(config, directory, fn=fn, as_sql=False), directory, away_from_utc)


def _repositories_of(database: Database) -> Tuple[str, ...]:
    """The folders that its table ``ui`` named when the first step was run on it; none where it had no such table."""
    if database not in _REPOSITORIES:
        found: List[Tuple[object, ...]] = []
        with suppress(DatabaseError):
            (found,) = database.fetch_each(["SELECT ui_value FROM ui WHERE ui_section = 'paths'"])
        _REPOSITORIES[database] = tuple(
            folder for (folder,) in found if isinstance(folder, str) and folder.startswith(os.sep)
        )
    return _REPOSITORIES[database]


def _run_environment(
    environment: EnvironmentContext, directory: ScriptDirectory, begin: Callable[[], None] = lambda: None
) -> None:
    with environment, undisturbed(), own_logging(), foreign_code():
        begin()
        directory.run_env()


def write_step(chain: Chain, database: Scratch, step: Step, before: State) -> Tuple[str, Optional[StepError]]:
    """A step as SQL for a database like this one in the state ``before``, which nothing connects to:
    what ``alembic upgrade --sql`` writes. Without a text there is the reason why."""
    written = io.StringIO()
    try:
        with undisturbed(), cut_off(), chain.scripts.site_config(database.nowhere()) as config:
            warnings.simplefilter("ignore")
            config.output_buffer = written
            environment = EnvironmentContext(
                config, chain.directory, fn=_only(chain, step), as_sql=True, starting_rev=before.revisions
            )
            _run_environment(environment, chain.directory)
    except Exception as failure:
        return "", _step_error(failure, Path(chain.directory.dir))
    return written.getvalue(), None


def _only(chain: Chain, step: Step) -> Callable[..., List[MigrationStep]]:
    """Tells Alembic to run this step, its script loaded afresh."""
    made = _made(chain, step)
    return lambda *_: [made]


def _made(chain: Chain, step: Step) -> MigrationStep:
    """A step as Alembic has it, its script loaded afresh."""
    make = {
        UPGRADE: MigrationStep.upgrade_from_script,
        DOWNGRADE: MigrationStep.downgrade_from_script,
    }[step.direction]
    return make(chain.directory.revision_map, chain.reloaded(step.revision))


def run_step(
    chain: Chain,
    database: Scratch,
    step: Step,
    before: State,
    stop_after: Optional[int] = None,
    blind: bool = False,
    watch: Optional[Callable[[Any], Watch]] = None,
    counting: bool = False,
) -> StepRecord:
    """Run one step on a throwaway copy and record it; an error of the script is in the record.

    ``stop_after``: end it by an exception after that many statements that change something. ``blind``:
    nobody asks for the state after it, which is not read. ``watch``: look at locks, with that watch for
    each connection of a driver's. ``counting``: and at what the statements do.
    """
    started = time.monotonic()
    error = None
    script = chain.script(step.revision)
    recorder = Recorder(script.path, watch, stop_after, counting)
    stop_if_interrupted()
    garbage.once_loaded()
    try:
        with undisturbed(), recorder.listening():
            warnings.simplefilter("ignore")
            run_environment(chain.scripts, chain.directory, database, _only(chain, step))
    except Exception as failure:
        error = _step_error(failure, Path(chain.directory.dir))
    seconds = time.monotonic() - started - recorder.looking
    after = before
    if not blind:
        after = sharing(read_state(database, with_defaults=bool(before.defaults)), before)
    return StepRecord(
        step, before, after, recorder.statements, seconds, error,
        source=chain.source(step.revision), commits=recorder.commits,
    )  # fmt: skip


def run_steps(chain: Chain, database: Scratch, steps: Iterable[Step], before: State) -> Iterator[StepRecord]:
    """Run steps one after the other, each from what the one before left; one that raises is the last."""
    for step in steps:
        record = run_step(chain, database, step, before)
        yield record
        if record.error:
            return
        before = record.after


def run_at_once(
    chain: Chain, database: Scratch, steps: Sequence[Step]
) -> Tuple[Sequence[Step], Optional[StepError]]:
    """Run steps on a throwaway copy as one ``alembic upgrade`` or ``downgrade`` does: in one session. Those that
    were begun, and why the last of them stopped."""
    begun: List[Step] = []
    made = [_made(chain, step) for step in steps]

    def one_by_one(*_: object) -> Iterator[MigrationStep]:
        # Alembic asks for a step when the one before it has run.
        for step, one in zip(steps, made):
            stop_if_interrupted()
            begun.append(step)
            yield one

    try:
        with undisturbed():
            warnings.simplefilter("ignore")
            run_environment(chain.scripts, chain.directory, database, one_by_one)
    except Exception as failure:
        return begun, _step_error(failure, Path(chain.directory.dir))
    return begun, None


def _step_error(error: Exception, folder: Path) -> StepError:
    statement = None
    message = kind_and_line(error)
    if isinstance(error, StatementError):
        statement = " ".join((error.statement or "").split()) or None
        message = one_line(error) if error.orig is not None else message
    return StepError(
        message=message,
        statement=statement,
        where=_place_in(error, folder),
        # Without a reason it is a downgrade that nobody wrote yet.
        irreversible=isinstance(error, NotImplementedError) and bool(words_of(error).strip()),
        traceback="".join(traceback.format_exception(type(error), error, error.__traceback__)),
        at_rows=isinstance(error, (IntegrityError, DataError)) or bool(_AT_ROWS.match(message)),
    )
