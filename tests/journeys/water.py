"""A water analyst with one long hourly series: docs/forecasting.md, docs/series.md and docs/augmentation.md."""

from __future__ import annotations

import pandas as pd

from tests.journeys.user import User, Who

WHO = Who()
HOURS = pd.Timedelta(hours=1)


def journey(user: User) -> None:
    series = pd.read_csv(user / "data/simulated_hourly_demand.csv", parse_dates=["time"])

    # Is a network worth it? Then the day to come.
    told = user.types(
        "tabgan backtest data/simulated_hourly_demand.csv --target homes --time time --train 2160 --models last-value "
        "--horizon 24"
    )
    assert "leak-free: 2,160 rows learned" in told
    assert {line.split()[0] for line in told.splitlines() if line} >= {"linear", "seasonal-naive", "last-value"}
    user.types(
        "tabgan forecast data/simulated_hourly_demand.csv --target homes --time time --factors temperature "
        "--horizon 24 -o day.csv"
    )
    day = pd.read_csv(user / "day.csv", parse_dates=[0])
    times = day.iloc[:, 0]
    assert len(day) == 24
    assert times.iloc[0] == series["time"].iloc[-1] + HOURS
    assert (times.diff().dropna() == HOURS).all()
    assert (day["lower"] < day["forecast"]).all()
    assert (day["forecast"] < day["upper"]).all()

    # The series itself: windows of a day, and a month with the holidays that are planned.
    user.types(
        "tabgan fit data/simulated_hourly_demand.csv --series --time time --known-future holiday --iterations 300"
    )
    user.types("tabgan generate -n 500 --length 24 -o windows.csv")
    windows = pd.read_csv(user / "windows.csv")
    assert windows["series"].nunique() == 500
    assert set(windows["series"].value_counts()) == {24}
    user.python(
        """
import pandas as pd

plan = pd.DataFrame({"time": pd.date_range("2027-01-01", periods=24 * 30, freq="h")})
plan["holiday"] = plan["time"].dt.strftime("%m-%d").eq("01-01").astype(int)
plan.to_csv("plan.csv", index=False)
""",
        "plan.py",
    )
    user.types("tabgan generate --length 720 --start 2027-01-01 --known-future plan.csv -o january.csv")
    january = pd.read_csv(user / "january.csv", parse_dates=["time"])
    assert list(january.columns) == list(series.columns)
    assert january["time"].iloc[[0, -1]].tolist() == [pd.Timestamp("2027-01-01"), pd.Timestamp("2027-01-30 23:00")]
    assert january["holiday"].sum() == 24
    assert january["homes"].between(series["homes"].min(), series["homes"].max()).all()

    # More windows for a classifier of days.
    told = user.python(
        """
import numpy as np
import pandas as pd

from tabgan.augmentation import augment

table = pd.read_csv("data/simulated_hourly_demand.csv", parse_dates=["time"])
windows = table["homes"].to_numpy().reshape(-1, 24)
days = np.where(table["time"].dt.day_of_week.to_numpy()[::24] < 5, "workday", "weekend")
more, labels = augment(windows, days, n=200, method="time_warp", random_state=0)
print(more.shape, *np.unique(labels))
""",
        "windows.py",
    )
    assert told.split() == ["(400,", "24)", "weekend", "workday"]
