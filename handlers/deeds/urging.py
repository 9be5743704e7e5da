"""The letter to those who are late: whom it names, and its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.documents.report import Annex, Letter, Respondent, Signature, missing
from bot.vi import edition as vi_edition
from bot.vi import report as vi_report
from bot.vi import urging as vi
from bot.vi.missing import TaskState
from db.chapters import Chapter
from db.directives import Directive
from db.standing import Facts
from handlers.deeds.consolidating import above, letterhead
from handlers.deeds.gathering import respondent

BY_NAME = 6
"""More addressees are «theo danh sách kèm theo»."""


Late = tuple[Chapter, list[Respondent]]
"""A task, and who is late with it."""


def late_in(states: Iterable[TaskState], now: datetime) -> list[Facts]:
    """What is overdue and neither reported nor said to be sent elsewhere; never the collector's own."""
    return [line for state in states for line in state.lines if _is_late(line, now)]


def _is_late(line: Facts, now: datetime) -> bool:
    return line.owes and not line.assignment.collectors_own and line.overdue(now)


def late_offices(found: Sequence[Chapter], now: datetime) -> list[Late]:
    """By task, those that have some."""
    every = [(each, [respondent(part) for part in each.parts if _is_late(part.line, now)]) for each in found]
    return [(chapter, late) for chapter, late in every if late]


def letter(directive: Directive, late: Sequence[Late], number: int, now: datetime) -> Letter:
    """A draft; what its văn thư gives (the number, the day) and who signs is left open."""
    collector = directive.collector
    names = tuple(dict.fromkeys(each.name for _, offices in late for each in offices))
    words = {chapter.task.deadline_words or "" for chapter, _ in late}
    deadline = words.pop() if len(words) == 1 else ""
    by_name = len(names) <= BY_NAME and len(late) == 1
    body = vi_edition.named(directive), collector.name, deadline or vi.BY_THE_PAPER, now, None
    return Letter(
        letterhead(directive, above(directive, late[0][0].task), collector.short),
        vi_report.letter_subject(vi_edition.subject(directive, [chapter.task for chapter, _ in late])),
        names if len(names) <= BY_NAME else (vi.LISTED,),
        vi_report.letter_body(*body, named=names if by_name else ()),
        Signature(vi_edition.signs(collector)),
        (),
        "VT",
        now,
        () if by_name else tuple(_annex(chapter, offices, several=len(late) > 1) for chapter, offices in late),
        number,
    )


def _annex(chapter: Chapter, offices: Sequence[Respondent], *, several: bool) -> Annex:
    return missing(offices, vi.annex(chapter.task)) if several else missing(offices)
