"""``gearbox db-verify``."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Optional

from . import outputs
from .base import DbdevCommand, cache_option, config_option, server_options


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
  gearbox db-verify -c development.ini --max-lock 2 --rows user_logs=50000
  gearbox db-verify -c development.ini --accept accepted.ini
  gearbox db-verify --explain autoincrement
  gearbox db-verify -c development.ini --format json --output report.json
  gearbox db-verify -c rc.ini --release all --engine sqlite,postgresql,mysql
  gearbox db-verify --merge one.json two.json --format html --output report.html

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
        parser.add_argument(
            "--release",
            metavar="LIST",
            help="verify from recorded releases on, in place of the configured database: 0.6.3,0.7.0, or all",
        )
        parser.add_argument(
            "--up-only", action="store_true", help="end at the newest revision: no step down, none up again"
        )
        parser.add_argument(
            "--merge",
            metavar="FILE",
            type=Path,
            nargs="+",
            help="make one report and one exit status of JSON reports, and do nothing else",
        )
        server_options(parser)
        parser.add_argument(
            "--crash-test",
            action="store_true",
            help="stop each step up after each of its statements, and see whether it can be run again",
        )
        parser.add_argument(
            "--max-lock",
            metavar="SECONDS",
            help="warn of steps that keep other sessions from a table with rows for longer than that",
        )
        parser.add_argument(
            "--rows",
            metavar="TABLE=NUMBER,...",
            help="estimate the time of each step with so many rows in these tables: "
            "users=100000,user_logs=5000000",
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
        parser.add_argument(
            "--no-accept", action="store_true",
            help="accept nothing: neither what that file names nor what is known of Kallithea's own scripts",
        )  # fmt: skip
        parser.add_argument(
            "--sql",
            metavar="DIR",
            type=Path,
            help="write each step as a file of SQL into this folder, one for each engine, for administrators who "
            "run SQL by hand; each file is run on a copy first; not with --scratch-url",
        )
        parser.add_argument("--strict", action="store_true", help="warnings count as errors do")
        parser.add_argument(
            "--seed", type=int, default=0, metavar="N",
            help="for the sample rows that empty tables of the copy get (default: 0)",
        )  # fmt: skip
        parser.add_argument(
            "--no-sample",
            action="store_true",
            help="leave empty tables empty, and put no probing rows beside real ones",
        )
        cache_option(parser)
        parser.add_argument(
            "--explain", metavar="CODE", help="explain a finding code ('all' lists them), and do nothing else"
        )
        outputs.output_options(parser)

    def work(self, options: Any) -> int:
        if options.explain is not None:
            from ..findings import explain

            self.write(f"{explain(options.explain)}\n")
            return 0
        if options.merge:
            from .. import reports

            wanted = outputs.pairs(options.format, options.output)
            outputs.refuse_over(wanted, options.merge)
            return self.report(reports.merged([reports.read_page(path) for path in options.merge]), wanted)
        memory = self.memory(options)
        ahead = None
        if options.release is None and options.engine is None and options.scratch_url is None:
            ahead = self.ahead(options, memory, copying=True, seed=_seed(options))
        from .. import reports
        from ..verification.verify import files_of, verify
        from .accepting import Accepting

        wanted = outputs.pairs(options.format, options.output)
        request = self.request(options, memory, ahead)
        accepting = Accepting(options)
        outputs.refuse_over(wanted, [*files_of(request.instance), *filter(None, [accepting.path])])
        if options.release is None:
            report = verify(request, self.progress)
        else:
            report = self.matrix(_planned(request, options), accepting, wanted)
        if options.update_accept:
            line = accepting.update(report)
            self.done.add(f"wrote {accepting.path}")
            self.say_aside(line)
        self.progress_done()
        page = reports.page_of(accepting.judged(report))
        if options.sql is not None:
            self.put_sql(options.sql, page, report)
        return self.report(page, wanted)

    def request(self, options: Any, memory: Any, ahead: Any) -> Any:
        """What was asked for. Raises UsageError for what cannot be, and ConfigError."""
        from ..errors import UsageError
        from ..offline.folder import refuse_unless_ours
        from ..verification.engines import parse_engines
        from ..verification.limits import parse_rows, parse_seconds
        from ..verification.verify import Request

        if options.sql is not None:
            refuse_unless_ours(options.sql)
        max_lock = None if options.max_lock is None else parse_seconds("--max-lock", options.max_lock)
        rows = {} if options.rows is None else parse_rows("--rows", options.rows)
        for name, given in (("--sql", options.sql is not None), ("--rows", rows)):
            if given and options.scratch_url:
                raise UsageError(
                    f"{name} and --scratch-url do not go together: it takes two databases", "leave out one"
                )
        engines = parse_engines(options.engine) if options.engine is not None else ()
        return Request(
            instance=self.instance(options, ahead),
            down_to=options.down_to,
            engines=engines,
            scratch_url=options.scratch_url,
            allow_remote=options.allow_remote,
            strict=options.strict,
            seed=_seed(options),
            crash=options.crash_test,
            memory=memory,
            ahead=ahead,
            command=outputs.command_line(options),
            up_only=options.up_only,
            max_lock=max_lock,
            sql=options.sql is not None,
            rows=rows,
        )

    def matrix(self, matrix: Any, accepting: Any, wanted: outputs.Wanted) -> Any:
        """The report of all its cells; after Ctrl-C what is known by then is printed."""
        from .. import reports
        from ..matrix.run import run
        from ..signals import Interrupted

        try:
            run(matrix, self.progress)
        except Interrupted:
            if matrix.results:
                self.progress_done()
                self.report(reports.page_of(accepting.judged(matrix.report)), wanted)
            raise
        return matrix.report

    def put_sql(self, folder: Path, page: Any, report: Any) -> None:
        """Write the files of SQL, and say how many there are."""
        from ..offline.folder import put

        title = f"Migrations of Kallithea {page.kallithea} up to {report.results[0].head}. {page.verdict}"
        written, missing = put(folder, title, [(result.name, result.sql) for result in report.results])
        self.done.add(f"wrote {folder}")
        without = f"; {missing} step{'s' * (missing != 1)} without one, see index.txt" if missing else ""
        self.say_aside(f"{folder}: {written} file{'s' * (written != 1)} of SQL{without}")

    def report(self, page: Any, wanted: outputs.Wanted) -> int:
        """Write a page in all the formats that were asked for; the exit status."""
        from .. import reports
        from ..workspace import write_whole

        unfolded = self.verbosity > 1
        plain = reports.Look(unfolded=unfolded, tracebacks=self.debug)
        for format_name, path in wanted:
            if path:
                write_whole(path, reports.render(page, format_name, plain))
                self.done.add(f"wrote {path}")
        if all(path for _, path in wanted):
            self.say(page.verdict)
        for format_name in [name for name, path in wanted if not path]:
            columns = shutil.get_terminal_size().columns
            look = reports.look_of(sys.stdout.isatty(), os.environ, columns, unfolded, self.debug)
            if self.verbosity > 0 or format_name != outputs.FORMATS[0]:
                self.write(reports.render(page, format_name, look))
            elif page.exit_status:
                self.write(reports.render_errors(page, look))
        return page.exit_status


def _seed(options: Any) -> Optional[int]:
    """The seed of sample rows; None where there are to be none."""
    return None if options.no_sample else options.seed


def _planned(request: Any, options: Any) -> Any:
    """The cells that were asked for. Raises UsageError for what a matrix cannot have."""
    from ..engines import open_database
    from ..errors import UsageError
    from ..matrix.plan import parse_releases, places
    from ..matrix.run import Matrix
    from ..releases import RELEASES

    if options.scratch_url is not None:
        raise UsageError("--release and --scratch-url do not go together", "leave out --scratch-url")
    engines = request.engines or (open_database(request.instance.url).engine,)
    return Matrix(request, places(parse_releases(options.release, RELEASES), engines))
