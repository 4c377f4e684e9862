"""When a checkpoint is written, what it refuses, and what happens when it cannot be written."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from tabgan.errors import BundleError, InputError, TabganWarning
from tabgan.gan.checkpoint import Checkpoint, parse_interval, resumes
from tabgan.persistence import FORMAT_VERSION, load_bundle, save_bundle

RUN = {"settings": {"iterations": 500, "max_seconds": None, "hidden": (8, 9), "lr": np.float64(0.5)}, "seed": 3}


class Trainer:
    """What a checkpoint needs of one."""

    def __init__(self) -> None:
        self.done, self.finite = 0, True

    def losses_are_finite(self):
        return self.finite

    def get_state(self):
        return {"done": self.done, "tensors": {"critic": np.arange(3.0)}}


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "model.tabgan.ckpt"


def changed(**settings):
    return {**RUN, "settings": RUN["settings"] | settings}


def test_it_is_written_every_so_many_iterations(path):
    checkpoint, trainer, written = Checkpoint(path, "20iterations", RUN), Trainer(), []
    for trainer.done in range(1, 101):
        checkpoint(trainer)
        if path.exists():
            written.append(load_bundle(path, kind="checkpoint")["trainer"]["done"])
    assert written == [20] * 20 + [40] * 20 + [60] * 20 + [80] * 20 + [100]


def test_it_is_written_every_so_many_seconds(path, monkeypatch):
    now = 0.0
    monkeypatch.setattr("tabgan.gan.checkpoint.time.monotonic", lambda: now)
    checkpoint, trainer, written = Checkpoint(path, "30s", RUN), Trainer(), []
    for now in range(0, 100, 7):
        trainer.done += 1
        path.unlink(missing_ok=True)
        checkpoint(trainer)
        if path.exists():
            written.append(now)
    assert written == [35, 70]


@pytest.mark.parametrize("text", ["", "30", "s", "0s", "-5s", "5 minutes", "1e3iterations", "iterations"])
def test_other_intervals_are_refused(text):
    with pytest.raises(InputError, match="write 30s or 500iterations"):
        parse_interval(text)


def test_the_same_run_goes_on(path):
    trainer = Trainer()
    trainer.done = 70
    Checkpoint(path, "30s", RUN).write(trainer)
    for run in (RUN, changed(iterations=900), changed(max_seconds=5.0, patience=3), changed(iterations=70)):
        state = Checkpoint(path, "1iterations", run).read()
        assert state["done"] == 70
        assert state["tensors"]["critic"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (changed(hidden=(8, 8)), r"settings hidden \(\[8, 9\] then, \[8, 8\] now\)"),
        (changed(lr=0.1) | {"seed": 4}, r"seed \(3 then, 4 now\); settings lr \(0.5 then, 0.1 now\)"),
        (RUN | {"more": 1}, r"more \(None then, 1 now\)"),
        (changed(iterations=69), "70 are done and 69 are asked for"),
    ],
)
def test_another_run_is_refused_naming_the_differences(path, run, message):
    trainer = Trainer()
    trainer.done = 70
    Checkpoint(path, "30s", RUN).write(trainer)
    with pytest.raises(InputError, match=message):
        Checkpoint(path, "30s", run).read()


def test_only_settings_may_be_raised(path):
    """Not columns that happen to have their names."""
    Checkpoint(path, "30s", RUN | {"data": {"iterations": 1, "max_seconds": 2}}).write(Trainer())
    with pytest.raises(InputError, match=r"data iterations \(1 then, 5 now\); data max_seconds \(2 then, 6 now\)"):
        Checkpoint(path, "30s", RUN | {"data": {"iterations": 5, "max_seconds": 6}}).read()


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        ("abcdef", "xyz", "with columns a, b, c and 3 more; fit with that one"),
        ("ab", "abc", "without columns c;"),
        ("abc", "ab", "with columns c;"),
    ],
)
def test_another_table_is_named_by_its_columns(path, then, now, words):
    first, second = (RUN | {"data": {"rows": 5, "columns": dict.fromkeys(names, "0" * 64)}} for names in (then, now))
    Checkpoint(path, "30s", first).write(Trainer())
    with pytest.raises(InputError, match=f"is of another one, {words}"):
        Checkpoint(path, "30s", second).read()


@pytest.mark.parametrize("data", [None, 1.5, {"columns": 1.5}, {"columns": None}])
def test_a_table_that_is_none_is_refused(path, data):
    Checkpoint(path, "30s", RUN | {"data": data}).write(Trainer())
    with pytest.raises(BundleError, match="is a checkpoint that this tabgan cannot use"):
        Checkpoint(path, "30s", RUN).read()


def test_losses_that_are_not_finite_are_not_kept(path):
    checkpoint, trainer = Checkpoint(path, "1iterations", RUN), Trainer()
    trainer.done = 1
    checkpoint(trainer)
    trainer.done, trainer.finite = 2, False
    checkpoint(trainer)
    assert checkpoint.read()["done"] == 1


def test_checksums_are_not_shown(path):
    Checkpoint(path, "30s", RUN | {"data": {"x": "a" * 64, "y": "b" * 64}}).write(Trainer())
    with pytest.raises(InputError, match=r"differ: data y; fit with"):
        Checkpoint(path, "30s", RUN | {"data": {"x": "a" * 64, "y": "c" * 64}}).read()


def test_a_damaged_foreign_or_missing_file_is_refused(path):
    checkpoint = Checkpoint(path, "30s", RUN)
    with pytest.raises(BundleError, match="there is no checkpoint file"):
        checkpoint.read()
    checkpoint.write(Trainer())
    whole = path.read_bytes()
    for size in range(0, len(whole), 101):
        path.write_bytes(whole[:size])
        with pytest.raises(BundleError):
            checkpoint.read()
    save_bundle(path, {"class": "Thing"})
    with pytest.raises(BundleError, match="is not a tabgan checkpoint, but a tabgan-model"):
        checkpoint.read()
    save_bundle(path, {"class": "Thing"}, kind="checkpoint")
    with pytest.raises(BundleError, match="no checkpoint of this tabgan"):
        checkpoint.read()


def test_a_newer_format_is_refused(path, monkeypatch):
    with monkeypatch.context() as newer:
        newer.setattr("tabgan.persistence.FORMAT_VERSION", FORMAT_VERSION + 1)
        Checkpoint(path, "30s", RUN).write(Trainer())
    with pytest.raises(BundleError, match=f"format {FORMAT_VERSION + 1}, but this tabgan reads up to {FORMAT_VERSION}"):
        Checkpoint(path, "30s", RUN).read()


def test_a_full_disk_is_said_once_and_harms_nothing(path, monkeypatch):
    checkpoint, trainer = Checkpoint(path, "1iterations", RUN), Trainer()
    trainer.done = 1
    checkpoint(trainer)
    before = path.read_bytes()

    def full(self, contents):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", full)
        trainer.done = 2
        with pytest.warns(TabganWarning, match="in iteration 2: .*No space left on device; free some space"):
            checkpoint(trainer)
        trainer.done = 3
        checkpoint(trainer)  # no second warning, which would be an error here
        assert path.read_bytes() == before
        assert list(path.parent.iterdir()) == [path]
    trainer.done = 5
    checkpoint(trainer)
    assert checkpoint.read()["done"] == 5


def test_a_place_that_cannot_be_written_to_is_refused_at_once(tmp_path):
    with pytest.raises(InputError, match="an output needs an existing folder"):
        Checkpoint(tmp_path / "no" / "such.ckpt", "30s", RUN)


def test_whether_there_is_something_to_go_on_from(path):
    assert not resumes(path, resume=True)
    path.touch()
    assert resumes(path, resume=True)
    assert not resumes(path, resume=False)
    assert not resumes(None, resume=False)
    with pytest.raises(InputError, match="give checkpoint="):
        resumes(None, resume=True)
