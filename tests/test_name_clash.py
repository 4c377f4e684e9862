"""Another distribution with a package `tabgan` is noticed."""

from __future__ import annotations

import pytest

from tabgan.errors import TabganWarning
from tabgan.name_clash import find_clashing, warn_of_name_clash


def install(folder, name, **files):
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    for file, text in files.items():
        (info / file.replace("_txt", ".txt")).write_text(text)


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_nobody_else_is_no_clash(site):
    install(site, "tabgan_wgangp", RECORD="tabgan/__init__.py,,\n")
    install(site, "mytabgan", RECORD="mytabgan/__init__.py,,\nlib/tabgan/__init__.py,,\n", top_level_txt="mytabgan\n")
    assert find_clashing() == []
    warn_of_name_clash()


@pytest.mark.parametrize("files", [{"RECORD": "a.py,,\ntabgan/__init__.py,,\n"}, {"top_level_txt": "_ctgan\ntabgan\n"}])
def test_another_package_is_named_with_the_remedy(site, files):
    install(site, "tabgan", **files)
    with pytest.warns(
        TabganWarning, match=r"^tabgan also installs .* pip uninstall tabgan tabgan-wgangp, then pip install"
    ):
        warn_of_name_clash()


def test_the_command_line_says_it_in_one_line(site, tabgan_command):
    install(site, "tabgan", RECORD="tabgan/__init__.py,,\n")
    result = tabgan_command("info", "none.tabgan")
    assert result.stderr.splitlines()[0].startswith("Warning: tabgan also installs a package named tabgan")
