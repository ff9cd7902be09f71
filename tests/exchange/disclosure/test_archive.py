"""The ZIP file of a bundle: the same bytes for the same members, readable by strict readers, no bombs."""

from __future__ import annotations

import io
import os
import zipfile

import pytest

from exchange.disclosure.archive import BundleWriter
from longcase_verify.archive import ALWAYS_ALLOWED, MOST_RATIO, BundleArchive

NOISE = os.urandom(200_000)
CONTENTS = {
    "nothing": b"",
    "text": b"a line of text, and another\n" * 3,
    "zeros": bytes(5_000_000),
    "noise": NOISE,
    "both": NOISE[:2_000] + bytes(3_000_000),
}


def archive(contents: dict[str, bytes], pieces: int = 1) -> bytes:
    out = io.BytesIO()
    with BundleWriter(out) as made:
        for name, content in contents.items():
            step = max(1, len(content) // pieces)
            made.stream(name, lambda c=content, s=step: (c[at : at + s] for at in range(0, len(c), s)))  # type: ignore[misc]  # bound at once
        made.put("put", b"put" * 100)
        made.put("stored", b"stored" * 100, packed=False)
    return out.getvalue()


def test_an_error_leaves_nothing_to_be_written() -> None:
    """The file may be closed by then, or its disk full."""
    out = io.BytesIO()

    def fail() -> None:
        with BundleWriter(out) as made:
            made.put("put", b"put")
            out.close()
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()


def test_the_same_members_have_the_same_bytes() -> None:
    """However they come in pieces; the clock plays no part."""
    assert archive(CONTENTS) == archive(CONTENTS)
    with zipfile.ZipFile(io.BytesIO(archive(CONTENTS, pieces=7))) as found:
        assert {name: found.read(name) for name in CONTENTS} == CONTENTS


def test_every_member_is_for_its_owner_and_bears_one_instant() -> None:
    """Which no member says; when the bundle was made stands in it."""
    with zipfile.ZipFile(io.BytesIO(archive(CONTENTS))) as found:
        assert {one.date_time for one in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.external_attr >> 16 for one in found.infolist()} == {0o100600}
        assert not any(one.flag_bits & 8 for one in found.infolist())


def test_no_member_unpacks_to_much_more_than_it_is() -> None:
    """What packs to next to nothing is stored: the auditor's reader takes it all, and says what it holds."""
    with zipfile.ZipFile(io.BytesIO(archive(CONTENTS))) as found:
        for one in found.infolist():
            assert one.file_size <= ALWAYS_ALLOWED or one.file_size <= MOST_RATIO * one.compress_size
        assert found.getinfo("zeros").compress_type == zipfile.ZIP_STORED
        assert found.getinfo("text").compress_type == zipfile.ZIP_DEFLATED
        assert found.getinfo("stored").compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("name", CONTENTS)
def test_the_auditors_reader_reads_it(name: str) -> None:
    """It takes the plain form alone."""
    assert BundleArchive(io.BytesIO(archive(CONTENTS))).read(name, 10_000_000) == CONTENTS[name]
