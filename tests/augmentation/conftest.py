"""Augmenters with made-up findings, so that what is said of them can be tested by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from tabgan import Augmenter
from tabgan.augmentation.gains import Gain
from tabgan.augmentation.rivals import GUESS, LEARNER_NAMES
from tabgan.augmentation.trials import BARE

AMOUNTS = ("1x", "3x")


def make_gain(score: float, mean: float, reach: float, n_fits: int = 10) -> Gain:
    """Return a gain whose interval reaches so far to both sides."""
    return Gain(score, mean, mean - reach, mean + reach, reach / 2, n_fits)


def make_found(gain: Gain, rivals: dict[str, Gain] | None = None, **changed: Any) -> Augmenter:
    """Return an Augmenter that looks fitted, the score of the estimator as it is being 0.9."""
    params = {name: changed.pop(name) for name in list(changed) if name in Augmenter(None).get_params()}
    found = Augmenter(**{"estimator": LogisticRegression(), "random_state": 0} | params)
    names = [BARE, *AMOUNTS, *LEARNER_NAMES.values()]
    known = {BARE: Gain(0.9, 0.0, 0.0, 0.0, 0.0, 10), GUESS: make_gain(0.5, -0.4, 0.1)} | (rivals or {})
    attributes = {
        "gain_": gain,
        "amounts_": {"1x": make_gain(0.905, 0.005, 0.02), "3x": gain},
        "rivals_": dict(sorted(known.items(), key=lambda item: -item[1].score)),
        "learners_": {name: make_gain(0.8, 0.01, 0.02) for name in LEARNER_NAMES.values()},
        "recalls_": pd.DataFrame({BARE: [0.8, 0.6], "1x": [0.81, 0.62], "3x": [0.83, np.nan]}, index=["no", "yes"]),
        "scores_": pd.DataFrame(0.9, index=names, columns=range(10)),
        "amount_": 0,
        "chosen_": 0,
        "verdict_": gain.verdict,
        "estimator_": LogisticRegression(),
        "seed_": 0,
        "n_rows_": 214,
        "n_features_in_": 9,
    }
    vars(found).update(attributes | changed)
    return found


def make_untried() -> Augmenter:
    """Return an Augmenter that had too few rows."""
    empty = {"amounts_": {}, "rivals_": {}, "learners_": {}, "recalls_": pd.DataFrame(), "scores_": pd.DataFrame()}
    return make_found(Gain(), **empty)
