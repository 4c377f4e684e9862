"""What is said of generated rows is true in every case."""

from __future__ import annotations

import pytest
from sklearn.linear_model import Ridge

from tabgan.augmentation.gains import Gain
from tabgan.augmentation.rivals import GUESS
from tabgan.augmentation.trials import BARE, TEACHER
from tabgan.augmentation.words import find_better, name_learner, name_score, say_verdict, write_numbers
from tests.augmentation.conftest import make_found, make_gain, make_untried

HELPS, HARMS, UNCLEAR = make_gain(0.92, 0.02, 0.01), make_gain(0.88, -0.02, 0.01), make_gain(0.91, 0.01, 0.03)
CLOSE = make_gain(0.912, 0.012, 0.015)  # above one standard error, but its interval holds 0
FOREST = {"a random forest": make_gain(0.945, 0.045, 0.01)}


def say(found) -> str:
    return " ".join(say_verdict(found, "my model"))


def test_rows_that_help_and_are_added():
    said = say_verdict(make_found(HELPS, amount_=642, chosen_="3x"), "my model")
    assert said == [
        "Generated rows help my model: balanced accuracy goes from 0.900 to 0.920, a gain of +0.020 "
        "(95% interval +0.010 to +0.030; 10 folds).",
        "642 generated rows are added (3x): the difference is above one standard error, 0.005, and no rival got "
        "as much.",
    ]


def test_rows_that_harm():
    said = say(make_found(HARMS))
    assert said.startswith("Generated rows harm my model:")
    assert "a difference of -0.020 (95% interval -0.030 to -0.010; 10 folds)" in said
    assert "No rows are added: the difference, -0.020, is not above one standard error, 0.005." in said


@pytest.mark.parametrize("gain", [UNCLEAR, CLOSE, make_gain(0.9, 0.0, 0.0), Gain(0.91, 0.01, 0.0, 0.02, 0.005, 10)])
def test_an_interval_that_holds_0_is_never_called_a_gain(gain):
    for found in (make_found(gain), make_found(gain, amount_=642, chosen_="3x")):
        said = say(found)
        assert said.startswith("Cannot tell whether generated rows help my model:")
        assert "which holds 0" in said
        assert "gain" not in said.replace("generated", "")


def test_rows_may_be_added_of_which_it_cannot_be_told():
    said = say(make_found(CLOSE, amount_=642, chosen_="3x"))
    assert "642 generated rows are added (3x): the difference is above one standard error, 0.007" in said


def test_a_rival_that_is_better_is_why_no_rows_are_added_and_is_said_once():
    said = say_verdict(make_found(HELPS, FOREST), "my model")
    assert said[0].startswith("Generated rows help my model")
    assert said[1:] == [
        "No rows are added: a random forest got 0.945 without the generator, and my model with its rows 0.920. "
        "Try the former first."
    ]


@pytest.mark.parametrize(
    ("rival", "called"),
    [
        ("class weights", "my model with class weights"),
        ("moved threshold", "my model with a moved threshold"),
        ("SMOTE", "my model with SMOTE"),
        (TEACHER, "the teacher itself"),
        ("boosted trees", "boosted trees"),
    ],
)
def test_a_rival_to_try_instead_is_named(rival, called):
    found = make_found(UNCLEAR, {rival: make_gain(0.945, 0.045, 0.01)})
    assert say_verdict(found, "my model")[2] == (
        f"Without the generator, {called} got 0.945, more than my model, 0.900: try that first."
    )
    found = make_found(UNCLEAR, {rival: make_gain(0.903, 0.003, 0.01)})
    assert say_verdict(found, "my model")[2] == (
        f"Without the generator, {called} got 0.903, more than my model, 0.900. It may be chance, but try that first: "
        "it costs less."
    )


def test_what_was_asked_for_is_added_whatever_it_gains():
    said = say_verdict(make_found(HARMS, FOREST, amount="3x", amount_=642, chosen_="3x"), "my model")
    assert said[1] == "642 generated rows are added (3x), as was asked, whatever they gain."
    assert said[2] == (
        "Without the generator, a random forest got 0.945, more than my model with these rows, 0.880. "
        "It may be chance, but try that first: it costs less."
    )
    assert "No rows are added: balance comes to none here." in say(
        make_found(UNCLEAR, amount="balance", chosen_="balance")
    )


def test_nothing_helps_where_a_guess_does_as_well():
    found = make_found(HELPS, {GUESS: make_gain(0.95, 0.05, 0.01)}, verdict_="cannot tell")
    said = say_verdict(found, "my model")
    assert said[0].startswith("Cannot tell")
    assert said[0].endswith("10 folds), but a guess got 0.950, which is no less.")
    assert said[1] == "No rows are added: a guess that sees no feature got 0.950, and my model with them 0.920."
    assert said[2] == (
        "A guess that sees no feature got 0.950, and my model no more, 0.900: it has learned nothing of use."
    )
    equal = make_found(UNCLEAR, {GUESS: make_gain(0.9, 0.0, 0.01)})
    assert "a guess" in say(equal).lower()


def test_what_could_not_be_tried():
    said = say_verdict(make_untried(), "my model")
    assert said == [
        "Whether generated rows help my model was not tried: the rows are too few, or all have the same target.",
        "No rows are added, as nothing shows that they help.",
    ]
    assert say(make_found(Gain())).startswith("Cannot tell whether generated rows help my model: no fold has a score")
    given = make_found(Gain(), amount="3x", amount_=60, chosen_="3x", rivals_={}, scores_=[])
    assert "60 generated rows are added (3x), as was asked" in say(given)


def test_one_fold_has_no_interval():
    said = say(make_found(Gain(0.93, 0.03, n_fits=1)))
    assert "a difference of +0.030, which has no interval: there is a single fold" in said
    assert "No rows are added: the folds do not tell how far chance reaches." in said


def test_scores_that_are_missing_in_some_folds():
    said = say(make_found(HELPS, {BARE: Gain(0.93, 0, 0, 0, 0, 10)}))
    assert "No rows are added: without any the score is 0.930, and with them 0.920." in said


def test_small_and_large_numbers_are_told_apart():
    assert "gain of +0.0002 (95% interval +0.0001 to +0.0003" in say(make_found(make_gain(0.9002, 0.0002, 0.0001)))
    assert "from 0.9000 to 0.9002" in say(make_found(make_gain(0.9002, 0.0002, 0.0001)))
    assert write_numbers(-4000.0, 5.0) == ["-4,000", "5"]
    assert write_numbers(float("nan"), 1e-12) == ["–", "1e-12"]


def test_names_are_text_on_one_line():
    found = make_found(HELPS, FOREST)
    for name in ("{braces} {0} {", "two\nlines\x1b[31m", "x" * 500, "<b>"):
        for said in say_verdict(found, name):
            assert "\n" not in said
            assert "\x1b" not in said
            assert len(said) < 400
    assert "{braces} {0} {" in say_verdict(found, "{braces} {0} {")[0]
    assert name_learner("two\n lines") == "two lines"


def test_scores_are_named():
    assert name_score(make_found(HELPS, estimator=Ridge())) == "R2"
    assert name_score(make_found(HELPS, scoring="roc_auc")) == "roc auc"
    assert name_score(make_found(HELPS, scoring=max)) == "the score"


def test_the_best_rival_is_better_than_what_was_fitted_or_none_is():
    assert find_better(make_found(HELPS, amount_=642, chosen_="3x")) is None
    assert find_better(make_found(HELPS, FOREST)) == ("a random forest", FOREST["a random forest"])
    assert find_better(make_untried()) is None


def test_another_learner_that_gets_most_with_rows_is_named():
    found = make_found(make_gain(0.905, 0.005, 0.02), {"a random forest": make_gain(0.92, 0.02, 0.03)})
    assert not any("Of all that was tried" in said for said in say_verdict(found, "boosted trees"))
    found.learners_["nearest neighbours"] = make_gain(0.95, 0.04, 0.05)
    assert say_verdict(found, "boosted trees")[-1] == (
        "Of all that was tried nearest neighbours with these rows (3x) got most, 0.950; without them 0.910, a "
        "difference of +0.040 (95% interval -0.010 to +0.090). The best of many is in part the luckiest."
    )
