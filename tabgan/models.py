"""Read any model file: a synthesizer or a forecaster."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tabgan.bundle import load_bundle

if TYPE_CHECKING:
    from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
    from tabgan.synthesizers.base import BaseSynthesizer


def load(path: str | os.PathLike) -> BaseSynthesizer | DWTPCALSTMForecaster:
    """Return the synthesizer or the forecaster that a model file holds.

    Raises
    ------
    BundleError
        The file is missing, damaged, foreign or newer than this version.
    """
    if load_bundle(path).get("class") == "DWTPCALSTMForecaster":
        from tabgan.forecasting.forecaster import DWTPCALSTMForecaster

        return DWTPCALSTMForecaster.load(path)
    from tabgan.synthesizers.load import load as load_synthesizer

    return load_synthesizer(path)
