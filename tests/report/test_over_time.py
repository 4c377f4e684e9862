"""The page of an evaluation of series: true to the numbers, self-contained, translated, and deaf to what names say."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from tabgan.evaluation.series.making import make_compared
from tabgan.evaluation.series.pictured.rhythms import find_autocorrelation, find_spectrum
from tabgan.evaluation.series.pictured.sides import Sides, cut_windows, make_sides
from tabgan.report.charts.lag_map import draw_lag_map
from tabgan.report.charts.lines import Axis, Band, Line, draw_lines, fit_axis, number_axis, share_beyond
from tabgan.report.listing import format_evaluation
from tabgan.report.page import render_report, write_report
from tabgan.report.sections.over_time import make_along, make_memory, make_stretches, make_together, make_windows
from tabgan.report.words import Words
from tests.report.conftest import make_series_frame, make_series_result

SVG = "{http://www.w3.org/2000/svg}"
SECTIONS = ["scores", "stretches", "memory", "together", "windows", "along"]


@pytest.fixture(scope="module")
def pages(series_result) -> dict[str, str]:
    return {lang: render_report(series_result, lang=lang) for lang in ("en", "zh")}


def autoregress(phi: float, n_channels: int = 1) -> Sides:
    """Sides whose stretches are autoregressions of one lag."""
    rng = np.random.default_rng(0)
    stretches = {}
    for who in ("train", "reference", "synthetic"):
        values = rng.normal(size=(4_000, n_channels))
        for step in range(1, len(values)):
            values[step] += phi * values[step - 1]
        stretches[who] = [values]
    windows = {who: cut_windows(found, 24, 24, 1_000) for who, found in stretches.items()}
    return Sides(tuple(f"c{i}" for i in range(n_channels)), stretches, windows)


def read_points(picture: str, who: str) -> np.ndarray:
    """The corners of the line of one side, in the units of the picture."""
    path = next(e for e in ElementTree.fromstring(picture).iter(f"{SVG}path") if e.get("class") == f"curve {who}")
    return np.array(re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path.get("d")), float)


def read_axis(picture: str, across: bool) -> tuple[np.ndarray, np.ndarray]:
    """Where ticks are, and the numbers written at them."""
    ticks = [e for e in ElementTree.fromstring(picture).iter(f"{SVG}text") if e.get("class") == "tick-number"]
    ticks = [e for e in ticks if (e.get("text-anchor") == "middle") == across]
    places = np.array([float(e.get("x")) if across else float(e.get("y")) - 4 for e in ticks])
    return places, np.array([float(e.text.replace(",", "")) for e in ticks])


def test_the_line_of_an_autocorrelation_is_a_geometric_series():
    (card,) = make_memory(autoregress(0.9), Words("en")).view["groups"][0]["cards"]
    for who in ("real", "synthetic"):
        points = read_points(card["chart"], who)
        places, numbers = read_axis(card["chart"], across=False)
        values = np.polyval(np.polyfit(places, numbers, 1), points[:, 1])
        lags = np.polyval(np.polyfit(*read_axis(card["chart"], across=True), 1), points[:, 0])
        assert lags == pytest.approx(np.arange(1, 201), abs=0.5)
        assert values[:8] == pytest.approx(0.9 ** np.arange(1, 9), abs=0.1)


def test_lines_are_where_the_numbers_are():
    sides = autoregress(0.5, 3)
    found = find_autocorrelation(sides)
    cards = make_memory(sides, Words("en")).view["groups"][0]["cards"]
    for card, curves in zip(cards, found, strict=True):
        assert card["name"] == curves.name
        places, numbers = read_axis(card["chart"], across=False)
        values = np.polyval(np.polyfit(places, numbers, 1), read_points(card["chart"], "synthetic")[:, 1])
        assert values == pytest.approx(curves.synthetic, abs=0.01)


def test_a_spectrum_is_labelled_by_its_periods_and_read_out_at_them():
    sides = autoregress(0.9)
    rhythm = np.sin(2 * np.pi * np.arange(4_000) / 12)[:, None] * 3
    sides.stretches["synthetic"][0] += rhythm
    (card,) = make_memory(sides, Words("en")).view["groups"][1]["cards"]
    points = read_points(card["chart"], "synthetic")
    places, periods = read_axis(card["chart"], across=True)
    slope = np.polyfit(places, np.log2(periods), 1)
    (curves,) = find_spectrum(sides)
    assert 2 ** np.polyval(slope, points[:, 0]) == pytest.approx(1 / curves.x, rel=0.1)
    assert 1 / curves.x[(curves.synthetic - curves.real).argmax()] == pytest.approx(12, rel=0.05)
    root = ElementTree.fromstring(card["chart"])
    tips = json.loads(root.get("data-tips"))
    middle = 0.5 * (float(root.get("data-from")) + float(root.get("data-to"))) * 320
    said = float(re.search(r"period ([\d.]+)", tips[len(tips) // 2]).group(1))
    assert said == pytest.approx(2 ** np.polyval(slope, middle), rel=0.1)


def test_a_line_is_broken_where_values_are_missing_and_stays_in_the_frame():
    y = np.array([0.0, 1.0, np.nan, 2.0, 1e9, np.inf])
    across, up = number_axis(0, 5), fit_axis([np.array([0.0, 2.0])], [y])
    picture = draw_lines([Line("synthetic", np.arange(6.0), y)], across, up, "a line")
    path = next(e for e in ElementTree.fromstring(picture).iter(f"{SVG}path") if "curve" in e.get("class"))
    assert path.get("d").count("M") == 2
    points = read_points(picture, "synthetic")
    assert np.all((points[:, 1] >= 8) & (points[:, 1] <= 190 - 36))
    assert up.high == pytest.approx(3.0, abs=0.3)  # half the real height beyond, and a margin
    assert share_beyond(y, up) == pytest.approx(0.25)


def test_stairs_stay_at_a_value_until_the_next():
    codes = np.array([0.0, 2.0, 1.0])
    levels = Axis(-0.5, 2.5, codes, ["<a>", "b", "long " * 30])
    picture = draw_lines([Line("real", np.arange(3.0), codes)], number_axis(0, 2), levels, "labels", stairs=True)
    steps = np.diff(read_points(picture, "real"), axis=0)
    assert np.all((steps == 0).any(axis=1))
    texts = [e.text for e in ElementTree.fromstring(picture).iter(f"{SVG}text")]
    assert "<a>" in texts
    assert "long " * 30 not in texts


def test_a_band_lies_between_its_lines():
    x = np.arange(5.0)
    band = Band(x, x - 1, np.where(x == 2, np.nan, x + 1))
    picture = draw_lines([Line("real", x, x)], number_axis(0, 4), number_axis(-2, 6), "a band", bands=[band])
    path = next(e for e in ElementTree.fromstring(picture).iter(f"{SVG}path") if e.get("class") == "band")
    assert len(re.findall("[ML]", path.get("d"))) == 8


def test_a_lag_map_has_a_cell_for_each_pair_and_lag():
    lags = np.arange(-2.0, 3.0)
    values = np.array([[0.1, 0.2, 0.9, np.nan, -0.4], [0.0, 0.0, 1.0, 0.0, 0.0]])
    picture = draw_lag_map(values, [("<a>", "b" * 300), ("b", "c")], lags, "lag in steps", "a map")
    root = ElementTree.fromstring(picture)
    assert root.get("data-values").split() == ["10", "20", "90", "-", "-40", "0", "0", "100", "0", "0"]
    assert json.loads(root.get("data-rows"))[0].startswith("<a> → bbb")
    assert len(json.loads(root.get("data-names"))) == 5
    full = next(e for e in root.iter(f"{SVG}path") if e.get("fill-opacity") == "1.0")
    assert full.get("d") == "M2 1h1v1h-1z"


def test_one_channel_has_no_correlations_and_of_many_the_worst_are_shown():
    words = Words("en")
    one, many = autoregress(0.9, 1), autoregress(0.9, 28)
    assert make_together(one, words) is None
    assert len(make_stretches(many, words).view["rows"]) == 4
    assert "Of 28 channels, the 4" in make_stretches(many, words).view["aside"]
    assert make_stretches(one, words).view["aside"] == ""
    assert (
        len(make_memory(many, words).view["groups"][0]["cards"]) == len(make_along(many, [], words).view["cards"]) == 6
    )
    assert "the 16 that" in make_together(many, words).view["groups"][0]["aside"]
    assert all(len(pair["charts"]) == 3 for pair in make_windows(many, words).view["pairs"])


def test_every_section_is_there_the_verdict_first(pages):
    ids = re.findall(r'<section id="(\w+)"', pages["en"])
    assert ids[: len(SECTIONS)] == SECTIONS
    assert ids[-1] == "appendix"
    assert len(set(ids)) == len(ids)
    assert pages["en"].index("a summary of all") < pages["en"].index('<section id="scores"')
    links = re.findall(r'href="#([\w-]+)"', pages["en"])
    assert set(links) <= set(re.findall(r' id="([\w-]+)"', pages["en"]))


def test_nothing_is_loaded(pages):
    for page in pages.values():
        assert page.count("<script>") == 1
        assert not re.search(r"<(img|link|iframe|object|embed|base|form)\b", page)
        assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
        assert not re.search(r'\s(on\w+|src|style)="', page)


def test_names_and_levels_are_text(pages):
    page = pages["en"]
    assert "alert(1)" in page
    assert not re.search("<script>alert", page)
    assert "{{ 7*7 }} {count}" in page
    assert "49" not in re.findall(r"<h3[^>]*>(.*?)</h3>", page, re.DOTALL)
    seen = re.sub(r"<title>.*?</title>|\"[^\"]*\"", "", page)
    assert "x" * 200 not in seen


def test_pictures_are_well_formed_and_say_what_they_are(pages):
    for page in pages.values():
        pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
        assert len(pictures) > 40
        for picture in pictures:
            root = ElementTree.fromstring(picture)
            assert root.get("aria-hidden") == "true" or (root.get("role") == "img" and root.get("aria-label"))
            assert not re.search(r'[ "(LMHV](nan|inf)', picture)


@pytest.mark.translations
def test_chinese_pages_have_no_english_left(pages):
    text = re.sub("<(style|script)>.*?</.*?>|<[^>]*>", " ", pages["zh"], flags=re.DOTALL)
    for word in ("synthetic", "learned", "channels", "lag", "windows", "distance"):
        assert word not in text.replace("a summary of all", "")


def test_labels_that_no_real_series_has_are_one():
    real, synthetic = make_series_frame(900, 0)[["state", "传感器 1"]], make_series_frame(400, 1)[["state", "传感器 1"]]
    synthetic.loc[::7, "state"] = "new"
    synthetic.loc[::10, "state"] = "newer"
    synthetic.loc[100:104, "state"] = None
    sides = make_sides(make_compared(real, synthetic))
    assert sides.levels == {0: ("</svg><script>alert(2)</script>", "on", "关", "?")}
    assert np.array_equal(np.unique(sides.stretches["synthetic"][0][:, 0]), np.arange(4))
    chart = make_stretches(sides, Words("en")).view["rows"][0]["charts"][1]["chart"]
    assert {"?", "on", "关"} <= {e.text for e in ElementTree.fromstring(chart).iter(f"{SVG}text")}


def test_a_holdout_is_told_from_blocks(series_result, tmp_path):
    frame = make_series_frame(400, 1).iloc[:, 2:3]
    held = make_series_result(make_series_frame(900, 0).iloc[:, 2:3], frame, make_series_frame(300, 2).iloc[:, 2:3])
    write_report(held, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "real ones that were not learned" in page
    assert 'id="together"' not in page
    assert "of other blocks of time" in render_report(series_result)


def test_results_are_listed_and_drawn(series_result, tmp_path):
    assert "a summary of all" in str(format_evaluation(series_result))
    series_result.plot("stretches", tmp_path / "stretches.png")
    assert (tmp_path / "stretches.png").read_bytes()[:4] == b"\x89PNG"


def test_each_headline_score_has_a_line_of_its_own(series_result):
    shown = [score for score in series_result.scores.values() if score.spec.headline]
    figure = series_result.plot("scores")
    assert len(figure.axes) == len(shown)
    for axes, score in zip(figure.axes, shown, strict=True):
        drawn = {float(x) for line in axes.lines for x in line.get_xdata()}
        assert {score.value, score.baseline} <= drawn
