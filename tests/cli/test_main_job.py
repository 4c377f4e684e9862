"""fit, generate, evaluate, info: what a stranger types."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.io

from tabgan import WGANGPSynthesizer, load
from tabgan.cli.fit_table import describe_speed
from tabgan.gan.history import History
from tabgan.tables.formats import read_table, write_table

DATA = Path(__file__).resolve().parents[2] / "data" / "breast_cancer.csv"
QUICK = ("--iterations", 20, "--seed", 0)
MARGINALS = ["--only", "marginals"]


def ok(result):
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_main_job(tabgan_command):
    shown = ok(tabgan_command("fit", DATA, "--cols", "1-9", *QUICK, "--plot", "loss.png"))
    assert "learned 569 rows x 9 columns" in shown
    assert "next:  tabgan generate" in shown
    shown = ok(tabgan_command("generate", "-n", 1000, "-o", "synth.csv"))
    assert shown.startswith("1,000 rows x 9 columns in ")
    shown = ok(tabgan_command("evaluate", DATA, "synth.csv", "--plot", "marginals.png"))
    assert "mean_radius" in shown
    assert "Column by column the error is" in shown
    rows, real = pd.read_csv("synth.csv"), pd.read_csv(DATA)
    assert rows.shape == (1000, 9)
    assert list(rows) == list(real)[:9]
    assert (rows.min() >= real.min(numeric_only=True)).all()
    for picture in ("loss.png", "marginals.png"):
        assert Path(picture).read_bytes().startswith(b"\x89PNG")
    shown = ok(tabgan_command("info"))
    for part in ("569 rows x 9 columns", "mean_radius", "gp_weight", "best_iteration", "torch"):
        assert part in shown


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".csv.gz", ".parquet", ".xlsx", ".mat"])
def test_every_format_goes_in_and_out(tabgan_command, table, suffix):
    write_table(table, f"data{suffix}")
    assert f" -o synth{suffix}\n" in ok(tabgan_command("fit", f"data{suffix}", *QUICK))
    ok(tabgan_command("generate", "-n", 50, "-o", f"synth{suffix}"))
    rows = read_table(f"synth{suffix}")
    assert list(rows.columns) == list(table.columns)
    assert len(rows) == 50
    ok(tabgan_command("evaluate", f"data{suffix}", f"synth{suffix}", *MARGINALS))


def test_gbk_in_any_order_of_columns(tabgan_command, table):
    Path("data.csv").write_bytes(table.to_csv(index=False, sep=";").encode("gbk"))
    ok(tabgan_command("fit", "data.csv", "--cols", "流量,1", *QUICK))
    ok(tabgan_command("generate", "-n", 5, "-o", "synth.csv"))
    assert list(pd.read_csv("synth.csv", sep=";", encoding="gbk")) == ["流量", "price"]
    ok(tabgan_command("evaluate", "data.csv", "synth.csv", *MARGINALS))


def test_a_table_without_header_gives_one(tabgan_command, table):
    table.to_csv("data.csv", index=False, header=False)
    ok(tabgan_command("fit", "data.csv", "--no-header", "--cols", "2-3", *QUICK))
    ok(tabgan_command("generate", "-n", 5, "-o", "synth.csv"))
    assert pd.read_csv("synth.csv", header=None).shape == (5, 2)
    shown = ok(tabgan_command("evaluate", "data.csv", "synth.csv", "--no-header", "--cols", "2-3"))
    assert any(line.startswith("column 2 ") for line in shown.splitlines())
    assert tabgan_command("evaluate", "data.csv", "synth.csv", "--no-header").exit_code == 2


def test_a_matrix_without_names_gives_rows_without(tabgan_command, table):
    scipy.io.savemat("data.mat", {"X": table.to_numpy(), "Y": np.zeros((3, 3))})
    ok(tabgan_command("fit", "data.mat", "--variable", "X", *QUICK))
    for output in ("synth.csv", "synth.mat", "synth.parquet"):
        ok(tabgan_command("generate", "-n", 50, "-o", output))
        ok(tabgan_command("evaluate", "data.mat", output, "--variable", "X", *MARGINALS))
    scipy.io.savemat("other.mat", {"A": table.to_numpy(), "B": np.zeros((3, 3))})
    ok(tabgan_command("evaluate", "data.mat", "other.mat", "--variable", "X", "--synth-variable", "A", *MARGINALS))


def test_the_same_seed_gives_the_same_files(tabgan_command):
    for name, more in (("a", []), ("b", ["--quiet"])):
        ok(tabgan_command("fit", DATA, "--cols", "1-9", *QUICK, "-o", f"{name}.tabgan", *more))
        ok(tabgan_command("generate", "-n", 100, "-m", f"{name}.tabgan", "-o", f"{name}.csv"))
    assert Path("a.tabgan").read_bytes() == Path("b.tabgan").read_bytes()
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    ok(tabgan_command("generate", "-n", 100, "-m", "a.tabgan", "-o", "c.csv", "--seed", 9))
    assert Path("a.csv").read_bytes() != Path("c.csv").read_bytes()


def test_blocks_make_the_rows_of_the_library(tabgan_command, model):
    model.save("model.tabgan")
    ok(tabgan_command("generate", "-n", 5000, "-o", "synth.parquet"))
    pd.testing.assert_frame_equal(pd.read_parquet("synth.parquet"), model.sample(5000))
    ok(tabgan_command("generate", "-n", 5, "-o", "two.csv", "--cols", "3,1"))
    assert list(pd.read_csv("two.csv")) == ["count", "price"]
    ok(tabgan_command("generate", "-n", 0, "-o", "none.csv"))
    assert Path("none.csv").read_text(encoding="utf-8") == "price,流量,count\n"


def test_json_is_for_machines(tabgan_command):
    fitted = json.loads(ok(tabgan_command("fit", DATA, "--cols", "1-9", *QUICK, "--json")))
    assert (fitted["rows"], fitted["status"], fitted["iterations"], fitted["seed"]) == (569, "finished", 20, 0)
    assert fitted["settings"]["n_critic"] == 5
    generated = json.loads(ok(tabgan_command("generate", "-n", 10, "-o", "synth.csv", "--json")))
    assert (generated["rows"], len(generated["columns"]), generated["seed"]) == (10, 9, 0)
    evaluated = json.loads(ok(tabgan_command("evaluate", DATA, "synth.csv", "--json")))
    assert 0 <= evaluated["scores"]["shape"]["baseline"] <= 1
    assert evaluated["n_scored"] == 10
    described = json.loads(ok(tabgan_command("info", "--json")))
    assert described["settings"] == fitted["settings"]
    assert described["columns"][0]["name"] == "mean_radius"


def test_a_schema_is_shown_written_edited_and_read(tabgan_command, table):
    people = table.assign(id=[f"p{i}" for i in range(200)], one="same", day="2024-01-31")
    people.loc[::2, "day"] = "2024-02-05"
    people.to_csv("people.csv", index=False)
    shown = ok(tabgan_command("schema", "people.csv", "-o", "schema.json", "--categorical", "count"))
    for part in (
        "200 rows x 6 columns",
        "2024-01-31 to 2024-02-05",
        "drop",
        "id: text that is different",
        "categorical",
    ):
        assert part in shown
    written = json.loads(Path("schema.json").read_text(encoding="utf-8"))
    printed = json.loads(ok(tabgan_command("schema", "people.csv", "--json", "--categorical", "3")))
    assert printed == written | {"rules": []}
    kinds = {column["name"]: column["kind"] for column in written["columns"]}
    assert kinds == {
        "price": "continuous",
        "流量": "continuous",
        "count": "categorical",
        "id": "drop",
        "one": "constant",
        "day": "datetime",
    }
    written["columns"] = [{"name": "count", "kind": "integer"}, *written["columns"][:2], *written["columns"][3:5]]
    Path("schema.json").write_text(json.dumps(written), encoding="utf-8")
    plan = json.loads(ok(tabgan_command("fit", "people.csv", "--schema", "schema.json", "--dry-run", "--json")))
    assert {column["name"]: column["kind"] for column in plan["columns"]} == {
        "price": "continuous",
        "流量": "continuous",
        "count": "integer",
        "one": "constant",
    }
    ok(tabgan_command("fit", "people.csv", "--schema", "schema.json", "--continuous", "count", "--drop", 2, *QUICK))
    assert load("model.tabgan").kinds == {"price": "continuous", "count": "continuous", "one": "constant"}
    described = json.loads(ok(tabgan_command("info", "--json")))
    assert [column["kind"] for column in described["columns"]] == ["continuous", "continuous", "constant"]
    ok(tabgan_command("generate", "-n", 5, "-o", "synth.csv"))
    assert pd.read_csv("synth.csv")["one"].tolist() == ["same"] * 5


def test_quiet_prints_nothing(tabgan_command):
    assert tabgan_command("fit", DATA, "--cols", "1-9", *QUICK, "--quiet").output == ""
    assert tabgan_command("generate", "-n", 10, "-o", "synth.csv", "--quiet").output == ""


def test_options_reach_the_synthesizer(tabgan_command):
    given = (
        "--batch-size",
        "all",
        "--n-critic",
        2,
        "--gp-weight",
        3,
        "--latent-dim",
        4,
        "--hidden",
        "8,9",
        "--critic-lr",
        0.01,
    )
    given += ("--generator-lr", 0.02, "--objective", "wgan-gp", "--device", "cpu", "--preset", "fast")
    ok(tabgan_command("fit", DATA, "--cols", "1-9", *QUICK, *given))
    settings = load("model.tabgan").settings_
    assert (settings.batch_size, settings.n_critic, settings.gp_weight, settings.latent_dim) == (513, 2, 3.0, 4)
    assert (settings.hidden, settings.critic_lr, settings.generator_lr, settings.iterations) == ((8, 9), 0.01, 0.02, 20)


def test_a_config_file_gives_defaults(tabgan_command):
    Path("run.toml").write_text(
        'cols = "1-9"\niterations = 30\nn_critic = 2\nhidden = [8, 9]\nseed = 5\nbatch-size = "ALL"\noverwrite = true\n'
    )
    ok(tabgan_command("fit", DATA, "--config", "run.toml", "--iterations", 10))
    model = load("model.tabgan")
    assert (model.seed_, len(model.history_), model.settings_.n_critic) == (5, 10, 2)
    assert (model.settings_.hidden, model.settings_.batch_size) == ((8, 9), 513)


def test_a_gbk_terminal_that_cannot_show_a_name_shows_its_code(tmp_path, table):
    WGANGPSynthesizer(iterations=2, sieve=False, random_state=0).fit(table.add_prefix("面积 m² ")).save(
        tmp_path / "model.tabgan"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "gbk"}
    run = start("info", cwd=tmp_path, stdout=subprocess.PIPE, env=environment)
    assert "面积 m\\u00b2 流量".encode("gbk") in run.communicate()[0]
    assert run.returncode == 0


def test_a_dry_run_writes_nothing(tabgan_command):
    Path("model.tabgan").write_text("kept")  # so it need not be asked for --overwrite
    shown = ok(tabgan_command("fit", DATA, "--cols", "1-3", "--dry-run", "--preset", "matlab"))
    assert "569 rows x 3 columns" in shown
    assert "mean_perimeter  continuous" in shown
    assert "batch_size 569" in " ".join(shown.split())
    plan = json.loads(ok(tabgan_command("fit", DATA, "--cols", "1-3", "--dry-run", "--json")))
    assert plan["settings"]["batch_size"] == 128
    assert [path.read_text() for path in Path().iterdir()] == ["kept"]


def test_a_diverged_run_keeps_the_best_model(tabgan_command, spoil_iterations):
    spoil_iterations(60)
    result = tabgan_command("fit", DATA, "--cols", "1-9", "--iterations", 100, "--plot", "loss.png")
    assert result.exit_code == 1
    kept, error = result.stderr.splitlines()
    assert kept == "the best generator so far is in model.tabgan"
    assert error.startswith("Error: losses and rows must stay finite, but the critic's loss is nan in iteration 61")
    assert load("model.tabgan").history_.status == "diverged"
    assert Path("loss.png").exists()


def start(*arguments: object, **options) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "tabgan", *map(str, arguments)], **options)


def test_an_interrupted_run_keeps_the_best_model(tmp_path):
    """A real Ctrl-C in a real terminal, while the progress line is live."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    master, slave = pty.openpty()
    endless = ("fit", DATA, "--cols", "1-9", "--iterations", 10**6, "--no-sieve", "--seed", 0)
    run = start(*endless, cwd=tmp_path, stdout=slave, stderr=slave)
    os.close(slave)
    seen = b""
    while b"iteration 1" not in seen:
        seen += os.read(master, 4096)
    run.send_signal(signal.SIGINT)
    try:
        while chunk := os.read(master, 4096):
            seen += chunk
    except OSError:  # the other end is closed
        pass
    os.close(master)
    assert run.wait(60) == 0
    text = seen.decode()
    assert "critic loss" in text
    assert " left | " in text
    assert "Warning: interrupted in iteration" in text
    assert "the best generator so far, of iteration" in text
    model = load(tmp_path / "model.tabgan")
    assert model.history_.status == "interrupted"
    assert len(model.sample(10)) == 10


def test_a_run_killed_while_training_leaves_the_old_model(tmp_path):
    (tmp_path / "model.tabgan").write_text("old")
    run = start(
        "fit", DATA, "--cols", "1-9", "--iterations", 10**6, "--overwrite", cwd=tmp_path, stderr=subprocess.PIPE
    )
    time.sleep(3)
    run.kill()
    run.communicate()
    assert (tmp_path / "model.tabgan").read_text() == "old"


@pytest.mark.parametrize(
    ("file", "columns", "count"),
    [
        ("cwru_bearing/feature_time_48k_2048_load_1.csv", "1-9", 9),
        ("concrete/concrete.csv", "1-", 9),
        ("california_housing/california_housing.csv", "1-9", 9),
        ("magic/magic04.csv", "1-10", 10),
    ],
)
def test_real_tables(tabgan_command, shared, file, columns, count):
    ok(tabgan_command("fit", shared / "data" / file, "--cols", columns, *QUICK))
    ok(tabgan_command("generate", "-n", 500, "-o", "synth.csv"))
    evaluated = json.loads(ok(tabgan_command("evaluate", shared / "data" / file, "synth.csv", *MARGINALS, "--json")))
    assert len(evaluated["columns"]) == count
    assert evaluated["scores"]["shape"]["value"] > 0.9  # calibrated, whatever the networks have learned
    assert np.isfinite(pd.read_csv("synth.csv").to_numpy()).all()


@pytest.mark.parametrize(("device", "said"), [("cpu", "/s)"), ("cuda", "/s on cuda)")])
def test_a_fit_says_where_it_was_trained_unless_on_the_cpu(device, said):
    history = History(*np.zeros((2, 300)), np.zeros((0, 2)), seconds=2.0, device=device)
    assert describe_speed(SimpleNamespace(history_=history), 5) == f"5.0 s (300 iterations, 150{said}"
