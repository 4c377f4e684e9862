"""What was learned of a target, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def list_target(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was learned of the target, as `describe_target` tells it, in lines with a name before each."""
    mix = ", ".join(f"{name} {share:.2f}" for name, share in about["teacher"].items())
    if about["taken_for"] == "number":
        said = (
            f"{about['column']}, a number: R2 {about['r2']:.2f}, error {about['error']:.3g} out of fold; of what is "
            f"left s = {about['kept']:.2f} is kept, after k = {about['shrunk']:.2f}"
        )
    else:
        shares = [f"{name} {share:.0%}" for name, share in about["confirmed"].items()]
        said = f"{about['column']}, classes: {about['accuracy']:.0%} told out of fold; confirmed: {', '.join(shares)}"
    return [("target", said), ("teacher", mix)]


def say_target(about: Mapping[str, Any]) -> str:
    """Return in one line what was learned of the target, as `describe_target` tells it.

    Examples
    --------
    >>> say_target({"column": "y", "taken_for": "number", "r2": 0.84, "error": 2.5, "kept": 0.35, "shrunk": 1.0})
    'target y, a number: R2 0.84 of rows it has not learned; generated targets keep 0.35 of what is left'
    >>> say_target({"column": "c", "taken_for": "classes", "accuracy": 0.9, "accepted": {"a": 1.0, "b": 0.5}})
    'target c, 2 classes: 90% of rows are told unlearned; of a class 50% to 100% of generated rows pass'
    """
    if about["taken_for"] == "number":
        return (
            f"target {about['column']}, a number: R2 {about['r2']:.2f} of rows it has not learned; generated targets "
            f"keep {about['kept'] * about['shrunk']:.2g} of what is left"
        )
    shares = about["accepted"].values()
    return (
        f"target {about['column']}, {len(shares)} classes: {about['accuracy']:.0%} of rows are told unlearned; "
        f"of a class {min(shares):.0%} to {max(shares):.0%} of generated rows pass"
    )
