"""How a case stands in the population tables: by the position of its first entry, shorter than its stream.

The ledger leads from the one to the other, so no table does. Keys are in the order of the positions, in which the
tables are filled. See docs/adr/0085.
"""

from __future__ import annotations


def key_at(position: int) -> bytes:
    """Return the key of the case whose first entry is at ``position``: how many bytes that has, then those."""
    size = (position.bit_length() + 7) // 8
    return bytes((size,)) + position.to_bytes(size)


def position_of(key: bytes) -> int:
    """Return the position of the first entry of the case with this key: none takes eight bytes."""
    return int.from_bytes(key[1:8])
