"""How long an iteration takes: a textbook loop, both of our steps, and their matrix products alone.

    python benchmarks/speed.py                 # on one CPU thread
    python benchmarks/speed.py --threads 2     # on more; --sizes 500x128x32 for other batches, widths and latents
    python benchmarks/speed.py --device cuda   # on a GPU, with device events: also as one graph

An iteration is n_critic = 5 critic steps and a generator step on nine columns. "textbook" is plain modules, one
torch.optim.Adam each and double backward. "products" is the limit: the matrix products of the written-out step,
recorded from it and repeated on operands of the same shapes, and nothing else. All take turns in one run; medians, with
the range of the rounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from tabgan.gan.batches import Batches
from tabgan.gan.explicit import ExplicitStep
from tabgan.gan.monitor import Monitor, SlicedWasserstein
from tabgan.gan.networks import build_generator, build_mlp
from tabgan.gan.objectives import WGANGP
from tabgan.gan.output import RowOutput
from tabgan.gan.step import AutogradStep
from tabgan.gan.trainer import Trainer, TrainingOptions
from tabgan.preprocessing.layout import Layout

COLUMNS, N_CRITIC, GP_WEIGHT, RATE = 9, 5, 10.0, 1e-4
SIZES = "64x128x100,128x128x32,500x256x100"  # batch, width, latent; the second is tabgan's default
Iterate = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", help="cpu, or cuda")
    parser.add_argument("--threads", type=int, default=1, help="threads of the CPU")
    parser.add_argument("--sizes", default=SIZES, help="batch x width x latent, separated by commas")
    parser.add_argument("--rounds", type=int, default=15, help="how often all take turns")
    parser.add_argument("--seconds", type=float, default=0.15, help="how long each turn is, about")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    print("| batch | width | latent | | ms per iteration | range | textbook / this | this / products |")
    print("|---|---|---|---|---|---|---|---|")
    for size in (tuple(map(int, size.split("x"))) for size in args.sizes.split(",")):
        show(size, take_turns(competitors(*size, args.device), args.rounds, args.seconds, args.device))


def competitors(batch: int, width: int, latent: int, device: str) -> dict[str, Iterate]:
    explicit = ours(batch, width, latent, device)
    loops = {
        "textbook": textbook(batch, width, latent, device),
        "AutogradStep": ours(batch, width, latent, device, explicit=False, eager=True).run_iteration,
    }
    if device == "cpu":
        return {**loops, "ExplicitStep": explicit.run_iteration, "products": products_of(explicit.run_iteration)}
    eager = ours(batch, width, latent, device, eager=True)
    return {**loops, "ExplicitStep": eager.run_iteration, "ExplicitStep as a graph": explicit.run_iteration}


def make_rows(device: str) -> Tensor:
    return torch.rand(1000, COLUMNS, generator=torch.Generator().manual_seed(0)).mul(2).sub(1).to(device)


def textbook(batch: int, width: int, latent: int, device: str) -> Iterate:
    """Gulrajani et al. 2017, algorithm 1, as it is usually written."""

    def network(n_in: int, n_out: int, *last: nn.Module) -> nn.Sequential:
        first, second, third = nn.Linear(n_in, width), nn.Linear(width, width), nn.Linear(width, n_out)
        return nn.Sequential(first, nn.LeakyReLU(0.2), second, nn.LeakyReLU(0.2), third, *last).to(device)

    rows, generator, critic = make_rows(device), network(latent, COLUMNS, nn.Tanh()), network(COLUMNS, 1)
    adams = [torch.optim.Adam(m.parameters(), RATE, betas=(0.5, 0.9)) for m in (generator, critic)]

    def iterate() -> None:
        for _ in range(N_CRITIC):
            real = rows[torch.randint(0, len(rows), (batch,), device=device)]
            with torch.no_grad():
                fake = generator(torch.randn(batch, latent, device=device))
            share = torch.rand(batch, 1, device=device)
            between = (share * real + (1 - share) * fake).requires_grad_()
            scores = critic(between)
            (slope,) = torch.autograd.grad(scores, between, torch.ones_like(scores), create_graph=True)
            penalty = GP_WEIGHT * ((slope.norm(2, 1) - 1) ** 2).mean()
            adams[1].zero_grad()
            (critic(fake).mean() - critic(real).mean() + penalty).backward()
            adams[1].step()
        adams[0].zero_grad()
        (-critic(generator(torch.randn(batch, latent, device=device))).mean()).backward()
        adams[0].step()

    return iterate


def ours(batch: int, width: int, latent: int, device: str, explicit: bool = True, eager: bool = False) -> Trainer:
    cpu, rng = torch.Generator().manual_seed(0), torch.Generator(device).manual_seed(0)
    generator = build_generator([latent, width, width], cpu, RowOutput(Layout(COLUMNS))).to(device)
    critic = build_mlp([COLUMNS, width, width, 1], cpu).to(device)
    objective, rows = WGANGP(GP_WEIGHT), make_rows(device)
    step = (
        ExplicitStep(generator, critic, objective, batch, N_CRITIC)
        if explicit
        else AutogradStep(generator, critic, objective)
    )
    options = TrainingOptions(10**6, RATE, RATE, (0.5, 0.9), True, 0.999)
    monitor = Monitor(SlicedWasserstein(rows, latent, rng), generator, step.generator_parameters.flat)
    trainer = Trainer(step, Batches(rows, batch, N_CRITIC, latent, 1, rng), monitor, options)
    if eager:
        trainer.take_steps = trainer.steps
    return trainer


def products_of(iterate: Iterate) -> Iterate:
    """Return a function that does nothing but the matrix products of another."""
    calls: list[tuple[Callable, list[Tensor], Tensor]] = []

    class Recorder(TorchDispatchMode):
        def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
            result = operation(*args, **(kwargs or {}))
            if operation.overloadpacket.__name__ in ("mm", "addmm"):
                like = [torch.randn_like(x, memory_format=torch.preserve_format) for x in args]  # strides too
                calls.append((getattr(torch, operation.overloadpacket.__name__), like, torch.empty_like(result)))
            return result

    with Recorder():
        iterate()

    @torch.inference_mode()
    def repeat() -> None:
        for product, operands, out in calls:
            product(*operands, out=out)

    return repeat


def take_turns(loops: dict[str, Iterate], rounds: int, seconds: float, device: str) -> dict[str, list[float]]:
    """Return milliseconds per call, one for each round."""
    calls = {}
    for name, loop in loops.items():
        measure(loop, 3, device)
        calls[name] = max(1, int(seconds / (measure(loop, 3, device) / 1e3)))
    taken: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(rounds):
        for name, loop in loops.items():
            taken[name].append(measure(loop, calls[name], device))
    return taken


def measure(loop: Iterate, calls: int, device: str) -> float:
    """Return milliseconds per call; on a GPU between two events of the device."""
    if device == "cpu":
        start = time.perf_counter()
        for _ in range(calls):
            loop()
        return (time.perf_counter() - start) / calls * 1e3
    begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    begin.record()
    for _ in range(calls):
        loop()
    end.record()
    end.synchronize()
    return begin.elapsed_time(end) / calls


def show(size: tuple[int, int, int], taken: dict[str, list[float]]) -> None:
    """Print a row for each competitor; ratios are medians over the rounds, in each of which conditions are alike."""

    def ratio(above: str, below: str) -> str:
        if above not in taken or below not in taken or above == below:
            return ""
        return f"{median(a / b for a, b in zip(taken[above], taken[below], strict=True)):.2f}"

    for name, times in taken.items():
        shown = [*map(str, size), name, f"{median(times):.2f}", f"{min(times):.2f} - {max(times):.2f}"]
        print("| " + " | ".join([*shown, ratio("textbook", name), ratio(name, "products")]) + " |", flush=True)


if __name__ == "__main__":
    main()
