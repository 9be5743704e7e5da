"""When to ask people to keep a window open, and what the coordinator sees of those whose window is shut."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.clocks import VIETNAM
from scheduler.windows import moment_to_ask
from scheduler.workdays import Workdays, WorkHours

HOURS = WorkHours.parse("07:00-11:30,13:30-17:00")
TWO_DAYS = timedelta(hours=48)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 6, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("turned", "asked"),
    [
        pytest.param(at(18, 16), at(20, 14), id="an afternoon: two hours before"),
        pytest.param(at(18, 11), at(20, 9), id="a morning: two hours before"),
        pytest.param(at(18, 8), at(19, 14), id="early: the afternoon before, not at closing time"),
        pytest.param(at(18, 9), at(20, 7), id="just late enough for the same morning"),
        pytest.param(at(18, 8, 59), at(19, 14), id="a minute earlier: the afternoon before"),
        pytest.param(at(18, 14), at(20, 11, 30), id="over noon: before lunch"),
        pytest.param(at(21, 10), None, id="a Friday: a press at any working moment would not last till Monday"),
        pytest.param(at(20, 16), None, id="a Thursday: asked on Friday, shut again on Sunday"),
        pytest.param(at(23, 20), at(25, 14), id="a Sunday evening"),
    ],
)
def test_people_are_asked_in_working_hours_and_only_where_it_helps(turned: datetime, asked: datetime | None) -> None:
    assert moment_to_ask(turned, TWO_DAYS, Workdays(), HOURS) == asked


def test_a_week_is_asked_for_once_on_a_working_day_before_it_ends() -> None:
    assert moment_to_ask(at(18, 10), timedelta(days=7), Workdays(), HOURS) == at(25, 8)
