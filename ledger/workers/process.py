"""Runs a generator in a child process and yields its items, which come through a pipe.

Reading a large file or a large ledger and inserting what comes of it are each about as much work; Python's
lock lets one thread of a process compute at a time, so the reading half gets a process. Items are made of
numbers, texts, bytes, ``None``, lists, tuples and dicts, as ``marshal`` knows them.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import subprocess
import sys
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_ITEM, _END, _FAILED = b"i", b"e", b"f"
_START = (
    "import sys, marshal; sys.path[:] = marshal.load(sys.stdin.buffer);"
    "from ledger.workers.process import serve; serve()"
)


GARBAGE_AFTER = 200_000
"""After how many new objects the other process looks for garbage: it makes many, and next to none in circles."""


class WorkerFailed(Exception):
    """The child process ended without saying so, or failed in a way that nobody foresaw."""


def possible() -> bool:
    """Say whether a child process can help: there is a second processor, and an interpreter to start."""
    return (os.cpu_count() or 1) > 1 and bool(sys.executable)


def run_in_process(module: str, function: str, *arguments: Any) -> Generator[Any, None, None]:
    """Yield what the generator ``function`` of ``module`` yields for ``arguments``, in another process.

    Raises ``AsideFailed`` if that process fails. It is ended when the iteration is.
    """
    with _started((module, function, arguments)) as child:
        try:
            yield from _items(cast("IO[bytes]", child.stdout))
        finally:
            child.kill()


def _started(asked: tuple[Any, ...]) -> subprocess.Popen[bytes]:
    """Return the other process, told what to do; raise ``AsideFailed`` if that does not work."""
    command = [sys.executable, "-c", _START]
    try:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  (our own interpreter and our own words)
    except OSError as error:
        raise WorkerFailed(f"the process that reads cannot be started: {error}") from error
    try:
        # A broken pipe here is the other process's end, not that of whoever reads our standard output.
        with cast("IO[bytes]", child.stdin) as pipe:
            marshal.dump(sys.path, pipe)
            marshal.dump(asked, pipe)
    except OSError as error:
        child.kill()
        cast("IO[bytes]", child.stdout).close()
        child.wait()
        raise WorkerFailed(f"the process that reads does not listen: {error}") from error
    return child


def _items(pipe: IO[bytes]) -> Iterator[Any]:
    while (kind := pipe.read(1)) == _ITEM:
        yield marshal.loads(_exactly(pipe, int.from_bytes(_exactly(pipe, 8), "big")))  # noqa: S302  (from our own child)
    if kind == _FAILED:
        raise WorkerFailed(pipe.read().decode(errors="replace"))
    if kind != _END:
        raise WorkerFailed("the process that reads ended too early")


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) != count:
        raise WorkerFailed("the process that reads ended too early")
    return data


def serve() -> None:
    """Do what standard input asks for, and write what comes of it to standard output: the other process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(GARBAGE_AFTER)
    out = sys.stdout.buffer
    module, function, arguments = marshal.load(sys.stdin.buffer)  # noqa: S302  (from the process that started this one)
    try:
        for item in getattr(import_module(module), function)(*arguments):
            data = marshal.dumps(item)
            out.write(_ITEM + len(data).to_bytes(8, "big"))
            out.write(data)
        out.write(_END)
        out.flush()
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:  # noqa: BLE001  (whatever it is, the other side tells it)
        out.write(_FAILED + f"{type(error).__name__}: {error}".encode())
        out.flush()
