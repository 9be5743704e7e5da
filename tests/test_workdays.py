"""Working days and hours, in tables; the dates are the state's own announcements."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clocks import VIETNAM
from scheduler import workdays
from scheduler.workdays import Workdays, WorkHours, at

CALENDAR = Workdays.load()
HOURS = WorkHours.parse("07:00-11:30,13:30-17:00")
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=VIETNAM).date()


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("01/01/2024", "Tết Dương lịch"),
        ("07/02/2024", None),
        ("08/02/2024", "Tết Nguyên đán"),
        ("10/02/2024", "Tết Nguyên đán"),
        ("14/02/2024", "Tết Nguyên đán"),
        ("15/02/2024", None),
        ("18/04/2024", "Ngày Giỗ Tổ Hùng Vương"),
        ("29/04/2024", "nghỉ hoán đổi"),
        ("30/04/2024", "Ngày Chiến thắng"),
        ("01/05/2024", "Ngày Quốc tế Lao động"),
        ("04/05/2024", None),
        ("05/05/2024", "Chủ nhật"),
        ("18/05/2024", "Thứ Bảy"),
        ("03/09/2024", "Quốc khánh"),
        ("24/01/2025", None),
        ("27/01/2025", "Tết Nguyên đán"),
        ("31/01/2025", "Tết Nguyên đán"),
        ("03/02/2025", None),
        ("26/04/2025", None),
        ("02/05/2025", "nghỉ hoán đổi"),
        ("01/09/2025", "Quốc khánh"),
        ("01/01/2026", "Tết Dương lịch"),
        ("02/01/2026", "nghỉ hoán đổi"),
        ("03/01/2026", "Thứ Bảy"),
        ("10/01/2026", None),
        ("13/02/2026", None),
        ("16/02/2026", "Tết Nguyên đán"),
        ("20/02/2026", "Tết Nguyên đán"),
        ("23/02/2026", None),
        ("27/04/2026", "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        ("22/08/2026", None),
        ("31/08/2026", "nghỉ hoán đổi"),
    ],
)
def test_days_off_are_those_announced(written: str, reason: str | None) -> None:
    assert CALENDAR.why_off(day(written)) == reason
    assert CALENDAR.is_working(day(written)) == (reason is None)


@pytest.mark.parametrize(
    ("written", "previous", "following"),
    [
        ("16/05/2024", "16/05/2024", "16/05/2024"),
        ("19/05/2024", "17/05/2024", "20/05/2024"),
        ("29/04/2024", "26/04/2024", "02/05/2024"),
        ("05/05/2024", "04/05/2024", "06/05/2024"),
        ("10/02/2024", "07/02/2024", "15/02/2024"),
        ("02/01/2026", "31/12/2025", "05/01/2026"),
        ("11/01/2026", "10/01/2026", "12/01/2026"),
        ("18/02/2026", "13/02/2026", "23/02/2026"),
    ],
)
def test_neighbouring_working_days(written: str, previous: str, following: str) -> None:
    assert CALENDAR.previous_working(day(written)) == day(previous)
    assert CALENDAR.next_working(day(written)) == day(following)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("14/05/2024", 5, "21/05/2024"),
        ("14/05/2024", 0, "14/05/2024"),
        ("18/05/2024", 1, "20/05/2024"),
        ("02/05/2024", 2, "04/05/2024"),
        ("20/05/2024", -1, "17/05/2024"),
        ("06/05/2024", -1, "04/05/2024"),
        ("15/02/2024", -5, "01/02/2024"),
        ("31/12/2025", 1, "05/01/2026"),
        ("09/01/2026", 1, "10/01/2026"),
    ],
)
def test_adding_working_days_skips_what_is_off(start: str, count: int, end: str) -> None:
    assert CALENDAR.add_working(day(start), count) == day(end)


@pytest.mark.parametrize(
    ("today", "due", "left"),
    [
        ("14/05/2024", "16/05/2024", 2),
        ("16/05/2024", "16/05/2024", 0),
        ("17/05/2024", "19/05/2024", 0),
        ("26/04/2024", "04/05/2024", 3),
        ("17/05/2024", "16/05/2024", -1),
        ("18/05/2024", "17/05/2024", -1),
        ("20/05/2024", "17/05/2024", -1),
        ("21/05/2024", "17/05/2024", -2),
    ],
)
def test_working_days_left_are_negative_once_past(today: str, due: str, left: int) -> None:
    assert CALENDAR.working_days_between(day(today), day(due)) == left


@given(DAYS, st.integers(0, 30))
def test_what_is_added_is_what_is_counted(start: date, count: int) -> None:
    end = CALENDAR.add_working(start, count)
    assert CALENDAR.working_days_between(start, end) == count


@given(DAYS)
def test_neighbours_are_working_days_on_their_own_side(start: date) -> None:
    before, after = CALENDAR.previous_working(start), CALENDAR.next_working(start)
    assert before <= start <= after
    assert CALENDAR.is_working(before)
    assert CALENDAR.is_working(after)


def test_own_days_win_over_the_installation_which_wins_over_what_is_shipped(tmp_path: Path) -> None:
    file = tmp_path / "ngay_nghi.toml"
    file.write_text("off = [2024-05-15, 2024-05-16]\nwork = [2026-01-02]\n", encoding="utf-8")
    calendar = Workdays.load(file, {date(2024, 5, 16): None, date(2024, 5, 17): "nghỉ bão"})
    assert calendar.why_off(date(2024, 5, 15)) == "nghỉ hoán đổi"
    assert calendar.is_working(date(2024, 5, 16))
    assert calendar.why_off(date(2024, 5, 17)) == "nghỉ bão"
    assert calendar.is_working(date(2026, 1, 2))
    assert calendar.is_working(date(2026, 1, 10))
    assert calendar.with_own({date(2026, 1, 10): "nghỉ"}).why_off(date(2026, 1, 10)) == "nghỉ"


def test_a_missing_file_leaves_the_shipped_days(tmp_path: Path) -> None:
    assert Workdays.load(tmp_path / "none.toml").why_off(date(2026, 1, 2)) == "nghỉ hoán đổi"


@pytest.mark.parametrize(
    "text",
    ["off = [", 'off = ["2026-01-02"]', "off = [2026-01-02T08:00:00]", "off = 3", "nghi = [2026-01-02]",
     "off = [2026-01-02]\nwork = [2026-01-02]"],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ngay_nghi.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"ngay_nghi\.toml"):
        Workdays.load(file)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("06:59", False), ("07:00", True), ("11:29", True), ("11:30", False), ("13:29", False), ("13:30", True),
     ("16:59", True), ("17:00", False), ("00:00", False)],
)  # fmt: skip
def test_offices_are_open_in_their_hours(clock: str, is_open: bool) -> None:
    assert HOURS.open(at(date(2024, 5, 16), time.fromisoformat(clock))) == is_open


def test_hours_are_those_of_vietnam_whatever_the_zone_given() -> None:
    assert HOURS.open(datetime(2024, 5, 16, 1, 0, tzinfo=UTC))
    assert not HOURS.open(datetime(2024, 5, 16, 12, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("given_moment", "following", "previous"),
    [
        ("16/05/2024 09:00", "16/05/2024 09:00", "16/05/2024 09:00"),
        ("16/05/2024 12:00", "16/05/2024 13:30", "16/05/2024 11:30"),
        ("16/05/2024 05:00", "16/05/2024 07:00", "15/05/2024 17:00"),
        ("17/05/2024 17:00", "20/05/2024 07:00", "17/05/2024 17:00"),
        ("19/05/2024 10:00", "20/05/2024 07:00", "17/05/2024 17:00"),
        ("03/05/2024 20:00", "04/05/2024 07:00", "03/05/2024 17:00"),
        ("01/01/2026 10:00", "05/01/2026 07:00", "31/12/2025 17:00"),
    ],
)
def test_the_nearest_working_moments(given_moment: str, following: str, previous: str) -> None:
    assert HOURS.next_open(moment(given_moment), CALENDAR) == moment(following)
    assert HOURS.previous_open(moment(given_moment), CALENDAR) == moment(previous)


@given(DAYS, st.times())
def test_the_next_opening_is_open_and_not_before(start_day: date, clock: time) -> None:
    start = at(start_day, clock)
    opening = HOURS.next_open(start, CALENDAR)
    assert opening >= start
    assert opening - start < timedelta(days=10)
    assert HOURS.open(opening)
    assert CALENDAR.is_working(opening.date())


@pytest.mark.parametrize("text", ["", "07:00", "11:30-07:00", "07:00-12:00,11:00-17:00", "7h-11h", "08:00-08:00"])
def test_hours_out_of_order_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        WorkHours.parse(text)


def test_the_holidays_are_not_imported_before_the_first_question() -> None:
    script = "import sys, scheduler.workdays as w; w.Workdays.load(); sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[1], check=False).returncode == 0


def test_the_zone_is_the_one_clock_zone() -> None:
    assert workdays.VIETNAM is VIETNAM
