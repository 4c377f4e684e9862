"""A process that is killed, again and again, and goes on."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from tabgan.cli.main import main
from tabgan.gan.trainer import Trainer
from tabgan.persistence import load_bundle
from tabgan.synthesizers.row_learner import RowLearner

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "breast_cancer.csv"
FIT = ("fit", DATA, "--cols", "1-9", "--seed", 0, "--hidden", 8, "--batch-size", 16, "--n-critic", 1)
CHECKPOINT = Path("model.tabgan.ckpt")


def start(*arguments: object, cwd: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "tabgan", *map(str, arguments)]
    return subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_a_new(checkpoint: Path, process: subprocess.Popen) -> None:
    def written() -> int:
        return checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0

    before = written()
    while written() == before and process.poll() is None:
        time.sleep(0.001)


@pytest.mark.long
def test_killed_at_random_and_resumed_gives_the_same_file(tmp_path, monkeypatch, tabgan_command):
    """What is not killed runs in this process, which costs half as much."""
    resumable = (*FIT, "--iterations", 2500, "--checkpoint-every", "10iterations", "--resume")
    killed = tmp_path / "killed"
    killed.mkdir()
    done = []
    for delay in (random.Random(0).uniform(0, 0.3) for _ in range(3)):
        process = start(*resumable, cwd=killed)
        wait_for_a_new(killed / CHECKPOINT, process)
        time.sleep(delay)
        process.kill()
        _, errors = process.communicate()
        assert process.returncode == -9, errors
        assert ("begins afresh" in errors) == (not done)
        assert not (killed / "model.tabgan").exists()
        done.append(load_bundle(killed / CHECKPOINT, kind="checkpoint")["trainer"]["done"])
    assert 0 < done[0] < done[1] < done[2] < 2500
    assert tabgan_command(*FIT, "--iterations", 2500).exit_code == 0
    whole = (tmp_path / "model.tabgan").read_bytes()
    monkeypatch.chdir(killed)
    result = tabgan_command(*resumable)
    assert result.exit_code == 0, result.output
    assert "2,500 iterations" in result.stdout
    assert (killed / "model.tabgan").read_bytes() == whole


def stop(monkeypatch, number: int, times: int = 1) -> None:
    """Let a signal come once, in the middle of the 30th iteration, as often as one says."""
    step, left = Trainer.generator_step, [None] * times

    def generator_step(self):
        while left and self.done + 1 == 30:
            left.pop()
            signal.raise_signal(number)
        step(self)

    monkeypatch.setattr(Trainer, "generator_step", generator_step)


@pytest.mark.parametrize(("number", "series"), [(signal.SIGINT, False), (signal.SIGTERM, True)])
def test_stopped_before_the_first_checkpoint_and_resumed_gives_the_same_file(
    ended, tabgan_command, monkeypatch, number, series
):
    fit, whole = (*FIT, "--iterations", 100, "--checkpoint-every", "50iterations"), ended[0] / "model.tabgan"
    if series:
        pd.DataFrame({"t": range(300), "x": [i % 7 for i in range(300)]}).to_csv("series.csv", index=False)
        fit = ("fit", "series.csv", "--series", "--time", "t", *fit[4:])
        assert tabgan_command(*fit, "-o", "whole.tabgan").exit_code == 0
        whole = Path("whole.tabgan")
    with monkeypatch.context() as context:
        stop(context, number)
        stopped = tabgan_command(*fit)
    assert stopped.exit_code == (0 if number == signal.SIGINT else 128 + number), stopped.output
    assert "interrupted in iteration 31; the best generator so far, of iteration 30, is kept" in stopped.stderr
    assert load_bundle(CHECKPOINT, kind="checkpoint")["trainer"]["done"] == 30
    assert "state: model.tabgan.ckpt; --resume goes on from there; else remove it" in stopped.stdout
    assert tabgan_command(*fit, "--resume").exit_code == 0
    assert Path("model.tabgan").read_bytes() == whole.read_bytes()


def test_who_stops_twice_does_not_wait_and_is_told_what_is_left(tabgan_command, monkeypatch):
    fit = (*FIT, "--iterations", 100, "--checkpoint-every", "50iterations")
    with monkeypatch.context() as context:
        stop(context, signal.SIGINT, times=2)
        stopped = tabgan_command(*fit)
    assert "interrupted in iteration 30; the best generator so far, of iteration 29" in stopped.stderr
    assert not CHECKPOINT.exists()
    again = tabgan_command(*fit, "--resume")
    assert again.exit_code == 2
    assert "there is no model.tabgan.ckpt to go on from, and model.tabgan exists and is kept; begin" in again.stderr


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """A folder where a run of 100 iterations has left a model and a checkpoint, and what it said."""
    folder = tmp_path_factory.mktemp("ended")
    with pytest.MonkeyPatch.context() as context:
        context.chdir(folder)
        result = CliRunner().invoke(main, [*map(str, FIT), "--iterations", "100", "--checkpoint-every", "50iterations"])
    assert result.exit_code == 0, result.output
    return folder, result.stdout


@pytest.fixture
def fitted(tabgan_command, ended):
    """The command, in a folder like that one."""
    shutil.copytree(ended[0], Path(), dirs_exist_ok=True)
    return tabgan_command


def test_a_run_says_where_its_state_is(ended):
    assert "state: model.tabgan.ckpt; --resume goes on from there with more --iterations, --patience or" in ended[1]


def test_more_iterations_replace_the_model(fitted):
    before = Path("model.tabgan").read_bytes()
    result = fitted(*FIT, "--iterations", 150, "--resume")
    assert result.exit_code == 0, result.output
    assert "(150 iterations" in result.stdout
    assert Path("model.tabgan").read_bytes() != before


def test_a_picture_is_not_overwritten_unasked(fitted):
    Path("loss.png").write_bytes(b"mine")
    result = fitted(*FIT, "--iterations", 150, "--resume", "--plot", "loss.png")
    assert (result.exit_code, "loss.png exists and is kept" in result.stderr) == (2, True)
    assert Path("loss.png").read_bytes() == b"mine"


def test_a_checkpoint_is_not_overwritten_unasked(fitted):
    Path("model.tabgan").unlink()
    before = CHECKPOINT.read_bytes()
    result = fitted(*FIT, "--iterations", 30, "--checkpoint-every", "10iterations")
    assert result.exit_code == 2
    assert (
        "model.tabgan.ckpt exists and is kept; go on from it with --resume, or begin anew with --overwrite"
        in result.stderr
    )
    assert CHECKPOINT.read_bytes() == before
    assert fitted(*FIT, "--iterations", 30, "--checkpoint-every", "10iterations", "--overwrite").exit_code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--resume", "--seed", 1), "differ: seed (0 then, 1 now); fit with those, or without --resume"),
        (("--resume", "--hidden", "9,9"), "settings hidden ([8] then, [9, 9] now)"),
        (("--resume", "--iterations", 40), "100 are done and 40 are asked for"),
        (("--resume", "--cols", "1-8"), "is of another one, with columns mean_symmetry; fit with that one"),
    ],
)
def test_another_run_is_refused(fitted, options, message):
    before = Path("model.tabgan").read_bytes()
    result = fitted(*FIT, "--iterations", 100, *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert Path("model.tabgan").read_bytes() == before


def test_a_damaged_checkpoint_is_refused(fitted):
    CHECKPOINT.write_bytes(CHECKPOINT.read_bytes()[:-1])
    result = fitted(*FIT, "--iterations", 100, "--resume")
    assert (result.exit_code, "is damaged" in result.stderr) == (2, True)
    result = fitted("generate", "-n", 5, "-o", "rows.csv", "-m", "model.tabgan.ckpt")
    assert result.exit_code == 2


def test_a_bad_interval_is_refused(tabgan_command):
    for more in ((), ("--dry-run",)):
        result = tabgan_command(*FIT, "--checkpoint-every", "soon", *more)
        assert (result.exit_code, "write 30s or 500iterations" in result.stderr) == (2, True)


def test_what_was_trained_is_there_until_the_model_is(tabgan_command, monkeypatch):
    """A run that is killed while rows are calibrated, sieved or compared has nothing to train again."""
    fit = (*FIT, "--iterations", 40)
    assert tabgan_command(*fit).exit_code == 0
    assert not CHECKPOINT.exists()
    whole = Path("model.tabgan").read_bytes()
    Path("model.tabgan").unlink()

    def die(*_):
        raise SystemExit(9)

    with monkeypatch.context() as context:
        context.setattr(RowLearner, "fit_sieve", die)
        assert tabgan_command(*fit).exit_code == 9
    assert load_bundle(CHECKPOINT, kind="checkpoint")["trainer"]["done"] == 40
    result = tabgan_command(*fit)
    assert (result.exit_code, "model.tabgan.ckpt exists and is kept" in result.stderr) == (2, True)
    assert tabgan_command(*fit, "--resume").exit_code == 0
    assert Path("model.tabgan").read_bytes() == whole
