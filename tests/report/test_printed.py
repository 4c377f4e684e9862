"""The page on paper: fewer than eight sheets, light, and no chart in two parts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from tabgan.report.page import render_report
from tests.browser.chromium import Chromium, find_chromium
from tests.report.conftest import make_result, make_series_frame, make_series_result

MOST_SHEETS = 7
CUT = """[...document.querySelectorAll("svg:not(.icon, .legend-mark)")].filter(svg => svg.getClientRects().length)
.filter(svg => {
  for (let e = svg; e; e = e.parentElement) if (getComputedStyle(e).breakInside === "avoid") return false;
  return true;
}).length"""
WIDE = (
    "[...document.querySelectorAll('section *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium(find_chromium()) as browser:
        yield browser


def make_table(n_columns: int) -> str:
    """A page of numbers, whole numbers, dates and labels under Chinese names."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(120, n_columns)), columns=[f"传感器 {i} m³/h" for i in range(n_columns)])
    table.insert(0, "日期", pd.date_range("2024-01-01", periods=120))
    table[table.columns[1]] = rng.choice(["正常", "故障", "停机"], 120)
    table[table.columns[2]] = rng.integers(0, 90, 120)
    return render_report(make_result(table.iloc[:, :n_columns]), lang="zh")


def make_series() -> str:
    frames = (make_series_frame(n, seed).iloc[:, 1:] for n, seed in ((900, 0), (400, 1)))
    return render_report(make_series_result(*frames))


@pytest.mark.parametrize(
    "make", [lambda: make_table(9), lambda: make_table(20), make_series], ids=["9", "20", "series"]
)
def test_a_report_is_printed_on_few_light_sheets(browser, tmp_path, make):
    path = tmp_path / "report.html"
    path.write_text(make(), encoding="utf-8")
    page = browser.open(path, width=700, dark=True, print_media=True)
    assert page.print_pages() <= MOST_SHEETS
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(CUT) == 0
    assert page.evaluate(WIDE) == 0
    assert page.errors == []
    page.close()
