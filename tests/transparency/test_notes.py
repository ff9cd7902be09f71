"""Signed notes: one way to part them, and no doubt about whose signatures they bear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.logs import HeldKey, held, keys
from transparency.encoding import to_base64
from transparency.errors import MalformedText, NotVerified, TransparencyError
from transparency.keys import ED25519
from transparency.notes import (
    LARGEST_NOTE,
    Note,
    OpenedNote,
    SignatureLine,
    TextVerifier,
    open_note,
    parse_lines,
    parse_note,
    signed_line,
)

TEXT = "first line\n\nafter an empty line\n"
KEY = keys()["log"]
OTHER = held("other.example", ED25519, "other")


def line(key: HeldKey = KEY, text: str = TEXT) -> SignatureLine:
    return signed_line(text, key.public, key.private)


def opened(data: bytes, *known: HeldKey) -> OpenedNote:
    return open_note(parse_note(data), [TextVerifier(key.public) for key in known or (KEY,)])


def test_known_answer() -> None:
    """This text is signed with this key to these bytes for ever."""
    signature = "b/akUk5NjdFcb/7oDnM0ExJ+Tk7BOccZtjJdZgHAHeNN1u4IzddypvOMG/2OpR/Dj7TiQk+B5JeX8iF1urg4p5knSQ8="
    assert str(line()) == f"\u2014 log.example/longcase/1 {signature}\n"
    assert Note(TEXT, (line(),)).to_bytes().decode() == f"{TEXT}\n{line()}"


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.just("\n")).map("{}\n".format)
lines = st.builds(
    lambda name, data: SignatureLine(name, to_base64(data)),
    st.text("abc/.-\u00e9", min_size=1),
    st.binary(min_size=5, max_size=80),
)


@given(st.builds(Note, texts, st.lists(lines, min_size=1, max_size=5).map(tuple)))
def test_a_note_is_read_as_it_is_written(note: Note) -> None:
    """The text ends before the last empty line, whatever is in it."""
    assert parse_note(note.to_bytes()) == note


@given(st.binary(max_size=60) | st.text().map(str.encode))
def test_whatever_is_read_is_written_as_it_was(data: bytes) -> None:
    """No bytes are passed over: a note is refused, or comes back byte by byte."""
    try:
        note = parse_note(data + b"\n\n\xe2\x80\x94 a.example AAAAAAAA\n")
    except MalformedText:
        return
    assert note.to_bytes() == data + b"\n\n\xe2\x80\x94 a.example AAAAAAAA\n"


def test_no_byte_can_be_another() -> None:
    """A note in which any one byte is another is refused, be it text, name, id or signature."""
    data = Note(TEXT, (line(),)).to_bytes()
    for at in range(len(data)):
        for bits in (1, 2, 4, 0x20, 0x80):
            with pytest.raises(TransparencyError):
                opened(data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :])


def test_no_part_of_a_note_is_one() -> None:
    """A note that is cut off anywhere is refused, and so is one with anything after its end."""
    data = Note(TEXT, (line(),)).to_bytes()
    for end in range(len(data)):
        with pytest.raises(TransparencyError):
            opened(data[:end])
    for more in (b"\n", b" ", b"x", b"\n\n"):
        with pytest.raises(TransparencyError):
            opened(data + more)


@pytest.mark.parametrize("bad", [*range(10), *range(11, 32)])
def test_control_characters_are_refused(bad: int) -> None:
    """No character below the space but LF stands in a note, wherever."""
    data = Note(TEXT, (line(),)).to_bytes()
    for at in (0, 5, len(data) - 1):
        with pytest.raises(MalformedText):
            parse_note(data[:at] + bytes([bad]) + data[at:])


def test_a_note_has_100_signatures_at_most() -> None:
    """100 lines are taken, 101 are not, and neither is a note of over a million bytes."""
    assert len(parse_note(Note(TEXT, (line(),) * 100).to_bytes()).lines) == 100
    with pytest.raises(MalformedText, match="100 signatures at most"):
        parse_note(Note(TEXT, (line(),) * 101).to_bytes())
    with pytest.raises(MalformedText, match="bytes at most"):
        parse_note(Note("x" * LARGEST_NOTE, (line(),)).to_bytes())


def test_sixteen_signatures_are_verified() -> None:
    """A note may be signed by sixteen known keys and more."""
    known = [held(f"key.example/{number}", ED25519, str(number)) for number in range(20)]
    found = opened(Note(TEXT, tuple(map(line, known))).to_bytes(), *known)
    assert [key for key, _ in found.verified] == [key.public for key in known]


def test_lines_of_unknown_keys_are_passed_over() -> None:
    """A line of another name, or of the name with another id, says nothing, whatever it holds."""
    own = line()
    strange = SignatureLine(KEY.public.name, line(OTHER).encoded), SignatureLine("x.example", own.encoded)
    loose = SignatureLine("x.example", "AAAAAAAAAAB=")  # bits set that stand for nothing
    found = opened(Note(TEXT, (*strange, loose, own)).to_bytes())
    assert found.verified == ((KEY.public, own),)
    assert found.unknown == (*strange, loose)


def test_a_known_key_whose_signature_fails_spoils_the_note() -> None:
    """One bad line of a known key is enough, before or after good ones of it or of others."""
    bad = line(text="another text\n")
    for bad_lines in ((line(), bad), (bad, line()), (line(OTHER), bad)):
        with pytest.raises(NotVerified, match="fails"):
            opened(Note(TEXT, bad_lines).to_bytes(), KEY, OTHER)


def test_base64_has_one_form() -> None:
    """A known key's signature with bits set that stand for nothing fails: each note has one form."""
    encoded = line().encoded
    loose = SignatureLine(KEY.public.name, f"{encoded[:-2]}{chr(ord(encoded[-2]) + 1)}=")
    assert loose.signature == line().signature
    with pytest.raises(NotVerified, match="fails"):
        opened(Note(TEXT, (loose,)).to_bytes())


def test_no_known_key_is_no_note() -> None:
    """Without a signature by a known key nothing is said."""
    with pytest.raises(NotVerified, match="no signature"):
        opened(Note(TEXT, (line(OTHER),)).to_bytes())


def test_two_keys_of_one_name_and_id_are_ambiguous() -> None:
    """A line that could be of two known keys is of none; where no such line stands, nothing is wrong."""
    with pytest.raises(NotVerified, match="two known keys"):
        opened(Note(TEXT, (line(),)).to_bytes(), KEY, KEY)
    assert opened(Note(TEXT, (line(OTHER),)).to_bytes(), KEY, KEY, OTHER).verified


@pytest.mark.parametrize("text", ["", "no end", "a\tb\n", "\ud800\n"])
def test_what_nobody_could_read_is_not_signed(text: str) -> None:
    """A text that no reader would take is refused before it is signed."""
    with pytest.raises(MalformedText):
        line(text=text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\u2014 a.example AAAAAAAA",
        "- a.example AAAAAAAA\n",
        "\u2014 a.example\n",
        "\u2014  AAAAAAAA\n",
        "\u2014 a.example  AAAAAAAA\n",
        "\u2014 a.example AAAAAAAA \n",
        "\u2014 a+b AAAAAAAA\n",
        "\u2014 a.example AAAAAA==\n",
        "\u2014 a.example AAAAAAA\n",
        "\u2014 a.example AAAAAAAA\n\n",
    ],
)
def test_other_lines_are_no_signatures(text: str) -> None:
    """An em dash, a name, and base64 of an id and a signature, with a space between each: nothing else."""
    with pytest.raises(MalformedText):
        parse_lines(text)


def test_no_signature_is_added_twice() -> None:
    """A line that a note has already is not repeated."""
    note = Note(TEXT, (line(),))
    assert note.with_lines([line(), line(OTHER), line(OTHER)]).lines == (line(), line(OTHER))
