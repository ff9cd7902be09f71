"""The vocabulary that is shipped, with what a force adds to it."""

from __future__ import annotations

import os
from functools import cache
from importlib import resources
from pathlib import Path

from domain.errors import UsageProblem
from domain.vocabulary import Vocabulary, joined, read

VARIABLE = "LONGCASE_VOCABULARY"
"""The environment variable that names a force's own vocabulary file."""


@cache
def shipped() -> Vocabulary:
    """Return the vocabulary in force; raise ``UsageProblem`` if the force's own file is no vocabulary."""
    text = resources.files("domain").joinpath("data/vocabulary.toml").read_text("utf-8")
    own = os.environ.get(VARIABLE)
    base = read(text, "the shipped vocabulary")
    return joined(base, _from_file(Path(own))) if own else base


def _from_file(path: Path) -> Vocabulary:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"the vocabulary {path} cannot be read: {error}", hints=(f"see {VARIABLE}",)) from error
    return read(text, str(path))
