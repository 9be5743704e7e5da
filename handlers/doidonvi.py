"""A person of two offices who handed in for the wrong one."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import filing as vi
from bot.vi.people import other_office
from db.reports import Submission, last_submission
from handlers import Turn, command
from handlers.deeds.rehoming import MOVABLE, move_report, other_offices


@command("doidonvi", listed=False, says=r"^(doi|nham|sai|chuyen) don vi\b|^nham (sang )?don vi\b")
async def change(turn: Turn) -> Outgoing:
    """Đổi đơn vị của báo cáo vừa gửi"""
    submission = await _meant(turn)
    if submission is None or not turn.may_act_for(submission.assignment.office_id):
        return other_office() if turn.args else vi.no_report_to_move()
    if submission.withdrawn_at is not None:
        return vi.already_withdrawn(submission)
    possible = await other_offices(turn, submission)
    if not possible:
        return vi.not_movable(submission)
    target = next((each for each in possible if each.id == turn.number(1)), None)
    if target is None and (len(possible) > 1 or turn.args[1:]):
        return vi.which_office(submission, possible)
    return await move_report(turn, submission, target or possible[0])


async def _meant(turn: Turn) -> Submission | None:
    if turn.number(0) is not None:
        return await turn.work.session.get(Submission, turn.number(0))
    assert turn.person is not None
    return await last_submission(turn.work.session, turn.person.id, MOVABLE)
