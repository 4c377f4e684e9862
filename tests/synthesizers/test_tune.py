"""A search keeps rows aside, never ends worse than the defaults, and stops when it should."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from tabgan import InputError, WGANGPSynthesizer
from tabgan.evaluation.detector import detector_auc
from tabgan.settings import PRESETS, SETTINGS
from tabgan.synthesizers import tune as module
from tabgan.synthesizers.row_learner import RowLearner
from tabgan.synthesizers.tune import find_search_space, hold_aside, scale, tune

DOUBLINGS = {name: setting.doublings for name, setting in SETTINGS.items() if setting.doublings}
QUICK = dict(random_state=0, sieve=False, latent_dim=4)

pytestmark = pytest.mark.usefixtures("small_sieve")


@pytest.fixture
def short(monkeypatch):
    """Fits that name no number of iterations have ten, of small networks."""
    for name, value in dict(iterations=10, hidden=(8,), batch_size=16, n_projections=4).items():
        monkeypatch.setitem(PRESETS["balanced"], name, value)


@pytest.fixture(scope="module")
def settings(table):
    return WGANGPSynthesizer(iterations=1, sieve=False, random_state=0).fit(table).settings_


@pytest.mark.parametrize("shift", [0.0, 1.0, 2.0])
def test_the_detector_is_nearly_as_good_as_can_be_between_two_normals(shift):
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(2000, 1)), rng.normal(shift, size=(2000, 1))
    assert detector_auc(real, generated, seed=0) == pytest.approx(norm.cdf(shift / np.sqrt(2)), abs=0.04)


def test_the_detector_sees_gaps():
    rows = np.random.default_rng(0).normal(size=(100, 2))
    assert detector_auc(rows, np.where([True, False], np.nan, rows), seed=0) == 1.0


def test_doublings_are_of_the_defaults(settings):
    assert scale(settings, dict.fromkeys(DOUBLINGS, 0)) == {
        name: getattr(settings, name) for name in (*DOUBLINGS, "generator_lr")
    }
    found = scale(settings, {"gp_weight": 2, "n_critic": -9, "critic_lr": -1, "hidden": 1})
    assert found == {
        "gp_weight": 4 * settings.gp_weight,
        "n_critic": 1,
        "critic_lr": settings.critic_lr / 2,
        "generator_lr": settings.generator_lr / 2,
        "hidden": tuple(2 * width for width in settings.hidden),
    }


def test_what_is_given_or_off_is_not_searched(table, settings):
    assert find_search_space(settings, {"sieve": False, "n_critic": "auto"}) == DOUBLINGS
    assert "critic_lr" not in find_search_space(settings, {"generator_lr": 1e-3})
    plain = WGANGPSynthesizer(iterations=1, objective="wgan", preset="matlab").fit(table).settings_
    assert {"gp_weight", "n_projections"}.isdisjoint(find_search_space(plain, {"objective": "wgan"}))
    with pytest.raises(InputError, match="all are given; leave out one of batch_size, n_critic"):
        find_search_space(settings, dict.fromkeys(DOUBLINGS, 1))


def test_the_first_trial_has_the_default_settings_and_the_best_is_scored_on_rows_held_aside(short, table):
    result = tune(table, n_trials=3, **QUICK)
    assert list(result.trials.index) == [0, 1, 2]
    first, default = result.trials.iloc[0], WGANGPSynthesizer(**QUICK).fit(table).settings_
    for name in ("n_critic", "gp_weight", "batch_size", "hidden", "critic_lr", "iterations"):
        assert first[name] == getattr(default, name)
    assert result.best_score == result.trials["score"].min() <= result.default_score == first["score"]
    assert "latent_dim" not in result.best_params
    aside = hold_aside(table, None, 0)
    assert result.n_held_aside == aside.sum() == 40
    model = WGANGPSynthesizer(**result.best_params, **QUICK).fit(table[~aside])
    assert detector_auc(table[aside].to_numpy(), model.sample(40).to_numpy(), 0) == result.best_score


def test_the_same_seed_gives_the_same_trials(short, table):
    first, second, other = (tune(table, n_trials=2, **QUICK | {"random_state": seed}) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first.trials.drop(columns="seconds"), second.trials.drop(columns="seconds"))
    assert first.best_params == second.best_params
    assert list(first.trials["score"]) != list(other.trials["score"])


def test_trials_train_for_equal_times(short, table, monkeypatch):
    pilot = module._Search._pilot

    def slower_with_each_critic_step(search, params):
        found, _ = pilot(search, params)
        return found, 1000 / found.n_critic

    monkeypatch.setattr(module._Search, "_pilot", slower_with_each_critic_step)
    trials = tune(table, max_seconds=1e6, n_trials=4, **QUICK).trials
    default = trials["n_critic"][0]
    assert trials["n_critic"].nunique() > 1
    assert list(trials["iterations"]) == [round(10 * default / n) for n in trials["n_critic"]]


def test_a_spent_budget_leaves_the_defaults(short, table):
    result = tune(table, max_seconds=1e-6, **QUICK)
    assert (result.status, len(result.trials)) == ("out of time", 1)
    assert result.best_params["iterations"] == 10  # of a whole fit, not of what there was time for


def test_the_keyboard_ends_a_search_and_keeps_the_best(short, table):
    def interrupt(trial):
        raise KeyboardInterrupt

    result = tune(table, n_trials=5, after_trial=interrupt, **QUICK)
    assert (result.status, len(result.trials)) == ("interrupted", 1)


def test_the_keyboard_ends_a_search_whatever_a_trial_is_at(short, table, monkeypatch):
    trials, compare = [], RowLearner.compare

    def interrupt(*given):
        if trials:
            raise KeyboardInterrupt
        return compare(*given)

    monkeypatch.setattr(RowLearner, "compare", interrupt)
    result = tune(table, n_trials=5, after_trial=trials.append, **QUICK)
    assert (result.status, len(result.trials)) == ("interrupted", 1)


def test_a_trial_that_diverges_is_never_the_best(short, table, spoil_iterations):
    spoil_iterations(1 + 10)  # the first pilot, and the first trial
    result = tune(table, n_trials=2, **QUICK)
    assert list(result.trials["status"]) == ["finished", "diverged"]
    assert result.best_score == result.default_score
    assert np.isnan(result.trials["score"][1])


def test_the_same_share_of_each_class_is_held_aside():
    table = pd.DataFrame({"class": ["a"] * 100 + ["b"] * 20 + ["c"] * 4, "x": range(124)})
    assert table[hold_aside(table, "class", 0)]["class"].value_counts().to_dict() == {"a": 20, "b": 4}
    with pytest.raises(InputError, match="needs 20 rows to hold aside"):
        hold_aside(table[:99], None, 0)


def test_labels_may_come_apart(short, table):
    labels = pd.Series(np.where(table["count"] > 3, "many", "few"), name="size")
    apart = tune(table, labels, n_trials=1, **QUICK)
    joined = tune(table.assign(size=labels), label="size", n_trials=1, **QUICK)
    assert apart.best_score == joined.best_score


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ({}, "neither max_seconds nor n_trials is given"),
        ({"max_seconds": 0}, "max_seconds must be a positive finite number, but is 0"),
        ({"n_trials": 0}, "n_trials must be a whole number of at least 1, but is 0"),
        ({"n_trials": 1, "smooth": "3sigma"}, "smooth is given; leave it to the fit"),
    ],
)
def test_a_search_needs_an_end_and_rows_as_they_are(table, end, message):
    with pytest.raises(InputError, match=message):
        tune(table, **end)


def test_without_optuna_the_remedy_is_said(table, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(InputError, match=r"pip install 'tabgan-wgangp\[tune\]'"):
        tune(table, n_trials=1)
