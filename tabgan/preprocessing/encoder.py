"""A table of numbers and codes <-> what the networks see: numbers in [-1, 1] and one-hot groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tabgan.errors import InputError
from tabgan.preprocessing.encoding import Encoding
from tabgan.preprocessing.minmax import MapMinMaxScaler
from tabgan.preprocessing.onehot import OneHot
from tabgan.preprocessing.packing import Array
from tabgan.preprocessing.pca import PCAStage
from tabgan.preprocessing.repeats import NO_STEPS, Steps, find_repeated, may_be_codes
from tabgan.preprocessing.stages import MeanFill, Stage, find_stage, walk


class TableEncoder(Encoding):
    """Encode the columns that vary; keep the constant ones aside and put them back when decoding.

    A column of numbers becomes one number, a category a one-hot group. A column of numbers that has gaps becomes both:
    the group says which rows have one. One value with gaps is a category. Of the values that repeat, "quantile" makes
    stretches of the number, which are `steps_`. Slots of the group stand for them instead when they may be codes, when
    components mix the numbers, when `steps` is False, or when another stage makes the marginals.

    Of numbers, "minmax" `marginals` are scaled linearly, as the MATLAB program does, and nothing is made of values that
    repeat; any other name is that of the marginal stage that comes before, such as "quantile". `pca` are
    the principal components, or their share of the variance, that numbers are turned into before they are scaled;
    `tails` and `seed` are those of `QuantileNormal`; a fitted `scaler` of all columns of the table is used in place of
    the extremes. The column `label`, a category, is what the generator is given.

    The columns `numbers_` become a number, which goes through `stages_`, marginal ones before joint ones. One-hot are
    `groups_`, from narrow to wide, but for the label's, which is last.
    """

    def __init__(
        self,
        marginals: str = "quantile",
        pca: float | None = None,
        tails: str = "observed",
        label: int | None = None,
        seed: Any = 0,
        scaler: MapMinMaxScaler | None = None,
        steps: bool = True,
    ) -> None:
        self.marginals, self.pca, self.tails, self.label, self.seed = marginals, pca, tails, label, seed
        self.scaler, self.steps = scaler, steps

    def fit_transform(self, X: Array, categorical: Sequence[int] = ()) -> Array:
        """Learn as `fit_pack` does, and return the rows encoded, of shape (n_samples, layout.width)."""
        packed = self.fit_pack(X, categorical)
        return self.layout.widen(packed)

    def fit_pack(self, X: Array, categorical: Sequence[int] = ()) -> Array:
        """Learn the columns of `X`, of shape (n_samples, n_columns), and return its rows packed, as float32.

        `Layout.widen` makes encoded rows of them, which take many times the memory. `categorical` says which columns
        hold codes; NaN is missing. InputError if a column cannot be scaled, or not be taken by the marginal stage.
        """
        self.constants_ = X[0].copy()
        varying = np.flatnonzero([_varies(x) for x in X.T])
        numbers = np.setdiff1d(varying, categorical)
        self.numbers_ = numbers[[bool(np.nanmin(X[:, j]) < np.nanmax(X[:, j])) for j in numbers]]
        self.stages_ = self._make_stages() if len(self.numbers_) else []
        repeated = {} if self.marginals == "minmax" else {j: find_repeated(X[:, j]) for j in self.numbers_}
        soft = {j: v for j, v in repeated.items() if self._has_steps and not may_be_codes(X[:, j])}
        self.groups_ = self._find_groups(X, varying, {j: v for j, v in repeated.items() if j not in soft})
        encoded = self._numbers(X)
        for stage in self.stages_:
            if not (isinstance(stage, MapMinMaxScaler) and self.scaler):
                stage.fit(encoded)
            was_finite = np.isfinite(encoded) if stage.place == "marginal" else None
            encoded = stage.transform(encoded)
            if was_finite is not None and (wrong := np.isfinite(encoded) != was_finite).any():
                raise InputError(
                    f"a marginal stage must keep gaps and make finite numbers of all else, but {stage.name!r} does not "
                    f"of column {self.numbers_[wrong.any(axis=0).argmax()] + 1}; choose other marginals"
                )
        if self.stages_ and not self.scaler and len(too_wide := self.stages_[-1].no_change_):
            raise InputError(
                "a column's range must be a finite number, but that of column "
                f"{self.numbers_[too_wide[0]] + 1} overflows; rescale it"
            )
        self.steps_ = self._find_steps({i: soft[j] for i, j in enumerate(self.numbers_) if j in soft})
        return self._pack(encoded, X)

    def _make_stages(self) -> list[Stage]:
        stages: list[Stage] = []
        if self.marginals != "minmax":
            marginal = find_stage(self.marginals)
            shared = {"random_state": self.seed, "tails": self.tails}
            stages.append(marginal(**{name: shared[name] for name in marginal().get_params() if name in shared}))
        stages.append(MeanFill())
        if self.pca is not None:
            stages.append(PCAStage(self.pca))
        return [*stages, self.scaler.select(self.numbers_) if self.scaler else MapMinMaxScaler()]

    @property
    def _has_steps(self) -> bool:
        """Whether each repeated value has a stretch of an encoded number to itself: components mix these."""
        return self.steps and self.stage("quantile") is not None and self.pca is None

    def _find_steps(self, repeated: Mapping[int, Array]) -> Steps:
        if not any(map(len, repeated.values())):
            return NO_STEPS
        offset, end = walk(self.at("joint"), np.repeat([[0.0], [1.0]], len(self.numbers_), axis=1))
        return Steps.of(self.stage("quantile").steps_, repeated, end - offset, offset)

    def _find_groups(self, X: Array, varying: Array, repeated: Mapping[int, Array]) -> list[OneHot]:
        """Return the groups of categories, and of numbers that have gaps or, in `repeated`, values with slots."""
        found = [
            OneHot.of_numbers(j, X[:, j], repeated.get(j, np.zeros(0)))
            if j in self.numbers_
            else OneHot.of_category(j, X[:, j], keep_all=j == self.label)
            for j in varying
        ]
        return sorted((f for f in found if f), key=lambda group: (group.column == self.label, group.width))

    def transform(self, X: Array) -> Array:
        """Return rows of shape (n_samples, n_columns) encoded, as float32; they may hold values not seen before."""
        return self.layout.widen(self._pack(walk(self.at("joint"), self.normalise(X)), X))

    def _pack(self, numbers: Array, X: Array) -> Array:
        packed = np.empty((len(X), numbers.shape[1] + len(self.groups_)), np.float32)
        packed[:, : numbers.shape[1]] = numbers
        for place, group in enumerate(self.groups_, numbers.shape[1]):
            packed[:, place] = group.find(X[:, group.column])
        return packed

    def normalise(self, X: Array) -> Array:
        """Return the numbers of rows after the marginal stages, as they are calibrated; gaps stay NaN."""
        return walk(self.at("marginal"), self._numbers(X))

    def _numbers(self, X: Array) -> Array:
        """Return the columns that become a number; of a table that has no others they need no copy."""
        return X if self.at("marginal") and len(self.numbers_) == X.shape[1] else X[:, self.numbers_]

    def get_state(self) -> dict[str, Any]:
        """Return all that was learned as nested dicts of arrays and JSON values."""
        return {
            "marginals": self.marginals,
            "tails": self.tails,
            "label": self.label,
            "constants": self.constants_,
            "numbers": self.numbers_,
            "levels": {str(i): group.get_state() for i, group in enumerate(self.groups_)},
            "stages": {str(i): {"name": s.name, **s.get_state()} for i, s in enumerate(self.stages_)},
            "steps": self.steps_._asdict(),
            "gap_ties": {str(i): vars(tie) for i, tie in enumerate(self.gap_ties_)},
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> TableEncoder:
        """Make the encoder that `get_state` described; BundleError if one of its stages is not registered."""
        encoder = cls()
        if "stages" in state:
            states = [state["stages"][str(i)] for i in range(len(state["stages"]))]
        else:  # as model files of version 1 have them
            old = {"quantile": state["normal"], "pca": state["pca"], "minmax": state["scaler"]}
            states = [{"name": name, **of_stage} for name, of_stage in old.items() if of_stage]
        encoder._set_state(state, [find_stage(s["name"]).from_state(s) for s in states])
        if encoder.stages_ and "stages" not in state:  # which do not say what gaps were filled with: the middle does
            middle = encoder.unscale(np.zeros((1, encoder.layout.n_numbers)))[0]
            first = encoder.stages_.index(encoder.at("joint")[0])
            encoder.stages_ = [
                *encoder.stages_[:first],
                MeanFill.from_state({"mean": middle}),
                *encoder.stages_[first:],
            ]
        return encoder


def _varies(x: Array) -> bool:
    """Whether a column has two values, of which a gap is one."""
    return bool(((x[0] != x) & ~(np.isnan(x[0]) & np.isnan(x))).any())
