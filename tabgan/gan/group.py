"""Processes that train one model together: they find each other at a store, and sum over gloo."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor

from tabgan.errors import InputError
from tabgan.gan.shards import SHARDS, Alone, Gathers
from tabgan.spelling import spell
from tabgan.workers import WorkerDiedError, alongside, own_host

BEGIN = 120.0  # seconds in which all must be there
END = 5.0  # seconds after which it is known how one has ended
SILENT = timedelta(minutes=10)  # after which one of whom nothing is heard counts as dead


class Member(NamedTuple):
    """Which of how many processes one is, and where the first of them listens."""

    rank: int
    size: int
    host: str
    port: int


class Group:
    """Several processes, each with as many shards; `ended` says how one of them has ended, if it is known."""

    def __init__(self, member: Member, store: Any, ended: Callable[[], str] = str) -> None:
        rank, self.size, *_ = member
        each = SHARDS // self.size
        self.own = range(rank * each, (rank + 1) * each)
        self.ended = ended
        gloo: Any = dist.ProcessGroupGloo  # of its own, as torch's global group may be in use
        options = gloo._Options()
        options._timeout = SILENT
        options._devices = [gloo.create_device(hostname=_own_address(member))]  # the machine's name may lead elsewhere
        self.gloo = gloo(store, rank, self.size, options)

    def gather(self, row: Tensor) -> list[Tensor]:
        with torch.inference_mode(False):  # torch 2.5 gathers into no others
            rows = [torch.empty_like(row) for _ in range(self.size)]
        try:
            self.gloo.allgather([rows], [row]).wait()
        except RuntimeError as error:
            _wait_until(self.ended, END)
            raise died(self.size, self.ended() or str(error)) from error
        return rows


def died(size: int, how: str) -> WorkerDiedError:
    """Return the error that says so."""
    return WorkerDiedError(
        f"a worker must live until the training is done, but one of {size} ended: {' '.join(how.split())[:200]}; a fit "
        f"with a checkpoint goes on from there with {spell('resume', True)}"
    )


@contextmanager
def together(work: Callable[[Member, Any], None], payload: Any, size: int) -> Iterator[Gathers]:
    """Begin other processes, in each of which `work` gets a `Member` and the payload; they end with the block.

    There are `size` of them, a power of two, at most `SHARDS`, of which this process is one. What they get is pickled.

    Raises
    ------
    WorkerDiedError
        One has ended, which is noticed when it is waited for.
    """
    if size == 1:
        yield Alone()
        return
    if not (dist.is_available() and dist.is_gloo_available()):
        raise InputError(f"this torch has no gloo, by which workers speak; leave out {spell('n_jobs')}")
    listening = socket.create_server((own_host(), 0))
    host, port = listening.getsockname()
    store = _store(host, port, is_master=True, wait_for_workers=False, master_listen_fd=listening.detach())
    first, *others = (Member(rank, size, host, port) for rank in range(size))
    with alongside(work, others, payload) as ended:
        names = [_name(one) for one in others]
        _wait_until(lambda: store.check(names) or ended(), BEGIN)
        if not store.check(names):
            raise died(size, ended() or f"it was not there after {BEGIN:.0f} s")
        yield Group(first, store, ended)


@contextmanager
def join(member: Member) -> Iterator[Group]:
    """Be one of the processes that another began; when one of them dies, all end, and the first says why."""
    store = _store(member.host, member.port, is_master=False)
    store.set(_name(member), "here")
    with suppress(WorkerDiedError):
        yield Group(member, store)


def _name(member: Member) -> str:
    return f"{member.rank} of {member.size}"


def _store(host: str, port: int, **how: Any) -> Any:
    """Return where processes find each other."""
    # libuv's store, which torch takes by itself, cannot be given an open port by torch 2.5.
    return dist.TCPStore(host, port, use_libuv=False, **how)  # type: ignore[attr-defined]


def _own_address(member: Member) -> str:
    """Return where others reach this process: the address it has towards the first of them. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as towards:
        towards.connect((member.host, member.port))
        return str(towards.getsockname()[0])


def _wait_until(happened: Callable[[], Any], seconds: float) -> None:
    """Return when something has happened, or so much later."""
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.02)
