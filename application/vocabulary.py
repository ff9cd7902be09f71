"""The vocabulary that is shipped, with what a force adds to it."""

from __future__ import annotations

import os
from functools import cache

import domain
from application.small_file import small_text
from domain.errors import UsageProblem
from domain.vocabulary import Vocabulary, check_inverses, joined, read

VARIABLE = "LONGCASE_VOCABULARY"
"""The environment variable that names a force's own vocabulary file."""


_SHIPPED = os.path.join(os.path.dirname(domain.__file__), "data", "vocabulary.toml")  # noqa: PTH118, PTH120  (pathlib and importlib.resources cost a cold start 12 ms)


@cache
def shipped() -> Vocabulary:
    """Return the vocabulary in force; raise ``UsageProblem`` if the force's own file is no vocabulary."""
    own = os.environ.get(VARIABLE)
    base = _from_file(_SHIPPED)
    if not own:
        return base
    words = joined(base, _from_file(own))
    check_inverses(words, own)
    return words


def _from_file(path: str) -> Vocabulary:
    try:
        text = small_text(path)
    except (OSError, ValueError) as error:
        raise UsageProblem(
            f"the vocabulary {path} cannot be read: {error}", hints=(f"see {VARIABLE}",)
        ) from error
    return read(text, path)
