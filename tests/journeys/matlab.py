"""A MATLAB student with features in a .mat file: examples/02_from_matlab.md, docs/matlab.md and docs/export.md."""

from __future__ import annotations

import numpy as np
from scipy.io import loadmat

from tests.journeys.user import User, Who

WHO = Who()


def journey(user: User) -> None:
    # 569 samples of nine features, as MATLAB saves them. Octave stands in for MATLAB.
    user.write(
        "save_features.m", "T = dlmread('data/breast_cancer.csv', ',', 1, 0); X = T(:, 1:9); save -v7 features.mat X"
    )
    user.types("octave-cli --quiet save_features.m")
    X = loadmat(user / "features.mat")["X"]

    # Train, generate and compare, as the page of steps does; the two curves are in loss.png.
    user.types("tabgan schema features.mat --variable X")
    told = user.types("tabgan fit features.mat --variable X --preset matlab --iterations 300 --seed 0 --plot loss.png")
    assert "learned 569 rows x 9 columns" in told
    assert "300 iterations" in told
    user.types("tabgan generate -n 1000 -o synth.mat")
    user.types("tabgan evaluate features.mat synth.mat --plot marginals.png")
    for picture in ("loss.png", "marginals.png"):
        assert (user / picture).stat().st_size > 10_000

    # The rows as the page of MATLAB loads them.
    user.write("load_rows.m", "S = load('synth.mat'); disp(size(S.data)); disp(S.columns{9})")
    assert user.types("octave-cli --quiet load_rows.m").split()[:3] == ["1000", "9", "9"]
    rows = loadmat(user / "synth.mat")["data"]
    assert (rows >= X.min(axis=0)).all()
    assert (rows <= X.max(axis=0)).all()

    # ps_output.mat is what mapminmax returns.
    user.types("tabgan scaler model.tabgan -o again.mat")
    ps = loadmat(user / "again.mat", squeeze_me=True)["ps_output"]
    np.testing.assert_allclose(ps["xmin"].item(), X.min(axis=0))

    # The generator in MATLAB gives the rows that it gives here.
    user.types("tabgan fit features.mat --cols 1-9 --iterations 300 --no-sieve -o pump.tabgan")
    user.types("tabgan export pump.tabgan --to matlab -o pump_matlab")
    user.types("tabgan export pump.tabgan --to numpy -o pump_numpy")
    user.write(
        "run_generator.m",
        """
addpath pump_matlab
M = load(fullfile('pump_matlab', 'generate_rows.mat'));
latents = randn(1000, M.n_latents);
[rows, columns] = generate_rows(latents);
again = isequal(generate_rows(10, 7), generate_rows(10, 7));
save -v7 octave.mat latents rows again
""",
    )
    user.types("octave-cli --quiet run_generator.m")
    told = user.python(
        """
import sys; sys.path.insert(0, "pump_numpy")
from generate_rows import rows_of
from scipy.io import loadmat

octave = loadmat("octave.mat")
rows = rows_of(octave["latents"])
print(abs(rows - octave["rows"]).max() / abs(rows).max() < 1e-9, bool(octave["again"]))
""",
        "compare.py",
    )
    assert told.split() == ["True", "True"]
