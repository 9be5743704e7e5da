"""Looking over the reports that came: «Đạt yêu cầu», «Trả lại»."""

from __future__ import annotations

import re

from bot.messages import OutFile, Outgoing
from bot.vi import people as vi_people
from bot.vi import review as vi
from db.directives import questions_of
from db.offices import offices
from db.pages import bound_of, shown
from db.reports import Submission, Way, answers_of
from handlers import COMMANDS, COORDINATOR, Aside, Turn, command, expected, intent
from handlers.deeds.desk import chosen
from handlers.deeds.others import office_named, which_ahead
from handlers.deeds.reviewing import (
    accept,
    current,
    named,
    newest_of,
    received,
    said_before,
    send_back,
    take_back,
    words_after,
)

FEW_WORDS = 4
"""Of so few, what means something else is no reason."""
_GOOD = re.compile(r"/|(?:đạt|dat)\b", re.IGNORECASE)
"""«đặt», «đất» look the same without marks."""


@command("xembaocao", "baocaodanhan", who=COORDINATOR, says=r"^xem (cac )?bao cao\b")
async def reports(turn: Turn) -> Outgoing:
    """Xem các báo cáo đã nhận: đạt yêu cầu, trả lại"""
    words = words_after(r"xem\s+(?:các\s+|cac\s+)?(?:báo cáo|bao cao)", turn.text)
    if words != turn.text and which_ahead(words)[1]:
        submission, _ = await _meant(turn, words, "mobaocao")
        return submission if isinstance(submission, Outgoing) else await _shown(turn, submission.id)
    directive = await chosen(turn, "xembaocao")
    found = await received(turn, directive)
    return vi.reports(directive, found, turn.number(1) or 0) if found else vi.none_yet(directive)


@command("mobaocao", who=COORDINATOR, listed=False)
async def report(turn: Turn) -> Outgoing:
    """Xem một báo cáo"""
    return await _shown(turn, turn.number(0) or 0)


async def _shown(turn: Turn, number: int) -> Outgoing:
    """Its files come first."""
    turn.args = [str(number)]
    found, submission = await named(turn)
    bound = await bound_of(turn.work.session, [submission.id])
    for file in shown(submission, bound.get(submission.id)):
        await turn.work.send(turn.incoming.chat, Outgoing("", file=OutFile(file.name, file.sha256)))
    asked = await questions_of(turn.work.session, submission.assignment.task_id) if _answered(submission) else []
    answers = await answers_of(turn.work.session, submission.assignment_id, settled=True) if asked else {}
    earlier = [each for each in found.submissions if each.id < submission.id]
    return vi.report(found, submission, earlier, asked, answers)


def _answered(submission: Submission) -> bool:
    return submission.way == Way.ANSWERS


@command("dat", "datyeucau", who=COORDINATOR, listed=False, says=r"^dat( yeu cau)?\b")
async def good(turn: Turn) -> Outgoing:
    """Báo cáo đạt yêu cầu"""
    if turn.number(0) is None:
        if not _GOOD.match(turn.text):
            return await COMMANDS["huongdan"].handle(turn)
        submission, _ = await _meant(turn, words_after(r"(?:đạt|dat)(?:\s+(?:yêu cầu|yeu cau))?", turn.text), "dat")
        return submission if isinstance(submission, Outgoing) else await accept(turn, submission)
    _, found = await current(turn)
    return await accept(turn, found)


@command("tralai", who=COORDINATOR, listed=False, says=r"^tra lai\b")
async def back(turn: Turn) -> Outgoing:
    """Trả lại báo cáo để bổ sung"""
    if turn.number(0) is not None:
        _, submission = await current(turn)
        if said := said_before(turn, "tralai"):
            return await send_back(turn, submission, said)
        turn.expect(f"return:{submission.id}")
        return vi.ask_reason(submission)
    found, reason = await _meant(turn, words_after(r"(?:trả lại|tra lai)", turn.text), "tralai")
    if isinstance(found, Outgoing):
        return found
    if reason.strip():
        return await send_back(turn, found, reason)
    turn.expect(f"return:{found.id}")
    return vi.ask_reason(found)


@expected("return", who=COORDINATOR)
async def reason(turn: Turn) -> Outgoing:
    """Why, and by when."""
    _, submission = await current(turn)
    if len(turn.text.split()) <= FEW_WORDS and intent(turn.text) is not None:
        raise Aside
    return await send_back(turn, submission, turn.text)


@command("botralai", who=COORDINATOR, listed=False)
async def not_back(turn: Turn) -> Outgoing:
    """Bỏ trả lại"""
    _, submission = await current(turn)
    return await take_back(turn, submission)


async def _meant(turn: Turn, words: str, verb: str) -> tuple[Submission | Outgoing, str]:
    """The report of the office these words begin with, and the rest of them; or what to say instead. `verb`: the
    command that does what is wanted of it."""
    ahead, words = which_ahead(words)
    if not words:
        return vi.whose(), ""
    found = await office_named(turn, words)
    if found is None or not found.opens:
        known = [each.name for each in await offices(turn.work.session)]
        return vi_people.unknown_office(words, known), ""
    which, said = which_ahead(found.rest)
    of_it = said.strip() if verb == "tralai" else ""
    return await newest_of(turn, found.office, f"{ahead} {which}", verb, of_it), said
