"""Exported generators make the rows that tabgan makes of the same latents, in ONNX Runtime, Octave and numpy."""

from __future__ import annotations

import ast
import importlib.util
import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.io

from tabgan import WGANGPSynthesizer
from tabgan.errors import TabganWarning
from tabgan.interop.folders import export_matlab, export_numpy
from tabgan.interop.onnx_file import export_onnx
from tabgan.preprocessing.minmax import MapMinMaxScaler
from tests.conftest import SHARED
from tests.latents import from_latents
from tests.octave import run_octave

N = 300
rng = np.random.default_rng(0)
a, begin, net = rng.normal(size=N), rng.integers(0, 50, N), rng.gamma(2, 10, N).round(2)
NUMBERS = pd.DataFrame(
    {
        "two decimals": (10 + 3 * a).round(2),
        "flow": np.exp(a + 0.1 * rng.normal(size=N)),
        "whole": rng.poisson(40, N),
        "gaps": np.where(rng.random(N) < 0.2, np.nan, rng.normal(size=N)),
    }
)
MIXED = NUMBERS.assign(
    流量=rng.integers(0, 5, N),
    constant=1013.25,
    spike=np.where(rng.random(N) < 0.3, 0.0, np.abs(rng.normal(size=N))),
    grade=rng.choice(["a", "b", "ä"], N, p=[0.6, 0.3, 0.1]),
    rare=rng.choice([f"w{i}" for i in range(40)], N, p=np.r_[0.3, 0.3, np.full(38, 0.4 / 38)]),
    flag=rng.random(N) < 0.3,
    name="x",
    nothing=np.nan,
    day=pd.Timestamp("2024-01-31") + pd.to_timedelta(rng.integers(0, 90, N), "D"),
    label=rng.choice(["u", "v", "w"], N, p=[0.5, 0.3, 0.2]),
)
RULED = pd.DataFrame(
    {
        "start": begin,
        "end": begin + rng.poisson(4, N),
        "net": net,
        "tax": (0.2 * net).round(2),
        "gross": (net + (0.2 * net).round(2)).round(2),
        "low": a,
        "high": a + np.abs(rng.normal(size=N)) + 0.001,
        "first": pd.Timestamp("2024-01-01") + pd.to_timedelta(begin, "D"),
        "last": pd.Timestamp("2024-01-05") + pd.to_timedelta(begin + rng.integers(0, 9, N), "D"),
        "late": np.where(rng.random(N) < 0.2, np.nan, begin + rng.integers(0, 9, N)),
        "least": begin - rng.poisson(4, N),
        "fives": 5 * begin + 2,
        "more": 5 * (begin + rng.poisson(4, N)) + 2,
        "quarters": begin / 4 + 0.25,
    }
)
RULES = ["start <= end", "net + tax == gross", "low < high", "first < last", "late >= start", "least < 2*start + 1"]
RULES += ["fives <= more"]
MODELS = {
    "numbers": (NUMBERS, {}),
    "all kinds": (MIXED, {"label": "label"}),
    "pca": (MIXED, {"pca": 0.9}),
    "matlab": (NUMBERS, {"preset": "matlab"}),
    "minmax": (MIXED, {"marginals": "minmax"}),
    "scaler": (NUMBERS, {"scaler": MapMinMaxScaler().fit([[0, 0, 0, -4], [20, np.inf, 90, 4]])}),
    "open": (NUMBERS, {"tails": "extrapolate"}),
    "categories": (MIXED[["grade", "rare"]], {}),
    "rules": (RULED, {"constraints": RULES}),
    "concrete": (None, {}),
}
SMALL = {"iterations": 10, "hidden": (12, 12), "latent_dim": 6, "copula": False, "sieve": False, "random_state": 1}
EXPORT = {"onnx": export_onnx, "matlab": export_matlab, "numpy": export_numpy}
OCTAVE = """
for name = {%s}
    addpath(['matlab ' name{1}]);
    load([name{1} ' latents.mat']);
    [rows, columns] = generate_rows(Z, [], labels);
    before = rand('twister');
    drawn = generate_rows(500, 7);
    assert(isequaln(drawn, generate_rows(500, 7)));
    assert(isequal(before, rand('twister')));
    assert(~isequaln(drawn, generate_rows(500, 8)));
    save('-v7', [name{1} ' rows.mat'], 'rows', 'drawn');
    if strcmp(name{1}, 'numbers'), disp(strjoin(columns, ',')), end
    rmpath(['matlab ' name{1}]);
    clear generate_rows
end
"""


def most_frequent_of_rare(model: WGANGPSynthesizer) -> None:
    """Let rare levels be what an export makes of them."""
    for group in model.row_generator_.decoder.encoder.groups_:
        if group.rest == "rare":
            most = group.rare_counts.argmax()
            group.rare, group.rare_counts = group.rare[[most]], group.rare_counts[[most]]


def load_module(folder: Path):
    spec = importlib.util.spec_from_file_location("generate_rows", folder / "generate_rows.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_onnx(file: Path, latents: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
    onnxruntime = pytest.importorskip("onnxruntime")
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (rows,) = session.run(None, {"latents": latents} | ({} if labels is None else {"labels": labels}))
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("export")


@pytest.fixture(scope="module")
def exports(folder) -> dict[str, tuple]:
    """Each model by name, the latents and labels of some rows, and these rows; the exports lie in the folder."""
    made = {}
    for name, (table, settings) in MODELS.items():
        if table is None and not SHARED.is_dir():
            continue
        learned = pd.read_csv(SHARED / "data/concrete/concrete.csv") if table is None else table
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TabganWarning)
            model = WGANGPSynthesizer(**SMALL, **settings).fit(learned)
            for target, export in EXPORT.items():
                path = export(model, folder / f"{target} {name}")
        draws = np.random.default_rng(5)
        latents = draws.standard_normal((2000, path.n_latents))
        labels = draws.integers(0, path.n_given, 2000) if path.n_given else None
        most_frequent_of_rare(model)
        made[name] = model, latents, labels, from_latents(model.row_generator_, latents, labels)
        content = {"Z": latents, "labels": [] if labels is None else labels}
        scipy.io.savemat(folder / f"{name} latents.mat", content)
    return made


@pytest.fixture(scope="module")
def octave_rows(exports, folder) -> dict[str, dict]:
    """What Octave loaded and made, of all models in one run."""
    names = run_octave(OCTAVE % ", ".join(f"'{name}'" for name in exports), folder).strip().split(",")
    assert names == list(NUMBERS)
    return {name: scipy.io.loadmat(folder / f"{name} rows.mat") for name in exports}


@pytest.fixture(params=MODELS)
def case(request, exports) -> tuple:
    if request.param not in exports:
        pytest.skip("../shared, with the real tables, is not here")
    return request.param, *exports[request.param]


def assert_equal_rows(rows: np.ndarray, expected: np.ndarray) -> None:
    """Equal to 1e-9 of each column's range, gaps in the same places."""
    table = pd.DataFrame(expected)
    spread = (table.max() - table.min()).replace(0, 1).fillna(1).to_numpy()
    np.testing.assert_allclose(rows / spread, expected / spread, rtol=0, atol=1e-9)  # NaN where there is NaN


def test_onnx_makes_the_same_rows(case, folder):
    name, _, latents, labels, expected = case
    assert_equal_rows(run_onnx(folder / f"onnx {name}", latents, labels), expected)


def test_octave_makes_the_same_rows(case, octave_rows):
    name, _, _, _, expected = case
    assert_equal_rows(octave_rows[name]["rows"], expected)


def test_numpy_makes_the_same_rows(case, folder):
    name, model, latents, labels, expected = case
    module = load_module(folder / f"numpy {name}")
    assert_equal_rows(module.rows_of(latents, labels), expected)
    assert model.schema_.names == module.COLUMNS


def test_rows_that_come_back_as_a_table_keep_decimals_ranges_and_rules(case, folder):
    """What `restore` rounds and clips is rounded and clipped."""
    name, model, _, _, _ = case
    rows = load_module(folder / f"numpy {name}").generate_rows(3000, seed=1)
    np.testing.assert_array_equal(model.schema_.round(rows), rows)
    assert model.constraints_.holds(rows).all()


def test_rows_that_are_drawn_are_as_those_of_tabgan(case, folder, octave_rows):
    """Each column's mean is that of the candidates, within five standard errors; so are the shares of labels."""
    name, model, _, _, _ = case
    candidates = model.row_generator_.candidates(3, 0, 0)
    for rows in (load_module(folder / f"numpy {name}").generate_rows(5000, 7), octave_rows[name]["drawn"]):
        drawn, many = pd.DataFrame(rows.reshape(-1, candidates.shape[1])), pd.DataFrame(candidates)
        error = many.std() * (1 / len(drawn) + 1 / len(many)) ** 0.5
        if "open" not in name:  # whose tails are long
            assert ((drawn.mean() - many.mean()).abs() <= 5 * error + 1e-12).where(many.notna().any(), True).all()
        np.testing.assert_allclose(drawn.isna().mean(), many.isna().mean(), atol=0.1)


def test_single_precision_changes_next_to_nothing(case):
    """`sample` computes the network in float32, exports in float64: levels and digits turn over at their edges."""
    _, model, latents, labels, expected = case
    rows = from_latents(model.row_generator_, latents.astype(np.float32), labels)
    table = pd.DataFrame(expected)
    spread = (table.max() - table.min()).replace(0, 1).fillna(1).to_numpy()
    close = np.isclose(rows / spread, expected / spread, rtol=0, atol=1e-5, equal_nan=True)
    assert close.mean() > 0.999


@pytest.mark.parametrize("n_samples", [0, 1, 16384])
def test_onnx_takes_any_number_of_rows(exports, folder, n_samples):
    _, latents, labels, expected = exports["all kinds"]
    rows = run_onnx(
        folder / "onnx all kinds", np.resize(latents, (n_samples, latents.shape[1])), labels[:1].repeat(n_samples)
    )
    assert rows.shape == (n_samples, expected.shape[1])
    np.testing.assert_allclose(rows[:1], expected[:n_samples][:1], rtol=1e-9)


def test_onnx_passes_the_checker_and_says_what_is_in_it(exports, folder):
    onnx = pytest.importorskip("onnx")
    proto = onnx.load(folder / "onnx all kinds")
    onnx.checker.check_model(proto, full_check=True)
    about = {entry.key: json.loads(entry.value) for entry in proto.metadata_props}
    assert about["columns"] == list(MIXED)
    assert about["categories"][MIXED.columns.get_loc("grade")] == ["a", "b", "ä"]
    assert about["units"][MIXED.columns.get_loc("day")] == "days since 2024-01-31 00:00:00"
    assert about["label"] == MIXED.columns.get_loc("label")
    assert len(about["label_shares"]) == 3


def test_names_of_categories_and_units_stand_in_the_folders(exports, folder):
    module = load_module(folder / "numpy all kinds")
    assert module.CATEGORIES["grade"] == ["a", "b", "ä"]
    assert module.CATEGORIES["name"] == ["x"]
    assert dict(zip(module.COLUMNS, module.UNITS, strict=True))["day"] == "days since 2024-01-31 00:00:00"
    content = scipy.io.loadmat(folder / "matlab all kinds/generate_rows.mat", simplify_cells=True)
    assert list(content["columns"]) == list(MIXED)
    assert list(content["categories"][MIXED.columns.get_loc("grade")]) == ["a", "b", "ä"]


def test_the_module_needs_numpy_alone(exports, folder):
    tree = ast.parse((folder / "numpy numbers/generate_rows.py").read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {getattr(node, "module", None) or node.names[0].name for node in nodes}
    assert names == {"math", "pathlib", "numpy"}


@pytest.mark.parametrize("target", EXPORT)
def test_the_same_model_gives_the_same_bytes(exports, folder, tmp_path, target):
    export, name = EXPORT[target], f"{target} numbers"
    export(exports["numbers"][0], tmp_path / name)
    for first, second in zip(sorted((folder / name).rglob("*")), sorted((tmp_path / name).rglob("*")), strict=True):
        assert first.read_bytes() == second.read_bytes()
    if target == "onnx":
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("code", [9, -1, 1.5, np.nan])
def test_codes_that_there_are_not_are_refused(exports, folder, code):
    """They made rows of another class."""
    latents, labels = exports["all kinds"][1][:3], np.array([0, code, 1])
    module = load_module(folder / "numpy all kinds")
    with pytest.raises(ValueError, match=f"from 0 to 2, but one is {code:g}"):
        module.rows_of(latents, labels)
    with pytest.raises(ValueError, match="a code for each of 5 rows, but there are 3"):
        module.generate_rows(5, labels=labels)
    if code == int(np.nan_to_num(code)):
        with pytest.raises(Exception, match="must be within the inclusive range"):
            run_onnx(folder / "onnx all kinds", latents, labels.astype(np.int64))


@pytest.mark.parametrize("n", [-1, 1.5, np.nan, np.inf])
def test_numbers_of_rows_that_cannot_be_are_refused(exports, folder, n):
    module = load_module(folder / "numpy all kinds")
    with pytest.raises(ValueError, match=f"n must be a whole number of at least 0, but is {n}"):
        module.generate_rows(n)
    assert len(module.generate_rows(3.0)) == 3


def test_octave_refuses_what_cannot_be(exports, folder):
    asked = ["generate_rows(-1)", "generate_rows(1.5)", "generate_rows(NaN)", "generate_rows(2, 1, [0; 9])"]
    asked += ["generate_rows(2, 1, [0; -1])", "generate_rows(2, 1, [0; 0.5])", "generate_rows(2, 1, [0; NaN])"]
    asked += ["generate_rows(2, 1, 1)", "size(generate_rows(2, 1, [0; 2]), 1)"]
    tries = "; ".join(f"try, disp({one}), catch e, disp(e.message), end" for one in asked)
    said = run_octave(f"addpath('matlab all kinds'); {tries}", folder).splitlines()
    assert said[:3] == [f"n must be a whole number of at least 0, but is {n}" for n in ("-1", "1.5", "NaN")]
    assert said[3:7] == ["labels must be codes, whole numbers from 0 to 2"] * 4
    assert said[7:] == ["labels must be a code for each of 2 rows, but there are 1", "2"]
