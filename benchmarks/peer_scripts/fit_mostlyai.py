"""TabularARGN (mostlyai-engine) at its defaults; a budget is epochs.

It works in a temporary folder of its own, and logs to standard output: its words go to standard error.
"""

import contextlib
import sys

from measure import measure
from mostlyai.engine import TabularARGN, set_random_state


def fit(train, budget):
    set_random_state(0)
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
