"""Two processes train what one does, bit for bit, also after one was killed; small batches stay on one."""

from __future__ import annotations

import subprocess
import sys
import warnings
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from tabgan import TabganWarning, workers
from tabgan.gan.networks import build_generator, build_mlp
from tabgan.gan.objectives import WGANGP
from tabgan.gan.output import RowOutput
from tabgan.gan.trainer import Trainer
from tabgan.persistence import load_bundle
from tabgan.preprocessing.layout import Layout
from tabgan.synthesizers import training

FIT = ("fit", "data.csv", "--batch-size", 2048, "--iterations", 6, "--hidden", 16, "--seed", 0, "--no-sieve")
FIT += ("--no-copula", "--no-combinations", "--snapshots", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="a killed process has no exit code of its own")
def test_two_processes_learn_what_one_does_though_one_is_killed(tabgan_command, monkeypatch):
    rng = np.random.default_rng(0)
    pd.DataFrame(rng.normal(size=(2400, 3)).round(2), columns=list("abc")).to_csv("data.csv", index=False)
    begun: list[subprocess.Popen[bytes]] = []

    class Remembered(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            begun.append(self)

    run_iteration = Trainer.run_iteration

    def kill_at_four(trainer):
        if trainer.done == 3 and len(begun) == 1:
            begun[0].kill()
        run_iteration(trainer)

    assert tabgan_command(*FIT, "-o", "one.tabgan").exit_code == 0
    monkeypatch.setattr(workers.subprocess, "Popen", Remembered)
    monkeypatch.setattr(Trainer, "run_iteration", kill_at_four)
    kept = [*FIT, "-o", "two.tabgan", "--checkpoint-every", "1iterations", "--resume"]
    result = tabgan_command(*kept, "--workers", 2)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "Error: a worker must live until the training is done, but one of 2 ended: it was killed by signal 9; a fit "
        "with a checkpoint goes on from there with --resume"
    )
    state = Path("two.tabgan.ckpt").read_bytes()
    assert load_bundle("two.tabgan.ckpt", kind="checkpoint")["trainer"]["done"] == 3
    for together in (2, 1):
        Path("two.tabgan").unlink(missing_ok=True)
        Path("two.tabgan.ckpt").write_bytes(state)
        assert tabgan_command(*kept, "--workers", together).exit_code == 0
        assert Path("two.tabgan").read_bytes() == Path("one.tabgan").read_bytes()
    assert [process.poll() is None for process in begun] == [False, False]


@pytest.mark.parametrize(
    ("n_jobs", "batch_size", "device", "own", "size", "said"),
    [
        (None, 2048, "cpu", False, 1, ""),
        (1, 256, "cpu", False, 0, ""),
        (2, 2047, "cpu", False, 0, "sharing does not pay below 2,048 rows per batch; n_jobs=2 trains with 1"),
        (2, 2048, "cuda", False, 0, "a GPU takes a batch at once; n_jobs=2 trains with 1"),
        (
            2,
            2048,
            "cpu",
            True,
            0,
            "of your own may look at the whole batch; n_jobs=2 trains with 1",
        ),
        (3, 2048, "cpu", False, 2, "are shared by 1, 2, 4 or 8 processes; n_jobs=3 trains with 2"),
        (
            16,
            2048,
            "cpu",
            False,
            8,
            "are shared by 1, 2, 4 or 8 processes; n_jobs=16 trains with 8",
        ),
    ],
)
def test_who_shares_batches_and_that_fewer_do_is_said(monkeypatch, n_jobs, batch_size, device, own, size, said):
    monkeypatch.setattr(training, "together", lambda work, payload, size: nullcontext(size))
    rng = torch.Generator().manual_seed(0)
    output = RowOutput(Layout(2, (), 0), (), 0, rng)
    generator = nn.Linear(3, 2) if own else build_generator([3, 4], rng, output)
    settings = SimpleNamespace(batch_size=batch_size)
    run = (generator, build_mlp([2, 4, 1], rng), None, None, settings, WGANGP(), 0, 0)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", TabganWarning)
        with training.share_batches(n_jobs, torch.device(device), run, None) as shared:
            assert (shared or 0) == size
    assert len(told) == bool(said)
    assert not said or str(told[0].message).endswith(said)


def test_no_worker_is_refused(tabgan_command):
    pd.DataFrame({"a": np.arange(40.0) % 7}).to_csv("data.csv", index=False)
    result = tabgan_command("fit", "data.csv", "--workers", 0)
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: --workers must be a whole number other than 0, but is 0; give 1 to work without others\n"
    )
