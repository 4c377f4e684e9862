"""What encoded rows are, and their way back: all of an encoder that it takes to make rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from tabgan.preprocessing.gap_ties import GapTie
from tabgan.preprocessing.layout import Layout
from tabgan.preprocessing.onehot import OneHot
from tabgan.preprocessing.packing import Array
from tabgan.preprocessing.repeats import NO_STEPS, Steps
from tabgan.preprocessing.ways_back import OWN, WayBack, walk_back
from tabgan.seeds import Purpose, Streams


class Encoding:
    """Numbers in [-1, 1] and one-hot groups of a table, and how they become its columns again.

    The columns `numbers_` are numbers, which go back through `stages_`, of which marginal ones stand before joint ones.
    One-hot are `groups_`, from narrow to wide, but for that of the column `label`, which the generator is given and
    which is last. `constants_` has a value of every column, which those that do not vary keep. Values of a number that
    repeat are stretches of it, `steps_`. Gaps that are where other columns say are `gap_ties_`.
    """

    label: int | None
    marginals: str
    tails: str
    constants_: Array
    numbers_: Array
    groups_: list[OneHot]
    stages_: Sequence[Any]
    steps_: Steps
    gap_ties_: Sequence[GapTie] = ()

    @property
    def layout(self) -> Layout:
        """What the columns of encoded rows are."""
        given = self.given
        drawn = self.groups_[:-1] if given else self.groups_
        n_numbers = len(self.stages_[-1].xmin_) if self.stages_ else 0
        return Layout(n_numbers, tuple(group.width for group in drawn), given.width if given else 0)

    @property
    def given(self) -> OneHot | None:
        """The label's group, which the generator is given."""
        return None if self.label is None else self.groups_[-1]

    def at(self, place: str) -> list[Any]:
        """Return the stages of a place, "marginal" or "joint"."""
        return [stage for stage in self.stages_ if stage.place == place]

    def stage(self, name: str) -> Any:
        """Return the stage of a name, None when numbers do not go through it."""
        return next((stage for stage in self.stages_ if stage.name == name), None)

    def unscale(self, numbers: Array) -> Array:
        """Return what numbers in [-1, 1] were after the marginal stages."""
        return walk_back(self.at("joint"), numbers)

    def to_values(self, normalised: Array) -> Array:
        """Return in original units what numbers were after the marginal stages."""
        return walk_back(self.at("marginal"), normalised)

    def find_exact(self) -> dict[int, Array]:
        """Return by column the values of numbers, in order, that come back as often as they were: those that repeat."""
        quantile = self.stage("quantile")
        steps = [np.zeros((3, 0))] * len(self.numbers_) if quantile is None else quantile.steps_
        exact = {int(j): values[high > low] for j, (values, low, high) in zip(self.numbers_, steps, strict=True)}
        slots = {group.column: group.values[~np.isnan(group.values)] for group in self.groups_ if group.column in exact}
        return exact | {j: np.union1d(exact[j], values) for j, values in slots.items()}

    def assemble(self, values: Array, slots: Sequence[Array], rng: Streams) -> Array:
        """Return rows in original units, of shape (n_samples, n_columns), of numbers so and a slot of each group."""
        X = np.tile(self.constants_[:, None], len(values)).T  # a column's values side by side, as all stages keep them
        X[:, self.numbers_] = values
        for group, chosen in zip(self.groups_, self._tie(slots, rng), strict=True):
            X[:, group.column] = group.decode(chosen, X[:, group.column], partial(rng, Purpose.RARE, group.column))
        return X

    def _tie(self, slots: Sequence[Array], rng: Streams) -> Sequence[Array]:
        """Return slots in which gaps are where those of other groups say."""
        tied = list(slots)
        for tie in self.gap_ties_:
            group = self.groups_[tie.follower]
            tied[tie.follower] = tie.tie(slots, len(group.values) - 1, partial(rng, Purpose.GAPS, group.column))
        return tied

    def find_unused(self, slots: Sequence[Array]) -> Array:
        """Return where a number says nothing, because a slot says which value it is: (n_samples, n_numbers)."""
        places = {column: i for i, column in enumerate(self.numbers_)}
        mask = np.zeros((len(slots[0]), len(places)), bool)
        for group, chosen in zip(self.groups_, slots, strict=True):
            if group.column in places:
                mask[:, places[group.column]] = chosen < len(group.values)
        return mask

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Encoding:
        """Make what the state of a `TableEncoder` describes; BundleError if one of its stages is not registered."""
        encoding = cls()
        encoding._set_state(state, [load_way_back(state["stages"][str(i)]) for i in range(len(state["stages"]))])
        return encoding

    def _set_state(self, state: Mapping[str, Any], stages: list[Any]) -> None:
        self.marginals, self.tails, self.label = state["marginals"], state["tails"], state["label"]
        self.constants_, self.numbers_, self.stages_ = state["constants"], state["numbers"], stages
        self.groups_ = [OneHot(**state["levels"][str(i)]) for i in range(len(state["levels"]))]
        self.steps_ = Steps(**state["steps"]) if "steps" in state else NO_STEPS
        ties = state.get("gap_ties", {})
        self.gap_ties_ = [GapTie(**ties[str(i)]) for i in range(len(ties))]


def load_way_back(state: Mapping[str, Any]) -> WayBack:
    """Return the way back of a stage whose state is given; of one that a package beside brings, the stage itself."""
    if state["name"] in OWN:
        made: WayBack = OWN[state["name"]].from_state(state)
        return made
    from tabgan.preprocessing.stages import find_stage  # waits for scikit-learn

    return find_stage(state["name"]).from_state(state)
