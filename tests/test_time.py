"""Days as people type them, deadlines as coordinators type them, and instants that know their zone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from bot.clocks import VIETNAM
from db import Database
from db.audit import AuditLine
from handlers.deeds.days import find_day
from handlers.deeds.deadline import read_deadline
from handlers.deeds.instants import end_of, noon
from handlers.deeds.moments import read_moment, says_more

TUESDAY = date(2024, 5, 14)
"""Today, in the tables below."""

AHEAD = {
    "16/5": date(2024, 5, 16),
    "ngày 16/5 nhé": date(2024, 5, 16),
    "16 / 5": date(2024, 5, 16),
    "16-5": date(2024, 5, 16),
    "16.5": date(2024, 5, 16),
    "16/05/2024": date(2024, 5, 16),
    "16/5/25": date(2025, 5, 16),
    "10/5": date(2024, 5, 10),
    "05/01": date(2024, 1, 5),
    "31/2": None,
    "0/5": None,
    "45/13": None,
    "29/2/2023": None,
    "29/2/2024": date(2024, 2, 29),
    "hôm nay": TUESDAY,
    "chiều nay": TUESDAY,
    "mai": date(2024, 5, 15),
    "ngay mai em gui": date(2024, 5, 15),
    "sáng mai": date(2024, 5, 15),
    "mốt": date(2024, 5, 16),
    "thứ Sáu": date(2024, 5, 17),
    "thu sau": date(2024, 5, 17),
    "thứ 6": date(2024, 5, 17),
    "thứ Ba": TUESDAY,
    "thứ hai": date(2024, 5, 20),
    "chủ nhật": date(2024, 5, 19),
    "hết tháng": date(2024, 5, 31),
    "cuối tháng": date(2024, 5, 31),
    "hôm qua": date(2024, 5, 13),
    "chưa biết": None,
    "": None,
    "5 người": None,
}

BACK = {
    "13/5": date(2024, 5, 13),
    "28/12": date(2023, 12, 28),
    "thứ Sáu": date(2024, 5, 10),
    "thứ Ba": TUESDAY,
    "thứ Hai": date(2024, 5, 13),
    "chủ nhật": date(2024, 5, 12),
    "hôm qua": date(2024, 5, 13),
}


@pytest.mark.parametrize(("text", "day"), AHEAD.items())
def test_a_day_is_read_looking_ahead(text: str, day: date | None) -> None:
    assert find_day(text, TUESDAY) == day


@pytest.mark.parametrize(("text", "day"), BACK.items())
def test_a_day_on_which_something_was_sent_is_read_looking_back(text: str, day: date) -> None:
    assert find_day(text, TUESDAY, past=True) == day


def test_in_december_january_is_next_year() -> None:
    assert find_day("5/1", date(2024, 12, 20)) == date(2025, 1, 5)


def test_the_end_of_february_in_a_leap_year() -> None:
    assert find_day("hết tháng", date(2024, 2, 10)) == date(2024, 2, 29)


NONE = ("none", None, None, None)
DEADLINES = {
    "trước ngày 17/5/2024": ("before_date", date(2024, 5, 17), None, "trước ngày 17/5/2024"),
    "Trước ngày 17/5.": ("before_date", date(2024, 5, 17), None, "Trước ngày 17/5"),
    "truoc ngay 17/5": ("before_date", date(2024, 5, 17), None, "trước ngày 17/5/2024"),
    "trước 16h00 ngày 17/5": ("before_datetime", date(2024, 5, 17), "16:00", "trước 16:00 ngày 17/5/2024"),
    "phải trước ngày 21/5": ("before_date", date(2024, 5, 21), None, "trước ngày 21/5/2024"),
    "lùi đến trước ngày 22/5": ("before_date", date(2024, 5, 22), None, "trước ngày 22/5/2024"),
    "mới là truoc 16h ngày 22/5": ("before_datetime", date(2024, 5, 22), "16:00", "trước 16:00 ngày 22/5/2024"),
    "như lần trước, 20/5": ("by_date", date(2024, 5, 20), None, "chậm nhất ngày 20/5/2024"),
    "lần trước ghi 17/5, nay 17/5": ("by_date", date(2024, 5, 17), None, "chậm nhất ngày 17/5/2024"),
    "20/5 nhé em": ("by_date", date(2024, 5, 20), None, "chậm nhất ngày 20/5/2024"),
    "trước 25h00 ngày 17/5": None,
    "hết tháng 6": ("by_date", date(2024, 6, 30), None, "chậm nhất ngày 30/6/2024"),
    "thứ Sáu tuần sau": ("by_date", date(2024, 5, 24), None, "chậm nhất ngày 24/5/2024"),
    "20/5/2044": None,
    "chậm nhất ngày 16/5": ("by_date", date(2024, 5, 16), None, "chậm nhất ngày 16/5"),
    "16/5": ("by_date", date(2024, 5, 16), None, "chậm nhất ngày 16/5/2024"),
    " 16/5/2024. ": ("by_date", date(2024, 5, 16), None, "chậm nhất ngày 16/5/2024"),
    "thứ Sáu": ("by_date", date(2024, 5, 17), None, "chậm nhất ngày 17/5/2024"),
    "không": NONE,
    "Không có": NONE,
    "khong": NONE,
    "chưa có": NONE,
    "sớm nhất có thể": None,
    "": None,
    "31/2": None,
}


@pytest.mark.parametrize(("text", "found"), DEADLINES.items())
def test_a_deadline_keeps_words_that_read_like_a_paper_and_computes_the_others(text: str, found: object) -> None:
    assert read_deadline(text, datetime(2024, 5, 14, 8, tzinfo=VIETNAM)) == found


MOMENTS = {
    "8h mai": "15/5 08:00",
    "8 giờ 30 sáng mai": "15/5 08:30",
    "sáng mai": "15/5 08:00",
    "mai": "15/5 08:00",
    "chiều thứ Năm": "16/5 14:00",
    "chieu thu nam": "16/5 14:00",
    "3h chiều": "14/5 15:00",
    "14:30": "14/5 14:30",
    "7h": "15/5 07:00",
    "9h": "14/5 09:00",
    "8h": "15/5 08:00",
    "9h ngày 20/5": "20/5 09:00",
    "20/5": "20/5 08:00",
    "chiều nay": "14/5 14:00",
    "tối mai": "15/5 19:00",
    "cuối giờ chiều thứ Sáu": "17/5 16:00",
    "30 phút nữa": "14/5 08:30",
    "2 tiếng nữa": "14/5 10:00",
    "sau 2 ngày": "16/5 08:00",
    "1 tuần nữa": "21/5 08:00",
    "8h hôm nay": None,
    "sáng nay": "15/5 08:00",
    "25h mai": None,
    "9h ngày 13/5": None,
    "bao giờ tiện": None,
    "sau nhé": None,
    "": None,
}


@pytest.mark.parametrize(("text", "moment"), MOMENTS.items())
def test_a_moment_to_be_reminded_is_one_ahead(text: str, moment: str | None) -> None:
    found = read_moment(text, datetime(2024, 5, 14, 8, tzinfo=VIETNAM))
    assert (f"{found.day}/{found.month} {found:%H:%M}" if found else None) == moment


@pytest.mark.parametrize(
    ("text", "more"),
    [("8h mai", False), ("8h30 sáng mai nhé", False), ("chiều thứ Năm", False), ("8h mai gọi anh Bình", True)],
)
def test_what_is_to_be_recalled_is_told_from_when(text: str, more: bool) -> None:
    assert says_more(text) == more


def test_today_is_the_day_in_vietnam_and_not_in_greenwich() -> None:
    just_after_midnight = datetime(2024, 5, 15, 0, 30, tzinfo=VIETNAM).astimezone(UTC)
    assert just_after_midnight.date() == TUESDAY
    found = read_deadline("mai", just_after_midnight)
    assert found is not None
    assert found[1] == date(2024, 5, 16)


def test_a_deadline_of_24_hours_is_the_last_minute_of_its_day_in_vietnam() -> None:
    assert end_of(TUESDAY) == datetime(2024, 5, 14, 16, 59, tzinfo=UTC)
    assert noon(TUESDAY) == datetime(2024, 5, 14, 5, tzinfo=UTC)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    found = Database(database_url)
    yield found
    await found.close()


async def test_a_moment_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="a moment needs a time zone"):
        async with db.writing() as session:
            session.add(AuditLine(at=datetime(2024, 5, 14, 8), deed="thử"))  # noqa: DTZ001 - the point of the test
    async with db.reading() as session:
        assert (await session.scalars(select(AuditLine))).all() == []


async def test_a_moment_comes_back_as_the_same_instant_in_utc(db: Database) -> None:
    moments = [
        datetime(2024, 5, 14, 8, 0, 0, 123456, tzinfo=VIETNAM),
        datetime(2024, 5, 14, 8, tzinfo=timezone(timedelta(hours=-5))),
        datetime(2024, 5, 14, 8, tzinfo=UTC),
    ]
    async with db.writing() as session:
        session.add_all([AuditLine(at=moment, deed="thử") for moment in moments])
    async with db.reading() as session:
        found = (await session.scalars(select(AuditLine.at).order_by(AuditLine.id))).all()
        early = (await session.scalars(select(AuditLine.id).where(AuditLine.at < moments[2]))).all()
    assert list(found) == moments
    assert {moment.tzinfo for moment in found} == {UTC}
    assert early == [1]
