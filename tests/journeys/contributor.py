"""Somebody who changes tabgan, in a clone: README.md, CONTRIBUTING.md and docs/install.md."""

from __future__ import annotations

from tests.journeys.user import User, Who

WHO = Who()


def journey(user: User) -> None:
    user.types('git clone --quiet "$REPOSITORY" tabgan')
    told = user.types("cd tabgan && make demo PYTHON=python")
    assert told.splitlines()[-1].endswith("open it in a browser")
    assert (user / "tabgan/tabgan-demo/report.html").is_file()

    # One test, without all of `make test`, which takes minutes; what it installs is the same.
    user.types("cd tabgan && make .venv/.tested")
    assert "passed" in user.types("cd tabgan && .venv/bin/python -m pytest -n auto tests/test_columns.py")
    user.types("cd tabgan && .venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/typos")

    if "Python 3.10" in user.types("python -V"):
        assert "Python 3.11 or later" in user.types("cd tabgan && make docs", ends=2)
    else:
        user.types("cd tabgan && make docs")
        assert (user / "tabgan/site/index.html").is_file()
    assert user.types("cd tabgan && git status --short") == "", "nothing that git would take is left behind"
