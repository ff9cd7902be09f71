"""Which encoding a text file has, where nobody says."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from exchange.source.open import CHUNK
from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_AROUND = 1 << 15
_USUAL = "cp1252"
_HINT = 'write in a mapping, for example: encoding = "windows-1252"'


def marked_encoding(start: bytes) -> str | None:
    """Return the encoding that a byte order mark at the start of a file names, if there is one."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), None)


def find_encoding(opened: Callable[[], BinaryIO], tell: Callable[[str], None]) -> str:
    """Return the encoding of what ``opened`` opens: marked, or UTF-8 throughout, or guessed.

    ``tell`` hears of a guess, as one may be wrong in a few letters and nothing shows it. Raises
    ``UnreadableSource`` if there is none to be guessed.
    """
    with opened() as stream:
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = stream.read(CHUNK)
        if marked := marked_encoding(chunk):
            return marked
        start = chunk[:_AROUND]
        while True:
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                near = chunk[max(0, error.start - _AROUND) : error.start + _AROUND]
                return _guessed(near if start in near else start + near, tell)
            if not chunk:
                return "utf-8"
            chunk = stream.read(CHUNK)


def _guessed(sample: bytes, tell: Callable[[str], None]) -> str:
    guess = _likeliest(sample)
    if guess is None:
        raise UnreadableSource("its encoding cannot be told", hints=(_HINT,))
    tell(f"it is not UTF-8; it was read as {guess}, which is a guess: {_HINT}")
    return guess


def _likeliest(sample: bytes) -> str | None:
    """Return the encoding that fits best: of several that fit equally well the one that spreadsheets write.

    A single pound sign fits a dozen encodings, and what comes first among them is chance.
    """
    from charset_normalizer import from_bytes

    found = from_bytes(sample)
    best = found.best()
    if best is None:
        return None
    as_good = (one for one in found if one.chaos <= best.chaos and one.coherence >= best.coherence)
    return _USUAL if any(_USUAL in one.could_be_from_charset for one in as_good) else best.encoding
