"""The gallery of docs/evaluation.md: one table, three sets of rows, three reports and their pictures.

    python benchmarks/gallery.py [--out gallery] [--chromium chromium]

Rows of a fit, rows of a generator that has collapsed, and near copies, all judged beside rows that were not learned.
Writes fit.html, collapsed.html and copies.html to the folder; where a chromium is found, the tops of the pages as
pictures to docs/images/.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from tabgan import WGANGPSynthesizer, evaluate, split, write_report

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"]
FLAGS += ["--disable-background-networking", "--window-size=1100,1400"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("gallery"))
    parser.add_argument("--chromium", default="chromium")
    args = parser.parse_args()
    args.out.mkdir(exist_ok=True)
    table = pd.read_csv(ROOT / "data" / "breast_cancer.csv")
    learned, holdout = split(table, test="1/3", by=("label", "diagnosis"), random_state=0)
    model = WGANGPSynthesizer(random_state=0).fit(learned)
    sets = {
        "fit": model.sample(len(learned)),
        "collapsed": collapse(learned),
        "copies": photocopy(learned),
    }
    for name, rows in sets.items():
        result = evaluate(learned, rows, holdout, target="diagnosis")
        print(f"== {name}\n{result.verdict}\n")
        page = args.out / f"{name}.html"
        write_report(result, page, model=model if name == "fit" else None, overwrite=True)
        if shutil.which(args.chromium):
            take_picture(args.chromium, page, ROOT / "docs" / "images" / f"report-{name}.png")


def collapse(learned: pd.DataFrame) -> pd.DataFrame:
    """Rows around five of the learned ones, as of a generator that has found a few answers the critic likes."""
    rng = np.random.default_rng(0)
    rows = learned.sample(5, random_state=0).sample(len(learned), replace=True, random_state=0)
    return add_noise(rows.reset_index(drop=True), 0.1, rng)


def photocopy(learned: pd.DataFrame) -> pd.DataFrame:
    """The learned rows with a little noise."""
    return add_noise(learned, 0.02, np.random.default_rng(0))


def add_noise(rows: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    numbers = rows.drop(columns="diagnosis")
    noise = share * numbers.std().to_numpy() * rng.standard_normal(numbers.shape)
    return (numbers + noise).assign(diagnosis=rows["diagnosis"])


def take_picture(chromium: str, page: Path, path: Path) -> None:
    with tempfile.TemporaryDirectory() as profile:
        command = [chromium, *FLAGS, f"--user-data-dir={profile}", f"--screenshot={path}", page.resolve().as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
