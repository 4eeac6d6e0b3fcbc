"""Signals that end a run: one exception, one clean-up, one exit status.

The first signal raises ``Interrupted``; what arrives from then on is noted and disturbs nobody, so
the clean-up runs to its end. It cannot run for ever: a thread, which signals reach also while the
main one waits for a server, ends the process when its time is up.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import stat
import sys
import threading
import time
from dataclasses import dataclass, field
from os import _exit as leave_at_once  # foreign code may find another one in its place
from types import FrameType
from typing import Callable, Dict, FrozenSet, NoReturn, Optional, Tuple

#: What ends a run: Ctrl-C, ``kill``, a terminal that is closed, Ctrl-\.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)

#: How long a call of a database's client may go on before its connection is cut.
CALL_SECONDS = 5.0
#: How long the clean-up may take after that.
CLEAN_UP_SECONDS = 60.0
#: Code that is not ours may have swallowed the first signal: after this long a second one counts.
_SWALLOWED_SECONDS = 3.0
#: At the edge of a context manager: try again after so long.
_EDGE_SECONDS = 0.005

_EDGES = frozenset({"__enter__", "__exit__"})
_EDGE_FILES = frozenset(
    function.__code__.co_filename for function in (contextlib.contextmanager, lambda: None)
)


class Interrupted(BaseException):
    """A signal ended the run. Nobody but the command's outermost frame catches it for good."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_status(self) -> int:
        """As shells have it."""
        return 128 + self.number

    def __str__(self) -> str:
        return signal.Signals(self.number).name


@dataclass
class _Run:
    """What is known of the signals of this process."""

    #: The signal that ends it.
    number: Optional[int] = None
    #: When ``Interrupted`` was raised.
    raised: Optional[float] = None
    #: How many sections hold signals back, and how many run code that is not ours.
    held: int = 0
    foreign: int = 0
    over: bool = False
    #: Inodes of sockets that were open before: not ours to cut.
    inherited: FrozenSet[int] = frozenset()
    forgotten: threading.Event = field(default_factory=threading.Event)
    #: Both ends of the pipe that tells of signals.
    pipe: Tuple[int, ...] = ()


_run = _Run()


# -- for everybody ------------------------------------------------------------------------------


class _Uninterrupted:
    """Reentrant; there is no state but the counter, so one object does for all."""

    def __enter__(self) -> None:
        _run.held += 1

    def __exit__(self, *_: object) -> None:
        _run.held -= 1
        if not _run.held and _run.raised is None:
            stop_if_interrupted()


_uninterrupted = _Uninterrupted()


def uninterrupted() -> _Uninterrupted:
    """Hold signals back for a short section: what is made in it is registered, or removed whole.

    ``with uninterrupted(): make(); register()``. A signal that arrived meanwhile raises
    ``Interrupted`` at the end of the outermost section. Once that was raised nothing does so again.
    """
    return _uninterrupted


def stop_if_interrupted() -> None:
    """Raise ``Interrupted`` where a signal has arrived, also one that somebody swallowed.

    To be called between two pieces of work, never in a clean-up.
    """
    if _run.number is not None and not _run.held and not _run.over:
        _raise(_run.number)


def _raise(number: int) -> NoReturn:
    _run.raised = time.monotonic()
    raise Interrupted(number)


class _Foreign:
    """Counts; see ``may_swallow``."""

    def __enter__(self) -> None:
        _run.foreign += 1

    def __exit__(self, *_: object) -> None:
        _run.foreign -= 1
        stop_if_interrupted()


_foreign = _Foreign()


def may_swallow() -> _Foreign:
    """Around code that is not ours, and may swallow ``Interrupted``: its end raises it again."""
    return _foreign


# -- for the outermost frame of a process ----------------------------------------------------------


def listen() -> None:
    """Let signals end this process by ``Interrupted``; one that is ignored (nohup) stays so."""
    global _run
    _run = _Run(inherited=frozenset(_sockets()))
    _raise_what_is_swallowed()
    signal.signal(signal.SIGALRM, _again)
    for number in ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _arrived)
    _start_watching()


def listen_in_child() -> None:
    """In a forked child: its parent says by SIGTERM when it ends; a terminal speaks to the parent."""
    global _run
    for descriptor in _run.pipe:
        os.close(descriptor)
    _run = _Run(inherited=frozenset(_sockets()))
    _raise_what_is_swallowed()
    signal.signal(signal.SIGALRM, _again)
    for number in ENDING:
        # Not SIG_IGN, which would be inherited by every program that is started from here.
        signal.signal(number, _arrived if number == signal.SIGTERM else _left_to_the_parent)
    _start_watching()


def finish() -> Optional[int]:
    """The work is done, cleaned up, and will not be interrupted any more. The signal that came, if any."""
    _run.over = True
    # Python takes its handlers away before it ends: an alarm would kill it then.
    signal.setitimer(signal.ITIMER_REAL, 0)
    return _run.number


def forget() -> None:
    """The signal that arrived was an answer, not the end: from here on the next one is the first."""
    _run.number = _run.raised = None
    _run.forgotten.set()


def _arrived(number: int, frame: Optional[FrameType]) -> None:
    if _run.number is None:
        _run.number = number
    swallowed = (
        _run.foreign and _run.raised is not None and time.monotonic() - _run.raised > _SWALLOWED_SECONDS
    )
    if _run.raised is None or swallowed:
        _raise_unless_at_an_edge(frame)


def _again(_number: int, frame: Optional[FrameType]) -> None:
    if _run.number is not None and _run.raised is None:
        _raise_unless_at_an_edge(frame)


def _raise_unless_at_an_edge(frame: Optional[FrameType]) -> None:
    """Not between making and registering, nor before a clean-up has begun (``__exit__`` is entered)."""
    if _run.held or _run.over or _run.number is None:
        return
    if frame and (frame.f_code.co_name in _EDGES or frame.f_code.co_filename in _EDGE_FILES):
        signal.setitimer(signal.ITIMER_REAL, _EDGE_SECONDS)
        return
    _raise(_run.number)


def _raise_what_is_swallowed() -> None:
    """Finalizers and callbacks of weak references let no exception out: Python prints it and goes on."""
    unraisable = sys.unraisablehook

    def again(swallowed: sys.UnraisableHookArgs) -> None:
        if isinstance(swallowed.exc_value, Interrupted):
            _run.raised = None
            signal.setitimer(signal.ITIMER_REAL, _EDGE_SECONDS)
        else:
            unraisable(swallowed)

    sys.unraisablehook = again


def _left_to_the_parent(_number: int, _frame: Optional[FrameType]) -> None:
    pass


# -- bounds -----------------------------------------------------------------------------------------


def _start_watching() -> None:
    """Python's handlers wait for the main thread; the bytes of ``set_wakeup_fd`` do not."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    _run.pipe = (reader, writer)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    start_thread(_watch, reader, _run)


def start_thread(target: Callable[..., None], *arguments: object) -> None:
    """Start a thread that gets no signal: the kernel gives it to the main one, which may be waiting."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        threading.Thread(target=target, args=arguments, daemon=True).start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _watch(reader: int, run: _Run) -> None:
    while True:
        number = os.read(reader, 1)[0]
        if number not in ENDING or signal.getsignal(number) is not _arrived:
            continue
        run.forgotten.clear()
        if run.forgotten.wait(CALL_SECONDS):
            continue
        if run.number is None:
            _cut_connections(run.inherited)
        if run.forgotten.wait(CLEAN_UP_SECONDS):
            continue
        with contextlib.suppress(OSError):
            os.write(2, b"gearbox: the clean-up takes too long; the next run clears what is left\n")
        leave_at_once(128 + number)


def _sockets() -> Dict[int, int]:
    """Inode -> descriptor of every socket of this process."""
    found = {}
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - numbers, not paths
        with contextlib.suppress(OSError):
            status = os.fstat(int(name))
            if stat.S_ISSOCK(status.st_mode):
                found[status.st_ino] = int(name)
    return found


def _cut_connections(inherited: FrozenSet[int]) -> None:
    """Let the main thread return from a call of libpq or of MySQL's client, which no signal ends."""
    for inode, descriptor in _sockets().items():
        if inode not in inherited:
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as connection:
                connection.shutdown(socket.SHUT_RDWR)
