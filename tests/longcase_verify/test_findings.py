"""What is found beside tampering: each word of the program has a bundle that makes it say so."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from longcase_verify.findings import FindingPlace
from longcase_verify.notes import read_head
from longcase_verify.trust import trusted_keys, trusted_policy
from tests.longcase_verify.judging import NO_AGE, OWN_KEYS, Judged, held, judged
from tests.longcase_verify.making import (
    KEYS,
    POLICY,
    Files,
    MadeLog,
    bundle_files,
    case_file,
    invented,
    manifest,
    payload_of,
)
from tests.longcase_verify.tampering import CASES, KINDS, SIZE, honest, whole
from tests.longcase_verify.test_documented import CODES, PAGE
from tests.transparency.logs import TIME, noted
from tests.transparency.logs import held as held_key
from transparency.checkpoints import Checkpoint
from transparency.keys import ED25519
from transparency.proofs import parse_proof

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = case_file(CASES[0])


def signed_otherwise(*signers: str, **changes: Any) -> Files:
    return bundle_files(replace(honest(), signers=signers, notes={}, **changes), "inspection", CASES, (300, 512))


def with_file(sort: str, name: str, data: bytes) -> Files:
    return {**whole(sort), name: data}


def other_log() -> bytes:
    key = held_key("other.example", ED25519, "other")
    return MadeLog(invented(5), ("log",), origin="other.example", keys={"log": key}).note(5)


def with_content(payload: bytes) -> Files:
    entries = [replace(one, payload=payload) if one.position == 9 else one for one in honest().entries]
    log = honest().forked(entries)
    return bundle_files(log, "inspection", [log.entries[8].reference or CASES[0]], (300, 512))


def extended() -> Files:
    head = Checkpoint(honest().origin, SIZE, read_head(honest().note(SIZE)).root, ("more",))
    note = noted(head, *(KEYS[name] for name in ("log", "log2", "w1", "w2"))).to_bytes()
    return with_file("inspection", "checkpoint", note)


def out_of_order() -> Files:
    """A case of which the second entry is recorded before the first, in a bundle without other cases' headers."""
    entries = list(honest().entries)
    one = next(entry for entry in entries if entry.reference == CASES[0] and entry.version == 2)
    entries[one.position - 1] = replace(one, recorded_at=1)
    return bundle_files(honest().forked(entries), "case", CASES, (300, 512))


def with_extra() -> Files:
    name = f"proofs/{honest().of(CASES[0])[0].position}"
    changed = parse_proof(whole("case")[name])._replace(extra=b"more")
    return with_file("case", name, changed.to_bytes())


def doubled() -> Files:
    name = FILE
    return with_file("case", name, whole("case")[name] + whole("case")[name].splitlines(keepends=True)[-1])


def cut_to_nothing(name: str) -> Files:
    return {one: data for one, data in whole("inspection").items() if one != name}


OTHER = trusted_keys([str(held_key(honest().origin, ED25519, "another").public), str(KEYS["log"].public)])
LATE = NO_AGE._replace(now=TIME - 301)
FRESH = NO_AGE._replace(most=30 * 86_400)

FOUND: dict[str, tuple[int, str, Callable[[], Judged]]] = {
    "one key of two signed": (0, "key-silent", lambda: judged(signed_otherwise("log", "w1", "w2"))),
    "a witness that is not known": (0, "unknown-signature", lambda: judged(whole("case"), OWN_KEYS)),
    "a policy that is not used": (0, "policy-unused", lambda: judged(whole("case"), OWN_KEYS)),
    "nothing held": (0, "nothing-held", lambda: judged(whole("case"))),
    "no age asked": (0, "age-not-asked", lambda: judged(whole("case"))),
    "later entries": (0, "later-entries", lambda: judged(whole("case"))),
    "a held one": (0, "held-good", lambda: judged(whole("case"), kept=held(honest().note(300)))),
    "a held one of nothing": (
        0,
        "held-good",
        lambda: judged(whole("case"), kept=held(honest().forked([]).note(0))),
    ),
    "a line more": (0, "extension", lambda: judged(extended())),
    "content that is no JSON": (0, "not-json", lambda: judged(with_content(b"no JSON"))),
    "content that is no text": (0, "not-json", lambda: judged(with_content(b"\xff\xfe"))),
    "content that is deep": (0, "not-json", lambda: judged(with_content(b"[" * 100_000))),
    "another log held": (2, "held-origin", lambda: judged(whole("case"), kept=held(other_log()))),
    "a held one of other keys": (2, "held-signature", lambda: judged(whole("case"), kept=held(other_log()))),
    "keys that differ": (2, "keys-differ", lambda: judged(whole("case"), OTHER)),
    "signed in the future": (2, "future", lambda: judged(whole("case"), age=LATE)),
    "too old": (2, "stale", lambda: judged(signed_otherwise("log"), OWN_KEYS, age=FRESH)),
    "no keys": (2, "missing-file", lambda: judged(cut_to_nothing("keys.txt"))),
    "no checkpoint": (2, "missing-file", lambda: judged(cut_to_nothing("checkpoint"))),
    "no manifest": (2, "missing-file", lambda: judged(cut_to_nothing("bundle.json"))),
    "no entries of a case": (2, "missing-file", lambda: judged(cut_to_nothing(FILE))),
    "no tile": (2, "missing-file", lambda: judged(cut_to_nothing("tile/0/001"))),
    "no proof of growth": (2, "missing-file", lambda: judged(cut_to_nothing("consistency/300-512"))),
    "growth from nowhere": (2, "unexpected-file", lambda: judged(with_file("case", "consistency/1-2", b""))),
    "no checkpoint at all": (1, "checkpoint-form", lambda: judged(with_file("case", "checkpoint", b"none"))),
    "an earlier one of the same": (
        1,
        "checkpoint-place",
        lambda: judged(with_file("case", "checkpoints/299", honest().note(300))),
    ),
    "leaves cut off": (
        1,
        "entries-form",
        lambda: judged(with_file("inspection", "tile/entries/001", whole("inspection")["tile/entries/001"][:-1])),
    ),
    "no leaf": (1, "entry-form", lambda: judged(with_file("case", FILE, b"{}\n"))),
    "a file without its end": (1, "damaged-file", lambda: judged(with_file("case", FILE, b"{}"))),
    "keys that are none": (1, "keys", lambda: judged(with_file("case", "keys.txt", b"none\n"))),
    "a policy that is none": (1, "policy", lambda: judged(with_file("case", "policy.txt", b"none\n"))),
    "more entries than announced": (1, "count", lambda: judged(doubled())),
    "another count": (
        1,
        "count",
        lambda: judged(
            with_file(
                "inspection",
                "bundle.json",
                manifest(honest(), "inspection", CASES, SIZE).replace(b'"entries": 7', b'"entries": 17', 1),
            )
        ),
    ),
    "time that goes back": (1, "order", lambda: judged(out_of_order())),
    "a proof with more": (1, "proof", lambda: judged(with_extra())),
    "a manifest of another version": (
        1,
        "manifest",
        lambda: judged(with_file("case", "bundle.json", json.dumps({"format": "v2"}).encode())),
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found(name: str) -> None:
    """With the exit code that it has, unless something worse is there too."""
    exit_code, code, judge = FOUND[name]
    result = judge()
    assert code in result.found, result.found
    assert result.exit_code == exit_code, result.found


def test_a_witness_of_type_0x01_in_a_policy_is_read_as_one_of_0x04() -> None:
    """Many policies are written so."""
    plain = KEYS["w1"].public._replace(kind=ED25519)
    policy = POLICY.replace(str(KEYS["w1"].public).encode(), str(plain).encode())
    assert judged(whole("case"), trusted_policy(policy)).exit_code == 0


def test_the_largest_content_is_read() -> None:
    """16 MiB, as text and where it is no UTF-8."""
    for payload in (b'"' + b"x" * (2**24 - 2) + b'"', b"\xff" * 2**24):
        entries = [replace(one, payload=payload) if one.position == 1 else one for one in invented(3, cases=1)]
        log = MadeLog(entries, ("log",))
        reference = entries[0].reference or entries[1].reference
        files = bundle_files(log, "inspection", [reference] if reference else [])
        line = case_file(reference)
        shown = json.loads(files[line].splitlines()[0])
        shown.pop("payload", None)
        base64 = json.dumps({**shown, "payload_base64": b64encode(entries[0].payload).decode()}).encode() + b"\n"
        files[line] = base64 + files[line].partition(b"\n")[2]
        assert "content" not in judged(files, OWN_KEYS).found


def test_a_payload_has_one_form_in_base64() -> None:
    """Bits that stand for nothing are refused, as everywhere."""
    entry = honest().of(CASES[0])[0]
    shown = {"header": entry.leaf.decode(), "salt": entry.salt.hex(), "payload_base64": "/x=="}
    result = judged(with_file("case", FILE, json.dumps(shown).encode() + b"\n"))
    assert result.found["entry-form"] == [FindingPlace(FILE, CASES[0], None, 1, None)]
    assert payload_of(b"\xff") == {"payload_base64": "/w=="}


def test_every_word_of_the_program_is_tried() -> None:
    """Each code that the page lists is found here or among the kinds of tampering, but for two of other tests."""
    tried = {code for _, code, _ in FOUND.values()} | {make(random.Random(1)).code for make in KINDS.values()}
    assert {code for code, _ in CODES.findall(PAGE)} - tried == {"archive", "extra"}
