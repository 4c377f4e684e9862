"""Going on, stopping in time, and what is said at the end."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from tabgan import DivergenceError, InputError, TabganError, TabganWarning, WGANGPSynthesizer
from tabgan.gan.device import resolve_device
from tabgan.gan.history import History
from tabgan.gan.trainer import Trainer
from tabgan.persistence import load_bundle
from tabgan.synthesizers.fit_report import describe, describe_training
from tabgan.synthesizers.resolve import choose_iterations, most_iterations
from tabgan.synthesizers.row_generator import RowGenerator
from tabgan.synthesizers.row_learner import find_collapsed

QUICK = dict(iterations=120, hidden=(16, 16), batch_size=32, n_critic=2, sieve=False, random_state=0)

pytestmark = pytest.mark.usefixtures("small_sieve")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.tabgan.ckpt"


class Killed(BaseException):
    pass


def fit_until_killed(table, path, at: int, monkeypatch, **settings) -> None:
    """Fit with a checkpoint every 30 iterations, and stop without a chance to tidy up."""
    iteration = Trainer.run_iteration

    def run_iteration(self):
        if self.done == at:
            raise Killed
        iteration(self)

    with monkeypatch.context() as context:
        context.setattr(Trainer, "run_iteration", run_iteration)
        with pytest.raises(Killed):
            WGANGPSynthesizer(**QUICK | settings, checkpoint=path, checkpoint_every="30iterations").fit(table)


def as_bytes(model, tmp_path) -> bytes:
    model.save(tmp_path / "saved")
    return (tmp_path / "saved").read_bytes()


@pytest.mark.parametrize("at", [31, 60, 119])
@pytest.mark.parametrize("objective", ["wgan-gp", "wgan", "gan"])
def test_resume_equals_never_having_stopped(table, path, tmp_path, monkeypatch, at, objective):
    settings = QUICK | {"objective": objective}
    expected = as_bytes(WGANGPSynthesizer(**settings).fit(table), tmp_path)
    fit_until_killed(table, path, at, monkeypatch, objective=objective)
    resumed = WGANGPSynthesizer(**settings, checkpoint=path, resume=True).fit(table)
    assert as_bytes(resumed, tmp_path) == expected
    again = WGANGPSynthesizer(**settings, checkpoint=path, resume=True).fit(table)  # from the end: nothing left to do
    assert as_bytes(again, tmp_path) == expected


def test_iterations_may_be_raised(table, path):
    WGANGPSynthesizer(**QUICK, checkpoint=path).fit(table)
    longer = WGANGPSynthesizer(**QUICK | {"iterations": 200}, checkpoint=path, resume=True).fit(table)
    shorter = WGANGPSynthesizer(**QUICK).fit(table)
    assert len(longer.history_) == 200
    np.testing.assert_array_equal(longer.history_.critic_loss[:120], shorter.history_.critic_loss)
    with pytest.raises(InputError, match="200 are done and 150 are asked for"):
        WGANGPSynthesizer(**QUICK | {"iterations": 150}, checkpoint=path, resume=True).fit(table)


@pytest.mark.filterwarnings("ignore:rows come closer")  # as those of some seeds do
def test_a_fresh_seed_is_that_of_the_checkpoint(table, path, monkeypatch):
    fit_until_killed(table, path, 40, monkeypatch, random_state=None)
    resumed = WGANGPSynthesizer(**QUICK | {"random_state": None}, checkpoint=path, resume=True).fit(table)
    whole = WGANGPSynthesizer(**QUICK | {"random_state": resumed.seed_}).fit(table)
    pd.testing.assert_frame_equal(resumed.sample(20), whole.sample(20))


def test_without_a_checkpoint_it_begins_afresh_and_says_so(table, path):
    with pytest.warns(TabganWarning, match=r"there is no checkpoint .* yet; the fit begins afresh"):
        model = WGANGPSynthesizer(**QUICK, checkpoint=path, resume=True).fit(table)
    pd.testing.assert_frame_equal(model.sample(5), WGANGPSynthesizer(**QUICK).fit(table).sample(5))
    with pytest.raises(InputError, match="give checkpoint="):
        WGANGPSynthesizer(**QUICK, resume=True).fit(table)


def test_other_data_or_settings_are_refused_naming_them(table, path):
    WGANGPSynthesizer(**QUICK, checkpoint=path).fit(table)

    def resume(table, **settings):
        with pytest.raises(InputError, match=r"goes on with the (data and settings|table) it began with") as error:
            WGANGPSynthesizer(**QUICK | settings, checkpoint=path, resume=True).fit(table)
        return str(error.value)

    other = table.assign(price=table["price"] + 0.5)
    assert "differ: data columns price; fit" in resume(other)
    assert "data rows (200 then, 199 now)" in resume(table[1:])
    assert "data order (['price'" in resume(table[["count", "price", "流量"]])
    assert "of another one, without columns more; fit" in resume(table.assign(more=table["price"]))
    assert "seed (0 then, 1 now); settings critic_lr (0.003 then, 0.01 now)" in resume(
        table, random_state=1, critic_lr=0.01
    )


def test_a_diverged_run_does_not_go_on_as_if_it_had_not(table, path, spoil_iterations):
    settings = QUICK | {"iterations": 100}
    spoil_iterations(81)
    with pytest.raises(DivergenceError):
        WGANGPSynthesizer(**settings, checkpoint=path, checkpoint_every="10iterations").fit(table)
    trainer = load_bundle(path, kind="checkpoint")["trainer"]
    assert trainer["done"] == 80
    assert np.isfinite(trainer["losses"]).all()


def test_a_checkpoint_is_of_the_fit_it_was_written_in(table, path):
    """Not of a fit that goes on from there with warm_start."""
    model = WGANGPSynthesizer(**QUICK, checkpoint=path, warm_start=True).fit(table)
    with pytest.raises(InputError, match=r"differ: earlier fit \(None then, there now\); fit"):
        model.set_params(resume=True).fit(table)


def test_a_warm_start_recovers_from_a_divergence(table, spoil_iterations, monkeypatch):
    model = WGANGPSynthesizer(**QUICK, warm_start=True)
    with monkeypatch.context():
        spoil_iterations(70)
        with pytest.raises(DivergenceError):
            model.fit(table)
    monkeypatch.undo()
    assert np.isfinite(model.fit(table).history_.critic_loss[-120:]).all()
    assert model.history_.status == "finished"


def test_a_warm_start_keeps_a_seed_that_was_drawn(table):
    """So that the same rows stay aside."""
    model = WGANGPSynthesizer(**QUICK | {"random_state": None, "iterations": 20}, warm_start=True).fit(table)
    seed = model.seed_
    assert model.fit(table).seed_ == seed


def test_a_batch_that_is_the_table_takes_the_penalty_everywhere(table):
    for settings in ({"batch_size": None}, {"batch_size": 180, "gp_share": 0.5}):
        assert WGANGPSynthesizer(**QUICK | {"iterations": 2} | settings).fit(table).settings_.gp_share == 1
    assert WGANGPSynthesizer(**QUICK | {"iterations": 2, "batch_size": 179}).fit(table).settings_.gp_share == 0.25


def test_warm_start_trains_further(table, tmp_path):
    model = WGANGPSynthesizer(**QUICK | {"iterations": 100}, warm_start=True).fit(table)
    generator, first = model.generator_, model.history_
    kept, critic = generator[0].weight.clone(), model.critic_[0].weight.clone()
    model.fit(table)
    assert len(model.history_) == 200
    np.testing.assert_array_equal(model.history_.critic_loss[:100], first.critic_loss)
    assert not np.array_equal(model.history_.critic_loss[100:], first.critic_loss)
    assert model.history_.distance[:, 0].tolist() == [50, 100, 100, 150, 200]
    assert model.history_.distance[2, 1] == pytest.approx(first.best_distance)  # begins with what was kept
    assert torch.equal(generator[0].weight, kept)  # the former model is not changed
    assert not torch.equal(model.critic_[0].weight, critic)
    model.save(tmp_path / "model")
    assert len(WGANGPSynthesizer.load(tmp_path / "model").set_params(warm_start=True).fit(table).history_) > 200


def test_a_warm_start_that_fails_keeps_what_was_there(table):
    model = WGANGPSynthesizer(**QUICK | {"iterations": 20}, warm_start=True).fit(table)
    rows = model.sample(5)
    for wrong in ({"critic_lr": -1}, {"hidden": (9,)}):
        with pytest.raises(InputError):
            model.set_params(**wrong).fit(table)
        pd.testing.assert_frame_equal(model.sample(5), rows)
        model.set_params(**QUICK, critic_lr="auto")
    with pytest.raises(InputError, match="'count' was learned, but is not there; change the table, or fit anew"):
        model.fit(table.iloc[:, :2])


def test_without_warm_start_a_fit_begins_anew(table):
    model = WGANGPSynthesizer(**QUICK).fit(table)
    rows = model.sample(5)
    pd.testing.assert_frame_equal(model.fit(table).sample(5), rows)
    assert len(model.history_) == 120


def test_rows_are_held_aside_from_tables_that_are_large_enough(table):
    assert WGANGPSynthesizer(**QUICK).fit(table).history_.n_held_aside == 20
    assert WGANGPSynthesizer(**QUICK).fit(table[:199]).history_.n_held_aside == 0
    assert WGANGPSynthesizer(**QUICK, preset="matlab").fit(table).history_.n_held_aside == 0


def test_held_aside_rows_are_not_trained_on(table, monkeypatch):
    seen = {}
    run = Trainer.run

    def recording_run(self, *tasks, **more):
        seen["learned"], seen["latents"] = self.batches.rows, len(self.monitor.distance.latent)
        return run(self, *tasks, **more)

    monkeypatch.setattr(Trainer, "run", recording_run)
    model = WGANGPSynthesizer(**QUICK).fit(table)
    encoded = torch.from_numpy(model.encoder_.fit_transform(table.to_numpy(float)))
    shown = model.generator_.output.show(encoded)
    assert seen["learned"].shape == (180, shown.shape[1])
    assert set(map(tuple, seen["learned"].numpy())) < set(map(tuple, shown.numpy()))
    assert seen["latents"] == 2000


def test_the_step_and_device_are_noted(model):
    assert (model.history_.step, model.history_.device) == ("ExplicitStep", resolve_device("auto").type)


def history(distances, status="finished", collapsed=(), noise=0.01, held=200) -> History:
    checks = np.column_stack([50.0 * np.arange(1, len(distances) + 1), distances])
    run = History(np.zeros(9), np.zeros(9), checks, 50, status, noise=noise, collapsed=list(collapsed))
    return replace(run, n_held_aside=held)


LEVEL = [0.9, 0.5, 0.4, 0.3, 0.3, 0.3, 0.31, 0.295]


@pytest.mark.parametrize(
    ("given", "conclusion", "advice"),
    [
        (history(LEVEL), "converged", "no more than chance"),
        (history([0.9, 0.5, 0.4, 0.35, 0.3, 0.275, 0.27, 0.27]), "unknown", "cannot be told from 200 held-aside rows"),
        (history(LEVEL, held=199), "unknown", "199 held-aside rows"),
        (history(LEVEL, held=0), "unknown", "cannot be told from rows that were learned"),
        (history(LEVEL[:4]), "still improving", "train longer, with more iterations"),
        (history([0.1, 0.1, 0.1]), "unknown", "more iterations would help"),  # too few checks to tell
        (history(LEVEL[:4], collapsed=[1]), "still improving", "train longer"),
        (history([0.9, 0.5, 0.3, 0.1], status="out of time"), "still improving", "more max_seconds"),
        (history([0.1, 0.2, 0.3, 0.4] * 2, status="no gain"), "converged", ""),
        (history([0.9, 0.5, 0.3, 0.3], collapsed=[2]), "collapsed", "vary far less than real ones in 流量; lower"),
        (history([0.9, 0.5, 0.3, 0.3], status="diverged", collapsed=[2]), "diverged", "lower critic_lr"),
    ],
)
def test_what_is_said_at_the_end(given, conclusion, advice):
    assert given.conclusion == conclusion
    said = describe(given, ["price", "流量"], 10_000, 5)
    assert conclusion == "unknown" or said.startswith(f"{conclusion}: ")
    assert advice in said


def test_of_few_rows_it_is_said_how_many_iterations_they_stand():
    improving = history([0.9, 0.5, 0.3, 0.1])  # 9 iterations, fewer than the least
    for n_critic, wanted in ((5, 94), (1, 469)):
        assert most_iterations(52, n_critic) == wanted
    run = replace(improving, critic_loss=np.zeros(116))
    assert describe(run, ["price"], 60, 5) == (
        "116 iterations, the most that 60 rows can stand without being learned by heart"
    )
    run = replace(improving, critic_loss=np.zeros(5000))
    assert describe(run, ["price"], 100, 5) == "5,000 iterations: from about 250 on 100 rows are learned by heart"
    assert describe(improving, ["price"], 52, 5).startswith("still improving")


def test_of_rows_too_few_for_the_least_iterations_none_are_called_bearable():
    least = choose_iterations(2000, 20, 5)
    run = replace(history([0.9, 0.5, 0.3, 0.1]), critic_loss=np.zeros(least))
    assert describe(run, ["price"], 20, 5) == (
        "100 iterations, the fewest of a fit: from about 22 on 20 rows are learned by heart"
    )


def test_a_short_run_is_still_improving_and_a_long_one_is_not():
    X = np.random.default_rng(0).normal(size=(3000, 3)) @ [[1, 1, 0], [0, 1, 1], [0, 0, 1]]
    settings = dict(random_state=0, sieve=False, hidden=(32, 32))
    slow = WGANGPSynthesizer(**settings, iterations=250, critic_lr=1e-4, generator_lr=1e-4, lr_decay=False).fit(X)
    assert slow.history_.conclusion == "still improving"
    assert WGANGPSynthesizer(**settings, iterations=800).fit(X).history_.conclusion == "converged"
    few = WGANGPSynthesizer(**settings, iterations=800).fit(X[:300])
    assert few.history_.conclusion == "unknown"


def test_a_collapsed_column_is_found(table, monkeypatch):
    real = np.random.default_rng(0).normal(size=(1000, 3))
    assert find_collapsed(real * [1, 0.5, 0.3], real).tolist() == [2]
    monkeypatch.setattr(RowGenerator, "draw", lambda self, *_: np.full((10, 2), 0.5))
    constant = table.assign(count=3)  # a column that does not vary cannot collapse
    model = WGANGPSynthesizer(**QUICK, calibrate=False).fit(constant[["count", "price", "流量"]])
    assert model.history_.collapsed == [2, 3]


def test_patience_and_max_seconds_stop_a_fit(table):
    model = WGANGPSynthesizer(**QUICK | {"iterations": 10**6}, patience=2).fit(table)
    assert model.history_.status == "no gain"
    model = WGANGPSynthesizer(**QUICK | {"iterations": 10**6}, max_seconds=0.2).fit(table)
    assert model.history_.status == "out of time"
    assert len(model.sample(3)) == 3


@pytest.mark.parametrize("largest", [100, 7, 0])
def test_out_of_memory_names_the_batch_that_fits(table, monkeypatch, largest):
    steps = Trainer.steps

    def limited_steps(self):
        if self.batches.uniform.shape[2] > largest:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        steps(self)

    monkeypatch.setattr(Trainer, "steps", limited_steps)
    with pytest.raises(TabganError) as error:
        WGANGPSynthesizer(random_state=0, batch_size=180).fit(table)
    fits = {100: "batch_size=90 fits", 7: "batch_size=5 fits", 0: "not even one row fits"}[largest]
    assert f"batch_size=180 does not; {fits}" in str(error.value)
    assert error.value.exit_code == 1


def test_a_checkpoint_is_no_part_of_a_model(table, path, tmp_path):
    model = WGANGPSynthesizer(**QUICK, checkpoint=path, checkpoint_every="1s").fit(table)
    assert load_bundle(path, kind="checkpoint")["trainer"]["done"] == 120
    assert as_bytes(model, tmp_path) == as_bytes(WGANGPSynthesizer(**QUICK).fit(table), tmp_path)


def test_what_is_no_number_is_null_in_a_summary():
    losses = np.array([1.0, np.inf])
    said = describe_training(History(losses, losses, np.empty((0, 2))), estimates_distance=True)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert (said["distance"], said["critic_loss"], said["wasserstein"]) == (None, 1.0, -1.0)
