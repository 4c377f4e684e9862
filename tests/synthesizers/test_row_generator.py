"""From a seed to rows: labels that are given, and rows that are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tabgan import WGANGPSynthesizer, evaluate
from tabgan.gan.perceptron import PIECE
from tabgan.preprocessing.constraints import Constraints
from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.preprocessing.sieve import Sieve
from tabgan.schema import Schema
from tabgan.seeds import Purpose, Use
from tabgan.synthesizers.blocks import BLOCK_ROWS
from tabgan.synthesizers.networks import NO_MEMBERS, build_networks, draw_from
from tabgan.synthesizers.resolve import resolve_settings
from tabgan.synthesizers.row_generator import RowGenerator
from tabgan.synthesizers.training import hold_aside
from tests.latents import from_latents

SHARES = [0.7, 0.2, 0.1]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """The label decides where the number lies; dates and a whole number of few values stand beside."""
    rng = np.random.default_rng(0)
    codes = rng.choice(3, 1000, p=SHARES)
    return pd.DataFrame(
        {
            "label": np.array(["a", "b", "c"])[codes],
            "x": codes + 0.1 * rng.normal(size=1000),
            "whole": rng.poisson(40, 1000),
            "day": pd.Timestamp("2024-01-31") + pd.to_timedelta(rng.integers(0, 900, 1000), "D"),
        }
    )


def make_maker(table: pd.DataFrame, label: int | None) -> RowGenerator:
    """A generator that has learned nothing, calibrated."""
    schema = Schema.learn(table)
    X = schema.to_matrix(table)
    encoder = TableEncoder(label=label)
    packed = encoder.fit_pack(X, schema.categorical)
    settings = resolve_settings(WGANGPSynthesizer(hidden=(8,), latent_dim=4).get_params(), len(X))
    generator, _ = build_networks(encoder, settings, seed=0)
    maker = RowGenerator(draw_from(generator, NO_MEMBERS), Decoder(encoder), schema, Constraints([], schema))
    maker.decoder.fit(maker.draw(0, Use.CALIBRATE, 0), packed, encoder.normalise(X))
    return maker


@pytest.fixture(scope="module")
def maker(table) -> RowGenerator:
    return make_maker(table, label=None)


@pytest.fixture(scope="module")
def conditional(table) -> RowGenerator:
    return make_maker(table, label=0)


@pytest.fixture(scope="module")
def sifting(table, small_sieve) -> RowGenerator:
    maker = make_maker(table, label=0)
    rng = np.random.default_rng(0)
    maker.sieve = Sieve().fit(maker.schema.to_matrix(table), lambda block: maker.candidates(0, Use.SIEVE, block), rng)
    return maker


def test_labels_that_are_given_come_back(conditional):
    labels = np.random.default_rng(0).integers(0, 3, BLOCK_ROWS)
    np.testing.assert_array_equal(conditional.make(5, 0, labels)[:, 0], labels)
    assert (conditional.make(5, 0, np.full(BLOCK_ROWS, 2))[:, 0] == 2).all()


@pytest.mark.parametrize("kind", ["maker", "conditional"])
def test_labels_that_are_not_given_are_as_frequent_as_they_really_are(kind, request, table):
    made = request.getfixturevalue(kind).make(5, 0)[:, 0]
    real = table["label"].value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(np.bincount(made.astype(int)) / len(made), real, atol=0.012)


def test_labels_and_the_rest_of_a_row_are_drawn_apart(conditional):
    """Given the same labels, another block has other rows; where none are given, other labels, too."""
    labels = np.zeros(BLOCK_ROWS, int)
    first, second = (conditional.draw(5, Use.SAMPLE, block, labels) for block in (0, 1))
    assert abs(np.corrcoef(first[:, 0], second[:, 0])[0, 1]) < 0.05
    drawn = [conditional.draw(5, Use.SAMPLE, block)[:, -3:] for block in (0, 1)]
    assert not np.array_equal(*drawn)


@pytest.mark.parametrize("kind", ["maker", "conditional", "sifting"])
def test_the_same_seed_and_block_give_the_same_rows_and_no_others_do(kind, request):
    maker = request.getfixturevalue(kind)
    rows = maker.make(5, 3)
    np.testing.assert_array_equal(maker.make(5, 3), rows)
    for other in (maker.make(5, 4), maker.make(6, 3)):
        assert not np.array_equal(other[:50], rows[:50])


def test_without_a_sieve_all_candidates_come_with_one_some(sifting):
    rows = sifting.candidates(5, Use.SAMPLE, 0)
    assert len(rows) == BLOCK_ROWS
    np.testing.assert_array_equal(replace(sifting, sieve=None).make(5, 0), rows)
    kept = sifting.make(5, 0)
    assert 0 < len(kept) < BLOCK_ROWS
    assert len(kept) / BLOCK_ROWS == pytest.approx(sifting.sieve.acceptance_, abs=0.1)
    found = iter(map(tuple, rows))
    assert all(any(row == other for other in found) for row in map(tuple, kept))  # a part of them, in their order


def test_candidates_are_the_rows_that_come_back(maker):
    """A sieve sees what people see: rounded numbers, whole days."""
    rows = maker.candidates(5, Use.SAMPLE, 0)
    np.testing.assert_array_equal(maker.schema.to_matrix(maker.schema.restore(rows)), rows)
    assert (rows[:, 3] == np.round(rows[:, 3])).all()


@pytest.mark.parametrize("kind", ["maker", "conditional"])
def test_latents_that_are_given_make_the_candidates_of_a_block(kind, request):
    """The block's own latents, drawn once more in its order; a digit may turn over."""
    maker = request.getfixturevalue(kind)
    labels = np.random.default_rng(0).integers(0, 3, BLOCK_ROWS) if kind == "conditional" else None
    rows = maker.candidates(5, Use.SAMPLE, 0, labels)
    draws, layout = np.random.default_rng([5, Use.SAMPLE, 0, Purpose.LATENTS]), maker.decoder.encoder.layout
    sizes = (maker.draws.perceptrons[0].n_inputs - layout.n_given, layout.n_levels)
    pieces = [
        np.vstack([draws.standard_normal((n, PIECE), np.float32) for n in sizes]) for _ in range(BLOCK_ROWS // PIECE)
    ]
    latents = np.hstack(pieces).T
    for precision in (np.float32, np.float64):
        again = from_latents(maker, latents.astype(precision), labels)
        assert np.isclose(again, rows, rtol=1e-4).mean() > 0.999


@pytest.fixture(scope="module")
def designed() -> pd.DataFrame:
    """An experiment: few settings, a label, a gap here and there, and a whole number; combinations repeat."""
    rng = np.random.default_rng(0)
    size = rng.choice([0.0, 2.5, 5.0, 10.25], 300)
    return pd.DataFrame(
        {
            "size": np.where(rng.random(300) < 0.05, np.nan, size),
            "speed": rng.choice([31.7, 39.6], 300),
            "kind": rng.choice(["a", "b", None], 300),
            "count": rng.choice([1, 2, 5], 300),
        }
    )


def split_as_fit(model: WGANGPSynthesizer, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    held = hold_aside(len(table), model.settings_.held_aside, model.seed_)
    return table[~held], table[held]


def test_copies_are_an_exact_count_of_equal_rows_as_they_come_back(designed):
    model = WGANGPSynthesizer(iterations=20, hidden=(8,), sieve=False, held_aside=0.2, random_state=0).fit(designed)
    learned, held = split_as_fit(model, designed)

    def share(rows: pd.DataFrame) -> float:
        marked = rows.merge(learned.drop_duplicates(), how="left", on=list(learned), indicator=True)
        return (marked["_merge"] == "both").mean()

    assert model.memorisation_.copies == share(model.sample(len(learned), random_state=0))
    assert model.memorisation_.natural_copies == share(held)
    assert 0.2 < model.memorisation_.natural_copies < 1


def test_a_table_learned_by_heart_is_reported_as_copies(designed, monkeypatch):
    """In the encoder's space repeated values were spread at random: true copies were 0.0%."""
    model = WGANGPSynthesizer(iterations=3, hidden=(8,), sieve=False, random_state=0).fit(designed)
    rows = model.row_generator_
    matrix = model.schema_.to_matrix(designed)
    monkeypatch.setattr(rows, "make", lambda seed, block: matrix)
    assert rows.compare(matrix, matrix[:0], 0).copies == 1


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("which", ["table", "designed"])
def test_the_ratio_of_a_fit_is_that_of_the_evaluator_on_the_same_rows(which, seed, request):
    table = request.getfixturevalue(which)
    model = WGANGPSynthesizer(iterations=40, hidden=(8,), sieve=False, held_aside=0.3, random_state=seed).fit(table)
    learned, held = split_as_fit(model, table)
    rows = model.sample(len(learned), random_state=seed + 10)
    found = evaluate(learned, rows, held, only=["privacy"]).scores["closeness"]
    assert model.memorisation_.ratio == pytest.approx(found.value, abs=0.1)
    assert model.memorisation_.noise == pytest.approx(found.spread, rel=0.6)


@pytest.mark.filterwarnings("ignore:rows come closer")  # what lies on a line between even steps does
@pytest.mark.parametrize("n", [4, 5, 20])
def test_batches_in_which_a_column_has_only_gaps_are_compared(n):
    table = pd.DataFrame({"a": np.arange(n) + 0.5, "b": np.where(np.arange(n) < 2, np.arange(n) / 7, np.nan)})
    model = WGANGPSynthesizer(iterations=3, hidden=(4,), sieve=False, random_state=0).fit(table)
    assert np.isfinite(model.row_generator_.decoder.encoder.transform(np.array([[1.5, np.nan]]))).all()
    assert model.memorisation_ is not None
    assert np.isfinite(model.memorisation_.ratio)


def test_a_share_that_was_not_seen_does_not_lose_the_model():
    """Each share has a slot, and generated rows have others."""
    rng = np.random.default_rng(0)
    sold = rng.binomial(4, 0.5, 300)
    table = pd.DataFrame({"sold": sold, "ordered": sold + rng.choice([0, 1, 2], 300, p=[0.6, 0.3, 0.1])})
    model = WGANGPSynthesizer(iterations=20, sieve=False, random_state=0, constraints="sold <= ordered").fit(table)
    assert model.memorisation_ is not None
    rows = model.sample(500)
    assert (rows["sold"] <= rows["ordered"]).all()
