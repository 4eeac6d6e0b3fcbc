"""Default rows that point at others: grants of permissions."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from kallithea_dbdev.drafting.row_code import row_declarations, row_lines
from kallithea_dbdev.drafting.set_up_rows import row_changes
from kallithea_dbdev.rows.declared import Declaration
from kallithea_dbdev.schema.model import Column, ForeignKey, PrimaryKey, Schema, Table, Unique
from kallithea_dbdev.state import State


def numbers(*names: str) -> Tuple[Column, ...]:
    return tuple(Column(name, "INTEGER", False, kind="number") for name in names)


def text(name: str) -> Column:
    return Column(name, "VARCHAR(9)", False, kind="text")


USERS = Table("users", (*numbers("user_id"), text("username")), PrimaryKey(("user_id",)))
PERMISSIONS = Table("permissions", (*numbers("id"), text("name")), PrimaryKey(("id",)))
GRANTS = Table(
    "grants",
    numbers("grant_id", "user_id", "perm_id"),
    PrimaryKey(("grant_id",)),
    (Unique(("user_id", "perm_id")),),
    (),
    (ForeignKey(("user_id",), "users", ("user_id",)), ForeignKey(("perm_id",), "permissions", ("id",))),
)
OTHER_GRANTS = Table(
    "other_grants", numbers("id", "perm_id"), PrimaryKey(("id",)), (), (), GRANTS.foreign_keys[1:]
)
USER = "user_id = sa.select([users.c.user_id]).where(users.c.username == 'default').as_scalar()"


def perm(name: str, variable: str = "perm_id") -> str:
    return f"{variable} = sa.select([permissions.c.id]).where(permissions.c.name == {name!r}).as_scalar()"


def state(permissions: str, grants: str, user: str = "default", more: Tuple[Table, ...] = ()) -> State:
    """Permissions and grants are names, separated by blanks."""
    rows: Dict[str, Any] = {
        "users": ({"username": user},),
        "permissions": tuple({"name": name} for name in permissions.split()),
        "grants": tuple({"user_id": user, "perm_id": name} for name in grants.split()),
    }
    known = {name: found for name, found in rows.items() if found}
    counts = {name: len(found) for name, found in rows.items()}
    return State(("x",), Schema((GRANTS, PERMISSIONS, USERS, *more)), counts, known)


def told(before: State, after: State) -> Tuple[str, ...]:
    return tuple(change.text for change in row_changes(before, after))


def test_a_permission_with_its_grant_comes_and_goes() -> None:
    one, other = state("a.b", "a.b"), state("a.b wiki.read", "a.b wiki.read")
    changes = row_changes(one, other)
    this = "sa.and_(grants.c.user_id == user_id, grants.c.perm_id == perm_id)"
    assert row_lines(changes) == (
        "grants = sa.table('grants', sa.column('user_id'), sa.column('perm_id'))",
        "permissions = sa.table('permissions', sa.column('id'), sa.column('name'))",
        "users = sa.table('users', sa.column('user_id'), sa.column('username'))",
        "if not op.get_bind().execute(permissions.select().where(permissions.c.name == 'wiki.read')).fetchone():",
        "    op.execute(permissions.insert().values({'name': 'wiki.read'}))",
        USER,
        perm("wiki.read"),
        f"if not op.get_bind().execute(grants.select().where({this})).fetchone():",
        "    op.execute(grants.insert().values({'user_id': user_id, 'perm_id': perm_id}))",
    )
    assert not tuple(row_declarations(changes))
    # The way back, and a permission that the set-up writes no longer: as long as nobody has it.
    for lines in (
        row_lines(tuple(change.reversed for change in reversed(changes))),
        row_lines(row_changes(other, one)),
    ):
        assert lines[3:] == (
            USER,
            perm("wiki.read"),
            f"op.execute(grants.delete().where({this}))",
            "used = sa.union_all(*(sa.select([sa.column('perm_id')]).select_from(sa.table(table)) "
            "for table in ('grants',)))",
            "op.execute(permissions.delete().where(sa.and_(permissions.c.name == 'wiki.read', "
            "permissions.c.id.notin_(used))))",
        )


def test_what_else_may_point_at_a_row() -> None:
    nullable = Column("right_id", "INTEGER", True, kind="number")
    more = (
        OTHER_GRANTS,
        Table("rights", (nullable,), None, (), (), (ForeignKey(("right_id",), "permissions", ("id",)),)),
    )
    lines = row_lines(row_changes(state("a b", "a", more=more), state("a", "a", more=more)))
    assert lines[1] == (
        "used = sa.union_all(*(sa.select([sa.column(column)]).select_from(sa.table(table))"
        ".where(sa.column(column).isnot(None)) for table, column in "
        "(('grants', 'perm_id'), ('other_grants', 'perm_id'), ('rights', 'right_id'))))"
    )


def test_another_choice_of_the_same_group() -> None:
    changes = row_changes(state("hg.none hg.all", "hg.all"), state("hg.none hg.all", "hg.none"))
    (change,) = changes
    assert (
        change.text
        == "grants: the row 'default hg.all' should be 'default hg.none', as a fresh set-up writes it"
    )
    old, new = (
        f"sa.and_(grants.c.user_id == user_id, grants.c.perm_id == {name})"
        for name in ("perm_id", "new_perm_id")
    )
    assert row_lines(changes)[3:] == (
        USER,
        perm("hg.all"),
        perm("hg.none", "new_perm_id"),
        f"if not op.get_bind().execute(grants.select().where({new})).fetchone():",
        f"    op.execute(grants.update().where({old}).values({{'perm_id': new_perm_id}}))",
    )
    condition = (
        "user_id = (SELECT user_id FROM users WHERE username = 'default') AND "
        "perm_id = (SELECT id FROM permissions WHERE name = 'hg.all')"
    )
    assert tuple(row_declarations(changes)) == (Declaration("grants", "perm_id", "changed", condition),)


def test_a_grant_follows_its_permission() -> None:
    before, after = state("hg.register.manual_activate", ""), state("hg.register.manual_activation", "")
    assert told(before, after) == (
        "permissions: the row 'hg.register.manual_activate' should be 'hg.register.manual_activation', "
        "as a fresh set-up writes it",
    )
    before = state("hg.register.manual_activate x.y", "hg.register.manual_activate")
    after = state("hg.register.manual_activation x.y", "hg.register.manual_activation")
    assert len(row_changes(before, after)) == 1
    # Declared is what is there before.
    after = state("hg.register.manual_activation x.y", "x.y")
    (gone,) = [d for d in row_declarations(row_changes(before, after)) if d.kind == "removed"]
    assert str(gone.condition).endswith("WHERE name = 'hg.register.manual_activate')")


def test_names_that_are_somewhat_alike_are_two_permissions() -> None:
    before, after = state("hg.create.none", ""), state("hg.fork.none", "")
    assert [(c.before is None, c.after is None) for c in row_changes(before, after)] == [
        (True, False),
        (False, True),
    ]


def test_without_renames_what_is_gone_is_gone() -> None:
    before, after = state("hg.register.manual", ""), state("hg.register.manually", "")
    assert len(row_changes(before, after)) == 1
    assert len(row_changes(before, after, renames=False)) == 2


def test_a_user_that_others_do_not_have() -> None:
    assert told(state("a", "a"), state("a", "a", user="joe")) == ()


def test_a_table_that_is_new_or_was_empty() -> None:
    themes = Table(
        "themes", (*numbers("id"), text("class"), text("key")), PrimaryKey(("id",)), (Unique(("class",)),)
    )
    rows = ({"class": "dark", "key": "(drawn by lot)"}, {"class": "light", "key": "x"})
    after = State(("x",), Schema((themes,)), {"themes": 2}, {"themes": rows})
    new = row_changes(State(("x",), Schema(()), {}), after)
    assert row_lines(new) == (
        "themes = sa.table('themes', sa.column('class'), sa.column('key'))",
        "op.execute(themes.insert().values({'class': 'light', 'key': 'x'}))",
    )
    assert row_lines(tuple(change.reversed for change in new)) == ()
    empty = row_changes(State(("x",), Schema((themes,)), {"themes": 0}), after)
    assert row_lines(empty)[1].startswith("if not ")
    assert row_changes(State(("x",), Schema((themes,)), {"themes": 900}), after) == ()


def test_names_that_mean_something_else_in_a_script() -> None:
    table = Table("class", (*numbers("id"), text("name")), PrimaryKey(("id",)), (Unique(("name",)),))
    after = State(("x",), Schema((table,)), {"class": 1}, {"class": ({"name": "x"},)})
    lines = row_lines(row_changes(State(("x",), Schema((table,)), {}), after))
    compile("\n".join(lines), "script", "exec")
