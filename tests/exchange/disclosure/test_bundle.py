"""Bundles: they verify, they hold the cases disclosed whole, and of every other case nothing but what is said."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import html5lib
import pytest

from application.app import Longcase
from application.commands import amendments, cases, inspections
from application.envelope import Envelope
from domain.axes import Axes
from domain.errors import Refused, StoreError
from domain.identity import case_stream
from exchange.disclosure import bundle as bundles
from exchange.disclosure.bundle import bundled_cases
from exchange.disclosure.contents import BundledCase
from ledger.entry import leaf_hash
from ledger.integrity.tally import in_order
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.tree import LedgerTree
from longcase_verify.growth import read_held
from tests.clock import MINUTE, Clock
from tests.exchange.disclosure.bundles import BY, HELD, MadeBundle, disclosed, of_cases, of_round, sign
from tests.transparency.logs import keys, signed
from transparency.policies import parse_policy
from transparency.tree import TreeHead, root_at

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "quassia"
SAID = "seen at the school gate"
THEIRS = Envelope("HMI 3", "inspectorate", reason="drawn")
PS = Envelope("PS 0088", reason="because")


@pytest.fixture
def app() -> Iterator[Longcase]:
    """Four cases, of which two are in a round's sample; what is said of the others has the canary in it."""
    clock = Clock(step=MINUTE)
    ledger = SQLiteRecorder.in_memory(clock)
    made = Longcase(ledger, clock=clock)
    for reference in ("EX/2016/1", "EX/2016/2", f"{CANARY}/3", f"{CANARY}/4"):
        summary = SAID if reference.startswith("EX") else f"{CANARY} {SAID}"
        cases.report(made, reference, PS, category="other", summary=summary, risk="high")
        cases.act(made, reference, "child-seen", PS, text=summary)
    amendments.correct(made, "EX/2016/1", 1, {"summary": f"{SAID}, twice"}, PS)
    inspections.open_inspection(made, "round-1", THEIRS, body="the body", force="the force")
    population = tuple((one, "all") for one in ("EX/2016/1", "EX/2016/2"))
    frame = inspections.Frame(Axes(clock(), clock()), 2, 1, "nothing", population, {})
    inspections.draw_sample(made, "round-1", frame, THEIRS)
    yield made
    made.close()


def text_of(found: MadeBundle) -> bytes:
    return b"\n".join([*map(str.encode, found.files), *found.files.values()])


def test_cases_are_whole_and_nothing_of_another_is_in_the_bundle(app: Longcase) -> None:
    """No payload, header, stream or reference of theirs, packed or not; and it makes no claim to be complete."""
    sign(app.ledger)
    found = disclosed(app, of_cases("EX/2016/1"))
    assert found.judged().exit_code == 0
    whole = text_of(found)
    assert SAID.encode() in whole
    assert CANARY.encode() not in whole
    for other in ("EX/2016/2", f"{CANARY}/3", f"{CANARY}/4"):
        stream = case_stream(other)
        assert stream.hex().encode() not in whole
        for row in app.ledger.stream(stream):
            assert row.command_id.hex().encode() not in whole
            assert row.salt.hex().encode() not in whole
            assert row.payload not in whole
    assert not any(name.startswith("tile/") for name in found.files)
    assert b"makes no claim to be complete" in found.files["README.txt"]


def test_a_round_has_all_headers_and_the_content_of_its_cases_alone(app: Longcase) -> None:
    """Headers say nothing of what an entry says: no text, no salt."""
    sign(app.ledger)
    found = disclosed(app, of_round("round-1"))
    judged = found.judged()
    assert (judged.exit_code, judged.checked.entries, judged.checked.contents) == (0, app.ledger.head()[0] - 3, 7)
    whole = text_of(found)
    assert CANARY.encode() not in whole
    for other in (f"{CANARY}/3", f"{CANARY}/4"):
        assert case_stream(other).hex().encode() in whole
        for row in app.ledger.stream(case_stream(other)):
            assert row.salt.hex().encode() not in whole
            assert row.payload not in whole
    assert not any(name.startswith("proofs/") for name in found.files)


@pytest.mark.parametrize("wanted", [of_cases("EX/2016/1", "EX/2016/2"), of_round("round-1")])
def test_the_disclosure_is_recorded_and_not_in_its_own_bundle(app: Longcase, wanted: Any) -> None:
    """It comes after the checkpoint; the bundle says so, and the next one has it."""
    sign(app.ledger)
    size = app.ledger.head()[0]
    found = disclosed(app, wanted)
    assert found.done.entry.position == size + 1
    assert b'"case.disclosed"' not in text_of(found)
    assert b"after the checkpoint, so\r\nit is not in this bundle" in found.files["README.txt"]
    sign(app.ledger)
    again = disclosed(app, wanted, PS)
    assert again.judged().exit_code == 0
    assert b"disclosed to the " in again.files[next(one for one in again.files if one.startswith("records/"))]


@pytest.mark.parametrize("wanted", [of_cases("EX/2016/2", "EX/2016/1"), of_round("round-1")])
def test_the_same_command_makes_the_same_bundle_again(app: Longcase, wanted: Any) -> None:
    """To the byte, whatever was recorded and signed meanwhile."""
    sign(app.ledger)
    first = disclosed(app, wanted)
    cases.act(app, "EX/2016/1", "child-seen", PS)
    sign(app.ledger)
    head = app.ledger.head()
    again = disclosed(app, wanted)
    assert again.done.repeated
    assert again.data == first.data
    assert app.ledger.head() == head


def test_earlier_checkpoints_go_in_from_the_last_visit_on(app: Longcase) -> None:
    """Each with a proof from the one before; who kept the first sees that nothing was rewritten since."""
    kept = sign(app.ledger)
    first = disclosed(app, of_round("round-1"))
    assert not any(name.startswith("checkpoints/") for name in first.files)
    size = app.ledger.head()[0] - 3
    for _ in range(2):
        cases.act(app, "EX/2016/1", "child-seen", PS)
        sign(app.ledger)
    found = disclosed(app, of_round("round-1"), PS)
    names = [name for name in found.files if name.startswith(("checkpoints/", "consistency/"))]
    assert names == [
        f"checkpoints/{size}",
        f"checkpoints/{size + 4}",
        f"consistency/{size}-{size + 4}",
        f"consistency/{size + 4}-{size + 5}",
    ]
    judged = found.judged([read_held("kept", kept)])
    assert (judged.exit_code, "held-good" in judged.found) == (0, True)


def test_a_case_for_a_court_is_connected_with_what_the_court_holds(app: Longcase) -> None:
    """By a proof, since it has not all headers; without it the auditor's program says that it is missing."""
    kept = sign(app.ledger)
    cases.act(app, "EX/2016/1", "child-seen", PS)
    sign(app.ledger)
    alone = disclosed(app, of_cases("EX/2016/1")).judged([read_held("kept", kept)])
    assert (alone.exit_code, "held-unconnected" in alone.found) == (2, True)
    wanted = of_cases("EX/2016/2")._replace(held=[("kept", kept)])
    joined = disclosed(app, wanted, PS).judged([read_held("kept", kept)])
    assert (joined.exit_code, "held-good" in joined.found) == (0, True)


def test_a_checkpoint_that_is_not_of_this_log_is_refused(app: Longcase) -> None:
    """Nor one of another history, nor one of more entries than there are; nothing is recorded."""
    sign(app.ledger)
    head = app.ledger.head()
    forked = signed(TreeHead(3, bytes(32)), *HELD)
    later = signed(TreeHead(10_000, bytes(32)), *HELD)
    unsigned = signed(TreeHead(3, bytes(32)), keys()["w2"])
    for note, error, why in (
        (forked, StoreError, "the first 3 entries are not those of an earlier checkpoint"),
        (later, Refused, "is of 10,000 entries, and the newest checkpoint of"),
        (unsigned, Refused, "is no checkpoint that this log has signed"),
        (b"nothing", Refused, "is no checkpoint that this log has signed"),
    ):
        with pytest.raises(error, match=why):
            disclosed(app, of_cases("EX/2016/1")._replace(held=[("file", note)]))
    assert app.ledger.head() == head


def test_the_policy_goes_in_and_must_be_met(app: Longcase) -> None:
    """A bundle that its recipient would not take is not made."""
    sign(app.ledger)
    log, witness = HELD[0].public, keys()["w2"].public
    for text, taken in (
        (f"log {log}\nquorum none\n", True),
        (f"log {log}\nwitness w {witness}\nquorum w\n", False),
    ):
        wanted = of_cases("EX/2016/1")._replace(policy=(text.encode(), parse_policy(text.encode())))
        if taken:
            assert disclosed(app, wanted).files["policy.txt"] == text.encode()
            continue
        sign(app.ledger)
        with pytest.raises(Refused, match="would not take this bundle"):
            disclosed(app, wanted, PS)


def test_a_store_that_is_not_what_was_signed_discloses_nothing(app: Longcase) -> None:
    """Whoever rewrote an entry is told by longcase log verify, and no bundle goes out; nor is any recorded."""
    size = app.ledger.head()[0]
    sign(app.ledger)
    wrong = signed(TreeHead(size, root_at(LedgerTree(app.ledger), size - 1)), *HELD)
    app.ledger.keep_checkpoint(size, wrong.decode())
    with pytest.raises(StoreError, match="does not hold the"):
        disclosed(app, of_cases("EX/2016/1"))
    assert app.ledger.head()[0] == size


def test_a_payload_that_was_changed_is_found_before_the_bundle_is_whole(
    app: Longcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every leaf is worked out again, of all entries for a round, and compared with what was signed."""
    sign(app.ledger)

    def changed(*args: Any) -> Iterator[Any]:
        for row in in_order(*args):
            yield row._replace(payload=b"{}") if row.position == 5 else row

    monkeypatch.setattr(bundles, "in_order", changed)
    with pytest.raises(StoreError, match="not in the store as it was signed"):
        disclosed(app, of_round("round-1"))


HOSTILE = [
    "EX/2016/1",
    "../../etc/passwd",
    "C:\\CON",
    "..",
    "-",
    "aux.html",
    "a\u0301é£漢",
    "<script>",
    "x" * 200,
    "case one",
    "CASE/ONE",
    "case/one",
]


def test_no_name_in_a_bundle_is_anything_but_a_plain_one() -> None:
    """Whatever a reference holds; and no two records have one name, on systems that fold letters either."""
    made = [BundledCase(one, case_stream(one), 1) for one in HOSTILE]
    names = [one.record_name for one in made]
    for name in names:
        assert re.fullmatch(r"records/[A-Za-z0-9][A-Za-z0-9-]*-[0-9a-f]{8}\.html", name), name
        assert len(name) < 100
    assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"entries/[0-9a-f]{32}\.jsonl", one.entries_name) for one in made)


def test_payloads_of_any_bytes_go_in() -> None:
    """As text where they are some, else in base64; so do large ones, which escapes would double."""
    assert bundles._payload("ä\n".encode()) == {"payload": "ä\n"}
    for payload in (b"\xff\xfe", b'"' * ((1 << 20) + 1)):
        assert bundles._payload(payload) == {"payload_base64": b64encode(payload).decode()}


def test_each_line_of_a_case_is_what_its_leaf_is_made_from(app: Longcase) -> None:
    """Header, salt and payload, in order of version."""
    sign(app.ledger)
    found = disclosed(app, of_cases("EX/2016/1"))
    rows = app.ledger.stream(case_stream("EX/2016/1"))[:-1]
    lines = found.files[f"entries/{case_stream('EX/2016/1').hex()}.jsonl"].splitlines()
    read = [json.loads(line) for line in lines]
    assert [one["salt"] for one in read] == [row.salt.hex() for row in rows]
    assert [one["payload"].encode() for one in read] == [row.payload for row in rows]
    assert [leaf_hash(row) for row in rows] == [row.leaf for row in rows]  # type: ignore[arg-type]  # complete rows


def test_the_record_is_read_by_an_html_parser_without_an_error(app: Longcase) -> None:
    """And is as at the disclosure, of what the checkpoint covers."""
    sign(app.ledger)
    found = disclosed(app, of_cases("EX/2016/1"))
    (name,) = [one for one in found.files if one.startswith("records/")]
    assert name == f"records/EX-2016-1-{case_stream('EX/2016/1').hex()[:8]}.html"
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(found.files[name])
    assert "".join(tree.find("body/main/h1").itertext()) == "Record of case EX/2016/1"
    last = app.ledger.stream(case_stream("EX/2016/1"))[-2]
    assert last.leaf.hex() in found.files[name].decode()


def test_a_bundle_without_headers_has_no_more_proofs_than_are_read(
    app: Longcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The auditor's program takes 200,000 files at most."""
    monkeypatch.setattr(bundles, "_MOST_PROOFS", 3)
    sign(app.ledger)
    with pytest.raises(Refused, match="has 3 entries at most"):
        disclosed(app, of_cases("EX/2016/1"))
    given = of_round("round-1")
    assert disclosed(app, given).judged().exit_code == 0
    assert bundled_cases(app.ledger, _given(app), ["EX/2016/1"])[0].entries == 4


def _given(app: Longcase) -> Any:
    from application.commands.disclosures import Disclosure

    return Disclosure("x", "y", app.ledger.head()[0] - 3, "round-1")


def test_a_store_without_a_log_or_a_checkpoint_says_what_makes_one(app: Longcase) -> None:
    """Before anything is recorded."""
    with pytest.raises(Refused, match="no log that is signed yet"):
        disclosed(app, of_cases("EX/2016/1"))
    from application.signing.checkpoints import begin_log

    begin_log(app.ledger, [one.public for one in HELD])
    with pytest.raises(Refused, match="no checkpoint of any entry") as refused:
        disclosed(app, of_cases("EX/2016/1"), BY)
    assert "longcase log checkpoint" in refused.value.hints[0]
