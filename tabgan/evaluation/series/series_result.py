"""All scores of synthetic series."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.typing import NDArray

from tabgan.evaluation.scored import ScoredResult
from tabgan.evaluation.scores import Score
from tabgan.evaluation.series.compared import ComparedSeries, Side
from tabgan.evaluation.series.surrogates import CONTESTANTS
from tabgan.evaluation.verdict import SERIES, Verdict, reach_verdict
from tabgan.schema.column import Floats

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class SeriesEvaluationResult(ScoredResult):
    """Scores of synthetic series, each beside its ceiling and baselines.

    Attributes
    ----------
    scores : dict of str to Score
        By name, such as "detection", "psd" or "nearest_ratio"; docs/series.md says what each means.
    skipped : dict of str to str
        Families and scores that could not be computed, and why.
    series : ComparedSeries
        What was compared.
    random_state : int
        The seed.
    seconds : dict of str to float
        How long each family took, and "all".
    """

    kind: ClassVar[str] = "series score"

    scores: dict[str, Score]
    skipped: dict[str, str]
    series: ComparedSeries = field(repr=False)
    random_state: int = 0
    seconds: dict[str, float] = field(default_factory=dict, repr=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, drawn or changed."""
        return self.series.notes

    @cached_property
    def verdict(self) -> Verdict:
        """May the series be used? In words, by family."""
        return reach_verdict(self.scores, self.series, SERIES)

    @property
    def contestants(self) -> Mapping[str, str]:
        """Who is scored, and what they are called."""
        return CONTESTANTS

    def plot(self, what: str = "scores", path: str | os.PathLike[str] | None = None, overwrite: bool = False) -> Figure:
        """Draw a part of the result with matplotlib.

        Parameters
        ----------
        what : {"scores", "stretches", "autocorrelation", "spectrum", "correlations", "windows", "nearest", "drift"}
            Headline scores beside their baselines; stretches of both sides; autocorrelations; power spectra;
            correlations of channels; windows on two principal components; the synthetic windows that come nearest to
            learned ones; distances of values from what was learned, by place in the series. Of many channels those
            that differ most are drawn.
        path : path, optional
            Picture to write; its suffix, .png, .svg or .pdf, tells the format.
        overwrite : bool, default False
            Replace a file that exists.

        Returns
        -------
        Figure

        Raises
        ------
        InputError
            There is no such picture, or not enough to draw it of; the file exists, or has another suffix.
        """
        from tabgan.evaluation.series.pictured.sides import make_sides
        from tabgan.evaluation.series.series_pictures import plot_scores, plot_series  # matplotlib is slow to load
        from tabgan.figures import save_figure

        if what == "scores":
            figure = plot_scores(self.scores, self.contestants)
        else:
            figure = plot_series(make_sides(self.series), what, self.random_state)
        if path is not None:
            save_figure(figure, path, overwrite)
        return figure

    @property
    def names(self) -> tuple[Hashable, ...]:
        """The names of the channels."""
        return self.series.names

    @property
    def window(self) -> int:
        """How many steps a window has."""
        return self.series.window

    @cached_property
    def windows(self) -> dict[str, Floats]:
        """Windows of "train", "reference" and each contestant, each of shape (n_windows, window, n_channels)."""
        return {who: side.windows for who, side in self._sides.items()}

    @cached_property
    def stretches(self) -> dict[str, list[Floats]]:
        """Stretches without gaps, the longest there are, of the same: each of shape (n_steps, n_channels)."""
        return {who: [stretch.values for stretch in side.stretches] for who, side in self._sides.items()}

    @cached_property
    def stamps(self) -> dict[str, list[NDArray[Any] | None]]:
        """The times of the steps of each of `stretches`, if they have some."""
        return {who: [stretch.stamps for stretch in side.stretches] for who, side in self._sides.items()}

    @property
    def _sides(self) -> dict[str, Side]:
        return {"train": self.series.train, "reference": self.series.reference, **self.series.contestants}

    def count_compared(self) -> dict[str, Any]:
        """Return how many windows and channels were learned, compared with and scored."""
        series = self.series
        return {
            "window": self.window,
            "channels": [str(name) for name in self.names],
            "n_train": len(series.train.windows),
            "n_reference": len(series.reference.windows),
            "n_scored": len(series.synthetic.windows),
            "has_holdout": series.has_holdout,
        }
