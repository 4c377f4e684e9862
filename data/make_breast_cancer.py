"""Write breast_cancer.csv from the copy that scikit-learn carries: its first nine columns and the diagnosis.

python data/make_breast_cancer.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from sklearn.datasets import load_breast_cancer


def main(path: Path) -> None:
    """Write the table to `path`."""
    source = load_breast_cancer(as_frame=True)
    table = source.data.iloc[:, :9].rename(columns=lambda name: name.replace(" ", "_"))
    table["diagnosis"] = source.target_names[source.target]
    table.to_csv(path, index=False, lineterminator="\n")
    print(f"{len(table)} rows x {table.shape[1]} columns: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("breast_cancer.csv"))
