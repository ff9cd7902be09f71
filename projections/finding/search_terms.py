"""The words that are looked for: how they are read, whether bytes may hold them, and where a text has them.

A word is found where a word of the text begins with it; what stands in quotation marks is found in that order.
What is neither a letter nor a digit counts for nothing: ``o'brien`` finds O'Brien, O Brien and Obrien.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from domain.errors import UsageProblem
from projections.finding.folding import folded, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PIECE: Final = re.compile(r"[^\W_]+")
_TERM: Final = re.compile(r'"([^"]*)"|([^\s"]+)')
_CURLY: Final = str.maketrans("\u201c\u201d\u201e", '"""')
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
"""Scripts that put no blanks between words: there a word may begin at any letter."""

_PHRASE: Final = """a phrase stands in two, and for the shell in others: longcase find '"said nothing"'"""

_BETWEEN: Final = r"[\W_]+"
_WITHIN: Final = r"[\W_]*"


class SearchTerms(NamedTuple):
    """What is looked for: a pattern for each word or phrase, and the runs of letters and digits in all of them.

    ``plain`` are those runs as bytes, where all of them are ASCII; else it is ``None``.
    """

    patterns: tuple[re.Pattern[str], ...]
    pieces: tuple[str, ...]
    plain: tuple[bytes, ...] | None

    @classmethod
    def read(cls, typed: Sequence[str]) -> Self:
        """Return the words that were typed; raise ``UsageProblem`` for none, or a phrase that does not end."""
        text = " ".join(typed).translate(_CURLY)
        if text.count('"') % 2:
            raise UsageProblem(
                "a quotation mark is missing", hints=("""a phrase: longcase find '"said nothing"'""",)
            )
        terms = [(folded(phrase or word), bool(phrase)) for phrase, word in _TERM.findall(text)]
        pieces = [piece for term, _ in terms for piece in _PIECE.findall(term)]
        if not pieces:
            raise UsageProblem("there is no word to look for", hints=("a word has a letter or a digit",))
        patterns = tuple(_pattern(term, phrase=phrase) for term, phrase in terms if _PIECE.search(term))
        return cls(patterns, tuple(pieces), _bytes(tuple(pieces)))

    def but_for(self, texts: Iterable[str]) -> Self:
        """Return the same without the runs that stand in texts which payloads leave out, as what is usual."""
        usual = [folded(text) for text in texts]
        pieces = tuple(piece for piece in self.pieces if not any(piece in text for text in usual))
        return self._replace(pieces=pieces, plain=_bytes(pieces))

    def may_be_in(self, payload: bytes) -> bool:
        """Say whether all of the words may stand in a payload; where it is ``False`` they do not."""
        if is_plain(payload):
            return self.are_in(payload.lower())
        if rb"\u" in payload:  # a character that stands there as an escape: what it is, the decoder says
            return True
        text = folded(payload.decode(errors="replace"))
        return all(piece in text for piece in self.pieces)

    def are_in(self, lowered: bytes) -> bool:
        """Say whether all of the words may stand in plain bytes without capitals."""
        return self.plain is not None and all(piece in lowered for piece in self.plain)

    def each(self) -> list[Self]:
        """Return what looks for each run alone."""
        return [self._replace(pieces=(one,), plain=_bytes((one,))) for one in self.pieces]

    def within(self, text: str) -> list[list[tuple[int, int]]]:
        """Return for each word or phrase where ``text`` has it, each time its first place and the one after."""
        plain = folded(text)
        where = places(text)
        return [[_span(found, where) for found in pattern.finditer(plain)] for pattern in self.patterns]


def _bytes(pieces: tuple[str, ...]) -> tuple[bytes, ...] | None:
    return tuple(piece.encode() for piece in pieces) if all(map(str.isascii, pieces)) else None


def is_plain(payload: bytes) -> bool:
    """Say whether a payload, or several, is ASCII, and names no other character by an escape."""
    return payload.isascii() and (b"\\" not in payload or rb"\u" not in payload)


def _span(found: re.Match[str], where: Sequence[int]) -> tuple[int, int]:
    return where[found.start()], where[found.end() - 1] + 1


def _pattern(term: str, *, phrase: bool) -> re.Pattern[str]:
    """Return what finds a term, its parts in this order: in a phrase something must stand between its words."""
    words = [_joined(word, _WITHIN) for word in term.split() if _PIECE.search(word)] if phrase else []
    body = _BETWEEN.join(words) if words else _joined(term, _WITHIN)
    first = _PIECE.search(term)
    begins = "" if first and re.match(f"[{_UNSPACED}]", first[0]) else r"(?<![^\W_])"
    return re.compile(begins + body)


def _joined(word: str, between: str) -> str:
    return between.join(map(re.escape, _PIECE.findall(word)))
