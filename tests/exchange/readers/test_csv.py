"""CSV: each row is an event of its case, or refused with the line on which it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from exchange.mapping.mapping import Mapping
from exchange.readers.csv import LONGEST
from tests.exchange.support import Outcome, outcome_of

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "case id,activity,timestamp,note\n"
AT = "2016-02-12T09:12:00Z"


def csv_file(folder: Path, content: str | bytes, mapping: Mapping | None = None) -> Outcome:
    return outcome_of(folder, content, "log.csv", mapping)


def test_rows_of_a_case_are_gathered_and_cases_stay_in_order(tmp_path: Path) -> None:
    rows = "".join(f"{case},{name},{AT},\n" for case, name in ("Ba", "Ab", "Bc", "Ad"))
    read = csv_file(tmp_path, HEAD + rows)
    assert read.activities == [("B", "a"), ("B", "c"), ("A", "b"), ("A", "d")]
    assert [(event.place, event.line) for event in read.events] == [(0, 2), (1, 4), (0, 3), (1, 5)]


def test_a_refused_row_keeps_its_place(tmp_path: Path) -> None:
    """So that the rows after it are the same when the file has been repaired."""
    read = csv_file(tmp_path, f"{HEAD}A,a,never,\nA,b,{AT},\n")
    assert [event.place for event in read.events] == [1]
    assert read.lines == [2]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f",a,{AT},", "no case: 'case id' has no value"),
        (f"  ,a,{AT},", "no case: 'case id' has no value"),
        (f"A,,{AT},", "no activity: 'activity' has no value"),
        ("A,a,,", "no time: 'timestamp' has no value"),
        ("A,a,12/02/2016,", "timestamp: '12/02/2016' is not written as ISO 8601 has it"),
        ("A,a,2016-02-12T09:12:00,", "no offset from UTC"),
        (f"A,a,{AT}", "3 columns, where the heading has 4"),
        (f"A,a,{AT},x,y", "5 columns, where the heading has 4"),
        (f"A,a,{AT},x\0y", "the row has a NUL character"),
        (f'A,a,{AT},"x"y', "ill-formed row"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_and_reading_goes_on(tmp_path: Path, row: str, reason: str) -> None:
    read = csv_file(tmp_path, f"{HEAD}{row}\nB,b,{AT},\n")
    assert read.activities == [("B", "b")]
    assert read.lines == [2]
    assert reason in read.refusals[0].reason


def test_the_line_of_a_row_is_where_it_starts(tmp_path: Path) -> None:
    """Quoted line ends, of either kind, and empty lines are counted; neither is a row."""
    read = csv_file(tmp_path, f'{HEAD}A,a,{AT},"one\r\ntwo\nthree"\r\n\r\nA,b,{AT},\r\nA,c,never,\r\n')
    assert [event.line for event in read.events] == [2, 6]
    assert read.lines == [7]


def test_quotes_and_delimiters_inside_values_are_kept(tmp_path: Path) -> None:
    read = csv_file(tmp_path, f'{HEAD}A,"say ""no"", twice",{AT},\n')
    assert read.events[0].activity == 'say "no", twice'


def test_a_formula_is_kept_to_the_letter(tmp_path: Path) -> None:
    """Whoever writes it for a spreadsheet must make it safe; the ledger keeps what the source said."""
    read = csv_file(tmp_path, f"{HEAD}A,=cmd|' /C calc'!A0,{AT},\n")
    assert read.events[0].activity == "=cmd|' /C calc'!A0"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_unicode_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    read = csv_file(tmp_path, f"{HEAD}Café,č,{AT},\n".encode(encoding))
    assert read.activities == [("Café", "č")]
    assert read.notes == []


def test_a_mark_is_left_out_where_the_mapping_names_the_encoding(tmp_path: Path) -> None:
    content = f"{HEAD}A,a,{AT},\n".encode("utf-8-sig")
    assert csv_file(tmp_path, content, Mapping(encoding="utf-8")).activities == [("A", "a")]


def test_another_encoding_is_guessed_and_the_guess_told(tmp_path: Path) -> None:
    rows = "".join(f"Fall {n},Prüfung der Überweisung für Jörg Müller,{AT},größer\n" for n in range(40))
    read = csv_file(tmp_path, (HEAD + rows).encode("cp1252"))
    assert read.events[0].activity == "Prüfung der Überweisung für Jörg Müller"
    assert "which is a guess" in read.notes[0]


@pytest.mark.parametrize(
    ("activity", "encoding"),
    [("paid £20", "cp1252"), ("é", "cp1252"), ("café", "latin-1"), ("Zażółć gęślą jaźń", "cp1250")],
)
def test_a_few_letters_are_read_as_a_spreadsheet_writes_them(
    tmp_path: Path, activity: str, encoding: str
) -> None:
    """One letter beyond ASCII fits a dozen encodings: the usual one is taken, unless another fits better."""
    read = csv_file(tmp_path, f"{HEAD}A,{activity},{AT},\n".encode(encoding))
    assert read.events[0].activity == activity


def test_a_wrong_encoding_of_the_mapping_refuses_the_file_at_its_line(tmp_path: Path) -> None:
    content = f"{HEAD}A,a,{AT},\nA,Prüfung,{AT},\n".encode("cp1252")
    refused = csv_file(tmp_path, content, Mapping(encoding="utf-8", delimiter=",")).refused
    assert refused is not None
    assert refused.refusal.line == 3
    assert refused.refusal.reason.startswith("the text is not utf-8")
    assert csv_file(tmp_path, content, Mapping(encoding="utf-8")).refused is not None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    read = csv_file(tmp_path, f"{HEAD}A,a,{AT},\n".replace(",", delimiter))
    assert read.activities == [("A", "a")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty"),
        ("activity\nx\n", "does not show what parts the columns"),
        ("case id,activity;timestamp\n", "does not show what parts the columns"),
        ("case id,activity\n", "no heading says which column is the time"),
        ("case id,case,activity,timestamp\n", "the column of the case may be any of 'case id', 'case'"),
        ("case id,activity,timestamp,timestamp\n", "two columns are called 'timestamp'"),
        (f'{HEAD}A,a,{AT},"never closed\nA,b,{AT},\n', "a quote is opened and never closed"),
        (f"{HEAD}A,a,{AT},{'x' * (LONGEST + 1)}\n", "the line is longer than"),
        (f'{HEAD}A,a,{AT},"' + "x\n" * 20_000 + '"\n', "a row has more than"),
        (f'{HEAD}A,a,{AT},"' + ("x" * 999 + "\n") * 2_000 + '"\n', "a field is longer than"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    read = csv_file(tmp_path, content)
    assert read.refused is not None
    assert reason in read.refused.refusal.reason


def test_columns_alike_do_no_harm_unless_they_are_used(tmp_path: Path) -> None:
    content = f"case id,activity,timestamp,note,note,\nA,a,{AT},x,y,z\n"
    (event,) = csv_file(tmp_path, content, Mapping(keep=True)).events
    assert event.attributes == {"note": "x", "note[5]": "y", "column 6": "z"}


def test_a_column_that_the_mapping_names_must_be_there(tmp_path: Path) -> None:
    refused = csv_file(tmp_path, HEAD, Mapping(actor="badge")).refused
    assert refused is not None
    assert "no column 'badge', which the mapping gives for 'actor'" in refused.message
    assert refused.hints == ("the columns are 'case id', 'activity', 'timestamp', 'note'",)


def test_completion_goes_before_start(tmp_path: Path) -> None:
    content = f"Case_ID,Activity,Start Date,Completion Time\nA,a,{AT},2016-02-13T00:00:00Z\n"
    read = csv_file(tmp_path, content)
    assert read.events[0].time_text == "2016-02-13T00:00:00Z"
    assert read.not_kept == ["Start Date"]


def test_formats_of_the_mapping_are_tried_in_turn(tmp_path: Path) -> None:
    mapping = Mapping(time_format=["%d/%m/%Y %H:%M", "%d %b %Y"], zone="Europe/London")
    read = csv_file(tmp_path, f"{HEAD}A,a,12/07/2016 10:00,\nA,b,12 Jul 2016,\nA,c,{AT},\n", mapping)
    assert [e.occurred_at // 1_000_000 for e in read.events] == [1_468_278_000, 1_468_314_000]
    assert read.refusals[0].reason == f"timestamp: {AT!r} has none of the mapping's time formats"


def test_an_overlong_value_does_not_make_an_overlong_reason(tmp_path: Path) -> None:
    read = csv_file(tmp_path, f"{HEAD}A,a,{'9' * 100_000},\n")
    assert len(read.refusals[0].reason) < 400


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "SEP=;\r"])
def test_a_first_line_that_says_what_parts_the_columns_is_obeyed(tmp_path: Path, mark: str, first: str) -> None:
    """As spreadsheets write, obey and hide it; lines are counted with it."""
    content = f"{mark}{first}{HEAD}A,a,{AT},x\nA,b,never,\n".replace(",", ";")
    read = csv_file(tmp_path, content)
    assert read.activities == [("A", "a")]
    assert read.lines == [4]


def test_rows_without_anything_in_them_are_none(tmp_path: Path) -> None:
    """Spreadsheets write rows of delimiters below their table, blank ones above, and columns beside it."""
    content = f"\n,,,\n{HEAD}A,a,{AT},,,\n \n,,,\n,,\nA,b,{AT},x\n ,\t,,\n"
    read = csv_file(tmp_path, content)
    assert [(one.activity, one.line) for one in read.events] == [("a", 4), ("b", 8)]
    assert read.refusals == []


def test_blanks_before_quotes_are_the_form_of_the_file(tmp_path: Path) -> None:
    content = f'case id, activity, timestamp, note\nA, "a, b", {AT}, "x\ny"\nA, c, {AT}, z\n'
    read = csv_file(tmp_path, content, Mapping(keep=["note"]))
    assert read.activities == [("A", "a, b"), ("A", "c")]
    assert [one.attributes for one in read.events] == [{"note": "x\ny"}, {"note": "z"}]


def test_a_row_with_blanks_before_a_quote_is_refused_where_the_file_has_another_form(tmp_path: Path) -> None:
    plain = f"A,a,{AT},x\n" * 200
    read = csv_file(tmp_path, f'{HEAD}{plain}A,b,{AT}, "x"\nA,c,{AT}," ""x"""\nA,5" d,{AT},y, \n')
    assert [(one.line, one.reason) for one in read.refusals] == [
        (202, "ill-formed row: blanks stand before a quote")
    ]
    assert [one.activity for one in read.events[-2:]] == ["c", '5" d']


def test_a_tab_that_parts_columns_is_no_blank_before_a_quote(tmp_path: Path) -> None:
    content = f'note,case id,activity,timestamp\n ,A," ""x""",{AT}\n'.replace(",", "\t")
    assert csv_file(tmp_path, content).activities == [("A", ' "x"')]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_wide_encoding_without_a_mark_is_told_by_its_nuls(tmp_path: Path, encoding: str) -> None:
    read = csv_file(tmp_path, f"{HEAD}Café,č,{AT},\n".encode(encoding))
    assert read.activities == [("Café", "č")]
    assert read.notes == []


def test_line_ends_of_one_carriage_return_are_line_ends(tmp_path: Path) -> None:
    read = csv_file(tmp_path, f"{HEAD}A,a,{AT},x\nA,b,never,\n".replace("\n", "\r"))
    assert (read.activities, read.lines) == ([("A", "a")], [3])


@pytest.mark.parametrize(
    "words",
    [
        "\u201cin quotes\u201d \u2013 £5",
        "it\u2019s £20",
        "½ of €3…",
        "Señor\u2019s house",
        "café \u201cx\u201d \u2013 £5",
        "Größe £7; naïve",
        "§ 5 (£)",
    ],
)
def test_what_is_valid_windows_1252_is_no_page_of_dos(tmp_path: Path, words: str) -> None:
    read = csv_file(tmp_path, f"{HEAD}A,{words},{AT},\n".encode("cp1252"))
    assert read.events[0].activity == words
    assert "read as cp1252, which is a guess" in read.notes[0]
