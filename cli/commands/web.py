"""``longcase web``: the pages for the browser, on this machine alone, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

import click

from cli.errors import keep_details
from cli.input.folders import state_folder
from cli.input.options import reading
from cli.output.streams import say
from cli.service.signals import stopped_by_signals
from cli.session import stores
from cli.session.reading import reader
from domain.errors import StoreError, UsageProblem
from ledger.stores import absolute, on_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.input.requests import View
    from web.access import Access

PORT: Final = click.IntRange(0, 65_535)


@click.command()
@click.option("--port", type=PORT, default=0, metavar="N", help="The port; without it one that is free.")
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
@reading(formats=False)
def web(view: View, *, port: int, no_browser: bool) -> None:
    """Show the store in the browser, as at any instant and as known at any: lists, cases, a slider through time.

    The pages record nothing. They are on this machine alone, at 127.0.0.1, for the browser that is opened and no
    other, with the rights that the command line has, until Ctrl-C. It needs the extra "web".
    """
    serve(view, port=port, no_browser=no_browser)


def serve(view: View, *, port: int = 0, no_browser: bool = False) -> None:
    """Serve the pages of a store until SIGTERM or Ctrl-C; raise ``UsageProblem`` if they cannot be."""
    check_web()
    path = absolute(view.store_path)
    stores.check_standby(path, wanted=view.standby)
    _check_there(path)
    _check_instants(view, path)
    with ExitStack() as stack:
        stop = stack.enter_context(stopped_by_signals())
        access = stack.enter_context(_served(view, path, port))
        if no_browser:
            say(f"for the first browser that goes there, the pages are at {access.entrance}")
        else:
            stack.enter_context(_opened(access.entrance))
        say("Ctrl-C ends it")
        stop.wait()
    if stop.signal == signal.SIGINT:
        raise KeyboardInterrupt


def check_web() -> None:
    """Raise ``UsageProblem`` unless the extra is installed."""
    try:
        import jinja2
        import waitress
        import werkzeug
    except ImportError as error:
        hint = f"{sys.executable} -m pip install 'longcase[web]'"
        raise UsageProblem(f'pages need the extra "web": {error}', hints=(hint,)) from error
    del jinja2, waitress, werkzeug


def _check_there(path: str) -> None:
    """Raise ``StoreError`` where there is no file: whoever only wants to look has a demonstration."""
    if not on_server(path) and not os.path.lexists(path):
        hints = ("longcase demo --web makes invented cases and shows them", "--store says which store is meant")
        raise StoreError(f"there is no store at {path}", hints=hints)


def _check_instants(view: View, path: str) -> None:
    """Raise ``UsageProblem`` for a faulty instant, and ``StoreError`` if the store cannot be used."""
    with stores.lent_to_read(path, standby=view.standby, wait_for=view.wait_for) as ledger:
        now, ahead = stores.now_of(ledger)
        view.as_of(stores.zone(ledger), now, ahead)


@contextmanager
def _served(view: View, path: str, port: int) -> Iterator[Access]:
    """Serve the pages while the block runs, and lend what lets a browser in."""
    from web.access import Access
    from web.moments import shortest
    from web.parameters import url
    from web.site import Site
    from web.site_map import HOME
    from web.store_readers import StoreReaders
    from witness.server import Address, served

    access = Access()
    readers = StoreReaders(path, lambda: stores.now(), standby=view.standby, memory=state_folder)  # noqa: PLW0108  (looked up at each call)
    site = Site(readers, reader(), access, url(HOME, shortest(view.as_at, view.known_at).pairs), keep_details)
    with ExitStack() as stack:
        stack.callback(readers.close)
        try:
            access.port = stack.enter_context(served(site, Address("127.0.0.1", port))).port
        except OSError as error:
            raise UsageProblem(f"--port: nothing can listen at {port}: {error.strerror}") from error
        yield access


@contextmanager
def _opened(entrance: str) -> Iterator[None]:
    """Open the browser through a file of this user alone: the token is in no list of processes."""
    import tempfile
    import webbrowser
    from html import escape
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="longcase-web-") as folder:
        path = Path(folder, "open.html")
        path.touch(mode=0o600)
        address = escape(entrance)
        path.write_text(
            f'<!DOCTYPE html><meta charset="utf-8"><title>Longcase</title>'
            f'<meta http-equiv="refresh" content="0; url={address}"><a href="{address}">Longcase</a>\n',
            encoding="utf-8",
        )
        if webbrowser.open(path.as_uri()):
            say(f"the pages are in the browser; if none opened, open {path}")
        else:
            say(f"there is no browser to open; for the first that goes there, the pages are at {entrance}")
        yield
