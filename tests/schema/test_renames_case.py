"""Names that differ in the case of letters only."""

from __future__ import annotations

from kallithea_dbdev.schema.model import NUMBER, Column, Schema, Sequence, Table
from kallithea_dbdev.schema.renames import Renames, changes_with, in_turn, next_value, under_new_names


def test_a_table_makes_room_for_its_own_name() -> None:
    """SQLite says that it is there already; of columns each engine takes the one name for the other."""
    assert in_turn([("ab", "AB")], ["ab"], str.lower) == [("ab", "ab_old"), ("ab_old", "AB")]
    assert in_turn([("ab", "AB")], ["ab"]) == [("ab", "AB")]
    assert in_turn([("a", "B"), ("b", "c")], ["a", "b"], str.lower) == [("b", "c"), ("a", "B")]


def test_the_sequence_of_such_a_table() -> None:
    def schema(name: str) -> Schema:
        sequence = f"{name}_id_seq"
        column = Column("id", "integer", False, next_value(sequence), kind=NUMBER)
        counts = Sequence(sequence, "integer start 1", f"{name}.id", name)
        return Schema((Table(name, (column,)),), sequences=(counts,))

    assert next_value("AB_id_seq") == "nextval('\"AB_id_seq\"'::regclass)"
    renames = Renames((("ab", "AB"),))
    kinds = [change.kind for change in changes_with(schema("ab"), schema("AB"), renames)]
    assert kinds == ["table-renamed", "table-renamed", "sequence-renamed"]
    assert under_new_names(schema("ab"), renames).tables[0].name == "AB"
