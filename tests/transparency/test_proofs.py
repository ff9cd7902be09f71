"""Files that prove a leaf: read as they are written, and true for that leaf and that checkpoint alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.logs import keys, signed, small_log
from transparency.cosignatures import open_checkpoint
from transparency.encoding import LARGEST_SIZE
from transparency.errors import MalformedText, TransparencyError
from transparency.proofs import LARGEST_PROOF, LoggedProof, parse_proof
from transparency.tree import check_inclusion, inclusion_proof, leaf_hash

KEYS = keys()
LOG = small_log(20)
PROOF = LoggedProof(5, inclusion_proof(LOG.nodes, 5, 13), signed(LOG.head(13), KEYS["log"]))
HASH = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def check(data: bytes, leaf: bytes) -> None:
    """Check a file as its reader does: the checkpoint first, then the path under its root."""
    proof = parse_proof(data)
    opened = open_checkpoint(proof.checkpoint, [KEYS["log"].public])
    check_inclusion(leaf_hash(leaf), proof.leaf_index, opened.checkpoint.head, proof.hashes)


@given(
    st.builds(
        LoggedProof,
        st.integers(0, LARGEST_SIZE),
        st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        st.binary(min_size=1),
        st.none() | st.binary(),
    )
)
def test_a_file_is_read_as_it_is_written(proof: LoggedProof) -> None:
    """The checkpoint comes back byte by byte, whatever it is, and what was added too."""
    assert parse_proof(proof.to_bytes()) == proof


def test_a_proof_holds_for_its_leaf() -> None:
    """The leaf that is proved is in the tree, with and without something added; another leaf is not."""
    for data in (PROOF.to_bytes(), PROOF._replace(extra=b"added").to_bytes()):
        check(data, LOG.leaves[5])
        with pytest.raises(TransparencyError):
            check(data, LOG.leaves[4])


def test_no_byte_of_a_file_can_be_another() -> None:
    """A file in which any one byte is another proves nothing, be it index, path or checkpoint."""
    data = PROOF.to_bytes()
    for at in range(len(data)):
        for bits in (1, 8, 0x20):
            with pytest.raises(TransparencyError):
                check(data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :], LOG.leaves[5])


def test_no_part_of_a_file_is_one() -> None:
    """A file that is cut off anywhere proves nothing."""
    data = PROOF.to_bytes()
    for end in range(len(data)):
        with pytest.raises(TransparencyError):
            check(data[:end], LOG.leaves[5])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\ncheckpoint\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\r\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\nextra AAAA\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex  0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\ncheckpoint\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{HASH} \n\ncheckpoint\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{HASH * 2}\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{HASH}\n" * 64 + "\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\u00e9\n\ncheckpoint\n",
    ],
)
def test_another_text_is_no_proof(text: str) -> None:
    """The lines stand in their order, each number and hash in its one form, and 63 hashes at most."""
    with pytest.raises(MalformedText):
        parse_proof(text.encode())


def test_a_huge_file_is_refused_at_once() -> None:
    """A file beyond any that is written is not looked at."""
    with pytest.raises(MalformedText, match="bytes at most"):
        parse_proof(PROOF.to_bytes() + bytes(LARGEST_PROOF))
