"""The schema of a table as a file for people: JSON that `tabgan schema` writes and `tabgan fit --schema` reads."""

from __future__ import annotations

import json
import os
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tabgan.errors import InputError
from tabgan.schema.column import kinds as all_kinds
from tabgan.schema.infer import learn_column

DROP = "drop"


def survey(frame: pd.DataFrame, kinds: Mapping[Hashable, str] | None = None) -> list[dict[str, Any]]:
    """Describe each column of a table: name, kind, dtype, counts of distinct and missing values, range or levels.

    A column that cannot be learned has the kind "drop", and says why.
    """
    columns = []
    for i, name in enumerate(frame.columns):
        series = frame.iloc[:, i]
        try:
            about = learn_column(series, (kinds or {}).get(name)).describe()
        except InputError as error:
            about = {"name": name, "kind": DROP, "dtype": str(series.dtype), "why": str(error)}
        columns.append(about | {"missing": int(series.isna().sum())})
    return columns


def read_schema(path: str | os.PathLike, names: Sequence[Hashable]) -> dict[Hashable, str | None]:
    """Return the kinds of the columns that a schema file keeps, by name; None where it gives none.

    Raises
    ------
    InputError
        The file cannot be read, is not such JSON, or names an unknown column or kind, or a column twice.
    """
    path = Path(path)
    try:
        columns = json.loads(path.read_text(encoding="utf-8-sig"))["columns"]
        pairs = [(column["name"], column.get("kind")) for column in columns]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; check its name and place") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f'a schema must be JSON such as {{"columns": [{{"name": "age", "kind": "integer"}}]}}, but {path} is not '
            f"({type(error).__name__}: {error}); write one with `tabgan schema`"
        ) from error
    known = {str(name): name for name in names}
    kinds: dict[Hashable, str | None] = {}
    for label, kind in pairs:
        name = known.get(str(label))
        if name is None:
            raise InputError(
                f"{path} names a column {str(label)!r} that is not in the table; its columns are {', '.join(known)}"
            )
        if name in kinds:
            raise InputError(f"{path} names column {str(label)!r} twice; leave one out")
        if kind not in (None, DROP, *all_kinds()):
            raise InputError(
                f"a kind must be one of {', '.join(all_kinds())} or {DROP}, but that of {str(label)!r} in {path} is "
                f"{kind!r}; choose one"
            )
        kinds[name] = kind
    return {name: kind for name, kind in kinds.items() if kind != DROP}
