"""Whether `Augmenter` can be trusted: what it says that rows gain, beside what they gain on untouched rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from augment_gains import make_maker
from augment_learners import Scores, make_learners, score_model
from augment_tables import Cut
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tabgan import BLOCK_ROWS, Augmenter, RowSynthesizer
from tabgan.augmentation.amounts import count_rows
from tabgan.augmentation.augmenter import TRIED, TRIED_IMBALANCED
from tabgan.augmentation.gains import Gain
from tabgan.augmentation.rivals import LEARNER_NAMES, make_learner, takes_weights
from tabgan.augmentation.trials import learn_with
from tabgan.seeds import Use, numpy_rng

NOISE = ("noise classes", "noise numbers")
SAYS = {"harms": -1, "cannot tell": 0, "helps": 1}


class Bootstrap(RowSynthesizer):
    """Draws learned rows again."""

    def __init__(self, random_state: Any = None) -> None:
        self.random_state = random_state

    def _fit(self, X: Any, earlier: Any) -> None:
        self.rows_ = X

    def _sample_block(self, seed: int, block: int, given: Any = None) -> Any:
        return numpy_rng(seed, Use.SAMPLE, block).choice(self.rows_, BLOCK_ROWS)

    def _learned_state(self) -> dict[str, Any]:
        return {"rows": self.rows_}

    def _set_learned_state(self, state: dict[str, Any]) -> None:
        self.rows_ = state["rows"]


def measure_trust(cut: Cut, model: str, seed: int) -> Iterator[tuple[str, str, Scores]]:
    """Yield gains that are promised, and true ones, of a model and of the learners beside it."""
    if not cut.n_classes:
        center, scale = cut.y.mean(), cut.y.std()
        cut = Cut(cut.X, (cut.y - center) / scale, cut.X_test, (cut.y_test - center) / scale, 0)
    pipeline = make_pipeline(StandardScaler(), make_learners(cut.n_classes)[model])
    augmenter = Augmenter(pipeline, random_state=seed).fit(cut.X, cut.y)
    maker = augmenter.maker_ or make_maker(cut, augmenter.seed_, "taught")
    amounts = TRIED_IMBALANCED if cut.imbalanced else TRIED
    made = [maker_rows(maker, cut, amount) for amount in amounts]
    best = int(np.argmax([augmenter.scores_.loc[amount].mean() for amount in amounts]))
    adopted = {"adopted": float(augmenter.amount_ > 0), "verdict": SAYS[augmenter.verdict_]}
    yield model, "gain_", describe(augmenter.gain_) | {"true": true_gain(pipeline, cut, made[best])} | adopted
    for learner, name in LEARNER_NAMES.items():
        other = make_learner(learner, cut.n_classes)
        yield learner, "learners_", describe(augmenter.learners_[name]) | {"true": true_gain(other, cut, made[-1])}


def maker_rows(maker: Any, cut: Cut, amount: str) -> tuple[Any, Any]:
    counts = count_rows(amount, cut.y, cut.n_classes)
    return maker.make(counts, False), maker.make(counts, True)


def describe(gain: Gain) -> Scores:
    return {"mean": gain.mean, "low": gain.low, "high": gain.high}


def true_gain(estimator: Any, cut: Cut, made: tuple[Any, Any]) -> float:
    """Return what an estimator gains on the test rows when it learns such rows beside the real ones."""
    changed = learn_with(estimator, cut.X, cut.y, made[takes_weights(estimator)])
    models = (changed, clone(estimator).fit(cut.X, cut.y))
    with_rows, without = (score_model(model, cut.X_test, cut.y_test, cut.n_classes) for model in models)
    score = "bacc" if cut.n_classes else "R2"
    return with_rows[score] - without[score]


def measure_noise(setup: str, model: str, seed: int) -> Iterator[tuple[str, str, Scores]]:
    """Yield what is said of rows with a target that nothing can predict."""
    rng, n_classes = np.random.default_rng([seed, 9]), 2 if setup == NOISE[0] else 0
    X, y = rng.normal(size=(100, 5)), rng.permutation(np.arange(100) % 2) if n_classes else rng.normal(size=100)
    pipeline = make_pipeline(StandardScaler(), make_learners(n_classes)[model])
    augmenter = Augmenter(pipeline, synthesizer=Bootstrap(), random_state=seed).fit(X, y)
    adopted = {"adopted": float(augmenter.amount_ > 0), "verdict": SAYS[augmenter.verdict_]}
    yield model, "gain_", describe(augmenter.gain_) | {"true": 0.0} | adopted


def measure_time(cut: Cut, seed: int) -> Iterator[tuple[str, str, Scores]]:
    """Yield the CPU seconds of ten folds and the last fit."""
    start = time.process_time()
    Augmenter(make_learners(cut.n_classes)["boosting"], random_state=seed).fit(cut.X, cut.y)
    yield "boosting", "fit", {"CPU s": time.process_time() - start}
