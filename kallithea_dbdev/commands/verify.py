"""``gearbox db-verify``."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import Any

from .base import DbdevCommand, config_option, server_options


class VerifyCommand(DbdevCommand):
    """prove on copies that the migrations do what the models say, up, down and up again

    Takes a copy of the configured database to the newest revision step by step, compares it with
    a fresh database that the current code makes, goes down to where it started, and up again.
    The configured database is only read.
    """

    epilog = """\
examples:
  gearbox db-verify -c development.ini
  gearbox db-verify -c development.ini --from a0a1bf09c143
  gearbox db-verify -c development.ini --engine sqlite,postgresql,mysql
  gearbox db-verify -c development.ini --strict
  gearbox db-verify -c development.ini --accept accepted.ini
  gearbox db-verify --explain autoincrement
  gearbox db-verify -c development.ini --format json --output report.json

exit status: 0 = nothing wrong, 1 = errors were found, 2 = it could not be verified"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        config_option(
            parser, "development.ini", "configuration whose database is verified (default: development.ini)"
        )
        parser.add_argument(
            "--from",
            dest="down_to",
            metavar="REV",
            help="go down to this revision, below that of the database ('base' for the bottom)",
        )
        parser.add_argument(
            "--engine",
            metavar="LIST",
            help="engines to verify on, of sqlite, postgresql, mysql; on others than that of the "
            "configuration a private, temporary server is started",
        )
        server_options(parser)
        parser.add_argument(
            "--crash-test",
            action="store_true",
            help="stop each step up after each of its statements, and see whether it can be run again",
        )
        parser.add_argument(
            "--accept",
            metavar="FILE",
            type=Path,
            help="findings that are accepted, with reasons (default: 'accept' in [kallithea_dbdev] of INI)",
        )
        parser.add_argument(
            "--update-accept",
            action="store_true",
            help="write what is found into that file, and end with exit status 0",
        )
        parser.add_argument("--strict", action="store_true", help="warnings count as errors do")
        parser.add_argument(
            "--seed", type=int, default=0, metavar="N",
            help="for the sample rows that empty tables of the copy get (default: 0)",
        )  # fmt: skip
        parser.add_argument("--no-sample", action="store_true", help="leave empty tables empty")
        parser.add_argument(
            "--no-cache", dest="cache", action="store_false",
            help="make everything anew: nothing of an earlier run is used, nothing is kept for the next",
        )  # fmt: skip
        parser.add_argument(
            "--explain", metavar="CODE", help="explain a finding code ('all' lists them), and do nothing else"
        )
        parser.add_argument(
            "--format", choices=("text", "json"), default="text", help="of the report (default: text)"
        )
        parser.add_argument(
            "--output", metavar="FILE", type=Path, help="write the report there (default: stdout)"
        )

    def work(self, options: Any) -> int:
        if options.explain is not None:
            from ..findings import explain

            self.write(f"{explain(options.explain)}\n")
            return 0
        from .. import app, config, reports
        from ..errors import UsageError
        from ..memory.memory import NO_MEMORY, Memory
        from ..verification import accepted
        from ..verification.engines import parse_engines
        from ..verification.verify import Request, verify
        from ..workspace import write_whole

        if options.output and not options.output.absolute().parent.is_dir():
            raise UsageError(f"--output {options.output}: no such folder", "make it first")
        if options.output and options.output.is_dir():
            raise UsageError(f"--output {options.output}: this is a folder", "name a file in it")
        engines = parse_engines(options.engine) if options.engine is not None else ()
        # Before Kallithea is imported: what is imported must not be older than what was read.
        memory = Memory.opened(options.config_file) if options.cache else NO_MEMORY
        if memory.problem:
            self.say_aside(memory.problem)
        request = Request(
            app.load(options.config_file),
            options.down_to,
            engines,
            options.scratch_url,
            options.allow_remote,
            options.strict,
            None if options.no_sample else options.seed,
            options.crash_test,
            memory,
        )
        path = options.accept or config.accept_file(options.config_file)
        if options.update_accept and path is None:
            raise UsageError("--update-accept: there is no file to write", "name one with --accept FILE")
        known = accepted.read(path) if path and (path.exists() or not options.update_accept) else ()
        report = verify(request, self.progress)
        if path and options.update_accept:
            new = accepted.update(report, known, path)
            self.done.add(f"wrote {path}")
            known = accepted.read(path)
            self.say_aside(f"{path}: {new} new, {len(known)} in all")
        if path:
            report = accepted.apply(report, known, path, datetime.date.today())
        self.progress_done()
        if options.output:
            write_whole(options.output, reports.render(report, options.format, self.debug))
            self.done.add(f"wrote {options.output}")
            self.say(report.verdict)
        elif self.verbosity > 0 or options.format == "json":
            self.write(reports.render(report, options.format, self.debug))
        elif report.exit_status:
            self.write(reports.render_errors(report, self.debug))
        return report.exit_status
