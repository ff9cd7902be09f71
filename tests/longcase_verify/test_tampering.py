"""Every kind of tampering is told, with the right exit code and at the right place."""

from __future__ import annotations

import random

import pytest

from tests.faults.outcome import LONG
from tests.longcase_verify.judging import held, judged
from tests.longcase_verify.tampering import CASES, KINDS, honest, told, whole

PLACES = 50 if LONG else 4


@pytest.mark.parametrize("sort", ["inspection", "case"])
def test_an_honest_bundle_is_whole(sort: str) -> None:
    """What nobody tampered with has exit code 0, beside every checkpoint that the auditor holds."""
    result = judged(whole(sort), kept=held(honest().note(300), honest().note(700)))
    assert result.exit_code == 0, result.found
    assert result.checked.contents == sum(len(honest().of(reference)) for reference in CASES) > 150


@pytest.mark.parametrize("kind", KINDS)
def test_tampering_is_told(kind: str) -> None:
    """Each kind at several random places; ``LONGCASE_FAULTS=long`` takes 50."""
    chance = random.Random(kind)
    assert [problem for _ in range(PLACES) if (problem := told(KINDS[kind](chance)))] == []
