"""Deadlines, dates and periods in tables: the words on the left, what they mean on the right."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents import dates
from bot.documents.dates import Issued, MondayToFriday, read_date, read_time, wrong_weekdays
from bot.documents.deadlines import deadline_of, deadlines
from bot.documents.periods import periods, whole_year
from bot.documents.tidy import match_form
from scheduler.workdays import Workdays

ISSUED = Issued.parse("2024-05-13")
WEEK = MondayToFriday()


@pytest.mark.parametrize(
    ("words", "rule", "named", "effective", "workday"),
    [
        ("gửi về UBND huyện trước ngày 17/5/2024.", "before_date", "2024-05-17", "2024-05-16", "2024-05-16"),
        ("trước ngày 20/5/2024", "before_date", "2024-05-20", "2024-05-19", "2024-05-17"),
        ("trước\nngày 20\n/5/2024", "before_date", "2024-05-20", "2024-05-19", "2024-05-17"),
        ("trước ngày 15 tháng 6 năm 2024", "before_date", "2024-06-15", "2024-06-14", "2024-06-14"),
        ("trước 31/12/2024", "before_date", "2024-12-31", "2024-12-30", "2024-12-30"),
        ("trước ngày 20-9-2024", "before_date", "2024-09-20", "2024-09-19", "2024-09-19"),
        ("trước ngày 20.9.2024", "before_date", "2024-09-20", "2024-09-19", "2024-09-19"),
        ("trước ngày 15/8/24", "before_date", "2024-08-15", "2024-08-14", "2024-08-14"),
        ("trước ngày 30/11", "before_date", "2024-11-30", "2024-11-29", "2024-11-29"),
        ("trước ngày 15/01", "before_date", "2025-01-15", "2025-01-14", "2025-01-14"),
        ("chậm nhất trước ngày 17/5/2024", "before_date", "2024-05-17", "2024-05-16", "2024-05-16"),
        ("chậm nhất ngày 30/6/2024", "by_date", "2024-06-30", "2024-06-30", "2024-06-28"),
        ("chậm nhất là đến hết ngày 28/6/2024", "by_date", "2024-06-28", "2024-06-28", "2024-06-28"),
        ("hạn cuối cùng là ngày 20/6/2024", "by_date", "2024-06-20", "2024-06-20", "2024-06-20"),
        ("đến hết ngày 30/6", "by_date", "2024-06-30", "2024-06-30", "2024-06-28"),
        ("thời gian hoàn thành 15/8/24", "on_date", "2024-08-15", "2024-08-15", "2024-08-15"),
        ("hoàn thành ngày 24/7/2024", "on_date", "2024-07-24", "2024-07-24", "2024-07-24"),
        ("trong tháng 6/2024", "within_month", "2024-06-30", "2024-06-30", "2024-06-28"),
        ("hoàn thành trong tháng 7", "within_month", "2024-07-31", "2024-07-31", "2024-07-31"),
        ("hoàn thành trong tháng 2", "within_month", "2025-02-28", "2025-02-28", "2025-02-28"),
        ("hoàn thành giữa tháng 6/2024", "within_month", "2024-06-15", "2024-06-15", "2024-06-14"),
        ("trước tháng 7/2024", "before_date", "2024-07-01", "2024-06-30", "2024-06-28"),
        ("trong quý III/2024", "within_quarter", "2024-09-30", "2024-09-30", "2024-09-30"),
        ("hoàn thành trong quý II", "within_quarter", "2024-06-30", "2024-06-30", "2024-06-28"),
        (
            "trong vòng 05 ngày làm việc kể từ ngày ban hành",
            *("relative_working_days", "2024-05-20", "2024-05-20", "2024-05-20"),
        ),
        ("trong thời hạn 10 ngày kể từ ngày ký", "relative_days", "2024-05-23", "2024-05-23", "2024-05-23"),
        ("trong thời hạn 12 ngày kể từ ngày ký", "relative_days", "2024-05-27", "2024-05-27", "2024-05-27"),
        ("trong thời gian 03 tháng kể từ ngày ban hành", "relative_months", "2024-08-13", "2024-08-13", "2024-08-13"),
    ],
)
def test_what_an_expression_means(words: str, rule: str, named: str, effective: str, workday: str) -> None:
    due = deadline_of(words, ISSUED, WEEK)
    assert (due.rule, due.date, due.effective, due.last_workday) == (rule, named, effective, workday)


@pytest.mark.parametrize(
    ("words", "rule", "named", "hour"),
    [
        ("trước 17 giờ 00 phút ngày 16/5/2024", "before_datetime", "2024-05-16", "17:00"),
        ("trước 10h30 ngày 16/5/2024", "before_datetime", "2024-05-16", "10:30"),
        ("trước 17g00, thứ Năm, ngày 16/5/2024", "before_datetime", "2024-05-16", "17:00"),
        ("chậm nhất 24 giờ ngày 16/5/2024", "by_datetime", "2024-05-16", "23:59"),
    ],
)
def test_hours_are_kept_and_the_day_does_not_move(words: str, rule: str, named: str, hour: str) -> None:
    due = deadline_of(words, ISSUED, WEEK)
    assert (due.rule, due.date, due.effective, due.time) == (rule, named, named, hour)


@pytest.mark.parametrize(
    ("words", "recurrence"),
    [
        ("định kỳ trước ngày 20 hằng tháng", "monthly: before day 20"),
        ("báo cáo tháng gửi trước ngày 20 cùng tháng", "monthly: before day 20 of the same month"),
        ("gửi trước ngày 30 tháng trước", "monthly: before day 30 of the previous month"),
        ("báo cáo chậm nhất ngày 15 của tháng cuối quý", "quarterly: by day 15 of the quarter's last month"),
        ("trước ngày 15/01 của năm sau liền kề", "yearly: before 15/01 of the following year"),
        ("định kỳ 03 tháng/lần báo cáo UBND tỉnh", "every 3 months"),
        ("định kỳ sáu tháng báo cáo UBND tỉnh", "6-monthly"),
        ("Định kỳ (ít nhất 6 tháng một lần) tổ chức đánh giá", "at least every 6 months"),
        ("báo cáo hằng tháng, quý, năm", "monthly+quarterly+yearly, days unspecified"),
        ("6 tháng và cuối năm báo cáo Giám đốc", "mid-year and year-end"),
        ("báo cáo UBND tỉnh theo định kỳ.", "unspecified"),
    ],
)
def test_what_comes_back(words: str, recurrence: str) -> None:
    due = deadline_of(words, ISSUED, WEEK)
    assert (due.rule, due.recurrence, due.date) == ("periodic", recurrence, None)


@pytest.mark.parametrize(
    "words",
    [
        "Thực hiện Công văn số 2371/UBND-TTHC ngày 13/6/2024 của UBND tỉnh",
        "số liệu từ ngày 15/12/2023 đến ngày 15/6/2024",
        "kết quả từ đầu năm đến ngày 15/6/2024",
        "từ ngày 01/01 đến hết ngày 30/6/2024",
        "kết quả công tác trong tháng 6/2024",
        "các quyết định ban hành trước ngày 01/7/2024",
        "đã hoàn thành trước ngày 01/3/2024",
        "chế độ thông tin, báo cáo định kỳ",
        "kế hoạch công tác hằng năm",
        "dự kiến tổ chức vào đầu tháng 7/2024",
        "theo đúng quy định của pháp luật",
        "quyết định gia hạn đến ngày 30/6/2024",
        "trước ngày 31/02/2025",
        "khẩn cấp, kịp thời",
        "",
    ],
)
def test_no_date_is_taken_for_a_deadline_that_is_none(words: str) -> None:
    assert deadline_of(words, ISSUED, WEEK).rule == "none"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("báo cáo theo đúng thời gian yêu cầu", "external_ref"),
        ("tham mưu công bố đúng thời hạn", "external_ref"),
        ("báo cáo UBND tỉnh theo đúng quy định./.", "external_ref"),
        ("Khẩn trương rà soát", "immediate"),
        ("báo cáo ngay UBND huyện", "immediate"),
        ("trong vòng 5 ngày kể từ ngày nhận được văn bản", "relative_days"),
    ],
)
def test_a_deadline_without_a_day_of_its_own_gets_none(words: str, rule: str) -> None:
    due = deadline_of(words, ISSUED, WEEK)
    assert (due.rule, due.date, due.effective) == (rule, None, None)


def test_without_an_issue_date_nothing_is_computed_from_it() -> None:
    assert deadline_of("trong vòng 5 ngày kể từ ngày ban hành", Issued.parse("2024"), WEEK).date is None
    assert deadline_of("trước ngày 30/11", Issued(), WEEK).rule == "none"
    assert deadline_of("trước ngày 30/11", Issued.parse("2024"), WEEK).date == "2024-11-30"
    assert deadline_of("trong tháng 6", Issued.parse("2024"), WEEK).date == "2024-06-30"


def test_the_expression_is_verbatim_and_its_span_points_at_it() -> None:
    text = "Tổng hợp, hoàn thành trước\nngày 20/5/2024 (Thứ Hai); báo cáo"
    due = deadline_of(text, ISSUED, WEEK)
    assert due.expression == "hoàn thành trước ngày 20/5/2024 (Thứ Hai)"
    assert due.span
    assert text[slice(*due.span)] == "hoàn thành trước\nngày 20/5/2024 (Thứ Hai)"


def test_every_deadline_of_a_demand_is_seen_in_order() -> None:
    found = deadlines("báo cáo trước ngày 20/5/2024 và chậm nhất ngày 30/5/2024; báo cáo theo định kỳ.", ISSUED, WEEK)
    assert [due.rule for due in found] == ["before_date", "by_date", "periodic"]


def test_holidays_come_from_the_calendar() -> None:
    issued = Issued.parse("2024-04-20")
    assert deadline_of("trước ngày 02/5/2024", issued, Workdays.load()).last_workday == "2024-04-26"
    assert deadline_of("trước ngày 02/5/2024", issued, WEEK).last_workday == "2024-05-01"


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("từ ngày 15/12/2023 đến ngày 15/5/2024", "2023-12-15", "2024-05-15"),
        ("từ 15/12/2023 đến hết ngày 15/5/2024", "2023-12-15", "2024-05-15"),
        ("từ ngày 15/12 đến ngày 15/5/2024", "2023-12-15", "2024-05-15"),
        ("từ đầu năm đến ngày 15/5/2024", "2024-01-01", "2024-05-15"),
        ("từ đầu năm\nđến ngày 15/5", "2024-01-01", "2024-05-15"),
        ("từ tháng 1 đến tháng 6/2024", "2024-01-01", "2024-06-30"),
        ("từ tháng 12 đến tháng 2/2024", "2023-12-01", "2024-02-29"),
    ],
)
def test_data_periods(words: str, start: str, end: str) -> None:
    assert [(period.start, period.end) for period in periods(f"số liệu {words}.", ISSUED)] == [(start, end)]


def test_a_year_of_results_is_a_period_and_a_backward_range_is_none() -> None:
    year = whole_year("đánh giá những kết quả đã đạt được trong năm 2012, chỉ ra")
    assert year
    assert (year.start, year.end, year.expression) == ("2012-01-01", "2012-12-31", "trong năm 2012")
    assert periods("từ ngày 15/5/2024 đến ngày 15/12/2023", ISSUED) == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("trước ngày 20/12/2013 (Thứ sáu)", []),
        ("trước ngày 20/12/2013 (Thứ bảy)", [("Thứ Bảy", "Thứ Sáu")]),
        ("thứ Sáu, ngày 17/5/2024", []),
        ("thứ Năm (ngày 17/5/2024)", [("Thứ Năm", "Thứ Sáu")]),
        ("Chủ nhật, ngày 19/5", []),
    ],
)
def test_a_weekday_is_a_checksum(words: str, wrong: list[tuple[str, str]]) -> None:
    assert [found[2:] for found in wrong_weekdays(match_form(words), ISSUED)] == wrong


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_spelling_of_a_day_is_the_same_day(day: date) -> None:
    spellings = (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d-%m-%Y}",
        f"{day:%d.%m.%y}",
        f"{day.day} tháng {day.month} năm {day.year}",
    )
    assert {read_date(words, Issued()) for words in spellings} == {day}


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 60))
def test_working_days_are_counted_after_the_first(day: date, count: int) -> None:
    due = dates.add_working_days(day, count, WEEK)
    between = [date.fromordinal(n) for n in range(day.toordinal() + 1, due.toordinal() + 1)]
    assert sum(map(WEEK.is_working, between)) == count
    assert WEEK.is_working(due)


def test_months_end_where_they_end() -> None:
    assert dates.add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert dates.add_months(date(2024, 11, 30), 3) == date(2025, 2, 28)
    assert read_time("24 giờ") == "23:59"
