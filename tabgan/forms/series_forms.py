"""What a file says of time series: clock, channels, what stands beside them, and the chain that makes one step more."""

from __future__ import annotations

from typing import Any

from tabgan.forms.chain_forms import SCALE
from tabgan.forms.language import (
    FLAG,
    LARGEST,
    NUMBER,
    TEXT,
    Array,
    Choice,
    Each,
    Maybe,
    Named,
    Place,
    Record,
    Sizes,
    Text,
    Whole,
    expect,
    listed,
)
from tabgan.forms.row_forms import scores
from tabgan.forms.schema_forms import COLUMN, NAME, Pair

PLACES = listed(Place("columns"))
SIZE = Whole(1, 2**62)

CLOCK = Record(
    {
        "origin": Choice(lambda value: TEXT if isinstance(value, str) else Whole(-LARGEST, LARGEST)),
        "unit": Text("ns", "month", "business day", "number"),
        "size": SIZE,
        "zone?": Maybe(TEXT),
        "at_end?": FLAG,
        "local?": FLAG,
        "weekdays?": FLAG,
        "decimals?": Whole(0, 9),
    },
    lambda clock, sizes, at: expect(
        isinstance(clock["origin"], str) != (clock["unit"] == "number"), f"{at}/origin", "a stamp", clock["origin"]
    ),
)
TOLD = Record(
    {
        "names": listed(NAME, least=1),
        "column": COLUMN,
        "hours": Maybe(Named(Choice(lambda value: NUMBER if isinstance(value, (int, float)) else Maybe(TEXT)))),
        "zone": Maybe(TEXT),
        "spelt": Named(COLUMN),
    },
    lambda told, sizes, at: expect(
        all(name.lstrip("-").isdecimal() and len(name) < 8 for name in told["spelt"]), f"{at}/spelt", "by offsets", ""
    ),
)


def _count_channels(readings: dict[str, Any], sizes: Sizes, at: str) -> None:
    n = len(readings["columns"]) + len(readings["gaps"])
    expect(readings["n_channels"] == n, f"{at}/n_channels", f"{n}", readings["n_channels"])


PAIRS = listed(Pair(Place("columns"), Place("columns")))
READINGS = Record(
    {
        "n_channels": Whole(1, 10**6, "channels"),
        "columns": listed(Place("columns"), least=1),
        "twins": PAIRS,
        "gaps": listed(Pair(Place("columns"), Place("channels"))),
        "codes": listed(Place("channels")),
        "sums?": listed(Pair(Place("columns"), listed(Pair(Place("columns"), Whole(-1, 1))))),
    },
    _count_channels,
)


def _widths(covariates: dict[str, Any], sizes: Sizes, at: str) -> None:
    for column, width in zip(covariates["columns"], covariates["widths"], strict=True):
        expect(width in (0, sizes["levels"][column]), f"{at}/widths", "as many as levels", width)
    sizes["covariates"] = sum(width or 1 for width in covariates["widths"])


COVARIATES = Record(
    {
        "columns": listed(Place("columns"), "beside"),
        "widths": listed(Whole(0, 10**6), "beside"),
        "mean": Array("f", "beside"),
        "std": Array("f", "beside", low=1e-300),
    },
    _widths,
)


def _whole(stretches: dict[str, Any], sizes: Sizes, at: str) -> None:
    n = int(stretches["lengths"].astype(object).sum())
    expect(n == sizes["steps of all"] and n > 0, f"{at}/lengths", "as long as values", n)
    sizes["longest"] = int(stretches["lengths"].max())


STRETCHES = Record(
    {
        "values": Array("f", "steps of all", "channels"),
        "beside": Array("f", "steps of all", "beside"),
        "lengths": Array("i", "stretches", low=1),
        "starts": Array("i", "stretches", low=-LARGEST, high=LARGEST),
        "entities": Array("i", "stretches", low=0, high=2**31),
    },
    _whole,
)


def _entities(series: dict[str, Any], sizes: Sizes, at: str) -> None:
    place, entities = series["roles"]["entity"], series["stretches"]["entities"]
    known = max(sizes["levels"][place], 1) if place is not None else 1
    expect(int(entities.max()) < known, f"{at}/stretches/entities", f"of {known}", int(entities.max()))
    beside = [*series["roles"]["known"], *series["roles"]["static"]]
    beside += [] if series["roles"]["label"] is None else [series["roles"]["label"]]
    expect(series["covariates"]["columns"] == beside, f"{at}/covariates/columns", f"{beside}")
    time = series["roles"]["time"]
    expect((series["clock"] is None) == (time is None and not series.get("told")), f"{at}/clock", "with a time")


SERIES = Record(
    {
        "roles": Record(
            {
                "time": Maybe(Place("columns")),
                "entity": Maybe(Place("columns")),
                "label": Maybe(Place("columns")),
                "static": PLACES,
                "known": PLACES,
                "channels": PLACES,
            }
        ),
        "clock": Maybe(CLOCK),
        "readings": READINGS,
        "covariates": COVARIATES,
        "stretches": STRETCHES,
        "context": Whole(1, "longest", "context"),
        "as_windows": FLAG,
        "told?": Maybe(TOLD),
    },
    _entities,
)


VAR = {
    "order": Whole(1, "context", "context"),
    "coefficients": scores("context", "channels", "channels"),
    "beside": scores(lambda s: s["covariates"] + 1, "channels"),
    "residuals": scores("residuals", "channels"),
    "mean": Array("f", "channels"),
    "std": SCALE,
    "low": Array("f", "channels"),
    "high": Array("f", "channels"),
}
LINEAR = Record(
    {
        "mean": Array("f", "channels of it"),
        "filters": scores("channels of it", "taps"),
        "errors": Named(NUMBER),
    },
    lambda state, sizes, at: expect(
        all(name.isdecimal() and len(name) < 9 for name in state["errors"]), f"{at}/errors", "by orders", ""
    ),
)


def _stack(residuals: dict[str, Any], sizes: Sizes, at: str) -> None:
    """Check that each layer takes what the one before makes, and the last makes mean and scale of a block."""
    expect(bool((residuals["given"][1] > LEAST_DEVIATION).all()), f"{at}/given", "means and deviations")
    width = sizes["features"]
    for i, layer in residuals["layers"].items():
        expect(layer["weight"].shape[1] == width, f"{at}/layers/{i}", f"for {width}", layer["weight"].shape)
        width = len(layer["bias"])
    made = 2 * residuals["blocks"][0].size if len(residuals["blocks"]) else -1
    expect(width == made, f"{at}/layers", f"to make {made}", width)
    expect(residuals["memory"] % 32 == 0, f"{at}/memory", "a multiple of 32", residuals["memory"])


GRID, LEAST_DEVIATION = 2001, 1e-10
RESIDUALS = Record(
    {
        "scale": Array("f", "channels of it", low=1e-310),
        "quantiles": scores("channels of it", GRID, rises=">="),
        "free?": Maybe(scores("channels of it", GRID, rises=">=")),
        "given": scores(2, "features"),
        "layers": Each(Record({"weight": scores("out", "in"), "bias": scores("out")}), 3),
        "energies": scores(2),
        "blocks": scores("blocks", 8, "channels of it"),
        "memory": Whole(64, 960),
    },
    _stack,
)
SIGNALS = Each(Record({"linear": LINEAR, "residuals": RESIDUALS}), least=1)
