"""The classes of the models, once they are imported."""

from __future__ import annotations

import importlib
from typing import Any, List


def mapped_classes() -> List[Any]:
    """The classes that the models map to tables, by name. Kallithea must be imported."""
    meta = importlib.import_module("kallithea.model.meta")
    registry = meta.Base._decl_class_registry
    return sorted(
        (cls for cls in registry.values() if hasattr(cls, "__table__")), key=lambda cls: str(cls.__name__)
    )


def add_later_columns() -> None:
    """Give every mapped class one more column, as a later version may. For this process for good."""
    sqlalchemy = importlib.import_module("sqlalchemy")
    for cls in mapped_classes():
        cls.kallithea_dbdev_later = sqlalchemy.Column(sqlalchemy.Integer())
