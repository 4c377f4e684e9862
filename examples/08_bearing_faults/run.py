"""Few rows of each fault, many of none: do generated rows help a classifier of bearing faults?

    python examples/08_bearing_faults/run.py [--faults 12] [--normal 150] [--folds 5] [--repeats 2] [--amount auto]

Boosted trees learn a few windows of each of nine faults of a bearing, and many of a healthy one, each window as nine
features. Augmenter tries by cross-validation whether generated rows help, beside what costs less. What it promises is
then checked on windows that it never saw.

The windows are simulated (faults.py). With a table of your own, whose other columns are numbers:

    python examples/08_bearing_faults/run.py --data features.csv --target fault --healthy Normal_1

Of each class it draws as many rows as are asked for; the others are those that nothing has learned.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import pandas as pd
from faults import CLASSES, NORMAL, simulate
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import balanced_accuracy_score

from tabgan import Augmenter, WGANGPSynthesizer
from tabgan.errors import TabganWarning

UNSEEN = 100  # simulated windows of each class, to check by


def main() -> None:
    """Run the example."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="table of features and faults; simulated ones if there is none")
    parser.add_argument("--target", default="fault", help="its column of faults (fault)")
    parser.add_argument("--healthy", help="the class of no fault (the one whose name begins with normal)")
    parser.add_argument("--normal", type=int, default=150, help="healthy rows that are learned (150)")
    parser.add_argument("--faults", type=int, default=12, help="rows of each fault that are learned (12)")
    parser.add_argument("--amount", default="balance+3x", help="rows to add; auto: those that pay (balance+3x)")
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation (5)")
    parser.add_argument("--repeats", type=int, default=2, help="how often it is cut anew (2)")
    parser.add_argument("--iterations", type=int, help="of the generator (the preset's)")
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn (0)")
    args = parser.parse_args()
    warnings.simplefilter("ignore", TabganWarning)
    learned, unseen = draw(args)
    X, y = learned.drop(columns=args.target), learned[args.target]
    print(
        f"learned: {len(X)} rows, {y.value_counts().max()} of {y.value_counts().idxmax()}, {args.faults} of each fault"
    )

    trees = HistGradientBoostingClassifier(max_iter=40, learning_rate=0.2, early_stopping=False, random_state=0)
    small = {} if args.iterations is None else {"iterations": args.iterations}
    generator = WGANGPSynthesizer(preset="fast", **small)
    model = Augmenter(
        trees,
        amount=args.amount,
        cv=args.folds,
        repeats=args.repeats,
        synthesizer=generator,
        random_state=args.seed,
        verbose=1,
    )
    model.fit(X, y)
    print(tabulate(model).to_string(index=False))
    print(f"\nverdict: {model.verdict_}; rows added: {model.amount_} ({model.chosen_})")

    X_unseen, y_unseen = unseen.drop(columns=args.target), unseen[args.target]
    bare = balanced_accuracy_score(y_unseen, clone(trees).fit(X, y).predict(X_unseen))
    with_rows = balanced_accuracy_score(y_unseen, model.predict(X_unseen))
    print(f"{len(unseen)} rows that were never seen: {bare:.3f} without rows, {with_rows:.3f} as fitted")


def draw(args: argparse.Namespace) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows to be learned, few of each fault, and others."""
    if args.data is None:
        counts = {fault: args.normal if fault == NORMAL else args.faults for fault in CLASSES}
        return simulate(counts, args.seed), simulate(dict.fromkeys(CLASSES, UNSEEN), args.seed + 1)
    table = pd.read_csv(args.data).sample(frac=1, random_state=args.seed)
    names = table[args.target].unique()
    healthy = args.healthy or next(name for name in names if str(name).lower().startswith("normal"))
    places = table.groupby(args.target).cumcount()
    is_learned = places < table[args.target].map(lambda name: args.normal if name == healthy else args.faults)
    return table[is_learned].reset_index(drop=True), table[~is_learned].reset_index(drop=True)


def tabulate(model: Augmenter) -> pd.DataFrame:
    """Return what was tried: its score, its gain over no rows and the interval of that."""
    rivals = {name: gain for name, gain in model.rivals_.items() if gain.mean or name == "no rows"}
    tried = {f"generated rows: {amount}": gain for amount, gain in model.amounts_.items()} | rivals
    numbers = {"score": "{0.score:.3f}", "gain": "{0.mean:+.3f}", "95% interval": "{0.low:+.3f} to {0.high:+.3f}"}
    return pd.DataFrame(
        [{"": name} | {title: text.format(gain) for title, text in numbers.items()} for name, gain in tried.items()]
    )


if __name__ == "__main__":
    main()
