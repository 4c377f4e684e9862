"""What a file says of a table's rows: how they are encoded, decoded, tied, refused and taught."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tabgan.forms.language import (
    ANY,
    NUMBER,
    TEXT,
    WHOLE,
    Array,
    Choice,
    Each,
    Maybe,
    Number,
    Place,
    Record,
    Sizes,
    Text,
    distinct,
    expect,
    increase,
    listed,
)

INNER, LEAVES = 63, 64  # nodes of a tree of depth 6
LARGEST_SCORE = 1e6
"""Of scores and logarithms: far beyond what any has, and squares and sums of it are finite."""


def scores(*shape: Any, **more: Any) -> Array:
    """Return the form of numbers of an ordinary size."""
    return Array("f", *shape, low=-LARGEST_SCORE, high=LARGEST_SCORE, **more)


def forest(features: Any) -> Record:
    """Return the form of trees that see so many features."""
    return Record(
        {
            "features": Array("i", "trees", INNER, below=features),
            "thresholds": Array("f", "trees", INNER, ends=True),
            "leaves": Array("f", "trees", LEAVES),
            "baseline": NUMBER,
        },
        own=True,
    )


STEPS_OF_VALUES = Array("f", 3, "knots")


def _rise(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    for i, (values, low, high) in state["steps"].items():
        expect(bool((values[1:] > values[:-1]).all()) and len(values) > 0, f"{at}/steps/{i}", "of rising values")
        ends = [low, high]
        fine = all(bool((end >= 0).all() and (end <= 1).all() and (end[1:] >= end[:-1]).all()) for end in ends)
        expect(fine and bool((low <= high).all()), f"{at}/steps/{i}", "of rising shares")


QUANTILE = Record(
    {
        "name": TEXT,
        "n_samples?": WHOLE,
        "random_state?": ANY,
        "steps": Each(STEPS_OF_VALUES, "numbers"),
        "tails": Text("observed", "extrapolate"),
    },
    _rise,
    more=True,
)


def _scaled(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    low, high = state["feature_range"]
    expect(low < high, f"{at}/feature_range", "a range", [low, high])


def scaler(columns: str) -> Record:
    """Return the form of a `MapMinMaxScaler` of so many columns."""
    return Record(
        {
            "name?": TEXT,
            "feature_range": listed(Number(-1e9, 1e9), 2),
            "xmin": Array("f", columns, ends=True),
            "xmax": Array("f", columns, ends=True),
            "no_change": Array("i", f"{columns}, not changed", below=columns, rises=">"),
        },
        _scaled,
        _scales,
        own=True,
    )


def _scales(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    changed = ~_chosen(state["no_change"], len(state["xmin"]))
    low, high = state["xmin"][changed], state["xmax"][changed]
    expect(bool((low < high).all()) and all(map(math.isfinite, high - low)), f"{at}/xmin", "below xmax")


def _chosen(places: Any, length: int) -> Any:
    return np.isin(np.arange(length), places)


PCA = Record(
    {
        "name?": TEXT,
        "n_components?": NUMBER,
        "mean": Array("f", "in"),
        "components": Array("f", "out", "in", low=-1.001, high=1.001),
        "scree?": Array("f", "of all", low=0, high=1.001),
    }
)


def _walk(encoder: dict[str, Any], sizes: Sizes, at: str) -> None:
    """Check stages one after the other: what one makes is what the next takes."""
    stages = encoder["stages"]
    expect(isinstance(stages, dict) and stages.keys() == set(map(str, range(len(stages)))), at, "stages", stages)
    width, names, known = sizes["numbers"], [], True
    for i in range(len(stages)):
        state, here = stages[str(i)], f"{at}/stages/{i}"
        expect(isinstance(state, dict) and isinstance(state.get("name"), str), here, "a stage", state)
        names.append(state["name"])
        own = sizes.new_child({"in": width} if known else {})
        if state["name"] == "pca":
            PCA.check(state, own, here)
            width, known = len(state["components"]), True
        elif state["name"] == "minmax":
            scaler("in").check(state, own, here)
        elif state["name"] == "fill":
            Record({"name": TEXT, "mean": Array("f", "in")}).check(state, own, here)
        elif state["name"] == "quantile":
            QUANTILE.check(state, own, here)
        else:  # of a package beside, which may make another number of columns
            known = known and i < names.index("fill") if "fill" in names else known
    distinct(names, f"{at}/stages")
    fine = not names or (names[-1] == "minmax" and names[0] != "pca")
    expect(fine and bool(names) == bool(sizes["numbers"]), f"{at}/stages", "stages from numbers to a range", names)
    sizes["scaled"] = len(stages[str(len(stages) - 1)]["xmin"]) if stages else 0


def _old_stages(encoder: dict[str, Any], sizes: Sizes, at: str) -> None:
    """Check what files of the first version have in place of stages."""
    old = {"quantile": encoder["normal"], "fill": None, "pca": encoder["pca"], "minmax": encoder["scaler"]}
    for state in old.values():
        expect(state is None or isinstance(state, dict), f"{at}/stages", "records", state)
    named = {name: {"name": name, **state} for name, state in old.items() if state}
    _walk({"stages": {str(i): state for i, state in enumerate(named.values())}}, sizes, at)


GROUP = Record(
    {
        "column": Place("columns"),
        "values": Array("f", "values", gaps=True),
        "counts": Array("f", "values", low=1),
        "rest": Text("", "number", "rare"),
        "rare": Array("f", "rare", gaps=True),
        "rare_counts": Array("f", "rare", low=1),
    }
)


def expect_gaps(values: Any, columns: Any, sizes: Sizes, at: str) -> None:
    """Check that only columns with gaps have any; `values` have the shape (..., n_columns)."""
    for column, own in zip(columns, np.asarray(values).T, strict=True):
        expect(sizes["missing"][int(column)] or not np.isnan(own).any(), at, "without gaps", f"with some in {column}")


def _lay_out(encoder: dict[str, Any], sizes: Sizes, at: str) -> None:
    """Say how many slots groups have, drawn and given, and how many ends between them."""
    groups = [encoder["levels"][str(i)] for i in range(len(encoder["levels"]))]
    distinct([group["column"] for group in groups], f"{at}/levels")
    expect_gaps(encoder["constants"], range(len(sizes["missing"])), sizes, f"{at}/constants")
    for group in groups:
        expect_gaps(np.append(group["values"], group["rare"])[:, None], [group["column"]], sizes, f"{at}/levels")
    numbers, label = set(encoder["numbers"].tolist()), encoder["label"]
    for group in groups:
        column, values = group["column"], group["values"]
        there = values[values == values]
        beside = group["rest"] == "number"
        fine = (group["rest"] == "rare") == bool(len(group["rare"])) and len(values) + beside > 0
        gaps_last = len(there) == len(values) or (len(there) == len(values) - 1 and values[-1] != values[-1])
        fine = fine and gaps_last and bool((there[1:] > there[:-1]).all())
        fine = fine and (column in numbers if beside else group["rest"] == "" or column not in numbers)
        expect(fine, f"{at}/levels", "groups of rising values", column)
        if (levels := sizes["levels"][column]) and column not in numbers:
            for codes in (there, group["rare"][group["rare"] == group["rare"]]):
                fine = bool((codes == codes.round()).all()) and max([*codes, 0]) < levels and min([*codes, 0]) >= 0
                expect(fine, f"{at}/levels", f"of {levels} levels", column)
    widths = [len(group["values"]) + bool(group["rest"]) for group in groups]
    if label is not None:
        expect(bool(groups) and groups[-1]["column"] == label and not groups[-1]["rest"], at, "with the label last", "")
    sizes["given"] = widths[-1] if label is not None else 0
    sizes["made"] = sizes["scaled"] + sum(widths) - sizes["given"]
    sizes["slots"], sizes["widths"], sizes["drawn"] = sum(widths), widths, len(widths) - (label is not None)
    sizes["rows"] = sizes["made"] + sizes["given"]
    sizes["parts"] = sizes["numbers"] + len(groups)


STEPS = Record(
    {
        "column": Array("i", "steps", below="scaled"),
        "low": scores("steps"),
        "high": scores("steps"),
        "sharp": Array("f", "steps", low=1e-12, high=LARGEST_SCORE),
    },
    increase("low", "high"),
)
GAP_TIE = Record(
    {
        "follower": Place("groups"),
        "leader": Place("groups"),
        "gaps": Array("b", "slots of the leader"),
        "shares": Array("f", "slots of the follower", low=0, high=1),
    }
)
_SHARED = {
    "marginals": TEXT,
    "tails": Text("observed", "extrapolate"),
    "label": Maybe(Place("columns")),
    "constants": Array("f", "columns", gaps=True),
    "numbers": Array("i", "numbers", below="columns", rises=">"),
    "levels": Each(GROUP),
}
ENCODER = Choice(
    lambda state: (
        Record(_SHARED | {"stages": ANY, "steps?": ANY, "gap_ties?": ANY}, _walk, _lay_out, _steps, _gap_ties)
        if isinstance(state, dict) and "stages" in state
        else Record(_SHARED | {"normal": ANY, "pca": ANY, "scaler": ANY}, _old_stages, _lay_out, more=True)
    )
)


def _gap_ties(encoder: dict[str, Any], sizes: Sizes, at: str) -> None:
    """Check that followers have a gap, no other leads them, and arrays are as wide as their groups."""
    ties, at = encoder.get("gap_ties", {}), f"{at}/gap_ties"
    widths = sizes["widths"]
    Each(GAP_TIE).check(ties, sizes.new_child({"groups": len(widths)}), at)
    distinct(followers := [tie["follower"] for tie in ties.values()], at)
    for tie in ties.values():
        values, shares = encoder["levels"][str(tie["follower"])]["values"], tie["shares"]
        fine = len(values) > 0 and values[-1] != values[-1] and tie["leader"] not in followers
        expect(fine, at, "groups with gaps, tied to others", tie["follower"])
        wide = len(tie["gaps"]) == widths[tie["leader"]] and len(shares) == widths[tie["follower"]]
        expect(wide and shares[len(values) - 1] == 0 and abs(shares.sum() - 1) < 1e-9, at, "a share for each slot", "")


def _steps(encoder: dict[str, Any], sizes: Sizes, at: str) -> None:
    if "steps" in encoder:
        STEPS.check(encoder["steps"], sizes, f"{at}/steps")
