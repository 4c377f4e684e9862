"""Tables with identifiers come back with the same columns, and new identifiers in them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tabgan import TimeSeriesSynthesizer, WGANGPSynthesizer, evaluate, load
from tabgan.cli.main import main
from tabgan.errors import InputError

QUICK = dict(iterations=5, snapshots=1, copula=False, sieve=False, combinations=False, random_state=0)


def people(n: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "no": np.arange(1, n + 1),
            "income": rng.gamma(3, 500, n).round(2),
            "code": [f"P-{i:05d}" for i in range(17, 17 + n)],
            "kind": rng.choice(["a", "b", "c"], n),
            "hash": [f"{v:08x}" for v in rng.integers(0, 2**32, n)],
        }
    )


IDS = {"no": "id", "code": "id", "hash": "id"}


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> WGANGPSynthesizer:
    """As it comes from a file."""
    path = tmp_path_factory.mktemp("ids") / "model.tabgan"
    WGANGPSynthesizer(kinds=IDS, label="kind", **QUICK).fit(people()).save(path)
    assert b"P-00017" not in path.read_bytes()
    return load(path)


def test_columns_come_back_in_order_with_new_identifiers(model):
    made = model.sample(300)
    assert list(made) == list(people())
    assert made["no"].tolist() == list(range(121, 421))
    assert made["code"].tolist() == [f"P-{i:05d}" for i in range(137, 437)]
    assert made["hash"].str.fullmatch("[0-9a-f]{8}").all()
    assert not set(made["hash"]) & set(people()["hash"])
    assert made["no"].dtype == np.int64


def test_the_first_rows_are_the_same_for_every_n_and_across_blocks(model):
    few, many = model.sample(50, 7), model.sample(20_000, 7)
    pd.testing.assert_frame_equal(few, many.iloc[:50])
    assert many["hash"].is_unique
    assert many["no"].tolist() == list(range(121, 20_121))
    joined = pd.concat(list(model.iter_samples(20_000, 7)), ignore_index=True)
    pd.testing.assert_frame_equal(joined, many)


@pytest.mark.parametrize("asked", [{"balance": True}, {"conditions": ["income>1000"]}])
def test_rows_that_are_chosen_count_from_the_first_too(model, asked):
    made = model.sample(200, **asked)
    assert made["no"].tolist() == list(range(121, 321))
    assert made["code"].iloc[-1] == "P-00336"


def test_what_cannot_be_asked_for_is_refused(model):
    with pytest.raises(InputError, match="new rows have new identifiers, but the condition 'no=7' asks for one"):
        model.sample(5, conditions=["no=7"])
    with pytest.raises(InputError, match="column 'no' of the known rows cannot be known; leave the column out"):
        model.sample(known=people()[["no"]].head(2), n_samples=2)
    with pytest.raises(InputError, match="a label has classes, but 'code' is kinds="):
        WGANGPSynthesizer(kinds=IDS, label="code", **QUICK).fit(people())
    with pytest.raises(InputError, match="some column must be learned, but all hold identifiers"):
        WGANGPSynthesizer(kinds=IDS, **QUICK).fit(people()[list(IDS)])


def test_an_evaluation_does_not_judge_them(model):
    result = evaluate(people(), model.sample(120), model=model, only=["marginals"])
    assert result.tables.names == ["income", "kind"]
    assert "column no is left out: it tells rows apart, and new rows have new identifiers" in result.tables.notes
    told = evaluate(people(), model.sample(120), ids=["no"], only=["marginals"])
    assert told.tables.names == ["income", "kind"]
    assert any(
        note.startswith("column hash is left out: it has another text in every row") for note in told.tables.notes
    )


def test_arrays_have_them_too():
    rng = np.random.default_rng(0)
    X = np.column_stack([np.arange(60) * 2, rng.normal(size=60).round(2)])
    made = WGANGPSynthesizer(kinds={1: "id"}, **QUICK).fit(X).sample(5)
    assert made[:, 0].tolist() == [120, 122, 124, 126, 128]


@pytest.mark.filterwarnings("ignore:the network added nothing:tabgan.errors.TabganWarning")
def test_series_have_them_too():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"No": np.arange(1, 201), "x": np.cumsum(rng.normal(size=200)).round(2)})
    model = TimeSeriesSynthesizer(kinds={"No": "id"}, iterations=5, sieve=False, random_state=0).fit(table)
    made = model.sample_series(30)
    assert made["No"].tolist() == list(range(201, 231))


def test_the_command_line_names_and_takes_the_option(tmp_path, run):
    people().to_csv(tmp_path / "p.csv", index=False)
    said = run("schema", tmp_path / "p.csv").output
    assert "leave it out with --drop code, or let new rows have new ones with --id code" in said
    told = json.loads(run("schema", tmp_path / "p.csv", "--id", "no,code,hash", "--json").stdout)
    assert [column["kind"] for column in told["columns"]] == ["id", "continuous", "id", "categorical", "id"]
    assert told["columns"][2]["value"] == "new ones: P-00137, P-00138"
    run("schema", tmp_path / "p.csv", "--id", "no,code,hash", "-o", tmp_path / "s.json")
    run("fit", tmp_path / "p.csv", "--schema", tmp_path / "s.json", "--iterations", 5, "--preset", "fast", "-o",
        tmp_path / "m.tabgan")  # fmt: skip
    run("generate", "-n", 30, "-m", tmp_path / "m.tabgan", "-o", tmp_path / "o.csv")
    made = pd.read_csv(tmp_path / "o.csv")
    assert list(made) == list(people())
    assert made["code"].tolist() == [f"P-{i:05d}" for i in range(137, 167)]


@pytest.fixture
def run():
    from click.testing import CliRunner

    def call(*words):
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == 0, result.output
        return result

    return call
