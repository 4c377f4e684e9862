"""Rows that are decoded have the real marginals: of numbers, of levels, of gaps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, spearmanr

from tabgan.preprocessing.decoder import Decoder
from tabgan.preprocessing.encoder import TableEncoder
from tabgan.seeds import one_stream

N_REAL, N_DRAWS = 3000, 40_000


def real_rows(seed: int = 0) -> np.ndarray:
    """Numbers of several shapes, two of them with spikes or gaps, and two categories."""
    rng = np.random.default_rng(seed)
    skewed = rng.exponential(size=N_REAL)
    columns = [
        rng.uniform(-3, 5, N_REAL),
        skewed,
        rng.pareto(1.5, N_REAL),
        np.clip(rng.normal(size=N_REAL), -1, 1),  # it piles up at both ends by itself
        np.where(rng.random(N_REAL) < 0.3, 0.0, rng.normal(size=N_REAL)),
        np.where(rng.random(N_REAL) < 0.2, np.nan, rng.normal(size=N_REAL)),
        rng.choice([0.5, 1.0, 7.0], N_REAL, p=[0.6, 0.3, 0.1]),
        rng.choice(4, N_REAL, p=[0.9, 0.06, 0.03, 0.01]),
        np.where(rng.random(N_REAL) < 0.1, np.nan, (skewed > 1).astype(float)),
    ]
    return np.column_stack(columns)


CATEGORICAL, NUMBERS = [7, 8], [0, 1, 2, 3, 4, 5]
REAL = real_rows()


def draw(encoder: TableEncoder, seed: int) -> np.ndarray:
    """What a poor generator draws: numbers that are too narrow and shifted, levels that are far too alike."""
    rng = np.random.default_rng([seed, 9])
    base = rng.normal(size=(N_DRAWS, 1))
    numbers = np.tanh(0.1 + 0.3 * rng.normal(size=(N_DRAWS, encoder.layout.n_numbers)) + 0.2 * base)
    scores = rng.normal(size=(N_DRAWS, encoder.layout.width - encoder.layout.n_numbers)) + 0.5 * base
    return np.hstack([numbers, scores])


@pytest.fixture(scope="module", params=["minmax", "quantile"])
def encoded(request) -> tuple[TableEncoder, np.ndarray]:
    encoder = TableEncoder(request.param)
    return encoder, encoder.fit_pack(REAL, CATEGORICAL)


@pytest.fixture(scope="module")
def decoder(encoded) -> Decoder:
    encoder, Y = encoded
    return Decoder(encoder).fit(draw(encoder, 0), Y, encoder.normalise(REAL))


@pytest.fixture(scope="module")
def made(decoder) -> np.ndarray:
    """Rows of draws that were not calibrated on."""
    return decoder.decode(draw(decoder.encoder, 1), one_stream(np.random.default_rng(0)))


def test_levels_and_gaps_become_as_frequent_as_they_really_are(made, encoded):
    with_slots = [4, 6] if encoded[0].marginals == "quantile" else []
    for column in (*with_slots, 7, 8):
        for value in np.unique(REAL[:, column])[:4]:
            real = np.mean(np.isnan(REAL[:, column]) if np.isnan(value) else REAL[:, column] == value)
            ours = np.mean(np.isnan(made[:, column]) if np.isnan(value) else made[:, column] == value)
            if real > 1.5 / N_REAL:  # a spike, not a value of the continuous rest
                assert ours == pytest.approx(real, abs=0.006), (column, value)
    assert np.isnan(made).mean(axis=0) == pytest.approx(np.isnan(REAL).mean(axis=0), abs=0.006)
    uncalibrated = Decoder(encoded[0]).decode(draw(encoded[0], 1), one_stream(np.random.default_rng(0)))
    assert np.mean(uncalibrated[:, 7] == 0) < 0.5  # where it was 0.9


def test_numbers_get_the_real_marginals(made):
    for column in NUMBERS:
        ours, real = (x[~np.isnan(x)] for x in (made[:, column], REAL[:, column]))
        assert ks_2samp(ours, real).statistic < 0.015, column


def test_nothing_lies_outside_the_observed_range(made, decoder):
    assert (np.nanmin(made, axis=0) >= np.nanmin(REAL, axis=0)).all()
    assert (np.nanmax(made, axis=0) <= np.nanmax(REAL, axis=0)).all()
    extreme = draw(decoder.encoder, 2)[:8]
    extreme[::2, : decoder.encoder.layout.n_numbers], extreme[1::2, : decoder.encoder.layout.n_numbers] = -1, 1
    rows = decoder.decode(extreme, one_stream(np.random.default_rng(0)))
    assert (np.nanmin(rows, axis=0) >= np.nanmin(REAL, axis=0)).all()
    assert (np.nanmax(rows, axis=0) <= np.nanmax(REAL, axis=0)).all()


def test_nothing_piles_up_at_the_ends(made):
    for column in NUMBERS:
        real, ours = REAL[:, column], made[:, column]
        near = 0.001 * (np.nanmax(real) - np.nanmin(real))
        for sign in (1, -1):
            end = np.nanmax(sign * real)
            p, q = np.mean(sign * real > end - near), np.mean(sign * ours > end - near)
            assert q <= p + 3 * np.sqrt(p / N_REAL) + 3 * np.sqrt(p / N_DRAWS), (column, sign)


def test_continuous_values_are_not_copies(made):
    for column in (0, 1, 2, 5):
        assert np.isin(made[:, column], REAL[:, column][~np.isnan(REAL[:, column])]).mean() < 0.01


def test_ranks_keep_their_order(made, decoder):
    numbers = draw(decoder.encoder, 1)[:, :3]
    np.testing.assert_allclose(spearmanr(made[:, :3]).statistic, spearmanr(numbers).statistic, atol=1e-6)


def test_each_row_is_decoded_by_itself(decoder):
    """In the order of its values a column is only looked up faster."""
    draws = draw(decoder.encoder, 3)[:50]
    together = decoder.decode(draws, one_stream(np.random.default_rng(0)))
    alone = np.vstack([decoder.decode(row[None], one_stream(np.random.default_rng(0))) for row in draws])
    np.testing.assert_array_equal(together, alone)  # no column here has rare levels, which are drawn


def test_the_state_gives_the_same_rows(decoder):
    again = Decoder.from_state(decoder.encoder, decoder.get_state())
    draws = draw(decoder.encoder, 4)[:100]
    rows = [d.decode(draws, one_stream(np.random.default_rng(1))) for d in (decoder, again)]
    np.testing.assert_array_equal(*rows)


@pytest.mark.parametrize("columns", [CATEGORICAL, [0, 1, 2]], ids=["categories", "numbers"])
def test_tables_of_one_kind_are_decoded(columns):
    real = REAL[:, columns]
    encoder = TableEncoder()
    Y = encoder.fit_pack(real, [0, 1] if columns == CATEGORICAL else [])
    decoder = Decoder(encoder).fit(draw(encoder, 0), Y, encoder.normalise(real))
    rows = decoder.decode(draw(encoder, 1), one_stream(np.random.default_rng(0)))
    assert rows.shape == (N_DRAWS, len(columns))
    np.testing.assert_allclose(np.nanmean(rows, axis=0), np.nanmean(real, axis=0), rtol=0.1)


def test_a_label_that_is_given_is_not_touched():
    label = REAL[:, [7, 0]]
    encoder = TableEncoder(label=0)
    Y = encoder.fit_pack(label, [0])
    draws = draw(encoder, 0)
    codes = np.random.default_rng(0).integers(0, 4, N_DRAWS)
    draws[:, 1:] = np.eye(4)[codes]  # each level a quarter, not as in the real rows
    rows = Decoder(encoder).fit(draws, Y, encoder.normalise(label)).decode(draws, one_stream(np.random.default_rng(0)))
    np.testing.assert_array_equal(rows[:, 0], codes)


def test_components_are_calibrated_column_by_column():
    rng = np.random.default_rng(0)
    real = rng.exponential(size=(N_REAL, 3)) @ rng.normal(size=(3, 3))
    encoder = TableEncoder("minmax", pca=2)
    Y = encoder.fit_pack(real)
    decoder = Decoder(encoder).fit(draw(encoder, 0), Y, encoder.normalise(real))
    rows = decoder.decode(draw(encoder, 1), one_stream(np.random.default_rng(0)))
    for column in range(3):
        assert ks_2samp(rows[:, column], real[:, column]).statistic < 0.015
