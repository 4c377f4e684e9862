"""TabularARGN (mostlyai-engine) at its defaults; a budget is epochs.

What it prints goes to standard error, as the last line of standard output is for the measurement.
"""

import contextlib
import sys

from measure import measure
from mostlyai.engine import TabularARGN


def fit(train, budget):
    epochs = {} if budget is None else {"max_epochs": budget}
    model = TabularARGN(device="cpu", verbose=0, random_state=0, **epochs)
    with contextlib.redirect_stdout(sys.stderr):
        model.fit(train)

    def sample(n):
        with contextlib.redirect_stdout(sys.stderr):
            return model.sample(n_samples=n)

    return sample


if __name__ == "__main__":
    measure(fit)
