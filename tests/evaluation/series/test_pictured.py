"""What pictures of series show: numbers in closed form, and the channels, pairs and windows that tell most."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from tabgan.errors import InputError
from tabgan.evaluation.series.pictured.correlations import correlate, find_correlations
from tabgan.evaluation.series.pictured.nearest import find_clouds, find_nearest
from tabgan.evaluation.series.pictured.places import find_drift, find_stretches
from tabgan.evaluation.series.pictured.rhythms import find_autocorrelation, find_spectrum
from tabgan.evaluation.series.pictured.sides import Sides, cut_windows
from tabgan.evaluation.series.series_pictures import PICTURES, plot_series
from tabgan.figures import save_figure

WINDOW = 24


def make_sides(train, reference, synthetic, names=None, window=WINDOW, levels=None) -> Sides:
    """Each of them a list of stretches."""
    stretches = {"train": train, "reference": reference, "synthetic": synthetic}
    windows = {who: cut_windows(side, window, window, 10_000) for who, side in stretches.items()}
    names = names or tuple(f"c{i}" for i in range(train[0].shape[1]))
    return Sides(tuple(names), stretches, windows, levels or {})


def autoregress(phi: float, n_steps: int, n_channels: int = 1, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(n_steps + 200, n_channels))
    return lfilter([1.0], [1.0, -phi], noise, axis=0)[200:]


def test_the_autocorrelation_of_an_autoregression_is_a_geometric_series():
    values = [[autoregress(0.9, 20_000, seed=2 * seed + half) for half in (0, 1)] for seed in range(3)]
    (curves,) = find_autocorrelation(make_sides(*values))
    assert len(curves.x) == 200
    for found in (curves.real, curves.synthetic):
        assert found[:10] == pytest.approx(0.9 ** np.arange(1, 11), abs=0.05)


def test_no_product_crosses_the_end_of_a_stretch():
    up, down = np.array([[1.0], [1.0]]), np.array([[-1.0], [-1.0]])
    assert correlate([up, down], np.array([-1, 0, 1])).ravel().tolist() == [1.0, 1.0, 1.0]


def test_the_spectrum_of_an_autoregression_has_its_closed_form():
    phi, variance = 0.7, 1 / (1 - 0.7**2)
    values = [autoregress(phi, 60_000, seed=seed) for seed in range(3)]
    (curves,) = find_spectrum(make_sides(values[:1], values[1:2], values[2:]))
    density = 2 / np.abs(1 - phi * np.exp(-2j * np.pi * curves.x)) ** 2 / variance  # one-sided
    for found in (curves.real, curves.synthetic):
        assert found[1:-1] == pytest.approx(10 * np.log10(density)[1:-1], abs=1.5)
    assert np.all(curves.low <= curves.real)
    assert np.all(curves.real <= curves.high)


def test_a_channel_that_follows_another_has_its_correlation_at_that_lag():
    leader = np.random.default_rng(0).normal(size=5_003)
    values = np.column_stack([leader[3:], leader[:-3]])  # the second is three steps later
    lags = np.arange(-5, 6)
    found = correlate([values], lags)
    assert lags[found[:, 0, 1].argmax()] == 3
    assert lags[found[:, 1, 0].argmax()] == -3
    assert found[:, 0, 1].max() == pytest.approx(1.0, abs=0.01)
    assert found[5] == pytest.approx(np.corrcoef(values.T), abs=1e-6)


def test_the_channels_that_differ_most_are_chosen():
    real = [autoregress(0.9, 3_000, 5, seed) for seed in (0, 1)]
    own = autoregress(0.9, 3_000, 5, 2)
    own[:, 3] = np.random.default_rng(3).normal(size=3_000)
    sides = make_sides(real[:1], real[1:], [own])
    for find in (find_autocorrelation, find_spectrum, find_stretches):
        assert find(sides, 2)[0].name == "c3"
    own = autoregress(0.9, 3_000, 5, 2)
    own[:, 1] += np.linspace(0, 20, 3_000)
    drift = find_drift(make_sides(real[:1], real[1:], [own]), 2)[0]
    assert drift.name == "c1"
    assert drift.synthetic[-1] > drift.high[-1]
    assert drift.synthetic[-1] > drift.synthetic[0]


def test_the_drift_of_real_series_stays_in_the_band():
    values = [autoregress(0.5, 12_000, 3, seed) for seed in range(3)]
    for curves in find_drift(make_sides(values[:1], values[1:2], values[2:])):
        assert np.mean((curves.synthetic >= curves.low) & (curves.synthetic <= curves.high)) > 0.6
    windows = [list(cut_windows([v], WINDOW, WINDOW, 10_000)) for v in values]
    for curves in find_drift(make_sides(*windows)):
        assert len(curves.x) == 12
        assert curves.synthetic.max() < 0.2


def test_pairs_that_differ_most_are_chosen_and_one_channel_has_none():
    rng = np.random.default_rng(0)
    real, own = rng.normal(size=(2, 2_000, 4))
    real[:, 3] = real[:, 1]
    sides = make_sides([real], [real], [own])
    maps = find_correlations(sides, most_channels=2, most_pairs=1)
    assert maps.pairs == (("c1", "c3"),)
    assert maps.names == ("c1", "c3")
    assert maps.real[0, 1] == pytest.approx(1.0)
    assert abs(maps.synthetic[0, 1]) < 0.1
    assert find_correlations(make_sides([real[:, :1]], [real[:, :1]], [own[:, :1]])) is None


def test_copied_windows_are_the_nearest_pairs_and_begin_where_they_were_learned():
    learned, real = autoregress(0.9, 2_000, 2, 0), autoregress(0.9, 2_000, 2, 1)
    own = autoregress(0.9, 2_400, 2, 2)
    starts = [101, 707, 1303]  # no multiples of the window
    for number, start in enumerate(starts):
        own[number * WINDOW : (number + 1) * WINDOW] = learned[start : start + WINDOW]
    nearest = find_nearest(make_sides([learned], [real], [own]), most=3)
    assert [pair.distance for pair in nearest.pairs] == pytest.approx([0, 0, 0], abs=1e-6)
    assert {pair.learned[0, 0] for pair in nearest.pairs} == {learned[start, 0] for start in starts}
    assert all(np.array_equal(pair.learned, pair.synthetic) for pair in nearest.pairs)
    assert nearest.real_least > 0.1
    assert nearest.synthetic_median > 0.1


def test_a_distance_is_a_root_mean_square_in_standard_deviations():
    learned = np.concatenate([np.zeros((WINDOW, 1)), np.full((WINDOW, 1), 10.0)])  # standard deviation 5
    own = np.full((WINDOW, 1), 12.5)
    nearest = find_nearest(make_sides([learned], [learned], [own]), most=1)
    assert nearest.pairs[0].distance == pytest.approx(0.5)


def test_clouds_have_as_many_points_on_both_sides():
    values = [autoregress(0.9, n, 2, seed) for seed, n in enumerate((2_000, 3_000, 1_000))]
    clouds = find_clouds(make_sides(values[:1], values[1:2], values[2:]))
    assert clouds.real.shape == clouds.synthetic.shape == (1_000 // WINDOW, 2)
    assert clouds.shares[0] >= clouds.shares[1] > 0
    assert find_clouds(make_sides([values[0][:30]], [values[1][:30]], [values[2][:30]])) is None


def test_labels_become_channels_of_0_and_1():
    codes = np.random.default_rng(0).choice(9, p=[0.3, 0.2, *[0.5 / 7] * 7], size=(500, 1)).astype(float)
    flags = (codes > 2).astype(float)
    values = np.hstack([codes, flags, codes / 3])
    levels = {0: tuple("abcdefghi"), 1: ("no", "yes")}
    sides = make_sides([values], [values], [values], ("mode", "on", "x"), levels=levels)
    assert sides.numbers.names[:2] == ("mode = a", "mode = b")
    assert len(sides.numbers.names) == 8
    assert sides.numbers.names[6:] == ("on = yes", "x")
    numbers = sides.numbers.stretches["synthetic"][0]
    assert np.array_equal(numbers[:, 0], codes[:, 0] == 0)
    assert np.array_equal(numbers[:, 6], flags[:, 0], equal_nan=True)
    assert sides.numbers.windows["train"].shape == (500 // WINDOW, WINDOW, 8)
    assert {row.name: row.levels for row in find_stretches(sides)}["on"] == ("no", "yes")


def test_stretches_are_cut_alike_where_one_side_is_short():
    long, windows = autoregress(0.5, 4_000, 1), list(cut_windows([autoregress(0.5, 4_000, 1, 2)], WINDOW, WINDOW, 99))
    (row,) = find_stretches(make_sides([long], [long], windows))
    assert len(row.real) == len(row.synthetic)
    assert np.array_equal(np.isnan(row.real), np.isnan(row.synthetic))
    assert np.flatnonzero(np.isnan(row.real))[0] == WINDOW


@pytest.mark.parametrize("what", PICTURES)
def test_pictures_are_drawn_of_constant_huge_and_hostile_channels(what, tmp_path):
    values = [autoregress(0.9, 600, 4, seed) for seed in range(3)]
    for one in values:
        one[:, 1] = 3.0
        one[100:130, 2] = 1e9
        one[:, 3] = one[:, 3] > 0
    names = ("$x^$ <script>", "常数", "n" * 300, "on")
    sides = make_sides(values[:1], values[1:2], values[2:], names, levels={3: ("no", "yes")})
    figure = plot_series(sides, what)
    save_figure(figure, tmp_path / "picture.svg")
    assert figure.axes


def test_the_lines_of_a_picture_are_the_numbers():
    values = [autoregress(0.9, 900, 2, seed) for seed in range(3)]
    sides = make_sides(values[:1], values[1:2], values[2:])
    found = find_autocorrelation(sides)
    for axes, curves in zip(plot_series(sides, "autocorrelation").axes, found, strict=True):
        drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
        assert np.array_equal(drawn["real"], curves.real)
        assert np.array_equal(drawn["synthetic"], curves.synthetic)


def test_what_cannot_be_drawn_is_said():
    values = [autoregress(0.9, 300)] * 3
    with pytest.raises(InputError, match="autocorrelation"):
        plot_series(make_sides(values[:1], values[1:2], values[2:]), "autocorelation")
    with pytest.raises(InputError, match="there is one"):
        plot_series(make_sides(values[:1], values[1:2], values[2:]), "correlations")
