"""The random choices of an iteration."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tabgan.gan import batches as module
from tabgan.gan.batches import Batches
from tabgan.gan.output import RowOutput
from tabgan.preprocessing.layout import Layout


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_batches_are_rows_of_the_table():
    rows = torch.arange(30.0).view(10, 3)
    batches = Batches(rows, 4, 2, 5, 1, seeded())
    seen = []
    for _ in range(200):
        batches.draw()
        seen.append(batches.real.clone())
    seen = torch.cat(seen).view(-1, 3)
    assert torch.equal(seen, rows[(seen[:, 0] / 3).long()])
    counts = np.bincount((seen[:, 0] / 3).long().numpy())
    assert counts.min() > 100  # of 160, drawn evenly
    assert counts.max() < 220
    assert (batches.latent.shape, batches.uniform.shape) == ((3, 4, 5), (2, 1, 4, 1))
    assert 0 <= float(batches.uniform.min()) < float(batches.uniform.max()) < 1
    assert float(batches.latent.std()) > 0.5


def test_a_batch_as_large_as_the_table_is_the_table():
    rows = torch.arange(30.0).view(10, 3)
    batches = Batches(rows, 10, 2, 5, 1, seeded())
    batches.draw()
    assert torch.equal(batches.real, torch.stack([rows, rows]))


@pytest.mark.parametrize("batch_size", [4, 10])
@pytest.mark.parametrize("most_shown", [0, 10**9])
def test_rows_are_shown_to_the_critic_batch_by_batch_or_once(monkeypatch, most_shown, batch_size):
    """With the same numbers; of a large table only the rows as they are stay in memory."""
    monkeypatch.setattr(module, "MOST_SHOWN", most_shown)
    output = RowOutput(Layout(2, (3,)), (1, 2), n_projections=4, rng=seeded())
    rows = torch.rand(10, 5, generator=seeded(1))
    plain = Batches(rows, batch_size, 3, 5, 1, seeded(2))
    shown = Batches(rows, batch_size, 3, 5, 1, seeded(2), show=output.show)
    assert shown.rows.shape == (10, 5 if most_shown == 0 else output.n_shown)
    for _ in range(3):
        plain.draw()
        shown.draw()
        assert shown.real.shape == (3, batch_size, output.n_shown)
        torch.testing.assert_close(shown.real, torch.stack([output.show(batch) for batch in plain.real]))
        assert torch.equal(shown.latent, plain.latent)
        assert torch.equal(shown.uniform, plain.uniform)


def test_a_table_is_widened_once_up_to_64_mebibytes():
    rows = torch.zeros(2**12, 1)
    for width, once in ((2**12, True), (2**12 + 1, False)):
        batches = Batches(rows, 4, 1, 1, 0, seeded(), show=lambda x, width=width: x.expand(-1, width))
        assert (batches.rows.shape[1] == width) == once


def test_what_is_given_is_that_of_the_real_rows():
    rows = torch.arange(30.0).view(10, 3)
    batches = Batches(rows, 4, 2, 6, 1, seeded(), given=(slice(1, 3), slice(2, 4)))
    free = Batches(rows, 4, 2, 6, 1, seeded())
    for _ in range(2):
        batches.draw()
        free.draw()
        assert torch.equal(batches.latent[:-1, :, 2:4], batches.real[..., 1:])
        assert torch.equal(batches.latent[-1, :, 2:4], batches.real[0, :, 1:])
        for place in (slice(0, 2), slice(4, 6)):
            assert torch.equal(batches.latent[..., place], free.latent[..., place])


@pytest.mark.parametrize("most_shown", [0, 10**9])
def test_packed_rows_are_the_same_batches(monkeypatch, most_shown):
    """Numbers, and the slots of two groups and of the one that is given."""
    monkeypatch.setattr(module, "MOST_SHOWN", most_shown)
    output = RowOutput(layout := Layout(2, (3, 2), n_given=2), (1,), n_projections=4, rng=seeded())
    slots = torch.stack([torch.randint(n, (10,), generator=seeded(3)) for n in (3, 2, 2)], dim=1)
    packed = torch.cat([torch.rand(10, 2, generator=seeded(1)), slots], dim=1)
    rows = torch.from_numpy(layout.widen(packed.numpy()))
    assert torch.equal(rows[:, 2:].sum(dim=1), torch.full((10,), 3.0))
    given = (layout.given, slice(3, 5))
    wide, same = (Batches(x, 4, 3, 5, 1, seeded(2), given, output.show) for x in (rows, packed))
    for _ in range(3):
        wide.draw()
        same.draw()
        assert torch.equal(wide.real, same.real)
        assert torch.equal(wide.latent, same.latent)
