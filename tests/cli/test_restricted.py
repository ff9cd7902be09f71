"""A restricted case: not a word of it in any command, format, picture, receipt or error of somebody kept out."""

from __future__ import annotations

import io
import json
import re
import shutil
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
import pytest

from application.commands import amendments, cases, links, officers, oversight, warrants
from application.commands import inspections as rounds
from application.signing.checkpoints import begin_log
from cli.input.requests import Common
from cli.main import main, root
from cli.registry import SECTIONS, Branch
from cli.session import stores
from cli.session.line_commands import key_of
from domain.axes import Axes
from domain.cases import events as ev
from domain.cases.restrictions import WITHHELD
from domain.identity import case_stream
from ledger.sqlite.connection import create
from ledger.sqlite.recorder import SQLiteRecorder
from ledger.tree import LedgerTree
from projections.views.access import Reader
from tests.projections.story_store import INSPECTOR, OWNER, SERGEANT, Store, when
from tests.transparency.logs import keys, signed
from tests.web.sites import BASE, let_in, opened
from transparency.tree import TreeHead, root_at
from web.parameters import url
from web.site_map import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from application.app import Longcase
    from application.envelope import Envelope, Receipt
    from ledger.recorder import LedgerRecorder

MARK: Final = "quassia"
"""Begins every text of the restricted cases, and nothing else."""

OUTSIDER: Final = "DC 9"
READER: Final = "DI 7"
NOW: Final = "2016-05-20T12:00"
CATEGORIES: Final = {
    "R-1": "indecent-images",
    "R-2": "missing",
    "R-3": "child-in-custody",
    "R-4": "offender-management",
}
FREE: Final = "F-1"
ROUND: Final = "round-1"


def text(what: str) -> str:
    return f"{MARK}-{what}"


class Plan:
    """What is to be told of several cases, put in order of time: a ledger's times never go back."""

    def __init__(self) -> None:
        self._acts: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def at(self, recorded: str, *args: Any, **values: Any) -> None:
        self._acts.append((recorded, args, values))

    def perform(self, store: Store) -> None:
        for recorded, args, values in sorted(self._acts, key=lambda act: act[0]):
            store.at(recorded, *args, **values)


def _linked_in_words(app: Longcase, ref: str, other: str, relation: str, by: Envelope) -> Receipt:
    """Link a case as older versions did: in any words, and on its own side."""
    return cases.plain(app, ref, ev.Linked, by, other=other, relation=relation)


def _planted(plan: Plan, ref: str, category: str) -> None:
    """Tell of a case with a text of its own in every field that takes any, and restrict it."""
    at, why = plan.at, {"reason": text("reason")}
    words = {"source": text("source"), "summary": text("summary"), "crime_reference": text("crime")}
    at("2016-01-04T10:00", cases.report, ref, category=category, ages=(13,), **words, **why)
    at("2016-01-04T11:00", cases.assess, ref, "high", subject=text("subject"), tool=text("tool"), **why)
    at("2016-01-04T12:00", cases.allocate, ref, OWNER, **why)
    for name, day in (("lapsed", "05"), ("expiring", "29"), ("executed", "06"), ("unfounded", "07")):
        sought = {"warrant": text(name), "kind": text("warrant-kind"), "court": text("court")}
        at(f"2016-01-{day}T10:00", warrants.seek, ref, grounds=text("grounds"), **sought, **why)
        at(f"2016-02-{day}T10:00", warrants.grant, ref, warrant=text(name), court=text("court"), **why)
    at("2016-02-10T10:00", warrants.execute, ref, warrant=text("executed"), outcome=text("outcome"), **why)
    at("2016-02-11T10:00", warrants.execute, ref, warrant=text("unfounded"), outcome=text("outcome"), **why)
    at("2016-02-12T10:00", amendments.retract, ref, 10, **why)
    _overseen(plan, ref)
    for kind in ("missing-reported", "missing-graded", "detained", "contact-attempted"):
        said = {"outcome": text("act-outcome"), "text": text("act"), "child": text("child")}
        at("2016-03-20T10:00", cases.act, ref, kind, **said, **why)
    at("2016-03-21T10:00", cases.pause, ref, review_on="2016-04-01", **why)
    at("2016-03-22T10:00", _linked_in_words, ref, FREE, text("relation"), **why)
    at("2016-03-22T11:00", links.link, ref, FREE, "same-device", **why)
    at("2016-03-23T10:00", amendments.correct, ref, 1, {"summary": text("corrected")}, **why)
    at("2016-03-24T10:00", cases.request_closure, ref, text("requested"), grounds=text("closure"), **why)
    at("2016-05-18T10:00", cases.restrict, ref, [READER], **why)


def _one_warrant(plan: Plan, ref: str) -> None:
    """Tell of a case with a single warrant, which nobody needs to name."""
    plan.at("2016-01-04T10:00", cases.report, ref, category="other")
    plan.at("2016-01-05T10:00", warrants.seek, ref, warrant=text("only"))
    plan.at("2016-02-05T10:00", warrants.grant, ref)
    plan.at("2016-02-10T10:00", warrants.execute, ref)
    plan.at("2016-05-18T10:00", cases.restrict, ref, [READER])


def _closed_on_a_child(plan: Plan, ref: str) -> None:
    """Tell of a case that was closed while one child was missing and another in custody."""
    plan.at("2016-01-04T10:00", cases.report, ref, category="other")
    plan.at("2016-01-05T10:00", cases.act, ref, "missing-reported", child=text("lost"))
    plan.at("2016-01-05T11:00", cases.act, ref, "detained", child=text("held"))
    plan.at("2016-01-06T10:00", cases.resolve, ref, outcome="filed")
    plan.at("2016-05-18T10:00", cases.restrict, ref, [READER])


def _overseen(plan: Plan, ref: str) -> None:
    at, why = plan.at, {"reason": text("reason")}
    theirs = {"actor": INSPECTOR, "role": "inspectorate", **why}
    for name in ("unanswered", "answered"):
        named = {"escalation": text(name), "inspection": ROUND}
        at("2016-03-10T10:00", oversight.escalate, ref, text("concern"), **named, **theirs)
    at("2016-03-11T10:00", oversight.answer, ref, text("answered"), text("answer"), **why)
    at("2016-03-12T10:00", oversight.reject, ref, text("answered"), **theirs)
    for grader, whose in (("inspectorate", theirs), ("force", why)):
        graded = {"grader": grader, "topic": text("topic"), "inspection": ROUND, "grounds": text("grade")}
        at("2016-03-13T10:00", cases.grade, ref, "inadequate", **graded, **whose)


def _told(plan: Plan) -> None:
    theirs = {"actor": INSPECTOR, "role": "inspectorate"}
    plan.at("2016-01-04T08:00", officers.enrol, OWNER, team="Hydra", actor="HR 1", role="registrar")
    plan.at("2016-01-04T08:00", officers.enrol, SERGEANT, actor="HR 1", role="registrar")
    plan.at("2016-01-04T08:00", officers.enrol, READER, actor="HR 1", role="registrar")
    plan.at("2016-01-04T08:00", officers.enrol, INSPECTOR, side="inspectorate", actor="HR 1", role="registrar")
    plan.at("2016-01-04T09:00", cases.report, FREE, category="other")
    plan.at("2016-01-04T09:30", rounds.open_inspection, ROUND, body="the body", force="the force", **theirs)
    for ref, category in CATEGORIES.items():
        _planted(plan, ref, category)
    _one_warrant(plan, "R-5")
    _closed_on_a_child(plan, "R-6")
    population = tuple((ref, "all") for ref in ("R-1", "R-2"))
    axes = Axes(when("2016-03-01T00:00"), when("2016-03-01T00:00"))
    frame = rounds.Frame(axes, 2, 1, "nothing", population, {})
    plan.at("2016-05-19T09:00", rounds.draw_sample, ROUND, frame, **theirs)
    plan.at("2016-05-19T10:00", officers.absent, OWNER)


def _signed(recorder: LedgerRecorder) -> None:
    """Begin a log, and make a checkpoint of it."""
    log = [keys()[name] for name in ("log", "log2")]
    begin_log(recorder, [key.public for key in log])
    tree = LedgerTree(recorder)
    head = TreeHead(tree.size(), root_at(tree, tree.size()))
    recorder.keep_checkpoint(head.size, signed(head, *log).decode())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("restricted")
    path, file = folder / "store.db", folder / f"{text('file')}.csv"
    create(str(path), {"zone": "Europe/London"}).close()
    plan = Plan()
    _told(plan)
    kept = Store(SQLiteRecorder.open(str(path)))
    plan.perform(kept)
    _signed(kept.ledger)
    rows = "".join(f"{ref},{text('kind')},2016-05-19T11:00Z,{text('kept')}\n" for ref in CATEGORIES)
    file.write_text(f"case,activity,time,note\n{rows}")
    patch = pytest.MonkeyPatch()
    patch.setattr(stores, "now", lambda: when(NOW))
    mapping = folder / "mapping.toml"
    mapping.write_text('case = "case"\nactivity = "activity"\ntime = "time"\nkeep = ["note"]\n')
    assert main(["import", str(file), "--mapping", str(mapping), "--store", str(path), "--actor", "IT 1"]) == 0
    patch.undo()
    return path


class Ran(NamedTuple):
    """What a command came to, all that it said and wrote."""

    code: int
    said: str


@pytest.fixture
def asked(
    template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Callable[..., Ran]:
    path = tmp_path / "store.db"
    for one in template.parent.glob("store.db*"):
        shutil.copy(one, tmp_path / one.name)
    monkeypatch.setenv("LONGCASE_STORE", str(path))
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setattr(stores, "now", lambda: when(NOW))
    capsysbinary.readouterr()

    def run(actor: str, *words: str) -> Ran:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
        code = main(["--actor", actor, *words])
        said = capsysbinary.readouterr()
        return Ran(code, (said.out + said.err).decode())

    return run


FORMATS: Final = ("table", "lines", "json", "jsonl", "csv")
_ONE: Final = [f"{name} R-1" for name in ("timeline", "timeline --all", "show", "replay", "explain")]
READING: Final = (
    *_ONE,
    "diff R-1 2016-01-04 2016-05-20",
    "diff R-1 2016-01-04 2016-05-20 --known",
    "explain R-1 --standard warrant-executed",
    "stalled",
    "next",
    "waiting",
    "changes --since 2016-01-01",
    "changes --since 2016-05-18 --limit 0",
    "changes --since 2016-01-01 --until 2016-04-01 --change other-causes --change newly-stalled",
    "cases --state restricted",
    "stalled --brief",
    "stalled --by owner",
    "stalled --by cause --months 3",
    "due --within 9mo",
    "due --within 9mo --flat",
    "stalled --flat",
    "clocks",
    "words",
    "words outcomes --as-at 2016-05-10",
    "clocks --as-at 2016-05-10 --sort key",
    "stalled --cause child-missing --cause child-detained",
    "detained",
    "missing",
    "missing --still",
    "visits",
    "cases",
    "cases --as-at 2016-05-10",
    "cases --sort last_activity",
    "officers",
    "audit",
    "audit --case R-1",
    "audit --irregular --sort -position",
    "audit --as-at 2016-05-10",
    "find quassia",
    "find quassia --as-at 2016-05-10 --sort -position",
    "find q --in reason,summary,text",
    f"inspection report {ROUND}",
    f"inspection report {ROUND} --all",
    f"inspection show {ROUND}",
    f"inspection show {ROUND} --ungraded",
    "inspection list",
    "rulebook show",
    "rulebook history",
    "log status",
    "log keys",
    "log verify",
)
OTHERS: Final = (
    "timeline R-1 --svg -",
    "digest --week 2016-W20",
    "digest --since 2016-01-01",
    "digest --since 2016-01-01 --until 2016-04-01",
    "record R-1",
    "record R-1 --as-at 2016-05-10",
    "disclose R-1 --to x --reason r --output never.zip",
    "disclose R-9 R-1 --to x --reason r --output never.zip",
    f"disclose --inspection {ROUND} --to x --reason r --output never.zip",
    "stalled --svg -",
    "export --format jsonl",
    "export --format csv",
    "export --format xes",
    "export --case R-1 --format jsonl",
    "export --category missing --format csv",
    f"inspection sample {ROUND} --verify",
    f"inspection form {ROUND}",
    f"inspection grade {ROUND} --by inspectorate --from -",
    "doctor",
    "doctor --deep",
    "doctor --format json",
    "projections status",
    "projections status --format json",
    "projections rebuild",
    "projections retry",
    "follow --once",
    "log prove R-1 --output -",
    "log request --output -",
)
RECORDING: Final = (
    "report R-1 --category other",
    "assess R-1 low",
    "allocate R-1 'DC 9'",
    "return R-1 --reason r",
    "act R-1 child-seen",
    "act R-1 child-seen --at 2016-01-05",
    "act R-1 F-1 child-seen",
    "act R-1 found",
    "act R-1 found --child newcomer",
    "act R-6 found",
    "act R-6 released --child newcomer",
    "warrant seek R-1",
    "warrant seek R-1 --warrant W9",
    *(f"warrant {verb} R-1" for verb in ("grant", "refuse", "execute", "withdraw")),
    *(f"warrant {verb} R-1 --warrant W9" for verb in ("grant", "refuse", "execute", "withdraw")),
    *(f"warrant {verb} R-5" for verb in ("grant", "refuse", "execute", "withdraw")),
    "warrant withdraw R-5 --at 2016-02-06",
    "warrant refuse R-5 --at 2016-01-20",
    "warrant seek R-5 --at 2016-03-01",
    "escalate R-1 --concern c",
    "escalate R-1 --concern c --on-behalf-of 'HMI 3'",
    "answer R-1 E9 --text t",
    "accept R-1 E9 --on-behalf-of 'HMI 3'",
    "reject R-1 E9 --reason r --on-behalf-of 'HMI 3'",
    "grade R-1 good --by force",
    "pause R-1 --reason r --review-on 2016-06-01",
    "pause R-1 --reason r --review-on 2016-01-01",
    "resume R-1",
    "link R-1 F-1 --as same-suspect",
    "link F-1 R-1 --as same-suspect",
    "link F-1 R-1 --as same-child --reason r",
    "link R-1 F-1 --as nothing",
    "unlink R-1 F-1 --as same-device",
    "unlink F-1 R-1 --as same-suspect",
    "unlink R-1 F-1",
    "unlink R-1 F-9",
    "restrict R-1 --to 'DC 9' --reason r",
    "restrict R-1 --to 'DC 9'",
    "unrestrict R-1 --reason r",
    "unrestrict R-1",
    "request-closure R-1 --outcome o",
    "refuse-closure R-1",
    "resolve R-1",
    "resolve R-1 --outcome o",
    "reopen R-1",
    *(f"correct R-1 {entry} reason=r --reason r" for entry in range(1, 40)),
    *(f"correct R-1 {entry} nothing=x --reason r" for entry in range(1, 40)),
    *(f"correct R-1 {entry} child=newcomer --reason r" for entry in range(1, 40)),
    *(f"correct R-1 {entry} occurred_at=2016-01-01 --reason r" for entry in range(1, 40)),
    *(f"retract R-1 {entry} --reason r" for entry in range(1, 40)),
)
NOT_OF_CASES: Final = frozenset(
    {"init", "demo", "config", "web", "backup", "restore", "archive", "load", "upgrade", "completion", "help"}
    | {"import"}
    | {"witness-init", "witness-serve", "witness-sign", "witness-list", "witness-compare"}
    | {"log-init", "log-checkpoint", "log-tiles", "log-submit", "log-cosign"}
    | {"import-undo", "import-officers", "import-guess"}
    | {"inspection-open", "inspection-close", "projections-skip", "rulebook-check", "rulebook-adopt", "batch"}
)
"""Commands that read no case, or give the whole store away; pages, imports and batches are asked otherwise."""


def _split(words: str) -> list[str]:
    import shlex

    return shlex.split(words)


def _commands() -> Iterator[str]:
    for _, commands in SECTIONS:
        for name, one in commands.items():
            yield from (f"{name}-{verb}" for verb in one.verbs) if isinstance(one, Branch) else (name,)


def test_every_command_is_asked() -> None:
    """A new command is asked here, or is named among those that say nothing of any case."""
    typed = {"-".join(one.split()[:2]) for one in (*READING, *OTHERS, *RECORDING)}
    typed |= {one.split()[0] for one in (*READING, *OTHERS, *RECORDING)}
    missing = [one for one in _commands() if one not in typed and one not in NOT_OF_CASES]
    assert [one for one in missing if not one.startswith("officer-")] == []


PLANTED: Final = (
    *("source", "summary", "crime", "subject", "tool", "reason", "expiring", "lapsed", "warrant-kind", "court"),
    *("grounds", "outcome", "concern", "unanswered", "answer", "topic", "grade", "act", "act-outcome", "child"),
    *("relation", "corrected", "requested", "closure", "kind", "kept", "file"),
)


def test_every_text_of_every_event_is_planted(template: Path) -> None:
    """Of every kind of event that takes words, each field that does has a word in the restricted case."""
    recorder = SQLiteRecorder.open(str(template))
    payloads = b"".join(row.payload for row in recorder.stream(case_stream("R-1"))).decode()
    recorder.close()
    for field in PLANTED:
        assert text(field) in payloads, field


_OF_CASE: Final = {"ref": "R-1", "n": "1", "from": "2016-01-04"}
PAGES_ASKED: Final = [
    url(f"{page.path}{end}", [(name, _OF_CASE[name]) for name, *_ in page.parameters if name in _OF_CASE])
    for page in PAGES
    for end in ("", *(f".{form}" for form in page.formats))
]
"""Every page in every format; those of a case, of one that is restricted."""


@pytest.mark.parametrize("question", PAGES_ASKED)
def test_no_word_of_a_restricted_case_stands_in_a_page(template: Path, question: str) -> None:
    """For somebody kept out, in any format, in no header; lists count the case, its own pages are refused."""
    with opened(template, Reader(OUTSIDER), now=when(NOW)) as found:
        answer = let_in(found).get(question, base_url=BASE)
    assert MARK not in f"{answer.headers}{answer.text}".casefold()
    assert answer.status_code == (403 if "ref=" in question else 200)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("words", READING)
def test_no_word_of_a_restricted_case_is_read_by_somebody_kept_out(
    asked: Callable[..., Ran], words: str, form: str
) -> None:
    """In any format; what may not be read is refused, or left out, and counted all the same."""
    ran = asked(OUTSIDER, *_split(words), "--format", form)
    assert MARK not in ran.said.casefold()
    assert ran.code in {0, 3}


def test_a_search_tells_nothing_of_what_it_may_not_look_in(asked: Callable[..., Ran]) -> None:
    """A word that stands in restricted cases has the answer of one that stands nowhere; their readers find it."""
    nowhere = asked(OUTSIDER, "find", "zyzzyva")
    assert asked(OUTSIDER, "find", MARK) == nowhere
    assert "6 restricted cases were not looked in" in nowhere.said
    read = asked(READER, "find", MARK).said
    assert f"[{MARK}]-summary" in read
    assert "not looked in" not in read
    assert asked(OUTSIDER, "find", MARK, "--case", "R-1").said.startswith("no entry has this word\n1 restricted")


@pytest.mark.parametrize("words", OTHERS)
def test_no_word_of_it_is_in_pictures_exports_or_checks(asked: Callable[..., Ran], words: str) -> None:
    """Nor in what looks after the store."""
    ran = asked(OUTSIDER, *_split(words))
    assert MARK not in ran.said.casefold()


@pytest.mark.parametrize("form", ["table", "json"])
def test_no_word_of_it_is_in_a_receipt_or_a_refusal(asked: Callable[..., Ran], form: str) -> None:
    """Whoever is kept out may record what they did, and learns no more than that it is recorded."""
    for words in RECORDING:
        ran = asked(OUTSIDER, *_split(words), "--format", form)
        assert MARK not in ran.said.casefold(), words
        assert ran.code in {0, 2, 3, 4}, words


def _as_line(words: str) -> bytes:
    """Return a command as a line of a batch, by what the command itself makes of it."""
    context, rest = click.Context(root, info_name="longcase", obj=Common()), _split(words)
    command: Any = root
    names = []
    while isinstance(command, click.Group):
        names.append(rest.pop(0))
        command = command.get_command(context, names[-1])
    given, _, _ = command.make_parser(click.Context(command)).parse_args(rest)
    keys = {one.name: key_of(one) for one in command.params}
    typed = {keys[name]: value for name, value in given.items() if isinstance(value, (str, list, tuple, bool))}
    return json.dumps({"command": " ".join(names)} | {key: one for key, one in typed.items() if key}).encode()


@pytest.mark.parametrize("how", [(), ("--group", "40")])
def test_no_word_of_it_is_in_the_answers_of_a_batch(
    asked: Callable[..., Ran], tmp_path: Path, how: tuple[str, ...]
) -> None:
    """Every recording command, one a line: whoever is kept out learns from a batch what they learn one by one."""
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b"\n".join(map(_as_line, RECORDING)))
    ran = asked(OUTSIDER, "batch", str(file), *how)
    assert MARK not in ran.said.casefold()
    assert ran.code == 3
    assert len(re.findall(r'"command_id":', ran.said)) > 20
    assert "cannot be understood" not in ran.said


def test_no_word_of_a_restricted_case_stands_in_a_calendar(asked: Callable[..., Ran]) -> None:
    """For somebody kept out even where names are asked for; without that for nobody."""
    words = ("next", "--within", "12mo", "--format", "ics")
    assert MARK not in asked(OUTSIDER, *words, "--with-text").said.casefold()
    assert MARK not in asked(READER, *words).said.casefold()
    assert MARK in asked(READER, *words, "--with-text").said.casefold()


@pytest.mark.parametrize("words", ["timeline R-1 --all", "show R-1", "stalled", "audit --case R-1", "cases"])
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("who", [READER, OWNER])
def test_its_readers_see_it_all(asked: Callable[..., Ran], words: str, form: str, who: str) -> None:
    """Whom the restriction names, and the owner."""
    ran = asked(who, *_split(words), "--format", form)
    assert ran.code == 0
    assert MARK in ran.said


def test_its_readers_see_the_names_in_lists_reports_and_receipts(asked: Callable[..., Ran]) -> None:
    """What is left out for others stands there for them."""
    waits = asked(READER, "stalled", "--format", "json").said
    assert text("lapsed") in waits
    assert text("unanswered") in waits
    assert text("lost") in waits
    assert text("child") in asked(READER, "missing", "--format", "json").said
    assert text("held") in asked(READER, "detained", "--format", "json").said
    assert text("topic") in asked(READER, "inspection", "report", ROUND, "--format", "json").said
    assert text("requested") in asked(READER, "resolve", "R-1").said


def test_its_readers_are_told_what_was_recorded_and_printed_of_it(asked: Callable[..., Ran]) -> None:
    """Where others are told that text is withheld."""
    entries = ("changes", "--since", "2016-01-01", "--change", "recorded", "--limit", "0")
    assert text("closure") in asked(READER, *entries).said
    assert WITHHELD in asked(OUTSIDER, *entries).said
    causes = ("changes", "--since", "2016-01-01", "--change", "newly-stalled", "--format", "json")
    assert text("lapsed") in asked(READER, *causes).said
    assert text("lapsed") in asked(READER, "digest", "--since", "2016-01-01").said


def test_what_is_kept_from_others_is_said_to_be(asked: Callable[..., Ran]) -> None:
    """A receipt says why it says so little; a flag keeps its name."""
    assert f"action-recorded ({WITHHELD})" in asked(OUTSIDER, "act", "R-1", "child-seen").said
    flagged = asked(OUTSIDER, "audit", "--case", "R-1", "--irregular").said
    assert f"could not have happened: {WITHHELD}" in flagged


def test_an_import_by_somebody_kept_out_quotes_nothing(
    asked: Callable[..., Ran], template: Path, tmp_path: Path
) -> None:
    """Neither a file of Longcase's own, nor one of another program that is refused by line."""
    out = tmp_path / "out.jsonl"
    assert asked(READER, "export", "--case", "R-1", "--output", str(out)).code == 0
    changed = out.read_text().replace("DC 1417", "DC 1418")
    out.write_text(changed)
    ran = asked(OUTSIDER, "import", str(out))
    assert ran.code == 3
    assert MARK not in ran.said.casefold()


def test_taking_an_import_back_quotes_nothing(asked: Callable[..., Ran]) -> None:
    """What an import brought is told by reference and number, to whoever knows the name of its source."""
    known = asked(READER, "timeline", "R-1", "--format", "json").said
    sources = {one["origin"]["source"] for one in json.loads(known)["items"] if one["origin"]}
    assert sources
    for source in sources:
        ran = asked(OUTSIDER, "import", "undo", source, "--reason", "r", "--dry-run")
        assert ran.code == 0
        assert MARK not in ran.said.replace(source, "").casefold()
