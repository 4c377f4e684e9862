"""The pictures of docs/how-it-works.md: marginals and pairs of columns of adult and cwru_bearing, real and generated.

    python benchmarks/pictures.py [--shared ../shared] [--preset balanced] [--seed 0]

Writes docs/images/adult-marginals.png, adult-pairs.png, cwru-marginals.png and cwru-pairs.png. The tables are not part
of this repository; `--shared` names the folder that holds them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from fidelity_groups import ALL
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tabgan import WGANGPSynthesizer

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
REAL, GENERATED = "#4477aa", "#ee6677"  # told apart by all eyes (Paul Tol's bright scheme)
PAIRS = {
    "adult": [("age", "hours-per-week"), ("age", "marital-status"), ("education-num", "income")],
    "cwru_bearing": [("sd", "rms"), ("skewness", "kurtosis"), ("max", "crest")],
}
MOST_LEVELS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--preset", default="balanced")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    mpl.use("agg")
    for name, pairs in PAIRS.items():
        train, _ = ALL[name].cut(args.shared / "data", args.seed)
        model = WGANGPSynthesizer(preset=args.preset, random_state=args.seed, verbose=1).fit(train)
        rows = model.sample(len(train))
        short = name.removesuffix("_bearing")
        draw_marginals(train, rows).savefig(IMAGES / f"{short}-marginals.png", dpi=80)
        draw_pairs(train, rows, pairs).savefig(IMAGES / f"{short}-pairs.png", dpi=80)


def draw_marginals(real: pd.DataFrame, rows: pd.DataFrame) -> Figure:
    """Histograms of numbers, bars of levels."""
    n_rows = -(-real.shape[1] // 3)
    figure = Figure(figsize=(11, 2.2 * n_rows), layout="constrained")
    for axes, name in zip(figure.subplots(n_rows, 3).flat, real.columns, strict=False):
        if pd.api.types.is_numeric_dtype(real[name]):
            edges = np.histogram_bin_edges(real[name], bins=40)
            axes.hist(real[name], edges, density=True, color=REAL, alpha=0.6, label="real")
            axes.hist(rows[name], edges, density=True, histtype="step", color=GENERATED, lw=1.5, label="generated")
        else:
            draw_levels(axes, real[name], rows[name])
        axes.set_title(name, fontsize=9)
        axes.tick_params(labelsize=7)
    for axes in figure.axes[real.shape[1] :]:
        axes.remove()
    figure.axes[0].legend(fontsize=7)
    return figure


def draw_levels(axes: Axes, real: pd.Series, rows: pd.Series) -> None:
    shares = real.value_counts(normalize=True)[:MOST_LEVELS]
    made, places = rows.value_counts(normalize=True).reindex(shares.index, fill_value=0), np.arange(len(shares))
    axes.bar(places, shares, color=REAL, alpha=0.6)
    axes.plot(places, made, "_", color=GENERATED, ms=14, mew=2)
    axes.set_xticks(places, [str(level)[:12] for level in shares.index], rotation=30, ha="right")


def draw_pairs(real: pd.DataFrame, rows: pd.DataFrame, pairs: list[tuple[str, str]]) -> Figure:
    """Points, real above generated; levels are spread a little."""
    figure = Figure(figsize=(11, 6), layout="constrained")
    rng = np.random.default_rng(0)
    for column, (x, y) in zip(figure.subplots(2, len(pairs)).T, pairs, strict=True):
        for axes, table, title, colour in zip(
            column, (real, rows), ("real", "generated"), (REAL, GENERATED), strict=True
        ):
            chosen = table.sample(min(len(table), 3000), random_state=0)
            axes.plot(
                *(places(axes, chosen[name], real[name], rng, name == x) for name in (x, y)), ".", color=colour, ms=2
            )
            axes.set_xlim(column[0].get_xlim())
            axes.set_ylim(column[0].get_ylim())
            axes.set_xlabel(x, fontsize=8)
            axes.set_ylabel(y, fontsize=8)
            axes.set_title(title, fontsize=9)
            axes.tick_params(labelsize=7)
    return figure


def places(axes: Axes, values: pd.Series, real: pd.Series, rng: np.random.Generator, horizontal: bool) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy()
    levels = list(real.value_counts().index)
    (axes.set_xticks if horizontal else axes.set_yticks)(range(len(levels)), [str(level)[:14] for level in levels])
    return values.map({level: i for i, level in enumerate(levels)}).to_numpy() + rng.uniform(-0.3, 0.3, len(values))


if __name__ == "__main__":
    main()
