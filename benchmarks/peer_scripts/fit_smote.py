"""SMOTE of imbalanced-learn, which makes points between neighbours; it has no budget.

It only adds rows to a class. All rows are that class here, in standardised columns, beside another one of zeros that is
as large as is needed and left out again. Integer columns come out rounded.
"""

import numpy as np
import pandas as pd
from imblearn.over_sampling import SMOTE
from measure import measure


def fit(train, budget):
    X = train.to_numpy(float)
    mean, std = X.mean(0), np.maximum(X.std(0), 1e-12)
    integers = train.columns[train.dtypes.map(lambda dtype: dtype.kind in "iu")]

    def sample(n):
        others = np.zeros((len(X) + n, X.shape[1]))
        classes = np.repeat([1, 0], [len(X), len(others)])
        grown, _ = SMOTE(random_state=0).fit_resample(np.concatenate([(X - mean) / std, others]), classes)
        table = pd.DataFrame(grown[-n:] * std + mean, columns=train.columns)
        return table.round(dict.fromkeys(integers, 0)).astype(train.dtypes[integers].to_dict())

    return sample


if __name__ == "__main__":
    measure(fit)
