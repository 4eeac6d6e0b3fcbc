"""Kallithea's own set-up of a database, and its scan of the repositories."""

from __future__ import annotations

import importlib
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, Iterator, List

from sqlalchemy.engine.url import make_url

from .. import config
from ..errors import KallitheaError
from ..foreign import foreign_code
from .code import import_application, import_module, require
from .instance import Instance
from .mistakes import cause_in_kallithea, failed
from .speech import kallithea_speaks


@dataclass(frozen=True)
class Admin:
    """The administrator account of a new database."""

    username: str
    password: str = field(repr=False)
    email: str


#: What a throwaway's administrator is called unless the options say otherwise.
DEFAULT_ADMIN = Admin("admin", "throwaway", "admin@example.com")


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """Hash passwords with the least rounds: those that nobody needs to guess, or nobody logs in with."""
    bcrypt: Any = importlib.import_module("bcrypt")
    usual = bcrypt.gensalt
    bcrypt.gensalt = lambda rounds=4, prefix=b"2b": usual(4, prefix)
    try:
        yield
    finally:
        bcrypt.gensalt = usual


def set_up(url: str, here: Path, repositories: Path, admin: Admin, public_access: bool) -> None:
    """Fill an empty database with Kallithea's own set-up: tables, Alembic stamp, rows.

    ``url`` must name an empty throwaway: Kallithea drops what it finds there. It must hold no
    ``%``, which Kallithea does not escape when it stamps. Raises KallitheaError.
    """
    require()
    import_application()
    manage = import_module("kallithea.lib.db_manage")
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
    with kallithea_speaks():
        try:
            with foreign_code():
                setup = manage.DbManage(dbconf=url, root=str(here), cli_args=arguments)
                setup.create_tables()
                setup.create_settings(setup.prompt_repo_root_path(None))
                with cheap_passwords():  # a random one, and nobody gets to know it
                    setup.create_default_user()
                # 0.6.3 calls it admin_prompt.
                create_admin = getattr(setup, "create_admin_user", None) or setup.admin_prompt
                with cheap_passwords() if admin.password == DEFAULT_ADMIN.password else nullcontext():
                    create_admin()  # the usual password is in the documentation
                setup.create_permissions()
                setup.populate_default_permissions()
                meta.Session().commit()
        except Exception as error:
            backend = make_url(url).get_backend_name()
            kind = "database" if backend == "sqlite" else f"{backend} database"
            raise cause_in_kallithea(error) or failed(
                f"Kallithea's own set-up failed on a new {kind}", error
            ) from error
        finally:
            _forget_database(meta)


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
    application = import_application()
    utils = import_module("kallithea.lib.utils")
    scm = import_module("kallithea.model.scm")
    meta = importlib.import_module("kallithea.model.meta")
    settings: Dict[str, str] = {**instance.local_conf, config.URL_KEY: url}
    with kallithea_speaks() as messages:
        try:
            with foreign_code():
                application.make_app(dict(instance.global_conf), **settings)
                added, _ = utils.repo2db_mapper(scm.ScmModel().repo_scan())
            return list(added)
        except Exception as error:
            what = "Kallithea's repository scan failed"
            if messages:
                raise KallitheaError(f"{what}: {messages[-1]}", "--debug shows the traceback") from error
            # It reads what a person has written.
            guilty = "what the configuration says, or what stands there"
            raise cause_in_kallithea(error) or failed(what, error, guilty) from error
        finally:
            _forget_database(meta)
