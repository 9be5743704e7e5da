"""«Đúng», «Giữ nguyên chữ», «Xong»: an answer that was shown back is confirmed."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import answering as vi
from db.directives import Assignment, Kind, Question, questions_of
from db.reports import Answer, Submission, answers_of
from handlers import Refused, Turn, command
from handlers.deeds.asking import ask_next, confirm, go_on, keep, named, take
from handlers.deeds.owed import own
from handlers.deeds.pasting import parts_of
from handlers.deeds.rows import as_text, finish, rows_in
from handlers.deeds.sections import accept_sections, waiting_of
from handlers.deeds.values import NOTHING


@command("dung", listed=False)
async def right(turn: Turn) -> Outgoing:
    """Số, ngày được đọc đúng"""
    assignment, question, given = await _shown(turn)
    if given is None or given.value is None:
        return await ask_next(turn, assignment)
    return await confirm(turn, assignment, question, given, turn.number(3) or 0)


@command("nguyenvan", listed=False)
async def in_words(turn: Turn) -> Outgoing:
    """Giữ nguyên chữ, không ghi số"""
    assignment, _, given = await _shown(turn)
    if given is not None:
        given.unsure, given.value = False, given.value if given.source else None
        await turn.work.session.flush()
    return await ask_next(turn, assignment)


@command("khong", listed=False)
async def zero(turn: Turn) -> Outgoing:
    """Câu này là số 0"""
    assignment, question, given = await _shown(turn)
    if given is None:
        return await ask_next(turn, assignment)
    given.value, given.unit, given.unsure = "0", question.unit, False
    await turn.work.session.flush()
    return await go_on(turn, assignment, question, given)


@command("luachon", listed=False)
async def choice(turn: Turn) -> Outgoing:
    """Chọn một trong các câu trả lời"""
    assignment = await own(turn, turn.number(0))
    question, number = await named(turn, assignment), turn.number(2)
    if question.kind != Kind.CHOICE or number is None or number >= len(question.options):
        return await ask_next(turn, assignment)
    return await go_on(turn, assignment, question, await take(turn, assignment, question, question.options[number]))


@command("xongcau", listed=False)
async def done(turn: Turn) -> Outgoing:
    """Câu trả lời dài, hoặc bảng, đã đủ"""
    assignment = await own(turn, turn.number(0))
    question = await named(turn, assignment)
    current = (await answers_of(turn.work.session, assignment.id)).get(question.id)
    if question.kind == Kind.TABLE and current is not None and current.unsure:
        return await finish(turn, assignment, question, current)
    return await ask_next(turn, assignment)


@command("tach", listed=False)
async def apart(turn: Turn) -> Outgoing:
    """Nhận từng phần của tin cho từng câu"""
    assignment, _, whole = await _shown(turn)
    questions = await questions_of(turn.work.session, assignment.task_id)
    parts = parts_of(whole.text, len(questions)) if whole is not None else []
    if whole is None or not parts:
        return await ask_next(turn, assignment)
    await turn.work.session.delete(whole)
    await turn.work.session.flush()
    for part in parts:
        await _part(turn, assignment, questions[part.number - 1], part.text, whole)
    return await ask_next(turn, assignment, vi.taken_apart(len(parts)))


@command("nhanmuc", listed=False)
async def sections(turn: Turn) -> Outgoing:
    """Nhận các mục đọc từ báo cáo làm câu trả lời"""
    submission = await turn.work.session.get(Submission, turn.number(0) or 0)
    assignment = await own(turn, submission.assignment_id if submission is not None else None)
    assert submission is not None
    waiting = await waiting_of(turn, submission)
    if not waiting or not submission.counts:
        return vi.sections_gone(assignment)
    source = next(iter(waiting.values())).source
    taken = await accept_sections(turn, submission)
    questions = await questions_of(turn.work.session, assignment.task_id)
    answers = await answers_of(turn.work.session, assignment.id, settled=True)
    left = [number for number, each in enumerate(questions, 1) if each.id not in answers]
    turn.work.log("sections_taken", turn.contact, office_id=assignment.office_id, subject=f"submission:{submission.id}")
    return vi.sections_taken(assignment, len(taken), left, source)


async def _part(turn: Turn, assignment: Assignment, question: Question, text: str, whole: Answer) -> None:
    if question.kind != Kind.TABLE or fold(text) in NOTHING:
        await take(turn, assignment, question, text, shown=True, message_id=None)
        return
    try:
        rows = rows_in(text, question.options)
    except Refused:
        rows = []
    await keep(turn, assignment, question, text=as_text(rows) or text, rows=rows, unsure=not rows, message_id=None)


async def _shown(turn: Turn) -> tuple[Assignment, Question, Answer | None]:
    """What the button speaks of; no answer where it is confirmed already, or another was given since."""
    assignment = await own(turn, turn.number(0))
    question = await named(turn, assignment)
    current = (await answers_of(turn.work.session, assignment.id)).get(question.id)
    waits = current is not None and current.unsure and current.id == turn.number(2)
    return assignment, question, current if waits else None
