"""When to ask people to keep a window open, and what the coordinator sees of those whose window is shut."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from bot.clocks import VIETNAM, MovableClock
from bot.files import Store
from db import Database
from db.directives import assignments_of
from db.mail import Delivery, Reminder
from db.people import Contact
from db.windows import Window
from handlers import House
from scheduler.windows import keep_open, moment_to_ask
from scheduler.workdays import Workdays, WorkHours
from test_desk import sent

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


async def test_who_was_asked_costs_nothing_at_the_next_tick_however_many_they_are(
    sqlite_url: str, tmp_path: Path
) -> None:
    db, clock, said = Database(sqlite_url), MovableClock(at(20, 14)), list[str]()
    house = House(Workdays(), HOURS, Store(tmp_path), lambda _: {}, windows={"telegram": TWO_DAYS})
    async with db.writing() as session:
        directive = await sent(session, 12)
        for each in (await assignments_of(session, directive.id))[2:]:
            rung = {"lane": f"office:{each.office_id}", "assignment_id": each.id, "rung": "eve"}
            session.add(Reminder(due_at=at(21, 8), **rung))
        chats = (await session.scalars(select(Contact.chat))).all()
        session.add_all(Window(channel="telegram", chat=chat, turned_to_us_at=at(18, 16)) for chat in chats)
    await keep_open(db, clock, house)
    for engine in (db._write.sync_engine, db._read.sync_engine):
        event.listen(engine, "before_cursor_execute", lambda *heard: said.append(heard[2]))
    clock.move_to(at(20, 14, 1))
    await keep_open(db, clock, house)
    assert len(said) <= 4, said
    async with db.reading() as session:
        asked = (await session.scalars(select(Delivery.about).where(Delivery.about.like("window:%")))).all()
    assert len(asked) == 10
    await db.close()
