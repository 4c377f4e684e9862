"""Series in pictures: stretches, memory, channels together, windows in the plane and nearest pairs, and drift."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from tabgan.evaluation.scores import Score
from tabgan.evaluation.series.pictured.correlations import Maps, find_correlations
from tabgan.evaluation.series.pictured.nearest import Nearest, Pair, find_clouds, find_nearest
from tabgan.evaluation.series.pictured.places import Beside, find_drift, find_stretches
from tabgan.evaluation.series.pictured.rhythms import Curves, find_autocorrelation, find_spectrum
from tabgan.evaluation.series.pictured.sides import Sides
from tabgan.report.charts.lag_map import draw_lag_map
from tabgan.report.charts.lines import Axis, Band, Line, draw_lines, fit_axis, number_axis, share_beyond
from tabgan.report.charts.pairs import draw_legend, draw_matrix, draw_points
from tabgan.report.charts.score_lines import draw_dumbbells
from tabgan.report.sections.scores import Section
from tabgan.report.ticks import write_score
from tabgan.report.words import Words
from tabgan.schema.column import Floats
from tabgan.text import clean

WIDE = 400.0, 145.0
MOST_DRAWN = 3  # channels of a nearest pair
LEAST_BEYOND = 0.005
READ_OUTS = 60  # over the width of a chart
PERIODS = (256, 168, 96, 48, 24, 12, 8, 6, 4, 3, 2)


def make_stretches(sides: Sides, words: Words) -> Section:
    """Return the section with stretches of both sides beside each other."""
    rows = [{"name": clean(s.name), "charts": _draw_stretch(s, words)} for s in find_stretches(sides)]
    said = words("Steps go from left to right; a line is broken where a value is missing or a window ends.")
    aside = _say_left_out(len(sides.names), len(rows), words)
    return Section("stretches", words("Stretches side by side"), said, {"rows": rows, "aside": aside})


def _draw_stretch(beside: Beside, words: Words) -> list[dict[str, Any]]:
    """Both sides in frames of the same height."""
    up = _find_height(beside)
    across = number_axis(0, max(len(beside.real), len(beside.synthetic)) - 1, words("step"))
    charts = []
    for who, y in (("real", beside.real), ("synthetic", beside.synthetic)):
        label = words("{name} over time, {who}", name=beside.name, who=words(who))
        beyond = share_beyond(y, up)
        aside = words("beyond this frame: {share:.1%}", share=beyond) if beyond >= LEAST_BEYOND else ""
        line = Line(who, np.arange(len(y), dtype=float), y)
        chart = draw_lines([line], across, up, label, size=WIDE, aside=aside, stairs=beside.levels is not None)
        charts.append({"title": words(who), "chart": chart})
    return charts


def _find_height(beside: Beside) -> Axis:
    if beside.levels is None:
        return fit_axis([beside.real, np.array(beside.ends)], [beside.synthetic])
    codes = np.unique(np.concatenate([beside.real, beside.synthetic]))
    codes = codes[np.isfinite(codes)]
    return Axis(codes[0] - 0.5, codes[-1] + 0.5, codes, [beside.levels[int(code)] for code in codes])


def make_memory(sides: Sides, words: Words) -> Section:
    """Return the section with autocorrelations and spectra."""
    numbers = sides.numbers
    memory, spectrum = find_autocorrelation(numbers), find_spectrum(numbers)
    groups = [
        {
            "title": words("Autocorrelation by lag"),
            "said": words("How alike values are that many steps apart."),
            "cards": [_show_curves(c, _draw_autocorrelation(c, words)) for c in memory],
        },
        {
            "title": words("Spectrum"),
            "said": words("How strongly a channel swings with that period, in decibels."),
            "cards": [_show_curves(c, _draw_spectrum(c, words)) for c in spectrum],
        },
    ]
    lead = words(
        "The band lies between the real blocks that are compared with, the blue line, and the other real blocks."
    )
    view = {"groups": groups, "aside": _say_left_out(len(numbers.names), len(memory), words)}
    return Section("memory", words("Memory and rhythm"), lead, view)


def _show_curves(curves: Curves, chart: Markup) -> dict[str, Any]:
    return {"name": clean(curves.name), "chart": chart, "gap": write_score(curves.gap)}


def _draw_autocorrelation(curves: Curves, words: Words) -> Markup:
    across = number_axis(0, float(curves.x[-1]), words("lag in steps"))
    lowest = np.nanmin([np.nan_to_num(curves.real).min(), np.nan_to_num(curves.synthetic).min(), 0.0])
    up = number_axis(max(float(lowest) * 1.1, -1.0), 1.0, most=4)
    label = words("Autocorrelation of {name}, real and synthetic", name=curves.name)
    template = "lag {lag:g}: real {real}, synthetic {synthetic}"
    return _draw_both(curves, across, up, label, _say(curves, template, "lag", curves.x, words), zero=True)


def _draw_spectrum(curves: Curves, words: Words) -> Markup:
    """Frequencies on a logarithmic axis, labelled by their periods, the longest on the left."""
    periods = 1 / curves.x
    places = np.log2(curves.x)
    ticks = [period for period in PERIODS if periods[-1] <= period <= periods[0] * 1.001]
    written = [f"{period:,}" for period in ticks]
    end = max(places[-1], places[0] + 1e-9)
    across = Axis(float(places[0]), float(end), np.log2(1 / np.array(ticks)), written, words("period in steps"))
    up = fit_axis([curves.real, curves.low, curves.high], [curves.synthetic])
    label = words("Spectrum of {name}, real and synthetic", name=curves.name)
    template = "period {period:.3g}: real {real} dB, synthetic {synthetic} dB"
    return _draw_both(curves._replace(x=places), across, up, label, _say(curves, template, "period", periods, words))


def _draw_both(
    curves: Curves, across: Axis, up: Axis, label: str, say: Callable[[int], str], zero: bool = False
) -> Markup:
    """Both lines over their band; what `say` says of a point is read out where it is the nearest."""
    lines = [Line("real", curves.x, curves.real), Line("synthetic", curves.x, curves.synthetic)]
    middles = across.low + (across.high - across.low) * (np.arange(READ_OUTS) + 0.5) / READ_OUTS
    tips = [say(int(place)) for place in np.abs(middles[:, None] - curves.x).argmin(axis=1)]
    band = Band(curves.x, curves.low, curves.high)
    return draw_lines(lines, across, up, label, bands=[band], zero=zero, tips=tips)


def _say(curves: Curves, template: str, name: str, values: Floats, words: Words) -> Callable[[int], str]:
    def say(place: int) -> str:
        scores = {who: write_score(y[place]) for who, y in (("real", curves.real), ("synthetic", curves.synthetic))}
        return words(template, **{name: float(values[place])}, **scores)

    return say


def make_together(sides: Sides, words: Words) -> Section | None:
    """Return the section with correlations of channels, at once and by lag; None for a single channel."""
    groups = []
    for changes in (False, True):
        maps = find_correlations(sides.numbers, changes)
        if maps is not None:
            title = words("Changes from step to step") if changes else words("Values")
            groups.append({"title": title, **_show_maps(maps, len(sides.numbers.names), words)})
    if not groups:
        return None
    lead = words("Correlations of channels at the same time, and of pairs that many steps apart.")
    return Section("together", words("Channels together"), lead, {"groups": groups})


def _show_maps(maps: Maps, n_channels: int, words: Words) -> dict[str, Any]:
    titles = words("real"), words("synthetic"), words("synthetic minus real")
    most = _round_up(maps.synthetic - maps.real)
    sizes = (1.0, 1.0, most)
    names = [clean(name) for name in maps.names]
    at_once = zip(titles, (maps.real, maps.synthetic, maps.synthetic - maps.real), sizes, strict=True)
    most = _round_up(maps.synthetic_by_lag - maps.real_by_lag)
    by_lag = (maps.real_by_lag, maps.synthetic_by_lag, maps.synthetic_by_lag - maps.real_by_lag)
    said = words("lag in steps")
    return {
        "aside": _say_left_out(n_channels, len(names), words),
        "matrices": [
            {"title": title, "chart": draw_matrix(values, names, title, end), "legend": draw_legend(end)}
            for title, values, end in at_once
        ],
        "lags": [
            {
                "title": title,
                "chart": draw_lag_map(v, maps.pairs, maps.lags, said, title, end),
                "legend": draw_legend(end),
            }
            for title, v, end in zip(titles, by_lag, (1.0, 1.0, most), strict=True)
        ],
    }


def _round_up(difference: Floats) -> float:
    largest = np.nan_to_num(np.abs(difference)).max(initial=0.0)
    return max(0.1, float(np.ceil(10 * largest - 1e-9) / 10))


def make_windows(sides: Sides, words: Words, seed: int = 0) -> Section | None:
    """Return the section with windows as points, and the nearest pairs; None where there are too few windows."""
    sides = sides.numbers
    clouds, nearest = find_clouds(sides, seed), find_nearest(sides)
    if clouds is None or nearest is None:
        return None
    both = np.concatenate([clouds.real, clouds.synthetic])
    window = np.quantile(both, [0.002, 0.998], axis=0)
    margin = 0.05 * (window[1] - window[0]) + 1e-9
    window = np.stack([window[0] - margin, window[1] + margin])
    titles = [
        words("component {number}: {share:.0%} of the variance", number=number, share=share)
        for number, share in enumerate(clouds.shares, 1)
    ]
    panels = {"real": [("real", clouds.real)], "synthetic": [("synthetic", clouds.synthetic)]}
    panels["overlaid"] = panels["real"] + panels["synthetic"]
    view = {
        "few": len(sides.names) == 1,
        "charts": [{"title": words(w), "chart": draw_points(c, window, titles, words(w))} for w, c in panels.items()],
        "pairs": [_show_pair(pair, number, nearest, sides, words) for number, pair in enumerate(nearest.pairs, 1)],
        "aside": _say_left_out(len(sides.names), min(len(sides.names), MOST_DRAWN), words),
        "said": words(
            "Distance: root mean square of differences, in standard deviations. Other real windows come as near as "
            "{least}, half of them nearer than {median}; half of the synthetic windows nearer than {own}.",
            least=write_score(nearest.real_least),
            median=write_score(nearest.real_median),
            own=write_score(nearest.synthetic_median),
        ),
    }
    lead = words(
        "Windows of {count} steps. Principal components of real ones, all channels standardised.", count=sides.window
    )
    return Section("windows", words("Windows"), lead, view)


def _show_pair(pair: Pair, number: int, nearest: Nearest, sides: Sides, words: Words) -> dict[str, Any]:
    """A pair by channel, those where pairs differ most first."""
    steps = np.arange(sides.window, dtype=float)
    charts = []
    for i in nearest.channels[:MOST_DRAWN]:
        lines = [Line("real", steps, pair.learned[:, i]), Line("synthetic", steps, pair.synthetic[:, i])]
        up = fit_axis([pair.learned[:, i], pair.synthetic[:, i]], [])
        label = words("{name}: a learned window, and the synthetic one nearest to it", name=sides.names[i])
        chart = draw_lines(lines, number_axis(0, sides.window - 1, words("step")), up, label, size=(250.0, 130.0))
        charts.append({"title": clean(sides.names[i]), "chart": chart})
    return {"number": number, "distance": write_score(pair.distance), "charts": charts}


def make_along(sides: Sides, scores: Sequence[Score], words: Words) -> Section:
    """Return the section with distances of values by where they stand in their stretch, and scores by its quarters."""
    cards = [_show_curves(c, _draw_drift(c, words)) for c in find_drift(sides.numbers)]
    lead = words(
        "How far the values at a place in the series are from what was learned (KS distance). Band: nine in ten "
        "other real stretches of that length; blue: the middle of them."
    )
    view = {
        "cards": cards,
        "aside": _say_left_out(len(sides.numbers.names), len(cards), words),
        "quarters": [_show_quarters(s, words) for s in scores if s.measured["synthetic"].per_class is not None],
    }
    return Section("along", words("Scores along the series"), lead, view)


def _show_quarters(score: Score, words: Words) -> dict[str, Any]:
    """A score in each quarter of the series, of both sides."""
    own, real = (m.per_class if (m := score.measured.get(who)) else None for who in ("synthetic", "real"))
    assert own is not None
    beside = np.full(len(own), np.nan) if real is None else real.reindex(own.index).to_numpy(float)
    title = words(score.spec.title)
    names = [words(str(quarter)) for quarter in own.index]
    return {"title": title, "chart": draw_dumbbells(names, beside, own.to_numpy(float), title)}


def _draw_drift(curves: Curves, words: Words) -> Markup:
    width = float(curves.x[0]) if len(curves.x) else 0.0
    across = number_axis(0, float(curves.x[-1]) + width, words("step of the series"), most=4)
    label = words("Distance of {name} from what was learned, by place in the series", name=curves.name)
    template = "around step {step:,.0f}: real {real}, synthetic {synthetic}"
    up = number_axis(0.0, 1.0, most=4)
    return _draw_both(curves, across, up, label, _say(curves, template, "step", curves.x, words))


def _say_left_out(count: int, drawn: int, words: Words) -> str:
    if count <= drawn:
        return ""
    return words("Of {count:,} channels, the {shown} that differ most are shown.", count=count, shown=drawn)
