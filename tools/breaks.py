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
        "        refuse_target(instance, ini, database, remarks.append)\n        made_folders", "        made_folders",
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
        "            script.module = load_python_file(folder, name)\n", "            pass\n",
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
)  # fmt: skip
