"""Which release a database began as, and what its differences come from. Pure."""

from __future__ import annotations

from typing import Iterator, List, Optional, Tuple

import pytest

from kallithea_dbdev.findings import Finding
from kallithea_dbdev.migrations import UPGRADE, Chain, Step, StepRecord
from kallithea_dbdev.releases import RELEASES, Release
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Column, Index, IndexKey, Schema, Table, Unique
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks import fresh
from kallithea_dbdev.verification.climb import Climb
from kallithea_dbdev.verification.ground import Way, candidates, certainly_own, descent, with_newest


def column(name: str, type: str = "VARCHAR(9)", **more: object) -> Column:
    return Column(name, type, **{"nullable": True, **more})  # type: ignore[arg-type]


def schema(*columns: Column, index: str = "", unique: bool = True, table: str = "") -> Schema:
    users = Table(
        "users",
        (column("id"), *columns),
        uniques=(Unique(("id",), "uq_users_id"),) if unique else (),
        indexes=(Index(index, (IndexKey("id"),)),) if index else (),
    )
    return Schema((users, Table(table, (column("id"),))) if table else (users,))


def state(revision: Optional[str], content: Schema) -> State:
    return State((revision,) if revision else (), content, {})


def way(version: str, *states: Tuple[Optional[str], Schema]) -> Way:
    return Way(version, tuple(state(*item) for item in states))


RIGHT = schema()
#: What the scripts made of a release, and what they make of a newer one.
DRIFTED = schema(index="ix_old")
NEW = way("0.7.0", ("c", RIGHT), ("d", RIGHT))
OLD = way("0.4.1", ("a", schema(index="ix_old", unique=False)), ("c", DRIFTED), ("d", DRIFTED))
OLDEST = way("0.3.7", (None, schema(table="db_migrate_version")), ("c", schema(table="more")))


class Asked:
    """Ways that are made when they are asked for."""

    def __init__(self, *ways: Way) -> None:
        self._ways = ways
        self.count = 0

    def __iter__(self) -> Iterator[Way]:
        for found in self._ways:
            self.count += 1
            yield found


def is_own(difference: object) -> bool:
    return certainly_own(difference, {"ix_old", "more"})  # type: ignore[arg-type]


# -- which release ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "began", "asked"),
    [
        (RIGHT, "0.7.0", 1),
        # the site's own: nothing that any release could have
        (schema(index="ix_site"), "0.7.0", 1),
        (schema(column("phone")), "0.7.0", 1),
        # an older release fits to the letter
        (DRIFTED, "0.4.1", 2),
        (schema(table="more"), "0.3.7", 3),
        # or but for the site's own
        (schema(column("phone"), index="ix_old"), "0.4.1", 2),
        # something is missing, and no release explains it: the nearest, of equal ones the newest
        (schema(unique=False), "0.7.0", 3),
        (schema(column("phone"), index="ix_old", unique=False), "0.4.1", 3),
    ],
)
def test_the_newest_release_that_explains_the_schema(start: Schema, began: str, asked: int) -> None:
    ways = Asked(NEW, OLD, OLDEST)
    found = descent(state("c", start), ways, is_own)
    assert found.ways[0].version == began
    assert ways.count == asked
    assert found.looks_like is None


def test_a_stamp_that_does_not_fit_is_told_by_a_schema_that_does() -> None:
    # the schema that 0.4.1 had at "a" is stamped "c", where no release has it
    start = schema(index="ix_old", unique=False)
    assert descent(state("c", start), (NEW, OLD), is_own).looks_like == "a"
    # it fits at the stamp: that another revision has the same schema says nothing
    assert descent(state("d", RIGHT), (NEW, OLD), is_own).looks_like is None
    # a release of which no way passes the stamp
    found = descent(state("a", RIGHT), (OLD, way("0.7.0", ("c", RIGHT))), is_own)
    assert (found.looks_like, [w.version for w in found.ways]) == ("c", ["0.4.1"])


def test_at_the_base_without_a_stamp() -> None:
    found = descent(state(None, schema(table="db_migrate_version")), (OLDEST,), is_own)
    assert found.ways == (OLDEST,)


def test_without_any_way_nothing_is_known() -> None:
    assert descent(state("c", RIGHT), (), is_own).ways == ()


@pytest.mark.parametrize(
    ("migrated", "own"),
    [
        (schema(column("phone")), True),
        (schema(index="ix_site"), True),
        (schema(table="audit"), True),
        # a release or a script knows the name
        (schema(index="ix_old"), False),
        (schema(table="more"), False),
        # nothing more, but something less, or other
        (schema(unique=False), False),
    ],
)
def test_what_is_certainly_the_site_s_own(migrated: Schema, own: bool) -> None:
    (difference,) = compare(migrated, RIGHT)
    assert is_own(difference) == own


class FakeChain(Chain):
    """Revisions in a row, without scripts."""

    def __init__(self, *revisions: str) -> None:
        self._row = revisions
        self.head = revisions[-1]

    def __contains__(self, revision: Optional[str]) -> bool:
        return revision is None or revision in self._row

    def between(self, lower: Optional[str], upper: Optional[str]) -> Optional[Tuple[Step, ...]]:
        positions = [self._row.index(name) if name else -1 for name in (lower, upper)]
        if positions[0] > positions[1]:
            return None
        return tuple(Step(name, UPGRADE, None) for name in self._row[positions[0] + 1 : positions[1] + 1])


REVISIONS = [release.revision for release in RELEASES[::-1]]  # the base first
CHAIN = FakeChain(*[revision for revision in REVISIONS if revision], "head")


def made_ways(start: Optional[str], first: Optional[Way]) -> List[Tuple[str, Optional[str]]]:
    asked: List[Tuple[str, Optional[str]]] = []

    def climber(release: Release, upper: Optional[str]) -> Way:
        asked.append((release.version, upper))
        return way(release.version)

    found = [w.version for w in candidates(CHAIN, start, first, "sqlite", climber)]
    assert found == [*([first.version] if first else []), *(version for version, _ in asked)]
    return asked


def test_the_ways_that_a_database_may_have_come() -> None:
    head, at = CHAIN.head, dict(zip(("0.3.7", "0.4.1", "0.5.2", "0.6.3", "0.7.0"), REVISIONS))
    assert made_ways(head, NEW) == [("0.6.3", head), ("0.5.2", head), ("0.4.1", head), ("0.3.7", head)]
    # below 0.6.3: that and newer ones are looked at last, as they were
    assert made_ways(at["0.5.2"], None) == [
        ("0.5.2", head), ("0.4.1", head), ("0.3.7", head), ("0.7.0", at["0.7.0"]), ("0.6.3", at["0.6.3"]),
    ]  # fmt: skip
    assert made_ways(None, None)[0] == ("0.3.7", head)


def test_what_a_script_has_stopped_is_not_tried_with_every_release() -> None:
    asked: List[Tuple[str, Optional[str]]] = []

    def climber(release: Release, upper: Optional[str]) -> None:
        asked.append((release.version, upper))

    start = dict(zip(("0.3.7", "0.4.1", "0.5.2"), REVISIONS))["0.5.2"]
    assert list(candidates(CHAIN, start, None, "sqlite", climber, stopped=True)) == []
    # those of which no way passes it are only looked at as they were
    assert [version for version, _ in asked] == ["0.7.0", "0.6.3"]
    assert CHAIN.head not in [upper for _, upper in asked]


def test_the_newest_release_is_looked_at_once() -> None:
    asked: List[str] = []

    def climber(release: Release, upper: Optional[str]) -> Way:
        asked.append(f"{release.version} {upper}")
        return way(release.version)

    ways = with_newest(CHAIN, (OLD,), "sqlite", climber)
    assert [w.version for w in ways] == ["0.4.1", "0.7.0"]
    assert with_newest(CHAIN, ways, "sqlite", climber) == ways
    assert asked == ["0.7.0 head"]


# -- what a difference comes from ---------------------------------------------------------------


def found(start: Schema, *ways: Way, expected: Schema = RIGHT, configured: bool = True) -> Finding:
    """The one finding about a database that is at the head."""
    climb = Climb(
        "sqlite", state("d", start), state("d", expected), (), (), (), "d", True, ways[0].states,
        configured=configured, ways=ways,
    )  # fmt: skip
    (finding,) = fresh.check(climb)
    return finding


def test_what_the_chain_leaves_is_its_error_with_the_release() -> None:
    finding = found(DRIFTED, OLD, NEW)
    assert finding.severity == "error"
    assert finding.message.endswith("; every database that began as 0.4.1 has it, and no migration mends it")


def test_what_a_script_of_long_ago_has_made_is_told_with_it() -> None:
    old = way("0.4.1", ("a", RIGHT), ("b", DRIFTED), ("d", DRIFTED))
    finding = found(DRIFTED, old, NEW)
    assert finding.message.endswith(
        "; every database that began as 0.4.1 has it since b, and no migration mends it"
    )


def test_all_releases_that_were_looked_at_are_named() -> None:
    others = (way("0.6.3", ("d", DRIFTED)), way("0.10.0", ("d", RIGHT)), way("0.5.2", ("d", DRIFTED)))
    assert "began as 0.4.1, 0.5.2 or 0.6.3 has it" in found(DRIFTED, OLD, *others).message


def test_what_the_newest_release_has_too_is_a_change_of_the_models() -> None:
    wanted = schema(column("theme"))
    for ways in ((NEW,), (OLD, NEW)):
        finding = found(RIGHT if ways[0] is NEW else DRIFTED, *ways, expected=schema(column("theme"), index="ix_old")
                        if ways[0] is OLD else wanted)  # fmt: skip
        assert finding.severity == "error"
        assert finding.message.endswith(
            "no migration that was run touched it (a model change without a migration?)"
        )


@pytest.mark.parametrize(
    ("start", "severity", "said"),
    [
        # a site's own things
        (schema(index="ix_site"), "note", "the site's own"),
        (schema(table="audit"), "note", "the site's own"),
        (schema(column("phone")), "note", "the site's own"),
        (schema(column("phone", nullable=False, default="''")), "note", "the site's own"),
        (schema(column("phone", nullable=False, identity="by default")), "note", "the site's own"),
        # with which the application does not work
        (schema(column("phone", nullable=False)), "error", "no row can be inserted without a value for it"),
        # what another release or script left there
        (schema(index="ix_old"), "warning", "this database had it before the first step"),
        # what the models need
        (schema(unique=False), "error", "only this database lacks it: one that began as 0.7.0 has it"),
        (Schema(), "error", "only this database lacks it"),
    ],
)
def test_what_only_this_database_has_or_lacks(start: Schema, severity: str, said: str) -> None:
    finding = found(start, NEW, OLD)
    assert finding.severity == severity, finding.message
    assert said in finding.message


@pytest.mark.parametrize(
    ("column_there", "severity", "said"),
    [
        (column("name", kind="text", length=9, nullable=False), "error", "the models insert NULL"),
        (column("name", kind="text", length=9, default="''"), "warning", "had it before"),
        (column("name", "VARCHAR(5)", kind="text", length=5), "error", "the application writes longer values"),
        (column("name", "VARCHAR(99)", kind="text", length=99), "warning", "had it before"),
        (column("name", "TEXT", kind="text"), "warning", "had it before"),
        (column("name", "INTEGER", kind="number"), "error", "writes values of another type"),
        (column("name", kind="text", length=9, collation="NOCASE"), "warning", "had it before"),
    ],
)  # fmt: skip
def test_a_column_that_only_this_database_has_so(column_there: Column, severity: str, said: str) -> None:
    right = schema(column("name", kind="text", length=9))
    finding = found(schema(column_there), way("0.7.0", ("d", right)), expected=right)
    assert finding.severity == severity, finding.message
    assert said in finding.message


def test_a_column_that_may_be_longer_than_any_length() -> None:
    right = schema(column("name", "TEXT", kind="text"))
    finding = found(schema(column("name", kind="text", length=9)), way("0.7.0", ("d", right)), expected=right)
    assert "the application writes longer values" in finding.message


def test_what_a_step_makes_is_told_with_the_step_as_before() -> None:
    before, after = state("c", RIGHT), state("d", DRIFTED)
    record = StepRecord(Step("d", UPGRADE, "c"), before, after, (), 0.0)
    ways = (way("0.7.0", ("c", RIGHT), ("d", DRIFTED)),)
    climb = Climb(
        "sqlite", before, state("d", RIGHT), (record,), (), (), "d", True, ways[0].states, ways=ways
    )
    (finding,) = fresh.check(climb)
    assert (finding.revision, finding.direction) == ("d", "upgrade")
    assert finding.message.endswith("the models do not have it")
