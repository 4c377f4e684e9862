"""The fits that series.py measures, each made when it is first asked for, with its seconds and its memory."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from series_data import TIME, Series, autoregression, bootstrap

from tabgan import TabganWarning
from tabgan.synthesizers.series_synthesizer import BURN
from tabgan.synthesizers.time_series import TimeSeriesSynthesizer

LINEAR, PLAIN, SIEVED = "linear chain", "plain", "sieved"
OURS = (PLAIN, SIEVED, LINEAR)
CEILING, VAR, BOOTSTRAP, BLOCKS_96 = "real (ceiling)", "VAR(6)", "stationary bootstrap", "bootstrap of 96"
BESIDE = (CEILING, VAR, BOOTSTRAP, BLOCKS_96)
MEAN_RUN = {BOOTSTRAP: 24, BLOCKS_96: 96}  # steps
ORDER = 6


class Fitted:
    """A synthesizer of a series: of its even blocks, or of the whole."""

    def __init__(self, series: Series, whole: bool, seed: int, options: dict[str, Any]) -> None:
        self.series, self.whole, self.seed, self.options = series, whole, seed, options

    @cached_property
    def model(self) -> TimeSeriesSynthesizer:
        table = self.series.table if self.whole else self.series.learned_table()
        model = TimeSeriesSynthesizer(time=TIME, random_state=self.seed, **self.options)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", TabganWarning)
            _, self.fit_seconds, self.fit_peak = timed(lambda: model.fit(table))
        self.warnings = [str(w.message) for w in said]
        return model

    @property
    def facts(self) -> dict[str, Any]:
        """What is to be known of the fit beside scores."""
        model, own = self.model, self.model.series_generator_
        return {
            "fit_seconds": round(self.fit_seconds, 1),
            "fit_peak_mb": self.fit_peak,
            "network_added": None if own.auc is None else not own.is_linear,
            "own_auc": own.auc,
            "own_linear_auc": own.linear_auc,
            "best_iteration": model.history_.best_iteration,
            "warnings": self.warnings,
        }

    def variant(self, method: str) -> TimeSeriesSynthesizer:
        """Return the model as it is, without what chooses and lets through, or as the linear chain it began as."""
        model = copy(self.model)
        own = model.series_generator_
        if method != SIEVED:
            own = replace(own, day_guide=None, window_guide=None)
        if method == LINEAR:
            own = replace(own, chain=own.chain.as_linear(), is_linear=True)
        model.series_generator_ = own
        return model

    def windows(self, method: str, n: int, length: int) -> tuple[np.ndarray, dict[str, float]]:
        """Return windows, scaled, and how fast they were made.

        24 steps before each are made and thrown away. They count as made; windows that the sieve refuses do not.
        """
        model = self.variant(method)
        made, seconds, peak = timed(lambda: model.sample(n, length))
        return self._read(made, length), {
            "steps_per_second": round(n * (BURN + length) / seconds),
            "draw_peak_mb": peak,
        }

    def long(self, method: str, n: int, length: int) -> tuple[np.ndarray, dict[str, float]]:
        """Return whole series, scaled, and how fast they were made."""
        model = self.variant(method)
        made, seconds, peak = timed(lambda: model.sample_series(length, n=n))
        return self._read(made, length), {"steps_per_second": round(n * length / seconds), "draw_peak_mb": peak}

    def _read(self, made: Any, length: int) -> np.ndarray:
        return self.series.read(made, length)


def make_beside(series: Series, method: str, n: int, length: int, whole: bool = False) -> np.ndarray:
    """Return windows or series of a simple method that learned the same blocks, scaled."""
    rng = np.random.default_rng(0)
    blocks = [series.values] if whole else series.blocks(0)
    if method == VAR:
        return np.clip(autoregression(blocks, n, length, ORDER, rng), 0, 1)
    return bootstrap(blocks, n, length, MEAN_RUN[method], rng)


def timed(act: Callable[[], Any]) -> tuple[Any, float, int | None]:
    """Return what it gives, its CPU seconds, and the largest memory of the process meanwhile in MB (Linux)."""
    status = Path("/proc/self/status")
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak so far is forgotten
    start = time.process_time()
    made = act()
    seconds = time.process_time() - start
    peak = next((int(line.split()[1]) // 1024 for line in _lines(status) if line.startswith("VmHWM")), None)
    return made, max(seconds, 1e-9), peak


def _lines(path: Path) -> list[str]:
    return path.read_text("ascii").splitlines() if path.exists() else []
