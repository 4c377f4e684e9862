"""The series of series.py, windows of them, blocks of time kept apart, and what is easy to make in their place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

FILES = {
    "etth": "etth1/ETTh1.csv.gz",
    "stocks": "google_stock/stock_data.csv",
    "energy": "appliances_energy/energy_data.csv.gz",
}
BLOCKS = 40
RIDGE = 1e-6
TIME = "time"


def load(shared: Path, name: str) -> pd.DataFrame:
    """Return a series in the order and with the columns of the papers, after its stamps.

    The prices have none, and are given business days.
    """
    table = pd.read_csv(shared / "data" / FILES[name])
    if name == "stocks":
        stamps, channels = pd.Series(pd.date_range("2004-08-19", periods=len(table), freq="B")), table
    else:
        stamps, channels = pd.to_datetime(table.iloc[:, 0]), table.iloc[:, 1:]
    return pd.concat([stamps.rename(TIME), channels.astype(np.float64)], axis=1)


@dataclass
class Series:
    """A long table with a column of time, its values brought to [0, 1] over the whole of it, and its blocks."""

    name: str
    table: pd.DataFrame

    def __post_init__(self) -> None:
        raw = self.table.drop(columns=TIME).to_numpy(np.float64)
        self.low, high = raw.min(0), raw.max(0)
        self.span = np.where(high > self.low, high - self.low, 1)
        self.values = self.scale(raw)
        edges = np.linspace(0, len(raw), BLOCKS + 1).astype(int)
        self.bounds = list(pairwise(edges))

    def scale(self, values: np.ndarray) -> np.ndarray:
        return np.clip((values - self.low) / self.span, 0, 1)

    def read(self, made: pd.DataFrame, length: int) -> np.ndarray:
        """Return generated series of a long table, scaled: (n, length, n_channels)."""
        columns = [c for c in self.table.columns if c != TIME]
        return self.scale(made[columns].to_numpy(np.float64)).reshape(-1, length, len(columns))

    def learned_table(self) -> pd.DataFrame:
        """Return the even blocks; gaps in time split them."""
        return pd.concat([self.table.iloc[a:b] for a, b in self.bounds[::2]], ignore_index=True)

    def blocks(self, first: int) -> list[np.ndarray]:
        """Return the even blocks, which are learned (`first` is 0), or the odd ones, which are not (1)."""
        return [self.values[a:b] for a, b in self.bounds[first::2]]

    def split(self, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return windows inside learned blocks, those inside held-out ones, and the blocks of the latter.

        No window of one side shares a step with one of the other.
        """
        learned, held = ([windows(b, length) for b in self.blocks(first)] for first in (0, 1))
        groups = np.repeat(np.arange(1, BLOCKS, 2), [len(w) for w in held])
        return np.concatenate(learned), np.concatenate(held), groups


def windows(values: np.ndarray, length: int) -> np.ndarray:
    """Return all windows, one from each step."""
    if len(values) < length:
        return np.empty((0, length, values.shape[1]))
    return np.lib.stride_tricks.sliding_window_view(values, length, axis=0).transpose(0, 2, 1).copy()


def cut(series: np.ndarray, n: int, length: int, rng: np.random.Generator) -> np.ndarray:
    """Return windows from random places of series of shape (n_series, n_steps, n_channels)."""
    which, begin = rng.integers(0, len(series), n), rng.integers(0, series.shape[1] - length + 1, n)
    return np.stack([series[i, j : j + length] for i, j in zip(which, begin, strict=True)])


def bootstrap(blocks: list[np.ndarray], n: int, length: int, mean: float, rng: np.random.Generator) -> np.ndarray:
    """Return stationary bootstrap series (Politis and Romano 1994): runs of steps of geometric length.

    A run ends also where a block of time does; with blocks so short a circle would join what does not follow.
    """
    joined = np.concatenate(blocks)
    last = np.cumsum([len(b) for b in blocks]) - 1
    places = np.empty((n, length), np.int64)
    for step in range(length):
        places[:, step] = rng.integers(0, len(joined), n)
        if step:
            before = places[:, step - 1]
            goes_on = (rng.random(n) >= 1 / mean) & ~np.isin(before, last)
            places[goes_on, step] = before[goes_on] + 1
    return joined[places]


def autoregression(blocks: list[np.ndarray], n: int, length: int, order: int, rng: np.random.Generator) -> np.ndarray:
    """Return series of a vector autoregression with residuals drawn from its own, begun at learned steps."""
    pasts, nexts = [], []
    for b in blocks:
        pasts.append(np.concatenate([b[order - 1 - k : len(b) - 1 - k] for k in range(order)], 1))
        nexts.append(b[order:])
    X, Y = np.concatenate(pasts), np.concatenate(nexts)
    mean, centre = X.mean(0), Y.mean(0)
    gram = (X - mean).T @ (X - mean) + RIDGE * len(X) * np.eye(X.shape[1])
    A = np.linalg.solve(gram, (X - mean).T @ (Y - centre))
    residuals = Y - centre - (X - mean) @ A
    state, made = X[rng.integers(0, len(X), n)], []
    for _ in range(length):
        y = centre + (state - mean) @ A + residuals[rng.integers(0, len(residuals), n)]
        state = np.concatenate([y, state[:, : -Y.shape[1]]], 1)
        made.append(y)
    return np.stack(made, 1)
