"""Reports of real tables in a real browser, all families in them, at three widths and in two languages.

Set TABGAN_SCREENSHOTS to a folder that exists to keep the pictures that a person should look at.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from tabgan import evaluate, write_report

ROOT = Path(__file__).resolve().parents[2]
TABLES = {
    "breast_cancer": (ROOT / "data" / "breast_cancer.csv", "diagnosis", "en"),
    "cwru_bearing": ("cwru_bearing/feature_time_48k_2048_load_1.csv", "fault", "zh"),
    "adult": ("adult/adult_train.csv.gz", "income", "zh"),
    "water": ("water_bwdf/bwdf_daily.csv", None, "en"),
}
EMPTY = """[...document.querySelectorAll("svg[role=img]")].filter(chart => chart.checkVisibility()).filter(chart => {
    const sizes = [...chart.querySelectorAll("path, rect")].map(mark => mark.getBoundingClientRect());
    return !sizes.some(size => size.width > 1 && size.height > 1);
}).length"""
SECTIONS = ["scores", "marginals", "dependence", "detection", "coverage", "privacy"]


@pytest.mark.parametrize("name", TABLES)
def test_the_report_of_a_real_table_is_drawn(request, small_detectors, browser, tmp_path, name):
    file, target, lang = TABLES[name]
    path = file if isinstance(file, Path) else request.getfixturevalue("shared") / "data" / file
    table = pd.read_csv(path).sample(frac=1, random_state=0).iloc[:1200]
    train, rows, holdout = (table.iloc[i::3] for i in range(3))
    result = evaluate(train, rows, holdout, target)
    write_report(result, tmp_path / "report.html", lang=lang)
    assert (tmp_path / "report.html").stat().st_size < 3e6
    for width in (390, 768, 1280):
        page = browser.open(tmp_path / "report.html", width=width)
        assert page.evaluate("[...document.querySelectorAll('section')].map(s => s.id)")[:3] == SECTIONS[:3]
        assert set(SECTIONS) <= set(page.evaluate("[...document.querySelectorAll('section')].map(s => s.id)"))
        assert page.evaluate("document.querySelectorAll('svg[role=img]').length") > 20
        assert page.evaluate(EMPTY) == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.errors == page.requests == []
        if folder := os.environ.get("TABGAN_SCREENSHOTS"):
            page.screenshot(Path(folder) / f"{name}-{width}.png")
