"""What all commands share: options, the error policy, progress and questions.

gearbox up to 0.4.1 throws away what ``take_action`` returns and prints a traceback for any
exception, so a command leaves through SystemExit, always.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import traceback
import warnings
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, Optional

from gearbox.command import Command

from .. import garbage, later, signals
from ..causes import cause_of
from ..done import Done
from ..errors import DbdevError, UsageError
from ..messages import kind_and_line
from ..secrets import MaskedFormatter, MaskedStream, mask, remember, remember_text
from . import streams

#: That of a run whose reader has gone.
NO_READER = 128 + signal.SIGPIPE


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        line = f"{message}; gearbox help {self.prog.split()[-1]} shows the options"
        streams.write_aside(mask(f"{self.prog}: error: {' '.join(line.split())}\n"))
        self.exit(2)


class DbdevCommand(Command):  # type: ignore[misc]
    """A gearbox command whose ``work`` returns an exit status and may raise DbdevError."""

    #: Long text for the end of the help.
    epilog = ""

    #: What was changed so far: said where the run does not come to its end.
    done: Done

    #: What is to be ended with the work, however it ends.
    until_the_end: ExitStack

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = Parser(
            prog=prog_name,
            description=self.get_description(),
            epilog=self.epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            # -h and --help belong to gearbox; abbreviations would collide with its options.
            add_help=False,
            allow_abbrev=False,
        )
        self.add_options(parser)
        parser.epilog = f"{self.epilog}\n{AFTER_A_SIGNAL}\n\n{GEARBOX_OPTIONS}".strip()
        return parser

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of the command."""
        raise NotImplementedError

    def work(self, options: Any) -> int:
        """Do it; return the exit status."""
        raise NotImplementedError

    def run(self, parsed_args: Any) -> NoReturn:
        """Called by gearbox; the one place that turns errors into an exit status."""
        garbage.while_loading()
        later.import_when_used()
        self.done = Done()
        self._set_up_logging()
        if not self.debug:
            # Deprecations inside Kallithea's libraries are nothing that the caller can mend.
            warnings.simplefilter("ignore")
        try:
            signals.listen()
            status = self._status(parsed_args)
            signals.finish()
        except signals.Interrupted as interrupted:
            # From here on nothing interrupts.
            self._complain(f"interrupted by {interrupted}; {self.done}")
        number = signals.finish()
        if number is not None:
            status = signals.Interrupted(number).exit_status
        garbage.at_the_end(status)
        raise SystemExit(status)

    def _status(self, parsed_args: Any) -> int:
        """Do the work; what it raised is said. Raises Interrupted, also while it speaks."""
        try:
            streams.make_usable()
            # Kallithea, migration scripts and tracebacks write there as well.
            sys.stderr = MaskedStream(sys.stderr)  # type: ignore[assignment]
            _check_temporary_folder()
            with ExitStack() as self.until_the_end:
                return self.work(parsed_args)
        except streams.ReaderGone:
            return NO_READER
        except Exception as error:
            return self._failed(error)

    def _failed(self, error: Exception) -> int:
        """Say what went wrong, and what was changed before; the exit status."""
        known = cause_of(error) or DbdevError(
            f"unexpected {kind_and_line(error)} (a defect of kallithea-dbdev: please report it "
            "with the output of --debug)"
        )
        self._complain(f"{known}; {self.done}" if self.done else str(known))
        return known.exit_status

    @property
    def verbosity(self) -> int:
        """0 with gearbox's -q, 1 by default, 2 and more with -v."""
        level: int = self.app.options.verbose_level
        return level

    @property
    def debug(self) -> bool:
        """Whether gearbox's --debug was given."""
        return bool(self.app.options.debug)

    def write(self, text: str) -> None:
        """Write to standard output, whether -q was given or not."""
        streams.write_out(text)

    def say(self, text: str) -> None:
        """Print a line of result, unless -q was given."""
        if self.verbosity > 0:
            self.write(f"{mask(text)}\n")

    def memory(self, options: Any) -> Any:
        """What earlier runs have left; to be asked for before Kallithea is imported: what is imported must
        not be older than what was read. All that it comes from is read beside the imports."""
        from ..memory.memory import NO_MEMORY, Memory
        from ..processes import beside_this

        def beside(work: Any) -> Any:
            return self.until_the_end.enter_context(beside_this(work))

        memory = Memory.opened(options.config_file, beside) if options.cache else NO_MEMORY
        if memory.problem:
            self.say_aside(memory.problem)
        self.until_the_end.enter_context(memory.writing_at_the_end())
        return memory

    def ahead(self, options: Any, memory: Any, copying: bool = False, seed: Optional[int] = None) -> Any:
        """What is begun for the instance now; None where that cannot be read: ``instance`` says why.

        ``copying``: a copy of the configured database, too, prepared with that seed.
        """
        from ..verification.ahead import begin, begin_copying

        try:
            instance = self._loaded(options)
        except DbdevError:
            return None
        remote, stack = options.allow_remote, self.until_the_end
        # First: for a fresh database Kallithea's models are imported here.
        copy = begin_copying(instance.url, remote, seed, stack) if copying else None
        return replace(begin(instance, remote, memory, stack), copying=copy)

    def instance(self, options: Any, ahead: Any) -> Any:
        """The instance, as it was read for ``ahead`` where something was begun. Raises ConfigError."""
        return ahead.instance if ahead else self._loaded(options)

    def _loaded(self, options: Any) -> Any:
        """The instance; from here on no script and nothing of Kallithea's writes to the files of its database."""
        from ..application.instance import load
        from ..engines import open_database
        from ..offlimits import no_original

        instance = load(options.config_file)
        with suppress(DbdevError):  # what is wrong with the URL is said by who needs the database
            self.until_the_end.enter_context(no_original(open_database(instance.url).files()))
        return instance

    def say_aside(self, text: str) -> None:
        """Print a line that is no part of the result, unless -q was given."""
        if self.verbosity > 0:
            self.progress_done()
            streams.write_aside(f"{text}\n")

    def progress(self, text: str) -> None:
        """Show what is going on: on a terminal only, on stderr, one line that is overwritten."""
        if self.verbosity > 0 and sys.stderr.isatty():
            streams.write_aside(f"\r\x1b[K{text}")

    def progress_done(self) -> None:
        """Clear the line of ``progress``."""
        self.progress("")

    def ask(self, question: str, default: bool) -> bool:
        """Ask on a terminal; elsewhere the answer is ``default``."""
        said = self.prompt(f"{question} [y/n]")
        return default if said is None else said.lower() in ("y", "yes")

    def prompt(self, question: str) -> Optional[str]:
        """A line that somebody types on a terminal; None where nobody can."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        self.progress_done()
        streams.write_aside(f"{question} ")
        line = sys.stdin.readline()
        return line.strip() if line else None

    def _complain(self, message: str) -> None:
        self.progress_done()
        if self.debug:
            streams.write_aside(mask(traceback.format_exc()))
        line = " ".join(mask(message).split())
        streams.write_aside(f"gearbox {self.command_name}: {line}\n")

    @property
    def command_name(self) -> str:
        """The name of the entry point."""
        return f"db-{type(self).__module__.rpartition('.')[2]}"

    def _set_up_logging(self) -> None:
        """Keep the chatter of Alembic and Kallithea for -v; -v shows the SQL as well.

        Every handler masks what it writes, the one of --log-file too.
        """
        for handler in logging.getLogger().handlers:
            handler.setFormatter(MaskedFormatter(handler.formatter))
        quiet = {0: logging.ERROR, 1: logging.ERROR}.get(self.verbosity)
        if quiet is None:
            logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
            return
        for handler in logging.getLogger().handlers:
            if not isinstance(handler, logging.FileHandler):
                handler.addFilter(_Muted())


class _Muted(logging.Filter):
    """Lets nothing through: every error that matters is raised and told in one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        return False


def _check_temporary_folder() -> None:
    """Raise UsageError where the environment names a folder that cannot be used.

    Python would take another one without a word, and copies of a database would lie where
    nobody wanted them.
    """
    for name in ("TMPDIR", "TEMP", "TMP"):
        folder = os.environ.get(name)
        if folder:
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK) or not Path(folder).is_dir():
                raise UsageError(f"{name}={folder}: not a folder that can be written to", "name another one")
            return


def config_option(parser: argparse.ArgumentParser, default: Optional[str], text: str) -> None:
    """Add ``-c``, which every command has."""
    parser.add_argument(
        "-c",
        "--config",
        dest="config_file",
        metavar="INI",
        type=Path,
        default=default and Path(default),
        required=default is None,
        help=text,
    )


def cache_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--no-cache``."""
    parser.add_argument(
        "--no-cache", dest="cache", action="store_false",
        help="make everything anew: nothing of an earlier run is used, nothing is kept for the next",
    )  # fmt: skip


def secret(text: str) -> str:
    """The value of an option that nobody else may see: never shown from now on."""
    remember(text)
    return text


def _with_password(url: str) -> str:
    remember_text(url)
    return url


def server_options(parser: argparse.ArgumentParser) -> None:
    """Add what concerns databases on servers and other engines."""
    parser.add_argument(
        "--scratch-url",
        metavar="URL",
        type=_with_password,
        help="use this empty database, made by an administrator, for all copies: "
        "for a role that may not create databases (PostgreSQL, MySQL)",
    )
    parser.add_argument(
        "--allow-remote",
        action="store_true",
        help="make copies and throwaways on a server on another machine, too",
    )


#: At the end of each help.
AFTER_A_SIGNAL = "after a signal: 128 + its number (Ctrl-C: 130)"

GEARBOX_OPTIONS = """\
Options of gearbox that work here, too:
  -q  nothing but errors        -v  show the SQL, and all of a report
  --debug  show tracebacks      --log-file FILE  log to a file"""
