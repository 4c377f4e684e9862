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


def test_what_holds_between_clock_times_and_durations_is_told_though_no_option_keeps_it(tmp_path):
    start, took = np.random.default_rng(0).integers([[0], [5]], [[900], [300]], (2, 200))
    columns = {"start": start, "took": took, "end": start + took}
    table = pd.DataFrame({name: [f"{m // 60:02}:{m % 60:02}" for m in minutes] for name, minutes in columns.items()})
    table.to_csv(tmp_path / "t.csv", index=False)
    asked = ("schema", tmp_path / "t.csv", "--duration", "took")
    assert "\n  start + took = end  (no option keeps it, but evaluate judges by it)\n" in call(*asked)
    assert "没有选项能保证它，但 evaluate 据此评判" in call(*asked, "--lang", "zh")
    assert json.loads(call(*asked, "--json"))["rules"][-1] == {"rule": "start + took = end", "constraint": None}
    told = call("evaluate", tmp_path / "t.csv", tmp_path / "t.csv", "--only", "rules", "--json", "--quiet")
    assert "start + took = end" in json.loads(told)["scores"]["rules_kept"]["per_class"]
    table.assign(took=table["took"][::-1].to_numpy()).to_csv(tmp_path / "t.csv", index=False)
    assert "start + took" not in call(*asked)
