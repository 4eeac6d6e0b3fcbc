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
