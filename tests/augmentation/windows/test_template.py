"""What all augmentations promise: shapes, dtypes, classes, seeds, and messages that say what is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from tabgan import InputError
from tabgan.augmentation import METHODS, ARSurrogate, CircularShift, Jitter, PhaseSurrogate, WindowAugmenter, augment

CHOICES = {
    **{name: method() for name, method in METHODS.items()},
    "phases, values kept": PhaseSurrogate(keep_values=True),
    "stationary": METHODS["blocks"](kind="stationary"),
    "season": METHODS["decomposed"](period=4),
}
each = pytest.mark.parametrize("method", CHOICES.values(), ids=CHOICES)
LABELS = np.array(["b", "a", "b", "a", "a"])


def make(shape: tuple[int, ...], dtype: str = "float64") -> np.ndarray:
    return (10 * np.random.default_rng(0).normal(size=shape)).astype(dtype)


@each
@pytest.mark.parametrize("shape", [(5, 16), (5, 17, 1), (5, 24, 3)])
@pytest.mark.parametrize(("dtype", "back"), [("float64", "float64"), ("float32", "float32"), ("int16", "float64")])
def test_shape_and_floating_dtype_are_those_given(method, shape, dtype, back):
    windows = make(shape, dtype)
    before = windows.copy()
    more, labels = method.fit(windows, LABELS).sample(7)
    assert more.shape == (14, *shape[1:])
    assert more.dtype == back
    assert labels.tolist() == ["a"] * 7 + ["b"] * 7
    made = method.fit_transform(windows, LABELS)
    assert made.shape == shape
    assert made.dtype == back
    assert np.isfinite(made).all()
    np.testing.assert_array_equal(windows, before)


@each
def test_the_same_seed_makes_the_same_windows_and_leaves_the_global_generator_alone(method):
    windows = make((5, 24, 2))
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, again, other = (augment(windows, LABELS, 9, method, random_state=seed)[0] for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@each
def test_a_generator_makes_others_at_each_call(method):
    method = clone(method).set_params(random_state=np.random.default_rng(0)).fit(make((2, 24)))
    assert not np.array_equal(method.sample(4)[0], method.sample(4)[0])


@each
def test_classes_are_not_mixed(method):
    """A class near 1000 leaves no trace in one near 0, and what it holds changes none of the other's windows."""
    windows = make((6, 24, 2)) / 100
    labels = np.array([0, 1] * 3)
    far = windows + 1000.0 * labels[:, None, None]
    more, classes = augment(far, labels, 20, method, random_state=0)
    assert np.abs(more[classes == 0]).max() < 100
    assert np.abs(more[classes == 1]).min() > 100
    own, _ = augment(windows, labels, 20, method, random_state=0)
    np.testing.assert_array_equal(own[:20], more[:20])
    made = clone(method).set_params(random_state=0).transform(far, labels)
    assert np.abs(made[::2]).max() < 100 < np.abs(made[1::2]).min()


@each
def test_constant_windows_stay(method):
    windows = np.full((3, 24, 2), 5.0)
    if not isinstance(method, (METHODS["scaling"], METHODS["magnitude_warp"])):
        np.testing.assert_allclose(method.fit_transform(windows), windows, atol=1e-12)


@given(
    count=st.integers(1, 6),
    length=st.integers(8, 40),
    channels=st.integers(1, 3),
    n=st.integers(1, 15),
    seed=st.integers(0, 2**32 - 1),
    name=st.sampled_from(sorted(CHOICES)),
)
def test_any_number_of_windows_of_any_length(count, length, channels, n, seed, name):
    windows = np.random.default_rng(seed).normal(size=(count, length, channels))
    more, labels = augment(windows, None, n, CHOICES[name], random_state=seed)
    assert more.shape == (n, length, channels)
    assert np.isfinite(more).all()
    assert labels is None


def test_each_window_is_used_as_often_as_the_others():
    windows = np.repeat(np.arange(5.0)[:, None], 8, axis=1)
    more, _ = CircularShift(random_state=0).fit(windows).sample(12)
    counts = np.bincount(more[:, 0].astype(int))
    assert sorted(counts) == [2, 2, 2, 3, 3]


def test_several_methods_follow_one_another_and_parameters_are_left_alone():
    windows, jitter = make((4, 16)), Jitter(strength=0, random_state=5)
    both, _ = augment(windows, None, 8, ["shift", jitter], random_state=0)
    shifted, _ = augment(windows, None, 8, "shift", random_state=0)
    np.testing.assert_array_equal(both, shifted)
    assert jitter.random_state == 5
    assert not hasattr(jitter, "windows_")


def test_labels_are_any_that_can_be_sorted():
    for labels in ([3, 1, 1, 3, 2], [True, False, True, False, True], list("xyxyz")):
        more, classes = augment(make((5, 8)), labels, 2)
        assert len(more) == len(classes)
        assert classes.tolist() == [label for label in sorted(set(labels)) for _ in range(2)]


def test_parameters_are_those_of_scikit_learn():
    method = METHODS["slices"](pieces=3)
    assert method.get_params() == {"pieces": 3, "fade": 0.125, "random_state": None}
    assert clone(method).set_params(fade=0.5).fade == 0.5
    assert repr(method) == "SliceMixing(pieces=3)"
    with pytest.raises(NotFittedError):
        method.sample(3)


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        (np.zeros(8), r"shape \(windows, length\).*have \(8,\); one series becomes a window by X\[None\]"),
        (np.zeros((0, 8)), r"at least one window of 2 steps, but have \(0, 8\)"),
        (np.zeros((3, 1)), r"have \(3, 1\)"),
        ([[1.0, 2.0], [1.0, 2.0, 3.0]], "must be of one length"),
        ([[1.0, 2.0], [3.0, np.nan]], "finite, but window 1 has nan at step 1; fill gaps"),
        ([["a", "b"]], "numbers, but are of dtype <U1"),
        (np.array([["a", 2.0]], dtype=object), "numbers, but hold 'a'"),
    ],
)
def test_what_are_no_windows_is_said(windows, words):
    with pytest.raises(InputError, match=words):
        augment(windows)


def test_numbers_in_objects_are_numbers():
    more, _ = augment(np.array([[1, 2.5, 3]], dtype=object), n=2)
    assert more.dtype == np.float64


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"y": ["a"]}, r"one label for each of the 5 windows, but y has the shape \(1,\)"),
        ({"y": np.array(["a", 1, "b", 2, None], dtype=object)}, "labels must be all numbers or all texts"),
        ({"y": [1.0, np.nan, 1, 1, 1]}, "labels must not be missing, but that of window 1 is"),
        ({"n": 0}, "whole number of at least 1, but n=0"),
        ({"n": 2.5}, "n=2.5"),
        ({"method": "shifts"}, "method must be the name .* is 'shifts'; did you mean 'shift'"),
        ({"method": 3}, "is 3; the names are shift"),
        ({"method": []}, r"method=\[\]; give one of shift"),
        ({"method": Jitter(strength=-1)}, "strength must be a finite number of at least 0, but is -1"),
        ({"method": ["shift", METHODS["window_warp"](share=1)]}, r"share must be a number in \(0, 1\), but is 1"),
        ({"method": METHODS["window_warp"](factors=2)}, "factors must be positive finite numbers"),
        ({"method": METHODS["slices"](pieces=9)}, "9 of windows of 16 have fewer; give fewer pieces"),
        ({"method": METHODS["blocks"](block=17)}, "fit into a window of 16 steps, but block=17"),
        ({"method": METHODS["blocks"](kind="fixed")}, "kind must be moving or stationary, but is 'fixed'"),
        ({"method": ARSurrogate(order=8)}, "at least 18 steps for order=8, but have 16; give a lower order"),
        ({"method": METHODS["decomposed"](period=9)}, "at least 18 steps to be decomposed"),
        ({"method": METHODS["decomposed"](decomposition="stl")}, "needs a season, but period=None"),
        ({"random_state": -1}, "a seed must be a whole number"),
    ],
)
def test_what_cannot_be_used_is_said(arguments, words):
    with pytest.raises(InputError, match=words):
        augment(make((5, 16)), **arguments)


def test_a_method_of_ones_own():
    from dataclasses import dataclass

    @dataclass(kw_only=True, eq=False, repr=False)
    class Mirror(WindowAugmenter):
        def _new(self, windows, chosen, rng):
            return -windows[chosen]

    more, _ = augment([[1.0, 2.0]], n=2, method=Mirror())
    assert more.tolist() == [[-1.0, -2.0]] * 2
