"""Rows of a table as people type them: whole, cell by cell, pasted from elsewhere; what does not fit is asked again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import Refused
from handlers.deeds.rows import added, are_rows, as_text, rows_in

COLUMNS = ["Tiêu chí", "Điểm 2022", "Điểm 2023"]
A, B = ["Thể chế", "3,5", "3"], ["Công vụ", "8", "7,5"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Thể chế | 3,5 | 3", [A]),
        ("| Thể chế | 3,5 | 3.0 |", [A]),
        ("Thể chế\t3,5\t3,0\nCông vụ\t8\t7,5", [A, B]),
        ("Tiêu chí | Điểm 2022 | Điểm 2023\n1) Thể chế | 3,5 | 3\n2) Công vụ | 8 | 7,5", [A, B]),
        ("Thể chế | - | không phát sinh", [["Thể chế", "-", "không phát sinh"]]),
        ("Thể chế | khoảng 3 | 12/15", [["Thể chế", "khoảng 3", "12/15"]]),
    ],
)
def test_rows_are_read(text: str, rows: list[list[str]]) -> None:
    assert rows_in(text, COLUMNS) == rows
    assert rows_in(as_text(rows), COLUMNS) == rows


@pytest.mark.parametrize("text", ["Thể chế | 3,5", "a | b | c | d", "Thể chế | 3,5 | giảm", "Thể chế | 1,250 | 3"])
def test_a_row_that_does_not_fit_is_asked_again(text: str) -> None:
    assert not are_rows(text, COLUMNS)
    with pytest.raises(Refused):
        rows_in(text, COLUMNS)


def test_a_row_grows_cell_by_cell_and_a_whole_one_takes_the_place_of_an_unfinished_one() -> None:
    rows = added([], "Thể chế", COLUMNS)
    rows = added(rows, "3,5", COLUMNS)
    assert rows == [["Thể chế", "3,5"]]
    assert added(rows, "3,0", COLUMNS) == [A]
    assert added(rows, "Công vụ | 8 | 7,5", COLUMNS) == [B]
    with pytest.raises(Refused):
        added(rows, "hai\ndòng", COLUMNS)
    with pytest.raises(Refused):
        added(rows, "giảm", COLUMNS)


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4))
def test_any_text_is_rows_or_is_asked_again(text: str, columns: list[str]) -> None:
    try:
        rows = rows_in(text, columns)
    except Refused:
        return
    assert all(len(row) == len(columns) for row in rows)
