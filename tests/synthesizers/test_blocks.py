"""Blocks are made side by side, a few ahead, and come in order."""

from __future__ import annotations

import threading
import time

import pytest
import torch

from tabgan.synthesizers.blocks import MOST_WORKERS, side_by_side


@pytest.fixture(params=[1, 2, 3])
def threads(request):
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def test_blocks_come_in_order_however_long_each_takes(threads):
    def make(block):
        time.sleep(0.02 * (block % 3 == 0))
        return block

    assert list(side_by_side(make, lambda: 20)) == list(range(20))


def test_as_many_threads_work_as_torch_may_use(threads):
    together = threading.Barrier(threads)
    assert list(side_by_side(lambda block: together.wait(timeout=20) >= 0, lambda: 2 * threads)) == [True] * 2 * threads


@pytest.mark.parametrize("taken", [1, 2, 10])
def test_no_more_blocks_are_made_than_a_few_ahead(threads, taken):
    """However many are asked for: memory is bounded by these few."""
    made = []
    blocks = side_by_side(made.append, lambda: 10**12)
    for _ in range(taken):
        next(blocks)
    blocks.close()
    assert taken <= len(made) <= taken + threads + 1 <= taken + MOST_WORKERS + 1


def test_each_thread_leaves_torch_one_thread_and_the_number_is_put_back(threads):
    changed = threading.Event()

    def make(block):
        changed.wait(timeout=20)
        return torch.get_num_threads()

    def change():  # before a worker first uses torch, somebody else sets the number for all threads to come
        torch.set_num_threads(threads)
        changed.set()

    threading.Timer(0.1, change).start()
    assert list(side_by_side(make, lambda: 8)) == [1] * 8
    later = []
    thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert [torch.get_num_threads(), *later] == [threads, threads]


def test_an_error_in_a_block_comes_out_and_ends_the_work(threads):
    made = []

    def make(block):
        made.append(block)
        if block == 2:
            raise ValueError("broken")
        return block

    before = threading.active_count()
    blocks = side_by_side(make, lambda: 10**6)
    assert [next(blocks), next(blocks)] == [0, 1]
    with pytest.raises(ValueError, match="broken"):
        next(blocks)
    assert len(made) <= 3 + threads
    assert threading.active_count() == before
