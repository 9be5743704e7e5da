"""From the outline of a body to its tasks: what is demanded, of whom, by when."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.documents import demands
from bot.documents.dates import Calendar, Issued
from bot.documents.deadlines import deadline_of
from bot.documents.items import Item, Outline
from bot.documents.periods import periods
from bot.documents.questions import questions
from bot.documents.reading import Deadline, Period, Span, Task

_FIRM = (
    "before_date",
    "before_datetime",
    "by_date",
    "by_datetime",
    "on_date",
    "on_datetime",
    "within_month",
    "within_quarter",
)
_DATED = (*_FIRM, "relative_days", "relative_working_days", "relative_months", "periodic")
_REPORT = re.compile(r"(?<!chế độ thông tin, )(?<!chế độ )\bbáo cáo\b", re.IGNORECASE)
_COURTESY = re.compile(r"khẩn trương|nghiêm túc|triển khai thực hiện|tổ chức thực hiện|thực hiện tốt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """What every demand of one document shares."""

    text: str
    offices: tuple[str, ...]
    issued: Issued
    calendar: Calendar

    def deadline(self, span: Span) -> Deadline:
        """The deadline within a span, its own span in the whole text."""
        due = deadline_of(self.text[slice(*span)], self.issued, self.calendar)
        return replace(due, span=_shift(due.span, span[0])) if due.span else due

    def who(self, span: Span) -> tuple[str, ...]:
        return demands.demanded_of(self.text[slice(*span)], self.offices)

    def with_whom(self, span: Span) -> tuple[str, ...]:
        return demands.coordinating(self.text[slice(*span)])


def _shift(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def tasks(setting: Setting, outline: Outline) -> tuple[Task, ...]:
    """All demands in the order of the document."""
    found = _of_lead(setting, outline)
    everybody = _addressed(setting, outline)
    for item in outline.items:
        found += _of_item(setting, item, everybody)
    return tuple(found + _of_closing(setting, outline.closing))


def _addressed(setting: Setting, outline: Outline) -> tuple[str, ...]:
    """Whom the lead-in asks; where it names nobody, the addressees."""
    lead = setting.text[slice(*outline.lead[-1])] if outline.lead else ""
    return demands.asked(lead, setting.offices)


def _of_lead(setting: Setting, outline: Outline) -> list[Task]:
    """Paragraphs without a number: all of them where nothing is numbered, else only those with a deadline."""
    found = []
    for span in outline.lead:
        due, who = setting.deadline(span), setting.who(span)
        demanded = (
            who
            and not outline.items
            and not setting.text[slice(*span)].rstrip().endswith(":")
            and _demanding(setting, span)
        )
        if demanded or due.rule in _DATED:
            found.append(_task(setting, "-", span, who or setting.offices, due))
    return found


def _demanding(setting: Setting, span: Span) -> bool:
    """More than a courtesy: it asks for a report or a piece of work."""
    words = setting.text[slice(*span)]
    return bool(_REPORT.search(words)) or not _COURTESY.search(words)


def _of_closing(setting: Setting, closing: list[Span]) -> list[Task]:
    found = []
    for span in closing:
        due, who = setting.deadline(span), setting.who(span)
        if due.rule in _DATED or (who and due.rule == "external_ref"):
            found.append(_task(setting, "end", span, who or setting.offices, due))
    return found


def _of_item(setting: Setting, item: Item, everybody: tuple[str, ...]) -> list[Task]:
    who = setting.who(item.head)
    if item.subs and _carry_demands(setting, item):
        return _of_subs(setting, item, who or everybody)
    due = setting.deadline(item.span)
    if not who and not demands.starts_with_verb(setting.text[slice(*item.span)]) and due.rule not in _DATED:
        return []
    return [_task(setting, item.no, item.span, who or everybody, due)]


def _carry_demands(setting: Setting, item: Item) -> bool:
    """Sub-items with their own dates or their own offices are the tasks, and the item only introduces them."""
    if setting.deadline(item.head).rule in _FIRM:
        return False
    return any(setting.deadline(sub.span).rule in _DATED or _names_its_own(setting, sub) for sub in item.subs)


def _names_its_own(setting: Setting, sub: Item) -> bool:
    return bool(setting.who(sub.span)) and not demands.starts_with_verb(setting.text[slice(*sub.span)])


def _of_subs(setting: Setting, item: Item, inherited: tuple[str, ...]) -> list[Task]:
    shared = setting.with_whom(item.head)
    found: list[Task] = []
    for sub in item.subs:
        words, due = setting.text[slice(*sub.span)], setting.deadline(sub.span)
        own = () if demands.starts_with_verb(words) else setting.who(sub.span)
        if not own and not demands.starts_with_verb(words) and due.rule not in _DATED:
            continue
        # Nobody owes anything to «cơ quan liên quan»: they are noted once, named offices with every sub-item.
        helpers = setting.with_whom(sub.span) or (demands.named_only(shared) if found else shared)
        found.append(replace(_task(setting, sub.no, sub.span, own or inherited, due), coordinating=helpers))
    return found


def _task(setting: Setting, no: str, span: Span, who: tuple[str, ...], due: Deadline) -> Task:
    words = setting.text[slice(*span)]
    kind = demands.kind(words, due.rule)
    reports = kind in ("report", "periodic_report") or (kind == "advise" and _REPORT.search(words))
    return Task(
        no,
        who,
        setting.with_whom(span),
        " ".join(words.split()),
        span,
        due,
        kind,
        demands.send_to(words),
        demands.via(words),
        _period(setting, span),
        questions(setting.text, span) if reports else (),
    )


def _period(setting: Setting, span: Span) -> Period | None:
    found = periods(setting.text[slice(*span)], setting.issued)
    return replace(found[0], span=_shift(found[0].span, span[0])) if found else None
