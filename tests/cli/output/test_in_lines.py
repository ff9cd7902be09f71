"""Talk at a terminal: lines are broken between words, and a program gets one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.main import main
from cli.output.terminal import _broken, cells

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.text(st.sampled_from("abcde,; ä日"), max_size=200) | st.lists(
    st.sampled_from(["longcase", "explain", "IMG-0417,", "--as-at", "2016-05-20;", "x" * 90])
).map(" ".join)

NEXT = "Next: longcase explain IMG-0417 --as-at 2016-05-20, longcase stalled --by team --as-at 2016-05-20"
AT_40 = """
Next:
  longcase explain IMG-0417 --as-at
  2016-05-20,
  longcase stalled --by team --as-at
  2016-05-20
"""
AT_80 = """
Next: longcase explain IMG-0417 --as-at 2016-05-20,
  longcase stalled --by team --as-at 2016-05-20
"""


class Terminal(io.StringIO):
    """A stream at whose other end somebody looks."""

    def isatty(self) -> bool:
        return True


@given(TEXTS, st.integers(1, 150))
def test_no_word_is_broken_and_none_is_lost(text: str, width: int) -> None:
    """The words are the same in the same order, and a line is too long only where its one word is."""
    lines = list(_broken(text.rstrip(" "), width))
    assert " ".join(lines).split() == text.split()
    assert all(cells(line) <= width or len(line.split()) == 1 for line in lines)


@pytest.mark.parametrize(("width", "expected"), [(40, AT_40), (80, AT_80), (140, f"\n{NEXT}\n")])
def test_a_command_is_kept_whole_where_it_fits(width: int, expected: str) -> None:
    """It goes to the next line rather than be parted."""
    assert list(_broken(NEXT, width)) == expected.strip("\n").split("\n")


@pytest.mark.parametrize("width", [40, 80, 140])
def test_what_is_said_at_a_terminal(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    """Receipts, errors and hints are broken between words, and are what a program gets in one line each."""
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["report", "IMG-0900", "--category", "other"]) == 0
    for words in (
        ["assess", "IMG-0900", "high", "--command-id", "0" * 32, "--reason", "r"],
        ["act", "IMG-0900", "child-sen", "--text", "she was at school"],
        ["cases", "--as-at", "26/11/26"],
        ["timeline", "IMG-0901"],
    ):
        said = {kind: _said(words, kind(), kind(), monkeypatch) for kind in (io.StringIO, Terminal)}
        lines = said[Terminal].splitlines()
        assert lines
        assert all(len(line) <= width or len(line.split()) == 1 for line in lines)
        if words[0] != "assess":  # which says the second time that it was recorded before
            assert said[Terminal].split() == said[io.StringIO].split()


def _said(words: list[str], out: io.StringIO, err: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    main(words)
    return out.getvalue() + err.getvalue()
