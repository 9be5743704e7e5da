"""A request for more time: the day asked for, and the reason in the words it was given in."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.deeds.requests import More, day_asked, more_asked, reason_in
from scheduler.workdays import Workdays

TODAY = date(2024, 5, 14)
REQUESTS = [
    ("xin gia hạn đến 20/5 vì chờ số liệu", "20/5", "chờ số liệu"),
    ("20/5, chờ số liệu xã", "20/5", "chờ số liệu xã"),
    (
        "em xin gia hạn đến 20/5 ạ do phòng còn chờ số liệu của 3 xã đến ngày 18/5, mong anh chị thông cảm",
        "20/5",
        "phòng còn chờ số liệu của 3 xã đến ngày 18/5, mong anh chị thông cảm",
    ),
    ("xin gia hạn đến thứ Hai 20/5, đơn vị đang chờ Sở cho ý kiến", "20/5", "đơn vị đang chờ Sở cho ý kiến"),
    (
        "Phòng đang chờ số liệu chốt đến 18/5, xin gia hạn đến 22/5",
        "22/5",
        "Phòng đang chờ số liệu chốt đến 18/5, xin gia hạn đến 22/5",
    ),
    ("xin gia han den 21/5 vi cho so lieu", "21/5", "cho so lieu"),
    (
        "lý do: đồng chí phụ trách đi học đến 19/5; xin lùi hạn tới 22/5",
        "22/5",
        "đồng chí phụ trách đi học đến 19/5; xin lùi hạn tới 22/5",
    ),
    ("Cho đơn vị em xin thêm thời gian sang thứ Tư tuần sau nhé", "22/5", ""),
    ("xin gia hạn vì mất điện, máy hỏng", None, "mất điện, máy hỏng"),
    ("xin gia hạn vì chờ số liệu các xã đến 18/5", None, "chờ số liệu các xã đến 18/5"),
    ("vì chờ số liệu, 22/5", "22/5", "chờ số liệu, 22/5"),
    ("đơn vị xin gia hạn", None, ""),
    ("21/5", "21/5", ""),
    ("gia hạn việc 2 đến 22/5", "22/5", ""),
]


@pytest.mark.parametrize(("text", "day", "reason"), REQUESTS)
def test_a_request_keeps_its_words(text: str, day: str | None, reason: str) -> None:
    found = day_asked(text, TODAY)
    assert (found and f"{found.day}/{found.month}", reason_in(text)) == (day, reason)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("gia hạn thêm 3 ngày (việc 1) cho tư pháp", More(3, working=False)),
        ("gia hạn tư pháp, y tế 3 ngày làm việc, chờ số liệu ngày 10/5", More(3, working=True)),
        ("them 2 hom", More(2, working=False)),
        ("xin thêm một tuần nữa ạ", More(7, working=False)),
        ("gia hạn thêm 3 ngày, đến 20/5", None),
        ("gia hạn đến 20/5, nghỉ 3 ngày", None),
        ("gia hạn việc 2 ngày 20/5", None),
        ("gia hạn tư pháp công văn 32 hôm qua", None),
        ("xin gia hạn vì nghỉ 3 ngày", None),
    ],
)
def test_more_is_asked_for_by_how_much(text: str, more: More | None) -> None:
    assert more_asked(text) == more


@pytest.mark.parametrize(
    ("more", "last"),
    [
        (More(3, working=False), date(2024, 5, 20)),
        (More(3, working=True), date(2024, 5, 21)),
        (More(7, working=False), date(2024, 5, 23)),
    ],
)
def test_more_is_counted_from_the_deadline_and_ends_on_a_working_day(more: More, last: date) -> None:
    assert more.after(date(2024, 5, 16), Workdays.load()) == last
