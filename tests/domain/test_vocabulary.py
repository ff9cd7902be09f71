"""Kinds and categories: data that a force can add to."""

from __future__ import annotations

import pytest

from application.vocabulary import shipped
from domain.errors import Refused, UsageProblem
from domain.vocabulary import Category, Kind, Vocabulary, joined, read


def test_the_shipped_words_are_there() -> None:
    """Those that the design names, and failed contact does not count."""
    words = shipped()
    assert {"strategy-discussion", "child-seen", "return-interview", "evidence-lost"} <= set(words.kinds)
    assert {name for name, kind in words.kinds.items() if not kind.counts} == {
        "contact-attempted",
        "evidence-lost",
        "further-harm",
        "note",
    }
    assert {"indecent-images", "online-grooming", "missing", "other"} <= set(words.categories)


def test_where_two_say_something_the_seconds_meaning_holds() -> None:
    """The rest of both stays."""
    first = Vocabulary({"a": Kind("A"), "b": Kind("B")}, {"x": Category("X")})
    second = Vocabulary({"b": Kind("own", counts=False)}, {"y": Category("Y")})
    assert joined(first, second) == Vocabulary(
        {"a": Kind("A"), "b": Kind("own", counts=False)}, {"x": Category("X"), "y": Category("Y")}
    )


def test_an_unknown_word_is_refused_with_the_nearest() -> None:
    """Or with all there are."""
    words = read('[kinds.arrest]\ntitle = "arrest"\n', "own")
    for name in ("arest", "zzz", ""):
        with pytest.raises(Refused) as caught:
            words.kind(name)
        assert caught.value.hints == ("did you mean: arrest",)
    with pytest.raises(Refused, match="there is no category 'x'"):
        words.category("x")


@pytest.mark.parametrize("text", ["[", "[kinds.x]\n", "[kinds.x]\ntitle = 5\n", "[people]\n"])
def test_what_is_no_vocabulary_is_named(text: str) -> None:
    """With the file's name."""
    with pytest.raises(UsageProblem, match=r"own\.toml is no vocabulary"):
        read(text, "own.toml")
