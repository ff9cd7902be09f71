"""Why a witness cannot be set up, or cannot answer."""

from __future__ import annotations


class WitnessError(Exception):
    """The root of what this package raises; the text says what is wrong, on one line."""


class NoWitness(WitnessError):
    """There is no witness in a folder."""


class FolderTaken(WitnessError):
    """No witness can be made in a folder: something is there."""


class StateError(WitnessError):
    """The memory of a witness cannot be used: nothing may be cosigned without it."""
