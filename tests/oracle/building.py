"""The other reader is built from Go and from the packages that lie in it; nothing is fetched for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "oracle"
VENDORED = Path("src", "cmd", "vendor", "golang.org", "x", "mod", "sumdb")
DEBIAN = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb")
PACKAGES = ("note", "tlog")
MODULE = "module golang.org/x/mod\n\ngo 1.25\n"
PROGRAM = "module oracle\n\ngo 1.25\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ../xmod\n"


class NoGo(Exception):
    """There is no Go here that the other reader could be built with."""


def go() -> Path:
    """Return Go: that of the test extra, beside Python, or else the one on the path."""
    beside = shutil.which("go", path=str(Path(sys.executable).parent)) or shutil.which("go")
    if beside is None:
        raise NoGo(
            "there is no Go: install the test extra on Linux, or Debian's golang-go and golang-golang-x-mod-dev"
        )
    return Path(beside)


def environment() -> dict[str, str]:
    """Return what Go is run with: no network, no settings of the user, and a place for what it keeps."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(BUILD),
        "GOCACHE": str(BUILD / "cache"),
        "GOPATH": str(BUILD / "gopath"),
        "GOENV": "off",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=mod",
        "CGO_ENABLED": "0",
    }


def run_go(*args: str, cwd: Path) -> str:
    done = subprocess.run([go(), *args], cwd=cwd, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"go {' '.join(args)}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def sources(root: Path) -> Path:
    """Return where Go's packages for notes and trees lie."""
    for folder in (root / VENDORED, DEBIAN):
        if all((folder / name).is_dir() for name in PACKAGES):
            return folder
    raise NoGo("Go is here, but not its package sumdb: install Debian's golang-golang-x-mod-dev")


def built() -> Path:
    """Build the other reader, unless it is built already, and return it. Raises ``NoGo``."""
    BUILD.mkdir(parents=True, exist_ok=True)
    found = sources(Path(run_go("env", "GOROOT", cwd=BUILD)))
    for name in PACKAGES:
        put(
            sorted(path for path in (found / name).glob("*.go") if not path.name.endswith("_test.go")),
            "xmod",
            "sumdb",
            name,
        )
    (BUILD / "xmod" / "go.mod").write_text(MODULE, "utf-8")
    put(sorted(HERE.glob("*.go")), "source")
    (BUILD / "source" / "go.mod").write_text(PROGRAM, "utf-8")
    run_go("build", "-o", str(BUILD / "oracle"), ".", cwd=BUILD / "source")
    return BUILD / "oracle"


def put(files: list[Path], *parts: str) -> None:
    """Copy files into a folder that then holds nothing else."""
    folder = BUILD.joinpath(*parts)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in files:
        shutil.copyfile(path, folder / path.name)


def asked(questions: dict[str, Any]) -> dict[str, Any]:
    """Return the other reader's answers."""
    done = subprocess.run([built()], input=json.dumps(questions), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers
