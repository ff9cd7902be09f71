"""The house style, as far as a program can judge it: lengths, names, docstrings, reasons, layers."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.packages import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(path for part in PACKAGES for path in (ROOT / part).rglob("*.py"))
CHECKS = sorted(path for part in ("tests", "benchmarks") for path in (ROOT / part).rglob("*.py"))

LONGEST_FUNCTION = 50
LONGEST_OF_95_PERCENT = 30
MEDIAN_FUNCTION = 8
LONGEST_MODULE = 300
MOST_MODULES = 20
FLAT = ROOT / "cli" / "commands"

PRIVATE = re.compile(
    "aside|books|copies|crowding|deep|dossiers|filling|gathering|given|ground|humane|lanepaint|leading|livecase|"
    "looking|looks|openclocks|opening|order|own|performing|picking|redraw|repeating|safe|shipped|standing|stored|"
    "taking|telling|typesetting|watching|weaving|wording|words"
)
"""Names that say something only to whoever gave them: modules had them once, and none has one again."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
IGNORE = re.compile(r"#\s*(?:noqa|type:\s*ignore|ruff:\s*noqa)\b(?P<rest>.*)$", re.MULTILINE)
CODES = re.compile(r"^(?:\[[a-z, -]*\]|:?\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*)")
REASON = re.compile(r"[a-z]{2,} \S+")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


class Function(NamedTuple):
    """A function of the packages: where it stands, and its lines from ``def`` to its end."""

    where: str
    lines: int


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions() -> Iterator[Function]:
    for path in MODULES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, FUNCTIONS):
                end = node.end_lineno or node.lineno
                yield Function(f"{where(path, node.lineno)} {node.name}", end - node.lineno + 1)


def undocumented(path: Path, parent: ast.Module | ast.ClassDef) -> Iterator[str]:
    if ast.get_docstring(parent) is None:
        yield where(path, getattr(parent, "lineno", 1))
    for node in parent.body:
        if not isinstance(node, DEFINITIONS) or node.name.startswith("_") or is_overload(node):
            continue
        if isinstance(node, ast.ClassDef):
            yield from undocumented(path, node)
        elif ast.get_docstring(node) is None:
            yield where(path, node.lineno)


def is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list)


def test_no_function_is_long() -> None:
    """No function is longer than 50 lines, its docstring included."""
    assert [each for each in functions() if each.lines > LONGEST_FUNCTION] == []


def test_nearly_all_functions_are_short() -> None:
    """Of all functions, 95 in 100 have 30 lines at most, and half of them 8."""
    lengths = sorted(each.lines for each in functions())
    assert lengths[int(len(lengths) * 0.95)] <= LONGEST_OF_95_PERCENT
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def test_no_module_is_long() -> None:
    """A module stays under 300 lines."""
    lengths = {where(path, 1): len(path.read_bytes().splitlines()) for path in MODULES}
    assert {place: lines for place, lines in lengths.items() if lines >= LONGEST_MODULE} == {}


def test_no_folder_is_crowded() -> None:
    """A folder has 20 modules at most, but for the commands, whose headings are those of the registry."""
    counts = Counter(path.parent for path in MODULES if path.name != "__init__.py" and path.parent != FLAT)
    assert {folder.name: count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_a_folder_imports_nothing_by_itself() -> None:
    """An ``__init__.py`` says what its folder is for and nothing else: to import a module loads no other."""
    bodies = {where(path, 1): parsed(path).body for path in MODULES if path.name == "__init__.py"}
    assert [place for place, body in bodies.items() if len(body) != 1] == []


def test_no_module_has_a_private_name() -> None:
    """A module and a folder are named in the terms of the field, for whoever has not read them yet."""
    named = {path: path.relative_to(ROOT).with_suffix("").parts for path in MODULES}
    assert [where(path, 1) for path, names in named.items() if any(map(PRIVATE.fullmatch, names))] == []


def test_no_two_classes_have_one_name() -> None:
    """What a class is can be told from its name alone."""
    found: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(where(path, node.lineno))
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_everything_public_says_what_it_is_for() -> None:
    """Every module, public class, public function and public method has a docstring."""
    assert [place for path in MODULES for place in undocumented(path, parsed(path))] == []


def test_nothing_is_left_for_later() -> None:
    """No mark of unfinished work stands in the packages."""
    marked = [
        where(path, number)
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert marked == []


def reasonless(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for found in IGNORE.finditer(text):
        if not gives_reason(found["rest"]):
            yield where(path, text.count("\n", 0, found.start()) + 1)


def gives_reason(rest: str) -> bool:
    return REASON.search(CODES.sub("", rest, count=1)) is not None


def test_every_ignored_finding_carries_its_reason() -> None:
    """Whoever silences a linter or the type checker says why, on the same line."""
    sources = [path for path in (*MODULES, *CHECKS) if path != Path(__file__).resolve()]
    assert [place for path in sources for place in reasonless(path)] == []


@pytest.mark.parametrize(
    ("line", "has_reason"),
    [
        ("x = 1  # noqa: S608", False),
        ("x = 1  # noqa: S608, E501", False),
        ("x = 1  # noqa", False),
        ("x = 1  # type: ignore[no-any-return]", False),
        ("x = 1  # noqa: S608 - the name is one of ours", True),
        ("x = 1  # noqa: S608, E501  (the name is one of ours)", True),
        ("x = 1  # type: ignore[no-any-return]  # the driver ships no types", True),
    ],
)
def test_a_reason_is_told_from_a_code(line: str, has_reason: bool) -> None:
    """Codes alone are no reason; words after them are."""
    found = [match["rest"] for match in IGNORE.finditer(line)]
    assert len(found) == 1
    assert gives_reason(found[0]) is has_reason


TOOLS = {
    "ruff check": ("-m", "ruff", "check", "--quiet", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "--quiet", "."),
    "mypy": ("-m", "mypy"),
    "import-linter": ("-c", "from importlinter.cli import lint_imports_command as run; run()"),
}


@pytest.mark.lint
@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_find_nothing(tool: str) -> None:
    """Rules, format, types and layers hold, by the tools and the settings of the project."""
    command = [sys.executable, *TOOLS[tool]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"\n{done.stdout}\n{done.stderr}"
