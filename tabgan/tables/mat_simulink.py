"""Structures in which Simulink saves signals: "structure", and "structure with time"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tabgan.tables.mat_file import class_of


def is_simulink(value: Any) -> bool:
    """Return whether a struct has a time, which may be empty, and signals with values."""
    fields = value.dtype.names or ()
    if value.size != 1 or not {"time", "signals"} <= set(fields):
        return False
    signals = value["signals"].flat[0]
    return class_of(signals) == "struct" and signals.size > 0 and "values" in (signals.dtype.names or ())


def iter_signals(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield names and columns: the time, and of each signal one for each of its elements, by its label if it has one.

    Values that are no matrix of rows come as they are, so that whoever takes them says so.
    """
    if (time := value["time"].flat[0]).size:
        yield "time", time
    signals = value["signals"].flat[0]
    for number, signal in enumerate(signals.flat, 1):
        label = signal["label"] if "label" in (signals.dtype.names or ()) else np.empty(0)
        name = str(label.flat[0]).strip() if class_of(label) == "char" and label.size == 1 else ""
        values = signal["values"]
        if isinstance(values, np.ndarray) and values.ndim == 2 and values.shape[1] > 1:
            yield from ((f"{name or f'signal{number}'}_{i + 1}", column[:, None]) for i, column in enumerate(values.T))
        else:
            yield name or f"signal{number}", values
