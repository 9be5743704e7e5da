"""Guided questions, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.messages import Button, Outgoing
from bot.vi.common import brief, hour, row
from db.directives import Assignment, Question
from db.reports import Answer


def question(
    assignment: Assignment,
    questions: Sequence[Question],
    index: int,
    current: Answer | None,
    lead: str = "",
    before: Answer | None = None,
) -> Outgoing:
    """`Câu 3/5: …` with what is there already, and what was answered one period `before`."""
    asked = questions[index]
    here = f"{assignment.id} {asked.id}"
    text = f"{lead}Câu {index + 1}/{len(questions)}: {asked.text}"
    if current is not None and not current.skipped:
        text += f"\nTrả lời hiện có: {said(current)}. Gửi nội dung mới để thay."
    same: tuple[tuple[Button, ...], ...] = ()
    if current is None and before is not None:
        text += f"\nKỳ trước: {said(before)}."
        same = (row(("Như kỳ trước", f"/nhukytruoc {here}")),)
    back = (("Quay lại", f"/quaylai {here}"),) if index else ()
    return Outgoing(
        text,
        (
            *same,
            row(("Không phát sinh", f"/kpscau {here}"), ("Bỏ qua", f"/boqua {here}")),
            row(*back, ("Để sau", "/huy")),
        ),
        wants_words=True,
    )


def said(answer: Answer) -> str:
    if answer.nothing:
        return "Không phát sinh"
    return "(bỏ qua)" if answer.skipped else f"«{brief(answer.text, 120)}»"


def resume(done: int, total: int) -> str:
    return f"Làm tiếp: đã trả lời {done}/{total} câu.\n"


def still_waits(said: Outgoing, questions: Sequence[Question], index: int, *, elsewhere: bool) -> Outgoing:
    """Under the answer to what was no answer: the question goes on, now or after what was asked instead."""
    number = f"{index + 1}/{len(questions)}"
    after = (
        f"Xong việc này, gõ «làm tiếp» để trả lời tiếp câu {number}."
        if elsewhere
        else f"Câu {number} vẫn chờ trả lời: {brief(questions[index].text, 120)} Nếu tin vừa rồi là câu trả lời, đề nghị "
        "gửi lại, mở đầu bằng «trả lời:»."
    )
    return replace(said, text=f"{said.text}\n\n{after}", wants_words=True)


def colleague_changed(answer: Answer) -> str:
    return f"{answer.person.name} vừa trả lời câu này lúc {hour(answer.answered_at)}: {said(answer)}.\n"


def summary(assignment: Assignment, questions: Sequence[Question], answers: dict[int, Answer]) -> Outgoing:
    lines = [
        f"{n}. {brief(q.text, 80)}\n   {said(answers[q.id]) if q.id in answers else '(chưa trả lời)'}"
        for n, q in enumerate(questions, 1)
    ]
    fixes = tuple((f"Sửa câu {n}", f"/suacau {assignment.id} {n}") for n in range(1, len(questions) + 1))
    return Outgoing(
        "Đồng chí xem lại trước khi gửi:\n" + "\n".join(lines),
        (
            row(("Gửi báo cáo này", f"/guitraloi {assignment.id}")),
            *(row(*fixes[i : i + 3]) for i in range(0, len(fixes), 3)),
        ),
        about=f"summary:{assignment.id}",
    )


def paused(done: int, total: int, assignment: Assignment) -> Outgoing:
    return Outgoing(
        f"Đã giữ {done}/{total} câu trả lời. Khi thuận tiện, đề nghị làm tiếp.",
        (row((f"Làm tiếp câu {min(done + 1, total)}/{total}", f"/traloi {assignment.id} {assignment.version}")),),
    )


def no_questions(assignment: Assignment) -> Outgoing:
    return Outgoing(
        "Việc này không có câu hỏi gợi ý. Đề nghị gửi tệp báo cáo.",
        (row(("Gửi báo cáo", f"/nop {assignment.id} {assignment.version}")),),
    )


def too_long(limit: int) -> Outgoing:
    return Outgoing(f"Nội dung dài quá {limit} ký tự. Đề nghị rút gọn, hoặc gửi thành tệp.", wants_words=True)


def empty() -> Outgoing:
    return Outgoing("Chưa thấy nội dung trả lời. Đề nghị nhắn bằng chữ, hoặc bấm «Không phát sinh».", wants_words=True)


def which_question(total: int) -> Outgoing:
    return Outgoing(f"Chưa rõ câu cần sửa. Đề nghị gõ «sửa câu 1» đến «sửa câu {total}».")


def nothing_answered() -> Outgoing:
    return Outgoing("Chưa có câu trả lời nào để gửi. Đề nghị trả lời ít nhất một câu, hoặc gửi tệp báo cáo.")


def mended(number: int, text: str, whole: Outgoing | None = None) -> Outgoing:
    """The message with the answer was edited; `whole` is what to look at next."""
    said_so = f"Đã sửa câu {number} theo tin vừa sửa: «{brief(text, 120)}»."
    if whole is None:
        return Outgoing(said_so)
    return Outgoing(f"{said_so}\n\n{whole.text}", whole.buttons, wants_words=whole.wants_words)


def answered_anew(number: int, answer: Answer) -> Outgoing:
    return Outgoing(f"Câu {number} đã được trả lời lại sau đó: {said(answer)}. Bản mới được giữ.")


def edit_ignored() -> Outgoing:
    return Outgoing("Tin đã sửa không thay cho tin trước. Cần thay đổi: đề nghị nhắn tin mới, hoặc gõ «còn gì».")
