"""The vectors that others have published: each is answered as they say."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

import pytest

from tests.transparency.vectors import decoded, published, published_folder
from transparency.cosignatures import open_checkpoint, verifier_of
from transparency.errors import BadKey, MalformedText, NotVerified, TransparencyError
from transparency.keys import ED25519, VerifierKey, read_verifier_key, verifies
from transparency.notes import TextVerifier, open_note, parse_note, signed_line
from transparency.policies import parse_policy
from transparency.private_keys import Algorithm, private_key
from transparency.proofs import parse_proof
from transparency.tree import TreeHead, check_consistency, check_inclusion, leaf_hash
from transparency.witnessing import decide

MERKLE = ("transparency-dev-merkle", "testdata")


def holds(check: Any, *args: Any) -> bool:
    try:
        check(*args)
    except TransparencyError:
        return False
    return True


def includes(case: dict[str, Any]) -> bool:
    head = TreeHead(case["treeSize"], b64decode(case["root"] or ""))
    leaf = b64decode(case["leafHash"] or "")
    return holds(check_inclusion, leaf, case["leafIdx"], head, decoded(case["proof"]))


def goes_on(case: dict[str, Any]) -> bool:
    old = TreeHead(case["size1"], b64decode(case["root1"] or ""))
    new = TreeHead(case["size2"], b64decode(case["root2"] or ""))
    return holds(check_consistency, old, new, decoded(case["proof"]))


def test_inclusion_proofs() -> None:
    """Of 98 proofs of one leaf, 6 hold."""
    cases = published_folder(*MERKLE, "inclusion")
    wrong = [name for name, case in cases.items() if includes(case) is case["wantErr"]]
    assert wrong == []
    assert (len(cases), sum(map(includes, cases.values()))) == (98, 6)


def test_consistency_proofs() -> None:
    """Of 98 proofs that a tree goes on from another, 6 hold."""
    cases = published_folder(*MERKLE, "consistency")
    wrong = [name for name, case in cases.items() if goes_on(case) is case["wantErr"]]
    assert wrong == []
    assert (len(cases), sum(map(goes_on, cases.values()))) == (98, 6)


def opened(case: dict[str, Any]) -> tuple[int, int] | None:
    data = bytes.fromhex(case["note_hex"]) if "note_hex" in case else case["note"].encode()
    try:
        found = open_note(parse_note(data), [TextVerifier(read_verifier_key(key)) for key in case["keys"]])
    except TransparencyError:
        return None
    return len(found.verified), len(set(found.unknown))


def test_notes_are_opened_or_refused() -> None:
    """16 notes: opened with as many verified and unknown signatures, or refused."""
    cases = published("golang-note", "note_vectors.json")["open_cases"]
    wanted = [(case["verified"], case["unverified"]) if case["ok"] else None for case in cases]
    assert [opened(case) for case in cases] == wanted
    assert len(cases) == 16


def test_the_reason_why_a_note_is_refused() -> None:
    """A malformed note is told from one whose signatures do not verify."""
    cases = [case for case in published("golang-note", "note_vectors.json")["open_cases"] if not case["ok"]]
    for case in cases:
        data = bytes.fromhex(case["note_hex"]) if "note_hex" in case else case["note"].encode()
        with pytest.raises(MalformedText if case["error"] == "malformed note" else NotVerified):
            open_note(parse_note(data), [TextVerifier(read_verifier_key(key)) for key in case["keys"]])


def test_a_note_is_signed_as_known() -> None:
    """The published private key signs the published text to the published bytes."""
    vectors = published("golang-note", "note_vectors.json")
    name = vectors["vkeys"][0].partition("+")[0]
    _, _, _, _, kind_and_seed = vectors["skey"].split("+", 4)
    signer = private_key(Algorithm.ED25519, b64decode(kind_and_seed)[1:])
    key = VerifierKey(name, ED25519, signer.public)
    assert str(key) == vectors["vkeys"][0]
    note = parse_note(vectors["signed"].encode())
    assert note._replace(lines=(signed_line(vectors["text"], key, signer),)).to_bytes() == note.to_bytes()


def test_no_mangled_key_is_read() -> None:
    """Two keys are bad, and so is every part of a good one, and every good one with a character changed."""
    vectors = published("golang-note", "note_vectors.json")
    good = vectors["vkeys"][0]
    parts = {good[start:end] for start in range(len(good)) for end in range(start + 1, len(good) + 1)} - {good}
    changed = {good[:at] + chr(ord(good[at]) + 1) + good[at + 1 :] for at in range(len(good))}
    for text in [*vectors["bad_vkeys"], *parts, *changed]:
        with pytest.raises(BadKey):
            read_verifier_key(text)
    assert str(read_verifier_key(good)) == good


def test_ed25519_signatures() -> None:
    """Of 151 signatures, those that are valid are taken, and no other."""
    found = published("wycheproof", "ed25519_test.json")
    count = 0
    for group in found["testGroups"]:
        key = VerifierKey("known.example", ED25519, bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            taken = verifies(key, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            assert taken is (case["result"] == "valid"), case["tcId"]
            count += 1
    assert count == found["numberOfTests"] == 151


def trees() -> dict[int, TreeHead]:
    """Return the heads of the nine checkpoints, whose three signatures are checked on the way."""
    found = published("tlog", "notes_cosignatures_proofs.json")
    keys = {name: read_verifier_key(text) for name, text in found["keys"].items()}
    heads = {}
    for size, text in found["checkpoints"].items():
        checked = open_checkpoint(text.encode(), [keys["log"]], [keys["w1"], keys["w2"]])
        assert checked.log_keys == (keys["log"],)
        assert {one.key for one in checked.cosignatures} == {keys["w1"], keys["w2"]}
        assert checked.note.to_bytes().decode() == text
        heads[int(size)] = checked.checkpoint.head
    assert len(heads) == 9
    return heads


def test_checkpoints_with_all_three_types_of_signatures() -> None:
    """Nine checkpoints have a line of type 0x01, 0x04 and 0x06 each; none verifies with another size."""
    trees()
    found = published("tlog", "notes_cosignatures_proofs.json")
    for name, key in found["keys"].items():
        for text in found["checkpoints"].values():
            other = re.sub(r"\n(\d+)\n", r"\n\g<1>1\n", text, count=1)
            with pytest.raises(NotVerified, match="fails"):
                open_note(parse_note(other.encode()), [verifier_of(read_verifier_key(key))])
            assert open_note(parse_note(text.encode()), [verifier_of(read_verifier_key(key))]), name


def test_proofs_under_those_checkpoints() -> None:
    """29 inclusion and 45 consistency proofs hold."""
    found, heads = published("tlog", "notes_cosignatures_proofs.json"), trees()
    for one in found["inclusion"]:
        leaf = leaf_hash(b64decode(one["data"]))
        check_inclusion(leaf, one["index"], heads[one["size"]], decoded(one["proof"]))
    for one in found["consistency"]:
        check_consistency(heads[one["old"]], heads[one["new"]], decoded(one["proof"]))
    assert (len(found["inclusion"]), len(found["consistency"])) == (29, 45)


def test_policies() -> None:
    """16 policies are read or refused."""
    cases = published("tlog", "policy_cases.json")
    wrong = [case["name"] for case in cases if holds(parse_policy, case["policy"].encode()) != case["valid"]]
    assert wrong == []
    assert len(cases) == 16


def test_proof_files() -> None:
    """11 files are read or refused; what is read is written as it was."""
    cases = published("tlog", "proof_cases.json")
    wrong = [case["name"] for case in cases if holds(parse_proof, case["proof"].encode()) != case["parses"]]
    assert wrong == []
    for case in cases:
        if case["parses"]:
            assert parse_proof(case["proof"].encode()).to_bytes() == case["proof"].encode()
    assert len(cases) == 11


def test_requests_to_a_witness() -> None:
    """Nine requests in a row have the status that the specification asks for, and move what is known."""
    found = published("tlog", "witness_requests.json")
    key = read_verifier_key(found["log_vkey"])
    known: dict[str, TreeHead] = {}
    statuses = []
    for request in found["requests"]:
        answer = decide(request["body"].encode(), {key.name: [key]}, known)
        statuses.append(int(answer.status))
        if answer.status == 409:
            assert answer.body == f"{known[key.name].size}\n"
        if answer.accepted:
            known[answer.accepted.checkpoint.origin] = answer.accepted.checkpoint.head
    assert statuses == [request["status_spec"] for request in found["requests"]]
    assert len(statuses) == 9
