"""What a site has of kinds that no models know, and a step takes away."""

from __future__ import annotations

import pytest

from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Addition, Column, Schema, Table
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks.additions import check
from kallithea_dbdev.verification.climb import Climb
from kallithea_dbdev.verification.ground import Way

from ..engines.test_servers import name_of
from ..projects import VERSION, Project
from ..servers import Server

OF_TABLE = Addition("publication p of t", "", "t")
OF_COLUMN = Addition("statistics object s", "ON a, b", "t", ("a", "b"))
PLAIN = Addition("collation c", "provider c C")


def state(*additions: Addition, columns: str = "ab", table: str = "t") -> State:
    made = Table(table, tuple(Column(name, "integer", True) for name in columns))
    return State((), Schema((made,), additions=additions), {})


def climb(before: State, after: State, known: State = state(), direction: str = UPGRADE) -> Climb:  # noqa: B008
    record = StepRecord(Step("abc", direction, None), before, after, (), 0.0)
    up, down = ((record,), ()) if direction == UPGRADE else ((), (record,))
    start = state(OF_TABLE, OF_COLUMN, PLAIN)
    return Climb("postgresql", start, state(), up, down, (), "abc", True, ways=(Way("0.7.0", (known,)),))


@pytest.mark.parametrize("direction", [UPGRADE, DOWNGRADE])
def test_what_a_step_takes_away_or_changes(direction: str) -> None:
    other = Addition(PLAIN.name, "provider i de")
    found = list(check(climb(state(OF_TABLE, OF_COLUMN, PLAIN), state(other), direction=direction)))
    rest = "; neither the models nor the migrations know it: the site's own"
    assert [(f.code, f.where, f.direction, f.message) for f in found] == [
        ("addition-lost", "t publication p of t", direction, f"is gone after {direction}() of abc{rest}"),
        ("addition-lost", "t statistics object s", direction, f"is gone after {direction}() of abc (ON a, b){rest}"),
        ("addition-lost", "collation c", direction,
         f"is provider i de after {direction}() of abc, before it provider c C{rest}"),
    ]  # fmt: skip


def test_what_goes_with_its_table_or_column_or_is_a_script_s() -> None:
    before = state(OF_TABLE, OF_COLUMN, PLAIN)
    assert not list(check(climb(before, state(PLAIN, table="u"))))
    assert not list(check(climb(before, state(OF_TABLE, PLAIN, columns="ac"))))
    assert not list(check(climb(before, state(OF_TABLE, OF_COLUMN), known=state(PLAIN))))
    later = Addition("collation later", "x")
    assert not list(check(climb(state(later), state())))
    assert not list(check(climb(before, before)))


SITE = (
    "CREATE PUBLICATION site_p FOR TABLE gists, users_groups",
    "CREATE STATISTICS site_s ON gist_type, gist_expires FROM gists",
    "CREATE STATISTICS site_kept ON username, email FROM users",
    "CREATE COLLATION site_c FROM \"C\"",
    "CREATE TEXT SEARCH CONFIGURATION site_t (COPY = english)",
)  # fmt: skip
#: A table that is made anew, as somebody does who cannot alter it.
ANEW = """
op.execute('CREATE TABLE gists_new (LIKE gists INCLUDING ALL)')
op.execute('INSERT INTO gists_new SELECT * FROM gists')
op.execute('ALTER SEQUENCE gists_gist_id_seq OWNED BY gists_new.gist_id')
op.drop_table('gists')
op.rename_table('gists_new', 'gists')
op.execute('DROP COLLATION site_c')
op.execute('ALTER TEXT SEARCH CONFIGURATION site_t DROP MAPPING FOR float')
""".strip()


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_what_a_site_of_postgresql_loses(server_project: Project, server: Server) -> None:
    server.sql(name_of(server_project), *SITE)
    # Untouched they are nobody's concern.
    server_project.write_script("op.execute('ALTER TABLE gists ALTER gist_type TYPE VARCHAR(300)')")
    server_project.write_script(ANEW, "raise NotImplementedError('gone')", "feedc0ffee01", "feedc0ffee00")
    report = server_project.verify(status=1)
    found = [f for f in report["findings"] if f["code"] in ("addition-lost", "check-failed")]
    assert {(f["severity"], f["revision"], f["direction"]) for f in found} == {
        ("error", "feedc0ffee01", "upgrade")
    }
    assert {(f["table"], f["object"]): f["message"].split(" after ")[0] for f in found} == {
        ("gists", "publication site_p of gists"): "is gone",
        # What LIKE makes has another name.
        ("gists", "statistics object site_s"): "is gone",
        (None, "collation site_c"): "is gone",
        (None, "text search configuration site_t"): "is without that",
    }
    assert any("before it float: simple; neither" in f["message"] for f in found)
