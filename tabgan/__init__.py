"""Learn a table of measurements with a WGAN-GP and generate more rows like it.

This is the package of the distribution tabgan-wgangp, by which `tabgan_wgangp.py` knows it from another of its name.
The names below are imported when they are first used, so that `import tabgan` and `tabgan --help` are quick.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tabgan.augmentation.augmenter import Augmenter
    from tabgan.augmentation.sampler import TabGANSampler
    from tabgan.errors import BundleError, DivergenceError, InputError, TabganError, TabganWarning
    from tabgan.evaluation.evaluate import evaluate
    from tabgan.evaluation.result import EvaluationResult
    from tabgan.evaluation.series.evaluating import evaluate_series
    from tabgan.evaluation.series.series_result import SeriesEvaluationResult
    from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
    from tabgan.persistence import load
    from tabgan.preprocessing.minmax import MapMinMaxScaler
    from tabgan.registry import register, register_score
    from tabgan.report.page import write_report
    from tabgan.synthesizers.base import BaseSynthesizer
    from tabgan.synthesizers.blocks import BLOCK_ROWS
    from tabgan.synthesizers.checks import check_synthesizer
    from tabgan.synthesizers.row_synthesizer import RowSynthesizer
    from tabgan.synthesizers.series_synthesizer import SeriesSynthesizer
    from tabgan.synthesizers.signal import SignalSynthesizer
    from tabgan.synthesizers.stationary_bootstrap import StationaryBootstrap
    from tabgan.synthesizers.time_series import TimeSeriesSynthesizer
    from tabgan.synthesizers.vector_autoregression import VARSynthesizer
    from tabgan.synthesizers.vine_copula import VineCopulaSynthesizer
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer
    from tabgan.tables.split import split

__version__ = "0.2.0"

_HOMES = {
    "Augmenter": "augmentation.augmenter",
    "BLOCK_ROWS": "synthesizers.blocks",
    "BaseSynthesizer": "synthesizers.base",
    "BundleError": "errors",
    "DWTPCALSTMForecaster": "forecasting.forecaster",
    "DivergenceError": "errors",
    "EvaluationResult": "evaluation.result",
    "InputError": "errors",
    "MapMinMaxScaler": "preprocessing.minmax",
    "RowSynthesizer": "synthesizers.row_synthesizer",
    "SeriesSynthesizer": "synthesizers.series_synthesizer",
    "SeriesEvaluationResult": "evaluation.series.series_result",
    "SignalSynthesizer": "synthesizers.signal",
    "StationaryBootstrap": "synthesizers.stationary_bootstrap",
    "TabGANSampler": "augmentation.sampler",
    "TabganError": "errors",
    "TabganWarning": "errors",
    "TimeSeriesSynthesizer": "synthesizers.time_series",
    "VARSynthesizer": "synthesizers.vector_autoregression",
    "VineCopulaSynthesizer": "synthesizers.vine_copula",
    "WGANGPSynthesizer": "synthesizers.wgan_gp",
    "check_synthesizer": "synthesizers.checks",
    "evaluate": "evaluation.evaluate",
    "evaluate_series": "evaluation.series.evaluating",
    "load": "persistence",
    "register": "registry",
    "register_score": "registry",
    "split": "tables.split",
    "write_report": "report.page",
}

__all__ = [
    "BLOCK_ROWS",
    "Augmenter",
    "BaseSynthesizer",
    "BundleError",
    "DWTPCALSTMForecaster",
    "DivergenceError",
    "EvaluationResult",
    "InputError",
    "MapMinMaxScaler",
    "RowSynthesizer",
    "SeriesEvaluationResult",
    "SeriesSynthesizer",
    "SignalSynthesizer",
    "StationaryBootstrap",
    "TabGANSampler",
    "TabganError",
    "TabganWarning",
    "TimeSeriesSynthesizer",
    "VARSynthesizer",
    "VineCopulaSynthesizer",
    "WGANGPSynthesizer",
    "check_synthesizer",
    "evaluate",
    "evaluate_series",
    "load",
    "register",
    "register_score",
    "split",
    "write_report",
]
if find_spec("imblearn") is None:  # else `from tabgan import *` would need it
    __all__.remove("TabGANSampler")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tabgan' has no attribute {name!r}")
    return getattr(import_module(f"tabgan.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
