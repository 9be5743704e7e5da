"""Text to a Reading: the rooms of this package in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.documents import demands, ending, header, secrecy
from bot.documents.attached import asked_for
from bot.documents.dates import Calendar, Issued, MondayToFriday, last_working_day, wrong_weekdays
from bot.documents.deadlines import dated, deadline_of, deadlines
from bot.documents.grid import grids
from bot.documents.handed import handed, hidden
from bot.documents.items import outline
from bot.documents.layout import Parts, parts
from bot.documents.links import linked
from bot.documents.lunar import wrong_lunar
from bot.documents.meetings import Meeting, invites
from bot.documents.offices import addressees, expand_all
from bot.documents.periods import whole_year
from bot.documents.reading import Classification, Period, Reading, Span, Task
from bot.documents.references import references
from bot.documents.tasks import Setting, tasks
from bot.documents.tidy import match_form, tidy

_WANTED = ("doc_type", "number", "date", "issuer", "place", "subject", "recipients", "tasks", "report_period", "signer")
_PERSONAL = ("chỉ thị", "công điện")


def read_text(raw: str, calendar: Calendar | None = None, notes: tuple[str, ...] = ()) -> Reading:
    """Read one document. `calendar` decides last working days (default Monday to Friday). Raises Secret.

    Spans index into `Reading.text`, the tidy form of `raw`.
    """
    secrecy.no_secret(raw)
    text = tidy(raw)
    secrecy.no_secret(text)
    where = parts(text)
    reading = _with_demands(_with_head(text, where), where, calendar or MondayToFriday())
    reading = replace(reading, notes=(*notes, *_notes(reading)))
    return replace(reading, not_found=tuple(_missing(reading)))


def with_calendar(reading: Reading, calendar: Calendar) -> Reading:
    """The same reading with another office's working days: what was already read is computed anew."""
    issued = Issued.parse(reading.date)
    return replace(reading, tasks=tuple(_recounted(task, issued, calendar) for task in reading.tasks))


def _recounted(task: Task, issued: Issued, calendar: Calendar) -> Task:
    due = task.deadline
    again = deadline_of(due.expression or "", issued, calendar)
    if again.rule != due.rule or again.effective is None:
        if due.effective is None:
            return task
        workday = last_working_day(date.fromisoformat(due.effective), calendar).isoformat()
        return replace(task, deadline=replace(due, last_workday=workday))
    return replace(task, deadline=replace(again, expression=due.expression, span=due.span))


def _with_head(text: str, where: Parts) -> Reading:
    spans: dict[str, Span] = {}

    def keep(name: str, found: tuple[str, Span] | None) -> str | None:
        if found:
            spans[name] = found[1]
        return found[0] if found else None

    dated = header.dated(text, where.header)
    place = dated[1] if dated else None
    kind = header.doc_type(text, where.header, where.addressees[0] < where.addressees[1])
    issuer = header.issuer(text, where.header, place)
    if issuer and kind and kind[0] in _PERSONAL and header.chairmans(text, where.body, where.ending):
        issuer = header.of_chairman(issuer)
    signed = ending.signer(text, where.ending)
    urgency, circulation = secrecy.urgency(text), secrecy.circulation(text)
    printed = addressees(text[slice(*where.addressees)])
    spans |= {
        name: span for name, span in (("issuer", issuer and issuer.span), ("signer", signed and signed[1])) if span
    }
    spans |= {"recipients": where.addressees} if printed else {}
    return Reading(
        text,
        doc_type=keep("doc_type", kind),
        number=keep("number", header.number(text, where.header)),
        date=keep("date", (dated[0], dated[2]) if dated else None),
        issuer=issuer.name if issuer else None,
        issuer_parent=issuer.parent if issuer else None,
        place=keep("place", (place, dated[2]) if dated and place else None),
        subject=keep("subject", header.subject(text, where.header)),
        recipients=tuple(printed),
        offices=expand_all(printed),
        classification=Classification(None, keep("urgency", urgency), keep("circulation", circulation)),
        signer=signed[0] if signed else None,
        references=tuple(name for name, _ in references(text, where.body)),
        spans=spans,
    )


def _with_demands(reading: Reading, where: Parts, calendar: Calendar) -> Reading:
    issued, body = Issued.parse(reading.date), reading.text[slice(*where.body)]
    meeting = None
    if invites(reading.doc_type, reading.subject, body):
        reading = _with_invited(reading, body)
        meeting = Meeting(reading.offices, issued)
    tables = grids(reading.text)
    whole = Setting(reading.text, reading.offices, issued, calendar, meeting, reading.issuer or "")
    setting = replace(whole, text=hidden(reading.text, tables))
    found = linked([*tasks(setting, outline(setting.text, where.body)), *handed(whole, tables)])
    found = asked_for(reading.text, where.ending[0], found)
    period = next((task.period for task in found if task.period), None) or _year_of(reading, where)
    spans = reading.spans | ({"report_period": period.span} if period else {})
    return replace(reading, tasks=tuple(_only_own(task, period) for task in found), report_period=period, spans=spans)


def _with_invited(reading: Reading, body: str) -> Reading:
    """Where nobody is addressed, those the text invites are."""
    invited = demands.invited(body) if not reading.recipients else ()
    return replace(reading, recipients=invited, offices=expand_all(list(invited))) if invited else reading


def _year_of(reading: Reading, where: Parts) -> Period | None:
    start, end = where.body
    found = whole_year(reading.text[start:end])
    return replace(found, span=(found.span[0] + start, found.span[1] + start)) if found else None


def _only_own(task: Task, shared: Period | None) -> Task:
    """A task's period is an override only where it differs from the document's."""
    same = task.period and shared and (task.period.start, task.period.end) == (shared.start, shared.end)
    return replace(task, period=None) if same else task


def _notes(reading: Reading) -> Iterator[str]:
    if not (reading.number or reading.date or reading.tasks):
        yield "Không nhận ra thể thức của một văn bản hành chính."
    if reading.number and reading.number.startswith(("/", "-")):
        yield "Số văn bản để trống."
    if reading.date and len(reading.date) < 10:
        yield "Ngày ban hành để trống hoặc chưa đủ ngày, tháng, năm."
    form, issued = match_form(reading.text), Issued.parse(reading.date)
    for start, end, written, real in wrong_weekdays(form, issued):
        yield f"«{reading.words((start, end))}»: ghi {written} nhưng ngày đó là {real}. Đề nghị kiểm tra lại."
    for start, end, real in wrong_lunar(form, issued):
        yield f"«{reading.words((start, end))}»: ngày đó là {real}. Đề nghị kiểm tra lại."
    for task in reading.tasks:
        several = dated(deadlines(task.text, Issued.parse(reading.date), MondayToFriday()))
        if len({each.date for each in several}) > 1:
            words = "», «".join(each.expression or "" for each in several)
            yield f"Nhiệm vụ {task.no} nêu nhiều mốc: «{words}»; đang lấy mốc đầu. Đề nghị kiểm tra."


def _missing(reading: Reading) -> Iterator[str]:
    yield from (name for name in _WANTED if not getattr(reading, name))
    yield from (f"tasks.{task.no}.deadline" for task in reading.tasks if task.deadline.rule == "none")
    yield from (f"tasks.{task.no}.assignees" for task in reading.tasks if not task.assignees)
