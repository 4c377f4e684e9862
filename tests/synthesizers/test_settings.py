"""Presets, objectives' defaults, rules."""

from __future__ import annotations

import numpy as np
import pytest

from tabgan import InputError, TabganWarning, WGANGPSynthesizer
from tabgan.gan.objectives import WGANGP, WGANClip
from tabgan.settings import PRESETS
from tabgan.synthesizers.resolve import count_held_aside, resolve_settings


def resolve(n_samples: int = 500, **params):
    return resolve_settings(WGANGPSynthesizer(**params).get_params(), n_samples)


def test_auto_is_the_balanced_preset():
    assert resolve() == resolve(preset="balanced")
    assert resolve().marginals == "quantile"
    assert resolve().calibrate is True
    assert resolve().sieve is True


def test_the_matlab_preset_is_the_original_program():
    settings = resolve(preset="matlab")
    assert (settings.marginals, settings.calibrate, settings.batch_size) == ("minmax", False, 500)
    assert (settings.n_critic, settings.gp_weight, settings.objective) == (5, 10.0, "wgan-gp")
    assert (settings.lr_decay, settings.ema_decay) == (False, 0.0)
    assert (settings.frequencies, settings.n_projections, settings.pca, settings.sieve) == ((), 0, None, False)


def test_an_objective_brings_the_defaults_of_its_paper():
    clipped, vanilla = resolve(objective="wgan"), resolve(objective="gan")
    assert (clipped.n_critic, clipped.critic_lr, clipped.generator_lr) == (5, 5e-5, 5e-5)
    assert (vanilla.n_critic, vanilla.critic_lr, vanilla.generator_lr) == (1, 1e-4, 1e-4)


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_given_wins(preset):
    given = dict(
        iterations=7,
        batch_size=9,
        n_critic=2,
        gp_weight=3,
        critic_lr=1e-2,
        betas=[0.1, 0.2],
        hidden=[5],
        frequencies=[3],
        n_projections=0,
        pca=0.9,
        calibrate=False,
        sieve=True,
    )
    settings = resolve(preset=preset, objective="gan", **given)
    assert (settings.iterations, settings.batch_size, settings.n_critic, settings.gp_weight) == (7, 9, 2, 3)
    assert (settings.critic_lr, settings.betas, settings.hidden, settings.calibrate) == (1e-2, (0.1, 0.2), (5,), False)
    assert (settings.frequencies, settings.n_projections, settings.pca, settings.sieve) == ((3,), 0, 0.9, True)


def test_a_batch_is_at_most_the_rows_there_are_to_learn(recwarn):
    assert resolve(n_samples=50, batch_size=None).batch_size == 50
    assert resolve(n_samples=50).batch_size == 50  # a preset's size adapts without a word
    assert resolve(n_samples=1000, batch_size=None).batch_size == 900  # the others are held aside
    assert resolve(n_samples=1000, batch_size=900).batch_size == 900
    assert not recwarn.list
    with pytest.warns(TabganWarning, match="at most the 50 rows there are to learn from, so batch_size 64 becomes 50"):
        assert resolve(n_samples=50, batch_size=64).batch_size == 50


@pytest.mark.parametrize("cores", [1, 2, 64, None])
def test_the_number_of_threads_goes_by_the_size_of_the_products(monkeypatch, cores):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    several = 2 if cores and cores > 1 else 1
    assert resolve().threads == 1
    assert resolve(n_samples=5000, batch_size=500, hidden=(256, 256)).threads == several
    assert resolve(n_samples=5000, batch_size=2047).threads == several
    assert resolve(n_samples=5000, batch_size=2048).threads == 1  # the cores are for processes
    assert resolve(n_samples=5000, batch_size=None, threads=5).threads == 5


def test_of_small_tables_nothing_is_held_aside():
    assert resolve(n_samples=199, held_aside=0.5).held_aside == 0
    assert resolve(n_samples=200).held_aside == 0.1
    assert resolve(n_samples=200, preset="matlab").held_aside == 0
    assert [count_held_aside(share, 205) for share in (0.0, 0.1, 0.5)] == [0, 20, 102]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iterations", 0),
        ("iterations", 1.5),
        ("iterations", True),
        ("batch_size", 0),
        ("n_critic", 0),
        ("n_critic", "five"),
        ("gp_weight", -1),
        ("gp_weight", float("nan")),
        ("latent_dim", 0),
        ("hidden", ()),
        ("hidden", (0,)),
        ("hidden", 128),
        ("critic_lr", 0),
        ("generator_lr", -1e-3),
        ("generator_lr", float("inf")),
        ("betas", (0.5, 1.0)),
        ("betas", 0.5),
        ("pca", "auto"),
        ("pca", 0),
        ("pca", 1.5),
        ("pca", True),
        ("smooth", 3),
        ("denoise", 4),
        ("frequencies", (0,)),
        ("frequencies", 4),
        ("n_projections", -1),
        ("n_projections", 1.5),
        ("sieve", 1),
        ("marginals", "log"),
        ("calibrate", "yes"),
        ("lr_decay", 1),
        ("ema_decay", 1.0),
        ("gp_share", 0),
        ("gp_share", 1.5),
        ("held_aside", 0.6),
        ("held_aside", -0.1),
        ("patience", 0),
        ("patience", 1.5),
        ("max_seconds", 0),
        ("max_seconds", float("nan")),
        ("threads", 0),
        ("threads", None),
        ("threads", "many"),
    ],
)
def test_a_broken_rule_names_rule_value_and_remedy(name, value):
    with pytest.raises(InputError) as error:
        resolve(**{name: value})
    assert str(error.value).startswith(f"{name} must be ")
    assert f"but is {value!r}; leave a setting out to get the preset's" in str(error.value)


@pytest.mark.parametrize("objective", ["no such", "auto", ["gan"], None, WGANGP])
def test_an_objective_is_one_that_is_registered_or_a_value(objective):
    with pytest.raises(InputError, match=r"objective must be one of wgan-gp, wgan, gan.*, or a value .*, but is "):
        resolve(objective=objective)


def test_the_settings_of_a_value_are_its_own():
    settings = resolve(objective=WGANGP(gp_weight=1.0, gp_share=0.5))
    assert (settings.gp_weight, settings.gp_share) == (1.0, 0.5)
    assert settings.objective == "WGANGP(gp_weight=1.0, gp_share=0.5)"
    assert resolve(objective=WGANGP(1.0), gp_weight=1.0).gp_weight == 1
    with pytest.raises(InputError, match=r"gp_weight must be said once, but is 2.0 beside objective=WGANGP"):
        resolve(objective=WGANGP(1.0), gp_weight=2.0)
    assert resolve(objective=WGANClip(clip=0.1)).critic_lr == resolve(objective="wgan").critic_lr == 5e-5


def test_all_broken_rules_are_named_at_once():
    with pytest.raises(InputError, match=r"n_critic must .*; critic_lr must "):
        resolve(n_critic=0, critic_lr=0)
    for preset in ("better", "", ["fast"]):
        with pytest.raises(InputError, match=r"preset must be one of matlab, fast, balanced, best, but is "):
            resolve(preset=preset)


def test_numpy_numbers_are_numbers():
    assert resolve(iterations=np.int64(3), gp_weight=np.float32(0.5), hidden=np.array([4, 5]).tolist()).iterations == 3


@pytest.mark.parametrize(("n_samples", "batch_size", "iterations"), [(10_000, 256, 3000), (3000, 128, 6000)])
def test_presets_count_rows_drawn(n_samples, batch_size, iterations):
    settings = resolve(n_samples=n_samples)
    assert (settings.batch_size, settings.iterations) == (batch_size, iterations)


@pytest.mark.parametrize("n_samples", [50, 150, 500])
def test_no_row_of_a_small_table_is_drawn_more_than_5000_times(n_samples):
    for preset in ("fast", "balanced", "best"):
        settings = resolve(n_samples=n_samples, preset=preset)
        n_learned = n_samples - int(settings.held_aside * n_samples)
        assert settings.iterations * settings.batch_size * settings.n_critic <= 5000 * n_learned
    assert resolve(n_samples=n_samples, iterations=6000).iterations == 6000
