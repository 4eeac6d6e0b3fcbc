"""What a statement did beside what it was sent for: locks and tables written anew, on real databases."""

from __future__ import annotations

import time
from typing import Any, Dict, Iterator, List, Optional, Tuple

import pytest
import sqlalchemy
from sqlalchemy.pool import NullPool

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Scratch
from kallithea_dbdev.engines.mysql.trial import altered, spellings
from kallithea_dbdev.engines.watching import READS, ROWS, WRITES, rows_of
from kallithea_dbdev.statements import Recorder, Statement

from ..conftest import need
from .lab import laboratory

TABLES = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, v INTEGER)",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER, v INTEGER, name VARCHAR(20))",
    "INSERT INTO parent VALUES (1, 1), (2, 2), (3, 3)",
    "INSERT INTO child VALUES (1, 1, 1, 'a'), (2, 1, 2, 'b')",
)


class Place:
    """A scratch database with two tables, and where statements are tried."""

    def __init__(self, scratch: Scratch, trial: Optional[Scratch]) -> None:
        self.scratch = scratch
        self.trial = trial

    def sent(self, *texts: Any, autocommit: bool = False) -> Tuple[Statement, ...]:
        """The statements as a step would send them, each after a moment, and the record of them."""
        recorder = Recorder(__file__, lambda connection: self.scratch.watch(connection, self.trial))
        with recorder.listening(), self.scratch.handed_over() as url:
            engine = sqlalchemy.create_engine(url, poolclass=NullPool)
            with engine.connect() as connection:
                if autocommit:
                    connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                    run(connection, texts)
                else:
                    transaction = connection.begin()
                    run(connection, texts)
                    time.sleep(0.02)
                    transaction.commit()
        return recorder.statements

    def locks(self, *texts: str) -> List[Tuple[str, str, str]]:
        """Those of the last statement."""
        return [(h.lock.table, h.lock.level, h.lock.blocks) for h in self.sent(*texts)[-1].locks]

    def rebuilt(self, *texts: str) -> List[str]:
        return [table for statement in self.sent(*texts) for table in statement.rebuilt]


def run(connection: Any, texts: Tuple[Any, ...]) -> None:
    for text in texts:
        connection.execute(*(text if isinstance(text, tuple) else (text,)))


@pytest.fixture
def place(request: pytest.FixtureRequest, running: Dict[str, object]) -> Iterator[Place]:
    engine = request.param
    like = (
        open_database("sqlite:///like.db") if engine == "sqlite" else need(engine, running).database("like")
    )
    with laboratory() as lab:
        scratch = lab.scratch(like, "x")
        scratch.execute(TABLES)
        yield Place(scratch, lab.scratch(like, "trial") if engine == "mysql" else None)


on = pytest.mark.parametrize


@on("place", ["sqlite"], indirect=True)
def test_on_sqlite(place: Place) -> None:
    made = "CREATE TABLE _alembic_tmp_child (id INTEGER, name VARCHAR(20))"
    batch = (
        made, "INSERT INTO _alembic_tmp_child SELECT id, name FROM child", "DROP TABLE child",
        "ALTER TABLE _alembic_tmp_child RENAME TO child",
    )  # fmt: skip
    sent = place.sent(*batch, "SELECT 1")
    assert [s.rebuilt for s in sent] == [(), (), (), ("child",), ()]
    assert [s.rows for s in sent] == [0, 2, 0, 0, 0]
    # DDL outside of a transaction is over at once; the INSERT begins one, which holds to its end.
    assert [[h.lock.level for h in s.locks] for s in sent] == [["RESERVED"], ["RESERVED"], [], [], []]
    (first,), (held,) = sent[0].locks, sent[1].locks
    assert (held.lock.table, held.lock.blocks) == ("", WRITES)
    assert held.seconds >= 0.02 > first.seconds
    # Once more, and by another way round; what is new or only renamed is not rebuilt.
    assert place.rebuilt(
        *(text.replace(", name VARCHAR(20)", "").replace(", name", "") for text in batch)
    ) == ["child"]
    away = ("ALTER TABLE parent RENAME TO old", "CREATE TABLE parent (id INTEGER)", "DROP TABLE old")
    assert place.rebuilt(*away) == ["parent"]
    assert (
        place.rebuilt("CREATE TABLE new (a)", "DROP TABLE new", "CREATE TABLE new (a)", "DROP TABLE child")
        == []
    )


@on("place", ["postgresql"], indirect=True)
def test_on_postgresql(place: Place) -> None:
    assert place.locks("CREATE INDEX ix ON child (v)") == [("child", "ShareLock", WRITES)]
    assert place.locks("UPDATE child SET v = 7") == [
        ("child", "RowExclusiveLock", ""), ("child", "row locks", ROWS),
    ]  # fmt: skip
    assert place.locks(
        "ALTER TABLE child ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent (id)"
    ) == [("parent", "ShareRowExclusiveLock", WRITES), ("child", "ShareRowExclusiveLock", WRITES)]
    # What is locked already is not told again.
    assert place.locks("ALTER TABLE child RENAME v TO w", "ALTER TABLE child RENAME w TO v") == []
    assert place.rebuilt("ALTER TABLE child ADD COLUMN more INTEGER DEFAULT 5") == []
    sent = place.sent("ALTER TABLE child ALTER COLUMN v TYPE BIGINT", "UPDATE parent SET v = 1 WHERE id < 3")
    assert (sent[0].rebuilt, sent[0].rows, sent[1].rows) == (("child",), 0, 2)
    held = sent[0].locks[0]
    assert [h.lock.table for h in sent[0].locks] == ["child"]
    assert (held.lock.level, held.lock.blocks, held.to_end) == ("AccessExclusiveLock", READS, False)
    assert held.seconds >= 0.02
    # Under the name by which others know it; what is new is nobody's to wait for.
    assert place.locks(
        "ALTER TABLE parent RENAME TO other", "CREATE TABLE parent (id INTEGER)", "ALTER TABLE other ALTER v TYPE BIGINT"
    ) == []  # fmt: skip
    renamed = place.sent("ALTER TABLE other RENAME TO p", "COMMIT", "ALTER TABLE p ALTER v TYPE INTEGER")
    assert [(h.lock.table, h.to_end) for h in renamed[0].locks] == [("other", False)]
    assert place.locks("CREATE TABLE new (id INTEGER)", "ALTER TABLE new ADD COLUMN a INTEGER") == []
    assert place.locks("DROP TABLE child") == [
        (name, "AccessExclusiveLock", READS) for name in ("p", "child")
    ]
    many = place.sent(("INSERT INTO p VALUES (%s, 0)", [(10,), (11,), (12,)]))
    assert (many[0].rows, many[0].locks[0].lock.level) == (3, "RowExclusiveLock")
    # What commits by itself is over before anybody can ask: it is seen before it begins.
    by_itself = place.sent("UPDATE p SET v = 1", autocommit=True)[0]
    assert [(h.lock.level, h.lock.blocks, h.seconds < 5) for h in by_itself.locks] == [
        ("RowExclusiveLock", "", True), ("row locks", ROWS, True),
    ]  # fmt: skip
    # A table that got another name meanwhile is known by its first one.
    begun = place.sent(
        "ALTER TABLE p RENAME TO q",
        "BEGIN",
        "LOCK TABLE q",
        "ALTER TABLE q RENAME TO p",
        "COMMIT",
        autocommit=True,
    )
    assert [(h.lock.table, h.lock.level) for h in begun[2].locks] == [("p", "AccessExclusiveLock")]
    for text, level, blocks, rebuilt in (
        ("CREATE INDEX CONCURRENTLY ixp ON p (id)", "ShareUpdateExclusiveLock", "", ()),
        ("REINDEX TABLE CONCURRENTLY p", "ShareUpdateExclusiveLock", "", ()),
        ("VACUUM FULL p", "AccessExclusiveLock", READS, ("p",)),
        ("CREATE INDEX ixq ON p (v)", "ShareLock", WRITES, ()),
        ("DROP INDEX CONCURRENTLY ixp", "ShareUpdateExclusiveLock", "", ()),
        ("CREATE TYPE mood AS ENUM ('a')", None, None, ()),
    ):
        (sent,) = place.sent(text, autocommit=True)
        assert [(h.lock.table, h.lock.level, h.lock.blocks) for h in sent.locks] == (
            [("p", level, blocks)] if level else []
        ), text
        assert sent.rebuilt == rebuilt, text
    # One that fails lets go, too, and a table that somebody else holds is not waited for.
    with pytest.raises(sqlalchemy.exc.DBAPIError):
        place.sent("CREATE INDEX CONCURRENTLY ixp ON p (nothing)", autocommit=True)
    with place.scratch.handed_over() as url:
        holder = sqlalchemy.create_engine(url, poolclass=NullPool).connect()
        with holder.begin():
            holder.execute("LOCK TABLE p IN ROW EXCLUSIVE MODE")
            assert place.sent("INSERT INTO p VALUES (50, 1)", autocommit=True)[0].locks == ()
        holder.close()


@on("place", ["mysql"], indirect=True)
def test_on_mysql(place: Place) -> None:
    def way(text: str, *more: str) -> Tuple[List[Tuple[str, str]], Tuple[str, ...]]:
        statement = place.sent(text, *more)[-1]
        return [(h.lock.level, h.lock.blocks) for h in statement.locks], statement.rebuilt

    assert way("ALTER TABLE child ADD COLUMN more INTEGER") == ([("ALGORITHM=INSTANT", "")], ())
    assert way("CREATE INDEX ix ON child (v)") == ([("ALGORITHM=NOCOPY, LOCK=NONE", "")], ())
    assert way("alter table `child` modify v VARCHAR(20);") == (
        [("ALGORITHM=COPY, LOCK=SHARED", WRITES)], ("child",),
    )  # fmt: skip
    assert way("ALTER TABLE child DROP PRIMARY KEY, ADD PRIMARY KEY (id, name)") == (
        [("ALGORITHM=INPLACE, LOCK=NONE", "")], ("child",),
    )  # fmt: skip
    # A parent, and a name with "%" in it, doubled as drivers want it.
    found, _ = way("ALTER TABLE child ADD CONSTRAINT `fk%%` FOREIGN KEY (parent_id) REFERENCES parent (id)")
    assert found[0][0].startswith("ALGORITHM=")
    assert way("UPDATE child SET v = 'x'") == ([("row locks", ROWS)], ())
    assert way("ALTER TABLE child RENAME TO kind", "TRUNCATE TABLE kind") == ([("EXCLUSIVE", READS)], ())
    assert place.locks("ALTER TABLE kind ADD COLUMN a INTEGER", "DROP TABLE kind")[0][0] == "kind"
    renamed = place.sent(
        "ALTER TABLE parent RENAME TO p", "ALTER TABLE p ADD COLUMN c INTEGER", "RENAME TABLE p TO parent"
    )
    assert [[h.lock.table for h in statement.locks] for statement in renamed] == [["parent"]] * 3
    sent = place.sent("UPDATE parent SET v = 9", "ALTER TABLE parent ADD COLUMN a INTEGER", "SELECT 1")
    # The ALTER commits the rows: they are locked until it begins.
    assert sent[0].rows == 3 and sent[0].locks[0].seconds < 0.02
    place.trial = None
    assert way("ALTER TABLE parent ADD COLUMN b INTEGER") == ([], ())


def test_what_is_altered() -> None:
    for text, table in {
        "ALTER TABLE `a b` ADD x INT": "a b", "alter table if exists t add x int": "t",
        "CREATE UNIQUE INDEX `on` ON t (a)": "t", "DROP INDEX ix ON `t``x`": "t`x",
        "CREATE TABLE t (a INT)": None, "UPDATE t SET a = 1": None, "ALTER DATABASE d": None,
    }.items():  # fmt: skip
        assert altered(text) == table, text
    assert [text for _, text in spellings("DROP INDEX ix ON t ; ")][:2] == [
        "DROP INDEX ix ON t ALGORITHM=INSTANT", "DROP INDEX ix ON t ALGORITHM=NOCOPY LOCK=NONE",
    ]  # fmt: skip
    # What the script has chosen is left to it.
    chosen = [(way.words, text) for way, text in spellings("ALTER TABLE t ADD x INT, lock=none")]
    assert chosen[0] == (
        "ALGORITHM=NOCOPY, LOCK=NONE", "ALTER TABLE t ADD x INT, lock=none, ALGORITHM=NOCOPY",
    )  # fmt: skip
    copied = "ALTER TABLE t ADD x INT, ALGORITHM=COPY"
    assert [text for _, text in spellings(copied)] == [
        f"{copied}, LOCK=NONE", f"{copied}, LOCK=SHARED", f"{copied}, LOCK=EXCLUSIVE",
    ]  # fmt: skip
    assert [text for _, text in spellings(f"{copied}, LOCK=SHARED")] == [f"{copied}, LOCK=SHARED"]


def test_whose_rows_are_locked() -> None:
    for text, table in {
        "UPDATE t SET a = 1": "t", 'update only "T" set a = 1': '"T"', "DELETE FROM a.b WHERE c": "a.b",
        "UPDATE OR IGNORE t SET a = 1": "t", "INSERT INTO t VALUES (1)": None, "ALTER TABLE t ADD a": None,
    }.items():  # fmt: skip
        assert rows_of(text) == table, text
