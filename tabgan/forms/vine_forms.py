"""What a file says of a vine copula, whose own part is the JSON of pyvinecopulib with grids as arrays."""

from __future__ import annotations

from typing import Any

from tabgan.forms.language import NUMBER, TEXT, Array, Number, Record, Sizes, Text, Whole, expect, listed
from tabgan.forms.row_forms import QUANTILE, expect_gaps

PAIR = Record(
    {
        "fam": TEXT,
        "rot": Whole(0, 270),
        "vt": listed(Text("c", "d"), 2),
        "par": Array("f", "grid", "grid too", low=0, high=1e6),
        "ll?": NUMBER,
        "nobs?": Number(0),
        "npars?": NUMBER,
    },
    lambda pair, sizes, at: expect(
        (pair["fam"] == "TLL") == (pair["par"].shape == (30, 30)), f"{at}/par", "a grid of 30 x 30", pair["par"].shape
    ),
    own=True,
)


def check_vine(vine: dict[str, Any], sizes: Sizes, at: str) -> None:
    """Check trees of pairs: the first has one fewer than there are columns that vary, each other one fewer still."""
    expect_gaps(vine["constants"], range(len(sizes["missing"])), sizes, f"{at}/constants")
    own = sizes.new_child({"numbers": sizes["varying"]})
    QUANTILE.check({"name": "quantile", **vine["margins"]}, own, f"{at}/margins")
    copula, n = vine["copula"], int(sizes["varying"])
    expect(isinstance(copula, dict), at, "a record", copula)
    expect({"structure", "pair copulas"} <= copula.keys(), at, "with a structure and pairs", list(copula))
    trees, structure = copula["pair copulas"], copula["structure"]
    expect(isinstance(trees, dict) and isinstance(structure, dict), at, "records", None)
    array = structure.get("array")
    expect(isinstance(array, dict) and array.get("d") == n, f"{at}/structure", f"of {n} columns", array)
    expect(trees.keys() == {f"tree{i}" for i in range(len(trees))} and len(trees) < max(n, 1), at, "trees", list(trees))
    expect(array.get("t") == len(trees) == len(array.get("data", ())), f"{at}/structure", f"{len(trees)} trees", array)
    order = structure.get("order", list(range(1, n + 1)))
    expect(
        isinstance(order, list) and sorted(map(str, order)) == sorted(map(str, range(1, n + 1))), at, "an order", order
    )
    for i in range(len(trees)):
        pairs = trees[f"tree{i}"]
        expect(isinstance(pairs, dict) and len(pairs) == n - 1 - i, f"{at}/tree{i}", f"of {n - 1 - i} pairs", None)
        for j in range(n - 1 - i):
            expect(f"pc{j}" in pairs, f"{at}/tree{i}/pc{j}", "there", None)
            PAIR.check(pairs[f"pc{j}"], sizes, f"{at}/tree{i}/pc{j}")
        listed(Whole(1, n), n - 1 - i).check(array["data"][i], sizes, f"{at}/structure/{i}")
