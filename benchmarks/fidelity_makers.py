"""Rows of each kind: of tabgan, of a vine copula, of trivial synthesizers, real ones."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from quality import literal
from sklearn.neighbors import NearestNeighbors

from tabgan import VineCopulaSynthesizer, WGANGPSynthesizer

OTHERS = ("floor", "smote", "copies", "vine", "vine-sieve")
Draw = Callable[[int, "int | None"], pd.DataFrame]
"""Takes how many rows and a number, for other rows with each, or None for the seed of the fit; gives rows."""


def make(kind: str, train: pd.DataFrame, preset: str | None, pairs: list[str], seed: int) -> tuple[Draw, dict]:
    """Return what draws rows of a kind, one of `OTHERS` or else tabgan's, and the seconds of a fit."""
    train = train.reset_index(drop=True)

    def rng(number: int | None) -> np.random.Generator:
        return np.random.default_rng(seed if number is None else [seed, number])

    if kind == "floor":
        return lambda n, number: train, {}
    if kind == "copies":
        return lambda n, number: train.iloc[rng(number).integers(len(train), size=n)], {}
    if kind == "smote":
        return lambda n, number: interpolate(train, n, rng(number)), {}
    settings = {"preset": preset, "threads": 1, "device": "cpu"} | read_settings(pairs)
    model = (
        VineCopulaSynthesizer(sieve=kind == "vine-sieve", random_state=seed)
        if kind in OTHERS
        else WGANGPSynthesizer(random_state=seed, **settings)
    )
    begin, cpu = time.perf_counter(), time.process_time()
    model.fit(train)
    seconds = {"seconds": time.perf_counter() - begin, "cpu_seconds": time.process_time() - cpu}
    return lambda n, number: model.sample(n, None if number is None else 1000 * seed + number + 1), seconds


def read_settings(pairs: list[str]) -> dict[str, object]:
    """Return what texts such as gp_weight=1.0 say."""
    return {name: literal(value) for name, value in (pair.split("=", 1) for pair in pairs)}


def interpolate(train: pd.DataFrame, n_rows: int, rng: np.random.Generator, n_neighbours: int = 5) -> pd.DataFrame:
    """Return points between training rows and their nearest neighbours, in standardised columns."""
    X = train.to_numpy(float)
    scaled = (X - X.mean(0)) / np.maximum(X.std(0), 1e-12)
    near = NearestNeighbors(n_neighbors=n_neighbours + 1).fit(scaled).kneighbors(scaled, return_distance=False)[:, 1:]
    chosen = rng.integers(len(X), size=n_rows)
    other = near[chosen, rng.integers(n_neighbours, size=n_rows)]
    return pd.DataFrame(X[chosen] + rng.random((n_rows, 1)) * (X[other] - X[chosen]), columns=train.columns)
