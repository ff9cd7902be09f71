"""The manual page: whole, made of what the commands say, and without a fault in its roff."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from cli.input.requests import Common
from cli.main import root
from cli.manual import EXIT_CODES, VARIABLES, _roff, leaves, manual

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def page() -> str:
    context = click.Context(root, info_name="longcase", obj=Common())
    return "".join(f"{line}\n" for line in manual(root, context, "1.0"))


def test_every_command_and_option_is_in_it(page: str) -> None:
    """Each command under its heading, each option with its help, in the order of the help."""
    context = click.Context(root, info_name="longcase", obj=Common())
    sections = dict(re.findall(r'^\.SS "(.*)"\n((?:(?!\.S[SH]).*\n)*)', page, flags=re.MULTILINE))
    count = 0
    for path, command, inner in leaves(root, context):
        found = [
            text
            for title, text in sections.items()
            if re.match(rf"{re.escape(_roff(path))}( [A-Z\[{{]|$)", title)
        ]
        assert found, path
        for parameter in command.get_params(inner):
            for option in parameter.opts if isinstance(parameter, click.Option) and not parameter.hidden else ():
                assert any(_roff(option) in text for text in found), (path, option)
                count += 1
    assert count > 500
    assert [line for line in page.splitlines() if line.startswith(".SH")][-3:] == [
        '.SH "EXIT STATUS"',
        '.SH "ENVIRONMENT"',
        '.SH "FILES"',
    ]


def test_every_exit_code_is_in_it() -> None:
    """Those of the contract, and no others."""
    contract = (DOCS / "contract.md").read_text("utf-8")
    table = contract.partition("| code | means |")[2].partition("\n\n")[0]
    codes = [
        code for cell in re.findall(r"^\| ([\d, ]+) \|", table, flags=re.MULTILINE) for code in cell.split(", ")
    ]
    assert list(EXIT_CODES) == codes


def test_every_variable_is_in_it() -> None:
    """Those of the page for operators, and no others."""
    table = (DOCS / "operators.md").read_text("utf-8").partition("| variable | says |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.*?) \| ", table, flags=re.MULTILINE)
    names = {name.partition("=")[0] for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    assert set(VARIABLES) == names


def test_it_is_ascii(page: str) -> None:
    """Whatever the terminal and the roff, nothing in it can be misread."""
    assert page.isascii()
    assert _roff(".x 'é\\-") == r"\&.x \(aq\[u00E9]\e\-"


def test_the_command_prints_it(longcase: Callable[..., Ran]) -> None:
    """On standard output, to be put where manual pages are."""
    ran = longcase("completion", "man")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(".TH LONGCASE 1 ")


@pytest.mark.parametrize(
    "tool", [("groff", "-man", "-ww", "-z", "-Tutf8"), ("man", "--warnings", "-l")], ids=" ".join
)
def test_roff_finds_no_fault_in_it(page: str, tool: tuple[str, ...], tmp_path: Path) -> None:
    """Not a warning; as man shows it, each command is to be found."""
    if shutil.which(tool[0]) is None:
        pytest.skip(f"there is no {tool[0]} here")
    file = tmp_path / "longcase.1"
    file.write_text(page, "ascii")
    done = subprocess.run(
        [*tool, str(file)],
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MAN_DISABLE_SECCOMP": "1"},
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    if tool[0] == "man":
        assert "longcase act REF... KIND" in done.stdout.decode()
