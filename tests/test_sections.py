"""An office's own report, mapped to the questions by its headings: what is under which, and what is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.sections import sections

ASKED = ("Kết quả thực hiện", "Ưu điểm", "Tồn tại, hạn chế", "Nguyên nhân chủ quan")
REPORT = """BÁO CÁO
Kết quả cải cách hành chính

I. KẾT QUẢ THỰC HIỆN
1. Về thể chế
Đã ban hành 12 văn bản.
2. Về thủ tục
Đã rà soát 42 thủ tục.

II. ĐÁNH GIÁ
1. Ưu điểm: Lãnh đạo quan tâm.
a) Công chức nắm chắc quy trình
2. Những tồn tại, hạn chế
Thiếu người.

Nơi nhận:
- Ưu điểm: không phải mục này"""


def test_what_stands_under_a_heading_is_the_answer() -> None:
    assert sections(REPORT, ASKED) == {
        0: "1. Về thể chế\nĐã ban hành 12 văn bản.\n2. Về thủ tục\nĐã rà soát 42 thủ tục.",
        1: "Lãnh đạo quan tâm.\na) Công chức nắm chắc quy trình",
        2: "Thiếu người.",
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1. Ưu điểm: …\n2. Tồn tại, hạn chế\n…………./.", "dots to write on"),
        ("1. Ưu điểm và tồn tại, hạn chế\nThiếu người.", "two in one heading"),
        ("1. Ưu điểm\nTốt.\n2. Ưu điểm\nRất tốt.", "twice"),
        ("Đơn vị có nhiều ưu điểm trong năm qua.\nVà thế.", "no heading"),
        ("1. Ưu điểm\n2. Khác\nThiếu người.", "nothing under it"),
    ],
)
def test_what_is_not_clear_is_left_out(text: str, why: str) -> None:
    assert sections(text, ASKED) == {}, why


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=5))
def test_no_text_stops_it(text: str, asked: list[str]) -> None:
    assert set(sections(text, asked)) <= set(range(len(asked)))
