"""Text files of rows, written as the numbers, the gaps and the file that they were learned from."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from tabgan.errors import InputError, TabganWarning
from tabgan.schema.column import NUMBER_FORMATS
from tabgan.schema.dtypes import is_number
from tabgan.schema.markers import take_turns
from tabgan.schema.reading import DIALECT, MARKERS, SPELLINGS
from tabgan.schema.spellings import Spelling
from tabgan.spelling import spell
from tabgan.tables.delimited import pack
from tabgan.tables.formats import has_names

PLAIN = {"bool", "boolean", "float32", "float64"}
PLAIN |= {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
