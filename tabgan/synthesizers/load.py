"""Read a synthesizer's model file. There is one kind of synthesizer so far."""

from __future__ import annotations

import os

from tabgan.synthesizers.base import BaseSynthesizer
from tabgan.synthesizers.table import WGANGPSynthesizer


def load(path: str | os.PathLike) -> BaseSynthesizer:
    """Return the synthesizer that a model file holds.

    Raises
    ------
    BundleError
        The file is missing, damaged, foreign or newer than this version.
    """
    return WGANGPSynthesizer.load(path)
