"""A model file holds what was put in, always the same bytes, and tells when it was harmed."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import tabgan.persistence
from tabgan.errors import BundleError, InputError
from tabgan.persistence import load_bundle, save_bundle
from tests.campaign.model_edits import read, seal

STATE = {
    "class": "Thing",
    "名": "值",
    "none": None,
    "nested": {"x": np.arange(6.0).reshape(2, 3), "deeper": {"y": np.zeros(0, "int64"), "n": 1}},
}

keys = st.sampled_from(["a", "b", "0.weight", "名"])
numbers = arrays(st.sampled_from([np.float32, np.float64, np.int64]), array_shapes(min_dims=0, min_side=0, max_side=3))
values = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
leaves = numbers | values | st.text(max_size=5)
states = st.recursive(leaves, lambda inner: st.dictionaries(keys, inner, max_size=3), max_leaves=5)


def assert_equal(a, b):
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert a.keys() == b.keys()
        for key in a:
            assert_equal(a[key], b[key])
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    else:
        assert a == b


@given(states)
def test_what_is_saved_is_loaded(tmp_path_factory, state):
    path = tmp_path_factory.mktemp("bundle") / "model.tabgan"
    save_bundle(path, {"state": state})
    assert_equal(load_bundle(path)["state"], state)


def test_the_same_state_gives_the_same_bytes(tmp_path):
    save_bundle(tmp_path / "a", STATE)
    save_bundle(tmp_path / "b", dict(reversed(STATE.items())))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_every_flipped_bit_is_found(tmp_path):
    path = tmp_path / "model.tabgan"
    save_bundle(path, STATE)
    whole = path.read_bytes()
    for bit in range(8 * len(whole)):
        harmed = bytearray(whole)
        harmed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(harmed)
        with pytest.raises(BundleError):
            load_bundle(path)


def test_every_truncation_is_found(tmp_path):
    path = tmp_path / "model.tabgan"
    save_bundle(path, STATE)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(BundleError):
            load_bundle(path)


def test_a_missing_file_a_folder_and_a_foreign_file_are_told_apart(tmp_path):
    with pytest.raises(BundleError, match="there is no model file"):
        load_bundle(tmp_path / "none.tabgan")
    with pytest.raises(BundleError, match=r"cannot read the model file .*: Is a directory"):
        load_bundle(tmp_path)
    for content in (b"", b"a,b\n1,2\n" * 20, np.random.default_rng(0).bytes(500)):
        (tmp_path / "foreign").write_bytes(content)
        with pytest.raises(BundleError, match="is not a tabgan model"):
            load_bundle(tmp_path / "foreign")


@pytest.mark.parametrize("name", [None, 3, b"a.tabgan", "a\0b"])
def test_what_names_no_file_is_refused(name):
    for take in (tabgan.load, lambda place: save_bundle(place, {})):
        with pytest.raises(InputError, match=re.escape(f"{name!r} was given; name one")):
            take(name)


def test_a_newer_format_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(tabgan.persistence, "FORMAT_VERSION", 4)
    save_bundle(tmp_path / "new.tabgan", STATE)
    monkeypatch.undo()
    with pytest.raises(BundleError, match="has model format 4, but this tabgan reads up to 3; update tabgan"):
        load_bundle(tmp_path / "new.tabgan")


def test_nan_outside_an_array_is_refused(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        save_bundle(tmp_path / "x", {"value": float("nan")})
    assert not (tmp_path / "x").exists()


def test_the_manifest_is_readable_json(tmp_path):
    path = tmp_path / "model.tabgan"
    save_bundle(path, STATE)
    size = int.from_bytes(path.read_bytes()[:8], "little")
    header = json.loads(path.read_bytes()[8 : 8 + size])
    manifest = json.loads(json.loads(header["__metadata__"]["tabgan"])["manifest"])
    assert manifest["class"] == "Thing"
    assert header["nested/x"]["shape"] == [2, 3]


def test_an_array_within_another_is_damage(tmp_path):
    path = tmp_path / "a"
    save_bundle(path, {"x": np.zeros(2)})
    manifest, within = read(path)
    path.write_bytes(seal(manifest, within | {"x/y": np.zeros(2)}))
    with pytest.raises(BundleError, match="damaged"):
        load_bundle(path)
