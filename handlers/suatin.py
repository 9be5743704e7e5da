"""A message edited after it was sent: the answer given in it changes with it; nothing else does."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import answering as vi
from db.directives import Assignment, Question, questions_of
from db.reports import answer_in, answers_of
from handlers import EDITS, Aside, Rule, Turn
from handlers.deeds.asking import LIMIT, ask, ask_next, keep, position, take
from handlers.deeds.owed import own
from handlers.deeds.pasting import parts_of


async def edited(turn: Turn) -> Outgoing:
    assert turn.person is not None
    given = await answer_in(turn.work.session, turn.person.id, turn.incoming.message_id)
    if given is None:
        if turn.contact.expects.partition(":")[0] not in {"", "summary"}:
            raise Aside(still_expecting=True)  # a correction of what was not understood
        return vi.edit_ignored()
    assignment = await own(turn, given.assignment_id)
    question = await turn.work.session.get(Question, given.question_id)
    assert question is not None
    number = await position(turn, question) + 1
    in_force = (await answers_of(turn.work.session, assignment.id))[question.id]
    if in_force.id != given.id:
        return vi.answered_anew(number, in_force)
    if len(turn.text) > LIMIT:
        return vi.too_long(LIMIT)
    several = parts_of(turn.text, len(await questions_of(turn.work.session, assignment.task_id)))
    how: dict[str, object] = {"text": turn.text, "unsure": True}
    mended = await (keep(turn, assignment, question, **how) if several else take(turn, assignment, question, turn.text))
    if mended.unsure:
        return await ask(turn, assignment, number - 1)
    return await _mended(turn, assignment, number)


EDITS.append(Rule(edited))


async def _mended(turn: Turn, assignment: Assignment, number: int) -> Outgoing:
    """While questions are being asked the next one still waits; afterwards the whole is shown again."""
    if turn.contact.expects.startswith(f"answer:{assignment.id}:"):
        return vi.mended(number, turn.text)
    return vi.mended(number, turn.text, await ask_next(turn, assignment))
