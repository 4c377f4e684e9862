"""Model files that the first format's program wrote still load, and give the rows they gave then."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import tabgan

FILES = Path(__file__).parent / "fixtures" / "version_1"


@pytest.mark.parametrize("name", ["mixed", "array_pca", "matlab", "tails"])
def test_a_model_of_version_1_gives_the_rows_that_it_gave(name: str, tmp_path: Path):
    rows = pd.DataFrame(tabgan.load(FILES / f"{name}.tabgan").sample(40, random_state=5))
    rows.to_csv(tmp_path / "rows.csv", index=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "rows.csv"), pd.read_csv(FILES / f"{name}.csv"), rtol=1e-9)


def test_a_forecaster_of_version_1_loads():
    forecaster = tabgan.load(FILES / "forecaster.tabgan")
    assert type(forecaster).__name__ == "DWTPCALSTMForecaster"
    assert len(forecaster.forecast(3)) == 3
