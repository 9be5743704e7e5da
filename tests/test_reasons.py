"""«Vì sao?»: each kind of deadline is explained by its own rule."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.vi.common import deadline
from bot.vi.reasons import because, why
from db.directives import Directive, Task
from scheduler.plan import Urgency, instants
from scheduler.workdays import Workdays

CALENDAR = Workdays.load()


def task(
    rule: str,
    named: date | None,
    words: str,
    clock: str | None = None,
    *,
    tolerant: bool = False,
    urgency: Urgency = Urgency.ORDINARY,
) -> Task:
    hour = time.fromisoformat(clock) if clock else None
    found = instants(rule, named, hour, CALENDAR, tolerant=tolerant)
    due, target = (found.due_at, found.target_at) if found else (None, None)
    directive = Directive(issued_on="2026-01-06", subject="", urgency=urgency)
    return Task(
        directive=directive,
        rule=rule,
        named_on=named,
        named_time=clock,
        deadline_words=words,
        due_at=due,
        target_at=target,
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (task("before_date", date(2026, 1, 13),
         "trước ngày 13/1"), "không kể ngày 13/1: chậm nhất là hết ngày liền trước, thứ Hai 12/1."),
        (task("before_date", date(2026, 1, 13), "trước ngày 13/1", tolerant=True), "chọn nhận cả trong ngày 13/1"),
        (task("before_date", date(2026, 1, 12),
         "trước ngày 12/1"), "Chủ nhật 11/1 là ngày nghỉ nên nhắc đến hết thứ Bảy 10/1"),
        (task("before_date", date(2026, 2, 18), "trước ngày 18/2"), "(Tết Nguyên đán) nên nhắc đến hết thứ Sáu 13/2"),
        (task("by_date", date(2026, 1, 13), "chậm nhất ngày 13/1"), "kể cả ngày 13/1: đến hết 24 giờ"),
        (task("before_datetime", date(2026, 1, 13),
         "trước 10:00 ngày 13/1", "10:00"), "phút cuối đúng hạn là 10:00 thứ Ba 13/1"),
        (task("before_datetime", date(2026, 1, 18),
         "trước 10:00 ngày 18/1", "10:00"), "nên nhắc đến hết thứ Sáu 16/1; nộp đến 10:00 18/1 vẫn đúng hạn."),
        (task("before_datetime", date(2026, 1, 18), "trước 10:00 ngày 18/1", "10:00", urgency=Urgency.FLASH),
         "Chủ nhật 18/1 là ngày nghỉ; công văn hoả tốc nên vẫn nhắc cả ngày nghỉ."),
        (task("within_month", date(2026, 1, 31), "trong tháng 1/2026"), "ngày cuối của tháng"),
        (task("within_quarter", date(2026, 3, 31), "trong quý I"), "ngày cuối của quý"),
        (task("relative_working_days", date(2026, 1, 12), "trong 05 ngày làm việc"),
         "5 ngày làm việc sau ngày ký 6/1: 7/1, 8/1, 9/1, 10/1 (làm bù), 12/1."),
        (task("relative_days", date(2026, 1, 16),
         "trong 10 ngày"), "không tính ngày đầu (Bộ luật Dân sự 2015, Điều 147)"),
        (task("before_meeting", date(2026, 1, 13), "trước ngày họp 13/1"), "phục vụ cuộc họp thứ Ba 13/1"),
        (task("inherited_from_item_3", date(2026, 1, 13), "theo mục 3"), "không kể ngày 13/1"),
        (task("none", None, ""), "Văn bản không nêu hạn; hạn chờ người tổng hợp ấn định."),
        (task("periodic", None, "trước ngày 25 hằng tháng"), "chỉ nêu chu kỳ"),
        (task("immediate", None, "khẩn trương"), "yêu cầu làm ngay"),
    ],
)  # fmt: skip
def test_a_deadline_is_explained_by_its_rule(asked: Task, said: str) -> None:
    assert said in why(asked, CALENDAR)
    assert len(why(asked, CALENDAR)) <= 300


def test_what_is_plain_needs_no_line_on_the_card() -> None:
    assert because(task("before_date", date(2026, 1, 13), "trước ngày 13/1"), CALENDAR) == ""
    assert "Chủ nhật 11/1" in because(task("before_date", date(2026, 1, 12), "trước ngày 12/1"), CALENDAR)


@pytest.mark.parametrize(
    ("named", "tolerant", "said"),
    [
        (date(2026, 1, 13), True, "tức chậm nhất hết thứ Hai 12/1; nhận trong thứ Ba 13/1 vẫn tính đúng hạn"),
        (date(2026, 1, 13), False, "tức chậm nhất hết thứ Hai 12/1"),
        (date(2026, 1, 12), False, "tức chậm nhất hết Chủ nhật 11/1 (ngày làm việc cuối: thứ Bảy 10/1)"),
    ],
)
def test_a_deadline_says_which_day_is_still_on_time(named: date, tolerant: bool, said: str) -> None:
    words = f"trước ngày {named.day}/{named.month}/2026"
    asked = task("before_date", named, words, tolerant=tolerant)
    assert deadline(words, asked.due_at, asked.target_at) == f"{words}, {said}"
