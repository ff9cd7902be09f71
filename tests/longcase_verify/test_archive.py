"""ZIP files from a hostile hand: refused before they are unpacked, in little memory, with nothing extracted."""

from __future__ import annotations

import io
import json
import random
import struct
import subprocess
import sys
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from longcase_verify import archive
from longcase_verify.archive import BundleArchive
from longcase_verify.problems import CutShort, NotInForm, NotReadable
from tests.longcase_verify.judging import judged
from tests.longcase_verify.making import KEYS, Files, zipped
from tests.longcase_verify.tampering import whole
from tests.transparency.vectors import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MOST_MIB = 200


def opened(data: bytes) -> BundleArchive:
    return BundleArchive(io.BytesIO(data))


def read_all(data: bytes) -> Files:
    found = opened(data)
    return {name: found.read(name, 10**8) for name in found.names()}


def raw(*names: bytes) -> bytes:
    """Return a ZIP file with members of these names as they are."""
    packed, central = b"", b""
    for name in names:
        fields = (20, 0, 0, 0, 33, zlib.crc32(b"x"), 1, 1, len(name), 0)
        central += (
            b"PK\1\2"
            + struct.pack("<H5H3L2H", 20, *fields)
            + struct.pack("<3H2L", 0, 0, 0, 0, len(packed))
            + name
        )
        packed += b"PK\3\4" + struct.pack("<5H3L2H", *fields) + name + b"x"
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(names), len(names), len(central), len(packed), 0)
    return packed + central + end


def test_files_are_read_as_others_wrote_them() -> None:
    """Stored and deflated members, empty ones, and one of three megabytes."""
    files = {"a": b"", "b/c": b"text" * 50, "d": random.Random(1).randbytes(3_000_000)}
    assert read_all(zipped(files)) == files
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as stored:
        for name, data in files.items():
            stored.writestr(name, data)
    assert read_all(packed.getvalue()) == files
    assert read_all(raw(b"one", b"two")) == {"one": b"x", "two": b"x"}


def test_lines_are_those_of_the_file() -> None:
    """A file is read by lines, over the pieces in which it is unpacked."""
    lines = [random.Random(1).randbytes(length).hex().encode() for length in (0, 1, 750_000, 3, 350_000, 0)]
    found = opened(zipped({"a": b"".join(line + b"\n" for line in lines), "b": b"no end"}))
    assert list(found.lines("a", 2_000_000)) == lines
    with pytest.raises(NotInForm, match="longer than it can be"):
        list(found.lines("a", 400_000))
    with pytest.raises(NotInForm, match="has no end"):
        list(found.lines("b", 400_000))


def test_sizes_with_more_than_32_bits_are_read() -> None:
    """The larger form of sizes and of the end, as other programs write it where it is needed."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as large,
        large.open("a", "w", force_zip64=True) as one,
    ):
        one.write(b"text")
    assert read_all(packed.getvalue()) == {"a": b"text"}
    data = raw(b"a")
    start, length = len(data) - 22 - 47, 47
    end_64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 20, 20, 0, 0, 1, 1, length, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + length, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert read_all(data[:-22] + end_64 + locator + end) == {"a": b"x"}
    with pytest.raises(NotInForm):
        opened(data[:-22] + end_64 + locator.replace(b"PK", b"PX") + end)


@pytest.mark.parametrize(
    "name",
    [
        "../a",
        "/a",
        "a/../b",
        "./a",
        "a//b",
        "a/",
        "C:a",
        "a\\b",
        "a\0b",
        "a\nb",
        "a\x1b[2J",
        "a\u202eb",
        "a*",
        "\ufeff",
    ],
)
def test_names_that_point_elsewhere_are_refused(name: str) -> None:
    """Whatever another program would make of them; nothing is ever written by its name anyhow."""
    with pytest.raises(NotInForm) as refused:
        opened(raw(name.encode()))
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "names",
    [(b"a", b"a"), (b"a", b"A"), ("\u00e9".encode(), "e\u0301".encode()), (b"k", "\u212a".encode()), (b"\xff",)],
)
def test_names_that_are_one_on_some_machine_are_refused(names: tuple[bytes, ...]) -> None:
    """Twice, in capitals, composed otherwise, look-alike; and what is no UTF-8."""
    with pytest.raises(NotInForm, match="name"):
        opened(raw(*names))


def test_names_of_any_length_are_refused_before_they_are_read() -> None:
    """A name has 300 bytes at most."""
    with pytest.raises(NotInForm):
        opened(raw(b"a" * 301))


@pytest.mark.parametrize("before", [b"#!/bin/sh\n", b"PK\3\4", b"\0"])
def test_other_bytes_before_between_and_after_are_refused(before: bytes) -> None:
    """A ZIP file holds its members and nothing else."""
    data = zipped({"a": b"text", "b": b"text"})
    with pytest.raises((NotInForm, NotReadable)):
        read_all(before + data)
    with pytest.raises((NotInForm, CutShort)):
        read_all(data + before)
    start = int.from_bytes(data[-6:-2], "little")
    moved = data[:start] + before + data[start:-6] + (start + len(before)).to_bytes(4, "little") + data[-2:]
    with pytest.raises(NotInForm, match="after its last member"):
        read_all(moved)


def test_every_cut_is_told() -> None:
    """A file that ends early is incomplete, wherever it was cut."""
    data = zipped({"a": b"text" * 20, "b": b"text"})
    for length in range(4, len(data)):
        with pytest.raises((CutShort, NotInForm)):
            read_all(data[:length])
    for data in (b"", b"PK", b"no zip at all"):
        with pytest.raises(NotReadable):
            opened(data)


def test_overlapping_members_are_refused() -> None:
    """The better bombs unpack the same bytes under many names."""
    data = bytearray(raw(b"a", b"b"))
    at = bytes(data).rindex(b"PK\1\2")
    data[at + 42 : at + 46] = (0).to_bytes(4, "little")
    with pytest.raises(NotInForm, match="overlap"):
        opened(bytes(data))


def test_two_descriptions_that_differ_are_refused() -> None:
    """A member is described twice in a ZIP file; programs differ in which one they believe."""
    data = raw(b"a")
    with pytest.raises(NotInForm, match="two descriptions"):
        opened(data.replace(b"a", b"b", 1))


@pytest.mark.parametrize(("at", "value"), [(6, 1), (6, 8), (8, 12), (8, 14)])
def test_encrypted_and_unusual_members_are_refused(at: int, value: int) -> None:
    """Encryption, sizes that come later, bzip2, LZMA."""
    data = bytearray(raw(b"a"))
    central = bytes(data).index(b"PK\1\2")
    data[at] = data[central + at + 2] = value
    with pytest.raises(NotInForm, match="encrypted, or packed in a way"):
        opened(bytes(data))


def bomb(size: int, says: int | None = None) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archived, archived.open("a", "w") as one:
        for _ in range(size // 2**20):
            one.write(bytes(2**20))
    data = packed.getvalue()
    return data if says is None else data.replace(struct.pack("<L", size), struct.pack("<L", says))


def test_bombs_are_not_unpacked() -> None:
    """What says that it is large is refused by its ratio; what says that it is small is cut at what it says."""
    with pytest.raises(NotInForm, match="ZIP bombs"):
        opened(bomb(20 * 2**20))
    with pytest.raises(NotInForm, match="damaged or changed"):
        opened(bomb(20 * 2**20, 50_000)).read("a", 10**9)
    with pytest.raises(NotInForm, match="larger than it can be"):
        opened(zipped({"a": bytes(5_000)})).read("a", 4_999)


def test_bounds_of_count_and_total(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many members, and so many bytes of them all."""
    data = zipped({"a": b"1234", "b": b"5678"})
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 7)
    with pytest.raises(NotInForm, match="unpacks to more"):
        opened(data)
    monkeypatch.setattr(archive, "MOST_MEMBERS", 1)
    with pytest.raises(NotInForm, match="more than 1 members"):
        opened(data)


def test_nobody_reads_what_two_readers_read_differently() -> None:
    """What this reader takes, Python's own takes too, with the same content."""
    data = zipped(whole("case"))
    with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(data)) as other:
        assert {name: other.read(name) for name in other.namelist()} == read_all(data)


def line(**fields: object) -> bytes:
    return json.dumps({"header": "x", "salt": "00" * 32, **fields}).encode() + b"\n"


HOSTILE: dict[str, Files] = {
    "deep manifest": {"bundle.json": b"[" * 7_000_000},
    "deep manifest of objects": {"bundle.json": b'{"a":' * 1_000_000},
    "wide manifest": {"bundle.json": b'{"cases": [' + b"{}," * 2_000_000},
    "many strings": {"bundle.json": b'{"cases": [' + b'"abc",' * 1_300_000 + b'"d"]}'},
    "long number": {"bundle.json": b'{"size": ' + b"9" * 8_000_000 + b"}"},
    "large manifest": {"bundle.json": b'{"to": "' + b"x" * 9_000_000 + b'"}'},
    "long line": {"entries/{}.jsonl": line(payload="x" * 40_000_000)},
    "wide line": {"entries/{}.jsonl": line(payload="\N{SNAKE}" * 1_700_000 + "x" * 2_000_000)},
    "deep line": {"entries/{}.jsonl": b"[" * 4_000_000 + b"\n"},
    "wide array": {"entries/{}.jsonl": b'{"header": [' + b"[]," * 7_000_000 + b"[]]}\n"},
    "many lines": {"entries/{}.jsonl": b"\n" * 20_000_000},
    "note": {"checkpoint": b"\n\n" * 20_000_000},
    "keys": {"keys.txt": b"a+00000000+AA==\n" * 3_000_000},
    "policy": {"policy.txt": b"log a\n" * 3_000_000},
    "consistency": {"consistency/300-512": b"longcase consistency v1\n" * 3_000_000},
    "leaves": {"tile/entries/000": b"\0\0" * 8_000_000},
}


def stored(files: Files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archived:
        for name, data in files.items():
            archived.writestr(name, data)
    return packed.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_content_takes_little_memory(name: str, tmp_path: Path) -> None:
    """Deep, wide and long: refused with an exit code, in under 200 MiB, without a traceback."""
    files = {**whole("inspection")}
    for member, data in HOSTILE[name].items():
        of_a_case = next(one for one in files if one.endswith(".jsonl"))
        files[of_a_case if member.startswith("entries/") else member] = data
    path = tmp_path / "bundle.zip"
    path.write_bytes(stored(files))
    script = r"""
import pathlib, re, sys
from longcase_verify.command import main
code = main(sys.argv[1:])
status = pathlib.Path("/proc/self/status")  # what resource tells counts the process that started this one too
most = re.search(r"VmHWM:\s+([0-9]+) kB", status.read_text())[1] if status.exists() else 0
print(code, int(most) * 1024, file=sys.stderr)
"""
    command = [sys.executable, "-c", script, str(path), "--key", str(KEYS["log"].public), "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    code, most = map(int, done.stderr.split())
    assert code == json.loads(done.stdout)["exit_code"] in (1, 2), done.stdout
    assert most < MOST_MIB * 2**20, most / 2**20
    assert done.stdout.isascii()


def test_a_bundle_with_a_hostile_name_is_tampered_with() -> None:
    """The archive is refused whole, and says why without the name."""
    result = judged(raw(b"../bundle.json"))
    assert result.exit_code == 1
    assert list(result.found) == ["archive"]
