"""One chain of wrong scripts and one of right ones, each on every engine through the real command.

Each case has tables of its own, so one run shows what every script triggers, and that nothing
else does. Cases that end the way (a script that raises) are in test_verify.py.
"""

from __future__ import annotations

import importlib
import re
from typing import Any, Callable, Container, Dict, List, Set

import pytest

from kallithea_dbdev.findings import CATALOGUE

from ..projects import VERSION, Project
from .cases import CASES, ENGINES, Case

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="the cases do not depend on the release")

BASE = "ba5e00000000"
#: What the cases' models need beside what Kallithea's db.py imports.
IMPORTS = (
    "from sqlalchemy import CheckConstraint, Computed, DDL, Enum, Numeric, TIMESTAMP, event, func, text\n"
    "from sqlalchemy.dialects import mysql"
)
_TYPES = r"\b(Column|String|LargeBinary|Numeric|Integer|DateTime|CheckConstraint)\("


def table(number: int) -> str:
    return f"case_{number}"


def model(number: int, case: Case) -> str:
    text = case.more
    if case.after:
        text = (
            "class Case{n}(meta.Base):\n    __tablename__ = '{t}'\n    __table_args__ = (_table_args_default_dict,)\n"
            f"    id = Column(Integer(), primary_key=True)\n    {case.after}\n\n\n{case.more}"
        )
    return f"\n\n{_named(text, number)}\n"


def prepare(
    project: Project, cases: "List[Case]", right: bool, alone: Container[str] = ()
) -> Dict[str, List[Case]]:
    """The chain below, the database at its end, and the cases' scripts: revision -> its cases.

    ``alone``: codes whose cases are to have a script of their own.
    """
    text = project.models.read_text(encoding="utf-8")
    create = []
    for number, c in enumerate(cases):
        columns = re.sub(_TYPES, r"sa.\1(", c.before).split("\n    ")
        parts = [re.sub(r"^(\w+) = sa\.Column\(", r"sa.Column('\1', ", line) for line in columns]
        create.append(
            f"op.create_table('{{t}}', sa.Column('id', sa.Integer(), primary_key=True), {', '.join(parts)}, "
            "sqlite_autoincrement=True, mysql_engine='InnoDB', mysql_charset='utf8mb4', mysql_collate='utf8mb4_unicode_ci')"
        )
        create += [f"op.execute({rows!r})" for rows in c.rows.split(";; ")] + [c.base or "pass"]
        create = [_named(line, number) for line in create]
        if c.change[0]:
            assert text.count(c.change[0]) == 1
            text = text.replace(*c.change)
        text += model(number, c)
    project.models.write_text(
        text.replace("\n\nclass Case0(", f"\n\n{IMPORTS}\n\nclass Case0("), encoding="utf-8"
    )
    project.write_script("\n".join(create), revision=BASE)
    project.tool("alembic", "-c", "development.ini", "upgrade", BASE)
    below, names = BASE, {}
    for index, numbers in enumerate(scripts(cases, right, alone)):
        revision = f"ca5e{index:08x}"
        names[revision] = [cases[number] for number in numbers]
        ups, downs, head, declared = [], [], "", []
        for number in numbers:
            c = cases[number]
            up, down = (c.right, c.right_undo or c.undo) if right else (c.wrong, c.undo)
            ups.append(_fill(up, number))
            downs.append(_fill(down, number))
            if c.declared and (c.declares_right if right else c.declares_wrong):
                declared.append(_named(c.declared, number).strip("[]"))
            head += "" if right else f"\n{c.head}"
        if declared:
            head = f"data_changes = [{', '.join(filter(None, declared))}]{head}"
        project.write_script(
            "\n".join(ups), "\n".join(reversed(downs)), revision=revision, below=below, head=head
        )
        below = revision
    return names


def scripts(cases: List[Case], right: bool, alone: Container[str]) -> List[List[int]]:
    """The numbers of the cases that are in one script."""

    def is_alone(case: Case) -> bool:
        codes = set(map(_code, case.codes))
        of_script = not right and (case.head or codes & OF_A_SCRIPT)
        return bool(
            case.alone
            or case.change[0]
            or of_script
            or codes & OF_NO_CASE
            or any(code in alone for code in codes)
        )

    by_itself = [number for number, case in enumerate(cases) if is_alone(case)]
    shared = [number for number in range(len(cases)) if number not in by_itself]
    count = 1 if right else -(-len(shared) // TOGETHER)
    return [[number] for number in by_itself] + [shared[index::count] for index in range(count)]


def _code(text: str) -> str:
    return text.partition(":")[2]


def _named(code: str, number: int) -> str:
    return code.replace("{t}", table(number)).replace("{n}", str(number))


def _fill(code: str, number: int) -> str:
    batch = "op.batch_alter_table('{t}'"
    return _named(code.replace(batch, batch + ", table_kwargs={'sqlite_autoincrement': True}"), number)


def case_of(finding: Dict[str, Any], cases: List[Case], names: Dict[str, List[Case]]) -> str:
    """The name of the case that a finding is of; "?" where it is of none."""
    owners = {case.owns: case for case in cases if case.owns}
    of_script = names.get(finding["revision"] or "") or list(
        filter(None, [owners.get(f"{finding['table']} {finding['code']}")])
    )
    if len(of_script) == 1:
        return of_script[0].name
    where = re.search(r"case_(\d+)", f"{finding['table']} {finding['object']}")
    case = cases[int(where.group(1))] if where else None
    return case.name if case and (not of_script or case in of_script) else "?"


def triggered(report: Dict[str, Any], cases: List[Case], names: Dict[str, List[Case]]) -> Dict[str, Set[str]]:
    found: Dict[str, Set[str]] = {case.name: set() for case in cases}
    for finding in report["findings"]:
        if finding["code"] != "column-order":
            name = case_of(finding, cases, names)
            found.setdefault(name, set()).add(f"{finding['direction']}:{finding['code']}")
    return found


#: After each step every table is read: short chains of scripts with several cases take the least. Right
#: scripts have nothing that a finding could be taken for another case's: nearly all cases are in one.
PARTS = 3
TOGETHER = 12
#: Findings that are of a script as a whole, or end what is done with it: such a case is alone in its script.
OF_A_SCRIPT = {"upgrade-again-fails", "rows-refused", "declaration-broken", "script-commits"}
#: And those of tables that are not of a case.
OF_NO_CASE = {"default-differs"}


@pytest.mark.parametrize("part", range(PARTS))
def test_every_wrong_case_on_sqlite(project: Project, part: int) -> None:
    check(project, "sqlite", of_engine("sqlite")[part::PARTS], right=False)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_wrong_case_on_servers(server_project: Project, server: Any, part: int) -> None:
    check(server_project, server.engine, of_engine(server.engine, server.knows)[part::PARTS], right=False)


def test_every_right_case_on_sqlite(project: Project) -> None:
    check(project, "sqlite", of_engine("sqlite"), right=True)


def test_every_right_case_on_servers(server_project: Project, server: Any) -> None:
    check(server_project, server.engine, of_engine(server.engine, server.knows), right=True)


def of_engine(engine: str, knows: Callable[[str], bool] = bool) -> List[Case]:
    return [case for case in CASES if engine in case.engines and knows(str(case))]


def check(project: Project, engine: str, cases: List[Case], right: bool) -> None:
    names = prepare(project, cases, right)
    report = project.verify()
    found = triggered(report, cases, names)
    expected = {c.name: c.notes if right else c.codes for c in cases}
    off = {
        name: (sorted(found.get(name, ())), sorted(expected.get(name, ())))
        for name in found.keys() | expected.keys()
        if found.get(name, set()) != expected.get(name, set())
    }
    said = [f"{f['code']} {f['table']} {f['object']} {f['revision']} {f['direction']} {f['message']}"[:300]
            for f in report["findings"]]  # fmt: skip
    assert off == {}, "\n".join(
        f"{revision} is {case.name}" for revision, its in names.items() for case in its if case.name in off
    ) + ("\n" + "\n".join(said))
    assert report["engines"][0]["start"] == BASE


#: Codes of which no case is told, for they end the way or need no script: where they are shown.
ELSEWHERE = {
    "upgrade-fails": "engines.test_servers.test_each_wrong_script_is_named",
    "downgrade-fails": "engines.test_servers.test_a_downgrade_that_raises",
    "downgrade-irreversible": "engines.test_servers.test_a_downgrade_that_raises",
    "not-restartable": "verification.test_judgement.test_a_crash_test_on_servers",
    "long-lock": "commands.test_verify_costs.test_a_lock_that_is_held_for_long",
    "several-heads": "commands.test_verify.test_graph_errors_are_findings",
    "missing-revision": "commands.test_verify.test_graph_errors_are_findings",
    "duplicate-revision": "commands.test_verify.test_graph_errors_are_findings",
    "circular-revision": "test_graph.test_scripts_beside_the_chain_are_named_and_the_chain_is_verified",
    "merged-twice": "test_graph.test_scripts_beside_the_chain_are_named_and_the_chain_is_verified",
    "unreachable-revision": "test_graph.test_what_is_wrong_beside_the_chain",
    "script-broken": "commands.test_verify.test_graph_errors_are_findings",
    "not-stamped": "engines.test_servers.test_wrong_stamps",
    "several-stamps": "engines.test_servers.test_wrong_stamps",
    "unknown-stamp": "engines.test_servers.test_wrong_stamps",
    "stamp-wrong": "engines.test_servers.test_wrong_stamps",
    "stamp-lost": "engines.test_servers.test_wrong_stamps",
    "accept-unused": "verification.test_judgement.test_entries_that_expired_or_match_nothing_are_told",
    "accept-expired": "verification.test_judgement.test_entries_that_expired_or_match_nothing_are_told",
    "accept-todo": "verification.test_accepted.test_no_reason_is_a_warning",
    "check-failed": "verification.test_verify.test_an_engine_that_fails",
    "revision-too-long": "test_migrations.test_a_revision_that_is_too_long_on_every_engine",
    "not-known": "drafting.test_imagined.test_what_sqlite_does_not_show_of_a_changed_column_is_told",
    "original-changed": "engines.test_safety.test_the_belt_shows_a_write_that_no_text_tells",
    "empty-table-fails": "verification.test_bare.test_what_fails_on_servers",
    "empty-table-differs": "verification.test_bare.test_what_differs_on_servers",
    "chain-fails": "verification.test_at_once.test_what_fails_on_servers",
    "chain-differs": "verification.test_at_once.test_what_differs_on_servers",
    "sql-needs-database": "commands.test_verify_sql.test_on_servers",
    "sql-fails": "commands.test_verify_sql.test_on_servers",
    "sql-differs": "commands.test_verify_sql.test_on_servers",
    "older-insert-fails": "verification.test_older_version.test_on_servers",
    "older-schema": "verification.test_older_version.test_down_to_a_recorded_release",
    "older-default-missing": "verification.test_older_version.test_down_to_a_recorded_release",
    "column-order": "test_docs.test_every_command_line_does_what_the_page_says",
    "addition-lost": "verification.test_additions.test_what_a_site_of_postgresql_loses",
    "function-never-runs": "verification.test_never_run.test_what_a_merge_has_left_twice",
    "routine-broken": "verification.test_broken_bodies.test_what_names_a_column_or_table_that_goes",
    "view-broken": "verification.test_broken.test_a_view_and_a_trigger_with_a_column_that_goes",
    "trigger-broken": "verification.test_broken.test_a_view_and_a_trigger_with_a_column_that_goes",
}
WHAT = ("missing", "extra", "differs")
#: Codes of what is not on every engine: SQLite keeps what others refuse, MySQL's unique constraints
#: are indexes, and so on.
ONLY_ON = {
    "autoincrement": "sqlite",
    "values-too-long": "sqlite",
    "values-misfit": "sqlite",
    "values-misfit-before": "sqlite",
    "comment": "postgresql mysql",
    "column-charset": "mysql",
    "column-on-update": "mysql",
    "column-identity": "postgresql mysql",
    "unique-missing": "sqlite postgresql",
    "unique-extra": "sqlite postgresql",
    "counter-behind": "postgresql",
    # MySQL has no owners, and privileges there stay with the name: see engines/mysql/test_privileges.py.
    "owner-changed": "postgresql",
    "privilege-lost": "postgresql",
    "counter-back": "sqlite mysql",
    **{f"{kind}-{what}": "postgresql mysql" for kind in ("sequence", "routine") for what in WHAT},
    **{f"enum-{what}": "postgresql" for what in WHAT},
}


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_has_a_case_on_every_engine(code: str) -> None:
    if code in ELSEWHERE:
        module, _, name = ELSEWHERE[code].rpartition(".")
        assert hasattr(importlib.import_module(f"tests.{module}"), name)
        return
    told = {
        engine for case in CASES for engine in case.engines if code in {c.split(":")[1] for c in case.codes}
    }
    assert told == set(ONLY_ON.get(code, " ".join(ENGINES)).split())
