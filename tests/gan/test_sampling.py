"""Rows from a generator."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tabgan.gan import sampling
from tabgan.gan.networks import build_generator
from tabgan.gan.output import RowOutput
from tabgan.gan.sampling import PIECE, draw_rows
from tabgan.preprocessing.layout import Layout
from tests.latents import rows_from


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def make(sizes, layout, seed=0):
    return build_generator(sizes, rng(seed), RowOutput(layout)).requires_grad_(False)


@pytest.mark.parametrize("sizes", [[4, 3], [4, 6, 3], [5, 7, 6, 1]])
@pytest.mark.parametrize("n_samples", [1, PIECE, 2 * PIECE + 7])
def test_it_is_the_generator_of_the_latents(sizes, n_samples):
    generator = make(sizes[:-1], Layout(sizes[-1]), seed=1)
    draws = rng(2)
    pieces = [torch.randn(sizes[0], PIECE, generator=draws) for _ in range(-(-n_samples // PIECE))]
    expected = generator(torch.cat(pieces, dim=1).T)[:n_samples]
    rows = draw_rows(generator, n_samples, rng(2))
    assert rows.shape == (n_samples, sizes[-1])
    assert rows.dtype == torch.float32
    torch.testing.assert_close(rows, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("n_given", [0, 2])
def test_the_largest_score_is_the_level_of_the_generators_softmax(n_given):
    """The same latents and noise through the generator itself."""
    generator = make([4, 6], Layout(2, (3, 2), n_given))
    given = torch.eye(2)[torch.randint(2, (PIECE + 5,), generator=rng(3))] if n_given else None
    scores = draw_rows(generator, PIECE + 5, rng(2), given)
    assert scores.shape == (PIECE + 5, 7)
    draws, latents = rng(2), []
    for _ in range(2):
        free = torch.randn(4, PIECE, generator=draws)
        latents.append(torch.cat([free, torch.randn(5, PIECE, generator=draws)]))
    latent = torch.cat(latents, dim=1).T[: PIECE + 5]
    if n_given:
        latent = torch.cat([latent[:, :4], given, latent[:, 4:]], dim=1)
    rows = generator(latent)
    torch.testing.assert_close(scores[:, :2], rows[:, :2])
    for block in (slice(2, 5), slice(5, 7)):
        assert torch.equal(scores[:, block].argmax(1), rows[:, block].argmax(1))
    if n_given:
        assert torch.equal(rows[:, 7:], given)


@pytest.mark.parametrize("n_given", [0, 2])
def test_latents_that_are_given_make_the_rows_that_drawn_ones_do(n_given):
    generator = make([4, 6], Layout(2, (3, 2), n_given))
    given = torch.eye(2)[torch.randint(2, (PIECE,), generator=rng(3))] if n_given else None
    draws = rng(2)
    latents = torch.cat([torch.randn(4, PIECE, generator=draws), torch.randn(5, PIECE, generator=draws)]).T
    drawn = draw_rows(generator, PIECE, rng(2), given)
    torch.testing.assert_close(rows_from(generator, latents, given), drawn, rtol=0, atol=2e-6)
    exact = rows_from(generator, latents.double(), given)
    assert exact.dtype == torch.float64
    torch.testing.assert_close(exact.float(), drawn, rtol=0, atol=2e-6)


def test_columns_lie_in_one_piece():
    rows = draw_rows(make([4, 6], Layout(1, (2,))), 700, rng())
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
    draw_rows(make([4, 6], Layout(1, (2,))), PIECE, rng())
    torch.set_num_threads(before)
    assert seen == [1]


def test_the_same_seed_gives_the_same_bytes_whatever_the_number_of_threads():
    generator = make([32, 128, 128], Layout(7, (2,)))
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
