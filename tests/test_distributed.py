"""A cluster gives what one worker gives, also where one of its workers is killed; what is not there is one line."""

from __future__ import annotations

import os
import signal
import socket
import sys
import warnings
from pathlib import Path

import pytest

from tabgan import InputError, TabganWarning
from tabgan.distributed.ray_cluster import on_ray
from tabgan.synthesizers import part_folder
from tabgan.workers import elsewhere, spread


def test_without_an_address_work_stays_here():
    with on_ray(None) as workers:
        assert workers == 1
        assert list(spread(abs, [-1, 2], 1)) == [(0, 1), (1, 2)]


def test_what_runs_the_work_elsewhere_gets_the_function_and_its_warnings_come_back():
    asked = []

    def run(work, jobs, workers, in_order):
        asked.append((jobs, workers, in_order))
        yield from (work(place, jobs[place]) for place in (1, 0))

    def double(job):
        warnings.warn(TabganWarning(f"doubling {job}"), stacklevel=1)
        return 2 * job

    with elsewhere(run), warnings.catch_warnings(record=True) as told:
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


def test_a_local_cluster_of_two_gives_the_bytes_of_one_worker_though_one_is_killed(model, tmp_path, monkeypatch):
    ray = pytest.importorskip("ray")
    monkeypatch.setattr(part_folder, "MOST_BLOCKS", 1)
    died = tmp_path / "died"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ray.init("local", num_cpus=2, log_to_driver=False)
        try:
            with on_ray("local") as workers:
                assert workers == 2

                def die_once(job):
                    if job == 1 and not died.exists():
                        died.touch()
                        os.kill(os.getpid(), signal.SIGKILL)
                    return job**2

                assert list(spread(die_once, [0, 1, 2, 3], workers)) == [(0, 0), (1, 1), (2, 4), (3, 9)]
                assert died.exists()
                model.sample_to(tmp_path / "cluster", 40_000, n_jobs=workers)
        finally:
            ray.shutdown()
    model.sample_to(tmp_path / "one", 40_000)
    for part in (tmp_path / "one").iterdir():
        assert part.read_bytes() == (tmp_path / "cluster" / part.name).read_bytes()
