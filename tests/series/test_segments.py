"""Tables of series as contiguous segments, and their columns as channels and back."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tabgan.schema import Schema
from tabgan.series.readings import Covariates, Readings
from tabgan.series.segments import Roles, cut


@settings(max_examples=60)
@given(st.lists(st.sets(st.integers(0, 60), min_size=2, max_size=40), min_size=1, max_size=4), st.randoms())
def test_segments_hold_every_row_once_and_none_has_a_gap(entities, random):
    """The entities' rows are interleaved at random; here a run of numbers without a gap is found by hand."""
    rows = [(e, number) for e, numbers in enumerate(entities) for number in sorted(numbers)]
    order = sorted(range(len(rows)), key=lambda i: (rows[i][1], random.random()))
    matrix = np.array([(*rows[i], i) for i in order], float)
    times = pd.Timestamp("2026-01-01") + pd.to_timedelta(matrix[:, 1], "h")
    roles = Roles(time=1, entity=0, label=None, static=(), known=(), channels=(2,))
    names = [f"E{e}" for e in range(len(entities))]
    segments, clock = cut(matrix, roles, pd.DatetimeIndex(times), "h", names)
    expected = []
    for e, numbers in enumerate(entities):
        for number in sorted(numbers):
            if number - 1 in numbers:
                expected[-1][1].append(number)
            else:
                expected.append((e, [number]))
    first = min(number for numbers in entities for number in numbers)
    assert [(s.entity, s.start + first, s.rows[:, 1].tolist()) for s in segments] == [
        (e, numbers[0], numbers) for e, numbers in expected
    ]
    assert sorted(np.concatenate([s.rows[:, 2] for s in segments])) == list(range(len(rows)))
    assert cut(matrix, roles, pd.DatetimeIndex(times), "h", names, clock)[1] is clock


NUMBERS = st.floats(-1e6, 1e6).map(lambda x: round(x, 3)) | st.none()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(NUMBERS, st.sampled_from(["a", "b", "ä", None]), st.booleans()), min_size=6, max_size=40),
    st.integers(2, 4),
)
def test_channels_come_back_as_columns(values, at):
    """Gaps, codes and columns that are equal: what readings make of them is without gaps, and leads back."""
    table = pd.DataFrame(values, columns=["x", "level", "flag"]).astype({"x": float})
    table = pd.concat(
        [table, pd.DataFrame({"x": [1.5, 2.5, np.nan], "level": ["a", "b", None], "flag": [True, False, True]})]
    )
    table = table.assign(twin=table["x"], other=np.arange(len(table)) % 3 + 0.5)
    schema = Schema.learn(table.reset_index(drop=True), None, None)
    matrix = schema.to_matrix(table.reset_index(drop=True))
    roles = Roles.find(schema)
    segments, _ = cut(matrix, roles, None, "auto", [])
    segments = [segments[0]._replace(rows=part) for part in np.split(matrix, [len(matrix) // at])]
    readings = Readings.learn(segments, roles.channels, schema)
    assert readings.twins == ((3, 0),)
    assert {column for column, _ in readings.gaps} == {0, 1}
    for again in (readings, Readings.from_state(readings.get_state())):
        for segment in segments:
            channels = again.forward(segment.rows)
            assert channels.shape == (len(segment.rows), 4 + 2)
            assert not np.isnan(channels).any()
            out = np.zeros_like(segment.rows)
            again.backward(channels, out)
            np.testing.assert_array_equal(out, segment.rows)
    assert readings.grained.tolist() == [False, True, True, False, True, True]


def test_sums_are_kept():
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 60)).round(2)
    table = pd.DataFrame({"sum": a + b, "a": a, "b": b, "c": c, "rest": c - a, "double": 2 * c}).round(2)
    schema = Schema.learn(table, None, None)
    (segment,), _ = cut(schema.to_matrix(table), Roles.find(schema), None, "auto", [])
    readings = Readings.learn([segment], range(6), schema)
    assert dict(readings.sums) == {4: ((1, -1), (3, 1)), 2: ((0, 1), (1, -1))}
    assert readings.columns == (0, 1, 3, 5)
    again = Readings.from_state(readings.get_state())
    assert again == readings
    out = np.zeros_like(segment.rows)
    again.backward(readings.forward(segment.rows), out)
    np.testing.assert_allclose(out, segment.rows, atol=1e-12)


def test_gaps_are_filled_in_along_lines_and_codes_by_the_one_before():
    table = pd.DataFrame(
        {"x": [np.nan, 1, np.nan, np.nan, 4, np.nan], "level": [None, "b", None, "a", None, "b"]}, dtype=object
    ).astype({"x": float})
    schema = Schema.learn(table, None, None)
    (segment,), _ = cut(schema.to_matrix(table), Roles.find(schema), None, "auto", [])
    readings = Readings.learn([segment], (0, 1), schema)
    made = readings.forward(segment.rows)
    np.testing.assert_array_equal(made[:, 0], [1, 1, 2, 3, 4, 4])
    np.testing.assert_array_equal(made[:, 1], [1, 1, 1, 0, 0, 1])
    np.testing.assert_array_equal(made[:, 2], [1, 0, 1, 1, 0, 1])


def test_what_is_known_beside_as_numbers():
    table = pd.DataFrame({"age": [3.0, 7.0, 5.0, 9.0], "kind": ["new", "old", "mid", "old"], "x": [1.0, 2.0, 4.0, 3.5]})
    schema = Schema.learn(table, None, None)
    beside = schema.to_matrix(table)[:, :2]
    covariates = Covariates.learn(beside, (0, 1), schema)
    made = covariates(beside)
    np.testing.assert_allclose(made[:, 0], (table["age"] - 6) / np.sqrt(5))
    np.testing.assert_array_equal(made[:, 1:], pd.get_dummies(table["kind"])[list(schema.columns[1].levels)])
    np.testing.assert_array_equal(Covariates.from_state(covariates.get_state())(beside[None]), made[None])
