"""A simulated bearing: impacts of a fault ring a resonance of the housing, above the hum of the shaft."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

RATE = 12_000  # Hz
SHAFT = 29.95  # Hz
FAULTS = {"none": 0.0, "outer": 3.585, "inner": 5.415, "ball": 2.357}  # impacts a turn of the shaft
SLIP = 0.01  # of the time between impacts, by which it varies
RINGING = (2800.0, 0.003)  # of the housing, whatever strikes it: Hz, and seconds that it lasts


def simulate(fault: str, n_steps: int, seed: int) -> np.ndarray:
    """Return a recording of shape (n_steps,), in g.

    An inner race turns with the shaft: its impacts are loudest when the fault is under the load.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(n_steps) / RATE
    hum = sum(
        a * np.sin(2 * np.pi * k * SHAFT * t + rng.uniform(0, 6.28)) for k, a in ((1, 0.04), (2, 0.02), (35, 0.03))
    )
    noise = lfilter([1.0], [1.0, -0.5, 0.3], 0.03 * rng.standard_normal(n_steps))
    if fault == "none":
        return hum + noise
    period = RATE / (FAULTS[fault] * SHAFT)
    times = np.cumsum(period * (1 + SLIP * rng.standard_normal(int(n_steps / period) + 2)))
    times = times[times < n_steps - 1].astype(int)
    loudness = 0.6 * np.exp(0.2 * rng.standard_normal(len(times)))
    if fault == "inner":
        loudness *= 0.4 + 0.6 * np.cos(np.pi * SHAFT * times / RATE) ** 2
    impacts = np.zeros(n_steps)
    np.add.at(impacts, times, loudness)
    frequency, lasts = RINGING
    radius, angle = np.exp(-1 / (lasts * RATE)), 2 * np.pi * frequency / RATE
    ringing = lfilter([np.sin(angle)], [1.0, -2 * radius * np.cos(angle), radius**2], impacts)
    return hum + noise + ringing
