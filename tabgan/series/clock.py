"""Which stamps a regular series has: whole steps of seconds, months, business days or numbers since an origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.schema.dates.units import FIRST_YEAR, LAST_YEAR, TICKS, to_nanoseconds
from tabgan.schema.numbers import count_decimals
from tabgan.series.apart import DAY, NUMBER, TIME, find_apart, find_commonest, has_hour_more, round_sizes
from tabgan.spelling import spell

Unit = Literal["ns", "month", "business day", "number"]

JITTER = 0.25  # of a step that was asked for, how far a stamp may be from its place
MOST_DECIMALS = 9  # of stamps that are numbers: what is finer is noise
MONTHS = {"M": 1, "ME": 1, "MS": 1, "Q": 3, "QE": 3, "QS": 3, "Y": 12, "YE": 12, "YS": 12, "A": 12}


@dataclass(frozen=True)
class Clock:
    """Stamps as whole numbers of steps, and back; steps are nanoseconds, months or business days, or mere numbers.

    Attributes
    ----------
    origin : pandas.Timestamp or int
        The stamp of step 0, without a zone: in UTC where there is one, or, if steps are `local`, as it is told there.
        Of numbers without their decimal point.
    unit : {"ns", "month", "business day", "number"}
    size : int
        How many of these a step is.
    zone : str or None
        Where stamps are told.
    at_end : bool
        Whether steps of months are the last days of these.
    local : bool
        Whether steps are counted as clocks in the zone tell them, as those of a day and longer are; shorter ones are
        counted in UTC, so that clocks put back do no harm.
    weekdays : bool
        Whether steps of months are the first or the last business days of these.
    decimals : int
        How many decimals stamps that are numbers have.

    Examples
    --------
    >>> clock = Clock.learn(pd.DatetimeIndex(["2026-01-31", "2026-02-28", "2026-03-31"]))
    >>> clock.step, clock.number(pd.DatetimeIndex(["2027-01-31"])), clock.stamps(np.array([3]))[0].isoformat()
    ('month end', array([12]), '2026-04-30T00:00:00')
    """

    origin: Any  # of one of two types, as the unit says
    unit: Unit
    size: int
    zone: str | None = None
    at_end: bool = False
    local: bool = False
    weekdays: bool = False
    decimals: int = 0

    @classmethod
    def learn(cls, times: pd.Index | Sequence[pd.Index], step: str = "auto") -> Clock:
        """Find the step of one series or several.

        Parameters
        ----------
        times : DatetimeIndex, or Index of numbers, or several
            Stamps of each series in order, without repeats.
        step : str, default "auto"
            "auto" is the commonest difference. Else a pandas offset such as "10min", "h", "D", "B" (business days),
            "W", "MS" or "QS", or of numbers a number such as "1"; stamps may then be off by a quarter of a step.

        Raises
        ------
        InputError
            There are fewer than two stamps, the step is none, or stamps are not whole steps apart.
        """
        several = [times] if isinstance(times, pd.Index) else list(times)
        if several and not isinstance(several[0], pd.DatetimeIndex):
            return _of_numbers(several, step)
        zone = str(several[0].tz) if several and several[0].tz is not None else None
        ways = (True, False) if zone and _is_long([_plain(one, True) for one in several], step) else (False,)
        clocks = [
            replace(_of_moments([_plain(one, way) for one in several], step), zone=zone, local=way) for way in ways
        ]
        clock = next((one for one in clocks if _fits(one, several)), clocks[0])
        if step == "auto":
            clock._check(several)
        return clock

    @property
    def step(self) -> str:
        """How long a step is, in words such as "h", "15min", "month", "2 business day" or, of numbers, "0.5"."""
        if self.unit == "ns" and self.size % DAY == 0:
            return f"{self.size // DAY}D".removeprefix("1D") or "D"
        if self.unit == "ns":
            return str(pd.tseries.frequencies.to_offset(pd.Timedelta(self.size, "ns")).freqstr)
        if self.unit == "number":
            return f"{self.size / 10**self.decimals:.{self.decimals}f}"
        kept = "business " if self.weekdays else ""
        name = kept + self.unit + (" end" if self.at_end else "")
        return name if self.size == 1 else f"{self.size} {name}"

    @property
    def named_seasons(self) -> dict[str, float]:
        """The periods of day, week and year in steps: those of at least two steps."""
        if self.unit == "month":
            periods = {"year": 12.0}
        elif self.unit == "business day":
            periods = {"week": 5.0, "year": 260.9}
        elif self.unit == "number":
            periods = {}
        else:
            periods = {"day": DAY, "week": 7 * DAY, "year": 365.25 * DAY}
        return {name: period / self.size for name, period in periods.items() if period / self.size >= 2}

    @property
    def seasons(self) -> tuple[float, ...]:
        """The same, without their names."""
        return tuple(self.named_seasons.values())

    def number(self, times: pd.Index, jitter: float = 0.0) -> NDArray[np.int64]:
        """Return how many steps after the origin stamps are, of shape (n,); `jitter` steps off are forgiven.

        Raises
        ------
        InputError
            A stamp is between two steps.
        """
        if self.unit == "number":
            steps, rest = self._divide(_count(times, self.decimals) - self.origin, jitter)
        else:
            steps, rest = self._number_moments(_plain(times, self.local), jitter)
            if self.local and rest.any():  # a stamp of an hour that clocks leave out is told later
                rest = np.where(self.stamps(steps) == times, 0, rest)
        if rest.any():
            first = times[int(np.flatnonzero(rest)[0])]
            raise InputError(
                f"stamps must be whole steps of {self.step} after {self._tell()}, but {first} is not; "
                "give times on that grid"
            )
        return steps

    def stamps(self, numbers: NDArray[np.int64]) -> Any:
        """Return the stamps of steps, as many: a DatetimeIndex, in the zone if there is one, or an Index of numbers.

        Raises
        ------
        InputError
            A stamp is out of what nanoseconds since 1970 can say.
        """
        numbers = np.asarray(numbers, np.int64)
        if self.unit == "number":
            counts = self.origin + numbers * self.size
            return pd.Index(np.round(counts / 10**self.decimals, self.decimals) if self.decimals else counts)
        days = {"ns": 1 / DAY, "month": 30.44, "business day": 1.4}[self.unit] * self.size
        for number in (numbers.min(initial=0), numbers.max(initial=0)):
            year = self.origin.year + int(number) * days / 365.25
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise InputError(
                    f"stamps must be of the years {FIRST_YEAR} to {LAST_YEAR}, but step {number:,} would be in "
                    f"{year:.0f}; ask for fewer steps, or an earlier start"
                )
        return self._in_zone(pd.DatetimeIndex(self._place(numbers)))

    def get_state(self) -> dict[str, Any]:
        """Return the clock as JSON values."""
        origin = self.origin if self.unit == "number" else self.origin.isoformat()
        return {**vars(self), "origin": origin}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Clock:
        """Make the clock that `get_state` described."""
        origin = state["origin"] if state["unit"] == "number" else pd.Timestamp(state["origin"])
        return cls(**{**state, "origin": origin})

    def _number_moments(self, plain: pd.DatetimeIndex, jitter: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the steps of stamps without a zone, and what is not 0 where one is between two."""
        if self.unit == "ns":
            return self._divide(plain.as_unit("ns").asi8 - self.origin.as_unit("ns").value, jitter)
        if self.unit == "month":
            whole = (plain.year * 12 + plain.month - self.origin.year * 12 - self.origin.month).to_numpy(np.int64)
        else:
            days, day = plain.values.astype("datetime64[D]"), np.datetime64(self.origin, "D")
            whole = np.busday_count(day, days).astype(np.int64)
        steps, rest = np.divmod(whole, self.size)
        return steps, np.where(self._place(steps) == plain.values.astype("datetime64[ns]"), rest, 1)

    def _divide(self, since: NDArray[np.int64], jitter: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        off = int(jitter * self.size)
        steps, rest = np.divmod(since + off, self.size)
        return steps, np.where(rest <= 2 * off, 0, rest)

    def _place(self, numbers: NDArray[np.int64]) -> NDArray[np.datetime64]:
        origin = self.origin.as_unit("ns").to_datetime64()
        if self.unit == "ns":
            return origin + (numbers * self.size).astype("timedelta64[ns]")
        day = origin.astype("datetime64[D]")
        clock_time = origin - day
        if self.unit == "business day":
            return np.busday_offset(day, numbers * self.size) + clock_time
        months = day.astype("datetime64[M]") + (numbers * self.size).astype("timedelta64[M]")
        last = (months + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
        if self.weekdays:
            first = np.busday_offset(months.astype("datetime64[D]"), 0, roll="forward")
            return (np.busday_offset(last, 0, roll="backward") if self.at_end else first) + clock_time
        same = months.astype("datetime64[D]") + np.timedelta64(self.origin.day - 1, "D")
        return (last if self.at_end else np.minimum(same, last)) + clock_time

    def _in_zone(self, plain: pd.DatetimeIndex) -> pd.DatetimeIndex:
        if not self.zone:
            return plain
        if not self.local:
            return plain.tz_localize("UTC").tz_convert(self.zone)
        first = np.ones(len(plain), bool)  # of an hour that comes twice, that before clocks are put back
        return plain.tz_localize(self.zone, ambiguous=first, nonexistent="shift_forward")

    def _tell(self) -> str:
        return str(self.stamps(np.zeros(1, np.int64))[0])

    def _check(self, stamps: Sequence[pd.Index]) -> None:
        """Refuse stamps that are not on the grid, with the commonest step and its share."""
        try:
            for one in stamps:
                self.number(one)
        except InputError:
            number = self.unit == "number"
            apart = find_apart([_count(one, self.decimals) if number else _nanoseconds(one) for one in stamps])
            other = int(apart[apart % self.size != 0][0] if (apart % self.size).any() else apart[0])
            clock_change = (
                " (if that is where clocks change, give times with their zone)" if has_hour_more(apart) else ""
            )
            near = self._nearest(stamps, float(np.median(apart)))
            told, remedy = near or self, "resample"
            if near is not None:
                remedy = f"resample, or, as stamps are within a quarter of a step, say {spell('step', near.step)}"
            raise InputError(
                f"steps of time must be equal, but only {np.mean(apart == told.size):.1%} are {told.step} and others "
                f"not, such as {self._tell_step(other)}{clock_change}; {remedy}"
            ) from None

    def _nearest(self, stamps: Sequence[pd.Index], middle: float) -> Clock | None:
        """Return the clock with the roundest step near the `middle` one of which all stamps are within a quarter."""
        sizes = [*round_sizes(middle, NUMBER if self.unit == "number" else TIME), self.size]
        clocks = (replace(self, size=size) for size in sizes)
        return next((clock for clock in clocks if _fits(clock, stamps, JITTER)), None)

    def _tell_step(self, size: int) -> str:
        if self.unit == "number":
            return replace(self, size=size).step
        return str(pd.Timedelta(size, "ns")).removeprefix("0 days ")


def _plain(times: pd.DatetimeIndex, local: bool) -> pd.DatetimeIndex:
    """Return stamps without a zone, as they are told in it or in UTC."""
    if times.tz is None:
        return times
    return times.tz_localize(None) if local else times.tz_convert("UTC").tz_localize(None)


def _is_long(stamps: Sequence[pd.DatetimeIndex], step: str) -> bool:
    """Whether steps are days or longer, as clocks in a zone tell them: then these are what is equal."""
    if step != "auto":
        clock = _asked_for(step, pd.Timestamp(0))
        return clock.unit != "ns" or clock.size % DAY == 0
    return find_commonest(find_apart([_nanoseconds(one) for one in stamps])) >= DAY


def _count(times: pd.Index, decimals: int) -> NDArray[np.int64]:
    """Return numbers without their decimal point."""
    if times.dtype.kind == "f":
        return np.round(times.to_numpy(np.float64) * 10**decimals).astype(np.int64)
    return times.to_numpy(np.int64) * 10**decimals


def _of_numbers(several: Sequence[pd.Index], step: str) -> Clock:
    """Return the clock of stamps that are numbers."""
    decimals = max(count_decimals(np.round(one.to_numpy(np.float64), MOST_DECIMALS)) or 0 for one in several)
    counts = [_count(one, decimals) for one in several]
    apart = find_apart(counts)
    origin = min(int(one[0]) for one in counts if len(one))
    if step != "auto":
        try:
            size = round(float(step) * 10**decimals)
        except ValueError:
            size = 0
        if size <= 0:
            raise InputError(f"{spell('step')} of times that are numbers must be a number such as 1, but is {step!r}")
        return Clock(origin, "number", size, decimals=decimals)
    clock = Clock(origin, "number", find_commonest(apart), decimals=decimals)
    clock._check(several)
    return clock


def _of_moments(stamps: Sequence[pd.DatetimeIndex], step: str) -> Clock:
    """Return the clock of stamps without a zone, which may not be on its grid."""
    apart = find_apart([_nanoseconds(one) for one in stamps])
    origin = min(one[0] for one in stamps if len(one))
    if step != "auto":
        return _asked_for(step, origin)
    return _calendar(stamps, apart, origin) or Clock(origin, "ns", find_commonest(apart))


def _nanoseconds(times: pd.DatetimeIndex) -> NDArray[np.int64]:
    return to_nanoseconds(times.asi8, TICKS[times.unit])


def _asked_for(step: str, origin: pd.Timestamp) -> Clock:
    try:
        offset = pd.tseries.frequencies.to_offset(step)
    except ValueError:
        offset = None
    name, size = (offset.rule_code.split("-")[0], offset.n) if offset is not None else ("", 0)
    if size <= 0:
        raise InputError(f"{spell('step')} must be a step of time such as 10min, h, D, B, W or MS, but is {step!r}")
    if name in MONTHS:
        at_end = bool(origin.is_month_end and not name.endswith("S"))
        return Clock(origin, "month", MONTHS[name] * size, at_end=at_end)
    if name == "B":
        return Clock(origin, "business day", size)
    if name == "W":
        return Clock(origin, "ns", 7 * DAY * size)
    try:
        return Clock(origin, "ns", int(pd.Timedelta(offset).value))
    except (ValueError, TypeError):
        raise InputError(
            f"{spell('step')} must be seconds to weeks, months or business days, but is {step!r}; resample to one"
        ) from None


def _calendar(stamps: Sequence[pd.DatetimeIndex], apart: NDArray[np.int64], origin: pd.Timestamp) -> Clock | None:
    """Return the clock of months or business days if stamps follow one."""
    middle = np.median(apart) / DAY
    if middle >= 27 and middle <= 367:
        at_end = all(bool(one.is_month_end.all()) for one in stamps)
        months = np.concatenate([np.diff(one.year * 12 + one.month) for one in stamps])
        if months.min() > 0:
            clock = Clock(origin, "month", int(np.gcd.reduce(months)), at_end=at_end)
            business = (replace(clock, at_end=end, weekdays=True) for end in (True, False))
            return next((found for found in (clock, *business) if _fits(found, stamps)), None)
    weekdays = all(bool((one.day_of_week < 5).all()) for one in stamps)
    if weekdays and find_commonest(apart) == DAY and (apart >= 3 * DAY).sum() >= 2:
        clock = Clock(origin, "business day", 1)
        return clock if _fits(clock, stamps) else None
    return None


def _fits(clock: Clock, stamps: Sequence[pd.Index], jitter: float = 0.0) -> bool:
    try:
        return all(bool((np.diff(clock.number(one, jitter)) > 0).all()) for one in stamps)
    except InputError:
        return False
