"""Only regular files are opened, and no packed file swells beyond measure."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from exchange.readers.reader import read
from exchange.source.open import SizeLimits, open_source
from exchange.source.trace import ImportRefused, UnreadableSource


def content_of(path: Path, limits: SizeLimits | None = None) -> bytes:
    with open_source(path, limits) as stream:
        return stream.read()


def test_plain_and_packed_files_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"text")
    (tmp_path / "packed").write_bytes(gzip.compress(b"te") + gzip.compress(b"xt"))
    assert content_of(tmp_path / "plain") == content_of(tmp_path / "packed") == b"text"


def test_a_folder_a_pipe_a_device_and_nothing_are_refused(tmp_path: Path) -> None:
    """A pipe without a writer is refused at once, not waited for."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(UnreadableSource, match="not a regular file"):
            open_source(path)
    with pytest.raises(UnreadableSource, match="No such file"):
        open_source(tmp_path / "none")
    with pytest.raises(UnreadableSource, match="null"):
        open_source(Path("a\0b"))


@pytest.mark.parametrize(("start", "packing"), [(b"PK\3\4", "zip"), (b"BZh9", "bzip2"), (b"\xfd7zXZ", "xz")])
def test_another_packing_is_refused_by_its_name(tmp_path: Path, start: bytes, packing: str) -> None:
    (tmp_path / "f.csv").write_bytes(start)
    with pytest.raises(UnreadableSource, match=packing):
        open_source(tmp_path / "f.csv")


@pytest.mark.parametrize("spoil", ["cut", "flip", "tail"])
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, spoil: str) -> None:
    packed = bytearray(gzip.compress(os.urandom(10_000)))
    if spoil == "cut":
        del packed[-20:]
    elif spoil == "flip":
        packed[5_000] ^= 255
    else:
        packed += b"more"
    (tmp_path / "f.gz").write_bytes(packed)
    with pytest.raises(UnreadableSource, match="gzip file"):
        content_of(tmp_path / "f.gz")


def test_a_file_that_swells_is_refused_by_ratio_and_by_size(tmp_path: Path) -> None:
    (tmp_path / "f.gz").write_bytes(gzip.compress(b"x" * 1_000_000))
    with pytest.raises(UnreadableSource, match="unpacks to more than"):
        content_of(tmp_path / "f.gz", SizeLimits(tolerated=100_000, ratio=100))
    with pytest.raises(UnreadableSource, match="unpacks to more than"):
        content_of(tmp_path / "f.gz", SizeLimits(tolerated=100_000, unpacked=500_000, ratio=10_000))
    assert len(content_of(tmp_path / "f.gz")) == 1_000_000


@pytest.mark.parametrize(
    ("content", "name", "form"),
    [
        (b"  <log/>", "x.csv", "xes"),
        ("\ufeff<log/>".encode("utf-16-le"), "x", "xes"),
        (b'\xef\xbb\xbf{"a": 1}', "x", "jsonl"),
        (b"a,b", "x.CSV", "csv"),
        (b"a,b", "x.csv.gz", "csv"),
        (b"", "x.xes", "xes"),
    ],
)
def test_the_format_is_told_by_the_content_then_by_the_name(
    tmp_path: Path, content: bytes, name: str, form: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert read(tmp_path / name, None, print)._form[0] == form


def test_a_file_of_no_known_format_is_refused_with_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"hello")
    with pytest.raises(ImportRefused) as caught:
        list(read(tmp_path / "notes.txt", None, print))
    assert caught.value.refusal.line == 1
    assert caught.value.hints == ('write in a mapping which it is: format = "xes", "csv" or "jsonl"',)


def test_the_source_is_named_by_the_file_unless_the_mapping_does(tmp_path: Path) -> None:
    assert read(tmp_path / "fines.2016.xes.gz", None, print).source == "fines.2016"
