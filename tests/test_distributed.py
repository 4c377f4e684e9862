"""A cluster gives what one worker gives, also where one of its workers is killed; what is not there is one line."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from tabgan import InputError, TabganWarning, WGANGPSynthesizer
from tabgan.distributed.ray_cluster import on_ray
from tabgan.gan import group
from tabgan.synthesizers import part_folder
from tabgan.workers import WorkerDiedError, elsewhere, spread


def test_without_an_address_work_stays_here():
    with on_ray(None) as workers:
        assert workers == 1
        assert list(spread(abs, [-1, 2], 1)) == [(0, 1), (1, 2)]


def test_what_runs_the_work_elsewhere_gets_the_function_and_its_warnings_come_back():
    asked = []

    class Elsewhere:
        def run(self, work, jobs, workers, in_order):
            asked.append((jobs, workers, in_order))
            yield from (work(place, jobs[place]) for place in (1, 0))

    def double(job):
        warnings.warn(TabganWarning(f"doubling {job}"), stacklevel=1)
        return 2 * job

    with elsewhere(Elsewhere()), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert list(spread(double, [3, 4], 5, in_order=False)) == [(1, 8), (0, 6)]
    assert asked == [([3, 4], 5, False)]
    assert [str(one.message) for one in told] == ["doubling 4", "doubling 3"]


def test_ray_that_is_not_installed_is_one_line(monkeypatch, tabgan_command, model):
    monkeypatch.setitem(sys.modules, "ray", None)
    model.save("model.tabgan")
    result = tabgan_command("generate", "-n", 10, "-o", "rows/", "--ray", "auto")
    assert result.exit_code == 2
    assert result.stderr == "Error: a cluster needs ray, which is not installed; pip install 'tabgan-wgangp[ray]'\n"
    assert not Path("rows").exists()


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:port", "127.0.0.1:{free}"])
def test_an_address_that_does_not_answer_is_one_line(monkeypatch, address):
    monkeypatch.setattr("tabgan.distributed.ray_cluster.import_ray", lambda: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        free = taken.getsockname()[1]
    with pytest.raises(InputError, match=r"HOST:PORT, but is|must answer at '127"), on_ray(address.format(free=free)):
        pass


def test_a_cluster_is_for_tables(tabgan_command):
    Path("a.csv").write_text("a\n1\n")
    result = tabgan_command("fit", "a.csv", "--series", "--ray", "auto")
    assert result.exit_code == 2
    assert result.stderr == "Error: --ray is for tables, and one process learns a time series; leave it out\n"


@pytest.fixture(scope="module")
def _two_workers():
    """A local cluster of two."""
    ray = pytest.importorskip("ray")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ray.init("local", num_cpus=2, log_to_driver=False)
        yield
        ray.shutdown()


@pytest.mark.usefixtures("_two_workers")
def test_a_cluster_of_two_gives_the_bytes_of_one_worker_though_one_is_killed(model, tmp_path, monkeypatch):
    monkeypatch.setattr(part_folder, "MOST_BLOCKS", 1)
    died = tmp_path / "died"

    def die_once(job):
        if job == 1 and not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return job**2

    with on_ray("local") as workers:
        assert workers == 2
        assert list(spread(die_once, [0, 1, 2, 3], workers)) == [(0, 0), (1, 1), (2, 4), (3, 9)]
        assert died.exists()
        model.sample_to(tmp_path / "cluster", 40_000, n_jobs=workers)
    model.sample_to(tmp_path / "one", 40_000)
    for part in (tmp_path / "one").iterdir():
        assert part.read_bytes() == (tmp_path / "cluster" / part.name).read_bytes()


@pytest.mark.usefixtures("_two_workers")
def test_a_cluster_trains_what_one_process_does(tmp_path, monkeypatch):
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(2400, 3)), columns=list("abc"))
    small = {"iterations": 3, "hidden": (16,), "snapshots": 1, "random_state": 0, "copula": False, "sieve": False}
    WGANGPSynthesizer(batch_size=2048, **small).fit(table).save(tmp_path / "one")
    monkeypatch.setattr("tabgan.workers.subprocess", None)
    with on_ray("local") as workers:
        WGANGPSynthesizer(batch_size=2048, n_jobs=workers, **small).fit(table).save(tmp_path / "cluster")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "cluster").read_bytes()


@pytest.mark.usefixtures("_two_workers")
def test_a_worker_of_a_cluster_that_dies_while_it_trains_is_told_and_leaves_nothing():
    def die(member, many):
        with group.join(member) as others:
            for _ in range(many):
                others.gather(torch.zeros(1))
            os.kill(os.getpid(), signal.SIGKILL)

    told = pytest.raises(
        WorkerDiedError, match=r"one of 2 ended: .* died .*; a fit with a checkpoint goes on from there"
    )
    with on_ray("local") as workers:
        with group.together(die, 3, workers) as members:
            for _ in range(3):
                members.gather(torch.zeros(1))
            with told as error:
                members.gather(torch.zeros(1))
        assert list(spread(abs, [-1, -2], workers)) == [(0, 1), (1, 2)]
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("_two_workers")
@pytest.mark.filterwarnings("ignore")
def test_a_dataset_of_a_cluster_is_learned_as_its_frame_is(tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"a": rng.normal(size=600).round(2), "b": rng.choice(["x", "y"], 600)})
    blocks = pytest.importorskip("ray.data").from_pandas([table[:300], table[300:]])

    def first_comes_last(block):
        if block["a"][0] == table["a"][0]:
            time.sleep(1)
        return block

    for i, X in enumerate((table, blocks.map_batches(first_comes_last, batch_size=None))):
        WGANGPSynthesizer(iterations=2, hidden=(8,), random_state=0).fit(X).save(tmp_path / str(i))
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()
