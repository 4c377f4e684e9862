"""The evaluation as a whole: scores beside baselines, what is skipped, and what comes out."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from tabgan import InputError, evaluate
from tabgan.cli.requirements import read_requirements
from tabgan.evaluation.closeness import Memorisation
from tabgan.evaluation.evaluate import choose_families
from tabgan.evaluation.phrase import Phrase
from tabgan.evaluation.scores import CONTESTANTS, find_families
from tabgan.evaluation.tables import make_tables
from tabgan.figures import save_figure
from tabgan.report.charts.score_lines import draw_score
from tabgan.report.listing import format_evaluation
from tabgan.report.page import render_report
from tabgan.report.words import Words

rng = np.random.default_rng(0)


def draw(n: int) -> pd.DataFrame:
    x = rng.normal(size=n)
    y = x + 0.5 * rng.normal(size=n)
    return pd.DataFrame({"x": x, "y": y, "kind": np.where(y + 0.5 * rng.normal(size=n) > 0, "up", "down")})


TRAIN, HOLDOUT, LIKE = draw(300), draw(200), draw(300)
UNTIED = ["combinations", "rules"]
"""Families that have nothing to say of these tables."""


@pytest.fixture(scope="module", autouse=True)
def _quick(small_detectors):
    """All evaluations are quick."""


@pytest.fixture(scope="module")
def result(_quick):
    return evaluate(TRAIN, LIKE, HOLDOUT, "kind")


def test_the_gain_is_shown_as_that_of_one_fit_and_never_as_good(result):
    line = next(line for line in str(format_evaluation(result)).splitlines() if line.startswith("gain by adding"))
    assert f"{result.scores['gain'].value:+.3f} ± {result.scores['gain'].spread:.3f} (AUC; the interval is" in line
    assert "another fit or draw changes it by more: `tabgan augment`" in line
    assert not any("gain" in finding.text for finding in result.verdict.findings)
    assert "as-real" not in draw_score(result.scores["gain"], Words("en"), 600)
    assert "as-real" in draw_score(result.scores["tstr"], Words("en"), 600)
    assert line.split("(AUC; ")[1][:40] in render_report(result)


def test_every_score_stands_beside_its_ceiling_and_baselines(result):
    assert {score.family for score in result.scores.values()} == set(find_families()) - set(UNTIED)
    assert list(result.skipped) == UNTIED
    for name, score in result.scores.items():
        low, high = score.range
        for who, value in {"synthetic": score.value, **score.baselines}.items():
            assert who in CONTESTANTS
            assert np.isnan(value) or low - 1e-9 <= value <= high + 1e-9, (name, who)
    for family in find_families().keys() - UNTIED:
        assert any(score.spec.headline for score in result.family(family).values())
    for name, score in result.scores.items():
        if score.spec.headline:
            assert np.isfinite([score.value, score.spread, score.baseline]).all(), name
            assert len(score.baselines) == 6, name


def test_a_score_is_what_its_family_measures(result):
    tables = make_tables(TRAIN, LIKE, HOLDOUT, "kind")
    measured = {}
    for family in (family for name, family in find_families().items() if name not in UNTIED):
        measured |= family.measure(tables, "synthetic", 0)
    assert {name: score.value for name, score in result.scores.items()} == pytest.approx(
        {name: score.value for name, score in measured.items()}, abs=1e-12, nan_ok=True
    )


def test_rows_from_the_same_source_get_what_real_rows_get(result):
    for name in ("shape", "pairs", "detection", "coverage", "tstr", "dcr_ratio", "membership"):
        score = result.scores[name]
        assert abs(score.value - score.baseline) < 5 * max(score.spread, 0.02), name
    assert {finding.level for finding in result.verdict.findings} <= {"good", "unknown"}
    assert result.verdict.level == "unknown"  # 200 rows are few
    assert "Cannot tell whether the rows may stand in for real ones" in result.verdict.summary


def test_many_rows_from_the_same_source_are_good_where_three_columns_can_tell():
    families = ["dependence", "detection", "coverage", "utility"]
    verdict = evaluate(draw(4000), draw(4000), draw(4000), "kind", only=families).verdict
    assert {finding.level for finding in verdict.findings} == {"good"}, str(verdict)


def test_the_baselines_show_what_they_are_bad_at(result):
    scores = result.scores
    assert scores["pairs"].baselines["shuffled"] < scores["pairs"].baseline - 0.05
    assert scores["detection"].baselines["shuffled"] > 0.7
    assert scores["dcr_ratio"].baselines["smote"] < scores["dcr_ratio"].baseline - 0.2
    assert scores["membership"].baselines["noisy"] > scores["membership"].baseline + 0.1
    assert scores["tstr"].baselines["shuffled"] < scores["tstr"].baseline - 0.1


@pytest.mark.parametrize(
    ("rows", "level", "words"),
    [
        (TRAIN, "poor", "Do not hand these rows out"),
        (pd.concat([LIKE.iloc[:2]] * 150, ignore_index=True), "poor", "show only a part of what real rows are"),
        (LIKE.apply(lambda column: rng.permutation(column)), "poor", "far from them in dependence"),
    ],
)
def test_copies_collapse_and_shuffling_are_found_out(rows, level, words):
    verdict = evaluate(TRAIN, rows, HOLDOUT, "kind").verdict
    assert verdict.level == level
    assert words in verdict.summary


def test_without_a_holdout_copying_is_said_to_be_untested():
    result = evaluate(TRAIN, LIKE)
    assert "Not tested on rows that were not learned" in result.verdict.summary
    assert {finding.family: finding.level for finding in result.verdict.findings}["privacy"] == "unknown"
    assert list(result.skipped) == [*UNTIED, "utility"]
    assert "target" in result.skipped["utility"]


def test_the_same_call_gives_the_same_numbers(result):
    def numbers(found):
        return {key: value for key, value in found.to_dict().items() if key != "seconds"}

    again = evaluate(TRAIN, LIKE[["kind", "y", "x"]], HOLDOUT, "kind")
    assert numbers(again) == numbers(result)
    other = evaluate(TRAIN, LIKE, HOLDOUT, "kind", random_state=1)
    assert other.scores["detection"].value != result.scores["detection"].value


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_every_seed_serves_every_family(seed):
    result = evaluate(TRAIN, LIKE, HOLDOUT, "kind", random_state=seed)
    assert list(result.skipped) == UNTIED
    assert result.random_state == seed
    assert np.isfinite([score.value for score in result.scores.values() if score.spec.headline]).all()
    render_report(result)


def test_families_can_be_chosen():
    result = evaluate(TRAIN, LIKE, only=["detection", "marginals"])
    assert list(dict.fromkeys(score.family for score in result.scores.values())) == ["marginals", "detection"]
    with pytest.raises(InputError, match=r"families of scores are marginals, .*, but luck was asked for"):
        evaluate(TRAIN, LIKE, only=["luck"])
    with pytest.raises(InputError, match="but none was asked for"):
        choose_families([])


def test_few_rows_and_few_classes_say_what_they_prevent():
    result = evaluate(TRAIN.iloc[:12], LIKE, target="kind")
    assert list(result.skipped) == [name for name in find_families() if name != "marginals"]
    assert all("20" in reason for reason in result.skipped.values())
    one = evaluate(TRAIN.assign(kind="up"), LIKE.assign(kind="up"), HOLDOUT.assign(kind="up"), "kind")
    assert "utility" in one.skipped
    assert "pairs" in one.scores


def test_odd_columns_break_nothing():
    odd = {"constant": 1.0, "text": "x", "day": pd.Timestamp("2020-01-01"), "none": np.nan}
    rows = LIKE.assign(**odd, gappy=LIKE["x"].where(LIKE["x"] > 0)).assign(constant="1", kind="other")
    real = TRAIN.assign(**odd, gappy=TRAIN["x"].where(TRAIN["x"] > 0.5))
    result = evaluate(real, rows, target="x")
    assert not np.isnan(result.scores["pairs"].value)
    assert result.scores["shape"].per_column.loc["kind", "synthetic"] == 0
    assert "column none is left out: it has no values in the real table" in result.notes
    json.loads(result.to_json())
    str(format_evaluation(result))
    result.plot("marginals")


def test_frames_and_json_hold_the_numbers(result):
    frame = result.to_frame()
    assert list(frame.columns[-6:]) == ["real", "copies", "smote", "noisy", "copula", "shuffled"]
    assert frame.loc["shape", "value"] == result.scores["shape"].value
    columns = result.to_frame("column")
    assert list(columns.index) == ["x", "y", "kind"]
    assert columns.loc["x", "real_mean"] == pytest.approx(TRAIN["x"].mean())
    assert columns.loc["x", "synthetic_std"] == pytest.approx(LIKE["x"].std())
    assert columns["shape"].mean() == pytest.approx(result.scores["shape"].value)
    found = json.loads(result.to_json())
    assert found["scores"]["detection"]["baselines"]["shuffled"] == frame.loc["detection", "shuffled"]
    assert found["verdict"]["level"] == result.verdict.level
    assert {first["first"] for first in found["scores"]["pairs"]["worst_pairs"]} <= {"x", "y", "kind"}
    pairs = result.scores["pairs"].per_pair
    assert len(pairs) == 3
    assert pairs["value"].is_monotonic_increasing
    assert found["versions"]["numpy"] == np.__version__


def test_the_text_has_the_headline_scores_and_every_column(result):
    text = str(format_evaluation(result))
    assert text.startswith(str(result.verdict.summary))
    headline = [name for name, score in result.scores.items() if score.spec.headline]
    assert len(headline) == 10
    for name in (*headline, "x", "y", "kind"):
        assert f"\n{name} " in text
    assert f"{len(result.scores) - 10} more scores" in text


def test_the_notebook_view_escapes_names():
    bad = "<script>alert('1')</script>"
    renamed = evaluate(TRAIN.rename(columns={"x": bad}), LIKE.rename(columns={"x": bad}), only=["marginals"])
    html = renamed._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<strong>" in html


def test_dates_are_drawn_up_to_the_last_year_and_few_of_them_as_dates(tmp_path):
    def make(seed):
        rng = np.random.default_rng(seed)
        until = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 300, 90), "D")
        years = rng.integers(1, 200, 90)
        return pd.DataFrame(
            {
                "until": np.where(rng.random(90) < 0.3, "9999-12-31", until.strftime("%Y-%m-%d")),
                "early": [f"{year:04d}-05-01" for year in years],
                "leap": rng.choice(["2024-02-28", "2024-02-29", "2024-03-01"], 90),
            }
        )

    panels = evaluate(make(1), make(2), only=["marginals"]).plot("marginals")
    save_figure(panels[0].get_figure(), tmp_path / "dates.svg")
    labels = [[label.get_text() for label in panel.get_xticklabels()] for panel in panels]
    assert labels[2] == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert all(1 <= int(label) <= 9999 for label in labels[0] + labels[1])


def test_times_and_long_numbers_are_told_apart_below_a_panel(tmp_path):
    def make(seed):
        rng = np.random.default_rng(seed)
        seconds = rng.integers(8 * 3600, 18 * 3600, 200)
        return pd.DataFrame(
            {
                "at": [f"{one // 3600:02}:{one // 60 % 60:02}:{one % 60:02}" for one in seconds],
                "took": pd.to_timedelta(seconds, "s"),
                "meter": 10**15 + rng.integers(0, 8, 200),
                "count": 10**15 + rng.integers(0, 10**5, 200),
            }
        )

    panels = evaluate(make(1), make(2), only=["marginals"]).plot("marginals")
    save_figure(panels[0].get_figure(), tmp_path / "times.svg")
    labels = [[label.get_text() for label in panel.get_xticklabels()] for panel in panels]
    assert labels[0] == labels[1] == ["09:00", "12:00", "15:00", "18:00"]
    assert labels[2] == [f"…000000{i}" for i in range(0, 8, 2)]
    assert {len(label) for label in labels[3]} == {8}
    assert len(set(labels[3])) == len(labels[3]) > 2


def test_plots_are_axes_that_show_the_numbers(result):
    axes = result.plot()
    assert isinstance(axes, Axes)
    shown = [line.get_xdata()[0] for line in axes.lines]
    assert result.scores["shape"].baselines["shuffled"] in shown
    (panel,) = {axes for axes in result.plot("marginals") if axes.get_title("left") == "kind"}
    heights = [bar.get_height() for bar in panel.patches]
    expected = [(table["kind"] == level).mean() for table in (HOLDOUT, LIKE) for level in ("down", "up")]
    assert heights == pytest.approx(expected)
    panel = result.plot("marginals", "x")
    assert panel.get_title("left") == "x"
    assert panel.get_xlabel().startswith("shape 0.")
    image = result.plot("pairs").images[0].get_array()
    assert image[0, 1] == pytest.approx(
        result.scores["pairs"].per_pair.query("first == 'x' and second == 'y'")["value"].item()
    )
    panel = result.plot("pairs", ("x", "kind"))
    assert [label.get_text() for label in panel.get_yticklabels()] == ["down", "up"]
    for points, table in zip(panel.collections, (HOLDOUT, LIKE), strict=True):
        x, y = points.get_offsets().T
        assert sorted(x) == pytest.approx(sorted(table["x"]))
        assert np.mean(np.round(y)) == pytest.approx((table["kind"] == "up").mean())
    score = result.scores["pairs"].per_pair.query("first == 'x' and second == 'kind'")["value"].item()
    assert panel.get_title("left").startswith(f"similarity {score:.3f} (other real rows ")
    with pytest.raises(InputError, match="points are those of two columns, but 'x'"):
        result.plot("pairs", "x")
    with pytest.raises(InputError, match="what is drawn is scores, marginals or pairs, but 'luck'"):
        result.plot("luck")
    with pytest.raises(InputError, match="'z' is none of x, y, kind"):
        result.plot("marginals", "z")
    with pytest.raises(InputError, match="'z' is none of x, y, kind"):
        result.plot("pairs", ("x", "z"))
    with pytest.raises(InputError, match="needs the score 'pairs'"):
        evaluate(TRAIN, LIKE, only=["marginals"]).plot("pairs")


def test_of_many_columns_those_that_differ_most_are_drawn():
    real = pd.DataFrame(rng.normal(size=(60, 50)), columns=[f"c{i}" for i in range(50)])
    off = real.assign(c49=real["c49"] + 3)
    panels = evaluate(real, off, only=["marginals"]).plot("marginals")
    assert len(panels) == 36
    assert panels[0].get_title("left") == "c49"
    assert any("36 of 50 columns" in text.get_text() for text in panels[0].get_figure().texts)


def test_dates_have_ticks_of_dates():
    days = pd.DataFrame({"day": pd.date_range("2023-01-01", periods=400, freq="D").astype(str)})
    axes = evaluate(days, days, only=["marginals"]).plot("marginals", "day")
    axes.get_figure().canvas.draw()
    assert any("2023" in label.get_text() for label in axes.get_xticklabels())
    both = days.assign(number=np.arange(400.0))
    axes = evaluate(both, both, only=["dependence"]).plot("pairs", ["number", "day"])
    axes.get_figure().canvas.draw()
    assert any("2023" in label.get_text() for label in axes.get_yticklabels())


def test_requirements_are_met_or_say_why_not(result):
    met, failed = read_requirements("detection<0.7,shape >= 0.99999", list(result.scores))
    assert met.failure(result) is None
    assert failed.failure(result).startswith("shape>=0.99999 is required, but shape is 0.9")
    (missing,) = read_requirements("tstr>0.5", list(result.scores))
    assert missing.failure(evaluate(TRAIN, LIKE, only=["marginals"])) == (
        "tstr>0.5 is required, but tstr was not computed"
    )
    for text in ("detection", "detection=0.5", "detection<x", "shape>1.2.3", ""):
        with pytest.raises(InputError, match="a requirement is a score, one of"):
            read_requirements(text, list(result.scores))
    with pytest.raises(InputError, match="there is no 'detektion'; did you mean 'detection'"):
        read_requirements("detektion<1", list(result.scores))


def test_phrases_nest_and_survive_a_copy():
    import copy
    import pickle

    inner = Phrase("dogs")
    phrase = Phrase("{n} {what}", n=3, what=inner)
    assert phrase == "3 dogs"
    assert phrase.translated({"{n} {what}": "{n} 只{what}", "dogs": "狗"}) == "3 只狗"
    for twin in (copy.copy(phrase), pickle.loads(pickle.dumps(phrase))):
        assert (twin, twin.template, twin.values) == (phrase, phrase.template, phrase.values)


def place_and_number(n_rows: int, seed: int, prefix: str = "place") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {"where": [f"{prefix} {i}" for i in rng.integers(60, size=n_rows)], "x": rng.normal(size=n_rows)}
    )


def test_a_column_of_labels_that_no_real_row_has_is_poor():
    found = evaluate(place_and_number(150, 0), place_and_number(150, 1, "Place"), place_and_number(150, 2))
    levels = {finding.family: finding.level for finding in found.verdict.findings}
    assert found.verdict.level == levels["marginals"] == levels["detection"] == "poor"
    assert "In where 100% of the rows have a level that no real row has" in str(found.verdict)


def test_new_labels_are_no_fault_where_new_real_rows_bring_them_too():
    """Nearly every real row has a level of its own: new real rows would have others."""
    frames = [pd.DataFrame({"id": [f"{s}-{i}" for i in range(60)], "x": np.arange(60.0) + s / 4}) for s in range(3)]
    found = evaluate(*frames, only=["marginals"])
    assert "no real row has" not in str(found.verdict)


@pytest.mark.parametrize(
    "written", [[0, 1], ["False", "True"], ["FALSE", "true"], ["0", "1"], [0.0, 1.0], [False, True]]
)
@pytest.mark.parametrize("real", [[False, True], [0, 1], ["false", "true"]])
def test_true_and_false_are_the_same_however_they_are_written(real, written):
    rng = np.random.default_rng(0)
    drawn = [pd.Series(rng.integers(2, size=100)) for _ in range(3)]
    train, holdout, rows = (
        pd.DataFrame({"ok": codes.map(dict(enumerate(as_)))})
        for codes, as_ in zip(drawn, (real, real, written), strict=True)
    )
    found = evaluate(train, rows, holdout, only=["marginals"])
    shares = [codes.mean() for codes in drawn]
    assert found.scores["shape"].value == pytest.approx(1 - abs(shares[2] - shares[1]))
    assert found.scores["in_range"].value == 1


def test_three_rows_are_too_few_to_judge():
    found = evaluate(place_and_number(40, 0), place_and_number(3, 1), place_and_number(40, 2))
    assert found.verdict.level == "unknown"
    assert "3 rows are too few to judge" in found.verdict.summary


def test_columns_without_names_are_called_by_their_numbers():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(100, 3))
    rows[:, 1] += 1
    found = evaluate(rng.normal(size=(100, 3)), rows, rng.normal(size=(100, 3)), only=["marginals"])
    assert "the worst is column 2 (" in str(found)
    assert "column 2" in str(format_evaluation(found))
    assert "column 2" in render_report(found)
    assert "第 2 列" in render_report(found, lang="zh")


def test_the_models_own_check_is_part_of_privacy():
    model = SimpleNamespace(memorisation_=Memorisation(True, 0.5, 0.02, None, None, 0.0, 0.0))
    tables = place_and_number(150, 0), place_and_number(150, 1), place_and_number(150, 2)
    assert evaluate(*tables, only=["privacy"]).verdict.findings[0].level != "poor"
    found = evaluate(*tables, only=["privacy"], model=model).verdict
    assert found.level == "poor"
    assert "distance ratio 0.50, 95% interval 0.46 to 0.54" in found.findings[0].text
