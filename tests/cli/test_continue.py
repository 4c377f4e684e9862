"""fit --continue-from: networks go on with other rows of the same columns, or one line says which column differs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabgan import WGANGPSynthesizer, load

SMALL = dict(iterations=6, hidden=(8,), latent_dim=4, sieve=False, copula=False)


def draw(n: int, seed: int, spread: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {"x": (spread * rng.normal(size=n)).round(3), "hour": rng.integers(0, 24, n), "kind": rng.choice(["a", "b"], n)}
    )


@pytest.fixture(scope="module")
def earlier() -> WGANGPSynthesizer:
    return WGANGPSynthesizer(**SMALL, random_state=1).fit(draw(300, 0))


def go_on(tabgan_command, table: pd.DataFrame, earlier: WGANGPSynthesizer, *options: object):
    earlier.save("model.tabgan")
    table.to_csv("more.csv", index=False)
    return tabgan_command("fit", "more.csv", "--continue-from", "model.tabgan", *options)


def test_it_is_the_warm_start_of_the_library(tabgan_command, earlier):
    more = draw(250, 1, 3.0).assign(other=1)
    before = Path("model.tabgan")
    result = go_on(tabgan_command, more, earlier, "-o", "newer.tabgan", "--critic-lr", 0.001, "--iterations", 5)
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()[:2]
    assert first.startswith("goes on from 6 iterations on 300 rows: networks, kinds and levels stay; ranges,")
    assert first.endswith("learned anew of 250 rows")
    assert second.startswith("wider than before: x (")
    newer = load("newer.tabgan")
    assert (newer.seed_, newer.n_samples_, len(newer.history_)) == (1, 250, 11)
    assert (newer.settings_.hidden, newer.settings_.critic_lr) == ((8,), 0.001)
    library = load(before).set_params(warm_start=True, critic_lr=0.001, iterations=5)
    library.set_params(kinds={"hour": "integer", "kind": "categorical"})
    library.fit(pd.read_csv("more.csv").drop(columns="other"))
    pd.testing.assert_frame_equal(newer.sample(50), library.sample(50))
    assert load("model.tabgan").n_samples_ == 300


def test_the_model_gives_way_only_when_told_so(tabgan_command, earlier):
    result = go_on(tabgan_command, draw(250, 1), earlier)
    assert result.exit_code == 2
    assert "model.tabgan exists and is kept; give another name, or --overwrite to replace it" in result.stderr
    result = go_on(tabgan_command, draw(250, 1), earlier, "--overwrite", "--iterations", 3, "--seed", 9, "--json")
    assert result.exit_code == 0, result.output
    account = json.loads(result.stdout)
    assert (account["seed"], account["rows"]) == (9, 250)
    assert len(load("model.tabgan").history_) == 9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(kind=["z", *t["kind"][1:]]), "but 'kind' has a level 'z', which was not learned; change"),
        (lambda t: t.assign(kind="b"), "but 'kind' was categorical, and is "),
        (lambda t: t.drop(columns="hour"), "--cols names a column 'hour' that is not in the table"),
        (lambda t: t.assign(hour=t["hour"] + 0.5), "an integer column must hold whole numbers, but 'hour' has"),
        (lambda t: t.assign(x=t["x"].where(t["x"] > -1)), "'x' has gaps, or values that repeat, only in one of both"),
    ],
)
def test_a_column_that_differs_is_named(tabgan_command, earlier, change, message):
    result = go_on(tabgan_command, change(draw(250, 1)), earlier, "-o", "newer.tabgan")
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not Path("newer.tabgan").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--hidden", 9),
            "networks, and what they learn, are those of model.tabgan, but --hidden is given; leave",
        ),
        (("--label", "kind"), "but --label is given; leave it out, or fit anew"),
        (("--categorical", "hour"), "columns and their kinds are those of model.tabgan, but --categorical is given"),
        (("--series",), "but time series are learned anew; leave --continue-from out"),
    ],
)
def test_what_networks_are_cannot_be_changed(tabgan_command, earlier, options, message):
    result = go_on(tabgan_command, draw(250, 1), earlier, "-o", "newer.tabgan", *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_where_other_values_repeat_the_critic_begins_anew_and_the_generator_goes_on():
    first, more = draw(300, 0), draw(250, 2)
    for table, scale in ((first, 4.0), (more, 3.0)):
        table["hour"] = (scale * np.random.default_rng(0).normal(size=len(table))).round() / 2
    earlier = WGANGPSynthesizer(**SMALL, random_state=1).fit(first)
    model = load_again(earlier)
    with pytest.warns(UserWarning, match="other values of hour repeat than before, so that the critic begins anew"):
        model.set_params(warm_start=True, iterations=1, generator_lr=1e-12, critic_lr=1e-12).fit(more)
    weights = zip(model.generator_.parameters(), earlier.generator_.parameters(), strict=True)
    assert all((new - old).abs().max() < 1e-6 for new, old in weights)
    assert model.critic_[0].weight.shape != earlier.critic_[0].weight.shape


def load_again(model: WGANGPSynthesizer) -> WGANGPSynthesizer:
    model.save("again.tabgan")
    return load("again.tabgan")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
