"""Breaks that were once unnoticed, and the tests that must notice each: ``mutants.py --breaks``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

ENGINES = "kallithea_dbdev/engines"
CONTRACT = "tests/engines/test_contract.py"


@dataclass(frozen=True)
class Break:
    """A text of a file and what breaks it; arguments for pytest that must then fail."""

    name: str
    file: str
    old: str
    new: str
    tests: Tuple[str, ...]


BREAKS = (
    Break(
        "sqlite: texts are compared by their collation", f"{ENGINES}/sqlite/database.py",
        "a.{name} COLLATE BINARY IS NOT b.{name}", "a.{name} IS NOT b.{name}",
        (CONTRACT, "-k", "sqlite and texts_differ"),
    ),
    Break(
        "sqlite: texts are sorted by their beginning", f"{ENGINES}/sqlite/database.py",
        "WHEN 'text' THEN 't' || hex({expression}) ", "WHEN 'text' THEN 't' ",
        (CONTRACT, "-k", "sqlite and texts_are_ordered"),
    ),
    Break(
        "mysql: texts are compared by their collation", f"{ENGINES}/mysql/database.py",
        'return f"CAST({name} AS BINARY)" if column.charset else name', "return name",
        (CONTRACT, "-k", "mysql and texts_differ"),
    ),
    Break(
        "mysql: texts are sorted by their collation", f"{ENGINES}/mysql/database.py",
        "        return f\"CONVERT(COALESCE({key}, '') USING ascii) COLLATE ascii_bin\"", "        return expression",
        (CONTRACT, "-k", "mysql and texts_are_ordered"),
    ),
    Break(
        "mysql: a row with the number 0 is numbered anew in the copy", f"{ENGINES}/mysql/copying.py",
        "NO_AUTO_VALUE_ON_ZERO,", "",
        (CONTRACT, "-k", "mysql and copy_is_exact"),
    ),
    Break(
        '"007" is 7', "kallithea_dbdev/rows/values.py",
        'if _PLAIN_NUMBER.fullmatch(text) and text != "-0":', "if text.isdigit():",
        ("tests/rows/test_values_zeros.py",),
    ),
    Break(
        "throwaway: what came while waiting for the lock is overlooked when it is made", "kallithea_dbdev/throwaway.py",
        "        refuse_target(instance, ini, database, remarks.append)\n        maker =", "        maker =",
        ("tests/commands/test_throwaway_refusals.py",),
    ),
    Break(
        "throwaway: what came while waiting for the lock is overlooked when it is dropped",
        "kallithea_dbdev/throwaway.py",
        "            refuse_target(instance, ini, database, remarks.append)\n            # From the first",
        "            # From the first",
        ("tests/commands/test_throwaway_refusals.py",),
    ),
    Break(
        "--from leaves the message queue on", "kallithea_dbdev/derived.py", ', "use_celery": "false"', "",
        ("tests/commands/test_throwaway_from.py",),
    ),
    Break(
        "--from leaves SSH on", "kallithea_dbdev/derived.py", ', "ssh_enabled": "false"', "",
        ("tests/commands/test_throwaway_from.py",),
    ),
    Break(
        "--from leaves the sessions in the database", "kallithea_dbdev/derived.py", '"session.type": "file", ', "",
        ("tests/test_derived.py", "-x"),
    ),
    Break(
        "scripts are loaded once", "kallithea_dbdev/migrations.py",
        "        _load(script)\n", "        pass\n",
        ("tests/test_migrations_afresh.py",),
    ),
    Break(
        "a reader that has gone is a defect", "kallithea_dbdev/commands/streams.py",
        "    except BrokenPipeError as error:\n", "    except ZeroDivisionError as error:\n",
        ("tests/commands/test_base.py",),
    ),
    Break(
        "Ctrl-C ends the child before its parent can say so", "kallithea_dbdev/signals.py",
        "_arrived if number == signal.SIGTERM else _left_to_the_parent", "_arrived",
        ("tests/test_processes_signals.py",),
    ),
    Break(
        "notes can be accepted", "kallithea_dbdev/verification/accepted.py",
        "if entry is None or finding.severity == NOTE:", "if entry is None:",
        ("tests/verification/test_accepted_notes.py",),
    ),
    Break(
        "notes are written into the file of accepted findings", "kallithea_dbdev/verification/accepted.py",
        "[finding for finding in report.findings if finding.severity != NOTE]", "list(report.findings)",
        ("tests/verification/test_accepted_notes.py",),
    ),
    Break(
        "what carries no mark is replaced", f"{ENGINES}/database.py",
        "        if self.exists() and not self.is_throwaway() and not self.is_empty():\n", "        if False:\n",
        (CONTRACT, "-k", "sqlite and no_mark"),
    ),
    Break(
        "what carries no mark is dropped", f"{ENGINES}/database.py",
        "        if self.exists() and not self.is_throwaway():\n", "        if False:\n",
        (CONTRACT, "-k", "no_mark"),
    ),
    Break(
        "warnings count always", "kallithea_dbdev/verification/result.py",
        "bad = (ERROR, WARNING) if strict else (ERROR,)", "bad = (ERROR, WARNING)",
        ("tests/verification/test_result.py",),
    ),
    # What nobody had ever seen red.
    Break(
        "orphans: what was so before counts as new",
        "kallithea_dbdev/rows/orphans.py",
        "(same if old[values] else new)",
        "(new if old[values] else same)",
        ("tests/rows/test_orphans.py",),
    ),
    Break(
        "orphans: NULL points at nothing",
        "kallithea_dbdev/rows/orphans.py",
        'broken = " AND ".join(f"{place} IS NOT NULL" for place in places)',
        "broken = '1 = 1'",
        ("tests/rows/test_orphans.py",),
    ),
    Break(
        "orphans: only the first of several rows that are the same is old",
        "kallithea_dbdev/rows/orphans.py",
        "        old[values] -= 1\n",
        "",
        ("tests/rows/test_orphans.py",),
    ),
    Break(
        "orphans: rows that are gone break no key",
        "kallithea_dbdev/rows/orphans.py",
        "or (column, kind) == (ROWS, REMOVED)\n",
        "or False\n",
        ("tests/rows/test_orphans.py",),
    ),
    Break(
        "orphans: a key of another strictness is not looked at",
        "kallithea_dbdev/rows/orphans.py",
        "                or earlier[1].enforcement != key.enforcement\n",
        "",
        ("tests/rows/test_orphans.py",),
    ),
    Break(
        "probes: rows collide with keys that come",
        "kallithea_dbdev/rows/probes.py",
        "self.keys + (self._coming if unlike else [])",
        "self.keys",
        ("tests/rows/test_probes.py",),
    ),
    Break(
        "probes: two rows alike have NULLs",
        "kallithea_dbdev/rows/probes.py",
        "maker.row(turn, like=maker.full)",
        "maker.row(turn)",
        ("tests/rows/test_probes.py",),
    ),
    Break(
        "probes: a taken key of foreign keys is taken again",
        "kallithea_dbdev/rows/probes.py",
        "            if values not in taken:\n",
        "            if True:\n",
        ("tests/rows/test_probes.py",),
    ),
    Break(
        "probes: NULL is odd where the real row has it",
        "kallithea_dbdev/rows/oddities.py",
        "if column.nullable and usual is not None:",
        "if column.nullable:",
        ("tests/rows/test_oddities.py",),
    ),
    Break(
        "stricter: a new CHECK is none",
        "kallithea_dbdev/rows/stricter.py",
        "    if _new_checks(before, after):\n        return True\n",
        "",
        ("tests/rows/test_stricter.py",),
    ),
    Break(
        "stricter: any unique index that is there is new",
        "kallithea_dbdev/rows/stricter.py",
        "if index.unique and (index.keys, index.predicate) not in old]",
        "if index.unique]",
        ("tests/rows/test_stricter.py",),
    ),
    Break(
        "postgresql: triggers behind a key that are disabled on the other table only",
        "kallithea_dbdev/engines/postgresql/catalogue.py",
        "WHERE g.tgconstraint = k.oid\n",
        "WHERE g.tgconstraint = k.oid AND g.tgrelid = k.conrelid\n",
        ("tests/engines/postgresql/test_disabled_keys.py",),
    ),
    Break(
        "postgresql: always is as usual",
        "kallithea_dbdev/engines/postgresql/catalogue.py",
        '"R": " (on replicas)", "A": " (always)"',
        '"R": " (on replicas)", "A": ""',
        ("tests/engines/postgresql/test_disabled_keys.py",),
    ),
    Break(
        "set-ups: the current one becomes older",
        "kallithea_dbdev/rows/set_ups.py",
        "self._in(releases[place + 1 :], old, asked)",
        "self._in(releases, old, asked)",
        ("tests/rows/test_set_ups.py",),
    ),
    Break(
        "set-ups: all releases are asked at once",
        "kallithea_dbdev/rows/set_ups.py",
        "        if self._in(self._released, said, asked):\n            return True\n",
        "",
        ("tests/rows/test_set_ups.py",),
    ),
    Break(
        "set-ups: one release is all",
        "kallithea_dbdev/rows/set_ups.py",
        "bool(sources) and all(self._in",
        "bool(sources) and any(self._in",
        ("tests/rows/test_set_ups.py",),
    ),
    Break(
        "naming: numbers are masked",
        "kallithea_dbdev/rows/naming.py",
        "    if isinstance(value, (int, float, Decimal)):\n        return shown(value)\n",
        "",
        ("tests/rows/test_naming.py",),
    ),
    Break(
        "naming: any unique key names a row, not the shortest",
        "kallithea_dbdev/rows/naming.py",
        "key=lambda key: (len(key), not key[-1]",
        "key=lambda key: (-len(key), not key[-1]",
        ("tests/rows/test_naming.py",),
    ),
    Break(
        "naming: a number that points is a surrogate",
        "kallithea_dbdev/rows/naming.py",
        " and not pointing",
        "",
        ("tests/rows/test_naming.py",),
    ),
    Break(
        "undone: a foreign key's new number is another value",
        "kallithea_dbdev/rows/reading.py",
        "        if not self._undoes or not names_what_it_points_at(",
        "        if True or not names_what_it_points_at(",
        ("tests/rows/test_undone.py",),
    ),
    Break(
        "undone: what came back says anything",
        "kallithea_dbdev/rows/reading.py",
        "            if old != new:\n                before, after",
        "            if False:\n                before, after",
        ("tests/rows/test_undone.py",),
    ),
    Break(
        "undone: a row of any name comes back",
        "kallithea_dbdev/rows/reading.py",
        "if column.name in self._naming)\n\n    def _compare_sayings",
        ")\n\n    def _compare_sayings",
        ("tests/rows/test_undone.py",),
    ),
    Break(
        "undoing: a number may be made of another by any step",
        "kallithea_dbdev/rows/undoing.py",
        "        if any(_names(script, number) for number in _steps(before, after)):\n",
        "        if True:\n",
        ("tests/rows/test_undoing.py",),
    ),
    Break(
        "written: releases are listed the other way round",
        "kallithea_dbdev/verification/written.py",
        "tuple(map(SetUpRows, RELEASES))",
        "tuple(map(SetUpRows, reversed(RELEASES)))",
        ("tests/verification/test_written.py",),
    ),
    Break(
        "places: a table of another class",
        "kallithea_dbdev/verification/places.py",
        "_table_of(node) == table:",
        "_table_of(node):",
        ("tests/verification/test_places.py",),
    ),
    Break(
        "places: a name within a word",
        "kallithea_dbdev/verification/places.py",
        'name in text.replace("(", " ").replace(\'"\', " ").replace("`", " ").split()',
        "name in text",
        ("tests/verification/test_places.py",),
    ),
    Break(
        "places: the table comes first",
        "kallithea_dbdev/verification/places.py",
        "for name in (finding.object, finding.table) if name)",
        "for name in (finding.table, finding.object) if name)",
        ("tests/verification/test_places.py",),
    ),
    Break(
        "places: the last line",
        "kallithea_dbdev/verification/places.py",
        "return min(lines)",
        "return max(lines)",
        ("tests/verification/test_places.py",),
    ),
    Break(
        "causes: what SQLAlchemy wraps is a defect",
        "kallithea_dbdev/causes.py",
        "return cause_of(origin) if isinstance(origin, Exception) else None",
        "return None",
        ("tests/test_causes.py",),
    ),
    Break(
        "causes: our own import is the installation's",
        "kallithea_dbdev/causes.py",
        'if package in ("", "kallithea_dbdev"):',
        'if package in ("",):',
        ("tests/test_causes.py",),
    ),
    Break(
        "causes: a damaged disk is one table's",
        "kallithea_dbdev/causes.py",
        '_DISK = ("database or disk is full", "disk I/O error", "database disk image is malformed", "out of memory")',
        '_DISK = ("database or disk is full",)',
        ("tests/test_causes.py",),
    ),
    Break(
        "causes: the second name of a move is left out",
        "kallithea_dbdev/causes.py",
        "found = (error.filename, error.filename2)",
        "found = (error.filename,)",
        ("tests/test_causes.py",),
    ),
    Break(
        "answers: after a failed upgrade the rest is known",
        "kallithea_dbdev/reports/answers.py",
        "EQUALS: looked and not failed, KEEPS: looked and not failed",
        "EQUALS: looked, KEEPS: looked",
        ("tests/reports/test_answers.py",),
    ),
    Break(
        "answers: an accepted warning is a wrong that is known",
        "kallithea_dbdev/reports/answers.py",
        "any(f.severity == ERROR and question_of(f) == question for f in accepted)",
        "any(question_of(f) == question for f in accepted)",
        ("tests/reports/test_answers.py",),
    ),
    Break(
        "answers: a step down answers by its code",
        "kallithea_dbdev/reports/answers.py",
        "if finding.direction == DOWNGRADE or finding.code",
        "if finding.code",
        ("tests/reports/test_answers.py",),
    ),
    Break(
        "junit: warnings never fail",
        "kallithea_dbdev/reports/junit.py",
        "severities = (ERROR, WARNING) if page.strict else (ERROR,)",
        "severities = (ERROR,)",
        ("tests/reports/test_junit.py",),
    ),
    Break(
        "junit: a step is blamed for the other direction",
        "kallithea_dbdev/reports/junit.py",
        "c for c in wrong if (c.first.revision, c.first.direction) == (step.revision, step.direction)",
        "c for c in wrong if c.first.revision == step.revision",
        ("tests/reports/test_junit.py",),
    ),
    Break(
        "junit: accepted ones are cases that ran",
        "kallithea_dbdev/reports/junit.py",
        'suite.set("skipped", str(len(list(suite.iter("skipped")))))',
        'suite.set("skipped", "0")',
        ("tests/reports/test_junit.py",),
    ),
    Break(
        "junit: what XML cannot hold",
        "kallithea_dbdev/reports/junit.py",
        'return _IMPOSSIBLE.sub("\\N{REPLACEMENT CHARACTER}", text)',
        "return text",
        ("tests/reports/test_junit.py",),
    ),
    Break(
        "past: the step from the base is not noted",
        "kallithea_dbdev/verification/walker.py",
        "        if first_time:\n            # From",
        "        if first_time and step.lower:\n            # From",
        ("tests/verification/test_past.py", "-k", "base"),
    ),
    Break(
        "probing: a fresh database may stand beside the copies",
        "kallithea_dbdev/verification/probing.py",
        "        known.fresh()\n",
        "        pass\n",
        ("tests/verification/test_past.py", "-k", "probing"),
    ),
    Break(
        "secrets: numbers of rows",
        "kallithea_dbdev/secrets.py",
        ' or (key.endswith("_id") and _ROW_NUMBER.match(value))',
        "",
        ("tests/test_secrets.py",),
    ),
)  # fmt: skip
