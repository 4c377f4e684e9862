"""What holds in every row is said with the option that keeps it, and kept with --constraint auto."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from click.testing import CliRunner

from tabgan.cli.main import main


def orders(n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    net, tax = rng.integers(100, 9999, n) / 100, rng.integers(10, 999, n) / 100
    ordered = pd.Timestamp("2024-03-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    city = rng.choice(["Wien", "Graz", "Bern"], n)
    return pd.DataFrame(
        {
            "net": net,
            "tax": tax,
            "gross": (net + tax).round(2),
            "ordered": ordered,
            "delivered": ordered + pd.to_timedelta(rng.integers(0, 20, n), unit="D"),
            "city": city,
            "country": np.where(city == "Bern", "CH", "AT"),
        }
    )


def call(*words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def test_schema_says_them_and_fit_keeps_them(tmp_path):
    orders().to_csv(tmp_path / "o.csv", index=False)
    said = call("schema", tmp_path / "o.csv")
    for line in (
        "net + tax = gross          --constraint 'net + tax == gross'",
        "ordered <= delivered       --constraint 'ordered <= delivered'",
        "country follows from city  --constraint 'city -> country'",
    ):
        assert f"  {line}\n" in said
    told = json.loads(call("schema", tmp_path / "o.csv", "--json"))["rules"]
    assert told[0] == {"rule": "net + tax = gross", "constraint": "net + tax == gross"}
    fitted = call("fit", tmp_path / "o.csv", "--constraint", "auto", "--iterations", 5, "--preset", "fast", "--seed", 0,
                  "-o", tmp_path / "m.tabgan")  # fmt: skip
    assert "keeps: net + tax == gross; ordered <= delivered; city -> country\n" in fitted
    call("generate", "-n", 500, "-m", tmp_path / "m.tabgan", "-o", tmp_path / "s.csv")
    made = pd.read_csv(tmp_path / "s.csv")
    assert ((made["net"] + made["tax"] - made["gross"]).abs() < 1e-9).all()
    assert (made["ordered"] <= made["delivered"]).all()
    assert (made["country"] == np.where(made["city"] == "Bern", "CH", "AT")).all()


def test_tables_without_rules_say_nothing(tmp_path):
    rng = np.random.default_rng(0)
    pd.DataFrame(rng.normal(size=(300, 4)).round(2), columns=list("abcd")).to_csv(tmp_path / "o.csv", index=False)
    assert "--constraint" not in call("schema", tmp_path / "o.csv")
