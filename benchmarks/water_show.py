"""The results of water.py as tables in markdown."""

from __future__ import annotations

import numpy as np
from water_series import MODELS, PARTS

SCORES = {"mape": 2, "pmape": 2, "r": 3, "evs": 3}
HEADS = ("MAPE %", "pMAPE %", "R", "EVS")
BESIDE = {"paper": ("leak-free", "paper"), "weather": ("of the day before", "of the day")}  # shown beside the split


def print_tables(results: list[dict]) -> None:
    split = [result for result in results if result["part"] == "split"]
    for part in PARTS:
        rows = [result for result in results if result["part"] == part]
        for horizon in sorted({row["horizon"] for row in rows}):
            print(f"\n{part}, {horizon} ahead\n")
            chosen = [row for row in rows if row["horizon"] == horizon]
            if part in BESIDE:
                show_beside([row for row in split if row["horizon"] == horizon], chosen, BESIDE[part])
            elif PARTS[part].areas == (0,):
                show_scores(chosen)
            else:
                show_areas(chosen)


def show_beside(split: list[dict], rows: list[dict], names: tuple[str, str]) -> None:
    """A row a model: each score of the split, and then of the other part."""
    print_header("model", *(f"{head}, {name}" for head in HEADS for name in names))
    before = by_model(split)
    for model, runs in by_model(rows).items():
        both = (before.get(model), runs)
        print_row(model, *(f"{mean(r, name):.{d}f}" if r else "-" for name, d in SCORES.items() for r in both))


def show_scores(rows: list[dict]) -> None:
    """A row a model, best first: means over seeds and, in brackets, the largest minus the smallest."""
    print_header("model", *HEADS, "seconds", "seeds", "n")
    for model, runs in sorted(by_model(rows).items(), key=lambda pair: mean(pair[1], "mape")):
        cells = [mean_and_range(runs, name, decimals) for name, decimals in SCORES.items()]
        print_row(model, *cells, f"{mean(runs, 'seconds'):.0f}", len(runs), runs[0]["n"])


def show_areas(rows: list[dict]) -> None:
    """A row a model, a column an area: means of the MAPE over seeds; then means over areas."""
    areas = sorted({row["area"] for row in rows})
    print_header("model, MAPE %", *areas, "mean", *HEADS[1:], "seeds")
    for model, runs in by_model(rows).items():
        groups = [[run for run in runs if run["area"] == area] for area in areas]
        if all(groups):
            means = {name: [mean(group, name) for group in groups] for name in SCORES}
            others = [f"{np.mean(means[name]):.{decimals}f}" for name, decimals in SCORES.items()]
            print_row(model, *(f"{value:.2f}" for value in means["mape"]), *others, min(map(len, groups)))


def by_model(rows: list[dict]) -> dict[str, list[dict]]:
    groups = {model: [row for row in rows if row["model"] == model] for model in MODELS}
    return {model: runs for model, runs in groups.items() if runs}


def mean(runs: list[dict], name: str) -> float:
    return float(np.mean([run[name] for run in runs]))


def mean_and_range(runs: list[dict], name: str, decimals: int) -> str:
    spread = f" ({np.ptp([run[name] for run in runs]):.{decimals}f})" if len(runs) > 1 else ""
    return f"{mean(runs, name):.{decimals}f}{spread}"


def print_header(*cells: object) -> None:
    print_row(*cells)
    print_row(*["---"] * len(cells))


def print_row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |")
