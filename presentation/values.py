"""The fields of an entry, or of a state, and their values in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from presentation.phrases import at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo


def fields(values: Mapping[str, Any], zone: tzinfo) -> str:
    """Return fields and their values in words: ``outcome no answer, occurred at 3 Mar 2016 12:00``."""
    return ", ".join(f"{words(name)} {value_in_words(name, value, zone)}" for name, value in values.items())


def words(name: str) -> str:
    """Return a field's name as words."""
    return name.replace("_", " ")


def value_in_words(name: str, value: Any, zone: tzinfo) -> str:  # noqa: ANN401  (any value of an entry)
    """Return a field's value in words; an instant is known by the field's name, as in the contract."""
    from presentation.formats import is_instant

    if value is None or value in ([], (), {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and is_instant(name):
        return at(value, zone)
    if isinstance(value, list | tuple):
        return ", ".join(value_in_words(name, each, zone) for each in value)
    return str(value)
