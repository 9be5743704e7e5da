"""Guided questions: one by one, back, skip, later, mended, sent."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold, typed
from bot.vi import answering as vi
from bot.vi import filing as vi_filing
from db.directives import Assignment, Question, questions_of
from db.reports import Way, answers_of
from db.standing import line
from handlers import COMMANDS, LONG_TEXT, Aside, Turn, command, expected, intent
from handlers.deeds.asides import answered_aside, aside
from handlers.deeds.asking import ask, ask_next, before_this, keep, named, position
from handlers.deeds.filing import accept_files, announce, new_submission
from handlers.deeds.owed import meant, own

LIMIT = 4000
_FIX = re.compile(r"^sua (?:cau )?(\d+)$")
_ANSWER = re.compile(r"^\s*(?:trả|tra)\s+(?:lời|loi)\s*:\s*", re.IGNORECASE)
"""Before what would be taken for an aside."""


@command("traloi", says=r"^tra loi( tung cau)?$|^lam tiep\b")
async def begin(turn: Turn) -> Outgoing:
    """Trả lời từng câu hỏi thay cho gửi tệp"""
    found = await meant(turn, "traloi", fresh=not turn.args)
    lead = vi.resume(found.answered, found.questions) if 0 < found.answered < found.questions else ""
    return await ask_next(turn, found.assignment, lead)


@expected("answer", files=True)
async def answer(turn: Turn) -> Outgoing:
    """The answer to the question asked; a file instead is a report; «sửa câu 2» goes back."""
    assignment = await own(turn, turn.number(0))
    question = await turn.work.session.get(Question, turn.number(1) or 0)
    assert question is not None
    if turn.incoming.files:
        return await accept_files(turn, assignment, turn.incoming.files)
    folded = fold(turn.text)
    if fix := _FIX.match(folded):
        return await _fix(turn, assignment.id, int(fix[1]))
    if (said := await answered_aside(turn)) is not None:
        return await _still_waits(turn, assignment, question, said)
    if not turn.text:
        return vi.empty()
    if len(turn.text) > LIMIT:
        return vi.too_long(LIMIT)
    current = (await answers_of(turn.work.session, assignment.id)).get(question.id)
    if current is not None and current.id != turn.number(2) and current.person_id != (turn.person and turn.person.id):
        return await ask(turn, assignment, await position(turn, question), vi.colleague_changed(current))
    if folded == "khong phat sinh":
        await keep(turn, assignment, question, nothing=True)
    else:
        await keep(turn, assignment, question, text=_ANSWER.sub("", turn.text) or turn.text)
    return await ask_next(turn, assignment)


async def _still_waits(turn: Turn, assignment: Assignment, question: Question, said: Outgoing) -> Outgoing:
    """With the question under the answer to an aside, unless it was put off or has just been asked again."""
    questions = await questions_of(turn.work.session, assignment.task_id)
    index = [each.id for each in questions].index(question.id)
    if not turn.contact.expects or aside(turn.text) == "traloi":
        return said
    return vi.still_waits(said, questions, index, elsewhere=not turn.contact.expects.startswith("answer:"))


@command("boqua", listed=False)
async def skip(turn: Turn) -> Outgoing:
    """Bỏ qua câu này"""
    assignment = await own(turn, turn.number(0))
    question = await named(turn, assignment)
    if question.id not in await answers_of(turn.work.session, assignment.id):
        await keep(turn, assignment, question, skipped=True)
    return await ask_next(turn, assignment)


@command("nhukytruoc", listed=False)
async def as_before(turn: Turn) -> Outgoing:
    """Trả lời như kỳ trước"""
    assignment = await own(turn, turn.number(0))
    question = await named(turn, assignment)
    before = await before_this(turn, assignment, question)
    if before is not None and question.id not in await answers_of(turn.work.session, assignment.id):
        await keep(turn, assignment, question, text=before.text, nothing=before.nothing)
    return await ask_next(turn, assignment)


@command("quaylai", listed=False)
async def back(turn: Turn) -> Outgoing:
    """Về câu trước"""
    assignment = await own(turn, turn.number(0))
    question = await named(turn, assignment)
    return await ask(turn, assignment, max(0, await position(turn, question) - 1))


@command("suacau", listed=False)
async def fix(turn: Turn) -> Outgoing:
    """Sửa một câu đã trả lời"""
    return await _fix(turn, turn.number(0), turn.number(1) or 0)


@command("suacaunay", listed=False, says=r"^sua (cau )?\d+$")
async def fix_in_words(turn: Turn) -> Outgoing:
    """Sửa câu theo số"""
    found = await meant(turn, "traloi")
    number = _FIX.match(fold(turn.text))
    return await _fix(turn, found.assignment.id, int(number[1]) if number else 0)


async def _fix(turn: Turn, assignment_id: int | None, number: int) -> Outgoing:
    assignment = await own(turn, assignment_id)
    questions = await questions_of(turn.work.session, assignment.task_id)
    if not 1 <= number <= len(questions):
        return vi.which_question(len(questions))
    return await ask(turn, assignment, number - 1)


_YES = re.compile(
    r"(?:(?:da|vang|ok|oke|duoc|roi|em|anh|chi|thi) )*(?:gui|nop|xong|ok|oke|dong y|duoc|vang|da|u)"
    r"(?: (?:di|luon|bao cao|nay|giup|em|anh|chi|nhe|a|roi))*"
)


@expected("summary")
async def looked_over(turn: Turn) -> Outgoing:
    """«Gửi đi»: under the summary it means what the button says."""
    if _YES.fullmatch(typed(turn.text)):
        return await send(turn)
    if (said := await answered_aside(turn)) is not None:
        return said
    if intent(turn.text) is not None or len(turn.text) >= LONG_TEXT:
        raise Aside
    return await COMMANDS["huongdan"].handle(turn)


@command("guitraloi", listed=False)
async def send(turn: Turn) -> Outgoing:
    """Gửi phần trả lời thành báo cáo"""
    assignment = await own(turn, turn.number(0))
    answers = await answers_of(turn.work.session, assignment.id)
    last = (await line(turn.work.session, assignment)).valid[-1:]
    if (
        last
        and last[0].way in {Way.ANSWERS, Way.NOTHING}
        and all(given.answered_at <= last[0].arrived_at for given in answers.values())
    ):
        return vi_filing.receipt(last[0], await line(turn.work.session, assignment), None)
    if all(given.skipped for given in answers.values()):
        return vi.nothing_answered()
    nothing = all(given.nothing or given.skipped for given in answers.values())
    submission = await new_submission(
        turn, assignment, Way.NOTHING if nothing else Way.ANSWERS, arrived_at=turn.incoming.at
    )
    turn.expect("")
    return await announce(turn, submission)
