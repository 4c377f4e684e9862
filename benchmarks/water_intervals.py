"""How often the days that came lay within the forecaster's intervals, and how wide these were.

    python benchmarks/water_intervals.py [--shared ../shared]

The days that water.py learns are learned once, their last 15% held aside for the intervals, as by default. These are as
wide as `forecast` says on the last of these days, relative to the forecast, and are judged on all days after it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from water_rivals import Networks, find_origins
from water_series import PARTS, read

from tabgan.forecasting.series import Series

HERE = Path(__file__).resolve().parent
COVERAGES = (0.8, 0.9)
HORIZON = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared", help="folder with data/")
    shared = parser.parse_args().shared
    torch.set_num_threads(1)
    print("| series | steps ahead | wanted | covered | width, % of the forecast | n |\n|---|---|---|---|---|---|")
    for name, part, area in [("Fort Collins", "split", 0), *((f"area {a}", "daily", a) for a in PARTS["daily"].areas)]:
        measure(name, read(PARTS[part], area, shared), PARTS[part].train)


def measure(name: str, series: Series, start: int) -> None:
    """Print a line for each horizon and coverage."""
    networks = Networks("dwt-pca-lstm", 0, {"calibration": 0.15}).fit(series.head(start))
    widths = {}
    for coverage in COVERAGES:
        table = networks.model.forecast(HORIZON, coverage)
        widths[coverage] = (table["upper"] / table["forecast"] - 1).to_numpy()
    doubtful = series.filled | np.append(False, series.filled[:-1])
    for horizon in (1, HORIZON):
        origins = find_origins(start, len(series.values), 1)
        origins = origins[origins + horizon < len(series.values)]
        forecast, rows = networks(series, origins, horizon)[:, -1], origins + horizon
        error = np.abs(series.values[rows] / forecast - 1)[~doubtful[rows]]
        for coverage, width in widths.items():
            covered = (error <= width[horizon - 1]).mean()
            print(
                f"| {name} | {horizon} | {coverage} | {covered:.3f} | ±{100 * width[horizon - 1]:.1f} | {len(error)} |"
            )


if __name__ == "__main__":
    main()
