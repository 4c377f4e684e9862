"""The pictures of docs/water-demand.md: forecasts and their errors under both protocols, and the components."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from water_series import WEATHER

from tabgan.figures import SIGNED, save_figure, style
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.plots import plot_backtest
from tabgan.forecasting.series import Series
from tabgan.preprocessing.pca import PCAStage

MODEL = "dwt-pca-lstm"


def draw(series: Series, train: int, settings: dict, folder: Path) -> None:
    """Fit the hybrid under both protocols, seed 0, and write water-{leak-free,paper,components}.png."""
    for protocol in ("leak-free", "paper"):
        model = DWTPCALSTMForecaster(
            MODEL, calibration=0, random_state=0, causal=protocol == "leak-free", **settings
        ).fit_series(series.head(train), {})
        table = {"date": series.times[train:], "observed": series.values[train:]}
        forecasts = pd.DataFrame({**table, MODEL: model.predict_series(series, train)})
        axes = plot_backtest(forecasts, MODEL, "million gallons a day")
        with style():
            axes[0].set_title(f"Fort Collins, one day ahead, {protocol}")
        save_figure(axes[0].figure, folder / f"water-{protocol}.png", overwrite=True)
    save_figure(plot_loadings(model.inputs_.pca), folder / "water-components.png", overwrite=True)


def plot_loadings(stage: PCAStage) -> Figure:
    """Draw what each factor weighs in each component."""
    names = WEATHER["fort_collins"]
    heads = [f"{k}\n{share:.0%}" for k, share in enumerate(stage.explained_variance_ratio_, 1)]
    with style():
        figure = Figure(figsize=(9, 6), layout="constrained")
        axes = figure.subplots()
        image = axes.imshow(stage.components_.T, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto")
        axes.grid(False)
        axes.set_xticks(np.arange(len(heads)), heads)
        axes.set_yticks(np.arange(len(names)), names)
        axes.set_xlabel("component, and its share of the variance")
        figure.colorbar(image, label="loading")
    return figure
