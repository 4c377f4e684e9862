"""Who is let in, and what is sent along."""

from __future__ import annotations

import re

import pytest

from tabgan.ui.session import MOST_LETTERS, clean_name
from tests.ui.conftest import HOME, TOKEN, Visitor, make_table


@pytest.mark.parametrize("path", ["/", "/table", "/job", "/style.css", "/files/model.tabgan", "/?token=wrong"])
def test_without_the_token_nothing_is_shown(application, path):
    answer = Visitor(application).see(path)
    assert answer.status_code == 403
    assert "drop" not in answer.text
    assert not answer.headers.get("Set-Cookie")


def test_the_token_becomes_a_cookie_that_only_this_page_sends(application):
    answer = Visitor(application).see(f"/?token={TOKEN}")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert answer.headers["Location"] == "/"  # the address bar forgets the token


@pytest.mark.parametrize("host", ["evil.example:8350", "localhost:8350", "127.0.0.1", "127.0.0.1:80"])
def test_other_names_of_this_machine_are_refused(visitor, host):
    assert visitor.see("/table").status_code == 200
    assert visitor.see("/table", headers={"Host": host}).status_code == 421
    assert visitor.see(f"/?token={TOKEN}", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9", "null", ""])
def test_forms_of_other_pages_are_refused(visitor, origin):
    assert visitor.post("/table", origin=origin).status_code == 403
    assert visitor.post("/stop", origin=origin).status_code == 403
    assert visitor.post("/stop").status_code == 303


def test_a_page_may_load_only_from_here(visitor):
    visitor.upload(make_table(1), "t.csv")
    for path in ("/table", "/columns", "/style.css", "/script.js", "/nothing"):
        answer = visitor.see(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert re.findall(r"(?:https?:)?//\w[\w.]*", re.sub("/[*].*?[*]/|// .*", "", answer.text)) == []
        assert not re.search(r"\son\w+=|\sstyle=|<script>", answer.text)


def test_an_upload_has_a_limit_that_is_said(visitor):
    assert "up to 1 MB" in visitor.see("/table").text
    answer = visitor.upload(b"a,b\n" + b"1,2\n" * 300_000, "large.csv")
    assert answer.status_code == 413
    assert "up to 1 MB" in answer.text
    assert visitor.session.tables is None
    assert list(visitor.session.folder.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["../../../tmp/up.csv", r"..\..\up.csv", "/etc/up.csv", "-rf.csv", "$(touch x).csv", "<b>.csv", ".csv"],
)
def test_a_file_is_never_called_as_it_says(visitor, tmp_path, name):
    visitor.upload(make_table(1), name)
    assert [path.name for path in visitor.session.folder.iterdir()] == ["table.csv"]
    assert [path.name for path in tmp_path.rglob("*.csv")] == ["table.csv"]
    assert "<b>.csv" not in visitor.see("/table").text
    assert not visitor.session.log[0].split()[2].startswith("-")


def test_what_a_terminal_acts_upon_is_no_part_of_a_name():
    assert clean_name("a\nb\x1b[2J\u202e.csv") == "a_b_[2J_.csv"
    assert len(clean_name("x" * 300 + ".csv")) == MOST_LETTERS


@pytest.mark.parametrize("path", ["/files/table.csv", "/files/..%2F..%2Fetc%2Fpasswd", "/seen/table", "/seen/judge"])
def test_only_what_was_made_can_be_fetched(visitor, path):
    visitor.upload(make_table(1), "t.csv")
    assert visitor.see(path).status_code == 404


def test_a_wide_table_has_its_form(visitor):
    columns = {f"keep-{place}": "on" for place in range(3000)} | {f"kind-{place}": "" for place in range(3000)}
    visitor.upload(make_table(1), "t.csv")
    assert visitor.post("/columns", columns).status_code == 303


def test_a_language_is_chosen_and_remembered(visitor):
    assert 'lang="en"' in visitor.see("/table").text
    assert 'lang="zh-CN"' in visitor.see("/table", headers={"Accept-Language": "zh-TW,zh;q=0.9"}).text
    assert visitor.see("/table?lang=zh").headers["Location"] == "/table"
    assert 'lang="zh-CN"' in visitor.see("/table").text
    assert visitor.see("/table?lang=xx").status_code == 200
    assert HOME not in visitor.see("/table").text
