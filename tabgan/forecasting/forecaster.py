"""The DWT-PCA-LSTM hybrid and its rivals."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from tabgan.errors import InputError
from tabgan.forecasting.ensemble import Ensemble, Training
from tabgan.forecasting.inputs import Inputs, Windows
from tabgan.forecasting.series import STEPS, Series, read_series
from tabgan.forecasting.svr import SupportVectors
from tabgan.forecasting.variants import check_horizon, check_settings, find_variant
from tabgan.persistence import Model, State
from tabgan.preprocessing.wavelet import WaveletDenoiser
from tabgan.registry import register_own
from tabgan.seeds import resolve_seed

if TYPE_CHECKING:
    from torch import nn
    from typing_extensions import Self

WINDOWS = {"day": 14, "hour": 48}
LEAST_LEARNED = 20
NOT_SAVED = ("random_state", "verbose")


class DWTPCALSTMForecaster(Model, BaseEstimator):
    """Forecast a daily or hourly demand with two LSTMs, on the denoised series and on its noise.

    Outliers of the learned days are replaced by the 3-sigma rule. Wavelet denoising splits the series into a main
    course and a residual; of the factors the principal components are kept, beside the calendar. One LSTM sees the last
    steps of the main course and the components, the other those of the residual and the components; the forecast is the
    sum of their outputs (Du et al. 2021). Here, inputs of a day are made from the days before it alone, in training as
    in use, and what is learned is the change from the last day, of logarithms where the series is positive. Several
    networks are averaged, each trained until days that are later than those it learns say stop.

    Parameters
    ----------
    variant : str, default "dwt-pca-lstm"
        Or a rival that lacks something: "dwt-lstm", "pca-lstm", "lstm", "dwt-pca-rnn", "dwt-pca-bp", "dwt-pca-svm".
    window : int or None
        Steps that a network sees; None is 14 days, or 48 hours.
    wavelet : str
        See `WaveletDenoiser`.
    level : int
        See `WaveletDenoiser`.
    n_components : int or float, default 0.95
        See `PCAStage`.
    hidden : int, default 16
        Width of an LSTM.
    epochs : int
        The most passes over the days that are learned.
    patience : int
        How many epochs without a better one end the training.
    members : int, default 5
        Networks that are averaged.
    stopping : float, default 0.15
        The share of days, the latest, that say when to stop.
    calibration : float, default 0.15
        The share of days, the latest of all, that are held aside for the intervals of `forecast`; may be 0.
    causal : bool, default True
        False denoises the whole series at once, as in the paper: past inputs then depend on later values, which no
        real forecast has. It is there to measure what that is worth.
    random_state : int, RandomState, Generator or None
        Seed of the networks.
    verbose : bool, default False
        Whether to show the progress.

    Attributes
    ----------
    series_ : Series
        What it was fitted on.
    seed_ : int

    References
    ----------
    Du, Zhou, Guo, Guo, Wang (2021). Deep learning with long short-term memory neural networks combining wavelet
    transform and principal component analysis for daily urban water demand forecasting. Expert Systems with
    Applications 171, 114571.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> days = pd.date_range("2024-01-01", periods=200, name="date")
    >>> frame = pd.DataFrame({"demand": 20 + 3 * (days.dayofweek > 4)}, index=days)
    >>> forecaster = DWTPCALSTMForecaster(epochs=30, members=1, random_state=0).fit(frame, "demand")
    >>> forecaster.predict(7).columns.tolist()
    ['date', 'forecast']
    """

    LIBRARIES: ClassVar[Sequence[str]] = (
        "torch",
        "numpy",
        "pandas",
        "scikit-learn",
        "scipy",
        "safetensors",
        "pywavelets",
    )

    def __init__(
        self,
        variant: str = "dwt-pca-lstm",
        *,
        window: int | None = None,
        wavelet: str = "haar",
        level: int = 3,
        n_components: float = 0.95,
        hidden: int = 16,
        epochs: int = 150,
        patience: int = 20,
        members: int = 5,
        stopping: float = 0.15,
        calibration: float = 0.15,
        causal: bool = True,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.variant, self.window, self.wavelet, self.level = variant, window, wavelet, level
        self.n_components, self.hidden, self.epochs, self.patience = n_components, hidden, epochs, patience
        self.members, self.stopping, self.calibration, self.causal = members, stopping, calibration, causal
        self.random_state, self.verbose = random_state, verbose

    def fit(
        self,
        frame: pd.DataFrame,
        target: Hashable,
        factors: Sequence[Hashable] = (),
        known_future: Sequence[Hashable] = (),
        *,
        date: Hashable | None = None,
        fill: bool = False,
    ) -> Self:
        """Learn a column of a table; `read_series` says what the parameters are.

        Raises
        ------
        InputError
            The table or a setting cannot be used as given, or there are too few rows.
        """
        check_settings(self.get_params())
        series = read_series(frame, target, factors, known_future, date, fill)
        columns: State = {"target": target, "factors": list(factors), "known_future": list(known_future), "date": date}
        return self.fit_series(series, columns)

    def fit_series(self, series: Series, columns: State) -> Self:
        """Learn a series whose columns have these names, as `fit` does."""
        inputs, learner = self._make_inputs(series.step), find_variant(self.variant).learner
        n = len(series.values)
        n_learned = n - round(self.calibration * n)
        if n_learned < inputs.span + LEAST_LEARNED:
            least = int(np.ceil((inputs.span + LEAST_LEARNED) / (1 - self.calibration)))
            raise InputError(
                f"a series must have at least {least} rows for windows of {inputs.span}, but has {n}; give more, or "
                "lower level, window or calibration"
            )
        learned = series.head(n_learned)
        self.inputs_ = inputs.fit(learned)
        origins = np.arange(inputs.window - 1, n_learned - 1)
        streams = inputs.encode(inputs.make_windows(learned, origins))
        targets = inputs.make_targets(learned, origins)
        self.seed_ = resolve_seed(self.random_state)
        self.learner_: SupportVectors | Ensemble
        if learner == "svm":
            self.learner_ = SupportVectors.fit(streams, targets)
        else:
            training = Training(
                self.hidden, self.epochs, self.patience, self.members, self.stopping, self.verbose * self.variant
            )
            self.learner_ = Ensemble.fit(learner, streams, targets, training, self.seed_)
        self.series_, self.columns_, self.n_learned_ = series, columns, n_learned
        return self

    def predict(self, horizon: int = 1) -> pd.DataFrame:
        """Forecast the steps after the last one, each from the forecasts before it.

        One network serves any horizon, and one step ahead it is the one that a backtest judges. Factors that are not
        known in advance stay as they were last; those that are must be in rows after the last one with a target.

        Returns
        -------
        DataFrame of shape (horizon, 2)
            ``date`` and ``forecast``.

        Raises
        ------
        InputError
            `horizon` is below 1, or factors known in advance are not known so far.
        """
        check_is_fitted(self)
        series, n = self.series_, len(self.series_.values)
        check_horizon(horizon)
        if series.known.shape[1] and len(series.known) < n + horizon:
            raise InputError(
                f"factors known in advance must be given for {horizon} steps ahead, but are for "
                f"{len(series.known) - n}; add rows without a target that have them"
            )
        path = self._follow(self.inputs_.make_windows(series, np.array([n - 1]), horizon - 1), horizon)
        times = series.times[n - 1] + STEPS[series.step] * np.arange(1, horizon + 1)
        return pd.DataFrame({"date": times, "forecast": self.inputs_.restore(path[0])})

    def forecast(self, horizon: int = 1, coverage: float = 0.9) -> pd.DataFrame:
        """Forecast with intervals: split conformal ones, from the errors on the days held aside, for each step ahead.

        Errors are relative to the forecast if the series is positive.

        Returns
        -------
        DataFrame of shape (horizon, 4)
            ``date``, ``forecast``, ``lower`` and ``upper``.

        Raises
        ------
        InputError
            As of `predict`; or too few days were held aside for this coverage and horizon.
        """
        table = self.predict(horizon)
        series, inputs, n = self.series_, self.inputs_, len(self.series_.values)
        find_rank(n - self.n_learned_ - horizon + 1, coverage)
        origins = np.arange(self.n_learned_ - 1, n - 1)
        forecast = inputs.restore(self._follow(inputs.make_windows(series, origins, horizon - 1), horizon))
        observed = np.append(series.values, np.full(horizon, np.nan))[origins[:, None] + np.arange(1, horizon + 1)]
        errors = np.abs(observed - forecast) / (np.abs(forecast) if inputs.positive else 1)
        half = np.array([conformal_quantile(column[~np.isnan(column)], coverage) for column in errors.T])
        half *= table["forecast"] if inputs.positive else 1
        return table.assign(lower=table["forecast"] - half, upper=table["forecast"] + half)

    def predict_series(self, series: Series, start: int) -> NDArray[np.float64]:
        """Return the forecasts of rows `start` and after of a series, each one step ahead from the rows before it."""
        check_is_fitted(self)
        origins = np.arange(start - 1, len(series.values) - 1)
        if start < self.inputs_.window:
            raise InputError(f"a forecast needs {self.inputs_.window} rows before it, but row {start + 1} has {start}")
        return self.inputs_.restore(self._follow(self.inputs_.make_windows(series, origins), 1)[:, 0])

    def _get_state(self) -> State:
        check_is_fitted(self)
        return {
            "params": {name: value for name, value in self.get_params().items() if name not in NOT_SAVED},
            "n_learned": self.n_learned_,
            "columns": self.columns_,
            "series": self.series_.get_state(),
            "inputs": self.inputs_.get_state(),
            "learner": self.learner_.get_state(),
        }

    @classmethod
    def _from_state(cls, state: State, **modules: nn.Module | None) -> Self:
        if any(module is not None for module in modules.values()):
            raise InputError("generator and critic are of a synthesizer, but this is a forecaster; leave them out")
        model = cls(**state["params"], random_state=state["seed"])
        model.series_, model.seed_ = Series.from_state(state["series"]), state["seed"]
        model.columns_, model.n_learned_ = state["columns"], state["n_learned"]
        model.inputs_ = model._make_inputs(model.series_.step).set_state(state["inputs"])
        kind = SupportVectors if find_variant(model.variant).learner == "svm" else Ensemble
        model.learner_ = kind.from_state(state["learner"])
        return model

    @classmethod
    def summarise(cls, state: State) -> dict[str, Any]:
        """Return class, rows, columns, settings and versions of a forecaster's state."""
        return super().summarise({**state, "n_samples": len(state["series"]["values"])}) | {"columns": state["columns"]}

    def _make_inputs(self, step: str) -> Inputs:
        window = WINDOWS[step] if self.window is None else self.window
        denoiser = WaveletDenoiser.parse(f"{self.wavelet}:{self.level}")
        return Inputs(find_variant(self.variant), window, denoiser, self.n_components, self.causal)

    def _follow(self, windows: Windows, horizon: int) -> NDArray[np.float64]:
        """Return forecasts of shape (m, horizon), each step from the ones before it, on the scale that is learned."""
        inputs, (demand, denoised, factors) = self.inputs_, windows
        path = np.empty((len(demand), horizon))
        for h in range(horizon):
            streams = inputs.encode(Windows(demand, denoised, factors[:, h : h + inputs.window]))
            path[:, h] = demand[:, -1] + inputs.change * self.learner_.predict(streams)
            demand = np.column_stack([demand[:, 1:], path[:, h]])
            denoised = inputs.denoise(demand)
        return path


def conformal_quantile(errors: NDArray[np.float64], coverage: float) -> float:
    """Return how far a new value lies from its forecast at most, with a probability of at least `coverage`.

    That is the ``ceil((n + 1) * coverage)``-th smallest of n absolute errors, if the new one and these are exchangeable
    (Vovk et al. 2005; Lei et al. 2018, eq. 2.3); of a series they are so only as far as it stays the same.

    Raises
    ------
    InputError
        As of `find_rank`.

    Examples
    --------
    >>> conformal_quantile(np.arange(1.0, 10.0), 0.9)
    9.0
    """
    return float(np.sort(errors)[find_rank(len(errors), coverage) - 1])


def find_rank(n: int, coverage: float) -> int:
    """Return which of n errors, counted from the smallest as 1, covers so often.

    Raises
    ------
    InputError
        `coverage` is not between 0 and 1, or there are too few errors for it.
    """
    if not 0 < coverage < 1:
        raise InputError(f"coverage must be between 0 and 1, but is {coverage!r}; 0.9 is usual")
    rank = math.ceil(round((n + 1) * coverage, 9))  # 0.9 of 10 is 9, whatever doubles make of it
    if rank > n:
        least = math.ceil(round(coverage / (1 - coverage), 9))
        raise InputError(
            f"intervals of coverage {coverage:g} need at least {least} errors on days held aside, but there are "
            f"{max(n, 0)}; give more rows, a larger calibration part, a shorter horizon or a lower coverage"
        )
    return rank


register_own("model", DWTPCALSTMForecaster)
