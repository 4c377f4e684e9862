"""The stages against the same formulas in Octave, with filters from their closed form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.io

from tabgan.preprocessing.outliers import ThreeSigmaSmoother
from tabgan.preprocessing.pca import PCAStage
from tabgan.preprocessing.wavelet import WaveletDenoiser
from tests.octave import run_octave

PROGRAM = """
load('given.mat');

% 3 sigma: the last 7 good values before an outlier, weighted by 1 / distance
smooth = series;
bad = abs(series - mean(series)) > 3 * std(series, 1);
good = find(~bad);
for t = find(bad)'
  before = good(good < t);
  before = before(max(1, end - 6):end);
  w = 1 ./ (t - before);
  smooth(t) = sum(w .* series(before)) / sum(w);
end

% principal components by the eigenvectors of the covariance
[V, D] = eig(cov(X));
[variance, order] = sort(diag(D), 'descend');
V = V(:, order);
for k = 1:columns(V)
  [~, i] = max(abs(V(:, k)));
  V(:, k) *= sign(V(i, k));
end
scores = (X - mean(X)) * V;
share = variance / sum(variance);

% db2: dwt with half-sample symmetry twice, universal soft threshold on the details, inverse
s3 = sqrt(3);
h = [1 + s3, 3 + s3, 3 - s3, 1 - s3] / (4 * sqrt(2));
lo = fliplr(h);
hi = [-1 1 -1 1] .* h;
function [a, d] = split(x, lo, hi)
  f = numel(lo) - 1;
  y = [x(f:-1:1), x, x(end:-1:end - f + 1)];
  a = conv(y, lo, 'valid')(2:2:end);
  d = conv(y, hi, 'valid')(2:2:end);
end
function x = join(a, d, lo, hi, n)
  up = @(c) reshape([c; zeros(size(c))], 1, []);
  x = conv(up(a), fliplr(lo)) + conv(up(d), fliplr(hi));
  x = x(numel(lo) - 1:end)(1:n);
end
shrunk = @(d, t) sign(d) .* max(abs(d) - t, 0);
x = series';
n = numel(x);
[a1, d1] = split(x, lo, hi);
[a2, d2] = split(a1, lo, hi);
t = median(abs(d1)) / 0.6745 * sqrt(2 * log(n));
denoised = join(join(a2, shrunk(d2, t), lo, hi, numel(a1)), shrunk(d1, t), lo, hi, n)';

save('-v7', 'made.mat', 'smooth', 'scores', 'share', 'denoised');
"""


@pytest.fixture(scope="module")
def given() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    series = np.sin(np.arange(203) / 9) + 0.1 * rng.normal(size=203)
    series[[40, 41, 150]] += 8
    return {"series": series[:, None], "X": rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4)) + 3}


@pytest.fixture(scope="module")
def made(given: dict[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    folder: Path = tmp_path_factory.mktemp("octave")
    scipy.io.savemat(folder / "given.mat", given)
    run_octave(PROGRAM, folder)
    return scipy.io.loadmat(folder / "made.mat")


def test_three_sigma(given, made):
    smoother = ThreeSigmaSmoother().fit(given["series"])
    assert len(smoother.changed_) == 3
    np.testing.assert_allclose(smoother.transform(given["series"]), made["smooth"], rtol=1e-12)


def test_principal_components(given, made):
    stage = PCAStage(4).fit(given["X"])
    np.testing.assert_allclose(stage.transform(given["X"]), made["scores"], atol=1e-12)
    np.testing.assert_allclose(stage.explained_variance_ratio_, made["share"].ravel(), rtol=1e-10)


def test_wavelets(given, made):
    denoised = WaveletDenoiser("db2", 2).fit_transform(given["series"])
    assert not np.allclose(denoised, given["series"], atol=1e-2)
    np.testing.assert_allclose(denoised, made["denoised"], atol=1e-12)
