"""The page in a real browser: charts drawn, nothing requested, search, order and theme work, no text runs out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan import evaluate
from tabgan.report.page import write_report

HOSTILE = "<script>alert(1)</script>"
EMPTY = """[...document.querySelectorAll("svg[role=img]")].filter(chart => chart.checkVisibility()).filter(chart => {
    const sizes = [...chart.querySelectorAll("path, rect")].map(mark => mark.getBoundingClientRect());
    return !sizes.some(size => size.width > 1 && size.height > 1);
}).length"""
NAMES = "[...document.querySelectorAll('.card')].filter(c => c.checkVisibility()).map(c => c.dataset.name)"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A page of 30 columns, the last one the worst, and one with a name that is markup."""
    rng = np.random.default_rng(0)
    real = pd.DataFrame(rng.normal(size=(200, 30)), columns=[f"c{i:02}" for i in range(30)])
    real["c05"] = rng.choice(["<b>x</b>", "y" * 500], 200)
    rows = real.sample(frac=1, random_state=0)
    rows["c29"] += 2
    names = {"c07": HOSTILE, "c08": "z" * 500}
    result = evaluate(real.rename(columns=names), rows.rename(columns=names), only=["marginals"])
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(result, path)
    return path


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("dark", [True, False])
def test_charts_are_drawn_and_nothing_goes_wrong(browser, path, dark, scripts):
    page = browser.open(path, dark=dark, scripts=scripts)
    assert page.evaluate("document.querySelectorAll('svg[role=img]').length") > 40
    assert page.evaluate(EMPTY) == 0
    assert page.errors == page.requests == []
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("document.querySelector('.controls').hidden") is not scripts
    light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 248)"
    assert light is not dark


def test_names_are_text(browser, path):
    page = browser.open(path)
    assert HOSTILE in page.evaluate("[...document.querySelectorAll('.card h3')].map(h => h.textContent)")
    assert page.evaluate("document.querySelectorAll('#marginals b:not(.facts b)').length") == 0


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(browser, path, width):
    page = browser.open(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    out = "[...document.querySelectorAll('main :is(p, h2, h3, svg, .card)')].filter(e => e.checkVisibility())"
    assert page.evaluate(f"{out}.filter(e => e.getBoundingClientRect().right > {width}).length") == 0


def test_axes_show_one_size_at_a_time(browser, path):
    for width, seen in ((390, "narrow"), (1280, "wide")):
        page = browser.open(path, width=width)
        axes = "[...document.querySelectorAll('#scores svg.axis')].filter(e => e.checkVisibility())"
        assert page.evaluate(f"{axes}.map(e => e.parentElement.className)") == [seen]


def test_columns_are_found_and_put_in_order(browser, path):
    page = browser.open(path)
    assert len(page.evaluate(NAMES)) == 24
    assert page.evaluate(NAMES)[0] == "c29"
    page.type("#find", "C1")
    assert sorted(page.evaluate(NAMES)) == [f"c{i}" for i in range(10, 20)]
    page.evaluate("document.querySelector('#find').value = 'no such'")
    page.evaluate("document.querySelector('#find').dispatchEvent(new Event('input'))")
    assert page.evaluate(NAMES) == []
    assert page.evaluate("document.querySelector('#nothing').checkVisibility()")
    page.evaluate("document.querySelector('#find').value = ''")
    for order, first in (("table", ["c00", "c01"]), ("alphabet", [HOSTILE, "c00"]), ("worst", ["c29"])):
        page.evaluate(f"document.querySelector('#order').value = '{order}'")
        page.evaluate("document.querySelector('#order').dispatchEvent(new Event('change'))")
        assert page.evaluate(NAMES)[: len(first)] == first
        assert len(page.evaluate(NAMES)) == 24


def test_the_theme_can_be_changed(browser, path):
    page = browser.open(path)
    colour = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(colour)
    page.click("#theme")
    assert page.evaluate(colour) != before
    page.click("#theme")
    assert page.evaluate(colour) == before


def test_charts_tell_their_numbers_under_the_pointer(browser, path):
    page = browser.open(path)
    tell = """(selector) => {
        const chart = document.querySelector(selector), box = chart.getBoundingClientRect();
        const place = {clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true};
        chart.dispatchEvent(new PointerEvent("pointermove", place));
        return document.querySelector("#tip").textContent;
    }"""
    assert "synthetic" in page.evaluate(f"({tell})('.card svg[data-tips]')")
    assert "real" in page.evaluate(f"({tell})('[data-tip]')")
    assert " × " in page.evaluate(f"({tell})('svg.matrix')")


def test_paper_is_light_and_without_controls(browser, path):
    page = browser.open(path, dark=True, print_media=True)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.evaluate("document.querySelector('nav').checkVisibility()")
