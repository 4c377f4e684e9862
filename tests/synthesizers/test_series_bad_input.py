"""Series that cannot be used as given: what is wrong, the value, and what to do about it."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd
import pytest

from tabgan import InputError, StationaryBootstrap, TabganWarning, TimeSeriesSynthesizer
from tabgan.forecasting.series import read_series
from tabgan.series.segments import Segment
from tabgan.spelling import command_line
from tabgan.synthesizers.series_intake import keep_long

N = 300


def hourly(n: int = N, start: str = "2026-01-01", **more) -> pd.DataFrame:
    x = np.random.default_rng(0).normal(size=n).round(2)
    return pd.DataFrame({"time": pd.date_range(start, periods=n, freq="h", unit="ns"), "x": x} | more)


def two_pumps(n: int = N) -> pd.DataFrame:
    """The pumps A and B, interleaved."""
    x = np.random.default_rng(1).normal(size=2 * n).round(2)
    times = pd.date_range("2026-01-01", periods=n, freq="h").repeat(2)
    return pd.DataFrame({"time": times, "pump": ["A", "B"] * n, "kind": ["old", "new"] * n, "x": x})


def refused(table, *words: str, **params) -> str:
    """Fit, and return the message; all words are in it."""
    params = {"time": "time"} | params if isinstance(table, pd.DataFrame) else params
    with pytest.raises(InputError) as caught:
        StationaryBootstrap(**params).fit(table)
    message = str(caught.value)
    for word in words:
        assert word in message, message
    assert ";" in message, "a message says what to do"
    assert "\n" not in message
    return message


def fit(table: pd.DataFrame, **params) -> StationaryBootstrap:
    return StationaryBootstrap(**{"time": "time", "random_state": 0} | params).fit(table)


def test_rows_out_of_order_are_sorted_and_a_warning_says_so():
    table = hourly()
    with pytest.warns(TabganWarning, match="rows are not in the order of time; they were sorted"):
        mixed = fit(table.sample(frac=1, random_state=0))
    assert mixed.sample(5).equals(fit(table).sample(5))
    pumps = two_pumps()
    pumps.loc[[10, 12], "time"] = pumps.loc[[12, 10], "time"].to_numpy()
    with pytest.warns(TabganWarning, match="rows of 'A' are not in the order"):
        fit(pumps, entity="pump")


def test_repeated_times_within_an_entity():
    table = two_pumps()
    message = refused(
        table,
        "one row at a time",
        "300 times are repeated",
        "2026-01-01 00:00:00",
        "entity='pump' takes each by itself",
    )
    assert message.count("2026-01-01") == 1, "only the first is listed"
    fit(table, entity="pump")
    twice = pd.concat([table, table[(table["pump"] == "B")].iloc[[7]]])
    refused(twice, "a series of 'B' has one row at a time", "1 time is repeated (2026-01-01 07:00:00)", entity="pump")


def test_mixed_steps_the_commonest_and_its_share_are_named():
    table = hourly()
    table.loc[200:, "time"] += pd.Timedelta("17min")
    refused(table, "steps of time must be equal", "99.7% are h", "such as 01:17:00; resample")
    fit(table.assign(time=table["time"] - pd.to_timedelta((np.arange(N) >= 200) * 7, "min")), step="h")
    half = hourly().assign(time=pd.Timestamp("2026-01-01") + pd.to_timedelta(np.cumsum([50, 60, 60] * 100), "min"))
    refused(half, "66.9% are h", "00:50:00")


@pytest.mark.parametrize("freq", ["h", "15min", "2h", "7min", "D"])
def test_a_round_step_is_proposed_of_which_stamps_are_within_a_quarter(freq):
    step, off = pd.Timedelta(pd.tseries.frequencies.to_offset(freq)), np.random.default_rng(0).uniform(-0.11, 0.11, N)
    times = (pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(N) + off, "s") * step.total_seconds()).round("s")
    table = hourly(time=times)
    refused(table, f"% are {freq} and others not", f"within a quarter of a step, say step='{freq}'")
    with pytest.raises(InputError, match=f"say step='{freq}'$"):  # and not all the stamps that are off
        read_series(table, "x")
    assert fit(table, step=freq).clock_.step == freq


def test_stamps_that_are_numbers_get_a_round_step_too():
    at = np.random.default_rng(0).uniform(-0.1, 0.1, N).round(3) + 5 * np.arange(N)
    refused(hourly(time=at), "within a quarter of a step, say step='5.000'")
    assert fit(hourly(time=at), step="5.000").clock_.step == "5.000"


def test_clocks_put_back_without_a_zone():
    local = pd.date_range("2026-10-20", periods=N, freq="h", tz="Europe/Berlin")
    refused(hourly(time=local.tz_localize(None)), "1 time is repeated (2026-10-25 02:00:00)", "with their zone")
    model = fit(hourly(time=local))
    made = model.sample_series(400, start="2026-10-24 00:00")["time"]
    assert str(made.dt.tz) == "Europe/Berlin"
    assert (made.dt.strftime("%d %H") == "25 02").sum() == 2
    assert (made.diff().dropna() == pd.Timedelta("1h")).all()


def test_clocks_put_forward_leave_a_gap_like_any_other():
    local = pd.date_range("2026-03-24", periods=N, freq="h", tz="Europe/Berlin").tz_localize(None)
    model = fit(hourly(time=local))
    assert model.stretches_.lengths.tolist() == [122, 178]
    refused(hourly(time=local), "no gaps in time", "falls into 2 stretches", "gaps='split'", gaps="refuse")


def test_mixed_zones():
    berlin = pd.date_range("2026-01-01", periods=N, freq="h", tz="Europe/Berlin").astype(object)
    mixed = berlin[:200].append(berlin[200:].map(lambda stamp: stamp.tz_convert("Asia/Tokyo")))
    refused(hourly().assign(time=pd.Series(mixed, dtype=object)), "dates of one zone", "in row 1", "utc=True")
    text = fit(hourly().assign(time=[stamp.isoformat() for stamp in mixed]))  # offsets in text are one time
    assert text.clock_.step == "h"
    assert text.stretches_.lengths.tolist() == [N]


def test_too_few_steps_in_all():
    refused(hourly(199), "at least 200 steps in all, but have 199")
    fit(hourly(200))
    refused(np.zeros((20, 9, 2)) + np.random.default_rng(0).normal(size=(20, 9, 2)), "but have 180")


def test_series_shorter_than_the_context_and_two():
    X = np.random.default_rng(0).normal(size=(300, 2))
    with pytest.raises(
        InputError, match=r"need 301 steps, but .* the longest has 300.*; lower context, or fill in gaps"
    ):
        TimeSeriesSynthesizer(context=299).fit(X)
    for wrong in (2, 0, -1, 2.5, "long"):
        with pytest.raises(InputError, match="context must be a whole number from 3 to 10,000, but is"):
            TimeSeriesSynthesizer(context=wrong).fit(X)


def test_all_segments_too_short_after_gaps():
    table = hourly(400)
    table = table[np.arange(400) % 10 != 9]
    with pytest.raises(InputError, match=r"of 40 without gaps the longest has 9, and those long enough 0"):
        TimeSeriesSynthesizer(time="time", context=20).fit(table)
    table = hourly(500)
    table = table[~table.index.isin(range(300, 500, 2))]
    with pytest.warns(TabganWarning, match="100 of 400 steps are in stretches of fewer than 3: not learned") as caught:
        fit(table)
    told = str(caught[0].message)
    remedy = "with rows for the 100 missing steps, their readings left empty, all are"
    assert told.endswith(f"not learned; {remedy}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fit(table.set_index("time").asfreq("h").reset_index()).stretches_.lengths.tolist() == [500]


def test_a_warning_names_the_context_that_keeps_nearly_all_steps():
    lengths = [30] * 10 + [12] * 100 + [5] * 4  # of entities of their own: no step is missing

    def keep(context: int, can_choose: bool = True) -> str:
        with pytest.warns(TabganWarning) as caught:
            kept = keep_long([Segment(np.zeros((n, 1)), 0, i) for i, n in enumerate(lengths)], context, can_choose)
        assert all(len(s.rows) >= context + 2 for s in kept)
        return str(caught[0].message)

    words = "1,220 of 1,520 steps are in stretches of fewer than 22: not learned"
    assert keep(20) == f"{words}; with context=10, 1,500 steps are learned"
    with command_line():
        assert keep(20) == f"{words}; with --context 10, 1,500 steps are learned"
    assert keep(20, can_choose=False) == f"{words}; the other 300 are"
    assert keep(10) == "20 of 1,520 steps are in stretches of fewer than 12: not learned; the other 1,500 are"


def test_an_entity_of_one_row():
    table = two_pumps()
    lone = pd.DataFrame({"time": [pd.Timestamp("2026-01-01")], "pump": "C", "kind": "old", "x": 1.0})
    refused(pd.concat([table, lone]), "at least two rows, but 'C' has one", entity="pump")
    refused(
        pd.concat([table, lone, lone.assign(pump="D")]).drop(columns="time"), "'C' has one (2 such)",
        time=None, entity="pump",
    )  # fmt: skip


def test_a_static_column_that_varies():
    table = two_pumps()
    table.loc[table.index[31], "kind"] = "mid"
    refused(table, "must not change within a series", "'kind'", "'B'", "static", entity="pump", static=["kind"])
    refused(two_pumps()[["kind", "x"]], "'kind' does; leave it out of static", static=["kind"], time=None)


def test_roles_that_name_nothing_or_one_column_twice():
    table = two_pumps()
    refused(table, "time must name a column, but there is no 'when'; the columns are time, pump, kind, x", time="when")
    refused(table, "given as entity and static", entity="pump", static=["pump"])
    refused(table[["time", "pump"]], "changes with time", entity="pump")
    refused(table, "the column of time must hold dates, or numbers that count", time="x", entity="pump")
    gap = table.assign(time=table["time"].where(np.arange(2 * N) != 4))
    refused(gap, "every row needs its time", "in row 5", entity="pump")
    refused(table, "gaps must be split or refuse, but is 'fill'", gaps="fill")
    refused(table, "a list", "'kind'", static="kind", entity="pump")


def test_known_columns_that_are_missing_or_do_not_cover_what_is_asked_for():
    table = hourly(holiday=np.arange(N) % 5 == 0)
    refused(table, "known_future must name a column, but there is no 'sun'", known_future=["sun"])
    refused(hourly(sun=np.where(np.arange(N) == 3, np.nan, np.arange(N) % 7.5)), "'sun' has gaps", known_future=["sun"])
    model = fit(table, known_future=["holiday"])
    plan = pd.DataFrame({"time": pd.date_range("2026-02-01", periods=50, freq="h"), "holiday": False})

    def ask(words: str, plan=plan, length: int = 50, start="2026-02-01") -> None:
        with pytest.raises(InputError, match=re.escape(words)):
            model.sample_series(length, start=start, known_future=plan)

    ask("known_future must have the columns holiday, but lacks holiday; add", plan[["time"]])
    ask("must cover all 60 steps, but lacks 10, the first at 2026-02-03 02:00:00; ", length=60)
    ask("must cover all 50 steps, but lacks 24, the first at 2026-01-31 00:00:00; ", start="2026-01-31")
    ask("has 50 rows", plan[["holiday"]], length=60)
    ask(
        "1 of them with gaps", plan.assign(holiday=plan["holiday"].astype("boolean").where(plan.index != 3)), start=None
    )
    ask("must be a table", [False] * 50)
    with pytest.raises(
        InputError, match=r"holiday must be known for each step, but .* goes on for 400; give it with known_future"
    ):
        model.sample_series(376, start="2026-02-01")
    with pytest.raises(InputError, match="no known columns, but known_future is given; leave it out"):
        fit(hourly()).sample_series(5, known_future=plan)


def test_unseen_levels():
    table = two_pumps().assign(fault=np.tile(np.repeat(["no", "yes"], 50), 6))
    model = fit(table, entity="pump", static=["kind"], label="fault")
    for words, given in (
        ("column 'fault' has the levels no, yes, but 'maybe' is asked for; name one of these", dict(label="maybe")),
        ("column 'kind' has the levels new, old, but 'used'", dict(static={"kind": "used"})),
        ("static must name static columns, but 'x' is none; these are kind", dict(static={"x": 3})),
    ):
        with pytest.raises(InputError, match=re.escape(words)):
            model.sample_series(5, **given)
    with pytest.raises(InputError, match="fitted without a label, but 'yes' is asked for; fit with label"):
        fit(table, entity="pump").sample_series(5, label="yes")
    other = table[table["pump"] == "A"].assign(pump="C")
    with pytest.raises(
        InputError, match="'pump' must hold one of its levels, but has 'C' in row 1; the levels are A, B"
    ):
        model.continue_series(other, 5)


def test_a_label_in_one_segment_only_is_learned_and_can_be_asked_for():
    table = hourly(label=np.where(np.arange(N) < 250, "fine", "broken"))
    model = fit(table, label="label")
    assert set(model.sample_series(40, label="broken")["label"]) == {"broken"}
    refused(hourly(label=np.where(np.arange(N) == 250, "broken", "fine")), "'broken' has 1", label="label")


def test_channels_that_say_little():
    table = hourly(constant=4.5, nothing=np.nan, again=hourly()["x"])
    with pytest.warns(TabganWarning, match="column 'nothing' has no values.*; leave it out"):
        model = fit(table)
    made = model.sample_series(50)
    assert (made["constant"] == 4.5).all()
    assert made["nothing"].isna().all()
    assert made["again"].equals(made["x"].rename("again"))
    assert model.readings_.n_channels == 1
    with pytest.raises(InputError, match="column that varies"):
        StationaryBootstrap().fit(np.ones((300, 2)))
    refused(hourly(x=1.0), "changes with time")


def test_a_counter_is_told_and_differences_are_proposed():
    total = np.cumsum(np.random.default_rng(0).random(N)).round(3)
    with pytest.warns(TabganWarning) as caught:
        fit(hourly(total=total))
    (warning,) = [str(one.message) for one in caught]
    assert "'total' only rises" in warning
    assert "learn X['total'].diff()" in warning
    with command_line(), pytest.warns(TabganWarning, match="learn a table with its differences, each value less the"):
        fit(hourly(total=total))
    # two meters, and one that starts anew with each entity
    table = two_pumps().assign(meter=np.arange(2 * N) // 6 * 1.5)
    with pytest.warns(TabganWarning, match=r"'meter' only rises.*X.groupby\('pump'\)\['meter'\].diff\(\)"):
        fit(table, entity="pump")


def test_what_is_taken_for_the_time_is_said():
    with pytest.warns(
        TabganWarning, match="column 'time' is taken for the time of the rows; time='COLUMN' names another"
    ):
        model = fit(hourly(), time=None)
    assert model.clock_.step == "h"
    stacked = two_pumps().sort_values(["pump", "time"])
    with pytest.warns(TabganWarning, match="column 'time' is taken"):
        assert fit(stacked, time=None, entity="pump").stretches_.lengths.tolist() == [N, N]
    with pytest.warns(TabganWarning, match="taken for equal steps, because dates are not in order; say time='time'"):
        assert fit(stacked[["time", "x"]], time=None).clock_ is None


@pytest.mark.parametrize("table", [hourly(), two_pumps(), hourly(time=pd.bdate_range("2024-01-01", periods=N))])
def test_rows_out_of_order_are_sorted_by_the_dates_whose_steps_are_even(table):
    mixed, entity = table.sample(frac=1, random_state=0), "pump" if "pump" in table else None
    with pytest.warns(TabganWarning, match="'time' is taken"), pytest.warns(TabganWarning, match="they were sorted"):
        model = fit(mixed, time=None, entity=entity)
    in_order = fit(table, entity=entity)
    assert model.clock_ == in_order.clock_
    assert np.array_equal(model.stretches_.values, in_order.stretches_.values)


def test_dates_of_no_even_steps_do_not_sort_rows():
    born = pd.Timestamp("1950-01-01") + pd.to_timedelta(np.random.default_rng(0).permutation(20_000)[:N], "D")
    with pytest.warns(TabganWarning, match="taken for equal steps, because dates are not in order"):
        assert fit(hourly(time=born), time=None).clock_ is None


def test_infinite_values():
    refused(hourly(y=np.where(np.arange(N) == 7, np.inf, 0.5 * np.arange(N) % 3)), "'y'", "row 8")


@pytest.mark.parametrize("length", [0, -1, 2.5, "day", None, True])
def test_length_is_a_number_of_steps(length):
    model = fit(hourly())
    for ask in (
        lambda: model.sample(3, length=length),
        lambda: model.sample_series(length),
        lambda: model.continue_series(hourly(), length),
    ):
        with pytest.raises(InputError, match=f"length must be a whole number of at least 1, but is {length!r}"):
            ask()


def test_a_start_that_is_no_step():
    model = fit(hourly())
    for start, words in (
        (
            "2027-01-01 00:10",
            "whole steps of h after 2026-01-01 00:00:00, but 2027-01-01 00:10:00 is not; move it to one",
        ),
        ("soon", "start must be a stamp such as 2027-01-01 00:00, but is 'soon'"),
        ("2027-01-01 00:00+02:00", "stamps have no zone, but start has one"),
    ):
        with pytest.raises(InputError, match=re.escape(words)) as caught:
            model.sample_series(5, start=start)
        assert "step=" not in str(caught.value), "what was fitted cannot be said again"
    with pytest.raises(InputError, match="fitted to rows without time; leave it out, or fit with time"):
        StationaryBootstrap().fit(np.random.default_rng(0).normal(size=(300, 2))).sample_series(5, start="2027-01-01")


def test_rows_to_go_on_from():
    model = fit(two_pumps(), entity="pump")
    with pytest.raises(InputError, match="rows of one entity, but several are given; give the rows of one"):
        model.continue_series(two_pumps(), 5)
    with pytest.raises(InputError, match="has 0 rows; give more"):
        model.continue_series(two_pumps().iloc[:0], 5)


def test_texts_of_time_that_are_no_dates():
    table = hourly()
    table["time"] = table["time"].dt.strftime("at %H in %Y")
    refused(table, "'time' must hold dates", "'at 00 in 2026' in row 1")


def test_of_two_clocks_the_one_that_is_not_put_back_is_taken():
    utc = pd.date_range("2026-10-20", periods=N, freq="h", tz="UTC")
    table = hourly().assign(time=utc.tz_convert("Europe/Berlin").tz_localize(None), utc=utc)
    with pytest.warns(TabganWarning) as caught:
        assert fit(table, time=None).clock_.zone == "UTC"
    said = [str(one.message) for one in caught]
    assert any("column 'utc' is taken for the time" in words for words in said)
    assert any("'time' has dates beside the time" in words and "drop(columns='time')" in words for words in said)


def test_a_number_of_rows_is_told():
    with pytest.warns(TabganWarning, match=r"'s' rises by 3600 in each row.*; leave it out with X.drop\(columns='s'\)"):
        fit(hourly(s=3600 * np.arange(N)))


def test_entities_that_are_numbers():
    table = two_pumps().assign(pump=[101, 102] * N)
    assert set(fit(table, entity="pump").sample(9)["pump"]) <= {101, 102}
    refused(table.assign(kind=np.random.default_rng(0).permutation(table["kind"])), "'101' does", entity="pump",
            static=["kind"])  # fmt: skip
    refused(pd.concat([table, table[:1].assign(pump=9)]), "'9' has one", entity="pump")
    refused(table.assign(pump=table["pump"] + 0.5), "whole number", "101.5", "categorical", entity="pump")
    refused(table.assign(pump=table["pump"].where(table.index != 3)), "'pump' has none in row 4", entity="pump")


def test_static_values_that_were_not_learned():
    table = two_pumps().assign(age=[1, 2] * N)
    third = hourly(2, pump="C", kind="odd", age=5)
    with pytest.warns(TabganWarning, match="not learned"):
        model = fit(pd.concat([table, third]), entity="pump", static=["kind", "age"])
    for static, words in (
        ({"kind": "odd"}, r"'odd' only in stretches that are too short.*name another \(new, old\)"),
        ({"age": 5}, "'age' is from 1 to 2, but 5"),
    ):
        with pytest.raises(InputError, match=words):
            model.sample_series(5, static=static)


def test_starts_that_are_no_time_of_the_clock():
    model = fit(hourly().assign(time=pd.date_range("2026-01-01", periods=N, freq="h", tz="Europe/Berlin")))
    for start, words in (
        ("2400-01-01", "years 1680 to 2260"),
        ("", "years 1680 to 2260"),
        ("2027-03-28 02:00", r"clocks of Europe/Berlin are changed.*such as 2027-03-28T02:00:00\+0100"),
        ("2026-10-25 02:00", r"such as 2026-10-25T02:00:00\+0200"),
    ):
        with pytest.raises(InputError, match=words):
            model.sample_series(3, start=start)
    assert len(model.sample_series(3, start="2026-10-25T02:00:00+0200")) == 3


def test_what_is_known_stays_in_the_range_that_was_learned():
    model = fit(hourly(price=np.arange(N) % 7), known_future=["price"])
    plan = pd.DataFrame({"time": pd.date_range("2027-01-01", periods=5, freq="h"), "price": [1, 2, 500, 3, -9]})
    with pytest.warns(TabganWarning, match="2 of 5 values of 'price' are beyond what was learned, 0 to 6"):
        made = model.sample_series(5, known_future=plan)
    assert made["price"].tolist() == [1, 2, 6, 3, 0]
    with pytest.raises(InputError, match="each time once, but has 2027-01-01 00:00:00 twice; drop"):
        model.sample_series(5, known_future=pd.concat([plan, plan]))
