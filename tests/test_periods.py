"""Recurring reports: whose period, which data, which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.periods import EARLY, Cycle, Kind

BEFORE_20 = "monthly: before day 20"
QUARTER = "quarterly: by day 15 of the quarter's last month"


@pytest.mark.parametrize(
    ("recurrence", "words", "today", "data", "named", "last"),
    [
        (BEFORE_20, "", "2024-05-14", "2024-04-15 2024-05-14", "2024-05-20", "2024-05-19"),
        (BEFORE_20, "", "2024-05-19", "2024-04-15 2024-05-14", "2024-05-20", "2024-05-19"),
        (BEFORE_20, "", "2024-05-20", "2024-05-15 2024-06-14", "2024-06-20", "2024-06-19"),
        (BEFORE_20, "", "2024-12-20", "2024-12-15 2025-01-14", "2025-01-20", "2025-01-19"),
        ("monthly: before day 15", "", "2024-05-01", "2024-04-15 2024-05-14", "2024-05-15", "2024-05-14"),
        ("monthly: before day 14", "", "2024-05-01", "2024-03-15 2024-04-14", "2024-05-14", "2024-05-13"),
        ("monthly: by day 14", "", "2024-05-01", "2024-04-15 2024-05-14", "2024-05-14", "2024-05-14"),
        ("monthly: before day 5 of the following month", "", "2024-05-05", "2024-04-15 2024-05-14", "2024-06-05",
         "2024-06-04"),
        ("monthly: by day 30", "", "2023-02-01", "2023-01-15 2023-02-14", "2023-02-28", "2023-02-28"),
        ("monthly: before day 1", "", "2024-02-10", "2024-01-15 2024-02-14", "2024-03-01", "2024-02-29"),
        (QUARTER, "", "2024-05-14", "2024-03-15 2024-06-14", "2024-06-15", "2024-06-15"),
        (QUARTER, "", "2024-01-01", "2023-12-15 2024-03-14", "2024-03-15", "2024-03-15"),
        ("quarterly: before day 5 of the next quarter's first month", "", "2024-01-05", "2023-12-15 2024-03-14",
         "2024-04-05", "2024-04-04"),
        ("yearly: before 20/6", "báo cáo 6 tháng", "2024-05-14", "2023-12-15 2024-06-14", "2024-06-20", "2024-06-19"),
        ("yearly: before 20/9", "báo cáo 9 tháng", "2024-05-14", "2023-12-15 2024-09-14", "2024-09-20", "2024-09-19"),
        ("yearly: before 20/12", "", "2024-05-14", "2023-12-15 2024-12-14", "2024-12-20", "2024-12-19"),
        ("yearly: before 10/12", "báo cáo 6 tháng, năm", "2026-05-14", "2025-12-15 2026-12-14", "2026-12-10",
         "2026-12-09"),
        ("yearly: before 1/12", "", "2026-05-14", "2025-12-15 2026-12-14", "2026-12-01", "2026-11-30"),
        ("yearly: by 5/6", "báo cáo 6 tháng", "2026-05-14", "2025-12-15 2026-06-14", "2026-06-05", "2026-06-05"),
        ("quarterly: by day 10 of the quarter's last month", "", "2026-04-14", "2026-03-15 2026-06-14", "2026-06-10",
         "2026-06-10"),
        ("quarterly: by day 31 of the next quarter's first month", "", "2026-04-14", "2025-12-15 2026-03-14",
         "2026-04-30", "2026-04-30"),
        (BEFORE_20, "", "2026-02-10", "2026-01-15 2026-02-14", "2026-02-20", "2026-02-19"),
        ("monthly: by day 31", "", "2027-01-31", "2027-01-15 2027-02-14", "2027-02-28", "2027-02-28"),
        ("yearly: before 15/01 of the following year", "", "2024-05-14", "2023-12-15 2024-12-14", "2025-01-15",
         "2025-01-14"),
    ],
)  # fmt: skip
def test_the_data_are_those_of_the_decree(
    recurrence: str, words: str, today: str, data: str, named: str, last: str
) -> None:
    cycle = Cycle.of(recurrence, words)
    assert cycle is not None
    found = cycle.after(date.fromisoformat(today))
    assert f"{found.start} {found.end}" == data
    assert (found.named.isoformat(), found.last.isoformat()) == (named, last)


@pytest.mark.parametrize(
    ("recurrence", "data"),
    [
        ("monthly: before day 5", "2024-05-01 2024-05-31"),
        ("monthly: by day 31", "2024-05-01 2024-05-31"),
        ("quarterly: before day 5 of the next quarter's first month", "2024-04-01 2024-06-30"),
        ("yearly: before 10/1", "2024-01-01 2024-12-31"),
        ("yearly: before 20/12", "2024-01-01 2024-12-31"),
    ],
)
def test_or_those_of_the_calendar_where_she_says_so(recurrence: str, data: str) -> None:
    cycle = Cycle.of(recurrence, calendar=True)
    assert cycle is not None
    found = cycle.after(date(2024, 5, 20))
    assert f"{found.start} {found.end}" == data


@pytest.mark.parametrize(
    "recurrence", ["weekly: by Friday", "every 3 months", "unspecified", "monthly+quarterly, days unspecified", "",
                   "yearly: before 30/6 and 31/12", "monthly: before day 45"]
)  # fmt: skip
def test_without_a_day_there_is_no_cycle(recurrence: str) -> None:
    assert Cycle.of(recurrence) is None


RULES = st.sampled_from([BEFORE_20, "monthly: by day 31", "monthly: before day 1", QUARTER, "yearly: before 1/3"])


@given(RULES, st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.booleans())
def test_periods_follow_one_another_without_a_gap(recurrence: str, day: date, calendar: bool) -> None:
    cycle = Cycle.of(recurrence, calendar=calendar)
    assert cycle is not None
    first = cycle.after(day)
    following = cycle.after(first.named)
    assert day < first.named < following.named
    assert first.start < first.end <= first.last + (timedelta(0) if first.kind == Kind.MONTH else EARLY)
    assert first.last <= first.named
    assert following.start == first.end + timedelta(days=1)
    assert first.kind in Kind


@given(st.sampled_from(Kind), st.integers(1, 28), st.booleans(), st.booleans())
def test_what_a_cycle_calls_itself_makes_it_again(kind: Kind, day: int, before: bool, first: bool) -> None:
    months = {
        Kind.MONTH: tuple(range(1, 13)),
        Kind.QUARTER: (1, 4, 7, 10) if first else (3, 6, 9, 12),
        Kind.HALF: (7,),
        Kind.NINE: (10,),
        Kind.YEAR: (1,),
    }
    words = {Kind.HALF: "báo cáo 6 tháng", Kind.NINE: "báo cáo 9 tháng"}
    made = Cycle(kind, day, months[kind], before)
    assert Cycle.of(made.recurrence, words.get(kind, "")) == made
