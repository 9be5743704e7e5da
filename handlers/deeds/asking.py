"""One rule runs a guided conversation: the next question is the first one without an answer."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import answering as vi
from db.directives import Assignment, Question, questions_of
from db.reports import Answer, answer_before, answers_of
from handlers import Refused, Turn


async def ask_next(turn: Turn, assignment: Assignment, lead: str = "") -> Outgoing:
    """The first question without an answer, or the summary when there is none left."""
    questions = await questions_of(turn.work.session, assignment.task_id)
    answers = await answers_of(turn.work.session, assignment.id)
    index = next((n for n, question in enumerate(questions) if question.id not in answers), None)
    if not questions:
        return vi.no_questions(assignment)
    if index is None:
        turn.contact.expects = f"summary:{assignment.id}"
        return vi.summary(assignment, questions, answers)
    return await ask(turn, assignment, index, lead)


async def ask(turn: Turn, assignment: Assignment, index: int, lead: str = "") -> Outgoing:
    """Ask one question. What is expected names the answer in force, so that a colleague's change is noticed."""
    questions = await questions_of(turn.work.session, assignment.task_id)
    current = (await answers_of(turn.work.session, assignment.id)).get(questions[index].id)
    turn.contact.expects = f"answer:{assignment.id}:{questions[index].id}:{current.id if current else 0}"
    before = await before_this(turn, assignment, questions[index])
    return vi.question(assignment, questions, index, current, lead, before)


async def before_this(turn: Turn, assignment: Assignment, question: Question) -> Answer | None:
    """What they answered one period before, if there was one."""
    if assignment.task.previous_id is None:
        return None
    return await answer_before(turn.work.session, assignment, question)


async def named(turn: Turn, assignment: Assignment) -> Question:
    """The question a button names by its second argument. Raises Refused if this task does not ask it."""
    found = await turn.work.session.get(Question, turn.number(1) or 0)
    if found is None or found.task_id != assignment.task_id:
        raise Refused(vi.no_questions(assignment))
    return found


async def position(turn: Turn, question: Question) -> int:
    questions = await questions_of(turn.work.session, question.task_id)
    return [each.id for each in questions].index(question.id)


async def keep(turn: Turn, assignment: Assignment, question: Question, **said: object) -> None:
    """Store a version of an answer; the earlier ones stay."""
    assert turn.person is not None
    turn.work.session.add(
        Answer(
            assignment_id=assignment.id,
            question_id=question.id,
            person_id=turn.person.id,
            answered_at=turn.incoming.at,
            message_id=turn.incoming.message_id if turn.incoming.pressed_on is None else None,
            **said,
        )
    )
    await turn.work.session.flush()
