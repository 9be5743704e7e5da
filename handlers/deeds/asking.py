"""One rule runs a guided conversation: the next question is the first one without an answer.

An answer nobody has confirmed yet is none: its question is asked again, with what it was read as.
"""

from __future__ import annotations

from bot.clocks import local
from bot.figures import says_none
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import answering as vi
from bot.vi import rows as vi_rows
from bot.vi import values as vi_values
from db.directives import Assignment, Kind, Question, questions_of
from db.reports import Answer, answer_before, answers_of
from handlers import Refused, Turn
from handlers.deeds.pasting import Part, parts_of
from handlers.deeds.values import COUNTED, NOTHING, Read, read

LIMIT = 4000
"""Characters of an answer."""


async def ask_next(turn: Turn, assignment: Assignment, lead: str = "") -> Outgoing:
    """The first question without an answer, or the summary when there is none left."""
    questions = await questions_of(turn.work.session, assignment.task_id)
    answers = await answers_of(turn.work.session, assignment.id)
    index = next((n for n, each in enumerate(questions) if each.id not in answers or answers[each.id].unsure), None)
    if not questions:
        return vi.no_questions(assignment)
    if index is None:
        turn.contact.expects = f"summary:{assignment.id}"
        return vi.summary(assignment, questions, answers, lead)
    return await ask(turn, assignment, index, lead)


async def ask(turn: Turn, assignment: Assignment, index: int, lead: str = "") -> Outgoing:
    """Ask one question. What is expected names the answer in force, so that a colleague's change is noticed."""
    questions = await questions_of(turn.work.session, assignment.task_id)
    question = questions[index]
    current = (await answers_of(turn.work.session, assignment.id)).get(question.id)
    turn.contact.expects = f"answer:{assignment.id}:{question.id}:{current.id if current else 0}"
    if current is None or not current.unsure:
        before = await before_this(turn, assignment, question)
        return vi.question(assignment, questions, index, current, lead, before)
    asked = vi.asked(questions, index, lead)
    if current.source:
        return vi.from_report(assignment, asked, current)
    if parts := parts_of(current.text, len(questions)):
        said = [(part.number, part_said(questions[part.number - 1], part, current)) for part in parts]
        return vi.parted(assignment, current, index + 1, said)
    if question.kind == Kind.TABLE:
        return vi_rows.so_far(assignment, question, asked, current)
    if question.kind in COUNTED and says_none(current.text):
        return vi_values.zero_or_nothing(assignment, asked, current)
    found = reading_of(question, current)
    if current.value is None and question.kind != Kind.TEXT:
        return vi_values.not_read(assignment, asked, question, current)
    return vi_values.confirm(assignment, asked, current, [current.value or "", *found.others])


async def before_this(turn: Turn, assignment: Assignment, question: Question) -> Answer | None:
    """What they answered one period before, if there was one."""
    if assignment.task.previous_id is None:
        return None
    found = await answer_before(turn.work.session, assignment, question)
    return None if found is None or found.unsure else found


def reading_of(question: Question, answer: Answer) -> Read:
    """As it was read on the day it was said."""
    return read(question, answer.text, local(answer.answered_at).date())


def part_said(question: Question, part: Part, whole: Answer) -> str:
    """One part of a message, as it will be kept."""
    if fold(part.text) in NOTHING:
        return vi.NOTHING
    found = read(question, part.text, local(whole.answered_at).date())
    return vi.said(Answer(text=part.text, value=found.value, unit=found.unit, about=found.about))


async def named(turn: Turn, assignment: Assignment) -> Question:
    """The question a button names by its second argument. Raises Refused if this task does not ask it."""
    found = await turn.work.session.get(Question, turn.number(1) or 0)
    if found is None or found.task_id != assignment.task_id:
        raise Refused(vi.no_questions(assignment))
    return found


async def position(turn: Turn, question: Question) -> int:
    questions = await questions_of(turn.work.session, question.task_id)
    return [each.id for each in questions].index(question.id)


async def keep(turn: Turn, assignment: Assignment, question: Question, **said: object) -> Answer:
    """Store a version of an answer; the earlier ones stay."""
    assert turn.person is not None
    typed = turn.incoming.message_id if turn.incoming.pressed_on is None else None
    given = Answer(
        assignment_id=assignment.id,
        question_id=question.id,
        person_id=turn.person.id,
        **{"answered_at": turn.incoming.at, "message_id": typed, **said},
    )
    turn.work.session.add(given)
    await turn.work.session.flush()
    return given


async def take(
    turn: Turn, assignment: Assignment, question: Question, text: str, *, shown: bool = False, **facts: object
) -> Answer:
    """Keep what was said and what it was read as; unsure until confirmed, unless it says so itself, or it was `shown`
    already how it is read."""
    if fold(text) in NOTHING:
        return await keep(turn, assignment, question, **{"nothing": True, **facts})
    found = read(question, text, local(turn.incoming.at).date())
    sure = found.sure or (shown and found.value is not None and not found.others)
    said = {"text": text, "value": found.value, "unit": found.unit, "about": found.about, "unsure": not sure}
    return await keep(turn, assignment, question, **{**said, **facts})


async def go_on(turn: Turn, assignment: Assignment, question: Question, given: Answer) -> Outgoing:
    """After an answer: what it was read as is shown, to be confirmed where it does not say so itself."""
    place = await position(turn, question)
    if given.unsure:
        return await ask(turn, assignment, place)
    return await ask_next(turn, assignment, vi_values.noted(place + 1, given))


async def confirm(turn: Turn, assignment: Assignment, question: Question, given: Answer, choice: int = 0) -> Outgoing:
    """It was read rightly, or it is the reading of this number."""
    readings = [given.value, *reading_of(question, given).others]
    given.value = readings[choice] if choice < len(readings) else given.value
    given.unsure = False
    await turn.work.session.flush()
    return await go_on(turn, assignment, question, given)
