"""The sampler of imbalanced-learn: both libraries' own checks, and what becomes of rows, classes and dtypes."""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

pytest.importorskip("imblearn")

from imblearn.pipeline import make_pipeline
from imblearn.utils import estimator_checks as imblearn_checks
from sklearn.utils import estimator_checks

from tabgan import InputError, TabGANSampler, TabganWarning, VineCopulaSynthesizer, WGANGPSynthesizer
from tabgan.synthesizers.row_synthesizer import RowSynthesizer

TINY = WGANGPSynthesizer(iterations=20, hidden=(8,), n_projections=4, copula=False, sieve=False)
FEW = pytest.mark.filterwarnings("ignore::tabgan.TabganWarning")
pytestmark = pytest.mark.usefixtures("small_sieve")
COUNTS = {"fine": 40, "worn": 12, "broken": 8}


def sampler(**parameters) -> TabGANSampler:
    return TabGANSampler(**{"synthesizer": TINY, "labels": "kept", "random_state": 0} | parameters)


def numbers(n: int = 60, columns: int = 3) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, columns))


def classes(counts: dict[str, int] | None = None) -> np.ndarray:
    counts = counts or COUNTS
    return np.random.default_rng(1).permutation(np.repeat(list(counts), list(counts.values())))


def mixed(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    gaps = rng.random(n) < 0.2
    return pd.DataFrame(
        {
            "class": rng.normal(size=n).astype("float32"),
            "count": rng.integers(0, 50, n),
            "part": pd.Categorical(rng.choice(list("xyz"), n), categories=list("zyxw"), ordered=True),
            "day": pd.date_range("2024-01-01", periods=n),
            "heat": np.where(gaps, np.nan, rng.normal(size=n)),
            "code": rng.choice(["007", "010", "120"], n),
            "note": np.where(gaps, None, rng.choice(["red", "green"], n)),
            "on": rng.random(n) < 0.5,
            "whole": pd.array(np.where(gaps, None, rng.integers(0, 9, n)), dtype="Int16"),
            "thin": pd.arrays.SparseArray(np.where(gaps, 1.5, 0.0)),
        },
        index=range(100, 100 + n),
    )


def counts_of(y) -> dict:
    return dict(zip(*(part.tolist() for part in np.unique(np.asarray(y), return_counts=True)), strict=True))


@FEW
@imblearn_checks.parametrize_with_checks([sampler()])
def test_the_checks_of_imbalanced_learn(estimator, check):
    check(estimator)


@FEW
def test_the_parameters_that_imbalanced_learn_checks():
    imblearn_checks.check_param_validation("TabGANSampler", sampler())
    imblearn_checks.check_dataframe_column_names_consistency("TabGANSampler", sampler())


@FEW
@estimator_checks.parametrize_with_checks([sampler()])
def test_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int16"])
def test_new_rows_come_below_real_ones_class_by_class(dtype):
    X, y = (10 * numbers()).astype(dtype), classes()
    before = X.copy()
    made = sampler()
    more, labels = made.fit_resample(X, y)
    assert more.dtype == X.dtype
    assert labels.dtype == y.dtype
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(more[:60], X)
    assert labels[:60].tolist() == y.tolist()
    assert labels[60:].tolist() == ["broken"] * 32 + ["worn"] * 28
    assert list(made.sampling_strategy_.items()) == [("broken", 32), ("worn", 28)]
    assert made.synthesizer_.label_ is not None


@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
def test_a_sparse_matrix_comes_back_in_its_form(kind):
    X = kind(np.where(numbers() > 0, numbers(), 0).astype("float32"))
    more, _ = sampler().fit_resample(X, classes())
    assert type(more) is kind
    assert more.dtype == np.float32
    assert (more[:60] != X).nnz == 0
    dense, _ = sampler().fit_resample(X.toarray(), classes())
    np.testing.assert_array_equal(more.toarray(), dense)


def test_a_table_of_all_kinds_comes_back_with_its_dtypes():
    X, y = mixed(), pd.Series(classes(), name="class", index=range(100, 160), dtype="category")
    before = X.copy()
    more, labels = sampler().fit_resample(X, y)
    pd.testing.assert_frame_equal(X, before)
    pd.testing.assert_series_equal(more.dtypes, X.dtypes)
    pd.testing.assert_frame_equal(more.iloc[:60], X.reset_index(drop=True))
    pd.testing.assert_series_equal(labels.iloc[:60], y.reset_index(drop=True))
    assert labels.dtype == y.dtype
    new = more.iloc[60:]
    assert set(new["code"]) <= {"007", "010", "120"}
    assert new["heat"].isna().any()
    assert new["whole"].dropna().between(0, 8).all()
    assert new["day"].between("2024-01-01", "2024-02-29").all()


def test_an_array_of_objects_may_hold_texts_and_gaps():
    X = mixed()[["count", "code", "note"]].to_numpy()
    X[pd.isna(X)] = None  # which pandas 3 has made NaN
    more, _ = sampler().fit_resample(X, classes())
    assert more.dtype == object
    assert set(more[60:, 2]) == {"red", "green", None}
    assert {type(value) for value in more[60:, 0]} == {int}
    pd.testing.assert_frame_equal(pd.DataFrame(more[:60]), pd.DataFrame(X))


def test_masked_values_are_gaps():
    X = np.ma.masked_greater(numbers(), 1)
    more, _ = sampler().fit_resample(X, classes())
    np.testing.assert_array_equal(more[:60], X.filled(np.nan))
    assert np.isnan(more[60:]).any()
    assert np.nanmax(more[60:]) <= 1


@pytest.mark.parametrize(
    "names", [["class", "class_"], [7, 3], [("a", 1), ("a", 2)], ["1", "y"]], ids=["taken", "whole", "pairs", "texts"]
)
def test_columns_have_any_names(names):
    X = pd.DataFrame(numbers(columns=2))
    X.columns = pd.Index(names, tupleize_cols=False)
    more, _ = sampler().fit_resample(X, classes())
    assert more.columns.tolist() == names
    pd.testing.assert_frame_equal(more.iloc[:60], X)


def test_names_of_columns_are_those_that_the_synthesizer_is_told_of():
    X = pd.DataFrame(np.sort(numbers(), axis=1), columns=["low", "mid", "high"])
    ruled = clone(TINY).set_params(constraints="low <= high")
    more, _ = sampler(synthesizer=ruled).fit_resample(X, classes())
    assert (more["low"] <= more["high"]).all()
    more, _ = sampler(synthesizer=ruled.set_params(constraints='"1" <= "3"')).fit_resample(X.to_numpy(), classes())
    assert (more[:, 0] <= more[:, 2]).all()


def test_new_identifiers_are_not_given_twice():
    X = pd.DataFrame({"id": [f"P{i:03}" for i in range(60)], "a": numbers()[:, 0]})
    more, _ = sampler(synthesizer=clone(TINY).set_params(kinds={"id": "id"})).fit_resample(X, classes())
    assert more["id"].is_unique
    assert (more["id"][:60] == X["id"]).all()


@pytest.mark.parametrize("as_given", [list, np.array, pd.Series, lambda y: pd.Series(y, dtype="string")])
def test_classes_are_texts_in_any_container(as_given):
    y = as_given(list(classes()))
    _, labels = sampler().fit_resample(numbers(), y)
    assert type(labels) is type(y)
    assert getattr(labels, "dtype", None) == getattr(y, "dtype", None)
    assert counts_of(labels) == dict.fromkeys(COUNTS, 40)


def test_one_column_for_each_class_comes_back_as_such():
    y = pd.get_dummies(classes(), dtype=int)
    for given in (y, y.to_numpy()):
        _, labels = sampler().fit_resample(numbers(), given)
        assert type(labels) is type(given)
        assert np.asarray(labels).sum(axis=0).tolist() == [40] * 3


def test_strategies_are_those_of_imbalanced_learn():
    X, y = numbers(), classes()
    for strategy, expected in [
        ({"worn": 15}, COUNTS | {"worn": 15}),
        ("minority", COUNTS | {"broken": 40}),
        (lambda y: {"broken": 9}, COUNTS | {"broken": 9}),
        (lambda y: {}, COUNTS),
    ]:
        assert counts_of(sampler(sampling_strategy=strategy).fit_resample(X, y)[1]) == expected
    _, two = sampler(sampling_strategy=0.5).fit_resample(X, np.arange(60) < 12)
    assert counts_of(two) == {False: 48, True: 24}


def test_a_table_without_a_small_class_stays_as_it_is():
    X, y = numbers(), np.arange(60) % 3
    made = sampler()
    more, labels = made.fit_resample(X, y)
    np.testing.assert_array_equal(more, X)
    np.testing.assert_array_equal(labels, y)
    assert made.synthesizer_ is None


def test_the_same_seed_makes_the_same_rows():
    X, y = mixed(), classes()
    first, again, other = (sampler(random_state=seed).fit_resample(X, y)[0] for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
    generator = sampler(random_state=np.random.default_rng(0))
    assert not generator.fit_resample(X, y)[0].equals(generator.fit_resample(X, y)[0])


def test_what_was_given_is_left_alone():
    own = clone(TINY).set_params(random_state=7)
    first = sampler(synthesizer=own).fit_resample(numbers(), classes())[0]
    assert own.get_params() == clone(TINY).set_params(random_state=7).get_params()
    assert not hasattr(own, "schema_")
    np.testing.assert_array_equal(first, sampler().fit_resample(numbers(), classes())[0])


@pytest.mark.parametrize("rows", [1, 2, 3, 5])
def test_classes_of_few_rows_are_filled_and_warned_of(rows):
    counts = {"fine": 40, "worn": 20 - rows, "rare": rows}
    with pytest.warns(TabganWarning, match=f"5 rows or fewer .* but class rare has {rows}; look") as caught:
        _, labels = sampler().fit_resample(numbers(), classes(counts))
    assert [one.filename for one in caught if "5 rows" in str(one.message)] == [__file__]
    assert counts_of(labels) == dict.fromkeys(counts, 40)


def test_a_class_of_few_rows_that_gets_none_is_not_warned_of():
    counts = {"fine": 40, "worn": 19, "rare": 1}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        more, labels = sampler(sampling_strategy={"worn": 30}).fit_resample(numbers(), classes(counts))
    assert counts_of(labels) == counts | {"worn": 30}
    assert len(more) == 71


def test_it_goes_into_pipelines_searches_clones_and_pickles():
    X, y = numbers(), np.arange(60) % 5 == 0
    pipeline = make_pipeline(sampler(), LogisticRegression())
    search = GridSearchCV(pipeline, {"tabgansampler__sampling_strategy": ["auto", 0.5]}, cv=2).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert len(search.predict(X)) == 60
    made = sampler(labels="kept")
    assert clone(made).get_params(deep=False).keys() == {"sampling_strategy", "synthesizer", "labels", "random_state"}
    more, _ = made.fit_resample(X, y)
    again = pickle.loads(pickle.dumps(made))
    np.testing.assert_array_equal(again.fit_resample(X, y)[0], more)
    np.testing.assert_array_equal(again.synthesizer_.sample(5), made.synthesizer_.sample(5))
    assert repr(TabGANSampler(labels="kept")) == "TabGANSampler(labels='kept')"


class Copies(RowSynthesizer):
    """Draws learned rows again; knows of no label."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def _fit(self, X, earlier):
        self.rows_ = X

    def _sample_block(self, seed, block, given=None):
        return self.rows_[np.random.default_rng([seed, block]).integers(len(self.rows_), size=5000)]

    def _learned_state(self):
        return {"rows": self.rows_}

    def _set_learned_state(self, state):
        self.rows_ = state["rows"]


def test_a_synthesizer_without_a_label_gives_rows_that_meet_conditions():
    X, y = numbers(), classes()
    more, labels = sampler(synthesizer=Copies(), labels="kept").fit_resample(X, y)
    real = {tuple(row): name for row, name in zip(X, y, strict=True)}
    assert [real[tuple(row)] for row in more] == labels.tolist()
    for other in (Copies(), VineCopulaSynthesizer()):
        with pytest.raises(InputError, match=r'labels="checked" needs .* has neither; give labels="kept"'):
            sampler(synthesizer=other, labels="checked").fit_resample(X, y)


class Taught(Copies):
    """Has both parameters that may take the name of the class's column."""

    def __init__(self, label=None, target=None, random_state=None):
        self.label, self.target, self.random_state = label, target, random_state


@FEW
def test_checked_rows_are_those_that_the_teacher_confirms():
    X, y = numbers(), np.where(numbers()[:, 0] > 0.7, "rare", "usual")
    checked = sampler(labels="checked")
    more, labels = checked.fit_resample(X, y)
    model = checked.synthesizer_
    rows = pd.DataFrame(more[60:], columns=[1, 2, 3]).assign(**{"4": "class rare"}).rename(columns={"4": 4})
    assert model.row_generator_.target.accept(model.schema_.to_matrix(rows)).all()
    assert set(labels[60:]) == {"rare"}


def test_checked_labels_are_a_target_and_kept_ones_a_label():
    for labels, expected in [("checked", (None, 4)), ("kept", (4, None))]:
        made = sampler(synthesizer=Taught(), labels=labels)
        made.fit_resample(numbers(), classes())
        assert (made.synthesizer_.label, made.synthesizer_.target) == expected
    with pytest.raises(InputError, match="target=1 is given there, too; leave it out"):
        sampler(synthesizer=Taught(target=1)).fit_resample(numbers(), classes())


def test_a_class_that_cannot_be_generated_is_named(monkeypatch):
    monkeypatch.setattr(Copies, "_sample_block", lambda self, seed, block, given=None: self.rows_[:0])
    with pytest.raises(InputError, match=r"class broken must get 32 new rows, but: .*; give it fewer"):
        sampler(synthesizer=Copies(), labels="kept").fit_resample(numbers(), classes())


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"labels": "sure"}, 'labels must be "checked" or "kept", but is \'sure\''),
        ({"labels": None}, "but is None"),
        ({"synthesizer": LogisticRegression()}, r"must be one of rows, .*, but is LogisticRegression\(\)"),
        ({"synthesizer": WGANGPSynthesizer}, "must be one of rows"),
        ({"synthesizer": WGANGPSynthesizer(label="a")}, "label='a' is given there, too; leave it out"),
        ({"random_state": -1}, "a seed must be a whole number"),
        ({"sampling_strategy": {"worn": 3}}, "at least as many as before, but says 3 for class 'worn', which has 12"),
        ({"sampling_strategy": {"worn": 30.5}}, "says 30.5 for class 'worn'"),
        ({"sampling_strategy": {"torn": 30}}, "has 'torn'; the classes are 'broken', 'fine', 'worn'"),
        ({"sampling_strategy": pd.Series({"worn": 30}).to_dict().items()}, "'sampling_strategy' parameter"),
        ({"sampling_strategy": 0.5}, "float only when the type of target is binary. For multi-class, use a dict"),
        ({"sampling_strategy": "most"}, "must be a float .* Got 'most' instead"),
    ],
)
def test_parameters_that_cannot_be_used_are_said(parameters, words):
    with pytest.raises(ValueError, match=words):
        sampler(**parameters).fit_resample(numbers(), classes())


@pytest.mark.parametrize("method", ["fit", "fit_resample"])
@pytest.mark.parametrize(
    ("y", "words"),
    [
        ([None, *classes()[1:]], "every row must have a class, but y is None in row 0"),
        (pd.Series([*classes()[1:], pd.NA], dtype="string"), "y is <NA> in row 59"),
        ([np.nan, *[0.0, 1.0] * 29, 1.0], "y is nan in row 0"),
        ([*[0.0, 1.0] * 29, 1.0, np.inf], "y is inf in row 59"),
        (np.array([0, *classes()[1:]], dtype=object), "all numbers or all texts, but some are of another kind"),
        (["a"] * 60, "more than 1 class. Got 1 class"),
        (["a", "b"] * 20, "y must have a class for each row, but has 40 for 60 rows"),
    ],
)
def test_classes_that_cannot_be_used_are_said(method, y, words):
    for X in (numbers(), pd.DataFrame(numbers())):
        with pytest.raises(ValueError, match=words):
            getattr(sampler(), method)(X, y)


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (pd.DataFrame(numbers(), columns=["a", "b", "a"]), "distinct column names, but 'a' is there more than once"),
        (pd.DataFrame(numbers(), columns=["a", 1, "b"]), "Feature names are only supported if all"),
        (pd.DataFrame({"a": [[1]] * 60, "b": numbers()[:, 0]}), r"'a' has '\[1\]' \(list\)"),
        (np.where(numbers() > 2, np.inf, numbers()), "infinite"),
        (numbers()[0], "Expected 2D array"),
    ],
)
def test_rows_that_cannot_be_used_are_said(X, words):
    with pytest.raises((ValueError, TypeError), match=words):
        sampler().fit_resample(X, classes())


def test_frames_of_other_libraries_are_to_be_converted():
    polars = pytest.importorskip("polars")
    with pytest.raises(InputError, match=r"a DataFrame of pandas, but is .*polars.*X\.to_pandas"):
        sampler().fit_resample(polars.DataFrame(numbers()), classes())


def test_a_read_table_keeps_what_was_read_of_it(tmp_path):
    from tabgan.tables.formats import read_table

    path = tmp_path / "wear.csv"
    mixed().drop(columns=["thin", "whole"]).assign(state=classes()).to_csv(path, index=False)
    table = read_table(path)
    more, _ = sampler().fit_resample(table.drop(columns="state"), table["state"])
    assert more["class"].dtype == table["class"].dtype
    pd.testing.assert_frame_equal(more.iloc[:60], table.drop(columns="state"))


def test_without_imbalanced_learn_one_line_says_how_to_get_it():
    lines = [
        "import sys; sys.modules['imblearn'] = None",
        "from tabgan import *; print('evaluate' in dir())",
        "from tabgan import TabGANSampler",
    ]
    found = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True)
    assert found.stdout == "True\n"
    assert "InputError: TabGANSampler needs imbalanced-learn" in found.stderr.splitlines()[-1]
    assert "pip install 'tabgan-wgangp[imblearn]'" in found.stderr.splitlines()[-1]
