"""Pictures of a training run, and of the components that numbers became."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tabgan.figures import REAL, REAL_FILL, SYNTHETIC, Picture, styled
from tabgan.gan.history import History

if TYPE_CHECKING:
    from tabgan.preprocessing.pca import PCAStage
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer


def plot_history(
    model: WGANGPSynthesizer | History, path: str | os.PathLike[str] | None = None, overwrite: bool = False
) -> Figure:
    """Draw a training run: the critic's loss with and without its penalty, and the distance to real rows below it.

    Parameters
    ----------
    model : WGANGPSynthesizer or History
        A fitted model, or its `history_`.
    path : path, optional
        Picture to write; its suffix, .png, .svg or .pdf, tells the format.
    overwrite : bool, default False
        Replace a file that exists.

    Returns
    -------
    Figure
        With one axes, or two when the distance was measured. The broken line is the generator that is kept, the band
        what a perfect one would get, give or take the noise.

    Raises
    ------
    InputError
        The file exists, cannot be written, or has another suffix.

    Examples
    --------
    >>> losses = np.array([0.5, 0.25])
    >>> len(plot_history(History(losses, losses, np.array([[2, 0.1]]), best_iteration=2)).axes)
    2
    """
    history = model if isinstance(model, History) else model.history_
    return history.plot(path, overwrite)


@styled
def plot_scree(stage: PCAStage) -> Figure:
    """Draw the share of the variance that each principal component holds, kept or not, and their running sum."""
    figure = Picture(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    places, kept = np.arange(1, len(stage.scree_) + 1), stage.n_components_
    axes.bar(places[:kept], stage.scree_[:kept], color=REAL, label="kept")
    axes.bar(places[kept:], stage.scree_[kept:], color=REAL_FILL, label="left out")
    axes.plot(places, stage.scree_.cumsum(), color=SYNTHETIC, marker="o", markersize=3, label="sum")
    axes.set_title(f"{kept} of {len(places)} components hold {stage.scree_[:kept].sum():.1%} of the variance")
    axes.set_xlabel("component")
    axes.set_ylabel("share of the variance")
    axes.set_ylim(0, 1.05)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="center right")
    return figure
