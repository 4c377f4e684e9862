"""What came of a fit: how it ended, in words and as JSON values."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from tabgan.errors import DivergenceError, warn
from tabgan.evaluation.closeness import Memorisation
from tabgan.gan.history import History
from tabgan.gan.interruption import is_kept
from tabgan.preprocessing.combinations import Combinations
from tabgan.preprocessing.onehot import OneHot
from tabgan.settings import Settings
from tabgan.spelling import spell
from tabgan.synthesizers.resolve import LEAST_ITERATIONS, most_iterations


def divergence(history: History, settings: Settings) -> DivergenceError:
    """Return the error that says where losses or rows stopped being finite, and what to change."""
    wrong = np.flatnonzero(~np.isfinite(history.critic_loss))  # iterations, from 0; none when only the rows are wrong
    iteration = int(wrong[0]) + 1 if len(wrong) else len(history)
    what = f"the critic's loss is {history.critic_loss[wrong[0]]}" if len(wrong) else "generated rows are not"
    before = ""
    if iteration > 1:
        loss, wasserstein = history.critic_loss[iteration - 2], history.wasserstein[iteration - 2]
        before = f" (before: critic loss {loss:.4g}, Wasserstein estimate {wasserstein:.4g})"
    best = history.best_iteration
    kept = (
        f"the best generator so far, of iteration {best}, is kept" if best else "there is no good generator yet to keep"
    )
    message = (
        f"losses and rows must stay finite, but {what} in iteration {iteration}{before}; "
        f"lower {spell('critic_lr')} and {spell('generator_lr')} (now {settings.critic_lr:g} and "
        f"{settings.generator_lr:g}); {kept}"
    )
    return DivergenceError(message, iteration, best)


@contextmanager
def kept_when_it_fails(what: str) -> Iterator[None]:
    """Warn of what fails after training: nothing may take the trained networks away.

    An interruption of what is only a part of something larger is passed on.
    """
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        if not (isinstance(error, Exception) or is_kept(error)):
            raise
        named = "interrupted" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
        reason = " ".join(named.split())
        warn(f"the model was trained and is kept, but {what} ({reason})")


def say_how_it_ended(history: History, memorisation: Memorisation | None, settings: Settings) -> None:
    """Warn of an interruption and of rows that are memorised; raise `DivergenceError` after a divergence."""
    best = history.best_iteration
    if history.status == "interrupted":
        warn(f"interrupted in iteration {len(history) + 1}; the best generator so far, of iteration {best}, is kept")
    if memorisation is not None and memorisation.too_close:
        warn(memorisation.describe())
    if history.status == "diverged":
        raise divergence(history, settings)


def describe(history: History, names: Sequence[Hashable], n_learned: int | None = None, n_critic: int = 5) -> str:
    """Return in a sentence what came of a training run on these columns, and what to do about it.

    Of few learned rows that is, first of all, whether they stand more iterations; of steps of series it is not known.
    """
    if history.conclusion == "collapsed":
        columns = ", ".join(str(names[i - 1]) for i in history.collapsed)
        return (
            f"collapsed: generated rows vary far less than real ones in {columns}; lower "
            f"{spell('generator_lr')}, raise {spell('n_critic')}"
        )
    if history.conclusion == "diverged":
        return f"diverged: lower {spell('critic_lr')} and {spell('generator_lr')}"
    done = len(history)
    if n_learned is not None and done >= (most := most_iterations(n_learned, n_critic)):
        return _say_of_few(done, most, n_learned)
    longer = "max_seconds" if history.status == "out of time" else "iterations"
    return {
        "converged": "converged: in the last half of the run the distance fell by no more than chance",
        "still improving": f"still improving: train longer, with more {spell(longer)}",
        "unknown": f"{done:,} iterations; whether more {spell(longer)} would help cannot be told from "
        + (f"{history.n_held_aside:,} held-aside rows" if history.n_held_aside else "rows that were learned"),
    }[history.conclusion]


def _say_of_few(done: int, most: int, n_learned: int) -> str:
    """Return what iterations are of few rows, which can stand so many at most."""
    if done == most:
        return f"{done:,} iterations, the most that {n_learned:,} rows can stand without being learned by heart"
    fewest = ", the fewest of a fit" if done == LEAST_ITERATIONS else ""
    return f"{done:,} iterations{fewest}: from about {most:,} on {n_learned:,} rows are learned by heart"


def describe_training(history: History, estimates_distance: bool) -> dict[str, Any]:
    """Return what came of a training run, with an objective that estimates a distance or not, as JSON values."""
    measured = np.flatnonzero(np.isfinite(history.critic_loss))  # a run that diverged ends with some that are not
    training = {
        "status": history.status,
        "conclusion": history.conclusion,
        "iterations": len(history),
        "best_iteration": history.best_iteration,
        "distance": history.best_distance,
        "floor": history.floor,
        "held_aside": history.n_held_aside,
        "step": history.step,
        "device": history.device,
        "critic_loss": float(history.critic_loss[measured[-1]]),
    }
    if estimates_distance:
        training["wasserstein"] = float(history.wasserstein[measured[-1]])
    none = {name for name, value in training.items() if isinstance(value, float) and not np.isfinite(value)}
    return training | dict.fromkeys(none)


def describe_encoding(columns: Sequence[Mapping[str, Any]], encoder: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what `Column.describe` says of columns, and how they are learned by the state of a `TableEncoder`.

    That is: `number`, whether as a number; `steps`, how many of its values have a stretch of it to themselves; `slots`,
    how many of its values, gaps included, have an output of their own; `gap_slot`, whether gaps have; `rare_levels` and
    `rare_share`, how many levels share one, and the share of the rows that have them.
    """
    groups = {state["column"]: OneHot(**state) for state in encoder["levels"].values()}
    return [{**column, **_describe(i, groups.get(i), encoder)} for i, column in enumerate(columns)]


def describe_combinations(columns: Sequence[Mapping[str, Any]], state: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return which columns are tied, by the state of `Combinations`, and how many combinations they have."""
    return [] if state is None else Combinations.from_state(state).describe([column["name"] for column in columns])


def describe_gap_ties(names: Sequence[Hashable], encoder: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return which columns, so named, have their gaps where others say, by the state of an encoder."""
    columns = [str(names[encoder["levels"][str(i)]["column"]]) for i in range(len(encoder["levels"]))]
    ties = encoder.get("gap_ties", {}).values()
    return [{"column": columns[tie["follower"]], "by": columns[tie["leader"]]} for tie in ties]


def _describe(position: int, group: OneHot | None, encoder: Mapping[str, Any]) -> dict[str, Any]:
    is_number = position in encoder["numbers"] and (group is None or group.rest == "number")
    places = encoder["steps"]["column"] if "steps" in encoder else np.zeros(0, int)
    steps = int((encoder["numbers"][places] == position).sum())
    found = {"number": is_number, "steps": steps, "slots": 0, "gap_slot": False, "rare_levels": 0, "rare_share": 0.0}
    if group is None:
        return found
    rows = group.counts.sum() + group.rare_counts.sum()
    return found | {
        "slots": len(group.values),
        "gap_slot": bool(np.isnan(group.values).any()),
        "rare_levels": len(group.rare),
        "rare_share": float(group.rare_counts.sum() / rows),
    }
