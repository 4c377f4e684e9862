"""What every synthesizer of series promises. A new one joins by a line in SYNTHESIZERS."""

from __future__ import annotations

import warnings

import pytest

from tabgan import StationaryBootstrap, TabganWarning, TimeSeriesSynthesizer, VARSynthesizer
from tabgan.synthesizers.series_checks import SERIES_CHECKS, series_case

pytestmark = pytest.mark.usefixtures("small_chain")

QUICK = dict(iterations=3, hidden=(8,), random_state=1)
SYNTHESIZERS = {
    "chain": TimeSeriesSynthesizer(**QUICK, sieve=False),
    "sieve": TimeSeriesSynthesizer(**QUICK, sieve=True),
    "bootstrap": StationaryBootstrap(),
    "var": VARSynthesizer(order=2),
}


@pytest.fixture(scope="module", params=SYNTHESIZERS)
def case(request, small_chain):
    return series_case(SYNTHESIZERS[request.param])


@pytest.mark.parametrize("check", SERIES_CHECKS, ids=lambda check: check.__name__)
def test_it_keeps_its_promises(case, check):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "the network added nothing", TabganWarning)
        check(case)
