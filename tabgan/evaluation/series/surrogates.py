"""Series that anyone can make of real ones without a generator. What a score of theirs is, a reader should know."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tabgan.schema.column import Floats
from tabgan.seeds import Use, numpy_rng

CONTESTANTS = {
    "synthetic": "synthetic series",
    "real": "other real blocks",
    "noisy": "copies with noise",
    "bootstrap": "stationary bootstrap",
    "var": "VAR(p)",
    "apart": "channels apart",
    "shuffled": "shuffled steps",
}
"""Who is scored: the series to judge, the ceiling, and the baselines; and what they are called."""

NOISE = 0.05
"""Standard deviation of the noise on copies, in those of the channels."""

MOST_LAGS = 6
RIDGE = 1e-6

Maker = Callable[[Sequence[Floats], int, int, np.random.Generator], Floats]
"""Takes real stretches, how many series and steps are wanted, and a generator; returns (n_series, n_steps, D)."""


def make_surrogates(stretches: Sequence[Floats], n_series: int, n_steps: int, seed: int) -> dict[str, Floats]:
    """Return series of every baseline, made of stretches of which one at least has so many steps."""
    makers = enumerate(SURROGATES.items())
    return {
        name: make(stretches, n_series, n_steps, numpy_rng(seed, Use.SURROGATES, number))
        for number, (name, make) in makers
    }


def draw_pieces(stretches: Sequence[Floats], n_series: int, n_steps: int, rng: np.random.Generator) -> Floats:
    """Return pieces of stretches that begin anywhere, all places being as likely."""
    room = np.array([max(len(stretch) - n_steps + 1, 0) for stretch in stretches])
    places = rng.integers(room.sum(), size=n_series)
    which = np.searchsorted(np.cumsum(room), places, side="right")
    starts = places - (np.cumsum(room) - room)[which]
    return np.stack([stretches[i][start : start + n_steps] for i, start in zip(which, starts, strict=True)])


def noisy_copies(stretches: Sequence[Floats], n_series: int, n_steps: int, rng: np.random.Generator) -> Floats:
    """Return pieces of real series with 5% of a standard deviation of noise on every value."""
    pieces = draw_pieces(stretches, n_series, n_steps, rng)
    return pieces + NOISE * pieces.std(axis=(0, 1)) * rng.standard_normal(pieces.shape)


def stationary_bootstrap(stretches: Sequence[Floats], n_series: int, n_steps: int, rng: np.random.Generator) -> Floats:
    """Return blocks of real steps, of geometric lengths with a mean of half the series but at most 12, end to end.

    Politis and Romano 1994, "The Stationary Bootstrap". Where a stretch ends, a new block begins.
    """
    steps = np.concatenate(stretches)
    ends = np.zeros(len(steps), bool)
    ends[np.cumsum([len(stretch) for stretch in stretches]) - 1] = True
    mean_block = max(2.0, min(12.0, n_steps / 2))
    places = np.empty((n_series, n_steps), np.int64)
    places[:, 0] = rng.integers(len(steps), size=n_series)
    for step in range(1, n_steps):
        jumps = ends[places[:, step - 1]] | (rng.random(n_series) < 1 / mean_block)
        places[:, step] = np.where(jumps, rng.integers(len(steps), size=n_series), places[:, step - 1] + 1)
    return steps[places]


def vector_autoregression(stretches: Sequence[Floats], n_series: int, n_steps: int, rng: np.random.Generator) -> Floats:
    """Return runs of a vector autoregression of at most 6 lags with resampled residuals, within the range of the data.

    It is fitted by least squares (with a ridge of 1e-6 that only keeps it solvable) to standardised channels, and
    each run begins at real steps.
    """
    steps = np.concatenate(stretches)
    mean, scale = steps.mean(axis=0), np.where(steps.std(axis=0) > 0, steps.std(axis=0), 1.0)
    longest = max(map(len, stretches))
    order = int(np.clip(min(len(steps) // (4 * steps.shape[1]), longest - 2), 1, MOST_LAGS))
    blocks = [(stretch - mean) / scale for stretch in stretches if len(stretch) > order]
    past = np.concatenate([np.hstack([b[order - 1 - k : len(b) - 1 - k] for k in range(order)]) for b in blocks])
    following = np.concatenate([b[order:] for b in blocks])
    centre, level = past.mean(axis=0), following.mean(axis=0)
    X, Y = past - centre, following - level
    weights = np.linalg.solve(X.T @ X + RIDGE * len(X) * np.eye(X.shape[1]), X.T @ Y)
    residuals = Y - X @ weights
    low, high = ((end(steps, axis=0) - mean) / scale for end in (np.min, np.max))
    state = past[rng.integers(len(past), size=n_series)]
    made = np.empty((n_series, n_steps, steps.shape[1]))
    for step in range(n_steps):
        drawn = residuals[rng.integers(len(residuals), size=n_series)]
        made[:, step] = np.clip(level + (state - centre) @ weights + drawn, low, high)
        state = np.hstack([made[:, step], state[:, : -steps.shape[1]]])
    return made * scale + mean


def channels_apart(stretches: Sequence[Floats], n_series: int, n_steps: int, rng: np.random.Generator) -> Floats:
    """Return series each channel of which is of another place: right by themselves, not together."""
    n_channels = stretches[0].shape[1]
    channels = [draw_pieces(stretches, n_series, n_steps, rng)[:, :, place] for place in range(n_channels)]
    return np.stack(channels, axis=2)


def shuffled_steps(stretches: Sequence[Floats], n_series: int, n_steps: int, rng: np.random.Generator) -> Floats:
    """Return pieces of real series with their steps in random order: right values, wrong order."""
    pieces = draw_pieces(stretches, n_series, n_steps, rng)
    order = rng.permuted(np.broadcast_to(np.arange(n_steps), (n_series, n_steps)), axis=1)
    return np.take_along_axis(pieces, order[:, :, None], axis=1)


SURROGATES: dict[str, Maker] = {
    "noisy": noisy_copies,
    "bootstrap": stationary_bootstrap,
    "var": vector_autoregression,
    "apart": channels_apart,
    "shuffled": shuffled_steps,
}
"""From the closest to real series to the farthest, as a rule."""
