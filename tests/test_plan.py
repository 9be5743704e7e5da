"""From the paper's words to instants, and from instants to reminders, in tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clocks import VIETNAM
from scheduler.escalate import long_past
from scheduler.plan import (
    APART,
    OFFICE_HOURS,
    Instants,
    Rung,
    RungKind,
    Urgency,
    countdown,
    instants,
    newest,
)
from scheduler.workdays import Workdays, WorkHours, at

CALENDAR = Workdays.load()
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


def goal(rule: str, named: str, clock: str | None = None, *, tolerant: bool = False) -> Instants:
    day = moment(f"{named} 00:00").date()
    found = instants(rule, day, time.fromisoformat(clock) if clock else None, CALENDAR, tolerant=tolerant)
    assert found is not None
    return found


def written(rungs: list[Rung]) -> list[str]:
    return [f"{rung.at:%d/%m %H:%M} {rung.kind}" for rung in rungs]


def steps(sent: str, to: Instants | None, urgency: Urgency = Urgency.ORDINARY) -> list[str]:
    return written(countdown(moment(sent), to, CALENDAR, OFFICE_HOURS, urgency=urgency))


@pytest.mark.parametrize(
    ("rule", "named", "clock", "target", "due"),
    [
        ("before_date", "17/05/2024", None, "16/05/2024 17:00", "16/05/2024 23:59"),
        ("inherited_from_item_3", "17/05/2024", None, "16/05/2024 17:00", "16/05/2024 23:59"),
        ("before_date", "20/05/2024", None, "17/05/2024 17:00", "19/05/2024 23:59"),
        ("before_date", "19/05/2024", None, "17/05/2024 17:00", "18/05/2024 23:59"),
        ("before_date", "06/05/2024", None, "04/05/2024 17:00", "05/05/2024 23:59"),
        ("before_date", "20/01/2025", None, "17/01/2025 17:00", "19/01/2025 23:59"),
        ("before_date", "05/01/2026", None, "31/12/2025 17:00", "04/01/2026 23:59"),
        ("before_date", "01/01/2025", None, "31/12/2024 17:00", "31/12/2024 23:59"),
        ("by_date", "18/05/2024", None, "17/05/2024 17:00", "18/05/2024 23:59"),
        ("by_date", "16/05/2024", None, "16/05/2024 17:00", "16/05/2024 23:59"),
        ("by_date", "10/01/2026", None, "10/01/2026 17:00", "10/01/2026 23:59"),
        ("on_date", "12/02/2024", None, "07/02/2024 17:00", "12/02/2024 23:59"),
        ("on_date", "29/01/2025", None, "24/01/2025 17:00", "29/01/2025 23:59"),
        ("on_date", "18/02/2026", None, "13/02/2026 17:00", "18/02/2026 23:59"),
        ("within_month", "30/06/2024", None, "28/06/2024 17:00", "30/06/2024 23:59"),
        ("within_month", "31/08/2014", None, "29/08/2014 17:00", "31/08/2014 23:59"),
        ("within_quarter", "30/06/2024", None, "28/06/2024 17:00", "30/06/2024 23:59"),
        ("relative_working_days", "21/05/2024", None, "21/05/2024 17:00", "21/05/2024 23:59"),
        ("none", "21/05/2024", None, "21/05/2024 17:00", "21/05/2024 23:59"),
        ("before_datetime", "16/05/2024", "17:00", "16/05/2024 16:00", "16/05/2024 17:00"),
        ("before_datetime", "16/05/2024", "10:00", "16/05/2024 09:00", "16/05/2024 10:00"),
        ("by_datetime", "16/05/2024", "13:00", "16/05/2024 11:30", "16/05/2024 13:00"),
        ("before_datetime", "16/05/2024", "00:00", "15/05/2024 17:00", "16/05/2024 00:00"),
        ("before_datetime", "16/05/2024", "23:59", "16/05/2024 17:00", "16/05/2024 23:59"),
        ("before_datetime", "12/02/2024", "10:00", "07/02/2024 17:00", "12/02/2024 10:00"),
        ("on_datetime", "09/11/2024", "08:00", "08/11/2024 17:00", "09/11/2024 08:00"),
    ],
)
def test_words_become_instants(rule: str, named: str, clock: str | None, target: str, due: str) -> None:
    assert goal(rule, named, clock) == Instants(moment(target), moment(due))


@pytest.mark.parametrize(
    ("rule", "clock", "due"),
    [("before_date", None, "17/05/2024 23:59"), ("by_date", None, "17/05/2024 23:59"),
     ("before_datetime", "10:00", "17/05/2024 10:00")],
)  # fmt: skip
def test_a_tolerant_coordinator_gives_the_named_day_but_counts_down_to_the_strict_one(
    rule: str, clock: str | None, due: str
) -> None:
    lenient, strict = goal(rule, "17/05/2024", clock, tolerant=True), goal(rule, "17/05/2024", clock)
    assert lenient.due_at == moment(due)
    assert lenient.target_at == strict.target_at


@pytest.mark.parametrize("rule", ["before_date", "within_month", "none", "periodic", "external_ref", "immediate"])
def test_without_a_day_there_is_nothing_to_count_down_to(rule: str) -> None:
    assert instants(rule, None, None, CALENDAR) is None
    assert steps("14/05/2024 09:00", None) == []


def test_a_rule_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="befor_date"):
        instants("befor_date", date(2024, 5, 17), None, CALENDAR)


@pytest.mark.parametrize(
    ("arrived", "on_time"),
    [("16/05/2024 23:58", True), ("16/05/2024 23:59", True), ("17/05/2024 00:00", False)],
)
def test_the_very_minute_is_on_time(arrived: str, on_time: bool) -> None:
    due = goal("before_date", "17/05/2024")
    assert due.on_time(moment(arrived)) == on_time
    assert due.on_time(moment("16/05/2024 23:59").astimezone(UTC) + timedelta(seconds=59))


COUNTDOWNS: list[tuple[str, str, Instants, list[str]]] = [
    (
        "the directive this was asked for",
        "14/05/2024 09:00",
        goal("before_date", "17/05/2024"),
        ["15/05 08:00 unopened", "15/05 14:00 eve", "16/05 08:00 last_morning", "16/05 14:00 last_afternoon",
         "17/05 08:00 overdue"],
    ),
    (
        "before a Monday counts down to Friday and asks on Monday",
        "14/05/2024 09:00",
        goal("before_date", "20/05/2024"),
        ["15/05 08:00 unopened", "16/05 14:00 eve", "17/05 08:00 last_morning", "17/05 14:00 last_afternoon",
         "20/05 08:00 overdue"],
    ),
    (
        "by a Sunday counts down to Friday",
        "15/05/2024 16:00",
        goal("by_date", "19/05/2024"),
        ["16/05 08:00 unopened", "16/05 14:00 eve", "17/05 08:00 last_morning", "17/05 14:00 last_afternoon",
         "20/05 08:00 overdue"],
    ),
    (
        "a tolerant named day is not overdue while it lasts",
        "15/05/2024 16:00",
        goal("before_date", "17/05/2024", tolerant=True),
        ["16/05 08:00 last_morning", "16/05 14:00 last_afternoon", "20/05 08:00 overdue"],
    ),
    (
        "a Saturday that works is a last day",
        "02/05/2024 09:00",
        goal("before_date", "06/05/2024"),
        ["03/05 08:00 unopened", "03/05 14:00 eve", "04/05 08:00 last_morning", "04/05 14:00 last_afternoon",
         "06/05 08:00 overdue"],
    ),
    (
        "over the days off around 30/4",
        "26/04/2024 09:00",
        goal("by_date", "02/05/2024"),
        ["26/04 14:00 eve", "02/05 08:00 last_morning", "02/05 14:00 last_afternoon", "03/05 08:00 overdue"],
    ),
    (
        "due in Tết, asked for before it and after",
        "05/02/2024 09:00",
        goal("by_date", "12/02/2024"),
        ["06/02 08:00 unopened", "06/02 14:00 eve", "07/02 08:00 last_morning", "07/02 14:00 last_afternoon",
         "15/02 08:00 overdue"],
    ),
    (
        "the swap of 2/1/2026",
        "30/12/2025 09:00",
        goal("before_date", "06/01/2026"),
        ["31/12 08:00 unopened", "31/12 14:00 eve", "05/01 08:00 last_morning", "05/01 14:00 last_afternoon",
         "06/01 08:00 overdue"],
    ),
    (
        "the Saturday worked for it",
        "08/01/2026 09:00",
        goal("by_date", "11/01/2026"),
        ["09/01 08:00 unopened", "09/01 14:00 eve", "10/01 08:00 last_morning", "10/01 14:00 last_afternoon",
         "12/01 08:00 overdue"],
    ),
    (
        "sent at noon of the last day",
        "16/05/2024 12:00",
        goal("before_date", "17/05/2024"),
        ["16/05 14:00 last_afternoon", "17/05 08:00 overdue"],
    ),
    (
        "sent after office hours of the last day",
        "16/05/2024 18:00",
        goal("before_date", "17/05/2024"),
        ["17/05 08:00 overdue"],
    ),
    ("sent when all is past", "20/05/2024 09:00", goal("before_date", "17/05/2024"), []),
    (
        "an hour in the morning leaves no afternoon",
        "14/05/2024 09:00",
        goal("before_datetime", "16/05/2024", "10:00"),
        ["15/05 08:00 unopened", "15/05 14:00 eve", "16/05 08:00 last_morning", "17/05 08:00 overdue"],
    ),
    (
        "five working days are still short",
        "09/05/2024 09:00",
        goal("before_date", "17/05/2024"),
        ["10/05 08:00 unopened", "15/05 14:00 eve", "16/05 08:00 last_morning", "16/05 14:00 last_afternoon",
         "17/05 08:00 overdue"],
    ),
    (
        "six are long, and T-5 takes the place of the first morning",
        "08/05/2024 09:00",
        goal("before_date", "17/05/2024"),
        ["09/05 08:00 early_5", "13/05 08:00 early_3", "15/05 14:00 eve", "16/05 08:00 last_morning",
         "16/05 14:00 last_afternoon", "17/05 08:00 overdue"],
    ),
    (
        "more than fifteen have one at T-10",
        "22/05/2024 09:00",
        goal("within_month", "30/06/2024"),
        ["23/05 08:00 unopened", "14/06 08:00 early_10", "21/06 08:00 early_5", "25/06 08:00 early_3",
         "27/06 14:00 eve", "28/06 08:00 last_morning", "28/06 14:00 last_afternoon", "01/07 08:00 overdue"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "to", "expected"), [case[1:] for case in COUNTDOWNS], ids=[c[0] for c in COUNTDOWNS])
def test_rungs_fit_the_days_left(sent: str, to: Instants, expected: list[str]) -> None:
    assert steps(sent, to) == expected


def test_what_is_urgent_rests_on_no_day() -> None:
    due = goal("before_datetime", "12/02/2024", "10:00")
    assert steps("09/02/2024 21:00", due, Urgency.FLASH) == [
        "09/02 22:00 unopened_soon",
        "10/02 08:00 unopened",
        "11/02 14:00 eve",
        "12/02 08:00 last_morning",
        "13/02 08:00 overdue",
    ]


@pytest.mark.parametrize(
    ("sent", "urgency", "first"),
    [
        ("14/05/2024 09:00", Urgency.ORDINARY, "15/05 08:00 unopened"),
        ("14/05/2024 09:00", Urgency.URGENT, "14/05 13:30 unopened_soon"),
        ("14/05/2024 10:00", Urgency.URGENT, "14/05 14:00 unopened_soon"),
        ("14/05/2024 13:00", Urgency.URGENT, "15/05 08:00 unopened"),
        ("14/05/2024 09:00", Urgency.PRESSING, "14/05 11:00 unopened_soon"),
        ("14/05/2024 14:59", Urgency.PRESSING, "14/05 16:59 unopened_soon"),
        ("14/05/2024 15:00", Urgency.PRESSING, "15/05 08:00 unopened"),
        ("14/05/2024 20:30", Urgency.FLASH, "14/05 21:30 unopened_soon"),
    ],
)
def test_the_more_urgent_the_sooner_silence_is_noticed(sent: str, urgency: Urgency, first: str) -> None:
    assert steps(sent, goal("before_date", "20/05/2024"), urgency)[0] == first


@pytest.mark.parametrize(
    ("sent", "urgency", "early"),
    [
        ("14/05/2024", Urgency.URGENT, []),
        ("13/05/2024", Urgency.URGENT, ["14/05 08:00 early_3"]),
        ("13/05/2024", Urgency.ORDINARY, []),
        ("10/05/2024", Urgency.PRESSING, ["14/05 08:00 early_3"]),
        ("08/05/2024", Urgency.PRESSING, ["10/05 08:00 early_5", "14/05 08:00 early_3"]),
    ],
)
def test_what_is_urgent_is_recalled_early_though_days_are_few(sent: str, urgency: Urgency, early: list[str]) -> None:
    rungs = steps(f"{sent} 07:30", goal("before_date", "18/05/2024"), urgency)
    assert [each for each in rungs if "early" in each] == early


def test_nothing_is_asked_once_receiving_is_closed() -> None:
    closed = replace(goal("before_date", "17/05/2024"), cutoff_at=moment("17/05/2024 00:00"))
    assert steps("16/05/2024 12:00", closed) == ["16/05 14:00 last_afternoon"]


def test_an_extension_gives_a_bare_minute_on_a_day_off_and_is_counted_down_to_before_it() -> None:
    until = moment("19/05/2024 23:59")
    assert steps("16/05/2024 15:00", Instants(until, until)) == [
        "17/05 08:00 last_morning",
        "17/05 14:00 last_afternoon",
        "20/05 08:00 overdue",
    ]


def test_short_hours_move_rungs_and_keep_them_apart() -> None:
    mornings = WorkHours.parse("09:00-11:30")
    due = instants("before_date", date(2024, 5, 17), None, CALENDAR, hours=mornings)
    assert written(countdown(moment("14/05/2024 09:00"), due, CALENDAR, mornings)) == [
        "15/05 09:00 unopened",
        "16/05 09:00 last_morning",
        "17/05 09:00 overdue",
    ]


def test_the_newest_stage_speaks_for_those_that_passed() -> None:
    rungs = countdown(moment("14/05/2024 09:00"), goal("before_date", "17/05/2024"), CALENDAR, OFFICE_HOURS)
    spoken = newest(reversed(rungs[:3]))
    assert spoken is not None
    assert spoken.kind is RungKind.LAST_MORNING
    assert newest([]) is None


RULES = st.sampled_from(["before_date", "by_date", "within_month", "before_datetime"])


CALM = [each for each in Urgency if each != Urgency.FLASH]


@given(DAYS, st.times(), RULES, st.integers(-3, 60), st.none() | st.times(), st.booleans(), st.sampled_from(CALM))
def test_every_countdown_keeps_its_promises(
    sent_on: date, sent_clock: time, rule: str, ahead: int, clock: time | None, tolerant: bool, urgency: Urgency
) -> None:
    sent = at(sent_on, sent_clock)
    to = instants(rule, sent_on + timedelta(days=ahead), clock, CALENDAR, tolerant=tolerant)
    assert to is not None
    rungs = countdown(sent, to, CALENDAR, OFFICE_HOURS, urgency=urgency)
    moments = [rung.at for rung in rungs]
    assert to.target_at <= to.due_at
    assert all(sent < each and OFFICE_HOURS.open(each) and CALENDAR.is_working(each.date()) for each in moments)
    assert all(later - earlier >= APART for earlier, later in pairwise(moments))
    assert [rung.kind.urgency for rung in rungs] == sorted(rung.kind.urgency for rung in rungs)
    assert all((rung.kind is RungKind.OVERDUE) == (rung.at > to.due_at) for rung in rungs)
    assert len(rungs) <= 8 + (urgency > Urgency.ORDINARY)


@given(DAYS, st.times(), st.integers(0, 20), st.sampled_from(Urgency))
def test_who_is_late_is_asked_exactly_once_however_urgent(
    sent_on: date, clock: time, ahead: int, urgency: Urgency
) -> None:
    to = instants("by_date", sent_on + timedelta(days=ahead), None, CALENDAR)
    rungs = countdown(at(sent_on, clock), to, CALENDAR, OFFICE_HOURS, urgency=urgency)
    assert [rung.kind for rung in rungs].count(RungKind.OVERDUE) == 1


@pytest.mark.parametrize(
    ("due", "spoken"), [("17/05/2024", "21/05/2024"), ("18/05/2024", "21/05/2024"), ("20/05/2024", "22/05/2024")]
)
def test_two_working_days_late_is_the_same_wherever_it_is_counted(due: str, spoken: str) -> None:
    house: Any = SimpleNamespace(calendar=CALENDAR, hours=OFFICE_HOURS)
    last, then = moment(f"{due} 23:59"), moment(f"{spoken} 08:00")
    until, before = (long_past(each, house, Urgency.ORDINARY) for each in (then, then - timedelta(days=1)))
    assert until is not None
    assert before is not None
    assert before < last <= until
    assert -CALENDAR.working_days_between(then.date(), last.date()) == 2
