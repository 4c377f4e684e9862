"""Read any model file: a synthesizer or a forecaster."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tabgan.bundle import load_bundle
from tabgan.errors import InputError

if TYPE_CHECKING:
    from torch import nn

    from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
    from tabgan.synthesizers.base import BaseSynthesizer


def load(
    path: str | os.PathLike, *, generator: nn.Module | None = None, critic: nn.Module | None = None
) -> BaseSynthesizer | DWTPCALSTMForecaster:
    """Return the synthesizer or the forecaster that a model file holds.

    Parameters
    ----------
    path : path
    generator, critic : torch.nn.Module, optional
        The modules that a synthesizer was trained with, if these were the user's own; see `WGANGPSynthesizer.load`.

    Raises
    ------
    BundleError
        The file is missing, damaged, foreign or newer than this version; or the generator is missing.
    InputError
        A module is not the one that the model was trained with.
    """
    if load_bundle(path).get("class") == "DWTPCALSTMForecaster":
        if generator is not None or critic is not None:
            raise InputError(f"generator and critic are of a synthesizer, but {path} is a forecaster; leave them out")
        from tabgan.forecasting.forecaster import DWTPCALSTMForecaster

        return DWTPCALSTMForecaster.load(path)
    from tabgan.synthesizers.load import load as load_synthesizer

    return load_synthesizer(path, generator=generator, critic=critic)
