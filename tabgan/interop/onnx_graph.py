"""From what a network gives to rows, as nodes of an ONNX graph: numbers in double, of kernels that onnxruntime has."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.interop.spec import GeneratorSpec
from tabgan.preprocessing.linear import EPS
from tabgan.preprocessing.ways_back import LEAST_SHARE
from tabgan.schema.steps import NOISE

# The normal distribution below -z, for z >= 0, is exp(-z^2 / 2) times a ratio of two polynomials, to 1e-15 for z < 7
# (Hart et al. 1968, Computer Approximations, 5666; as in West 2005, Better approximations to cumulative normal
# functions). There is no kernel for Erf in double.
ABOVE = [3.52624965998911e-02, 0.700383064443688, 6.37396220353165, 33.912866078383]
ABOVE += [112.079291497871, 221.213596169931, 220.206867912376]
BELOW = [8.83883476483184e-02, 1.75566716318264, 16.064177579207, 86.7807322029461]
BELOW += [296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752]
FARTHEST = 7.0

FLOAT, DOUBLE = 1, 11  # as onnx numbers its types


class Graph:
    """Nodes and constants, as they are added; each is known by the name of its one output.

    The names begin with "rows/", so that none is one of a network's that torch has exported.
    """

    def __init__(self, helper: Any, to_tensor: Any) -> None:
        self._helper, self._to_tensor = helper, to_tensor
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, value: Any) -> str:
        """Add a constant: floats in double, whole numbers as int64, masks as they are."""
        array = np.asarray(value)
        array = array.astype({"b": bool, "i": np.int64, "f": np.float64}[array.dtype.kind])
        name = f"rows/constant_{len(self.constants)}"
        self.constants.append(self._to_tensor(array, name))
        return name

    def add(self, operator: str, *inputs: Any, name: str | None = None, **attributes: Any) -> str:
        """Add a node of one output; inputs that are no names become constants."""
        names = [value if isinstance(value, str) else self.constant(value) for value in inputs]
        output = name or f"rows/{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(self._helper.make_node(operator, names, [output], **attributes))
        return output

    def columns(self, matrix: str, start: int, stop: int) -> str:
        """Return columns of a matrix from `start` to before `stop`."""
        return self.add("Slice", matrix, [start], [stop], [1])


def add_perceptron(graph: Graph, spec: GeneratorSpec, x: str) -> str:
    """Return what the network makes of `x`, in double."""
    layers = spec.perceptron()
    for i, (weights, biases) in enumerate(zip(layers["weights"], layers["biases"], strict=True)):
        if i:
            x = graph.add("Max", x, graph.add("Mul", x, layers["slope"]))  # LeakyRelu has no kernel in double
        x = graph.add("Add", graph.add("MatMul", x, weights.T), biases)
    return x


def add_rows(graph: Graph, spec: GeneratorSpec, x: str, noise: str, labels: str | None) -> str:
    """Return the rows, of shape (n_samples, n_columns), of what the network gives, noise and codes of labels."""
    pool: list[str] = []  # columns side by side
    places: dict[int, int] = {}  # and where each column of the table stands among them
    if len(spec.numbers):
        pool.append(_add_numbers(graph, spec, graph.columns(x, 0, spec.n_numbers)))
        places |= {int(column): i for i, column in enumerate(spec.numbers)}
    width = len(spec.numbers)
    if len(spec.widths):
        scores = graph.add("Add", graph.columns(x, spec.n_numbers, spec.n_numbers + len(spec.offsets)), noise)
        scores = graph.add("Add", scores, spec.offsets)
    end = 0
    for column, size in zip(spec.level_columns.tolist(), spec.widths.tolist(), strict=True):
        slot = graph.add("ArgMax", graph.columns(scores, end, end + size), axis=1, keepdims=1)
        value = graph.add("Gather", spec.level_values[end : end + size], slot)
        own = spec.own[end : end + size] > 0
        if not own.all():
            number = graph.columns(pool[0], places[column], places[column] + 1)
            value = graph.add("Where", graph.add("Equal", slot, int(np.flatnonzero(~own)[0])), number, value)
        pool.append(value)
        places[column] = width
        end, width = end + size, width + 1
    if labels is not None:
        pool.append(graph.add("Cast", labels, to=DOUBLE))
        places[spec.label] = width
        width += 1
    rest = [i for i in range(len(spec.constants)) if i not in places]
    if rest:
        count = graph.add("Shape", x, start=0, end=1)
        pool.append(graph.add("Expand", spec.constants[None, rest], graph.add("Concat", count, [len(rest)], axis=0)))
        places |= {column: width + i for i, column in enumerate(rest)}
    rows = graph.add("Concat", *pool, axis=1)
    rows = graph.add("Gather", rows, [places[i] for i in range(len(spec.constants))], axis=1)
    targets = [int(columns[0]) for columns in spec.rule_columns]
    made = graph.constant(np.isin(np.arange(len(spec.constants)), targets, invert=True))
    rows = graph.add("Where", made, _settle(graph, spec, rows, list(range(len(spec.constants)))), rows)
    return _add_rules(graph, spec, rows) if targets else rows


def _add_numbers(graph: Graph, spec: GeneratorSpec, x: str) -> str:
    """Undo scaling and PCA, calibrate, turn normal scores into quantiles."""
    x = graph.add("Tanh", x) if spec.has_tanh else graph.add("Min", graph.add("Max", x, -1.0), 1.0)
    values = graph.add("Add", graph.add("MatMul", x, spec.mix), spec.center)
    if spec.calibration:
        values = _add_polylines(graph, spec.calibration, values)
    if not spec.quantile:
        return values
    share = _add_normal(graph, values)
    values = _add_polylines(graph, spec.quantile, share)
    sides = (share, graph.add("Sub", 1.0, share))
    for side, (edges, scales) in zip(sides, spec.tails.transpose(1, 2, 0), strict=True):
        if scales.any():
            beyond = graph.add("Div", edges, graph.add("Max", side, LEAST_SHARE))
            values = graph.add("Add", values, graph.add("Mul", scales, graph.add("Log", graph.add("Max", beyond, 1.0))))
    return values


def _add_normal(graph: Graph, scores: str) -> str:
    """The normal distribution at scores."""
    z = graph.add("Min", graph.add("Abs", scores), FARTHEST)
    ratio = graph.add("Div", *(_add_polynomial(graph, z, factors) for factors in (ABOVE, BELOW)))
    density = graph.add("Exp", graph.add("Mul", graph.add("Mul", z, z), -0.5))
    below = graph.add("Mul", density, ratio)
    return graph.add("Where", graph.add("Greater", scores, 0.0), graph.add("Sub", 1.0, below), below)


def _add_polynomial(graph: Graph, z: str, factors: list[float]) -> str:
    value = graph.add("Add", graph.add("Mul", z, factors[0]), factors[1])
    for factor in factors[2:]:
        value = graph.add("Add", graph.add("Mul", value, z), factor)
    return value


def _add_polylines(graph: Graph, lines: list[NDArray[Any]], x: str) -> str:
    """Look up each column in its polyline, by bisection in one table of all knots.

    A column's knots are filled up with infinite ones to a power of two, so that a step of the search is one comparison
    for all values at once. Memory does not depend on how many knots there are.
    """
    steps = int(np.ceil(np.log2(max(line.shape[1] for line in lines))))
    knots, values, slopes = (np.full((len(lines), 2**steps), fill) for fill in (np.inf, 0.0, 0.0))
    for j, (at, value) in enumerate(lines):
        knots[j, : len(at)], values[j, : len(at)] = at, value
        slopes[j, : len(at) - 1] = np.diff(value) / np.diff(at)
    tables = [graph.constant(table.ravel()) for table in (knots, values, slopes)]
    x = graph.add("Max", x, knots[:, 0])
    place = graph.constant(np.arange(len(lines))[None] * 2**steps)
    for step in range(steps - 1, -1, -1):
        next_place = graph.add("Add", place, 2**step)
        reached = graph.add("LessOrEqual", graph.add("Gather", tables[0], next_place), x)
        place = graph.add("Where", reached, next_place, place)
    knot, value, slope = (graph.add("Gather", table, place) for table in tables)
    return graph.add("Add", value, graph.add("Mul", slope, graph.add("Sub", x, knot)))


def _settle(graph: Graph, spec: GeneratorSpec, values: str, columns: list[int]) -> str:
    """Round to the decimals and steps of columns, and hold in their ranges; gaps stay."""
    decimals = spec.decimals[columns]
    rounded = ~np.isnan(decimals)
    held = values
    if rounded.any():
        scale, step = 10.0 ** np.where(rounded, decimals, 0), spec.steps[columns]
        count = graph.add("Div", graph.add("Sub", graph.add("Mul", values, scale), spec.firsts[columns]), step)
        whole = graph.add("Add", graph.add("Mul", graph.add("Round", count), step), spec.firsts[columns])
        whole = graph.add("Div", whole, scale)
        held = graph.add("Where", rounded, whole, values)
    held = graph.add("Min", graph.add("Max", held, spec.low[columns]), spec.high[columns])
    return graph.add("Where", graph.add("IsNaN", values), values, held)


def _add_rules(graph: Graph, spec: GeneratorSpec, rows: str) -> str:
    """Put rules between columns in force."""
    columns = [graph.columns(rows, j, j + 1) for j in range(len(spec.constants))]
    for (j, *others), weights, ends in zip(spec.rule_columns, spec.rule_weights, spec.rule_ends, strict=True):
        terms = [graph.add("Mul", columns[i], weight) for i, weight in zip(others, weights, strict=True)]
        bound = graph.add("Sub", ends[0], terms[0] if len(terms) == 1 else graph.add("Sum", *terms))
        value = _obey(graph, columns[j], bound, ends, (spec.decimals[j], spec.steps[j], spec.firsts[j]))
        columns[j] = _settle(graph, spec, value, [j])
    return graph.add("Concat", *columns, axis=1)


def _obey(graph: Graph, learned: str, bound: str, ends: NDArray[Any], grid: tuple[float, ...]) -> str:
    """The column that a rule is solved for: the bound of an equation, or a share of the room beside it."""
    (_, side, strict, cap, far), (decimals, step, first) = ends, grid
    if side == 0:
        return graph.add("Where", graph.add("IsNaN", graph.add("Add", bound, learned)), learned, bound)
    least = graph.add("Mul", bound, side)  # the least value from here on that the column may have
    size = graph.add("Abs", least)
    if not np.isnan(decimals):
        steps = graph.add("Div", graph.add("Sub", graph.add("Mul", least, 10.0**decimals), side * first), step)
        noise = graph.add("Add", graph.add("Mul", graph.add("Abs", steps), 4 * EPS), NOISE)  # what sums are off by
        if strict:
            whole = graph.add("Add", graph.add("Floor", graph.add("Add", steps, noise)), 1.0)
        else:
            whole = graph.add("Ceil", graph.add("Sub", steps, noise))
        least = graph.add("Div", graph.add("Add", graph.add("Mul", whole, step), side * first), 10.0**decimals)
    elif strict:
        least = graph.add("Add", least, graph.add("Add", graph.add("Mul", size, EPS), 1e-300))
    near = graph.add("Where", graph.add("IsNaN", bound), side * cap, graph.add("Max", least, side * cap))
    near = graph.add("Mul", near, side)
    share = graph.add("Min", graph.add("Max", learned, 0.0), 1.0)
    share = graph.add("Where", graph.add("IsNaN", learned), learned, share)
    return graph.add("Add", near, graph.add("Mul", share, graph.add("Sub", far, near)))
