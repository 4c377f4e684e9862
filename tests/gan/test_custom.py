"""Custom networks below the synthesizer: what is checked, how batches pass, what is repeatable."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tabgan import InputError
from tabgan.gan.custom import CustomCritic, CustomGenerator, copy_module, describe_modules, try_out
from tabgan.gan.device import repeatable
from tabgan.gan.objectives import VanillaGAN
from tabgan.gan.output import RowOutput
from tabgan.gan.sampling import PIECE, draw_rows
from tabgan.gan.step import AutogradStep
from tabgan.preprocessing.layout import Layout

CPU = torch.device("cpu")


def layers(*modules: nn.Module) -> nn.Sequential:
    return nn.Sequential(*modules)


LAYOUT = Layout(2, (3,))


def make(generator=None, critic=None, layout=LAYOUT) -> tuple[CustomGenerator, CustomCritic]:
    width = layout.width
    output = RowOutput(layout, tanh=False)
    return (
        CustomGenerator(generator or nn.Linear(4, width), output, 4),
        CustomCritic(critic or nn.Linear(width, 1)),
    )


def test_random_numbers_of_modules_repeat_and_the_global_generator_stays():
    before = torch.get_rng_state()
    rows = []
    for _ in range(2):
        with repeatable(7, CPU):
            rows.append(torch.randn(5))
    assert torch.equal(*rows)
    assert torch.equal(rows[0], torch.randn(5, generator=torch.Generator().manual_seed(7)))
    with pytest.raises(ZeroDivisionError), repeatable(8, CPU):
        torch.rand(3)
        _ = 1 / 0
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("name", "module", "said"),
    [
        ("generator", nn.Linear, r"generator must be None or an instance .* generator=MyModule\(\)"),
        ("critic", 3, "critic must be None or an instance of torch.nn.Module, but is 3"),
        ("generator", nn.LazyLinear(3), "lazy; call it once"),
        ("generator", nn.Linear(2, 3).double(), r"of generator=Linear are torch.float64; call its \.float\(\)"),
        ("critic", nn.ModuleDict({"a/b": nn.Linear(1, 1)}), "'a/b.weight'; rename it"),
        ("critic", nn.utils.spectral_norm(nn.Linear(2, 2)), "copy.deepcopy"),
    ],
)
def test_what_cannot_be_trained_is_refused(name, module, said):
    if "deepcopy" in said:
        module(torch.zeros(1, 2))  # its weight is from now on the result of a computation
    with pytest.raises(InputError, match=said):
        copy_module(name, module)


@pytest.mark.parametrize(
    ("networks", "said"),
    [
        (
            dict(generator=nn.Linear(3, 5)),
            r"batch of shape \(8, 4\), but Linear cannot \(RuntimeError: mat1.*latent_dim",
        ),
        (
            dict(generator=nn.Linear(4, 6)),
            r"make shape \(8, 5\) .*Linear makes \(8, 6\); give its last layer 5 outputs",
        ),
        (dict(generator=layers(nn.Linear(4, 5), nn.Flatten(0))), r"makes \(40,\)"),
        (
            dict(critic=nn.Linear(5, 1).requires_grad_(False)),
            "critic must have parameters to train, but none of Linear",
        ),
        (dict(critic=nn.Linear(4, 1)), r"critic must take a batch of shape \(8, 5\)"),
        (dict(critic=layers(nn.Linear(5, 1), nn.Flatten(0))), r"critic must make shape \(8, 1\).*makes \(8,\)"),
        (dict(critic=layers(nn.Linear(5, 1), nn.Sigmoid())), "ends with Sigmoid; leave it out"),
        (
            dict(critic=layers(nn.Linear(5, 2), nn.BatchNorm1d(2), nn.Linear(2, 1))),
            "row by row.*it does by BatchNorm1d",
        ),
        (dict(critic=layers(nn.Linear(5, 1), nn.Softmax(0))), r"row by row.*critic=Sequential it does; take LayerNorm"),
    ],
)
def test_a_batch_is_tried_first(networks, said):
    with pytest.raises(InputError, match=said):
        try_out(*make(**networks), 64, True)


def test_numbers_that_are_not_finite_are_refused():
    generator, critic = make()
    generator.module.bias.data[0] = float("nan")
    with pytest.raises(InputError, match="those of Linear are not finite"):
        try_out(generator, critic, 64, True)


def test_what_suits_passes_and_is_not_changed_by_it():
    normed = layers(nn.Linear(5, 4), nn.LayerNorm(4), nn.Dropout(0.5), nn.LeakyReLU(), nn.Linear(4, 1))
    mixing = layers(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.LeakyReLU(), nn.Linear(4, 1))
    images = layers(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Unflatten(1, (1, 5, 1)))
    for critic, is_penalised in ((normed, True), (mixing, False)):
        networks = make(images, critic)
        before = [{key: value.clone() for key, value in network.state_dict().items()} for network in networks]
        try_out(*networks, 64, is_penalised)
        for network, state in zip(networks, before, strict=True):
            assert all(torch.equal(value, state[key]) for key, value in network.state_dict().items())


def test_one_row_is_no_batch_for_batch_norm():
    with pytest.raises(InputError, match="more than 1 value per channel"):
        try_out(*make(layers(nn.Linear(4, 5), nn.BatchNorm1d(5))), 1, True)


class Seen(nn.Module):
    """Notes the batches that come."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear, self.batches = nn.Linear(width, 1), []

    def forward(self, x):
        self.batches.append(x.detach().clone())
        return self.linear(x)


def test_real_and_generated_rows_are_batches_of_their_own():
    """As the text's training has it: a batch norm sees one kind of rows at a time."""
    generator, critic = make(critic=Seen(5))
    step = AutogradStep(generator, critic, VanillaGAN())
    real, latent = torch.randn(2, 6, 5), torch.randn(3, 6, generator.n_latents)
    step.begin(real, latent, torch.rand(2, 3, 6, 1))
    for k in range(2):
        step.critic_gradients(k)
    step.generator_gradients()
    seen = critic.module.batches
    assert [len(batch) for batch in seen] == [6] * 5
    assert torch.equal(seen[0], real[0])
    torch.testing.assert_close(seen[1], generator(latent[0]))
    assert torch.equal(seen[2], real[1])
    torch.testing.assert_close(seen[4], generator(latent[2]))


def test_numbers_pass_as_they_are_and_levels_through_the_noisy_softmax():
    generator, _ = make()
    latent = torch.randn(7, generator.n_latents)
    x = generator.module(latent[:, :4])
    rows = generator(latent)
    assert torch.equal(rows[:, :2], x[:, :2])
    torch.testing.assert_close(rows[:, 2:], ((x[:, 2:] + latent[:, 4:]) / 0.3).softmax(1))


class Noisy(nn.Module):
    """Draws from torch's global generator, trained or not; makes numbers beyond [-1, 1]."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 5)

    def forward(self, x):
        return 3 * (self.linear(x) + torch.randn(len(x), 5))


def test_rows_drawn_from_a_custom_generator():
    generator, _ = make(Noisy())
    first, again, more = (
        draw_rows(generator, n, torch.Generator().manual_seed(3)) for n in (PIECE + 9, PIECE + 9, 2 * PIECE)
    )
    assert torch.equal(first, again)
    assert torch.equal(first, more[: PIECE + 9])
    assert first.T.is_contiguous()
    assert float(first[:, :2].abs().max()) == 1
    assert float(first[:, 2:].abs().max()) > 3
    other = draw_rows(generator, PIECE, torch.Generator().manual_seed(4))
    assert not torch.equal(other, first[:PIECE])


def test_a_label_is_given_beside_the_latents():
    output = RowOutput(Layout(1, n_given=3), tanh=False)
    generator = CustomGenerator(nn.Linear(5, 1), output, 5)
    generator.module.weight.data = torch.tensor([[0.0, 0.0, -0.5, 0.25, 0.75]])
    generator.module.bias.data.zero_()
    labels = torch.eye(3)[torch.arange(50) % 3]
    rows = draw_rows(generator, 50, torch.Generator().manual_seed(0), labels)
    torch.testing.assert_close(rows[:, 0], torch.tensor([-0.5, 0.25, 0.75])[torch.arange(50) % 3])


def test_modules_are_described_as_text_that_is_the_same_in_every_run():
    class Odd(nn.Linear):
        def extra_repr(self) -> str:
            return str(object())

    generator, critic = make(Odd(4, 5))
    described = describe_modules(generator, critic)
    assert described["generator"]["shown"] == "Odd(<object object>)"
    assert described["critic"] == {"class": "Linear", "shown": "Linear(in_features=5, out_features=1, bias=True)"}
    assert describe_modules(nn.Linear(1, 1), nn.Linear(1, 1)) == {}
