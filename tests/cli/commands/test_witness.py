"""``longcase witness``: what is typed, what comes back, and with which exit code."""

from __future__ import annotations

import builtins
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from cli.commands import witness
from tests.transparency.logs import ORIGIN
from tests.witness.witnesses import KEYS, TREES, note, request
from transparency.cosignatures import open_checkpoint, with_cosignatures
from transparency.keys import read_verifier_key
from transparency.notes import parse_note
from transparency.witnessing import monitoring_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from transparency.keys import VerifierKey

PASSPHRASE = b"plain wooden horse 17\n"


@pytest.fixture
def place(tmp_path: Path, clock: Any, longcase: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a witness that knows the log, and go where it is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "passphrase").write_bytes(PASSPHRASE)
    (tmp_path / "passphrase").chmod(0o600)
    monkeypatch.setenv("LONGCASE_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    monkeypatch.setenv("LONGCASE_WITNESS", str(tmp_path / "witness"))
    assert longcase("witness", "init", "--name", "witness.example/1").code == 0
    policy = f"log {KEYS['log'].public}\nlog {KEYS['log2'].public}\nquorum none\n"
    (tmp_path / "witness" / "policy.txt").write_text(policy)
    for name, data in {"0-7": request(0, 7), "7-13": request(7, 13), "fork": request(7, 7, 1)}.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path / "witness"


def own_keys(place: Path) -> list[VerifierKey]:
    return [read_verifier_key(line) for line in (place / "keys.txt").read_text().split()]


def test_init_prints_the_public_keys(longcase: Callable[..., Any], tmp_path: Path, place: Path) -> None:
    """On standard output, for the keeper of a log; a second witness is not made over the first."""
    done = longcase("witness", "init", "--name", "other", "--witness", str(tmp_path / "second"))
    assert done.out == (tmp_path / "second" / "keys.txt").read_text()
    assert "policy.txt" in done.err
    again = longcase("witness", "init", "--name", "other")
    assert (again.code, again.out) == (4, "")
    assert again.err == f"longcase: there is a witness in {place} already\n"


def test_sign_in_files(longcase: Callable[..., Any], place: Path, tmp_path: Path) -> None:
    """The lines in the file make a cosigned checkpoint of the one that was sent; the same again has an answer."""
    done = longcase("witness", "sign", "0-7", "--output", "lines")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"cosigned {ORIGIN}, size 7, root ")
    keys = own_keys(place)
    cosigned = with_cosignatures(parse_note(note(7)), (tmp_path / "lines").read_text(), keys)
    opened = open_checkpoint(cosigned.to_bytes(), [KEYS["log"].public], keys)
    assert {one.time for one in opened.cosignatures} == {1_463_734_800}
    assert longcase("witness", "sign", "7-13", "--output", "more").code == 0
    assert longcase("witness", "sign", "-", "--output", "-", stdin=request(7, 13)).out.count("\n") == 2


REFUSED = {
    "0-7": (4, "it does not begin at size 13", "longcase log request --old 13"),
    "fork": (3, "has signed two different trees of size 7", "--format json has both"),
    "not proved": (3, "not proved", ""),
    "unknown": (3, "no log of this origin is known", ""),
    "changed": (3, "fails", ""),
    "nothing": (2, "no request to cosign a checkpoint", "longcase log request --output FILE"),
    "nowhere": (74, "No such file", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_signed(longcase: Callable[..., Any], place: Path, tmp_path: Path, name: str) -> None:
    """Each refusal says why, has the exit code of its kind, and writes no file."""
    for number, sent in enumerate(("0-7", "7-13")):
        assert longcase("witness", "sign", sent, "--output", str(number)).code == 0
    (tmp_path / "not proved").write_bytes(request(13, 20, 1))
    (tmp_path / "unknown").write_bytes(request(13, 20).replace(ORIGIN.encode(), b"elsewhere.example"))
    (tmp_path / "changed").write_bytes(request(13, 20).replace(b"\n20\n", b"\n21\n"))
    (tmp_path / "nothing").write_bytes(b"")
    code, why, hint = REFUSED[name]
    done = longcase("witness", "sign", name, "--output", "refused")
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(f"longcase: {name}: ")
    assert why in done.err or name == "not proved"
    assert hint in done.err
    assert not (tmp_path / "refused").exists()


def test_a_file_is_not_replaced_unasked(longcase: Callable[..., Any], place: Path, tmp_path: Path) -> None:
    """Nothing is cosigned when there is nowhere to write it; --force replaces."""
    (tmp_path / "lines").touch()
    assert longcase("witness", "sign", "0-7", "--output", "lines").code == 2
    assert longcase("witness", "list", "--format", "jsonl").out == ""
    assert longcase("witness", "sign", "0-7", "--output", "lines", "--force").code == 0
    assert (tmp_path / "lines").stat().st_size > 3_000


def test_list_shows_what_was_cosigned(longcase: Callable[..., Any], place: Path, clock: Any) -> None:
    """The last checkpoint of each log, in each format, and a fork with both signed checkpoints."""
    assert longcase("witness", "list").err == "no logs\n"
    longcase("witness", "sign", "0-7", "--output", "1")
    clock.set("2016-05-21T09:00:00Z")
    longcase("witness", "sign", "7-13", "--output", "2")
    assert longcase("witness", "list").out.splitlines()[1].split()[:2] == [ORIGIN, "13"]
    longcase("witness", "sign", "fork", "--output", "3")
    listed = longcase("witness", "list")
    assert listed.err == f"! {ORIGIN} has signed two different trees of size 7: two histories\n"
    (item,) = json.loads(longcase("witness", "list", "--format", "json").out)["items"]
    assert (item["size"], item["cosigned_at"], item["fork_sizes"]) == (13, "2016-05-21T09:00:00+00:00", [7])
    (fork,) = item["forks"]
    assert fork["checkpoint"].encode() == note(7, 1)
    assert fork["cosigned"]["checkpoint"].encode().startswith(note(7))
    assert longcase("witness", "list", "--format", "csv").out.splitlines()[1].endswith(",[7]")


def test_compare_shows_a_split_view(longcase: Callable[..., Any], place: Path, tmp_path: Path) -> None:
    """Two histories have the exit code 1, one has 0, and what cannot be told has 3 and says what to ask for."""
    longcase("witness", "sign", "0-7", "--output", "lines")
    for name, data in {"same": note(7), "split": note(7, 1), "later": note(13)}.items():
        (tmp_path / name).write_bytes(data)
    assert longcase("witness", "compare", "same").code == 0
    split = longcase("witness", "compare", "split")
    assert split.code == 1
    assert "this witness and split together prove that it has shown two histories" in split.err
    unproven = longcase("witness", "compare", "later", "--format", "json")
    assert unproven.code == 3
    assert [item["finding"] for item in json.loads(unproven.out)["items"]] == ["unproven"]
    assert "longcase log request --old 7, longcase log request --old 13" in unproven.err
    assert longcase("witness", "compare", "later", "7-13").code == 0


def test_compare_without_a_witness(longcase: Callable[..., Any], place: Path, tmp_path: Path) -> None:
    """Whoever has two checkpoints and a policy needs no witness; one checkpoint alone cannot be compared."""
    policy = ("--policy", str(place / "policy.txt"), "--witness", "nowhere")
    for name, data in {"a": note(7), "b": note(7, 1), "c": b"none"}.items():
        (tmp_path / name).write_bytes(data)
    assert longcase("witness", "compare", "a", "b", *policy).code == 1
    assert longcase("witness", "compare", "a", *policy).code == 2
    assert longcase("witness", "compare", "a", "c", *policy).code == 3


def test_the_memory_is_not_made_anew(longcase: Callable[..., Any], place: Path) -> None:
    """A witness whose memory has gone signs nothing: exit code 5."""
    (place / "seen.db").unlink()
    for done in (longcase("witness", "sign", "0-7", "--output", "-"), longcase("witness", "list")):
        assert (done.code, done.out) == (5, "")
        assert "never put an older copy of the memory in its place" in done.err


def test_a_policy_that_is_gone(longcase: Callable[..., Any], place: Path) -> None:
    """The witness is there: it is not said to make another."""
    (place / "policy.txt").unlink()
    done = longcase("witness", "sign", "0-7", "--output", "-")
    assert (done.code, "write it anew" in done.err, "witness init" in done.err) == (2, True, False)


def test_another_passphrase(longcase: Callable[..., Any], place: Path, tmp_path: Path) -> None:
    """It opens no key."""
    (tmp_path / "passphrase").write_bytes(b"another passphrase")
    done = longcase("witness", "sign", "0-7", "--output", "-")
    said = f"longcase: {place / 'ed25519.pem'}: this is no private key, or not its passphrase\n"
    assert (done.code, done.err) == (2, said)


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:99999", "192.0.2.1:0", "no such host:80"])
def test_an_address_that_is_none(longcase: Callable[..., Any], place: Path, address: str) -> None:
    """Nothing is listened at but what was given."""
    done = longcase("witness", "serve", "--address", address)
    assert done.code == 2
    assert done.err.startswith("longcase: --address: ")


@pytest.mark.parametrize("library", ["cryptography", "waitress"])
def test_without_the_extra(
    longcase: Callable[..., Any], place: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    """Where a library is missing, the command says what to install."""
    found = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == library:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return found(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    done = longcase("witness", "serve", "--address", "127.0.0.1:0")
    assert done.code == 2
    assert "pip install 'longcase[trust]'" in done.err


def test_the_list_needs_no_extra(place: Path) -> None:
    """What was cosigned can be read without cryptography, a server, a passphrase or a store."""
    code = (
        "import sys\n"
        "sys.modules['cryptography'] = sys.modules['waitress'] = None\n"
        "from cli.main import main\n"
        "assert main(['witness', 'list']) == 0\n"
        "assert 'sqlalchemy' not in sys.modules and 'eventsourcing' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "no logs\n")


def test_whoever_read_the_lines_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs are answered all the same."""

    def gone(_line: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(witness, "say", gone)
    witness._tell("192.0.2.7", "200 POST /add-checkpoint")


def test_signals_are_left_alone_while_a_passphrase_is_typed(
    longcase: Callable[..., Any], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C at the prompt ends the command as anywhere else, with the terminal as it was."""
    usual = signal.getsignal(signal.SIGINT)

    def typed(_file: str | None) -> bytes:
        assert signal.getsignal(signal.SIGINT) is usual
        raise KeyboardInterrupt

    monkeypatch.setattr(witness, "passphrase", typed)
    assert longcase("witness", "serve", "--address", "127.0.0.1:0").code == 130


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_serve_until_told_to_stop(place: Path, number: int, code: int) -> None:
    """It answers over HTTP, writes a line for each answer, and ends when it is told to."""
    command = [sys.executable, "-m", "cli.main", "witness", "serve", "--address", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        found = re.fullmatch(r"a witness of 1 log at http://(127\.0\.0\.1:\d+)/\n", first)
        assert found, first
        answer = asked(found[1], "POST", "add-checkpoint", request(0, 7))
        shown = asked(found[1], "GET", monitoring_path(ORIGIN))
        refused = asked(found[1], "POST", "add-checkpoint", request(0, 9))
        process.send_signal(number)
        began = time.monotonic()
        lines = process.stderr.read().splitlines()
    assert time.monotonic() - began < 30
    assert process.returncode == code
    assert answer[0] == 200
    assert shown == (200, note(7) + answer[1])
    assert refused == (409, b"7\n")
    assert [line.split(" ", 1)[1] for line in lines[:3]] == [
        f"127.0.0.1 200 POST /add-checkpoint: {ORIGIN} size 7",
        f"127.0.0.1 200 GET /{monitoring_path(ORIGIN)}",
        f"127.0.0.1 409 POST /add-checkpoint: {ORIGIN} size 9, the last one has size 7",
    ]
    assert lines[3:] == (["longcase: interrupted"] if number == signal.SIGINT else [])
    assert TREES[0].head(7).size == 7


def asked(where: str, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(where, timeout=30)
    connection.request(method, f"/{path}", body)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found
