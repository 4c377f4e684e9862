"""How a fit ended, in words."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence

import numpy as np

from tabgan.errors import DivergenceError, TabganWarning
from tabgan.evaluation.closeness import Memorisation
from tabgan.gan.history import History
from tabgan.synthesizers.settings import Settings


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
        f"lower critic_lr and generator_lr (now {settings.critic_lr:g} and {settings.generator_lr:g}); {kept}"
    )
    return DivergenceError(message, iteration, best)


def say_how_it_ended(history: History, memorisation: Memorisation, settings: Settings) -> None:
    """Warn of an interruption and of rows that are memorised; raise `DivergenceError` after a divergence."""
    best = history.best_iteration
    if history.status == "interrupted":
        warnings.warn(
            f"interrupted in iteration {len(history) + 1}; the best generator so far, of iteration {best}, is kept",
            TabganWarning,
            5,
        )
    if memorisation.too_close:
        warnings.warn(memorisation.describe(), TabganWarning, 5)
    if history.status == "diverged":
        raise divergence(history, settings)


def describe(history: History, names: Sequence[Hashable]) -> str:
    """Return in a sentence what came of a training run, and what to do about it.

    Parameters
    ----------
    history : History
    names : sequence
        The columns of the table.
    """
    if history.conclusion == "collapsed":
        columns = ", ".join(str(names[i - 1]) for i in history.collapsed)
        return (
            f"collapsed: generated rows vary far less than real ones in {columns}; lower generator_lr, raise n_critic"
        )
    longer = "max_seconds" if history.status == "out of time" else "iterations"
    return {
        "converged": "converged: lately the distance fell by no more than chance",
        "still improving": f"still improving: train longer, with more {longer}",
        "diverged": "diverged: lower critic_lr and generator_lr",
    }[history.conclusion]
