"""A request for more time: the day asked for, and the reason in the words it was given in."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.deeds.requests import day_asked, reason_in

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
