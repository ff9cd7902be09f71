"""The headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types longcase"
)
"""What a browser may load and run: our own sheet and script, nothing inline, nothing from anywhere else."""

_ALWAYS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex",
}

_KEEP_NOTHING: Final = "no-store"
"""A shared desktop keeps nothing of what was looked at."""


def add_headers(response: Response) -> None:
    """Add what every answer says; nothing is kept by a browser unless the answer says that it may be."""
    response.headers.update(_ALWAYS)
    response.headers.setdefault("Cache-Control", _KEEP_NOTHING)
