"""Work in a forked child process: beside this one, or where it must leave no trace in this one.

Importing Kallithea costs a second, a fork some milliseconds: a child has all that was imported.
"""

from __future__ import annotations

import functools
import os
import pickle
import signal
import threading
import traceback
from contextlib import contextmanager
from typing import Any, Callable, Generic, Iterator, NoReturn, Optional, Tuple, TypeVar

from .errors import DbdevError

Result = TypeVar("Result")

#: How long a child may clean up when it is no longer wanted.
_SECONDS_TO_STOP = 10.0


class Child(Generic[Result]):
    """Runs ``work`` in a child process from now on; what it returns must be picklable.

    Whoever makes one calls ``result`` or ``stop``, on every way out.
    """

    def __init__(self, work: Callable[[], Result]) -> None:
        reader, writer = os.pipe()
        # The end of this pipe tells the child that its parent is gone, killed or not.
        watched, self._alive = os.pipe()
        self._pid: Optional[int] = os.fork()
        if self._pid == 0:
            os.close(reader)
            os.close(self._alive)
            _work(work, writer, watched)
        os.close(writer)
        os.close(watched)
        self._answer = os.fdopen(reader, "rb")

    def result(self) -> Result:
        """Wait for the result. Raises what ``work`` raised, with the child's traceback as its cause."""
        answer = self._answer.read()
        self._finish()
        if not answer:
            raise DbdevError("a child process died", "try again; --debug shows more")
        value, error, said = pickle.loads(answer)
        if error is not None:
            raise error from ChildTraceback(said)
        return value  # type: ignore[no-any-return]

    def stop(self) -> None:
        """End the child if it is still there: it cleans up what it has begun."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGTERM)
            alarm = threading.Timer(_SECONDS_TO_STOP, os.kill, (self._pid, signal.SIGKILL))
            alarm.start()
            self._finish()
            alarm.cancel()

    def _finish(self) -> None:
        assert self._pid is not None
        os.waitpid(self._pid, 0)
        self._pid = None
        os.close(self._alive)
        self._answer.close()


@contextmanager
def beside_this(work: Callable[[], Result], fork: bool = True) -> Iterator[Callable[[], Result]]:
    """Run ``work`` in a child while this process goes on; yields what waits for the result.

    Without ``fork`` it is run here, before anything else.
    """
    if not fork:
        found = work()
        yield lambda: found
        return
    child = Child(work)
    try:
        yield functools.cache(child.result)
    finally:
        child.stop()


class ChildTraceback(Exception):
    """The traceback of a child's exception, as text."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def _work(work: Callable[[], Any], writer: int, watched: int) -> NoReturn:
    """Do it, say how it went, and leave without the cleaning up that is the parent's to do."""
    # Ctrl-C reaches parent and child alike: what becomes of the child is for the parent to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave_once)
    threading.Thread(target=_end_with_parent, args=(watched,), daemon=True).start()
    answer: Tuple[Any, Optional[BaseException], str] = (None, None, "")
    try:
        answer = (work(), None, "")
    except BaseException as error:
        answer = (None, error, traceback.format_exc())
    try:
        with os.fdopen(writer, "wb") as stream:
            stream.write(_pickled(answer))
    finally:
        os._exit(0)


def _leave_once(number: int, _frame: object) -> NoReturn:
    """End by an exception, so that everything is cleaned up; that is not interrupted again."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + number)


def _end_with_parent(watched: int) -> None:
    os.read(watched, 1)
    # Not the end at once: the main thread gets the exception that lets it clean up.
    os.kill(os.getpid(), signal.SIGTERM)


def _pickled(answer: Tuple[Any, Optional[BaseException], str]) -> bytes:
    value, error, said = answer
    try:
        packed = pickle.dumps(answer)
        pickle.loads(packed)  # an exception may be picklable, but not what comes of it
        return packed
    except Exception:
        told = (
            DbdevError(f"{type(error).__name__}: {error}")
            if error
            else DbdevError(f"not picklable: {value!r}")
        )
        return pickle.dumps((None, told, said))
