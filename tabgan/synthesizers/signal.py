"""The synthesizer of fast signals, such as vibration: no GAN, but a very long memory."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.persistence import State
from tabgan.registry import register_own
from tabgan.seeds import Use, numpy_rng, whole_seed
from tabgan.series.fast_sieve import FastSieve
from tabgan.series.fast_signal import FastSignal
from tabgan.series.time_columns import Time
from tabgan.spelling import spell
from tabgan.synthesizers.series_asked import Asked
from tabgan.synthesizers.series_faults import run_finite
from tabgan.synthesizers.series_intake import count
from tabgan.synthesizers.series_rows import Made
from tabgan.synthesizers.series_starts import Places, Stretches
from tabgan.synthesizers.series_synthesizer import SeriesSynthesizer

Floats = NDArray[np.float64]

LEAST_CONTEXT = 128
SIEVED = 256  # windows of each label that the sieve learns from
REAL = 512  # real ones of each label, at most
CHUNK = 128  # windows that are made at once, whatever was asked for


class SignalSynthesizer(SeriesSynthesizer):
    """Learns fast signals, such as vibration: an autoregression of up to 3,200 lags, and blocks of what it leaves.

    Window by window, each goes on from a place in what was learned. A small network foretells mean and scale of the
    next innovations; these are real ones, by blocks. Each class has a model of its own. For a classifier that lacks
    windows, shifts of real ones do as well: `tabgan.augmentation`.

    The model file holds the learned series, from which new ones start.

    Parameters
    ----------
    time, entity, step, gaps
        As of `TimeSeriesSynthesizer`.
    label : column's name or None
        Classes, such as faults, that `sample_series` can be asked for.
    order : int or "auto"
        Lags of the autoregression. "auto" tries 50, 100, 200, ... 3,200, class by class, on time held aside.
    iterations : int, default 500
        Steps of the network.
    burn_in : int, default 512
        Steps after the learned past that are thrown away before a window begins.
    sieve : bool, default True
        Let through the fifth of the windows of each class that trees find most like real ones. Trees learn when windows
        of a length are first asked for.
    random_state : int, RandomState, Generator or None
        Seed of the fit, and of samples that are given none.

    Attributes
    ----------
    signals_ : list of FastSignal
        One for each class; its `linear.describe()` says which order was chosen, and why.
    clock_, roles_, readings_, covariates_, stretches_, context_, schema_, seed_, n_samples_
        As of every `SeriesSynthesizer`.

    Examples
    --------
    >>> import numpy as np
    >>> hum = np.sin(np.arange(6000) / 3)[:, None] + np.random.default_rng(0).normal(0, 0.1, (6000, 1))
    >>> model = SignalSynthesizer(iterations=20, sieve=False, random_state=0).fit(hum)
    >>> model.sample(3, length=256).shape
    (3, 256, 1)
    >>> model.signals_[0].linear.order
    50
    """

    def __init__(
        self,
        *,
        time: Time | None = None,
        entity: Hashable | None = None,
        label: Hashable | None = None,
        step: str = "auto",
        gaps: str = "split",
        order: int | str = "auto",
        iterations: int = 500,
        burn_in: int = 512,
        sieve: bool = True,
        random_state: Any = None,
    ) -> None:
        self.time = time
        self.entity = entity
        self.label = label
        self.step = step
        self.gaps = gaps
        self.order = order
        self.iterations = iterations
        self.burn_in = burn_in
        self.sieve = sieve
        self.random_state = random_state

    def _choose_context(self, longest: int) -> int:
        """Return the least that any signal needs; what each class does is known once its order is."""
        return min(LEAST_CONTEXT, longest - 2)

    def _learn(self, earlier: dict[str, Any]) -> None:
        order = self.order if self.order == "auto" else count("order", self.order, 1)
        iterations, _ = count("iterations", self.iterations, 1), count("burn_in", self.burn_in, 0)
        if self.roles_.label is not None:
            self.stretches_ = _cut_where_it_changes(self.stretches_)
        self.signals_: list[FastSignal] = []
        self._sieves: dict[int, FastSieve] = {}
        for code, name in enumerate(self._levels):
            own = self._segments(code)
            seed = whole_seed(self.seed_, Use.FAST_RESIDUALS, code)
            try:
                self.signals_.append(FastSignal.learn(own, seed, order=order, iterations=iterations))  # type: ignore[arg-type]
            except InputError as error:
                raise InputError(f"{name!r}: {error}" if name is not None else str(error)) from None
        self.context_ = max(signal.need for signal in self.signals_)

    @property
    def _levels(self) -> tuple[Any, ...]:
        """The classes, or None for all there is."""
        return (None,) if self.roles_.label is None else tuple(self.schema_.columns[self.roles_.label].levels)

    def _stretch_codes(self) -> NDArray[np.int64]:
        """Return the class of each stretch."""
        every = self.stretches_
        if self.roles_.label is None:
            return np.zeros(len(every.lengths), np.int64)
        return every.beside[every.begins, -1].astype(np.int64)

    def _segments(self, code: int) -> list[Floats]:
        """Return the channels of the stretches of a class."""
        parts = self.stretches_.parts(self.stretches_.values)
        return [parts[i] for i in np.flatnonzero(self._stretch_codes() == code)]

    def _places(self, rng: np.random.Generator, m: int, code: int | None) -> Places:
        """Draw places with all of the past that their class needs, of one class or of all."""
        codes = self._stretch_codes()
        needs = np.array([signal.need for signal in self.signals_])[codes]
        room = np.maximum(self.stretches_.lengths - needs + 1, 0) * ((codes == code) | (code is None))
        chosen = np.searchsorted(room.cumsum(), rng.integers(room.sum(), size=m), side="right")
        return np.stack([chosen, needs[chosen] + rng.integers(room[chosen])], 1)

    def _draw(self, rng: np.random.Generator, m: int, asked: Asked) -> Places:
        return self._places(rng, m, None if asked.label is None else int(asked.label))

    def _codes(self, covariates: Floats) -> NDArray[np.intp]:
        """Return the class of each series, of what is known of its first step."""
        if self.roles_.label is None:
            return np.zeros(len(covariates), np.intp)
        return np.asarray(covariates[:, 0, -len(self._levels) :].argmax(1))

    def _run(self, first: Floats, time: NDArray[np.int64], covariates: Floats, rng: np.random.Generator) -> Floats:
        codes = self._codes(covariates)
        made = np.empty((*covariates.shape[:2], first.shape[2]))
        for code, own in enumerate(rng.spawn(len(self.signals_))):
            rows = np.flatnonzero(codes == code)
            if len(rows):
                made[rows] = self.signals_[code].run(first[rows], made.shape[1], own)
        return made

    def _windows(self, length: int, seed: int, chunk: int) -> Made:
        rng = numpy_rng(seed, Use.FAST_WINDOWS, chunk)
        places = self._places(rng, CHUNK, None)
        beside, time = self.stretches_.follow(places, self.burn_in + length), self.stretches_.times(places)
        covariates = self.covariates_(beside)
        pasts = self.stretches_.pasts(places, self.context_)
        made = run_finite(self._run, pasts, time, covariates, rng)[:, self.burn_in :]
        codes, kept = self._codes(covariates), np.ones(CHUNK, bool)
        if self.sieve:
            sieve = self._sieve_of(length)
            for code in np.unique(codes):
                kept[codes == code] = sieve.accept(made[codes == code], int(code))
        entity = self.stretches_.entities[places[:, 0]]
        return Made(made[kept], time[kept] + self.burn_in, entity[kept], beside[kept, self.burn_in :])

    def _sieve_of(self, length: int) -> FastSieve:
        """Return what windows of a length have to pass; it is learned once, with the seed of the fit."""
        if length not in self._sieves:  # of a model that was loaded, none is there yet
            real, made = [], []
            for code, signal in enumerate(self.signals_):
                real.append(_cut_windows([x for x in self._segments(code) if len(x) >= length], length))
                rng = numpy_rng(self.seed_, Use.FAST_SIEVE, code)
                past = self.stretches_.pasts(self._places(rng, SIEVED, code), self.context_)
                made.append(signal.run(past, self.burn_in + length, rng)[:, self.burn_in :])
            if min(map(len, real)) < 2:
                raise InputError(
                    f"windows of {length} steps are sieved by real ones of that length, of which a class has fewer "
                    f"than two; ask for shorter ones, or fit with {spell('sieve', False)}"
                )
            self._sieves[length] = FastSieve.learn(real, made, whole_seed(self.seed_, Use.FAST_SIEVE))
        return self._sieves[length]

    def _learned_state(self) -> State:
        return {"signals": {str(i): signal.get_state() for i, signal in enumerate(self.signals_)}}

    def _set_learned_state(self, state: State) -> None:
        self.signals_ = [FastSignal.from_state(state["signals"][str(i)]) for i in range(len(state["signals"]))]
        self._sieves = {}


def _cut_where_it_changes(every: Stretches) -> Stretches:
    """Return stretches of one label each, which is the last of the columns beside."""
    codes = every.beside[:, -1]
    stretch = np.repeat(np.arange(len(every.lengths)), every.lengths)
    first = np.flatnonzero(np.r_[True, (np.diff(codes) != 0) | (np.diff(stretch) != 0)])
    begins, own = np.r_[first, len(codes)], stretch[first]
    starts = every.starts[own] + first - every.begins[own]
    return Stretches(every.values, every.beside, np.diff(begins), starts, every.entities[own])


def _cut_windows(segments: list[Floats], length: int) -> Floats:
    """Return windows of segments in the order of time, about REAL at most, that overlap by three quarters or less."""
    steps = sum(len(x) - length + 1 for x in segments)
    stride = max(length // 4, -(-steps // REAL), 1)
    views = [np.lib.stride_tricks.sliding_window_view(x, length, axis=0)[::stride] for x in segments]
    return np.concatenate(views).transpose(0, 2, 1) if views else np.zeros((0, length, 1))


register_own("model", SignalSynthesizer)
