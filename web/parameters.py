"""What a page is asked with: parameters named as the command's options, and one spelling of each question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from domain.errors import UsageProblem
from domain.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Pairs = tuple[tuple[str, str], ...]
"""Names and values in their order, as they stand in a URL."""

MOST: Final = 1_000
"""How many rows a page shows at most."""

_FLAG: Final = "1"
_DIGITS: Final = 12


class Parameter(NamedTuple):
    """A name in the URL, which is that of the command's option.

    ``many`` may be given again; ``choices`` are all that may be given, typed with hyphens, spaces or capitals;
    a ``flag`` is 1 where it is given; a ``number`` is whole. What is blank was not given. ``label`` stands beside
    its field in a form, which has none where it is empty.
    """

    name: str
    label: str = ""
    many: bool = False
    choices: tuple[str, ...] = ()
    flag: bool = False
    number: bool = False

    @property
    def key(self) -> str:
        """The name that Python has for it."""
        return self.name.replace("-", "_")


LIMIT: Final = Parameter("limit", number=True)


def read(given: Mapping[str, Sequence[str]], allowed: Sequence[Parameter]) -> dict[str, Any]:
    """Return the values of all that may be given, by key: texts, tuples of texts, truths, numbers or ``None``.

    Raises ``UsageProblem`` for a name that there is not, a value that is not among the choices, and a second
    value of what has one.
    """
    _refuse_unknown([*given], [one.name for one in allowed])
    return {one.key: _value(one, [text for text in given.get(one.name, ()) if text.strip()]) for one in allowed}


def pairs(values: Mapping[str, Any], allowed: Iterable[Parameter]) -> Pairs:
    """Return what was given as it stands in the URL, in the order of the parameters."""
    return tuple((one.name, text) for one in allowed for text in _texts(values[one.key]))


def url(path: str, given: Iterable[tuple[str, str]]) -> str:
    """Return a path with a query; names and values are quoted."""
    query = urlencode(list(given), quote_via=quote)
    return f"{path}?{query}" if query else path


def _refuse_unknown(given: Sequence[str], allowed: Sequence[str]) -> None:
    for name in given:
        if name not in allowed:
            known = (f"one of: {', '.join(allowed)}",) if allowed else ()
            hints = (*did_you_mean(nearest(name, allowed)), *known)
            raise UsageProblem(f"there is no {name!r} to ask this page with", hints=hints)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  (any value that ``read`` returns)
    if isinstance(value, tuple):
        yield from value
    elif value is True:
        yield _FLAG
    elif value is not None and value is not False:
        yield str(value)


def _value(one: Parameter, texts: Sequence[str]) -> Any:  # noqa: ANN401  (as above)
    chosen = tuple(_chosen(one, text) for text in texts)
    if one.many:
        return tuple(dict.fromkeys(chosen))
    if len(chosen) > 1:
        raise UsageProblem(f"{one.name} is given twice", hints=("give it once",))
    text = chosen[0] if chosen else None
    if one.flag:
        return _truth(one, text)
    return None if text is None else _number(one, text) if one.number else text


def _chosen(one: Parameter, text: str) -> str:
    """Return a text as it is; of a choice, the words that it stands for."""
    if not one.choices:
        return text.strip()
    typed = " ".join(text.replace("-", " ").lower().split())
    found = next((choice for choice in one.choices if choice.replace("-", " ") == typed), None)
    if found is None:
        hints = (*did_you_mean(nearest(text, one.choices)), f"one of: {', '.join(one.choices)}")
        raise UsageProblem(f"{one.name}: {text!r} is none of the choices", hints=hints)
    return found


def _truth(one: Parameter, text: str | None) -> bool:
    if text not in {None, _FLAG}:
        raise UsageProblem(
            f"{one.name}: {text!r} is not {_FLAG}", hints=(f"write {one.name}={_FLAG}, or leave it out",)
        )
    return text is not None


def _number(one: Parameter, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise UsageProblem(f"{one.name}: {text!r} is not a whole number")
    return int(text)
