"""Trust policies: how they are read, and when enough witnesses have cosigned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.logs import ORIGIN, held, keys, signed, small_log
from transparency.errors import MalformedText, NotVerified, QuorumMissed
from transparency.keys import ED25519, ED25519_COSIGNATURE, VerifierKey
from transparency.policies import LARGEST_POLICY, Party, Policy, parse_policy

KEYS = keys()
HEAD = small_log(20).head(13)
WITNESSES = [held(f"w.example/{number}", ED25519_COSIGNATURE, f"w{number}").public for number in range(8)]


def policy(*lines: str) -> Policy:
    return parse_policy("".join(f"{line}\n" for line in lines).encode())


def of_two(rule: str) -> Policy:
    return policy(
        f"log {KEYS['log'].public}",
        f"witness first {KEYS['w1'].public} https://w1.example/",
        f"witness second {KEYS['w2'].public}",
        f"group both {rule} first second",
        "quorum both",
    )


def test_what_a_policy_says() -> None:
    """Logs, witnesses by name with or without an address, groups and the quorum."""
    found = of_two("all")
    assert found.logs == (Party(KEYS["log"].public),)
    assert found.witnesses["first"] == Party(KEYS["w1"].public, "https://w1.example/")
    assert found.groups["both"] == (2, ("first", "second"))
    assert found.quorum == "both"


@pytest.mark.parametrize(
    ("rule", "by", "enough"),
    [
        ("all", ("w1", "w2"), True),
        ("all", ("w1",), False),
        ("any", ("w2",), True),
        ("any", (), False),
        ("1", ("w1",), True),
        ("2", ("w2",), False),
    ],
)
def test_a_checkpoint_counts_when_enough_have_cosigned(rule: str, by: tuple[str, ...], enough: bool) -> None:
    """A checkpoint that its log has signed counts with enough cosignatures, and only then."""
    data = signed(HEAD, KEYS["log"], *(KEYS[name] for name in by))
    if enough:
        assert of_two(rule).open(data).checkpoint.head == HEAD
    else:
        with pytest.raises(QuorumMissed, match="not by enough"):
            of_two(rule).open(data)


def test_the_log_must_have_signed() -> None:
    """Witnesses alone do not make a checkpoint; a log may be known from elsewhere."""
    with pytest.raises(NotVerified, match="has not signed"):
        of_two("all").open(signed(HEAD, KEYS["w1"], KEYS["w2"]))
    without = policy("quorum none")
    with pytest.raises(NotVerified, match="no key of a log"):
        without.open(signed(HEAD, KEYS["log"]))
    assert without.open(signed(HEAD, KEYS["log"]), [KEYS["log"].public]).checkpoint.origin == ORIGIN


def test_a_key_of_type_1_is_a_witness_that_cosigns() -> None:
    """A witness is often given by its plain Ed25519 key: its cosignatures count, plain signatures do not."""
    plain = KEYS["w1"].public._replace(kind=ED25519)
    found = policy(f"log {KEYS['log'].public}", f"witness w {plain}", "quorum w")
    assert found.open(signed(HEAD, KEYS["log"], KEYS["w1"])).cosignatures[0].key == KEYS["w1"].public
    with pytest.raises(QuorumMissed):
        found.open(signed(HEAD, KEYS["log"], held("witness.example/w1", ED25519, "w1")))


def expression(names: list[str]) -> st.SearchStrategy[list[tuple[str, int, list[str]]]]:
    """Draw groups over names, each name in one group at most."""

    @st.composite
    def groups(draw: st.DrawFn) -> list[tuple[str, int, list[str]]]:
        free, made = list(names), []
        for number in range(draw(st.integers(1, 6))):
            members = draw(st.lists(st.sampled_from(free), min_size=1, max_size=4, unique=True)) if free else []
            if members:
                free = [name for name in free if name not in members] + [f"g{number}"]
                made.append((f"g{number}", draw(st.integers(1, len(members))), members))
        return made

    return groups()


NAMES = [f"w{number}" for number in range(len(WITNESSES))]


@given(expression(NAMES), st.sets(st.sampled_from(range(len(WITNESSES)))))
def test_the_quorum_is_counted_from_the_top(made: list[tuple[str, int, list[str]]], by: set[int]) -> None:
    """A group has cosigned when so many of its members have, and each member is a witness or such a group."""
    members = {name: (count, of) for name, count, of in made}

    def cosigned(name: str) -> bool:
        if name not in members:
            return int(name[1:]) in by
        count, of = members[name]
        return sum(map(cosigned, of)) >= count

    found = policy(
        *(f"witness {name} {key}" for name, key in zip(NAMES, WITNESSES, strict=True)),
        *(f"group {name} {count} {' '.join(of)}" for name, count, of in made),
        f"quorum {made[-1][0]}",
    )
    assert found.is_met_by(WITNESSES[one] for one in by) is cosigned(made[-1][0])


def test_keys_that_are_not_in_the_policy_count_for_nothing() -> None:
    """Neither an unknown witness nor the same key under another name fills the quorum."""
    found = of_two("any")
    assert not found.is_met_by([*WITNESSES, KEYS["w2"].public._replace(name="other.example")])


W, V = (f"witness {name} {key}" for name, key in zip("wv", WITNESSES, strict=False))


def bad_lines() -> list[tuple[str, ...]]:
    log, key = f"log {KEYS['log'].public}", WITNESSES[0]
    renamed = VerifierKey("other.example", key.kind, key.public)
    return [
        (),
        (W,),
        ("quorum none", "quorum none"),
        ("quorum nobody",),
        ("quorum",),
        ("quorum none none",),
        (W, W.replace("w ", "v ", 1), "quorum w"),
        (W, f"witness v {renamed}", "quorum w"),
        (W, V.replace(" v ", " w "), "quorum w"),
        (log, log, "quorum none"),
        (f"log {key}", "quorum none"),
        (f"log {KEYS['log'].public} https://a.example b", "quorum none"),
        ("log", "quorum none"),
        ("witness w", "quorum none"),
        (f"witness none {key}", "quorum none"),
        (W, "group g any", "quorum g"),
        (W, "group g some w", "quorum g"),
        (W, "group g 01 w", "quorum g"),
        (W, "group g 2 w", "quorum g"),
        (W, V, "group g 1 w w", "quorum g"),
        (W, V, "group g any w", "group h any w v", "quorum h"),
        (W, "group g any g", "quorum g"),
        (W, "group g any none", "quorum g"),
        (W, "group none any w", "quorum none"),
        (W, "group w any w", "quorum w"),
        (W, "quorum w # comment"),
        ("QUORUM none",),
        ("monitor m", "quorum none"),
        ("witness w force.example+00000000+AAAA", "quorum w"),
        (f"witness w {key}\u00a0", "quorum w"),
    ]


@pytest.mark.parametrize(
    "lines", bad_lines(), ids=lambda lines: " / ".join(line[:24] for line in lines) or "none"
)
def test_another_policy_is_refused(lines: tuple[str, ...]) -> None:
    """What a policy does not say in so many words is not made up."""
    with pytest.raises(MalformedText):
        policy(*lines)


def test_the_line_is_named() -> None:
    """Whoever wrote the policy is told which line is wrong."""
    with pytest.raises(MalformedText, match=r"^line 3 of the policy: nothing before this line is named 'nobody'"):
        policy("# a comment", "", "quorum nobody")


@pytest.mark.parametrize(
    "data", [b"", b"quorum none", b"quorum\x0bnone\n", b"quorum none\x7f\n", b"quorum none\r\n"]
)
def test_other_bytes_are_refused(data: bytes) -> None:
    """Every line ends in LF, and no control character but tab stands in one."""
    with pytest.raises(MalformedText, match="lines that each end"):
        parse_policy(data)
    with pytest.raises(MalformedText, match="lines that each end"):
        parse_policy(b"#" * LARGEST_POLICY + b"\nquorum none\n")


def test_names_are_bytes() -> None:
    """A letter K is not a Kelvin sign, and what is no UTF-8 is a name like any other, shown in ASCII."""
    names = (b"K", "\u212a".encode(), b"\xff", b"\xfe", "\u202e".encode())
    lines = [b"witness %s %s" % (name, str(key).encode()) for name, key in zip(names, WITNESSES, strict=False)]
    found = parse_policy(b"\n".join([*lines, b"group g any " + b" ".join(names), b"quorum g", b""]))
    assert len(found.witnesses) == 5
    with pytest.raises(MalformedText) as refused:
        parse_policy(b"\n".join([*lines, lines[2], b""]))
    assert "'\\udcff'" in str(refused.value)


def test_a_large_policy_is_read() -> None:
    """32 logs, witnesses and groups of groups are no trouble, nor are 2,000 groups inside one another."""
    held_keys = [held(f"key.example/{number}", ED25519, f"key{number}").public for number in range(64)]
    logs = (f"log {key}" for key in held_keys[:32])
    witnesses = (f"witness w{number} {key}" for number, key in enumerate(held_keys[32:]))
    groups = (f"group g{number} all {f'g{number - 1}' if number else 'w0'}" for number in range(2_000))
    found = policy(*logs, *witnesses, *groups, "quorum g1999")
    assert found.is_met_by([found.witnesses["w0"].key])
    assert not found.is_met_by([found.witnesses["w1"].key])
