"""Guided questions: one by one, back, skip, later, mended, sent."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.messages import Outgoing
from bot.text import fold, typed
from bot.vi import answering as vi
from bot.vi import filing as vi_filing
from db.directives import Assignment, Kind, Question, questions_of
from db.reports import Answer, Way, answers_of
from db.standing import line
from handlers import COMMANDS, LONG_TEXT, REPORTING, Aside, Turn, command, expected, intent
from handlers.deeds.asides import answered_aside, aside
from handlers.deeds.asking import LIMIT, ask, ask_next, before_this, confirm, go_on, keep, named, position, take
from handlers.deeds.filing import accept_files, announce, new_submission
from handlers.deeds.owed import meant, own
from handlers.deeds.pasting import parts_of
from handlers.deeds.rows import DONE, add_rows, are_rows
from handlers.deeds.values import NOTHING

PART = 1500
"""Characters of an answer from which more of it may follow in another message."""
YES = {"dung", "dung roi", "ok", "vang", "phai", "u", "dung vay", "co"}
_TO_COME = re.compile(r"\s*[(\[.…]*\s*(?:còn tiếp|còn nữa|con tiep|con nua)\s*[)\].…]*\s*$", re.IGNORECASE)
_FIX = re.compile(r"^sua (?:cau )?(\d+)$")
_ANSWER = re.compile(r"^\s*(?:trả|tra)\s+(?:lời|loi)\s*:\s*", re.IGNORECASE)
"""Before what would be taken for an aside."""


@command("traloi", who=REPORTING, says=r"^tra loi( tung cau)?$|^lam tiep\b")
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
    turn.incoming = replace(turn.incoming, text=_ANSWER.sub("", turn.text) or turn.text)
    current = (await answers_of(turn.work.session, assignment.id)).get(question.id)
    if current is not None and current.id != turn.number(2) and current.person_id != (turn.person and turn.person.id):
        return await ask(turn, assignment, await position(turn, question), vi.colleague_changed(current))
    if turn.incoming.edited and (question.kind == Kind.TABLE or turn.args[3:]):
        return vi.edit_of_part(await position(turn, question) + 1)
    if turn.args[3:] and current is not None and folded not in NOTHING:
        return await _go_on_with(turn, assignment, question, current)
    if len(turn.text) > LIMIT:
        return vi.too_long(LIMIT)
    return await _answered(turn, assignment, question, current)


async def _answered(turn: Turn, assignment: Assignment, question: Question, current: Answer | None) -> Outgoing:
    """Whatever the question wants; several answers in one message are shown back first."""
    questions = await questions_of(turn.work.session, assignment.task_id)
    of_table = question.kind == Kind.TABLE
    if parts_of(turn.text, len(questions)) and not (of_table and are_rows(turn.text, question.options)):
        await keep(turn, assignment, question, text=turn.text, unsure=True)
        return await ask(turn, assignment, await position(turn, question))
    if of_table:
        return await add_rows(turn, assignment, question, current)
    if current is not None and current.unsure and current.value and fold(turn.text) in YES:
        return await confirm(turn, assignment, question, current)
    to_come = question.kind == Kind.TEXT and (len(turn.text) >= PART or bool(_TO_COME.search(turn.text)))
    given = await take(turn, assignment, question, _TO_COME.sub("", turn.text) if to_come else turn.text)
    return _more(turn, assignment, question, given) if to_come else await go_on(turn, assignment, question, given)


async def _go_on_with(turn: Turn, assignment: Assignment, question: Question, current: Answer) -> Outgoing:
    """A further message of a long answer, or its end."""
    if fold(turn.text) in DONE:
        return await ask_next(turn, assignment)
    whole = f"{current.text}\n{_TO_COME.sub('', turn.text)}"
    if len(whole) > LIMIT:
        return vi.too_long_together(LIMIT)
    return _more(turn, assignment, question, await keep(turn, assignment, question, text=whole, message_id=None))


def _more(turn: Turn, assignment: Assignment, question: Question, given: Answer) -> Outgoing:
    turn.contact.expects = f"answer:{assignment.id}:{question.id}:{given.id}:more"
    return vi.more_to_come(assignment, question, len(given.text), LIMIT)


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
    current = (await answers_of(turn.work.session, assignment.id)).get(question.id)
    if current is None or current.unsure:
        await keep(turn, assignment, question, skipped=True)
    return await ask_next(turn, assignment)


@command("nhukytruoc", listed=False)
async def as_before(turn: Turn) -> Outgoing:
    """Trả lời như kỳ trước"""
    assignment = await own(turn, turn.number(0))
    question = await named(turn, assignment)
    before = await before_this(turn, assignment, question)
    if before is not None and question.id not in await answers_of(turn.work.session, assignment.id):
        same = {name: getattr(before, name) for name in ("text", "nothing", "value", "unit", "about", "rows")}
        await keep(turn, assignment, question, **same)
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
    if any(given.unsure for given in answers.values()):
        return await ask_next(turn, assignment)
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
