"""The steps of `gpu.py`. Each takes a device and whether sizes are small, and yields rows as soon as they are known."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from fidelity_repeats import judge_again, load_judge
from speed import measure
from torch import nn

from tabgan import WGANGPSynthesizer
from tabgan.errors import TabganError
from tabgan.gan.batches import Batches
from tabgan.gan.explicit import ExplicitStep
from tabgan.gan.monitor import Monitor, SlicedWasserstein
from tabgan.gan.networks import build_generator, build_mlp
from tabgan.gan.objectives import WGANGP
from tabgan.gan.output import RowOutput
from tabgan.gan.step import AutogradStep
from tabgan.gan.trainer import Trainer, TrainingOptions
from tabgan.preprocessing.layout import Layout

ROOT = Path(__file__).resolve().parents[1]
JUDGE = ROOT.parent / "shared" / "judge"
LAYOUT, N_CRITIC, LATENT, WIDTH = Layout(6, (4, 12, 40)), 5, 32, 128  # networks are those of a default fit
PLAIN = dict(calibrate=False, combinations=False, copula=False, sieve=False, snapshots=1, random_state=0)
BATCHES = (256, 2048, 8192)
FLAT = 2**20  # bytes; on a CPU, where the process is looked at, 32 times as many
ROOM = 600 * 2**20  # bytes that a GPU is said to have
NEAR = 0.1  # between the AUC of a fit on a GPU and one on a CPU, some of which is the chance of a small table


class Row(NamedTuple):
    """What was looked at, what came, and whether that is as it should be."""

    what: str
    result: str
    holds: bool = True


class Enough(BaseException):
    """Ends a fit whose end is of no interest."""


def make_table(n_rows: int) -> pd.DataFrame:
    """Return a simulated table of five columns of numbers and three of categories, which hang together."""
    rng = np.random.default_rng(0)
    kind = rng.integers(4, size=n_rows)
    return pd.DataFrame(
        {
            "temperature": rng.normal(20 + 5 * kind, 2).round(1),
            "pressure": rng.lognormal(kind / 4, 0.5).round(3),
            "load": rng.beta(2, 5, n_rows),
            "speed": rng.normal(size=n_rows) * (1 + kind),
            "starts": rng.poisson(30 * (kind + 1)),
            "kind": np.array(list("abcd"))[kind],
            "site": np.char.add("s", ((rng.integers(9, size=n_rows) + kind) % 12).astype(str)),
            "model": np.char.add("m", (rng.exponential(6, n_rows).astype(int) % 40).astype(str)),
        }
    )


def make_trainer(device: str, batch_size: int, n_rows: int, explicit: bool = True, eager: bool = False) -> Trainer:
    """Return a trainer on mixed rows that are encoded already, with a graph, if it is on a GPU, or step by step."""
    cpu, rng = torch.Generator().manual_seed(0), torch.Generator(device).manual_seed(0)
    output = RowOutput(LAYOUT, (1, 2, 4), 128, cpu)
    parts = [torch.rand(n_rows, LAYOUT.n_numbers, generator=cpu) * 2 - 1]
    parts += [torch.eye(n)[torch.randint(n, (n_rows,), generator=cpu)] for n in (4, 12, 40)]
    rows = torch.cat(parts, dim=1).to(device)
    generator = build_generator([LATENT, WIDTH, WIDTH], cpu, output).to(device)
    critic = build_mlp([output.n_shown, WIDTH, WIDTH, 1], cpu).to(device)
    objective, shown = WGANGP(0.3, 0.25), {"show": output.show}
    step = (
        ExplicitStep(generator, critic, objective, batch_size, N_CRITIC)
        if explicit
        else AutogradStep(generator, critic, objective)
    )
    distance = SlicedWasserstein(rows[:2000], generator.n_latents, rng, **shown)
    batches = Batches(rows, batch_size, N_CRITIC, generator.n_latents, objective.n_uniform, rng, **shown)
    options = TrainingOptions(10**5, 3e-3, 3e-3, (0.5, 0.9), True, 0.999)
    trainer = Trainer(step, batches, Monitor(distance, generator, step.generator_parameters.flat), options)
    if eager:
        trainer.take_steps = trainer.steps
    return trainer


def checksum(model: WGANGPSynthesizer, folder: str) -> str:
    """Return the hash of a model's file."""
    model.save(Path(folder) / "model.tabgan", overwrite=True)
    return hashlib.sha256((Path(folder) / "model.tabgan").read_bytes()).hexdigest()


def tests(device: str, quick: bool) -> Iterator[Row]:
    """Run the tests that are skipped without a GPU, and those of the same files."""
    needs = "torch.cuda.is_available"
    files = [str(p) for p in sorted((ROOT / "tests").rglob("test_*.py")) if needs in p.read_text(encoding="utf-8")]
    few = ["-k", "graph_does or on_a_gpu"] if quick else []
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *few, *files],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = (done.stdout.strip() or done.stderr.strip() or "nothing was said").splitlines()[-1].strip("= ")
    ran = device == "cpu" or "skipped" not in said
    yield Row("tests that need a GPU, and those beside them", said, done.returncode == 0 and ran)


def graph(device: str, quick: bool) -> Iterator[Row]:
    """Train with a graph, and step by step."""
    n, batch_size, n_rows = (5, 32, 300) if quick else (200, 256, 20000)
    for explicit in (True, False):
        losses = []
        for eager in (False, True):
            trainer = make_trainer(device, batch_size, n_rows, explicit, eager)
            for _ in range(n):
                trainer.run_iteration()
            losses.append(trainer.losses[:n].cpu())
        what = f"losses of {n} iterations, graph and step by step, {type(trainer.step).__name__}"
        differ = (losses[0] != losses[1]).any(1).nonzero()
        if not len(differ):
            yield Row(what, "the same bits")
            continue
        begin = (losses[0] - losses[1])[:20].abs().max()
        result = f"differ from iteration {int(differ[0]) + 1} on, by {begin:.1e} in the first 20"
        yield Row(what, result, bool(begin < 1e-4))


def seed(device: str, quick: bool) -> Iterator[Row]:
    """Fit twice with the same seed."""
    table, settings = make_table(300 if quick else 5000), dict(iterations=5 if quick else 400, device=device)
    with tempfile.TemporaryDirectory() as folder:
        first, second = (checksum(WGANGPSynthesizer(**PLAIN, **settings).fit(table), folder) for _ in range(2))
    yield Row("model files of the same seed", f"{first[:8]} {second[:8]}", first == second)


def resume(device: str, quick: bool) -> Iterator[Row]:
    """Kill a fit once it has written a checkpoint, let it go on, and compare with one that was not killed."""
    n = 400 if quick else 2000
    what = f"{n} iterations, killed and resumed, and not killed"
    with tempfile.TemporaryDirectory() as folder:
        make_table(300 if quick else 3000).to_csv(Path(folder) / "table.csv", index=False)
        fit = [sys.executable, "-m", "tabgan", "fit", "table.csv", "--device", device, "--iterations", str(n)]
        fit += ["--seed", "0", "--quiet", "--preset", "fast", "--checkpoint-every", "50iterations", "-o"]
        process = subprocess.Popen([*fit, "killed.tabgan"], cwd=folder, stderr=subprocess.DEVNULL)
        while process.poll() is None and not (Path(folder) / "killed.tabgan.ckpt").exists():
            time.sleep(0.002)
        process.kill()
        process.wait()
        if (Path(folder) / "killed.tabgan").exists():
            yield Row(what, "it was done before it could be killed", False)
            return
        for more in (["killed.tabgan", "--resume"], ["whole.tabgan"]):
            subprocess.run([*fit, *more], cwd=folder, check=True, capture_output=True)
        first, second = (
            hashlib.sha256((Path(folder) / f"{name}.tabgan").read_bytes()).hexdigest() for name in ("killed", "whole")
        )
    yield Row(what, f"{first[:8]} {second[:8]}", first == second)


def speed(device: str, quick: bool) -> Iterator[Row]:
    """Measure iterations, on the CPU too, where one thread takes fewer of them."""
    for batch_size in (32,) if quick else BATCHES:
        n_rows, calls, taken = 4 * batch_size, 2 if quick else 100, {}

        def take(name: str, where: str, n: int, **how: Any) -> None:
            loop = make_trainer(where, batch_size, n_rows, **how).run_iteration  # noqa: B023 - called at once
            measure(loop, 2 if quick else 5, where)
            taken[name] = min(measure(loop, n, where) for _ in range(1 if quick else 3))  # noqa: B023

        take("graph", device, calls)
        torch.set_float32_matmul_precision("high")
        take("graph, TF32", device, calls)
        torch.set_float32_matmul_precision("highest")
        take("step by step", device, calls, eager=True)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        take("CPU, one thread", "cpu", max(2, 2560 // batch_size) if not quick else 2)
        torch.set_num_threads(threads)
        yield Row(f"ms per iteration, batch {batch_size}", "; ".join(f"{k} {v:.2f}" for k, v in taken.items()))


def memory(device: str, quick: bool) -> Iterator[Row]:
    """Look at the memory every so often while a large table is learned."""
    n_rows, n = (500, 40) if quick else (10**6, 3000)
    run_iteration, seen = Trainer.run_iteration, []

    def look(trainer: Trainer) -> None:
        run_iteration(trainer)
        if trainer.done % (n // 10) == 0:
            seen.append(torch.cuda.memory_allocated(device) if device != "cpu" else resident())
        if trainer.done == n:
            raise Enough

    Trainer.run_iteration = look  # type: ignore[method-assign]
    try:
        WGANGPSynthesizer(**PLAIN, iterations=n, device=device).fit(make_table(n_rows))
    except Enough:
        pass
    finally:
        Trainer.run_iteration = run_iteration  # type: ignore[method-assign]
    grown = seen[-1] - seen[1]
    result = f"{seen[1] / 1e6:,.0f} MB, {grown / 1e6:+.2f} MB from iteration {n // 5} to {n}"
    yield Row(f"memory, {n_rows:,} mixed rows", result, grown <= (FLAT if device != "cpu" else 32 * FLAT))


def resident() -> int:
    """Return how many bytes of memory this process has, where /proc says so."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def room(device: str, quick: bool) -> Iterator[Row]:
    """Ask for a batch that has no room; the one that is named must have it. On a CPU a small limit is feigned."""
    n_rows, batch_size, steps = (300, 200, Trainer.steps) if quick else (60000, 50000, Trainer.steps)
    table, settings = make_table(n_rows), dict(PLAIN, iterations=3, device=device)

    def limited(trainer: Trainer) -> None:
        if trainer.batches.uniform.shape[2] > batch_size // 3:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        steps(trainer)

    if device == "cpu":
        Trainer.steps = limited  # type: ignore[method-assign]
    else:
        whole = torch.cuda.get_device_properties(device).total_memory
        torch.cuda.set_per_process_memory_fraction(ROOM / whole, device)
    try:
        WGANGPSynthesizer(**settings, batch_size=batch_size).fit(table)
        yield Row("a batch without room", "it had room", False)
        return
    except TabganError as error:
        said, found = str(error), re.search(r"batch_size=(\d+) fits", str(error))
        yield Row("a batch without room", said, found is not None)
    finally:
        Trainer.steps = steps  # type: ignore[method-assign]
    if found:
        WGANGPSynthesizer(**settings, batch_size=int(found[1])).fit(table)
        yield Row("the batch that is named", "fits")


def label(device: str, quick: bool) -> Iterator[Row]:
    """Learn a label; rows of each class must be those of that class."""
    table = make_table(300 if quick else 4000)
    settings = dict(PLAIN, iterations=5 if quick else 600, device=device)
    model = WGANGPSynthesizer(**settings, label="kind").fit(table)
    means = {}
    for kind in "abcd":
        rows = model.sample(50 if quick else 500, conditions={"kind": kind})
        means[kind] = float(rows["temperature"].mean())
    ordered = list(means.values()) == sorted(means.values())
    result = "temperatures " + ", ".join(f"{k} {v:.1f}" for k, v in means.items()) + " (real 20, 25, 30, 35)"
    yield Row("rows of each class of a label", result, quick or ordered)


def custom(device: str, quick: bool) -> Iterator[Row]:
    """Fit networks of the user's, with a batch norm and dropout, twice with the same seed."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(300 if quick else 2000, 3)), columns=list("abc"))
    generator = nn.Sequential(
        nn.Linear(16, 64), nn.BatchNorm1d(64), nn.Dropout(0.2), nn.LeakyReLU(0.2), nn.Linear(64, 3), nn.Tanh()
    )
    critic = nn.Sequential(nn.Linear(3, 64), nn.LayerNorm(64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
    settings = dict(PLAIN, iterations=5 if quick else 200, device=device, marginals="minmax", latent_dim=16)
    with tempfile.TemporaryDirectory() as folder:
        first, second = (
            checksum(WGANGPSynthesizer(**settings, generator=generator, critic=critic).fit(table), folder)
            for _ in range(2)
        )
    yield Row("custom networks, the same seed", f"{first[:8]} {second[:8]}", first == second)


def judge(device: str, quick: bool) -> Iterator[Row]:
    """Let the independent judge score a fit on the CPU and one on the device, by rows that neither has learned."""
    if not (JUDGE / "metrics.py").exists():
        yield Row("the judge's scores", "skipped: the judge is not here")
        return
    table, first = pd.read_csv(ROOT / "data" / "breast_cancer.csv").iloc[:, :9], None
    order = np.random.default_rng(0).permutation(len(table))
    train, test = (table.iloc[half].reset_index(drop=True) for half in np.array_split(order, 2))
    for where in ("cpu", device):
        settings: dict[str, Any] = dict(PLAIN, iterations=5) if quick else dict(random_state=0)
        model = WGANGPSynthesizer(**settings, device=where).fit(train)
        scores = judge_again(load_judge(JUDGE), train, test, model.sample, None, [], False)
        auc = scores["c2st_gb_rounded"]
        first = auc if first is None else first
        shown = f"AUC of boosted trees {auc:.3f}, distance to the closest learned row {scores['dcr_ratio']:.2f}"
        yield Row(f"the judge's scores, {where}", shown, auc <= first + NEAR)


STEPS: dict[str, Callable[[str, bool], Iterator[Row]]] = {
    step.__name__: step for step in (tests, graph, seed, resume, speed, memory, room, label, custom, judge)
}
