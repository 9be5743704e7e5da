"""Offices merge, split, change their names while directives are open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import Outgoing
from bot.vi import reorganising as vi
from db import Work
from db.decisions import Exemption
from db.directives import Assignment, assignments_of_task
from db.drafts import assign, unassign
from db.offices import Office
from db.people import Member
from db.reorganising import (
    end_office,
    members_of,
    move_requests,
    open_tasks_of,
    owe_again,
    rename_office,
    take_over,
)
from db.seats import OWING, seats
from db.standing import Line, lines
from handlers import Turn
from handlers.deeds.codes import revoke_codes
from handlers.deeds.instants import today
from handlers.deeds.ladder import hang
from handlers.deeds.reach import tell


@dataclass
class Succession:
    """What becomes of the tasks of offices that merge. `follow` go to the heir; where it owes the same task already,
    one that was not reported is `spared`, and one that was is `done` and keeps the name it was reported under. The
    heir has the latest day that one of them was given, `longer`; where it was exempt and one of them owes, it owes
    `again`. `reports`: the heir's own by its task."""

    follow: list[Assignment] = field(default_factory=list)
    spared: list[Assignment] = field(default_factory=list)
    done: list[Assignment] = field(default_factory=list)
    again: list[Assignment] = field(default_factory=list)
    longer: list[tuple[Assignment, datetime]] = field(default_factory=list)
    reports: dict[int, Assignment] = field(default_factory=dict)

    def add(self, own: Line, others: Sequence[Line]) -> None:
        """One task: what stays the heir's, and what the others had of it."""
        self.reports[own.assignment.task_id] = own.assignment
        self.done += [each.assignment for each in others if each.valid]
        owing = [each for each in others if not each.reported]
        self.spared += [each.assignment for each in owing]
        if own.valid or not owing:
            return
        if own.exempt:
            self.again.append(own.assignment)
        now = own.assignment.deadline_at
        latest = max((each.assignment.deadline_at for each in owing if each.assignment.deadline_at), default=None)
        if now and latest and latest > now:
            self.longer.append((own.assignment, latest))


async def succession(work: Work, former: Sequence[Office], heir: Office | None) -> Succession:
    """`heir` is None where it is a new office. The denominators stay as they were at sending."""
    ids = [office.id for office in former]
    owed = await open_tasks_of(work.session, [*ids, *([heir.id] if heir else [])])
    found, by_task = Succession(), dict[int, list[Line]]()
    for each in await lines(work.session, owed):
        by_task.setdefault(each.assignment.task_id, []).append(each)
    for group in by_task.values():
        own = next((each for each in group if each.assignment.office_id not in ids), None)
        if own is None:  # the first that has something in is the heir's, or else the first that owes
            own = next((each for each in group if each.valid), None) or next(
                (each for each in group if not each.exempt), group[0]
            )
            found.follow.append(own.assignment)
        found.add(own, [each for each in group if each is not own])
    return found


async def merge(turn: Turn, former: Sequence[Office], heir: Office) -> Succession:
    """The former offices end today; their people, open tasks and files are the heir's."""
    work, day = turn.work, today(turn.work.now)
    found = await succession(work, former, heir)
    await take_over(work.session, found.follow, heir)
    await _owe(turn, found)
    for each in found.spared:
        await _spare(turn, each, heir)
    for office in former:
        await revoke_codes(turn, [office])
        moved = await _bring(work, office, heir)
        await end_office(work.session, office, heir, day)
        subject = f"office:{heir.id}"
        tasks = [each.id for each in found.follow]
        work.log("office_merged", turn.contact, office_id=office.id, subject=subject, members=moved, assignments=tasks)
    await work.session.flush()
    await _tell(work, heir, vi.told_merged([office.name for office in former], heir, found.longer))
    return found


async def _owe(turn: Turn, found: Succession) -> None:
    """The heir by the latest day that one of them was given; what they asked for waits for an answer still."""
    work = turn.work
    for each, until in found.longer:
        each.extended_to = until
        each.version += 1
    await owe_again(work.session, [each.id for each in found.again])
    for each in found.again:
        work.log("owes_again", turn.contact, office_id=each.office_id, subject=f"assignment:{each.id}")
    for each in found.spared:
        await move_requests(work.session, each, found.reports[each.task_id])
    await work.session.flush()
    await hang(work, [each for each, _ in found.longer], turn.house)


async def _spare(turn: Turn, assignment: Assignment, heir: Office) -> None:
    """One report of the heir will do."""
    if not assignment.task.directive.sent:
        await unassign(turn.work.session, assignment)
        return
    assert turn.person is not None
    facts = {"exempted_at": turn.work.now, "exempted_by": turn.person.id}
    turn.work.session.add(Exemption(assignment_id=assignment.id, reason=vi.merged_into(heir), **facts))
    turn.work.log("exempted", turn.contact, office_id=assignment.office_id, subject=f"assignment:{assignment.id}")
    await turn.work.session.flush()


async def _bring(work: Work, former: Office, heir: Office) -> list[int]:
    """Its people keep their roles and whom they stand in for; one who is of both offices has one place."""
    there = {(each.person_id, each.role) for each in await members_of(work.session, heir.id)}
    moved: list[int] = []
    for member in await members_of(work.session, former.id):
        if (member.person_id, member.role) in there and member.stands_for is None:
            member.ended_at = work.now
            continue
        member.office, member.office_id = heir, heir.id
        moved.append(member.id)
    await work.session.flush()
    return moved


async def rename(turn: Turn, office: Office, name: str) -> None:
    """All of it stays; what it was asked under its former name remembers that."""
    former = office.name
    for each in await open_tasks_of(turn.work.session, [office.id]):
        each.asked_as = each.asked_as or (former if each.task.directive.sent else None)
    await rename_office(turn.work.session, office, name, today(turn.work.now))
    turn.work.log("office_renamed", turn.contact, office_id=office.id)
    await _tell(turn.work, office, vi.told_renamed(former, office))


async def split(turn: Turn, office: Office, name: str, new: Office, *, both: bool) -> list[Assignment]:
    """The office goes on under this name, with its people and tasks; the new one owes what is open too, if `both`."""
    former, work = office.name, turn.work
    if name != former:
        await rename(turn, office, name)
    new.valid_from = new.valid_from or today(work.now)
    added: list[Assignment] = []
    for line in await lines(work.session, await open_tasks_of(work.session, [office.id])) if both else []:
        if line.owes and line.assignment.task.directive.sent and not line.assignment.collectors_own:
            await assign(work.session, line.assignment.task, [new])
            found = await assignments_of_task(work.session, line.assignment.task_id)
            added += [each for each in found if each.office_id == new.id]
    for each in added:
        each.asked_as = former
    await work.session.flush()
    await hang(work, added, turn.house)
    subject, tasks = f"office:{new.id}", [each.id for each in added]
    work.log("office_split", turn.contact, office_id=office.id, subject=subject, assignments=tasks)
    return added


async def _tell(work: Work, office: Office, message: Outgoing) -> None:
    await tell(work, (await seats(work.session, [office.id]))[office.id], message, office_id=office.id)


async def heads_of(work: Work, office: Office) -> list[Member]:
    """Several offices' heads may have become one office's; who only stands in for one is none."""
    found = await members_of(work.session, office.id)
    return [each for each in found if each.role == OWING[0] and each.approved_at and each.until is None]
