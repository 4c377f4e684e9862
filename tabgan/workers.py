"""The same function on many jobs, on one or several workers, through joblib: results do not depend on how many.

Workers are processes of this machine, unless something else runs the work for them (`elsewhere`). They end with the
process that began them, also where that was killed.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from pathlib import Path
from typing import IO, Any, Generic, Protocol, TypeVar, cast

from tabgan.errors import InputError, TabganError, TabganWarning, warn
from tabgan.spelling import command_line, renamed_options, spell

Job = TypeVar("Job")
Result = TypeVar("Result")


MOST_WORKERS = 1024  # processes, each of which has the libraries in memory
LOOK_EVERY = 1.0  # seconds between two looks of a worker at whether the process that began it is there


class Cluster(Protocol):
    """What does the work of several workers in the place of this machine's processes."""

    host: str
    """Where its workers reach this process."""

    def run(self, work: Callable[[int, Any], Any], jobs: list[Any], workers: int, in_order: bool) -> Iterator[Any]:
        """Yield what a function makes of each job and its place, in order or as they end, so many at a time."""
        ...

    def alongside(
        self, function: Callable[[Any, Any], None], jobs: Sequence[Any], shared: Any
    ) -> AbstractContextManager[Callable[[], str]]:
        """Do what the function of that name does."""
        ...


_cluster: ContextVar[Cluster | None] = ContextVar("_cluster", default=None)


@contextmanager
def elsewhere(cluster: Cluster) -> Iterator[None]:
    """Let a cluster do the work of several workers."""
    token = _cluster.set(cluster)
    try:
        yield
    finally:
        _cluster.reset(token)


class WorkerDiedError(TabganError, RuntimeError):
    """A worker process ended before its job did."""


def count_workers(n_jobs: Any) -> int:
    """Return how many workers `n_jobs` asks for, in scikit-learn's sense: None is 1, -1 as many as there are cores."""
    if n_jobs is None:
        return 1
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, Integral) or n_jobs == 0:
        raise InputError(
            f"{spell('n_jobs')} must be a whole number other than 0, but is {n_jobs!r}; give 1 to work without others"
        )
    if n_jobs > MOST_WORKERS:
        raise InputError(f"{spell('n_jobs')} must be at most {MOST_WORKERS:,}, but is {n_jobs:,}; give fewer")
    from joblib import effective_n_jobs

    return int(n_jobs) if n_jobs > 0 else int(effective_n_jobs(int(n_jobs)))


@contextmanager
def one_thread() -> Iterator[None]:
    """Leave BLAS and torch one thread each, so that workers do not wait for each other and no sum depends on them."""
    from threadpoolctl import threadpool_limits

    torch = sys.modules.get("torch")  # what never imported it has no threads of it
    threads = torch.get_num_threads() if torch else 0
    with threadpool_limits(1):
        try:
            if torch:
                torch.set_num_threads(1)
            yield
        finally:
            if torch:
                torch.set_num_threads(threads)


@cache
def end_with(parent: int) -> None:
    """Let this process, if one of this number began it, end soon after that one, whose death may have told it nothing.

    Jobs may also be done by threads, or elsewhere, where joblib is set so. On Windows, where a process is not told that
    its parent has gone, nothing happens.
    """

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_EVERY)
        os._exit(1)

    if os.getppid() == parent:
        threading.Thread(target=look, daemon=True).start()


@dataclass(frozen=True)
class _Work(Generic[Job, Result]):
    """A job's result and the warnings of it, whose texts, and those of errors, speak as here.

    It is done by children of the process `parent`, with which they end; None is somebody else's business.
    """

    function: Callable[[Job], Result]
    options: dict[str, str] | None
    parent: int | None = None

    def __call__(self, number: int, job: Job) -> tuple[int, Result, list[str]]:
        if self.parent is not None:
            end_with(self.parent)
        with warnings.catch_warnings(record=True) as told, one_thread():
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", TabganWarning)
            if self.options is None:
                result = self.function(job)
            else:
                with command_line(**self.options):
                    result = self.function(job)
        return number, result, [str(one.message) for one in told]


def spread(
    function: Callable[[Job], Result], jobs: Sequence[Job], workers: int, *, in_order: bool = True
) -> Iterator[tuple[int, Result]]:
    """Yield the place of each job and what the function makes of it, as they end or in the order of the jobs.

    The function and its jobs are pickled where there are several workers. Warnings of tabgan reach the caller. With one
    worker the jobs are done here, one after another.

    Raises
    ------
    WorkerDiedError
        A worker was killed, or ran out of memory; results that were yielded before are whole.
    """
    if (cluster := _cluster.get()) is not None:
        for place, result, told in cluster.run(_Work(function, renamed_options()), list(jobs), workers, in_order):
            _repeat(told)
            yield place, result
        return
    if workers == 1 or len(jobs) < 2:
        yield from ((place, function(job)) for place, job in enumerate(jobs))
        return
    from joblib import Parallel, delayed

    # joblib takes a library that was imported for a leak, and begins such a worker anew. That needs no word, and where
    # warnings are errors must not stop the thread that would do it.
    warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)
    work = delayed(_Work(function, renamed_options(), os.getpid()))
    order = "generator" if in_order else "generator_unordered"
    results = Parallel(min(workers, len(jobs)), return_as=order, batch_size=1)(
        work(place, job) for place, job in enumerate(jobs)
    )
    try:
        for place, result, told in results:
            _repeat(told)
            yield place, result
    except BrokenProcessPool as error:  # that of joblib is one
        raise WorkerDiedError(
            f"a worker must live until its job is done, but one of {workers} was killed, or there was no memory left "
            f"for it; take fewer with {spell('n_jobs')}"
        ) from error
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that what is left undone is left undone
            results.close()


def own_host() -> str:
    """Return where workers reach this process."""
    cluster = _cluster.get()
    return cluster.host if cluster else "127.0.0.1"


@contextmanager
def alongside(function: Callable[[Job, Any], None], jobs: Sequence[Job], shared: Any) -> Iterator[Callable[[], str]]:
    """Let each job have a process of its own at once, while the block runs; what is not done then is ended.

    The function gets its job and what all share, pickled. Yields what says how a process has failed, and says nothing
    as long as none has.
    """
    if (cluster := _cluster.get()) is not None:
        with cluster.alongside(function, jobs, shared) as failed:
            yield failed
        return
    running: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryFile() as said:

        def failed() -> str:
            codes = [code for process in running if (code := process.poll())]
            said.seek(0)
            lines = said.read().decode(errors="replace").splitlines() if codes and codes[0] > 0 else []
            return lines[-1] if lines else f"it was killed by signal {-codes[0]}" if codes else ""

        try:
            for job in jobs:
                running.append(_begin(function, job, shared, said))
            yield failed
        finally:
            for process in running:
                process.kill()
                process.wait()


_DO = (
    "import sys; sys.path[:] = filter(None, sys.path); "  # "-c" would import what lies in the folder at hand
    "import pickle; function, *given = pickle.load(sys.stdin.buffer); function(*given)"  # of `_begin` and no file
)


def _begin(function: Callable[..., None], job: Any, shared: Any, said: IO[bytes]) -> subprocess.Popen[bytes]:
    """Return a process that does a job. A session of its own keeps Ctrl-C from it, which is for this one to answer."""
    process = subprocess.Popen(
        [sys.executable, "-c", _DO],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=said,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)},
        start_new_session=True,
    )
    with suppress(BrokenPipeError), cast(IO[bytes], process.stdin) as stream:  # that it has ended is told by `failed`
        pickle.dump((_do, os.getpid(), function, job, shared), stream)
    return process


def _do(parent: int, function: Callable[..., None], job: Any, shared: Any) -> None:
    """Do a job in a process of its own."""
    end_with(parent)
    function(job, shared)


def _repeat(told: Sequence[str]) -> None:
    """Give the warnings of a worker here."""
    for text in told:
        warn(text)
