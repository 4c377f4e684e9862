"""What water.py measures: which series, how many rows are learned, how far ahead is forecast, by which models."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from tabgan.forecasting.inputs import VARIANTS
from tabgan.forecasting.naive import BASELINES
from tabgan.forecasting.series import Series, read_series
from tabgan.forecasting.verdict import LINEAR

SEEDED = (*(name for name in VARIANTS if name != LINEAR), "boosting")
MODELS = (*SEEDED, LINEAR, *BASELINES, "ets", "sarimax")
DENOISED = tuple(name for name, variant in VARIANTS.items() if variant.wavelet)
WEATHER = {
    "fort_collins": [
        "tmax_f",
        "tmin_f",
        "temperature_range_f",
        "precipitation_in",
        "snowfall_in",
        "snow_depth_in",
    ],
    "bwdf_daily": ["rain_mm", "temp_mean_c", "temp_max_c", "temp_min_c", "humidity_mean_pct", "wind_mean_kmh"],
    "bwdf_hourly": ["rain_mm", "temp_c", "humidity_pct", "wind_kmh"],
}
FEW_EPOCHS = {"epochs": 20, "patience": 5, "members": 2}  # of many hours


class Part(NamedTuple):
    """One of the comparisons.

    Attributes
    ----------
    table : str
        A key of `WEATHER`.
    rows, train : int or None and int
        The first so many rows are used, and of these the first so many learned.
    horizons : tuple of int
        Steps ahead. One step ahead every row after `train` is forecast, else runs of so many rows that do not overlap.
    models : tuple of str
    settings : dict
        Of the networks, where not their defaults.
    known : bool
        Whether the weather of the row to forecast is known.
    refit : int or None
        After so many rows all that came before is learned again: a rolling origin.
    areas : tuple of int
        District areas of bwdf.
    """

    table: str
    rows: int | None
    train: int
    horizons: tuple[int, ...] = (1,)
    models: tuple[str, ...] = MODELS
    settings: dict = {}  # noqa: RUF012
    known: bool = False
    refit: int | None = None
    areas: tuple[int, ...] = (0,)


PARTS = {
    "split": Part("fort_collins", 1660, 998, horizons=(1, 7)),
    "paper": Part("fort_collins", 1660, 998, models=DENOISED, settings={"causal": False}),
    "weather": Part("fort_collins", 1660, 998, models=("dwt-pca-lstm", "boosting", "sarimax"), known=True),
    "rolling": Part("fort_collins", None, 998, refit=214),  # 1,284 days in six parts
    "daily": Part("bwdf_daily", None, 492, horizons=(1, 7), areas=tuple(range(1, 11))),  # the paper's share, 60%
    "hourly": Part("bwdf_hourly", None, 492 * 24, horizons=(1, 24, 168), settings=FEW_EPOCHS, areas=(3, 5)),
}


def read(part: Part, area: int, shared: Path) -> Series:
    """Return the series of a part. Gaps and repeated hours of bwdf are filled; such rows are not scored."""
    folder, weather = shared / "data", WEATHER[part.table]
    if part.table == "fort_collins":
        frame = pd.read_csv(folder / "water_fort_collins" / "fort_collins_daily.csv").head(part.rows)
        return read_series(frame, "water_demand_mgd", weather, weather if part.known else (), "date")
    ending, date = (".csv", "date") if part.table == "bwdf_daily" else (".csv.gz", "datetime_local")
    frame = pd.read_csv(folder / "water_bwdf" / f"{part.table}{ending}")
    return read_series(frame, f"dma_{area}_lps", weather, (), date, fill=True)
