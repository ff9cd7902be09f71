"""``longcase import``: what it says, what it exits with, and what it does to files made to do harm."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from exchange.imports.command import import_file
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
HEAD = "case id,activity,timestamp,resource\n"
MEMORY = 200_000_000
SECONDS = 5

APART = f"""
import resource, sys, time
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (4 * {MEMORY},) * 2)
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS},) * 2)
from cli.main import main
code = main(sys.argv[1:])
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
sys.stdout.flush()
sys.stderr.write(f"\\npeak {{peak}}\\n")
sys.exit(code)
"""


def count(store: Path) -> int:
    recorder = SQLiteRecorder.open(str(store))
    try:
        return recorder.head()[0]
    finally:
        recorder.close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(HEAD + "C,A,2016-02-12T09:00:00Z,x\nC,B,2016-02-13T09:00:00Z,x\nD,A,2016-02-12T09:00:00Z,\n")
    return path


def test_standard_input_is_refused_with_what_to_do(longcase: Callable[..., Any], store: Path) -> None:
    """It cannot be read twice, and has no name by which its events could be known again."""
    done = longcase("import", "-")
    assert done.code == 2
    assert "standard input cannot be imported: a file is read more than once" in done.err
    assert "write it to a file first" in done.err
    assert count(store) == 0


@pytest.mark.parametrize(
    ("time", "hint"),
    [
        ("2016-02-12T09:00:00", 'zone = "Europe/London"'),
        ("12/02/2016 09:00", "time_format, with %Y, %m, %d, %H and %M in the order of the text"),
        ("1455267600", 'unit = "s", "ms", "us" or "ns"'),
    ],
)
def test_a_time_that_cannot_be_read_leads_to_the_key_that_reads_it(
    longcase: Callable[..., Any], store: Path, tmp_path: Path, time: str, hint: str
) -> None:
    (tmp_path / "log.csv").write_text(f"{HEAD}C,A,{time},x\n")
    done = longcase("import", str(tmp_path / "log.csv"))
    assert done.code == 3
    assert hint in done.err
    assert count(store) == 0


TWICE_CLOSED = HEAD + "".join(
    f"C,{what},2016-03-0{day}T09:00:00Z,x\n"
    for day, what in enumerate(("Opened", "Closed", "Complaint", "Closed"), 1)
)
TAKEN_UP = """
[[rule]]
when = {activity = "Complaint"}
event = "case.reopened"
fields = {reason = {from = "activity"}}
"""


def test_a_case_that_ends_twice_says_how_a_mapping_tells_that_it_was_taken_up_again(
    longcase: Callable[..., Any], store: Path, tmp_path: Path
) -> None:
    """Without such a rule the second ending is refused, and with it nothing is."""
    (tmp_path / "log.csv").write_text(TWICE_CLOSED)
    (tmp_path / "ends.toml").write_text('ends = ["Closed"]\n')
    done = longcase("import", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "ends.toml"))
    assert done.code == 3
    assert "line 5  the case is resolved" in done.out
    assert 'event = "case.reopened"' in done.err
    (tmp_path / "ends.toml").write_text(f'source = "again"\nends = ["Closed"]\n{TAKEN_UP}')
    (tmp_path / "log.csv").write_text(TWICE_CLOSED.replace("\nC,", "\nD,"))
    done = longcase("import", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "ends.toml"))
    assert (done.code, "hint" in done.err) == (0, False)
    assert "resolved after 3 d: Closed" in longcase("show", "D", "--as-at", "2016-03-05").out


def test_the_counts_are_the_contract(longcase: Callable[..., Any], store: Path, log: Path) -> None:
    done = longcase("import", str(log), "--format", "json")
    assert done.code == 0
    told = json.loads(done.out)
    [file] = told.pop("files")
    none = {"already_present": 0, "refused": [], "differing": 0, "nobody": 1, "corrected": 0, "retracted": 0}
    assert told == {"cases": 2, "entries": 5, "events_read": 3, **none}
    assert file["file"] == str(log)
    assert (file["source"], file["own"], file["complete"], file["refused"]) == ("log", False, True, 0)
    again = json.loads(longcase("import", str(log), "--format", "json").out)
    assert (again["entries"], again["already_present"]) == (0, 5)
    assert count(store) == 5


def test_the_population_tables_are_current_afterwards(
    longcase: Callable[..., Any], store: Path, log: Path
) -> None:
    longcase("import", str(log))
    [status] = json.loads(longcase("projections", "status", "--format", "json").out)["items"]
    assert (status["position"], status["behind"]) == (5, 0)
    found = json.loads(longcase("cases", "--format", "json").out)["items"]
    assert {one["reference"]: one["last_activity"] for one in found} == {"C": "B", "D": "A"}


def test_a_person_reads_a_table(longcase: Callable[..., Any], store: Path, log: Path) -> None:
    done = longcase("import", str(log))
    head, row = done.out.splitlines()
    assert head.split("  ")[0] == "SOURCE"
    assert row.split() == ["log", "2", "5", "0", "0", "1", str(log)]
    assert "BY NOBODY" in head
    assert "1 of 3 events name nobody: they are by 'unknown'" in done.err


def test_what_was_refused_is_told_by_its_line_and_the_exit_code(
    longcase: Callable[..., Any], store: Path, log: Path
) -> None:
    log.write_text(log.read_text() + "E,A,noon,x\n" * 30)
    done = longcase("import", str(log))
    assert done.code == 3
    assert f"refused of {log}:\n  line 5   timestamp: 'noon' is not written as ISO 8601 has it" in done.out
    assert done.out.count("noon") == 20
    assert "20 of 30 refusals are shown; --format json has them all" in done.err
    told = json.loads(longcase("import", str(log), "--format", "json").out)
    assert [one["line"] for one in told["refused"]] == list(range(5, 35))
    assert count(store) == 5


def test_what_differs_from_what_is_stored_is_counted_and_told_with_both_values(
    longcase: Callable[..., Any], store: Path, log: Path
) -> None:
    longcase("import", str(log))
    log.write_text(log.read_text().replace("C,B,2016-02-13T09:00:00Z,x", "C,B,2016-02-13T09:00:00Z,y"))
    done = longcase("import", str(log))
    assert done.code == 3
    assert "OF THEM DIFFERING" in done.out
    assert (
        "  line 3  it differs from entry 3 of the case, imported from 'log': actor: 'x' is stored, 'y'"
        in done.out
    )
    assert count(store) == 5


def test_what_was_not_kept_is_named_with_the_way_to_keep_it(
    longcase: Callable[..., Any], store: Path, tmp_path: Path
) -> None:
    (tmp_path / "log.csv").write_text("case id,activity,timestamp,amount\nC,A,2016-02-12T09:00:00Z,7\n")
    done = longcase("import", str(tmp_path / "log.csv"))
    assert "not kept: amount" in done.err
    assert 'keep = ["amount"]' in done.err
    (tmp_path / "map.toml").write_text('keep = ["amount"]\n')
    again = ("--mapping", str(tmp_path / "map.toml"), "--source", "other")
    done = longcase("import", str(tmp_path / "log.csv"), *again)
    assert "not kept" not in done.err
    items = json.loads(longcase("timeline", "C", "--format", "json").out)["items"]
    assert items[-1]["details"]["attributes"] == {"amount": "7"}


def test_times_without_a_zone_are_told_how_to_get_one(
    longcase: Callable[..., Any], store: Path, tmp_path: Path
) -> None:
    (tmp_path / "log.csv").write_text(HEAD + "C,A,2016-02-12 09:00:00,x\n")
    done = longcase("import", str(tmp_path / "log.csv"))
    assert done.code == 3
    assert 'zone = "Europe/London"' in done.err


def test_a_guess_is_told(longcase: Callable[..., Any], store: Path, tmp_path: Path) -> None:
    rows = "".join(f"C,Prüfung für Öffentlichkeit {n},2016-02-12T09:00:00Z,Müller\n" for n in range(50))
    (tmp_path / "log.csv").write_bytes((HEAD + rows).encode("cp1252"))
    done = longcase("import", str(tmp_path / "log.csv"))
    assert "which is a guess" in done.err


def test_several_files_are_taken_one_by_one(longcase: Callable[..., Any], store: Path, log: Path) -> None:
    (log.parent / "bad.csv").write_text("nothing here\n")
    (log.parent / "good.csv").write_text(log.read_text().replace("A,2016", "E,2016").replace("B,2016", "F,2016"))
    done = longcase(
        "import", str(log.parent / "bad.csv"), str(log), str(log.parent / "good.csv"), "--format", "json"
    )
    assert done.code == 3
    told = json.loads(done.out)
    assert [one["complete"] for one in told["files"]] == [False, True, True]
    assert (told["cases"], told["entries"], len(told["refused"])) == (2, 8, 1)
    assert "entries added to cases that were there already, opened by 'log': 3, in 2 of them" in done.err
    assert "bad.csv: nothing of it was imported" in done.err


def test_one_source_named_for_a_file_makes_it_known_under_another_name(
    longcase: Callable[..., Any], store: Path, log: Path
) -> None:
    longcase("import", str(log), "--source", "fines")
    log.rename(log.with_name("renamed.csv"))
    told = json.loads(
        longcase("import", str(log.with_name("renamed.csv")), "--source", "fines", "--format", "json").out
    )
    assert (told["entries"], told["already_present"]) == (0, 5)


def test_nobody_imports_nameless(
    longcase: Callable[..., Any], store: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LONGCASE_ACTOR")
    done = longcase("import", str(log))
    assert done.code == 2
    assert "without saying who acts" in done.err
    assert count(store) == 0


def test_what_is_no_file_is_refused(longcase: Callable[..., Any], store: Path, tmp_path: Path, log: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "out.csv").symlink_to(log)
    for path in ("folder", "pipe", "missing", "folder/out.csv", os.devnull):
        done = longcase("import", str(tmp_path / path))
        assert done.code == 3
        assert done.out.splitlines()[-1].startswith("  line 1  ")
        assert "nothing of it was imported" in done.err
    assert count(store) == 0


def test_a_mapping_is_opened_with_the_same_care(
    longcase: Callable[..., Any], store: Path, tmp_path: Path, log: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "map.toml").write_text("")
    (tmp_path / "folder" / "out.toml").symlink_to(tmp_path / "map.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * (2 << 20))
    (tmp_path / "deep.toml").write_text("a = " + "[" * 10_000)
    (tmp_path / "event.toml").write_text('[[rule]]\nwhen = {activity = "A"}\nevent = "case.unheard-of"\n')
    for name in ("pipe", "folder", "missing", "folder/out.toml", "large.toml", "deep.toml", "event.toml"):
        done = longcase("import", str(log), "--mapping", str(tmp_path / name))
        assert done.code == 2, name
        assert "the mapping" in done.err
    assert count(store) == 0


def test_a_file_that_is_cut_off_changes_nothing(longcase: Callable[..., Any], store: Path, log: Path) -> None:
    longcase("import", str(log))
    packed = gzip.compress((HEAD + "E,A,2016-02-12T09:00:00Z,x\n" * 1_000).encode())
    (log.parent / "cut.csv.gz").write_bytes(packed[:-10])
    done = longcase("import", str(log.parent / "cut.csv.gz"))
    assert done.code == 3
    assert "the gzip file ends too early" in done.out
    assert count(store) == 5


def test_what_was_taken_before_the_store_failed_is_told(
    longcase: Callable[..., Any], store: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.errors import StoreError

    def fail_at_the_second(*args: Any) -> Any:
        if "second" in str(args[1]):
            raise StoreError("the disk is full")
        return import_file(*args)

    monkeypatch.setattr("cli.commands.import_.import_file", fail_at_the_second)
    done = longcase("import", str(log), str(log.with_name("second.csv")))
    assert done.code == 5
    assert "the disk is full" in done.err
    assert done.out.splitlines()[1].split()[:3] == ["log", "2", "5"]
    assert longcase("import", str(log.with_name("second.csv")), "--format", "json").out == ""


def start(store: Path, *args: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli.main", "--store", str(store), "--actor", "DC 1", *args]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_an_import_that_is_killed_changes_nothing_and_completes_the_second_time(tmp_path: Path) -> None:
    """At random moments of reading and writing; once it is in, it stays in."""
    store, path = tmp_path / "store.db", tmp_path / "log.csv"
    create(str(store), {"zone": "UTC"}).close()
    path.write_text(HEAD + "".join(f"C{n % 9_000},A,2016-02-12T09:00:00Z,x\n" for n in range(60_000)))
    whole = 69_000
    killed = 0
    for tenths in (4, 8, 12, 16, 20, 25, 30, 35):
        process = start(store, "import", str(path))
        time.sleep(tenths / 10)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert count(store) in {0, whole}
        killed += count(store) == 0
    assert killed
    assert start(store, "import", str(path)).wait() == 0
    assert count(store) == whole


def apart(store: Path, *args: str) -> tuple[int, bytes, bytes, int]:
    """Run the command in a process of its own, within five seconds of its time, and measure its memory."""
    command = [sys.executable, "-c", APART, "--store", str(store), "--actor", "DC 1", *args]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    said, _, peak = done.stderr.rpartition(b"\npeak ")
    assert said or peak, done
    assert b"Traceback" not in done.stderr
    assert b"internal error" not in done.stderr
    return done.returncode, done.stdout, said, int(peak)


def packed_bomb(path: Path) -> None:
    import zlib

    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    with path.open("wb") as file:
        for number in range(1_000):
            file.write(squeeze.compress(b"<log>" if number == 0 else b"\n" * (1 << 20)))
        file.write(squeeze.flush())


LOG = '<?xml version="1.0" encoding="UTF-8"?>\n{}<log>{}</log>\n'
EVENT = '<trace><string key="concept:name" value="C"/><event>{}</event></trace>'
EXTERNAL = '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
BOMB = '<!DOCTYPE log [<!ENTITY e0 "lol">{}]>'.format(
    "".join('<!ENTITY e{} "{}">'.format(n + 1, f"&e{n};" * 10) for n in range(20))
)


def hostile(folder: Path) -> dict[str, Path]:
    """Make the files that are refused whole."""
    (folder / "sent").mkdir()
    (folder / "secret.csv").write_text(HEAD + "C,A,2016-02-12T09:00:00Z,x\n")
    paths = {
        name: folder / f"{name}.xes" for name in ("entity", "bomb", "deep", "huge", "cut", "encoding", "control")
    }
    paths["entity"].write_text(LOG.format(EXTERNAL, EVENT.format("&x;")))
    paths["bomb"].write_text(LOG.format(BOMB, EVENT.format("&e20;")))
    paths["deep"].write_text(LOG.format("", EVENT.format('<list key="a">' * 100_000 + "</list>" * 100_000)))
    paths["huge"].write_text(
        LOG.format("", EVENT.format(f'<string key="concept:name" value="{"x" * 20_000_000}"/>'))
    )
    paths["cut"].write_text(LOG.format("", EVENT.format("") * 1_000)[:20_000])
    paths["encoding"].write_bytes(
        LOG.format("", EVENT.format('<string key="a" value="Prüfung"/>')).encode("cp1252")
    )
    paths["control"].write_text(LOG.format("", EVENT.format('<string key="a" value="\x1b[2J"/>')))
    paths["gzip"] = folder / "gzip.xes.gz"
    packed_bomb(paths["gzip"])
    paths["outside"] = folder / "sent" / "outside.csv"
    paths["outside"].symlink_to("../secret.csv")
    # Twenty megabytes in what says that Longcase itself made it, whose limits are wider.
    for name, text in (
        ("own.jsonl", '{"longcase_entry":1,"reference":"' + "x" * 20_000_000 + '"}\n'),
        ("own.csv", "longcase_entry,reference\n1," + "x" * 20_000_000 + "\n"),
        ("own.xes", LOG.format("", f'<extension uri="urn:longcase:xes:1"/><trace a="{"x" * 20_000_000}"/>')),
    ):
        paths[name] = folder / name
        paths[name].write_text(text)
    return paths


@pytest.mark.slow
def test_files_made_to_do_harm_are_refused_whole_within_bounds(tmp_path: Path) -> None:
    """By the command itself, each within 200 MB and five seconds; the store is as it was."""
    store = tmp_path / "store.db"
    create(str(store), {"zone": "UTC"}).close()
    for name, path in hostile(tmp_path).items():
        code, out, said, peak = apart(store, "import", str(path), "--format", "json")
        assert code == 3, (name, said)
        told = json.loads(out)
        assert (told["cases"], told["entries"]) == (0, 0)
        assert told["files"][0]["complete"] is False, name
        refusal = told["refused"][-1]
        assert refusal["file"] == str(path)
        assert refusal["line"] >= 1
        assert refusal["reason"]
        assert peak < MEMORY, name
    assert count(store) == 0


NASTY = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e=cmd|' /C calc'!A0"


@pytest.mark.slow
def test_text_made_to_do_harm_is_shown_safely_by_every_command(tmp_path: Path) -> None:
    """Control characters and formulas in every field of a file that may hold them."""
    store = tmp_path / "store.db"
    create(str(store), {"zone": "UTC"}).close()
    (tmp_path / "log.csv").write_text(
        "case id,activity,timestamp,resource,note\n"
        f"=C,{NASTY},2016-02-12T09:00:00Z,=DC,{NASTY}\n=C,@SUM(A1),2016-02-13T09:00:00Z,+1,-1\n"
        f"D,A,2016-02-12T09:00:00Z,{NASTY},x\n{NASTY},A,2016-02-12T09:00:00Z,x,x\nE,A,{NASTY},x,x\n"
    )
    (tmp_path / "map.toml").write_text(
        'keep = true\n[[rule]]\nwhen = {activity = "A"}\nevent = "case.reported"\n'
        'fields = {summary = {from = "note"}}\n'
    )
    code, out, said, peak = apart(
        store, "import", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "map.toml")
    )
    assert code == 3
    assert count(store) == 3
    check_shown(("import",), out + said)
    tables = (("timeline", "=C"), ("show", "=C"), ("replay", "=C"), ("cases",), ("audit",))
    forms = [(name, "--format", form) for name in ("cases", "audit", "export") for form in ("csv", "jsonl")]
    for command in (*tables, *forms, ("export", "--format", "xes"), ("audit", "--format", "json")):
        code, out, said, most = apart(store, *command)
        assert code == 0, (command, said)
        check_shown(command, out + said)
        peak = max(peak, most)
    assert peak < MEMORY


def check_shown(command: tuple[str, ...], content: bytes) -> None:
    """Check that what a command wrote neither steers a terminal nor starts a line with a formula.

    CSV of what is *looked* at gives the exact text to a program, and escapes it on a terminal alone.
    """
    text = content.decode()
    if command[-1] == "csv":
        assert not [line for line in text.splitlines() if line[:1] in {"=", "+", "-", "@"}]
    if command[0] == "export" or command[-1] != "csv":
        controls = {one for one in text if ord(one) < 32 or 126 < ord(one) < 160}
        assert controls <= {"\n", "\r"}, command
        assert "\u202e" not in text, command


def test_a_dry_run_says_what_would_be_done_and_stores_nothing(
    longcase: Callable[..., Any], store: Path, log: Path
) -> None:
    """With sample cases as they would be, for a person and for programs."""
    done = longcase("import", str(log), "--dry-run")
    assert done.code == 0
    assert done.out.splitlines()[1].split()[:5] == ["log", "2", "5", "0", "0"]
    assert "C  other · risk not assessed · nobody's · open" in done.out
    assert "  12 Feb  09:00           1  unknown  reported: other" in done.out
    assert "nothing was stored: this is what an import would do" in done.err
    told = json.loads(longcase("import", str(log), "--dry-run", "--format", "json").out)
    assert (told["entries"], told["dry_run"], [one["reference"] for one in told["samples"]]) == (
        5,
        True,
        ["C", "D"],
    )
    assert [one["event"] for one in told["samples"][1]["items"]] == ["case.reported", "case.action-recorded"]
    assert count(store) == 0


def test_an_amendment_needs_a_reason_and_says_what_it_changed(
    longcase: Callable[..., Any], store: Path, log: Path
) -> None:
    longcase("import", str(log))
    log.write_text(log.read_text().replace("C,B", "C,E"))
    assert "--amend --reason TEXT takes over what the file says" in longcase("import", str(log)).err
    assert longcase("import", str(log), "--amend").code == 2
    assert longcase("import", str(log), "--reason", "x").code == 2
    done = longcase("import", str(log), "--amend", "--reason", "the desk put it right")
    assert (done.code, "CORRECTED" in done.out) == (0, True)
    items = json.loads(longcase("timeline", "C", "--format", "json").out)["items"]
    assert [one["summary"] for one in items if one["corrected_by"]] == ["E"]
    assert longcase("import", str(log)).code == 0


def test_an_import_is_taken_back_by_its_source(longcase: Callable[..., Any], store: Path, log: Path) -> None:
    """With a reason; tried first, and then every list is what it was."""
    longcase("import", str(log))
    assert longcase("import", "undo", "log").code == 2
    tried = longcase("import", "undo", "log", "--reason", "the wrong file", "--dry-run")
    assert tried.out == "log: 5 entries of 2 cases would be retracted; 2 cases that it opened are none any more\n"
    done = longcase("import", "undo", "log", "--reason", "the wrong file", "--format", "json")
    assert json.loads(done.out) == {"source": "log", "cases": 2, "retracted": 5, "closed": 2, "stays": []}
    assert json.loads(longcase("cases", "--format", "json").out)["items"] == []
    assert longcase("import", "undo", "log", "--reason", "again").code == 3
    assert longcase("import", str(log)).code == 0
    assert len(json.loads(longcase("cases", "--format", "json").out)["items"]) == 2


def test_a_file_called_as_a_verb_is_imported_by_its_path(
    longcase: Callable[..., Any], store: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(log.parent)
    log.rename(log.with_name("undo"))
    Path("m.toml").write_text('format = "csv"')
    assert longcase("import", "undo", "--mapping", "m.toml").code == 2
    assert longcase("import", "./undo", "--mapping", "m.toml").code == 0
    assert longcase("import", "--mapping", "m.toml", "undo").code == 0
    assert count(store) == 5


def test_a_guess_is_written_to_be_looked_over(longcase: Callable[..., Any], store: Path, log: Path) -> None:
    """To standard output, and it is a mapping."""
    done = longcase("import", "guess", str(log))
    assert done.code == 0
    assert done.out.startswith("# Guessed from the headings and the first rows")
    log.with_name("m.toml").write_text(done.out)
    assert longcase("import", str(log), "--mapping", str(log.with_name("m.toml"))).code == 0
    assert count(store) == 5
    assert longcase("import", "guess", str(log.with_name("missing.csv"))).code == 3


def test_a_table_of_officers_goes_into_the_register(
    longcase: Callable[..., Any], store: Path, tmp_path: Path
) -> None:
    (tmp_path / "officers.csv").write_text("officer,team\nDC 7,north\nDC 8,north\nDC 8,south\n")
    tried = longcase("import", "officers", str(tmp_path / "officers.csv"), "--dry-run")
    assert (tried.code, "2 enrolled, 0 accredited, 0 already present, 1 refused" in tried.out) == (3, True)
    assert count(store) == 0
    done = longcase("import", "officers", str(tmp_path / "officers.csv"), "--format", "json")
    told = json.loads(done.out)
    assert (told["enrolled"], [one["line"] for one in told["refused"]]) == (2, [4])
    found = json.loads(longcase("officers", "--format", "json").out)["items"]
    assert sorted(one["officer"] for one in found) == ["DC 7", "DC 8"]
