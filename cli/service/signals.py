"""Ending a command that runs until it is told to stop: by SIGTERM, or by Ctrl-C.

A signal sets an event, at which the command ends what it has in hand. What it has in hand may be one long call
of a database, from which nothing calls it back; so after a second the process ends as it is. A transaction is
then rolled back as after any other end of a process.
"""

from __future__ import annotations

import os
import signal
import socket
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from cli.errors import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

GRACE: Final = 1.0
"""How many seconds the command has to end of itself."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Stop(Event):
    """Set when the command is to stop; ``signal`` is what said so."""

    signal: int | None = None


@contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """Lend what is set by SIGTERM and SIGINT, which do nothing else meanwhile; for the main thread only.

    What the program was started to ignore, as a script has those in its background ignore SIGINT, stays ignored.
    """
    stop, over = Stop(), Event()
    heard, waker = socket.socketpair()
    waker.settimeout(0)
    watcher = Thread(target=_watch, args=(heard, stop, over), daemon=True)
    watcher.start()
    wakeup = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    heeded = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    handlers = {each: signal.signal(each, _noted) for each in heeded}
    try:
        yield stop
    finally:
        over.set()
        for each, handler in handlers.items():
            signal.signal(each, handler)
        signal.set_wakeup_fd(wakeup)
        waker.close()
        watcher.join()
        heard.close()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the watcher is told of the signal even while this thread is in a call of the database."""


def _watch(heard: socket.socket, stop: Stop, over: Event) -> None:
    number = heard.recv(1)
    if number:
        stop.signal = number[0]
        stop.set()
        if not over.wait(GRACE):
            os._exit(INTERRUPTED if stop.signal == signal.SIGINT else 0)
