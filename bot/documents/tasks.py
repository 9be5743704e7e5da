"""From the outline of a body to its tasks: what is demanded, of whom, by when."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.documents import demands
from bot.documents.dates import Calendar, Issued
from bot.documents.deadlines import deadlines
from bot.documents.items import Item, Outline
from bot.documents.meetings import Meeting
from bot.documents.parting import DATED, FIRM, part
from bot.documents.periods import periods
from bot.documents.questions import listed, merged, questions
from bot.documents.reading import Deadline, Period, Span, Task
from bot.text import fold
from scheduler.periods import REPORTS

_REPORT = re.compile(r"(?<!chế độ thông tin, )(?<!chế độ )\bbáo cáo\b", re.IGNORECASE)
_COURTESY = re.compile(
    r"khẩn trương|nghiêm túc|triển khai thực hiện|tổ chức thực hiện|thực hiện tốt|thực hiện[\s./]*$", re.IGNORECASE
)
_SENDING = re.compile(
    r"\W*(?:Các |Những )?(?:Báo cáo|Văn bản|Kết quả|Ý kiến|Thời gian|Thời hạn|Hạn|Hồ sơ|Danh sách|Nội dung"
    r"|Kế hoạch|Số liệu|Gửi)\b"
)
_IN_TROUBLE = re.compile(r"vướng mắc|khó khăn|phát sinh|trường hợp|nếu có", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """What every demand of one document shares."""

    text: str
    offices: tuple[str, ...]
    issued: Issued
    calendar: Calendar
    meeting: Meeting | None = None
    issuer: str = ""

    def deadlines(self, span: Span) -> list[Deadline]:
        """The deadlines within a span, their own spans in the whole text."""
        found = deadlines(self.text[slice(*span)], self.issued, self.calendar)
        return [replace(due, span=_shift(due.span, span[0])) if due.span else due for due in found]

    def deadline(self, span: Span) -> Deadline:
        return next(iter(self.deadlines(span)), Deadline())

    def who(self, span: Span) -> tuple[str, ...]:
        return demands.demanded_of(self.words(span), self.offices)

    def with_whom(self, span: Span) -> tuple[str, ...]:
        return demands.coordinating(self.words(span))

    def words(self, span: Span) -> str:
        return self.text[slice(*span)]

    def orders(self, span: Span) -> bool:
        """Whether it begins as an order without naming who."""
        return demands.starts_with_verb(self.words(span))


def _shift(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def tasks(setting: Setting, outline: Outline) -> tuple[Task, ...]:
    """All demands in the order of the document."""
    everybody, contents = _addressed(setting, outline), _lists_contents(setting, outline)
    closing = _of_closing(setting, [*outline.loose, *outline.closing])
    items = [task for item in outline.items for task in _of_item(setting, item, everybody, contents)]
    told = contents and any(task.deadline.rule in DATED for task in [*items, *closing])
    lead = _of_lead(setting, outline, alone=not outline.items or (contents and not told))
    found = lead + items + closing
    return _asked_about(setting, found, outline.items) if contents else tuple(found)


def _asked_about(setting: Setting, tasks: list[Task], contents: list[Item]) -> tuple[Task, ...]:
    """The report on these contents is asked for one by one."""
    meant = next((task for task in tasks if task.kind in REPORTS), None)
    single = [item for item in contents if not any(each.no.startswith(f"{item.no}.") for each in contents)]
    asked = listed(setting.text, [item.head for item in single])
    return tuple(replace(task, questions=merged(asked, task.questions)) if task is meant else task for task in tasks)


def _addressed(setting: Setting, outline: Outline) -> tuple[str, ...]:
    """Whom the lead-in asks; where it names nobody, the addressees."""
    lead = setting.words(outline.lead[-1]) if outline.lead else ""
    return demands.asked(lead, setting.offices)


def _lists_contents(setting: Setting, outline: Outline) -> bool:
    """Whether the items are what a report or an opinion is to speak of, and no tasks."""
    return bool(outline.lead and outline.items and demands.asks_for_contents(setting.words(outline.lead[-1])))


def _of_lead(setting: Setting, outline: Outline, *, alone: bool) -> list[Task]:
    """Paragraphs without a number: all of them where nothing is numbered, else only those with a deadline."""
    found: list[Task] = []
    for span in outline.lead:
        if found and alone and _only_tells_when(setting, span) and found[-1].deadline.rule == "none":
            before = found.pop()
            found += _parts(setting, "-", (before.span[0], span[1]), before.assignees)
            continue
        who = setting.who(span)
        dated = any(due.rule in DATED for due in setting.deadlines(span))
        if dated or (alone and who and _demanding(setting, span, outline)):
            found += _parts(setting, "-", span, who or setting.offices)
    return found + (setting.meeting.events(setting.text, outline.lead) if setting.meeting else [])


def _only_tells_when(setting: Setting, span: Span) -> bool:
    """«Báo cáo gửi về … trước ngày …»: the date of what the paragraph before demands."""
    return bool(_SENDING.match(setting.words(span))) and setting.deadline(span).rule in FIRM


def _demanding(setting: Setting, span: Span, outline: Outline) -> bool:
    """More than a courtesy: it asks for a report or a piece of work."""
    words = setting.words(span)
    if (words.rstrip().endswith(":") and not outline.items) or setting.meeting or _own_doing(setting, span):
        return False
    return bool(_REPORT.search(words)) or not _COURTESY.search(words)


def _own_doing(setting: Setting, span: Span) -> bool:
    """What the issuer says of itself: `UBND huyện tổ chức …`."""
    issuer = fold(setting.issuer).replace("uy ban nhan dan", "ubnd")
    return all(fold(name).replace("uy ban nhan dan", "ubnd") in issuer for name in setting.who(span))


def _of_closing(setting: Setting, closing: list[Span]) -> list[Task]:
    found = []
    for span in closing:
        due, who = setting.deadlines(span), setting.who(span)
        rules = {each.rule for each in due}
        if rules & {*DATED} or (who and "external_ref" in rules) or (who and _asks_back(setting, span)):
            found += _parts(setting, "end", span, who or setting.offices)
    return found


def _asks_back(setting: Setting, span: Span) -> bool:
    """A report to somebody, not only word of what goes wrong."""
    words = setting.words(span)
    return bool(_REPORT.search(words) and demands.send_to(words)) and not _IN_TROUBLE.search(words)


def _of_item(setting: Setting, item: Item, everybody: tuple[str, ...], contents: bool) -> list[Task]:
    if setting.meeting and (event := setting.meeting.event(setting.text, item.no, item.span)):
        return [event]
    if setting.meeting and setting.meeting.describes(setting.text, item.span):
        return []
    lead, helpers = demands.labelled(setting.words(item.span))
    if lead:
        return [replace(task, coordinating=helpers) for task in _parts(setting, item.no, item.span, lead)]
    who = setting.who(item.head)
    if item.subs and _carry_demands(setting, item, who):
        return _of_subs(setting, item, who or everybody)
    dated = any(due.rule in DATED for due in setting.deadlines(item.span))
    if not (who or dated or (setting.orders(item.span) and not contents)):
        return []
    found = _parts(setting, item.no, item.span, who or everybody)
    announced = item.subs and demands.asks_for_contents(setting.words(item.head))
    return [*_asked_about(setting, found, item.subs)] if announced else found


def _carry_demands(setting: Setting, item: Item, who: tuple[str, ...]) -> bool:
    """Sub-items with their own dates or their own offices are the tasks, and the item only introduces them; so are
    the orders under the bare name of an office when one of them is a report."""
    if setting.deadline(item.head).rule in FIRM:
        return False
    bare = bool(who) and len(setting.words(item.head)) < 200
    return any(
        any(due.rule in DATED for due in setting.deadlines(sub.span))
        or _names_its_own(setting, sub)
        or (bare and setting.orders(sub.span) and demands.kind(setting.words(sub.span), "none") == "report")
        for sub in item.subs
    )


def _names_its_own(setting: Setting, sub: Item) -> bool:
    return bool(setting.who(sub.span)) and not setting.orders(sub.span)


def _of_subs(setting: Setting, item: Item, inherited: tuple[str, ...]) -> list[Task]:
    shared = setting.with_whom(item.head)
    found: list[Task] = []
    for sub in item.subs:
        own = () if setting.orders(sub.span) else setting.who(sub.span)
        dated = any(due.rule in DATED for due in setting.deadlines(sub.span))
        if not (own or dated or setting.orders(sub.span)):
            continue
        # Nobody owes anything to «cơ quan liên quan»: they are noted once, named offices with every sub-item.
        helpers = setting.with_whom(sub.span) or (demands.named_only(shared) if found else shared)
        found += [replace(task, coordinating=helpers) for task in _parts(setting, sub.no, sub.span, own or inherited)]
    return found


def _parts(setting: Setting, no: str, span: Span, who: tuple[str, ...]) -> list[Task]:
    """The task at `span`; one for each deadline where it has several, whoever a later part names being asked for it."""
    parts = part(setting.text, span, _own(setting, span))
    found: list[Task] = []
    for number, (where, due) in enumerate(parts, 1):
        own = setting.who(where) if number > 1 and not setting.orders(where) else ()
        found.append(_task(setting, _numbered(no, number, len(parts)), where, own or who, due))
    return found


def _own(setting: Setting, span: Span) -> list[Deadline]:
    """Without the dates of what is only cited, where the demand has one of its own."""
    found = setting.deadlines(span)
    own = [due for due in found if not (due.span and demands.only_cites(setting.words((span[0], due.span[0]))))]
    return own if any(due.rule in DATED for due in own) else found


def _numbered(no: str, number: int, of: int) -> str:
    return no if of == 1 or no in ("-", "end") else f"{no}-{number}"


def _task(setting: Setting, no: str, span: Span, who: tuple[str, ...], due: Deadline) -> Task:
    words = setting.words(span)
    kind = demands.kind(words, due.rule)
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
        questions(setting.text, span) if kind in REPORTS else (),
    )


def _period(setting: Setting, span: Span) -> Period | None:
    found = periods(setting.words(span), setting.issued)
    return replace(found[0], span=_shift(found[0].span, span[0])) if found else None
