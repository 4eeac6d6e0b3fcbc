"""``gearbox db-throwaway``."""

from __future__ import annotations

import argparse
import re
import signal
import sys
from pathlib import Path
from typing import Any

from .. import signals
from ..messages import as_typed
from .base import DbdevCommand, config_option, secret

#: More take longer than anybody waits.
_MOST_SAMPLE_ROWS = 100_000


class ThrowawayCommand(DbdevCommand):
    """make a throwaway Kallithea database from the current code, as often as you like

    Writes the configuration if there is none, creates the database with Kallithea's own set-up
    (tables, Alembic stamp, settings, administrator, permissions), and scans the repositories.
    It replaces nothing but throwaways: each carries a mark, and no option lifts that refusal.
    """

    epilog = """\
examples:
  gearbox db-throwaway -c temp.ini
  gearbox db-throwaway -c temp.ini --from development.ini
  gearbox db-throwaway -c temp.ini --drop
  gearbox db-throwaway -c old.ini --at stable

exit status: 0 = made (or removed), 2 = refused or failed; nothing was changed, unless the message
says what was"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        config_option(
            parser, None, "configuration of the throwaway; written, mode 0600, if it does not exist"
        )
        parser.add_argument(
            "--from",
            dest="source",
            metavar="INI",
            type=Path,
            help="take the settings of this configuration for the new one; its database, repository root, "
            "cache, index and secrets are replaced, and what acts on the original is switched off",
        )
        parser.add_argument(
            "--drop",
            action="store_true",
            help="remove configuration, database, repository root and data folder, each only if this "
            "command made it; a terminal is asked first",
        )
        parser.add_argument(
            "--engine",
            metavar="ENGINE",
            choices=("sqlite", "postgresql", "mysql"),
            help="postgresql or mysql: start a private, temporary server for the new throwaway; everything is "
            "gone again after Ctrl-C, or at once where nobody can type it (sqlite: as without the option)",
        )
        parser.add_argument(
            "--at",
            metavar="REV",
            help="with the code of this changeset of the checkout (Mercurial or Git), in a process of its own",
        )
        parser.add_argument("--allow-remote", action="store_true", help="also on a server on another machine")
        parser.add_argument("--user", metavar="NAME", help="administrator (default: admin)")
        parser.add_argument("--email", metavar="ADDRESS", help="administrator's address")
        parser.add_argument(
            "--password",
            metavar="TEXT",
            type=secret,
            help="administrator's password, at least 6 characters (default: throwaway)",
        )
        parser.add_argument(
            "--repos",
            metavar="FOLDER",
            type=Path,
            help="repository root (default: a folder of its own beside the configuration)",
        )
        access = parser.add_mutually_exclusive_group()
        access.add_argument(
            "--public-access",
            dest="public_access",
            action="store_true",
            default=True,
            help="enable public access (default)",
        )
        access.add_argument(
            "--no-public-access",
            dest="public_access",
            action="store_false",
            help="disable public access",
        )
        parser.add_argument(
            "--sample-rows",
            type=int,
            default=0,
            metavar="N",
            help="fill each table that the set-up leaves empty with up to N sample rows (100000 at most)",
        )
        parser.add_argument(
            "--force-yes",
            action="store_true",
            help="answer yes to every question; lifts no refusal",
        )

    def work(self, options: Any) -> int:
        if options.at is not None:
            return self._elsewhere(options)
        if options.drop:
            return self._drop(options)
        return self._create(options)

    def _elsewhere(self, options: Any) -> int:
        """The same command with the code of another changeset; its exit status."""
        from ..application.code import package
        from ..application.worker import run_gearbox
        from ..errors import UsageError

        if options.drop:
            raise UsageError("--at: not with --drop, which needs no particular code", "leave it out")
        return run_gearbox(package(), options.at, sys.argv[1:])

    def _ask(self, options: Any) -> Any:
        return (lambda question, default: True) if options.force_yes else self.ask

    def _create(self, options: Any) -> int:
        from .. import throwaway
        from ..application.set_up import DEFAULT_ADMIN, Admin
        from ..errors import UsageError

        default = DEFAULT_ADMIN
        for name in ("user", "password", "email"):
            try:
                (getattr(options, name) or "").encode()
            except UnicodeEncodeError:
                raise UsageError(f"--{name}: not UTF-8 text", "write it in UTF-8") from None
        if options.password is not None and len(options.password) < 6:
            # The rule of Kallithea's own set-up.
            raise UsageError("--password: too short", "use at least 6 characters")
        if options.user == "default":
            # It stands for everybody who is not logged in.
            raise UsageError(
                "--user default: Kallithea's own name for the public", "name another administrator"
            )
        if options.user is not None and not re.fullmatch(r"\S+", options.user):
            raise UsageError(f"--user {options.user!r}: no name to log in with", "use one word")
        if options.email is not None and not re.fullmatch(r"[^\s@]+@[^\s@]+", options.email):
            raise UsageError(f"--email {options.email!r}: not an address", "use one like admin@example.com")
        if options.sample_rows < 0:
            raise UsageError(f"--sample-rows {options.sample_rows}: not a number of rows", "use 0 or more")
        if options.sample_rows > _MOST_SAMPLE_ROWS:
            raise UsageError(
                f"--sample-rows {options.sample_rows}: too many", f"use {_MOST_SAMPLE_ROWS} or fewer"
            )
        request = throwaway.Request(
            ini=options.config_file,
            source=options.source,
            admin=Admin(
                options.user or default.username,
                options.password or default.password,
                options.email or default.email,
            ),
            repositories=options.repos,
            public_access=options.public_access,
            allow_remote=options.allow_remote,
            sample_rows=options.sample_rows,
        )
        if options.engine in (None, "sqlite"):
            self._tell(
                options, request, throwaway.create(request, self.progress, self._ask(options), self.done)
            )
            return 0

        def stay(made: Any) -> None:
            self._tell(options, request, made)
            if sys.stdin.isatty():
                self.say_aside("the server and all of this are gone after Ctrl-C or Return")
                try:
                    sys.stdin.readline()
                except signals.Interrupted as interrupted:
                    if interrupted.number != signal.SIGINT:
                        raise
                    signals.forget()

        throwaway.create_private(request, options.engine, self.progress, self._ask(options), self.done, stay)
        return 0

    def _tell(self, options: Any, request: Any, made: Any) -> None:
        from ..application.set_up import DEFAULT_ADMIN as default

        self.progress_done()
        password = default.password if options.password is None else "the password you gave"
        count = len(made.found)
        for remark in made.remarks:
            self.say_aside(remark)
        self.say(f"database:      {made.database} (Kallithea {made.kallithea}, revision {made.revision})")
        self.say(f"configuration: {made.ini}{' (new)' if made.wrote_config else ''}")
        self.say(f"repositories:  {made.repositories} ({count} found)")
        self.say(f"admin login:   {request.admin.username} / {password}")
        self.say(f"go on with:    gearbox serve -c {as_typed(options.config_file)}")

    def _drop(self, options: Any) -> int:
        from .. import throwaway

        gone = throwaway.drop(
            options.config_file, self.progress, self._ask(options), self.done, options.allow_remote
        )
        self.progress_done()
        for remark in gone.remarks:
            self.say_aside(remark)
        for path in gone.removed:
            self.say(f"removed: {path}")
        for text in gone.left:
            self.say(f"left:    {text}")
        return 0
