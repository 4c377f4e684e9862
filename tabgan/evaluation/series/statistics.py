"""What windows and stretches of series are like: numbers of order in time, of dependence, and of values.

Windows have the shape (n_windows, n_steps, n_channels).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabgan.schema.column import Floats

TINY = 1e-12
MOST_VALUES = 40_000
"""Of more values of a channel as many, evenly spread, stand for a distribution."""


def acf(windows: Floats, n_lags: int | None = None) -> Floats:
    """Return the autocorrelations about the common mean at lags 1 to `n_lags`, by default all but the last.

    Shape (n_lags, n_channels). What is constant has none: 0.
    """
    centred = windows - windows.mean(axis=(0, 1))
    return _autocorrelations([centred], windows.shape[1] - 2 if n_lags is None else n_lags)


def inner_acf(windows: Floats) -> Floats:
    """Return the autocorrelations about each window's own mean, up to half a window: what is left without levels."""
    return _autocorrelations([windows - windows.mean(axis=1, keepdims=True)], windows.shape[1] // 2 - 1)


def long_acf(stretches: Sequence[Floats], n_lags: int) -> Floats:
    """Return the autocorrelations about the common mean of stretches, some of which have more steps than `n_lags`."""
    mean = np.concatenate(stretches).mean(axis=0)
    return _autocorrelations([(stretch - mean)[None] for stretch in stretches], n_lags)


def _autocorrelations(parts: Sequence[Floats], n_lags: int) -> Floats:
    """Products of steps that are 1 to n_lags apart, on average over all pairs, over the mean square."""
    n_channels = parts[0].shape[2]
    sums, counts = np.zeros((n_lags + 1, n_channels)), np.zeros(n_lags + 1)
    for part in parts:
        n_steps = part.shape[1]
        spectrum = np.fft.rfft(part, 2 * n_steps, axis=1)
        power = (np.abs(spectrum) ** 2).sum(axis=0)
        products = np.fft.irfft(power, 2 * n_steps, axis=0)[: min(n_lags + 1, n_steps)]
        sums[: len(products)] += products
        counts[: len(products)] += len(part) * (n_steps - np.arange(len(products)))
    means = sums / np.maximum(counts, 1)[:, None]
    return means[1:] / np.maximum(means[0], TINY**2)


def psd(windows: Floats) -> Floats:
    """Return the logarithms (base 10) of mean spectra without the level: shape (n_steps // 2, n_channels)."""
    centred = windows - windows.mean(axis=1, keepdims=True)
    return np.log10((np.abs(np.fft.rfft(centred, axis=1))[:, 1:] ** 2).mean(axis=0) + 1e-15)


def cross_correlations(windows: Floats, lags: Sequence[int] = (0, 1, 3)) -> Floats:
    """Return correlations between channels of values and of changes that are some lags apart.

    Shape (2 * n_lags, n_channels, n_channels): entry [k, i, j] is of channel i so many steps after channel j; values
    come first.
    """
    found = []
    for part in (windows, np.diff(windows, axis=1)):
        x = (part - part.mean(axis=(0, 1))) / (part.std(axis=(0, 1)) + TINY)
        for lag in lags:
            later, earlier = x[:, lag:], x[:, : x.shape[1] - lag]
            pairs = later.reshape(-1, x.shape[2]).T @ earlier.reshape(-1, x.shape[2])
            found.append(pairs / (later.shape[0] * later.shape[1]))
    return np.stack(found)


def ks_distances(one: Floats, other: Floats) -> Floats:
    """Return Kolmogorov-Smirnov distances of the columns of two matrices: (n_columns,)."""
    return np.array([ks_distance(one[:, place], other[:, place]) for place in range(one.shape[1])])


def ks_distance(one: Floats, other: Floats) -> float:
    """Return the largest difference of two empirical distribution functions.

    Examples
    --------
    >>> ks_distance(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.5
    """
    x, y = (np.sort(v if len(v) <= MOST_VALUES else v[:: -(-len(v) // MOST_VALUES)]) for v in (one, other))
    both = np.concatenate([x, y])
    shares = [np.searchsorted(v, both, side="right") / len(v) for v in (x, y)]
    return float(np.abs(shares[0] - shares[1]).max())


def flat(windows: Floats) -> Floats:
    """Return the steps of all windows below each other."""
    return windows.reshape(-1, windows.shape[2])


def roughness(windows: Floats) -> Floats:
    """Return the logarithm of the standard deviation of each window's changes: (n_windows, n_channels)."""
    return np.log(np.diff(windows, axis=1).std(axis=1) + 1e-9)


def unchanged(windows: Floats) -> Floats:
    """Return the share of steps that each channel stays exactly as it was in, to 1e-9: (n_channels,)."""
    return (np.abs(np.diff(windows, axis=1)) <= 1e-9).mean(axis=(0, 1))


def run_lengths(windows: Floats) -> list[Floats]:
    """Return for each channel how many steps it stays the same, of all such runs in windows; runs have 1 at least.

    Examples
    --------
    >>> run_lengths(np.array([[[1.0], [1.0], [1.0], [2.0], [3.0], [3.0]]]))
    [array([2., 1.])]
    """
    still = np.abs(np.diff(windows, axis=1)) <= 1e-9
    runs = []
    for place in range(windows.shape[2]):
        padded = np.pad(still[:, :, place].astype(np.int8), ((0, 0), (1, 1)))
        change = np.diff(padded, axis=1)
        begins, ends = np.nonzero(change == 1)[1], np.nonzero(change == -1)[1]
        runs.append((ends - begins).astype(np.float64))
    return runs


def describe_windows(windows: Floats) -> Floats:
    """Return what a detector is shown of windows whose values are about between 0 and 1: (n_windows, n_features).

    Values, changes, and per channel mean, spread, roughness, autocorrelations and the spectrum in four bands; products
    of channels. Of many values, changes and products some stand for all.
    """
    n_steps, n_channels = windows.shape[1:]
    changes = np.diff(windows, axis=1)
    mean, spread = windows.mean(axis=1), windows.std(axis=1) + 1e-9
    z = (windows - mean[:, None]) / spread[:, None]
    lags = [(z[:, k:] * z[:, :-k]).mean(axis=1) for k in (1, 2, 4, 8) if k < n_steps]
    power = np.log(np.abs(np.fft.rfft(windows - mean[:, None], axis=1))[:, 1:] ** 2 + 1e-12)
    bands = np.stack([part.mean(axis=1) for part in np.array_split(power, 4, axis=1)], axis=1)
    first, second = np.triu_indices(n_channels, 1)
    cross = np.einsum("nti,ntj->nij", z, z)[:, first, second] / n_steps
    if cross.shape[1] > 60:
        cross = cross[:, np.linspace(0, cross.shape[1] - 1, 60).astype(int)]
    step = max(1, n_channels * n_steps // 200)
    some = [part.reshape(len(windows), -1)[:, ::step] for part in (windows, changes)]
    scales = [np.log(spread), np.log(changes.std(axis=1) + 1e-9)]
    return np.concatenate([*some, mean, *scales, *lags, bands.reshape(len(windows), -1), cross], axis=1)
