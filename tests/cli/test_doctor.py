"""`tabgan doctor` says what is here and what is missing, with the lines that install it."""

from __future__ import annotations

import json
import sys
from importlib.metadata import PackageNotFoundError, version

import pytest

from tabgan.cli import command, doctor

WANTED = [
    "numpy>=1.26",
    "torch<3,>=2.5",
    'nothing-of-this-name>=3; extra == "cluster"',
    'numpy>=1; extra == "plain"',
    'nothing-of-this-name; python_version < "3" and extra == "plain"',
    'nothing-of-this-name; extra == "dev"',
]


@pytest.fixture
def wanted(monkeypatch):
    """What the distribution asks for; a list to be changed."""
    listed = [*WANTED]
    monkeypatch.setattr(doctor, "requires", lambda name: listed)
    monkeypatch.setattr(doctor, "describe_clash", lambda: None)
    return listed


def test_all_is_well(wanted, tabgan_command):
    shown = tabgan_command("doctor")
    assert shown.exit_code == 0, shown.output
    assert f"needed: numpy {version('numpy')}, torch {version('torch')}" in shown.stdout
    assert "extras: plain\n" in shown.stdout
    assert 'not here: cluster  pip install "tabgan-wgangp[cluster]"' in shown.stdout
    assert set(json.loads(tabgan_command("doctor", "--json").stdout)["extras"]) == {"cluster", "plain"}


def test_what_every_command_needs_is_missing_or_too_old(wanted, tabgan_command):
    wanted[:] = ["numpy>=99", "nothing-of-this-name>=3"]
    shown = tabgan_command("doctor", "--json")
    assert shown.exit_code == 1
    found = json.loads(shown.stdout)
    assert found["needed"] == {"numpy": version("numpy"), "nothing-of-this-name": None}
    (problem,) = found["problems"]
    assert problem.endswith('pip install "numpy>=99" "nothing-of-this-name>=3"')


def test_another_package_of_the_name_and_files_alone(wanted, tabgan_command, monkeypatch):
    def fail(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "requires", fail)
    monkeypatch.setattr(doctor, "describe_clash", lambda: "there are two")
    shown = tabgan_command("doctor")
    assert shown.exit_code == 1
    assert "problem: there are two\n" in shown.stdout
    assert "pip install ." in shown.stdout


def test_torch_is_not_here(wanted, tabgan_command, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    shown = tabgan_command("doctor")
    assert shown.exit_code == 1
    assert "device: none" in shown.stdout
    assert f"problem: {command.TORCH_IS_MISSING}" in shown.stdout


def test_a_torch_that_does_not_start_is_told_with_the_remedy(tmp_path, monkeypatch):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise OSError('libcudart.so.12: cannot open\\nmore')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "torch")
    device, complaint = doctor.find_device()
    assert device is None
    assert complaint == (
        "torch is installed, but does not start (libcudart.so.12: cannot open); pip uninstall torch, then "
        + command.TORCH
    )
    assert command.explain_torch(OSError("another")) is None
