"""Why nothing was signed, in words for whoever has to act on it."""

from __future__ import annotations

from domain.errors import LongcaseError, Refused


class NotSigned(Refused):
    """The tree does not go on from what was signed before; nothing was signed, and the memory is as it was."""


class SignerUnusable(LongcaseError):
    """The signer's folder is missing, damaged or open to others, or the passphrase is not that of its keys."""

    exit_code = 5
