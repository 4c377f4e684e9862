"""Read a synthesizer's model file. There is one kind of synthesizer so far."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tabgan.synthesizers.base import BaseSynthesizer
from tabgan.synthesizers.table import WGANGPSynthesizer

if TYPE_CHECKING:
    from torch import nn


def load(
    path: str | os.PathLike, *, generator: nn.Module | None = None, critic: nn.Module | None = None
) -> BaseSynthesizer:
    """Return the synthesizer that a model file holds; with the modules that it was trained with, if any.

    Raises
    ------
    BundleError
        The file is missing, damaged, foreign or newer than this version.
    """
    return WGANGPSynthesizer.load(path, generator=generator, critic=critic)
