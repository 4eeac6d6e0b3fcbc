"""Copy a MySQL database on its server: statements of ``SHOW CREATE``, rows by ``INSERT ... SELECT``.

What leads out of a copy is not copied: a trigger, routine or view that names a database, and
whatever calls such a routine; a table of an engine that reaches elsewhere. It is said, each time.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Mapping, Sequence, Set, Tuple

from ...schema.model import MARK_TABLE
from ..fence import not_copied
from ..server import fetch
from .catalogue import Query, create_statement, without_definer
from .fence import reaches_out
from .implicit import NOTHING_KNOWN, Key, implicit, is_same_table, left_implicit
from .naming import ENGINES_ELSEWHERE, calls, names_database, prepared, tokens, unqualified
from .server import MysqlServer, is_mariadb, quoted

#: Databases that hold nothing of anybody's.
_SYSTEM = ("information_schema", "performance_schema", "sys")

_TABLES = (
    "SELECT table_name AS name, engine AS engine FROM information_schema.tables WHERE table_schema = DATABASE() "
    "AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY 1"
)
_COLUMNS = (
    "SELECT table_name AS name, column_name AS col, extra AS extra FROM information_schema.columns "
    "WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
)
_TRIGGERS = (
    "SELECT trigger_name AS name, event_object_table AS target, action_timing AS moment, "
    "event_manipulation AS event, action_statement AS body, sql_mode AS mode FROM information_schema.triggers "
    "WHERE trigger_schema = DATABASE() ORDER BY event_object_table, action_order"
)
_ROUTINES = (
    "SELECT routine_name AS name, routine_type AS kind, sql_mode AS mode FROM information_schema.routines "
    "WHERE routine_schema = DATABASE() AND routine_type IN ('FUNCTION', 'PROCEDURE') ORDER BY 2, 1"
)
_NAMED = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = '{}'"

_GENERATED = re.compile(r"(VIRTUAL|STORED|PERSISTENT) GENERATED", re.IGNORECASE)


@dataclass(frozen=True)
class Definition:
    """What makes a routine, trigger or view, and the ``sql_mode`` in which its text means what it says."""

    what: str
    mode: str
    text: str


@dataclass(frozen=True)
class Trigger:
    """A trigger: what makes it again, and what it does."""

    name: str
    body: str
    definition: Definition


def all_triggers(query: Query) -> Iterator[Trigger]:
    """The triggers of the database that ``query`` is on, whatever they reach."""
    for row in query(_TRIGGERS):
        # Not the statement that somebody typed, which may name its database in its head.
        what, body = f"trigger {row['name']} of {row['target']}", text_of(row["body"])
        text = (
            f"CREATE TRIGGER {quoted(row['name'])} {row['moment']} {row['event']} "
            f"ON {quoted(row['target'])} FOR EACH ROW {body}"
        )
        yield Trigger(row["name"], body, Definition(what, row["mode"], text))


def make(target: Any, definition: Definition) -> None:
    """Make it in the database that the cursor ``target`` is on."""
    target.execute("SET SESSION sql_mode = %s", (definition.mode,))
    target.execute(definition.text)


class Copying:
    """Copies the database ``name``, which ``source`` is a cursor on.

    What is left out is said to ``remark``. ``known``: the implicit indexes of its tables, where those are
    known; another table's are asked for.
    """

    def __init__(
        self,
        server: MysqlServer,
        name: str,
        display: str,
        source: Any,
        remark: Callable[[str], None],
        known: Mapping[str, FrozenSet[Key]] = NOTHING_KNOWN,
    ) -> None:
        self._server = server
        self._name = name
        self._display = display
        self._source = source
        self._remark = remark
        self._databases = [
            row["name"]
            for row in fetch(source, "SELECT schema_name AS name FROM information_schema.schemata")
            if row["name"].lower() not in _SYSTEM
        ]
        self._known = known
        #: Table -> the implicit indexes that it has in the copy.
        self.implicit: Dict[str, FrozenSet[Key]] = {}
        #: Routines that the copy does not have.
        self._left: Set[str] = set()

    def into(self, target: Any) -> None:
        """Copy everything but events into an empty database: on a copy they would run."""
        self._tables(target)
        self.make(target, self.definitions())

    def definitions(self) -> List[Definition]:
        """What makes the routines, triggers and views, in an order in which they can be made."""
        return [*self._routines(), *self._triggers(), *self._views()]

    def make(self, target: Any, definitions: Sequence[Definition]) -> None:
        """Make them; some may need each other, so go round until all are there that can be."""
        waiting = list(definitions)
        while waiting:
            problems: List[Tuple[Definition, str]] = []
            for definition in waiting:
                try:
                    make(target, definition)
                except self._server.driver.Error as error:
                    problems.append((definition, self._server.error(error, self._name).message))
            if len(problems) == len(waiting):
                for definition, why in problems:
                    self._left_out(definition.what, why)
                return
            waiting = [definition for definition, _ in problems]

    def _show(self, kind: str, name: str) -> str:
        return create_statement(lambda sql: fetch(self._source, sql), kind, name)

    def _left_out(self, what: str, why: str) -> None:
        self._remark(f"{self._display}: {what} was not copied: {why}")

    def _tables(self, target: Any) -> None:
        target.execute(
            "SET SESSION foreign_key_checks = 0, unique_checks = 0, "
            "sql_mode = 'NO_AUTO_VALUE_ON_ZERO,NO_DIR_IN_CREATE'"
        )
        if is_mariadb(target):  # rows from before a CHECK, or from where none is looked at
            target.execute("SET SESSION check_constraint_checks = 0")
        for row in fetch(self._source, _NAMED.format("SEQUENCE")):
            target.execute(unqualified(self._show("SEQUENCE", row["name"]), self._name))
        tables: List[str] = []
        for row in fetch(self._source, _TABLES):
            if row["name"] == MARK_TABLE:
                continue
            if str(row["engine"]).upper() in ENGINES_ELSEWHERE:
                self._left_out(f"table {row['name']}", f"its engine {row['engine']} works on data elsewhere")
                continue
            self._table(target, row["name"])
            tables.append(row["name"])
        columns = self._stored_columns()
        # One transaction: its locks on what it has read make the whole a single moment.
        target.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        target.execute("START TRANSACTION")
        for table in tables:
            names = ", ".join(map(quoted, columns[table]))
            target.execute(
                f"INSERT INTO {quoted(table)} ({names}) SELECT {names} FROM {quoted(self._name)}.{quoted(table)}"
            )
        target.execute("COMMIT")

    def _table(self, target: Any, name: str) -> None:
        # Its AUTO_INCREMENT position is in the statement. A default that asks a sequence must ask the copy's.
        text = unqualified(self._show("TABLE", name), self._name)
        found = self._known.get(name)
        if found is None:
            found = implicit(self._server, target, self._name, name, text)
        if found:
            # After drops and renames it may be that no statement leads there.
            with suppress(self._server.driver.Error):
                target.execute(left_implicit(text, found))
                if is_same_table(create_statement(lambda sql: fetch(target, sql), "TABLE", name), text):
                    self.implicit[name] = found
                    return
            target.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
        target.execute(text)
        self.implicit[name] = frozenset()

    def _stored_columns(self) -> Dict[str, List[str]]:
        """Table -> its columns but the generated ones."""
        found: Dict[str, List[str]] = {}
        for row in fetch(self._source, _COLUMNS):
            if not _GENERATED.search(text_of(row["extra"])):
                found.setdefault(row["name"], []).append(row["col"])
        return found

    def _leads_out(self, text: str, definition: str) -> str:
        """Why what has this text, and is made by ``definition``, would reach what is not the copy's; empty where
        it does not."""
        database = names_database(text, self._databases)
        if database is not None:
            return f"it names the database {database}"
        unread = next((what for what, said in prepared(tokens(text)) if said is None), None)
        if unread is not None:
            return f"what its {unread} runs is known only when it runs, and may be in another database"
        why = reaches_out(definition, ())
        if why:
            return not_copied(why)
        routine = calls(text, self._left)
        return f"it uses {routine}, which was not copied" if routine is not None else ""

    def _routines(self) -> Iterator[Definition]:
        """It may take a right of its own to see or to make one, and Kallithea needs none."""
        found: Dict[str, Definition] = {}
        for row in fetch(self._source, _ROUTINES):
            name = row["name"]
            text = without_definer(self._show(row["kind"], name))
            if text:
                found[name] = Definition(name, row["mode"], text)
            else:
                self._left.add(name)
                self._left_out(name, f"{self._server.account()} may not see how it is made")
        # What calls a routine that is left out is left out, too, and so on.
        while True:
            out = {name: why for name, d in found.items() for why in [self._leads_out(d.text, d.text)] if why}
            for name, why in out.items():
                del found[name]
                self._left.add(name)
                self._left_out(name, why)
            if not out:
                break
        yield from found.values()

    def _triggers(self) -> Iterator[Definition]:
        for trigger in all_triggers(lambda sql: fetch(self._source, sql)):
            why = self._leads_out(trigger.body, trigger.definition.text)
            if why:
                self._left_out(trigger.definition.what, why)
            else:
                yield trigger.definition

    def _views(self) -> Iterator[Definition]:
        for row in fetch(self._source, _NAMED.format("VIEW")):
            what = f"view {row['name']}"
            text = unqualified(without_definer(self._show("VIEW", row["name"])), self._name)
            why = self._leads_out(text, text)
            if why:
                self._left_out(what, why)
            else:
                yield Definition(what, "", text)


def text_of(value: object) -> str:
    """A text of the catalogue, where there is one: some drivers give long ones as bytes."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value or "")
