"""Help is complete, and a page shows every command."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

import tabgan
from tabgan.cli.main import main
from tabgan.settings import GROUPS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", main.commands)
def test_every_command_has_help_with_examples(tabgan_command, name):
    shown = tabgan_command(name, "--help").stdout
    assert "Examples:" in shown
    assert f"  tabgan {name}" in shown
    for option in main.commands[name].params:
        if isinstance(option, click.Option):
            assert option.help, f"{option.name} has no help"
    assert f"tabgan {name}" in (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")


def test_a_format_that_comes_later_is_in_the_next_help(tabgan_command, monkeypatch):
    first = tabgan_command("generate", "--help").stdout
    monkeypatch.setattr("tabgan.tables.formats.list_suffixes", lambda: ".new")
    assert ".new" in tabgan_command("generate", "--help").stdout
    assert ".new" not in first


def test_options_stand_under_headings(tabgan_command):
    headings = [line for line in tabgan_command("fit", "--help").stdout.splitlines() if re.fullmatch(r"\S.*:", line)]
    settings = [f"{group}:" for group in GROUPS if group != "Python"]
    assert headings == [
        "Options:",
        "Columns:",
        "Reading files:",
        *settings,
        "Output:",
        "Signed models:",
        "Every command:",
    ]


def test_every_command_stands_under_a_heading_with_all_that_it_is_said_to_do(tabgan_command):
    shown = tabgan_command("--help").stdout
    assert main.headings.keys() == main.commands.keys()
    assert "Commands:" not in shown
    assert ".." not in shown.partition("Main work:")[2]
    assert all(len(line) <= 79 for line in shown.splitlines())


def test_a_shell_completes_commands_options_values_and_files():
    shell = ShellComplete(main, {}, "tabgan", "_TABGAN_COMPLETE")

    def complete(*words: str) -> list[tuple[str, str]]:
        return [(found.value, found.type) for found in shell.get_completions(list(words[:-1]), words[-1])]

    assert complete("ev") == [("evaluate", "plain")]
    assert complete("evaluate", "--hold") == [("--holdout", "plain")]
    assert complete("fit", "--preset", "f") == [("fast", "plain")]
    assert complete("fit", "da") == [("da", "file")]


def test_without_a_command_all_of_them_are_shown(tabgan_command):
    assert tabgan_command().stdout == tabgan_command("--help").stdout


def test_the_grammar_of_cols_is_in_the_help(tabgan_command):
    shown = " ".join(tabgan_command("fit", "--help").stdout.split())
    assert " ".join((tabgan.columns.__doc__ or "").replace("\b", "").split()) in shown


def test_the_defaults_are_those_of_the_library(tabgan_command):
    """No option repeats a default: what is not given is left to the synthesizer."""
    from tabgan import WGANGPSynthesizer

    known = WGANGPSynthesizer().get_params()
    shared = [option for option in main.commands["fit"].params if option.name in known]
    assert len(shared) >= 11
    nothing = (None, False, getattr(click.core, "UNSET", None))  # a flag that is not given is False
    assert [option.name for option in shared if option.default not in nothing] == []
    assert not any(known[option.name] for option in shared if option.is_flag and not option.secondary_opts)


def test_the_version_is_shown(tabgan_command):
    assert tabgan_command("--version").stdout == f"tabgan, version {tabgan.__version__}\n"
