"""The units for systemd: what they start is what the commands take, and systemd finds no fault in them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from cli.input.requests import Common
from cli.main import root
from cli.manual import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "deploy"
PROGRAM = "/opt/longcase/bin/longcase"
SERVICES = sorted(path.name for path in FOLDER.glob("*.service"))
OUR_OWN = {"XDG_STATE_HOME"}


def started(unit: str) -> Iterator[list[str]]:
    """Yield the words behind each call of ``longcase`` in a unit, a shell's quotes taken off."""
    for line in re.findall(r"^Exec\w+=(.*)$", (FOLDER / unit).read_text("utf-8"), flags=re.MULTILINE):
        words = shlex.split(line)
        if words[:2] == ["/bin/sh", "-c"]:
            words = shlex.split(words[2].removeprefix("exec "))
        if words[0] == PROGRAM:
            yield words[1:]


def understood(words: Sequence[str]) -> str:
    """Return which command words give; raise click's own errors, or ours, for what it does not take."""
    command: click.Command = root
    context = root.make_context("longcase", list(words), obj=Common(), resilient_parsing=True)
    rest = list(words)
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        context = (
            found.make_context(name, list(rest), parent=context)
            if not isinstance(found, click.Group)
            else (click.Context(found, info_name=name, parent=context))
        )
        command = found
    return context.command_path


@pytest.mark.parametrize(
    ("unit", "command"),
    [
        ("longcase-backup.service", "longcase backup"),
        ("longcase-follow.service", "longcase follow"),
        ("longcase-witness.service", "longcase witness serve"),
    ],
)
def test_what_a_unit_starts_is_understood(unit: str, command: str) -> None:
    """By the parser of the command itself: an option that is renamed or gone would stop a service."""
    assert [understood(words) for words in started(unit)] == [command]


def test_every_unit_is_tried_here() -> None:
    """And one that takes an option that there is not would not pass."""
    assert SERVICES == ["longcase-backup.service", "longcase-follow.service", "longcase-witness.service"]
    with pytest.raises(click.NoSuchOption):
        understood(["follow", "--metrix", "x"])


@pytest.mark.parametrize("unit", SERVICES)
def test_what_a_unit_sets_is_looked_at(unit: str) -> None:
    """Each variable is one that the program reads; no secret stands among them."""
    text = (FOLDER / unit).read_text("utf-8")
    names = set(re.findall(r"^Environment=(\w+)=", text, flags=re.MULTILINE))
    assert names
    assert names <= {*VARIABLES, *OUR_OWN}


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_may_do_no_more_than_it_must(unit: str) -> None:
    """It is nobody's account but its own, cannot gain rights, and writes where it is said to alone."""
    read = ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]  # names of systemd have capitals
    read.read_string((FOLDER / unit).read_text("utf-8"))
    service = dict(read["Service"])
    assert service["User"].startswith("longcase")
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    switched_on = ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictNamespaces")
    assert {service[name] for name in switched_on} == {"yes"}


def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    """``systemd-analyze verify``, with a program that is there in the place of ours."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    for unit in FOLDER.iterdir():
        text = unit.read_text("utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    assert len(units) == len(SERVICES) + 1
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
