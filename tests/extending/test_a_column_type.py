"""A type of column as a package beside tabgan would bring it: compass angles, where 359.9 and 0.1 are neighbours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import tabgan
from tabgan.cli.main import main
from tabgan.errors import BundleError, InputError
from tabgan.registry import register, registered
from tabgan.schema import Column, ColumnType, Schema
from tabgan.schema.numbers import as_numbers, decimals_of, to_floats


@dataclass(frozen=True)
class Angle(ColumnType):
    """Degrees from 0 to 360, counted from the end of the widest arc that no row has."""

    kinds = ("angle",)
    ordered = False
    like = ("angles", "270")

    start: float
    width: float
    decimals: int | None = None

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, self.width

    @classmethod
    def learn(cls, series: pd.Series, asked: str | None) -> Column:
        numbers = as_numbers(series)
        present = np.unique(to_floats(numbers.dropna()) % 360)
        empty = np.diff(present, append=present[0] + 360)
        start = float(present[(empty.argmax() + 1) % len(present)])
        decimals = decimals_of(numbers)
        return Column.of(numbers, cls(start, round(360 - float(empty.max()), decimals or 9), decimals), len(present))

    def encode(self, series: pd.Series) -> np.ndarray:
        since = (to_floats(as_numbers(series)) - self.start) % 360
        return since if self.decimals is None else np.round(since, self.decimals)

    def decode(self, values: np.ndarray, column: Column) -> Any:
        angles = (values + self.start) % 360
        return pd.Series(angles if self.decimals is None else np.round(angles, self.decimals) % 360).astype(column.held)

    def describe(self, column: Column) -> dict[str, Any]:
        return {"range": [self.start, round((self.start + self.width) % 360, 9)]}


@pytest.fixture(autouse=True)
def angles():
    register("column type", Angle)
    yield
    registered("column type").pop("Angle")


def winds(n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    wind = rng.normal(0, 20, n).round(1) % 360  # from the north
    return pd.DataFrame({"wind": wind, "speed": rng.gamma(2, 3, n).round(1), "site": rng.choice(["a", "b"], n)})


@given(st.lists(st.integers(0, 3599), min_size=2, max_size=30, unique=True), st.integers(0, 1))
def test_angles_come_back(tenths, decimals):
    frame = pd.DataFrame({"wind": np.round(np.array(tenths) / 10, 1) if decimals else np.array(tenths) % 360})
    schema = Schema.learn(frame, kinds={"wind": "angle"})
    again = Schema.from_dict(json.loads(json.dumps(schema.to_dict())))
    assert again == schema
    matrix = again.to_matrix(frame)
    np.testing.assert_array_equal(again.round(matrix), matrix)
    pd.testing.assert_frame_equal(again.restore(matrix), frame)


def test_neighbours_across_the_north_are_neighbours():
    frame = pd.DataFrame({"wind": [359.9, 0.1, 350.0, 10.0]})
    schema = Schema.learn(frame, kinds={"wind": "angle"})
    np.testing.assert_allclose(schema.to_matrix(frame)[:, 0], [9.9, 10.1, 0, 20])
    assert schema.columns[0].describe()["range"] == [350.0, 10.0]
    assert schema.restore(np.array([[-5.0], [10.04], [99.0]]))["wind"].tolist() == [350.0, 0.0, 10.0]


def test_a_constant_angle_is_one():
    frame = pd.DataFrame({"wind": [270.0] * 3})
    schema = Schema.learn(frame, kinds={"wind": "angle"})
    assert schema.columns[0].kind == "constant"
    assert Schema.from_dict(schema.to_dict()) == schema
    pd.testing.assert_frame_equal(schema.restore(schema.to_matrix(frame)), frame)


def test_a_model_with_angles_is_fitted_sampled_saved_loaded_shown_and_evaluated(tmp_path):
    table = winds()
    model = tabgan.WGANGPSynthesizer(kinds={"wind": "angle"}, iterations=20, sieve=False, random_state=0).fit(table)
    rows = model.sample(500)
    away = np.minimum(rows["wind"], 360 - rows["wind"])
    assert away.max() <= np.minimum(table["wind"], 360 - table["wind"]).max()
    assert {"north-west", "north-east"} == set(np.where(rows["wind"] > 180, "north-west", "north-east"))
    model.save(tmp_path / "model.tabgan")
    pd.testing.assert_frame_equal(tabgan.load(tmp_path / "model.tabgan").sample(500), rows)

    common = table["wind"].value_counts().index[0]
    assert (model.sample(5, conditions={"wind": common})["wind"] == common).all()
    assert model.sample(50, conditions=f"wind!={common}")["wind"].ne(common).all()
    with pytest.raises(InputError, match="angles have no order, but the condition 'wind>=350' asks for one"):
        model.sample(5, conditions="wind>=350")
    with pytest.raises(InputError, match="the condition 'wind=180' lies outside the range"):
        model.sample(5, conditions="wind=180")
    with pytest.raises(InputError, match=r"column 'wind' \(angle\) holds no numbers"):
        tabgan.WGANGPSynthesizer(kinds={"wind": "angle"}, constraints="wind <= speed").fit(table)

    shown = CliRunner().invoke(main, ["info", str(tmp_path / "model.tabgan")])
    assert shown.exit_code == 0
    assert "angle" in shown.output
    assert 0 < tabgan.evaluate(table, rows, random_state=0).scores["shape"].value <= 1


def test_tabgan_schema_shows_angles(tmp_path):
    winds().to_csv(tmp_path / "winds.csv", index=False)
    (tmp_path / "kinds.json").write_text('{"columns": [{"name": "wind", "kind": "angle"}, {"name": "speed"}]}')
    command = ["schema", str(tmp_path / "winds.csv"), "--schema", str(tmp_path / "kinds.json"), "--json"]
    shown = CliRunner().invoke(main, command)
    wind, speed = json.loads(shown.output)["columns"]
    assert (wind["kind"], speed["kind"]) == ("angle", "continuous")
    start, end = wind["range"]
    assert start > 270
    assert end < 90


def test_without_the_package_a_model_says_what_is_missing(tmp_path):
    table = winds(40)
    model = tabgan.WGANGPSynthesizer(kinds={"wind": "angle"}, iterations=2, sieve=False, random_state=0).fit(table)
    model.save(tmp_path / "model.tabgan")
    registered("column type").pop("Angle")
    with pytest.raises(BundleError, match="that of 'wind' is 'angle'; import or install what brings it"):
        tabgan.load(tmp_path / "model.tabgan")
    register("column type", Angle)


def test_a_type_may_claim_columns_by_itself():
    class Named(Angle):
        """Takes whatever is called a wind."""

        kinds = ("named angle",)

        @classmethod
        def takes(cls, contents):
            return contents.series.name == "wind"

    register("column type", Named)
    try:
        assert [column.kind for column in Schema.learn(winds())] == ["named angle", "continuous", "categorical"]
    finally:
        registered("column type").pop("Named")
