"""The words that are typed and shown, with what each means and what it does to the clocks of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domain.deadlines.names import ACTION
from domain.deadlines.silence import ACTIVITY
from domain.rulebook.model import CAUSES
from presentation.flags import MEANINGS
from projections.fields import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from domain.rulebook.model import Rulebook, Standard
    from domain.vocabulary import Vocabulary

Item = dict[str, Any]

FIELDS: Final = fields("list word means counts starts stops ends standards needs inverse cases")
"""What an item holds, in the order of the contract."""

_NOTHING: Final[Item] = dict.fromkeys(FIELDS[3:]) | {
    name: [] for name in ("starts", "stops", "ends", "standards")
}

LISTS: Final = {
    "kinds": "kinds of action, for act REF KIND",
    "categories": "categories of case, for report REF --category C",
    "outcomes": "outcomes of the cases that were closed; an outcome is any text, for resolve REF --outcome TEXT",
    "relations": "relations between cases, for link REF OTHER --as RELATION",
    "flags": "flags of what is irregular about an entry, for audit --flag FLAG",
    "causes": "causes for which a case is stalled, for stalled --cause CAUSE",
}
"""The lists, and what each is for."""

_CAUSES: Final = {
    "child-missing": "the case was closed, and a child is missing still",
    "child-detained": "the case was closed, and a child is in custody still",
    "escalation-unanswered": "the inspectorate waits for an answer to its escalation",
    "unallocated": "nobody was given the case in time",
    "owner-unavailable": "its owner is absent or has left",
    "owner-unaccredited": "its owner lacks the accreditation that its category needs",
    "warrant-lapsed": "a warrant lapsed, and was never executed",
    "clock-breached": "a time standard was not met, for which there is no graver cause",
    "step-missing": "a step that the standards call for was not taken in time",
    "attempts-only": "nothing but failed contacts since it was allocated",
    "untouched": "no work in time since it was allocated",
    "warrant-expiring": "a warrant is about to lapse, and was not executed",
    "pause-unreviewed": "paused, and the day to look at it again is past, or was never set",
    "dormant": "no work on the case for too long",
}


def words(
    lists: Iterable[str], vocabulary: Vocabulary, rulebook: Rulebook, outcomes: Mapping[str, int]
) -> list[Item]:
    """Return the words of these ``lists``, in their order, under the names of the contract.

    Standards are those of ``rulebook``. ``outcomes`` are the texts with which cases were closed, with how many.
    """
    given: dict[str, Callable[[], Iterator[Item]]] = {
        "kinds": lambda: _kinds(vocabulary, rulebook),
        "categories": lambda: _categories(vocabulary, rulebook),
        "outcomes": lambda: (_item(word, None, cases=outcomes[word]) for word in sorted(outcomes)),
        "relations": lambda: _relations(vocabulary),
        "flags": lambda: (_item(word, means) for word, means in MEANINGS.items()),
        "causes": lambda: (_item(one, _CAUSES[one], standards=_stalling(one, rulebook)) for one in CAUSES),
    }
    return [{"list": name, **one} for name in lists for one in given[name]()]


def _item(word: str, means: str | None, **more: object) -> Item:
    return {"word": word, "means": means, **_NOTHING} | more


def _kinds(vocabulary: Vocabulary, rulebook: Rulebook) -> Iterator[Item]:
    for word, kind in sorted(vocabulary.kinds.items()):
        named = {f"{ACTION}{word}", *([ACTIVITY] if kind.counts else [])}
        does = {part: _naming(part, named, rulebook) for part in ("starts", "stops", "ends")}
        yield _item(word, kind.title, counts=kind.counts, **does)


def _naming(part: str, named: set[str], rulebook: Rulebook) -> list[str]:
    return [one.id for one in rulebook.standards if not named.isdisjoint(getattr(one, part))]


def _categories(vocabulary: Vocabulary, rulebook: Rulebook) -> Iterator[Item]:
    for word, category in sorted(vocabulary.categories.items()):
        own = [one.id for one in rulebook.standards if word in one.categories]
        yield _item(word, category.title, standards=own, needs=rulebook.needs.get(word))


def _relations(vocabulary: Vocabulary) -> Iterator[Item]:
    for word, relation in sorted(vocabulary.relations.items()):
        yield _item(word, relation.title, inverse=relation.inverse or word)


def _stalling(cause: str, rulebook: Rulebook) -> list[str]:
    return [one.id for one in rulebook.standards if cause in _causes(one)]


def _causes(standard: Standard) -> set[str]:
    return {standard.cause, *([standard.warns.cause] if standard.warns else [])}


def notes(item: Item) -> list[str]:
    """Return what else is said of a word: what it does, which standards are about it, how many cases have it."""
    found = [f"{part} {', '.join(item[part])}" for part in ("starts", "stops", "ends") if item[part]]
    if item["counts"] is False:
        found.append("does not count as work")
    if item["standards"]:
        found.append(f"standards: {', '.join(item['standards'])}")
    if item["needs"]:
        found.append(f"its owner needs the accreditation {item['needs']}")
    if item["inverse"] and item["inverse"] != item["word"]:
        found.append(f"seen from there: {item['inverse']}")
    if item["cases"]:
        found.append("1 case" if item["cases"] == 1 else f"{item['cases']:,} cases")
    return found
