"""Work in a forked child process: beside this one, or where it must leave no trace in this one; and
other programs. None of them outlives what it was started for.

Importing Kallithea costs a second, a fork some milliseconds: a child has all that was imported.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import select
import signal
import subprocess
import sys
import time
import traceback
from contextlib import ExitStack, contextmanager
from os import _exit as leave_at_once  # foreign code may find another one in its place
from types import TracebackType
from typing import (
    Any,
    Callable,
    Generic,
    Iterator,
    List,
    Mapping,
    NoReturn,
    Optional,
    Set,
    Tuple,
    Type,
    TypeVar,
    Union,
)

from . import signals
from .errors import DbdevError
from .foreign import foreign_code
from .messages import kind_and_line
from .signals import Interrupted, uninterrupted

Result = TypeVar("Result")

#: How long a child may clean up when it is no longer wanted.
_SECONDS_TO_STOP = 30.0

#: How long a program may take to end after SIGTERM.
_SECONDS_TO_END = 3.0

#: How long nobody looks whether another Python has ended.
_SECONDS_BETWEEN = 0.5

#: ``si_code`` of what a terminal sends to all that it runs: https://man7.org/linux/man-pages/man2/sigaction.2.html
_FROM_THE_KERNEL = 0x80

#: Exit status of a child that did not come to say anything.
_SPEECHLESS = 70

#: Ends of pipes of this process that are no business of its children: one that holds such an end
#: keeps another one from seeing that it was closed.
_ends: Set[int] = set()

Answer = Tuple[Any, Optional[BaseException], str]


class Child(Generic[Result]):
    """A context manager: ``work`` is done in a child process, which is gone at the end.

    ``result`` waits for what it returns, which must be picklable. The child never runs a frame of
    this process: it ends by ``os._exit``, whatever happens.
    """

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._pid: Optional[int] = None
        self._answer = self._alive = -1
        self._outcome: Optional[Answer] = None

    def __enter__(self) -> "Child[Result]":
        try:
            with uninterrupted():
                self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.stop()

    def result(self) -> Result:
        """Wait for the result. Raises what ``work`` raised, with the child's traceback as its cause.

        Raises DbdevError where the child died. It may be asked for more than once.
        """
        if self._outcome is None:
            packed = _read_all(self._answer)
            with uninterrupted():
                self._outcome = _outcome(packed, self._reap())
        value, error, said = self._outcome
        if error is not None:
            raise error from (ChildTraceback(said) if said else None)
        return value  # type: ignore[no-any-return]

    def fileno(self) -> int:
        """For ``select``: it can be read as soon as ``result`` need not wait; -1 where that was asked for."""
        return self._answer

    def _start(self) -> None:
        # What is still in a buffer would be written by both.
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError):
                stream.flush()
        self._answer, writer = os.pipe()
        # The end of this pipe tells the child that its parent is gone, killed or not.
        watched, self._alive = os.pipe()
        _ends.update((self._answer, self._alive))
        pid = -1
        # A signal before the child's first line would make it run the frames of its parent.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            pid = os.fork()
            if pid == 0:
                _work(self._work, writer, watched, mask)
            self._pid = pid
        finally:
            if pid == 0:
                leave_at_once(_SPEECHLESS)
            os.close(writer)
            os.close(watched)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def stop(self) -> None:
        """End the child if it is still there: it cleans up what it has begun. Nobody may ask for its result."""
        with uninterrupted():
            if self._pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGTERM)
                # It may be about to answer: what it says is read, or it would wait for ever.
                if not _drained(self._answer, _SECONDS_TO_STOP):
                    os.kill(self._pid, signal.SIGKILL)
            self._reap()

    def _reap(self) -> int:
        """Wait for its end; the status as ``os.wait`` has it."""
        status = 0
        if self._pid is not None:
            with contextlib.suppress(ChildProcessError):  # nobody waits where SIGCHLD is ignored
                _, status = os.waitpid(self._pid, 0)
            self._pid = None
        for descriptor in (self._answer, self._alive):
            if descriptor >= 0:
                _ends.discard(descriptor)
                os.close(descriptor)
        self._answer = self._alive = -1
        return status


@contextmanager
def beside_this(work: Callable[[], Result], fork: bool = True) -> Iterator[Callable[[], Result]]:
    """Run ``work`` in a child while this process goes on; yields what waits for the result.

    Without ``fork`` it is run here, before anything else.
    """
    if not fork:
        found = work()
        yield lambda: found
        return
    with Child(work) as child:
        yield child.result


@contextmanager
def program(command: List[str], **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Another program, with the options of Popen, in a session of its own: Ctrl-C does not reach it.

    It is ended, with what it has started, and reaped on every way out.
    """
    with ExitStack() as stack:
        with uninterrupted():
            process = subprocess.Popen(command, start_new_session=True, **options)
            stack.callback(_end_program, process)
        yield process


def _end_program(process: "subprocess.Popen[bytes]") -> None:
    with uninterrupted():
        for number in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is not None:
                break
            os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_SECONDS_TO_END)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()


def run_instead(start: str, words: List[str], environment: Mapping[str, str]) -> int:
    """Run a command of ours in another Python in this one's place; its exit status, as shells have it.

    ``start`` is its code, ``words`` are its arguments. It gets what a terminal sends, and from here what this
    process alone is sent; so it cleans up, and says how far it came. It is told to end where this process is killed.
    """
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {*signals.ENDING, signal.SIGCHLD})
    watched, alive = os.pipe()
    # As a script that lies in no folder of modules: what the working folder holds is none of ours.
    first = (
        f"import sys; del sys.path[0]; from {__name__} import started_instead; started_instead({watched})\n"
    )
    try:
        command = [sys.executable, "-c", first + start, *words]
        with subprocess.Popen(command, env=environment, pass_fds=(watched,)) as process:
            while process.poll() is None:
                # Not for ever: SIGCHLD may be ignored.
                told = signal.sigtimedwait({*signals.ENDING, signal.SIGCHLD}, _SECONDS_BETWEEN)
                if told and told.si_signo != signal.SIGCHLD and told.si_code != _FROM_THE_KERNEL:
                    process.send_signal(told.si_signo)
        status = process.returncode
    finally:
        os.close(alive)
        os.close(watched)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return 128 - status if status < 0 else status


def started_instead(watched: int) -> None:
    """In the Python that ``run_instead`` starts, before anything else."""
    # It has them blocked, as they are where it comes from.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {*signals.ENDING, signal.SIGCHLD})
    signals.start_thread(_end_with_parent, watched)


class ChildTraceback(Exception):
    """The traceback of a child's exception, as text."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


# -- in the parent ----------------------------------------------------------------------------------


def _read_all(descriptor: int) -> bytes:
    with open(descriptor, "rb", closefd=False) as stream:
        return stream.read()


def _drained(descriptor: int, seconds: float) -> bool:
    """Read to the end and throw it away; whether the end came in time."""
    deadline = time.monotonic() + seconds
    while select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
        if not os.read(descriptor, 65536):
            return True
    return False


def _outcome(packed: bytes, status: int) -> Answer:
    if packed and not status:
        answer: Answer = pickle.loads(packed)
        return answer
    if os.WIFSIGNALED(status):
        how = f"was ended by {signal.Signals(os.WTERMSIG(status)).name}"
    else:
        how = f"ended with exit status {os.WEXITSTATUS(status)} and without an answer"
    return None, DbdevError(f"a child process {how}", "try again; --debug shows more"), ""


# -- in the child -----------------------------------------------------------------------------------


def _work(
    work: Callable[[], Any], writer: int, watched: int, mask: "Set[Union[int, signal.Signals]]"
) -> NoReturn:
    """Do it, say how it went, and leave without the cleaning up that is the parent's to do."""
    status = _SPEECHLESS
    try:
        # What is the parent's is not collected, and so not closed, by a child of it.
        gc.freeze()
        for descriptor in _ends:
            os.close(descriptor)
        _ends.clear()
        _ends.update((writer, watched))
        signals.listen_in_child()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _say(writer, _answer_of(work, watched))
        status = 0
    except Interrupted as error:
        status = error.exit_status
        _die_of(error.number)
    finally:
        leave_at_once(status)


def _answer_of(work: Callable[[], Any], watched: int) -> Answer:
    signals.start_thread(_end_with_parent, watched)
    try:
        with foreign_code():
            answer: Answer = (work(), None, "")
    except Interrupted:
        raise
    except BaseException as error:
        answer = (None, error, traceback.format_exc())
    number = signals.finish()
    if number is not None:
        raise Interrupted(number)
    return answer


def _end_with_parent(watched: int) -> None:
    os.read(watched, 1)
    # Not the end at once: the main thread gets the exception that lets it clean up.
    os.kill(os.getpid(), signal.SIGTERM)


def _die_of(number: int) -> None:
    """End as the signal ends a process, so that the parent sees which one it was."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _say(writer: int, answer: Answer) -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    with os.fdopen(writer, "wb") as pipe:
        pipe.write(_pickled(answer))


def _pickled(answer: Answer) -> bytes:
    value, error, said = answer
    try:
        packed = pickle.dumps(answer)
        pickle.loads(packed)  # an exception may be picklable, but not what comes of it
        return packed
    except Exception:
        instead = DbdevError(kind_and_line(error)) if error else DbdevError(f"not picklable: {value!r}")
        return pickle.dumps((None, instead, said))
