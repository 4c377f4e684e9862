"""The pictures of docs/how-it-works.md: marginals and pairs of columns of adult and cwru_bearing, real and generated.

    python benchmarks/pictures.py [--shared ../shared] [--preset balanced] [--seed 0]

Writes docs/images/adult-marginals.png, adult-pairs.png, cwru-marginals.png and cwru-pairs.png. The tables are not part
of this repository; `--shared` names the folder that holds them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from fidelity_groups import ALL
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tabgan import WGANGPSynthesizer
from tabgan.evaluation.bins import find_bins
from tabgan.figures import FINE, REAL, REAL_FILL, SYNTHETIC, styled
from tabgan.schema.numbers import decimals_of

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
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
    for name, pairs in PAIRS.items():
        train, _ = ALL[name].cut(args.shared / "data", args.seed)
        model = WGANGPSynthesizer(preset=args.preset, random_state=args.seed, verbose=1).fit(train)
        rows = model.sample(len(train))
        short = name.removesuffix("_bearing")
        draw_marginals(train, rows).savefig(IMAGES / f"{short}-marginals.png", dpi=80)
        draw_pairs(train, rows, pairs).savefig(IMAGES / f"{short}-pairs.png", dpi=80)


@styled
def draw_marginals(real: pd.DataFrame, rows: pd.DataFrame) -> Figure:
    """Histograms of numbers, bars of levels."""
    n_rows = -(-real.shape[1] // 3)
    figure = Figure(figsize=(11, 2.2 * n_rows), layout="constrained")
    for axes, name in zip(figure.subplots(n_rows, 3).flat, real.columns, strict=False):
        if pd.api.types.is_numeric_dtype(real[name]):
            bins = find_bins(
                real[name].to_numpy(float), rows[name].to_numpy(float), 40, decimals=decimals_of(real[name])
            )
            axes.stairs(bins.share(real[name].to_numpy()), bins.edges, fill=True, facecolor=REAL_FILL, label="real")
            axes.stairs(bins.share(real[name].to_numpy()), bins.edges, color=REAL, alpha=0.55, lw=FINE)
            axes.stairs(bins.share(rows[name].to_numpy()), bins.edges, color=SYNTHETIC, label="generated")
        else:
            draw_levels(axes, real[name], rows[name])
        axes.set_title(name)
    for axes in figure.axes[real.shape[1] :]:
        axes.remove()
    figure.axes[0].legend()
    return figure


def draw_levels(axes: Axes, real: pd.Series, rows: pd.Series) -> None:
    shares = real.value_counts(normalize=True)[:MOST_LEVELS]
    made, places = rows.value_counts(normalize=True).reindex(shares.index, fill_value=0), np.arange(len(shares))
    axes.bar(places, shares, color=REAL_FILL)
    axes.plot(places, made, "_", color=SYNTHETIC, ms=14, mew=2)
    axes.set_xticks(places, [str(level)[:12] for level in shares.index], rotation=30, ha="right")


@styled
def draw_pairs(real: pd.DataFrame, rows: pd.DataFrame, pairs: list[tuple[str, str]]) -> Figure:
    """Points, real above generated; levels are spread a little."""
    figure = Figure(figsize=(11, 6), layout="constrained")
    rng = np.random.default_rng(0)
    for column, (x, y) in zip(figure.subplots(2, len(pairs)).T, pairs, strict=True):
        for axes, table, title, colour in zip(
            column, (real, rows), ("real", "generated"), (REAL, SYNTHETIC), strict=True
        ):
            chosen = table.sample(min(len(table), 3000), random_state=0)
            axes.plot(
                *(places(axes, chosen[name], real[name], rng, name == x) for name in (x, y)), ".", color=colour, ms=2
            )
            axes.set_xlim(column[0].get_xlim())
            axes.set_ylim(column[0].get_ylim())
            axes.set_xlabel(x)
            axes.set_ylabel(y)
            axes.set_title(title)
    return figure


def places(axes: Axes, values: pd.Series, real: pd.Series, rng: np.random.Generator, horizontal: bool) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy()
    levels = list(real.value_counts().index)
    (axes.set_xticks if horizontal else axes.set_yticks)(range(len(levels)), [str(level)[:14] for level in levels])
    return values.map({level: i for i, level in enumerate(levels)}).to_numpy() + rng.uniform(-0.3, 0.3, len(values))


if __name__ == "__main__":
    main()
