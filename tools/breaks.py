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
        "sqlite: texts are sorted by their collation", f"{ENGINES}/sqlite/database.py",
        'f"CAST({expression} AS TEXT) COLLATE BINARY" if text', 'f"CAST({expression} AS TEXT) COLLATE NOCASE" if text',
        (CONTRACT, "-k", "sqlite and texts_are_ordered"),
    ),
    Break(
        "mysql: texts are compared by their collation", f"{ENGINES}/mysql/database.py",
        'return f"CAST({name} AS BINARY)" if column.charset else name', "return name",
        (CONTRACT, "-k", "mysql and texts_differ"),
    ),
    Break(
        "mysql: texts are sorted by their collation", f"{ENGINES}/mysql/database.py",
        'return f"CAST(CONVERT({expression} USING utf8mb4) AS BINARY)" if text else expression', "return expression",
        (CONTRACT, "-k", "mysql and texts_are_ordered"),
    ),
    Break(
        "mysql: a row with the number 0 is numbered anew in the copy", f"{ENGINES}/mysql/database.py",
        "unique_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'", "unique_checks = 0, sql_mode = ''",
        (CONTRACT, "-k", "mysql and copy_is_exact"),
    ),
    Break(
        '"007" is 7', "kallithea_dbdev/rows/values.py",
        'plain = not isinstance(value, str) or text == format(number.normalize(), "f")', "plain = True",
        ("tests/rows/test_values_zeros.py",),
    ),
    Break(
        "throwaway: what came while waiting for the lock is overlooked when it is made", "kallithea_dbdev/throwaway.py",
        "        # Again, now that nobody else can change it.\n        refuse_target(instance, ini, database)\n", "",
        ("tests/commands/test_throwaway_refusals.py",),
    ),
    Break(
        "throwaway: what came while waiting for the lock is overlooked when it is dropped",
        "kallithea_dbdev/throwaway.py",
        "            database.clear_leftovers()\n            refuse_target(instance, ini, database)\n",
        "            database.clear_leftovers()\n",
        ("tests/commands/test_throwaway_refusals.py",),
    ),
    Break(
        "--from leaves the message queue on", "kallithea_dbdev/throwaway.py", '        "use_celery": "false",\n', "",
        ("tests/commands/test_throwaway_from.py",),
    ),
    Break(
        "--from leaves SSH on", "kallithea_dbdev/throwaway.py", '        "ssh_enabled": "false",\n', "",
        ("tests/commands/test_throwaway_from.py",),
    ),
    Break(
        "--from leaves the sessions in the database", "kallithea_dbdev/throwaway.py",
        '        "session.type": "file",\n', "",
        ("tests/commands/test_throwaway_from.py",),
    ),
    Break(
        "scripts are loaded once", "kallithea_dbdev/migrations.py",
        '        exec(compile(self.source(revision), script.path, "exec"), vars(script.module))\n',
        "",
        ("tests/test_migrations_afresh.py",),
    ),
    Break(
        "a reader that has gone is a defect", "kallithea_dbdev/commands/base.py",
        "        except BrokenPipeError:\n", "        except ZeroDivisionError:\n",
        ("tests/commands/test_base.py",),
    ),
    Break(
        "Ctrl-C ends the child before its parent can say so", "kallithea_dbdev/processes.py",
        "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n", "",
        ("tests/test_processes_signals.py",),
    ),
    Break(
        "notes can be accepted", "kallithea_dbdev/verification/accepted.py",
        "if entry is None or finding.severity == NOTE or", "if entry is None or",
        ("tests/verification/test_accepted_notes.py",),
    ),
    Break(
        "notes are written into the file of accepted findings", "kallithea_dbdev/verification/accepted.py",
        "[finding for finding in report.findings if finding.severity != NOTE]", "list(report.findings)",
        ("tests/verification/test_accepted_notes.py",),
    ),
    Break(
        "sqlite: what carries no mark is replaced and dropped", f"{ENGINES}/sqlite/database.py",
        "        if self.exists() and not self.is_empty() and not self.is_throwaway():\n", "        if False:\n",
        (CONTRACT, "-k", "sqlite and no_mark"),
    ),
    Break(
        "servers: what carries no mark is replaced and dropped", f"{ENGINES}/server.py",
        "        if self.exists() and not self.is_empty() and not self.is_throwaway():\n", "        if False:\n",
        (CONTRACT, "-k", "no_mark"),
    ),
    Break(
        "warnings count always", "kallithea_dbdev/verification/result.py",
        "bad = (ERROR, WARNING) if strict else (ERROR,)", "bad = (ERROR, WARNING)",
        ("tests/verification/test_result.py",),
    ),
)  # fmt: skip
