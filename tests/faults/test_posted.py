"""What nobody would post to a witness has an answer that the specification knows."""

from __future__ import annotations

import pytest

from tests.faults.outcome import LONG
from tests.faults.posted import check, run
from tests.witness.witnesses import Response


def test_random_requests() -> None:
    """``LONGCASE_FAULTS=long`` posts 100,000."""
    figures = run(100_000 if LONG else 1_000, seed=1417).figures
    assert figures["200"]
    assert figures["400"]
    assert figures["403"]
    assert figures["409"]


@pytest.mark.parametrize(
    "answer",
    [
        Response(500, {"Content-Type": "text/plain; charset=utf-8", "Content-Length": "0"}, b""),
        Response(400, {"Content-Type": "text/html", "Content-Length": "0"}, b""),
        Response(400, {"Content-Type": "text/plain; charset=utf-8", "Content-Length": "9"}, b"Traceback"),
    ],
)
def test_an_answer_that_fails_is_found(answer: Response) -> None:
    """A failure of the program, another media type, and what is inside are seen."""
    with pytest.raises(AssertionError):
        check(answer, b"")
