"""The hybrid and its six rivals, by what each has of it."""

from __future__ import annotations

from typing import NamedTuple

from tabgan.errors import InputError
from tabgan.rules import suggest


class Variant(NamedTuple):
    """What a forecaster is made of.

    Attributes
    ----------
    wavelet : bool
        Whether the series is denoised; what is taken away is then a second stream of inputs.
    pca : bool
        Whether the factors are reduced to principal components, else they are only standardised.
    learner : {"lstm", "rnn", "bp", "svm"}
        One network a stream, or one perceptron or support vector machine for all.
    """

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
}


def find_variant(name: str) -> Variant:
    """Return the variant of that name.

    Raises
    ------
    InputError
        There is none.
    """
    if name not in VARIANTS:
        raise InputError(f"there is no variant {name!r}; {suggest(str(name), list(VARIANTS), 'variants')}")
    return VARIANTS[name]
