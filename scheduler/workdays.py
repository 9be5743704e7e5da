"""Which days and hours offices work: the state's calendar, the swaps it announces, and the coordinator's own word."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from holidays.countries.vietnam import Vietnam

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")  # zones are cached: this is bot.clocks.VIETNAM, a neighbour we do not import
SHIPPED = Path(__file__).with_name("ngay_nghi.toml")
SWAPPED, OTHERWISE_OFF = "nghỉ hoán đổi", "nghỉ theo thông báo"
DAY = timedelta(days=1)

Overrides = Mapping[date, str | None]
"""What is otherwise on a day: the reason why it is off, or None where it is worked."""


class Workdays:
    """Working days of Vietnamese offices: Monday to Friday, public holidays off, announced swaps honoured.

    Base: PyPI `holidays`; then `ngay_nghi.toml` as shipped, the installation's own, and `own`: the later wins.
    The base is imported at the first question (0.7 s), not with the module.
    """

    def __init__(self, overrides: Overrides | None = None, own: Overrides | None = None) -> None:
        self._overrides, self.own = dict(overrides or {}), dict(own or {})

    @classmethod
    def load(cls, path: Path | None = None, own: Overrides | None = None) -> Self:
        """`path` may be missing. Raises ValueError, naming the file, when one says what cannot be."""
        installed = read_overrides(path) if path and path.exists() else {}
        return cls({**read_overrides(SHIPPED), **installed}, own)

    def with_own(self, own: Overrides) -> Workdays:
        """The same calendar with these of the coordinator's days on top, in the place of those it has."""
        return Workdays(self._overrides, own)

    def adopt(self, own: Overrides) -> None:
        """From now on these are the coordinator's days, for everybody who holds this calendar."""
        self.own = dict(own)

    def is_working(self, day: date) -> bool:
        return self.why_off(day) is None

    def why_off(self, day: date) -> str | None:
        """In Vietnamese, such as «Chủ nhật», «Tết Nguyên đán», «nghỉ hoán đổi»; None on a working day."""
        for overrides in (self.own, self._overrides):
            if day in overrides:
                return overrides[day]
        base = _vietnam()
        if name := base.get(day):
            return _plain(name)
        return None if day in base.weekend_workdays else _weekend(day)

    def next_working(self, day: date) -> date:
        """The first working day >= `day`."""
        while not self.is_working(day):
            day += DAY
        return day

    def previous_working(self, day: date) -> date:
        """The last working day <= `day`."""
        while not self.is_working(day):
            day -= DAY
        return day

    def add_working(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, before it when negative; `day` itself counts as 0."""
        for _ in range(count):
            day = self.next_working(day + DAY)
        for _ in range(-count):
            day = self.previous_working(day - DAY)
        return day

    def working_days_between(self, today: date, day: date) -> int:
        """Working days left after `today`, `day` included; on a day that is past at most -1."""
        if day < today:
            return min(-1, -self._count(day, today))
        return self._count(today, day)

    def _count(self, after: date, until: date) -> int:
        return sum(self.is_working(after + n * DAY) for n in range(1, (until - after).days + 1))


class EveryDay(Workdays):
    """For what is urgent: no day is off."""

    def why_off(self, day: date) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class WorkHours:
    """Spans of one day in local time, each open from its start up to but not including its end."""

    spans: tuple[tuple[time, time], ...]

    @classmethod
    def parse(cls, text: str) -> WorkHours:
        """From `07:00-11:30,13:30-17:00`; 24:00 is read as 23:59. Raises ValueError."""
        spans = tuple(_span(part) for part in text.split(","))
        edges = [edge for span in spans for edge in span]
        if edges != sorted(set(edges)):
            raise ValueError(f"not hours in order: {text!r}")
        return cls(spans)

    def open(self, moment: datetime) -> bool:
        """By the time of day only; the day is the calendar's affair."""
        now = moment.astimezone(VIETNAM).time()
        return any(start <= now < end for start, end in self.spans)

    def next_open(self, moment: datetime, calendar: Workdays) -> datetime:
        """The first working moment >= `moment`, aware, local."""
        local = moment.astimezone(VIETNAM)
        if calendar.is_working(local.date()):
            for start, end in self.spans:
                if local.time() < end:
                    return max(local, at(local.date(), start))
        return at(calendar.next_working(local.date() + DAY), self.spans[0][0])

    def previous_open(self, moment: datetime, calendar: Workdays) -> datetime:
        """The last working moment <= `moment`, a closing time counted as one; aware, local."""
        local = moment.astimezone(VIETNAM)
        if calendar.is_working(local.date()):
            for start, end in reversed(self.spans):
                if local.time() >= start:
                    return min(local, at(local.date(), end))
        return at(calendar.previous_working(local.date() - DAY), self.spans[-1][1])


def at(day: date, clock: time) -> datetime:
    """A moment as people in Vietnam write it, aware."""
    return datetime.combine(day, clock, VIETNAM)


def read_overrides(path: Path) -> dict[date, str | None]:
    """`off` and `work` dates of a TOML file. Raises ValueError, naming the file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        off, work = _dates(data.get("off", [])), _dates(data.get("work", []))
    except (tomllib.TOMLDecodeError, TypeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
    if unknown := set(data) - {"off", "work"}:
        raise ValueError(f"{path}: only `off` and `work` are read, not {', '.join(sorted(unknown))}")
    if both := off & work:
        raise ValueError(f"{path}: both off and work: {', '.join(map(str, sorted(both)))}")
    return {**dict.fromkeys(off, SWAPPED), **dict.fromkeys(work)}


def _dates(values: Iterable[object]) -> set[date]:
    days = {value for value in values if isinstance(value, date) and not isinstance(value, datetime)}
    if wrong := [value for value in values if value not in days]:
        raise TypeError(f"not dates like 2026-01-02: {wrong}")
    return days


@cache
def _vietnam() -> Vietnam:
    from holidays.countries.vietnam import Vietnam

    return Vietnam(language="vi")  # type: ignore[no-untyped-call]


def _plain(name: str) -> str:
    """The library names each day of Tết and calls a swap by its pair."""
    if "thay cho ngày" in name:
        return SWAPPED
    return "Tết Nguyên đán" if "Tết" in name and "Dương lịch" not in name else name


def _weekend(day: date) -> str | None:
    return {5: "Thứ Bảy", 6: "Chủ nhật"}.get(day.weekday())


def _span(text: str) -> tuple[time, time]:
    start, _, end = text.strip().partition("-")
    return time.fromisoformat(start.strip()), time.fromisoformat(end.strip().replace("24:00", "23:59"))
