"""Each fix that shows code, put into the script just as it stands: the finding is gone, no other has come."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

import pytest

from kallithea_dbdev.findings import CATALOGUE

from ..projects import VERSION, Project
from .cases import CASES, Case
from .test_matrix import case_of, prepare

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="the cases do not depend on the release")

#: What stands over code -> where it goes: (function, how).
PLACES = {
    "add at the end of upgrade():": ("upgrade", "end"),
    "add at the end of downgrade():": ("downgrade", "end"),
    "and at the beginning of downgrade():": ("downgrade", "beginning"),
    "add at the beginning of upgrade():": ("upgrade", "beginning"),
    "add at the beginning of downgrade():": ("downgrade", "beginning"),
    "and at the end of upgrade():": ("upgrade", "end"),
    "and at the end of downgrade():": ("downgrade", "end"),
    "in upgrade():": ("upgrade", "whole"),
    "in downgrade():": ("downgrade", "whole"),
    "give the rebuild what is to stay:": ("", "head"),
}
_SCHEMA = {c for c in CATALOGUE if re.search(r"-(extra|missing|differs)$", c) and not c.startswith("default")} | {
    "autoincrement", "counter-back", "counter-behind", "primary-key", "name", "comment", "table-option", "rename-lost",
    *(code for code in CATALOGUE if code.startswith("column-") and "dropped" not in code),
}  # fmt: skip


def pieces(fix: str) -> List[Tuple[str, str]]:
    """(sentence, the code under it)."""
    found: List[Tuple[str, str]] = []
    for line in fix.split("\n"):
        if line.startswith("    "):
            sentence, code = found[-1]
            found[-1] = (sentence, f"{code}{line[4:]}\n")
        else:
            found.append((line, ""))
    return [(sentence, code) for sentence, code in found if code]


def shows_code(finding: Dict[str, Any]) -> bool:
    return bool(pieces(finding["fix"]))


def apply(path: Path, finding: Dict[str, Any]) -> None:
    """Put the code of a fix into a script."""
    bodies = re.split(r"^(?=def )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    head, functions = bodies[0], {re.match(r"def (\w+)", b).group(1): b for b in bodies[1:]}  # type: ignore[union-attr]
    for sentence, code in pieces(finding["fix"]):
        where = next(place for words, place in PLACES.items() if sentence.endswith(words))
        function, how = where[0] or finding["direction"], where[1]
        first, _, body = functions[function].partition("\n")
        code = "".join(f"    {line}\n" for line in code.splitlines())
        if how == "whole":
            body = code
        elif how == "beginning":
            body = code + body
        elif how == "end":
            body = f"{body.rstrip()}\n{code}"
        else:
            call = rf"^ *with op\.batch_alter_table\( ?'{finding['table']}'.*as batch_op:\n"
            parts = re.split(call, body, flags=re.MULTILINE)
            assert len(parts) > 1, body
            body = code.join(parts)
        functions[function] = f"{first}\n{body.rstrip()}\n\n\n"
    path.write_text(head + "".join(functions.values()), encoding="utf-8")


def key(finding: Dict[str, Any]) -> Tuple[str, ...]:
    return tuple(
        str(finding[name]) for name in ("code", "table", "object", "aspect", "revision", "direction")
    )


def check(project: Project, engine: str, cases: List[Case]) -> None:
    # Such a fix is the whole body of a function.
    names = prepare(project, cases, right=False, alone={"rename-lost"})
    of = {case.name: case for case in cases}
    first = project.verify()
    shown = [finding for finding in first["findings"] if shows_code(finding)]
    expected = {
        (case.name, code)
        for case in cases
        for direction, _, code in (text.partition(":") for text in case.codes)
        if code in _SCHEMA and direction != "None"
    }
    assert expected - {(case_of(finding, cases, names), finding["code"]) for finding in shown} == set()
    done: Set[Tuple[str, str]] = set()
    for finding in shown:
        # Two findings that only one piece of code can mend show the same.
        if (finding["revision"], finding["fix"]) not in done:
            done.add((finding["revision"], finding["fix"]))
            apply(project.versions / f"{finding['revision']}_by_hand.py", finding)
    second = project.verify()
    before, after = ({key(f): f for f in report["findings"]} for report in (first, second))
    new = [after[k] for k in after.keys() - before.keys()]
    come = [f for f in new if f["code"] not in _may_come(of.get(case_of(f, cases, names)))]
    left = [after[key(finding)] for finding in shown if key(finding) in after]
    said = [
        "\n".join([f"{case_of(f, cases, names)} {f['code']} {f['table']} {f['object']}: {f['message']}",
                   (project.versions / f"{f['revision']}_by_hand.py").read_text() if f["revision"] in names else ""])
        for f in come + left
    ]  # fmt: skip
    assert said == [], "\n".join(said)


def _may_come(case: Optional[Case]) -> Set[str]:
    """What the right script of a case has, too: a column is back, its values are not."""
    if case is None:
        return set()
    # Rows that bring their numbers along have never moved PostgreSQL's counter.
    counter = {"counter-behind"} if case.name == "table_renamed" else set()
    return {text.partition(":")[2] for text in case.notes} | counter


def wanted(engine: str, knows: Callable[[str], bool] = bool) -> List[Case]:
    """Cases of this engine whose wrong script makes a difference that a script can mend: one for each code."""
    found: List[Case] = []
    shown: Set[str] = set()
    for case in CASES:
        codes = {c for c in case.codes if c.partition(":")[2] in _SCHEMA and not c.startswith("None")}
        # What SQLite does on a conflict nobody can say to Alembic; what is dropped must not be made again.
        left_out = case.name in ("option_sqlite", "loses_down")
        if engine in case.engines and codes - shown and knows(str(case)) and not left_out:
            found.append(case)
            shown |= codes
    return found


def test_on_sqlite(project: Project) -> None:
    check(project, "sqlite", wanted("sqlite"))


def test_on_servers(server_project: Project, server: Any) -> None:
    check(server_project, server.engine, wanted(server.engine, server.knows))


#: The same under another name, NOT NULL, in a table with rows.
ANOTHER_NAME = (
    "gist_description = Column(UnicodeText(), nullable=False)",
    "about = Column(UnicodeText(), nullable=False)",
)
DROP_AND_ADD = (
    "with op.batch_alter_table('gists', table_kwargs={'sqlite_autoincrement': True}) as batch_op:\n"
    "    batch_op.add_column(sa.Column('about', sa.UnicodeText(), nullable=False))\n"
    "    batch_op.drop_column('gist_description')"
)


def check_rename(project: Project, engine: str) -> None:
    project.change_models(ANOTHER_NAME)
    report = project.verify(status=1)
    told = {f["code"]: f["fix"] for f in report["findings"] if f["table"] == "gists" and not f["revision"]}
    for code in ("column-missing", "column-extra"):
        assert told[code].endswith(": gearbox db-revision --rename gists.gist_description=about")
    script = project.write_script(DROP_AND_ADD)
    # MySQL adds it without a word and gives each row an empty text; the others refuse.
    code = "rename-lost" if engine == "mysql" else "upgrade-fails"
    (finding,) = [f for f in project.verify(status=1)["findings"] if f["code"] == code]
    assert "existing_type=sa.UnicodeText(), existing_nullable=False" in finding["fix"]
    apply(script, finding)
    assert [f for f in project.verify(status=0)["findings"] if f["table"] == "gists"] == []


def test_a_rename_before_the_upgrade_can_run(project: Project) -> None:
    check_rename(project, "sqlite")


def test_a_rename_before_the_upgrade_can_run_on_servers(server_project: Project, server: Any) -> None:
    check_rename(server_project, server.engine)
