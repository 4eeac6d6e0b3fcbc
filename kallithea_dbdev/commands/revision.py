"""``gearbox db-revision``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..messages import as_typed
from .base import DbdevCommand, cache_option, config_option, server_options

#: What says something of a draft, and nothing of the template.
_NOT_EMPTY = (
    "check", "replace", "sql", "fill", "rename", "rename-table", "no-rename", "keep-columns", "base", "engine",
)  # fmt: skip


class RevisionCommand(DbdevCommand):
    """draft the Alembic migration script for a model change, and prove it by running it

    Compares a released version's database, taken to the head by the scripts, with a fresh database
    that the current code makes, drafts the script, and runs it up, down, and up again: on that release
    and on a copy of the development database, if there is one. What cannot be drafted is named, and
    stands as TODO in the script.
    """

    epilog = """\
examples:
  gearbox db-revision -c development.ini -m "area: add cool feature"
  gearbox db-revision -c development.ini -m "..." --engine sqlite,postgresql,mysql
  gearbox db-revision -c development.ini --replace
  gearbox db-revision -c development.ini --check

exit status: 0 = the script is complete and proven (or nothing is to be migrated),
1 = the script is written, but differences remain (with --check: a migration is needed),
2 = it could not be drafted, nothing was written"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        config_option(
            parser,
            "development.ini",
            "configuration of the development database, on whose rows the draft is tried "
            "(default: development.ini)",
        )
        parser.add_argument("-m", "--message", metavar="TEXT", help="message of the revision")
        parser.add_argument(
            "--version-path",
            metavar="FOLDER",
            type=Path,
            help="write the script there (default: alembic/versions of the checkout)",
        )
        parser.add_argument(
            "--engine",
            metavar="LIST",
            help="draft for these engines, too, of sqlite, postgresql, mysql, and prove it there: each on "
            "a private, temporary server (default: the key engine in [kallithea_dbdev] of the configuration)",
        )
        server_options(parser)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="draft the newest script anew, where it is not committed yet; its message and id stay",
        )
        parser.add_argument(
            "--base",
            metavar="REV",
            nargs="?",
            const="",
            help="draft the difference to the code of this changeset (Mercurial or Git), which makes its "
            "database itself, instead of to a released version; without REV: the parent of what the "
            "working folder holds, which is the default where no recorded release fits",
        )
        parser.add_argument(
            "--fill",
            metavar="TABLE.COLUMN=SQL",
            action="append",
            default=[],
            help="what rows that are there get in a column that is new, whatever its default; those that do not fit get "
            "it where a column becomes NOT NULL, unique, shorter or smaller, or gets a CHECK or a foreign key",
        )
        parser.add_argument(
            "--rename",
            metavar="TABLE.OLD=NEW",
            action="append",
            default=[],
            help="this column has another name now: its data stay",
        )
        parser.add_argument(
            "--rename-table",
            metavar="OLD=NEW",
            action="append",
            default=[],
            help="this table has another name now: its rows stay",
        )
        parser.add_argument(
            "--no-rename", action="store_true", help="nothing else was renamed: what is gone is dropped"
        )
        parser.add_argument(
            "--keep-columns",
            action="store_true",
            help="the downgrade leaves the columns that are new, in a form that the older version can live "
            "with, and the upgrade takes one that is there",
        )
        parser.add_argument(
            "--sql", action="store_true", help="print the statements of the drafted step, too, per engine"
        )
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--stdout", action="store_true", help="print the script instead of writing it")
        where.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if a migration is needed"
        )
        parser.add_argument(
            "--empty", action="store_true", help="write the template and nothing else; needs no database"
        )
        cache_option(parser)

    def work(self, options: Any) -> int:
        from ..errors import UsageError

        if not (options.check or options.replace or (options.message or "").strip()):
            raise UsageError("-m is missing: the message of the revision", 'write -m "area: what and why"')
        if options.replace and options.message is not None:
            raise UsageError("-m: with --replace the message stays", "leave one of them out")
        for other in _NOT_EMPTY:
            if options.empty and getattr(options, other.replace("-", "_")) not in (None, False, []):
                raise UsageError(f"--empty: not with --{other}", "leave one of them out")
        memory = self.memory(options)
        needs_none = options.empty or options.scratch_url is not None
        ahead = None if needs_none else self.ahead(options, memory)
        from .. import config
        from ..application.code import import_models
        from ..drafting import answers, revise
        from ..verification.engines import parse_engines

        instance = self.instance(options, ahead)
        import_models()
        if options.engine is not None:
            engines = parse_engines(options.engine)
        else:
            named = config.engines(instance.ini)
            place = f"{instance.ini}: [{config.MARK_SECTION}] {config.ENGINE_KEY} ="
            engines = parse_engines(named, place) if named is not None else ()
        request = revise.Request(
            instance,
            (options.message or "").strip(),
            options.version_path,
            not options.stdout,
            engines,
            options.scratch_url,
            options.allow_remote,
            options.replace,
            options.base,
            answers.parse(
                options.fill, options.rename, options.rename_table, options.no_rename, options.keep_columns
            ),
            memory=memory,
            ahead=ahead,
        )
        if options.check:
            needed = revise.needed(request, self.progress, self.say_aside)
            self.progress_done()
            for line in needed:
                self.say(line)
            self.say("a migration is needed" if needed else "no migration is needed")
            return 1 if needed else 0
        say = self.say_aside if options.stdout else self.say

        def remark(text: str) -> None:
            self.progress_done()
            say(text)

        draft = (
            revise.empty(request)
            if options.empty
            else revise.draft(request, self.progress, remark, self.prompt)
        )
        self.progress_done()
        if draft is None:
            say("the models give what every site has: nothing to migrate, no script written")
            return 0
        if draft.path:
            self.done.add(f"wrote {draft.path}")
        # With --stdout the script is the result and everything else is talk.
        if options.stdout:
            self.write(draft.text)
        say("\n".join(revise.report(draft, as_typed(instance.ini.name), self.debug)))
        if options.sql:
            say(draft.sql)
        return draft.exit_status
