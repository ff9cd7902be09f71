"""``longcase`` over a store on PostgreSQL: made, recorded in, read, checked, and every error in words."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from cli.errors import guarded
from cli.input.requests import Common
from ledger.postgresql.location import app_of
from ledger.postgresql.reader import PostgresReader
from ledger.sqlite.connection import create
from tests.cli.test_transcripts import FOLDER, blocks, came_back
from tests.postgres.databases import by_the_tests_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Clock
    from tests.postgres.databases import Databases

    Longcase = Callable[..., Any]

HIDDEN = "sesame"


@pytest.fixture
def empty(databases: Databases, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[str]:
    """The URL of an empty database, which is that of the store that is meant."""
    with databases.empty() as url, by_the_tests_clock():
        monkeypatch.setenv("LONGCASE_STORE", url)
        monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
        yield url


@pytest.fixture
def store(empty: str, longcase: Longcase) -> str:
    assert longcase("init").code == 0
    return empty


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.mark.parametrize("name", sorted(path.stem for path in (FOLDER / "postgres").glob("*.txt")))
def test_transcript(name: str, longcase: Longcase, empty: str, clock: Clock) -> None:
    """What comes back is what the transcript says; STORE stands for the URL and DATABASE for its last part."""
    text = (FOLDER / "postgres" / f"{name}.txt").read_text("utf-8")
    for block in re.split(r"^(?=[$@#] )", text, flags=re.MULTILINE):
        typed, *expected = block.rstrip().splitlines() or [""]
        if typed.startswith("@"):
            clock.set(typed.removeprefix("@ "))
        if not typed.startswith("$"):
            continue
        words = [word.replace("STORE", empty) for word in shlex.split(typed.removeprefix("$ longcase"))]
        code, out, err = longcase(*words)
        said = (out + err).replace(empty, "STORE").replace(name_of(empty), "DATABASE")
        assert [*said.splitlines(), *([f"[{code}]"] if code else [])] == expected, typed


@pytest.mark.parametrize("name", ["links", "many", "grading"])
def test_a_transcript_of_a_file_on_a_server(
    name: str, longcase: Longcase, empty: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What records several entries a command answers on a server what it answers in a file."""
    monkeypatch.chdir(tmp_path)
    clock.set("2016-01-03T08:00:00Z")
    assert longcase("init", "--zone", "Europe/London", "--edition", "1").code == 0
    for typed, expected in blocks((FOLDER / f"{name}.txt").read_text("utf-8")):
        if typed.startswith("@"):
            clock.set(typed.removeprefix("@ "))
        elif typed.startswith("+"):
            Path(typed.removeprefix("+ ")).write_text("\n".join([*expected, ""]), "utf-8")
        else:
            assert came_back(longcase, typed, Path(empty)) == expected, typed


ENTRIES = (
    "2016-02-12T09:12Z officer enrol 'DC 1417' --team Hydra",
    "2016-02-12T09:13Z officer enrol 'DS 0007'",
    "2016-02-12T09:14Z officer enrol 'HMI 3' --side inspectorate",
    "2016-02-12T09:20Z report IMG-0417 --category indecent-images --source 'an agency' --summary 'Zoë; uploads'",
    "2016-02-12T09:40Z assess IMG-0417 'very high'",
    "2016-02-29T11:00Z allocate IMG-0417 'DC 1417' --team Hydra",
    "2016-03-04T15:20Z act IMG-0417 contact-attempted --at '2016-03-01 10:00' --outcome 'no answer'",
    "2016-03-05T10:00Z report DVW-0150 --category domestic-abuse --children 2 --risk high",
    "2016-03-06T10:00Z act DVW-0150 detained --at '2016-03-06 08:00'",
    "2016-03-07T10:00Z report MIS-0001 --category missing",
    "2016-03-07T11:00Z act MIS-0001 missing-reported",
    "2016-03-08T10:00Z report OFF-0001 --category offender-management --risk medium",
    "2016-03-09T10:00Z warrant seek IMG-0417 --warrant W1 --kind search --court 'a court'",
    "2016-03-10T10:00Z inspection open round-1 --body inspectorate --role inspectorate",
    "2016-03-10T11:00Z escalate IMG-0417 --concern late --immediate --escalation E1 --role inspectorate",
    "2016-03-10T12:00Z grade IMG-0417 good --by force",
    "2016-03-10T12:30Z grade IMG-0417 inadequate --by inspectorate --inspection round-1 --role inspectorate",
    "2016-03-11T09:00Z correct IMG-0417 4 'outcome=left a message' --reason 'misread'",
    "2016-03-12T09:00Z act DVW-0150 released",
    "2016-03-12T10:00Z allocate OFF-0001 'DC 1417'",
    "2016-03-12T11:00Z resolve OFF-0001 --outcome 'no further action' --actor 'DS 0007'",
    "2016-03-13T09:00Z restrict DVW-0150 --to 'PS 0088' --reason 'the father is a colleague'",
)
READ = (
    "cases",
    "cases --open --sort -age_seconds",
    "cases --closed",
    "timeline IMG-0417",
    "timeline IMG-0417 --known-at 2016-03-10",
    "show IMG-0417",
    "replay IMG-0417",
    "diff IMG-0417 2016-02-13 2016-03-12",
    "audit",
    "audit --late",
    "audit --corrected",
    "audit --irregular",
    "audit --sort -late_seconds",
    "audit --after 3",
    "find seen",
    "find dc 1417 --sort -position",
    "find father",
    "stalled",
    "stalled --as-at 2016-03-09",
    "stalled --by team",
    "stalled --cause unallocated",
    "due --within 60d",
    "explain IMG-0417",
    "detained --as-at 2016-03-06T12:00",
    "missing",
    "visits",
    "officers",
    "inspection list",
    "inspection report round-1",
    "rulebook show",
    "rulebook history",
    "export --format jsonl",
    "export --format csv",
)


def test_both_engines_answer_alike(
    longcase: Longcase, store: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same commands give the same receipts and the same answers, to the letter, on either engine."""
    path = str(tmp_path / "longcase.db")
    create(path, {"zone": "Europe/London", "rulebook": "Longcase default 3"}).close()
    numbers = iter(range(1, 100))
    for typed in ENTRIES:
        instant, *words = shlex.split(typed)
        clock.set(instant.replace("Z", ":00Z"))
        number = f"{next(numbers):032x}"
        one, other = (longcase(*words, "--command-id", number, "--store", where) for where in (store, path))
        assert one.code == 0, (typed, one.err)
        assert one == other, typed
    clock.set("2016-05-20T09:00:00Z")
    for typed in READ:
        words = shlex.split(typed)
        styles = [[]] if typed.startswith("export") else [[], ["--format", "json"], ["--format", "csv"]]
        for style in styles:
            monkeypatch.setenv("LONGCASE_STORE", store)
            one = longcase(*words, *style)
            monkeypatch.setenv("LONGCASE_STORE", path)
            other = longcase(*words, *style)
            assert (one.code, one.out) == (other.code, other.out), typed
            assert one.code == 0, (typed, one.err)
            assert one.out or one.err.startswith("no "), typed


def test_doctor(longcase: Longcase, store: str, clock: Clock) -> None:
    """What is checked on a server, and what it cannot promise, is told check by check."""
    longcase("report", "IMG-0417", "--category", "indecent-images")
    longcase("cases")
    done = longcase("doctor", "--deep", "--format", "json")
    found = {item["check"]: item for item in json.loads(done.out)["items"]}
    assert [name for name, item in found.items() if not item["ok"]] in ([], ["durability"])
    assert done.code == (5 if not found["durability"]["ok"] else 0)
    for check, told in {
        "server": "the primary",
        "guards": "that let entries only be added are as they were made",
        "rights": f"{app_of(name_of(store))} may read and add entries and nothing else",
        "settings": "zone Europe/London; store version 3, by Longcase",
        "positions": "1 to 1, without a gap",
        "pages": "pg_amcheck",
        "leaves": "1 entries, each to the byte as it was recorded",
        "tables": "as the entries up to position 1 make it",
    }.items():
        assert told in found[check]["explanation"]
    assert all(item["advice"] for item in found.values() if not item["ok"])


def test_init_for_programs(longcase: Longcase, empty: str) -> None:
    """Programs get the same: where, in which zone, what was made, what is left to do."""
    done = longcase("init", "--zone", "UTC", "--format", "json")
    made = json.loads(done.out)
    assert (made["path"], made["zone"], made["made"]) == (empty, "UTC", True)
    assert made["statements"][0] == f'CREATE ROLE "{name_of(empty)}_owner" NOLOGIN'
    assert made["to_do"][0].startswith(f'GRANT "{name_of(empty)}_app" TO LOGIN')
    again = json.loads(longcase("init", "--format", "json").out)
    assert (again["made"], again["zone"], again["statements"]) == (False, "UTC", [])


def test_init_by_somebody_who_may_not_read(longcase: Longcase, store: str, databases: Databases) -> None:
    """Whoever looks after the server, and sees no case, can make sure that there is a store."""
    with psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute("CREATE ROLE longcase_test_keeper LOGIN")
        done = longcase("init", "--store", databases.at(name_of(store), "longcase_test_keeper"))
        seen = longcase("cases", "--store", databases.at(name_of(store), "longcase_test_keeper"))
        admin.execute("DROP ROLE longcase_test_keeper")
    assert done.code == 0
    assert "already, whose time zone you may not read" in done.out
    assert seen.code == 5
    assert f'GRANT "{name_of(store)}_app" TO "longcase_test_keeper"' in seen.err


def test_init_prints(longcase: Longcase, empty: str, tmp_path: Path) -> None:
    """The SQL that is printed can be run as it is, and makes a store in which can be recorded."""
    done = longcase("init", "--print", "--zone", "UTC")
    assert done.code == 0
    assert longcase("cases").code == 5
    with psycopg.connect(empty, autocommit=True) as admin:
        admin.execute(done.out)
    assert longcase("report", "IMG-0417", "--category", "other").code == 0
    assert longcase("init", "--print", "--store", str(tmp_path / "a.db")).code == 2


PLANTED = """
SET ROLE {app};
ALTER TABLE longcase_tables.projection RENAME TO p;
CREATE FUNCTION longcase_tables.peek() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RESET ROLE;
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE 'ALTER ROLE longcase_test_mallory SUPERUSER'; END IF;
    SET ROLE {app}; RETURN true; END $$;
CREATE VIEW longcase_tables.projection AS SELECT * FROM longcase_tables.p WHERE longcase_tables.peek();
RESET ROLE"""
TRIGGER = """
SET ROLE {app};
CREATE FUNCTION longcase_tables.peek() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RESET ROLE;
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE 'ALTER ROLE longcase_test_mallory SUPERUSER'; END IF;
    SET ROLE {app}; RETURN NEW; END $$;
CREATE TRIGGER peek BEFORE UPDATE ON longcase_tables.projection
    FOR EACH ROW EXECUTE FUNCTION longcase_tables.peek();
RESET ROLE"""


@pytest.mark.parametrize("planted", [PLANTED, TRIGGER], ids=["view", "trigger"])
def test_a_takeover(planted: str, longcase: Longcase, store: str, databases: Databases) -> None:
    """Where the tables belong to who works with them, no command runs what somebody put there; each says so."""
    app = app_of(name_of(store))
    longcase("report", "IMG-0417", "--category", "other")
    longcase("cases")
    longcase("report", "IMG-0418", "--category", "other")
    with psycopg.connect(store, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE longcase_test_mallory LOGIN IN ROLE {app}")
        try:
            admin.execute(f"ALTER SCHEMA longcase_tables OWNER TO {app}")
            for table in ("projection", "case_interval_1", "clock_interval_1"):
                admin.execute(f"ALTER TABLE longcase_tables.{table} OWNER TO {app}")
            with psycopg.connect(
                databases.at(name_of(store), "longcase_test_mallory"), autocommit=True
            ) as mallory:
                mallory.execute(planted.format(app=app))
            said = [longcase(*words) for words in (("doctor",), ("cases",), ("init",), ("init", "--harden"))]
            powers = "SELECT rolsuper FROM pg_roles WHERE rolname = 'longcase_test_mallory'"
            assert admin.execute(powers).fetchone() == (False,)
            assert [one.code for one in said] == [5, 5, 5, 5]
            assert all("peek" in one.out + one.err for one in said)
            assert "longcase init --harden --store" in said[0].out + said[0].err
            admin.execute("DROP FUNCTION longcase_tables.peek() CASCADE; DROP TABLE IF EXISTS longcase_tables.p")
            assert longcase("init", "--harden").code == 0
            assert longcase("cases").out.startswith("2 cases")
        finally:
            admin.execute("DROP ROLE longcase_test_mallory")


def test_hardening_for_programs(longcase: Longcase, store: str, tmp_path: Path) -> None:
    """A store that is the owner's already has nothing that is found; a file has no roles."""
    done = longcase("init", "--harden", "--format", "json")
    assert (done.code, json.loads(done.out)) == (0, {"path": store, "hardened": True, "found": []})
    assert longcase("init", "--harden", "--print").code == 2
    assert longcase("init", "--harden", "--store", str(tmp_path / "a.db")).code == 2


def test_eight_processes_at_once(empty: str) -> None:
    """One of eight makes the store, the others find it made."""
    command = [sys.executable, "-m", "cli.main", "init", "--format", "json"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    said = [process.communicate() for process in started]
    assert [process.returncode for process in started] == [0] * 8, [err.decode() for _, err in said]
    assert sorted(json.loads(out)["made"] for out, _ in said) == [False] * 7 + [True]


def test_nothing_to_upgrade(longcase: Longcase, store: str) -> None:
    """There is no store on PostgreSQL of an older version than this one's first."""
    done = longcase("upgrade", "--format", "json")
    assert done.code == 0
    assert json.loads(done.out) == {
        "path": store, "version_before": 3, "version": 3, "backup": None, "entries": 0
    }  # fmt: skip


def test_a_newer_store(longcase: Longcase, store: str) -> None:
    """Every command refuses a store that a newer version wrote, and says what to install."""
    with psycopg.connect(store, autocommit=True) as admin:
        admin.execute("INSERT INTO longcase.written VALUES (4, '9.9', 0)")
    for words in (["cases"], ["timeline", "X"], ["report", "X", "--category", "other"], ["upgrade"], ["doctor"]):
        done = longcase(*words)
        assert done.code == 5
        assert "install Longcase 9.9 or later" in done.err


def test_the_demonstration(longcase: Longcase, empty: str) -> None:
    """The invented cases can be recorded in an empty database, and in no store that has others."""
    done = longcase("demo", "--store", empty)
    assert done.code == 0, done.err
    assert f"export LONGCASE_STORE={empty}" in done.out
    assert "IMG-0417" in done.out
    assert longcase("demo", "--store", empty).code == 0
    with psycopg.connect(empty, autocommit=True) as admin:
        assert admin.execute("SELECT count(*) > 100 FROM longcase.entry").fetchone() == (True,)


def test_the_demonstration_is_kept_apart(longcase: Longcase, store: str) -> None:
    """A store in use is left as it is."""
    assert longcase("demo", "--store", store).code == 4
    assert json.loads(longcase("cases", "--format", "json").out)["count"] == 0


def test_rules_are_compared_with_those_of_the_server(longcase: Longcase, store: str, tmp_path: Path) -> None:
    """A file of rules is compared with the rulebook in force on the server."""
    rules = tmp_path / "rules.toml"
    rules.write_text(longcase("rulebook", "show", "--toml").out, "utf-8")
    done = longcase("rulebook", "check", str(rules))
    assert done.code == 0
    assert "the rulebook in force" in done.err


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"postgresql://maker:{HIDDEN}@127.0.0.1/force", "a password may not stand"),
        (f"postgresql://127.0.0.1/force?user=maker&password={HIDDEN}", "a password may not stand"),
        (f"postgresql://127.0.0.1/force?pass%77ord={HIDDEN}", "a password may not stand"),
        (f"postgresql://maker:{HIDDEN}%00@127.0.0.1/force", "a password may not stand"),
        (f"postgresql://[{HIDDEN}", "cannot be used"),
        (f"mysql://maker:{HIDDEN}@127.0.0.1/force", "the store 'mysql' cannot be opened"),
        ("postgresql://127.0.0.1:1/force?options=-c%20role%3Dpostgres", "options may not stand"),
        ("postgresql://127.0.0.1:1/for%0Ace", "small letters"),
        ("postgresql://127.0.0.1:1/force\x1b[2J", "small letters"),
        ("postgresql://127.0.0.1:1/force%00", "cannot be used"),
        ("postgresql://127.0.0.1:1/force", "no server answers"),
        ("postgresql://127.0.0.1:1,127.0.0.1:2/force", "no server answers"),
        ("postgresql://%2Fnowhere/force", "no server answers"),
        ("postgresql://host%0A.invalid/force", "no server answers"),
        ("postgresql://127.0.0.1:1/force?application_name=%1b%5b2J", "no server answers"),
        ("postgresql://127.0.0.1:x/force", "cannot be used"),
    ],
)
@pytest.mark.parametrize("where", ["option", "environment", "profile"])
def test_a_url_that_is_of_no_use(
    url: str, told: str, where: str, longcase: Longcase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever is wrong with a URL is said in words, without a password that stood in it, wherever it is from."""
    monkeypatch.delenv("LONGCASE_STORE", raising=False)
    monkeypatch.setenv("LONGCASE_DEBUG", "1")
    words: list[str] = []
    if where == "option":
        words = ["--store", url]
    elif where == "environment":
        monkeypatch.setenv("LONGCASE_STORE", url)
    else:
        (tmp_path / "profile.toml").write_text(f"store = {json.dumps(url)}\n", "utf-8")
        monkeypatch.setenv("LONGCASE_PROFILE", str(tmp_path / "profile.toml"))
    for command in (["cases"], ["init"], ["doctor", "--format", "json"], ["report", "X", "--category", "other"]):
        done = longcase(*words, *command, *(["--actor", "me"] if "report" in command else []))
        assert done.code == 5, done.err
        assert told in done.err
        assert HIDDEN not in done.out + done.err
        assert "\x1b" not in done.err
        assert "internal" not in done.err


def test_an_empty_password(longcase: Longcase, empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is none, wherever the URL comes from: libraries that start a server write one so."""
    url = empty.replace("@", ":@", 1)
    monkeypatch.setenv("LONGCASE_STORE", url)
    assert longcase("init").code == 0
    assert longcase("report", "IMG-0417", "--category", "indecent-images").code == 0
    for words in (["cases"], ["cases", "--store", f"{empty}?password="]):
        assert longcase(*words).out.startswith("1 case")


def test_a_password_where_no_url_belongs(longcase: Longcase) -> None:
    """A URL that was typed in the wrong place is not repeated either."""
    url = f"postgresql://maker:{HIDDEN}@host/force"
    for words in ([url], ["timeline", "X", url], ["cases", "--as-at", url], ["cases", f"--{url}"]):
        done = longcase(*words)
        assert done.code != 0
        assert HIDDEN not in done.out + done.err, words


def test_a_password_in_a_fault_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither what is shown of an internal error nor the file of its details repeats a password."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LONGCASE_DEBUG", "1")

    def fail() -> int:
        raise ValueError(f"postgresql://maker:{HIDDEN}@host/force")

    assert guarded(fail, Common()) == 70
    (written,) = tmp_path.rglob("error-*.txt")
    assert HIDDEN not in capsys.readouterr().err + written.read_text("utf-8")


def test_the_server_goes_away(longcase: Longcase, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that ends while something is read is told in words; nothing is retried in silence."""
    head = PostgresReader.head

    def cut_off(self: PostgresReader) -> tuple[int, int]:
        with psycopg.connect(store, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (self.connection.info.backend_pid,))
        return head(self)

    monkeypatch.setattr(PostgresReader, "head", cut_off)
    done = longcase("timeline", "IMG-0417")
    assert done.code == 5
    assert "terminating connection" in done.err
    assert "try again" in done.err


@pytest.mark.parametrize(
    ("login", "database", "told", "hint"),
    [
        ("longcase_test_unknown", "postgres", "knows no login longcase_test_unknown", "CREATE ROLE"),
        (None, "longcase_test_missing", "there is no database longcase_test_missing", "createdb"),
        (None, "postgres", "there is no store in the database postgres", "longcase init --store"),
    ],
)
def test_what_is_not_there(
    login: str | None, database: str, told: str, hint: str, longcase: Longcase, databases: Databases
) -> None:
    """A login, a database or a store that is missing is named, with what makes it."""
    done = longcase("cases", "--store", databases.at(database, login))
    assert done.code == 5
    assert told in done.err
    assert hint in done.err


def test_another_writer_is_in_the_way(longcase: Longcase, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits too long for another writer is told that the store is in use, as on SQLite, and by whom."""
    from ledger.postgresql import holders, location

    monkeypatch.setitem(location.SESSION, "lock_timeout", "100ms")
    monkeypatch.setattr(holders, "PATIENCE", 0.2)
    with psycopg.connect(store, application_name="by hand") as other:
        other.execute("SELECT longcase.turn()")
        done = longcase("report", "IMG-0417", "--category", "other")
        checked = longcase("doctor")
        process = other.info.backend_pid
        other.rollback()
    assert done.code == checked.code == 5
    assert "in use by another writer: " in done.err
    assert "try again" in done.err
    for said in (done.err, " ".join((checked.out + checked.err).split())):
        assert f"the session {process} of postgres (by hand)" in said
        assert f"SELECT pg_terminate_backend({process})" in said


def test_a_position_that_is_waited_for(longcase: Longcase, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A position that is there is read at once; one that does not come is told, with how far the store is."""
    from cli.session import stores

    longcase("report", "IMG-0417", "--category", "other")
    assert longcase("timeline", "IMG-0417", "--wait-for", "1").code == 0
    monkeypatch.setattr(stores, "WAIT_SECONDS", 0.2)
    done = longcase("timeline", "IMG-0417", "--wait-for", "2")
    assert done.code == 5
    assert "at position 1, and not at 2" in done.err


def test_no_standby(longcase: Longcase, store: str, tmp_path: Path) -> None:
    """Where there is no standby, that is said; of a file there never is one."""
    done = longcase("cases", "--standby")
    assert done.code == 5
    assert "no standby answers" in done.err
    create(str(tmp_path / "a.db"), {"zone": "UTC"}).close()
    for words in (["cases"], ["doctor"], ["timeline", "X"]):
        done = longcase(*words, "--standby", "--store", str(tmp_path / "a.db"))
        assert done.code == 2
        assert "--standby is for a store on a server" in done.err
    assert longcase("projections", "rebuild", "--standby").code == 2
