"""Guided questions, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.messages import Button, Outgoing
from bot.text import capital
from bot.vi import rows, values
from bot.vi.common import brief, full_day, hour, row, stamp
from db.directives import Assignment, Kind, Question
from db.reports import Answer, Submission

NOTHING = "Không phát sinh"


def asked(questions: Sequence[Question], index: int, lead: str = "") -> str:
    return f"{lead}Câu {index + 1}/{len(questions)}: {questions[index].text}"


def question(
    assignment: Assignment,
    questions: Sequence[Question],
    index: int,
    current: Answer | None,
    lead: str = "",
    before: Answer | None = None,
) -> Outgoing:
    """`Câu 3/5: …`, what counts as an answer, what is there already, and what was answered one period `before`."""
    this = questions[index]
    here = f"{assignment.id} {this.id}"
    lines = [asked(questions, index, lead)]
    if this.kind == Kind.TABLE:
        lines.append(rows.how(this.options))
    elif this.kind != Kind.TEXT:
        lines.append(values.how(this))
    if current is not None and not current.skipped:
        lines.append(f"Trả lời hiện có: {said(current)}. Gửi nội dung mới để thay.")
    same: tuple[tuple[Button, ...], ...] = ()
    if current is None and before is not None:
        lines.append(f"Kỳ trước: {said(before)}.")
        same = (row(("Như kỳ trước", f"/nhukytruoc {here}")),)
    choices = (
        [(each, f"/luachon {here} {n}") for n, each in enumerate(this.options)] if this.kind == Kind.CHOICE else []
    )
    back = (("Quay lại", f"/quaylai {here}"),) if index else ()
    return Outgoing(
        "\n".join(lines),
        (
            *same,
            *(row(*choices[n : n + 3]) for n in range(0, len(choices), 3)),
            row((NOTHING, f"/kpscau {here}"), ("Bỏ qua", f"/boqua {here}")),
            row(*back, ("Để sau", "/huy")),
        ),
        wants_words=this.kind != Kind.CHOICE,
    )


def said(answer: Answer) -> str:
    if answer.nothing:
        return NOTHING
    if answer.rows:
        return f"bảng {len(answer.rows)} dòng"
    return "(bỏ qua)" if answer.skipped else f"«{brief(answer.text, 120)}»{values.beside(answer)}"


def parted(assignment: Assignment, whole: Answer, number: int, parts: Sequence[tuple[int, str]]) -> Outgoing:
    """A message of several parts, each with the question it is taken to answer; `number` is the one that was asked."""
    here = f"{assignment.id} {whole.question_id} {whole.id}"
    listed = "\n".join(f"Câu {n}: {words}" for n, words in parts)
    return Outgoing(
        f"Tin vừa rồi có {len(parts)} phần, được hiểu là:\n{listed}\nĐúng không? Chưa đúng thì gửi lại tin khác.",
        (
            row((f"Nhận {len(parts)} câu", f"/tach {here}"), (f"Cả tin là câu {number}", f"/nguyenvan {here}")),
            row(("Để sau", "/huy")),
        ),
        wants_words=True,
    )


def source(number: str | None, issued: str | None, arrived: datetime) -> str:
    """`theo Báo cáo số 45/BC-TP ngày 16/5/2024`: where an answer was read."""
    on = f" ngày {full_day(date.fromisoformat(issued))}" if issued and len(issued) == 10 else ""
    return f"theo Báo cáo số {number}{on}" if number else f"theo tệp báo cáo gửi lúc {stamp(arrived)}"


def offered(
    assignment: Assignment, submission: Submission, said: Sequence[tuple[int, str]], total: int
) -> tuple[str, tuple[Button, ...]]:
    """With the receipt of a file: what of the questions it answers."""
    lines = "\n".join(f"Câu {n}: {brief(words, 100)}" for n, words in said)
    return (
        f"Đã đọc {len(said)}/{total} mục từ báo cáo, nhận làm câu trả lời?\n{lines}",
        row((f"Nhận {len(said)} mục", f"/nhanmuc {submission.id}"), ("Xem từng câu", f"/traloi {assignment.id}")),
    )


def sections_taken(assignment: Assignment, count: int, left: Sequence[int], source: str) -> Outgoing:
    done = f"Đã nhận {count} mục làm câu trả lời, {source}."
    if not left:
        return Outgoing(f"{done} Đã đủ các câu. Cần sửa: gõ «sửa câu 1».")
    named = ", ".join(map(str, left))
    return Outgoing(
        f"{done} Còn câu {named} chưa thấy trong báo cáo; trả lời thêm nếu cần.",
        (row((f"Trả lời {len(left)} câu còn lại", f"/traloi {assignment.id}")),),
    )


def sections_gone(assignment: Assignment) -> Outgoing:
    return Outgoing(
        "Không còn mục nào chờ nhận từ báo cáo này. Nội dung đang ghi xem tại phần trả lời.",
        (row(("Trả lời từng câu", f"/traloi {assignment.id}")),),
    )


def from_report(assignment: Assignment, asked: str, answer: Answer) -> Outgoing:
    """A question whose answer was read in a report, not yet taken."""
    here = f"{assignment.id} {answer.question_id} {answer.id}"
    return Outgoing(
        f"{asked}\n{capital(answer.source)}: {said(answer)}. Đúng thì bấm «Đúng»; chưa đúng thì nhập nội dung khác.",
        (
            row(("Đúng", f"/nguyenvan {here}"), ("Không phát sinh", f"/kpscau {assignment.id} {answer.question_id}")),
            row(("Để sau", "/huy")),
        ),
        wants_words=True,
    )


def taken_apart(count: int) -> str:
    return f"Đã ghi {count} câu.\n"


def more_to_come(assignment: Assignment, question: Question, length: int, limit: int) -> Outgoing:
    """A long answer may come in several messages."""
    return Outgoing(
        f"Đã ghi {length} ký tự. Còn nữa thì nhắn tiếp (cả câu đến {limit} ký tự); đủ rồi thì nhắn «Xong».",
        (row(("Xong", f"/xongcau {assignment.id} {question.id}"), ("Để sau", "/huy")),),
        wants_words=True,
    )


def too_long_together(limit: int) -> Outgoing:
    return Outgoing(
        f"Cộng với phần trước, câu trả lời dài quá {limit} ký tự nên chưa ghi tin vừa rồi. Đề nghị rút gọn phần còn lại, "
        "hoặc nhắn «Xong» và gửi đầy đủ trong tệp.",
        wants_words=True,
    )


def edit_of_part(number: int) -> Outgoing:
    """The answer is made of several messages; an edited one of them changes nothing."""
    return Outgoing(
        f"Câu {number} gồm nhiều tin nên sửa một tin không làm thay đổi nội dung đã ghi. Bảng: nhắn «sửa dòng 1: …»; văn "
        f"bản: gõ «sửa câu {number}» rồi nhắn lại.",
        wants_words=True,
    )


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


def summary(
    assignment: Assignment, questions: Sequence[Question], answers: dict[int, Answer], lead: str = ""
) -> Outgoing:
    lines = [
        f"{n}. {brief(q.text, 80)}\n   {said(answers[q.id]) if q.id in answers else '(chưa trả lời)'}"
        for n, q in enumerate(questions, 1)
    ]
    fixes = tuple((f"Sửa câu {n}", f"/suacau {assignment.id} {n}") for n in range(1, len(questions) + 1))
    return Outgoing(
        f"{lead}Đồng chí xem lại trước khi gửi:\n" + "\n".join(lines),
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
