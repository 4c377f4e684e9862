"""A session whose commands run in this process, which has imported everything."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

pytest.importorskip("werkzeug")
from werkzeug.test import Client, TestResponse

from tabgan.ui.guard import Guard
from tabgan.ui.server import Application
from tabgan.ui.session import Session
from tests.ui.inline import Inline

PORT, TOKEN = 8350, "the-token"
HOME = f"http://127.0.0.1:{PORT}"
TABLE = Path(__file__).resolve().parents[2] / "data" / "breast_cancer.csv"


class Visitor(Client):
    """A browser that came with the token."""

    session: Session

    def post(self, path: str, data=None, origin: str = HOME, **more) -> TestResponse:
        """Send a form as the page does, and wait for what it begins."""
        given = {"revision": str(self.session.revision)} | (data or {})
        head = {"headers": {"Origin": origin}, **more}
        answer = self.open(path, method="POST", data=given, buffered=True, base_url=HOME, **head)
        answer.request.environ["wsgi.input"].close()  # a large form is a file
        if self.session.job:
            self.session.job.wait()
        return answer

    def see(self, path: str, **more) -> TestResponse:
        return self.open(path, **{"buffered": True, "base_url": HOME, **more})

    def upload(self, content: bytes, name: str, **fields) -> TestResponse:
        return self.post("/table", {"file": (BytesIO(content), name), **fields})


@pytest.fixture
def application(tmp_path, monkeypatch) -> Application:
    (folder := tmp_path / "files").mkdir()
    monkeypatch.chdir(folder)
    return Application(Session(Inline(folder), folder), Guard(TOKEN, PORT), 1 << 20)


@pytest.fixture
def visitor(application) -> Visitor:
    visitor = Visitor(application)
    visitor.session = application.session
    assert visitor.see(f"/?token={TOKEN}").status_code == 303
    return visitor


def make_table(columns: int = 3) -> bytes:
    """The first 90 rows of a real table: some columns, and the label."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()[:91]
    return "\n".join(",".join(line.split(",")[:columns] + line.split(",")[-1:]) for line in lines).encode()
