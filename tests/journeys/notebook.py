"""A data scientist in a notebook: docs/python.md, docs/custom-networks.md and docs/adding-rows.md."""

from __future__ import annotations

import json

from tests.journeys.user import User, Who

WHO = Who(extras="imblearn", beside="ipykernel nbconvert")

CELLS = (
    """import pandas as pd

table = pd.read_csv("data/breast_cancer.csv").iloc[:, :9]
table.head()""",
    """from tabgan import WGANGPSynthesizer, evaluate, split

learned, aside = split(table, test="1/3", random_state=0)
model = WGANGPSynthesizer(random_state=0).fit(learned)""",
    """rows = model.sample(1000)
rows.head()""",
    """result = evaluate(learned, rows, aside)
print(result.verdict)
result""",
    """model.history_.plot("loss.png")""",
    """model.save("cells.tabgan")

from tabgan import load

load("cells.tabgan").sample(1000).equals(rows)""",
    """model = WGANGPSynthesizer(random_state=0, constraints="6*mean_radius <= mean_perimeter").fit(table)
large = model.sample(100, conditions=["mean_radius>=20"])
kept = (large["mean_radius"] >= 20) & (6 * large["mean_radius"] <= large["mean_perimeter"])
len(large), bool(kept.all())""",
    """cells = pd.read_csv("data/breast_cancer.csv")
rare = cells[cells["diagnosis"] == "malignant"].head(25)
cells = pd.concat([cells[cells["diagnosis"] == "benign"], rare], ignore_index=True)""",
    """from imblearn.pipeline import make_pipeline
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import StandardScaler

from tabgan import TabGANSampler

chain = make_pipeline(TabGANSampler(random_state=0), StandardScaler(), LogisticRegression())
X, y = cells.drop(columns="diagnosis"), cells["diagnosis"]
cross_val_score(chain, X, y, scoring="balanced_accuracy", cv=2).mean() > 0.7""",
)


def journey(user: User) -> None:
    cells = [dict(cell_type="code", source=cell, metadata={}, outputs=[], execution_count=None) for cell in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    user.write("walk.ipynb", json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4}))
    user.types("jupyter nbconvert --to notebook --execute --inplace walk.ipynb")
    user.types("jupyter nbconvert --to html walk.ipynb")  # for looking at

    shown = [cell["outputs"] for cell in json.loads((user / "walk.ipynb").read_text(encoding="utf-8"))["cells"]]
    head, _fit, rows, scores, losses, again, conditions, _rare, pipeline = map(as_text, shown)
    assert "mean_radius" in head
    assert "mean_radius" in rows
    assert "AUC" in scores
    assert "text/html" in scores
    assert "image/png" in losses
    assert "True" in again
    assert "(100, True)" in conditions
    assert "True" in pipeline
    told = ["".join(output["text"]) for cell in shown for output in cell if output.get("name") == "stderr"]
    assert all("TabganWarning" in text and "ipykernel" in text for text in told), f"not of a line of the cell: {told}"
    assert (user / "cells.tabgan").read_bytes()[8:9] == b"{", "safetensors: a length, and JSON"


def as_text(outputs: list[dict]) -> str:
    """What a cell shows, and in which forms."""
    return json.dumps(outputs)
