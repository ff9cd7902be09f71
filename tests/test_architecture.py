"""Whoever follows a page of the project into its code finds what the page names: files, folders, functions."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT, pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARCHITECTURE = ROOT / "docs" / "architecture.md"
PAGES = [*pages(), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PACKAGES = sorted(path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "benchmarks")
AT_TOP = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}

BLOCK = re.compile(r"^(`{3,})\w*\n.*?^\1$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
PATH = re.compile(r"[a-z0-9][a-z0-9_./]*")
DOTTED = re.compile(rf"(?:{'|'.join(package.name for package in PACKAGES)})(?:\.\w+)+")
STEP = re.compile(r"\d+\. `([a-z0-9_/]+)\.py`: ")
CALL = re.compile(r"`([\w.]+)\(\)`")
FOLDER = re.compile(r"^\| `([a-z_/]+)/` \| ", re.MULTILINE)


def code(text: str) -> list[str]:
    return CODE.findall(BLOCK.sub("", text))


def paths(text: str) -> Iterator[str]:
    """Yield the paths that a page names; a module alone lies beside the file that was named before it."""
    beside = PurePosixPath()
    for one in code(text):
        if PATH.fullmatch(one) and (one.endswith((".py", "/")) or one.partition("/")[0] in AT_TOP - {one}):
            if "/" in one:
                beside = PurePosixPath(one).parent
            yield one if "/" in one else str(beside / one)


def functions(text: str) -> Iterator[str]:
    """Yield what ``name()`` stands for in a numbered step: a name in the file with which the step begins."""
    module = ""
    for line in text.splitlines():
        if step := STEP.match(line):
            module = step[1].replace("/", ".")
        elif not line.startswith("   "):
            module = ""
        if module:
            yield from (f"{module}.{name}" for name in CALL.findall(line))


def names(text: str) -> Iterator[str]:
    yield from (one for one in code(text) if DOTTED.fullmatch(one) and not one.endswith(".py"))
    yield from functions(text)


def exists(name: str) -> bool:
    """Say whether a module, or what stands in one or in a class of one, is there and is not inherited."""
    owner, _, last = name.rpartition(".")
    try:
        resolve_name(name)
        return last in vars(resolve_name(owner))
    except (AttributeError, ImportError, ValueError):
        return False


def missing(text: str) -> list[str]:
    """Return what a page names and the project does not have."""
    absent = [path for path in paths(text) if not (ROOT / path).exists()]
    return absent + [name for name in names(text) if not exists(name)]


def folders(package: Path) -> Iterator[str]:
    found = (path.parent for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return (path.relative_to(ROOT).as_posix() for path in found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    """A file, a folder, a module or a function that moves is followed by every page that names it."""
    assert missing(page.read_text("utf-8")) == []


def test_every_folder_has_its_line_in_the_tree() -> None:
    """Each folder of the packages stands once in the table, and none that is gone."""
    listed = FOLDER.findall(ARCHITECTURE.read_text("utf-8"))
    of_packages = [one for one in listed if one.partition("/")[0] in {package.name for package in PACKAGES}]
    assert sorted(of_packages) == sorted({folder for package in PACKAGES for folder in folders(package)})


def test_both_ways_are_written_as_steps() -> None:
    """Each step begins with the file that it is about, and no function is named that is not looked for there."""
    text = ARCHITECTURE.read_text("utf-8")
    assert [line for line in re.findall(r"^\d+\. .*$", text, re.MULTILINE) if not STEP.match(line)] == []
    assert len(list(functions(text))) == len(CALL.findall(text))


@pytest.mark.parametrize(
    "text",
    [
        "`cli/nowhere.py`",
        "`cli/nowhere/`",
        "`nowhere/main.py`",
        "`nowhere/`",
        "`tests/nowhere`",
        "`tests/test_docs.py` and `test_nowhere.py`",
        "`nowhere.py`",
        "`cli.main.nowhere`",
        "`cli.nowhere.main`",
        "1. `cli/main.py`: `nowhere()` runs",
        "1. `cli/lazy.py`: `LazyGroup.invoke()` is the library's",
        "1. `cli/main.py`: `main()` runs\n   `nowhere()`",
    ],
)
def test_what_is_gone_is_found(text: str) -> None:
    """A name in any of the forms that the pages use is looked for, and missed."""
    assert len(missing(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "`cli/main.py` and `errors.py`",
        "`cli/`",
        "`tests/ledger/samples`",
        "`cli.lazy.LazyGroup.get_command`",
        "1. `cli/main.py`: `main()` runs\n   `root()`\n\nand `print()` stands in no step",
        "`longcase cases`, `case.reported`, `test_NAME.py`, `~/.pgpass`, `__init__.py`, `outer/inner` are none",
        "```console\n$ longcase export --output cli/nowhere.py\n```",
    ],
)
def test_what_is_there_is_not_missed(text: str) -> None:
    """Only names of the project's own files and functions are looked for, and those that there are, are found."""
    assert missing(text) == []
