"""What a file says of what makes rows beside networks: decoder, sieve, tied columns, copula, grain and teachers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tabgan.forms.language import (
    FLAG,
    NUMBER,
    SHARE,
    Array,
    Choice,
    Each,
    Maybe,
    Named,
    Number,
    Place,
    Record,
    Sizes,
    Text,
    distinct,
    expect,
)
from tabgan.forms.row_forms import expect_gaps, forest, scores

LONGEST = 16  # decimals, and powers of ten

DECODER = Record(
    {
        "offsets": scores("slots"),
        "calibrator": Maybe(
            Record(
                {
                    "generated": Array("f", "numbers", "quantiles", rises=">="),
                    "real": Array("f", "numbers", "quantiles"),  # open ends need not be in order
                }
            )
        ),
    }
)


def _bins(sieve: dict[str, Any], sizes: Sizes, at: str) -> None:
    for i, edges in sieve["edges"].items():
        expect(len(sieve["factors"][i]) == len(edges) + 1, f"{at}/factors/{i}", "one more than edges", len(edges))
    low, high = sieve["range"]
    expect(bool((low <= high).all()), f"{at}/range", "from low to high")


SIEVE = Record(
    {
        "forest": forest("columns"),
        "range": Array("f", 2, "columns"),
        "edges": Each(Array("f", "edges", rises=">="), "columns"),
        "factors": Each(scores("factors"), "columns"),
        "bound": Number(-1e6, 1e6),
        "acceptance": Number(1e-9, 1),
    },
    _bins,
)


def _tied(groups: dict[str, Any], sizes: Sizes, at: str) -> None:
    distinct([int(column) for group in groups.values() for column in group["columns"]], at)


class _Groups(Each):
    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        super().check(value, sizes, at)
        _tied(value, sizes, at)


COMBINATIONS = _Groups(
    Record(
        {
            "columns": Array("i", "tied", below="columns"),
            "is_label": Array("b", "tied"),
            "values": Array("f", "combinations", "tied", gaps=True),
            "counts": Array("if", "combinations", low=1),
        },
        lambda group, sizes, at: expect(len(group["counts"]) > 0, at, "some combinations"),
        lambda group, sizes, at: expect_gaps(group["values"], group["columns"], sizes, f"{at}/values"),
    ),
    least=1,
)


def _slots(copula: dict[str, Any], sizes: Sizes, at: str) -> None:
    for i, width in enumerate(sizes["widths"]):
        ends = copula["ends"][str(i)]
        expect(len(ends) == width - 1, f"{at}/ends/{i}", f"{width - 1} long", len(ends))


COPULA = Record(
    {
        "root": scores("parts", "parts"),
        "ends": Each(Array("f", "ends", low=0, high=1, rises=">="), lambda sizes: len(sizes["widths"])),
        "share": SHARE,
    },
    _slots,
)


def _grid(grain: dict[str, Any], sizes: Sizes, at: str) -> None:
    expect(len(grain["shares"]) == len(grain["edges"]) + 1, f"{at}/shares", "one more than edges", len(grain["edges"]))
    some = len(grain["steps"]) > 0 and bool((grain["shares"].sum(axis=1) > 0).all())
    expect(some, f"{at}/shares", "of some grids")


GRAIN = Each(
    Record(
        {
            "column": Place("columns"),
            "origin": NUMBER,
            "edges": Array("f", "edges", low=0, rises=">="),
            "steps": Array("i", "grids", low=1, high=2**53),
            "decimals": Array("i", "grids", low=-400, high=400),
            "shares": Array("f", "sizes", "grids", low=0, high=1.001),
            "relative?": FLAG,
        },
        _grid,
    )
)
TAUGHT = {
    "kind": Text("number", "classes"),
    "column": Place("columns"),
    "weights": Named(SHARE),
    "features": Array("i", "features", below="columns"),
}
SHARP = Record(
    TAUGHT
    | {
        "kept": SHARE,
        "shrunk": SHARE,
        "r2": NUMBER,
        "error": Number(0),
        "made": Array("f", "ranks", rises=">="),
        "real": Array("f", "ranks", rises=">="),
        "forest": forest("features"),
    },
    lambda state, sizes, at: expect(len(state["made"]) > 0, f"{at}/made", "some"),
)


def _classes(state: dict[str, Any], sizes: Sizes, at: str) -> None:
    n = len(state["shares"])
    expect(n == sizes["levels"][state["column"]], f"{at}/shares", "one for each level", n)
    expect(len(state["forests"]) == (1 if n == 2 else n), f"{at}/forests", "some for each class", len(state["forests"]))


CONFIRMED = Record(
    TAUGHT
    | {
        "shares": Array("f", "classes", low=1e-9, high=1),
        "confirmed": Array("f", "classes", low=0, high=1),
        "least": scores("classes"),
        "accuracy": SHARE,
        "forests": Each(forest("features"), least=1),
    },
    _classes,
)
TEACHING = Choice(lambda state: SHARP if isinstance(state, dict) and state.get("kind") == "number" else CONFIRMED)


def check_tables(constraints: dict[str, Any], sizes: Sizes, at: str) -> None:
    for name, table in constraints.get("tables", {}).items():
        place = name.isdecimal() and int(name) < len(constraints["rules"])
        expect(bool(place), f"{at}/tables", "by the places of rules", name)
        fine = len(table["values"]) == len(table["edges"]) + 1
        expect(fine and bool(np.isfinite(table["values"]).all()), f"{at}/tables/{name}", "values between edges")


TABLES = Named(Record({"edges": Array("f", "edges", rises=">="), "values": Array("f", "values")}, own=True))
