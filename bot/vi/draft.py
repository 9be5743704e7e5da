"""A draft as the coordinator checks it: the summary, then one card for each task, with what each was read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.messages import Button, Outgoing
from bot.text import fold
from bot.vi.card import PARTS
from bot.vi.common import brief, deadline, full_day, listing, paper, row, rows, stamp, weekday
from bot.vi.directive import card_name
from bot.vi.values import shape
from db.directives import Directive, Question, Task

NOT_FOUND = "không thấy"
STAMPS = ("thường", "khẩn", "thượng khẩn", "hoả tốc")
"""By urgency."""
NUMBERING = 8
"""«V/v», «(2)», «Số:»: characters before a field that add nothing to it."""
FEW = 6
"""Tasks of which a summary tells more than a line."""


@dataclass(frozen=True)
class TaskCard:
    """A task as the coordinator sees it before sending: the offices it goes to and the moments of reminding. `asked`:
    others than the collector are among them. `more`: how many questions the paper suggests besides."""

    task: Task
    offices: Sequence[str]
    asked: bool
    reminders: Sequence[datetime]
    questions: Sequence[Question] = ()
    more: int = 0
    because: str = ""
    quotes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Squeeze:
    """So few working days (`left`) between the last report and the synthesis of them all; `inner` is the deadline
    proposed to the offices."""

    synthesis: Task
    reports: Task
    left: int
    inner: date


@dataclass(frozen=True)
class Unknown:
    """Names on a draft that the directory does not know; `alike`: some of them look like one it knows."""

    names: Sequence[str]
    alike: bool = False


def draft(
    directive: Directive,
    quotes: Mapping[str, str],
    cards: Sequence[TaskCard],
    unknown: Unknown,
    total: int,
    files: Sequence[str] = (),
    squeeze: Squeeze | None = None,
    lead: str = "",
    before: Directive | None = None,
) -> Outgoing:
    """The summary: the head with the words it was read from (`quotes`), the tasks, what was not found and what to heed;
    the files, if there are several; the directive `before` it, which it concludes."""
    asked = list(dict.fromkeys(office for card in cards for office in card.offices))
    parts = [_heading(directive, quotes, asked), *_tasks(directive, cards)]
    if before is not None:
        parts.insert(1, f"Thông báo kết luận, tiếp theo {paper(before)}.")
    if len(files) > 1:
        parts.insert(1, f"Gồm {len(files)} tệp: {'; '.join(files)}")
    if notes := [*directive.reading.get("notes", ()), *([_squeezed(squeeze)] if squeeze else [])]:
        parts.append("Lưu ý: " + " ".join(notes))
    buttons: list[tuple[Button, ...]] = []
    if unknown.names:
        parts.append("Chưa có trong danh mục:\n" + listing(unknown.names))
        buttons += rows((f"Thêm {len(unknown.names)} đơn vị", f"/them {directive.id}"))
        buttons += rows(("Chọn đơn vị đã có", f"/la {directive.id}")) if unknown.alike else ()
    elif total:
        buttons += rows((f"Gửi {total} đơn vị", f"/gui {directive.id}"))
    buttons += _inner(directive, squeeze) if squeeze else ()
    buttons += rows(("Xem từng việc", f"/xem {directive.id}")) if len(cards) > 1 else ()
    choices = row(("Sửa", f"/sua {directive.id}"), ("Huỷ", f"/huy {directive.id}"))
    return Outgoing("\n\n".join([lead, *parts] if lead else parts), (*buttons, choices), about=card_name(directive))


def task_card(directive: Directive, card: TaskCard, tasks: Sequence[Task], lead: str = "") -> Outgoing:
    """All of one task, and the way to the next."""
    here = [task.id for task in tasks].index(card.task.id)
    around = [
        (label, f"/xem {directive.id} {tasks[there].id}")
        for label, there in (("Việc trước", here - 1), ("Việc sau", here + 1))
        if 0 <= there < len(tasks)
    ]
    text = _task(card, f"Việc {card.task.number}" + (f" ({here + 1}/{len(tasks)})" if around else ""))
    buttons = (
        *_fixes(directive, card.task),
        *((row(*around),) if around else ()),
        row(("Về tóm tắt", f"/congvan {directive.id}")),
    )
    return Outgoing("\n\n".join(filter(None, (lead, text))), buttons, about=card_name(directive))


def _fixes(directive: Directive, task: Task) -> tuple[tuple[Button, ...], ...]:
    """What can be corrected of a task."""
    fields = (("Hạn", "han"), ("Đơn vị", "donvi"), ("Câu hỏi", "cau"), ("Tệp", "tep"))
    found = [(f"{label} việc {task.number}", f"/sua {directive.id} {name} {task.id}") for label, name in fields]
    return row(*found[:2]), row(*found[2:])


def _squeezed(found: Squeeze) -> str:
    synthesis, reports = found.synthesis, found.reports
    assert synthesis.target_at is not None
    assert reports.target_at is not None
    return (
        f"Hạn việc {synthesis.number} (tổng hợp, hết {weekday(synthesis.target_at)}) chỉ sau hạn việc {reports.number} "
        f"(hết {weekday(reports.target_at)}) {found.left} ngày làm việc. Đề xuất hạn nội bộ cho các đơn vị: hết "
        f"{weekday(found.inner)}."
    )


def _inner(directive: Directive, found: Squeeze) -> tuple[tuple[Button, ...], ...]:
    proposed = full_day(found.inner)
    label = f"Hạn việc {found.reports.number}: {proposed}"
    return rows((label, f"/sua {directive.id} han {found.reports.id} {proposed}"))


def _heading(directive: Directive, quotes: Mapping[str, str], asked: Sequence[str]) -> str:
    """`asked`: who has a task, to be named where no «Kính gửi» names anybody."""
    reading = directive.reading
    offices = reading.get("offices") or asked
    fields = [
        ("number", "Số, ký hiệu", _number(directive.number)),
        ("date", "Ngày", _issued(directive.issued_on)),
        ("subject", "Trích yếu", directive.subject or NOT_FOUND),
        ("issuer", "Cơ quan ban hành", directive.issuer or NOT_FOUND),
        ("recipients", f"Nơi nhận ({len(offices)})", "; ".join(offices) or NOT_FOUND),
    ]
    if directive.urgency:
        fields.append(("urgency", "Độ khẩn", STAMPS[directive.urgency]))
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


def _tasks(directive: Directive, cards: Sequence[TaskCard]) -> list[str]:
    """All of the only one; of several what is to be done by whom and when, the rest on their cards."""
    if len(cards) == 1:
        return [_task(cards[0], f"Việc {cards[0].task.number}")]
    if len(cards) > FEW:
        lines = "\n".join(_line(card) for card in cards)
        return [f"{len(cards)} việc, đề nghị xem từng việc trước khi gửi:\n{lines}"]
    everybody = directive.reading.get("offices") or []
    return [_in_brief(card, len(everybody)) for card in cards]


def _line(card: TaskCard) -> str:
    due = deadline(card.task.deadline_words, card.task.due_at, card.task.target_at)
    return f"- Việc {card.task.number} ({len(card.offices)} đơn vị): {brief(card.task.text, 80)} Hạn: {due}"


def _in_brief(card: TaskCard, everybody: int) -> str:
    task, shown = card.task, brief(card.task.text, 160)
    who = "như nơi nhận" if len(card.offices) == everybody > 2 else "; ".join(card.offices) or NOT_FOUND
    lines = [f"Việc {task.number}: {shown}", _due(card, shown), f"Đơn vị ({len(card.offices)}): {who}"]
    if card.questions:
        said = "; ".join(
            brief(each.text.removeprefix("Đề nghị ").removeprefix("nêu ").rstrip("."), 60) for each in card.questions
        )
        lines.append(f"Câu hỏi ({len(card.questions)}): {said}")
    return "\n".join(lines)


def _task(card: TaskCard, title: str) -> str:
    task, shown = card.task, brief(card.task.text, 220)
    lines = [f"{title}: {shown}", _due(card, shown)]
    lines.append(f"Đơn vị ({len(card.offices)}): {'; '.join(card.offices) or NOT_FOUND}")
    if card.because:
        lines.append(f"Cách tính: {card.because}")
    if task.send_to or task.via:
        lines.append(f"Gửi về: {task.send_to or NOT_FOUND}" + (f", qua {task.via}" if task.via else ""))
    if task.period_from and task.period_to:
        lines.append(f"Số liệu: {full_day(task.period_from)} – {full_day(task.period_to)}")
    if task.wanted and card.asked:
        lines.append(f"Tệp cần gửi: {parts(task.wanted)}")
    if card.questions:
        lines += ["", f"Câu hỏi ({len(card.questions)}):", questions(card.questions)]
    if card.more and card.asked:
        lines.append(f"Còn {card.more} câu gợi ý khác: bấm «Câu hỏi việc {task.number}».")
    if card.reminders:
        lines.append("\nNhắc: " + "; ".join(stamp(moment) for moment in card.reminders))
    if card.offices and not card.asked:
        lines.append("Phần việc của đơn vị tổng hợp: không hỏi, không nhắc qua chat.")
    return "\n".join(lines)


def _due(card: TaskCard, shown: str) -> str:
    task = card.task
    return (
        f"Hạn: {deadline(task.deadline_words, task.due_at, task.target_at)}{quoted(card.quotes.get('deadline'), shown)}"
    )


def questions(asked: Sequence[Question], start: int = 1) -> str:
    """Numbered, each with the words it was drawn from; those that share them bear them once, under the last."""
    lines = []
    for place, each in enumerate(asked):
        after = asked[place + 1].quote if place + 1 < len(asked) else ""
        words = quoted(each.quote) if each.quote != after else ""
        lines.append(f"{start + place}. {each.text}{shape(each)}{words}")
    return "\n".join(lines)


def parts(wanted: Sequence[str]) -> str:
    return " và ".join(PARTS.get(part, part) for part in wanted) or "không cần tệp"
