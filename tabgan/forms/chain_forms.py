"""What a file says of the chain that makes one step of a series after the other, and of the guides beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from tabgan.forms.language import (
    FLAG,
    LARGEST,
    SHARE,
    Array,
    Each,
    Form,
    Maybe,
    Named,
    Number,
    Place,
    Record,
    Sizes,
    Whole,
    expect,
    increase,
    listed,
)
from tabgan.forms.row_forms import forest, scores
from tabgan.forms.schema_forms import Pair

LAGS = 3  # steps that a regression is given one by one
SCALE = Array("f", "channels", low=1e-300)


def whiten(columns: str, components: str) -> Record:
    """Return the form of components of so many columns."""
    return Record(
        {
            "mean": scores(columns),
            "into": Array("f", columns, components, low=-1e150, high=1e150),
            "back": scores(components, columns),
        }
    )


def _components(channels: dict[str, Any], sizes: Sizes, at: str) -> None:
    if channels["directions"] is None:
        expect(sizes["parts"] == sizes["channels"], f"{at}/low", "one for each channel", sizes["parts"])
    for one in channels["ties"]["pairs"]:
        expect(one[0] != one[1], f"{at}/ties", "between two channels", one)


CHANNELS = Record(
    {
        "ties": Record(
            {"pairs": listed(Pair(Place("channels"), Place("channels"), FLAG, Number(0), Number(0)))},
        ),
        "logs": Array("b", "channels"),
        "mean": Array("f", "channels"),
        "std": SCALE,
        "directions": Maybe(Array("f", "parts", "channels", low=-1e6, high=1e6)),
        "low": scores("parts"),
        "high": scores("parts"),
    },
    _components,
    increase("low", "high"),
)
GRAIN = Record(
    {
        "change": scores("changes", rises=">"),
        "change_count": Array("i", "changes", low=1, high=2**53),
        "level": scores("levels of it", rises=">"),
        "level_count": Array("i", "levels of it", low=1, high=2**53),
        "width": Number(0, 1e6),
        "few": FLAG,
        "known": FLAG,
    },
    lambda grain, sizes, at: expect(len(grain["change"]) > 0 and len(grain["level"]) > 0, at, "some"),
)
PAST = Record(
    {
        "mean": scores("given"),
        "std": Array("f", "given", low=1e-300, high=1e150),
        "bound": Array("f", "given", low=0, ends=True),  # of what is not held back inf
        "move_size": Array("f", "at", low=1e-300, high=1e6),
        "pca": whiten("window", "components"),
    }
)
INNOVATIONS = Record(
    {
        "coefficients": scores("regressors", "parts"),
        "spreads": scores("regressors", "parts"),
        "span": Array("f", 2, "parts", low=-200, high=200),
        "white": whiten("parts", "white"),
        "margins": Record(
            {"values": scores("white", "knots", rises=">="), "scores": Array("f", "knots", low=-50, high=50, rises=">")}
        ),
    }
)
STATES = Record(
    {
        "never": Array("f", "at", 3, low=-1e30, high=1e30),
        "shift": scores("at", "ages", 2),
        "skip.0.weight": scores(lambda s: 3 * s["at"], "given"),
        "skip.0.bias": scores(lambda s: 3 * s["at"]),
        "net.0.weight": scores("nodes", "given"),
        "net.0.bias": scores("nodes"),
        "net.2.weight": scores(lambda s: 3 * s["at"], "nodes"),
        "net.2.bias": scores(lambda s: 3 * s["at"]),
    }
)


class _Scores(Form):
    """Floats of one or two dimensions, of any size."""

    def check(self, value: Any, sizes: Sizes, at: str) -> None:
        expect(isinstance(value, np.ndarray) and value.dtype.kind == "f", at, "an array", value)
        expect(
            value.ndim in (1, 2) and bool(np.isfinite(value).all()), at, "finite, of one or two dimensions", value.shape
        )


def _join(chain: dict[str, Any], sizes: Sizes, at: str) -> None:
    expect((chain["states"] is None) == (chain["slots"] is None), f"{at}/slots", "with states", "without")
    if chain["slots"] is not None:
        whiten("at", "slot components").check(chain["slots"], sizes, f"{at}/slots")
    slots = sizes.get("slot components", 0)
    for name, wanted, found in (
        ("scores", sizes["white"] + slots, len(chain["scale"])),
        ("regressors", sizes["given"] + LAGS * sizes["parts"] + 1, sizes["regressors"]),
    ):
        expect(wanted == found, f"{at}: {name}", str(wanted), found)
    expect(bool((chain["scale"] > 0).all()), f"{at}/scale", "positive")


CHAIN = Record(
    {
        "channels": CHANNELS,
        "k": Whole(1, "context", "context"),
        "periods": listed(Number(1, LARGEST)),
        "reach": Number(1e-9, 1e6),
        "grained": Array("b", "parts"),
        "grains": Each(GRAIN, "parts"),
        "at": Array("i", "at", below="parts", rises=">"),
        "allowed": Array("b", "at", 3),
        "phases": listed(Whole(1, 10**6)),
        "past": PAST,
        "innovations": INNOVATIONS,
        "states": Maybe(STATES),
        "slots": Maybe(Named(_Scores())),
        "bias": scores(lambda s: s["given"] + 1, "scores"),
        "scale": scores("scores"),
    },
    _join,
)


GUIDE = Record({"forest": forest(LARGEST), "bound": Number(-1e6, 1e6), "auc": SHARE})
SERIES_GENERATOR = Record(
    {
        "chain": CHAIN,
        "window_guide": Maybe(GUIDE),
        "day_guide": Maybe(GUIDE),
        "is_linear": FLAG,
        "auc": Maybe(SHARE),
        "linear_auc": Maybe(SHARE),
    }
)
