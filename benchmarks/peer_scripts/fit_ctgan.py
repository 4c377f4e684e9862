"""CTGAN at its defaults (300 epochs, batches of 500), all columns continuous; a budget is epochs."""

from ctgan import CTGAN
from measure import measure


def fit(train, budget):
    model = CTGAN(enable_gpu=False, **({} if budget is None else {"epochs": budget}))
    model.set_random_state(0)
    model.fit(train)
    return model.sample


if __name__ == "__main__":
    measure(fit)
