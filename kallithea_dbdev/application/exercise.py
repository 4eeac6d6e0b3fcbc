"""The models used on a database: whether they can load and save what is in it."""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import Any, List, Tuple

from ..aside import said_aside
from ..foreign import foreign_code
from .code import import_models
from .mistakes import said_by
from .models import mapped_classes

#: What every mapped class has more at the models of a later day.
LATER_COLUMN = "kallithea_dbdev_later"


def configure_models() -> None:
    """Let SQLAlchemy work out the mappers, here and once: each child would do it again for itself.

    What is wrong with them is said where they are used. Raises KallitheaError for what cannot be imported.
    """
    import_models()
    with suppress(Exception), foreign_code(), said_aside():
        importlib.import_module("sqlalchemy.orm").configure_mappers()


def exercise_models(url: str) -> List[Tuple[str, str]]:
    """Load and save one row of every mapped class; all of it is rolled back.

    Returns (table, message) of each class that cannot.
    """
    import_models()
    sqlalchemy = importlib.import_module("sqlalchemy")
    orm = importlib.import_module("sqlalchemy.orm")
    attributes = importlib.import_module("sqlalchemy.orm.attributes")
    meta = importlib.import_module("kallithea.model.meta")
    # One connection for all classes: SQLAlchemy opens a file of SQLite anew for each.
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.QueuePool, pool_size=1)
    problems: List[Tuple[str, str]] = []
    meta.Session.remove()
    # What the classes do by themselves goes through the global session.
    meta.Session.configure(bind=engine)
    try:
        for cls in mapped_classes():
            table = str(cls.__table__.name)
            session = meta.Session()
            try:
                with foreign_code(), said_aside():
                    row = session.query(cls).first()
                    if row is not None:
                        left = {c.name for c in cls.__table__.columns if _is_left(c)}
                        for prop in orm.class_mapper(cls).column_attrs:
                            if not left & {column.name for column in prop.columns}:
                                attributes.flag_modified(row, prop.key)
                        session.flush()
            except Exception as error:
                problems.append((table, f"{cls.__name__} cannot be loaded and saved: {said_by(error)}"))
            finally:
                session.rollback()
                meta.Session.remove()
    finally:
        meta.Session.configure(bind=None)
        engine.dispose()
    return problems


def _is_left(column: Any) -> bool:
    """The key stays, and a generated column, known from SQLAlchemy 1.3.11 on, is the server's to write."""
    return bool(column.primary_key) or getattr(column, "computed", None) is not None


def add_later_columns() -> None:
    """Give every mapped class one more column, as a later version may. For this process for good."""
    import_models()
    sqlalchemy = importlib.import_module("sqlalchemy")
    for cls in mapped_classes():
        setattr(cls, LATER_COLUMN, sqlalchemy.Column(sqlalchemy.Integer()))
