"""Which stamps a regular series has: whole steps of so many seconds, months or business days since an origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabgan.errors import InputError
from tabgan.spelling import spell

Unit = Literal["ns", "month", "business day"]

DAY = 86_400_000_000_000  # nanoseconds
FIRST_YEAR, LAST_YEAR = 1680, 2260
JITTER = 0.25  # of a step that was asked for, how far a stamp may be from its place
MONTHS = {"M": 1, "ME": 1, "MS": 1, "Q": 3, "QE": 3, "QS": 3, "Y": 12, "YE": 12, "YS": 12, "A": 12}


@dataclass(frozen=True)
class Clock:
    """Stamps as whole numbers of steps, and back; steps are nanoseconds, months or business days.

    Attributes
    ----------
    origin : pandas.Timestamp
        The stamp of step 0, in UTC where there is a zone, without one.
    unit : {"ns", "month", "business day"}
    size : int
        How many of these a step is.
    zone : str or None
        Where stamps are told; steps are counted in UTC, so that clocks put back do no harm.
    at_end : bool
        Whether steps of months are the last days of these.

    Examples
    --------
    >>> clock = Clock.learn(pd.DatetimeIndex(["2026-01-31", "2026-02-28", "2026-03-31"]))
    >>> clock.step, clock.number(pd.DatetimeIndex(["2027-01-31"])), clock.stamps(np.array([3]))[0].isoformat()
    ('month end', array([12]), '2026-04-30T00:00:00')
    """

    origin: pd.Timestamp
    unit: Unit
    size: int
    zone: str | None = None
    at_end: bool = False

    @classmethod
    def learn(cls, times: pd.DatetimeIndex | Sequence[pd.DatetimeIndex], step: str = "auto") -> Clock:
        """Find the step of one series or several.

        Parameters
        ----------
        times : DatetimeIndex, or several
            Stamps of each series in order, without repeats.
        step : str, default "auto"
            "auto" is the commonest difference. Else a pandas offset such as "10min", "h", "D", "B" (business days),
            "W", "MS" or "QS"; stamps may then be off by a quarter of a step.

        Raises
        ------
        InputError
            There are fewer than two stamps, the step is none, or stamps are not whole steps apart.
        """
        several = [times] if isinstance(times, pd.DatetimeIndex) else list(times)
        zone = str(several[0].tz) if several and several[0].tz is not None else None
        stamps = [one.tz_convert("UTC").tz_localize(None) if one.tz is not None else one for one in several]
        apart = np.concatenate([np.diff(one.as_unit("ns").asi8) for one in stamps]) if stamps else np.empty(0, np.int64)
        if not len(apart):
            raise InputError("a series needs at least two stamps to have a step, but has one or none; give more rows")
        origin = min(one[0] for one in stamps if len(one))
        if step != "auto":
            return _asked_for(step, origin, zone)
        clock = _calendar(stamps, apart, origin, zone) or cls(origin, "ns", _commonest(apart), zone)
        clock._check(stamps, apart)
        return clock

    @property
    def step(self) -> str:
        """How long a step is, in words such as "h", "15min", "month" or "2 business day"."""
        if self.unit == "ns":
            return str(pd.tseries.frequencies.to_offset(pd.Timedelta(self.size, "ns")).freqstr)
        name = self.unit + (" end" if self.at_end else "")
        return name if self.size == 1 else f"{self.size} {name}"

    @property
    def named_seasons(self) -> dict[str, float]:
        """The periods of day, week and year in steps: those of at least two steps."""
        if self.unit == "month":
            periods = {"year": 12.0}
        elif self.unit == "business day":
            periods = {"week": 5.0, "year": 260.9}
        else:
            periods = {"day": DAY, "week": 7 * DAY, "year": 365.25 * DAY}
        return {name: period / self.size for name, period in periods.items() if period / self.size >= 2}

    @property
    def seasons(self) -> tuple[float, ...]:
        """The same, without their names."""
        return tuple(self.named_seasons.values())

    def number(self, times: pd.DatetimeIndex, jitter: float = 0.0) -> NDArray[np.int64]:
        """Return how many steps after the origin stamps are, of shape (n,); `jitter` steps off are forgiven.

        Raises
        ------
        InputError
            A stamp is between two steps.
        """
        plain = times.tz_convert("UTC").tz_localize(None) if times.tz is not None else times
        if self.unit == "month":
            whole = (plain.year * 12 + plain.month - self.origin.year * 12 - self.origin.month).to_numpy(np.int64)
            steps, rest = np.divmod(whole, self.size)
        elif self.unit == "business day":
            days, day = plain.values.astype("datetime64[D]"), np.datetime64(self.origin, "D")
            steps, rest = np.divmod(np.busday_count(day, days).astype(np.int64), self.size)
        else:
            since = plain.as_unit("ns").asi8 - self.origin.as_unit("ns").value
            steps, rest = np.divmod(since + int(jitter * self.size), self.size)
            rest = np.where(rest <= 2 * int(jitter * self.size), 0, rest)
        if self.unit != "ns":
            rest = np.where(self._place(steps) == plain.values.astype("datetime64[ns]"), rest, 1)
        if rest.any():
            first = times[int(np.flatnonzero(rest)[0])]
            raise InputError(
                f"stamps must be whole steps of {self.step} after {self._tell(self.origin)}, but {first} is not; "
                "give times on that grid"
            )
        return steps

    def stamps(self, numbers: NDArray[np.int64]) -> pd.DatetimeIndex:
        """Return the stamps of steps, as many; in the zone if there is one.

        Raises
        ------
        InputError
            A stamp is out of what nanoseconds since 1970 can say.
        """
        numbers = np.asarray(numbers, np.int64)
        days = {"ns": 1 / DAY, "month": 30.44, "business day": 1.4}[self.unit] * self.size
        for number in (numbers.min(initial=0), numbers.max(initial=0)):
            year = self.origin.year + int(number) * days / 365.25
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise InputError(
                    f"stamps must be of the years {FIRST_YEAR} to {LAST_YEAR}, but step {number:,} would be in "
                    f"{year:.0f}; ask for fewer steps, or an earlier start"
                )
        stamps = pd.DatetimeIndex(self._place(numbers))
        return stamps.tz_localize("UTC").tz_convert(self.zone) if self.zone else stamps

    def get_state(self) -> dict[str, Any]:
        """Return the clock as JSON values."""
        return {**vars(self), "origin": self.origin.isoformat()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Clock:
        """Make the clock that `get_state` described."""
        return cls(**{**state, "origin": pd.Timestamp(state["origin"])})

    def _place(self, numbers: NDArray[np.int64]) -> NDArray[np.datetime64]:
        origin = self.origin.as_unit("ns").to_datetime64()
        if self.unit == "ns":
            return origin + (numbers * self.size).astype("timedelta64[ns]")
        day = origin.astype("datetime64[D]")
        clock_time = origin - day
        if self.unit == "business day":
            return np.busday_offset(day, numbers * self.size) + clock_time
        months = day.astype("datetime64[M]") + numbers * self.size
        last = (months + 1).astype("datetime64[D]") - 1
        same = months.astype("datetime64[D]") + (self.origin.day - 1)
        return (last if self.at_end else np.minimum(same, last)) + clock_time

    def _tell(self, stamp: pd.Timestamp) -> str:
        return str(stamp.tz_localize("UTC").tz_convert(self.zone) if self.zone else stamp)

    def _check(self, stamps: Sequence[pd.DatetimeIndex], apart: NDArray[np.int64]) -> None:
        """Refuse stamps that are not on the grid, with the commonest step and its share."""
        try:
            for one in stamps:
                self.number(one)
        except InputError:
            share = np.mean(apart == self.size)
            other = pd.Timedelta(int(apart[apart % self.size != 0][0] if (apart % self.size).any() else apart[0]), "ns")
            words = str(other).removeprefix("0 days ")
            clock_change = " (if that is where clocks change, give times with their zone)" if _is_hour(apart) else ""
            raise InputError(
                f"steps of time must be equal, but only {share:.1%} are {self.step} and others not, such as {words}"
                f"{clock_change}; resample, or, if stamps are less than a quarter of a step off, say "
                f"{spell('step', self.step)}"
            ) from None


def _asked_for(step: str, origin: pd.Timestamp, zone: str | None) -> Clock:
    try:
        offset = pd.tseries.frequencies.to_offset(step)
    except ValueError:
        offset = None
    name, size = (offset.rule_code.split("-")[0], offset.n) if offset is not None else ("", 0)
    if size <= 0:
        raise InputError(f"{spell('step')} must be a step of time such as 10min, h, D, B, W or MS, but is {step!r}")
    if name in MONTHS:
        return Clock(origin, "month", MONTHS[name] * size, zone, bool(origin.is_month_end and not name.endswith("S")))
    if name == "B":
        return Clock(origin, "business day", size, zone)
    if name == "W":
        return Clock(origin, "ns", 7 * DAY * size, zone)
    try:
        return Clock(origin, "ns", int(pd.Timedelta(offset).value), zone)
    except (ValueError, TypeError):
        raise InputError(
            f"{spell('step')} must be seconds to weeks, months or business days, but is {step!r}; resample to one"
        ) from None


def _calendar(
    stamps: Sequence[pd.DatetimeIndex], apart: NDArray[np.int64], origin: pd.Timestamp, zone: str | None
) -> Clock | None:
    """Return the clock of months or business days if stamps follow one."""
    middle = np.median(apart) / DAY
    if middle >= 27 and middle <= 367:
        at_end = all(bool(one.is_month_end.all()) for one in stamps)
        months = np.concatenate([np.diff(one.year * 12 + one.month) for one in stamps])
        if months.min() > 0:
            clock = Clock(origin, "month", int(np.gcd.reduce(months)), zone, at_end)
            return clock if _fits(clock, stamps) else None
    weekdays = all(bool((one.weekday < 5).all()) for one in stamps)
    if weekdays and _commonest(apart) == DAY and (apart >= 3 * DAY).sum() >= 2:
        clock = Clock(origin, "business day", 1, zone)
        return clock if _fits(clock, stamps) else None
    return None


def _fits(clock: Clock, stamps: Sequence[pd.DatetimeIndex]) -> bool:
    try:
        return all(bool((np.diff(clock.number(one)) > 0).all()) for one in stamps)
    except InputError:
        return False


def _commonest(apart: NDArray[np.int64]) -> int:
    values, counts = np.unique(apart[apart > 0], return_counts=True)
    if not len(values):
        raise InputError("times must increase, but all stamps are the same; name another column")
    return int(values[counts.argmax()])


def _is_hour(apart: NDArray[np.int64]) -> bool:
    """Whether some difference is an hour more or less than the commonest, as where clocks are changed."""
    hour, common = DAY // 24, _commonest(apart)
    return any(abs(a - b) == hour for a, b in pairwise([common, *np.unique(apart)[:3].tolist()]))
