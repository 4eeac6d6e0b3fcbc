"""Code that keeps or sets what numbers new rows; Alembic has no words for it."""

from __future__ import annotations

from typing import Optional, Tuple

from . import words

#: Code for the beginning of a step, and for its end.
Around = Tuple[Tuple[str, ...], Tuple[str, ...]]


def beyond_highest(table: str, column: str) -> Tuple[str, ...]:
    """Sets the sequence of a column of PostgreSQL's beyond the highest number that is in it."""
    return _only("postgresql", set_beyond_highest(table, column))


def set_beyond_highest(table: str, column: str, sequence: Optional[str] = None) -> str:
    """The same where the engine is PostgreSQL; ``sequence`` is the name of one that the column does not own yet."""
    quoted, name = (words.quoted("postgresql", text) for text in (table, column))
    if sequence is not None:
        found = words.literal("postgresql", words.quoted("postgresql", sequence))
    else:
        texts = ", ".join(words.literal("postgresql", text) for text in (quoted, column))
        found = f"pg_get_serial_sequence({texts})"
    return words.execute(f"SELECT setval({found}, (SELECT max({name}) FROM {quoted}))")


def kept(engine: str, table: str) -> Optional[Around]:
    """Remembers the counter of a table at the beginning of a step, and sets it at its end."""
    literal = words.literal(engine, table)
    then: Tuple[str, ...]
    if engine == "sqlite":
        query = f"SELECT seq FROM sqlite_sequence WHERE name = {literal}"
        insert = f"INSERT INTO sqlite_sequence (name, seq) VALUES ({literal}, :mark)"
        then = (
            words.execute(f"DELETE FROM sqlite_sequence WHERE name = {literal}"),
            f"op.execute(sa.text({insert!r}).bindparams(mark=mark))",
        )
    elif engine == "mysql":
        query = (
            "SELECT auto_increment FROM information_schema.tables "
            f"WHERE table_schema = DATABASE() AND table_name = {literal}"
        )
        alter = f"ALTER TABLE {words.quoted('mysql', table)} AUTO_INCREMENT = %d"
        then = (f"op.execute({alter!r} % mark)",)
    else:
        return None
    return _only(engine, f"mark = op.get_bind().execute({words.text_of(query)}).scalar()"), _only(
        engine, *then
    )


def _only(engine: str, *lines: str) -> Tuple[str, ...]:
    return (f"if op.get_bind().dialect.name == {engine!r}:", *(f"    {line}" for line in lines))
