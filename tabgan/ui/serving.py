"""Serves the page to this machine until Ctrl-C."""

from __future__ import annotations

import secrets
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tabgan.errors import InputError
from tabgan.ui.guard import ADDRESS, Guard
from tabgan.ui.server import Application
from tabgan.ui.session import Session, Speech
from tabgan.ui.worker import Worker


class _Silent(WSGIRequestHandler):
    """Requests are not logged: the address of the first has the token."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        pass


def serve(
    program: Sequence[str], port: int, limit: int, speech: Speech, *, open_browser: bool, tell: Callable[[str], Any]
) -> None:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    program : sequence of str
        What runs commands, as `Worker` says.
    port : int
        Where; 0 for a free one.
    limit : int
        The most bytes of an upload.
    speech : Speech
        The languages of commands.
    open_browser : bool
        Whether a browser is opened.
    tell : callable
        Prints a line.
    """
    with TemporaryDirectory(prefix="tabgan-ui-") as folder:
        session = Session(Worker(program, Path(folder)), Path(folder), speech)
        with listening(session, port, limit) as (server, url):
            tell(f"{url}\nfor this machine only; Ctrl-C ends it, and what was not saved is gone")
            if open_browser:
                webbrowser.open(url)
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                tell("")


@contextmanager
def listening(session: Session, port: int, limit: int) -> Iterator[tuple[BaseWSGIServer, str]]:
    """Give a server that is ready to serve a session, and the address that lets a browser in."""
    try:
        with redirect_stderr(StringIO()):
            server = make_server(ADDRESS, port, lambda *_: [], threaded=True, request_handler=_Silent)
    except (OSError, SystemExit) as error:  # werkzeug writes and exits where a port is taken
        raise InputError(f"port {port} of {ADDRESS} must be free, but is taken; name another, or none") from error
    guard = Guard(secrets.token_urlsafe(24), server.port)
    server.app = Application(session, guard, limit)
    try:
        yield server, guard.url
    finally:
        server.server_close()
        session.close()
