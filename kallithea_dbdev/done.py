"""What a command has changed so far: said where it does not come to its end."""

from __future__ import annotations

from typing import List


class Done:
    """The changes of one run that stay, in their order."""

    def __init__(self) -> None:
        self._changes: List[str] = []

    def add(self, change: str) -> None:
        """Note a change as soon as it cannot be taken back: ``removed /srv/temp.db``."""
        self._changes.append(change)

    def clear(self) -> None:
        """Everything that was noted has been taken back."""
        self._changes.clear()

    def __bool__(self) -> bool:
        return bool(self._changes)

    def __str__(self) -> str:
        return f"done so far: {', '.join(self._changes)}" if self else "nothing was changed"
