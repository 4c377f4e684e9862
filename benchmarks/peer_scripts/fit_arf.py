"""Adversarial random forests of arfpy at their defaults, all columns continuous; there is no budget."""

import numpy as np
from arfpy import arf
from measure import measure


def fit(train, budget):
    np.random.seed(0)  # noqa: NPY002, from which it draws rows
    model = arf.arf(x=train.astype(float), random_state=0, verbose=False)
    model.forde()
    return lambda n: model.forge(n=n)


if __name__ == "__main__":
    measure(fit)
