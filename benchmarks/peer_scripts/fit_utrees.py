"""Unmasking trees (utrees) at their defaults, all columns continuous; there is no budget.

Integer columns come out rounded.
"""

import pandas as pd
from measure import measure
from utrees import UnmaskingTrees


def fit(train, budget):
    model = UnmaskingTrees(random_state=0).fit(train.to_numpy(float))
    integers = train.columns[train.dtypes.map(lambda dtype: dtype.kind in "iu")]

    def sample(n):
        table = pd.DataFrame(model.generate(n_generate=n), columns=train.columns)
        return table.round(dict.fromkeys(integers, 0)).astype(train.dtypes[integers].to_dict())

    return sample


if __name__ == "__main__":
    measure(fit, most_timed=200)
