"""The schema as a file that people edit."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tabgan.errors import InputError
from tabgan.schema.infer import learn_columns, read_schema, survey

TABLE = pd.DataFrame(
    {
        "age": [1, 2, None] * 10,
        "grade": ["a", "b", "c"] * 10,
        "day": ["2024-01-31", "2024-02-01", "2024-02-03"] * 10,
        "id": [f"p{i}" for i in range(30)],
    }
)


def test_a_survey_describes_columns_and_says_what_to_drop():
    age, grade, day, identifier = json.loads(json.dumps(survey(TABLE, learn_columns(TABLE))))
    assert age == {
        "name": "age",
        "kind": "integer",
        "dtype": "float64",
        "distinct": 2,
        "missing": 10,
        "range": [1.0, 2.0],
    }
    assert grade["levels"] == ["a", "b", "c"]
    assert (day["kind"], day["unit"], day["range"]) == ("datetime", "day", ["2024-01-31", "2024-02-03"])
    assert (identifier["kind"], identifier["missing"]) == ("drop", 0)
    assert "different in every row" in identifier["why"]


def test_what_was_written_is_read(tmp_path):
    path = tmp_path / "schema.json"
    path.write_text(json.dumps({"columns": survey(TABLE, learn_columns(TABLE))}), encoding="utf-8")
    kinds = read_schema(path, list(TABLE))
    assert kinds == {"age": "integer", "grade": "categorical", "day": "datetime"}
    path.write_text('{"columns": [{"name": "grade", "missing": "whatever"}, {"name": "age", "kind": "continuous"}]}')
    assert read_schema(path, list(TABLE)) == {"grade": None, "age": "continuous"}
    path.write_text('{"columns": [{"name": 2, "kind": "integer"}]}')
    assert read_schema(path, [1, 2]) == {2: "integer"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "a schema must be JSON such as"),
        ("[]", "a schema must be JSON such as"),
        ('{"columns": [{"kind": "integer"}]}', "a schema must be JSON such as"),
        ('{"columns": ["age"]}', "a schema must be JSON such as"),
        (
            '{"columns": [{"name": "size"}]}',
            "names a column 'size' that is not in the table; its columns are age, grade",
        ),
        ('{"columns": [{"name": "age"}, {"name": "age"}]}', "names column 'age' twice; leave one out"),
        ('{"columns": [{"name": "age", "kind": "numeric"}]}', "or drop, but that of 'age' in"),
    ],
)
def test_mistakes_are_explained(tmp_path, text, message):
    path = tmp_path / "schema.json"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_schema(path, list(TABLE))
    assert message in str(error.value)
