"""Another distribution with a package `tabgan` is noticed."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

import tabgan
import tabgan_wgangp
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


def start(*folders, arguments=("--version",)):
    """Start the command where the folders come first on the path; tabgan_wgangp.py itself is found wherever it is."""
    code = f"import sys; sys.path[:0] = {[str(f) for f in folders]}; sys.argv[1:] = {list(arguments)}; "
    if folders:  # the finder of an editable install knows our files wherever `tabgan` is found
        code += "sys.meta_path[:] = [finder for finder in sys.meta_path if 'editable' not in repr(finder).lower()]; "
    code += RUN
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


RUN = f"import runpy; runpy.run_path({str(Path(tabgan_wgangp.__file__))!r}, run_name='__main__')"


def foreign(folder, text):
    (folder / "tabgan").mkdir()
    (folder / "tabgan" / "__init__.py").write_text(text)


def test_the_command_starts_where_nobody_else_is():
    assert start().stdout == f"tabgan, version {tabgan.__version__}\n"


@pytest.mark.parametrize("text", ["", "raise RuntimeError('needs lightgbm')", "import sys; sys.exit(0)"])
def test_whatever_another_package_does_the_command_says_what_happened(tmp_path, text):
    foreign(tmp_path, text)
    ended = start(tmp_path)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        f"Error: {tmp_path / 'tabgan'} is another project's package named tabgan, where tabgan-wgangp should be; "
        "pip uninstall tabgan tabgan-wgangp, then pip install tabgan-wgangp\n"
    )


def test_half_of_our_files_are_gone(tmp_path, monkeypatch):
    ours = Path(tabgan.__file__).read_text(encoding="utf-8")
    foreign(tmp_path, ours)
    ended = start(tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: files of tabgan-wgangp are missing (tabgan.cli); pip uninstall")
    (tmp_path / "tabgan" / "__init__.py").unlink()
    monkeypatch.setattr(tabgan_wgangp, "find_spec", lambda name: ModuleSpec(name, None, is_package=True))
    with pytest.raises(SystemExit, match=r"are gone, as when .* pip uninstall"):
        tabgan_wgangp.main()


def test_ctrl_c_before_a_command_has_begun_ends_without_a_word(monkeypatch, capsys):
    class Interrupting:
        def find_spec(self, name, *_):
            raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "tabgan.cli.main", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting()])
    monkeypatch.setattr(tabgan_wgangp, "find_spec", lambda name: tabgan.__spec__)
    with pytest.raises(SystemExit) as ended:
        tabgan_wgangp.main()
    assert ended.value.code == 130
    assert capsys.readouterr() == ("", "")


def test_both_commands_start_outside_the_package():
    read = pytest.importorskip("tomllib").loads
    project = read((Path(__file__).resolve().parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"] == dict.fromkeys(["tabgan", "tabgan-wgangp"], "tabgan_wgangp:main")
    assert project["tool"]["setuptools"]["py-modules"] == ["tabgan_wgangp"]
