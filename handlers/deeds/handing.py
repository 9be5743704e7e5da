"""Whoever of an office sees to a task: everybody, or the one it was handed to; the heads again when time is short."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from bot.clocks import local
from bot.messages import Address, Outgoing
from bot.vi import handing as vi
from bot.vi import reminding
from bot.vi.people import other_office
from db import Work
from db.directives import Assignment, handed_to
from db.people import Person
from db.post import next_rung
from db.seats import HEADS, Seat
from db.standing import lines
from handlers import House, Refused, Turn
from handlers.deeds.owed import opened
from handlers.deeds.publishing import hand_card
from handlers.deeds.reach import people_of, staff_of, tell
from scheduler.plan import RungKind, Urgency

HEADS_HEAR = tuple(kind for kind in RungKind if kind.urgency >= RungKind.EVE.urgency)


def is_late(item: reminding.Due) -> bool:
    """From T-1 on."""
    return item.rung in HEADS_HEAR


def presses(item: reminding.Due) -> bool:
    """Whether the heads hear of it whoever sees to the task."""
    return is_late(item) or item.line.assignment.task.directive.urgency == Urgency.FLASH


def is_near(work: Work, house: House, assignment: Assignment) -> bool:
    """Whether its last working day is the next one at the latest."""
    target, today = assignment.target_at, local(work.now).date()
    return target is not None and house.calendar.working_days_between(today, local(target).date()) <= 1


def hearers(
    assignment: Assignment,
    people: Sequence[Seat],
    *,
    near: bool,
    shut: Collection[Address] = (),
    staff_first: bool = False,
) -> list[Seat]:
    """Those of the office who hear of a task: of one that was handed to somebody whom a chat reaches, they, and when it
    is `near` the heads again; else everybody, or the staff alone while time is left."""
    if assignment.handed_to is None or not any(_sees_to(assignment, seat) and seat.address for seat in people):
        return list(people if near or not staff_first else staff_of(people, shut))
    return [seat for seat in people if _sees_to(assignment, seat) or (near and _handed(assignment, seat))]


def _sees_to(assignment: Assignment, seat: Seat) -> bool:
    return assignment.handed_to in {seat.person_id, seat.away}


def _handed(assignment: Assignment, seat: Seat) -> bool:
    return seat.role in HEADS or assignment.handed_by in {seat.person_id, seat.away}


async def say_reminder(
    work: Work,
    house: House,
    items: Sequence[reminding.Due],
    people: Sequence[Seat],
    near: Callable[[reminding.Due], bool],
    shut: Collection[Address],
    *,
    staff_first: bool = False,
    **facts: Any,
) -> list[reminding.Due]:
    """One message for each person of an office about what they are to hear of; what somebody could be told."""
    assignments = [item.line.assignment for item in items]
    told: dict[tuple[int, ...], list[Seat]] = {}
    hear = [
        hearers(each, people, near=near(item), shut=shut, staff_first=staff_first)
        for each, item in zip(assignments, items, strict=True)
    ]
    for seat in people:
        mine = [n for n, heard_by in enumerate(hear) if seat in heard_by]
        told.setdefault(tuple(mine), []).append(seat)
    reached: set[int] = set()
    office_id = assignments[0].office_id
    for numbers, group in told.items():
        if numbers:
            message = reminding.reminder([items[n] for n in numbers], work.now, house.calendar)
            message = replace(message, about=reminding.reminds(office_id))
            facts |= {"office_id": office_id, "owed_by": [assignments[n].id for n in numbers]}
            reached |= set(numbers) if await tell(work, group, message, shut=shut, **facts) else set()
    return [items[n] for n in sorted(reached)]


def may_hand(turn: Turn, office_id: int) -> bool:
    """Heads and deputies."""
    return any(place.office_id == office_id and place.role in HEADS for place in turn.places)


async def require_head(turn: Turn, office_id: int) -> list[Seat]:
    """The people of the office; raises Refused where this person may not hand over its tasks. Where it has no head,
    anybody of it may."""
    people = await people_of(turn.work, office_id)
    if not turn.may_act_for(office_id):
        raise Refused(other_office())
    if not may_hand(turn, office_id) and any(seat.role in HEADS for seat in people):
        raise Refused(vi.heads_only())
    return people


async def hand_over(turn: Turn, assignments: Sequence[Assignment], seat: Seat) -> Outgoing:
    """From now on it is theirs, with its reminders; who handed it over is told when they hear again."""
    assert turn.person is not None
    for each in assignments:
        opened(turn, each)
        await _taken_away(turn, each, but=seat.person_id)
        each.handed_to, each.handed_by, each.handed_at = seat.person_id, turn.person.id, turn.work.now
        subject = f"assignment:{each.id}"
        turn.work.log("handed_over", turn.contact, office_id=each.office_id, subject=subject, to=seat.person_id)
    await turn.work.session.flush()
    reached, found = False, await lines(turn.work.session, assignments)
    for line in found:
        lead = vi.given(turn.person, line)
        reached = await hand_card(turn.work, turn.house, line, seat, lead) or reached
    again = await next_rung(turn.work.session, assignments[0], HEADS_HEAR)
    return vi.handed(found, seat, again, reached=reached)


async def take_back(turn: Turn, assignment: Assignment) -> Outgoing:
    """It is the whole office's again; whoever had it, or had handed it over, hears so."""
    assert turn.person is not None
    given_back, handed_by = assignment.handed_to == turn.person.id, assignment.handed_by
    await _taken_away(turn, assignment, but=turn.person.id)
    assignment.handed_to = assignment.handed_by = assignment.handed_at = None
    subject = f"assignment:{assignment.id}"
    turn.work.log("taken_back", turn.contact, office_id=assignment.office_id, subject=subject)
    await turn.work.session.flush()
    if not given_back or handed_by == turn.person.id:
        return vi.taken_back(assignment)
    if handed_by is not None:
        await turn.work.tell(handed_by, vi.given_back(turn.person, assignment), office_id=assignment.office_id)
    return vi.refused_it(assignment, may_hand=may_hand(turn, assignment.office_id))


async def _taken_away(turn: Turn, assignment: Assignment, *, but: int) -> None:
    former = assignment.handed_to
    if former is None or turn.person is None or former in {but, turn.person.id}:
        return
    if former in {seat.person_id for seat in await people_of(turn.work, assignment.office_id)}:
        message = vi.no_longer_yours(turn.person, assignment)
        await turn.work.tell(former, message, office_id=assignment.office_id)


async def leave_tasks(work: Work, office_id: int, person: Person) -> None:
    """Who had tasks of this office in hand is there no more: they are everybody's, and the heads hear so."""
    mine = await handed_to(work.session, office_id, person.id)
    for each in mine:
        each.handed_to = each.handed_by = each.handed_at = None
    if mine:
        await work.session.flush()
        heads = [seat for seat in await people_of(work, office_id) if seat.role in HEADS]
        await tell(work, heads, vi.nobodys_now(person, mine), office_id=office_id)
