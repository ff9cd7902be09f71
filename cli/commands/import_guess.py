"""``longcase import guess FILE``: a mapping from headings and rows, for a person to look over."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from application.vocabulary import shipped
from exchange.mapping.guess import columns, guessed
from exchange.readers.first_rows import FirstRows


@click.command("guess")
@click.argument("file", type=click.Path(path_type=Path))
def guess(file: Path) -> None:
    """Write a mapping for FILE, in CSV or JSON Lines, guessed from its headings and its first rows.

    It goes to standard output: longcase import guess FILE > mapping.toml. A comment stands wherever a person must
    look; nothing is imported, and no store is needed. A file that is called guess is imported as ./guess.
    """
    found = FirstRows(file)
    text = guessed(columns(found.headings, found.rows), shipped(), found.source)
    sys.stdout.write(text)
