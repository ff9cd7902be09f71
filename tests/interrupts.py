"""Ctrl-C for the processes that a test starts, whatever the tests were started to do with it themselves."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def ctrl_c(*, heard: bool = True) -> Iterator[None]:
    """Let the processes that are started meanwhile hear Ctrl-C, as at a terminal, or ignore it.

    A script has what it starts in the background ignore it, and whatever that starts inherits this: so a suite
    in the background would start programs that hear nothing.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler if heard else signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
