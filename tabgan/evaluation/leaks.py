"""Rows that stand in two tables of an evaluation, where no fair comparison has them."""

from __future__ import annotations

from tabgan.errors import warn
from tabgan.evaluation.copies import KnownRows
from tabgan.evaluation.phrase import Phrase
from tabgan.schema.column import Floats

MOST_SHARED = 0.1
"""Of the rows of a table may be in the other one, beyond those that repeat by chance."""


def find_leaks(real: Floats, holdout: Floats, rows: Floats) -> list[Phrase]:
    """Warn, and return it, if more rows of the holdout were learned, or synthetic ones are in it, than by chance."""
    learned, aside = KnownRows(real), KnownRows(holdout)
    leaks = []
    if (share := learned.share(holdout)) > learned.share(real, more_than=1) + MOST_SHARED:
        template = (
            "{count:,} of {rows:,} rows of the holdout are in the real table, too, so that copies pass for new rows; "
            "give rows that were not learned"
        )
        leaks.append(Phrase(template, count=round(share * len(holdout)), rows=len(holdout)))
    if (share := aside.share(rows)) > aside.share(real) + MOST_SHARED:
        template = (
            "{count:,} of {rows:,} synthetic rows are in the holdout, too, which must not have been learned; give rows "
            "of a model that did not learn it"
        )
        leaks.append(Phrase(template, count=round(share * len(rows)), rows=len(rows)))
    for leak in leaks:
        warn(str(leak))
    return leaks
