"""The tables whose goals are written down: cut by halves or by their first rows, judged again and again.

Each is shuffled with seed 0. Halves: the first is learned, the other to test. Of others so many of the first rows are
learned, and the next 2,000 to test. `EXACT` names columns of which only few combinations occur. What others get stands
in docs/benchmarks.md with where it comes from.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from fidelity_tables import Parts, Table
from sklearn import datasets

TEST_ROWS = 2000
TEN = (
    "iris",
    "glass",
    "california60",
    "california120",
    "ccpp250",
    "bc9",
    "wine",
    "diabetes",
    "ccpp120",
    "california250",
)
TEN_BARS = {"c2st_gb_rounded": 0.768, "tstr": 0.640, "dcr_ratio": 0.945, "cpu_seconds": 6.0}
EXACT = {"airfoil": ["angle_deg", "chord_length_m", "velocity_ms", "displacement_thickness_m"]}
MOST_COLUMNS = {"california_housing/california_housing.csv": 9, "cwru_bearing/feature_time_48k_2048_load_1.csv": 9}
BREAST_CANCER = Path(__file__).resolve().parent.parent / "data" / "breast_cancer.csv"


def in_file(path: str, drop: tuple[str, ...] = ()) -> Callable[[Path], pd.DataFrame]:
    return lambda data: pd.read_csv(data / path).drop(columns=list(drop)).iloc[:, : MOST_COLUMNS.get(path)]


def in_sklearn(name: str) -> Callable[[Path], pd.DataFrame]:
    return lambda data: getattr(datasets, f"load_{name}")(as_frame=True).frame


def goal(
    read: Callable[[Path], pd.DataFrame],
    target: str | None = None,
    rows: int | None = None,
    preset: str | None = None,
    mixed: bool = False,
    **bars: float,
) -> Table:
    """Return a table of which half is learned, or so many rows; the bars of the scores, `auc` the detector's."""

    def cut(data: Path, seed: int) -> Parts:
        table = read(data)
        order = np.random.default_rng(0).permutation(len(table))
        n_train = rows or len(table) // 2
        test = order[n_train : n_train + TEST_ROWS if rows else None]
        return table.iloc[order[:n_train]].reset_index(drop=True), table.iloc[test].reset_index(drop=True)

    names = {"auc": "c2st_gb_rounded", "dcr": "dcr_ratio"}
    bars = {names.get(name, name): value for name, value in bars.items()}
    return Table(cut, target, "repeated", mixed, bars, preset)


CALIFORNIA, CCPP = in_file("california_housing/california_housing.csv"), in_file("ccpp/ccpp.csv")
CWRU = in_file("cwru_bearing/feature_time_48k_2048_load_1.csv")
GOALS = {
    "iris": goal(in_sklearn("iris"), "target"),
    "glass": goal(in_file("glass/glass.csv"), "Type", auc=0.62, tstr=0.88, dcr=0.95),
    "california60": goal(CALIFORNIA, "median_house_value", 60),
    "california120": goal(CALIFORNIA, "median_house_value", 120),
    "ccpp250": goal(CCPP, "PE", 250),
    "bc9": goal(lambda data: pd.read_csv(BREAST_CANCER).iloc[:, :9], auc=0.62, dcr=0.94, cpu_seconds=8),
    "wine": goal(in_sklearn("wine"), "target"),
    "diabetes": goal(in_sklearn("diabetes"), "target", auc=0.58, tstr=0.43),
    "ccpp120": goal(CCPP, "PE", 120),
    "california250": goal(CALIFORNIA, "median_house_value", 250),
    "cwru": goal(CWRU, preset="best", auc=0.63, dcr=0.95),
    "ccpp_half": goal(CCPP, "PE", preset="best", auc=0.60, tstr=0.95),
    "concrete_half": goal(
        in_file("concrete/concrete.csv"), "compressive_strength", preset="best", auc=0.72, tstr=0.86, dcr=0.94
    ),
    "california": goal(CALIFORNIA, "median_house_value", preset="best", auc=0.61, tstr=0.78),
    "airfoil_half": goal(
        in_file("airfoil/airfoil.csv"), "sound_pressure_db", auc=0.60, tstr=0.84, dcr=0.92, impossible=0.0
    ),
    "winered": goal(in_file("wine_quality_red/winequality_red.csv"), "quality", auc=0.66, tstr=0.76),
    "ai4i": goal(in_file("ai4i2020/ai4i2020.csv", ("UDI", "Product ID")), "Machine failure", mixed=True, auc=0.57),
    "creditcard": goal(in_file("creditcard_sample/creditcard_sample.csv"), "Class", auc=0.68),
}
