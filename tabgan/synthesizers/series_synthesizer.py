"""Synthesizers of series: windows, series of any length, and what may come after given rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from tabgan.errors import InputError
from tabgan.persistence import State
from tabgan.schema.containers import ARRAY
from tabgan.schema.dtypes import is_moment, is_number
from tabgan.seeds import Use, numpy_rng, resolve_seed
from tabgan.series.clock import Clock
from tabgan.series.readings import Covariates, Readings
from tabgan.series.segments import Roles, Segment, cut, name_entities
from tabgan.series.time_columns import Time, TimeColumns
from tabgan.spelling import spell
from tabgan.synthesizers.base import BaseSynthesizer
from tabgan.synthesizers.series_asked import Asked, read_last, read_plan
from tabgan.synthesizers.series_faults import check_segments, run_finite, say_what_counts
from tabgan.synthesizers.series_intake import count, keep_long, smooth_segment
from tabgan.synthesizers.series_rows import SERIES, Made, as_matrix, find_time, in_minutes, stamps_of
from tabgan.synthesizers.series_starts import Places, Stretches
from tabgan.synthesizers.series_summary import describe_stretches
from tabgan.synthesizers.series_time import open_series, refuse_several, split_time

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from typing_extensions import Self

    Floats = NDArray[np.float64]

BURN = 24  # steps from a learned past that are thrown away before a window or a series begins
TOGETHER = 24_576  # steps of windows that are made at once
FEWEST_TOGETHER, MOST_TOGETHER = 16, 512
SERIES_TOGETHER = 4
PIECE = 480  # steps of long series that are made in one go


class SeriesSynthesizer(BaseSynthesizer):
    """Template of the synthesizers of series; a subclass writes `_learn`, `_run` and the state of what it learned.

    Parameters of these names mean the same in all of them; `TimeSeriesSynthesizer` describes them.

    Attributes
    ----------
    clock_ : Clock or None
        Steps of time; None where rows are just equal steps.
    told_ : TimeColumns or None
        How tables tell the time if not by one column that is read as it stands; the schema has one of stamps.
    roles_ : Roles
        What each column is for.
    readings_, covariates_ : Readings, Covariates
        From columns to channels, and to what is known beside.
    stretches_ : Stretches
        What was learned; new series begin from it.
    context_ : int
        How many steps a step is given.
    schema_, seed_, n_samples_, n_features_in_, feature_names_in_
        As of every `BaseSynthesizer`.
    """

    time: Time | None = None
    entity: Hashable | None = None
    static: Sequence[Hashable] = ()
    known_future: Sequence[Hashable] = ()
    step: str = "auto"
    gaps: str = "split"
    watch: Callable[[int], object] = staticmethod(lambda steps: None)
    """Is told of steps of windows, or of 16 series at once, when they are made."""
    smooth: str | None = None
    denoise: str | None = None

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Learn series.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_columns), or array of shape (n_steps, n_channels) or (n, n_steps, n_channels)
            A long table, in which a gap in time ends a stretch and `entity` tells series apart; or one series of equal
            steps, or several.
        y : None
            Not used; classes are a column, which `label` names.

        Raises
        ------
        InputError
            Times are repeated or not equal steps apart, a static column varies, stretches are too short, and all that
            `BaseSynthesizer.fit` says.
        """
        if self.gaps not in ("split", "refuse"):
            raise InputError(f"{spell('gaps')} must be split or refuse, but is {self.gaps!r}; split is the default")
        self._opened = opened = open_series(X, self.time)
        super().fit(opened.table)
        if opened.container != ARRAY:
            self.schema_ = replace(self.schema_, container=opened.container)
        return self

    def _kinds_of(self, table: pd.DataFrame) -> Mapping[Any, str] | None:
        """Return what is asked for, and that texts of the time are dates: what is wrong with them is said then."""
        kinds, name = super()._kinds_of(table), self._opened.time
        if name not in table.columns or any(of(table[name].dtype) for of in (is_number, is_moment)):
            return kinds
        return {name: "datetime", **(kinds or {})}

    def _fit(self, X: Floats, earlier: dict[str, Any]) -> None:
        table, _, self.as_windows_, time, self.told_ = self._opened
        del self._opened
        beside = [self.label, *self.static, *self.known_future]
        entity = SERIES if self.as_windows_ else self.entity
        if time is None and not self.as_windows_:
            time = find_time(X, self.schema_, entity, beside, table if isinstance(table, pd.DataFrame) else None)
        self.roles_ = Roles.find(self.schema_, time, entity, self.static, self.known_future, self.label)
        if self.roles_.time is not None and entity is None and isinstance(table, pd.DataFrame):
            stamps = stamps_of(X[:, self.roles_.time], self.schema_.columns[self.roles_.time])
            refuse_several(table, stamps, time, beside)
        segments, self.clock_ = self._cut(X, None)
        if self.clock_ and self.clock_.local and self.roles_.time is not None:
            self.schema_ = in_minutes(self.schema_, self.roles_.time)
        check_segments(segments, self.roles_, self.schema_, self.gaps)
        self.context_ = self._choose_context(max(len(s.rows) for s in segments))
        kept = keep_long(segments, self.context_, hasattr(self, "context"))
        kept = [smooth_segment(s, self.roles_, self.schema_, self.smooth, self.denoise) for s in kept]
        say_what_counts(kept, self.roles_, self.schema_)
        self.readings_ = Readings.learn(kept, self.roles_.channels, self.schema_)
        values = [self.readings_.forward(s.rows) for s in kept]
        self.stretches_ = Stretches.of(kept, values, self.roles_.beside)
        self.covariates_ = Covariates.learn(self.stretches_.beside, self.roles_.beside, self.schema_)
        self._learn(earlier)

    @classmethod
    def summarise(cls, state: State) -> dict[str, Any]:
        """Return what `BaseSynthesizer` says, and which series were learned."""
        return super().summarise(state) | {"series": describe_stretches(cls._from_state(state))}

    def _cut(self, X: Floats, clock: Clock | None) -> tuple[list[Segment], Clock | None]:
        roles, times = self.roles_, None
        names: dict[int, str] = {}
        if roles.time is not None:
            times = stamps_of(X[:, roles.time], self.schema_.columns[roles.time])
        if roles.entity is not None:
            names = name_entities(X[:, roles.entity], self.schema_.columns[roles.entity])
        return cut(X, roles, times, self.step, names, clock)

    def sample(self, n_samples: int = 1, length: int = 24, random_state: Any = None) -> Any:
        """Generate windows.

        Parameters
        ----------
        n_samples : int, default 1
            How many; 0 gives none.
        length : int, default 24
            Steps of each.
        random_state : int, RandomState, Generator or None
            Seed; None takes that of the fit.

        Returns
        -------
        DataFrame of shape (n_samples * length, n_columns + 1), or ndarray of shape (n_samples, length, n_channels)
            A long table with a column "series", or an array, as what was learned. Each window goes on from a place in
            what was learned, 24 steps later. The first k windows do not depend on `n_samples`.

        Raises
        ------
        InputError
            A number is none, or no learned stretch is as long as a window whose known columns are needed.
        """
        check_is_fitted(self)
        n_samples, length = count("n_samples", n_samples, 0), count("length", length, 1)
        seed = self.seed_ if random_state is None else resolve_seed(random_state)
        found, chunk = [self._none(length)], 0
        while sum(len(made.time) for made in found) < n_samples:
            found.append(self._windows(length, seed, chunk))
            self.watch(len(found[-1].time) * length)
            chunk += 1
        return self._give(Made.join(found, n_samples), seed, several=True)

    def _windows(self, length: int, seed: int, chunk: int) -> Made:
        """Return the windows of one chunk that are let through."""
        rng = numpy_rng(seed, Use.BEGIN, chunk)
        m = int(np.clip(TOGETHER // length, FEWEST_TOGETHER, MOST_TOGETHER))
        places = self._draw(rng, m, Asked(BURN + length))
        beside, time = self.stretches_.follow(places, BURN + length), self.stretches_.times(places)
        first = self.stretches_.pasts(places, self.context_)
        made, kept = self._run_windows(first, time, self.covariates_(beside), numpy_rng(seed, Use.ROLL, chunk))
        entity = self.stretches_.entities[places[:, 0]]
        return Made(made[kept], time[kept] + BURN, entity[kept], beside[kept, BURN:])

    def _draw(self, rng: np.random.Generator, m: int, asked: Asked) -> Places:
        ahead = asked.length if self.roles_.known and asked.plan is None else 0
        near = None if asked.begin is None else (asked.begin - BURN, self.seasons_)
        static = {c: value for c, value in asked.values.items() if self.roles_.beside[c] in self.roles_.static}
        places = None
        for like in (asked.values, static, {}):  # less, where no stretch is of that class or kind, or long enough
            places = self.stretches_.draw(rng, m, self.context_, ahead, like, near)
            if places is not None or ahead:
                break
        if places is None:
            raise asked.missing_plan([str(self.schema_.names[c]) for c in self.roles_.known])
        return places

    def sample_series(
        self,
        length: int,
        start: Any = None,
        n: int = 1,
        *,
        known_future: pd.DataFrame | None = None,
        static: Mapping[Hashable, Any] | None = None,
        label: Any = None,
        random_state: Any = None,
    ) -> Any:
        """Generate whole series.

        Parameters
        ----------
        length : int
            Steps of each.
        start : stamp, optional
            When it begins; None is 24 steps after a place in the learned series. Its past is one of that season.
        n : int, default 1
            How many series.
        known_future : DataFrame of shape (length, n_known) or more, optional
            The known columns from `start` on, with the column of time if there is one.
        static : mapping, optional
            Values of static columns; those of the entity it goes on from when left out.
        label : optional
            The class of all steps.
        random_state : int, RandomState, Generator or None
            Seed; None takes that of the fit.

        Returns
        -------
        DataFrame of shape (n * length, n_columns), or ndarray of shape (length, n_channels) or (n, length, n_channels)
            With a column "series" if `n` is not 1. A series of k steps is the beginning of a longer one.

        Raises
        ------
        InputError
            A level was not learned, the start is between two steps, or what is known is not there for all steps.
        """
        check_is_fitted(self)
        length, n = count("length", length, 1), count("n", n, 0)
        seed = self.seed_ if random_state is None else resolve_seed(random_state)
        asked = Asked.read(self, BURN + length, start, known_future, static, label, BURN)
        found = [self._none(length)]
        for chunk in range(-(-n // SERIES_TOGETHER)):
            places = self._draw(numpy_rng(seed, Use.BEGIN, chunk, 1), SERIES_TOGETHER, asked)
            time = self.stretches_.times(places)
            time = time if asked.begin is None else np.full_like(time, asked.begin - BURN)
            beside = asked.change(self.stretches_.follow(places, BURN + length), BURN)
            first = self.stretches_.pasts(places, self.context_)
            made = self._run_long(first, time, self.covariates_(beside), seed, chunk)
            found.append(Made(made[:, BURN:], time + BURN, self.stretches_.entities[places[:, 0]], beside[:, BURN:]))
        return self._give(Made.join(found, n), seed, several=n != 1)

    def continue_series(
        self,
        X: ArrayLike,
        length: int,
        n: int = 1,
        *,
        known_future: pd.DataFrame | None = None,
        random_state: Any = None,
    ) -> Any:
        """Generate scenarios of what comes after the last rows of a table.

        Parameters
        ----------
        X : DataFrame or array
            Rows like those that were learned, of one entity; the last `context_` of them have no gap in time.
        length : int
            Steps to go on.
        n : int, default 1
            How many scenarios.
        known_future : DataFrame, optional
            The known columns of the steps to come.
        random_state : int, RandomState, Generator or None
            Seed; None takes that of the fit.

        Returns
        -------
        DataFrame or ndarray
            As of `sample_series`; the first step is the one after the last row of `X`.

        Raises
        ------
        InputError
            The rows are too few, or not like those that were learned.
        """
        check_is_fitted(self)
        length, n = count("length", length, 1), count("n", n, 0)
        seed = self.seed_ if random_state is None else resolve_seed(random_state)
        last = read_last(self, X)
        begin = last.start + len(last.rows)
        plan = None if known_future is None else read_plan(self, known_future, begin, length)
        asked = Asked(length, begin, plan)
        if plan is None and self.roles_.known:
            known = ", ".join(str(self.schema_.names[c]) for c in self.roles_.known)
            raise InputError(f"{known} must be known for the {length} steps to come; give {spell('known_future')}")
        beside = np.tile(last.rows[-1:, list(self.roles_.beside)], (SERIES_TOGETHER, length, 1))
        beside = asked.change(beside, 0)
        first = np.tile(self.readings_.forward(last.rows)[-self.context_ :], (SERIES_TOGETHER, 1, 1))
        time, entity = np.full(SERIES_TOGETHER, begin), np.full(SERIES_TOGETHER, last.entity)
        found = [self._none(length)]
        for chunk in range(-(-n // SERIES_TOGETHER)):
            made = self._run_long(first, time, self.covariates_(beside), seed, chunk)
            found.append(Made(made, time, entity, beside))
        return self._give(Made.join(found, n), seed, several=n != 1)

    @property
    def seasons_(self) -> tuple[float, ...]:
        """The periods of the clock, in steps, of which the learned time holds one and a half."""
        first = self.stretches_.starts.min()
        span = (self.stretches_.starts + self.stretches_.lengths).max() - first
        return tuple(p for p in (self.clock_.seasons if self.clock_ else ()) if 1.5 * p <= span)

    def _none(self, length: int) -> Made:
        none = np.zeros(0, np.int64)
        shapes = [(0, length, width) for width in (self.readings_.n_channels, len(self.roles_.beside))]
        return Made(np.zeros(shapes[0]), none, none, np.zeros(shapes[1]))

    def _give(self, made: Made, seed: int, several: bool) -> Any:
        """Return series in the container that was learned, with a column that tells several apart."""
        rows: Any = self.schema_.decode(as_matrix(made, self.schema_, self.roles_, self.readings_, self.clock_))
        if fill := self.schema_.fresh(seed):
            rows = fill(rows)
        m, length = made.values.shape[:2]
        if self.as_windows_:
            rows = rows.drop(columns=SERIES).to_numpy()
        if not isinstance(rows, pd.DataFrame):
            return rows.reshape(m, length, rows.shape[1]) if several or self.as_windows_ else rows
        rows = split_time(rows, self.told_)
        if several:
            name = SERIES if SERIES not in rows.columns else f"{SERIES}_number"
            rows.insert(0, name, np.repeat(np.arange(1, m + 1), length))
        return self.schema_.give(rows)

    def _run_long(self, first: Floats, time: NDArray[np.int64], covariates: Floats, seed: int, chunk: int) -> Floats:
        """Return long series as `_run` does, piece by piece, each from random numbers of its own."""
        made = []
        for piece, begin in enumerate(range(0, covariates.shape[1], PIECE)):
            rng = numpy_rng(seed, Use.ROLL, chunk, 1, piece)
            made.append(run_finite(self._run, first, time + begin, covariates[:, begin : begin + PIECE], rng))
            first = np.concatenate([first, made[-1]], 1)[:, -self.context_ :]
            self.watch(made[-1].shape[1])
        return np.concatenate(made, 1)

    def _run_windows(
        self, first: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return windows as `_run` does, less the first 24 steps, and which of them are not too many; here, all."""
        made = run_finite(self._run, first, time, covariates, rng)[:, BURN:]
        return made, np.ones(len(made), bool)

    @abstractmethod
    def _choose_context(self, longest: int) -> int:
        """Return how many steps a step is to be given, for stretches of which the longest has so many."""

    @abstractmethod
    def _learn(self, earlier: dict[str, Any]) -> None:
        """Learn `stretches_`, whose covariates `covariates_` makes of what is known beside."""

    @abstractmethod
    def _run(self, first: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator) -> Floats:
        """Return the steps after windows of shape (m, context_, n_channels): (m, n_steps, n_channels).

        `time`, (m,), is the number of the first of them; `covariates` has shape (m, n_steps, n_covariates). Random
        numbers are drawn step by step, so that fewer steps are the beginning of more.
        """

    def _get_state(self) -> State:
        return super()._get_state() | {
            "series": {
                "roles": self.roles_.get_state(),
                "clock": self.clock_ and self.clock_.get_state(),
                "readings": self.readings_.get_state(),
                "covariates": self.covariates_.get_state(),
                "stretches": self.stretches_.get_state(),
                "context": self.context_,
                "as_windows": self.as_windows_,
                "told": self.told_ and self.told_.get_state(),
            }
        }

    @classmethod
    def _from_state(cls, state: State, **modules: Any) -> Self:
        model = super()._from_state(state, **modules)
        series = state["series"]
        model.roles_ = Roles.from_state(series["roles"])
        model.clock_ = series["clock"] and Clock.from_state(series["clock"])
        model.readings_ = Readings.from_state(series["readings"])
        model.covariates_ = Covariates.from_state(series["covariates"])
        model.stretches_ = Stretches(**series["stretches"])
        model.context_, model.as_windows_ = series["context"], series["as_windows"]
        model.told_ = TimeColumns.from_state(series["told"]) if series.get("told") else None
        model._try_out()
        return model

    def _try_out(self) -> None:
        """Make one step after the beginning of the longest stretch: parts that do not go together are noticed."""
        places = np.array([[self.stretches_.lengths.argmax(), self.context_]])
        first, given = self.stretches_.pasts(places, self.context_), self.covariates_(self.stretches_.follow(places, 1))
        run_finite(self._run, first, self.stretches_.times(places), given, numpy_rng(self.seed_, Use.ROLL))
