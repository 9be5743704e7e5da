"""Answers read from a report an office sent as a file: offered with its receipt, taken in one tap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.documents import Reading
from bot.documents.sections import sections
from bot.figures import is_counted
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import answering as vi
from bot.vi import edition as vi_edition
from db.directives import Assignment, Kind, Question, questions_of
from db.reports import Answer, Submission, answers_of
from handlers import Refused, Turn
from handlers.deeds.asking import LIMIT, reading_of, take
from handlers.deeds.rows import as_text, rows_in


async def offer(turn: Turn, submission: Submission, receipt: Outgoing) -> Outgoing:
    """The receipt, with what of the questions the file answers, if nobody has answered them yet."""
    assignment = submission.assignment
    questions = await questions_of(turn.work.session, assignment.task_id)
    if questions and isinstance(turn.prepared, Reading) and _has_word_file(turn):
        await _read(turn, submission, turn.prepared, questions)
    waiting = await waiting_of(turn, submission)
    said = [(n, vi.said(waiting[each.id])) for n, each in enumerate(questions, 1) if each.id in waiting]
    if not said:
        return receipt
    lines, buttons = vi.offered(assignment, submission, said, len(questions))
    return replace(receipt, text=f"{receipt.text}\n{lines}", buttons=(buttons, *receipt.buttons))


async def waiting_of(turn: Turn, submission: Submission) -> dict[int, Answer]:
    """What was read from this report and nobody has taken yet, by question."""
    answers = await answers_of(turn.work.session, submission.assignment_id)
    mine = {number: each for number, each in answers.items() if each.unsure and each.source}
    return {number: each for number, each in mine.items() if each.answered_at == submission.arrived_at}


async def accept_sections(turn: Turn, submission: Submission) -> list[int]:
    """They are answers from now on; the ids of their questions. Words that can be read in two ways are no figure."""
    taken = []
    for number, each in (await waiting_of(turn, submission)).items():
        each.unsure = False
        taken.append(number)
    await turn.work.session.flush()
    return taken


async def _read(turn: Turn, submission: Submission, reading: Reading, questions: Sequence[Question]) -> None:
    assignment, answered = submission.assignment, await answers_of(turn.work.session, submission.assignment_id)
    found = sections(reading.text, [vi_edition.title(each) for each in questions])
    source = vi.source(reading.number, reading.date, submission.arrived_at)
    facts: dict[str, Any] = {"source": source, "answered_at": submission.arrived_at, "message_id": None, "unsure": True}
    for place, words in found.items():
        question = questions[place]
        if question.id not in answered and len(words) <= LIMIT:
            await _keep(turn, assignment, question, words, facts)


async def _keep(turn: Turn, assignment: Assignment, question: Question, words: str, facts: dict[str, Any]) -> None:
    if question.kind != Kind.TABLE:
        given = await take(turn, assignment, question, words, **facts)
        given.value = None if reading_of(question, given).others else given.value
    elif rows := _rows(words, question):
        await take(turn, assignment, question, as_text(rows), **{**facts, "rows": rows})


def _rows(words: str, question: Question) -> list[list[str]]:
    """Those of a table with these columns, perhaps numbered; its head is known by columns of figures without any."""
    found = []
    for line in (line for line in words.split("\n") if "|" in line):
        cells = line.split("|")
        bare = cells[1:] if len(cells) == len(question.options) + 1 else cells
        try:
            found += rows_in("|".join(bare), question.options)
        except Refused:
            if found or not any(map(is_counted, question.options)):
                return []
    return found


def _has_word_file(turn: Turn) -> bool:
    return any(fold(file.name).endswith("docx") and file.sha256 for file in turn.incoming.files)
