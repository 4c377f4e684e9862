"""The WGAN-GP of fg-data-synthetic 2.1.0, once ydata-synthetic, at its defaults (300 epochs); a budget is epochs.

What had to be done to make it run, and nothing more:

- its `__init__` calls `warn` without importing it, so `import data_synthetic` fails: `warn` is made a builtin first;
- `ModelParameters()` holds betas of (None, None), which Adam refuses: (0.5, 0.9), as in the project's examples;
- fit writes ./cache and a folder "..\\wgan_gp_test" where it runs: it runs in a temporary folder;
- `sample(n)` returns whole batches, more than n: the first n are taken.

Its faults are left as they are; all steps train on one batch, and the penalty takes one norm over that whole batch.
"""

import builtins
import os
import tempfile
import warnings
from pathlib import Path

from measure import measure

builtins.warn = warnings.warn

import tensorflow as tf  # noqa: E402
from data_synthetic.synthesizers import ModelParameters, TrainParameters  # noqa: E402
from data_synthetic.synthesizers.regular import RegularSynthesizer  # noqa: E402


def fit(train, budget):
    tf.keras.utils.set_random_seed(0)
    epochs = {} if budget is None else {"epochs": budget}
    model = RegularSynthesizer("wgangp", ModelParameters(betas=(0.5, 0.9)))
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            model.fit(train, TrainParameters(**epochs), num_cols=list(train.columns), cat_cols=[])
        finally:
            os.chdir(here)
    return lambda n: model.sample(n).head(n)


if __name__ == "__main__":
    measure(fit)
