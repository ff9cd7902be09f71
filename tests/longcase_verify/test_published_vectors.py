"""The vectors that others have published, answered by the auditor's program too."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from longcase_verify.keys import PLAIN, PublicKey, read_key, refuse_weak, signed_by
from longcase_verify.notes import Signatures, check_lines, read_head, read_note
from longcase_verify.policy import read_policy
from longcase_verify.problems import NotInForm, VerifierError
from longcase_verify.proofs import read_proof
from longcase_verify.tree import check_consistency, check_inclusion, leaf_hash
from tests.transparency.vectors import decoded, published, published_folder

MERKLE = ("transparency-dev-merkle", "testdata")


def holds(check: Any, *args: Any) -> bool:
    try:
        check(*args)
    except VerifierError:
        return False
    return True


def test_inclusion_proofs() -> None:
    """Of 98 proofs of one leaf, 6 hold."""
    cases = published_folder(*MERKLE, "inclusion").values()
    held = [
        holds(
            check_inclusion,
            b64decode(case["leafHash"] or ""),
            case["leafIdx"],
            case["treeSize"],
            b64decode(case["root"] or ""),
            decoded(case["proof"]),
        )
        for case in cases
    ]
    assert held == [not case["wantErr"] for case in cases]
    assert (len(held), sum(held)) == (98, 6)


def test_consistency_proofs() -> None:
    """Of 98 proofs that a tree goes on from another, 6 hold."""
    cases = published_folder(*MERKLE, "consistency").values()
    held = [
        holds(
            check_consistency,
            case["size1"],
            b64decode(case["root1"] or ""),
            case["size2"],
            b64decode(case["root2"] or ""),
            decoded(case["proof"]),
        )
        for case in cases
    ]
    assert held == [not case["wantErr"] for case in cases]
    assert (len(held), sum(held)) == (98, 6)


def opened(data: bytes, keys: list[str]) -> Signatures | None:
    try:
        text, lines = read_note(data)
        found = check_lines(text, lines, map(read_key, keys))
    except VerifierError:
        return None
    return found if found.times else None


def test_notes_are_opened_or_refused() -> None:
    """16 notes: opened with as many verified and unknown signatures, or refused."""
    cases = published("golang-note", "note_vectors.json")["open_cases"]
    for case in cases:
        data = bytes.fromhex(case["note_hex"]) if "note_hex" in case else case["note"].encode()
        found = opened(data, case["keys"])
        assert (found is not None) is case["ok"]
        if found:
            assert (len(found.times), len(set(found.unknown))) == (case["verified"], case["unverified"])
    assert len(cases) == 16


def test_no_mangled_key_is_read() -> None:
    """Two keys are bad, and so is every part of a good one, and every good one with a character changed."""
    vectors = published("golang-note", "note_vectors.json")
    good = vectors["vkeys"][0]
    parts = {good[start:end] for start in range(len(good)) for end in range(start + 1, len(good) + 1)} - {good}
    changed = {good[:at] + chr(ord(good[at]) + 1) + good[at + 1 :] for at in range(len(good))}
    for text in [*vectors["bad_vkeys"], *parts, *changed]:
        with pytest.raises(NotInForm):
            read_key(text)
    assert read_key(good).name == good.partition("+")[0]


def test_ed25519_signatures() -> None:
    """Of 151 signatures, those that are valid are taken, and no other."""
    found = published("wycheproof", "ed25519_test.json")
    count = 0
    for group in found["testGroups"]:
        raw = bytes.fromhex(group["publicKey"]["pk"])
        refuse_weak(raw)
        for case in group["tests"]:
            key = PublicKey("known.example", PLAIN, raw)
            taken = signed_by(key, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            assert taken is (case["result"] == "valid"), case["tcId"]
            count += 1
    assert count == 151


def test_checkpoints_with_all_three_types_of_signatures_and_their_proofs() -> None:
    """Nine checkpoints have a line of type 0x01, 0x04 and 0x06 each; 29 and 45 proofs hold under them."""
    found = published("tlog", "notes_cosignatures_proofs.json")
    keys = [read_key(text) for text in found["keys"].values()]
    roots = {}
    for size, text in found["checkpoints"].items():
        head = read_head(text.encode())
        assert set(check_lines(head.text, head.lines, keys).times) == set(keys)
        roots[int(size)] = head.root
    for one in found["inclusion"]:
        leaf = leaf_hash(b64decode(one["data"]))
        check_inclusion(leaf, one["index"], one["size"], roots[one["size"]], decoded(one["proof"]))
    for one in found["consistency"]:
        old, new = one["old"], one["new"]
        check_consistency(old, roots[old], new, roots[new], decoded(one["proof"]))
    assert (len(roots), len(found["inclusion"]), len(found["consistency"])) == (9, 29, 45)


def test_policies() -> None:
    """16 policies are read or refused."""
    cases = published("tlog", "policy_cases.json")
    wrong = [case["name"] for case in cases if holds(read_policy, case["policy"].encode()) != case["valid"]]
    assert wrong == []
    assert len(cases) == 16


def test_proof_files() -> None:
    """11 files are read or refused."""
    cases = published("tlog", "proof_cases.json")
    wrong = [case["name"] for case in cases if holds(read_proof, case["proof"].encode()) != case["parses"]]
    assert wrong == []
    assert len(cases) == 11
