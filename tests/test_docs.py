"""What the documentation says is so: commands are run, fields compared, files read, links followed."""

from __future__ import annotations

import io
import json
import re
import tomllib
from contextlib import ExitStack
from itertools import pairwise
from socket import gethostbyname
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from application.vocabulary import shipped
from cli.commands import (
    audit,
    cases,
    clocks,
    detained,
    diff,
    doctor,
    explain,
    find,
    inspections,
    log_status,
    log_verify,
    missing,
    officers,
    replay,
    rulebooks,
    show,
    stalled,
    timeline,
    visits,
    witness_lists,
    word_lists,
)
from cli.commands.projections import _BUILT, _SHAPE
from cli.input import profile
from cli.input.lines import BatchLine
from cli.main import main
from cli.session import stores
from cli.session.batch import refused
from domain.cases.events import Escalated
from domain.errors import UsageProblem
from domain.event import Entry
from domain.instant import parse
from exchange.mapping.mapping import Mapping, RowEvent, Rule, check
from presentation import agenda, flags, waiting
from presentation import stalled as stalled_items
from presentation.changes import items as changes
from projections.inspections import referrals, report
from projections.inspections.form import FORM, SAMPLED
from projections.queries import stalled_counts
from projections.queries.stalled import Cause
from projections.views.timeline import FIELDS as TIMELINE
from scripts.write_import_fields import written
from tests.docs.pages import ROOT, anchors, listed, pages, parts, prose
from tests.docs.session import Session, commands, fits
from tests.packages import PACKAGES
from tests.postgres.databases import by_the_tests_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.docs.pages import Part

DECISIONS = ROOT / "docs" / "adr"
TOLD = [page for page in pages() if page.parent != DECISIONS]
CODE = [path for part in PACKAGES for path in (ROOT / part).rglob("*.py")]
LANGUAGES = {"console", "sh", "toml", "csv", "json", "python"}


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


each_page = pytest.mark.parametrize("page", TOLD, ids=named)


@pytest.fixture
def run(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    def longcase(*args: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(args)
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    yield longcase
    shipped.cache_clear()


@pytest.fixture
def serve(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes an empty database of a name, on whichever server a page names."""
    with ExitStack() as stack:

        def make(name: str) -> None:
            databases = request.getfixturevalue("databases")
            stack.enter_context(databases.named(name))
            stack.enter_context(by_the_tests_clock())
            for variable, value in libpq_variables(databases.url).items():
                monkeypatch.setenv(variable, value)

        yield make


def libpq_variables(url: str) -> dict[str, str]:
    """Return what makes libpq connect to the server of ``url``, whichever it is asked for."""
    parts = urlsplit(url)
    address = gethostbyname(parts.hostname or "localhost")
    return {"PGHOSTADDR": address, "PGPORT": str(parts.port or 5432), "PGUSER": parts.username or ""}


class Reading:
    """Follows a page from its top, doing what it says."""

    def __init__(
        self, session: Session, patch: pytest.MonkeyPatch, serve: Callable[[str], None] = lambda _: None
    ) -> None:
        self.session, self.patch, self.serve = session, patch, serve
        self.file = ""

    def take(self, part: Part) -> None:
        if not part.block:
            self.note(part)
        elif self.file:
            (self.session.work / self.file).write_text(part.text, "utf-8")
            self.file = ""
        elif part.kind == "console":
            self.run(part)

    def note(self, part: Part) -> None:
        if part.kind == "clock":
            now = parse(part.text)
            self.patch.setattr(stores, "now", lambda: now)
        elif part.kind == "file":
            self.file = part.text
        elif part.kind == "database":
            self.serve(part.text)

    def run(self, part: Part) -> None:
        for command, expected in commands(part.text):
            shown = self.session.type(command)
            place = f"line {part.line}: $ {command}"
            assert fits(expected, shown), f"{place}\n--- expected\n{expected}\n--- shown\n{shown}"


@each_page
def test_every_command_gives_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Any, serve: Callable[[str], None]
) -> None:
    """A page's commands, typed in order into an empty folder, give the output that stands below them."""
    reading = Reading(Session(tmp_path, monkeypatch, run), monkeypatch, serve)
    for part in parts(page):
        reading.take(part)
    assert not reading.file, "a file was announced and is not there"


@each_page
def test_every_block_is_one_that_is_tested(page: Path) -> None:
    """Nothing is shown in a form that nothing here looks at, and every program shown is run."""
    found = list(parts(page))
    blocks = [part for part in found if part.block]
    assert {part.kind for part in blocks} - LANGUAGES - ({""} if page.name == "benchmarks.md" else set()) == set()
    typed = [one.command for part in blocks if part.kind == "console" for one in commands(part.text)]
    for note, block in pairwise(found):
        if block.kind == "python":
            assert note.kind == "file"
            assert f"python3 {note.text}" in typed


@each_page
def test_no_command_hides_from_the_tests(page: Path) -> None:
    """What looks like something typed stands in a block that is run."""
    assert re.findall(r"^ +\$ .*$", page.read_text("utf-8"), flags=re.MULTILINE) == []


def test_only_installing_is_shown_without_being_run_here() -> None:
    """Shell blocks are README's two commands, which the pipeline runs."""
    shown = [part.text.strip() for page in TOLD for part in parts(page) if part.kind == "sh"]
    assert len(shown) == 2
    assert all(one.startswith("python3 -m venv .venv && ") for one in shown)


ESCALATED = Escalated(escalation="E1", concern="nobody acted", immediate=False, inspection="round-1")
REFERRED = Entry(1, b"", 1, 0, 0, "HMI 3", "inspectorate", b"", ESCALATED)
NO_BOOKS: Any = None

CONTRACT = {
    "cases": cases._SHAPE.fields,
    "next": agenda.FIELDS,
    "waiting": waiting.FIELDS,
    "changes": changes.FIELDS,
    "stalled": stalled._SHAPE.fields,
    "causes": tuple(
        stalled_items.cause_item(Cause("owner-unavailable", "", "DC 1", "", 0, 0), 0, NO_BOOKS, None, named=True)
    ),
    "flat": stalled_items.FLAT,
    "brief": stalled_items.BRIEF,
    "clocks": clocks._SHAPE.fields,
    "words": word_lists._SHAPE.fields,
    "counts": stalled_counts.FIELDS,
    "timeline": timeline._SHAPE.fields,
    "audit": audit._SHAPE.fields[len(TIMELINE) :],
    "find": find._SHAPE.fields,
    "show": show._SHAPE.fields,
    "officers": officers._SHAPE.fields,
    "replay": replay._SHAPE.fields,
    "diff": diff._SHAPE.fields,
    "explain": explain._SHAPE.fields,
    "detained": detained._SHAPE.fields,
    "missing": missing._SHAPE.fields,
    "visits": visits._SHAPE.fields,
    "standards": rulebooks._STANDARDS.fields,
    "adoptions": rulebooks._HISTORY.fields,
    "inspections": inspections._LIST.fields,
    "report": report.FIELDS,
    "round": inspections._CASES.fields,
    "sampled": SAMPLED,
    "form": FORM,
    "referral": tuple(referrals.referrals([REFERRED], "IMG-0417", "round-1", 0)[0]),
    "doctor": doctor._SHAPE.fields,
    "log-status": log_status._STATUS.fields,
    "log-keys": log_status._KEYS.fields,
    "log-verify": log_verify._SHAPE.fields,
    "status": _SHAPE.fields,
    "rebuild": _BUILT.fields,
    "witnessed": witness_lists.FIELDS,
    "compared": witness_lists.COMPARED,
}


@pytest.mark.parametrize("name", CONTRACT)
def test_the_contract_lists_the_fields_of_an_item(name: str) -> None:
    """No field is missing from the page, none stands there that does not exist, and their order is the same."""
    assert tuple(listed(ROOT / "docs" / "contract.md")[name]) == CONTRACT[name]


def shown_keys(command: str, block: str) -> list[str]:
    (found,) = (one.expected for one in commands(block) if one.command.startswith(command))
    return list(json.loads(found))


@pytest.mark.parametrize(
    ("name", "command"),
    [("envelope", "longcase cases"), ("receipt", "longcase report"), ("import", "longcase import")],
)
def test_the_contract_lists_the_keys_of_an_object(name: str, command: str) -> None:
    """What the page lists are the keys of the object that it shows, which is compared with the real one."""
    page = ROOT / "docs" / "contract.md"
    blocks = "".join(part.text for part in parts(page) if part.kind == "console")
    assert listed(page)[name] == shown_keys(command, blocks)


def test_the_contract_lists_the_keys_of_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """What a program that asked for JSON is told on standard error."""
    assert main(["cases", "--no-such-option", "--format", "json"]) == 2
    assert list(json.loads(capsys.readouterr().err)) == listed(ROOT / "docs" / "contract.md")["error"]


def test_the_contract_lists_the_keys_of_a_refused_line() -> None:
    """What a batch answers about a line that was refused."""
    answer = json.loads(refused(BatchLine(1, b"", b""), UsageProblem("no")).json)
    assert list(answer) == listed(ROOT / "docs" / "contract.md")["refused"]


def test_the_contract_lists_the_keys_of_an_exported_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Any
) -> None:
    """Every key of a line of JSON is on the page, in its order."""
    monkeypatch.setenv("LONGCASE_STORE", str(tmp_path / "store.db"))
    monkeypatch.setenv("LONGCASE_ACTOR", "PS 0088")
    for line in ("init", "report A-1 --category other"):
        assert run(*line.split())[0] == 0
    code, out, _ = run("export", "--format", "jsonl")
    assert code == 0
    keys = re.findall(r'"(\w+)":', out.partition('"payload":')[0] + '"payload":')
    assert keys == listed(ROOT / "docs" / "contract.md")["export"]


@pytest.mark.parametrize(("name", "struct"), [("mapping", Mapping), ("rule", Rule)])
def test_every_key_of_a_mapping_is_told(name: str, struct: Any) -> None:
    """The page on imports lists each key, in the order of the code, and no other."""
    assert listed(ROOT / "docs" / "imports.md")[name] == list(struct.__struct_fields__)


def test_every_key_of_an_event_of_a_row_is_told() -> None:
    """The same holds for the tables that say what a row gives."""
    assert set(listed(ROOT / "docs" / "imports.md")["part"]) == set(RowEvent.__struct_fields__)


def test_every_field_of_every_event_is_told() -> None:
    """``python -m scripts.write_import_fields`` writes what the events themselves say."""
    page = (ROOT / "docs" / "imports.md").read_text("utf-8")
    assert written(page) == page


def test_every_kind_and_category_is_told() -> None:
    """With what it means, and whether it counts as work."""
    page = (ROOT / "docs" / "users.md").read_text("utf-8")
    words = shipped()
    for name, kind in words.kinds.items():
        aside = "" if kind.counts else "; does not count as work"
        assert f"| `{name}` | {kind.title}{aside} |" in page
    for name, category in words.categories.items():
        assert f"| `{name}` | {category.title} |" in page


def test_every_flag_is_told() -> None:
    """The page for auditors says what each flag means."""
    page = (ROOT / "docs" / "auditors.md").read_text("utf-8")
    table = page.partition("## What the flags mean")[2].partition("\n## ")[0]
    told = set(re.findall(r"`([a-z-]+)(?:: \.\.\.)?`", table))
    assert told >= {*flags._WORDS, *flags._SAID_OTHERWISE, "unfounded", "forbidden"}


def test_every_environment_variable_is_told() -> None:
    """Each that the program looks at is on the page for operators; each on a page is looked at."""
    read = {name for path in CODE for name in re.findall(r'"(LONGCASE_[A-Z_]+)"', path.read_text("utf-8"))}
    read |= {f"LONGCASE_{key.upper()}" for key in profile.KEYS}
    table = (ROOT / "docs" / "operators.md").read_text("utf-8")
    assert read - set(re.findall(r"LONGCASE_[A-Z_]+", table)) == set()
    told = {name for page in TOLD for name in re.findall(r"\bLONGCASE_[A-Z_]+", page.read_text("utf-8"))}
    assert told - read - {"LONGCASE_DATA"} == set()


@each_page
def test_every_setting_that_is_shown_can_be_used(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TOML on a page is TOML, and a profile or mapping among it is a profile or mapping."""
    found = list(parts(page))
    for note, block in zip([None, *found], found, strict=False):
        if block.kind != "toml":
            continue
        content = tomllib.loads(block.text)
        if note is not None and note.text == "profile.toml":
            (tmp_path / "profile.toml").write_text(block.text, "utf-8")
            monkeypatch.setenv("LONGCASE_PROFILE", str(tmp_path / "profile.toml"))
            usual, named = profile.read_profiles()
            assert {**usual, **named} == content
        elif "source" in content:
            assert check(content, page.name).source == content["source"]


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link names a file of the project, and a heading in it that there is."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"https?://", target) or page.name == "template.md":
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path), target


def test_every_page_is_in_the_index() -> None:
    """No page is left for readers to find by chance."""
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    assert [page.name for page in TOLD if page.parent == ROOT / "docs" and f"]({page.name})" not in index] == [
        "README.md"
    ]


def test_every_decision_is_in_the_index() -> None:
    """Each record is listed under its title and with its status."""
    index = (DECISIONS / "README.md").read_text("utf-8")
    for page in sorted(DECISIONS.glob("[0-9]*.md")):
        number, title = re.match(r"# (\d{4})\. (.+)\n", page.read_text("utf-8")).groups()  # type: ignore[union-attr]  # a record without a title is an error here
        status = re.search(r"^Status: (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
        assert status is not None
        assert f"| [{number}]({page.name}) | {title} | {status[1]} |" in index
