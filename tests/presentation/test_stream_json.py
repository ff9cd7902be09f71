"""JSON that is written as its items come."""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING, Any
from weakref import ref

import msgspec

from domain.axes import Axes
from presentation.formats import stream_json, write_json
from presentation.instants import AsOf

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_OF = AsOf(Axes(0, 0), UTC, 0)


def test_each_item_is_written_before_the_next_is_taken() -> None:
    """So that a case of any length costs no more memory than one item of it."""
    out = io.BytesIO()

    def items() -> Iterator[dict[str, Any]]:
        for number in range(5):
            assert number == 0 or out.getvalue().endswith(b'{"number":%d}' % (number - 1))
            yield {"number": number}

    assert stream_json(items(), AS_OF, out, count=5, extra={"reference": "A"}) == 5
    whole = io.BytesIO()
    write_json(({"number": one} for one in range(5)), AS_OF, whole, indent=False, extra={"reference": "A"})
    assert out.getvalue() == whole.getvalue()


def test_no_items_are_an_empty_list() -> None:
    """The envelope is whole."""
    out, whole = io.BytesIO(), io.BytesIO()
    assert stream_json(iter(()), AS_OF, out, count=0, extra=None) == 0
    write_json((), AS_OF, whole, indent=False, extra=None)
    assert out.getvalue() == whole.getvalue()


class Followed(msgspec.Struct, weakref=True):
    """A value of which it can be told whether anybody holds it still."""

    number: int


def test_items_are_not_held_until_their_number_is_known() -> None:
    """So that JSON of a whole ledger costs no more memory than a few items of it."""
    out = io.BytesIO()
    given: list[ref[Followed]] = []

    def items() -> Iterator[dict[str, Any]]:
        for number in range(100):
            value = Followed(number)
            given.append(ref(value))
            assert sum(one() is not None for one in given) < 5
            yield {"value": value}

    assert write_json(items(), AS_OF, out, indent=False, extra=None) == 100
    assert out.getvalue().count(b'"number"') == 100
