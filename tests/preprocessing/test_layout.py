"""Columns of encoded rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabgan.preprocessing.layout import Layout

layouts = st.builds(
    Layout,
    st.integers(0, 4),
    st.lists(st.integers(2, 4), max_size=6).map(sorted).map(tuple),
    st.sampled_from([0, 2, 5]),
)


@given(layouts)
def test_its_parts_cover_each_column_once(layout):
    columns = np.arange(layout.width)
    groups = [columns[group] for group in layout.groups]
    np.testing.assert_array_equal(np.concatenate([columns[layout.numbers], *groups]), columns)
    assert [len(group) for group in groups] == [*layout.drawn, *([layout.n_given] if layout.n_given else [])]
    np.testing.assert_array_equal(columns[layout.one_hot], columns[layout.n_numbers :])
    np.testing.assert_array_equal(columns[layout.given], columns[layout.n_made :])
    assert layout.n_parts == layout.n_numbers + len(groups)


@given(layouts)
def test_runs_are_the_groups_that_are_drawn_by_their_width(layout):
    columns = np.arange(layout.width)
    found = [group for run, shape in layout.runs for group in columns[run].reshape(shape)[0]]
    drawn = layout.groups[: len(layout.drawn)]
    assert [group.tolist() for group in found] == [columns[group].tolist() for group in drawn]
    assert len(layout.runs) == len(set(layout.drawn))


def test_what_is_given_is_joined_to_what_is_made():
    layout = Layout(1, (2,), n_given=2)
    made, given = np.ones((3, layout.n_made), np.float32), np.zeros((3, 2), np.float32)
    rows = layout.join(made, given)
    assert (rows.shape, rows.dtype) == ((3, layout.width), np.float64)
    assert rows[:, layout.given].sum() == 0
    np.testing.assert_array_equal(layout.join(made, None), made)
