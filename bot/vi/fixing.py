"""Correcting a draft: what is asked for, and what could not be understood."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.common import brief, row, rows
from bot.vi.directive import card_name
from bot.vi.draft import parts, questions
from bot.vi.values import KINDS, shape
from db.directives import Directive, Kind, Question, Task
from db.offices import Office

FILES = {"word": ["soft"], "ky": ["signed"], "cahai": ["soft", "signed"], "khong": []}
"""What the buttons say to which parts of a report."""


def what_to_fix(directive: Directive, tasks: Sequence[Task]) -> Outgoing:
    """Its head, or the card of a task."""
    fields = (("Số, ký hiệu", "so"), ("Ngày", "ngay"), ("Trích yếu", "trichyeu"))
    head = rows(*((label, f"/sua {directive.id} {name}") for label, name in fields))
    cards = [(f"Việc {task.number}", f"/xem {directive.id} {task.id}") for task in tasks]
    below = tuple(row(*cards[n : n + 3]) for n in range(0, len(cards), 3))
    away = row(("Thôi", f"/congvan {directive.id}"))
    return Outgoing("Đồng chí cần sửa mục nào?", (*head, *below, away))


def ask_urgency() -> Outgoing:
    return Outgoing("Độ khẩn: đề nghị gõ «độ khẩn: thường», «khẩn», «thượng khẩn» hoặc «hoả tốc».", wants_words=True)


def ask_fix(which: str, task: Task | None) -> Outgoing:
    number = task.number if task else ""
    return Outgoing(
        {
            "so": "Đề nghị nhập số, ký hiệu, ví dụ: 412/UBND-TTHC",
            "ngay": "Đề nghị nhập ngày ban hành, ví dụ: 13/5/2024. Hạn tính từ ngày ký được tính lại.",
            "trichyeu": "Đề nghị nhập trích yếu.",
            "han": f"Đề nghị nhập hạn của việc {number}, ví dụ: trước ngày 17/5/2024, hoặc 16/5; «không» nếu chưa có hạn.",
            "donvi": f"Đề nghị nhập đơn vị của việc {number}: «thêm Phòng A», «bỏ Phòng B», hoặc cả danh sách cách nhau "
            "bằng dấu phẩy. Tên trong văn bản khác danh mục: «Phòng X là Phòng A»; lần sau hệ thống tự nhận ra.",
        }[which],
        wants_words=True,
    )


def not_a_deadline(text: str) -> Outgoing:
    return Outgoing(
        f"Chưa hiểu hạn «{brief(text, 60)}». Đề nghị nhập như: trước ngày 17/5/2024; chậm nhất ngày 16/5/2024.",
        wants_words=True,
    )


def not_a_day(text: str) -> Outgoing:
    return Outgoing(f"Chưa hiểu ngày «{brief(text, 60)}». Đề nghị nhập như: 13/5/2024.", wants_words=True)


def not_on_the_draft(name: str, task: Task) -> Outgoing:
    return Outgoing(f"Việc {task.number} không có đơn vị «{name}». Đề nghị nhập lại tên cần bỏ.", wants_words=True)


def not_in_the_directory(name: str) -> Outgoing:
    return Outgoing(
        f"Danh mục chưa có «{brief(name, 60)}». Đề nghị nhập tên hoặc chữ viết tắt của một đơn vị trong danh mục.",
        wants_words=True,
    )


def fixed(task: Task) -> str:
    return f"Đã sửa việc {task.number}."


def remembered(name: str, office: Office) -> str:
    return f"Đã ghi nhớ: «{name}» là {office.name}."


def ask_which_office(directive: Directive, name: str, number: int, alike: Sequence[Office]) -> Outgoing:
    """`number` is the place of the name among those of the draft."""
    buttons = rows(*((office.name, f"/la {directive.id} {number} {office.id}") for office in alike))
    return Outgoing(
        f"«{name}» là đơn vị nào trong danh mục? Đề nghị chọn, hoặc nhập tên. Lần sau hệ thống tự nhận ra.",
        (*buttons, row(("Thôi", f"/congvan {directive.id}"))),
        wants_words=True,
    )


def ask_questions(directive: Directive, task: Task, asked: Sequence[Question], more: int) -> Outgoing:
    """What the offices will be asked, to be taken off or added to."""
    off = [(f"Bỏ câu {n}", f"/cau {directive.id} {task.id} bo {each.id}") for n, each in enumerate(asked, 1)]
    buttons = tuple(row(*off[n : n + 3]) for n in range(0, len(off), 3))
    kinds = [("Kiểu câu trả lời", f"/cau {directive.id} {task.id} kieu")] if asked else []
    on = row(("Thêm câu", f"/cau {directive.id} {task.id} them"), *kinds, ("Xong", f"/xem {directive.id} {task.id}"))
    text = f"Câu hỏi việc {task.number} ({len(asked)}):\n{questions(asked)}"
    if not asked:
        text = f"Việc {task.number} không có câu hỏi; đơn vị gửi tệp báo cáo."
    if more:
        text += f"\n\nVăn bản còn gợi ý {more} câu: bấm «Thêm câu»."
    return Outgoing(text, (*buttons, on), about=card_name(directive))


def ask_question(directive: Directive, task: Task, asked: int, suggested: Sequence[tuple[int, Question]]) -> Outgoing:
    """One of those the paper suggests, each with its place there, or one in her own words."""
    text = f"Đề nghị nhập câu hỏi thêm cho việc {task.number}"
    if suggested:
        text += f", hoặc chọn câu gợi ý:\n{questions([each for _, each in suggested], asked + 1)}"
    buttons = [
        (f"Thêm câu {n}", f"/cau {directive.id} {task.id} them {place}")
        for n, (place, _) in enumerate(suggested, asked + 1)
    ]
    pairs = tuple(row(*buttons[n : n + 2]) for n in range(0, len(buttons), 2))
    back = row(("Thôi", f"/sua {directive.id} cau {task.id}"))
    return Outgoing(text if suggested else f"{text}.", (*pairs, back), about=card_name(directive), wants_words=True)


def ask_kinds(directive: Directive, task: Task, asked: Sequence[Question]) -> Outgoing:
    """Which question wants another kind of answer; or in words, which one and what."""
    listed = "\n".join(f"{n}. {brief(q.text, 80)}{shape(q) or ' (văn bản)'}" for n, q in enumerate(asked, 1))
    buttons = [(f"Kiểu câu {n}", f"/cau {directive.id} {task.id} kieu {each.id}") for n, each in enumerate(asked, 1)]
    back = row(("Thôi", f"/sua {directive.id} cau {task.id}"))
    return Outgoing(
        f"Kiểu câu trả lời của việc {task.number}:\n{listed}\nĐề nghị chọn câu cần sửa, hoặc nhập: «câu 2 là số, hồ sơ»; "
        "«câu 3 là bảng: Tiêu chí | Điểm 2022 | Điểm 2023»; «câu 4 là lựa chọn: Có; Không».",
        (*(row(*buttons[n : n + 3]) for n in range(0, len(buttons), 3)), back),
        about=card_name(directive),
        wants_words=True,
    )


def ask_kind(directive: Directive, task: Task, question: Question) -> Outgoing:
    here = f"/kieucau {directive.id} {task.id} {question.id}"
    kinds = [(words.capitalize(), f"{here} {kind.value}") for kind, words in KINDS.items()]
    back = row(("Thôi", f"/sua {directive.id} cau {task.id}"))
    return Outgoing(
        f"«{brief(question.text, 120)}» cần trả lời bằng gì? Hiện là: {KINDS[Kind(question.kind)]}.",
        (*(row(*kinds[n : n + 3]) for n in range(0, len(kinds), 3)), back),
        about=card_name(directive),
    )


def ask_options(kind: Kind) -> Outgoing:
    text = {
        Kind.TABLE: "Đề nghị nhập tên các cột, cách nhau bằng dấu «|», ví dụ: Tiêu chí | Điểm 2022 | Điểm 2023.",
        Kind.CHOICE: "Đề nghị nhập các lựa chọn, cách nhau bằng dấu chấm phẩy, ví dụ: Có; Không.",
    }[kind]
    return Outgoing(text, wants_words=True)


def not_a_kind(text: str, count: int) -> Outgoing:
    kinds = ", ".join(KINDS.values())
    return Outgoing(
        f"Chưa hiểu «{brief(text, 60)}». Đề nghị nhập như: «câu 1 là số, hồ sơ». Có {count} câu; các kiểu: {kinds}.",
        wants_words=True,
    )


def ask_files(directive: Directive, task: Task) -> Outgoing:
    labels = (
        ("Bản Word và bản ký", "cahai"),
        ("Chỉ bản Word", "word"),
        ("Chỉ bản ký", "ky"),
        ("Không cần tệp", "khong"),
    )
    choices = rows(*((label, f"/tep {directive.id} {task.id} {says}") for label, says in labels))
    now = parts(task.wanted)
    return Outgoing(f"Tệp cần gửi của việc {task.number}: {now}. Đề nghị chọn:", choices, about=card_name(directive))
