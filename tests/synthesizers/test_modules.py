"""WGANGPSynthesizer with the user's own networks, which have running averages, dropout and fixed parts."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from torch import nn

from tabgan import BundleError, InputError, WGANGPSynthesizer, load
from tabgan.gan.trainer import Trainer
from tabgan.persistence import load_bundle
from tabgan.synthesizers.resolve import resolve_settings
from tabgan.synthesizers.tune import find_search_space

N_LATENTS = 6
rng = np.random.default_rng(0)
TABLE = pd.DataFrame({"x": rng.normal(size=150).round(3), "y": rng.normal(size=150), "c": rng.choice(list("abc"), 150)})
WIDTH = 5


def make_generator(n_inputs: int = N_LATENTS, width: int = WIDTH) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        hidden = (nn.Linear(n_inputs, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.LeakyReLU(0.2))
        return nn.Sequential(*hidden, nn.Linear(8, width), nn.Tanh())


def make_critic(width: int = WIDTH, norm: type[nn.Module] = nn.LayerNorm) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(6)
        critic = nn.Sequential(nn.Linear(width, 8), norm(8), nn.Dropout(0.2), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    critic[0].bias.requires_grad_(False)
    return critic


def make_model(**params) -> WGANGPSynthesizer:
    chosen = dict(generator=make_generator(), critic=make_critic(), latent_dim=N_LATENTS, iterations=100)
    chosen |= dict(marginals="minmax", lr_decay=False, sieve=False, batch_size=32, n_critic=2, random_state=1)
    return WGANGPSynthesizer(**chosen | params)


@pytest.fixture(scope="module")
def fitted() -> WGANGPSynthesizer:
    return make_model().fit(TABLE)


def saved(model: WGANGPSynthesizer, path: Path) -> bytes:
    model.save(path)
    return path.read_bytes()


def assert_same_state(one: nn.Module, other: nn.Module) -> None:
    states = one.state_dict(), other.state_dict()
    assert states[0].keys() == states[1].keys()
    for key in states[0]:
        assert torch.equal(states[0][key], states[1][key]), key


def test_the_same_weights_and_seed_give_the_same_file_and_leave_what_was_given(fitted, tmp_path):
    generator, critic = make_generator().eval(), make_critic()
    model = make_model(generator=generator, critic=critic)
    before = torch.get_rng_state()
    again = clone(model).fit(TABLE)
    model.fit(TABLE)
    assert torch.equal(torch.get_rng_state(), before)
    assert_same_state(generator, make_generator())
    assert_same_state(critic, make_critic())
    assert not generator.training
    assert critic.training
    files = [saved(m, tmp_path / "m.tabgan") for m in (fitted, model, again)]
    assert files[0] == files[1] == files[2]


def test_training_begins_with_the_weights_that_are_given(fitted, tmp_path):
    other = make_generator()
    other[0].weight.data.mul_(1.01)
    assert not make_model(generator=other).fit(TABLE).sample(9).equals(fitted.sample(9))
    still = make_model(generator=other, iterations=1, generator_lr=1e-30).fit(TABLE)
    torch.testing.assert_close(still.generator_.module[0].weight, other[0].weight.detach())


def test_running_averages_move_and_fixed_parts_do_not(fitted):
    averages = fitted.generator_.module[1]
    # One batch for each critic step and one for the generator's own, in each of the iterations up to the one kept.
    assert int(averages.num_batches_tracked) == 3 * fitted.history_.best_iteration
    assert torch.equal(fitted.critic_.module[0].bias, make_critic()[0].bias.detach())
    assert not fitted.generator_.training
    assert not fitted.critic_.training
    assert fitted.settings_.ema_decay == 0
    assert (fitted.settings_.frequencies, fitted.settings_.n_projections, fitted.settings_.hidden) == ((), 0, ())


def test_the_generator_is_measured_as_it_will_draw(monkeypatch):
    modes = []
    measure = Trainer.check

    def check(self):
        hook = self.step.generator.module[2].register_forward_hook(lambda module, *_: modes.append(module.training))
        try:
            return measure(self)
        finally:
            hook.remove()
            modes.append("then" if self.step.generator.training else "never")

    monkeypatch.setattr(Trainer, "check", check)
    make_model(iterations=1).fit(TABLE)
    assert modes == [False, "then"]


def test_a_run_that_goes_on_is_the_run_that_never_stopped(fitted, tmp_path):
    path = tmp_path / "m.ckpt"
    make_model(iterations=50, checkpoint=path).fit(TABLE)
    other = make_generator()
    other[0].weight.data.zero_()  # what they begin with does not matter any more
    torch.manual_seed(1234)
    went_on = make_model(generator=other, checkpoint=path, resume=True).fit(TABLE)
    assert saved(went_on, tmp_path / "a.tabgan") == saved(fitted, tmp_path / "b.tabgan")
    with pytest.raises(InputError, match="differ: modules generator"):
        make_model(generator=None, checkpoint=path, resume=True).fit(TABLE)


def test_a_checkpoint_holds_averages_and_fixed_parts(tmp_path):
    make_model(iterations=50, checkpoint=tmp_path / "m.ckpt").fit(TABLE)
    tensors = load_bundle(tmp_path / "m.ckpt", kind="checkpoint")["trainer"]["tensors"]
    assert tensors["generator has module.1.num_batches_tracked"] == 150
    assert "critic has module.0.bias" in tensors


def test_a_model_file_needs_the_modules_again(fitted, tmp_path):
    path = tmp_path / "m.tabgan"
    contents, rows = saved(fitted, path), fitted.sample(200)
    with pytest.raises(
        BundleError, match=r"a Sequential of yours; .*generator=Sequential\(\.\.\.\).* Linear\(in_features=6"
    ):
        load(path)
    mine = make_generator()
    loaded = load(path, generator=mine)
    assert load(path, generator=fitted.generator_.module).sample(200).equals(rows)
    pd.testing.assert_frame_equal(loaded.sample(200), rows)
    assert_same_state(mine, make_generator())
    assert saved(loaded, tmp_path / "again.tabgan") == contents  # the critic, too, whose code is not there
    both = WGANGPSynthesizer.load(path, generator=mine, critic=make_critic())
    assert saved(both, tmp_path / "again.tabgan") == contents
    assert_same_state(both.critic_, fitted.critic_)
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(fitted)).sample(5), rows[:5])


def test_other_modules_than_it_was_trained_with_are_refused(fitted, model, tmp_path):
    fitted.save(tmp_path / "m.tabgan")
    with pytest.raises(InputError, match="the generator must be a module as this model was trained with"):
        load(tmp_path / "m.tabgan", generator=nn.Linear(N_LATENTS, WIDTH))
    with pytest.raises(InputError, match="generator must be None or an instance"):
        load(tmp_path / "m.tabgan", generator=nn.Linear)
    model.save(tmp_path / "ours.tabgan")
    with pytest.raises(InputError, match="the critic of this model is tabgan's own"):
        load(tmp_path / "ours.tabgan", critic=make_critic())


def test_the_command_line_says_what_a_model_file_lacks(fitted, tabgan_command, tmp_path):
    fitted.save(tmp_path / "model.tabgan")
    result = tabgan_command("generate", "-n", 5, "-o", "rows.csv")
    assert result.exit_code == 2
    assert "is a Sequential of yours; in Python, tabgan.load" in result.stderr
    assert tabgan_command("info").exit_code == 0


def test_a_warm_start_goes_on_with_weights_and_averages(fitted):
    model = copy.deepcopy(fitted).set_params(warm_start=True, iterations=50)
    model.fit(TABLE)
    assert len(model.history_) == 150
    # The first 100 kept the generator of an earlier one, with its averages, and the others went on from there.
    done = fitted.history_.best_iteration + model.history_.best_iteration - 100
    assert int(model.generator_.module[1].num_batches_tracked) == 3 * done
    with pytest.raises(InputError, match="latent_dim, hidden and modules"):
        model.set_params(critic=None, frequencies=(), n_projections=0).fit(TABLE)


@pytest.mark.parametrize("own", ["generator", "critic"])
def test_one_network_may_be_ours(own, tmp_path):
    params = {"generator": None, "critic": None, "iterations": 5}
    params[own] = make_generator() if own == "generator" else make_critic()
    model = make_model(**params).fit(TABLE)
    assert (model.settings_.n_projections == 0) == (own == "critic")
    model.save(tmp_path / "m.tabgan")
    again = load(tmp_path / "m.tabgan", **({"generator": make_generator()} if own == "generator" else {}))
    pd.testing.assert_frame_equal(again.sample(20), model.sample(20))


def test_a_label_widens_what_the_generator_takes():
    model = make_model(generator=make_generator(N_LATENTS + 3, 2), label="c", iterations=5).fit(TABLE)
    assert (model.sample(30, conditions={"c": "b"})["c"] == "b").all()
    with pytest.raises(InputError, match=r"shape \(8, 9\).*its input is latent_dim and the label's 3 levels"):
        make_model(label="c").fit(TABLE)


@pytest.mark.parametrize("objective", ["gan", "wgan"])
def test_batch_norm_in_the_critic_is_for_objectives_without_penalty(objective):
    critic = make_critic(norm=nn.BatchNorm1d)
    model = make_model(critic=critic, objective=objective, iterations=5).fit(TABLE)
    assert int(model.critic_.module[1].num_batches_tracked) == 5 * (2 * 2 + 1)
    with pytest.raises(InputError, match="by BatchNorm1d"):
        make_model(critic=critic).fit(TABLE)


def test_what_comes_after_the_networks_works_as_before(small_sieve):
    model = make_model(marginals="quantile", sieve=True, iterations=50).fit(TABLE)
    rows = model.sample(3000)
    assert abs(rows["x"].median() - TABLE["x"].median()) < 0.15
    assert set(rows["c"]) <= set("abc")


def test_settings_of_our_networks_are_refused_or_left_alone():
    with pytest.raises(InputError, match=r"shown plain rows, with frequencies=\(\) and n_projections=0"):
        make_model(frequencies=(1,)).fit(TABLE)
    params = make_model(batch_size="auto").get_params()
    settings = resolve_settings(params, 1000)
    searched = find_search_space(settings, {name: params[name] for name in ("generator", "critic")})
    assert list(searched) == ["batch_size", "n_critic", "gp_weight", "critic_lr"]
