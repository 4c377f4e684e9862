"""The page of series in a real browser: charts drawn, nothing requested, read-outs right, no text runs out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.evaluation.series.making import make_compared
from tabgan.evaluation.series.series_result import SeriesEvaluationResult
from tabgan.report.page import write_report

HOSTILE = "<script>alert(1)</script>"
EMPTY = """[...document.querySelectorAll("svg[role=img]")].filter(chart => chart.checkVisibility()).filter(chart => {
    const sizes = [...chart.querySelectorAll("path, rect")].map(mark => mark.getBoundingClientRect());
    return !sizes.some(size => size.width > 1 && size.height > 1);
}).length"""
TEXTS = """[...document.querySelectorAll("#content svg[role=img] text")].filter(text => {
    const [inside, around] = [text, text.ownerSVGElement].map(e => e.getBoundingClientRect());
    return inside.left < around.left - 2 || inside.right > around.right + 2;
}).map(text => text.textContent)"""
HOVER = """(() => {
    const chart = document.querySelector("%s"), box = chart.getBoundingClientRect();
    const at = {clientX: box.left + %f * box.width, clientY: box.top + %f * box.height, bubbles: true};
    chart.dispatchEvent(new PointerEvent("pointermove", at));
    return document.querySelector("#tip").hidden ? "" : document.querySelector("#tip").textContent;
})()"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A page of 28 channels, some with names that are markup or long, and one of labels."""
    rng = np.random.default_rng(0)
    real = pd.DataFrame(rng.normal(size=(1_200, 28)).cumsum(axis=0), columns=[f"channel {i}" for i in range(28)])
    real["channel 3"] = rng.choice(["<b>x</b>", "y" * 300, "关"], 1_200)
    real["channel 4"] *= 1e7
    synthetic = real.sample(frac=0.5, random_state=0)
    names = {"channel 7": HOSTILE, "channel 8": "W" * 300, "channel 9": "名" * 40}
    series = make_compared(real.rename(columns=names), synthetic.rename(columns=names))
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(SeriesEvaluationResult({}, {}, series), path)
    return path


@pytest.mark.parametrize("dark", [True, False])
def test_charts_are_drawn_and_nothing_goes_wrong(browser, path, dark):
    page = browser.open(path, dark=dark)
    assert page.evaluate("document.querySelectorAll('svg[role=img]').length") > 40
    assert page.evaluate(EMPTY) == 0
    assert page.errors == page.requests == []


@pytest.mark.parametrize("width", [320, 420, 768, 1200])
def test_nothing_is_wider_than_the_window_or_its_chart(browser, path, width):
    page = browser.open(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    out = "[...document.querySelectorAll('main :is(p, h2, h3, svg, figure)')].filter(e => e.checkVisibility())"
    assert page.evaluate(f"{out}.filter(e => e.getBoundingClientRect().right > {width}).length") == 0
    assert page.evaluate(TEXTS) == []


def test_charts_tell_their_numbers_under_the_pointer(browser, path):
    page = browser.open(path)
    said = page.evaluate(HOVER % ("#memory svg[data-tips]", 0.98 * 310 / 320, 0.5))
    assert said.startswith("lag ")
    assert "synthetic" in said
    said = page.evaluate(HOVER % ("#together svg[data-rows]", 0.5, 0.05))
    assert " → " in said
    assert "lag in steps" in said
    assert page.evaluate(HOVER % ("#together svg[data-rows]", 0.5, 0.97)) == ""
