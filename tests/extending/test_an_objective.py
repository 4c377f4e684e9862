"""Objectives as a package of somebody else's would bring them: one class each, and a line that registers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from torch import Tensor

import tabgan
from tabgan import BundleError, InputError, WGANGPSynthesizer
from tabgan.gan.objectives import Critic, CriticLoss, Objective, Rule, ScoreObjective, number
from tabgan.registry import register, registered

QUICK = dict(iterations=60, hidden=(16, 16), sieve=False, random_state=0)

pytestmark = pytest.mark.usefixtures("small_sieve")


@dataclass(frozen=True)
class LeastSquares(ScoreObjective):
    """Least squares GAN (Mao et al. 2017, arXiv 1611.04076): scores of real rows are drawn to `real`, others to 0."""

    name: ClassVar[str] = "lsgan"
    DEFAULTS: ClassVar[Mapping[str, Any]] = {"n_critic": 2, "critic_lr": 1e-3}
    RULES: ClassVar[Mapping[str, Rule]] = {"real": number(lambda v: v > 0, "a positive finite number")}
    real: float = 1.0

    def score_loss(self, scores: Tensor, uniform: Tensor) -> Tensor:
        return ((scores[0] - self.real) ** 2).mean() + (scores[1] ** 2).mean()

    def score_slopes(self, scores: Tensor, uniform: Tensor, out: Tensor) -> None:
        out[0] = 2 * (scores[0] - self.real) / scores.shape[1]
        out[1] = 2 * scores[1] / scores.shape[1]

    def generator_score_loss(self, scores: Tensor) -> Tensor:
        return ((scores - self.real) ** 2).mean()

    def generator_slopes(self, scores: Tensor, out: Tensor) -> None:
        torch.sub(scores, self.real, out=out).mul_(2 / len(scores))


class Hinge(Objective):
    """The hinge losses (Lim, Ye 2017, arXiv 1705.02894), by automatic differentiation: no settings, no slopes."""

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, uniform: Tensor) -> CriticLoss:
        of_real, of_fake = critic(torch.cat([real, fake])).chunk(2)
        loss = (1 - of_real).relu().mean() + (1 + of_fake).relu().mean()
        return CriticLoss(loss, loss)

    def generator_loss(self, critic: Critic, fake: Tensor) -> Tensor:
        return -critic(fake).mean()


@pytest.fixture
def known() -> Iterator[None]:
    """The package is imported."""
    for objective in (LeastSquares, Hinge):
        register("objective", objective)
    yield
    forget()


def forget() -> None:
    for name in ("lsgan", "Hinge"):
        registered("objective").pop(name, None)  # type: ignore[attr-defined]


def test_it_is_found_by_its_name(known: None, table: pd.DataFrame, tmp_path: Path, tabgan_command: Any) -> None:
    model = WGANGPSynthesizer(**QUICK, objective="lsgan").fit(table)
    assert (model.settings_.objective, model.settings_.n_critic, model.settings_.critic_lr) == ("lsgan", 2, 1e-3)
    assert model.history_.step == "ExplicitStep"
    model.save(tmp_path / "model.tabgan")
    again = tabgan.load(tmp_path / "model.tabgan")
    assert again.objective == "lsgan"
    pd.testing.assert_frame_equal(again.sample(50), model.sample(50))
    shown = tabgan_command("info", tmp_path / "model.tabgan")
    assert shown.exit_code == 0
    assert "lsgan" in shown.output
    assert "wasserstein" not in shown.output


@pytest.mark.parametrize("objective", [LeastSquares(real=2.0), Hinge()])
def test_a_value_comes_back_with_its_settings(known: None, table: pd.DataFrame, tmp_path: Path, objective: Any) -> None:
    model = WGANGPSynthesizer(**QUICK, objective=objective).fit(table)
    assert model.settings_.objective == repr(objective)
    model.save(tmp_path / "model.tabgan")
    again = tabgan.load(tmp_path / "model.tabgan")
    assert again.objective == objective
    pd.testing.assert_frame_equal(again.sample(50), model.sample(50))
    refitted = clone(again).set_params(random_state=0).fit(table)
    np.testing.assert_array_equal(refitted.history_.critic_loss, model.history_.critic_loss)
    assert repr(objective) in repr(again)


def test_its_settings_matter(known: None, table: pd.DataFrame) -> None:
    by_name, same, other = (
        WGANGPSynthesizer(**QUICK, objective=objective).fit(table).history_.critic_loss
        for objective in ("lsgan", LeastSquares(), LeastSquares(real=2.0))
    )
    np.testing.assert_array_equal(by_name, same)
    assert not np.array_equal(by_name, other)
    with pytest.raises(InputError, match="real must be a positive finite number, but is 0; leave it out of LeastSq"):
        LeastSquares(real=0)


def test_a_run_goes_on_with_the_same_settings_alone(table: pd.DataFrame, tmp_path: Path) -> None:
    both = QUICK | {"checkpoint": tmp_path / "m.ckpt", "resume": True, "iterations": 40}
    with pytest.warns(match="begins afresh"):
        WGANGPSynthesizer(**both, objective=LeastSquares(2.0)).fit(table)
    with pytest.raises(InputError, match=r"settings objective \(LeastSquares\(real=2.0\) then, LeastSquares\(real=3.0"):
        WGANGPSynthesizer(**both, objective=LeastSquares(3.0)).fit(table)
    WGANGPSynthesizer(**both | {"iterations": 50}, objective=LeastSquares(2.0)).fit(table)


@pytest.mark.parametrize("objective", ["lsgan", LeastSquares(real=2.0)])
def test_of_one_that_is_not_registered_loading_says_how_to(
    known: None, table: pd.DataFrame, tmp_path: Path, tabgan_command: Any, objective: Any
) -> None:
    if not isinstance(objective, str):
        forget()
    WGANGPSynthesizer(**QUICK, objective=objective).fit(table).save(tmp_path / "model.tabgan")
    forget()
    with pytest.raises(BundleError, match=r'not registered, .*lsgan.*register\("objective", its class\)'):
        tabgan.load(tmp_path / "model.tabgan")
    assert tabgan_command("info", tmp_path / "model.tabgan").exit_code == 0
    with pytest.raises(InputError, match=r"objective must be one of wgan-gp, wgan, gan, or a value .*, but is 'lsgan'"):
        WGANGPSynthesizer(**QUICK, objective="lsgan").fit(table)


def test_it_learns(table: pd.DataFrame) -> None:
    """As well as tabgan's own."""
    for objective in (LeastSquares(), Hinge()):
        model = WGANGPSynthesizer(**QUICK | {"iterations": 400}, objective=objective, critic_lr=3e-3).fit(table)
        assert model.history_.best_distance < 3 * model.history_.floor, objective


def test_slopes_are_the_derivatives_of_the_losses() -> None:
    scores = torch.randn(2, 9, 1, generator=torch.Generator().manual_seed(0), dtype=torch.double, requires_grad=True)
    out = torch.empty_like(scores)
    objective = LeastSquares(real=2.0)
    objective.score_loss(scores, torch.empty(0, 9, 1)).backward()
    objective.score_slopes(scores.detach(), torch.empty(0, 9, 1), out)
    torch.testing.assert_close(out, scores.grad)
