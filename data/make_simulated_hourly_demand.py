"""Write simulated_hourly_demand.csv: 120 days of hourly water demand of two districts that do not exist.

python data/make_simulated_hourly_demand.py [FILE] [--days 120]

SIMULATED: no value was measured. Every formula is below, every random number comes from one seed. Days begin with
Friday, 2021-01-01; more days begin as fewer do.

Temperature follows year and day, with weather that lasts for days. The homes' demand has a peak in the morning and one
in the evening, later and flatter at weekends and on holidays, and grows when it is hot; the offices' is that of working
hours. Both share a disturbance that lasts for hours, and each has one of its own and the noise of its meter, in steps
of 0.05 L/s. One in 150 hours a homes' burst begins, which is repaired within a day.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

SEED, BEGIN = 20210101, "2021-01-01"
HOLIDAYS = ["01-01", "01-06", "04-05", "04-25", "05-01", "06-02", "08-15", "11-01", "12-08", "12-25", "12-26"]
GRAIN = 0.05  # L/s


def persistent(noise: np.ndarray, memory: float, spread: float) -> np.ndarray:
    """Return noise of each hour of which a share `memory` is left the next hour; its standard deviation is `spread`."""
    noise = noise * spread * np.sqrt(1 - memory**2)
    for t in range(1, len(noise)):
        noise[t] += memory * noise[t - 1]
    return noise


def peak(hour: np.ndarray, at: float, width: float) -> np.ndarray:
    """Return a bump of height 1 around an hour of the day."""
    away = (hour - at + 12) % 24 - 12
    return np.exp(-0.5 * (away / width) ** 2)


def simulate(days: int = 120) -> pd.DataFrame:
    """Return the table: time, homes and offices in L/s, temperature in degrees, and whether the day is a holiday."""
    time = pd.date_range(BEGIN, periods=24 * days, freq="h")
    rng = np.random.default_rng(SEED)
    random = rng.normal(size=(24 * days, 6))  # row by row: more days do not change the first
    chance = rng.spawn(1)[0].random((24 * days, 3))
    hour, year = time.hour.to_numpy(), 2 * np.pi * time.day_of_year.to_numpy() / 365.25
    summer = -np.cos(year - 2 * np.pi * 20 / 365.25)  # 1 in the second half of July
    temperature = 14 + 9 * summer + (3 + 1.5 * summer) * -np.cos(2 * np.pi * (hour - 3) / 24)
    temperature += persistent(random[:, 0], 0.99, 2.5)
    is_holiday = time.strftime("%m-%d").isin(HOLIDAYS)
    free = (time.day_of_week >= 5) | is_holiday
    working = 4 + 9 * peak(hour, 7, 1.3) + 5 * peak(hour, 13, 2.5) + 8 * peak(hour, 20, 2)
    weekend = 4 + 8 * peak(hour, 9.5, 2) + 6 * peak(hour, 13, 2.5) + 6.5 * peak(hour, 20, 2.2)
    shared = persistent(random[:, 1], 0.9, 0.05)
    homes = np.where(free, weekend, working) * np.exp(shared + persistent(random[:, 2], 0.8, 0.05))
    homes += 0.25 * np.clip(temperature - 22, 0, None) * peak(hour, 20, 3)
    offices = 2 + np.where(free, 0.15, 1) * 7 * (peak(hour, 10, 2) + peak(hour, 15, 2))
    offices *= np.exp(shared + persistent(random[:, 3], 0.7, 0.08))
    left = 0.0
    for t in range(len(homes)):
        left = 1 + 3 * chance[t, 1] if chance[t, 0] < 1 / 150 else left if chance[t, 2] < 0.9 else 0.0
        homes[t] += left
    meters = np.column_stack([homes, offices]) + 0.05 * random[:, 4:]
    homes, offices = (np.round(meters / GRAIN) * GRAIN).round(2).clip(0).T
    columns = {"time": time.strftime("%Y-%m-%d %H:%M"), "homes": homes, "offices": offices}
    return pd.DataFrame(columns | {"temperature": temperature.round(1) + 0.0, "holiday": is_holiday.astype(int)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=Path(__file__).with_name("simulated_hourly_demand.csv"))
    parser.add_argument("--days", type=int, default=120)
    args = parser.parse_args()
    simulate(args.days).to_csv(args.file, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
