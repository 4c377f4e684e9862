"""What has learned something, as a model file has it: dicts of arrays and JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]  # floats, but for codes of columns and masks


def pack(owner: Any, learned: Iterable[str]) -> dict[str, Any]:
    """Return attributes as a model file has them: without the underscore at the end, lists by their places."""
    values = {name.rstrip("_"): getattr(owner, name) for name in learned}
    return {k: {str(i): v for i, v in enumerate(v)} if isinstance(v, list) else v for k, v in values.items()}


def unpack(owner: Any, learned: Iterable[str], state: Mapping[str, Any]) -> None:
    """Set the attributes that `pack` returned."""
    for name in learned:
        setattr(owner, name, unpacked(state[name.rstrip("_")]))


def unpacked(value: Any) -> Any:
    """Return a list for values by their places, and anything else as it is."""
    return [value[str(i)] for i in range(len(value))] if isinstance(value, dict) else value
