"""Every command takes its options from a file; a file of several commands is checked whole before it runs."""

from __future__ import annotations

import contextlib
import json
import signal
from pathlib import Path

import click
import pandas as pd
import pytest

from tabgan.cli import pipeline
from tabgan.cli.config import take_defaults
from tabgan.cli.main import main
from tabgan.errors import InputError

PIPELINE = """
[split]
data = "data.csv"
[fit]
data = "data-train.csv"
iterations = 2
hidden = [4]
sieve = false
seed = 1
[generate]
rows = 20
output = "synth.csv"
[more]
command = "generate"
rows = 5
output = "more/"
[evaluate]
real = "data-train.csv"
synth = "synth.csv"
holdout = "data-test.csv"
only = ["marginals"]
json = "scores.json"
"""


@pytest.fixture
def data(tabgan_command, table) -> None:
    table[:60].to_csv("data.csv", index=False)


@pytest.mark.parametrize("name", main.commands)
def test_every_command_takes_its_options_from_a_file(tabgan_command, name):
    Path("odd.json").write_text('{"nonsuch": true}')
    refused = tabgan_command(name, "--config", "odd.json")
    assert refused.exit_code == 2
    assert f"odd.json sets nonsuch, which is no option of tabgan {name}" in refused.stderr
    Path("list.json").write_text("[1]")
    assert "must hold names and values, but holds a list" in tabgan_command(name, "--config", "list.json").stderr


def test_a_key_of_json_is_there_once(tabgan_command):
    Path("twice.json").write_text('{"test": 10, "seed": 1, "test": 20}')
    assert (
        "twice.json must be JSON, but: it has 'test' twice" in tabgan_command("split", "--config", "twice.json").stderr
    )


def test_toml_and_json_say_the_same_and_the_command_line_wins(tabgan_command, data):
    Path("a.toml").write_text('data = "data.csv"\ntest = "10"\noutput = ["a.csv", "b.csv"]\njson = true\n')
    Path("a.json").write_text(
        json.dumps({"DATA".lower(): "data.csv", "test": 10, "o": ["c.csv", "d.csv"], "json": True})
    )
    told = [json.loads(tabgan_command("split", "--config", name).stdout) for name in ("a.toml", "a.json")]
    assert [one["test"]["rows"] for one in told] == [10, 10]
    assert Path("b.csv").read_bytes() == Path("d.csv").read_bytes()
    won = tabgan_command("split", "--config", "a.toml", "--test", "5", "--overwrite")
    assert json.loads(won.stdout)["test"]["rows"] == 5


@pytest.mark.parametrize(
    ("command", "values", "said"),
    [
        ("generate", {"rows": 2.5}, "must be a whole number from 0"),
        ("generate", {"row": 2}, "did you mean 'rows'?"),
        ("generate", {"rows": 2, "n": 2}, "sets n twice"),
        ("generate", {"output": None}, "must be a value"),
        ("generate", {"output": {"a": 1}}, "must be a value"),
        ("generate", {"model": "a\0b.tabgan"}, "must be what could be typed"),
        ("generate", {"where": ["a > 1", "b > \0"]}, "must be what could be typed"),
        ("split", {"quiet": 3, "data": "a.csv"}, "not a valid boolean"),
        ("evaluate", {"seed": True, "real": "a.csv", "synth": "b.csv"}, "not a valid integer"),
    ],
)
def test_values_are_checked_as_those_of_options_are(command, values, said):
    with pytest.raises((InputError, click.UsageError)) as error:
        defaults = take_defaults(main.commands[command], values, "a.toml")
        main.commands[command].make_context(command, [], default_map=defaults)
    assert said in str(error.value)


def test_options_that_may_stand_alone_do_so_in_a_file():
    generate = main.commands["generate"]
    taken = [take_defaults(generate, {"balance": value}, "a")["balance"] for value in (True, False, "class")]
    assert taken == ["", None, "class"]


def test_the_language_of_a_step_is_its_own(tabgan_command, data, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    Path("p.toml").write_text('[split]\ndata = "data.csv"\n[schema]\ndata = "data.csv"\nlang = "en"\n'
                              '[again]\ncommand = "schema"\ndata = "data.csv"\n')  # fmt: skip
    said = tabgan_command("run", "p.toml").stdout
    assert ["60 rows x" in said, said.count("60 行") >= 2] == [True, True], said


def test_a_pipeline_does_what_its_commands_do(tabgan_command, data):
    Path("p.toml").write_text(PIPELINE)
    shown = tabgan_command("run", "p.toml", "--dry-run").stdout.splitlines()
    assert sorted(shown[1].split()[3:]) == sorted(["--iterations", "2", "--hidden", "4", "--no-sieve", "--seed", "1"])
    assert not Path("data-train.csv").exists()
    done = tabgan_command("run", "p.toml")
    assert done.exit_code == 0, done.stderr
    assert [line.split()[0] for line in done.stderr.splitlines() if line.startswith("[")] == [
        "[split]", "[fit]", "[generate]", "[more]", "[evaluate]"
    ]  # fmt: skip
    assert len(pd.read_csv("synth.csv")) == 20
    assert list(Path("more").glob("part-*.parquet"))
    assert "shape" in json.loads(Path("scores.json").read_text())["scores"]
    first = Path("synth.csv").read_bytes()
    Path("synth.csv").unlink()
    assert tabgan_command(*shown[2].split()[1:]).exit_code == 0
    assert Path("synth.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[generate]", "[generating]", "[generating] a section is called as a command"),
        ("[generate]", "[gen]", "'gen' is none; did you mean 'generate'?"),
        ("[generate]", "[run]", "[run] a section is called as a command"),
        ("[split]", "seed = 3\n[split]", "seed is a value"),
        (
            "rows = 20",
            "rowz = 20",
            "[generate] this section sets rowz, which is no option of tabgan generate; did you mean",
        ),
        ("rows = 20", "rows = 2.5", "[generate] Invalid value for '-n'"),
        ('output = "synth.csv"\n[', "[", "[generate] Missing option '-o'"),
        ('synth = "synth.csv"', 'synth = "other.csv"', "[evaluate] a step reads what is there, or what a step before"),
        ('output = "synth.csv"', 'output = "data-test.csv"', "is written by [split], too"),
        ('output = "synth.csv"', 'output = "synth.doc"', "[generate] a table's format is told by its suffix"),
        ('output = "synth.csv"', 'output = "none/synth.csv"', "[generate] an output needs an existing folder"),
        (
            'json = "scores.json"',
            'json = "data.csv"',
            "data.csv exists and is kept; give another name, or overwrite = true",
        ),
        ('json = "scores.json"', 'json = "synth.csv"\noverwrite = true', "synth.csv is named twice"),
        ('data = "data.csv"', 'data = "no.csv"', "[split] a step reads what is there"),
    ],
)
def test_a_pipeline_with_a_mistake_does_nothing(tabgan_command, data, old, new, said):
    assert old in PIPELINE
    Path("p.toml").write_text(PIPELINE.replace(old, new, 1))
    before = sorted(Path().iterdir())
    refused = tabgan_command("run", "p.toml")
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_step_that_a_signal_ended_is_the_last(tabgan_command, data, monkeypatch, name):
    def stop(*_: object) -> None:
        with contextlib.suppress(KeyboardInterrupt):  # as training does, which keeps what was learned
            signal.raise_signal(getattr(signal, name))

    monkeypatch.setattr(pipeline.Step, "run", stop)
    Path("p.toml").write_text(PIPELINE)
    ended = tabgan_command("run", "p.toml")
    assert ended.exit_code == 128 + getattr(signal, name)
    assert "[split] tabgan split" in ended.stderr
    assert ended.stderr.splitlines()[-1] == f"Error: stopped by {name}; no output is left half-written"


def test_the_step_that_fails_ends_it_with_its_exit_code(tabgan_command, data):
    judged = {"real": "data.csv", "synth": "data.csv", "only": "marginals", "fail-under": "shape>1", "quiet": True}
    steps = {"evaluate": judged, "schema": {"data": "data.csv", "output": "s.json"}}
    Path("p.json").write_text(json.dumps(steps))
    ended = tabgan_command("run", "p.json", "--quiet")
    assert ended.exit_code == 1
    assert "Error: [evaluate] shape>1 is required" in ended.stderr
    assert not Path("s.json").exists()
