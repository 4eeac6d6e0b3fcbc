"""The findings that do not count, as the options of ``db-verify`` have it."""

from __future__ import annotations

import datetime
from typing import Any

from .. import config
from ..errors import UsageError
from ..verification import accepted
from ..verification.result import Report


class Accepting:
    """The file with accepted findings, and what is known of the recorded releases."""

    def __init__(self, options: Any) -> None:
        """Raises UsageError for options that do not go together, and for a file that cannot be used."""
        self.path = None if options.no_accept else options.accept or config.accept_file(options.config_file)
        if options.no_accept and (options.accept or options.update_accept):
            raise UsageError("--no-accept and --accept do not go together", "leave out one of them")
        if options.update_accept and self.path is None:
            raise UsageError("--update-accept: there is no file to write", "name one with --accept FILE")
        self._nothing = options.no_accept
        reads = self.path and (self.path.exists() or not options.update_accept)
        self._known = accepted.read(self.path) if self.path and reads else ()

    def judged(self, report: Report) -> Report:
        """The report with what counts, and what does not."""
        if self._nothing:
            return report
        own = accepted.apply(report, self._known, self.path, datetime.date.today()) if self.path else report
        return accepted.apply_known(own)

    def update(self, report: Report) -> str:
        """Accept all of a report in the file; one line that says how many that are."""
        assert self.path
        new = accepted.update(report, self._known, self.path, accepted.read(accepted.KNOWN))
        self._known = accepted.read(self.path)
        return f"{self.path}: {new} new, {len(self._known)} in all"
