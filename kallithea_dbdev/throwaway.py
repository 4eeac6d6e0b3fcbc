"""The workflow of ``db-throwaway``: configuration, database, set-up, repository scan.

Everything is built in a workspace and put in place as the last act, so that a kill at any
moment leaves the old throwaway or the new one. Nothing that does not carry the mark of a
throwaway is replaced or removed, whatever was asked for.
"""

from __future__ import annotations

import os
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional, Tuple

from . import belongings, config
from .application.code import import_models
from .application.instance import Instance, check_url, load, write_config
from .application.set_up import DEFAULT_ADMIN, Admin, cheap_passwords, scan_repositories, set_up
from .causes import about
from .derived import from_configuration
from .done import Done
from .engines import address_in, are_told_apart, is_same, make_lab, open_database
from .engines.database import Database
from .engines.lab import Lab
from .engines.marks import maker_of
from .engines.private.server import private_server
from .errors import ConfigError, DatabaseError, DbdevError, TargetRefusedError, UsageError
from .folders import making
from .migrations import Chain, Scripts
from .rows.samples import fill_empty_tables
from .signals import uninterrupted
from .state import State, read_state
from .workspace import Workspace, lock_folder

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
    #: Nothing may be there yet: what another run makes meanwhile is not made again.
    alone: bool = False


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
    #: What could not be found out, or was done in another way than usual.
    remarks: Tuple[str, ...] = ()


def fresh(instance: Instance, lab: Lab, workspace: Workspace) -> State:
    """The state of a database that Kallithea's own set-up makes from the current code.

    It is made in the lab, and gone at once; ``workspace`` holds its repositories. Raises KallitheaError.
    """
    database = lab.scratch("fresh")
    repositories = workspace.path / f"{lab.engine}-repositories"
    repositories.mkdir()
    with database.handed_over() as url, cheap_passwords():
        set_up(url, instance.ini.parent, repositories, DEFAULT_ADMIN, True)
    state = read_state(database, with_defaults=True)
    lab.discard(database)
    return state


def create(request: Request, progress: Progress, ask: Ask, done: Done) -> Made:
    """Make the throwaway, or make it again. Raises TargetRefusedError before anything is changed.

    ``ask(question, default)`` answers questions; ``default`` where nobody can be asked. What cannot be
    taken back any more is noted in ``done``.
    """
    ini = Path(os.path.abspath(request.ini))
    if not ini.parent.is_dir():
        raise ConfigError(f"{ini.parent}: no such folder", making(ini.parent))
    with ExitStack() as stack:
        stack.enter_context(lock_folder(ini.parent, progress))
        belongings.clear_unfinished(ini)
        # A link that leads nowhere is somebody's, too.
        wrote_config = not os.path.lexists(ini)
        if not wrote_config and belongings.server_is_gone(ini):
            raise UsageError(
                f"{ini}: its database was on a private server, which is gone",
                "remove the rest with --drop, or make it again with --engine",
            )
        used = _new_config(ini, request, stack) if wrote_config else ini
        if request.alone and not wrote_config:
            raise UsageError(
                f"{ini}: another run has made it meanwhile; --engine makes a new one on a private server",
                "name another one",
            )
        if request.source and not wrote_config:
            raise UsageError(f"{ini}: exists already; --from is for a new one", "remove it first with --drop")
        progress("loading Kallithea")
        instance = load(used)
        import_models()
        database = open_database(instance.app_url)
        refuse_remote(database, request.allow_remote)
        refuse_target(instance, ini, database, lambda remark: None)
        stack.enter_context(database.lock(progress))
        database.clear_leftovers()
        # Again, now that nobody else can change it.
        remarks: List[str] = []
        refuse_target(instance, ini, database, remarks.append)
        maker = maker_of(ini)
        if wrote_config and database.maker() not in (None, maker):
            raise TargetRefusedError(
                f"{database.display}: a throwaway is there already, and another configuration made it",
                f"use another name than {ini.name}, or remove it with --drop and the configuration that names it",
            )
        made_folders: List[Path] = []
        stack.push(lambda kind, *_: _remove_folders(ini, made_folders) if kind else None)
        repositories = _repositories(ini, used, request, ask, made_folders)
        workspace = stack.enter_context(Workspace())
        progress("setting up the database")
        built = make_lab(database, workspace).scratch("throwaway")
        with built.handed_over() as url:
            try:
                set_up(url, ini.parent, repositories, request.admin, request.public_access)
            except DbdevError:
                # It stamps the database: where the scripts are broken, that is what is to be mended.
                Chain(Scripts(instance.scripts, instance.alembic))
                raise
            progress("scanning the repositories")
            found = scan_repositories(instance, url)
        if request.sample_rows:
            progress("filling empty tables with sample rows")
            state = read_state(built)
            fill_empty_tables(built, state.schema, state.rows, 0, request.sample_rows)
        revision = ", ".join(built.revisions())
        progress("putting it in place")
        with uninterrupted():
            database.replace_by(built, maker)
            done.add(f"put the new {database.display} in place")
            if wrote_config:
                os.replace(used, ini)
                done.add(f"wrote {ini}")
            made_folders.clear()
        return Made(
            ini, database.display, revision, instance.version, repositories, tuple(found), wrote_config,
            tuple(dict.fromkeys(remarks)),
        )  # fmt: skip


def create_private(
    request: Request, engine: str, progress: Progress, ask: Ask, done: Done, stay: Callable[[Made], None]
) -> None:
    """Make the throwaway on a private server that is gone when ``stay`` returns, with all the rest.

    Raises UsageError where the configuration exists already.
    """
    if request.ini.exists():
        if not belongings.server_is_gone(request.ini):
            raise UsageError(
                f"{request.ini}: exists already; --engine makes a new one on a private server",
                "name another one",
            )
        drop(request.ini, progress, lambda question, default: True, done)
    with private_server(engine, progress) as database:
        url = database.sibling_url(request.ini.stem)
        try:
            made = create(replace(request, url=url, alone=True), progress, ask, done)
            stay(replace(made, database=f"{made.database.partition(' on ')[0]} on {database.display}"))
        finally:
            with uninterrupted():
                if request.ini.exists() and any(n.url == url for n in config.databases(request.ini)):
                    drop(request.ini, progress, lambda question, default: True, done)
                done.clear()


@dataclass(frozen=True)
class Removed:
    """What was removed and what was left, each with the reason why it was left."""

    removed: Tuple[str, ...]
    left: Tuple[str, ...]
    #: What could not be found out.
    remarks: Tuple[str, ...] = ()


def drop(ini: Path, progress: Progress, ask: Ask, done: Done, allow_remote: bool = False) -> Removed:
    """Remove configuration, database, repository root and data folder of a throwaway.

    What carries no mark is left: a database without one refuses the whole (TargetRefusedError).
    Each removal is noted in ``done``.
    """
    ini = Path(os.path.abspath(ini))
    if not os.path.lexists(ini):
        raise ConfigError(
            f"{ini}: no such file", "there is nothing to remove: -c names the throwaway's configuration"
        )
    config.read_text(ini)
    removed: List[str] = []
    left: List[str] = []

    def gone(thing: object) -> None:
        removed.append(str(thing))
        done.add(f"removed {thing}")

    with lock_folder(ini.parent, progress):
        belongings.clear_unfinished(ini)
        if belongings.server_is_gone(ini):
            if not ask(f"Remove {ini.name} and what belongs to it? Its private server is gone.", True):
                raise UsageError("nothing was removed: the answer was no")
            left = belongings.remove_all(ini, gone)
            return Removed(tuple(removed), tuple(left))
        instance = load(ini)
        database = open_database(instance.app_url)
        refuse_remote(database, allow_remote)
        refuse_target(instance, ini, database, lambda remark: None)
        database.refuse_unless_marked()
        if not ask(f"Remove {ini.name}, {database.display} and what belongs to them?", True):
            raise UsageError("nothing was removed: the answer was no")
        with database.lock(progress):
            database.clear_leftovers()
            remarks: List[str] = []
            refuse_target(instance, ini, database, remarks.append)
            # From the first of it on everything goes: a signal waits for the end.
            with uninterrupted():
                if database.exists():
                    database.drop()
                    gone(database.display)
                left += belongings.remove_all(ini, gone)
    return Removed(tuple(removed), tuple(left), tuple(dict.fromkeys(remarks)))


def refuse_target(instance: Instance, ini: Path, database: Database, remark: Progress) -> None:
    """Raise TargetRefusedError, naming the check, unless the database may be replaced.

    What could not be found out is said to ``remark``.
    """
    # 1. Alembic must work on the same database as the application
    if instance.url != instance.app_url and not is_same(database, open_database(instance.url)):
        raise TargetRefusedError(
            f"{ini}: [alembic] sqlalchemy.url names another database than [app:main]",
            "remove that line: alembic would not work on the throwaway",
        )
    # 2. no other configuration may use it, however it spells the URL
    for other in _other_configs(ini, database):
        for named in _databases_of(other):
            for folder in (None, other.parent):
                try:
                    found = address_in(named.url, folder)
                except DatabaseError:
                    continue  # another engine, or a database in memory
                if _is_used_by(database, found, f"{other} ([{named.section}])", remark):
                    raise TargetRefusedError(
                        f"{database.display}: {other} uses this database, too ([{named.section}])",
                        "name another database in one of the two configurations",
                    )
    # 3. what is there must carry the mark
    database.refuse_unless_replaceable(f"name another one in {ini.name}")


def _is_used_by(database: Database, other: Database, where: str, remark: Progress) -> bool:
    """Whether both are one database. Their servers are asked only where the addresses do not tell."""
    apart = are_told_apart(database, other)
    if apart is not None:
        return not apart
    try:
        return is_same(database, other)
    except DatabaseError as error:
        remark(
            f"{where}: {other.display} could not be asked whether it is {database.display}; it was taken for "
            f"another one ({error.message})"
        )
        return False


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
        for path in sorted(folder.glob("*.[iI][nN][iI]")):
            if path.is_file() and not _is_same_file(path, ini):
                yield path


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except FileNotFoundError:
        return False


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
    except FileNotFoundError:
        return False  # it has gone since its folder was read
    except OSError:
        return True


def _repositories(ini: Path, used: Path, request: Request, ask: Ask, made_folders: List[Path]) -> Path:
    """The repository root, made if it is our own. Raises UsageError where it cannot be used.

    Folders that were made are added to ``made_folders``.
    """
    own = belongings.folder_of(ini, "repos")
    kept = config.section(used, config.MARK_SECTION).get(config.REPOSITORIES_KEY)
    root = request.repositories or (Path(kept) if kept else own)
    root = Path(os.path.abspath(root))
    for folder in [belongings.folder_of(ini, "data"), *([own] if root == own else [])]:
        belongings.make_folder(ini, folder, made_folders)
    if not root.is_dir():
        problem = "not a folder" if os.path.lexists(root) else "no such folder"
        raise UsageError(f"{root}: {problem}", "--repos names an existing folder of repositories")
    if not os.access(root, os.R_OK | os.X_OK):
        raise UsageError(f"{root}: not readable", "--repos names a readable folder of repositories")
    if not os.access(root, os.W_OK) and not ask(f"{root} is not writable; go on read-only?", False):
        raise UsageError(f"{root}: not writable", "make it writable, or answer with --force-yes")
    return root.resolve()


def _remove_folders(ini: Path, folders: List[Path]) -> None:
    with uninterrupted():
        for folder in folders:
            belongings.remove_folder(ini, folder)


def _new_config(ini: Path, request: Request, stack: ExitStack) -> Path:
    """A new configuration under a temporary name, gone with the stack."""
    try:
        os.fsencode(ini).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{ini}: the path is not UTF-8: an ini file cannot name it", "use another name"
        ) from error
    if set(str(ini.parent)) & set("?\n"):
        raise ConfigError(f"{ini}: a database URL cannot hold '?' or a line break", "use another folder")
    if set(str(ini)) & set("\r\n"):
        raise ConfigError(f"{ini}: an ini file cannot hold a path with a line break", "use another name")
    if ini.suffix == ".db" and not request.url:
        raise ConfigError(
            f"{ini}: the database of this configuration would have its name", "use another name"
        )
    new = _NewConfig(ini, request)
    # First: what was written of it goes, too, where it cannot be written to its end.
    stack.push(new)
    with about(ini):
        return new.__enter__().path


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
        self.path = ini.with_name(f"{belongings.dead_prefix(ini)}{os.getpid()}")
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
            write_config(self.path, self._settings(fresh_secrets=False))
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
        found = [
            named
            for named in config.databases(source)
            if (named.ini, named.section) == (source, config.APPLICATION)
            and config.verb_and_key(named.key)[1] == config.URL_KEY
        ]
        # What the section itself says wins over what it sets for all.
        for named in sorted(found, key=lambda named: config.verb_and_key(named.key)[0] == "set"):
            check_url(f"{source}: [{named.section}] {named.key}", named.url)
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
