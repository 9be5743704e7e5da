"""What a reason for sending a report back ends with: the day until which it is to be mended."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.deeds.reviewing import reason_and_day

TUESDAY = date(2024, 5, 14)


@pytest.mark.parametrize(
    ("words", "reason", "day"),
    [
        ("thiếu phụ lục, hạn chót thứ sáu", "thiếu phụ lục", date(2024, 5, 17)),
        ("thieu phu luc, han chot thu sau tuan sau", "thieu phu luc", date(2024, 5, 24)),
        ("thiếu phụ lục, hạn chót là thứ Sáu này nhé", "thiếu phụ lục", date(2024, 5, 17)),
        ("thiếu phụ lục, gửi lại trước ngày 17/5/2024.", "thiếu phụ lục", date(2024, 5, 17)),
        ("thiếu phụ lục trước 17/5", "thiếu phụ lục", date(2024, 5, 17)),
        ("chưa ký. Hôm nay", "chưa ký", date(2024, 5, 14)),
        ("chưa ký, chậm nhất sáng mai", "chưa ký", date(2024, 5, 15)),
        ("thiếu phụ lục, hết tháng 5", "thiếu phụ lục", date(2024, 5, 31)),
        ("số liệu đến 15/4 chưa khớp", "số liệu đến 15/4 chưa khớp", None),
        ("thiếu số liệu đến 15/4", "thiếu số liệu đến 15/4", None),
        ("thiếu số liệu, tháng 5", "thiếu số liệu, tháng 5", None),
    ],
)
def test_a_reason_ends_with_the_day(words: str, reason: str, day: date | None) -> None:
    assert reason_and_day(words, TUESDAY) == (reason, day)
