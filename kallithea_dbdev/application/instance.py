"""A Kallithea configuration: read as Kallithea reads it, and written by Kallithea."""

from __future__ import annotations

import configparser
import importlib.metadata
import importlib.util
import os
import site
import sys
import sysconfig
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Mapping, Optional

from .. import config
from ..config import first_line
from ..errors import ConfigError
from ..foreign import foreign_code
from .code import import_module, imported, package, require
from .mistakes import failed
from .speech import kallithea_speaks


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


def load(ini: Path) -> Instance:
    """Read a Kallithea configuration the way Kallithea does. Connects to nothing, imports no models.

    Raises ConfigError for the file, KallitheaError for Kallithea.
    """
    ini = Path(os.path.abspath(ini))
    alembic_options = config.section(ini, "alembic")
    config.check_values(ini, config.APPLICATION)
    kallithea = require()
    try:
        settings = _settings(ini)
    except configparser.InterpolationError as error:
        for other in config.load(ini).sources[1:]:
            config.check_values(other, *config.load(other).parser.sections())
        # Not "from" it: that one quotes the value, which may hold a password.
        raise config.interpolation_error(ini, error, error.section, error.option) from None
    except Exception as error:
        if isinstance(error, LookupError) and first_line(error).startswith("No section"):
            # PasteDeploy's words name every kind of section that it would take.
            raise ConfigError(
                f"{ini}: not a Kallithea configuration: there is no section [app:main]",
                "name another file, or make one with: kallithea-cli config-create",
            ) from error
        raise ConfigError(f"{ini}: not a Kallithea configuration: {first_line(error)}") from error
    app_url = settings.local_conf.get(config.URL_KEY) or settings.global_conf.get(config.URL_KEY)
    if not app_url:
        raise ConfigError(f"{ini}: [app:main] has no {config.URL_KEY}", "name the database there")
    url = alembic_options.pop(config.URL_KEY, "") or app_url
    section = config.APPLICATION if settings.local_conf.get(config.URL_KEY) else "DEFAULT"
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


def write_config(destination: Path, settings: Mapping[str, Optional[str]]) -> None:
    """Write a new configuration with Kallithea's own ``inifile``, mode 0600.

    ``settings`` are put in ``[app:main]``. The file must not exist. The values given to the
    template are those of ``kallithea-cli config-create``.
    """
    kallithea = require()
    inifile = import_module("kallithea.lib.inifile")
    values = {
        "version": kallithea.__version__,
        "git_hook_interpreter": sys.executable,
        "user_home_path": str(Path.home()),
        "kallithea_cli_path": str(Path(sys.executable).parent / "kallithea-cli"),
        "ssh_locale": _locales().get_current_locale(),
        "uuid": lambda: uuid.uuid4().hex,
    }
    os.close(os.open(destination, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with kallithea_speaks():
        try:
            with foreign_code():
                inifile.create(str(destination), values, {"[app:main]": dict(settings)})
        except OSError:
            raise  # the disk's, not Kallithea's
        except Exception as error:
            raise failed("Kallithea cannot write a configuration", error) from error


def _locales() -> ModuleType:
    # 0.6.3 calls it kallithea.lib.locale.
    name = "kallithea.lib.locales"
    return imported(name if importlib.util.find_spec(name) else name[:-1])
