"""Figures, days and choices: what was read, shown for confirmation; what could not be read, asked again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.figures import spelled, written
from bot.messages import Outgoing
from bot.text import fold
from bot.vi.common import brief, full_day, row, rows, weekday
from db.chapters import Given
from db.directives import Assignment, Kind, Question
from db.reports import Answer

KINDS = {
    Kind.TEXT: "văn bản",
    Kind.NUMBER: "số",
    Kind.MONEY: "tiền",
    Kind.SHARE: "tỷ lệ",
    Kind.DATE: "ngày",
    Kind.CHOICE: "lựa chọn",
    Kind.TABLE: "bảng",
}
_WANTS = {
    Kind.NUMBER: ("số", "1.250; 12 nghìn; mười hai"),
    Kind.MONEY: ("số tiền", "1.250.000 đồng; 1,25 tỷ"),
    Kind.SHARE: ("tỷ lệ", "98,5%; 12/15 (80%)"),
    Kind.DATE: ("ngày", "30/4/2024; hết tháng"),
}
_DAY, _FIGURE = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"-?\d+(?:\.\d+)?")


def amount(value: str, unit: str) -> str:
    """`1.250 hồ sơ`, `80%`, `30/4/2024 (thứ Ba)`, or the chosen word."""
    if _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        return f"{full_day(day)} ({weekday(day).rpartition(' ')[0]})"
    if not _FIGURE.fullmatch(value):
        return value
    figure = written(Decimal(value))
    return f"{figure}%" if unit == "%" else f"{figure} {unit}".strip()


def beside(answer: Answer | Given) -> str:
    """` = 1.250.000.000 đồng` after the words, where they do not say the same."""
    if answer.value is None:
        return ""
    said = amount(answer.value, answer.unit)
    about = "khoảng " if answer.about else ""
    return "" if said.casefold() in answer.text.casefold() else f" = {about}{said}"


def in_full(answer: Answer | Given) -> str:
    """The words and what they were read as, where that adds something: `1.250 hồ sơ`, `1,25 tỷ = 1.250 triệu đồng`."""
    bare = (
        answer.value is not None and _FIGURE.fullmatch(answer.value) and written(Decimal(answer.value)) == answer.text
    )
    return amount(answer.value or "", answer.unit) if bare else f"{answer.text}{beside(answer)}"


def shape(question: Question) -> str:
    """` (số, hồ sơ)` after a question in the coordinator's list; nothing for words. What it says itself is not said
    again."""
    if question.kind == Kind.TEXT:
        return ""
    of = (" | " if question.kind == Kind.TABLE else " / ").join(question.options)
    more = (each for each in (question.unit, of) if each and fold(each) not in fold(question.text))
    return f" ({', '.join([KINDS[Kind(question.kind)], *more])})"


def how(question: Question) -> str:
    """Under the question."""
    if question.kind == Kind.CHOICE:
        return "Đề nghị chọn: " + "; ".join(question.options) + "."
    what, example = _WANTS[Kind(question.kind)]
    unit = f" ({question.unit})" if question.kind in {Kind.NUMBER, Kind.MONEY} and question.unit else ""
    return f"Trả lời bằng {what}{unit}, ví dụ: {example}."


def noted(number: int, answer: Answer) -> str:
    """Before the next question: the value that was read."""
    about = "khoảng " if answer.about else ""
    return f"Câu {number}: ghi {about}{amount(answer.value, answer.unit)}.\n" if answer.value else ""


def confirm(assignment: Assignment, asked: str, answer: Answer, values: Sequence[str]) -> Outgoing:
    """What the words were read as; of several readings one is to be chosen."""
    here = f"{assignment.id} {answer.question_id} {answer.id}"
    keep, later = ("Giữ nguyên chữ", f"/nguyenvan {here}"), ("Để sau", "/huy")
    shown = [amount(value, answer.unit) for value in values]
    if len(values) > 1:
        choices = [(text, f"/dung {here} {n}") for n, text in enumerate(shown)]
        text = f"{asked}\n«{brief(answer.text, 120)}» là {' hay '.join(shown)}? Đề nghị chọn, hoặc nhập lại."
        return Outgoing(text, (row(*choices), row(keep, later)), wants_words=True)
    about = ", ghi là số ước" if answer.about else ""
    text = (
        f"{asked}\n«{brief(answer.text, 120)}» được đọc là: {shown[0]}{_in_words(values[0])}{about}. "
        "Đúng thì bấm «Đúng»; chưa đúng thì nhập lại."
    )
    return Outgoing(text, (row(("Đúng", f"/dung {here} 0"), keep), row(later)), wants_words=True)


def _in_words(value: str) -> str:
    said = spelled(Decimal(value)) if _FIGURE.fullmatch(value) else ""
    return f" ({said})" if said else ""


def not_read(assignment: Assignment, asked: str, question: Question, answer: Answer) -> Outgoing:
    """The words are kept; a value is asked for again, with an example."""
    here = f"{assignment.id} {question.id}"
    keep = ("Giữ nguyên chữ", f"/nguyenvan {here} {answer.id}")
    said = f"{asked}\nĐã giữ lời «{brief(answer.text, 120)}», nhưng"
    if question.kind == Kind.CHOICE:
        text = f"{said} chưa rõ là lựa chọn nào. {how(question)}"
        choices = rows(*((each, f"/luachon {here} {n}") for n, each in enumerate(question.options)))
        return Outgoing(text, (*choices, row(keep, ("Để sau", "/huy"))))
    what, example = _WANTS[Kind(question.kind)]
    text = f"{said} chưa đọc được {what}. Đề nghị nhập lại, ví dụ: {example}."
    nothing, later = ("Không phát sinh", f"/kpscau {here}"), ("Để sau", "/huy")
    return Outgoing(text, (row(keep, nothing), row(later)), wants_words=True)


def zero_or_nothing(assignment: Assignment, asked: str, answer: Answer) -> Outgoing:
    """«không có» is either."""
    here = f"{assignment.id} {answer.question_id}"
    return Outgoing(
        f"{asked}\n«{brief(answer.text, 60)}» là số 0 hay không phát sinh nội dung này? Đề nghị chọn, hoặc nhập lại.",
        (row(("Số 0", f"/khong {here} {answer.id}"), ("Không phát sinh", f"/kpscau {here}")), row(("Để sau", "/huy"))),
        wants_words=True,
    )
