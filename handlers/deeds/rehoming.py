"""A report handed in for one office that was meant for another one of the same person."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import filing as vi
from db.directives import Assignment, assignments_of_task
from db.people import Role
from db.reports import Submission, SubmissionFile, Way
from db.standing import Line, line
from handlers import Turn
from handlers.deeds.filing import acting_member, announce, new_submission
from handlers.deeds.reach import people_of

MOVABLE = frozenset({Way.FILES, Way.NOTHING})
_OF_A_FILE = ("position", "name", "sha256", "size", "part", "marks")


async def other_offices(turn: Turn, submission: Submission) -> list[Assignment]:
    """The same task as this person's other offices owe it, while the report may still be changed."""
    fixed = submission.accepted_at or submission.returned_at or submission.assignment.task.directive.closed_at
    if len(turn.offices) < 2 or submission.way not in MOVABLE or not submission.stands or fixed:
        return []
    asked = await assignments_of_task(turn.work.session, submission.assignment.task_id)
    return [each for each in asked if turn.may_act_for(each.office_id) and each.id != submission.assignment_id]


async def _tell_former_head(turn: Turn, submission: Submission, left: Line) -> None:
    """Who got the copy line hears that it is taken back."""
    office_id, by = left.assignment.office_id, acting_member(turn, left.assignment.office_id)
    if by is None or by.role == Role.HEAD:
        return
    for seat in await people_of(turn.work, office_id):
        if seat.role == Role.HEAD:
            await turn.work.tell(seat.person_id, vi.withdrawn(submission, left, mine=False), office_id=office_id)


async def move_report(turn: Turn, submission: Submission, to: Assignment) -> Outgoing:
    """Taken back there and handed in here, as it came and when it came; both offices' heads hear of it."""
    assert turn.person is not None
    submission.withdrawn_at, submission.withdrawn_by = turn.work.now, turn.person.id
    subject = f"submission:{submission.id}"
    turn.work.log("office_changed", turn.contact, office_id=submission.assignment.office_id, subject=subject)
    moved = await new_submission(turn, to, Way(submission.way), arrived_at=submission.arrived_at)
    moved.files += [SubmissionFile(**{name: getattr(file, name) for name in _OF_A_FILE}) for file in submission.files]
    moved.closed_at = submission.closed_at
    moved.bind_at = (submission.bind_at or turn.work.now) if moved.photos else None
    await turn.work.session.flush()
    left = await line(turn.work.session, submission.assignment)
    await _tell_former_head(turn, submission, left)
    turn.expect(f"file:{to.id}:more" if moved.way == Way.FILES else "")
    return await announce(turn, moved)
