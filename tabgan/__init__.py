"""Learn a table of measurements with a WGAN-GP and generate more rows like it.

The names below are imported when they are first used, so that `import tabgan` and `tabgan --help` are quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tabgan.errors import BundleError, DivergenceError, InputError, TabganError, TabganWarning
    from tabgan.evaluation.evaluate import evaluate
    from tabgan.evaluation.result import EvaluationResult
    from tabgan.forecasting.forecaster import DWTPCALSTMForecaster
    from tabgan.persistence import load
    from tabgan.preprocessing.minmax import MapMinMaxScaler
    from tabgan.report.page import write_report
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer

__version__ = "0.1.0"

_HOMES = {
    "BundleError": "errors",
    "DWTPCALSTMForecaster": "forecasting.forecaster",
    "DivergenceError": "errors",
    "EvaluationResult": "evaluation.result",
    "InputError": "errors",
    "MapMinMaxScaler": "preprocessing.minmax",
    "TabganError": "errors",
    "TabganWarning": "errors",
    "WGANGPSynthesizer": "synthesizers.wgan_gp",
    "evaluate": "evaluation.evaluate",
    "load": "persistence",
    "write_report": "report.page",
}

__all__ = [
    "BundleError",
    "DWTPCALSTMForecaster",
    "DivergenceError",
    "EvaluationResult",
    "InputError",
    "MapMinMaxScaler",
    "TabganError",
    "TabganWarning",
    "WGANGPSynthesizer",
    "evaluate",
    "load",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tabgan' has no attribute {name!r}")
    return getattr(import_module(f"tabgan.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
