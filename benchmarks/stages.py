"""What the stages `smooth`, `denoise` and `pca` do to the rows that are generated, on three tables and two series.

    python benchmarks/stages.py [--shared ../shared] [--seed 0] [--tables airfoil,etth1] [--results FILE]

Each table is cut into 40 blocks of neighbouring rows; the even ones are learned, the odd ones kept aside. A table whose
order says nothing is shuffled first; a series is learned row by row, in the order of time. Fitted with the preset
"fast", one thread; judged against the rows kept aside by boosted trees that tell generated from real rows (AUC, .5 is
best), and by how well a model learned on generated rows predicts the target of real ones (TSTR, R squared) beside one
that is learned on real rows.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tabgan import WGANGPSynthesizer, evaluate

BLOCKS = 40
MOST_ROWS = 3_000
TABLES = {
    "airfoil": ("airfoil/airfoil.csv", "sound_pressure_db", False),
    "ccpp": ("ccpp/ccpp.csv", "PE", False),
    "concrete": ("concrete/concrete.csv", "compressive_strength", False),
    "google_stock": ("google_stock/stock_data.csv", "Volume", True),
    "etth1": ("etth1/ETTh1.csv.gz", "OT", True),
}
"""File, target, and whether rows are in the order of time."""
STAGES = {
    "none": {},
    "smooth 3sigma": {"smooth": "3sigma"},
    "denoise db4:3": {"denoise": "db4:3"},
    "pca 0.95": {"pca": 0.95},
}
SCORES = ("detection", "tstr")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tables", default=",".join(TABLES), help="separated by commas")
    parser.add_argument("--results", type=Path, help="file of JSON lines to append to and to go on from")
    args = parser.parse_args()
    lines = args.results.read_text().splitlines() if args.results and args.results.exists() else []
    results = [json.loads(line) for line in lines]
    done = {(found["table"], found["stages"]) for found in results}
    for name in args.tables.split(","):
        learned, aside = cut(args.shared / "data", name)
        for stages in STAGES:
            if (name, stages) in done:
                continue
            print(name, stages, file=sys.stderr, flush=True)
            results.append({"table": name, "stages": stages, **measure(name, learned, aside, stages, args.seed)})
            if args.results:
                with args.results.open("a") as file:
                    file.write(json.dumps(results[-1]) + "\n")
    show(results)


def cut(folder: Path, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that are learned and those kept aside."""
    file, _, is_series = TABLES[name]
    table = pd.read_csv(folder / file).select_dtypes("number")
    if not is_series:
        table = table.sample(frac=1, random_state=0)
    table = table.head(MOST_ROWS).reset_index(drop=True)
    odd = np.arange(len(table)) * BLOCKS // len(table) % 2 == 1
    return table[~odd].reset_index(drop=True), table[odd].reset_index(drop=True)


def measure(name: str, learned: pd.DataFrame, aside: pd.DataFrame, stages: str, seed: int) -> dict:
    """Fit with these stages and return the scores, and what real rows get in TSTR."""
    begin = time.perf_counter()
    model = WGANGPSynthesizer(preset="fast", threads=1, random_state=seed, **STAGES[stages]).fit(learned)
    seconds = time.perf_counter() - begin
    rows = model.sample(len(learned), random_state=seed)
    result = evaluate(learned, rows, aside, TABLES[name][1], only=["detection", "utility"])
    frame = result.to_frame()
    found = {score: float(frame.loc[score, "value"]) for score in SCORES}
    real = {f"{score}_real": float(frame.loc[score, "real"]) for score in SCORES}
    return {**found, **real, "seconds": round(seconds, 1)}


def show(results: list[dict]) -> None:
    """Print a table in Markdown: AUC and TSTR of each table by stages."""
    names = list(dict.fromkeys(found["table"] for found in results))
    print("| stages | " + " | ".join(f"{name}, AUC / TSTR" for name in names) + " |")
    print("|---" * (1 + len(names)) + "|")
    by = {(found["table"], found["stages"]): found for found in results}
    for stages in STAGES:
        cells = [f"{by[name, stages]['detection']:.3f} / {by[name, stages]['tstr']:.3f}" for name in names]
        print(f"| {stages} | {' | '.join(cells)} |")
    real = [f"{by[name, 'none']['detection_real']:.3f} / {by[name, 'none']['tstr_real']:.3f}" for name in names]
    print(f"| real rows | {' | '.join(real)} |")


if __name__ == "__main__":
    main()
