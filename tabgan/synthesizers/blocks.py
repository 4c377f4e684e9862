"""Blocks of rows, made side by side and given out in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch

BLOCK_ROWS = 16384
"""Rows are drawn in blocks of this many, block i seeded with (seed, i): how many are asked for changes none of them."""
MOST_WORKERS = 8  # each holds a block in memory, and more of them would wait for each other and for the reader

Block = TypeVar("Block")


def side_by_side(make: Callable[[int], Block], count: Callable[[], int]) -> Iterator[Block]:
    """Yield ``make(0)``, ``make(1)``, ..., ``make(count() - 1)``, made in as many threads as torch may use.

    `count` is asked again whenever a block was taken, as what it holds may change how many are needed. At most one
    block more than there are threads is made ahead of the one that was asked for. Each thread leaves torch one thread
    of its own, so that whole blocks run side by side, and how many there are changes no sum.
    """
    threads = torch.get_num_threads()
    workers = min(threads, MOST_WORKERS)
    pool = ThreadPoolExecutor(workers, "tabgan", _start_worker)
    ahead: deque[Future[Block]] = deque()
    begun = 0
    try:
        while True:
            while len(ahead) < workers + 1 and begun < count():
                ahead.append(pool.submit(make, begun))
                begun += 1
            if not ahead:
                return
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)  # a worker's number is otherwise that of every thread that starts later


def _start_worker() -> None:
    torch.get_num_threads()  # torch sets a thread's number when it is first used, over what was set before
    torch.set_num_threads(1)
