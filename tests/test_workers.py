"""What several workers find is what one finds; their warnings and errors are heard; the death of one is told apart."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.linear_model import Ridge

from tabgan import Augmenter, InputError, TabganWarning, WGANGPSynthesizer, evaluate
from tabgan.spelling import command_line, spell
from tabgan.synthesizers import part_folder
from tabgan.synthesizers.tune import tune
from tabgan.workers import WorkerDiedError, alongside, count_workers, spread

KILL = "import os; os.kill(os.getpid(), 9)"


def test_the_number_of_workers_is_that_of_scikit_learn():
    assert [count_workers(n) for n in (None, 1, 3)] == [1, 1, 3]
    assert count_workers(-1) >= 1
    for wrong in (0, 1.5, True, "2"):
        with pytest.raises(InputError, match=f"n_jobs must be a whole number other than 0, but is {wrong!r}"):
            count_workers(wrong)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_processes_run_alongside_and_end_with_the_block(tmp_path):
    here = tmp_path / "here"
    job = "import os, time; open(where, 'w').write(str(os.getpid()) + '\\n'); time.sleep(600)"
    with alongside(exec, [job], {"where": str(here)}) as failed:
        while not (here.exists() and here.read_text().endswith("\n")):
            time.sleep(0.01)
        assert failed() == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(here.read_text()), 0)
    for wrong, said in (("1 / 0", "ZeroDivisionError: division by zero"), (KILL, "it was killed by signal 9")):
        with alongside(exec, [wrong], {}) as failed:
            while not failed():
                time.sleep(0.01)
            assert failed() == said


HELD = """
import fcntl, time
def hold(name, *_):
    with open(name, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("held")
        held.flush()
        time.sleep(600)
"""
PARENT = f"""{HELD}
from tabgan.workers import alongside, spread
with alongside(exec, [{HELD!r} + "hold('c')"], {{}}):
    list(spread(hold, ["a", "b"], 2))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process is not told there that its parent has gone")
def test_workers_end_with_a_process_that_is_killed(tmp_path):
    import fcntl

    held = [tmp_path / name for name in "abc"]
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=tmp_path)
    try:
        while not all(path.exists() and path.read_text() for path in held):
            assert parent.poll() is None
            time.sleep(0.05)
    finally:
        parent.kill()
        parent.wait()
    for path in held:
        with path.open() as stream:
            for _ in range(600):  # it takes about a second
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                time.sleep(0.05)
            else:
                pytest.fail(f"who holds {path.name} runs on")


def test_jobs_that_threads_do_leave_the_process_as_it_is():
    with parallel_config("threading"):
        assert list(spread(str, [1, 2], 2)) == [(0, "1"), (1, "2")]
    time.sleep(0.1)  # in which it would have ended


def test_nothing_in_the_folder_at_hand_is_imported(tmp_path, monkeypatch):
    (tmp_path / "pickle.py").write_text("raise SystemExit('from the folder')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    with alongside(exec, ["open('done', 'w').close()"], {}) as failed:
        while not (tmp_path / "done").exists():
            assert failed() == ""
            time.sleep(0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_workers_are_heard_and_their_death_is_told_apart(tmp_path):
    died = str(tmp_path / "died")

    def work(job):
        if job == 3 and not os.path.exists(died):  # noqa: PTH110 (as short as can be: it is pickled)
            open(died, "x").close()  # noqa: PTH123
            os.kill(os.getpid(), signal.SIGKILL)
        if job < 0:
            raise InputError(f"{spell('n_jobs')} must be whole, but is {job}")
        warnings.warn(TabganWarning(f"squaring {job}, as {spell('sieve', False)} does"), stacklevel=1)
        return job**2

    def run(jobs, workers, **options):
        with warnings.catch_warnings(record=True) as told, command_line():
            warnings.simplefilter("always")
            return list(spread(work, jobs, workers, **options)), [str(one.message) for one in told]

    for workers in (1, 2):
        assert run([5, 2], workers) == (
            [(0, 25), (1, 4)],
            ["squaring 5, as --no-sieve does", "squaring 2, as --no-sieve does"],
        )
        assert sorted(run([5, 2, 1], workers, in_order=False)[0]) == [(0, 25), (1, 4), (2, 1)]
        with pytest.raises(InputError, match="--workers must be whole, but is -1"):
            run([1, -1, 2], workers)
    with pytest.raises(WorkerDiedError, match="one of 2 was killed, or there was no memory left for it; take fewer"):
        run([1, 3, 2], 2)
    assert run([1, 3, 2], 2)[0] == [(0, 1), (1, 9), (2, 4)]


@pytest.mark.long
def test_two_processes_find_what_one_finds(table, model, tmp_path, monkeypatch):
    """All commands in one test, as processes take seconds to begin."""
    monkeypatch.setattr(part_folder, "MOST_BLOCKS", 1)
    quick = dict(iterations=5, hidden=(8,), latent_dim=4, sieve=False, copula=False)
    found = []
    for n_jobs in (1, 2):
        model.sample_to(tmp_path / str(n_jobs), 40_000, n_jobs=n_jobs)
        parts = sorted((tmp_path / str(n_jobs)).iterdir())
        digests = [hashlib.sha256(part.read_bytes()).hexdigest() for part in parts]
        scores = evaluate(table, model.sample(100), random_state=0, only=["marginals", "privacy"], n_jobs=n_jobs)
        trials = tune(table, n_trials=2, random_state=0, n_jobs=n_jobs, **quick).trials.drop(columns="seconds")
        learner = Augmenter(
            Ridge(),
            amount=20,
            teacher=Ridge(),
            cv=2,
            repeats=1,
            rivals=False,
            random_state=0,
            synthesizer=WGANGPSynthesizer(**quick),
            n_jobs=n_jobs,
        )
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            learner.fit(table.iloc[:120, 1:], table["price"][:120])
        found.append((digests, scores.to_frame(), trials, learner.scores_, [str(one.message) for one in told]))
    (digests, scores, trials, gains, told), others = found
    assert len(digests) == 4
    assert digests == others[0]
    pd.testing.assert_frame_equal(scores, others[1])
    pd.testing.assert_frame_equal(trials, others[2])
    pd.testing.assert_frame_equal(gains, others[3])
    assert told == others[4]
    assert np.isfinite(gains.to_numpy()).all()
