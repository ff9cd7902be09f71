"""Write the reference part of docs/commands.md anew from what the commands say of themselves.

Run it from the top of the repository: ``python -m scripts.write_commands_page``. What stands above the mark
is written by hand and left alone.
"""

from __future__ import annotations

from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

from cli.input.requests import Common
from cli.main import root
from cli.manual import leaves

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
MARK = "<!-- What follows is written by scripts/write_commands_page.py. -->\n"
SHARED = frozenset(
    {"at", "actor", "role", "on_behalf_of", "reason", "command_id", "if_version", "format", "store"}
)


def _preformatted(paragraph: str) -> str:
    """Return a paragraph of help; one that click leaves as it is stands indented on the page too."""
    lines = paragraph.splitlines()
    if lines[:1] != ["\b"]:
        return f"{paragraph}\n"
    return "\n".join(f"    {line}" for line in lines[1:]) + "\n"


def section(path: str, command: click.Command, context: click.Context) -> str:
    """Return what the page says of one command."""
    usage = " ".join([path, *command.collect_usage_pieces(context)]).replace("[OPTIONS] ", "")
    about = "\n".join(map(_preformatted, cleandoc(command.help or "").split("\n\n")))
    lines = [f"### {path}", "", f"    {usage.replace('[OPTIONS]', '').strip()}", "", about]
    recording = any(parameter.name == "command_id" for parameter in command.params)
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record and not (recording and parameter.name in SHARED):
            lines.append(f"- `{record[0]}`: {' '.join(record[1].split())}")
    if recording:
        lines.append("- and the [options of every recording command](#options-of-every-recording-command)")
    return "\n".join(lines).rstrip() + "\n"


def reference() -> str:
    """Return the reference part of the page."""
    context = click.Context(root, info_name="longcase", obj=Common())
    parts: dict[str, list[str]] = {}
    headings = {name: heading for heading, part in root.sections for name in part}
    for path, command, inner in leaves(root, context):
        parts.setdefault(headings[path.split()[1]], []).append(section(path, command, inner))
    return "\n".join(f"## {heading}\n\n" + "\n".join(said) for heading, said in parts.items())


def main() -> None:
    """Write the page."""
    text: Any = PAGE.read_text("utf-8")
    by_hand = text.partition(MARK)[0]
    PAGE.write_text(f"{by_hand}{MARK}\n{reference()}", "utf-8")
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
