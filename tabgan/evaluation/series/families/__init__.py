"""The families of scores of series that tabgan brings: one file each, with a `FAMILY`."""

from importlib import import_module
from pkgutil import iter_modules

from tabgan.registry import register_own

for _module in iter_modules(__path__):
    register_own("series score", import_module(f"{__name__}.{_module.name}").FAMILY)
