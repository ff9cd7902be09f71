"""Why a text, a key or a proof was not taken."""

from __future__ import annotations


class TransparencyError(Exception):
    """The root of what this package raises; the text says what is wrong, on one line."""


class MalformedText(TransparencyError):
    """A text or a file is not in the format that it is said to have."""


class BadKey(TransparencyError):
    """A key cannot be used: weak, of an unknown type, or in a file that is no key or is open to others."""


class NotVerified(TransparencyError):
    """A signature or a proof does not show what it should."""


class QuorumMissed(NotVerified):
    """Everything that was signed verifies, but fewer witnesses have signed than the policy asks for."""
