"""«Về hạn cũ»: a button brings back the deadline there was, whatever its rule, in the paper's own words."""

from __future__ import annotations

from datetime import date

import pytest

from db.directives import Directive, Task
from handlers.deeds.correcting import found_in, value_of

PRINTED = {"due_rule": "within_month", "due_date_iso": "2024-06-30", "deadline_expression": "trong tháng 6/2024"}


def a_task() -> Task:
    return Task(id=7, position=0, version=2, directive=Directive(reading={"tasks": [PRINTED]}))


@pytest.mark.parametrize(
    ("rule", "named", "clock", "words"),
    [
        ("within_month", date(2024, 6, 30), None, "trong tháng 6/2024"),
        ("within_month", date(2024, 7, 31), None, "chậm nhất ngày 31/7/2024"),
        ("relative_working_days", date(2024, 5, 21), None, "chậm nhất ngày 21/5/2024"),
        ("before_meeting", date(2024, 6, 14), None, "trước ngày họp 14/6/2024"),
        ("before_datetime", date(2024, 5, 17), "16:00", "trước 16:00 ngày 17/5/2024"),
    ],
)
def test_the_deadline_before_comes_back(rule: str, named: date, clock: str | None, words: str) -> None:
    task = a_task()
    value = value_of(task, (rule, named, clock, None))
    assert len(value) <= 64
    assert found_in(task, value.split()[1:]) == (rule, named, clock, words)


@pytest.mark.parametrize(
    "value", ["7 by_date 20240631 - 2", "7 by_date 20240630 1600 2", "7 after_date 20240630 - 2", "7"]
)
def test_what_is_no_deadline_is_asked_again(value: str) -> None:
    assert found_in(a_task(), value.split()) is None
