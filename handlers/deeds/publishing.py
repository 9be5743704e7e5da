"""Sending: every instant fixed, every office told, every reminder hung, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.messages import OutFile, Outgoing
from bot.vi import card
from bot.vi import directive as vi
from db import Work
from db.directives import (
    Assignment,
    Directive,
    Task,
    assignments_of,
    files_of,
    open_assignments,
    questions_of,
    tasks_of,
)
from db.mail import Priority
from db.people import Contact, memberships
from handlers import House
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import hang
from handlers.deeds.reach import has_open_chat, people_of, reachable


async def named_day_matters(work: Work, directive: Directive) -> Task | None:
    """The first task whose «trước ngày X» needs the coordinator's word on day X itself."""
    tasks = await tasks_of(work.session, directive.id)
    return next((task for task in tasks if task.rule == "before_date" and task.named_on and not task.named_time), None)


async def reach_of(work: Work, directive: Directive) -> vi.Reach:
    """Which offices can be told (the collector, who sends, among them) and which cannot."""
    names: dict[int, str] = {}
    nobody: dict[int, str] = {}
    blocked: dict[int, str] = {}
    for assignment in await assignments_of(work.session, directive.id):
        office = assignment.office
        names[office.id] = office.name
        if assignment.collectors_own or await reachable(work, office.id):
            continue
        people = [member.person.name for member in await people_of(work, office.id)]
        if people:
            blocked[office.id] = f"{office.name}: {', '.join(people)}" + (
                f", gọi {office.phone}" if office.phone else ""
            )
        else:
            nobody[office.id] = office.name
    return vi.Reach(len(names), list(nobody.values()), list(blocked.values()))


async def publish(work: Work, house: House, directive: Directive, *, tolerant: bool) -> Outgoing:
    """Send the directive. Nothing is half sent: rows of all offices commit together."""
    directive.published_at, directive.tolerant = work.now, tolerant
    for task in await tasks_of(work.session, directive.id):
        set_instants(task, house, tolerant=tolerant)
    await work.session.flush()
    told: dict[int, str] = {}
    untold: dict[int, str] = {}
    own: list[str] = []
    for assignment in await assignments_of(work.session, directive.id):
        if assignment.collectors_own:
            assignment.acknowledged_at = assignment.sent_at = work.now
            own.append(f"việc {assignment.task.number}")
            told[assignment.office_id] = assignment.office.name
            continue
        await hang(work, assignment, house)
        heard = await hand_out(work, house, assignment, with_files=assignment.office_id not in told)
        (told if heard else untold)[assignment.office_id] = assignment.office.name
    return vi.published(directive, list(told.values()), list(untold.values()), own)


async def hand_out(work: Work, house: House, assignment: Assignment, *, with_files: bool) -> int:
    """Give an office its card, the original files first; how many people that reached."""
    reached = 0
    for member in await people_of(work, assignment.office_id):
        if await has_open_chat(work, member.person_id):
            await hand_to(work, house, assignment, member.person_id, with_files=with_files)
            reached += 1
    if reached and assignment.sent_at is None:
        assignment.sent_at = work.now
    return reached


async def hand_to(work: Work, house: House, assignment: Assignment, person_id: int, *, with_files: bool) -> None:
    directive = assignment.task.directive
    expires = work.now + timedelta(days=30)
    facts = {"office_id": assignment.office_id, "priority": Priority.BROADCAST, "expires_at": expires}
    if with_files:
        for file in await files_of(work.session, directive.id):
            await work.tell(person_id, Outgoing("", file=OutFile(file.name, file.sha256)), **facts)
    questions = await questions_of(work.session, assignment.task_id)
    message = card.assigned(assignment, work.now, house.calendar, questions=bool(questions))
    await work.tell(person_id, message, owed_by=[assignment.id], **facts)


async def catch_up(work: Work, house: House, assignments: Sequence[Assignment], person_id: int) -> None:
    """Somebody joined late: hand them what their office still owes."""
    seen: set[int] = set()
    for assignment in assignments:
        if not assignment.collectors_own:
            directive_id = assignment.task.directive_id
            await hand_to(work, house, assignment, person_id, with_files=directive_id not in seen)
            seen.add(directive_id)
            assignment.sent_at = assignment.sent_at or work.now


async def back_again(work: Work, house: House, contact: Contact) -> None:
    """Somebody has opened the door again: what nobody of their office could be told is handed to them."""
    if contact.person_id is None:
        return
    offices = [place.office_id for place in await memberships(work.session, contact.person_id)]
    unsent = [each for each in await open_assignments(work.session, offices) if each.sent_at is None]
    await catch_up(work, house, unsent, contact.person_id)
