"""Our scores beside those of the independent judge and of SDMetrics, on real tables and the same rows.

    python benchmarks/agreement.py [--shared ../shared] [--judge-python PYTHON] [--store tests/evaluation/judged.json]

The judge runs in an environment of its own, which has SDMetrics (.venv-judge, made when missing). --store keeps what it
says, for the test that has no SDMetrics.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from quality import make_judge_environment

from tabgan import evaluate

TABLES = {
    "concrete": ("concrete/concrete.csv", "compressive_strength", 515),
    "cwru_bearing": ("cwru_bearing/feature_time_48k_2048_load_1.csv", "fault", 1000),
    "adult": ("adult/adult_train.csv.gz", "income", 2500),
}
"""File, target, and rows to learn and to keep aside."""

PAIRS = {
    "shape": "shape",
    "wasserstein": "w1_mean",
    "pairs": "pair",
    "pearson": "dpearson_mean",
    "spearman": "dspearman_mean",
    "detection": "c2st_gb",
    "detection_linear": "c2st_lr",
    "precision": "precision",
    "recall": "recall",
    "density": "density",
    "coverage": "coverage",
    "tstr": "tstr",
    "tstr_linear": "tstr_linear",
    "dcr_ratio": "dcr_ratio",
    "nearer_train": "dcr_share_nearer_train",
}
"""Our name and the judge's."""


def cut(folder: Path, name: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return learned rows, rows kept aside, and rows to judge: copies of the first with noise in some columns."""
    file, target, count = TABLES[name]
    table = pd.read_csv(folder / file)
    order = np.random.default_rng(0).permutation(len(table))
    train, test = (table.iloc[order[i * count : (i + 1) * count]].reset_index(drop=True) for i in (0, 1))
    rng = np.random.default_rng(1)
    rows = train.copy()
    for column in rows:
        if column == target or rng.random() < 0.4:
            continue
        if pd.api.types.is_float_dtype(rows[column]):
            rows[column] += 0.3 * rows[column].std() * rng.standard_normal(count)
        else:
            drawn = rng.random(count) < 0.2
            rows.loc[drawn, column] = rows[column].sample(int(drawn.sum()), random_state=2).to_numpy()
    return train, test, rows


def judge(python: str, shared: Path, tables: tuple[pd.DataFrame, ...], target: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.csv" for name in ("train", "test", "synth")]
        for path, table in zip(paths, tables, strict=True):
            table.to_csv(path, index=False)
        out = Path(folder) / "out.json"
        command = [python, shared / "judge" / "metrics.py", *paths, "--target", target, "--json", out]
        subprocess.run(command, check=True, capture_output=True)
        return json.loads(out.read_text())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge-python", help="an interpreter that has sdmetrics, in place of .venv-judge")
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--store", type=Path)
    args = parser.parse_args()
    python = str(args.judge_python or make_judge_environment())
    stored = {}
    for name, (_, target, _) in TABLES.items():
        tables = cut(args.shared / "data", name)
        said = judge(python, args.shared, tables, target)
        stored[name] = {key: said[key] for key in PAIRS.values() if said.get(key) is not None}
        train, test, rows = tables
        result = evaluate(train, rows, test, target)
        print(f"\n{name:20} {'tabgan':>8} {'judge':>8} {'differ':>8}")
        for ours, theirs in PAIRS.items():
            if ours in result.scores and said.get(theirs) is not None:
                value = result.scores[ours].value
                print(f"{ours:20} {value:8.4f} {said[theirs]:8.4f} {value - said[theirs]:8.4f}")
        shape, pairs = result.scores["shape"].value, result.scores["pairs"].value
        print(f"{'SDMetrics shapes':20} {shape:8.4f} {said['sdm_shapes']:8.4f} {shape - said['sdm_shapes']:8.4f}")
        print(f"{'SDMetrics trends':20} {pairs:8.4f} {said['sdm_trends']:8.4f} {pairs - said['sdm_trends']:8.4f}")
    if args.store:
        args.store.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
