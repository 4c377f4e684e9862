"""The command that serves the page."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

pytest.importorskip("werkzeug")
from werkzeug.serving import BaseWSGIServer

from tabgan.ui import serving


@pytest.fixture
def ended(monkeypatch):
    """Servers that are ended at once by Ctrl-C; what they served, and what was opened."""
    seen: list[object] = []

    def serve_forever(server, poll_interval=0.5):
        seen.append((server.server_address, server.app.limit, server.app.session.folder))
        raise KeyboardInterrupt

    monkeypatch.setattr(BaseWSGIServer, "serve_forever", serve_forever)
    monkeypatch.setattr(serving.webbrowser, "open", seen.append)
    return seen


def test_it_serves_this_machine_only_and_leaves_nothing(tabgan_command, ended):
    result = tabgan_command("ui", "--no-browser", "--max-upload", 3)
    assert result.exit_code == 0
    [((address, port), limit, folder)] = ended
    assert (address, limit) == ("127.0.0.1", 3 << 20)
    assert result.stdout.startswith(f"http://127.0.0.1:{port}/?token=")
    assert not Path(folder).exists()


def test_the_browser_is_opened_at_an_address_that_is_new_each_time(tabgan_command, ended):
    first, second = (tabgan_command("ui").stdout.split()[0] for _ in range(2))
    assert [one for one in ended if isinstance(one, str)] == [first, second]
    assert first.split("token=")[1] != second.split("token=")[1]
    assert len(first.split("token=")[1]) >= 32


def test_a_port_that_is_taken_is_told_in_a_line(tabgan_command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = tabgan_command("ui", "--port", taken.getsockname()[1])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "must be free" in result.stderr


def test_without_its_library_it_says_what_to_install(tabgan_command, ended, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("tabgan.ui.", "werkzeug."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "werkzeug", None)
    result = tabgan_command("ui")
    assert result.exit_code == 2
    assert "tabgan-wgangp[ui]" in result.stderr
