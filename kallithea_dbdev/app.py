"""The only importer of Kallithea: configuration, set-up, repository scan, script location.

Every difference between Kallithea versions lives here. Kallithea is imported inside functions,
since that costs a second and ``gearbox help`` must not pay it.
"""

from __future__ import annotations

import configparser
import importlib
import importlib.metadata
import importlib.util
import inspect
import logging
import os
import re
import site
import sys
import sysconfig
import uuid
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from . import config
from .causes import cause_of
from .config import first_line
from .errors import ConfigError, DbdevError, KallitheaError
from .foreign import ExitCalledError, foreign_code
from .messages import kind_and_line, one_line, place_of

#: First supported version and the first one that is not: the development tip counts as 0.7.99.
SUPPORTED_FROM, SUPPORTED_BEFORE = (0, 6, 3), (0, 8)


@dataclass(frozen=True)
class Instance:
    """A Kallithea configuration, read but not connected to anything.

    ``url`` is what Alembic works on: ``[alembic] sqlalchemy.url`` where there is one, else the
    application's, exactly as Kallithea's ``env.py`` decides. URLs and settings may hold
    passwords and are not in the repr. ``alembic`` holds the other options of ``[alembic]``.
    """

    ini: Path
    url: str = field(repr=False)
    app_url: str = field(repr=False)
    global_conf: Mapping[str, str] = field(repr=False)
    local_conf: Mapping[str, str] = field(repr=False)
    alembic: Mapping[str, str] = field(repr=False)
    version: str
    package: Path

    @property
    def scripts(self) -> Path:
        """The Alembic script folder of the Kallithea that is imported."""
        return self.package / "alembic"

    @property
    def installed(self) -> bool:
        """Whether that Kallithea lies in site-packages, not in a checkout."""
        folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        folders.update(site.getsitepackages())
        folders.add(site.getusersitepackages())
        real = self.package.resolve()
        return any(Path(folder).resolve() in real.parents for folder in folders if folder)


@dataclass(frozen=True)
class Admin:
    """The administrator account of a new database."""

    username: str
    password: str = field(repr=False)
    email: str


#: What a throwaway's administrator is called unless the options say otherwise.
DEFAULT_ADMIN = Admin("admin", "throwaway", "admin@example.com")


def _imported(name: str) -> ModuleType:
    """A module of Kallithea's, whose code does not end this process."""
    with foreign_code():
        return importlib.import_module(name)


def require() -> ModuleType:
    """Import Kallithea, or raise KallitheaError with one clear line."""
    try:
        kallithea = _imported("kallithea")
    except ModuleNotFoundError as error:
        if error.name != "kallithea":
            raise _import_error(error) from error
        raise KallitheaError(
            f"Kallithea is not installed for {sys.executable}",
            "install Kallithea there, or set PYTHONPATH to its checkout",
        ) from error
    except Exception as error:
        raise _import_error(error) from error
    version = tuple(kallithea.VERSION)
    if not SUPPORTED_FROM <= version < SUPPORTED_BEFORE:
        raise KallitheaError(
            f"Kallithea {kallithea.__version__} is not supported: "
            f"this version works with {_dotted(SUPPORTED_FROM)} up to, not including, "
            f"{_dotted(SUPPORTED_BEFORE)}"
        )
    return kallithea


def _dotted(version: Tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _import_error(error: Exception) -> KallitheaError:
    return _failed("Kallithea cannot be imported", error)


def _failed(what: str, error: BaseException) -> KallitheaError:
    """An error of Kallithea's code with its place, and what is to be mended."""
    place = _place_of(error)
    where = f" ({place})" if place else ""
    hint = "--debug shows the traceback"
    if getattr(error, "orig", None) is not None:
        # The statement is the models' doing, wherever it was sent from.
        hint = f"mend the models; {hint}"
    elif place:
        file = Path(place.rpartition(", line ")[0])
        guilty = {"db.py": "the models", "env.py": "the script"}.get(file.name, "what stands there")
        hint = f"mend {'the script' if file.parent.name == 'versions' else guilty}; {hint}"
    return KallitheaError(f"{what}: {kind_and_line(error)}{where}", hint)


def _said_by(error: BaseException) -> str:
    """The database's words; of other exceptions the class, the words, and the place."""
    if getattr(error, "orig", None) is not None:
        return one_line(error)
    place = _place_of(error)
    return kind_and_line(error) + (f" ({place})" if place else "")


def _place_of(error: BaseException) -> Optional[str]:
    """``file, line 7`` in Kallithea's code that an exception comes from; None where nothing tells."""
    spec = importlib.util.find_spec("kallithea")
    folders = [Path(folder) for folder in (spec.submodule_search_locations if spec else None) or ()]
    return _place_in_models(error) or place_of(error, folders)


#: How SQLAlchemy names what it cannot map or create: a class and its attribute, or a table and its column.
_MAPPED = (
    re.compile(r"(?:[Mm]apped class|relationship|[Mm]apper) (?P<cls>\w+)(?:->\w+|\.(?P<attribute>\w+))"),
    re.compile(r"column '(?P<table>\w+)\.(?P<column>\w+)'"),
    re.compile(r"in table '(?P<table>\w+)', column '(?P<column>\w+)'"),
)


def _place_in_models(error: BaseException) -> Optional[str]:
    """The line of the models that SQLAlchemy cannot make sense of.

    It looks at relationships and types when somebody asks for the first row, or creates the
    tables: no frame leads to the models then, but the message names them.
    """
    if not type(error).__module__.startswith("sqlalchemy."):
        return None
    found = next(filter(None, (pattern.search(str(error)) for pattern in _MAPPED)), None)
    names = found.groupdict() if found else {}
    for cls in _mapped_classes() if names else ():
        if cls.__name__ == names.get("cls") or cls.__table__.name == names.get("table"):
            try:
                lines, first = inspect.getsourcelines(cls)
            except (OSError, TypeError):
                return None  # its module was not imported to its end: a frame tells
            name = names.get("attribute") or names.get("column")
            words = [f" {name} =", f" {name}=", f'"{name}"', *re.findall(r"'\w+'", str(error))]
            numbers = (number for word in words for number, line in enumerate(lines) if word in line)
            return f"{inspect.getsourcefile(cls)}, line {first + next(numbers, 0)}"
    return None


def _import(name: str) -> ModuleType:
    """A module of Kallithea's; a mistake in it gets one line and its place."""
    try:
        return _imported(name)
    except Exception as error:
        raise _import_error(error) from error


def load(ini: Path) -> Instance:
    """Read a Kallithea configuration the way Kallithea does. Connects to nothing, imports no models.

    Raises ConfigError for the file, KallitheaError for Kallithea.
    """
    ini = Path(os.path.abspath(ini))
    alembic_options = config.section(ini, "alembic")
    config.check_values(ini, "app:main")
    kallithea = require()
    try:
        settings = _settings(ini)
    except configparser.InterpolationError as error:
        # Not "from" it: that one quotes the value, which may hold a password.
        raise config.interpolation_error(ini, error, error.section, error.option) from None
    except Exception as error:
        raise ConfigError(f"{ini}: not a Kallithea configuration: {first_line(error)}") from error
    app_url = settings.local_conf.get(config.URL_KEY) or settings.global_conf.get(config.URL_KEY)
    if not app_url:
        raise ConfigError(f"{ini}: [app:main] has no {config.URL_KEY}", "name the database there")
    url = alembic_options.pop(config.URL_KEY, "") or app_url
    section = "app:main" if settings.local_conf.get(config.URL_KEY) else "DEFAULT"
    for place, text in ((section, app_url), ("alembic", url)):
        check_url(f"{ini}: [{place}] {config.URL_KEY}", text)
    return Instance(
        ini=ini,
        url=url,
        app_url=app_url,
        global_conf=dict(settings.global_conf),
        local_conf=dict(settings.local_conf),
        alembic=alembic_options,
        version=str(kallithea.__version__),
        package=package(),
    )


def check_url(place: str, url: str) -> None:
    """Raise ConfigError that names the place, not the text, unless SQLAlchemy can read the URL."""
    from sqlalchemy.engine.url import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError(
            f"{place} is not a database URL", "write it like sqlite:///%(here)s/kallithea.db"
        ) from None


def _settings(ini: Path) -> Any:
    """What ``paste.deploy.appconfig`` says of the file, without importing the application.

    PasteDeploy imports what ``use = egg:...`` names just to read the settings: a tenth of a second,
    and the application may not be needed.
    """
    from paste.deploy import loadwsgi

    class SettingsOnly(config.Loader):
        def get_context(self, object_type: Any, name: Any = None, global_conf: Any = None) -> Any:
            if name is None or not name.startswith("egg:"):
                return super().get_context(object_type, name, global_conf)
            importlib.metadata.distribution(name[len("egg:") :].partition("#")[0])
            return loadwsgi.LoaderContext(None, object_type, None, global_conf or {}, {}, self)

    return SettingsOnly(ini).get_context(loadwsgi.APP).config()


def import_models() -> None:
    """Import the models here, so that a mistake in them is the first thing that is said."""
    _import("kallithea.model.db")


def import_session() -> None:
    """Import what ``env.py`` imports of the models."""
    _import("kallithea.model.meta")


def package() -> Path:
    """The folder of the Kallithea that is imported. Raises KallitheaError."""
    return Path(str(require().__file__)).parent


def metadata() -> Any:
    """The tables of the models, as SQLAlchemy has them. Raises KallitheaError."""
    import_models()
    return importlib.import_module("kallithea.model.meta").Base.metadata


def check_importable() -> None:
    """Import what a set-up needs. Raises KallitheaError."""
    require()
    import_models()
    _import_application()


def _import_application() -> ModuleType:
    """The module with ``make_app``; Kallithea's set-up cannot be imported before it (a circle)."""
    # 0.6.3 has make_app in kallithea.config.middleware, later versions in .application.
    name = "kallithea.config.application"
    try:
        with foreign_code():
            known = importlib.util.find_spec(name) is not None
    except Exception as error:
        raise _import_error(error) from error
    return _import(name if known else "kallithea.config.middleware")


def write_config(destination: Path, settings: Mapping[str, Optional[str]]) -> None:
    """Write a new configuration with Kallithea's own ``inifile``, mode 0600.

    ``settings`` are put in ``[app:main]``. The file must not exist. The values given to the
    template are those of ``kallithea-cli config-create``.
    """
    kallithea = require()
    inifile = _import("kallithea.lib.inifile")
    values = {
        "version": kallithea.__version__,
        "git_hook_interpreter": sys.executable,
        "user_home_path": str(Path.home()),
        "kallithea_cli_path": str(Path(sys.executable).parent / "kallithea-cli"),
        "ssh_locale": _locales().get_current_locale(),
        "uuid": lambda: uuid.uuid4().hex,
    }
    os.close(os.open(destination, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with _kallithea_speaks():
        try:
            with foreign_code():
                inifile.create(str(destination), values, {"[app:main]": dict(settings)})
        except OSError:
            raise  # the disk's, not Kallithea's
        except Exception as error:
            raise _failed("Kallithea cannot write a configuration", error) from error


def _locales() -> ModuleType:
    # 0.6.3 calls it kallithea.lib.locale.
    name = "kallithea.lib.locales"
    return _imported(name if importlib.util.find_spec(name) else name[:-1])


def set_up(url: str, here: Path, repositories: Path, admin: Admin, public_access: bool) -> None:
    """Fill an empty database with Kallithea's own set-up: tables, Alembic stamp, rows.

    ``url`` must name an empty throwaway: Kallithea drops what it finds there. It must hold no
    ``%``, which Kallithea does not escape when it stamps. Raises KallitheaError.
    """
    require()
    _import_application()
    manage = _import("kallithea.lib.db_manage")
    meta = importlib.import_module("kallithea.model.meta")
    arguments = {
        "username": admin.username,
        "password": admin.password,
        "email": admin.email,
        "repos_location": str(repositories),
        "force_ask": True,
        "public_access": public_access,
    }
    # An engine of an earlier call must not be found again through the global session.
    meta.Session.remove()
    with _kallithea_speaks():
        try:
            with foreign_code():
                setup = manage.DbManage(dbconf=url, root=str(here), cli_args=arguments)
                setup.create_tables()
                setup.create_settings(setup.prompt_repo_root_path(None))
                setup.create_default_user()
                # 0.6.3 calls it admin_prompt.
                create_admin = getattr(setup, "create_admin_user", None) or setup.admin_prompt
                create_admin()
                setup.create_permissions()
                setup.populate_default_permissions()
                meta.Session().commit()
        except Exception as error:
            raise _cause_of(error) or _failed(
                "Kallithea's own set-up failed on a new database", error
            ) from error
        finally:
            _forget_database(meta)


def _cause_of(error: BaseException) -> Optional[DbdevError]:
    """What the machine is to blame for; what Kallithea's code cannot import, and that it wants to end
    the process, is its own mistake."""
    return None if isinstance(error, (ImportError, ExitCalledError)) else cause_of(error)


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """Hash passwords with the least rounds: for a database that is gone before anybody logs in."""
    bcrypt: Any = importlib.import_module("bcrypt")
    usual = bcrypt.gensalt
    bcrypt.gensalt = lambda rounds=4, prefix=b"2b": usual(4, prefix)
    try:
        yield
    finally:
        bcrypt.gensalt = usual


def _forget_database(meta: ModuleType) -> None:
    """Let go of the database that Kallithea's global session and metadata are bound to."""
    meta.Session.remove()
    engine = meta.Base.metadata.bind
    meta.Base.metadata.bind = None
    if engine is not None:
        engine.dispose()


def scan_repositories(instance: Instance, url: str) -> List[str]:
    """Make the application on the database at ``url`` and scan its repository root.

    Returns the names of the repositories that were added. Raises KallitheaError. To be called
    once per process: making the application sets global state.
    """
    application = _import_application()
    utils = _import("kallithea.lib.utils")
    scm = _import("kallithea.model.scm")
    meta = importlib.import_module("kallithea.model.meta")
    settings: Dict[str, str] = {**instance.local_conf, config.URL_KEY: url}
    with _kallithea_speaks() as messages:
        try:
            with foreign_code():
                application.make_app(dict(instance.global_conf), **settings)
                added, _ = utils.repo2db_mapper(scm.ScmModel().repo_scan())
            return list(added)
        except Exception as error:
            what = "Kallithea's repository scan failed"
            if messages:
                raise KallitheaError(f"{what}: {messages[-1]}", "--debug shows the traceback") from error
            raise _cause_of(error) or _failed(what, error) from error
        finally:
            _forget_database(meta)


def add_later_columns() -> None:
    """Give every mapped class one more column, as a later version may. For this process for good."""
    import_models()
    sqlalchemy = importlib.import_module("sqlalchemy")
    for cls in _mapped_classes():
        cls.kallithea_dbdev_later = sqlalchemy.Column(sqlalchemy.Integer())


def exercise_models(url: str) -> List[Tuple[str, str]]:
    """Load and save one row of every mapped class; all of it is rolled back.

    Returns (table, message) of each class that cannot.
    """
    import_models()
    sqlalchemy = importlib.import_module("sqlalchemy")
    orm = importlib.import_module("sqlalchemy.orm")
    attributes = importlib.import_module("sqlalchemy.orm.attributes")
    meta = importlib.import_module("kallithea.model.meta")
    engine = sqlalchemy.create_engine(url)
    problems: List[Tuple[str, str]] = []
    meta.Session.remove()
    # What the classes do by themselves goes through the global session.
    meta.Session.configure(bind=engine)
    try:
        for cls in _mapped_classes():
            table = str(cls.__table__.name)
            session = meta.Session()
            try:
                with foreign_code():
                    row = session.query(cls).first()
                    if row is not None:
                        # The key stays, and a generated column is the server's to write.
                        left = {
                            c.name for c in cls.__table__.columns if c.primary_key or c.computed is not None
                        }
                        for prop in orm.class_mapper(cls).column_attrs:
                            if not left & {column.name for column in prop.columns}:
                                attributes.flag_modified(row, prop.key)
                        session.flush()
            except Exception as error:
                problems.append((table, f"{cls.__name__} cannot be loaded and saved: {_said_by(error)}"))
            finally:
                session.rollback()
                meta.Session.remove()
    finally:
        meta.Session.configure(bind=None)
        engine.dispose()
    return problems


def _mapped_classes() -> List[Any]:
    meta = importlib.import_module("kallithea.model.meta")
    registry = meta.Base._decl_class_registry
    return sorted(
        (cls for cls in registry.values() if hasattr(cls, "__table__")), key=lambda cls: str(cls.__name__)
    )


class _Collector(logging.Handler):
    """Keeps the first line of each error that Kallithea logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(" ".join(record.getMessage().split()))


@contextmanager
def _kallithea_speaks() -> Iterator[List[str]]:
    """Keep what Kallithea prints off our stdout; yields the errors that it logs."""
    collector = _Collector()
    logger = logging.getLogger("kallithea")
    logger.addHandler(collector)
    try:
        with redirect_stdout(sys.stderr):
            yield collector.lines
    finally:
        logger.removeHandler(collector)
