"""Demands that lean on each other: a date told in a later item, by reference, or twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.documents.parting import FIRM
from bot.documents.reading import Task
from bot.text import fold

_MAKES_REPORT = re.compile(r"\W*(?:[^\W\d_]+\s+){0,4}báo cáo\b", re.IGNORECASE)
_WHEN_TO_SEND = re.compile(
    r"\W*(?:Các |Những |Toàn bộ )?(?:Báo cáo|Thời gian|Thời hạn|Hạn|Kết quả|Hồ sơ"
    r"|Văn bản)\b[^.;]{0,300}\b(?:gửi|nộp|trước|chậm nhất|hạn)\b"
)
_SAME_TIME = re.compile(
    r"(?:thời gian|thời hạn|thời điểm|hạn)\s+(?:[^.;,]{0,30}\s)?(?:nêu\s+|quy định\s+)?(?:tại|ở"
    r"|theo)\s+(?:khoản|mục|điểm)\s+(?P<no>\d+)"
)


def linked(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """The tasks with the dates they borrow, each told once."""
    found = list(tasks)
    for place, task in enumerate(found):
        if task.deadline.date is None and (source := _source(task, found, place)):
            found[place] = replace(task, deadline=source.deadline)
    return tuple(task for place, task in enumerate(found) if not any(_again(task, other) for other in found[:place]))


def _source(task: Task, tasks: list[Task], place: int) -> Task | None:
    """The task whose date this one has: the item it names, or a later one that only tells when reports are sent."""
    if named := _SAME_TIME.search(task.text):
        return next((each for each in tasks if each.no == named["no"] and each.deadline.rule in FIRM), None)
    if task.deadline.rule != "none" or task.kind != "report" or not _MAKES_REPORT.match(task.text):
        return None
    later = (each for each in tasks[place + 1 :] if each.deadline.rule in FIRM and each.kind == "report")
    return next((each for each in later if _WHEN_TO_SEND.match(each.text)), None)


def _again(task: Task, other: Task) -> bool:
    """The same demand once more, as an annex repeats the body."""
    if (task.deadline.date, task.deadline.rule) != (other.deadline.date, other.deadline.rule):
        return False
    mine, theirs = fold(task.text), fold(other.text)
    return mine == theirs and set(task.assignees) <= set(other.assignees)
