"""Scores of which the noise is kept small: the judge's, as means over other rows of the same fit.

The detector's AUC and what is trained on generated rows are means over 3 draws where fewer than 1,000 rows are tested,
over 2 below 3,000, else of one. Distances are of 4,000 generated rows where fewer than 1,000 were learned. Rows are
rounded to the learned decimals before any of that, so that no digit tells.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from fidelity_makers import Draw

MOST_ROWS = 5000  # to tell from real ones
DISTANCE_ROWS = 4000


def load_judge(folder: Path) -> ModuleType:
    """Return the judge's module, from a folder that is no package."""
    spec = importlib.util.spec_from_file_location("judge_metrics", folder / "metrics.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judge_again(
    judge: ModuleType,
    train: pd.DataFrame,
    test: pd.DataFrame,
    draw: Draw,
    target: str | None,
    exact: list[str],
    floor: bool,
) -> dict[str, Any]:
    """Return the means of the scores; `exact` are columns of which only combinations of real rows may come."""
    n_draws = 3 if len(test) < 1000 else 2 if len(test) < 3000 else 1
    real = pd.concat([train, test])
    kinds = judge.column_kinds(real)
    each = []
    for i in range(1 if floor else n_draws):
        learned, tested, rows = conform(judge, train, test, draw(min(len(test), MOST_ROWS), i), kinds)
        scores = {"c2st_gb_rounded": judge.detection(tested, rows, kinds, seed=10 * i)[0]}
        if target:
            found = judge.utility(learned, tested, rows, kinds, target)
            scores |= {name: found[name] for name in ("tstr", "trtr")}
        n_distant = DISTANCE_ROWS if len(train) < 1000 else min(len(test), MOST_ROWS)
        learned, tested, rows = conform(judge, train, test, draw(n_distant, 50 + i), kinds)
        found = judge.dcr(learned, tested, rows, kinds, floor=floor)
        scores |= {name: found[name] for name in ("dcr_ratio", "dcr_p05_ratio")}
        if exact:
            scores["impossible"] = 1 - np.mean(
                pd.MultiIndex.from_frame(rows[exact]).isin(conform_keys(judge, real, exact, kinds))
            )
        each.append(scores)
    means = {name: float(np.mean([scores[name] for scores in each])) for name in each[0]}
    return {"n_train": len(train), "n_test": len(test), **means}


def conform(judge: ModuleType, *parts: Any) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return rows to learn, to test and generated ones as the judge compares them."""
    learned, tested, rows, _ = judge.conform(*parts)
    return learned, tested, judge.round_like(learned, rows, parts[-1])


def conform_keys(judge: ModuleType, real: pd.DataFrame, exact: list[str], kinds: dict[str, str]) -> pd.MultiIndex:
    """Return the combinations that real rows have of some columns."""
    known, _, _ = conform(judge, real, real, real, kinds)
    return pd.MultiIndex.from_frame(known[exact].drop_duplicates())
