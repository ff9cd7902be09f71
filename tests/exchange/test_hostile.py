"""Files made to do harm are refused or read safely, within 200 MB and five seconds."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from tests.exchange.support import LOG, ROOT, attribute, event, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MEMORY = 200_000_000
SECONDS = 5

# Address space is what can be limited; the most that was resident is measured beside it. Linux keeps that by
# itself from the start of a program; what getrusage tells goes on from the process that started it.
READER = f"""
import json, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (4 * {MEMORY},) * 2)
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS},) * 2)
from exchange.readers.reader import read
from exchange.source.trace import ImportRefused
refusals, events, refused = [], 0, None
try:
    for trace in read(Path(sys.argv[1]), None, refusals.append):
        events += len(trace.events)
except ImportRefused as error:
    refused = error.refusal
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
print(json.dumps({{"events": events, "refusals": refusals, "refused": refused, "peak": peak}}))
"""


def read_apart(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", READER, str(path)], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["peak"] < MEMORY
    return told


def external_entity(file: BinaryIO) -> None:
    body = LOG.format(trace("C", [event("&x;")]))
    declared = '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<log '
    file.write(body.replace("<log ", declared).encode())


def entity_bomb(file: BinaryIO) -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(20))
    declared = f'<!DOCTYPE log [<!ENTITY e0 "lol">{entities}]>\n<log '
    file.write(LOG.format(trace("C", [event("&e20;")])).replace("<log ", declared).encode())


def deep_nesting(file: BinaryIO) -> None:
    deep = '<string key="a" value="b">' * 100_000 + "</string>" * 100_000
    file.write(LOG.format(trace("C", [event("A", "2016-02-12T09:00:00Z", deep)])).encode())


def deep_nesting_of_the_log(file: BinaryIO) -> None:
    file.write(LOG.format('<string key="a" value="b">' * 100_000 + "</string>" * 100_000).encode())


def huge_attribute(file: BinaryIO) -> None:
    file.write(LOG.format(trace("C", [event("x" * 20_000_000)])).encode())


def huge_comment(file: BinaryIO) -> None:
    file.write(LOG.format("<!-- " + "<x " * 10_000_000 + "-->").encode())


def many_names(file: BinaryIO) -> None:
    for_event = "".join(attribute(f"name {n}", "x") for n in range(500_000))
    file.write(LOG.format(trace("C", [event("A", "2016-02-12T09:00:00Z", for_event)])).encode())


def many_repeats(file: BinaryIO) -> None:
    for_event = "".join(attribute("note", str(n)) for n in range(500_000))
    file.write(LOG.format(trace("C", [event("A", "2016-02-12T09:00:00Z", for_event)])).encode())


def many_tags(file: BinaryIO) -> None:
    file.write(LOG.format(trace("C", [event()], *(f"<t{n}/>" for n in range(500_000)))).encode())


def many_events(file: BinaryIO) -> None:
    file.write(LOG.format(trace("C", ["<event/>"] * 3_000_000)).encode())


def truncated(file: BinaryIO) -> None:
    whole = LOG.format(trace("C", [event()] * 1_000)).encode()
    file.write(whole[: len(whole) // 2])


def truncated_gzip(file: BinaryIO) -> None:
    whole = gzip.compress(LOG.format("".join(trace(str(n), [event()]) for n in range(1_000))).encode())
    file.write(whole[: len(whole) // 2])


def wrong_encoding(file: BinaryIO) -> None:
    file.write(LOG.format(trace("C", [event("Prüfung")])).encode("cp1252"))


def control_characters(file: BinaryIO) -> None:
    file.write(LOG.format(trace("C", [event("a\x1b[2J")])).encode())


def packed(file: BinaryIO, pieces: Iterator[bytes]) -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    file.writelines(squeeze.compress(piece) for piece in pieces)
    file.write(squeeze.flush())


def gzip_bomb_of_nothing(file: BinaryIO) -> None:
    packed(file, (b"\0" * (1 << 20) for _ in range(1_000)))


def gzip_bomb_of_spaces(file: BinaryIO) -> None:
    packed(file, (b" " * (1 << 20) for _ in range(1_000)))


def gzip_bomb_of_log(file: BinaryIO) -> None:
    packed(file, (b"<log>" if n == 0 else b"\n" * (1 << 20) for n in range(1_000)))


CSV_HEAD = b"case id,activity,timestamp\n"


def huge_field(file: BinaryIO) -> None:
    file.write(CSV_HEAD + b"A," + b"x" * 20_000_000 + b",2016-02-12T09:00:00Z\n")


def huge_quoted_field(file: BinaryIO) -> None:
    file.write(CSV_HEAD + b'A,"' + (b"x" * 999 + b"\n") * 20_000 + b'",2016-02-12T09:00:00Z\n')


def endless_row(file: BinaryIO) -> None:
    file.write(CSV_HEAD + b'A,"\n",' * 3_000_000)


def one_case_of_all(file: BinaryIO) -> None:
    file.write(CSV_HEAD + b"A,a,2016-02-12T09:00:00Z\n" * 600_000)


def huge_json(file: BinaryIO) -> None:
    file.write(b'{"case": "' + b"x" * 20_000_000 + b'"}\n')


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("x.xes", external_entity, "it has a DOCTYPE"),
        ("x.xes", entity_bomb, "it has a DOCTYPE"),
        ("x.xes", deep_nesting, "nested more than"),
        ("x.xes", deep_nesting_of_the_log, "nested more than"),
        ("x.xes", huge_attribute, "a tag or comment is longer than"),
        ("x.xes", huge_comment, "a tag or comment is longer than"),
        ("x.xes", many_names, "attributes"),
        ("x.xes", many_repeats, "attributes"),
        ("x.xes", many_tags, "different tags"),
        ("x.xes", many_events, "more than 250000 events"),
        ("x.xes", truncated, "ill-formed XML"),
        ("x.xes.gz", truncated_gzip, "the gzip file ends too early"),
        ("x.xes", wrong_encoding, "not well-formed (invalid token)"),
        ("x.xes", control_characters, "not well-formed (invalid token)"),
        ("x.xes.gz", gzip_bomb_of_nothing, ""),
        ("x.csv.gz", gzip_bomb_of_nothing, ""),
        ("x.xes.gz", gzip_bomb_of_spaces, ""),
        ("x.xes.gz", gzip_bomb_of_log, "it unpacks to more than"),
        ("x.csv.gz", gzip_bomb_of_spaces, ""),
        ("x.csv", huge_field, "the line is longer than"),
        ("x.csv", huge_quoted_field, "a field is longer than"),
        ("x.csv", endless_row, "the line is longer than|a row has more than"),
        ("x.csv", one_case_of_all, "more than 250000 events"),
        ("x.jsonl", huge_json, "no heading|the line is longer than"),
    ],
)
def test_a_hostile_file_is_refused_in_bounds(
    tmp_path: Path, name: str, make: Callable[[BinaryIO], None], reason: str
) -> None:
    with (tmp_path / name).open("wb") as file:
        make(file)
    told = read_apart(tmp_path / name)
    assert told["refused"] is not None
    file_name, line, found = told["refused"]
    assert file_name == str(tmp_path / name)
    assert line >= 1
    assert any(part in found for part in reason.split("|"))


def test_control_characters_that_a_format_allows_are_kept_for_others_to_show_safely(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(CSV_HEAD + b"A,\x1b[2J,2016-02-12T09:00:00Z\n")
    assert read_apart(tmp_path / "x.csv")["events"] == 1


@pytest.mark.slow
def test_a_large_file_of_rows_is_read_within_the_same_memory(tmp_path: Path) -> None:
    """The rows are put aside on disk; three quarters of a gigabyte would not be."""
    with (tmp_path / "x.csv").open("wb") as file:
        file.write(CSV_HEAD)
        for n in range(250_000):
            file.write(b"case %d,%s,2016-02-12T09:00:00Z\n" % (n % 5_000, b"x" * 300))
    assert read_apart(tmp_path / "x.csv")["events"] == 250_000
