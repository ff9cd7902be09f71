"""Keys: how they are written, and which are refused wherever they come from."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.logs import held, keys
from transparency.errors import BadKey
from transparency.keys import (
    ED25519,
    ED25519_COSIGNATURE,
    ML_DSA_44,
    VerifierKey,
    is_key_name,
    read_verifier_key,
    refuse_weak,
    verifier_key,
    verifies,
)
from transparency.notes import signed_line

PRIME = 2**255 - 19
IDENTITY = (1).to_bytes(32, "little")
OF_ORDER_8 = (
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
)


def encoded(height: int, sign: int) -> bytes:
    return (height | sign << 255).to_bytes(32, "little")


SMALL = {
    "order 1": encoded(1, 0),
    "order 2": encoded(PRIME - 1, 0),
    "order 4, +": encoded(0, 0),
    "order 4, -": encoded(0, 1),
    **{f"order 8, {at}{sign}": encoded(OF_ORDER_8[at], sign) for at in (0, 1) for sign in (0, 1)},
}
NOT_CANONICAL = {
    "zero with a sign": encoded(1, 1),
    "zero with a sign, order 2": encoded(PRIME - 1, 1),
    **{f"p + {more}": encoded(PRIME + more, sign) for more in range(19) for sign in (0, 1)},
}
NO_POINT = {"2": encoded(2, 0), "7": encoded(7, 1)}
WEAK = {**SMALL, **NOT_CANONICAL, **NO_POINT}


def test_a_fixed_signature_verifies_under_a_weak_key() -> None:
    """Under the identity as a key, one signature verifies for every message, and no library says a word."""
    for message in (b"", b"one", b"another"):
        Ed25519PublicKey.from_public_bytes(IDENTITY).verify(IDENTITY + bytes(32), message)
        assert not verifies(VerifierKey("weak.example", ED25519, IDENTITY), IDENTITY + bytes(32), message)


@pytest.mark.parametrize("public", WEAK.values(), ids=list(WEAK))
def test_weak_keys_are_refused_everywhere(public: bytes) -> None:
    """Points of small order, encodings that are not canonical, what is no point: read, made, used to verify."""
    for kind in (ED25519, ED25519_COSIGNATURE):
        weak = VerifierKey("weak.example", kind, public)
        with pytest.raises(BadKey):
            verifier_key(*weak)
        with pytest.raises(BadKey):
            read_verifier_key(str(weak))
        assert not verifies(weak, IDENTITY + bytes(32), b"")


@given(st.binary(min_size=1, max_size=9))
def test_genuine_keys_are_taken(seed: bytes) -> None:
    """No key that is made from a seed is taken for a weak one."""
    refuse_weak(held("log.example", ED25519, seed.hex()).public.public)


@pytest.mark.parametrize("name", keys())
def test_a_key_is_read_as_it_is_written(name: str) -> None:
    """A verifier key of each type comes back from its text."""
    key = keys()[name].public
    assert read_verifier_key(str(key)) == key


def test_known_answers() -> None:
    """Keys from these seeds have these texts and ids for ever."""
    found = keys()
    assert (
        str(found["log"].public) == "log.example/longcase/1+6ff6a452+AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx"
    )
    assert {name: key.public.key_id.hex() for name, key in found.items()} == {
        "log": "6ff6a452",
        "log2": "60991581",
        "w1": "ed8c37d6",
        "w2": "b430c112",
    }


def test_one_key_has_an_id_for_each_type() -> None:
    """The type is part of the id, so that a signature of one type is never tried as another."""
    one = held("log.example", ED25519, "same").public
    assert len({one.key_id, one._replace(kind=ED25519_COSIGNATURE).key_id, one._replace(name="x").key_id}) == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is NAME"),
        ("log.example", "is NAME"),
        ("log.example+00000000+", "is NAME"),
        ("{name}+{id}+{key}=", "base64"),
        ("{name}+{ID}+{key}", "is NAME"),
        ("{name}+{id}0+{key}", "is NAME"),
        ("{name}+00000000+{key}", "the id"),
        ("other.example+{id}+{key}", "the id"),
        ("a b+{id}+{key}", "visible"),
        ("+{id}+{key}", "visible"),
    ],
)
def test_another_text_is_no_key(text: str, why: str) -> None:
    """A name, eight small hexadecimal digits that fit, and base64 in its one form: nothing else."""
    name, key_id, key = str(keys()["log"].public).split("+", 2)
    with pytest.raises(BadKey, match=why):
        read_verifier_key(text.format(name=name, id=key_id, ID=key_id.upper(), key=key))


@pytest.mark.parametrize(
    ("kind", "public"), [(2, bytes(32)), (5, bytes(32)), (255, bytes(32)), (ML_DSA_44, bytes(32)), (1, bytes(33))]
)
def test_other_types_and_lengths_are_refused(kind: int, public: bytes) -> None:
    """Three types can be used, each with keys of one length."""
    with pytest.raises(BadKey, match="type"):
        verifier_key("log.example", kind, public)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\nb", "\x01", "\ud800"])
def test_what_no_key_is_named(name: str) -> None:
    """A name is one word, without spaces of any kind, plus signs and control characters."""
    assert not is_key_name(name)


def test_a_missing_algorithm_is_no_bad_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library knows no ML-DSA-44, that is said, and not that the signature fails."""

    def missing(data: bytes) -> None:
        raise UnsupportedAlgorithm("none")

    monkeypatch.setattr(mldsa, "MLDSA44PublicKey", SimpleNamespace(from_public_bytes=missing))
    with pytest.raises(BadKey, match="knows no ML-DSA-44"):
        verifies(keys()["w2"].public, bytes(2420), b"")


def test_a_key_signs_for_itself_alone() -> None:
    """A private key does not sign in the name of another public key."""
    found = keys()
    with pytest.raises(BadKey, match="not that of"):
        signed_line("text\n", found["log"].public, held("x", ED25519, "other").private)
    with pytest.raises(BadKey, match="signs no text"):
        signed_line("text\n", found["w1"].public, found["w1"].private)
