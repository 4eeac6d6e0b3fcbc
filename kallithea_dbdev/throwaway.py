"""The workflow of ``db-throwaway``: configuration, database, set-up, repository scan.

Everything is built in a workspace and put in place as the last act, so that a kill at any
moment leaves the old throwaway or the new one. Nothing that does not carry the mark of a
throwaway is replaced or removed, whatever was asked for.
"""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional, Tuple

from . import app, config
from .app import Admin, Instance
from .derived import from_configuration
from .engines import open_database, same_target
from .engines.database import Database
from .engines.private.server import private_server
from .errors import ConfigError, DatabaseError, TargetRefusedError, UsageError
from .rows.samples import fill_empty_tables
from .state import State, read_state
from .workspace import Workspace, lock_folder

#: What a throwaway's administrator is called unless the options say otherwise.
DEFAULT_ADMIN = Admin("admin", "throwaway", "admin@example.com")

#: A folder that holds this file was made by this tool and may be removed by it.
FOLDER_MARK = ".kallithea-dbdev-throwaway"

Progress = Callable[[str], None]
Ask = Callable[[str, bool], bool]


@dataclass(frozen=True)
class Request:
    """What to make. ``repositories`` None means: the configuration's own, beside it."""

    ini: Path
    source: Optional[Path] = None
    admin: Admin = DEFAULT_ADMIN
    repositories: Optional[Path] = None
    public_access: bool = True
    allow_remote: bool = False
    #: The database's URL for a new configuration; None: a file beside it.
    url: Optional[str] = None
    #: For each table that the set-up leaves empty.
    sample_rows: int = 0


@dataclass(frozen=True)
class Made:
    """What was made."""

    ini: Path
    database: str
    revision: str
    kallithea: str
    repositories: Path
    found: Tuple[str, ...]
    wrote_config: bool


def fresh(instance: Instance, like: Database, workspace: Workspace) -> State:
    """The state of a database that Kallithea's own set-up makes from the current code.

    It is made on the server of ``like``, and gone at once. Raises KallitheaError.
    """
    database = like.scratch(workspace, "fresh")
    repositories = workspace.path / f"{database.engine}-repositories"
    repositories.mkdir()
    with database.handed_over() as url, app.cheap_passwords():
        app.set_up(url, instance.ini.parent, repositories, DEFAULT_ADMIN, True)
    state = read_state(database, with_defaults=True)
    database.discard()
    return state


def create(request: Request, progress: Progress, ask: Ask) -> Made:
    """Make the throwaway, or make it again. Raises TargetRefusedError before anything is changed.

    ``ask(question, default)`` answers questions; ``default`` where nobody can be asked.
    """
    ini = Path(os.path.abspath(request.ini))
    if not ini.parent.is_dir():
        raise ConfigError(f"{ini.parent}: no such folder", "make it first")
    with ExitStack() as stack:
        stack.enter_context(lock_folder(ini.parent, progress))
        _remove_dead_configs(ini)
        # A link that leads nowhere is somebody's, too.
        wrote_config = not os.path.lexists(ini)
        used = stack.enter_context(_NewConfig(ini, request)).path if wrote_config else ini
        if request.source and not wrote_config:
            raise UsageError(f"{ini}: exists already; --from is for a new one", "remove it first with --drop")
        progress("loading Kallithea")
        instance = app.load(used)
        database = open_database(instance.app_url)
        refuse_remote(database, request.allow_remote)
        refuse_target(instance, ini, database)
        stack.enter_context(database.lock(progress))
        database.clear_leftovers()
        # Again, now that nobody else can change it.
        refuse_target(instance, ini, database)
        made_folders: List[Path] = []
        stack.push(lambda kind, *_: _remove_folders(made_folders) if kind else None)
        repositories = _repositories(ini, used, request, ask, made_folders)
        workspace = stack.enter_context(Workspace())
        progress("setting up the database")
        built = database.scratch(workspace, "throwaway")
        with built.handed_over() as url:
            app.set_up(url, ini.parent, repositories, request.admin, request.public_access)
            progress("scanning the repositories")
            found = app.scan_repositories(instance, url)
        if request.sample_rows:
            progress("filling empty tables with sample rows")
            state = read_state(built)
            fill_empty_tables(built, state.schema, state.rows, 0, request.sample_rows)
        revision = ", ".join(built.revisions())
        progress("putting it in place")
        database.put_in_place(built)
        if wrote_config:
            os.replace(used, ini)
        return Made(
            ini, database.display, revision, instance.version, repositories, tuple(found), wrote_config
        )


def create_private(
    request: Request, engine: str, progress: Progress, ask: Ask, stay: Callable[[Made], None]
) -> None:
    """Make the throwaway on a private server that is gone when ``stay`` returns, with all the rest.

    Raises UsageError where the configuration exists already.
    """
    if request.ini.exists():
        raise UsageError(
            f"{request.ini}: exists already; --engine makes a new one on a private server",
            "name another one",
        )
    with private_server(engine, progress) as database:
        try:
            stay(create(replace(request, url=database.sibling_url(request.ini.stem)), progress, ask))
        finally:
            if request.ini.exists():
                drop(request.ini, progress, lambda question, default: True)


@dataclass(frozen=True)
class Removed:
    """What was removed and what was left, each with the reason why it was left."""

    removed: Tuple[str, ...]
    left: Tuple[str, ...]


def drop(ini: Path, progress: Progress, ask: Ask, allow_remote: bool = False) -> Removed:
    """Remove configuration, database, repository root and data folder of a throwaway.

    What carries no mark is left: a database without one refuses the whole (TargetRefusedError).
    """
    ini = Path(os.path.abspath(ini))
    config.read_text(ini)
    removed, left = [], []
    with lock_folder(ini.parent, progress):
        instance = app.load(ini)
        database = open_database(instance.app_url)
        refuse_remote(database, allow_remote)
        refuse_target(instance, ini, database)
        if not ask(f"Remove {ini.name}, {database.display} and what belongs to them?", True):
            raise UsageError("nothing was removed: the answer was no")
        with database.lock(progress):
            database.clear_leftovers()
            refuse_target(instance, ini, database)
            if database.exists():
                database.drop()
                removed.append(database.display)
        for folder in (_own_folder(ini, "repos"), _own_folder(ini, "data")):
            if (folder / FOLDER_MARK).is_file() and not folder.is_symlink():
                shutil.rmtree(folder)
                removed.append(str(folder))
            elif folder.exists():
                left.append(f"{folder}: db-throwaway did not make it")
        if config.is_marked(ini):
            ini.unlink()
            removed.append(str(ini))
        else:
            left.append(f"{ini}: db-throwaway did not write it")
    return Removed(tuple(removed), tuple(left))


def refuse_target(instance: Instance, ini: Path, database: Database) -> None:
    """Raise TargetRefusedError, naming the check, unless the database may be replaced."""
    # 1. Alembic must work on the same database as the application
    if instance.url != instance.app_url and not same_target(database, open_database(instance.url)):
        raise TargetRefusedError(
            f"{ini}: [alembic] sqlalchemy.url names another database than [app:main]",
            "remove that line: alembic would not work on the throwaway",
        )
    # 2. no other configuration may use it, however it spells the URL
    for other in _other_configs(ini, database):
        for named in _databases_of(other):
            for folder in (None, other.parent):
                try:
                    found = open_database(named.url, folder)
                except DatabaseError:
                    continue  # another engine, or a database in memory
                if same_target(database, found):
                    raise TargetRefusedError(
                        f"{database.display}: {other} uses this database, too ([{named.section}])",
                        "name another database in one of the two configurations",
                    )
    # 3. what is there must carry the mark
    if database.exists() and not database.is_empty() and not database.is_throwaway():
        raise TargetRefusedError(
            f"{database.display}: this database does not carry the mark of a throwaway",
            f"name another one in {ini.name}, or remove it yourself if nobody needs it "
            "(no option lifts this refusal)",
        )


def refuse_remote(database: Database, allowed: bool) -> None:
    """Raise TargetRefusedError for a database on another machine, unless that is allowed."""
    if database.remote and not allowed:
        raise TargetRefusedError(
            f"{database.display}: this server is on another machine",
            "throwaways and copies are made there with --allow-remote only",
        )


def _other_configs(ini: Path, database: Database) -> Iterator[Path]:
    folders = {ini.parent.resolve()}
    folders.update(database.folders())
    for folder in sorted(folders):
        for path in sorted(folder.glob("*.ini")):
            if path.is_file() and not (ini.exists() and path.samefile(ini)):
                yield path


def _databases_of(other: Path) -> Tuple[config.NamedDatabase, ...]:
    try:
        return config.databases(other)
    except ConfigError as error:
        if not _may_name_database(other):
            return ()
        raise TargetRefusedError(
            f"{other}: cannot be read, so it is not known whether it uses the same database ({error})",
            "mend or move that file",
        ) from None


def _may_name_database(other: Path) -> bool:
    """Whether a file that is no valid configuration holds what looks like a database's URL."""
    try:
        with other.open("rb") as file:
            return config.URL_KEY.encode() in file.read(config.MOST_BYTES)
    except OSError:
        return True


def _own_folder(ini: Path, kind: str) -> Path:
    return ini.with_name(f"{ini.stem}-{kind}")


def _repositories(ini: Path, used: Path, request: Request, ask: Ask, made_folders: List[Path]) -> Path:
    """The repository root, made if it is our own. Raises UsageError where it cannot be used.

    Folders that were made are added to ``made_folders``.
    """
    own = _own_folder(ini, "repos")
    kept = config.section(used, config.MARK_SECTION).get(config.REPOSITORIES_KEY)
    root = request.repositories or (Path(kept) if kept else own)
    root = Path(os.path.abspath(root))
    for folder in [_own_folder(ini, "data"), *([own] if root == own else [])]:
        if _make_marked(folder):
            made_folders.append(folder)
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder", "--repos names an existing folder of repositories")
    if not os.access(root, os.R_OK | os.X_OK):
        raise UsageError(f"{root}: not readable", "--repos names a readable folder of repositories")
    if not os.access(root, os.W_OK) and not ask(f"{root} is not writable; go on read-only?", False):
        raise UsageError(f"{root}: not writable", "make it writable, or answer with --force-yes")
    return root.resolve()


def _make_marked(folder: Path) -> bool:
    """Make a folder with our mark; one that is there already is used, but not marked."""
    if folder.exists():
        return False
    folder.mkdir(mode=0o700)
    (folder / FOLDER_MARK).write_text("made by gearbox db-throwaway; --drop removes it\n")
    return True


def _remove_folders(folders: List[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


class _NewConfig:
    """A context manager: a new configuration under a temporary name beside the real one."""

    def __init__(self, ini: Path, request: Request) -> None:
        if "?" in str(ini) and not request.url:
            raise ConfigError(f"{ini}: the URL of a database file cannot hold '?'", "use another name")
        if "#" in ini.name:
            # PasteDeploy takes what follows for the name of an application.
            raise ConfigError(
                f"{ini}: Kallithea cannot start from a file with '#' in its name", "use another name"
            )
        self.path = ini.with_name(f"{_dead_config_prefix(ini)}{os.getpid()}")
        self._ini = ini
        self._request = request

    def __enter__(self) -> "_NewConfig":
        source = self._request.source
        if source:
            settings = self._settings(fresh_secrets=True)
            settings[config.URL_KEY] = self._sibling_url(source) or settings[config.URL_KEY]
            text = from_configuration(source, settings)
            descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
        else:
            app.write_config(self.path, self._settings(fresh_secrets=False))
        mark: Dict[str, Optional[str]] = {config.MARK_KEY: "true"}
        if self._request.repositories:
            path = os.path.abspath(self._request.repositories)
            mark[config.REPOSITORIES_KEY] = _escaped(path)
        text = config.edit(config.read_text(self.path), {config.MARK_SECTION: mark})
        self.path.write_text(text, encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        if self.path.exists():
            self.path.unlink()

    def _sibling_url(self, source: Path) -> Optional[str]:
        """On the server of the source, where it has one: a database named after both."""
        if self._request.url:
            return None
        for named in config.databases(source):
            if named.section == "app:main" and named.key == config.URL_KEY:
                app.check_url(f"{source}: [{named.section}] {named.key}", named.url)
                database = open_database(named.url, source.parent)
                return _escaped(database.sibling_url(self._ini.stem))
        return None

    def _settings(self, fresh_secrets: bool) -> Dict[str, Optional[str]]:
        stem = str(_escaped(self._ini.stem))
        data = f"%(here)s/{stem}-data"
        settings: Dict[str, Optional[str]] = {
            config.URL_KEY: _escaped(self._request.url) or f"sqlite:///%(here)s/{stem}.db?timeout=60",
            "cache_dir": data,
            "index_dir": f"{data}/index",
            "archive_cache_dir": f"{data}/tarballcache",
            "beaker.cache.data_dir": f"{data}/cache/data",
            "beaker.cache.lock_dir": f"{data}/cache/lock",
        }
        if fresh_secrets:
            settings.update({"app_instance_uuid": uuid.uuid4().hex, "session.secret": uuid.uuid4().hex})
        return settings


def _escaped(value: Optional[str]) -> Optional[str]:
    """A value as it stands in an ini file, where ``%`` begins an interpolation."""
    return value and value.replace("%", "%%")


def _dead_config_prefix(ini: Path) -> str:
    return f".{ini.name}.kallithea-dbdev-"


def _remove_dead_configs(ini: Path) -> None:
    for path in ini.parent.glob(f"{_dead_config_prefix(ini)}*"):
        path.unlink()
