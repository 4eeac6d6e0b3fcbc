"""A finding is data; this is the catalogue of all kinds.

``Finding`` is one thing that is wrong in one place. ``CATALOGUE`` tells of each code what it
means, why it matters and how to mend it; the documentation page is generated from it.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Dict, Iterable, Optional

from .errors import UsageError

ERROR, WARNING, NOTE = "error", "warning", "note"

#: Worst first: the order in which reports list findings.
SEVERITIES = (ERROR, WARNING, NOTE)


@dataclass(frozen=True)
class Kind:
    """One kind of finding. ``fix`` may hold {table}, {object}, {revision} and {expected}."""

    code: str
    severity: str
    what: str
    why: str
    fix: str


@dataclass(frozen=True)
class Finding:
    """One finding. ``revision`` and ``direction`` are those of the step that is to blame;
    None where no step under test is. ``migrated`` and ``expected`` are the two values."""

    code: str
    severity: str
    engine: str
    message: str
    fix: str
    table: Optional[str] = None
    object: Optional[str] = None
    aspect: Optional[str] = None
    revision: Optional[str] = None
    direction: Optional[str] = None
    migrated: Optional[str] = None
    expected: Optional[str] = None
    statement: Optional[str] = None
    traceback: Optional[str] = None
    #: The place in the source, where one is to blame.
    file: Optional[str] = None
    line: Optional[int] = None
    #: The recorded release with which it was found; None for the configured database.
    release: Optional[str] = None
    #: The release that the database began as, where that is what makes it so; None where it is the
    #: database's own, or nobody knows.
    began: Optional[str] = None
    #: The revision of the script that has made it so in databases of that release, long before this run.
    since: Optional[str] = None

    @property
    def where(self) -> str:
        """The object as people write it: ``users.email``, ``users (CHECK ...)``, or the table."""
        if self.table and self.object:
            # A constraint without a name is told by its text.
            return f"{self.table}{' ' if ' ' in self.object else '.'}{self.object}"
        return self.table or self.object or (f"revision {self.revision}" if self.revision else "database")


_KINDS = (
    # -- tables ---------------------------------------------------------------------------------
    Kind(
        "table-missing",
        ERROR,
        "The models have a table that the migrated database lacks.",
        "The first query on it fails.",
        "create it in upgrade()",
    ),
    Kind(
        "table-extra",
        ERROR,
        "The migrated database has a table that it should not have.",
        "It is dead weight, or data that somebody still expects to be used.",
        "drop it in upgrade(), or leave out what makes it",
    ),
    Kind(
        "table-option",
        ERROR,
        "A table has another option (engine, character set, collation, ON CONFLICT, ...) than the models give.",
        "The database reacts in another way to the same statement, or refuses text.",
        "give {table} the option: {expected}",
    ),
    Kind(
        "autoincrement",
        ERROR,
        "A table has lost (or gained) AUTOINCREMENT.",
        "Without it SQLite gives the ids of deleted rows to new rows: old links and log entries "
        "then point at the wrong thing. An SQLite batch rebuild drops it silently.",
        "keep it in the rebuild: op.batch_alter_table('{table}', table_kwargs={{'sqlite_autoincrement': True}})",
    ),
    Kind(
        "leftover-table",
        ERROR,
        "A table of a died batch rebuild is still there.",
        "It may hold the only copy of the rows, and the next run of the same step fails on it.",
        "look into it; rename it to the real table if that is gone, else drop it",
    ),
    # -- columns --------------------------------------------------------------------------------
    Kind(
        "column-missing",
        ERROR,
        "The models have a column that the migrated database lacks.",
        "Every query on the table names all columns and fails.",
        "add {object} in upgrade()",
    ),
    Kind(
        "column-extra",
        ERROR,
        "The migrated database has a column that it should not have.",
        "If it is NOT NULL without a server default, no row can be inserted any more.",
        "drop {object} in upgrade(), or leave out what adds it",
    ),
    Kind(
        "column-type",
        ERROR,
        "A column has another type or length.",
        "Values that the application writes are cut, refused or converted.",
        "give {object} the type {expected}",
    ),
    Kind(
        "column-nullability",
        ERROR,
        "A column allows NULL on one side only.",
        "Either the application meets a NULL that it does not expect, or an insert fails.",
        "make {object} {expected}",
    ),
    Kind(
        "column-default",
        ERROR,
        "A column has another server default.",
        "Rows that other programs or older versions insert get another value, or fail.",
        "give {object} the server default {expected}",
    ),
    Kind(
        "column-collation",
        ERROR,
        "A column compares and sorts text by other rules.",
        "Look-ups that ignored letter case no longer do, and unique means something else.",
        "give {object} the collation {expected}; SQLite's batch rebuild must be told of it",
    ),
    Kind(
        "column-generated",
        ERROR,
        "A generated column is computed in another way, or is not generated.",
        "Its values are wrong or stay empty.",
        "drop {object} and add it again, computed as {expected}",
    ),
    Kind(
        "column-charset",
        ERROR,
        "A column has another character set.",
        "Text that the application writes is refused or mangled.",
        "give {object} the character set {expected}",
    ),
    Kind(
        "column-on-update",
        ERROR,
        "A column is (or is not) set anew by the server on each UPDATE.",
        "Times change that should stay, or stay that should change.",
        "give {object} what it is to be on UPDATE: {expected}",
    ),
    Kind(
        "column-identity",
        ERROR,
        "A column counts up by itself on one side only.",
        "Inserts without a value for it fail.",
        "let {object} count: {expected}",
    ),
    Kind(
        "comment",
        ERROR,
        "A comment on a table or column is another one.",
        "The next migration that is autogenerated brings it up again.",
        "set the comment to {expected}",
    ),
    Kind(
        "column-order",
        NOTE,
        "The columns stand in another order.",
        "Nothing in Kallithea depends on it; INSERT without column names would.",
        "nothing to do",
    ),
    # -- constraints ----------------------------------------------------------------------------
    Kind(
        "primary-key",
        ERROR,
        "The primary key is over other columns, or is missing.",
        "Rows can no longer be told apart in the way the application does.",
        "make the primary key {expected}",
    ),
    Kind(
        "unique-missing",
        ERROR,
        "A unique constraint of the models is missing.",
        "Duplicates get in, and the application fails on them later.",
        "create it in upgrade(): {expected}",
    ),
    Kind(
        "unique-extra",
        ERROR,
        "There is a unique constraint that should not be there.",
        "Inserts fail that the application takes for valid.",
        "drop {object} in upgrade(), or leave out what makes it",
    ),
    Kind(
        "check-missing",
        ERROR,
        "A CHECK constraint of the models is missing.",
        "Values get in that the models forbid. Alembic's autogenerate does not see CHECK "
        "constraints, and an SQLite batch rebuild drops them silently.",
        "create it in upgrade(): {expected}",
    ),
    Kind(
        "check-extra",
        ERROR,
        "There is a CHECK constraint that should not be there.",
        "Inserts fail that the application takes for valid.",
        "drop {object} in upgrade(), or leave out what makes it",
    ),
    Kind(
        "check-differs",
        ERROR,
        "A CHECK constraint of the same name has another expression.",
        "Values are refused or let in against the models.",
        "drop {object} and create it again as {expected}",
    ),
    Kind(
        "foreign-key-missing",
        ERROR,
        "A foreign key of the models is missing.",
        "Rows can point at nothing.",
        "create it in upgrade(): {expected}",
    ),
    Kind(
        "foreign-key-extra",
        ERROR,
        "There is a foreign key that should not be there.",
        "Deletes and inserts fail that the application takes for valid.",
        "drop {object} in upgrade(), or leave out what makes it",
    ),
    Kind(
        "foreign-key-differs",
        ERROR,
        "A foreign key does something else on DELETE or UPDATE, or is checked at another time.",
        "Deleting a row removes, keeps or refuses other rows than the models say.",
        "drop {object} and create it again with {expected}",
    ),
    Kind(
        "name",
        ERROR,
        "A constraint or index does the right thing under the wrong name.",
        "A later migration that drops it by name fails on this database.",
        "drop it and create it again as {expected}",
    ),
    # -- indexes, views, triggers ---------------------------------------------------------------
    Kind(
        "index-missing",
        ERROR,
        "An index of the models is missing.",
        "Look-ups get slow as the table grows; a missing unique index lets duplicates in.",
        "create it in upgrade(): {expected}",
    ),
    Kind(
        "index-extra",
        ERROR,
        "There is an index that should not be there.",
        "Each write keeps it up to date for nothing; a unique one refuses valid rows.",
        "drop {object} in upgrade(), or leave out what makes it",
    ),
    Kind(
        "index-differs",
        ERROR,
        "An index of the same name has other columns, order, uniqueness or predicate.",
        "The look-up that it was made for does not use it.",
        "drop {object} and create it again with {expected}",
    ),
    Kind(
        "view-missing",
        ERROR,
        "A view is missing.",
        "Whatever reads it fails.",
        "create it in upgrade(): {expected}",
    ),
    Kind(
        "view-extra",
        ERROR,
        "There is a view that should not be there.",
        "A view on a table makes the next SQLite batch rebuild of that table fail half-way.",
        "drop {object} in upgrade(), or leave out what makes it",
    ),
    Kind(
        "view-differs",
        ERROR,
        "A view shows something else.",
        "Its readers get other rows.",
        "drop {object} and create it again",
    ),
    Kind(
        "trigger-missing",
        ERROR,
        "A trigger is missing.",
        "What it did is no longer done. An SQLite batch rebuild drops triggers silently.",
        "create it again at the end of the step: {expected}",
    ),
    Kind(
        "trigger-extra",
        ERROR,
        "There is a trigger that should not be there.",
        "It does something that nobody expects.",
        "drop {object} in upgrade(), or leave out what makes it",
    ),
    Kind(
        "trigger-differs",
        ERROR,
        "A trigger does something else.",
        "Its effect is another one.",
        "drop {object} and create it again",
    ),
    Kind(
        "sequence-missing",
        ERROR,
        "A sequence is missing.",
        "The next insert that wants a number from it fails.",
        "create {object} in upgrade()",
    ),
    Kind(
        "sequence-extra",
        ERROR,
        "There is a sequence that should not be there.",
        "It is dead weight: its column is gone or does not use it.",
        "drop {object} in upgrade(); if another one is missing, rename it to that",
    ),
    Kind(
        "sequence-differs",
        ERROR,
        "A sequence counts in another way, or another column owns it, or none.",
        "Without an owner it stays when its table is dropped, and the next upgrade fails on it.",
        "alter {object}: {expected}",
    ),
    Kind(
        "enum-missing",
        ERROR,
        "An enum type is missing.",
        "No column of that type can be made.",
        "create {object} in upgrade() with the values {expected}",
    ),
    Kind(
        "enum-extra",
        ERROR,
        "There is an enum type that should not be there.",
        "The upgrade that makes it again fails.",
        "drop {object} in the function that drops its last user",
    ),
    Kind(
        "enum-differs",
        ERROR,
        "An enum type has other values, or the same in another order.",
        "Values are refused, and comparisons give another order.",
        "give {object} the values {expected}",
    ),
    Kind(
        "routine-missing",
        ERROR,
        "A function or procedure is missing.",
        "The trigger, view or query that calls it fails.",
        "create {object} in upgrade()",
    ),
    Kind(
        "routine-extra",
        ERROR,
        "There is a function or procedure that should not be there.",
        "The upgrade that makes it again fails.",
        "drop {object} in upgrade(), or leave out what makes it",
    ),
    Kind(
        "routine-differs",
        ERROR,
        "A function or procedure does something else.",
        "So do the triggers and views that call it.",
        "drop {object} and create it again",
    ),
    # -- owners, privileges, additions ----------------------------------------------------------
    Kind(
        "owner-changed",
        ERROR,
        "A step gives a table, view, sequence or routine another owner.",
        "A table that is made anew belongs to whoever runs the migration: the application may no longer "
        "read or alter it where that is another role.",
        "alter it in place, or give it back at the end of the step: op.execute('ALTER ... {object} OWNER TO {expected}')",
    ),
    Kind(
        "privilege-lost",
        ERROR,
        "A step takes privileges away that others have on a table, column, view, sequence, routine or schema.",
        "What is made anew, or gets another name, has none of them: a role that reads reports or makes "
        "backups is refused after the upgrade.",
        "alter it in place; else read the privileges before the step and grant them again after it",
    ),
    Kind(
        "addition-lost",
        ERROR,
        "A step takes away, or changes, what a site has of a kind that no models know: a publication, a statistics "
        "object, a collation, a cast, an extension.",
        "A table that is made anew is in no publication, and has no statistics objects: who follows it gets nothing "
        "any more, and queries get slow; a search or an order of the site's fails.",
        "alter in place what it is on, and leave it alone; else read it before the step and make it again after it",
    ),
    # -- rows -----------------------------------------------------------------------------------
    Kind(
        "rows-lost",
        ERROR,
        "A step removes rows, and neither declares it nor removes what a set-up once wrote.",
        "A DELETE that hits too much, a rebuild, a cascade or a conflict rule removes data on every "
        "site that upgrades.",
        "mend the statement, or declare it in the script: data_changes = [('{table}', '*', 'removed')]",
    ),
    Kind(
        "rows-added",
        ERROR,
        "A step adds rows that are not what a fresh set-up writes, and does not declare them.",
        "They are misspelt, or nobody knows of them.",
        "write what a fresh set-up writes, or declare it: data_changes = [('{table}', '*', 'added')]",
    ),
    Kind(
        "not-known",
        ERROR,
        "A draft changes a column of which an engine that was not asked may have more than the others tell.",
        "What the script says for that engine is a guess.",
        "draft it with --engine sqlite,postgresql,mysql",
    ),
    Kind(
        "rows-refused",
        ERROR,
        "A script raises as soon as a table holds a row that the schema before the step allows.",
        "The rows of the database at hand are few; there are sites with such a row, and their upgrade or downgrade "
        "fails. That a downgrade fails at a row that only the newer schema takes is a warning.",
        "UPDATE or DELETE such rows first, and declare it: data_changes = [('{table}', '{object}', 'changed', "
        "'...')]; or do not make the table stricter",
    ),
    Kind(
        "rows-orphaned",
        ERROR,
        "A step leaves rows that point at rows which are not there, or makes a foreign key over such rows.",
        "The application fails on them, and servers refuse the foreign key, or the copy of such a database.",
        "delete what points at them as well, or set it to NULL, and declare it in data_changes",
    ),
    Kind(
        "rows-orphaned-before",
        NOTE,
        "Rows pointed at rows which are not there already before the step.",
        "It is no fault of the step, but the database will not be taken by another server.",
        "look where they came from; delete them, or set them to NULL",
    ),
    Kind(
        "values-changed",
        ERROR,
        "A step changes values and does not declare it.",
        "An UPDATE that hits too much changes data on every site that upgrades.",
        "mend the statement, or declare it: data_changes = [('{table}', '{object}', 'changed')]",
    ),
    Kind(
        "values-filled",
        ERROR,
        "A step turns NULL into an empty text or zero, and does not declare it.",
        "NULL says that there is no value; the application takes empty and zero for one.",
        "keep NULL, or declare it: data_changes = [('{table}', '{object}', 'changed', '{object} IS NULL')]",
    ),
    Kind(
        "values-truncated",
        ERROR,
        "A step cuts texts short.",
        "What is cut off is gone on every site that upgrades.",
        "keep the column long enough, or move what is longer before you shorten it",
    ),
    Kind(
        "values-mangled",
        ERROR,
        "A step spoils non-ASCII text.",
        "Names and comments of people turn into question marks or worse; no downgrade brings them back.",
        "convert with the right character set: the old bytes must be read with the set that they are in",
    ),
    Kind(
        "values-altered",
        ERROR,
        "A change of type alters numbers, booleans, dates or texts.",
        "Digits, fractions or times of day are lost on every site that upgrades.",
        "choose a type that holds every value, or convert with an expression that keeps it",
    ),
    Kind(
        "values-too-long",
        ERROR,
        "A step makes a column shorter than texts that are in it.",
        "SQLite does not mind, PostgreSQL and MySQL refuse the upgrade.",
        "shorten or move the values first, and declare it: "
        "data_changes = [('{table}', '{object}', 'changed', 'length({object}) > ...')]",
    ),
    Kind(
        "values-misfit",
        ERROR,
        "A step gives a column a type that values in it are not of.",
        "SQLite does not mind, PostgreSQL and MySQL refuse the upgrade, and the application fails on them.",
        "convert the values first, and declare it: data_changes = [('{table}', '{object}', 'changed', '...')]",
    ),
    Kind(
        "values-misfit-before",
        NOTE,
        "Values were too long for their column, not of its type, or against a rule of their table, already before "
        "the step.",
        "Who writes or reads such a row may fail at it, and another server will not take it. It is no fault of the "
        "step.",
        "look where they came from, and mend them on that site",
    ),
    Kind(
        "rename-lost",
        ERROR,
        "A column (or table) is dropped and one that fits is added without its values.",
        "What looks like a rename to autogenerate's eye loses every value.",
        "rename it, instead of dropping the one and adding the other",
    ),
    Kind(
        "column-dropped-with-values",
        NOTE,
        "An upgrade drops a column that holds values.",
        "They are gone on every site that upgrades.",
        "move what is still needed to its new place before {object} is dropped",
    ),
    Kind(
        "table-dropped-with-rows",
        NOTE,
        "An upgrade drops a table that holds rows.",
        "The rows are gone on every site that upgrades.",
        "move what is still needed to its new place before {table} is dropped",
    ),
    Kind(
        "downgrade-loses-data",
        ERROR,
        "A downgrade drops what was there before the upgrade.",
        "A site that has to go back loses data that the upgrade had kept.",
        "drop in downgrade() only what upgrade() adds",
    ),
    Kind(
        "not-restored",
        ERROR,
        "A downgrade leaves data as the upgrade made it, although the values before can be told.",
        "A site that has to go back meets data that the older version does not understand.",
        "undo it in downgrade(): the reverse UPDATE, INSERT or DELETE",
    ),
    Kind(
        "trigger-broken",
        WARNING,
        "A trigger that worked before a step fails after it, and with it whatever makes it fire.",
        "Servers keep it as it was written when a table or column goes or is renamed: no row can be written.",
        "drop {object} before the step and create it again by the new names; where it is the site's own, say so in the "
        "release notes",
    ),
    Kind(
        "routine-broken",
        WARNING,
        "A function or procedure that worked before a step names what is not there after it.",
        "Servers keep it as it was written: who calls it gets an error.",
        "create {object} again by the new names at the end of the step; where it is the site's own, say so in the "
        "release notes",
    ),
    Kind(
        "view-broken",
        WARNING,
        "A view that could be read before a step cannot be read after it.",
        "Whoever reads it gets an error: the database keeps it when a table or column that it names goes or is renamed.",
        "drop {object} before the step and create it again by the new names; where it is the site's own, say so in the "
        "release notes",
    ),
    Kind(
        "cannot-restore",
        WARNING,
        "After upgrade and downgrade data is missing that the upgrade had thrown away.",
        "A site that has to go back loses data.",
        "say so in the release notes, or keep it until the next version",
    ),
    Kind(
        "declaration-broken",
        ERROR,
        "data_changes of a script cannot be understood.",
        "Nothing that it declares is accepted.",
        "write tuples: data_changes = [('ui', 'ui_value', 'changed', \"ui_section = 'hooks'\")]",
    ),
    Kind(
        "counter-behind",
        ERROR,
        "A sequence is not beyond the highest number in its column.",
        "The next insert fails: the number is taken.",
        "set it at the end of the step (SELECT setval), beyond the highest number in {object}",
    ),
    Kind(
        "counter-back",
        WARNING,
        "The counter that numbers new rows was set back.",
        "Numbers of deleted rows are given to new ones: old links and log entries then point at the "
        "wrong thing. An SQLite batch rebuild forgets the mark of the highest number.",
        "remember it before the step and set it after: the next number of {table} is {expected}",
    ),
    Kind(
        "default-missing",
        ERROR,
        "A row that a fresh set-up writes is missing after the upgrade.",
        "The application looks for it: a permission that cannot be granted, a hook that does not run.",
        "insert it in upgrade(), just as a fresh set-up writes it",
    ),
    Kind(
        "default-differs",
        ERROR,
        "A row that a fresh set-up writes has another type, flag or value after the upgrade.",
        "The application reads it in another way, or a hook points at code that is not there.",
        "write in upgrade() what a fresh set-up writes: {expected}",
    ),
    Kind(
        "default-obsolete",
        NOTE,
        "Rows that an older set-up wrote and the current one does not are still there.",
        "They are harmless as long as the code ignores them.",
        "delete them in upgrade() if they do harm",
    ),
    # -- steps ----------------------------------------------------------------------------------
    Kind(
        "upgrade-fails",
        ERROR,
        "upgrade() of a script raises.",
        "The site is stuck between two versions, on SQLite and MySQL with half of the step done.",
        "mend the statement",
    ),
    Kind(
        "downgrade-fails",
        ERROR,
        "downgrade() of a script raises.",
        "A site that has to go back to the older version cannot.",
        "mend downgrade(), or raise NotImplementedError with a reason",
    ),
    Kind(
        "upgrade-again-fails",
        ERROR,
        "After the downgrade the upgrade does not run a second time.",
        "A site that went back once can never upgrade again.",
        "undo in downgrade() what upgrade() does, or look before you add whether it is there",
    ),
    Kind(
        "empty-table-fails",
        ERROR,
        "A script fails where a table that it reads has no rows.",
        "The table is empty in the database that was verified: it is the sample rows that the script ran with, and at "
        "this site, and at each new one, it does not run.",
        "look for what is not there: a query may give no row, max() and the like NULL (None)",
    ),
    Kind(
        "empty-table-differs",
        ERROR,
        "A script leaves another schema where a table that it reads has no rows.",
        "What a site has depends on its rows on the day of the upgrade: where the table was empty, the application "
        "fails later on what is not there.",
        "change the schema whatever rows there are; only rows may depend on rows",
    ),
    Kind(
        "chain-fails",
        ERROR,
        "Scripts that run one by one fail in one run of Alembic.",
        "A site that is more than one version behind runs them all in one session, on PostgreSQL in one transaction: "
        "what one leaves there (a temporary table, a setting, a transaction that it has ended, rows that deferred "
        "constraints still look at) the next one meets, and the site stays at the older version.",
        "let the scripts before it leave nothing in the session: drop the temporary table, SET LOCAL instead of SET, "
        "SET CONSTRAINTS ALL IMMEDIATE, no COMMIT or ROLLBACK",
    ),
    Kind(
        "chain-differs",
        ERROR,
        "Scripts leave another database in one run of Alembic than one by one.",
        "What a site has depends on how many versions it went up at once: one leaves something in the session (a "
        "temporary table, a setting, a transaction that it has ended) that the next one meets.",
        "let each script leave nothing in the session: drop its temporary tables, SET LOCAL instead of SET, no COMMIT "
        "or ROLLBACK",
    ),
    Kind(
        "not-restartable",
        WARNING,
        "A step that was stopped half-way cannot be run again (--crash-test).",
        "After a power cut or a full disk the site is stuck between two versions. PostgreSQL rolls "
        "all of it back; SQLite and MySQL keep what was done.",
        "look before each change whether it is done already, or say in the release notes: back up first",
    ),
    Kind(
        "long-lock",
        WARNING,
        "A step keeps other sessions from a table with rows for longer than --max-lock allows.",
        "Whoever writes to the table waits, or whoever reads it as well: as long as that lasts the site stands still.",
        "do it in a way that locks less, or in pieces; else say in the release notes for how long the site is to "
        "be stopped",
    ),
    Kind(
        "downgrade-irreversible",
        WARNING,
        "downgrade() raises NotImplementedError.",
        "There is no way back but the backup; the script says so on purpose.",
        "say so in the release notes",
    ),
    Kind(
        "downgrade-keeps-column",
        NOTE,
        "A downgrade leaves a column that the upgrade added.",
        "That is Kallithea's documented practice: no data is lost, older versions ignore it.",
        "nothing to do; upgrade() must look whether the column is there before it adds it",
    ),
    Kind(
        "older-insert-fails",
        ERROR,
        "After a downgrade the older version cannot insert a row.",
        "Its models name the columns that they know: for one that was left, NOT NULL without a default, they give "
        "nothing. A site that has gone back cannot write.",
        "undo in downgrade() what refuses the row",
    ),
    Kind(
        "older-schema",
        ERROR,
        "After a downgrade to a recorded release the schema is not that of the release.",
        "The release was never tried with such a database.",
        "undo it in downgrade()",
    ),
    Kind(
        "older-default-missing",
        ERROR,
        "After a downgrade to a recorded release rows are missing that its set-up wrote, and the current one does "
        "not.",
        "The release looks for them: a permission that cannot be granted, a hook that does not run.",
        "insert them in downgrade(), as the set-up of that release writes them: {expected}",
    ),
    Kind(
        "accept-unused",
        WARNING,
        "An entry of the file of accepted findings matches nothing any more.",
        "It would hide the same mistake if somebody made it again.",
        "remove the entry, or run with --update-accept",
    ),
    Kind(
        "accept-expired",
        WARNING,
        "An entry of the file of accepted findings has expired.",
        "What it accepted is reported again.",
        "mend the finding, or set another date",
    ),
    Kind(
        "accept-todo",
        WARNING,
        "An entry of the file of accepted findings has no reason yet.",
        "Nobody who meets it later can tell whether it was looked at.",
        "look at the finding, then mend it or say why it is accepted: reason = ...",
    ),
    Kind(
        "script-commits",
        WARNING,
        "A script commits by itself.",
        "If it fails after that, half of it stays done, on PostgreSQL, too.",
        "leave out the commit: Alembic commits when the step is done",
    ),
    Kind(
        "script-imports-models",
        WARNING,
        "A script imports Kallithea's live models.",
        "It runs for years; the models of that day have columns that the database does not have yet.",
        "write the table down in the script (sa.table), with the columns that it uses",
    ),
    Kind(
        "live-models-break",
        ERROR,
        "A script fails as soon as a model that it uses has one more column.",
        "The next change of the models makes this upgrade impossible.",
        "write the table down in the script (sa.table), with the columns that it uses",
    ),
    Kind(
        "function-never-runs",
        ERROR,
        "upgrade() or downgrade() of a script is one that Alembic passes over without a word.",
        "Each site is stamped as upgraded, and nothing of what stands there was done.",
        "leave one function of that name, a plain def without yield, with all that is to be done in it",
    ),
    Kind(
        "script-not-repeatable",
        WARNING,
        "A script reads the clock, chance or the environment.",
        "Each site gets another result, and nobody can say which one is right.",
        "write constants, or let the database compute it: sa.func.now()",
    ),
    Kind(
        "sql-needs-database",
        NOTE,
        "A step cannot be written as a file of SQL (--sql): its script looks into the database, or holds a value "
        "that nobody can write in SQL.",
        "Sites whose administrators run SQL by hand cannot pass it so.",
        "do without op.get_bind(), reflection and batch mode on SQLite, or say in the release notes that this "
        "step needs alembic itself",
    ),
    Kind(
        "sql-fails",
        ERROR,
        "The file of SQL for a step (--sql) is refused by the server.",
        "A site whose administrator runs it is stuck between two versions.",
        "mend the statement; where a semicolon inside a body ends it, use a trigger or routine of one statement",
    ),
    Kind(
        "sql-differs",
        ERROR,
        "The file of SQL for a step (--sql) makes something else than the step itself.",
        "Sites that upgrade by hand are not what they should be, and nothing tells.",
        "mend the script; what is in op.execute() as text doubles each %, unless env.py configures "
        "dialect_opts=dict(paramstyle='named')",
    ),
    Kind(
        "application-fails",
        ERROR,
        "A mapped class cannot load or save a row of the upgraded database.",
        "The application fails as soon as it uses that table.",
        "make the models and the migrated table fit",
    ),
    Kind(
        "check-failed",
        ERROR,
        "A check, the reading of a table or the work on one engine ended with an error.",
        "What it would have told nobody knows; everything else was checked.",
        "mend what the message names; --debug shows the traceback, for a report of a defect",
    ),
    # -- graph and stamp ------------------------------------------------------------------------
    Kind(
        "several-heads",
        ERROR,
        "The migration scripts have several heads.",
        "alembic upgrade head refuses to work.",
        "set down_revision of the newer script to the other head (or alembic merge heads)",
    ),
    Kind(
        "missing-revision",
        ERROR,
        "A script names a down_revision that no script has.",
        "Alembic cannot walk the chain at all.",
        "add the missing script, or mend down_revision",
    ),
    Kind(
        "duplicate-revision",
        ERROR,
        "Two scripts have the same revision identifier.",
        "Alembic takes one of them, and not always the same.",
        "give one of them another revision identifier",
    ),
    Kind(
        "circular-revision",
        ERROR,
        "Scripts name each other, or themselves, as what they follow.",
        "None of them can be the first: Alembic passes over them without a word, or fails.",
        "set down_revision of the oldest of them to what it was written on",
    ),
    Kind(
        "unreachable-revision",
        ERROR,
        "No way leads from a base over a script to a head.",
        "Alembic never runs it, or does not find a way to the head.",
        "mend its down_revision, or remove the script",
    ),
    Kind(
        "merged-twice",
        ERROR,
        "A script merges a branch that another one has merged already, or names one twice.",
        "Alembic fails on it, or leaves two ways on which a site may stand half-way.",
        "leave one merge",
    ),
    Kind(
        "script-broken",
        ERROR,
        "A script cannot be loaded.",
        "No Alembic command works while it is there.",
        "mend the script",
    ),
    Kind(
        "revision-too-long",
        ERROR,
        "A script has a revision identifier of more than 32 characters.",
        "alembic_version.version_num holds 32: SQLite keeps more, PostgreSQL and MySQL refuse the upgrade.",
        "give it a shorter revision identifier, in the scripts that name it as their down_revision, too",
    ),
    Kind(
        "not-stamped",
        ERROR,
        "The database has no Alembic revision.",
        "Alembic would run every script from the beginning.",
        "find out which revision its schema is at, then: alembic -c INI stamp REVISION",
    ),
    Kind(
        "stamp-wrong",
        ERROR,
        "The schema is that of another revision than the stamp says.",
        "Alembic skips steps that are needed, or runs some a second time.",
        "if that is so: alembic -c INI stamp {expected}; then upgrade",
    ),
    Kind(
        "original-changed",
        WARNING,
        "The configured database was written to during the run.",
        "This tool only reads it: somebody else works with it, or something in it leads from a copy back to it.",
        "look who writes to it (a running Kallithea?); if nobody does, look for a trigger or a foreign server "
        "in it, and report what you find",
    ),
    Kind(
        "stamp-lost",
        ERROR,
        "After the upgrade the database is not stamped with the head.",
        "Kallithea refuses to start, and the next upgrade begins at the wrong place.",
        "leave the table alembic_version alone in the scripts",
    ),
    Kind(
        "several-stamps",
        ERROR,
        "The database is stamped with several revisions.",
        "Kallithea starts with exactly one only.",
        "upgrade both branches to their merge",
    ),
    Kind(
        "unknown-stamp",
        ERROR,
        "The database is stamped with a revision that no script has.",
        "It was migrated by code that is not here: Alembic can go neither up nor down.",
        "get that script (another branch?), or start again from a copy made before it",
    ),
)

CATALOGUE: Dict[str, Kind] = {kind.code: kind for kind in _KINDS}


def make(code: str, engine: str, message: str, line: Optional[int] = None, **facts: Optional[str]) -> Finding:
    """A finding of that kind, with the catalogue's severity and fix unless ``facts`` say otherwise."""
    kind = CATALOGUE[code]
    severity = facts.pop("severity", None) or kind.severity
    fix = facts.pop("fix", None) or kind.fix.format(
        table=facts.get("table") or "...",
        object=facts.get("object") or "...",
        revision=facts.get("revision") or "...",
        expected=facts.get("expected") or "(none)",
    )
    return Finding(code=code, severity=severity, engine=engine, message=message, fix=fix, line=line, **facts)


def explain(code: str) -> str:
    """The long form of a finding code; "all" gives the list. Raises UsageError for any other."""
    if code == "all":
        return "\n".join(f"{kind.code:<26} {kind.severity:<8} {kind.what}" for kind in _KINDS)
    kind = CATALOGUE.get(code)
    if kind is None:
        near = difflib.get_close_matches(code, CATALOGUE, n=1)
        hint = f"did you mean {near[0]}?" if near else "--explain all lists them"
        raise UsageError(f"--explain {code}: there is no such finding code", hint)
    fix = kind.fix.format(table="TABLE", object="OBJECT", revision="REVISION", expected="EXPECTED")
    return f"{kind.code} ({kind.severity})\n\n{kind.what}\n\nWhy it matters: {kind.why}\n\nFix: {fix}"


def sort(findings: Iterable[Finding]) -> "tuple[Finding, ...]":
    """Worst first; within one severity in the order in which they were found."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))
