"""Why something was not taken; the text says what is wrong, on one line, for whoever checks."""

from __future__ import annotations


class VerifierError(Exception):
    """The root of what this program raises."""


class NotInForm(VerifierError):
    """A file, a text or a key is not in the format that it must have."""


class NotProved(VerifierError):
    """A signature or a proof does not show what it should."""


class CutShort(VerifierError):
    """A file ends before its end."""


class NotReadable(VerifierError):
    """There is no such file, it cannot be opened, or it is nothing that this program reads."""


class MissingLibrary(VerifierError):
    """What signatures are checked with is not installed, or too old."""
