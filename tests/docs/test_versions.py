"""Sites of several versions stand beside each other, and the newest is found."""

from __future__ import annotations

import json
import runpy

from tests.docs.pages import ROOT


def test_versions_are_listed_and_the_newest_release_is_the_latest(tmp_path):
    list_versions = runpy.run_path(str(ROOT / "docs/versions.py"))["list_versions"]
    for name in ("0.9.0", "0.10.0", "0.11.0.dev1", "notes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").touch()
    list_versions(tmp_path)
    listed = json.loads((tmp_path / "versions.json").read_text())
    assert [one["version"] for one in listed] == ["0.11.0.dev1", "0.10.0", "0.9.0"]
    assert [one["aliases"] for one in listed] == [[], ["latest"], []]
    assert "0; url=0.10.0/" in (tmp_path / "index.html").read_text()
