"""From a line of a batch to the command that it gives: what it takes, by the definition of the command line."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from cli.errors import in_our_words
from cli.input.many import NotOfLines
from domain.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cli.lazy import LazyGroup

HEADING: Final = "Record"
"""Under which heading of the help the commands stand that a batch takes."""

_KEY: Final = re.compile(rb'"\s*:')
"""The end of a key; one within a text looks like it too, so that there are never fewer than keys."""

_VALUES: Final = msgspec.json.Decoder(dict[str, str | int | bool | list[str | int] | None])
_OF_THE_BATCH: Final = {
    "store": "longcase batch --store URL says it for all lines",
    "today": "longcase batch --today DAY says it for all lines",
    "format": "a batch always answers in JSON, one line for each of its own",
}
"""The options that a line has not, and what there is instead."""


class LineCommands:
    """The commands that a batch takes, each made ready when it is first given."""

    def __init__(self, context: click.Context) -> None:
        """Take those of the program that ``context`` belongs to."""
        self._root = context.find_root()
        group: LazyGroup = self._root.command  # type: ignore[assignment]  # the program is one
        self._taken = {
            name
            for heading, part in group.sections
            for each, entry in part.items()
            for name in _spelt(each, getattr(entry, "verbs", ()))
            if heading == HEADING
        }
        self._ready: dict[str, _Takes] = {}

    def call_of(self, content: bytes) -> Callable[[], Any]:
        """Return the call that a line's command is; raise ``UsageProblem`` for what cannot be understood."""
        given = _decoded(content)
        words = given.pop("command", None)
        takes = self._ready.get(words) if isinstance(words, str) else None
        if takes is None:
            takes = self._made_ready(words)
        try:
            return takes.call(given)
        except click.ClickException as error:
            raise in_our_words(error) from error

    def _made_ready(self, words: object) -> _Takes:
        if not isinstance(words, str):
            hint = 'write {"command": "act", "reference": "REF", "kind": "child-seen"}'
            raise UsageProblem("the line does not say which command it gives", hints=(hint,))
        if words not in self._taken:
            raise self._no_such(words)
        self._ready[words] = _Takes(*_found(self._root, words.split(" ")))
        return self._ready[words]

    def _no_such(self, words: str) -> UsageProblem:
        first, *rest = words.split() or [""]
        group: LazyGroup = self._root.command  # type: ignore[assignment]  # as above
        if first in group.entries and not any(name.partition(" ")[0] == first for name in self._taken):
            why = f"a batch does not take {words!r}, which records nothing in a case or about an officer"
            return UsageProblem(why, hints=(f"longcase {' '.join([first, *rest])} is given by itself",))
        hints = (*_near(words, self._taken), "longcase batch --help says which commands a batch takes")
        return UsageProblem(f"{words!r} is not a command that a batch takes", hints=hints)


class _Takes:
    """What one command takes: a key for each argument and option, and what those are that are not given."""

    def __init__(self, context: click.Context, absent: dict[str, Any]) -> None:
        self._context, self._absent = context, absent
        self._callback: Callable[..., Any] = context.command.callback  # type: ignore[assignment]  # each has one
        parameters = {key: one for one in context.command.params if (key := key_of(one)) is not None}
        self._by_key = {
            key: (one, _reader(context, one)) for key, one in parameters.items() if key not in _OF_THE_BATCH
        }
        self._required = [one for one in parameters.values() if one.required]

    def call(self, given: dict[str, Any]) -> Callable[[], Any]:
        """Return the command with what is given; raise ``UsageProblem``, or click's own errors."""
        values = self._absent.copy()
        named = set()
        for key, value in given.items():
            found = self._by_key.get(key)
            if found is None:
                raise self._unknown(key)
            if value is not None:
                parameter, read = found
                values[parameter.name] = read(value)
                named.add(parameter.name)
        for parameter in self._required:
            if parameter.name not in named:
                raise click.MissingParameter(ctx=self._context, param=parameter)
        return partial(self._callback, **values)

    def _unknown(self, key: str) -> UsageProblem:
        words = self._context.command_path.removeprefix("longcase ")
        if key in _OF_THE_BATCH:
            return UsageProblem(f"{words}: {key!r} is not for a line", hints=(_OF_THE_BATCH[key],))
        takes = f"it takes {', '.join(self._by_key)}"
        return UsageProblem(f"{words} takes no {key!r}", hints=(*_near(key, self._by_key), takes))


def _spelt(name: str, verbs: Iterable[str]) -> Sequence[str]:
    return [f"{name} {verb}" for verb in verbs] or [name]


def _found(parent: click.Context, words: Sequence[str]) -> tuple[click.Context, dict[str, Any]]:
    """Return a context in which a command's errors are told, and what each of its parameters is if not given."""
    command: Any = parent.command
    for word in words[:-1]:
        command = command.get_command(parent, word)
        parent = click.Context(command, info_name=word, parent=parent)
    command = command.get_command(parent, words[-1])
    absent = command.make_context(words[-1], [], parent=parent, resilient_parsing=True).params
    return click.Context(command, info_name=words[-1], parent=parent), absent


def key_of(parameter: click.Parameter) -> str | None:
    """Return the key of a parameter: its option as it is typed, or the name of an argument that has a metavar.

    ``None`` of what is of many cases: a line is of one.
    """
    if isinstance(parameter, NotOfLines):
        return None
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len).lstrip("-").replace("-", "_")
    return parameter.name if parameter.metavar else None


def _reader(context: click.Context, parameter: click.Parameter) -> Callable[[Any], Any]:
    """Return what reads a value of JSON as the command line reads it as typed."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return partial(_flag, context, parameter)
    if parameter.multiple or parameter.nargs != 1:
        return partial(_list, context, parameter)
    if parameter.type is not click.STRING:
        return partial(_single, context, parameter)
    return partial(_text, context, parameter, parameter.callback)


def _flag(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    if not isinstance(value, bool):
        raise _unfit(context, parameter, "true or false")
    return parameter.process_value(context, value)


def _list(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    if not isinstance(value, list):
        raise _unfit(context, parameter, "a list")
    return parameter.process_value(context, value)


def _single(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    whole = isinstance(parameter.type, click.types.IntParamType)
    if isinstance(value, (bool, list)) or (isinstance(value, int) and not whole):
        raise _unfit(context, parameter, "a whole number" if whole else "a text")
    return parameter.process_value(context, value)


def _text(
    context: click.Context, parameter: click.Parameter, callback: Callable[..., Any] | None, value: Any
) -> Any:
    if not isinstance(value, str):
        raise _unfit(context, parameter, "a text")
    return value if callback is None else callback(context, parameter, value)


def _unfit(context: click.Context, parameter: click.Parameter, what: str) -> UsageProblem:
    words = context.command_path.removeprefix("longcase ")
    return UsageProblem(f"{words}: {key_of(parameter)!r} must be {what}")


def _near(name: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return [f"did you mean {match}?" for match in get_close_matches(name, known, n=2)]


def _decoded(content: bytes) -> dict[str, Any]:
    """Return the object that a line is; raise ``UsageProblem`` if it is none, or gives a key twice."""
    try:
        given = _VALUES.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _undecodable(content, error) from error
    if len(_KEY.findall(content)) != len(given):
        _refuse_twice(content)
    return given


def _undecodable(content: bytes, error: Exception) -> UsageProblem:
    try:
        content.decode()
    except UnicodeDecodeError as broken:
        return UsageProblem(f"the line is not UTF-8, from its byte {broken.start + 1} on")
    hint = "a line is one JSON object, of texts, whole numbers, true or false, and lists of texts"
    return UsageProblem(f"the line cannot be understood: {error}", hints=(hint,))


def _refuse_twice(content: bytes) -> None:
    def refuse(pairs: list[tuple[str, Any]]) -> None:
        for key, count in Counter(key for key, _ in pairs).items():
            if count > 1:
                raise UsageProblem(f"the line gives {key!r} twice")

    json.loads(content, object_pairs_hook=refuse)
