"""Whether a GAN beats a vine copula: planted both ways, and when that cannot be told."""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, WGANGPSynthesizer
from tabgan.evaluation import likelihood
from tabgan.evaluation.likelihood import TREES, log_ratio
from tabgan.synthesizers import rival
from tabgan.synthesizers.rival import Rival, compare_with_vine

pytestmark = pytest.mark.usefixtures("small_sieve")


@pytest.fixture(autouse=True)
def all_trees(small_sieve, monkeypatch):
    """The ratio that is tested here is the usual one."""
    monkeypatch.setattr(likelihood, "TREES", TREES)


@pytest.fixture
def library():
    return pytest.importorskip("pyvinecopulib")


def tied(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(rng.normal(size=(n, 4)) @ rng.normal(size=(4, 4)), columns=list("abcd"))


def gain_of(first, second, seed: int) -> tuple[float, float]:
    rows = np.random.default_rng(seed).normal(size=(500, 2))
    gains = log_ratio(first, second, rows)
    return gains.mean(), gains.std(ddof=1) / np.sqrt(500)


def test_the_ratio_finds_the_nearer_one_and_neither_when_they_are_alike():
    rng = np.random.default_rng(1)
    draws = {mean: rng.normal(mean, size=(rival.N_GENERATED, 2)) for mean in (0, 0.5)}
    mean, error = gain_of(draws[0.5], draws[0], 0)
    assert mean == pytest.approx(0.25, abs=3 * error)  # two columns, each half of .5 squared
    assert gain_of(draws[0], draws[0.5], 0)[0] == pytest.approx(-mean, abs=1e-9)
    alike = [gain_of(*(rng.normal(size=(rival.N_GENERATED, 2)) for _ in "ab"), seed) for seed in range(10)]
    assert np.mean([abs(mean) > rival.CLEAR * error for mean, error in alike]) <= 0.2


def test_a_gan_that_has_hardly_been_trained_does_not_beat_a_vine(library):
    table = tied(600)
    model = WGANGPSynthesizer(iterations=10, sieve=False, copula=False, random_state=0).fit(table)
    found = compare_with_vine(model, table)
    assert (found.n_held, found.nearer) == (60, "vine")
    assert found.describe().startswith("rival: does not beat a vine copula, which is nearer to real rows by ")


def test_a_gan_is_nearer_where_the_vine_knows_nothing(library, monkeypatch):
    table = tied(600)
    model = WGANGPSynthesizer(iterations=300, sieve=False, random_state=0).fit(table)
    draw = rival.VineRows.draw
    shuffle = np.random.default_rng(0).permuted
    monkeypatch.setattr(rival.VineRows, "draw", lambda *given: shuffle(draw(*given), axis=0))
    monkeypatch.setattr(rival.VineRows, "make", rival.VineRows.draw)
    found = compare_with_vine(model, table)
    assert found.nearer == "gan"
    assert "nearer to real rows than a vine copula, by" in found.describe()


def test_rules_are_kept_by_both(library, monkeypatch):
    """Else the detector would tell the two by the rules alone."""
    table = tied(300)
    table = table[table["a"] * 1.0 <= table["b"] + 3].reset_index(drop=True)
    seen = []
    monkeypatch.setattr(rival, "log_ratio", lambda *given: seen.extend(given[:2]) or np.zeros(len(given[2])))
    model = WGANGPSynthesizer(iterations=5, sieve=False, constraints="a <= b + 3", random_state=0).fit(table)
    compare_with_vine(model, table)
    assert len(seen[0]) == len(seen[1]) == rival.N_GENERATED
    assert all((rows[:, 0] <= rows[:, 1] + 3).all() for rows in seen)


def test_few_rows_cannot_tell(library, table):
    model = WGANGPSynthesizer(iterations=5, sieve=False, held_aside=0.05, random_state=0).fit(table)
    found = compare_with_vine(model, table)
    assert (found.n_held, found.gain, found.nearer) == (10, None, None)
    assert "10 rows were held aside and 20 are needed; set held_aside=0.2" in found.describe()
    words = Rival(40, 0.1, 0.2).describe()
    assert (
        words
        == "rival: cannot tell whether it beats a vine copula (+0.10 nats a row, error 0.20, on 40 held-aside rows)"
    )
    with pytest.raises(InputError, match="of 200 rows, but has 150"):
        compare_with_vine(model, table.head(150))


def test_the_command_says_it(library, tabgan_command, table):
    table.to_csv("data.csv", index=False)
    quick = ("--iterations", 5, "--no-sieve", "--seed", 0, "--overwrite")
    assert "rival: " in tabgan_command("fit", "data.csv", "--rival", *quick).stdout
    found = json.loads(tabgan_command("fit", "data.csv", "--rival", "--json", *quick).stdout)["rival"]
    assert found.keys() == {"n_held", "gain", "error", "nearer"}
    assert found["n_held"] == 20
    assert json.loads(tabgan_command("fit", "data.csv", "--json", *quick).stdout)["rival"] is None


def test_the_command_asks_for_what_it_needs_before_the_work(tabgan_command, table, monkeypatch):
    table.to_csv("data.csv", index=False)
    assert "--rival is for tables" in tabgan_command("fit", "data.csv", "--series", "--rival").stderr
    monkeypatch.setitem(sys.modules, "pyvinecopulib", None)
    result = tabgan_command("fit", "data.csv", "--rival")
    assert result.exit_code == 2
    assert "pip install 'tabgan-wgangp[vine]'" in result.stderr


def test_what_fails_afterwards_leaves_the_model(library, tabgan_command, table, monkeypatch):
    table.to_csv("data.csv", index=False)
    monkeypatch.setattr(rival, "compare_with_vine", lambda *given: 1 / 0)
    result = tabgan_command("fit", "data.csv", "--rival", "--iterations", 5, "--no-sieve")
    assert result.exit_code == 0
    assert "is kept, but it is not compared with a vine copula" in result.stderr
    assert "rival: " not in result.stdout
