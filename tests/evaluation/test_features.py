"""Tables of any origin become equal matrices: kinds, levels, gaps, dates; what does not fit is explained."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabgan import InputError
from tabgan.evaluation.features import GAP, UNSEEN, align

REAL, ROWS = "the real table", "the synthetic table"


def aligned(real: list, rows: list, **told):
    """Align two one-column tables; return the feature, the two columns and the notes."""
    frames = {REAL: pd.DataFrame({"a": real}), ROWS: pd.DataFrame({"a": rows})}
    features, matrices, notes = align(frames, **told)
    return features[0], matrices[REAL][:, 0].tolist(), matrices[ROWS][:, 0].tolist(), [str(note) for note in notes]


def test_numbers_stay_and_gaps_are_nan():
    feature, real, rows, notes = aligned([1.25, 2, None, 4.5] * 5, [0.0, 9.5, np.nan])
    assert (feature.levels, feature.decimals, notes) == (None, 2, [])
    assert real[:2] == [1.25, 2]
    assert np.isnan(real[2])
    assert rows[:2] == [0, 9.5]
    assert np.isnan(rows[2])


@pytest.mark.parametrize("real", [[3, 1, 2], ["3", "1", "2"], [3.0, 1.0, 2.0]])
def test_few_whole_numbers_are_levels_and_others_move_to_the_nearest(real):
    feature, codes, rows, notes = aligned(real, [1.4, 3.0, 99])
    assert (feature.levels, feature.known) == (("1", "2", "3"), 3)
    assert codes == [2, 0, 1]
    assert rows == [0, 2, 2]
    assert notes == [
        "column a: 66.7% of the synthetic values are no value of the real table, and were moved to the nearest one"
    ]


def test_kinds_can_be_told():
    assert aligned([1, 2, 3], [1, 2, 3], continuous=["a"])[0].levels is None
    feature, codes, rows, _ = aligned([10.5, 20, 30] * 9, [20.0, 10.5, 7], categorical=["a"])
    assert feature.levels == ("10.5", "20", "30", UNSEEN)
    assert (codes[:3], rows) == ([0, 1, 2], [1, 0, 3])
    with pytest.raises(InputError, match="kinds must be told of columns, but there is none named b; the columns are a"):
        aligned([1, 2], [1, 2], categorical=["b"])


def test_labels_gaps_and_levels_that_no_real_row_has():
    feature, codes, rows, notes = aligned(["y", "x", None, " x"], ["x", "z", None, "q"])
    assert (feature.levels, feature.known) == (("x", "y", GAP, UNSEEN), 3)
    assert (codes, rows) == ([1, 0, 2, 0], [0, 3, 2, 3])
    assert notes == ["column a: 50.00% of the synthetic rows have a level that no real row has"]
    feature, *_ = aligned(["y", "x"], ["x", None])
    assert (feature.levels, feature.known) == (("x", "y", GAP), 2)


@pytest.mark.parametrize(
    ("real", "rows"),
    [
        ([False, True], [True, False]),
        (pd.Categorical(["u", "v"]), ["v", "u"]),
        (pd.array(["u", "v"], dtype="string"), np.array(["v", "u"], dtype=object)),
        (pd.array([1, 2], dtype="Int64"), [2.0, 1.0]),
    ],
)
def test_the_dtype_does_not_matter(real, rows):
    assert aligned(real, rows)[1:3] == ([0, 1], [1, 0])


def test_dates_are_seconds_in_whatever_form():
    texts = [f"2024-01-{day:02}" for day in range(1, 25)]
    feature, real, rows, _ = aligned(texts, list(pd.to_datetime(texts).as_unit("ms")))
    assert feature.is_date
    assert real == rows
    assert real[1] - real[0] == 86_400
    assert pd.Timestamp(real[0], unit="s") == pd.Timestamp("2024-01-01")


@pytest.mark.parametrize("write", [str, pd.Timedelta.isoformat])
def test_durations_are_compared_with_their_texts(write):
    spans = list(pd.to_timedelta([f"{days} days 02:00:00" for days in range(24)]))
    for texts in ([write(span) for span in spans], [*map(write, spans[1:]), None]):
        feature, real, rows, _ = aligned(spans, texts)
        assert feature.is_clock
        assert real[1] - real[0] == 86_400
        assert rows[0] == real[len(spans) - len([text for text in texts if text])]
    with pytest.raises(InputError, match="the synthetic table cannot be scored: column 'a' must hold d"):
        aligned(spans, ["soon", "later"])


def test_columns_without_values_and_of_too_many_levels_are_left_out_and_said():
    many = [f"id{i}" for i in range(1001)]
    frame = pd.DataFrame({"none": np.nan, "id": many, "x": np.arange(1001.0)})
    features, matrices, notes = align({REAL: frame, ROWS: frame})
    assert [feature.name for feature in features] == ["x"]
    assert matrices[ROWS].shape == (1001, 1)
    assert [str(note) for note in notes] == [
        "column none is left out: it has no values in the real table",
        "column id is left out: it has 1,001 levels in the real table, more than 1,000",
    ]
    with pytest.raises(InputError, match="must have a column that can be scored, but: column none is left out"):
        align({REAL: frame[["none"]], ROWS: frame[["none"]]})


def test_a_column_may_be_missing_from_the_rows_as_values():
    feature, _, rows, _ = aligned([1.5, 2.25, 3.125] * 5, [None, None])
    assert feature.levels is None
    assert np.isnan(rows).all()
    assert aligned(["u", "v"], [None, None])[2] == [2, 2]


@pytest.mark.parametrize(
    ("real", "rows", "message"),
    [
        (
            [1.5, 2.5, 3.5],
            ["x", "y"],
            "the synthetic table cannot be scored: column 'a' must hold numbers, but has 'x'",
        ),
        ([1.5, 2.5, 3.5], [np.inf, 1], "the synthetic table cannot be scored: column 'a' must hold finite values"),
        (
            ["2024-01-31", "2024-02-01"],
            ["soon", "later"],
            "the synthetic table cannot be scored: column 'a' must hold d",
        ),
    ],
)
def test_values_of_another_kind_are_refused(real, rows, message):
    with pytest.raises(InputError, match=message):
        aligned(real, rows)


def test_different_columns_are_shown_as_a_diff():
    with pytest.raises(InputError) as error:
        align({REAL: pd.DataFrame({"a": [1], "b": [1]}), ROWS: pd.DataFrame({"b": [1], "A": [1]})})
    assert str(error.value) == (
        "the synthetic table must have the columns of the real table, but differs in these (- it lacks, + it has "
        "besides): - a, + A; select the same columns of both, or rename them"
    )


cells = st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(-5, 5).map(float))


@given(st.lists(cells, min_size=2), st.lists(cells, min_size=2))
def test_any_numbers_align(real, rows):
    """The rows of the real table come back as they are or as codes that stand for them."""
    if all(value is None for value in real):
        return
    feature, codes, others, _ = aligned(real, rows)
    assert len(others) == len(rows)
    for value, code in zip(real, codes, strict=True):
        if feature.levels is None:
            assert code == value or (value is None and np.isnan(code))
        else:
            assert 0 <= code < feature.known
            level = feature.levels[int(code)]
            assert level == GAP if value is None else float(level) == pytest.approx(value, abs=1e-9)
