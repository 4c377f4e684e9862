"""What a generator does from latents to rows, as plain arrays: what the writers for other programs share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from tabgan.errors import InputError, warn
from tabgan.gan.perceptron import SLOPE, Perceptron, PerceptronDraws
from tabgan.preprocessing.constraints import Solved
from tabgan.preprocessing.follows import Follows
from tabgan.preprocessing.onehot import OneHot
from tabgan.preprocessing.packing import Array
from tabgan.preprocessing.ways_back import Affine, Curves, WayBack
from tabgan.schema import Column
from tabgan.schema.dates.days import Days
from tabgan.spelling import spell
from tabgan.synthesizers.row_generator import RowGenerator

STEEP = 1e-12  # of the range of a polyline's knots: the width of what stands for a jump


@dataclass(frozen=True)
class GeneratorSpec:
    """All that lies between latents and rows.

    With `x` what the network makes of the latents' first `n_free` numbers (and the label's one-hot group), a row is::

        scores = tanh(x[:n_numbers]) @ mix + center
        scores = polyline(scores, calibration), polyline(normal cdf(scores), quantile), tails
        slots  = largest of each group of x[n_numbers:] + noise + offsets
        row    = constants, scores at `numbers`, slots' values at `level_columns`, rounded, held within low and high,
                 rules

    where `noise` is the rest of the latents. Columns are counted from 0.
    """

    network: Any  # what is before the generator's output: a `Perceptron`, or a module of the user's
    has_tanh: bool  # whether its numbers go through tanh; else they are clipped to [-1, 1]
    n_free: int  # latents that the network takes
    n_given: int  # levels of the label
    n_numbers: int  # that the network gives
    n_latents: int
    mix: Array  # (n_numbers, n_scores): scaling to [-1, 1] and PCA, undone
    center: Array  # (n_scores,)
    calibration: list[Array]  # a polyline for each score, (2, n_knots); empty when there is none
    quantile: list[Array]  # the same
    tails: Array  # (n_scores, 2, 2): see `Curves`
    numbers: Array  # the columns of the scores
    level_columns: Array  # those of the one-hot groups
    widths: Array  # and how many slots each group has
    offsets: Array  # (sum of widths,): what is added to the scores of all slots
    level_values: Array  # the values that these stand for
    own: Array  # and 1, or 0 for a slot that leaves the column its number
    constants: Array  # (n_columns,)
    # Of each rule, in the order in which they are put in force: the column that it is solved for, then the others that
    # it names. Of these a row has been rounded and held within its range before.
    rule_columns: list[Array]
    rule_weights: list[Array]  # of the others: the bound is ``constant - weights @ others``
    # Constant; side; whether the bound itself is left out; cap; far end. A side of 0 is an equation: the column is its
    # bound, if that and what was learned are no gaps. Else what was learned is the share, in [0, 1], of the room from
    # the bound to the far end, which begins at the cap if that is closer. Side 1 is above the bound, -1 below.
    rule_ends: list[Array]
    decimals: Array  # (n_columns,), NaN where nothing is rounded
    steps: Array  # from one value to the next, in units of the last decimal
    firsts: Array  # and a value in these units
    low: Array  # (n_columns,), infinite where there is no end
    high: Array
    label: int  # its column; -1 when there is none
    label_shares: Array  # (n_given,)
    columns: Array  # names
    units: Array  # what dates count, else ""
    categories: list[Array]  # for each column the names of its codes
    notes: Array  # what is not carried over

    @property
    def label_name(self) -> str | None:
        return None if self.label < 0 else str(self.columns[self.label])

    @property
    def network_name(self) -> str:
        """The classes that the network is made of."""
        layers = [type(layer).__name__ for layer in self.network.children()]
        return ", ".join(dict.fromkeys(name for name in layers if name != "Flatten"))

    @property
    def is_perceptron(self) -> bool:
        """Whether the network is one of linear layers with leaky ReLU between them, as tabgan builds them."""
        return isinstance(self.network, Perceptron)

    def perceptron(self) -> dict[str, Any]:
        """Return "weights" and "biases" of the layers, in float64, and the "slope" between them; of a perceptron."""
        if not self.is_perceptron:
            raise InputError(
                "only a generator of linear layers with leaky ReLU between them can be written for MATLAB or numpy, "
                f"but this one is made of {self.network_name}; write it to ONNX with {spell('to', 'onnx')}"
            )
        weights, biases = (
            [array.astype(np.float64) for array in kind] for kind in (self.network.weights, self.network.biases)
        )
        return {"weights": weights, "biases": biases, "slope": SLOPE}

    def warn(self) -> None:
        """Warn of what is not carried over, where the export was called."""
        for note in self.notes:
            warn(note)

    def arrays(self) -> dict[str, Any]:
        """Return arrays and lists of arrays by name, of a perceptron."""
        apart = ("network", "has_tanh")
        rest = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in apart}
        return {**self.perceptron(), **rest}


def describe_generator(model: Any) -> GeneratorSpec:
    """Return what a fitted synthesizer does from latents to rows.

    InputError if it is none, or one of its stages does not say what its inverse is.
    """
    if not isinstance(rows := getattr(model, "row_generator_", model), RowGenerator):
        raise InputError(
            f"a generator is exported, but this model is a {type(model).__name__}, which has none; "
            "name the model file of a synthesizer, which `tabgan fit` writes"
        )
    schema = rows.schema
    encoder, calibrator, layout = rows.decoder.encoder, rows.decoder.calibrator_, rows.decoder.encoder.layout
    label, drawn = encoder.given, encoder.groups_[: len(layout.drawn)]
    network, has_tanh, n_inputs = _take_network(rows.draws)
    n_free = n_inputs - layout.n_given
    knots = () if calibrator is None else zip(calibrator.generated_, calibrator.real_, strict=True)
    return GeneratorSpec(
        network=network,
        has_tanh=has_tanh,
        n_free=n_free,
        n_given=layout.n_given,
        n_numbers=layout.n_numbers,
        n_latents=n_free + layout.n_levels,
        calibration=[tidy_polyline(*pair) for pair in knots],
        **_describe_stages(encoder.stages_, layout.n_numbers),
        numbers=encoder.numbers_.astype(np.int64),
        level_columns=np.array([group.column for group in drawn], dtype=np.int64),
        widths=np.array(layout.drawn, dtype=np.int64),
        offsets=rows.decoder.offsets_[: layout.n_levels],
        level_values=np.concatenate([np.zeros(0), *map(_slot_values, drawn)]),
        own=np.concatenate([np.zeros(0), *(group.own for group in drawn)]),
        constants=encoder.constants_,
        **_describe_rules(rows.constraints.solved),
        decimals=np.array([np.nan if column.decimals is None else column.decimals for column in schema], dtype=float),
        steps=np.array([column.type.step for column in schema], dtype=float),
        firsts=np.array([column.type.grid.first if column.type.grid else 0.0 for column in schema], dtype=float),
        low=np.array([column.ends[0] for column in schema], dtype=float),
        high=np.array([column.ends[1] for column in schema], dtype=float),
        label=int(label.column) if label else -1,
        label_shares=label.shares if label else np.zeros(0),
        columns=np.array(schema.names, dtype=str),
        units=np.array([_unit(column) for column in schema]),
        categories=[np.array(list(map(str, column.levels)), dtype=str) for column in schema],
        notes=np.array(_list_notes(rows), dtype=str),
    )


def _take_network(draws: Any) -> tuple[Any, bool, int]:
    """Return what is before a generator's output, whether its numbers go through tanh, and how many it takes."""
    if isinstance(draws, PerceptronDraws):
        return draws.perceptrons[0], True, draws.perceptrons[0].n_inputs
    from tabgan.gan.sampling import split_generator  # waits for torch, whose these draws are

    network, has_tanh = split_generator(draws.generator)
    if not has_tanh:
        return network, has_tanh, draws.generator.n_inputs
    arrays = {name: value.numpy() for name, value in draws.generator.state_dict().items()}
    return Perceptron.from_arrays(arrays), has_tanh, draws.generator.n_inputs


def _describe_stages(stages: Sequence[WayBack], n_numbers: int) -> dict[str, Any]:
    """Return the way back through the stages: scaling and components as one matrix, then what quantiles are."""
    mix: Array = np.eye(n_numbers)
    center: Array = np.zeros(n_numbers)
    curves = Curves([], [], np.zeros((0, 2, 2)))
    for stage in reversed(stages):
        inverse = stage.describe_inverse()
        if isinstance(inverse, Affine):
            mix, center = mix @ inverse.matrix, center @ inverse.matrix + inverse.offset
        elif inverse is not None:
            curves = inverse  # of the one marginal stage, before which numbers are calibrated
    quantile = [tidy_polyline(*pair) for pair in zip(curves.shares, curves.values, strict=True)]
    return {"mix": mix, "center": center, "quantile": quantile, "tails": curves.tails}


def tidy_polyline(x: Array, y: Array) -> Array:
    """Return the polyline with knots that rise strictly, of shape (2, n_knots) with at least two.

    Every program reads such a one alike. Where several knots have the same x, `numpy.interp` comes from the left to the
    first y and leaves from the last: the first moves to the left by 1e-12 of the range.

    Examples
    --------
    >>> tidy_polyline(np.array([0.0, 1.0, 1.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    array([[0., 1., 1., 2.],
           [0., 1., 3., 4.]])
    """
    x = np.maximum.accumulate(x)  # sums of shares are off by their rounding
    width = max(STEEP * (x[-1] - x[0]), 4 * np.spacing(np.abs(x).max()))
    same = np.flatnonzero(np.diff(x) > width)
    first, last = np.append(0, same + 1), np.append(same, len(x) - 1)
    left, right = x[last] - width, x[last]
    jumps = y[first] != y[last]
    knots = np.stack([np.r_[left[jumps], right], np.r_[y[first][jumps], y[last]]])
    knots = knots[:, np.argsort(knots[0], kind="stable")]
    return knots if knots.shape[1] > 1 else knots + np.array([[0.0, max(width, 1.0)], [0.0, 0.0]])


def _slot_values(group: OneHot) -> Array:
    """The values of the slots: 0 for the numbers, and of rare levels the most frequent one."""
    rest = group.rare[[group.rare_counts.argmax()]] if group.rest == "rare" else [0.0] * bool(group.rest)
    return np.append(group.values, rest)


def _describe_rules(solved: list[Solved]) -> dict[str, Any]:
    """Return what `Constraints.restore` does."""
    found: dict[str, Any] = {"rule_columns": [], "rule_weights": [], "rule_ends": []}
    for one in solved:
        rule = one.rule
        if isinstance(rule, Follows):
            raise InputError(f"an export has no rule such as {rule.text!r}; fit without it to export the generator")
        weight = rule.weights[one.target]
        others = [place for place in range(len(rule.positions)) if place != one.target]
        found["rule_columns"].append(np.array([one.position, *(rule.positions[place] for place in others)]))
        found["rule_weights"].append(np.array([rule.weights[place] / weight for place in others]))
        low, high = one.column.type.range
        side, cap, far = (-1.0, high, low) if weight > 0 else (1.0, low, high)
        room = [0.0] * 4 if one.equation else [side, float(rule.operator == "<"), cap, far]
        found["rule_ends"].append(np.array([rule.constant / weight, *room]))
    return found


def _list_notes(rows: RowGenerator) -> list[str]:
    """Return a sentence for each thing that `sample` does and an export does not."""
    notes, constraints, names = [], rows.constraints, rows.schema.names
    if len(rows.draws.members):
        notes.append(
            f"one generator is in the export, of {1 + len(rows.draws.members)} whose rows sample mixes; fit with "
            f"{spell('snapshots', 1)} to have the same"
        )
    if rows.copula is not None:
        notes.append(
            f"the copula is not in the export, which makes {100 * rows.copula.share_:.2g}% of the rows of sample; fit "
            f"with {spell('copula', False)} to have the same"
        )
    notes += _list_refusals(rows)
    notes += _list_ties(rows)
    if rows.grain is not None:
        mixed = ", ".join(str(names[own.column]) for own in rows.grain.columns_)
        notes.append(
            f"the digits of numbers are not in the export, in which those of {mixed} have all decimals alike; fit with "
            f"{spell('calibrate', False)} to have the same"
        )
    if held := [str(column.name) for column in rows.schema if getattr(column.type, "days", Days()) != Days()]:
        notes.append(
            f"which days of the calendar there are is not in the export: dates of {', '.join(held)} have others"
        )
    if checked := [rule.text for rule in constraints.rules if rule not in [s.rule for s in constraints.solved]]:
        notes.append(
            f"rows that break {'; '.join(checked)} are not left out of the export, as sample does; leave them out"
        )
    if new := [str(column.name) for column in rows.schema if column.kind == "id"]:
        notes.append(f"identifiers are 0 in the export, where sample gives new ones: those of {', '.join(new)}")
    if empty := [str(column.name) for column in rows.schema if getattr(column.type, "of", column) is None]:
        notes.append(f"columns without a value are 0 in the export, where sample gives gaps: {', '.join(empty)}")
    if rare := [str(names[group.column]) for group in rows.decoder.encoder.groups_ if group.rest == "rare"]:
        notes.append(
            f"rare levels are not drawn in the export: those of {', '.join(rare)} come back as their most frequent one"
        )
    return notes


def _list_ties(rows: RowGenerator) -> list[str]:
    """Return a sentence for columns that are tied, and one for gaps that are."""
    notes, names, encoder = [], rows.schema.names, rows.decoder.encoder
    if combinations := rows.combinations and rows.combinations.describe(names):
        tied = "; ".join(", ".join(group["columns"]) for group in combinations)
        notes.append(
            f"columns that are tied are not in the export: rows may have combinations of {tied} that no real row has; "
            f"fit with {spell('combinations', False)} to see how good these are"
        )
    if apart := [str(names[encoder.groups_[tie.follower].column]) for tie in encoder.gap_ties_]:
        notes.append(
            f"gaps that other columns tell are not in the export, in which {', '.join(apart)} have theirs by "
            f"themselves; fit with {spell('combinations', False)} to have the same"
        )
    return notes


def _list_refusals(rows: RowGenerator) -> list[str]:
    """Return a sentence for what sharpens a target, or confirms it, and for what refuses rows."""
    notes = []
    if rows.target is not None:
        notes.append(
            f"the teacher of the target {rows.schema.names[rows.target.column]} is not in the export: its rows are "
            f"candidates, as the generator makes them; fit without {spell('target')} to see how good these are"
        )
    if rows.sieve is not None:
        notes.append(
            "the sieve is not in the export: its rows are candidates, of which sample accepts "
            f"{100 * rows.sieve.acceptance_:.2g}%; fit with {spell('sieve', False)} to see how good these are"
        )
    return notes


def _unit(column: Column) -> str:
    about = column.describe()
    return f"{about['unit']}s since {about['range'][0]}" if "unit" in about else ""
