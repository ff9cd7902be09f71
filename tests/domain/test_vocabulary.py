"""Kinds, categories and relations: data that a force can add to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.vocabulary import shipped
from domain.errors import Refused, UsageProblem
from domain.vocabulary import Category, Kind, Relation, Vocabulary, check_inverses, joined, read

if TYPE_CHECKING:
    from pathlib import Path


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
    first = Vocabulary({"a": Kind("A"), "b": Kind("B")}, {"x": Category("X")}, {"r": Relation("R")})
    second = Vocabulary({"b": Kind("own", counts=False)}, {"y": Category("Y")})
    assert joined(first, second) == Vocabulary(
        {"a": Kind("A"), "b": Kind("own", counts=False)},
        {"x": Category("X"), "y": Category("Y")},
        {"r": Relation("R")},
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


def test_every_relation_that_ships_is_the_inverse_of_its_inverse() -> None:
    """So that the two sides of a link say the same."""
    words = shipped()
    assert {"same-suspect", "same-child", "duplicate-of", "has-duplicate"} <= set(words.relations)
    check_inverses(words, "shipped")
    assert all(words.inverse(words.inverse(name)) == name for name in words.relations)
    assert words.inverse("duplicate-of") == "has-duplicate"
    assert words.inverse("same-suspect") == "same-suspect"
    with pytest.raises(Refused, match="there is no relation 'same-suspct'") as caught:
        words.relation("same-suspct")
    assert "same-suspect" in caught.value.hints[0]


OWN_RELATION = '[relations.witness-of]\ntitle = "a witness here"\n'


@pytest.mark.parametrize(
    ("more", "inverse"),
    [
        ("", "witness-of"),
        (
            'inverse = "witnessed-by"\n[relations.witnessed-by]\ntitle = "w"\ninverse = "witness-of"\n',
            "witnessed-by",
        ),
    ],
)
def test_a_force_adds_a_relation(
    more: str, inverse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With or without an inverse that differs."""
    own = tmp_path / "own.toml"
    own.write_text(OWN_RELATION + more)
    monkeypatch.setenv("LONGCASE_VOCABULARY", str(own))
    shipped.cache_clear()
    try:
        assert shipped().inverse("witness-of") == inverse
    finally:
        shipped.cache_clear()


@pytest.mark.parametrize(
    "more", ['inverse = "witnessed-by"\n', 'inverse = "follows"\n', 'inverse = "x"\n[relations.x]\ntitle = "x"\n']
)
def test_an_inverse_that_leads_elsewhere_is_refused(
    more: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is not there, or is another's: the other case would say something else."""
    own = tmp_path / "own.toml"
    own.write_text(OWN_RELATION + more)
    monkeypatch.setenv("LONGCASE_VOCABULARY", str(own))
    shipped.cache_clear()
    try:
        with pytest.raises(
            UsageProblem, match=r"relation [a-z-]+ has the inverse [a-z-]+, whose inverse it is not"
        ):
            shipped()
    finally:
        shipped.cache_clear()
