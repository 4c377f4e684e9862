"""What all stages say of themselves is true."""

from __future__ import annotations

import numpy as np
import pytest

from tabgan.registry import registered

X = np.random.default_rng(0).standard_t(3, size=(200, 3)) * [1, 10, 100]


@pytest.mark.parametrize("stage", [*registered("stage").values()], ids=lambda stage: stage.name)
def test_only_lossy_stages_have_no_inverse(stage):
    fitted = stage().fit(X)
    back = fitted.inverse_transform(fitted.transform(X))
    assert np.allclose(back, X) == (not stage.lossy)


@pytest.mark.parametrize("stage", [*registered("stage").values()], ids=lambda stage: stage.name)
def test_a_stage_comes_back_from_its_state(stage):
    fitted = stage().fit(X)
    again = stage.from_state(fitted.get_state())
    np.testing.assert_array_equal(again.transform(X), fitted.transform(X))
