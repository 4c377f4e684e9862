"""The DWT-PCA-LSTM hybrid and its rivals."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from tabgan.errors import InputError
from tabgan.forecasting.calendar import choose_window, has_week
from tabgan.forecasting.conformal import conformal_quantile, find_rank, least_errors
from tabgan.forecasting.entities import Entity, Label, add_label, name_entities, naming, read_entities, said_once
from tabgan.forecasting.floors import find_floors
from tabgan.forecasting.forecast_checks import check_settings, check_whole
from tabgan.forecasting.inputs import VARIANTS, Inputs, Variant, Windows
from tabgan.forecasting.lags import LinearLags
from tabgan.forecasting.learners import Ensemble, SupportVectors, Training
from tabgan.forecasting.series import Series, choose_time, read_series
from tabgan.forecasting.times import name_time, spell_parts
from tabgan.persistence import Model, State
from tabgan.preprocessing.wavelet import WaveletDenoiser
from tabgan.registry import register_own
from tabgan.rules import suggest
from tabgan.schema.containers import FRAME, give, open_frame
from tabgan.seeds import resolve_seed
from tabgan.series.clock import Clock
from tabgan.series.time_columns import Time
from tabgan.spelling import spell
from tabgan.tables.intake import open_whole

if TYPE_CHECKING:
    from torch import nn
    from typing_extensions import Self

LEVELS = {True: 3, False: 1}
"""Levels of the wavelets where a week has two steps or more, and where it has not: such series are short."""
LEAST_LEARNED = 20
ROWS_AT_ONCE = 4096
"""Of windows that are held at a time."""
NOT_SAVED = ("random_state", "verbose")


class DWTPCALSTMForecaster(Model, BaseEstimator):
    """Forecast a series of equal steps with two LSTMs, on the denoised series and on its noise.

    Outliers of the learned days are replaced by the 3-sigma rule. Wavelet denoising splits the series into a main
    course and a residual; of the factors the principal components are kept, beside the calendar. One LSTM sees the last
    steps of the main course and the components, the other those of the residual and the components; the forecast is the
    sum of their outputs (Du et al. 2021). Here, inputs of a day are made from the days before it alone, in training as
    in use, and what is learned is the change from the last day, of logarithms where the series is positive. Several
    networks are averaged, each trained until days that are later than those it learns say stop. Steps may be minutes,
    hours, days, business days, weeks, months or quarters; calendar and windows follow from them.

    Parameters
    ----------
    variant : str, default "dwt-pca-lstm"
        Or a rival that lacks something: "dwt-lstm", "pca-lstm", "lstm", "dwt-pca-rnn", "dwt-pca-bp", "dwt-pca-svm";
        or "linear": ridge regression on past values, those of earlier seasons and the calendar (`LinearLags`), which
        is as good on many series, and learned at once.
    window : int or None
        Steps that a network sees; None is two of the shortest season, so 14 days or 48 hours, or one if that is a year,
        from 8 to 96.
    wavelet : str, default "haar"
        See `WaveletDenoiser`.
    level : int or None
        See `WaveletDenoiser`; None is 3, and 1 of weeks and longer steps, of which there are few.
    n_components : int or float, default 0.95
        See `PCAStage`.
    hidden : int, default 16
        Width of an LSTM.
    epochs, patience : int
        The most passes over the days that are learned, and how many without a better one end the training.
    members : int, default 5
        Networks that are averaged.
    stopping : float, default 0.15
        The share of days, the latest, that say when to stop.
    calibration : float, default 0.15
        The share of days, the latest of all, that are held aside for the intervals of `forecast`; may be 0.
    causal : bool, default True
        False denoises the whole series at once, as in the paper: past inputs then depend on later values, which no
        real forecast has. It is there to measure what that is worth.
    logarithm : bool or None
        Whether logarithms are learned; None is whether all learned values are positive.
    random_state : int, RandomState, Generator or None
        Seed of the networks.
    verbose : bool, default False
        Whether to show the progress.

    Attributes
    ----------
    series_ : Series
        What it was fitted on; not there if there are several entities.
    parts_ : dict
        A forecaster for each entity, by its label; empty if there is one series.
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
    >>> frame = pd.DataFrame({"demand": 20 + 3 * (days.day_of_week > 4)}, index=days)
    >>> forecaster = DWTPCALSTMForecaster(epochs=30, members=1, random_state=0).fit(frame, "demand")
    >>> forecaster.predict(7).columns.tolist()
    ['date', 'forecast']
    """

    LIBRARIES = ("torch", "numpy", "pandas", "scikit-learn", "scipy", "safetensors", "pywavelets")

    def __init__(
        self,
        variant: str = "dwt-pca-lstm",
        *,
        window: int | None = None,
        wavelet: str = "haar",
        level: int | None = None,
        n_components: float = 0.95,
        hidden: int = 16,
        epochs: int = 150,
        patience: int = 20,
        members: int = 5,
        stopping: float = 0.15,
        calibration: float = 0.15,
        causal: bool = True,
        logarithm: bool | None = None,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.variant, self.window, self.wavelet, self.level = variant, window, wavelet, level
        self.n_components, self.hidden, self.epochs, self.patience = n_components, hidden, epochs, patience
        self.members, self.stopping, self.calibration, self.causal = members, stopping, calibration, causal
        self.logarithm = logarithm
        self.random_state, self.verbose = random_state, verbose

    def fit(
        self,
        frame: pd.DataFrame,
        target: Hashable,
        factors: Sequence[Hashable] = (),
        known_future: Sequence[Hashable] = (),
        *,
        time: Time | None = None,
        entity: Entity | None = None,
        date: Time | None = None,
        fill: bool = False,
        step: str = "auto",
    ) -> Self:
        """Learn a column of a table; `read_series` says what most parameters are.

        Parameters
        ----------
        frame : DataFrame or path
            Of any kind that `BaseSynthesizer.fit` takes. Forecasts are of this kind, too.
        entity : column's name, or several, optional
            Whose a row is, if the table holds several series. Each is learned by itself, as if it stood alone: what
            one tells of another is not used.

        Raises
        ------
        InputError
            The table or a setting cannot be used as given, or there are too few rows.
        """
        check_settings(self.get_params())
        frame, container = open_whole(frame)
        time, names = choose_time(time, date), [target, *factors]
        columns: State = {"target": target, "factors": list(factors), "known_future": list(known_future), "time": time}
        columns |= {} if container == FRAME else {"container": container}
        self.parts_: dict[Label, DWTPCALSTMForecaster] = {}
        if entity is None:
            return self.fit_series(read_series(frame, target, factors, known_future, time, fill, step=step), columns)
        self.seed_ = resolve_seed(self.random_state)
        with said_once():
            for label, rows, told in read_entities(frame, entity, time, names, fill):
                with naming(label):
                    series = read_series(rows, target, factors, known_future, told, fill, step=step)
                    part = clone(self).set_params(random_state=self.seed_)
                    self.parts_[label] = part.fit_series(series, columns)
        of = [str(name) for name in name_entities(frame, entity)]
        self.columns_ = {**columns, "entity": of if len(of) > 1 else of[0]}
        return self

    def fit_series(self, series: Series, columns: State) -> Self:
        """Learn a series whose columns have these names, as `fit` does."""
        n = len(series.values)
        n_learned = n - round(self.calibration * n)
        learned = series.head(n_learned)
        self.seed_, self.parts_ = resolve_seed(self.random_state), {}
        self.learner_: SupportVectors | Ensemble | LinearLags
        if self._find_variant().learner == "ridge":
            self.learner_ = LinearLags().fit(learned, self.logarithm, n)
        else:
            self._fit_inputs(learned, n)
        self.series_, self.columns_, self.n_learned_ = series, columns, n_learned
        return self

    def _fit_inputs(self, learned: Series, n: int) -> None:
        """Learn what turns the series into inputs, and the networks or support vectors that take these."""
        inputs, n_learned = self._make_inputs(learned.clock), len(learned.values)
        if n_learned < inputs.span + LEAST_LEARNED:
            least = int(np.ceil((inputs.span + LEAST_LEARNED) / (1 - self.calibration)))
            raise InputError(
                f"a series must have at least {least} rows for windows of {inputs.span}, but has {n}; give more, or "
                "lower level, window or calibration"
            )
        self.inputs_ = inputs.fit(learned, self.logarithm)
        origins = np.arange(inputs.window - 1, n_learned - 1)
        streams = inputs.encode(inputs.make_windows(learned, origins))
        targets = inputs.make_targets(learned, origins)
        if inputs.variant.learner == "svm":
            self.learner_ = SupportVectors.fit(streams, targets)
        else:
            label = self.variant if self.verbose else ""
            training = Training(self.hidden, self.epochs, self.patience, self.members, self.stopping, label)
            self.learner_ = Ensemble.fit(inputs.variant.learner, streams, targets, training, self.seed_)

    def predict(self, horizon: int = 1) -> Any:
        """Forecast the steps after the last one, each from the forecasts before it.

        One network serves any horizon, and one step ahead it is the one that a backtest judges. Factors that are not
        known in advance stay as they were last; those that are must be in rows after the last one with a target.

        Returns
        -------
        DataFrame of shape (horizon, 2)
            ``date`` and ``forecast``; of several entities first the column that names them, and horizon rows each.

        Raises
        ------
        InputError
            `horizon` is below 1, or factors known in advance are not known so far.
        """
        check_is_fitted(self)
        return give(self._predict(horizon), self.columns_.get("container", FRAME), "")

    def _predict(self, horizon: int) -> pd.DataFrame:
        check_whole("horizon", horizon, 1)
        if self.parts_:
            return self._join(lambda part: part._predict(horizon))
        series, n = self.series_, len(self.series_.values)
        if series.known.shape[1] and len(series.known) < n + horizon:
            raise InputError(
                f"factors known in advance must be given for {horizon} steps ahead, but are for "
                f"{len(series.known) - n}; add rows without a target that have them"
            )
        path = self.follow(series, np.array([n - 1]), horizon)
        return pd.DataFrame({"date": series.clock.stamps(np.arange(n, n + horizon)), "forecast": path[0]})

    def forecast(self, horizon: int = 1, coverage: float = 0.9) -> Any:
        """Forecast with intervals: split conformal ones, from the errors on the days held aside, for each step ahead.

        Errors are relative to the forecast if the series is positive. No forecast and no end of an interval is below 0
        if no value of the series is, nor below the last reading of a series that only rises, as that of a meter.

        Returns
        -------
        DataFrame of shape (horizon, 4)
            ``date``, ``forecast``, ``lower`` and ``upper``; of several entities as `predict`.

        Raises
        ------
        InputError
            As of `predict`; or too few days were held aside for this coverage and horizon.
        """
        check_is_fitted(self)
        return give(self._forecast(horizon, coverage), self.columns_.get("container", FRAME), "")

    def _forecast(self, horizon: int, coverage: float) -> pd.DataFrame:
        if self.parts_:
            return self._join(lambda part: part._forecast(horizon, coverage))
        table = self._predict(horizon)
        series, n = self.series_, len(self.series_.values)
        find_rank(n - self.n_learned_ - horizon + 1, coverage, self._tell_calibration(n, horizon, coverage))
        origins = np.arange(self.n_learned_ - 1, n - 1)
        forecast = self.follow(series, origins, horizon)
        observed = np.append(series.values, np.full(horizon, np.nan))[origins[:, None] + np.arange(1, horizon + 1)]
        errors = np.abs(observed - forecast) / (np.abs(forecast) if self.positive else 1)
        half = np.array([conformal_quantile(column[~np.isnan(column)], coverage) for column in errors.T])
        half *= table["forecast"] if self.positive else 1
        lower = (table["forecast"] - half).clip(lower=find_floors(series.values, np.array([n - 1]))[0])
        return table.assign(lower=lower, upper=table["forecast"] + half)

    def spell_out(self, table: Any, cells: bool = False, stamps: bool = False) -> pd.DataFrame:
        """Return a forecast with its times as the table that was learned has them, in place of ``date``.

        Parameters
        ----------
        table : DataFrame
            What `predict` or `forecast` returned.
        cells : bool, default False
            Whether dates are to be such as Excel keeps them, also where they came as text.
        stamps : bool, default False
            Whether dates that came as stamps stay such, and are no text.

        Returns
        -------
        DataFrame
            Dates are spelled and their columns called as they were, also those of a date and an hour. The name is
            ``date`` where the index told the time, or, as a warning says, its column is called as one of a forecast is.
        """
        check_is_fitted(self)
        parts = list(self.parts_.values()) or [self]
        return spell_parts(open_frame(table)[0], [part.series_.told for part in parts], cells, stamps)

    def predict_series(self, series: Series, start: int) -> NDArray[np.float64]:
        """Return the forecasts of rows `start` and after of a series, each one step ahead from the rows before it."""
        return self.follow(series, np.arange(start - 1, len(series.values) - 1), 1)[:, 0]

    def follow(self, series: Series, origins: NDArray[np.intp], horizon: int) -> NDArray[np.float64]:
        """Return forecasts of shape (m, horizon) from rows `origins` of a series, from these rows and earlier ones.

        None is below the floor of `find_floors`.
        """
        check_is_fitted(self)
        floors = find_floors(series.values, origins)[:, None]
        if isinstance(self.learner_, LinearLags):
            return np.maximum(self.learner_.follow(series, origins, horizon), floors)
        if (start := int(origins.min()) + 1) < self.inputs_.window:
            raise InputError(f"a forecast needs {self.inputs_.window} rows before it, but row {start + 1} has {start}")
        parts = [origins[i : i + ROWS_AT_ONCE] for i in range(0, len(origins), ROWS_AT_ONCE)]
        paths = [self._follow(self.inputs_.make_windows(series, part, horizon - 1), horizon) for part in parts]
        return np.maximum(self.inputs_.restore(np.concatenate(paths)), floors)

    @property
    def positive(self) -> bool:
        """Whether the learned values were all positive, so that errors are relative."""
        scale = self.learner_.scale if isinstance(self.learner_, LinearLags) else self.inputs_.scale
        return scale.positive

    def _tell_calibration(self, n: int, horizon: int, coverage: float) -> str:
        """Return what would make intervals of n rows possible, as far as enough are left to learn."""
        needed = least_errors(coverage) + horizon - 1 if 0 < coverage < 1 else n
        share = math.ceil(100 * needed / n + 1e-9) / 100
        least = self.inputs_.span + LEAST_LEARNED if hasattr(self, "inputs_") else LEAST_LEARNED
        other = "more rows, a shorter horizon or a lower coverage"
        return f"{spell('calibration', share)}, {other}" if n - round(share * n) >= least else other

    def _join(self, forecast: Callable[[DWTPCALSTMForecaster], pd.DataFrame]) -> pd.DataFrame:
        """Return the forecasts of all entities, one below the other."""
        tables, entity = [], self.columns_["entity"]
        for label, part in self.parts_.items():
            with naming(label):
                tables.append(add_label(forecast(part), entity if isinstance(entity, list) else [entity], label))
        return pd.concat(tables, ignore_index=True)

    def _get_state(self) -> State:
        check_is_fitted(self)
        params = {name: value for name, value in self.get_params().items() if name not in NOT_SAVED}
        state: State = {"params": params, "columns": self.columns_}
        if self.parts_:
            parts = {str(i): part._get_state() for i, part in enumerate(self.parts_.values())}
            return {**state, "entities": list(self.parts_), "parts": parts}
        state |= {"n_learned": self.n_learned_, "series": self.series_.get_state()}
        if not isinstance(self.learner_, LinearLags):
            state["inputs"] = self.inputs_.get_state()
        return {**state, "learner": self.learner_.get_state()}

    @classmethod
    def _from_state(cls, state: State, **modules: nn.Module | None) -> Self:
        if any(module is not None for module in modules.values()):
            raise InputError("generator and critic are of a synthesizer, but this is a forecaster; leave them out")
        model = cls(**state["params"], random_state=state["seed"])
        model.seed_, model.columns_, model.parts_ = state["seed"], state["columns"], {}
        if "parts" in state:
            parts = [cls._from_state({**part, "seed": model.seed_}) for part in state["parts"].values()]
            labels = [tuple(label) if isinstance(label, list) else label for label in state["entities"]]
            model.parts_ = dict(zip(labels, parts, strict=True))
            return model
        model.series_, model.n_learned_ = Series.from_state(state["series"]), state["n_learned"]
        learner = model._find_variant().learner
        if learner == "ridge":
            model.learner_ = LinearLags().fit(model.series_.head(model.n_learned_), model.logarithm)
            return model
        model.inputs_ = model._make_inputs(model.series_.clock).set_state(state["inputs"], model.series_)
        kind = SupportVectors if learner == "svm" else Ensemble
        model.learner_ = kind.from_state(state["learner"])
        return model

    @classmethod
    def summarise(cls, state: State) -> dict[str, Any]:
        """Return class, rows, columns, settings and versions of a forecaster's state; the time as it was found."""
        parts = list(state["parts"].values()) if "parts" in state else [state]
        n = sum(len(part["series"]["values"]) for part in parts)
        columns = {**state["columns"], **name_time(parts[0]["series"].get("told"))}
        return super().summarise({**state, "n_samples": n}) | {"columns": columns}

    def _find_variant(self) -> Variant:
        if self.variant not in VARIANTS:
            known = suggest(str(self.variant), list(VARIANTS), "variants")
            raise InputError(f"there is no variant {self.variant!r}; {known}")
        return VARIANTS[self.variant]

    def _make_inputs(self, clock: Clock) -> Inputs:
        window = choose_window(clock) if self.window is None else self.window
        level = LEVELS[has_week(clock)] if self.level is None else self.level
        denoiser = WaveletDenoiser.parse(f"{self.wavelet}:{level}")
        return Inputs(self._find_variant(), window, denoiser, self.n_components, self.causal)

    def _follow(self, windows: Windows, horizon: int) -> NDArray[np.float64]:
        """Return forecasts of shape (m, horizon), each step from the ones before it, on the scale that is learned."""
        inputs, (demand, denoised, factors) = self.inputs_, windows
        assert not isinstance(self.learner_, LinearLags)  # it follows its own path
        path = np.empty((len(demand), horizon))
        for h in range(horizon):
            streams = inputs.encode(Windows(demand, denoised, factors[:, h : h + inputs.window]))
            path[:, h] = demand[:, -1] + inputs.change * self.learner_.predict(streams)
            demand = np.column_stack([demand[:, 1:], path[:, h]])
            denoised = inputs.denoise(demand)
        return path


register_own("model", DWTPCALSTMForecaster)
