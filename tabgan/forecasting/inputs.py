"""What the learners see of a series, in each variant: windows of demand, relative to the last value, and of factors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pywt
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tabgan.errors import BundleError
from tabgan.forecasting.calendar import align_factors
from tabgan.forecasting.scale import Scale
from tabgan.forecasting.series import Series
from tabgan.persistence import State
from tabgan.preprocessing.pca import PCAStage
from tabgan.preprocessing.wavelet import WaveletDenoiser

RELATIVE = 3.0  # distances to the last value are measured in so many standard deviations of a step's change


class Variant(NamedTuple):
    """Whether the series is denoised, whether factors are reduced to principal components, and what learns."""

    wavelet: bool
    pca: bool
    learner: str


VARIANTS = {
    "dwt-pca-lstm": Variant(wavelet=True, pca=True, learner="lstm"),
    "dwt-lstm": Variant(wavelet=True, pca=False, learner="lstm"),
    "pca-lstm": Variant(wavelet=False, pca=True, learner="lstm"),
    "lstm": Variant(wavelet=False, pca=False, learner="lstm"),
    "dwt-pca-rnn": Variant(wavelet=True, pca=True, learner="rnn"),
    "dwt-pca-bp": Variant(wavelet=True, pca=True, learner="bp"),
    "dwt-pca-svm": Variant(wavelet=True, pca=True, learner="svm"),
    "linear": Variant(wavelet=False, pca=False, learner="ridge"),
}


class Windows(NamedTuple):
    """The past of m origins, on the scale that is learned: the logarithm, if all that was learned is positive.

    `demand` and `denoised`, of shape (m, span), are the smoothed series up to each origin, and the same without its
    noise; `factors`, of shape (m, window, n_factors), those of the last steps, as `align_factors` makes them.
    """

    demand: NDArray[np.float64]
    denoised: NDArray[np.float64]
    factors: NDArray[np.float64]


class Inputs:
    """Turns a series into inputs and back; all limits, means, scales and components are those of the training part.

    A learner sees `window` steps. Windows are denoised over `span` steps, eight of the coarsest approximation or more,
    each by itself, from its own values, if `causal`. If not, the whole series is denoised at once, and inputs depend on
    later values.
    """

    def __init__(
        self, variant: Variant, window: int, denoiser: WaveletDenoiser, n_components: float, causal: bool
    ) -> None:
        self.variant, self.window, self.denoiser = variant, window, denoiser
        self.n_components, self.causal = n_components, causal
        shortest = 2 ** (denoiser.level or 1) * max(8, pywt.Wavelet(denoiser.wavelet).dec_len)
        self.span = max(window, shortest) if variant.wavelet else window

    def fit(self, series: Series, logarithm: bool | None = None) -> Inputs:
        """Learn from the training part, on the scale that `Scale` says."""
        self.scale = Scale().fit(series.values, logarithm)
        demand = self.transform(series.values)
        self.change = float(np.diff(demand).std())
        factors = align_factors(series)[:-1]
        self.n_given = series.lagged.shape[1] + series.known.shape[1]
        self.factor_mean, self.factor_std = factors.mean(axis=0), factors.std(axis=0)
        self.factor_std[self.factor_std == 0] = 1
        self.pca: PCAStage | None = None
        if self.variant.pca and self.n_given:
            factors = (factors - self.factor_mean) / self.factor_std
            self.pca = PCAStage(self.n_components).fit(factors[:, : self.n_given])
        self.noise = 1.0
        windows = self.make_windows(series, np.arange(self.window - 1, len(series.values)))
        self.noise = float(self._noise(windows).std()) or 1.0
        return self

    @property
    def positive(self) -> bool:
        """Whether logarithms are learned."""
        return self.scale.positive

    def transform(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values of shape (n,) on the scale that is learned; see `Scale`."""
        return self.scale.transform(values)

    def restore(self, demand: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return demand in its own units."""
        return self.scale.restore(demand)

    def make_windows(self, series: Series, origins: NDArray[np.intp], ahead: int = 0) -> Windows:
        """Return the windows that end at the origins, 0-based rows of the series.

        Those of factors go on for `ahead` more steps, in which lagged factors stay as they are at the origin.
        """
        demand = self.transform(series.values)
        histories = self._slide(demand)[origins]
        if self.causal or not self.variant.wavelet:
            denoised = self.denoise(histories)
        else:
            denoised = self._slide(self.denoise(demand))[origins]
        rows = (origins - self.window + 1)[:, None] + np.arange(self.window + ahead)
        factors = align_factors(series, ahead)[rows]
        n_lagged = series.lagged.shape[1]
        factors[:, self.window :, :n_lagged] = factors[:, self.window - 1 : self.window, :n_lagged]
        return Windows(histories, denoised, self._reduce(factors))

    def denoise(self, demand: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return series along the last axis without their noise."""
        return self.denoiser.denoise(demand) if self.variant.wavelet else demand

    def encode(self, windows: Windows) -> list[NDArray[np.float64]]:
        """Return one input of shape (m, window, width) for each stream.

        The first has the denoised demand relative to the last value, and the factors; the second what was taken away,
        and the factors. The level itself is no input: where it leaves what was learned, networks would extrapolate.
        """
        denoised, last = windows.denoised[:, -self.window :], windows.demand[:, -1:]
        relative = (denoised - last) / (RELATIVE * self.change)
        streams = [np.concatenate([relative[..., None], windows.factors], axis=2)]
        if self.variant.wavelet:
            noise = self._noise(windows) / self.noise
            streams.append(np.concatenate([noise[..., None], windows.factors], axis=2))
        return streams

    def make_targets(self, series: Series, origins: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the changes from each origin to the next step, in standard deviations."""
        demand = self.transform(series.values)
        changes: NDArray[np.float64] = (demand[origins + 1] - demand[origins]) / self.change
        return changes

    def get_state(self) -> State:
        """Return all that was learned as nested dicts of arrays and JSON values."""
        names = ("change", "n_given", "factor_mean", "factor_std", "noise")
        state = {name: getattr(self, name) for name in names} | self.scale.get_state()
        if self.pca is not None:
            state["pca"] = self.pca.get_state()
        return state

    def set_state(self, state: State, series: Series) -> Inputs:
        """Take back what `get_state` returned; BundleError if a series has other factors, by its clock."""
        wanted, found = align_factors(series.head(2)).shape[1], len(state["factor_mean"])
        if wanted != found:
            raise BundleError(f"a series of its clock has {wanted} factors, but {found} were learned; fit again")
        self.scale = Scale.from_state(state)
        self.pca = PCAStage.from_state(state["pca"]) if "pca" in state else None
        for name in ("change", "n_given", "factor_mean", "factor_std", "noise"):
            setattr(self, name, state[name])
        return self

    def _slide(self, demand: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what precedes each value, and it, of shape (n, span); before the first, that is repeated."""
        return sliding_window_view(np.pad(demand, (self.span - 1, 0), "edge"), self.span)

    def _noise(self, windows: Windows) -> NDArray[np.float64]:
        return (windows.demand - windows.denoised)[:, -self.window :]

    def _reduce(self, factors: NDArray[np.float64]) -> NDArray[np.float64]:
        factors = (factors - self.factor_mean) / self.factor_std
        if self.pca is None:
            return factors
        own, calendar = factors[..., : self.n_given], factors[..., self.n_given :]
        components = self.pca.transform(own.reshape(-1, self.n_given)).reshape(*own.shape[:-1], -1)
        return np.concatenate([components, calendar], axis=-1)
