"""The coordinator's word on a report that came when its directive was over."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import late as vi
from bot.vi import people as vi_people
from db.reports import Submission, Way
from handlers import COORDINATOR, Turn, command
from handlers.deeds.telling import tell_in_hours


@command("ghisau", who=COORDINATOR, listed=False, decides=True)
async def decide(turn: Turn) -> Outgoing:
    """Ghi nhận báo cáo đến sau khi kết thúc công văn"""
    submission = await turn.work.session.get(Submission, turn.number(0) or 0)
    if submission is None or not turn.collects(submission.assignment.task.directive.collector_id):
        return vi_people.nothing_to_decide()
    if submission.way != Way.LATE or turn.number(1) not in {0, 1}:
        return vi_people.nothing_to_decide()
    if submission.withdrawn_at is not None:
        return vi.taken_back(submission)
    if submission.waits_for_confirmation or (submission.refused_at and turn.number(1) == 1):
        taken = turn.number(1) == 1
        submission.confirmed_at = turn.work.now if taken else None
        submission.refused_at = None if taken else turn.work.now
        submission.closed_at = turn.work.now  # what comes from now on is another one
        office_id = submission.assignment.office_id
        turn.work.log("late_decided", turn.contact, office_id=office_id, subject=f"submission:{submission.id}")
        return vi.decided(submission, await tell_in_hours(turn, submission.assignment, vi.told_office(submission)))
    return vi.decided(submission)
