"""Every row of the table of deadlines: the words, the rule, the last minute on time and what is counted down to.

For each the minute of the limit is on time and the next one is late.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from bot.documents import dates
from bot.documents.dates import Issued
from bot.documents.deadlines import deadline_of, deadlines
from bot.documents.lunar import lunar, wrong_lunar
from bot.documents.reading import Deadline
from bot.documents.recurring import rrule
from bot.documents.tidy import match_form
from scheduler.plan import Instants, instants
from scheduler.workdays import VIETNAM, Workdays

CALENDAR = Workdays.load()
ISSUED = "2024-05-06"  # a Monday

END_16, COB_16 = "16/5/2024 24:00", "16/5/2024 17:00"
TABLE = [
    ("trước ngày 17/5/2024", "before_date", END_16, COB_16),
    ("trước ngày 20/5/2024", "before_date", "19/5/2024 24:00", "17/5/2024 17:00"),
    ("trước ngày 02/5/2024", "before_date", "1/5/2024 24:00", "26/4/2024 17:00"),
    ("chậm nhất ngày 16/5/2024", "by_date", END_16, COB_16),
    ("chậm nhất là ngày 18/5/2024", "by_date", "18/5/2024 24:00", "17/5/2024 17:00"),
    ("chậm nhất đến ngày 16/5/2024", "by_date", END_16, COB_16),
    ("muộn nhất vào ngày 16/5/2024", "by_date", END_16, COB_16),
    ("không quá ngày 16/5/2024", "by_date", END_16, COB_16),
    ("đến hết ngày 16/5/2024", "by_date", END_16, COB_16),
    ("hết ngày 16/5/2024", "by_date", END_16, COB_16),
    ("hạn cuối là ngày 16/5/2024", "by_date", END_16, COB_16),
    ("hạn cuối cùng là ngày 16/5/2024", "by_date", END_16, COB_16),
    ("Hạn gửi báo cáo: 16/5/2024", "by_date", END_16, COB_16),
    ("trước 17h00 ngày 16/5/2024", "before_datetime", "16/5/2024 17:00", "16/5/2024 16:00"),
    ("trước 17 giờ 00 ngày 16/5/2024", "before_datetime", "16/5/2024 17:00", "16/5/2024 16:00"),
    ("trước 10 giờ 00 ngày 16/5/2024", "before_datetime", "16/5/2024 10:00", "16/5/2024 9:00"),
    ("trước 4 giờ chiều ngày 16/5/2024", "before_datetime", "16/5/2024 16:00", "16/5/2024 15:00"),
    ("hoàn thành ngày 16/5/2024", "on_date", END_16, COB_16),
    ("thời gian hoàn thành 16/5/24", "on_date", END_16, COB_16),
    ("nộp hồ sơ trong hai ngày 15, 16/5/2024", "date_range", END_16, COB_16),
    ("trong tháng 6/2024", "within_month", "30/6/2024 24:00", "28/6/2024 17:00"),
    ("hoàn thành tháng 12/2024", "within_month", "31/12/2024 24:00", "31/12/2024 17:00"),
    ("trong tuần này", "by_date", "12/5/2024 24:00", "10/5/2024 17:00"),
    ("trước thứ Sáu", "before_date", "9/5/2024 24:00", "9/5/2024 17:00"),
    ("trước thứ Hai", "before_date", "12/5/2024 24:00", "10/5/2024 17:00"),
    ("trước thứ Sáu tuần sau", "before_date", END_16, COB_16),
    ("trong quý II", "within_quarter", "30/6/2024 24:00", "28/6/2024 17:00"),
    ("hoàn thành trong quý II, III/2024", "within_quarter", "30/9/2024 24:00", "30/9/2024 17:00"),
    ("hoàn thành trong quý HI/2024", "within_quarter", "30/9/2024 24:00", "30/9/2024 17:00"),
    ("thực hiện từ quý II đến hết năm 2024", "from_quarter", "31/12/2024 24:00", "31/12/2024 17:00"),
    ("hoàn thành trong năm 2025", "within_year", "31/12/2025 24:00", "31/12/2025 17:00"),
    ("trong vòng 05 ngày làm việc kể từ ngày ban hành", "relative_working_days", "13/5/2024 24:00", "13/5/2024 17:00"),
    ("trong thời hạn 10 ngày kể từ ngày ký", "relative_days", END_16, COB_16),
    ("trong thời hạn 12 ngày kể từ ngày ký", "relative_days", "20/5/2024 24:00", "20/5/2024 17:00"),
    ("03 tháng kể từ ngày ban hành", "relative_months", "6/8/2024 24:00", "6/8/2024 17:00"),
    ("trong thời gian 03 tháng kể từ ngày ban hành", "relative_months", "6/8/2024 24:00", "6/8/2024 17:00"),
    ("chậm nhất 16/5", "by_date", END_16, COB_16),
    ("trước ngày 30/11", "before_date", "29/11/2024 24:00", "29/11/2024 17:00"),
    ("trước ngày 15/01", "before_date", "14/1/2025 24:00", "14/1/2025 17:00"),
    ("trước ngày 17 tháng 5 năm 2024", "before_date", END_16, COB_16),
    ("trước\u00a0ngày 17-5-2024", "before_date", END_16, COB_16),
    ("trưóc\nngày l7\n/5/2024", "before_date", END_16, COB_16),
    ("trước ngày 17/5/2024 (Thứ Sáu)", "before_date", END_16, COB_16),
    ("trước ngày 17/5/2024 (nhằm ngày 10 tháng Tư)", "before_date", END_16, COB_16),
    ("trước ngày 17/5/2024 (theo dấu bưu điện)", "before_date", END_16, COB_16),
]


def moment(words: str) -> datetime:
    """`16/5/2024 24:00`, which is stored as 23:59."""
    day, clock = words.split()
    days, (hour, minute) = map(int, day.split("/")), map(int, clock.split(":"))
    dd, mm, yyyy = days
    at = time(23, 59) if hour == 24 else time(hour, minute)
    return datetime.combine(date(yyyy, mm, dd), at, VIETNAM)


def goal(due: Deadline) -> Instants | None:
    named = date.fromisoformat(due.date) if due.date else None
    return instants(due.rule, named, time.fromisoformat(due.time) if due.time else None, CALENDAR)


def issued_before(words: str) -> Issued:
    return Issued.parse("2024-04-22" if "02/5" in words else ISSUED)


@pytest.mark.parametrize(("words", "rule", "last", "target"), TABLE)
def test_a_row_of_the_table(words: str, rule: str, last: str | None, target: str | None) -> None:
    due = deadline_of(words, issued_before(words), CALENDAR)
    found = goal(due)
    assert due.rule == rule
    assert (found and (found.due_at, found.target_at)) == (last and target and (moment(last), moment(target)))
    if found:
        assert found.on_time(found.due_at)
        assert not found.on_time(found.due_at + timedelta(minutes=1))
        assert due.last_workday == found.target_at.date().isoformat() or due.time


def test_the_month_after_has_no_such_day() -> None:
    due = deadline_of("trong thời hạn 01 tháng kể từ ngày ký", Issued.parse("2024-01-31"), CALENDAR)
    assert (due.rule, due.date) == ("relative_months", "2024-02-29")


def test_a_swapped_saturday_counts_as_a_working_day() -> None:
    issued = Issued.parse("2024-04-26")  # Monday 29/4 is off, Saturday 4/5 works
    assert deadline_of("trong vòng 02 ngày làm việc kể từ ngày ký", issued, CALENDAR).date == "2024-05-03"
    assert deadline_of("trong vòng 03 ngày làm việc kể từ ngày ký", issued, CALENDAR).date == "2024-05-04"


@pytest.mark.parametrize(
    ("words", "recurrence", "rule"),
    [
        ("định kỳ trước ngày 20 hằng tháng", "monthly: before day 20", "FREQ=MONTHLY;BYMONTHDAY=19"),
        ("hàng tháng báo cáo chậm nhất ngày 20", "monthly: by day 20", "FREQ=MONTHLY;BYMONTHDAY=20"),
        ("trước ngày 20 cùng tháng", "monthly: before day 20 of the same month", "FREQ=MONTHLY;BYMONTHDAY=19"),
        (
            "trước ngày 30 tháng trước",
            "monthly: before day 30 of the previous month",
            "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1",
        ),
        (
            "chậm nhất ngày 15 của tháng cuối quý",
            "quarterly: by day 15 of the quarter's last month",
            "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=15",
        ),
        (
            "trước ngày 05 của tháng đầu quý sau",
            "quarterly: before day 5 of the next quarter's first month",
            "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=4",
        ),
        (
            "trước ngày 01 của tháng đầu quý sau",
            "quarterly: before day 1 of the next quarter's first month",
            "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
        ),
        (
            "trước ngày 15/01 của năm sau liền kề",
            "yearly: before 15/01 of the following year",
            "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=14",
        ),
        ("Hằng năm, các xã báo cáo trước ngày 15/12", "yearly: before 15/12", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=14"),
        ("báo cáo trước ngày 15/6 và 15/12 hằng năm", "yearly: before 15/6 and 15/12", None),
        ("trước 15 giờ thứ Năm hằng tuần", "weekly: before Thursday", "FREQ=WEEKLY;BYDAY=WE"),
        ("báo cáo trước 15 giờ hằng ngày", "daily: by 15:00", "FREQ=DAILY"),
        ("định kỳ 6 tháng báo cáo UBND tỉnh", "6-monthly", None),
        ("báo cáo hằng năm hoặc đột xuất", "yearly, days unspecified", None),
        ("định kỳ 03 tháng/lần báo cáo UBND tỉnh", "every 3 months", None),
        ("báo cáo UBND tỉnh theo định kỳ.", "unspecified", None),
    ],
)
def test_what_comes_back_has_a_rule_only_where_a_day_is_named(words: str, recurrence: str, rule: str | None) -> None:
    due = deadline_of(words, Issued.parse(ISSUED), CALENDAR)
    assert (due.rule, due.recurrence, due.date, rrule(due.recurrence)) == ("periodic", recurrence, None, rule)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("báo cáo theo đúng thời gian yêu cầu", "external_ref"),
        ("tham mưu công bố đúng thời hạn", "external_ref"),
        ("báo cáo UBND huyện theo đúng quy định.", "external_ref"),
        ("báo cáo UBND huyện trước khi triển khai", "event_based"),
        ("kết thúc mỗi đợt tập huấn, báo cáo kết quả", "event_based"),
        ("báo cáo trong vòng 24 giờ kể từ khi xảy ra sự cố", "event_based"),
        ("trong vòng 05 ngày làm việc kể từ ngày nhận được văn bản", "relative_working_days"),
        ("Khẩn trương triển khai", "immediate"),
        ("kịp thời báo cáo, sớm hoàn thành", "none"),
        ("số liệu tính đến hết ngày 30/6/2024", "none"),
        ("báo cáo kết quả thực hiện đến hết ngày 30/6/2024", "none"),
        ("hồ sơ tiếp nhận trước ngày 01/7/2024", "none"),
        ("Luật có hiệu lực từ ngày 01/7/2024", "none"),
        ("kiểm tra từ ngày 05/6/2024 đến ngày 20/6/2024", "none"),
        ("dự kiến họp ngày 20/6/2024", "none"),
        ("sau thời gian 06 tháng mà không có kết quả", "none"),
        ("hoàn thành 5/12 chỉ tiêu", "none"),
        ("chi hết 2/3 số kinh phí", "none"),
        ("thời gian chốt số liệu: đến hết ngày 14/6/2024", "none"),
        ("không quá 05 ngày", "none"),
        ("Quyết định có giá trị 03 tháng kể từ ngày ký", "none"),
    ],
)
def test_no_day_is_made_up(words: str, rule: str) -> None:
    due = deadline_of(words, Issued.parse(ISSUED), CALENDAR)
    assert (due.rule, due.date) == (rule, None)
    assert goal(due) is None


def test_the_same_day_is_that_of_the_deadline_before() -> None:
    words = "các xã báo cáo trước 10 giờ ngày 16/5/2024; Văn phòng tổng hợp trước 15 giờ 30 cùng ngày"
    found = deadlines(words, Issued.parse(ISSUED), CALENDAR)
    assert [(due.date, due.time) for due in found] == [("2024-05-16", "10:00"), ("2024-05-16", "15:30")]
    assert deadline_of("trước 15 giờ 30 cùng ngày", Issued.parse(ISSUED), CALENDAR).date is None


def test_a_day_that_has_passed_counts_only_with_its_weekday() -> None:
    issued = Issued.parse(ISSUED)
    assert deadline_of("trước ngày 17/5/2023", issued, CALENDAR).date is None
    assert deadline_of("trước ngày 17/5/2023 (Thứ Sáu)", issued, CALENDAR).date == "2023-05-17"


@pytest.mark.parametrize(
    ("words", "real"),
    [
        ("ngày 25/01/2022 (tức ngày 23 tháng Chạp)", []),
        ("ngày 25/01/2022 (nhằm ngày 24 tháng Chạp)", ["ngày 23 tháng 12 âm lịch"]),
        ("ngày 03/02/2022 (mùng 3 Tết)", []),
        ("ngày 03/02/2022 (mùng 4 Tết)", ["ngày 3 tháng 1 âm lịch"]),
        ("ngày 18/4/2024 (nhằm ngày 10/3 âm lịch)", []),
        ("ngày 18/4/2024 (Thứ Năm)", []),
    ],
)
def test_a_lunar_gloss_is_checked(words: str, real: list[str]) -> None:
    assert [found[2] for found in wrong_lunar(match_form(words), Issued.parse(ISSUED))] == real


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2007, 2, 17), (1, 1)),  # a day before China's
        (date(2026, 2, 17), (1, 1)),
        (date(2023, 3, 22), (1, 2)),  # the leap second month
        (date(2024, 9, 17), (15, 8)),
        (date(2024, 12, 31), (1, 12)),
    ],
)
def test_the_lunar_calendar_is_vietnams(day: date, expected: tuple[int, int]) -> None:
    assert lunar(day) == expected


def test_new_year_is_when_the_state_says() -> None:
    for year in range(2015, 2031):
        first = next(day for n in range(50) if lunar(day := date(year, 1, 15) + timedelta(n)) == (1, 1))
        assert CALENDAR.why_off(first), year


def test_weekdays_are_numbered_from_monday() -> None:
    assert [dates.weekday(f"thứ {name}") for name in ("hai", "2", "sáu", "7")] == [0, 0, 4, 5]
    assert dates.weekday("chủ nhật") == 6
