"""Which encoding a text file has, where nobody says: one way to tell for every format.

A byte order mark tells, and so do the NULs of UTF-16 and UTF-32 without one. Such files are handed on as UTF-8,
so that no reader need know of them. What else is not UTF-8 is guessed for CSV alone, as JSON has no other
encoding and XML names its own.
"""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from exchange.source.open import CHUNK
from exchange.source.trace import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Where the NULs lie in the first four bytes of a text that begins with two letters of ASCII (RFC 4627, 3).
_BY_NULS: Final = {
    (True, False, True, False): "utf-16-be",
    (False, True, False, True): "utf-16-le",
    (True, True, True, False): "utf-32-be",
    (False, True, True, True): "utf-32-le",
}
_WIDE: Final = ("utf-16", "utf-32")
_AROUND: Final = 1 << 15
_USUAL: Final = "cp1252"
_WINDOWS: Final = ("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258")
_HINT: Final = 'write in a mapping which it is, for example: encoding = "windows-1252"'


def told_encoding(start: bytes, given: str | None) -> str | None:
    """Return the encoding of a file that begins with ``start``: its mark's, the mapping's, or what NULs tell.

    Raises ``UnreadableSource`` if the mapping gives another than the mark.
    """
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    if given is None:
        nuls = tuple(not byte for byte in start[:4])
        return marked or _BY_NULS.get(cast("tuple[bool, bool, bool, bool]", nuls))
    name = codecs.lookup(given).name
    if marked is not None and not name.startswith(marked):
        why = f"it begins with the mark of {marked}, where the mapping has encoding = {given!r}"
        raise UnreadableSource(why, hints=("leave encoding out of the mapping: the mark tells it",))
    return marked or name


def as_utf8(stream: BinaryIO, encoding: str | None) -> BinaryIO:
    """Return ``stream`` as it is or, where its encoding is UTF-16 or UTF-32, as UTF-8.

    Reading from what is returned raises ``UnreadableSource``, with the line, for what is no such text.
    """
    if encoding is None or not encoding.startswith(_WIDE):
        return stream
    return cast("BinaryIO", io.BufferedReader(_Recoded(stream, encoding), CHUNK))


class _Recoded(io.RawIOBase):
    """The text of a stream as UTF-8, whatever its own encoding."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        """Recode ``stream``, which is closed with this."""
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._line = 1
        self._left = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Recode into ``buffer``; raise ``UnreadableSource`` for what is no text of its encoding."""
        room = memoryview(buffer).cast("B")
        while not self._left:
            chunk = self._stream.read(CHUNK)
            self._left = self._recoded(chunk)
            if not chunk:
                break
        count = min(len(room), len(self._left))
        room[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def _recoded(self, chunk: bytes) -> bytes:
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            cause = error.reason if isinstance(error, UnicodeDecodeError) else str(error)
            raise UnreadableSource(f"the text is not {self._encoding}: {cause}", line=self._line) from error
        self._line += text.count("\n")
        return text.encode()

    def close(self) -> None:
        """Close the file below as well."""
        self._stream.close()
        super().close()


def find_encoding(opened: Callable[[], BinaryIO], tell: Callable[[str], None]) -> str:
    """Return the encoding of what ``opened`` opens, which has no mark of another: UTF-8 throughout, or guessed.

    ``tell`` hears of a guess, as one may be wrong in a few letters and nothing shows it. Raises
    ``UnreadableSource`` if there is none to be guessed.
    """
    with opened() as stream:
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = stream.read(CHUNK)
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

    A single pound sign fits a dozen encodings, and what comes first among them is chance. What is valid in
    Windows-1252 comes from Windows, as text does that a program writes today: no page of DOS is asked for. Where
    it has signs alone beyond ASCII, quotes and dashes and pounds, no language can tell it from another page.
    """
    from charset_normalizer import from_bytes

    text = _decoded(sample)
    if text is not None and not any(sign.isalpha() for sign in text if not sign.isascii()):
        return _USUAL
    found = from_bytes(sample, cp_isolation=None if text is None else list(_WINDOWS))
    best = found.best()
    if best is None:
        return None
    as_good = (one for one in found if one.chaos <= best.chaos)
    return _USUAL if any(_USUAL in one.could_be_from_charset for one in as_good) else best.encoding


def _decoded(sample: bytes) -> str | None:
    try:
        return sample.decode(_USUAL)
    except UnicodeDecodeError:
        return None
