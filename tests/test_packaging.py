"""What an installation puts on a machine: the wheel's content, its names and its needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.packages import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

ROOT = Path(__file__).resolve().parent.parent
NEEDS = frozenset(
    {
        "charset-normalizer",
        "click",
        "eventsourcing",
        "holidays",
        "msgspec",
        "platformdirs",
        "prometheus-client",
        "pysqlite3",
        "sqlalchemy",
        "tomli-w",
        "tzdata",
        "wcwidth",
    }
)
NOT_SOURCE = shutil.ignore_patterns(
    ".git",
    ".venv*",
    ".*_cache",
    ".hypothesis",
    "__pycache__",
    "build",
    "dist",
    "*.egg-info",
    "*.db*",
)
DEMO = "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/longcase demo"
SUITE = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/python -m pytest"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Build the wheel from a copy of the source, so that no earlier build gets in."""
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(ROOT, folder / "source", ignore=NOT_SOURCE)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*command, str(source)], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, f"\n{done.stdout}\n{done.stderr}"
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as opened:
        yield opened


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    """Read what the wheel says of itself."""
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


def contents(wheel: zipfile.ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_the_top_level_holds_the_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    """The packages stand at top level: neither tests nor benchmarks nor a folder that somebody added."""
    assert {name.partition("/")[0] for name in contents(wheel)} == set(PACKAGES)


def test_every_module_and_data_file_is_inside(wheel: zipfile.ZipFile) -> None:
    """The explicit lists of packages and data leave nothing out, and let nothing else in."""
    source = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert contents(wheel) == source


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_says_that_it_is_typed(wheel: zipfile.ZipFile, package: str) -> None:
    """Type checkers of other programs may rely on the annotations."""
    assert f"{package}/py.typed" in wheel.namelist()


def test_the_vocabulary_is_inside(wheel: zipfile.ZipFile) -> None:
    """Categories and action kinds are data, and travel with the code that reads them."""
    data = [name for name in wheel.namelist() if name.startswith("domain/data/")]
    assert [name for name in data if name.endswith((".toml", ".json"))]


def test_the_commands_are_longcase_and_the_auditors(wheel: zipfile.ZipFile) -> None:
    """Two commands are installed: Longcase, and the program that checks what it disclosed."""
    (name,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
    lines = wheel.read(name).decode().split("\n")
    assert [line for line in lines if line] == [
        "[console_scripts]",
        "longcase = cli.main:main",
        "longcase-verify = longcase_verify.command:main",
    ]


def test_the_needs_are_the_agreed_ones(metadata: Message) -> None:
    """A further requirement is a decision (licence, weight, upkeep), never an accident."""
    needs = [need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need]
    assert {re.split(r"[^A-Za-z0-9-]", need)[0] for need in needs} == NEEDS


def test_the_licence_travels_along(wheel: zipfile.ZipFile, metadata: Message) -> None:
    """Apache-2.0 is what the metadata say and what the text inside is."""
    stated = metadata["License-Expression"] or metadata["License"]
    (name,) = (name for name in wheel.namelist() if name.endswith("/LICENSE"))
    assert stated == "Apache-2.0"
    assert wheel.read(name) == (ROOT / "LICENSE").read_bytes()


def test_only_the_oracle_is_under_the_agpl(metadata: Message) -> None:
    """The process-mining library that answers are compared with comes with its own extra alone."""
    needs = [need for need in metadata.get_all("Requires-Dist", []) if need.startswith("pm4py")]
    assert needs
    assert all(need.endswith('extra == "oracle"') for need in needs)


def test_readme_and_pipeline_say_the_same_two_commands() -> None:
    """A fresh machine needs README's two commands, and the second is what the pipeline runs."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pipeline = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert DEMO in readme
    assert SUITE in readme
    assert SUITE in pipeline
