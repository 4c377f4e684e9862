"""Adding rows where they help, and nowhere else."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, KFold, LeaveOneGroupOut
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks

from tabgan import Augmenter, InputError, TabganWarning, WGANGPSynthesizer
from tabgan.augmentation.gains import Gain
from tabgan.augmentation.trials import BARE
from tests.augmentation.bootstrap_rows import Bootstrap

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 3))
CLASSES = np.where(X[:, 0] + 0.6 * RNG.normal(size=90) > 0.8, "fault", "fine")
NUMBERS = X @ [1.0, 2.0, 0.0] + 0.3 * RNG.normal(size=90)
KEYS = RNG.permutation(90) * 1.5
QUICK = dict(synthesizer=Bootstrap(), rivals=False, cv=3, repeats=1, random_state=0)
TINY = WGANGPSynthesizer(
    iterations=3, hidden=(4,), n_projections=2, frequencies=(), sieve=False, copula=False, snapshots=1, calibrate=False
)


def quick(estimator: object, **more: object) -> Augmenter:
    teacher = (
        LogisticRegression()
        if hasattr(estimator, "classes_")
        or isinstance(estimator, (LogisticRegression, SVC, KNeighborsClassifier, DecisionTreeClassifier))
        else Ridge()
    )
    return Augmenter(estimator, **{"teacher": teacher} | QUICK | more)


@parametrize_with_checks(
    [
        Augmenter(Ridge(), synthesizer=TINY, teacher=Ridge(), rivals=False, cv=2, repeats=1, random_state=0),
        Augmenter(
            LogisticRegression(),
            synthesizer=TINY,
            teacher=LogisticRegression(),
            rivals=False,
            cv=2,
            repeats=1,
            random_state=0,
        ),
    ]
)
def test_it_keeps_what_scikit_learn_asks_of_estimators(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.long
def test_noise_is_never_helped():
    """Of 40 intervals 38 would hold 0; where nothing can be known a smoother model is no better than a guess."""
    helped = 0
    for run in range(20):
        rng = np.random.default_rng(run)
        noise, numbers = rng.normal(size=(60, 3)), rng.normal(size=60)
        labels = "taught" if run % 2 else "kept"
        model = quick(DecisionTreeRegressor(max_depth=3, random_state=0), repeats=2, labels=labels, random_state=run)
        helped += model.fit(noise, numbers).verdict_ == "helps"
        classes = (rng.random(60) < 0.3).astype(int)
        model = quick(DecisionTreeClassifier(max_depth=3, random_state=0), cv=3, labels=labels, random_state=run)
        helped += model.fit(noise, classes).verdict_ == "helps"
    assert helped <= 3


@pytest.mark.parametrize("labels", ["kept", "checked", "taught"])
def test_copies_of_learned_rows_gain_nothing(labels: str):
    """A tree that was fitted to its rows learns nothing from the same rows again; a leaky fold would see a gain.

    Nor does it learn from a tree; a smoother teacher can help it.
    """
    tree = DecisionTreeClassifier(random_state=0)
    model = quick(tree, teacher=tree, labels=labels, cv=5, repeats=2).fit(X, CLASSES)
    assert model.verdict_ != "helps"
    assert model.amount_ == 0


def test_no_tested_row_reaches_the_generator_or_the_teacher():
    taught = []

    class Spy(LogisticRegression):
        def fit(self, X, y, sample_weight=None):
            taught.append(np.asarray(X))
            return super().fit(X, y, sample_weight)

    Bootstrap.SEEN.clear()
    numbered = np.column_stack([X, KEYS])
    folds = [(np.arange(30, 90), np.arange(30)), (np.arange(60), np.arange(60, 90))]
    quick(LogisticRegression(max_iter=999), teacher=Spy(), cv=folds, amount=10).fit(numbered, CLASSES)
    for (learned, _), seen in zip(folds, Bootstrap.SEEN, strict=False):
        assert sorted(seen.iloc[:, 3]) == sorted(KEYS[learned])
    assert len(Bootstrap.SEEN) == 3  # one for each fold, one for all rows
    sizes = [len(rows) for rows in taught]
    assert sizes == [48] * 5 + [60] + [48] * 5 + [60] + [72] * 5 + [90]


def test_real_rows_come_first_and_are_untouched():
    model = quick(Ridge(), amount="2x").fit(X, NUMBERS)
    augmented = model.augment(X, NUMBERS)
    assert model.amount_ == 180
    assert np.array_equal(augmented.rows[:90], X)
    assert np.array_equal(augmented.targets[:90], NUMBERS)
    assert augmented.origin.tolist() == ["real"] * 90 + ["generated"] * 180
    assert (augmented.weights == 1).all()
    assert augmented.rows.shape == (270, 3)


def test_what_was_fitted_is_not_learned_again_and_other_rows_are():
    model = quick(LogisticRegression(), amount=20, labels="kept").fit(X, CLASSES)
    Bootstrap.SEEN.clear()
    model.augment(X, CLASSES)
    assert not Bootstrap.SEEN
    augmented = model.augment(X[:60], CLASSES[:60])
    assert [len(seen) for seen in Bootstrap.SEEN] == [60]
    assert set(map(tuple, augmented.rows[60:].round(9))) <= set(map(tuple, X[:60].round(9)))


def test_the_estimator_learns_rows_and_weights():
    model = quick(LogisticRegression(), amount="1x").fit(X, CLASSES)
    rows = model.augment(X, CLASSES)
    again = LogisticRegression().fit(rows.rows, rows.targets, rows.weights)
    assert again.coef_ == pytest.approx(model.estimator_.coef_)
    assert np.array_equal(model.predict(X), again.predict(X))
    assert 0 < rows.weights.min() < 1


def test_who_takes_no_weights_gets_rows_that_the_teacher_confirms():
    model = quick(KNeighborsClassifier(), amount=40).fit(X, CLASSES)
    rows = model.augment(X, CLASSES)
    assert (rows.weights == 1).all()
    assert len(rows.targets) == 130


def test_equal_seeds_make_equal_models_and_leave_the_global_generator_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = (quick(LogisticRegression(), amount=30).fit(X, CLASSES) for _ in range(2))
    assert first.scores_.equals(second.scores_)
    assert np.array_equal(first.augment(X, CLASSES).rows, second.augment(X, CLASSES).rows)
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


class Talking(Bootstrap):
    """A synthesizer that has something to say of any rows."""

    def _fit(self, X, earlier):
        warnings.warn(TabganWarning("so it is"), stacklevel=2)
        super()._fit(X, earlier)


def test_what_all_folds_say_is_said_once():
    with pytest.warns(TabganWarning) as told:
        quick(Ridge(), synthesizer=Talking()).fit(X, NUMBERS)
    assert [str(one.message) for one in told] == ["so it is"]


def test_it_is_cloned_pickled_and_searched():
    model = quick(Ridge(), amount="1x").fit(X, NUMBERS)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    assert not hasattr(clone(model), "gain_")
    search = GridSearchCV(quick(Ridge()), {"amount": [10, 40], "estimator__alpha": [0.1, 1.0]}, cv=2).fit(X, NUMBERS)
    assert search.best_params_["amount"] in (10, 40)


def test_a_pipeline_gets_frames_as_they_are():
    frame = pd.DataFrame({"x": X[:, 0], "kind": np.where(X[:, 1] > 0, "a", "b"), "n": np.arange(90) // 2})
    columns = make_column_transformer((OneHotEncoder(), ["kind"]), (StandardScaler(), ["x", "n"]))
    model = quick(make_pipeline(columns, LogisticRegression()), amount="balance", teacher="auto")
    model.fit(frame, pd.Series(CLASSES, index=range(1000, 1090)))
    augmented = model.augment(frame, CLASSES)
    assert augmented.rows.dtypes.tolist() == frame.dtypes.tolist()
    assert augmented.rows[:90].equals(frame)
    assert model.predict(frame.iloc[:5]).shape == (5,)
    assert model.recalls_.index.tolist() == ["fault", "fine"]


def test_all_rivals_are_tried():
    model = quick(DecisionTreeClassifier(max_depth=2, random_state=0), rivals=True, cv=2, teacher=LogisticRegression())
    model.fit(X, CLASSES)
    assert set(model.rivals_) == {
        "no rows",
        "class weights",
        "moved threshold",
        "SMOTE",
        "the teacher itself",
        "boosted trees",
        "a random forest",
        "a linear model",
        "a support vector machine",
        "nearest neighbours",
        "a small network",
        "no model: a guess",
    }
    assert list(model.amounts_) == ["balance", "balance+3x"]
    scores = [gain.score for gain in model.rivals_.values()]
    assert scores == sorted(scores, reverse=True)
    assert model.rivals_[BARE].mean == 0
    assert model.rivals_["no model: a guess"].score == pytest.approx(0.5)
    assert len(model.learners_) == 6


def test_auto_adds_rows_only_above_one_error_and_every_rival(monkeypatch: pytest.MonkeyPatch):
    from tabgan.augmentation import trials

    def fit(gain: Gain, rival: float) -> Augmenter:
        monkeypatch.setattr(trials.Trials, "gain_of", lambda self, names: gain)
        monkeypatch.setattr(trials.Trials, "rivals", lambda self: {BARE: Gain(0.5, 0, 0, 0, 0, 3), "r": Gain(rival)})
        return quick(Ridge()).fit(X, NUMBERS)

    assert fit(Gain(0.9, 0.4, 0.1, 0.7, 0.1, 3), 0.8).amount_ > 0
    assert fit(Gain(0.9, 0.4, 0.1, 0.7, 0.1, 3), 0.95).amount_ == 0
    assert fit(Gain(0.9, 0.09, 0.01, 0.17, 0.1, 3), 0.8).amount_ == 0
    assert fit(Gain(0.9, 0.4, -0.1, 0.9, 0.1, 3), 0.8).verdict_ == "cannot tell"


def test_groups_stay_together():
    groups = np.repeat(np.arange(9), 10)
    model = quick(Ridge(), cv=LeaveOneGroupOut()).fit(X, NUMBERS, groups)
    assert model.gain_.n_fits == 9


@pytest.mark.parametrize("scoring", ["neg_log_loss", "roc_auc", lambda model, X, y: 0.5])
def test_scores_of_ones_own(scoring: object):
    model = quick(LogisticRegression(), scoring=scoring).fit(X, CLASSES)
    assert np.isfinite(model.scores_.loc[BARE]).all()


def test_equal_rows_of_several_groups_stay_together():
    twice = np.repeat(X[:45], 2, axis=0)
    noise = np.repeat(RNG.integers(0, 2, 45), 2)
    model = Augmenter(KNeighborsClassifier(1), **QUICK, teacher=LogisticRegression())
    assert model.fit(twice, noise, np.arange(90)).rivals_[BARE].score < 0.8  # 1 if a fold parts them
    with pytest.warns(TabganWarning, match="tested rows equal learned ones"):
        model.set_params(cv=KFold(3, shuffle=True, random_state=0)).fit(twice, noise)
    with pytest.raises(InputError, match="groups must be known of all rows, but row 3 has none"):
        model.fit(X, CLASSES, np.where(np.arange(90) == 2, None, "a"))


def test_classes_of_fewer_rows_than_folds_are_told_of():
    few = np.where(np.arange(90) < 2, "rare", CLASSES)
    with pytest.warns(TabganWarning, match="fewer rows than the 3 folds are not in each.*: rare 2"):
        model = quick(LogisticRegression()).fit(X, few)
    assert model.gain_.n_fits == 3


def test_an_amount_that_comes_to_nothing_adds_nothing():
    model = quick(LogisticRegression(), amount="balance").fit(X, np.repeat([0, 1], 45))
    assert (model.amount_, model.gain_.mean) == (0, 0)
    assert len(model.augment(X, np.repeat([0, 1], 45)).rows) == 90


def test_too_few_rows_are_said_and_learned():
    with pytest.warns(TabganWarning, match="not tried: there are 30 rows, fewer than 40"):
        model = quick(Ridge()).fit(X[:30], NUMBERS[:30])
    assert (model.verdict_, model.amount_, model.gain_.n_fits) == ("cannot tell", 0, 0)
    with pytest.warns(TabganWarning, match="the target is the same in all rows"):
        quick(Ridge()).fit(X, np.ones(90))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"labels": "best"}, "labels must be one of taught, checked, kept, but is 'best'"),
        ({"teacher": "forest"}, "teacher must be"),
        ({"teacher": SVC()}, "estimator with predict_proba"),
        ({"amount": "much"}, "amount must be auto"),
        ({"repeats": 0}, "repeats must be a whole number from 1 to 1,000"),
        ({"cv": 1}, "cv must be at least 2 folds"),
        ({"cv": []}, "cv must have folds"),
        ({"synthesizer": "ctgan"}, "synthesizer must be one of rows"),
        ({"synthesizer": Bootstrap}, "synthesizer must be one of rows"),
        ({"estimator": LogisticRegression}, "estimator must be an object"),
        ({"scoring": "best"}, "scoring must be a score of scikit-learn"),
        ({"scoring": lambda model, X, y: np.nan}, "scoring must give numbers"),
        ({"estimator": SVC(), "scoring": "neg_log_loss"}, "scoring must be a score that can be had of the model"),
        ({"amount": 2_000_000}, "at most 1,000,000 rows"),
    ],
)
def test_bad_parameters_are_refused(params: dict, words: str):
    estimator = params.pop("estimator", LogisticRegression())
    with pytest.raises(InputError, match=words):
        Augmenter(estimator, **{"teacher": LogisticRegression()} | QUICK | params).fit(X, CLASSES)


def test_bad_targets_are_refused():
    with pytest.raises(InputError, match=r"known in all rows, but is missing \(NaN\) in row 3"):
        quick(LogisticRegression()).fit(X, np.where(np.arange(90) == 2, None, CLASSES))
    with pytest.raises(InputError, match="at most 100 classes, but has 150"):
        quick(LogisticRegression()).fit(np.tile(X, (2, 1))[:150], np.arange(150).astype(str))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        quick(Ridge()).fit(X, NUMBERS[:50])
    with pytest.raises(InputError, match="'new' is not"):
        quick(LogisticRegression(), amount=9).fit(X, CLASSES).augment(X, np.where(np.arange(90) == 2, "new", CLASSES))


@pytest.mark.parametrize("form", ["csr", "coo", "dok", "lil"])
def test_sparse_rows_are_refused(form: str):
    from scipy import sparse

    with pytest.raises(TypeError, match="dense data is required"):
        quick(Ridge()).fit(sparse.csr_array(X).asformat(form), NUMBERS)


def test_the_amount_is_that_of_rows_and_not_of_their_classes():
    taught = quick(LogisticRegression(), amount=40).fit(X, CLASSES)
    assert taught.amount_ == 40 < len(taught.augment(X, CLASSES).targets) - 90
    checked = quick(LogisticRegression(), amount=40, labels="checked").fit(X, CLASSES)
    assert checked.amount_ == len(checked.augment(X, CLASSES).targets) - 90
