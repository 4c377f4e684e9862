"""Simulated windows of a bearing's vibration, each as nine features: healthy, or a fault of three places and sizes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from scipy.stats import kurtosis, skew

RATE, LENGTH = 48_000, 2048  # Hz, and samples of a window
SHAFT = 29.5  # Hz
IMPACTS = {"ball": 2.357, "inner": 5.415, "outer": 3.585}  # a turn of the shaft
LOUDNESS = {"ball": 0.3, "inner": 0.6, "outer": 0.7}  # of an impact, in g, of the smallest fault
SIZES = {7: 1.0, 14: 1.6, 21: 2.6}  # thousandths of an inch: how much louder
RINGING = 3200.0  # Hz, of the housing
LASTS = {"ball": 0.0003, "inner": 0.0007, "outer": 0.0016}  # seconds that it rings
NORMAL = "normal"
CLASSES = (NORMAL, *(f"{place}_{size:02}" for place in IMPACTS for size in SIZES))


def simulate(counts: Mapping[str, int], seed: int) -> pd.DataFrame:
    """Return as many windows of each class as `counts` says: nine features, and the class under "fault"."""
    rng = np.random.default_rng(seed)
    rows = [describe(record(fault, rng)) | {"fault": fault} for fault, n in counts.items() for _ in range(n)]
    return pd.DataFrame(rows)


def record(fault: str, rng: np.random.Generator) -> np.ndarray:
    """Return a window of shape (LENGTH,), in g, at a load and with a noise of its own."""
    t = np.arange(LENGTH) / RATE
    hum = 0.05 * np.sin(2 * np.pi * SHAFT * t + rng.uniform(0, 6.28))
    noise = lfilter([1.0], [1.0, -0.5, 0.3], 0.06 * np.exp(0.15 * rng.normal()) * rng.normal(size=LENGTH))
    offset = 0.02 + 0.004 * rng.normal()
    if fault == NORMAL:
        return offset + hum + noise
    place, size = fault.split("_")
    period = RATE / (IMPACTS[place] * SHAFT)
    times = np.arange(rng.uniform(-period, 0), LENGTH - 1, period)
    times = (times + 0.02 * period * rng.normal(size=len(times))).astype(int)
    times = times[(times >= 0) & (times < LENGTH)]
    load = np.exp(0.1 * rng.normal())
    loudness = load * LOUDNESS[place] * SIZES[int(size)] * np.exp(0.25 * rng.normal(size=len(times)))
    if place == "inner":  # it turns with the shaft, and is loudest under the load
        loudness *= 0.4 + 0.6 * np.cos(np.pi * SHAFT * times / RATE + rng.uniform(0, 3.14)) ** 2
    impacts = np.zeros(LENGTH)
    np.add.at(impacts, times, loudness)
    radius, angle = np.exp(-1 / (LASTS[place] * RATE)), 2 * np.pi * RINGING / RATE
    ringing = lfilter([np.sin(angle)], [1.0, -2 * radius * np.cos(angle), radius**2], impacts)
    return offset + hum + noise + ringing


def describe(window: np.ndarray) -> dict[str, float]:
    """Return nine features of a window."""
    mean, rms = window.mean(), np.sqrt((window**2).mean())
    features = {
        "max": window.max(),
        "min": window.min(),
        "mean": mean,
        "sd": window.std(),
        "rms": rms,
        "skewness": skew(window),
        "kurtosis": kurtosis(window),
        "crest": window.max() / rms,
        "form": rms / mean,
    }
    return {name: round(float(value), 5) for name, value in features.items()}
