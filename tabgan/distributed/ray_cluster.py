"""The work of several workers on a Ray cluster; no other part of the house knows Ray."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tabgan.errors import InputError
from tabgan.workers import WorkerDiedError, elsewhere

SECONDS = 10.0  # in which a cluster must answer
RETRIES = 3  # of a job whose worker dies
AUTO, LOCAL = "auto", "local"


@contextmanager
def on_ray(address: str | None) -> Iterator[int]:
    """Let workers be those of a Ray cluster, and yield how many it has; of this process where there is no address.

    Parameters
    ----------
    address : str or None
        "auto" is the cluster that runs on this machine, "local" one that is begun for this work; else "host:port".

    Raises
    ------
    InputError
        Ray is not installed, or the cluster does not answer.
    """
    if address is None:
        yield 1
        return
    ray = import_ray()
    if address not in (AUTO, LOCAL):
        check_address(address)
    began = not ray.is_initialized()
    try:
        if began:
            ray.init(address, logging_level=logging.ERROR, log_to_driver=False)
    except (ConnectionError, OSError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise _silent(address, reason) from error
    try:
        with elsewhere(_RayCluster(ray)):
            yield max(int(ray.cluster_resources().get("CPU", 1)), 1)
    finally:
        if began:
            ray.shutdown()


def import_ray() -> Any:
    """Return ray, or raise InputError that says how to get it."""
    os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "5")  # of a second each, to reach a cluster; 20 are Ray's own
    try:
        import ray
    except ImportError as error:
        raise InputError("a cluster needs ray, which is not installed; pip install 'tabgan-wgangp[ray]'") from error
    return ray


def check_address(address: str) -> None:
    """Raise InputError, within ten seconds, if nobody listens at an address."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not host or not port.isdecimal():
        raise InputError(f"a cluster's address is auto, local or HOST:PORT, but is {address!r}; write head:6379")
    try:
        socket.create_connection((host, int(port)), SECONDS).close()
    except (OSError, OverflowError) as error:
        raise _silent(address, str(error)) from error


def _silent(address: str, reason: str) -> InputError:
    return InputError(f"a Ray cluster must answer at {address!r}, but: {reason}; start one with `ray start`")


def _do(work: Callable[[int, Any], Any], place: int, job: Any) -> Any:
    return work(place, job)


class _RayCluster:
    """Has jobs done by tasks of Ray, which makes those of a dead worker again, unless they need each other."""

    def __init__(self, ray: Any) -> None:
        self.ray = ray
        self.host: str = ray.util.get_node_ip_address()

    def run(self, work: Callable[..., Any], jobs: list[Any], workers: int, in_order: bool) -> Iterator[Any]:
        """Yield what work gives for each job and its place, at most `workers` at a time."""
        task = self.ray.remote(num_cpus=1, max_retries=RETRIES)(_do)
        shared, places, next_place = self.ray.put(work), iter(range(len(jobs))), 0
        running: dict[Any, int] = {}
        waiting: dict[int, Any] = {}
        try:
            while True:
                while len(running) < workers and (place := next(places, None)) is not None:
                    running[task.remote(shared, place, jobs[place])] = place
                if not running:
                    return
                (done, *_), _ = self.ray.wait(list(running))
                waiting[running.pop(done)] = self._get(done)
                while waiting and (not in_order or next_place in waiting):
                    yield waiting.pop(next_place if in_order else next(iter(waiting)))
                    next_place += 1
        finally:
            for reference in running:
                self.ray.cancel(reference, force=True)

    @contextmanager
    def alongside(
        self, function: Callable[[Any, Any], None], jobs: Sequence[Any], shared: Any
    ) -> Iterator[Callable[[], str]]:
        """Let each job have a worker of its own while the block runs; see the function of that name."""
        task, shared = self.ray.remote(num_cpus=1, max_retries=0)(function), self.ray.put(shared)
        running = [task.remote(job, shared) for job in jobs]

        def failed() -> str:
            done, _ = self.ray.wait(running, num_returns=len(running), timeout=0)
            try:
                self.ray.get(done)
            except self.ray.exceptions.RayError as error:
                return str(getattr(error, "cause", error))
            return ""

        try:
            yield failed
        finally:
            for reference in running:
                self.ray.cancel(reference, force=True)

    def _get(self, reference: Any) -> Any:
        errors = self.ray.exceptions
        try:
            return self.ray.get(reference)
        except errors.RayTaskError as error:
            raise error.cause from error
        except errors.RayError as error:
            reason = " ".join(str(error).split())[:200]
            raise WorkerDiedError(f"a worker of the cluster must live until its job is done, but: {reason}") from error
