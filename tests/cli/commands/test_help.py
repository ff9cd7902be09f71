"""``longcase help``: the same as ``--help``, however deep the command lies."""

from __future__ import annotations

import pytest

from cli.main import main


@pytest.mark.parametrize("words", ["", "stalled", "warrant", "warrant seek", "import", "import undo", "help"])
def test_it_is_what_the_option_shows(capsys: pytest.CaptureFixture[str], words: str) -> None:
    """Of the program, of a command, of a group, of a verb, and of a group that is a command too."""
    assert main(["help", *words.split()]) == 0
    shown = capsys.readouterr().out
    main([*words.split(), "--help"])
    assert shown == capsys.readouterr().out
    assert shown.startswith(f"Usage: {' '.join(['longcase', *words.split()])} ")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("stale", "'stale' is not a command of longcase"),
        ("warrant sek", "'sek' is not a command of longcase warrant"),
        ("cases open", "cases has no commands of its own, such as 'open'"),
    ],
)
def test_a_word_that_is_no_command(capsys: pytest.CaptureFixture[str], words: str, why: str) -> None:
    """It is refused as it is when typed."""
    assert main(["help", *words.split()]) == 2
    assert f"longcase: {why}" in capsys.readouterr().err
