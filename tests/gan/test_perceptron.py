"""Rows from a generator as plain arrays: the numbers that torch gives of the same latents, the first ones alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tabgan.errors import BundleError
from tabgan.gan.networks import build_generator
from tabgan.gan.output import RowOutput
from tabgan.gan.perceptron import PIECE, Perceptron, PerceptronDraws
from tabgan.preprocessing.layout import Layout
from tabgan.seeds import Purpose, Use, block_streams
from tests.latents import rows_by, rows_from

MEMBERS = np.empty((0, 0), np.float16)


def make(sizes, layout):
    """A generator of torch, and the perceptron of its arrays."""
    generator = build_generator(sizes, torch.Generator().manual_seed(1), RowOutput(layout)).requires_grad_(False)
    return generator, Perceptron.from_arrays({name: value.numpy() for name, value in generator.state_dict().items()})


def latents_of(seed, block, layout, n_free, n_rows):
    """The numbers that a block is drawn from, a piece after the other."""
    rng = block_streams(seed, Use.SAMPLE, block)(Purpose.LATENTS)
    sizes = (n_free, layout.n_levels)
    pieces = [
        np.vstack([rng.standard_normal((n, PIECE), np.float32) for n in sizes]) for _ in range(-(-n_rows // PIECE))
    ]
    return np.hstack(pieces).T[:n_rows]


@pytest.mark.parametrize("n_rows", [1, PIECE, 2 * PIECE + 7])
@pytest.mark.parametrize("layout", [Layout(3), Layout(2, (3, 2)), Layout(2, (3,), 2)])
def test_it_is_the_generator_of_the_latents(layout, n_rows):
    generator, perceptron = make([4, 9, 6], layout)
    given = np.eye(2, dtype=np.float32)[np.arange(n_rows) % 2] if layout.n_given else None
    made = PerceptronDraws(perceptron, layout, MEMBERS).draw(3, Use.SAMPLE, 5, n_rows, given)
    assert made.shape == (n_rows, layout.n_made)
    assert made.T.flags.c_contiguous
    latents = latents_of(3, 5, layout, 4, n_rows)
    shown = None if given is None else torch.from_numpy(given)
    np.testing.assert_allclose(made, rows_from(generator, torch.from_numpy(latents), shown).numpy(), rtol=0, atol=2e-6)
    exact = rows_by(perceptron, layout.n_numbers, latents.astype(np.float64), given)
    np.testing.assert_allclose(made, exact, rtol=0, atol=2e-6)


def with_members():
    layout = Layout(2, (3,))
    _, perceptron = make([4, 8], layout)
    size = sum(w.size + b.size for w, b in zip(perceptron.weights, perceptron.biases, strict=True))
    members = np.random.default_rng(0).normal(size=(3, size)).astype(np.float16)
    return PerceptronDraws(perceptron, layout, members)


def test_the_first_rows_do_not_depend_on_how_many_follow():
    draws = with_members()
    rows = draws.draw(0, Use.SAMPLE, 0, 5 * PIECE)
    for n_rows in (1, PIECE - 1, PIECE, PIECE + 1, 4 * PIECE):
        np.testing.assert_array_equal(draws.draw(0, Use.SAMPLE, 0, n_rows), rows[:n_rows])
    assert not np.array_equal(draws.draw(0, Use.SAMPLE, 1, PIECE), rows[:PIECE])


def test_all_members_make_as_many_rows_in_random_order():
    """Each row is what one of them makes of the row's latents."""
    draws = with_members()
    rows, latents = draws.draw(7, Use.SAMPLE, 0, PIECE), latents_of(7, 0, draws.layout, 4, PIECE)
    order = block_streams(7, Use.SAMPLE, 0)(Purpose.MEMBERS).permutation(PIECE)
    latents[:, :4] = latents[order, :4]
    by = np.array([rows_by(one, 2, latents) for one in draws.perceptrons])
    nearest = np.abs(by - rows).max(axis=2)
    assert nearest.min(axis=0).max() < 1e-5
    makers = nearest.argmin(axis=0)
    assert np.bincount(makers).tolist() == [PIECE // 4] * 4
    assert len(set(makers[:20])) > 1


def test_parameters_are_those_of_torch():
    generator, perceptron = make([4, 8, 5], Layout(3))
    flat = torch.nn.utils.parameters_to_vector(generator.parameters()).numpy()
    again = perceptron.with_parameters(flat)
    for kind in ("weights", "biases"):
        for one, other in zip(getattr(perceptron, kind), getattr(again, kind), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("change", [{"0.weight": np.zeros((8, 4)) * np.nan}, {"2.weight": np.zeros((3, 7))}])
def test_layers_that_do_not_fit_or_are_not_finite_are_refused(change):
    arrays = {"0.weight": np.zeros((8, 4)), "0.bias": np.zeros(8), "2.weight": np.zeros((3, 8)), "2.bias": np.zeros(3)}
    with pytest.raises(BundleError, match="fit again"):
        Perceptron.from_arrays(arrays | change)


@pytest.mark.parametrize("layer", [0, 2])
def test_a_layer_that_is_lacking_is_missed(layer):
    """The first one, or the last: what is left has other places, or makes something else than a row."""
    arrays = {f"{i}.{name}": np.zeros((5, 5) if name == "weight" else 5) for i in (0, 2) for name in ("weight", "bias")}
    arrays |= {"2.weight": np.zeros((4, 5)), "2.bias": np.zeros(4)}
    left = {name: value for name, value in arrays.items() if not name.startswith(str(layer))}
    PerceptronDraws(Perceptron.from_arrays(arrays), Layout(4), MEMBERS)
    with pytest.raises(BundleError, match="fit again"):
        PerceptronDraws(Perceptron.from_arrays(left), Layout(4), MEMBERS)


def test_members_that_are_not_finite_are_refused():
    draws = with_members()
    with pytest.raises(BundleError, match="finite numbers"):
        PerceptronDraws(draws.perceptrons[0], draws.layout, draws.members * np.nan)
