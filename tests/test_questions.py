"""Guided questions: from a sentence, a đề cương, the columns of a form; each stands on words of the paper."""

from __future__ import annotations

import re

import pytest

from bot.documents import Reading, read_text
from bot.documents.questions import asking

HEAD = """ỦY BAN NHÂN DÂN
HUYỆN SƠN THỦY

Số: 33/UBND-NV

Sơn Thủy, ngày 13 tháng 5 năm 2024

Kính gửi: Thủ trưởng các Phòng: Nội vụ, Tư pháp, Y tế.

Chủ tịch UBND huyện yêu cầu:

"""
TAIL = "\n\nNơi nhận:\n- Như trên;\n- Lưu: VT, NV.\n\nCHỦ TỊCH\nTrần Văn An\n"
REPORT = (
    "1. Thủ trưởng các cơ quan nêu trên báo cáo{what}, gửi về UBND huyện (qua Phòng Nội vụ) trước ngày 17/5/2024.\n\n"
    "2. Giao Phòng Nội vụ tổng hợp, tham mưu UBND huyện báo cáo kết quả, nêu rõ ưu điểm, hạn chế, trước ngày 20/5/2024."
)
OUTLINE = """
ĐỀ CƯƠNG
Báo cáo kết quả chuyển đổi số năm 2024

I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH
1. Văn bản đã ban hành
2. Công tác tuyên truyền: nêu rõ số cuộc, số người tham gia
II. KẾT QUẢ CỦA HUYỆN SƠN THỦY VỀ TTHC
Nêu số hồ sơ đã tiếp nhận, có so sánh cùng kỳ.
III. ƯU ĐIỂM, HẠN CHẾ VÀ NGUYÊN NHÂN
IV. KIẾN NGHỊ, ĐỀ XUẤT
………………………………
V. Thời gian gửi báo cáo: trước ngày 17/5/2024
"""
FORM = """
Biểu số 1
THỐNG KÊ HỒ SƠ

STT | Lĩnh vực | Tiếp nhận | Trễ hạn | Ghi chú
1 | Đất đai | | |
2 | Hộ tịch | … | … |
"""


def asked(reading: Reading, number: int = 0) -> list[str]:
    return [question.text for question in reading.tasks[number].questions]


def read(what: str = " kết quả chuyển đổi số", attached: str = "") -> Reading:
    return read_text(HEAD + REPORT.format(what=what) + TAIL + attached)


def test_what_is_named_in_one_breath_is_asked_one_by_one() -> None:
    found = read(
        " kết quả chuyển đổi số (nêu rõ thuận lợi, khó khăn, vướng mắc và nguyên nhân); xây dựng phương hướng năm 2025"
    )
    assert asked(found) == [
        "Đề nghị nêu kết quả chuyển đổi số.",
        "Đề nghị nêu thuận lợi.",
        "Đề nghị nêu khó khăn, vướng mắc.",
        "Đề nghị nêu nguyên nhân.",
        "Đề nghị nêu phương hướng năm 2025.",
    ]


def test_a_result_ends_where_the_sentence_says_to_whom_it_goes() -> None:
    assert asked(read(" kết quả thực hiện về UBND huyện để tổng hợp"))[0] == "Đề nghị nêu kết quả thực hiện."


def test_whoever_makes_one_report_of_all_is_asked_nothing() -> None:
    assert read().tasks[1].kind == "advise"
    assert asked(read(attached=OUTLINE), 1) == []


def test_each_heading_of_an_outline_without_headings_below_is_a_question() -> None:
    assert asked(read(" theo đề cương gửi kèm", OUTLINE)) == [
        "Đề nghị nêu văn bản đã ban hành.",
        "Đề nghị nêu công tác tuyên truyền.",
        "Đề nghị nêu kết quả của huyện Sơn Thủy về TTHC.",
        "Đề nghị nêu ưu điểm.",
        "Đề nghị nêu hạn chế.",
        "Đề nghị nêu nguyên nhân.",
        "Đề nghị nêu kiến nghị, đề xuất.",
    ]


def test_each_column_left_blank_is_a_question() -> None:
    assert asked(read(" kết quả theo biểu mẫu", FORM)) == [
        "Đề nghị nêu theo từng lĩnh vực: tiếp nhận.",
        "Đề nghị nêu theo từng lĩnh vực: trễ hạn.",
        "Đề nghị nêu kết quả.",
    ]


def test_what_the_sentence_asks_beyond_the_outline_comes_after_it() -> None:
    found = asked(read(" kết quả chuyển đổi số, hạn chế; đề xuất giải pháp nâng cao chất lượng", OUTLINE))
    assert found.count("Đề nghị nêu hạn chế.") == 1
    assert found[-1] == "Đề nghị đề xuất giải pháp nâng cao chất lượng."


def test_the_task_that_names_what_is_attached_is_asked_by_it() -> None:
    first = "1. Các phòng báo cáo nhân sự trước ngày 15/5/2024.\n\n"
    second = "2. Các phòng báo cáo theo đề cương gửi kèm trước ngày 17/5/2024."
    found = read_text(HEAD + first + second + TAIL + OUTLINE)
    assert (asked(found, 0), len(asked(found, 1))) == ([], 7)


@pytest.mark.parametrize(
    "attached",
    [
        "\nPHỤ LỤC\nDanh sách cơ quan\n\n1. Phòng Tư pháp\n2. Phòng Y tế\n",
        "\nBÁO CÁO\nKết quả năm 2023\n\n1. Đã ban hành 12 văn bản\n2. Còn hạn chế về nhân lực\n",
        "\nPhụ lục 2\n\nSTT | Họ và tên | Chức vụ | Ngày sinh\n1 | Lê Văn Tám | Chuyên viên | tháng Ba\n",
    ],
    ids=["a list", "a finished report", "a filled table"],
)
def test_what_is_attached_and_asks_nothing_makes_no_question(attached: str) -> None:
    assert asked(read(attached=attached)) == ["Đề nghị nêu kết quả chuyển đổi số."]


def test_a_list_of_contents_in_the_letter_itself_is_asked_item_by_item() -> None:
    body = (
        "Đề nghị các phòng báo cáo theo các nội dung sau:\n\n1. Về tổ chức bộ máy.\n\n2. Kết quả\n\n"
        "2.1. Số hồ sơ đã tiếp nhận;\n\n2.2. Số hồ sơ trễ hạn.\n\n"
        "Báo cáo của các phòng gửi về Phòng Nội vụ trước ngày 17/5/2024."
    )
    assert asked(read_text(HEAD + body + TAIL)) == [
        "Đề nghị nêu tổ chức bộ máy.",
        "Đề nghị nêu số hồ sơ đã tiếp nhận.",
        "Đề nghị nêu số hồ sơ trễ hạn.",
    ]


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Đánh giá kết quả", "Đề nghị đánh giá kết quả."),
        ("Đánh giá chung", "Đề nghị nêu đánh giá chung."),
        ("Đề nghị cho biết số hộ", "Đề nghị cho biết số hộ."),
        ("UBND xã đã làm gì", "Đề nghị nêu UBND xã đã làm gì."),
    ],
)
def test_a_heading_becomes_a_polite_sentence(heading: str, question: str) -> None:
    assert asking(heading) == question


def test_every_question_stands_on_words_of_the_text() -> None:
    found = read(" kết quả, nêu rõ ưu điểm, hạn chế", OUTLINE + FORM)
    for task in found.tasks:
        for question in task.questions:
            start, end = question.span
            said = " ".join(found.text[start:end].split()).casefold()
            assert said
            assert re.sub(r"^.*: |\.$", "", question.text).split()[-1].casefold() in said
