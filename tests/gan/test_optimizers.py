"""One call on a flat tensor, against torch's optimizers on the parameters one by one."""

from __future__ import annotations

import pytest
import torch

from tabgan.gan.networks import Adam, FlatParameters, RMSprop, build_mlp

CASES = {
    "adam": (lambda flat: Adam(flat, (0.5, 0.9)), lambda p: torch.optim.Adam(p, betas=(0.5, 0.9))),
    "adamw": (
        lambda flat: Adam(flat, (0.0, 0.99), 0.1),
        lambda p: torch.optim.AdamW(p, betas=(0.0, 0.99), weight_decay=0.1),
    ),
    "rmsprop": (RMSprop, torch.optim.RMSprop),
}


@pytest.mark.parametrize("case", CASES)
def test_it_does_what_torchs_does(case):
    ours, torchs = CASES[case]
    module, other = (build_mlp([3, 7, 1], torch.Generator().manual_seed(0)).double() for _ in range(2))
    flat = FlatParameters(module)
    optimizer, reference = ours(flat), torchs(other.parameters())
    rng = torch.Generator().manual_seed(1)
    for rate in (0.1, 0.03, 0.01):
        reference.param_groups[0]["lr"] = rate
        flat.grad.normal_(generator=rng)
        for p, q in zip(module.parameters(), other.parameters(), strict=True):
            q.grad = p.grad.clone()
        optimizer.step(torch.tensor(rate, dtype=torch.float64))
        reference.step()
    for p, q in zip(module.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-12, atol=1e-12)
    assert all(torch.isfinite(tensor).all() for tensor in optimizer.state.values())
