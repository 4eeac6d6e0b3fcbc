"""How a report for people looks: what its reader's terminal can show."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import List, Mapping, Optional

#: Narrower than this nothing can be read.
_NARROWEST = 40

_STYLES = {"error": "31", "warning": "33", "note": "36", "good": "32", "bad": "31;1", "dim": "2", "bold": "1"}


@dataclass(frozen=True)
class Look:
    """``width`` None: lines are as long as they are. ``unfolded``: notes and long lists in full."""

    width: Optional[int] = None
    colour: bool = False
    unfolded: bool = False
    tracebacks: bool = False

    def lines(self, text: str, indent: str = "", style: str = "") -> List[str]:
        """A sentence as lines: cut at blanks where it is too wide, and coloured."""
        if self.width is None or len(indent) + len(text) <= self.width:
            return [self.painted(indent + text, style)]
        wrapped = textwrap.wrap(
            text, max(_NARROWEST, self.width), initial_indent=indent, subsequent_indent=f"{indent}  ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        return [self.painted(line, style) for line in wrapped]

    def painted(self, text: str, style: str) -> str:
        """The text in a colour, where there are colours; it says the same without."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.colour and style else text


def look_of(
    is_terminal: bool, environ: Mapping[str, str], columns: int, unfolded: bool, tracebacks: bool
) -> Look:
    """What a stream can show: colour and a width on a terminal only (no-color.org, TERM=dumb)."""
    colour = is_terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return Look(columns if is_terminal else None, colour, unfolded, tracebacks)
