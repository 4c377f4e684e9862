"""Compare forecasters on days they have not learned, then forecast a week with intervals.

python examples/04_water_demand.py [--epochs 150] [--members 5]

The series is simulated (see data/README.md): its scores say nothing about real demand. Writes forecast.csv and
forecast.png.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from tabgan.figures import save_figure
from tabgan.forecasting.backtest import backtest
from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
from tabgan.forecasting.held_aside import measure_accuracy
from tabgan.forecasting.plots import plot_forecast

DATA = Path(__file__).resolve().parents[1] / "data" / "simulated_water_demand.csv"
WEATHER = ["tmax", "tmin", "dew_point", "humidity", "rain", "wind", "sunshine", "evaporation"]


def main() -> None:
    """Run the example."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=150, help="the most epochs of each network (150)")
    parser.add_argument("--members", type=int, default=5, help="networks that are averaged (5)")
    args = parser.parse_args()
    settings = {"epochs": args.epochs, "members": args.members, "random_state": 0}
    table = pd.read_csv(DATA)

    # Weather is used from the day before on; holidays are known in advance. The first 998 days are learned, as in the
    # paper. The second protocol denoises all days at once and thereby looks ahead: its scores are no forecast's.
    models = ["dwt-pca-lstm", "dwt-pca-svm", "yesterday", "last-week"]
    columns = {"target": "demand", "factors": [*WEATHER, "holiday"], "known_future": ["holiday"]}
    for protocol in ("leak-free", "paper"):
        result = backtest(table, **columns, train=998, models=models, protocol=protocol, **settings)
        print(f"one day ahead, {protocol}")
        print(result.scores.round(3).to_string(index=False))

    # Days to come are rows without a target, which say what is known of them.
    days = pd.date_range(table["date"].iloc[-1], periods=8)[1:].strftime("%Y-%m-%d")
    table = pd.concat([table, pd.DataFrame({"date": days, "holiday": 0})], ignore_index=True)
    model = DWTPCALSTMForecaster(**settings).fit(table, **columns)
    week = model.forecast(7, coverage=0.9)
    print(week.to_string(index=False, float_format="%.2f"))
    week.to_csv("forecast.csv", index=False)
    axes = plot_forecast(model.series_, week, "simulated demand, ML/d", 0.9, measure_accuracy(model, 7))
    save_figure(axes.figure, "forecast.png", overwrite=True)


if __name__ == "__main__":
    main()
