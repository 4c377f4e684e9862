"""Write simulated_water_demand.csv: 1,660 days of the water demand of a town that does not exist.

python data/make_simulated_water_demand.py

SIMULATED: no value was measured. Every formula is below, every random number comes from one seed. There are as many
days as in Du et al. (2021, Expert Systems with Applications 171, 114571), from 2016-01-01 on.

Weather: the largest temperature follows the year, with a disturbance that lasts for days; wet days come in spells, are
cooler, more humid and less sunny; the smallest temperature, the dew point and the evaporation follow from these, so
that the factors are correlated, as weather is. Demand in ML/d: a base that grows by 3% of the first a year, times a
weekly course, times 0.945 on holidays; more above 20 degrees when it has not rained, for gardens; less in rain; a
disturbance that lasts for days; bursts of mains, of one to three days each; and noise of the meter.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED, DAYS = 20160101, 1660
WEEK = np.array([1.012, 1.008, 1.004, 1.0, 1.006, 0.982, 0.966])  # Monday to Sunday
HOLIDAYS = ["01-01", "01-02", "05-01", "05-02", "05-03", *(f"10-0{day}" for day in range(1, 8)), "12-31"]
BURSTS = 14


def persistent(rng: np.random.Generator, memory: float, spread: float) -> np.ndarray:
    """Return noise of each day of which a share `memory` is left the next day; its standard deviation is `spread`."""
    noise = rng.normal(0, spread * np.sqrt(1 - memory**2), DAYS)
    for t in range(1, DAYS):
        noise[t] += memory * noise[t - 1]
    return noise


def simulate_weather(rng: np.random.Generator, year: np.ndarray) -> pd.DataFrame:
    """Return the factors; `year` is the angle of the day in the year."""
    summer = np.cos(year - 2 * np.pi * 201 / 365.25)  # 1 in the second half of July
    is_wet = np.zeros(DAYS, bool)
    for t in range(1, DAYS):
        is_wet[t] = rng.random() < (0.55 if is_wet[t - 1] else 0.22) + 0.06 * summer[t]
    rain = np.where(is_wet, rng.gamma(0.8, 11, DAYS), 0.0)
    tmax = 20.5 + 11.5 * summer + persistent(rng, 0.72, 3.4) - 2.6 * is_wet
    humidity = np.clip(66 + 4 * summer + 13 * is_wet + persistent(rng, 0.5, 7), 25, 100)
    sunshine = np.clip(6.2 + 2.4 * summer - 4.5 * is_wet + rng.normal(0, 1.8, DAYS), 0, 13)
    tmin = tmax - 3.5 - 0.75 * sunshine - np.abs(rng.normal(0, 1.2, DAYS))
    wind = rng.gamma(6, 0.5, DAYS) + 0.8 * is_wet
    dew_point = np.minimum((tmax + tmin) / 2 - (100 - humidity) / 5, tmin)
    evaporation = np.clip(0.08 * tmax + 0.03 * (100 - humidity) + 0.2 * sunshine + 0.1 * wind - 1, 0, None)
    factors = dict(tmax=tmax, tmin=tmin, dew_point=dew_point, humidity=humidity, rain=rain, wind=wind)
    factors |= dict(sunshine=sunshine, evaporation=evaporation)
    return pd.DataFrame(factors).round(1) + 0.0  # -0.0 becomes 0.0


def simulate() -> pd.DataFrame:
    """Return the table: date, demand, weather, and whether the day is a holiday."""
    rng = np.random.default_rng(SEED)
    date = pd.date_range("2016-01-01", periods=DAYS)
    weather = simulate_weather(rng, 2 * np.pi * date.day_of_year.to_numpy() / 365.25)
    is_holiday = date.strftime("%m-%d").isin(HOLIDAYS)
    rain = weather["rain"]
    dry = (-rain.ewm(halflife=2).mean() / 6).transform(np.exp)  # 1 after weeks without rain
    gardens = 0.011 * (weather["tmax"] - 20).clip(lower=0) * dry
    growth = 1 + 0.03 * np.arange(DAYS) / 365.25
    course = 48 * growth * WEEK[date.day_of_week] * np.where(is_holiday, 0.945, 1.0)
    demand = course * (1 + gardens - 0.012 * (rain > 1) + persistent(rng, 0.65, 0.014))
    for start in np.sort(rng.choice(DAYS - 5, BURSTS, replace=False)):
        length, loss = rng.integers(1, 4), rng.uniform(5, 14)
        demand[start : start + length] += loss
    demand += rng.normal(0, 0.35, DAYS)  # of the meter
    columns = {"date": date, "demand": demand.round(2), **weather, "holiday": is_holiday.astype(int)}
    return pd.DataFrame(columns)


def main(path: Path) -> None:
    """Write the table to `path`."""
    table = simulate()
    table.to_csv(path, index=False, lineterminator="\n", date_format="%Y-%m-%d")
    print(f"{len(table)} simulated days x {table.shape[1]} columns: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("simulated_water_demand.csv"))
