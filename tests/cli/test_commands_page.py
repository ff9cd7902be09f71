"""The page of the commands holds every command with every option."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from cli.input.requests import Common
from cli.main import root
from cli.registry import SECTIONS, Branch, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text("utf-8")
SHARED = PAGE.partition("### Options of every recording command")[2].partition("\n## ")[0]


def leaves(entries: dict[str, Leaf | Branch], *before: str) -> Iterator[tuple[str, ...]]:
    for word, entry in entries.items():
        if isinstance(entry, Branch):
            if entry.itself is not None:
                yield (*before, word)
            yield from leaves(dict(entry.verbs), *before, word)
        elif find_spec(entry.target.partition(":")[0]):
            yield (*before, word)


def command_named(words: tuple[str, ...]) -> click.Command:
    command: click.Command = root
    context = click.Context(root, info_name="longcase", obj=Common())
    for word in words:
        assert isinstance(command, click.Group)
        _, found, _ = command.resolve_command(context, list(words[words.index(word) :]))
        assert found is not None
        command = found
    return command


@pytest.mark.parametrize("words", [path for _, part in SECTIONS for path in leaves(part)], ids=" ".join)
def test_every_command_and_option_is_documented(words: tuple[str, ...]) -> None:
    """Each command has its section, and each of its options stands there or with the shared ones.

    ``python -m scripts.write_commands_page`` writes what is missing.
    """
    heading = f"### longcase {' '.join(words)}\n"
    assert heading in PAGE
    section = PAGE.partition(heading)[2].partition("\n### ")[0]
    text = section + (SHARED if "options of every recording command" in section else "")
    options = [option for each in command_named(words).params for option in each.opts if option.startswith("--")]
    assert [option for option in options if f"{option}" not in text] == []
