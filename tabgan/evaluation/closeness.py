"""How close rows come to others: distances, and whether generated rows were memorised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from tabgan.evaluation.copies import KnownRows
from tabgan.evaluation.features import Feature
from tabgan.evaluation.phrase import Phrase
from tabgan.schema.column import Floats

MOST_ROWS = 30_000  # learned or generated ones to look among
MOST_QUERIES = 1000  # of each kind of real row
MOST_CELLS = 200 * MOST_ROWS  # of these as points
BOOTSTRAPS = 200
LEAST_FOR_CLOSEST = 200  # rows; of 100, of which 5 are the closest, one in 25 was accused that had learned nothing
TOO_CLOSE = 0.9
TOO_CLOSE_WITHOUT_HELD = 0.4  # rows that only vary too little, as those of a hardly trained generator, lie above
SAME = 1e-6  # what is closer is the same row


def to_points(tables: Sequence[Floats], features: Sequence[Feature], scale_from: Floats) -> list[Floats]:
    """Return matrices of shape (n_samples, n_dimensions) in which distances between rows can be taken.

    A number is (x - mean) / std, or 0 when missing, with the mean and std (n - 1 degrees of freedom) of the rows
    `scale_from`; a level is a one-hot block over the square root of 2, so that rows of different levels are 1 apart.

    Examples
    --------
    >>> features = [Feature("size"), Feature("colour", ("blue", "red"))]
    >>> rows = np.array([[1.0, 0.0], [3.0, 1.0]])
    >>> to_points([rows], features, rows)[0].round(2)
    array([[-0.71,  0.71,  0.  ],
           [ 0.71,  0.  ,  0.71]])
    """
    points: list[Floats] = [np.zeros((len(table), count_dimensions(features))) for table in tables]
    at = 0
    for place, feature in enumerate(features):
        mean, std = (0.0, 1.0) if feature.levels else _mean_and_std(scale_from[:, place])
        for made, table in zip(points, tables, strict=True):
            if feature.levels is None:
                made[:, at] = np.nan_to_num((table[:, place] - mean) / std)
            else:
                made[np.arange(len(table)), at + table[:, place].astype(int)] = 1 / np.sqrt(2)
        at += count_dimensions([feature])
    return points


def count_dimensions(features: Sequence[Feature]) -> int:
    """Return how many coordinates points have."""
    return sum(1 if feature.levels is None else len(feature.levels) for feature in features)


def _mean_and_std(values: Floats) -> tuple[float, float]:
    present = values[~np.isnan(values)]
    if not len(present) or present.min() == present.max():  # the std of equal numbers may be rounding, not 0
        return (present[0] if len(present) else 0.0), 1.0
    _, power = np.frexp(np.abs(present).max())  # squares of the largest doubles would be infinite
    scaled = np.ldexp(present, -power)
    return float(np.ldexp(scaled.mean(), power)), float(np.ldexp(scaled.std(ddof=1), power))


def nearest(rows: Floats | None, among: Floats, count: int = 1, algorithm: str = "auto") -> Floats:
    """Return the distances from points to their closest ones among others, of shape (n_rows, count), in order.

    Without `rows` they are those from each of the others to the rest of them.
    """
    return np.asarray(NearestNeighbors(n_neighbors=count, algorithm=algorithm).fit(among).kneighbors(rows)[0])


@dataclass(frozen=True)
class Memorisation:
    """How close generated rows come to learned ones, beside how close they would come anyway.

    Attributes
    ----------
    held_aside : bool
        Whether the comparison is with rows that were held aside; else it is of the learned rows among themselves.
    ratio : float
        Distance-to-closest-record ratio: 1 for a generator that has not memorised, 0 for one that copies.
    noise : float
        Standard deviation of the ratio by the chance of which rows were at hand.
    closest_ratio, closest_noise : float or None
        The same of the closest 5% of the rows; None when there are too few.
    copies : float
        Share of the generated rows that are the same as a learned one.
    natural_copies : float
        Share of the real rows that are the same as another learned one.
    """

    held_aside: bool
    ratio: float
    noise: float
    closest_ratio: float | None
    closest_noise: float | None
    copies: float
    natural_copies: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% confidence interval of the ratio."""
        return find_interval(self.ratio, self.noise)

    @property
    def too_close(self) -> bool:
        """Whether a ratio is below 0.9, and below 1 by more than three times its noise.

        Without rows held aside only an interval below 0.4 says so: rows that vary too little have a small ratio, too.
        """
        if not self.held_aside:
            return self.interval[1] < TOO_CLOSE_WITHOUT_HELD
        pairs = [(self.ratio, self.noise)]
        if self.closest_ratio is not None and self.closest_noise is not None:
            pairs.append((self.closest_ratio, self.closest_noise))
        return any(ratio < TOO_CLOSE and ratio + 3 * noise < 1 for ratio, noise in pairs)

    @property
    def level(self) -> Literal["good", "fair", "poor"]:
        """What this says of privacy: poor when the whole interval is below 0.7, fair when rows are too close."""
        return "good" if not self.too_close else "poor" if self.interval[1] < 0.7 else "fair"

    def describe(self) -> Phrase:
        """Return the finding in a sentence, and what to do about it."""
        if self.too_close and self.held_aside:
            template = (
                "rows come closer to the learned ones than unseen rows do ({figures}): they are partly memorised; "
                "fewer iterations, or more rows"
            )
        elif self.too_close:
            template = (
                "rows come closer to the learned ones than these come to each other ({figures}): they are partly "
                "memorised; fewer iterations, or more rows"
            )
        elif self.held_aside and self.ratio < TOO_CLOSE and self.interval[1] < 1:
            template = (
                "rows seem to come closer to the learned ones than unseen rows do, which may be chance ({figures}); "
                "fewer iterations, or more rows"
            )
        elif self.held_aside:
            template = "fine: rows do not come clearly closer to the learned ones than unseen rows do ({figures})"
        elif self.interval[0] < TOO_CLOSE_WITHOUT_HELD:
            template = "cannot tell whether rows are memorised: none were held aside, and there are few ({figures})"
        else:
            template = "fine, as far as can be told without rows held aside ({figures})"
        return Phrase(template, figures=self._figures)

    @property
    def _figures(self) -> Phrase:
        template = "distance ratio {ratio}; copies: {copies:.1%}, among real rows {natural:.1%}"
        values = dict(ratio=say_ratio(self.ratio, self.noise), copies=self.copies, natural=self.natural_copies)
        if self.closest_ratio is not None and self.closest_noise is not None:
            template = (
                "distance ratio {ratio}; of the closest 5%: {closest}; copies: {copies:.1%}, among real rows "
                "{natural:.1%}"
            )
            values["closest"] = say_ratio(self.closest_ratio, self.closest_noise)
        return Phrase(template, **values)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values, with its interval and whether it is too close."""
        return asdict(self) | {"interval": list(self.interval), "too_close": self.too_close}


def find_interval(ratio: float, noise: float) -> tuple[float, float]:
    """Return the 95% confidence interval of a ratio that cannot be negative."""
    return max(ratio - 1.96 * noise, 0.0), ratio + 1.96 * noise


def say_ratio(ratio: float, noise: float) -> Phrase:
    """Return a ratio with that interval in words."""
    low, high = find_interval(ratio, noise)
    return Phrase("{ratio:.2f}, 95% interval {low:.2f} to {high:.2f}", ratio=ratio, low=low, high=high)


class Ratios(NamedTuple):
    """Distance ratios with their noise, as `Memorisation` has them."""

    ratio: float
    noise: float
    closest_ratio: float | None
    closest_noise: float | None


def compare_distances(
    learned: Floats, held: Floats, generated: Floats, features: Sequence[Feature], rng: np.random.Generator
) -> Ratios:
    """Compare the distances between generated and learned rows with those to or between rows that were not learned.

    With rows held aside the ratio is the median distance from a learned row to the closest generated one, over that
    from a held-aside row. Both look among the same generated rows, and learned and held-aside rows are a random split,
    so the two medians estimate the same number unless the generator knows which rows were learned: however good or bad
    its rows are, the ratio is then 1. Looking the other way, from a generated row, would need equally many learned and
    held-aside rows to look among, and of a generator that copies nine rows only one would be found among the ninth of
    the learned rows that is left: on real tables the ratio of nothing but copies was 0.95.

    Without rows held aside it is the median distance from a generated row to the closest learned one, over that from a
    learned row to the closest other one. This is also below 1 for a generator whose rows only vary too little.

    Rows are as `align` makes them, and become points, in standard deviations of the real rows; `held` may be empty.
    Give as many generated rows as were learned, or more: copies of few learned rows are hard to find among many. 30,000
    are looked at, fewer with more than 200 dimensions.
    """
    real = np.vstack([learned, held])
    most = min(MOST_ROWS, max(MOST_CELLS // count_dimensions(features), MOST_QUERIES))

    def place(rows: Floats, most: int) -> Floats:
        return to_points([_choose(rows, most, rng)], features, real)[0]

    made = place(generated, most)
    if len(held):
        near, natural = (_to_closest(place(rows, MOST_QUERIES), made) for rows in (learned, held))
    else:
        known = place(learned, most)
        near, natural = _to_closest(_choose(made, MOST_QUERIES, rng), known), _to_closest(None, known)
    ratio = _ratio(near, natural, 0.5, rng)
    few = min(len(near), len(natural)) < LEAST_FOR_CLOSEST
    return Ratios(*ratio, *((None, None) if few else _ratio(near, natural, 0.05, rng)))


def measure_memorisation(
    aligned: tuple[Floats, Floats, Floats],
    features: Sequence[Feature],
    written: tuple[Floats, Floats, Floats],
    rng: np.random.Generator,
) -> Memorisation:
    """Return what `compare_distances` says of learned, held-aside and generated rows, and how many are copies.

    `aligned` are these three as `align` makes them, or some of them; `written` are all, each value as it is written.
    """
    learned, held, generated = written
    known = KnownRows(learned)
    natural = known.share(held) if len(held) else known.share(learned, more_than=1)
    distances = compare_distances(*aligned, features, rng)
    return Memorisation(len(held) > 0, *distances, known.share(generated), natural)


def _choose(rows: NDArray[Any], most: int, rng: np.random.Generator) -> NDArray[Any]:
    return rows if len(rows) <= most else rows[rng.choice(len(rows), most, replace=False)]


def _to_closest(rows: NDArray[Any] | None, others: NDArray[Any]) -> Floats:
    """The distances to the closest of the others; zero where that is the same row."""
    distances = nearest(rows, others, algorithm="brute")[:, 0]
    return np.where(distances < SAME, 0.0, distances)


def _ratio(near: Floats, natural: Floats, share: float, rng: np.random.Generator) -> tuple[float, float]:
    """The ratio of two quantiles, 1 when both are zero, and its standard deviation under the bootstrap."""
    tops, bottoms = (
        np.append(np.quantile(d, share), np.quantile(d[rng.integers(len(d), size=(BOOTSTRAPS, len(d)))], share, axis=1))
        for d in (near, natural)
    )
    ratios = np.where(tops == bottoms, 1.0, tops / np.maximum(bottoms, SAME))
    return float(ratios[0]), float(ratios[1:].std())
