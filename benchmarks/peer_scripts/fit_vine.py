"""A vine copula of pyvinecopulib, its pairs by local likelihood, without tabgan; it has no budget.

Ranks of each column, those of equal values at random within their step; back by the quantiles of the learned values,
equal values as they are, others interpolated. Integer columns come out rounded.
"""

import numpy as np
import pandas as pd
import pyvinecopulib as pv
from measure import measure


def fit(train, budget):
    X, rng = train.to_numpy(float), np.random.default_rng(0)
    order = np.lexsort((rng.random(X.shape), X), axis=0)
    shares = (np.argsort(order, axis=0) + 0.5) / len(X)
    controls = pv.FitControlsVinecop(family_set=[pv.BicopFamily.tll], num_threads=1)
    vine = pv.Vinecop.from_data(np.asfortranarray(shares), controls=controls)
    ranks, values = (np.arange(len(X)) + 0.5) / len(X), np.sort(X, axis=0)
    integers = train.columns[train.dtypes.map(lambda dtype: dtype.kind in "iu")]

    def sample(n):
        drawn = vine.sample(n, seeds=[0], num_threads=1)
        columns = [np.interp(u, ranks, x) for u, x in zip(drawn.T, values.T, strict=True)]
        table = pd.DataFrame(dict(zip(train.columns, columns, strict=True)))
        return table.round(dict.fromkeys(integers, 0)).astype(train.dtypes[integers].to_dict())

    return sample


if __name__ == "__main__":
    measure(fit)
