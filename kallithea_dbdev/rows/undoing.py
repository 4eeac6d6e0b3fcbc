"""Whether a script tells how to undo what it does to a value. Pure.

That each new value stands for one old value among the rows that happen to be there proves nothing: a
hash does so, too. What can be undone everywhere is a change of constants that the script names, of
a number by one, of a yes into a no, and a text that is still part of the new one.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Iterator

from .values import canonical, is_empty


@lru_cache(maxsize=1000, typed=True)  # 1.0 is no flag, and equals one
def explains(script: str, before: object, after: object) -> bool:
    """Whether ``before`` can be told from ``after`` by whoever has read the script."""
    if before is None:
        return is_empty(after) or _names(script, after)
    if _is_flag(before) and _is_flag(after):
        return True
    if isinstance(before, (int, float, Decimal)) and isinstance(after, (int, float, Decimal)):
        if any(_names(script, number) for number in _steps(before, after)):
            return True
    elif isinstance(before, str) and isinstance(after, str) and before and before in after:
        return True
    return _names(script, before) and (after is None or _names(script, after))


def _is_flag(value: object) -> bool:
    return isinstance(value, (bool, int)) and value in (0, 1)


def _steps(before: object, after: object) -> Iterator[Decimal]:
    """By what one number may have been made of the other."""
    try:
        old, new = Decimal(str(before)), Decimal(str(after))
        yield abs(new - old)
        if old and new:
            yield new / old
            yield old / new
    except ArithmeticError:  # a number that is none, or too large a step
        return


def _names(script: str, value: object) -> bool:
    """Whether a value stands in a script as a constant."""
    if isinstance(value, (int, float, Decimal)):
        number = canonical(value)
        text = f"{number:f}" if isinstance(number, Decimal) else str(number)
        zeros = "0*" if "." in text else r"(?:\.0+)?"
        return bool(re.search(rf"(?<![\w.]){re.escape(text)}{zeros}(?!\.?\w)", script))
    if isinstance(value, (str, bytes)):
        text = repr(value).lstrip("b")[1:-1]
        return bool(re.search(rf"['\"]{re.escape(text)}['\"\\]", script))
    return str(value) in script
