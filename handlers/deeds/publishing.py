"""Sending: every instant fixed, every office told, every reminder hung, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.messages import OutFile, Outgoing
from bot.vi import card, preflight
from bot.vi import directive as vi
from db import Work
from db.directives import (
    Assignment,
    Directive,
    Task,
    assignments_of,
    directives_by_id,
    files_of,
    open_assignments,
    tasks_of,
)
from db.mail import Priority
from db.people import Contact, Role, memberships, waiting_people
from db.reports import question_counts
from db.seats import HEADS, Seat, seats
from db.standing import Line, lines
from handlers import House, Windows
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import hang
from handlers.deeds.reach import outside
from handlers.deeds.recurring import move_on


async def named_day_matters(work: Work, directive: Directive) -> Task | None:
    """The first task whose «trước ngày X» needs the coordinator's word on day X itself."""
    tasks = await tasks_of(work.session, directive.id)
    return next((task for task in tasks if task.rule == "before_date" and task.named_on and not task.named_time), None)


async def before_sending(work: Work, house: House, directive: Directive) -> tuple[Outgoing, bool]:
    """What the coordinator should know before it goes out, and whether there is anything to ask or to heed."""
    reach, asked = await reach_of(work, house.windows, directive), await named_day_matters(work, directive)
    over = await _over(work, directive)
    return preflight.preflight(directive, reach, asked, over), bool(reach.missing or reach.waiting or asked or over)


async def _over(work: Work, directive: Directive) -> Task | None:
    """The first task whose deadline has gone by."""
    tasks = await tasks_of(work.session, directive.id)
    return next((task for task in tasks if task.due_at is not None and task.due_at < work.now), None)


async def reach_of(work: Work, windows: Windows, directive: Directive) -> preflight.Reach:
    """Which offices can be told (the collector, who sends, among them) and which cannot."""
    assigned = {each.office_id: each for each in await assignments_of(work.session, directive.id)}
    asked = {number: each.office for number, each in assigned.items() if not each.collectors_own}
    nobody, blocked = [], []
    known = await seats(work.session, asked)
    waiting = await waiting_people(work.session, asked)
    shut = await outside(work, windows, known)
    for number, people in known.items():
        if not people:
            nobody.append(asked[number].name)
        elif all(seat.address is None or seat.address in shut for seat in people):
            blocked.append(preflight.shut(asked[number].name, [seat.name for seat in people], asked[number].phone))
    named = {member.office.name for member in waiting}
    unknown = [name for name in nobody if name not in named]
    return preflight.Reach(len(assigned), unknown, blocked, waiting, len(nobody) + len(blocked))


async def publish(work: Work, house: House, directive: Directive, *, tolerant: bool) -> Outgoing:
    """Send the directive. Nothing is half sent: rows of all offices commit together."""
    directive.published_at, directive.tolerant = work.now, tolerant
    tasks = await tasks_of(work.session, directive.id)
    for task in tasks:
        set_instants(task, house, tolerant=tolerant)
    await work.session.flush()
    assigned = await assignments_of(work.session, directive.id)
    people, papers = await seats(work.session, {each.office_id for each in assigned}), await _papers(work, assigned)
    await hang(work, assigned, house)
    told: dict[int, str] = {}
    untold: dict[int, str] = {}
    own: list[str] = []
    owed: dict[int, list[int]] = {}
    for each in assigned:
        owed.setdefault(each.office_id, []).append(each.id)
    for each in assigned:
        if each.collectors_own:
            each.acknowledged_at = each.sent_at = work.now
            own.append(each.task.number)
            told[each.office_id] = each.office.name
            continue
        reached = [seat for seat in people[each.office_id] if seat.address]
        for seat in reached:
            files_of_all = owed[each.office_id] if each.office_id not in told else None
            await _hand(work, house, papers, each, seat, files_while=files_of_all)
        each.sent_at = each.sent_at or (work.now if reached else None)
        (told if reached else untold)[each.office_id] = each.office.name
    await move_on(work, tasks)
    returning = [task for task in tasks if task.previous_id is None and task.rule == "periodic"]
    return vi.published(directive, list(told.values()), list(untold.values()), own, returning)


@dataclass(frozen=True)
class Papers:
    """The original files of directives and what they follow, by their ids, and how many questions tasks ask, by
    theirs."""

    files: Mapping[int, Sequence[OutFile]]
    follows: Mapping[int, Directive]
    questions: Mapping[int, int]


async def _papers(work: Work, assignments: Sequence[Assignment]) -> Papers:
    tasks = {each.task_id: each.task for each in assignments}
    files = await files_of(work.session, {task.directive_id for task in tasks.values()})
    originals = {number: [OutFile(file.name, file.sha256) for file in found] for number, found in files.items()}
    directives = {task.directive_id: task.directive for task in tasks.values()}
    before = await directives_by_id(work.session, {each.follows_id for each in directives.values() if each.follows_id})
    follows = {number: before[each.follows_id] for number, each in directives.items() if each.follows_id in before}
    return Papers(originals, follows, await question_counts(work.session, list(tasks)))


async def _hand(
    work: Work,
    house: House,
    papers: Papers,
    assignment: Assignment,
    to: Seat,
    *,
    files_while: Sequence[int] | None,
    lead: str = "",
    owed: bool = True,
) -> None:
    """The card of one task for one person; `lead` stands above it. One that is `owed` is not said once somebody has
    reported; nor are the original files, which go first if at all, once nothing of `files_while` is owed, if that names
    any."""
    assert to.address is not None
    facts: dict[str, Any] = {
        "person_id": to.person_id,
        "office_id": assignment.office_id,
        "priority": Priority.BROADCAST,
        "expires_at": work.now + timedelta(days=30),
    }
    if files_while is not None:
        for file in papers.files.get(assignment.task.directive_id, ()):
            await work.send(to.address, Outgoing("", file=file), owed_by=list(files_while) or None, **facts)
    asked = bool(papers.questions.get(assignment.task_id))
    shown: dict[str, Any] = {"questions": asked, "may_hand": to.role in HEADS}
    shown |= {"follows": papers.follows.get(assignment.task.directive_id)}
    message = card.assigned(assignment, work.now, house.calendar, **shown)
    text = f"{lead}\n\n{message.text}" if lead else message.text
    await work.send(
        to.address, replace(message, text=text, unasked=True), owed_by=[assignment.id] if owed else None, **facts
    )


async def hand_card(work: Work, house: House, line: Line, to: Seat, lead: str) -> bool:
    """The card of one task, with the original files, for the one it was handed to; whether any chat reaches them."""
    if to.address is None:
        return False
    papers = await _papers(work, [line.assignment])
    while_owed = [line.assignment.id] if line.owes else []
    await _hand(work, house, papers, line.assignment, to, files_while=while_owed, lead=lead, owed=line.owes)
    return True


async def catch_up(work: Work, house: House, assignments: Sequence[Assignment], person_id: int) -> None:
    """Somebody joined late: hand them what their office still owes."""
    found = await lines(work.session, [each for each in assignments if not each.collectors_own])
    standing = {each.assignment: each for each in found if each.owes or each.missing_parts}
    owed = list(standing)
    people, papers = await seats(work.session, {each.office_id for each in owed}, list(Role)), await _papers(work, owed)
    seen: set[int] = set()
    for each in owed:
        to = next((seat for seat in people[each.office_id] if seat.person_id == person_id), None)
        if to is not None and to.address is not None:
            files_while = None if each.task.directive_id in seen else _while_owed(standing, each)
            await _hand(work, house, papers, each, to, files_while=files_while, owed=standing[each].owes)
        seen.add(each.task.directive_id)
        each.sent_at = each.sent_at or work.now


def _while_owed(standing: Mapping[Assignment, Line], one: Assignment) -> list[int]:
    """The tasks for which the files of this directive are wanted; none where a part is lacking, which is not «owed»."""
    mine = [each for each in standing if each.task.directive_id == one.task.directive_id]
    alike = [each for each in mine if each.office_id == one.office_id]
    return [each.id for each in alike] if all(standing[each].owes for each in alike) else []


async def back_again(work: Work, house: House, contact: Contact) -> None:
    """Somebody has opened the door again: what nobody of their office could be told is handed to them."""
    if contact.person_id is None:
        return
    places = await memberships(work.session, contact.person_id)
    offices = [place.office_id for place in places if place.role != Role.LEADER]
    unsent = [each for each in await open_assignments(work.session, offices) if each.sent_at is None]
    await catch_up(work, house, unsent, contact.person_id)
