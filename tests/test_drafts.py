"""What a draft is made of: names that are alike, what is wanted, quotes, and a summary short enough for a phone."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from bot.clocks import VIETNAM
from bot.documents import read_text
from bot.vi import draft as vi
from db.directives import Directive, Kind, Question, Task
from db.names import likeness
from handlers.deeds.fixing import wanted
from handlers.deeds.proposing import _quotes


@pytest.mark.parametrize(
    ("name", "other", "short", "alike"),
    [
        ("Phòng Văn hóa và Truyền thông", "Phòng Văn hoá và Thông tin", "VHTT", True),
        ("P. Văn hóa Thông tin", "Phòng Văn hoá và Thông tin", "VHTT", True),
        ("Phòng VHTT-DL", "Phòng Văn hoá và Thông tin", "VHTT", True),
        ("Uỷ ban nhân dân xã Bình An", "UBND xã Bình An", "BA", True),
        ("UBND xã Bình An", "UBND xã Bình Minh", "BM", False),
        ("Sở Nội vụ", "Phòng Nội vụ", "NV", False),
        ("Phòng Xây dựng", "Phòng Tư pháp", "TP", False),
        ("…", "Phòng Tư pháp", "TP", False),
    ],
)
def test_names_are_alike_by_their_words_not_by_their_kind(name: str, other: str, short: str, alike: bool) -> None:
    assert (likeness(name, other, short) >= 0.5) is alike


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("bản Word", ["soft"]),
        ("chỉ bản ký", ["signed"]),
        ("bản mềm và bản ký", ["soft", "signed"]),
        ("cả hai", ["soft", "signed"]),
        ("không", []),
    ],
)
def test_what_is_wanted_is_said_in_words(said: str, parts: list[str]) -> None:
    assert wanted(said) == parts


def test_questions_close_together_in_a_sentence_share_its_words() -> None:
    text = "1. Phòng A báo cáo ưu điểm, hạn chế trước ngày 17/5/2024.\nII. NGUYÊN NHÂN\n"
    spans = [(text.index(word), text.index(word) + len(word)) for word in ("ưu điểm", "hạn chế", "NGUYÊN NHÂN")]
    first, second, third = _quotes(text, spans)
    assert first == second
    assert "ưu điểm, hạn chế" in first
    assert third == "II. NGUYÊN NHÂN"
    assert _quotes(text, []) == []


def card(number: int, *questions: str) -> vi.TaskCard:
    task = Task(id=number, position=number - 1, number=str(number), text="Báo cáo kết quả " * 30, wanted=["soft"])
    return vi.TaskCard(
        task, ["Phòng Tư pháp"], True, [], [Question(text=text, quote="x", kind=Kind.TEXT) for text in questions]
    )


def drafted(cards: int) -> str:
    directive = Directive(id=1, number="1/UBND-NV", subject="", reading={}, drafted_at=datetime.now(VIETNAM))
    return vi.draft(
        directive, {}, [card(n, "Đề nghị nêu ưu điểm.") for n in range(1, cards + 1)], vi.Unknown([]), 1
    ).text


def test_the_summary_tells_less_of_each_the_more_tasks_there_are() -> None:
    assert "1. Đề nghị nêu ưu điểm." in drafted(1)
    assert "Câu hỏi (1): ưu điểm" in drafted(2)
    assert len(drafted(6)) < 4096
    assert "25 việc, đề nghị xem từng việc trước khi gửi:" in drafted(25)
    assert len(drafted(25)) < 4096


@pytest.mark.parametrize(
    "attached",
    [
        "ĐỀ CƯƠNG\n" + "I. A B C\n1. D E F\n" * 800,
        "PHỤ LỤC\n" * 4_000,
        "BIỂU MẪU\n" + "a b | c d | e f | g h\n| | | |\n\n" * 800,
        "MẪU BÁO CÁO\n" + "1. " + "A b " * 6_000 + "…",
        "ĐỀ CƯƠNG\n1. " + "a:" * 10_000,
        "BIỂU SỐ 1\n" + "ab cd | " * 4_000 + "\n" + "| " * 4_000,
    ],
    ids=["headings", "titles", "tables", "one long heading", "colons", "columns"],
)
def test_whatever_is_attached_is_read_in_no_time(attached: str) -> None:
    letter = (
        "Số: 1/UBND-NV\n\nKính gửi: Phòng Tư pháp.\n\n1. Phòng Tư pháp báo cáo kết quả.\n\nNơi nhận:\n- Như trên.\n\n"
    )
    began = time.process_time()
    reading = read_text(letter + attached)
    assert time.process_time() - began < 2
    assert all(len(task.questions) <= 120 for task in reading.tasks)
