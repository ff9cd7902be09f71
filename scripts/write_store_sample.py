"""Write a sample of a store as this version of Longcase makes it, and what must still be read from it.

A release with a new store version adds one: ``python -m scripts.write_store_sample`` from the top of the
repository writes ``tests/ledger/samples/store-N.db`` and ``store-N.json``. A sample that is there is never
written again: it stands for the stores that people have.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
import tempfile
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from cli.main import main
from cli.session import stores
from domain.instant import iso, parse
from ledger import schema
from ledger.entry import leaf_hash_v1
from ledger.sqlite.driver import newest

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "ledger" / "samples"
KNOWN_AT = "2016-09-01T00:00:00Z"
"""When the last entry of the story is recorded, and at which instant the timelines are read."""

CASES = ("IMG-0417", "CSE-0083", "DVW-0150")
RULES = """
title = "Rules of a sample"

[needs]
indecent-images = "child-protection"

[calendar]
zone = "Europe/London"
hours = ["mon-fri 09:00-17:00"]

[[standards]]
id = "allocate"
title = "allocated"
unmet = "no investigator"
starts = ["reported", "returned"]
stops = ["allocated"]
limit = "24h"
cause = "unallocated"
source = "a sample"
confidence = "proposed"
"""
STORY = """
2015-12-01T09:00Z HR1    | rulebook adopt - --from 2016-01-01
2016-01-04T09:00Z HR1    | officer enrol "DC 1417" --team Hydra
2016-01-04T09:05Z HR1    | officer enrol "DC 2206" --team Lernia
2016-01-04T09:10Z HR1    | officer enrol "PS 0088" --team Hydra
2016-01-04T09:15Z HR1    | officer accredit "DC 2206" child-protection --until 2018-01-04
2016-02-12T09:12Z DESK   | report IMG-0417 --category indecent-images --source agency --summary "Zürich's warning"
2016-02-12T09:40Z PS0088 | assess IMG-0417 very-high
2016-02-29T11:00Z PS0088 | allocate IMG-0417 "DC 1417"
2016-03-13T10:00Z DC1417 | act IMG-0417 contact-attempted --outcome "no answer" --at 2016-03-04T15:20Z
2016-03-14T08:00Z DESK   | report CSE-0083 --category child-sexual-exploitation --risk high --children 1 --age 13
2016-03-15T08:30Z DESK   | report DVW-0150 --category domestic-abuse --risk high --crime-reference 06/0150/16
2016-03-15T09:00Z PS0088 | link CSE-0083 IMG-0417 --as same-suspect
2016-03-16T09:00Z PS0088 | allocate DVW-0150 "DC 2206" --team Lernia
2016-03-17T14:00Z DC2206 | act DVW-0150 child-seen --outcome "safe with her mother" --text "at school"
2016-03-18T09:00Z DC2206 | pause DVW-0150 --reason "a witness is abroad" --review-on 2016-04-18
2016-03-29T09:00Z DC2206 | resume DVW-0150 --reason "the witness is back"
2016-03-31T09:00Z HMI3   | escalate CSE-0083 --concern "nobody has it" --immediate --role inspectorate
2016-03-31T16:00Z PS0088 | allocate CSE-0083 "DC 2206" --on-behalf-of "DI 0007"
2016-04-01T10:00Z PS0088 | answer CSE-0083 E1 --text "allocated; the child was seen"
2016-04-04T10:00Z HMI3   | reject CSE-0083 E1 --role inspectorate --reason "nobody saw her sister"
2016-04-05T10:00Z PS0088 | answer CSE-0083 E1 --text "her sister was seen too"
2016-04-06T10:00Z HMI3   | accept CSE-0083 E1 --role inspectorate
2016-04-07T10:00Z PS0088 | grade CSE-0083 good --by force
2016-04-08T10:00Z HMI3   | grade CSE-0083 inadequate --by inspectorate --role inspectorate --grounds "17 days"
2016-04-11T09:00Z HR1    | officer absent "DC 1417" --reason leave
2016-04-25T09:00Z HR1    | officer back "DC 1417"
2016-05-18T10:30Z DC1417 | warrant seek IMG-0417 --court "the magistrates' court"
2016-05-18T11:30Z DC1417 | warrant grant IMG-0417
2016-05-19T05:30Z DC1417 | warrant execute IMG-0417
2016-05-19T06:00Z DC1417 | act IMG-0417 device-seized --text "two telephones"
2016-05-19T09:00Z DC1417 | correct IMG-0417 9 "text=three telephones" --reason "miscounted"
2016-05-19T09:10Z DC1417 | act IMG-0417 interview
2016-05-19T09:20Z DC1417 | retract IMG-0417 11 --reason "another case was meant"
2016-05-20T09:00Z PS0088 | restrict IMG-0417 --to "DC 1417" --to "PS 0088" --reason "a colleague is named in it"
2016-06-01T09:00Z PS0088 | unrestrict IMG-0417 --reason "the colleague has left"
2016-06-02T09:00Z DC2206 | request-closure DVW-0150 --outcome charged
2016-06-03T09:00Z PS0088 | refuse-closure DVW-0150 --grounds "the victim was not told"
2016-06-06T09:00Z DC2206 | act DVW-0150 victim-updated
2016-06-06T09:30Z DC2206 | request-closure DVW-0150 --outcome charged
2016-06-07T09:00Z PS0088 | resolve DVW-0150
2016-07-01T09:00Z PS0088 | reopen DVW-0150 --reason "a further report"
2016-07-01T10:00Z HR1    | officer move "DC 2206" --team Hydra
2016-07-04T09:00Z HMI3   | inspection open R1 --role inspectorate --from 2016-01-01 --to 2016-06-30
2016-08-01T09:00Z HMI3   | inspection close R1 --role inspectorate
"""


class Line(NamedTuple):
    """One command of the story: when it is typed, by whom, and its words."""

    at: str
    actor: str
    words: list[str]


def story() -> Iterator[Line]:
    """Yield the commands in their order."""
    for line in STORY.strip().splitlines():
        head, _, command = line.partition("|")
        at, actor = head.split()
        yield Line(at, actor, shlex.split(command))


def run(at: str, *words: str) -> bytes:
    """Run a command at an instant of the story, and return what it says; stop if it fails."""
    stores.now = lambda: parse(at)
    sys.stdin = io.TextIOWrapper(io.BytesIO(RULES.encode()))
    said = io.TextIOWrapper(io.BytesIO())
    with redirect_stdout(said):
        code = main(words)
        said.flush()
    if code:
        raise SystemExit(f"exit code {code}: longcase {shlex.join(words)}")
    return said.buffer.getvalue()


def tell(path: Path) -> None:
    """Make the store at ``path`` and record the story in it."""
    run("2015-12-01T08:00Z", "init", "--store", str(path))
    for number, line in enumerate(story(), 1):
        identity = ["--command-id", f"{number:032x}"]
        run(line.at, *line.words, "--store", str(path), "--actor", line.actor, *identity)


def fill(path: Path) -> None:
    """Have the population tables made, as whoever lists the cases does, and record something after that."""
    run(KNOWN_AT, "cases", "--store", str(path))
    late = ["act", "IMG-0417", "charge", "--at", "2016-08-31T15:00Z", "--command-id", f"{len(STORY):032x}"]
    run(KNOWN_AT, *late, "--store", str(path), "--actor", "DC1417")


def expected(path: Path) -> dict[str, Any]:
    """Return what must still be read from the store at ``path`` by every later version."""
    with closing(newest().connect(str(path))) as connection:
        rows = connection.execute(f"SELECT {schema.COLUMNS} FROM entry ORDER BY position")  # noqa: S608  (constants)
        leaves = [leaf_hash_v1(row).hex() for row in rows]
        settings = dict(connection.execute("SELECT name, value FROM store ORDER BY name"))
    timelines = {
        case: msgspec.json.decode(
            run(KNOWN_AT, "timeline", case, "--format", "json", "--known-at", KNOWN_AT, "--store", str(path))
        )["items"]
        for case in CASES
    }
    return {
        "version": schema.VERSION,
        "known_at": iso(parse(KNOWN_AT)),
        "settings": settings,
        "leaves": leaves,
        "timelines": timelines,
    }


def pack(path: Path) -> None:
    """Leave one file, without free pages and with nothing beside it."""
    with closing(newest().connect(str(path), isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def write() -> None:
    """Write the sample of this version, unless it is there."""
    target = SAMPLES / f"store-{schema.VERSION}.db"
    if target.exists():
        raise SystemExit(f"{target} is there, and is never written again")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        path = Path(folder) / target.name
        tell(path)
        fill(path)
        content = msgspec.json.format(msgspec.json.encode(expected(path)), indent=1) + b"\n"
        pack(path)
        target.write_bytes(path.read_bytes())
    target.with_suffix(".json").write_bytes(content)
    print(f"wrote {target}, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    write()
