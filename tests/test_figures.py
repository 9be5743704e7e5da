"""Numbers as people type them: what each is read as, and that nothing is read in silence as something else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.shapes import Shape, shape_of
from bot.figures import Figure, is_counted, read_figure, read_share, says_none, spelled, written
from handlers.deeds.pasting import parts_of
from handlers.deeds.values import as_cell, kept


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.250", "1250"),
        ("1.250.000,5", "1250000.5"),
        ("1,250,000", "1250000"),
        ("1 250 000", "1250000"),
        ("1,25 tỷ", "1250000000"),
        ("1 tỷ 200 triệu", "1200000000"),
        ("2 triệu rưỡi", "2500000"),
        ("12 nghìn tỷ", "12000000000000"),
        ("5tr", "5000000"),
        ("mười hai", "12"),
        ("muoi hai ho so", "12"),
        ("hai mươi mốt", "21"),
        ("hai trăm lẻ năm", "205"),
        ("một nghìn hai trăm năm mươi", "1250"),
        ("ba nghìn tỷ", "3000000000000"),
        ("hai triệu rưỡi", "2500000"),
        ("khoảng 300", "300"),
        ("gần hai trăm", "200"),
        ("12/15 (80%)", "12"),
        ("-0,5", "-0.5"),
        ("0.250", "0.25"),
        ("1.25", "1.25"),
        ("05 hồ sơ", "5"),
        ("Đã giải quyết 1.250 hồ sơ", "1250"),
    ],
)
def test_a_figure_is_read(text: str, value: str) -> None:
    found = read_figure(text)
    assert found is not None
    assert found.value == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nhiều lắm",
        "không có",
        "một số hồ sơ",
        "hai ba",
        "hai trăm năm",
        "một triệu năm",
        "35 hồ sơ trong năm 2023",
        "năm 2023",
        "1.250.5",
        "1.2.3",
        "30/4",
        "12/0",
        "12/15 (75%)",
        "1 tỷ 2",
        "1 triệu 2 tỷ",
        "=1+1",
        "100 - 200",
        "x" * 5000,
    ],
)
def test_what_can_mean_nothing_or_two_things_is_asked_again(text: str) -> None:
    assert read_figure(text) is None


def test_a_comma_before_three_digits_may_part_thousands_or_a_fraction() -> None:
    found = read_figure("1,250")
    assert found is not None
    assert (found.value, found.other) == (Decimal("1.25"), Decimal(1250))
    assert as_cell("1,250") is None
    assert as_cell("3.0") == "3"


def test_what_stands_beside_the_figure_is_kept() -> None:
    assert read_figure("khoảng 1.250 hồ sơ") == Figure(Decimal(1250), "hồ sơ", about=True)
    assert read_figure("12/15 hồ sơ (80%)") == Figure(Decimal(12), "hồ sơ", whole=Decimal(15))
    assert read_figure("35") == Figure(Decimal(35), plain=True)


@pytest.mark.parametrize(
    ("text", "value"), [("98,5%", "98.5"), ("80", "80"), ("12/15 (80%)", "80"), ("1/3", "33.33"), ("12/15", "80")]
)
def test_a_share_is_read(text: str, value: str) -> None:
    found = read_share(text)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(value), "%")


@pytest.mark.parametrize("text", ["12/15 (75%)", "5 triệu", "80 hồ sơ", "không rõ"])
def test_what_is_no_share_is_asked_again(text: str) -> None:
    assert read_share(text) is None


@given(st.decimals(min_value=0, max_value=10**15, places=2, allow_nan=False, allow_infinity=False))
def test_what_we_write_is_read_as_the_same(value: Decimal) -> None:
    found = read_figure(written(value))
    assert found is not None
    assert value in {found.value, found.other}
    assert Decimal(kept(value)) == value


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_what_we_spell_is_read_as_the_same(value: int) -> None:
    found = read_figure(spelled(Decimal(value)))
    assert found is not None
    assert found.value == value


@given(st.text(max_size=80))
def test_any_text_is_read_or_is_not(text: str) -> None:
    found = read_figure(text)
    assert found is None or found.value.is_finite()
    read_share(text)
    shape_of(text)
    parts_of(text, 7)


@pytest.mark.parametrize("text", ["không", "Không có", "chưa có", "ko", "không có hồ sơ nào"])
def test_zero_or_nothing_is_for_the_office_to_say(text: str) -> None:
    assert says_none(text)
    assert read_figure(text) is None


@pytest.mark.parametrize(
    ("column", "counted"),
    [
        ("Điểm 2022", True),
        ("Số hồ sơ", True),
        ("%", True),
        ("Số, ký hiệu", False),
        ("Tiêu chí", False),
        ("Số văn bản", False),
    ],
)
def test_some_columns_hold_figures(column: str, counted: bool) -> None:
    assert is_counted(column) is counted


@pytest.mark.parametrize(
    ("asked", "shape"),
    [
        ("Đề nghị nêu ưu điểm.", Shape()),
        ("Kết quả?", Shape()),
        ("Đề nghị nêu số liệu tuyên truyền.", Shape()),
        ("Đề nghị nêu số hóa hồ sơ.", Shape()),
        ("Số, ký hiệu văn bản", Shape()),
        ("Ngày, giờ, địa điểm họp đã thống nhất chưa?", Shape()),
        ("Đề nghị nêu số dịch vụ công trực tuyến.", Shape("number", "dịch vụ công trực tuyến")),
        ("Số hồ sơ đã giải quyết đúng hạn?", Shape("number", "hồ sơ")),
        ("Có bao nhiêu công chức?", Shape("number", "công chức")),
        ("Tổng kinh phí đã giải ngân (triệu đồng)?", Shape("money", "triệu đồng")),
        ("So với cùng kỳ, kết quả đạt bao nhiêu phần trăm?", Shape("share", "%")),
        ("Ngày trình cấp thẩm quyền", Shape("date")),
        ("Đơn vị có mô hình mới hay không?", Shape("choice", options=("Có", "Không"))),
        ("Mức độ (Hoàn thành/Chưa hoàn thành)?", Shape("choice", options=("Hoàn thành", "Chưa hoàn thành"))),
        (
            "Bảng tiêu chí giảm điểm: tiêu chí | điểm 2022 | điểm 2023.",
            Shape("table", options=("Tiêu chí", "Điểm 2022", "Điểm 2023")),
        ),
        (
            "Tiêu chí giảm: tên tiêu chí, điểm năm trước - năm nay, số bậc giảm. *(lặp lại cho từng tiêu chí)*",
            Shape("table", options=("Tên tiêu chí", "Điểm năm trước", "Điểm năm nay", "Số bậc giảm")),
        ),
        (
            "Nguyên nhân chủ quan (lặp lại cho từng tiêu chí)",
            Shape("table", options=("Tiêu chí", "Nguyên nhân chủ quan")),
        ),
    ],
)
def test_what_a_question_wants_is_guessed_from_its_words(asked: str, shape: Shape) -> None:
    assert shape_of(asked) == shape


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1) Tốt\n2) Thiếu người\n3) 35", [(1, "Tốt"), (2, "Thiếu người"), (3, "35")]),
        ("1) Tốt 2) Thiếu người", [(1, "Tốt"), (2, "Thiếu người")]),
        ("Câu 2: Tốt\nCâu 4: hai dòng\ncủa một câu", [(2, "Tốt"), (4, "hai dòng\ncủa một câu")]),
        ("1.\n2. Có", [(2, "Có")]),
        ("1) một mục thôi", []),
        ("2) sau 1) trước", []),
        ("1) a 9) b", []),
        ("Như sau: 1) a 2) b", []),
        ("12/15 (80%)", []),
        ("1.250 hồ sơ", []),
    ],
)
def test_a_message_is_taken_apart(text: str, parts: list[tuple[int, str]]) -> None:
    assert [(part.number, part.text) for part in parts_of(text, 7)] == parts
