"""A session whose commands run in this process, which has imported everything."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

pytest.importorskip("werkzeug")
from werkzeug.test import Client, TestResponse

from tabgan.cli.piped import obey
from tabgan.ui.guard import Guard
from tabgan.ui.server import Application
from tabgan.ui.session import Session
from tabgan.ui.worker import Outcome, Worker

PORT, TOKEN = 8350, "the-token"
HOME = f"http://127.0.0.1:{PORT}"
TABLE = Path(__file__).resolve().parents[2] / "data" / "breast_cancer.csv"


class Inline(Worker):
    """Runs commands here; the thread of a job has a folder of its own only because nothing else runs beside it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__([], folder)
        self.ran: list[list[str]] = []
        monkeypatch.chdir(folder)

    def run(self, arguments, tell) -> Outcome:
        self.ran.append(list(arguments))
        return Outcome(**obey(arguments, tell))


class Visitor(Client):
    """A browser that came with the token."""

    session: Session

    def post(self, path: str, data=None, **more) -> TestResponse:
        """Send a form as the page does, and wait for what it begins."""
        given = {"revision": str(self.session.revision)} | (data or {})
        answer = self.open(
            path, method="POST", data=given, buffered=True, base_url=HOME, headers={"Origin": HOME}, **more
        )
        if self.session.job:
            self.session.job.wait()
        return answer

    def see(self, path: str, **more) -> TestResponse:
        return self.get(path, base_url=HOME, buffered=True, **more)

    def upload(self, content: bytes, name: str, **fields) -> TestResponse:
        return self.post("/table", {"file": (BytesIO(content), name), **fields})


@pytest.fixture
def application(tmp_path, monkeypatch) -> Application:
    (folder := tmp_path / "files").mkdir()
    return Application(Session(Inline(folder, monkeypatch), folder), Guard(TOKEN, PORT), 1 << 20)


@pytest.fixture
def visitor(application) -> Visitor:
    visitor = Visitor(application)
    visitor.session = application.session
    assert visitor.see(f"/?token={TOKEN}").status_code == 303
    return visitor


@pytest.fixture
def some_rows() -> bytes:
    """The first 100 rows of a real table, seven columns of it."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()[:101]
    return "\n".join(",".join(line.split(",")[:6] + line.split(",")[-1:]) for line in lines).encode()
