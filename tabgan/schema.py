"""What must come back: the name, dtype, decimals and range of every column of the training table."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tabgan.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

MOST_DECIMALS = 10


def count_decimals(values: np.ndarray) -> int | None:
    """Return the fewest decimals that write every value, or None when more than 10 are needed.

    A value is written when rounding gives back the very same number, in the precision of `values`.

    Examples
    --------
    >>> count_decimals(np.array([1.25, 3.0])), count_decimals(np.array([4.0])), count_decimals(np.array([1 / 3]))
    (2, 0, None)
    """
    wide = values.astype(np.float64)
    for decimals in range(MOST_DECIMALS + 1):
        with np.errstate(over="ignore", invalid="ignore"):  # 1e300 * 1e10 overflows, and so is not given back
            if np.array_equal(np.round(wide, decimals).astype(values.dtype), values):
                return decimals
    return None


@dataclass(frozen=True)
class Column:
    """One column of the training table.

    Attributes
    ----------
    name : str or int
        Its label; a number, counted from 1, when the table came without names.
    dtype : str
        Its pandas or numpy dtype.
    decimals : int or None
        Decimals that write every training value; None: as many as a float has.
    minimum, maximum : float
        The range of the training values.
    """

    name: Hashable
    dtype: str
    decimals: int | None = None
    minimum: float = 0.0
    maximum: float = 0.0
    kind: str = "continuous"
    levels: tuple | None = None
    missing: bool = False
    value: Any = None
    unit: str | None = None
    origin: int | None = None
    tick: str | None = None

    @property
    def constant(self) -> bool:
        return self.kind == "constant"

    def encode(self, series: pd.Series) -> np.ndarray:
        """Turn values of the column into float64: numbers, units or codes; NaN where missing."""
        if self.levels is None:
            return series.to_numpy(np.float64)
        if strange := set(series.dropna()) - set(self.levels):
            raise InputError(f"column {str(self.name)!r} must hold one of its levels, but has {strange.pop()!r}")
        return series.map({level: code for code, level in enumerate(self.levels)}).to_numpy(np.float64)

    def decode(self, values: np.ndarray) -> Any:
        """The inverse of `encode`."""
        if self.levels is None:
            return self.round(values)
        return np.array([*self.levels, None], dtype=object)[np.where(np.isnan(values), -1, values).astype(int)]

    def round(self, values: np.ndarray) -> np.ndarray:
        """Round values to the column's decimals and hold them in its range."""
        return self.restore(values)

    def restore(self, values: np.ndarray) -> np.ndarray:
        """Round values to the column's decimals and hold them in its range, as float64."""
        rounded = values if self.decimals is None else np.round(values, self.decimals)
        return np.clip(rounded, self.minimum, self.maximum) + 0.0  # -0.0 becomes 0.0


@dataclass(frozen=True)
class Schema:
    """The columns of a table, and whether it was a DataFrame or an array."""

    columns: tuple[Column, ...]
    container: Literal["frame", "array"]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def names(self) -> list[Hashable]:
        return [c.name for c in self.columns]

    @classmethod
    def learn(cls, frame: pd.DataFrame, container: Literal["frame", "array"] = "frame") -> Schema:
        """Read the schema off a table of finite numbers."""
        columns = []
        for name, dtype in frame.dtypes.items():
            values = frame[name].to_numpy()
            if values.dtype.kind not in "iuf":  # bool and pandas' nullable dtypes
                values = values.astype(np.float64)
            wide = values.astype(np.float64)
            low, high, decimals = float(wide.min()), float(wide.max()), count_decimals(values)
            kind = "constant" if low == high else "integer" if decimals == 0 else "continuous"
            columns.append(Column(_plain(name), str(dtype), decimals, low, high, kind))
        return cls(tuple(columns), container)

    def restore(self, matrix: np.ndarray) -> pd.DataFrame | np.ndarray:
        """Turn a float matrix into the container, dtypes and decimals of the training table.

        Parameters
        ----------
        matrix : ndarray of shape (n_samples, n_columns)
            Values in original units, in the order of the schema.
        """
        import pandas as pd

        if self.container == "array":
            rows = np.column_stack([c.restore(v) for c, v in zip(self.columns, matrix.T, strict=True)])
            return rows.astype(self.columns[0].dtype)
        values = [c.decode(v) for c, v in zip(self.columns, matrix.T, strict=True)]
        typed = [
            v if c.dtype == "float64" or c.levels else pd.Series(v).astype(c.dtype)
            for c, v in zip(self.columns, values, strict=True)
        ]
        return pd.DataFrame(dict(enumerate(typed)), copy=False).set_axis(pd.Index(self.names), axis=1)

    def to_dict(self) -> dict[str, Any]:
        return {"container": self.container, "columns": [asdict(c) for c in self.columns]}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Schema:
        return cls(
            tuple(Column(**c | {"levels": c["levels"] and tuple(c["levels"])}) for c in state["columns"]),
            state["container"],
        )


def _plain(name: Hashable) -> Hashable:
    """A label that JSON keeps: numpy's integers as Python's."""
    return int(name) if isinstance(name, np.integer) else name
