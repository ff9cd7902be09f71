"""Checkpoints and what keys sign of them."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.logs import ORIGIN, TIME, HeldKey, held, keys, noted, signed, small_log
from transparency.checkpoints import Checkpoint, new_checkpoint, parse_checkpoint
from transparency.cosignatures import (
    Cosignature,
    CosignatureVerifier,
    OpenedCheckpoint,
    cosigned_line,
    cosigned_message,
    open_checkpoint,
    with_cosignatures,
)
from transparency.encoding import LARGEST_SIZE
from transparency.errors import BadKey, MalformedText, NotVerified, TransparencyError
from transparency.keys import ED25519, ED25519_COSIGNATURE, ML_DSA_44, VerifierKey
from transparency.notes import parse_note
from transparency.tree import EMPTY_ROOT, TreeHead

KEYS = keys()
LOG = small_log(20)
HEAD = LOG.head(13)
ROOT_TEXT = b64encode(HEAD.root).decode()
COSIGNING = pytest.mark.parametrize("name", ["log2", "w1", "w2"])


def opened(data: bytes, *names: str) -> OpenedCheckpoint:
    logs = [key.public for name, key in KEYS.items() if name.startswith("log")]
    return open_checkpoint(data, logs, [KEYS[name].public for name in names or ("w1", "w2")])


def test_what_a_checkpoint_says() -> None:
    """Three lines: the origin, the size in decimal, the root in base64."""
    assert new_checkpoint(ORIGIN, HEAD).text == f"{ORIGIN}\n13\n{ROOT_TEXT}\n"


checkpoints = st.builds(
    Checkpoint,
    st.text(st.characters(exclude_characters="\n", codec="utf-8"), min_size=1),
    st.integers(0, LARGEST_SIZE),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text("ab ", min_size=1), max_size=3).map(tuple),
)


@given(checkpoints)
def test_a_checkpoint_is_read_as_it_is_written(checkpoint: Checkpoint) -> None:
    """Whatever origin, size, root and further lines it has."""
    assert parse_checkpoint(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "{o}\n13\n",
        "{o}\n13\n{r}",
        "{o}\n13\n{r}\n\n",
        "{o}\n13\n{r}\n\nmore\n",
        "\n13\n{r}\n",
        "{o}\n013\n{r}\n",
        "{o}\n+13\n{r}\n",
        "{o}\n-1\n{r}\n",
        "{o}\n1_3\n{r}\n",
        "{o}\n 13\n{r}\n",
        "{o}\n\u0661\u0663\n{r}\n",
        "{o}\n9223372036854775808\n{r}\n",
        "{o}\n13\n{r}=\n",
        "{o}\n13\n{r} \n",
        "{o}\n13\nAAAA\n",
        "{o}\n13\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "{o}\r\n13\r\n{r}\r\n",
    ],
)
def test_another_text_is_no_checkpoint(text: str) -> None:
    """Each number and each root has one form, and no line is empty."""
    with pytest.raises(MalformedText):
        parse_checkpoint(text.format(o=ORIGIN, r=ROOT_TEXT))


@pytest.mark.parametrize(
    ("origin", "head"),
    [
        ("", HEAD),
        ("two\nlines", HEAD),
        ("tab\t", HEAD),
        ("x" * 256, HEAD),
        ("\ud800", HEAD),
        (ORIGIN, HEAD._replace(size=-1)),
        (ORIGIN, HEAD._replace(size=LARGEST_SIZE + 1)),
        (ORIGIN, HEAD._replace(root=b"")),
        (ORIGIN, TreeHead(0, HEAD.root)),
    ],
)
def test_what_no_log_can_say_is_not_signed(origin: str, head: TreeHead) -> None:
    """An origin is one line that every cosigner can sign, and no tree has a size or a root like these."""
    with pytest.raises(MalformedText):
        new_checkpoint(origin, head)


def test_an_empty_log_has_a_checkpoint() -> None:
    """A log without entries can be signed: its root is the hash of nothing."""
    assert opened(signed(TreeHead(0, EMPTY_ROOT), KEYS["log"])).checkpoint.size == 0


def test_what_an_ed25519_cosigner_signs() -> None:
    """A line that says what this is, one with the time, and the text of the checkpoint."""
    message = cosigned_message(KEYS["w1"].public, Checkpoint("log.example", 13, HEAD.root), 1_679_315_147)
    assert message.decode() == f"cosignature/v1\ntime 1679315147\nlog.example\n13\n{ROOT_TEXT}\n"


def test_what_an_ml_dsa_cosigner_signs() -> None:
    """A label, the cosigner's name, the time, the origin, 0, the size and the root."""
    key = VerifierKey("w.example", ML_DSA_44, bytes(1312))
    message = cosigned_message(key, Checkpoint("log.example", 13, HEAD.root), 258)
    counted = b"\x09w.example", bytes(6) + b"\1\2", b"\x0blog.example", bytes(8), bytes(7) + b"\x0d"
    assert message == b"subtree/v1\n\0" + b"".join(counted) + HEAD.root


def test_every_type_of_signature_is_checked() -> None:
    """A checkpoint that a log signed with both its keys, and two witnesses, says so with the times."""
    found = opened(signed(HEAD, *KEYS.values()))
    assert found.checkpoint == Checkpoint(ORIGIN, *HEAD)
    assert set(found.log_keys) == {KEYS["log"].public, KEYS["log2"].public}
    assert found.cosignatures == tuple(Cosignature(KEYS[name].public, TIME) for name in ("w1", "w2"))


def test_one_key_of_the_log_is_enough() -> None:
    """Each of a log's keys signs for it alone."""
    for name in ("log", "log2"):
        assert opened(signed(HEAD, KEYS[name])).log_keys == (KEYS[name].public,)


def test_a_checkpoint_is_signed_by_its_own_log() -> None:
    """Cosignatures alone, another log's key, and a key of another name say nothing for the log."""
    other = held("other.example", ED25519, "other")
    with pytest.raises(NotVerified, match="has not signed"):
        opened(signed(HEAD, KEYS["w1"]))
    with pytest.raises(NotVerified, match="no key of a log"):
        opened(signed(HEAD, KEYS["log"], origin="other.example"))
    with pytest.raises(NotVerified, match="no signature"):
        open_checkpoint(signed(HEAD, other), [KEYS["log"].public, other.public])


@COSIGNING
def test_no_byte_of_a_cosignature_can_be_another(name: str) -> None:
    """With one byte of the time or the signature another, it fails, and so does the note."""
    key, text = KEYS[name], new_checkpoint(ORIGIN, HEAD).text
    signature = cosigned_line(new_checkpoint(ORIGIN, HEAD), key.public, key.private, TIME).signature
    verifier = CosignatureVerifier(key.public)
    assert verifier.accepts(text, signature)
    for at in [*range(16), *range(16, len(signature), 37), len(signature) - 1]:
        changed = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        assert not verifier.accepts(text, changed)
    for part in (b"", signature[:7], signature[:8], signature[:-1], signature + b"\0"):
        assert not verifier.accepts(text, part)


@COSIGNING
def test_a_cosignature_is_of_one_checkpoint(name: str) -> None:
    """It fails over another origin, size or root, and over what is no checkpoint."""
    key, checkpoint = KEYS[name], new_checkpoint(ORIGIN, HEAD)
    verifier = CosignatureVerifier(key.public)
    signature = cosigned_line(checkpoint, key.public, key.private, TIME).signature
    for other in (
        checkpoint._replace(origin="other.example"),
        checkpoint._replace(size=12),
        checkpoint._replace(root=EMPTY_ROOT),
    ):
        assert not verifier.accepts(other.text, signature)
    assert not verifier.accepts("text\n", signature)


def test_an_ml_dsa_cosignature_is_of_one_name() -> None:
    """Under another name the same key's signature fails; an Ed25519 one does not say whose it is."""
    w1, w2 = KEYS["w1"], KEYS["w2"]
    checkpoint = new_checkpoint(ORIGIN, HEAD)
    for key, holds in ((w1, True), (w2, False)):
        signature = cosigned_line(checkpoint, key.public, key.private, TIME).signature
        other = CosignatureVerifier(key.public._replace(name="other.example"))
        assert other.accepts(checkpoint.text, signature) is holds


def test_signatures_of_one_type_are_none_of_another() -> None:
    """One Ed25519 key may sign texts and cosign: what it made as one fails as the other."""
    as_log, as_witness = held(ORIGIN, ED25519, "same"), held(ORIGIN, ED25519_COSIGNATURE, "same")
    text = new_checkpoint(ORIGIN, HEAD).text
    cosigned = cosigned_line(new_checkpoint(ORIGIN, HEAD), as_witness.public, as_witness.private, TIME)
    plain = parse_note(signed(HEAD, as_log)).lines[0]
    assert CosignatureVerifier(as_witness.public).accepts(text, cosigned.signature)
    assert not CosignatureVerifier(as_witness.public).accepts(text, bytes(8) + plain.signature)
    with pytest.raises(BadKey, match="cosigns nothing"):
        cosigned_line(new_checkpoint(ORIGIN, HEAD), as_log.public, as_log.private, TIME)


@pytest.mark.parametrize("time", [-1, LARGEST_SIZE + 1])
def test_a_time_fits_its_bytes(time: int) -> None:
    """A time is from 0 to 2**63 - 1 seconds after 1970."""
    with pytest.raises(MalformedText, match="time"):
        cosigned_line(new_checkpoint(ORIGIN, HEAD), KEYS["w1"].public, KEYS["w1"].private, time)


def test_a_long_name_is_not_cosigned() -> None:
    """A name or an origin of over 255 bytes cannot stand in what an ML-DSA key signs."""
    long = held("x" * 256, ML_DSA_44, "long")
    with pytest.raises(MalformedText, match="255"):
        cosigned_line(new_checkpoint(ORIGIN, HEAD), long.public, long.private, TIME)
    assert not CosignatureVerifier(KEYS["w2"].public).accepts(Checkpoint("x" * 256, *HEAD).text, bytes(8 + 2420))


def answer(*by: HeldKey, head: TreeHead = HEAD) -> str:
    return "".join(map(str, noted(new_checkpoint(ORIGIN, head), *by).lines))


def test_a_witness_answer_is_added() -> None:
    """Lines of known witnesses that verify are added to the note, and those of others are not."""
    note = parse_note(signed(HEAD, KEYS["log"]))
    stranger = held("stranger.example", ED25519_COSIGNATURE, "stranger")
    grown = with_cosignatures(
        note, answer(stranger, KEYS["w1"], KEYS["w2"]), [KEYS["w1"].public, KEYS["w2"].public]
    )
    assert [one.name for one in grown.lines] == [ORIGIN, "witness.example/w1", "witness.example/w2"]
    assert len(opened(grown.to_bytes()).cosignatures) == 2


def test_a_bad_witness_answer_is_refused() -> None:
    """An answer about another checkpoint, by nobody known, without a time, or that is no lines, adds nothing."""
    note, known = parse_note(signed(HEAD, KEYS["log"])), [KEYS["w1"].public]
    timeless = str(cosigned_line(new_checkpoint(ORIGIN, HEAD), *KEYS["w1"], time=0))
    for bad in (answer(KEYS["w1"], head=LOG.head(12)), answer(KEYS["w2"]), timeless, "", "no line\n"):
        with pytest.raises(TransparencyError):
            with_cosignatures(note, bad, known)
