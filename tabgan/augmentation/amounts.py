"""How many rows to add, of which class."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.spelling import spell

Counts: TypeAlias = "dict[int | None, int]"
"""Rows by code of a class, or in all under None."""

IMBALANCED = 0.3  # rows that lack to the largest class, as a share of all
BALANCE = "balance"
AUTO = "auto"


def is_imbalanced(y: NDArray[Any], n_classes: int) -> bool:
    """Return whether filling all classes to the largest takes more than 30% further rows."""
    return bool(n_classes) and sum(count_rows(BALANCE, y, n_classes).values()) > IMBALANCED * len(y)


def count_rows(amount: str | int, y: NDArray[Any], n_classes: int) -> Counts:
    """Return how many rows an amount asks for: what each class lacks to the largest ("balance"), as many of each, both.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 1])
    >>> count_rows("balance", y, 2), count_rows("3x", y, 2), count_rows("balance+3x", y, 2), count_rows(10, y, 0)
    ({0: 0, 1: 2}, {0: 6, 1: 6}, {0: 6, 1: 8}, {None: 10})
    """
    filled, _, more = str(amount).rpartition("+") if amount != BALANCE else (BALANCE, "", "0")
    total = round(float(more[:-1]) * len(y)) if more.endswith("x") else int(more)
    if not n_classes:
        return {None: total}
    codes, present = np.unique(y, return_counts=True)
    rank = present.argsort(kind="stable").argsort()  # the rarest get what cannot be divided
    each, rest = divmod(total, len(codes))
    lacking = (present.max() - present) * (filled == BALANCE)
    return {int(code): int(lack) + each + int(r < rest) for code, lack, r in zip(codes, lacking, rank, strict=True)}


def read_amount(amount: Any, n_classes: int) -> str | int:
    """Return an amount as it is understood: "auto", a number of rows, or text such as "3x", "balance", "balance+3x".

    Raises
    ------
    InputError
        It is none of these, or "balance" for numbers.

    Examples
    --------
    >>> read_amount("200", 0), read_amount("0.5x", 0), read_amount("balance+3x", 2)
    (200, '0.5x', 'balance+3x')
    """
    text = str(amount).strip().lower()
    if text.startswith(BALANCE) and not n_classes:
        raise InputError(f"{spell('amount', text)} is for classes, but the target is a number; write 3x or 200")
    if text in (AUTO, BALANCE):
        return text
    if not isinstance(amount, bool) and re.fullmatch(r"[0-9]{1,9}", text) and int(text):
        return int(text)
    found = re.fullmatch(rf"({BALANCE}\+)?([0-9]{{1,9}}|[0-9]{{1,4}}(?:\.[0-9]+)?x)", text)
    if found and float(found[2].rstrip("x")):
        return text
    raise InputError(
        f"{spell('amount')} must be auto, balance, a number of rows such as 200, a multiple of the rows such as 3x, or "
        f"balance+3x, but is {amount!r}; write one of these"
    )
