"""Blocks are made side by side, a few ahead, and come in order."""

from __future__ import annotations

import os
import threading
import time

import pytest
from threadpoolctl import threadpool_info

from tabgan.synthesizers.blocks import MOST_WORKERS, count_threads, side_by_side


def count_blas_threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


@pytest.fixture(params=[1, 2, 3])
def threads(request, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", str(request.param))
    return request.param


def test_blocks_come_in_order_however_long_each_takes(threads):
    def make(block):
        time.sleep(0.02 * (block % 3 == 0))
        return block

    assert list(side_by_side(make, lambda: 20)) == list(range(20))


def test_as_many_threads_work_as_there_may_be(threads):
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


def test_matrix_products_have_one_thread_meanwhile_and_the_number_is_put_back(threads):
    """Whole blocks run side by side."""
    before = count_blas_threads()
    made = list(side_by_side(lambda block: count_blas_threads(), lambda: 8))
    assert made == [[1] * len(before)] * 8
    assert count_blas_threads() == before


@pytest.mark.parametrize("told", ["", "0", "many"])
def test_without_a_number_there_are_as_many_threads_as_cores_that_may_be_used(told, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert 1 <= count_threads() <= os.cpu_count()


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
