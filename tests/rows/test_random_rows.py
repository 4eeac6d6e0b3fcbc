"""Random rows on real databases, before and after: what came, went and changed, and nothing else.

With every value that servers and Python may sort in another order: NULL, letter case, blanks, accents,
numbers as texts, bytes.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.rows.changes import Side
from kallithea_dbdev.rows.comparison import compare_rows
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from ..projects import VERSION

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

INTS = (None, -5, 0, 1, 9, 10, 2**31 - 1, -(2**31))
TEXTS = (
    None,
    "",
    " ",
    "a",
    "A",
    "a ",
    "b",
    "e",
    "\xe9",
    "e\u0301",
    "\U0001f600",
    "\uffee",
    "_",
    "-",
    "9",
    "10",
    "007",
    "7",
    "NULL",
)
OTHERS: Dict[str, Tuple[object, ...]] = {
    "NUMERIC(9, 2)": (None, -1, 0, 9, 10, 1.5, 100),
    "DOUBLE PRECISION": (None, -1.5, 0.1, 9.0, 10.0, 1e300, 1e-300),
    "BOOLEAN": (None, 0, 1),
    "DATE": (None, "0999-01-01", "2000-02-29", "9999-12-31"),
    "BYTES": (None, b"", b"\x00", b"a", b"\xff", b"\xff\x00"),
    "TEXT": TEXTS,
}  # fmt: skip
Row = Tuple[Any, ...]


def literal(engine: str, kind: str, value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'" if engine == "postgresql" else f"x'{value.hex()}'"
    if kind == "BOOLEAN" and engine == "postgresql":
        return str(bool(value))
    return f"'{value}'" if isinstance(value, str) else repr(value)


def type_of(engine: str, kind: str) -> str:
    names = {"sqlite": "BLOB", "postgresql": "BYTEA", "mysql": "BLOB"}
    return names[engine] if kind == "BYTES" else kind


KEYS = {"none": "", "number": ", PRIMARY KEY (i)", "both": ", UNIQUE (t, i)"}


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
@pytest.mark.parametrize("key", KEYS)
def test_random_rows(engine: str, key: str, running: Dict[str, Any], tmp_path: Path) -> None:
    like = (
        open_database(f"sqlite:///{tmp_path}/like.db")
        if engine == "sqlite"
        else need(engine, running).database("like")
    )
    with Workspace() as workspace:
        lab = make_lab(like, workspace)
        before, after = (lab.scratch(label) for label in ("before", "after"))
        kinds = list(OTHERS)
        for database in (before, after):
            columns = "".join(f", v{n} {type_of(engine, kind)}" for n, kind in enumerate(kinds))
            database.execute([f"CREATE TABLE r (i INTEGER, t VARCHAR(9){columns}{KEYS[key]})"])
        sides = tuple(Side(database, database.read_schema()) for database in (before, after))

        @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(st.data())
        def check(data: Any) -> None:
            one = [st.sampled_from(INTS), st.sampled_from(TEXTS), *map(st.sampled_from, OTHERS.values())]
            rows = data.draw(st.lists(st.tuples(*one), max_size=12))
            more = data.draw(st.lists(st.tuples(*one), max_size=4))
            kept = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
            old = usable(engine, rows, key)
            new = usable(engine, [row for row, keep in zip(rows, kept) if keep] + more, key)
            for database, found in ((before, old), (after, new)):
                database.execute(["DELETE FROM r", *(insert(engine, kinds, row) for row in found)])
            result = compare_rows(*sides)
            assert result.failed == ()
            told: "Counter[Tuple[str, str]]" = Counter()
            for change in result.changes:
                told[change.column, change.kind] += change.count
            assert told == expected(old, new, key, len(kinds))

        check()


def usable(engine: str, rows: List[Row], key: str) -> List[Row]:
    """Without rows that the key forbids."""
    if key == "none":
        return rows
    if key == "number":
        return list({row[0]: row for row in rows if row[0] is not None}.values())
    found = {(unique(engine, row[1]), row[0]): row for row in rows if None not in row[:2]}
    return [*found.values(), *(row for row in rows if None in row[:2])]


def unique(engine: str, text: str) -> str:
    """What texts have in common that may be one to a UNIQUE key."""
    if engine != "mysql":
        return text
    # Its collations look at neither accents, however they are written, nor case, nor blanks at the end.
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.strip().lower()


def test_texts_that_a_collation_takes_for_one() -> None:
    accented = ("e", "E ", "\xe9", "e\u0301", "\xc9")
    assert {unique("mysql", text) for text in accented} == {"e"}
    assert {unique(engine, text) for engine in ("sqlite", "postgresql") for text in accented} == set(accented)


def insert(engine: str, kinds: List[str], row: Row) -> str:
    values = [literal(engine, "", value) for value in row[:2]]
    values += [literal(engine, kind, value) for kind, value in zip(kinds, row[2:])]
    return f"INSERT INTO r VALUES ({', '.join(values)})"


def expected(old: List[Row], new: List[Row], key: str, columns: int) -> "Counter[Tuple[str, str]]":
    places = {"none": (), "number": (0,), "both": (1, 0)}[key]
    keyed = [{tuple(row[p] for p in places): row for row in rows} for rows in (old, new)]
    repeats = any(len(rows) != len(by_key) for rows, by_key in zip((old, new), keyed))
    if not places or repeats:  # NULLs repeat in a UNIQUE: such a key tells nobody which rows belong together
        lost, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
        return +Counter({("*", "removed"): sum(lost.values()), ("*", "added"): sum(come.values())})
    told: "Counter[Tuple[str, str]]" = Counter()
    told["*", "removed"] = len(keyed[0].keys() - keyed[1].keys())
    told["*", "added"] = len(keyed[1].keys() - keyed[0].keys())
    names = ["i", "t", *(f"v{n}" for n in range(columns))]
    for both in keyed[0].keys() & keyed[1].keys():
        for name, before, after in zip(names, keyed[0][both], keyed[1][both]):
            told[name, "changed"] += before != after
    return +told
