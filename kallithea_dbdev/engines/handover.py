"""Handing a scratch database to Kallithea and Alembic, and nothing else with it.

They get a URL that leads nowhere; what they connect to with it is made by us, through a SQLAlchemy
event. So no password, no odd path and no ``%`` reaches a configuration, a log or a message of
theirs; and while a database is handed over, no engine of SQLAlchemy's connects to any other one: a
script may know the URL of the configured database, and that is not to be written to.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Mapping, Sequence

from sqlalchemy import event
from sqlalchemy.engine import Engine

from ..errors import TargetRefusedError

#: A host that cannot exist (RFC 2606), and a folder that does not: without the event there is no connection.
NOWHERE = "handed-over.invalid"


@contextmanager
def handed_over(connect: Callable[[], object]) -> Iterator[None]:
    """While this lasts, a URL on ``NOWHERE`` gets what ``connect`` returns: a driver's connection.

    Any other connection raises TargetRefusedError; SQLite's databases in memory are nobody's.
    """

    def listener(dialect: Any, _record: Any, arguments: List[Any], parameters: Dict[str, Any]) -> object:
        if NOWHERE in _place(dialect, arguments, parameters):
            return connect()
        _refuse(dialect, arguments, parameters)
        return None

    event.listen(Engine, "do_connect", listener, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "do_connect", listener)


@contextmanager
def cut_off() -> Iterator[None]:
    """While this lasts no engine of SQLAlchemy's connects to anything."""

    def refuse() -> object:
        raise TargetRefusedError("a connection, where SQL is written for others to run", "do without it")

    with handed_over(refuse):
        yield


def _place(dialect: Any, arguments: Sequence[Any], parameters: Mapping[str, Any]) -> str:
    if dialect.name == "sqlite":
        return str(arguments[0]) if arguments else ""
    return str(parameters.get("host") or "localhost")


def _refuse(dialect: Any, arguments: Sequence[Any], parameters: Mapping[str, Any]) -> None:
    name = _place(dialect, arguments, parameters)
    if dialect.name == "sqlite":
        if name in ("", ":memory:"):
            return
    else:
        database = parameters.get("dbname") or parameters.get("database") or parameters.get("db") or ""
        name = f"{name}/{database}"
    raise TargetRefusedError(
        f"a connection of its own to {name}: only the copy may be connected to", "use op.get_bind()"
    )
