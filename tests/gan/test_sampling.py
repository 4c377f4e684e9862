"""Rows from a generator."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tabgan.gan import sampling
from tabgan.gan.networks import build_mlp
from tabgan.gan.sampling import PIECE, draw_rows


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("sizes", [[4, 3], [4, 6, 3], [5, 7, 6, 1]])
@pytest.mark.parametrize("n_samples", [1, PIECE, 2 * PIECE + 7])
def test_it_is_the_generator_of_the_latents(sizes, n_samples):
    generator = build_mlp(sizes, rng(1), blocks=[1] * sizes[-1]).requires_grad_(False)
    draws = rng(2)
    pieces = [torch.randn(sizes[0], PIECE, generator=draws) for _ in range(-(-n_samples // PIECE))]
    expected = generator(torch.cat(pieces, dim=1).T)[:n_samples]
    rows = draw_rows(generator, n_samples, rng(2))
    assert rows.shape == (n_samples, sizes[-1])
    assert rows.dtype == torch.float32
    torch.testing.assert_close(rows, expected, rtol=0, atol=1e-6)


def test_columns_lie_in_one_piece():
    rows = draw_rows(build_mlp([4, 6, 3], rng(), blocks=[1, 2]), 700, rng())
    assert rows.T.is_contiguous()
    assert not rows.requires_grad


def test_torch_runs_on_one_thread_meanwhile(monkeypatch):
    """Sums over several threads could depend on how many there are."""
    seen, relu = [], sampling.F.leaky_relu_
    monkeypatch.setattr(
        sampling.F, "leaky_relu_", lambda *given: (seen.append(torch.get_num_threads()), relu(*given))[1]
    )
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    draw_rows(build_mlp([4, 6, 3], rng(), blocks=[1, 2]), PIECE, rng())
    torch.set_num_threads(before)
    assert seen == [1]


def test_the_same_seed_gives_the_same_bytes_whatever_the_number_of_threads():
    generator = build_mlp([32, 128, 128, 9], rng(), blocks=[1] * 9)
    before = torch.get_num_threads()
    rows = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        rows.append(draw_rows(generator, 20 * PIECE, rng(7)).numpy())
        assert torch.get_num_threads() == threads
    torch.set_num_threads(before)
    np.testing.assert_array_equal(rows[0], rows[1])
    np.testing.assert_array_equal(rows[0], rows[2])
    assert not np.array_equal(rows[0], draw_rows(generator, 20 * PIECE, rng(8)).numpy())
