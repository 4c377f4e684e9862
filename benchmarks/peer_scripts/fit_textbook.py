"""The usual WGAN-GP (Gulrajani et al. 2017), in plain torch and without tabgan; a budget is generator iterations.

Columns scaled linearly to [-1, 1], 3,000 generator iterations of 5 critic steps, batches of 64, penalty weight 10,
Adam with learning rate 1e-4 and betas (0, 0.9), 100 latent numbers, two hidden layers of 128, leaky ReLU. Integer
columns come out rounded.
"""

import numpy as np
import pandas as pd
import torch
from measure import measure
from torch import nn

ITERATIONS, N_CRITIC, BATCH, LATENT, WIDTH, PENALTY = 3000, 5, 64, 100, 128, 10.0


def fit(train, budget):
    torch.manual_seed(0)
    low, high = train.min().to_numpy(float), train.max().to_numpy(float)
    span = np.where(high > low, high - low, 1.0)
    rows = torch.tensor(2 * (train.to_numpy(float) - low) / span - 1, dtype=torch.float32)
    generator = train_generator(rows, ITERATIONS if budget is None else budget)

    def sample(n):
        with torch.no_grad():
            scaled = generator(torch.randn(n, LATENT)).numpy().astype(float)
        table = pd.DataFrame((scaled + 1) / 2 * span + low, columns=train.columns)
        integers = train.columns[train.dtypes.map(lambda dtype: dtype.kind in "iu")]
        return table.round(dict.fromkeys(integers, 0)).astype(train.dtypes[integers].to_dict())

    return sample


def train_generator(rows, iterations):
    n_columns = rows.shape[1]
    generator = nn.Sequential(*hidden_layers(LATENT), nn.Linear(WIDTH, n_columns), nn.Tanh())
    critic = nn.Sequential(*hidden_layers(n_columns), nn.Linear(WIDTH, 1))
    optimize_g, optimize_c = (
        torch.optim.Adam(net.parameters(), lr=1e-4, betas=(0.0, 0.9)) for net in (generator, critic)
    )
    for _ in range(iterations):
        for _ in range(N_CRITIC):
            real = rows[torch.randint(len(rows), (BATCH,))]
            with torch.no_grad():
                fake = generator(torch.randn(BATCH, LATENT))
            step(optimize_c, critic(fake).mean() - critic(real).mean() + PENALTY * penalty(critic, real, fake))
        step(optimize_g, -critic(generator(torch.randn(BATCH, LATENT))).mean())
    return generator


def hidden_layers(width_in):
    return nn.Linear(width_in, WIDTH), nn.LeakyReLU(0.2), nn.Linear(WIDTH, WIDTH), nn.LeakyReLU(0.2)


def penalty(critic, real, fake):
    mix = torch.rand(len(real), 1)
    between = (mix * real + (1 - mix) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).mean()


def step(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


if __name__ == "__main__":
    measure(fit)
