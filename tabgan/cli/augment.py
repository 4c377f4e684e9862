"""`tabgan augment`: add generated rows to a table if they help a model, and say what helps more."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabgan.cli import options
from tabgan.cli.command import TabganCommand
from tabgan.cli.gained import tell_gains
from tabgan.cli.headings import COLUMNS, OUTPUT, SCORES, TRAINING, under
from tabgan.cli.kinds import choose_columns, column_options, find_columns
from tabgan.cli.language import spoken
from tabgan.cli.showing import check_summary, github_summary
from tabgan.errors import InputError, TabganError
from tabgan.tables.formats import table_format

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

    from tabgan.augmentation.augmenter import Augmenter
    from tabgan.augmentation.supervised import Supervised

PILOT_SECONDS = 0.5
WEIGHT = "weight"

EPILOG = """\b
Examples:
  tabgan augment faults.csv --target fault -o more.csv
  tabgan augment strength.xlsx --target MPa --learner forest -o more.xlsx --report gains.html
  tabgan augment faults.csv --target fault --amount balance --mark origin -o more.csv
  tabgan augment visits.csv --target outcome --groups patient --scoring roc_auc_ovr -o more.csv

Whether generated rows help is tried by cross-validation on rows that nothing has learned: generator, scaler, teacher
and model are fitted anew in each fold. Beside them stand the rivals that cost less: class weights, a moved threshold,
SMOTE, other learners without any rows. A gain has an interval that holds the true one in 95 of 100 tables; only one
that lies above 0 is called help.

With --amount auto FILE is written if the gain exceeds one standard error and every rival, else the exit code is 1.
Any other amount is written whatever it gains. FILE has the columns that are used, real rows first and untouched.

A generated number is what a teacher says of the row, a mix of learners; a generated class is one that the teacher
confirms. With --labels taught each row comes once for every class that it may be of, and a column "weight" says how
far: give it to the learner."""


@click.command(cls=TabganCommand, epilog=EPILOG)
@click.argument("data", type=options.TABLE)
@click.option("--target", required=True, metavar="COLUMN", help="What the model is to predict.")
@click.option("-o", "--output", type=options.NEW_TABLE, required=True, metavar="FILE", help="The table to write.")
@click.option(
    "--amount",
    default="auto",
    show_default=True,
    metavar="auto|balance|200|3x",
    help="Rows to add: as many as pay; what classes lack to the largest; a number; a multiple of the rows.",
)
@click.option(
    "--labels",
    type=click.Choice(["taught", "checked", "kept"]),
    help="Targets of generated rows: a teacher's, confirmed by it, or the generator's own.  [default: see below]",
)
@click.option(
    "--learner",
    type=click.Choice(["boosting", "forest", "linear", "svm", "knn", "mlp"]),
    default="boosting",
    show_default=True,
    help="The model that is to learn the rows.",
)
@click.option("--task", type=click.Choice(["classes", "numbers"]), help="What the target is, where it may be either.")
@under(
    COLUMNS,
    column_options,
    click.option(
        "--groups", metavar="COLUMN", help="Rows of one value are learned or tested together; it is not learned."
    ),
)
@options.no_header
@options.reading
@under(
    SCORES,
    click.option("--scoring", metavar="NAME", help="A score of scikit-learn.  [default: balanced_accuracy, or r2]"),
    click.option(
        "--folds", type=click.IntRange(2), default=5, show_default=True, help="Parts that are tested by turns."
    ),
    click.option("--repeats", type=click.IntRange(1), default=2, show_default=True, help="How often it is cut anew."),
)
@under(
    TRAINING,
    click.option(
        "--preset",
        type=click.Choice(["fast", "balanced", "best"]),
        default="fast",
        show_default=True,
        help="How thoroughly the generator learns, in every fold.",
    ),
    click.option("--seed", type=int, default=0, show_default=True, help="Of all that is drawn."),
)
@options.workers
@under(
    OUTPUT,
    click.option("--mark", metavar="NAME", help='Write a column of this name that says "real" or "generated".'),
    click.option("--report", type=options.NEW_FILE, metavar="report.html", help="Write all of it on one page."),
    github_summary,
    options.escape_formulas,
    options.overwrite,
    options.quiet,
    options.as_json,
)
def augment(data: Path | str, output: Path | str, report: Path | None, overwrite: bool, **given: Any) -> None:
    """Add generated rows to DATA if they help a model.

    It also says what helps more.
    """
    options.check_stream(output, given["as_json"])
    options.check_outputs([data], [output, report], overwrite)
    check_summary(given["github_summary"], [data, output, report])
    table_format(output)  # whose suffix says what to write
    from tabgan.augmentation.supervised import make_supervised

    table = options.read_data(data, given)
    target, groups = (_find(table, given[name], f"--{name}") for name in ("target", "groups"))
    if groups == target:
        raise InputError(f"--groups must name another column than --target, but both are {str(target)!r}; name another")
    kept, kinds = _choose(table, given, target, groups)
    problem = make_supervised(kept, target, given["task"], kinds)
    check_new_columns(given, kept, problem.n_classes > 0)
    talks = not (given["quiet"] or given["as_json"])
    model = _make_augmenter(problem, given)
    if talks:
        _say_first(data, problem, model, output)
    model.fit(problem.X, problem.y, None if groups is None else table[groups].to_numpy())
    written = 0
    if model.amount_:
        written = _write(problem, model, output, given["mark"], overwrite, given["escape_formulas"])
    if report:
        from tabgan.augmentation.rivals import LEARNER_NAMES
        from tabgan.report.augmenting import write_augmentation_report

        write_augmentation_report(
            model,
            report,
            learner=LEARNER_NAMES[given["learner"]],
            target=str(target),
            lang=spoken(),
            overwrite=overwrite,
        )
    tell_gains(problem, model, written, output, report, given)
    if not written:
        amount = _find_best(model)
        raise TabganError(f"no rows are added, so {output} is not written; --amount {amount} writes it anyway")


def _find_best(model: Augmenter) -> str:
    """Return the amount that got most of those tried by themselves, or one that is never none."""
    tried = model.amounts_ if model.amount == "auto" else {}
    scores = {name: gain.score for name, gain in tried.items() if gain.score == gain.score}
    return max(scores, key=scores.__getitem__, default="3x")


def _find(table: pd.DataFrame, text: str | None, option: str) -> Hashable | None:
    """Return the name of the column that an option means, in the grammar of `--cols`."""
    if text is None:
        return None
    if len(found := find_columns(table, text, option)) != 1:
        raise InputError(f"{option} takes one column, but {text!r} is {len(found)}; name one")
    return list(table.columns)[found[0]]


def _choose(
    table: pd.DataFrame, given: dict[str, Any], target: Hashable, groups: Hashable | None
) -> tuple[pd.DataFrame, dict[Any, str]]:
    """Return the columns that are used, the target the one that it is wherever it stands, and kinds."""
    if target in [list(table.columns)[place] for place in find_columns(table, given["drop"], "--drop")]:
        raise InputError(f"--drop leaves columns out, but names the target {str(target)!r}; leave it in")
    kept, kinds = choose_columns(table, given)
    if kinds.get(target) == "id":
        raise InputError(f"--id names what tells rows apart, but the target {str(target)!r} is one; name another")
    names = [name for name in table.columns if name == target or (name in kept.columns and name != groups)]
    return table[names], {name: kind for name, kind in kinds.items() if name in names}


def check_new_columns(given: dict[str, Any], table: pd.DataFrame, classes: bool) -> None:
    """Raise InputError if a column that is to be added would have the name of one that is there, or of another."""
    new = {"--mark": given["mark"], "--labels taught": WEIGHT if given["labels"] == "taught" and classes else None}
    names = list(map(str, table.columns))
    for option, name in ((option, name) for option, name in new.items() if name is not None):
        if not name.strip():
            raise InputError(f"{option} adds a column, but its name is {name!r}; give one")
        if name in names:
            raise InputError(f"{option} adds a column {name!r}, but there is one; rename it, or give another name")
        names += [name]


def _make_augmenter(problem: Supervised, given: dict[str, Any]) -> Augmenter:
    from tabgan.augmentation.augmenter import LEAST_ROWS, Augmenter
    from tabgan.augmentation.rivals import make_learner
    from tabgan.synthesizers.wgan_gp import WGANGPSynthesizer

    if len(problem.table) < LEAST_ROWS and given["amount"] == "auto":
        raise InputError(
            f"{LEAST_ROWS} rows are needed to tell whether others help, but there are {len(problem.table)}; collect "
            "more, or say how many to add with --amount"
        )
    model = Augmenter(
        make_learner(given["learner"], problem.n_classes),
        amount=given["amount"],
        labels=given["labels"] or ("checked" if problem.n_classes else "taught"),
        cv=given["folds"],
        repeats=given["repeats"],
        scoring=given["scoring"],
        synthesizer=WGANGPSynthesizer(preset=given["preset"], kinds=problem.kinds),
        random_state=given["seed"],
        verbose=int(not given["quiet"]),
        n_jobs=given["workers"],
    )
    model.check(problem.X, problem.y)
    return model


def _say_first(data: Path | str, problem: Supervised, model: Augmenter, output: Path | str) -> None:
    """Say what was read, and about how long it will take."""
    from tabgan.augmentation.augmenter import LEAST_ROWS
    from tabgan.augmentation.folds import group_equal_rows
    from tabgan.progress import format_duration

    rows, columns = problem.X.shape
    options.tell(f"{data}: {rows:,} rows x {columns} features, {problem.describe()}", output)
    if (equal := group_equal_rows(problem.X)) is not None:
        repeated = rows - len(set(equal.tolist()))
        options.tell(f"{repeated:,} rows repeat the features of others, and stay in one fold with them", output)
    if rows < LEAST_ROWS:
        return  # nothing is tried
    seconds = -(-model.cv * model.repeats // (model.n_jobs or 1)) * _time_fold(problem, model)
    options.tell(f"{model.cv * model.repeats} folds with a generator each: about {format_duration(seconds)}", output)


def _time_fold(problem: Supervised, model: Augmenter) -> float:
    """Return about how many seconds a fold takes: a generator is begun, and learners take as long again."""
    import time

    from sklearn.base import clone

    start = time.monotonic()
    pilot = clone(model.synthesizer).set_params(max_seconds=PILOT_SECONDS, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each fold's generator is one of its own
        pilot.fit(problem.table)
    begun = pilot.history_.seconds or PILOT_SECONDS
    whole = begun * pilot.settings_.iterations / max(len(pilot.history_), 1)
    return 2 * (time.monotonic() - start - begun + whole)


def _write(
    problem: Supervised, model: Augmenter, output: Path | str, mark: str | None, overwrite: bool, escapes: bool
) -> int:
    """Write real rows, and generated ones below; return how many lines these take, as a row may have several."""
    from tabgan.tables.formats import write_table

    augmented = model.augment(problem.X, problem.y)
    table = problem.add(augmented)
    if (augmented.weights != 1).any():
        table[WEIGHT] = augmented.weights
    if mark is not None:
        table[mark] = augmented.origin
    write_table(table, output, overwrite, escape_formulas=escapes)
    return len(table) - len(problem.table)
