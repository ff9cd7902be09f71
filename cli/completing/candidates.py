"""Which words may stand for an argument or an option: from the vocabulary, the rulebook and the store."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

import click

from cli.input.many import CHOSEN
from cli.input.profile import store_path
from ledger import stores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ledger.reader import LedgerReader

FILE: Final = "file"
"""What a parameter takes that the shell itself completes."""

MOST: Final = 100
"""How many words are offered at most."""

Words = dict[str, str]
"""Words with what each means, or nothing."""


def taken_by(context: click.Context, parameter: click.Parameter) -> tuple[str, ...]:
    """Return of which kinds the words of a parameter are, the likeliest first; none if it takes no such word."""
    if isinstance(parameter.type, click.Choice | click.Path):
        return ()
    metavar = (parameter.metavar or "").strip("[].")
    if isinstance(parameter, click.Option):
        return _OPTIONS.get(max(parameter.opts, key=len)) or _BY_METAVAR.get(metavar, ())
    if context.command_path in _NAMING and parameter is _arguments(context)[0]:
        return ()
    if parameter.name == "reference" and context.params.get(CHOSEN):
        return ("officers",)
    name = _arguments(context)[1].name if parameter.name == "more" else parameter.name
    return _ARGUMENTS.get(name or "") or _BY_METAVAR.get(metavar, ())


def _arguments(context: click.Context) -> list[click.Parameter]:
    return [one for one in context.command.params if isinstance(one, click.Argument)]


def words(context: click.Context, kinds: tuple[str, ...], prefix: str) -> Words:
    """Return the words of the first of these kinds of which any begins with ``prefix``, at most ``MOST``.

    Where there are more, their beginnings are returned, as far as they are the same.
    """
    for kind in kinds:
        found = {word: means for word, means in _asked(context, kind, prefix).items() if word.startswith(prefix)}
        offered = found if len(found) <= MOST else dict.fromkeys(beginnings(found), "")
        if offered := {word: means for word, means in offered.items() if not _is_steering(word)}:
            return offered
    return {}


def beginnings(found: Iterable[str]) -> list[str]:
    """Return the beginnings of too many words, as long as ``MOST`` of them can be.

    A shell would otherwise take what the first hundred have in common for what all have.
    """
    best: set[str] = set()
    pairs = enumerate(zip(min(found), max(found), strict=False))
    length = 1 + next((place for place, (one, other) in pairs if one != other), len(min(found)))
    while len(longer := {word[:length] for word in found}) <= MOST:
        best, length = longer, length + 1
    return sorted(best)


def _is_steering(word: str) -> bool:
    if word.isascii() and word.isprintable():
        return False
    from presentation.escaping import safe_text

    return safe_text(word) != word


def _asked(context: click.Context, kind: str, prefix: str) -> Words:
    """Return the words of a kind; those of a store that cannot be read are not among them."""
    found = _UNASKED[kind]() if kind in _UNASKED else {}
    if kind in _OF_STORES:
        with suppress(Exception), closing(_glance(context)) as ledger:  # (its own commands say what is wrong)
            found |= _OF_STORES[kind](context, ledger, prefix)
    return found if kind == "numbers" or len(found) > MOST else dict(sorted(found.items()))


def _glance(context: click.Context) -> LedgerReader:
    """Return a reader of the store that the words before say, the environment or the profile."""
    given = next((each.params["store"] for each in _outwards(context) if each.params.get("store")), None)
    path = store_path(None if given is None else os.path.expandvars(given))
    return stores.open_to_glance(path)


def _outwards(context: click.Context | None) -> Iterator[click.Context]:
    while context is not None:
        yield context
        context = context.parent


def _kinds() -> Words:
    from application.vocabulary import shipped

    return {word: kind.title for word, kind in shipped().kinds.items()}


def _categories() -> Words:
    from application.vocabulary import shipped

    return {word: category.title for word, category in shipped().categories.items()}


def _relations() -> Words:
    from application.vocabulary import shipped

    return {word: relation.title for word, relation in shipped().relations.items()}


def _flags() -> Words:
    from presentation.flags import MEANINGS

    return dict(MEANINGS)


def _me() -> Words:
    from cli.input.parameters import ME

    return {ME: "whoever acts"}


def _references(_context: click.Context, ledger: LedgerReader, prefix: str) -> Words:
    from projections.queries.completions import references

    return dict.fromkeys(references(ledger, prefix), "")


def _officers(_context: click.Context, ledger: LedgerReader, _prefix: str) -> Words:
    from projections.queries.completions import owners

    return dict.fromkeys(owners(ledger), "")


def _teams(_context: click.Context, ledger: LedgerReader, _prefix: str) -> Words:
    from projections.queries.completions import teams

    return dict.fromkeys(teams(ledger), "")


def _recorded_categories(_context: click.Context, ledger: LedgerReader, _prefix: str) -> Words:
    from projections.queries.completions import categories

    return {word: "" for word in categories(ledger) if word not in _categories()}


def _rounds(_context: click.Context, ledger: LedgerReader, _prefix: str) -> Words:
    from projections.queries.completions import rounds

    return dict.fromkeys(rounds(ledger), "")


def _standards(_context: click.Context, ledger: LedgerReader, _prefix: str) -> Words:
    from projections.views.rulebooks import rulebook_versions

    versions = rulebook_versions(ledger).versions
    return {one.id: one.title for _, book in versions for one in book.standards}


def _accreditations(_context: click.Context, ledger: LedgerReader, _prefix: str) -> Words:
    from projections.views.rulebooks import rulebook_versions

    versions = rulebook_versions(ledger).versions
    return {work: "" for _, book in versions for work in book.needs.values()}


def _numbers(context: click.Context, ledger: LedgerReader, _prefix: str) -> Words:
    """Return the numbers of a case's entries, each with what it records unless the case was ever restricted."""
    from domain.cases.events import Restricted
    from domain.identity import case_stream, known

    typed = context.params.get("reference") or context.params.get("ref") or ""
    rows = ledger.stream(known(case_stream, typed.strip(), ledger.version))
    hidden = any(row.topic == Restricted.TOPIC for row in rows)
    return {str(row.version): "" if hidden else row.topic.partition(".")[2] for row in rows}


_UNASKED: Final[dict[str, Callable[[], Words]]] = {
    "kinds": _kinds,
    "categories": _categories,
    "relations": _relations,
    "flags": _flags,
    "people": _me,
}
"""What needs no store."""

_OF_STORES: Final[dict[str, Callable[[click.Context, LedgerReader, str], Words]]] = {
    "references": _references,
    "officers": _officers,
    "people": _officers,
    "teams": _teams,
    "categories": _recorded_categories,
    "rounds": _rounds,
    "standards": _standards,
    "accreditations": _accreditations,
    "numbers": _numbers,
}

_NAMING: Final = frozenset({"longcase report", "longcase officer enrol", "longcase inspection open"})
"""The commands whose first argument is a new name, which no word that there is would be."""

_ARGUMENTS: Final[dict[str, tuple[str, ...]]] = {
    "ref": ("references",),
    "reference": ("references",),
    "references": ("references",),
    "other": ("references",),
    "kind": ("kinds", "references"),
    "to": ("officers", "references"),
    "further": ("officers",),
    "inspection": ("rounds",),
    "accreditation": ("accreditations",),
    "version": ("numbers",),
    "number": ("numbers",),
    "entry": ("numbers",),
    "officer": ("officers",),
    "name": ("officers",),
    "file": (FILE,),
    "files": (FILE,),
}
"""By the name of an argument. Behind REF... a further case or the last word may stand."""

_OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "--category": ("categories",),
    "--team": ("teams",),
    "--as": ("relations",),
    "--flag": ("flags",),
    "--standard": ("standards",),
    "--inspection": ("rounds",),
    "--follows": ("rounds",),
    "--owner": ("people",),
    "--by": ("people",),
    "--store": (FILE,),
}

_BY_METAVAR: Final[dict[str, tuple[str, ...]]] = {
    "REF": ("references",),
    "ID": ("officers",),
    "OFFICER": ("officers",),
    "ACTOR": ("officers",),
    "FILE": (FILE,),
    "FILE|-": (FILE,),
}
