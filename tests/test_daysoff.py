"""Days off as the coordinator types them, and a calendar that many hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.deeds.daysoff import MOST, Change, pack, read_change, unpack
from scheduler.workdays import Workdays

TODAY = date(2026, 12, 14)
OFF, WORK = "nghỉ theo thông báo", None
SWAP = "nghỉ hoán đổi"
JANUARY = [date(2027, 1, n) for n in range(32) if n]


@pytest.mark.parametrize(
    ("text", "days", "dropped"),
    [
        ("nghỉ 2/1/2027, làm bù 10/1/2027", {JANUARY[1]: SWAP, JANUARY[9]: WORK}, []),
        ("nghi 2/1, lam bu 10/1", {JANUARY[1]: SWAP, JANUARY[9]: WORK}, []),
        ("ngày nghỉ: nghỉ 2/1/2027", {JANUARY[1]: OFF}, []),
        ("nghỉ 4/1 và 5/1", {JANUARY[3]: OFF, JANUARY[4]: OFF}, []),
        ("nghỉ 4/1 đến 6/1", {JANUARY[3]: OFF, JANUARY[4]: OFF, JANUARY[5]: OFF}, []),
        ("nghỉ từ 4/1 - 5/1; bỏ 8/1", {JANUARY[3]: OFF, JANUARY[4]: OFF}, [JANUARY[7]]),
        ("làm việc thứ Bảy 9/1", {JANUARY[8]: WORK}, []),
        ("nghỉ 14/12", {TODAY: OFF}, []),
    ],
)
def test_days_are_read_with_what_they_are_to_be(text: str, days: dict[date, str | None], dropped: list[date]) -> None:
    change = read_change(text, TODAY)
    assert change == Change(days, dropped)
    assert change is not None
    assert unpack(pack(change)) == change


@pytest.mark.parametrize("text", ["nghỉ 13/12/2026", "nghỉ", "nghỉ 31/2/2027", "nghỉ hôm nào tiện", "nghỉ 6/1 đến 4/1"])
def test_a_day_gone_by_or_none_changes_nothing(text: str) -> None:
    assert read_change(text, TODAY) is None


def test_no_more_days_at_a_time_than_can_wait_for_a_word() -> None:
    last = JANUARY[0] + timedelta(days=MOST - 1)
    most = read_change(f"nghỉ 1/1/2027 đến {last:%d/%m/%Y}", TODAY)
    assert most is not None
    assert len(most.days) == MOST
    assert len(f"daysoff:{pack(most)}") <= 200  # what a contact may be expected to answer
    assert read_change(f"nghỉ 1/1/2027 đến {last + timedelta(days=1):%d/%m/%Y}", TODAY) is None


def test_what_is_adopted_holds_for_everybody_and_is_given_back() -> None:
    calendar, day = Workdays.load(), JANUARY[3]
    change = read_change("nghỉ 4/1/2027", TODAY)
    assert change is not None
    assert not change.on(calendar).is_working(day)
    assert calendar.is_working(day)
    calendar.adopt(change.days)
    assert calendar.why_off(day) == OFF
    assert Change({}, [day]).on(calendar).is_working(day)
    calendar.adopt({})
    assert calendar.is_working(day)
