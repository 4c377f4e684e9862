import time
import torch
from tabgan.gan.explicit import ExplicitStep
from tabgan.gan.monitor import Monitor, SlicedWasserstein
from tabgan.gan.networks import build_mlp
from tabgan.gan.objectives import WGANGP
from tabgan.gan.step import AutogradStep
from tabgan.gan.trainer import Trainer, TrainingOptions

torch.set_num_threads(1)


def textbook(batch, width, latent, X):
    net = lambda i, o, *last: torch.nn.Sequential(
        torch.nn.Linear(i, width),
        torch.nn.LeakyReLU(0.2),
        torch.nn.Linear(width, width),
        torch.nn.LeakyReLU(0.2),
        torch.nn.Linear(width, o),
        *last,
    )
    G, C = net(latent, 9, torch.nn.Tanh()), net(9, 1)
    oG, oC = (torch.optim.Adam(m.parameters(), 1e-4, betas=(0.5, 0.9)) for m in (G, C))

    def f():
        for _ in range(5):
            x = X[torch.randint(0, 1000, (batch,))]
            with torch.no_grad():
                f = G(torch.randn(batch, latent))
            a = torch.rand(batch, 1)
            i = (a * x + (1 - a) * f).requires_grad_()
            s = C(i)
            (g,) = torch.autograd.grad(s, i, torch.ones_like(s), create_graph=True)
            loss = C(f).mean() - C(x).mean() + 10 * ((g.norm(2, 1) - 1) ** 2).mean()
            oC.zero_grad()
            loss.backward()
            oC.step()
        oG.zero_grad()
        (-C(G(torch.randn(batch, latent))).mean()).backward()
        oG.step()

    return f


def ours(kind, batch, width, latent, X):
    rng = torch.Generator().manual_seed(0)
    G = build_mlp([latent, width, width, 9], rng, blocks=[1] * 9)
    C = build_mlp([9, width, width, 1], rng)
    o = TrainingOptions(10**6, batch, 5, latent, 1e-4, 1e-4, (0.5, 0.9), True, 0.999)
    step = AutogradStep(G, C, WGANGP()) if kind == "a" else ExplicitStep(G, C, WGANGP(), batch, 5)
    t = Trainer(step, X, Monitor(SlicedWasserstein(X, latent, rng), G, step.generator_parameters.value), o, rng)
    return t.run_iteration


def limit(one):
    from torch.utils._python_dispatch import TorchDispatchMode

    shapes = []

    class M(TorchDispatchMode):
        def __torch_dispatch__(self, f, types, args=(), kwargs=None):
            n = f.overloadpacket.__name__
            if n in ("mm", "addmm"):
                shapes.append((n, [(a.shape, a.stride()) for a in args]))
            return f(*args, **(kwargs or {}))

    with M():
        one()
    calls = []
    for n, a in shapes:
        ts = [
            torch.randn(s).as_strided(s, st)
            if False
            else (torch.randn(s) if st[-1] == 1 or len(s) == 1 else torch.randn(s[1], s[0]).t())
            for s, st in a
        ]
        f = getattr(torch, n)
        out = torch.empty(f(*ts).shape)
        calls.append((f, ts, out))
    print(len(calls), "products")

    def go():
        for f, ts, out in calls:
            f(*ts, out=out)

    return go


for batch, width, latent, n in ((64, 128, 100, 30), (128, 128, 32, 30), (500, 256, 100, 4)):
    X = torch.rand(1000, 9) * 2 - 1
    fs = {
        "textbook": textbook(batch, width, latent, X),
        "autograd": ours("a", batch, width, latent, X),
        "explicit": ours("e", batch, width, latent, X),
    }
    fs["limit"] = limit(fs["explicit"])
    ts = {k: [] for k in fs}
    for f in fs.values():
        f()
        f()
    for rep in range(12):
        for k, f in fs.items():
            s = time.perf_counter()
            for _ in range(n):
                f()
            ts[k].append((time.perf_counter() - s) / n * 1e3)
    med = {k: sorted(v)[len(v) // 2] for k, v in ts.items()}
    mn = {k: min(v) for k, v in ts.items()}
    print(
        batch,
        width,
        latent,
        med,
        "min",
        mn,
        "ratio tb/e",
        med["textbook"] / med["explicit"],
        mn["textbook"] / mn["explicit"],
        "e/limit",
        med["explicit"] / med["limit"],
        mn["explicit"] / mn["limit"],
    )
