"""The WGAN-GP synthesizer beyond the contract."""

from __future__ import annotations

import pickle
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import ks_2samp
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from tabgan import BundleError, DivergenceError, InputError, TabganWarning, WGANGPSynthesizer
from tabgan.gan.trainer import Trainer
from tabgan.persistence import load_bundle, save_bundle
from tabgan.preprocessing import sieve
from tabgan.seeds import Use
from tabgan.synthesizers import networks
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.row_learner import RowLearner


@pytest.fixture(scope="module")
def parabola() -> pd.DataFrame:
    """Two columns that are uncorrelated and depend on each other."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 1000)
    return pd.DataFrame({"x": x, "y": x**2 + 0.05 * rng.normal(size=1000)})


def test_it_learns_how_columns_depend_on_each_other(parabola):
    rows = WGANGPSynthesizer(iterations=400, sieve=False, random_state=0).fit(parabola).sample(1000)
    assert np.corrcoef(rows["x"] ** 2, rows["y"])[0, 1] > 0.8


def test_calibrated_marginals_are_the_real_ones(parabola):
    rows = WGANGPSynthesizer(iterations=20, sieve=False, random_state=0).fit(parabola).sample(20_000)
    for name in parabola:
        assert ks_2samp(rows[name], parabola[name]).statistic < 0.015


def test_a_fit_says_that_no_row_keeps_a_rule_that_only_leaving_rows_out_can_keep():
    low = np.random.default_rng(0).uniform(size=60)
    tight = pd.DataFrame({"a": low, "b": low + np.geomspace(1e-9, 1e-3, 60)})
    hardly = WGANGPSynthesizer(preset="matlab", iterations=2, random_state=0)
    both = clone(hardly).set_params(constraints=["a < b", "b < a + 0.0011"])
    with pytest.warns(TabganWarning, match=r"of 1,024 rows that were tried none keeps 'b < a \+ 0.0011', and"):
        both.fit(tight)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clone(hardly).set_params(constraints="a < b").fit(tight)


def test_rows_that_would_be_too_wide_are_refused_before_training(monkeypatch):
    monkeypatch.setattr(networks, "MOST_LEARNED", 6)
    wide = pd.DataFrame({"number": np.arange(40) ** 2, "level": np.arange(40) % 6}).astype({"level": str})
    with pytest.raises(InputError, match="have 1 numbers and 6 levels; leave out columns, first of"):
        WGANGPSynthesizer(kinds={"level": "categorical"}).fit(wide)


def test_generation_is_not_training(model):
    assert not any(p.requires_grad for p in model.generator_.parameters())
    assert not any(p.requires_grad for p in model.critic_.parameters())


def test_an_interrupted_fit_is_a_fit(table, monkeypatch):
    step = Trainer.generator_step

    def generator_step(self):
        if self.done + 1 == 50:
            raise KeyboardInterrupt
        step(self)

    monkeypatch.setattr(Trainer, "generator_step", generator_step)
    model = WGANGPSynthesizer(iterations=200, sieve=False, random_state=0)
    with pytest.warns(
        TabganWarning, match="interrupted in iteration 50; the best generator so far, of iteration 49, is kept"
    ):
        model.fit(table)
    assert model.history_.status == "interrupted"
    assert len(model.sample(10)) == 10


def test_a_diverged_fit_says_where_and_keeps_the_best(table, spoil_iterations):
    spoil_iterations(60)
    model = WGANGPSynthesizer(iterations=200, sieve=False, random_state=0)
    with pytest.raises(DivergenceError) as error:
        model.fit(table)
    assert (error.value.iteration, error.value.best_iteration) == (61, 50)
    message = str(error.value)
    for part in (
        "the critic's loss is nan in iteration 61",
        "before: critic loss",
        "lower critic_lr and generator_lr (now 0.003",
        "iteration 50, is kept",
    ):
        assert part in message
    rows = model.sample(100)
    assert np.isfinite(rows.to_numpy(float)).all()


def test_a_fit_that_diverges_at_once_keeps_nothing(table):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = WGANGPSynthesizer(iterations=20, sieve=False, random_state=0).fit(table)
        with pytest.raises(DivergenceError, match="there is no good generator yet to keep"):
            model.set_params(iterations=60, critic_lr=1e30, lr_decay=False).fit(table)
    with pytest.raises(NotFittedError):
        model.sample(1)
    assert not hasattr(model, "history_")


def test_the_number_of_threads_changes_nothing(small_sieve):
    table = np.random.default_rng(0).normal(size=(5000, 4))  # enough for torch to share a sum among threads
    before = torch.get_num_threads()
    rows = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        rows.append(WGANGPSynthesizer(iterations=2, batch_size=None, random_state=0).fit(table).sample(5000))
        assert torch.get_num_threads() == threads
    torch.set_num_threads(before)
    np.testing.assert_array_equal(*rows)


def test_rows_are_the_same_bytes_whatever_the_number_of_threads(model):
    before = torch.get_num_threads()
    rows = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        rows.append(model.sample(3 * BLOCK_ROWS + 1))
        assert torch.get_num_threads() == threads
    torch.set_num_threads(before)
    for other in rows[1:]:
        pd.testing.assert_frame_equal(rows[0], other, check_exact=True)


def test_no_block_repeats_another(model):
    """Neither within a seed, nor the draws that calibrated or taught the sieve, nor under the next seed."""
    draws = [
        (seed, use, block) for seed in (3, 4) for use in (Use.CALIBRATE, Use.SIEVE, Use.SAMPLE) for block in range(3)
    ]
    rows = np.concatenate([model.row_generator_.draw(*draw) for draw in draws])
    assert len(np.unique(rows, axis=0)) == len(draws) * BLOCK_ROWS
    columns = np.array([model.row_generator_.draw(*draw)[:, 0] for draw in draws])
    between = np.corrcoef(columns)[np.triu_indices(len(draws), 1)]
    assert np.abs(between).max() < 5 / np.sqrt(BLOCK_ROWS)


def test_a_trillion_rows_can_be_begun(model):
    blocks = model.iter_samples(10**12)
    first, second = next(blocks), next(blocks)
    blocks.close()
    rows = model.sample(2 * BLOCK_ROWS)
    pd.testing.assert_frame_equal(pd.concat([first, second], ignore_index=True), rows, check_exact=True)


@pytest.mark.filterwarnings("ignore:rows come closer")
def test_two_rows_are_enough():
    rows = WGANGPSynthesizer(iterations=3, sieve=False, random_state=0).fit([[1.0, 5], [2.0, 7]]).sample(50)
    assert (rows.min(axis=0) >= [1.0, 5.0]).all()
    assert (rows.max(axis=0) <= [2.0, 7.0]).all()


def test_a_model_of_another_kind_or_shape_is_refused(model, tmp_path):
    model.save(tmp_path / "good")
    for change in ({"class": "Other"}, {"schema": {}}, {"settings": {}}, {"generator": {}}, {"params": {"depth": 3}}):
        state = load_bundle(tmp_path / "good")
        save_bundle(tmp_path / "bad", state | change)
        with pytest.raises(BundleError, match=r"holds a Other|that this tabgan cannot use"):
            WGANGPSynthesizer.load(tmp_path / "bad")


def test_a_model_file_has_neither_clock_nor_place(model, tmp_path):
    model.save(tmp_path / "good")
    state = load_bundle(tmp_path / "good")
    assert "seconds" not in state["history"]
    assert str(tmp_path).encode() not in (tmp_path / "good").read_bytes()
    assert state["versions"].keys() >= {"tabgan", "torch", "numpy", "python"}
    assert WGANGPSynthesizer.load(tmp_path / "good").history_.seconds is None


def test_numpy_settings_are_saved_as_numbers(table, tmp_path):
    settings = dict(iterations=np.int64(3), gp_weight=np.float32(0.5), hidden=(np.int32(4),), sieve=False)
    WGANGPSynthesizer(**settings, random_state=0).fit(table).save(tmp_path / "model")
    again = WGANGPSynthesizer.load(tmp_path / "model")
    assert (again.iterations, again.gp_weight, again.hidden, again.settings_.hidden) == (3, 0.5, (4,), (4,))


@pytest.mark.parametrize("objective", ["wgan-gp", "gan"])
def test_verbose_shows_progress_on_a_terminal_only(table, capsys, monkeypatch, objective):
    model = WGANGPSynthesizer(iterations=5, sieve=False, verbose=1, objective=objective, random_state=0).fit(table)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    model.fit(table)
    lines = capsys.readouterr().err.split("\r")
    assert lines[-3].startswith("iteration 5/5 | ")
    assert "0:00 left | critic loss " in lines[-3]
    assert ("Wasserstein" in lines[-3]) == (objective != "gan")
    assert all(len(line) < 80 for line in lines)
    model.set_params(verbose=0).fit(table)
    assert capsys.readouterr().err == ""


def test_a_failed_fit_leaves_an_unfitted_estimator(table):
    model = WGANGPSynthesizer(iterations=3, sieve=False, random_state=0).fit(table)
    for wrong in ({"random_state": -1}, {"n_critic": 0}):
        with pytest.raises(InputError):
            clone(model).set_params(**wrong).fit(table)
        with pytest.raises(InputError):
            model.set_params(**wrong).fit(table)
        assert not [name for name in vars(model) if name.endswith("_")]
        model = WGANGPSynthesizer(iterations=3, sieve=False, random_state=0).fit(table)


@pytest.mark.parametrize("step", ["calibrate", "fit_combinations", "fit_sieve", "compare"])
@pytest.mark.parametrize("error", [IndexError("no such level"), MemoryError(), KeyboardInterrupt()])
def test_what_fails_after_training_does_not_take_the_model_away(small_sieve, table, tmp_path, monkeypatch, step, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(RowLearner, step, fail)
    monkeypatch.setattr(sieve, "TREES", 60)  # fewer learn nothing that helps the 20 rows held aside
    reason = "interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__
    with pytest.warns(TabganWarning, match=f"the model was trained and is kept, but .*{reason}"):
        model = WGANGPSynthesizer(iterations=3, copula=False, random_state=0).fit(table)
    model.save(tmp_path / "model.tabgan")
    assert WGANGPSynthesizer.load(tmp_path / "model.tabgan").sample(20).equals(model.sample(20))
    assert (model.row_generator_.sieve is None) == (step == "fit_sieve")
    assert (model.memorisation_ is None) == (step == "compare")


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_model_whose_generator_is_not_finite_is_refused(model, tmp_path, odd):
    """Its integers came back as -9223372036854775808."""
    model.save(tmp_path / "good.tabgan")
    state = load_bundle(tmp_path / "good.tabgan")
    state["generator"]["0.weight"][0, 0] = odd
    save_bundle(tmp_path / "bad.tabgan", state)
    with pytest.raises(BundleError, match="must be finite"):
        WGANGPSynthesizer.load(tmp_path / "bad.tabgan")


def test_a_pickle_is_not_larger_than_the_model_file(model, tmp_path):
    model.save(tmp_path / "model")
    assert len(pickle.dumps(model)) < 1.5 * (tmp_path / "model").stat().st_size
