"""Tables of all kinds of columns, and settings to learn them with, as hypothesis strategies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

Make = Callable[[np.random.Generator, int], Any]
"""Values of a column: so many, from a source of random numbers."""

INTEGERS = (
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "Int8",
    "Int32",
    "UInt16",
    "Int64",
)
NAMES = ("a", "流量", "x 1", "<b>", "\x1b[31m", "a\nb", "=1+1", "‮abc", "'", '"', "x" * 70, "é", "0", "-", "|", "a,b")


def _at_the_end(dtype: str) -> Make:
    """Whole numbers next to the least or the greatest of a dtype, or of those that a double tells apart."""
    info = np.iinfo(dtype.lower())
    low, high = max(int(info.min), 1 - 2**53), min(int(info.max), 2**53 - 1)

    def make(rng: np.random.Generator, rows: int) -> Any:
        near = rng.integers(0, 100, rows)
        values = [low + int(n) if rng.random() < 0.2 else high - int(n) for n in near]
        return pd.array(values, dtype)

    return make


def _labels(levels: list[Any]) -> Make:
    return lambda rng, rows: [levels[i] for i in rng.integers(0, len(levels), rows)]


def _days(rng: np.random.Generator, rows: int) -> Any:
    return pd.Timestamp("1999-12-30") + pd.to_timedelta(rng.integers(0, 9000, rows), "D")


MAKERS: dict[str, Make] = {
    "normal": lambda rng, rows: rng.normal(size=rows),
    "two decimals": lambda rng, rows: rng.normal(size=rows).round(2),
    "steps": lambda rng, rows: rng.integers(0, 40, rows) * 0.25,
    "heavy": lambda rng, rows: rng.standard_cauchy(rows),
    "lognormal": lambda rng, rows: np.exp(5 * rng.normal(size=rows)),
    "huge": lambda rng, rows: rng.choice([-1.7e308, 1.7e308, 1e300, 0.0], rows),
    "tiny": lambda rng, rows: rng.normal(size=rows) * 1e-310,
    "single": lambda rng, rows: rng.normal(size=rows).astype("float32"),
    "half": lambda rng, rows: (rng.normal(size=rows).clip(-3, 3) * 2e4).astype("float16"),
    "mostly zero": lambda rng, rows: np.where(rng.random(rows) < 0.8, 0.0, rng.gamma(2, size=rows)),
    "counts": lambda rng, rows: rng.poisson(3, rows),
    "far away": lambda rng, rows: 1e15 + rng.integers(0, 9, rows),
    "constant": lambda rng, rows: np.full(rows, 1013.25),
    "truth": lambda rng, rows: rng.random(rows) < 0.3,
    "maybe": lambda rng, rows: pd.array(rng.random(rows) < 0.3, "boolean"),
    "labels": _labels(["a", "b", "ä", "流", ""]),
    "many labels": lambda rng, rows: [f"w{i}" for i in rng.zipf(1.5, rows)],
    "ordered": lambda rng, rows: pd.Categorical.from_codes(rng.integers(0, 3, rows), ["s", "m", "l"], ordered=True),
    "number levels": lambda rng, rows: pd.Categorical(rng.integers(0, 4, rows)),
    "days": _days,
    "seconds": lambda rng, rows: pd.Timestamp("2024-03-30") + pd.to_timedelta(rng.integers(0, 10**6, rows), "s"),
    "zone": lambda rng, rows: _days(rng, rows).tz_localize("UTC").tz_convert("Europe/Berlin"),
    "written days": lambda rng, rows: _days(rng, rows).strftime("%d.%m.%Y"),
    "dates": lambda rng, rows: [dt.date(2020, 2, 28) + dt.timedelta(int(n)) for n in rng.integers(0, 900, rows)],
    "durations": lambda rng, rows: pd.to_timedelta(rng.integers(0, 10**5, rows), "s"),
    "spelt": lambda rng, rows: [f"{n:,.2f}" for n in rng.normal(size=rows) * 1e4],
    "comma": lambda rng, rows: [f"{n:.1f}".replace(".", ",") for n in rng.normal(size=rows)],
    "money": lambda rng, rows: [Decimal(int(n)) / 100 for n in rng.integers(0, 10**6, rows)],
    **{f"end of {dtype}": _at_the_end(dtype) for dtype in INTEGERS},
}


@st.composite
def tables(draw: st.DrawFn, most_columns: int = 5, most_rows: int = 60) -> pd.DataFrame:
    """Draw a table of 4 rows or more, with gaps in some columns, of which at least one varies."""
    rows = draw(st.integers(4, most_rows))
    kinds = draw(st.lists(st.sampled_from(sorted(MAKERS)), min_size=1, max_size=most_columns))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=len(kinds), max_size=len(kinds), unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = pd.DataFrame({name: pd.Series(MAKERS[kind](rng, rows)) for name, kind in zip(names, kinds, strict=True)})
    for name in draw(st.lists(st.sampled_from(names), max_size=3)):
        if table[name].dtype.kind not in "iub" or not isinstance(table[name].dtype, np.dtype):
            table.loc[rng.random(rows) < draw(st.sampled_from([0.1, 0.5, 0.9])), name] = None
    return table


@st.composite
def bound_tables(draw: st.DrawFn) -> tuple[pd.DataFrame, list[str]]:
    """Draw a table of numbers, and constraints that hold in all of its rows."""
    table = pd.DataFrame(index=range(draw(st.integers(6, 60))))
    rng, rows = np.random.default_rng(draw(st.integers(0, 2**32 - 1))), len(table)
    decimals = draw(st.sampled_from([0, 2]))
    table["whole"] = (rng.gamma(2, 20, rows) + 1).round(decimals)
    table["part"] = (table["whole"] * rng.choice([0, 0.2, 0.5, 1, rng.random()], rows)).round(decimals)
    table["rest"] = (table["whole"] - table["part"]).round(decimals)
    table["other"] = rng.normal(size=rows).round(decimals)
    if draw(st.booleans()):
        table = table.astype("int64") if decimals == 0 else table.astype("float32")
    true = ["part <= whole", "part + rest == whole", "rest >= 0", "whole > 0", "2*whole - part >= 0", "auto"]
    chosen = draw(
        st.lists(
            st.sampled_from(true if decimals == 0 else [*true[:1], *true[2:]]), min_size=1, max_size=3, unique=True
        )
    )
    return table, chosen


def settings() -> st.SearchStrategy[dict[str, Any]]:
    """Draw settings of `WGANGPSynthesizer` that learn in a moment."""
    few = {
        "batch_size": st.sampled_from([2, 8, 64]),
        "tails": st.sampled_from(["observed", "extrapolate"]),
        "marginals": st.sampled_from(["quantile", "minmax"]),
        "pca": st.sampled_from([None, 1, 0.9]),
        "copula": st.booleans(),
        "sieve": st.sampled_from([False, False, True]),
        "calibrate": st.booleans(),
        "n_critic": st.sampled_from([1, 3]),
        "snapshots": st.sampled_from([1, 3]),
        "objective": st.sampled_from(["wgan-gp", "wgan", "gan"]),
    }
    always = {
        "iterations": st.integers(1, 4),
        "hidden": st.sampled_from([(4,), (8, 8)]),
        "latent_dim": st.sampled_from([1, 5]),
        "random_state": st.integers(0, 2**32 - 1),
    }
    return st.fixed_dictionaries(always, optional=few)
