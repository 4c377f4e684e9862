"""Charts: well-formed, within their frames, and true to the numbers."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from scipy.stats.contingency import association

from tabgan.evaluation.features import Feature
from tabgan.evaluation.pairs import associate
from tabgan.evaluation.scores import Measured, Score, Spec
from tabgan.report.charts.marginal import draw_marginal
from tabgan.report.charts.pairs import draw_matrix
from tabgan.report.charts.score_lines import draw_score, find_window, place_labels
from tabgan.report.svg import draw, name_text, tag, text_width
from tabgan.report.ticks import find_date_ticks, find_ticks
from tabgan.report.words import Words

WORDS = Words("en")
SVG = "{http://www.w3.org/2000/svg}"


def numbers(path: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+\.?\d*", path)]


@given(st.text(), st.text())
def test_whatever_text_stays_text(name, content):
    picture = draw(10, 10, content, [tag("text", content, title=name), name_text(0, 0, name, 50)])
    root = ElementTree.fromstring(picture)
    assert {element.tag for element in root.iter()} <= {f"{SVG}{name}" for name in ("svg", "text", "title")}


@given(st.lists(st.floats(0, 600), min_size=1, max_size=5), st.data())
def test_labels_do_not_cover_each_other(marks, data):
    widths = data.draw(st.lists(st.floats(20, 150), min_size=len(marks), max_size=len(marks)))
    places = place_labels(marks, widths, 600)
    for i, (place, width) in enumerate(zip(places, widths, strict=True)):
        for other, beside in list(zip(places, widths, strict=True))[:i]:
            apart = place.left >= other.left + beside or other.left >= place.left + width
            assert apart or place.lane != other.lane


@pytest.mark.parametrize("room", [340.0, 660.0])
def test_labels_of_equal_scores_are_all_there(room):
    marks, widths = [room - 20] * 5, [130.0] * 5
    places = place_labels(marks, widths, room)
    assert sorted(place.lane for place in places) == [0, 1, 2, 3, 4]
    assert all(0 <= place.left <= room - 130 for place in places)


def make_score(direction: str, span: tuple[float, float], *values: float, spread: float = np.nan) -> Score:
    who = ("synthetic", "real", "smote", "noisy", "copula", "shuffled")
    measured = {name: Measured(value, spread) for name, value in zip(who, values, strict=False)}
    return Score("s", "detection", Spec("title", "meaning", direction, span), measured, ())


@pytest.mark.parametrize(
    ("score", "window"),
    [
        (make_score("lower", (0, 1), 0.7, 0.5, 0.6, 0.99), (0.5, 1)),  # an AUC, of which 0.5 is the best there is
        (make_score("higher", (0, 1), 0.9, 0.95, 0.2), (0, 1)),
        (make_score("higher", (0, 1), 0.95, 0.97, 0.92), (0.9, 1)),
        (make_score("lower", (0, np.inf), 3.7, 1.2, 9.0), (0, 10.0)),
        (make_score("higher", (0, 1), 1.0, 1.0, 1.0), (0.95, 1)),
        (make_score("lower", (0, np.inf), 0.0, 0.0), (0, 0.05)),
        (make_score("higher", (0, np.inf), 0.97, 1.0, np.nan), (0.93, 1.04)),
        (make_score("higher", (-np.inf, 1), 0.96, 0.99, -0.5), (-0.6, 1)),
        (make_score("higher", (-np.inf, np.inf), 3.0, 9.0, -4.0), (-4, 10)),
        (make_score("lower", (0, 1), 0.497, 0.488), (0.44, 0.56)),
    ],
)
def test_the_window_holds_all_scores_and_the_best_there_can_be(score, window):
    low, high = find_window(score)
    values = [value for value in (score.value, *score.baselines.values()) if np.isfinite(value)]
    assert low <= min(values) <= max(values) <= high
    assert low < high
    assert (low, high) == pytest.approx(window, abs=0.02)


def test_a_score_stands_where_it_is_on_its_axis():
    root = ElementTree.fromstring(draw_score(make_score("lower", (0.5, 1), 0.75, 0.5, 1.0), WORDS, 628))
    marks = {
        e.get("class"): e.get("transform") for e in root.iter(f"{SVG}path") if "mark" in e.get("class", "").split()
    }
    assert marks == {
        "mark synthetic": "translate(314.0 46.0)",
        "mark real": "translate(14.0 46.0)",
        "mark smote": "translate(614.0 46.0)",
    }
    assert root.get("aria-label") == "title: synthetic rows 0.750; other real rows 0.500; SMOTE 1.000"


def test_histograms_are_those_of_numpy():
    real, synthetic = np.repeat([1.0, 2, 3, 40], [10, 20, 10, 10]), np.repeat([1.0, 3.0], 25)
    root = ElementTree.fromstring(draw_marginal(Feature("a", decimals=0), real, synthetic, WORDS))
    tips = root.get("data-tips")
    assert tips.count("synthetic") == 20  # two whole numbers in each bin from 1 to 40
    assert '"1 to 2: real 60.0%, synthetic 50.0%", "3 to 4: real 20.0%, synthetic 50.0%"' in tips


def test_bars_show_shares_of_levels_and_what_is_left_of_many():
    levels = tuple(f"level {i}" for i in range(30))
    real = np.repeat(np.arange(30.0), np.arange(30, 0, -1))
    root = ElementTree.fromstring(draw_marginal(Feature("a", levels, 30), real, real, WORDS))
    bars = [e for e in root.iter(f"{SVG}rect") if e.get("class") == "bar synthetic"]
    assert len(bars) == 12
    assert bars[0].get("data-tip").startswith(f"level 0: real {30 / 465:.1%}")
    assert bars[-1].get("data-tip").startswith(f"19 other levels: real {190 / 465:.1%}")
    assert all(float(bar.get("x")) + float(bar.get("width")) <= 320 for bar in bars)


def test_long_levels_that_begin_alike_are_told_apart():
    levels = tuple(str(10**15 + i) for i in range(3))
    root = ElementTree.fromstring(draw_marginal(Feature("a", levels, 3), np.arange(3.0), np.arange(3.0), WORDS))
    names = [text for text in root.iter(f"{SVG}text") if text.get("class") == "name"]
    assert [name.find(f"{SVG}title").text for name in names] == list(levels)
    assert [name.find(f"{SVG}title").tail for name in names] == [f"…00000000000{i}" for i in range(3)]


def test_bins_of_large_numbers_and_of_times_are_told_apart():
    numbers = 1e15 + np.arange(100.0)
    root = ElementTree.fromstring(draw_marginal(Feature("a", decimals=0), numbers, numbers, WORDS))
    assert '"1,000,000,000,000,000 to 1,000,000,000,000,002: real 3.0%' in root.get("data-tips")
    assert "…000,050" in [text.text for text in root.iter(f"{SVG}text")]
    hours = 3600.0 * np.arange(24)
    root = ElementTree.fromstring(draw_marginal(Feature("a", is_clock=True), hours, hours, WORDS))
    assert '"09:00 to 10:00: real 4.2%' in root.get("data-tips")
    assert ["06:00", "12:00", "18:00"] == [text.text for text in root.iter(f"{SVG}text")]


def test_charts_of_columns_without_values_are_drawn():
    nothing = np.full(5, np.nan)
    for feature in (Feature("a"), Feature("a", is_date=True), Feature("a", is_clock=True)):
        for real, synthetic in ((nothing, nothing), (np.ones(5), nothing)):
            chart = draw_marginal(feature, real, synthetic, WORDS)
            assert "nan" not in chart
            ElementTree.fromstring(chart)


def test_every_cell_of_a_matrix_is_drawn_once():
    values = np.array([[1.0, -0.5, np.nan], [-0.5, 1.0, 0.04], [np.nan, 0.04, 1.0]])
    root = ElementTree.fromstring(draw_matrix(values, ["a", "b", "c"], "label"))
    paths = {(e.get("class"), e.get("fill-opacity")): e.get("d").count("M") for e in root.iter(f"{SVG}path")}
    assert paths == {("cells zero", None): 7, ("cells positive", "1.0"): 3, ("cells negative", "0.5"): 2}
    assert root.get("data-values") == "100 -50 - -50 100 4 - 4 100"


def test_associations_are_those_of_scipy():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, (200, 2)).astype(float)
    codes[:100, 1] = codes[:100, 0]
    rows = np.column_stack([rng.normal(size=(200, 2)) @ [[1, 0.5], [0, 1]], codes])
    features = [Feature("a"), Feature("b"), Feature("c", ("x", "y", "z")), Feature("d", ("x", "y", "z"))]
    found = associate(rows, features)
    assert found[0, 1] == pytest.approx(spearmanr(rows[:, 0], rows[:, 1]).statistic)
    table = np.array([[np.sum((codes == [i, j]).all(axis=1)) for j in range(3)] for i in range(3)])
    assert found[2, 3] == pytest.approx(association(table, method="cramer"))
    assert found[0, 2] == found[2, 0] < 0.3


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(3, 6))
def test_ticks_are_within_and_told_apart(low, span, most):
    ticks, written = find_ticks(low, low + span, most)
    slack = 1e-6 * span + 1e-6
    assert all(low - slack <= tick <= low + span + slack for tick in ticks)
    assert 1 <= len(ticks) <= most + 1
    if span > 1e-3 * abs(low):
        assert len(set(written)) == len(ticks)


@given(st.floats(-1e11, 1e11), st.floats(10, 1e11))
def test_dates_are_within_and_few(low, span):
    ticks, written = find_date_ticks(low, low + span)
    assert len(ticks) == len(written) <= 6
    assert ((ticks >= low) & (ticks <= low + span)).all()


def test_chinese_is_twice_as_wide():
    assert text_width("温度") == pytest.approx(24)
