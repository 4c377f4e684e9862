"""What was found of generated rows, in sentences for a terminal and a page alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sklearn.base import is_classifier

from tabgan.augmentation.amounts import AUTO
from tabgan.augmentation.gains import Gain
from tabgan.augmentation.rivals import GUESS, LEARNER_NAMES
from tabgan.augmentation.trials import BARE, TEACHER
from tabgan.evaluation.phrase import Phrase
from tabgan.text import shorten, shorten_message

if TYPE_CHECKING:
    from tabgan.augmentation.augmenter import Augmenter

MOST_NAME = 80
CHANGED = {
    "class weights": "{learner} with class weights",
    "moved threshold": "{learner} with a moved threshold",
    "SMOTE": "{learner} with SMOTE",
    TEACHER: "the teacher itself",
}
"""What rivals are called in a sentence; the others are called by their names."""


def say_verdict(augmenter: Augmenter, learner: str) -> list[Phrase]:
    """Return sentences: whether generated rows help, how many are added and why, and what to try instead, if anything.

    Parameters
    ----------
    augmenter : Augmenter
        Fitted.
    learner : str
        What the estimator is called.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from sklearn.linear_model import LogisticRegression
    >>> gain = Gain(0.91, 0.01, -0.02, 0.04, 0.015, 10)
    >>> fitted = SimpleNamespace(estimator=LogisticRegression(), scoring=None, amount="auto", amount_=0, chosen_=0)
    >>> vars(fitted).update(gain_=gain, verdict_=gain.verdict, scores_=[0], rivals_={"no rows": Gain(0.9, 0, 0, 0, 0)})
    >>> vars(fitted).update(learners_={}, amounts_={})
    >>> for said in say_verdict(fitted, "my model"):
    ...     print(said)
    Cannot tell whether generated rows help my model: balanced accuracy goes from 0.900 to 0.910, a difference of \
+0.010 (95% interval -0.020 to +0.040, which holds 0; 10 folds).
    No rows are added: the difference, +0.010, is not above one standard error, 0.015.
    """
    learner = name_learner(learner)
    said = [_say_gain(augmenter, learner), _say_amount(augmenter, learner), _say_instead(augmenter, learner)]
    said += [_say_other(augmenter)]
    return [sentence for sentence in said if sentence is not None]


def name_learner(learner: str) -> str:
    """Return what a learner is called, on one line that is not too long; ours by a name that can be translated."""
    if learner in LEARNER_NAMES.values():
        return Phrase(learner)
    return shorten_message(shorten(" ".join(str(learner).split()), MOST_NAME))


def name_score(augmenter: Augmenter) -> Phrase:
    """Return what the score is called by which everything was judged."""
    if augmenter.scoring is None:
        return Phrase("balanced accuracy") if is_classifier(augmenter.estimator) else Phrase("R2")
    if isinstance(augmenter.scoring, str):
        return Phrase("{score}", score=name_learner(augmenter.scoring.replace("_", " ")))
    return Phrase("the score")


def name_rival(rival: str, learner: str) -> Phrase:
    """Return what a rival is called in a sentence."""
    template = CHANGED.get(rival, rival)
    return Phrase(template, learner=learner) if "{learner}" in template else Phrase(template)


def write_numbers(*values: float, sign: bool = False, least: int = 3) -> list[str]:
    """Write numbers alike, with three decimals, fewer from 10 on, and as many more as tell those apart that differ.

    Examples
    --------
    >>> write_numbers(0.9451, 0.9453), write_numbers(0.012, -0.00002, sign=True), write_numbers(1234.5)
    (['0.9451', '0.9453'], ['+0.012', '-2e-05'], ['1,234'])
    """
    finite = [value for value in values if math.isfinite(value)]
    largest = max(map(abs, finite), default=0.0)
    if least == 3:
        least -= (largest >= 10) + (largest >= 100) + (largest >= 1000)
    differ = len({round(value, 9) for value in finite})
    decimals = next((d for d in range(least, 8) if len({round(value, d) for value in finite}) == differ), least)
    return [_write(value, decimals, sign) for value in values]


def _write(value: float, decimals: int, sign: bool) -> str:
    """Write a number; what would look like zero and is none has its first digit."""
    if not math.isfinite(value):
        return "–"
    shown = round(value, decimals) + 0.0  # no minus before a zero
    plus = "+" if sign and value > 0 else ""
    return f"{plus}{value:.1g}" if value and not shown else f"{plus}{shown:,.{decimals}f}"


def find_better(augmenter: Augmenter) -> tuple[str, Gain] | None:
    """Return the best rival, if its mean score is above that of the estimator as it was fitted, rows added or not."""
    others = [(name, gain) for name, gain in augmenter.rivals_.items() if math.isfinite(gain.score)]
    best = max(others, key=lambda item: item[1].score, default=None)
    return best if best is not None and best[1].score > find_own_score(augmenter) else None


def find_own_score(augmenter: Augmenter) -> float:
    """Return the mean score of what was fitted in the end: with rows if any are added, else without."""
    return augmenter.gain_.score if augmenter.amount_ else augmenter.rivals_.get(BARE, Gain()).score


def _say_gain(augmenter: Augmenter, learner: str) -> Phrase:
    """Whether the rows help."""
    gain = augmenter.gain_
    if not gain.n_fits:
        return _say_untried(augmenter, learner)
    bare, rows = write_numbers(gain.score - gain.mean, gain.score)
    mean, low, high = write_numbers(gain.mean, gain.low, gain.high, sign=True)
    values: dict[str, Any] = {"learner": learner, "score": name_score(augmenter), "bare": bare, "rows": rows}
    values |= {"mean": mean}
    if not math.isfinite(gain.low):
        template = (
            "Cannot tell whether generated rows help {learner}: {score} goes from {bare} to {rows}, a difference of "
            "{mean}, which has no interval: there is a single fold, or it is the same in all."
        )
        return Phrase(template, **values)
    values |= {"low": low, "high": high, "folds": gain.n_fits}
    if augmenter.verdict_ == "helps":
        template = (
            "Generated rows help {learner}: {score} goes from {bare} to {rows}, a gain of {mean} "
            "(95% interval {low} to {high}; {folds} folds)."
        )
    elif augmenter.verdict_ == "harms":
        template = (
            "Generated rows harm {learner}: {score} goes from {bare} to {rows}, a difference of {mean} "
            "(95% interval {low} to {high}; {folds} folds)."
        )
    elif gain.verdict == "helps":  # but a guess does as well
        values["guess"] = write_numbers(augmenter.rivals_[GUESS].score, gain.score)[0]
        template = (
            "Cannot tell whether generated rows help {learner}: {score} goes from {bare} to {rows}, a difference of "
            "{mean} (95% interval {low} to {high}; {folds} folds), but a guess got {guess}, which is no less."
        )
    else:
        template = (
            "Cannot tell whether generated rows help {learner}: {score} goes from {bare} to {rows}, a difference of "
            "{mean} (95% interval {low} to {high}, which holds 0; {folds} folds)."
        )
    return Phrase(template, **values)


def _say_untried(augmenter: Augmenter, learner: str) -> Phrase:
    """Why there is no gain to speak of."""
    if len(augmenter.scores_):
        template = "Cannot tell whether generated rows help {learner}: no fold has a score both with them and without."
    else:
        template = (
            "Whether generated rows help {learner} was not tried: the rows are too few, or all have the same target."
        )
    return Phrase(template, learner=learner)


def _say_amount(augmenter: Augmenter, learner: str) -> Phrase:
    """How many rows are added, and why; or why none are."""
    gain, asked = augmenter.gain_, augmenter.amount != AUTO
    values: dict[str, Any] = {"amount": int(augmenter.amount_), "chosen": str(augmenter.chosen_)}
    if augmenter.amount_ and asked:
        return Phrase("{amount:,} generated rows are added ({chosen}), as was asked, whatever they gain.", **values)
    mean, error = write_numbers(gain.mean, gain.error)
    if augmenter.amount_:
        template = (
            "{amount:,} generated rows are added ({chosen}): the difference is above one standard error, {error}, "
            "and no rival got as much."
        )
        return Phrase(template, error=error, **values)
    if asked:
        return Phrase("No rows are added: {chosen} comes to none here.", chosen=str(augmenter.chosen_))
    if not gain.n_fits:
        return Phrase("No rows are added, as nothing shows that they help.")
    if not math.isfinite(gain.error):
        return Phrase("No rows are added: the folds do not tell how far chance reaches.")
    if not gain.mean > gain.error:
        mean = write_numbers(gain.mean, gain.error, sign=True)[0]
        template = "No rows are added: the difference, {mean}, is not above one standard error, {error}."
        return Phrase(template, mean=mean, error=error)
    return _say_refused(augmenter, learner)


def _say_refused(augmenter: Augmenter, learner: str) -> Phrase:
    """What got as much as the rows, whose gain is above one standard error."""
    rival, best = max(augmenter.rivals_.items(), key=lambda item: item[1].score)
    theirs, own = write_numbers(best.score, augmenter.gain_.score)
    values = {"theirs": theirs, "own": own, "learner": learner}
    if rival == BARE:
        return Phrase(
            "No rows are added: without any the score is {theirs}, and with them {own}.", theirs=theirs, own=own
        )
    if rival == GUESS:
        template = "No rows are added: a guess that sees no feature got {theirs}, and {learner} with them {own}."
        return Phrase(template, **values)
    template = (
        "No rows are added: {rival} got {theirs} without the generator, and {learner} with its rows {own}. "
        "Try the former first."
    )
    return Phrase(template, rival=name_rival(rival, learner), **values)


def _say_instead(augmenter: Augmenter, learner: str) -> Phrase | None:
    """What got more than what was fitted, if anything does that was not named already."""
    better, own = find_better(augmenter), find_own_score(augmenter)
    if better is None or better[0] == GUESS:
        guess = augmenter.rivals_.get(GUESS, Gain()).score
        return _say_guess(guess, own, learner) if guess >= own else None
    rival, gain = better
    if not augmenter.amount_ and augmenter.gain_.mean > augmenter.gain_.error:
        return None  # it is why no rows are added
    theirs, ours = write_numbers(gain.score, own)
    values = {"rival": name_rival(rival, learner), "theirs": theirs, "own": ours, "learner": learner}
    if augmenter.amount_ and gain.mean == gain.low == gain.high == 0:  # it is the learner itself
        template = "Without the generator {learner} got {theirs}, and with these rows {own}: leave them out."
    elif augmenter.amount_:
        template = (
            "Without the generator, {rival} got {theirs}, more than {learner} with these rows, {own}. It may be "
            "chance, but try that first: it costs less."
        )
    elif gain.low > 0:
        template = "Without the generator, {rival} got {theirs}, more than {learner}, {own}: try that first."
    else:
        template = (
            "Without the generator, {rival} got {theirs}, more than {learner}, {own}. It may be chance, but try that "
            "first: it costs less."
        )
    return Phrase(template, **values)


def _say_other(augmenter: Augmenter) -> Phrase | None:
    """Which other learner got most with the rows, if that is more than all else."""
    with_rows = {name: gain for name, gain in augmenter.learners_.items() if math.isfinite(gain.score)}
    others = [*augmenter.amounts_.values(), augmenter.gain_, *augmenter.rivals_.values()]
    known = [gain.score for gain in others if math.isfinite(gain.score)]
    name, gain = max(with_rows.items(), key=lambda item: item[1].score, default=("", Gain()))
    if not known or not gain.score > max(known):
        return None
    amount = list(augmenter.amounts_)[-1]
    template = (
        "Of all that was tried {other} with these rows ({chosen}) got most, {theirs}; without them {bare}, a "
        "difference of {mean} (95% interval {low} to {high}). The best of many is in part the luckiest."
    )
    theirs, bare = write_numbers(gain.score, gain.score - gain.mean)
    mean, low, high = write_numbers(gain.mean, gain.low, gain.high, sign=True)
    return Phrase(template, other=Phrase(name), chosen=amount, theirs=theirs, bare=bare, mean=mean, low=low, high=high)


def _say_guess(guess: float, own: float, learner: str) -> Phrase:
    template = "A guess that sees no feature got {guess}, and {learner} no more, {own}: it has learned nothing of use."
    theirs, ours = write_numbers(guess, own)
    return Phrase(template, guess=theirs, learner=learner, own=ours)
