"""Words of the data that the vocabulary does not have: counted and told, or refused where that was asked for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from domain.cases.events import ActionRecorded, Allocated, Reported
from domain.errors import Refused
from domain.identity import known, officer_stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from application.app import Longcase
    from domain.event import Event
    from domain.vocabulary import Vocabulary

_SHOWN = 6
_PLURAL = {"kind": "kinds", "category": "categories"}
OF_VOCABULARY = frozenset({"kind", "category", "officer"})
"""The fields whose words are looked up."""

_CONSEQUENCE = "no standard waits for them"


class UnknownWords:
    """Counts the words of one file's events; with ``strict`` those that are not known are refused."""

    def __init__(self, app: Longcase, *, strict: bool) -> None:
        """Know the vocabulary and the register of ``app``."""
        self._app = app
        self.strict = strict
        self.seen: Counter[tuple[str, str]] = Counter()

    def see(self, event: Event) -> None:
        """Count the word of an event; raise ``Refused`` if it is strictly none."""
        kind = type(event)
        if kind is ActionRecorded:
            self._count("kind", event.kind)  # type: ignore[attr-defined]  # it is one
        elif kind is Allocated:
            self.seen["officer", event.officer] += 1  # type: ignore[attr-defined]  # as above
        elif kind is Reported and event.category != "other":  # type: ignore[attr-defined]  # as above
            self._count("category", event.category)  # type: ignore[attr-defined]  # as above

    def _count(self, what: str, word: str) -> None:
        if self.strict and word not in _known(what, self._app.vocabulary):
            from exchange.mapping.rules import nearest

            near = nearest(word, _known(what, self._app.vocabulary))
            raise Refused(f"there is no {what} {word!r}" + (f"; {near}" if near.startswith("did") else ""))
        self.seen[what, word] += 1

    def add(self, counts: Iterable[tuple[str, str, int]]) -> None:
        """Count what was seen elsewhere."""
        for what, word, count in counts:
            self.seen[what, word] += count

    def taken(self) -> list[tuple[str, str, int]]:
        """Return what was counted, and begin anew."""
        found = [(what, word, count) for (what, word), count in self.seen.items()]
        self.seen.clear()
        return found

    def notes(self) -> Iterator[str]:
        """Yield what is to be said about words that are not known, each with how often it was imported."""
        for what, plural in _PLURAL.items():
            there = _known(what, self._app.vocabulary) if any(one == what for one, _ in self.seen) else ()
            unknown = {word: n for (one, word), n in self.seen.items() if one == what and word not in there}
            if unknown:
                yield f"{plural} in no vocabulary, so that {_CONSEQUENCE}: {_listed(unknown)}"
        absent = {
            word: n for (what, word), n in self.seen.items() if what == "officer" and not self._enrolled(word)
        }
        if absent:
            yield f"officers in no register: {_listed(absent)}"

    def _enrolled(self, officer: str) -> bool:
        return bool(self._app.entries(known(officer_stream, officer, self._app.entries)))


def _known(what: str, vocabulary: Vocabulary) -> Iterable[str]:
    return vocabulary.kinds if what == "kind" else vocabulary.categories


def _listed(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    shown = ", ".join(f"{word!r} ({count:,})" for word, count in ordered[:_SHOWN])
    return shown + (f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else "")
