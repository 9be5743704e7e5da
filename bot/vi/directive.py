"""A directive on the coordinator's desk: what was read, what is to be corrected, what happens on sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi.common import brief, day, deadline, full_day, listing, paper, row, rows, stamp, weekday
from db.directives import Directive, Task
from scheduler.workdays import Workdays

NOT_FOUND = "không thấy"
NUMBERING = 8
"""«V/v», «(2)», «Số:»: characters before a field that add nothing to it."""


@dataclass(frozen=True)
class TaskCard:
    """A task as the coordinator sees it before sending: the offices it goes to and the moments of reminding."""

    task: Task
    offices: Sequence[str]
    reminders: Sequence[datetime]
    questions: Sequence[str]
    because: str = ""
    quotes: Mapping[str, str] = field(default_factory=dict)


def reading_failed(reason: str) -> Outgoing:
    return Outgoing(reason)


def card_name(draft: Directive) -> str:
    """What its card is about, by which the card is found again."""
    return f"draft:{draft.id}"


def draft(
    directive: Directive,
    quotes: Mapping[str, str],
    cards: Sequence[TaskCard],
    unknown: Sequence[str],
    total: int,
    files: Sequence[str] = (),
    remarks: Sequence[str] = (),
) -> Outgoing:
    """The whole draft: every field with the words it was read from (`quotes`), what was not found and what to heed; the
    files, if there are several."""
    parts = [_heading(directive, quotes), *(_task(card) for card in cards)]
    if len(files) > 1:
        parts.insert(1, f"Gồm {len(files)} tệp: {'; '.join(files)}")
    if notes := [*directive.reading.get("notes", ()), *remarks]:
        parts.append("Lưu ý: " + " ".join(notes))
    if unknown:
        parts.append("Chưa có trong danh mục:\n" + listing(unknown))
        buttons = rows((f"Thêm {len(unknown)} đơn vị", f"/them {directive.id}"))
    else:
        buttons = rows((f"Gửi {total} đơn vị", f"/gui {directive.id}")) if total else ()
    choices = row(("Sửa", f"/sua {directive.id}"), ("Huỷ", f"/huy {directive.id}"))
    return Outgoing("\n\n".join(parts), (*buttons, choices), about=card_name(directive))


def squeezed(synthesis: Task, reports: Task, left: int, inner: date) -> str:
    """Little time between the last report and the synthesis of them all."""
    assert synthesis.target_at is not None
    assert reports.target_at is not None
    return (
        f"Hạn việc {synthesis.number} (tổng hợp, hết {weekday(synthesis.target_at)}) chỉ sau hạn việc {reports.number} "
        f"(hết {weekday(reports.target_at)}) {left} ngày làm việc. Đề xuất hạn nội bộ cho các đơn vị: hết "
        f"{weekday(inner)}; nếu dùng, bấm «Sửa», «Hạn việc {reports.number}»."
    )


def _heading(directive: Directive, quotes: Mapping[str, str]) -> str:
    reading = directive.reading
    offices = reading.get("offices") or []
    fields = [
        ("number", "Số, ký hiệu", _number(directive.number)),
        ("date", "Ngày", _issued(directive.issued_on)),
        ("subject", "Trích yếu", directive.subject or NOT_FOUND),
        ("issuer", "Cơ quan ban hành", directive.issuer or NOT_FOUND),
        ("recipients", f"Nơi nhận ({len(offices)})", "; ".join(offices) or NOT_FOUND),
    ]
    if period := reading.get("report_period"):
        fields.append(("report_period", "Kỳ số liệu", period["expression"]))
    lines = [f"{label}: {value}{quoted(quotes.get(name), value)}" for name, label, value in fields]
    return "\n".join(["Đã đọc công văn. Đề nghị kiểm tra trước khi gửi.", *lines])


def quoted(words: str | None, shown: str = "") -> str:
    """On a line of its own, the words of the paper, where they say more than what is shown already."""
    if not words or not shown:
        return f"\n   «{words}»" if words else ""
    said, seen = fold(words), fold(shown)
    same = said in seen or (seen in said and len(said) - len(seen) <= NUMBERING)
    return "" if same else f"\n   «{words}»"


def _number(number: str | None) -> str:
    if not number:
        return NOT_FOUND
    return f"…{number} (số để trống)" if number.startswith("/") else number


def _issued(written: str | None) -> str:
    if not written:
        return NOT_FOUND
    parts = written.split("-")
    return "/".join(str(int(part)) for part in reversed(parts)) + ("" if len(parts) == 3 else " (ngày để trống)")


def _task(card: TaskCard) -> str:
    task, shown = card.task, brief(card.task.text, 220)
    due, asked = (quoted(card.quotes.get(name), shown) for name in ("deadline", "questions"))
    lines = [
        f"Việc {task.number}: {shown}",
        f"Hạn: {deadline(task.deadline_words, task.due_at, task.target_at)}{due}",
        f"Đơn vị ({len(card.offices)}): {'; '.join(card.offices) or NOT_FOUND}",
    ]
    if card.because:
        lines.append(f"Cách tính: {card.because}")
    if task.send_to or task.via:
        lines.append(f"Gửi về: {task.send_to or NOT_FOUND}" + (f", qua {task.via}" if task.via else ""))
    if task.period_from and task.period_to:
        lines.append(f"Số liệu: {full_day(task.period_from)} – {full_day(task.period_to)}")
    if card.questions:
        listed = " ".join(f"({n}) {q}" for n, q in enumerate(card.questions, 1))
        lines.append(f"Câu hỏi gợi ý: {listed}{asked}")
    if card.reminders:
        lines.append("Nhắc: " + "; ".join(stamp(moment) for moment in card.reminders))
    return "\n".join(lines)


def because(task: Task, issued: date | None, calendar: Workdays) -> str:
    """How a deadline that is not plain was computed; empty for one that is."""
    if task.due_at is None or task.target_at is None or task.named_on is None:
        return ""
    if task.rule == "relative_working_days" and issued is not None:
        counted = [issued + timedelta(n) for n in range(1, (task.named_on - issued).days + 1)]
        worked = [each for each in counted if calendar.is_working(each)]
        if len(worked) <= 15:
            return f"{len(worked)} ngày làm việc sau ngày ký {day(issued)}: {', '.join(map(_worked, worked))}."
    due = local(task.due_at).date()
    why = calendar.why_off(due)
    if why is None or local(task.target_at).date() >= due:
        return ""
    reason = "" if why.casefold() in {"thứ bảy", "chủ nhật"} else f" ({why})"
    return (
        f"{weekday(due)} là ngày nghỉ{reason} nên nhắc đến hết {weekday(task.target_at)}; "
        f"nộp đến hết {day(due)} vẫn đúng hạn."
    )


def _worked(found: date) -> str:
    return day(found) + (" (làm bù)" if found.weekday() >= 5 else "")


def confirm_internal(directive: Directive, mark: str) -> Outgoing:
    return Outgoing(
        f"Văn bản có dấu «{mark}». Đồng chí xác nhận được phép chuyển cho các đơn vị qua kênh này?",
        (row(("Được phép chuyển", f"/gui {directive.id} 2"), ("Huỷ", f"/huy {directive.id}")),),
    )


def published(directive: Directive, told: Sequence[str], untold: Sequence[str], own: Sequence[str]) -> Outgoing:
    text = f"Đã gửi {paper(directive)} cho {len(told)} đơn vị."
    if own:
        numbers = "; ".join(f"việc {number}" for number in own)
        text += f"\nPhần việc của đơn vị tổng hợp (không nhắc qua chat): {numbers}."
    if untold:
        text += "\nChưa gửi được (nhận ngay khi kết nối):\n" + listing(untold)
    return Outgoing(text, (row(("Tình hình báo cáo", f"/missing {directive.id}")),), about=card_name(directive))


def already_published(directive: Directive) -> Outgoing:
    return Outgoing(
        f"{paper(directive)} đã được gửi lúc {stamp(directive.published_at or directive.drafted_at)}.",
        (row(("Tình hình báo cáo", f"/missing {directive.id}")),),
    )


def cancelled(directive: Directive) -> Outgoing:
    return Outgoing(f"Đã huỷ bản nháp {paper(directive)}; chưa gửi cho đơn vị nào.", about=card_name(directive))


def nothing_to_cancel() -> Outgoing:
    return Outgoing("Hiện không có việc đang làm dở để huỷ.")


def stopped() -> Outgoing:
    return Outgoing("Đã dừng; những gì đã ghi nhận vẫn được giữ.")


def no_draft() -> Outgoing:
    return Outgoing("Chưa có công văn nào đang soạn. Gửi công văn (tệp, ảnh chụp hoặc nội dung) cho trợ lý để bắt đầu.")


def send_directive_again() -> Outgoing:
    return Outgoing("Đề nghị gửi lại tệp công văn (.docx, .pdf có chữ, .txt); hệ thống đọc như công văn mới.")


def unknown_offices_left(directive: Directive, unknown: Sequence[str]) -> Outgoing:
    return Outgoing(
        "Chưa gửi: còn đơn vị chưa có trong danh mục:\n" + listing(unknown),
        rows((f"Thêm {len(unknown)} đơn vị", f"/them {directive.id}"), ("Sửa", f"/sua {directive.id}")),
    )


def not_on_the_draft(name: str, task: Task) -> Outgoing:
    return Outgoing(f"Việc {task.number} không có đơn vị «{name}». Đề nghị nhập lại tên cần bỏ.", wants_words=True)


def what_to_fix(directive: Directive, tasks: Sequence[Task]) -> Outgoing:
    fields = [("Số, ký hiệu", f"/sua {directive.id} so"), ("Trích yếu", f"/sua {directive.id} trichyeu")]
    for task in tasks:
        fields.append((f"Hạn việc {task.number}", f"/sua {directive.id} han {task.id}"))
        fields.append((f"Đơn vị việc {task.number}", f"/sua {directive.id} donvi {task.id}"))
    return Outgoing("Đồng chí cần sửa mục nào?", rows(*fields, ("Thôi", f"/congvan {directive.id}")))


def ask_fix(which: str, task: Task | None) -> Outgoing:
    number = task.number if task else ""
    return Outgoing(
        {
            "so": "Đề nghị nhập số, ký hiệu, ví dụ: 412/UBND-TTHC",
            "trichyeu": "Đề nghị nhập trích yếu.",
            "han": f"Đề nghị nhập hạn của việc {number}, ví dụ: trước ngày 17/5/2024, hoặc 16/5; «không» nếu chưa có hạn.",
            "donvi": f"Đề nghị nhập đơn vị của việc {number}: «thêm Phòng A», «bỏ Phòng B», hoặc cả danh sách cách nhau "
            "bằng dấu phẩy.",
        }[which],
        wants_words=True,
    )


def not_a_deadline(text: str) -> Outgoing:
    return Outgoing(
        f"Chưa hiểu hạn «{brief(text, 60)}». Đề nghị nhập như: trước ngày 17/5/2024; chậm nhất ngày 16/5/2024.",
        wants_words=True,
    )


def fields_of(reading: dict[str, Any]) -> list[str]:
    return [str(name) for name in reading.get("not_found", ())]
