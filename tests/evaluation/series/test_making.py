"""From tables to windows: none crosses a gap, two series, or two blocks; and what cannot be compared is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabgan.errors import InputError
from tabgan.evaluation.series import telling
from tabgan.evaluation.series.evaluating import evaluate_series
from tabgan.evaluation.series.making import count_steps, make_compared
from tabgan.series.clock import Clock


def frame(n_steps: int, start: str = "2026-01-01", freq: str = "h", begin: float = 0.0) -> pd.DataFrame:
    """Steps in order and their square root, so that it is seen what follows what."""
    steps = np.arange(n_steps) + begin
    return pd.DataFrame({"stamp": pd.date_range(start, periods=n_steps, freq=freq), "step": steps, "root": steps**0.5})


def follows(windows: np.ndarray) -> bool:
    """Whether steps of every window follow each other."""
    return bool((np.diff(windows[:, :, 0], axis=1) == 1).all())


def test_no_window_crosses_a_gap():
    table = frame(2000)
    table = table.drop(index=[*range(500, 520), 1200])
    found = make_compared(table, frame(300, begin=7), time="stamp")
    assert follows(found.train.windows)
    assert follows(found.reference.windows)
    assert found.clock is not None
    assert found.clock.step == "h"


def test_no_window_crosses_two_entities_and_rows_may_be_mixed():
    parts = [frame(900, begin=10_000 * i).assign(pump=f"p{i}") for i in range(3)]
    table = pd.concat(parts).sort_values("stamp", kind="stable")
    made = pd.concat([frame(40, begin=i).assign(pump="p1", series=i) for i in range(50)])
    found = make_compared(table, made, time="stamp", entity="pump")
    assert follows(found.train.windows)
    assert follows(found.synthetic.windows)
    assert found.names == ("step", "root")
    assert {stretch.series for stretch in found.train.stretches} == {"p0", "p1", "p2"}
    assert len(found.synthetic.stretches) == 50


def test_learned_windows_and_the_reference_share_no_step():
    found = make_compared(frame(3000).drop(columns="stamp"), frame(500).drop(columns="stamp"))
    learned, reference = (set(side.windows[:, :, 0].ravel()) for side in (found.train, found.reference))
    assert len(learned) + len(reference) == 3000
    assert not learned & reference
    assert found.contestants["real"].windows.shape == found.synthetic.windows.shape
    assert "no holdout" in found.notes[0]


def test_a_holdout_is_the_reference():
    found = make_compared(frame(2000), frame(400), frame(1000, begin=5000), time="stamp")
    assert found.has_holdout
    assert found.reference.windows[:, :, 0].min() == 5000
    assert found.train.windows[:, :, 0].max() == 1999


@pytest.mark.parametrize("freq", ["MS", "B", "15min", "D", "QE"])
def test_months_and_business_days_have_no_gaps(freq):
    found = make_compared(frame(600, "1950-01-02", freq), frame(100, "1990-01-01", freq), time="stamp", window=8)
    assert len(found.whole) == 1
    assert count_steps(found.stamps["train"][0], found.clock).tolist() == [1] * 599


def test_steps_off_the_grid_of_months_are_none():
    clock = Clock.learn(pd.date_range("2020-01-01", periods=50, freq="MS"))
    times = pd.DatetimeIndex(["2024-01-01", "2024-02-01", "2024-02-03", "2024-04-01"]).to_numpy()
    assert count_steps(times, clock)[0] == 1
    assert np.isnan(count_steps(times, clock)[1:]).all()


def test_arrays_and_frames_agree():
    rng = np.random.default_rng(0)
    real, made = rng.normal(size=(1500, 2)).cumsum(axis=0), rng.normal(size=(60, 24, 2))
    table = pd.DataFrame(real, columns=["a", "b"]).assign(when=pd.date_range("2026", periods=1500, freq="D"))
    long = pd.DataFrame(made.reshape(-1, 2), columns=["a", "b"]).assign(series=np.repeat(np.arange(60), 24))
    only = ["dynamics", "usefulness", "privacy"]
    array = evaluate_series(real, made, only=only).to_frame()
    frames = evaluate_series(table, long[["b", "series", "a"]], time="when", only=only).to_frame()
    pd.testing.assert_frame_equal(array, frames)


def test_the_same_seed_gives_the_same_scores_and_another_does_not(monkeypatch):
    for name, value in {"STEPS": 10, "TREES": 10, "MOST_WINDOWS": 200, "MOST_OF_BASELINES": 100}.items():
        monkeypatch.setattr(telling, name, value)
    rng = np.random.default_rng(0)
    real, made = rng.normal(size=(2000, 1)).cumsum(axis=0), rng.normal(size=(900, 1)).cumsum(axis=0)
    one, same, other = (
        evaluate_series(real, made, only=["detection", "privacy"], random_state=seed) for seed in (0, 0, 1)
    )
    assert one.to_frame().equals(same.to_frame())
    assert not one.to_frame().equals(other.to_frame())


def test_labels_are_codes_and_gaps_are_filled():
    real = frame(1000).assign(
        state=lambda t: np.where(t["step"] % 50 < 25, "on", "off"), wet=lambda t: t["step"] % 7 == 0
    )
    real.loc[3:5, "step"] = np.nan
    made = real.iloc[:200].assign(state=lambda t: t["state"].replace("off", "broken"))
    found = make_compared(real, made, time="stamp")
    assert found.levels == {2: ("off", "on"), 3: ("False", "True")}
    assert set(found.synthetic.windows[:, :, 2].ravel()) == {1.0, 2.0}
    assert found.train.stretches[0].values[3:6, 0].tolist() == [3, 4, 5]
    assert any("filled along lines" in note for note in found.notes)


def test_constant_channels_are_left_out():
    real = frame(800).assign(dead=5.0, empty=np.nan)
    found = make_compared(real, real.iloc[:100], time="stamp")
    assert found.names == ("step", "root")
    assert "channel dead is left out" in found.notes[0]


@pytest.mark.parametrize(
    ("real", "made", "told", "message"),
    [
        (frame(900).drop(columns="stamp"), frame(90), {}, r"has dates in 'stamp'.*say time='stamp'"),
        (frame(900), frame(90), {"time": "when"}, "no 'when' among stamp, step, root"),
        (frame(900)[::-1], frame(90), {"time": "stamp"}, r"must increase, but .* goes back \(row 2"),
        (pd.concat([frame(900)] * 2).sort_values("stamp"), frame(90), {"time": "stamp"}, "is there twice"),
        (frame(900), frame(90).drop(columns="root"), {"time": "stamp"}, "- root"),
        (frame(900), frame(90).assign(more=1.0), {"time": "stamp"}, r"\+ more"),
        (frame(900).replace(7.0, np.inf), frame(90), {"time": "stamp"}, "channel step .* must be finite"),
        (frame(900), frame(90).assign(root="x"), {"time": "stamp"}, "channel root holds numbers .* but 'x'"),
        (frame(900), frame(20), {"time": "stamp"}, "24 steps without a gap .* longest stretch has 20; .* window=10"),
        (frame(150), frame(90), {"time": "stamp"}, "must have 192 steps, eight windows"),
        (frame(900), frame(90), {"time": "stamp", "window": 3}, "whole number of at least 8 steps, but is 3"),
        (frame(900), frame(90), {"time": "stamp", "target": "flow"}, "target .* 'flow' is none of step, root"),
        (frame(900).assign(stamp=None), frame(90), {"time": "stamp"}, "900 are missing"),
        (frame(900)[["stamp"]].assign(one=1.0), frame(90)[["stamp"]].assign(one=1.0), {"time": "stamp"}, "that varies"),
        (np.zeros((2, 3, 4, 5)), np.zeros((2, 3)), {}, r"has shape \(2, 3, 4, 5\)"),
        (frame(900), frame(90), {"time": "stamp", "only": ["marginals"]}, "marginals was asked for"),
    ],
)
def test_bad_input_is_told(real, made, told, message):
    with pytest.raises(InputError, match=message):
        evaluate_series(real, made, **told)


def test_mixed_steps_are_told_with_their_share():
    real = pd.concat([frame(800), frame(200, "2026-06-01 00:20", "7min", 800)])
    with pytest.raises(InputError, match=r"steps of time must be equal, but only 80\.0% are h"):
        evaluate_series(real, frame(100), time="stamp")
