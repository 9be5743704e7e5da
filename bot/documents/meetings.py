"""The hour of a meeting that a document invites to: an event, and no deadline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.documents.dates import DATE, TIME, WEEKDAY, Issued, read_date, read_time
from bot.documents.reading import Deadline, Span, Task
from bot.documents.tidy import match_form

_WHEN = re.compile(
    rf"(?:(?P<time>{TIME})\s*,?\s*(?:(?:sáng|chiều)\s+)?(?:\(?{WEEKDAY}\)?\s*,?\s*)?\(?(?:ngày\s+)?(?P<date>{DATE})"
    rf"|ngày\s+(?:\d{{1,2}}\s*(?:,|và|-)\s*)*(?P<day>{DATE}))"
)
_LABEL = re.compile(
    r"\W*(?:thời\s+gian|vào\s+lúc|vào\s+hồi)\b(?![^:]{0,30}\b(?:gửi|nộp|hoàn\s+thành|báo\s+cáo|nhận|thực\s+hiện))"
)
_INVITES = re.compile(r"\b(?:kính\s+mời|trân\s+trọng\s+mời|mời)\s+(?!thầu|gọi)|\bmời\b[^.;]{0,200}\b(?:dự|tham\s+dự)\b")
_HELD = re.compile(r"\b(?:tổ\s+chức|họp|khai\s+mạc|diễn\s+ra|làm\s+việc)\b")
_ABOUT = re.compile(r"\W*(?:Thành phần|Địa điểm|Nội dung|Chủ trì|Đối tượng|Số lượng)\b")


def invites(kind: str | None, subject: str | None, body: str) -> bool:
    """Whether a document asks people to a meeting: a giấy mời, or one whose subject or first words invite."""
    return kind in ("giấy mời", "thư mời") or bool(_INVITES.search(match_form(f"{subject or ''}. {body[:1500]}")))


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who is invited, and from when a day without a year is counted."""

    invited: tuple[str, ...]
    issued: Issued

    def event(self, text: str, no: str, span: Span) -> Task | None:
        """`Thời gian: 08 giờ 00, ngày …` as a task of the kind «event»."""
        form = match_form(text[slice(*span)])
        label = _LABEL.match(form)
        found = _WHEN.search(form) if label else None
        if not found or "dự kiến" in form[: found.start()]:
            return None
        return self._task(text, no, span, found)

    def describes(self, text: str, span: Span) -> bool:
        """Who comes, where and what about: no tasks."""
        return bool(_ABOUT.match(text, *span))

    def events(self, text: str, paragraphs: list[Span]) -> list[Task]:
        """The first one told in a paragraph without a number."""
        for span in paragraphs:
            if event := self.event(text, "-", span):
                return [event]
        return []

    def _task(self, text: str, no: str, span: Span, found: re.Match[str]) -> Task | None:
        day = read_date(found["date"] or found["day"], self.issued)
        if day is None or (self.issued.day and day < self.issued.day):
            return None
        time = read_time(found["time"]) if found["time"] else None
        where = (span[0] + found.start(), span[0] + found.end())
        words, iso = " ".join(text[slice(*where)].split()), day.isoformat()
        due = Deadline(f"on_{'datetime' if time else 'date'}", words, iso, time, iso, iso, span=where)
        return Task(no, self.invited, (), " ".join(text[slice(*span)].split()), span, due, "event")
