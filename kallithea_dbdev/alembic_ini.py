"""A configuration file for ``env.py``, which it gets at every site: ``alembic -c my.ini``.

It is written for one run and holds what a site's holds as far as ``env.py`` has use for it: the
``[alembic]`` options, the URL in ``[app:main]``, and a logging section like that of a site that logs
into a file beside it. The logging of this process is as it was after ``env.py`` has set it up.
"""

from __future__ import annotations

import logging
import logging.config
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

_TEXT = """\
[app:main]
{app}

[alembic]
{alembic}

[loggers]
keys = root

[handlers]
keys = file

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = file

[handler_file]
class = NullHandler
# What "here" is must be told to the one who reads this.
args = ('%(here)s/kallithea.log',)[:0]
formatter = generic

[formatter_generic]
format = %(asctime)s %(levelname)s %(message)s
"""


def ini_text(application: Mapping[str, str], alembic: Mapping[str, str]) -> str:
    """The text of a configuration with these options in ``[app:main]`` and ``[alembic]``."""
    return _TEXT.replace("{app}", _lines(application)).replace("{alembic}", _lines(alembic))


def _lines(options: Mapping[str, str]) -> str:
    escaped = {key: value.replace("%", "%%").replace("\n", "\n    ") for key, value in options.items()}
    return "\n".join(f"{key} = {value}" for key, value in escaped.items())


@contextmanager
def configuration_file(text: str) -> Iterator[str]:
    """The path of a file with that text, which nobody else can read and which is gone afterwards."""
    if hasattr(os, "memfd_create"):
        # Without a name in any folder a kill leaves nothing of it.
        descriptor, path = os.memfd_create("alembic.ini"), None
        os.fchmod(descriptor, 0o600)
        shown = f"/proc/self/fd/{descriptor}"
    else:
        descriptor, shown = tempfile.mkstemp(prefix="kallithea-dbdev-", suffix=".ini")
        path = Path(shown)
    try:
        os.write(descriptor, text.encode())
        yield shown
    finally:
        os.close(descriptor)
        if path:
            path.unlink()


@contextmanager
def own_logging() -> Iterator[None]:
    """``logging.config.fileConfig`` reads its file and makes what it says, and takes nothing from us."""
    usual = logging.config.fileConfig

    def tried(*arguments: Any, **options: Any) -> None:
        _put_back_after(lambda: usual(*arguments, **options))

    logging.config.fileConfig = tried  # type: ignore[assignment]
    try:
        yield
    finally:
        logging.config.fileConfig = usual


def _put_back_after(work: Callable[[], None]) -> None:
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    real = [logger for logger in loggers if isinstance(logger, logging.Logger)]
    before = [(each, each.level, list(each.handlers), each.propagate, each.disabled) for each in real]
    # It closes all handlers that there are: ours are out of its sight.
    private: Any = logging
    names, handlers = dict(private._handlers), list(private._handlerList)
    private._handlers.clear()
    private._handlerList.clear()
    try:
        work()
    finally:
        logging.shutdown(private._handlerList[:])
        private._handlers.clear()
        private._handlers.update(names)
        private._handlerList[:] = handlers
        for logger, level, attached, propagate, disabled in before:
            if logger.level != level:  # each setting clears what all loggers remember
                logger.setLevel(level)
            logger.handlers[:] = attached
            logger.propagate, logger.disabled = propagate, disabled
