"""Tables in parts that are no files: datasets of pyarrow and Ray, and frames that come one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pytest

from tabgan import InputError, TabganWarning, WGANGPSynthesizer, evaluate
from tabgan.schema.known import KNOWN
from tabgan.schema.texts.reading import Reading
from tabgan.tables.intake import open_table
from tabgan.tables.scan.draw import draw_rows
from tabgan.tables.scan.frames import open_parts


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.normal(size=600), "k": rng.integers(0, 5, 600), "c": rng.choice(["a", "b"], 600)})
    frame["t"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 500, 600), "h")
    return frame.assign(g=pd.Categorical(frame["c"]), spelt=frame["k"].map("{:03}".format))


class Dataset:
    """A dataset as that of Ray is used, whose blocks come in their order if that is asked for."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.context = SimpleNamespace(execution_options=SimpleNamespace(preserve_order=False))

    def iter_batches(self, *, batch_size: None, batch_format: str) -> Iterator[pa.Table]:
        assert batch_format == "pyarrow"
        starts = range(0, len(self.frame), 250)
        for start in starts if self.context.execution_options.preserve_order else reversed(starts):
            yield pa.Table.from_pandas(self.frame.iloc[start : start + 250], preserve_index=False)


Dataset.__module__ = "ray.data.dataset"


def cut(frame: pd.DataFrame, size: int = 100) -> Iterator[pd.DataFrame]:
    return (frame.iloc[start : start + size] for start in range(0, len(frame), size))


def test_whatever_yields_parts_is_the_table_that_they_make(frame, tmp_path):
    frame.iloc[:350].to_parquet(tmp_path / "a.parquet")
    frame.iloc[350:].to_parquet(tmp_path / "b.parquet")
    files = pyarrow.dataset.dataset([tmp_path / "b.parquet", tmp_path / "a.parquet"])
    of_ray = Dataset(frame)
    for parts in (cut(frame), pyarrow.dataset.dataset(pa.Table.from_pandas(frame)), files, tmp_path, of_ray):
        table, container = open_table(parts)
        pd.testing.assert_frame_equal(table, frame, check_index_type=False)
        assert container == "frame"
    assert not of_ray.context.execution_options.preserve_order


def test_a_fit_of_parts_is_that_of_the_whole_and_is_given_back_alike(frame, tmp_path):
    polars = pytest.importorskip("polars")
    whole = polars.from_pandas(frame[["x", "c"]])
    for i, X in enumerate((whole, whole.iter_slices(70))):
        model = WGANGPSynthesizer(iterations=3, preset="fast", random_state=0).fit(X)
        model.save(tmp_path / f"{i}.tabgan")
    assert isinstance(model.sample(3), polars.DataFrame)
    assert (tmp_path / "0.tabgan").read_bytes() == (tmp_path / "1.tabgan").read_bytes()


def test_the_rows_that_are_drawn_stand_where_a_hash_says(frame):
    parts = open_parts(cut(frame, 200))
    assert parts is not None
    drawn = draw_rows(parts, Reading(), learn_rows=50)
    assert (len(drawn), drawn.attrs[KNOWN].describe()) == (50, "the iterator: 600 rows in 3 parts; 50 of them")
    places = frame.reset_index().merge(drawn, how="inner")["index"].to_numpy()
    assert (np.diff(places) > 0).all()
    assert np.bincount(places // 200).min() > 5


def test_a_table_in_memory_is_learned_by_some_of_its_rows_too(frame):
    X, y = frame[["x", "k"]].to_numpy(), frame["c"]
    with pytest.warns(TabganWarning, match="600 rows in 1 part; 99 of them are learned .learn_rows.: a fit draws"):
        model = WGANGPSynthesizer(iterations=3, preset="fast", random_state=0, learn_rows=99).fit(frame[["x", "k"]], y)
    assert (model.n_samples_, model.schema_.columns[0].type.range) == (99, (frame["x"].min(), frame["x"].max()))
    with pytest.warns(TabganWarning):
        model = WGANGPSynthesizer(iterations=3, preset="fast", random_state=0, learn_rows=99).fit(X)
    assert model.schema_.columns[0].type.range == (frame["x"].min(), frame["x"].max())


@pytest.mark.filterwarnings("ignore:the iterator:tabgan.TabganWarning")
def test_a_class_of_which_no_row_is_drawn_is_refused(frame):
    rare = frame.assign(c=frame["c"].where(frame.index > 1, "rare"))
    with pytest.raises(InputError, match="'rare' in column 'c' has none of those that were drawn"):
        WGANGPSynthesizer(learn_rows=20, label="c").fit(cut(rare[["x", "c"]]))


@pytest.mark.filterwarnings("ignore:500 of 500 rows of the holdout")
def test_parts_are_judged(frame, monkeypatch):
    monkeypatch.setattr("tabgan.tables.scan.draw.LEARN_ROWS", 500)
    with pytest.warns(TabganWarning, match="the iterator: 600 rows in 6 parts; 500 of them are read"):
        result = evaluate(cut(frame), frame, cut(frame), only=["marginals"])
    assert "shape" in result.scores


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ([], "yields nothing"),
        ([{"a": []}], "has none"),
        ([{"a": [1]}, {"b": [1]}], "part 2 of the iterator has no 'a', which part 1 of the iterator has"),
        ([{"a": [1]}, {"a": [1], "b": [1]}], "part 2 of the iterator has 'b', which"),
        ([{"a": [1]}, {"a": ["x"]}], "'a' is int64 in part 1 of the iterator and (large_)?string in part 2"),
        ([{"a": [1, "x"]}], "each column of a part holds values of one type"),
        ([{"a": pd.to_datetime(["2024-01-01"]).as_unit(u)} for u in ("s", "ms")], "must be timestamp"),
    ],
)
def test_frames_that_make_no_table_are_refused(frames, said):
    with pytest.raises(InputError, match=said):
        open_table(pd.DataFrame(columns) for columns in frames)


def test_arrays_in_parts_are_refused():
    with pytest.raises(InputError, match="frames with names of columns, but part 1 of the iterator is none"):
        open_table(iter([np.zeros((3, 2))]))
