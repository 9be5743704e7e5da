"""What one office said to one question, as a report takes it; the sums of figures, the tables of all offices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.documents.report import Annex, Passage, Source, Table, Total
from bot.documents.report.body import MOST_IN_LINE
from bot.figures import is_counted
from bot.vi import edition as vi
from bot.vi import report as vi_report
from bot.vi.values import in_full
from db.chapters import SAID, Chapter, Given, Part
from db.directives import Kind, Question
from handlers.deeds.values import ADDED, COUNTED, figure_of

WIDE = 4
"""Columns from which a table is printed across."""


def passage(part: Part, question: Question) -> Passage | None:
    """None where the office said nothing to it; «không phát sinh» is something said, and no figure."""
    given = part.answers.get(question.id)
    if part.said is None or (given is not None and given.skipped):
        return None
    source = Source(part.office_id, question.id, part.said.version)
    if given is None:
        return Passage(source, part.name, nothing=True, answered_at=part.said.arrived_at) if part.nothing else None
    number = figure_of(given) if question.kind in COUNTED else None
    table = _table(question, given)
    text = "" if table else given.text
    return Passage(source, part.name, text, number, given.nothing, given.answered_at, table=table)


def answered_itself(part: Part) -> bool:
    """Else what it reported is in its file, even where some of it was taken from there."""
    return part.said is not None and part.said.way in SAID


def in_text(part: Part, question: Question) -> Passage | None:
    """As the text of a report has it: a table is in an annex, with those of the other offices; what was read in a file
    names it."""
    found, given = passage(part, question), part.answers.get(question.id)
    if found is None or found.nothing or given is None:
        return found
    text = vi_report.in_annex(len(given.rows), vi.title(question)) if found.table else in_full(given)
    return replace(found, text=f"{text} ({given.source})" if given.source else text, table=None)


def total(chapter: Chapter, question: Question) -> Total | None:
    """The sum of the figures given and who gave them; who said something and gave none is named. None where there is no
    figure at all, or where figures make no sum."""
    if question.kind not in ADDED:
        return None
    said = [(part, passage(part, question)) for part in chapter.parts]
    figures = [(_behind(part, question), each.number) for part, each in said if each and each.number is not None]
    without = tuple(part.name for part, each in said if each and each.number is None and not each.nothing)
    many = len(figures) > MOST_IN_LINE
    behind = (in_text(part, question) for part, each in said if each and each.number is not None) if many else ()
    told = tuple(each for each in behind if each is not None)
    return Total(vi_report.TOTAL, tuple(figures), question.unit, without, told) if figures else None


def tables(chapter: Chapter) -> Iterator[Annex]:
    """Of each question that asks for a table, the rows of all offices in one."""
    for question in chapter.questions:
        rows = [
            (found.source, part.name, each)
            for part in chapter.parts
            if (found := passage(part, question)) is not None and found.table is not None
            for each in found.table.rows
        ]
        if rows:
            yield Annex(vi.title(question), (_together(question, rows),), len(question.options) >= WIDE)


def _together(question: Question, rows: list[tuple[Source, str, tuple[str, ...]]]) -> Table:
    columns = ("TT", vi_report.OFFICE, *question.options)
    counted = {place for place, column in enumerate(columns) if place > 1 and is_counted(column)}
    widths = tuple(1 if not place else 2 if place in counted else 5 for place in range(len(columns)))
    numbered = tuple((str(n), office, *cells) for n, (_, office, cells) in enumerate(rows, 1))
    return Table(columns, numbered, widths, frozenset(counted), sources=tuple(source for source, *_ in rows))


def _table(question: Question, given: Given) -> Table | None:
    if question.kind != Kind.TABLE or not given.rows:
        return None
    counted = frozenset(place for place, column in enumerate(question.options) if is_counted(column))
    return Table(tuple(question.options), tuple(tuple(row) for row in given.rows), numeric=counted)


def _behind(part: Part, question: Question) -> str:
    return vi_report.estimated(part.name) if part.answers[question.id].about else part.name
