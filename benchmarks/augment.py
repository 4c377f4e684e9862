"""Do generated rows help a learner that has few? Judged by learners and scores outside the package, on untouched rows.

    python benchmarks/augment.py [--part gains] [--setups glass,bc60] [--seeds 0-9] [--results FILE]
    python benchmarks/augment.py --part auto --models boosting,knn --setups bc60,concrete100 --seeds 0-2 --results FILE
    python benchmarks/augment.py --show FILE

Set-ups are of tables in ../shared/data (what is absent is said and left out) and of scikit-learn: 60 to 2,000 rows are
learned, up to 6,000 others judge, each seed drawing other ones. One thread. Each result is appended to the file as soon
as it is there, and what the file holds is not measured again.

gains
    Six learners (boosting, forest, linear, SVM, a small network, 5 neighbours) learn the real rows alone; with class
    weights; with a moved threshold; with SMOTE's rows; with those of one generator, whose labels are kept, confirmed by
    a teacher ("checked") or a teacher's ("taught"), in the amounts that `Augmenter` tries. Learners without weights
    have checked rows in place of taught ones. A teacher says all targets of numbers but the kept ones; beside it, rows
    whose columns are shuffled, and the teacher itself. Balanced accuracy, AUC and log loss of classes, R2 of numbers.
auto
    `Augmenter(model)` says what rows gain; what they gain on the test rows is there to compare: for the model itself by
    the best amount that was tried, and for the six learners beside it by the most.
noise
    `Augmenter` of 100 rows of five normal columns and a target that has nothing to do with them, with a generator that
    draws learned rows again; each seed is a run.
truth
    How true generated targets are: a learner of the test rows (boosting R2, a forest's balanced accuracy) judges them.
    And how well boosting tells whole rows, targets with them, from as many test rows of each class (AUC, 3 folds).
time
    CPU seconds of `Augmenter(boosting).fit` on 200 rows of 10 columns.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import torch
from augment_gains import measure_gains
from augment_learners import LEARNERS, Scores
from augment_show import print_tables
from augment_tables import SETUPS, cut_rows, is_there
from augment_trust import NOISE, measure_noise, measure_time, measure_trust
from augment_truth import measure_truth
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from tabgan import TabganWarning

FIELDS = ("part", "setup", "seed", "model", "learner", "arm", "score", "value")
PARTS = ("gains", "auto", "noise", "truth", "time")
Job = tuple[str, str, str, str]  # the first four fields
TIMED = "magic200"


def main() -> None:
    args = parse_arguments()
    if args.show:
        print_tables(read_results(args.show))
        return
    torch.set_num_threads(1)
    warnings.simplefilter("ignore", ConvergenceWarning)
    warnings.simplefilter("ignore", TabganWarning)
    done = {tuple(row[name] for name in FIELDS[:4]) for row in read_results(args.results)}
    for job in list_jobs(args):
        if job not in done:
            start = time.process_time()
            with threadpool_limits(1):
                rows = [
                    (*job, learner, arm, score, f"{value:.6g}")
                    for learner, arm, scores in run(job, args.shared)
                    for score, value in scores.items()
                ]
            append(args.results, rows)
            print(*job, f"{time.process_time() - start:.0f} CPU s", flush=True)


def list_jobs(args: argparse.Namespace) -> list[Job]:
    """Return what is asked for, by seed; what has no data is said and left out."""
    setups = [name for name in args.setups if is_there(name, args.shared)]
    for name in set(args.setups) - set(setups):
        print(f"{name}: left out, its table is not in {args.shared / 'data'}", file=sys.stderr)
    jobs = []
    for part in args.part:
        names = NOISE if part == "noise" else [TIMED] if part == "time" else setups
        models = ["boosting"] if part == "time" else args.models if part in ("auto", "noise") else [""]
        jobs += [(part, name, str(seed), model) for seed in args.seeds for name in names for model in models]
    return jobs


def run(job: Job, shared: Path) -> Iterator[tuple[str, str, Scores]]:
    part, setup, seed, model = job
    if part == "noise":
        return measure_noise(setup, model, int(seed))
    cut = cut_rows(setup, int(seed), shared)
    if part == "auto":
        return measure_trust(cut, model, int(seed))
    measure = {"gains": measure_gains, "truth": measure_truth, "time": measure_time}[part]
    return measure(cut, int(seed))


def append(path: Path | None, rows: list[tuple]) -> None:
    """Write the rows of a job at once, to a file or to the screen."""
    if not path:
        csv.writer(sys.stdout).writerows(rows)
        return
    unfinished = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")  # by a run that was killed
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write("\n" * unfinished)
        writer = csv.writer(file, lineterminator="\n")
        if not file.tell():
            writer.writerow(FIELDS)
        writer.writerows(rows)


def read_results(path: Path | None) -> list[dict[str, str]]:
    """Return the results in a file, without a line that a killed run has left unfinished."""
    if not path or not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["value"]]


def read_seeds(text: str) -> list[int]:
    """Return seeds such as "0-9" or "0,3"."""
    seeds = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="gains", help=f"with commas: {', '.join(PARTS)}")
    parser.add_argument("--setups", default=",".join(SETUPS), help="with commas; all unless given")
    parser.add_argument("--seeds", type=read_seeds, default=[0], help="such as 0-9 or 0,3")
    parser.add_argument("--models", default="boosting", help=f"of auto and noise, with commas: {', '.join(LEARNERS)}")
    parser.add_argument("--results", type=Path, help="a CSV file; what it holds is not measured again")
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--show", type=Path, metavar="FILE", help="only print the tables of a file of results")
    args = parser.parse_args()
    for name, allowed in (("part", PARTS), ("setups", SETUPS), ("models", LEARNERS)):
        setattr(args, name, getattr(args, name).split(","))
        if unknown := [value for value in getattr(args, name) if value not in allowed]:
            parser.error(f"--{name}: no {', '.join(unknown)}; choose from {', '.join(allowed)}")
    return args


if __name__ == "__main__":
    main()
