"""TVAE (package ctgan) at its defaults (300 epochs, batches of 500), all columns continuous; a budget is epochs."""

from ctgan import TVAE
from measure import measure


def fit(train, budget):
    model = TVAE(enable_gpu=False, **({} if budget is None else {"epochs": budget}))
    model.set_random_state(0)
    model.fit(train)
    return model.sample


if __name__ == "__main__":
    measure(fit)
