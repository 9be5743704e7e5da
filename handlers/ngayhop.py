"""The day of a meeting: its office says it, the coordinator keeps it, and what serves the meeting is dated by it."""

from __future__ import annotations

from datetime import date, datetime

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import one_line
from bot.vi import dating as vi
from bot.vi import people as vi_people
from db.directives import MEETING_RULE, Assignment, Task, assignments_of, open_directives, tasks_of
from handlers import COORDINATOR, Aside, Turn, command, expected, intent
from handlers.deeds.dating import date_task
from handlers.deeds.days import FARTHEST, find_day
from handlers.deeds.instants import today
from handlers.deeds.others import numbered
from handlers.deeds.owed import open_lines, opened, own, words
from handlers.deeds.reach import tell_collector
from handlers.deeds.requests import CARRIED

_ON = r"(?:\d|thu (?:hai|ba|tu|nam|sau|bay)\b|chu nhat\b|tuan (?:sau|toi)\b)"
_MOVED = r"(?:(?:se|duoc|bi|da|doi|hoan|lui|chuyen|bo tri|to chuc|vao|sang|den|ngay|la) )*"


@command(
    "ngayhop",
    listed=False,
    says=r"^(?:(?:em|toi|xin|bao|doi|sua|chot) )*ngay hop\b|^(?:hoan|doi|lui|doi lich) (?:cuoc )?hop\b"
    rf"|^(?:(?:bao|doi|sua|chot) )*(?:lich )?(?:cuoc )?hop {_MOVED}{_ON}",
)
async def meeting_day(turn: Turn) -> Outgoing:
    """Báo ngày họp"""
    if (number := turn.number(0)) is not None:
        return await _pass_on(turn, await _named(turn, number))
    arranged = numbered(turn.text, await _arranged(turn))
    if len(arranged) == 1:
        return await _pass_on(turn, arranged[0])
    if arranged:
        turn.expect(f"led:ngayhop:{one_line(turn.text, CARRIED)}")
    return vi.which_meeting(arranged) if arranged else vi.no_meeting_to_arrange()


async def _arranged(turn: Turn) -> list[Assignment]:
    """The meetings that are arranged for this coordinator, or that this person's offices arrange."""
    open_ = await open_directives(turn.work.session, turn.collecting)
    hers = [each for one in open_ for each in await assignments_of(turn.work.session, one.id)]
    asked = [*hers, *(each.assignment for each in await open_lines(turn))]
    return list({each.task_id: each for each in asked if each.task.arranges_meeting}.values())


async def _named(turn: Turn, number: int) -> Assignment:
    """One of these, whatever its deadline was when the button was made. Raises Refused."""
    return next((each for each in await _arranged(turn) if each.id == number), None) or await own(turn, number)


@expected("meeting")
async def day(turn: Turn) -> Outgoing:
    return await _pass_on(turn, await _named(turn, turn.number(0) or 0))


async def _pass_on(turn: Turn, assignment: Assignment) -> Outgoing:
    """To who coordinates; what she says herself is only to be confirmed."""
    found = find_day(words(turn, "ngayhop"), local(turn.incoming.at).date())
    if found is None:
        if turn.contact.expects.startswith("meeting:") and intent(turn.text) not in {None, "ngayhop"}:
            raise Aside
        turn.expect(f"meeting:{assignment.id}")
        return vi.ask_meeting_day(assignment)
    turn.expect("")
    served = await _served(turn, assignment)
    if not turn.may_act_for(assignment.office_id):
        return vi.confirm_meeting_day(assignment, found, served, told=False)
    opened(turn, assignment)
    await tell_collector(turn.work, assignment.task.directive, vi.confirm_meeting_day(assignment, found, served))
    return vi.meeting_day_passed_on(found)


async def _served(turn: Turn, assignment: Assignment) -> list[Task]:
    tasks = await tasks_of(turn.work.session, assignment.task.directive_id)
    return [task for task in tasks if task.serves_meeting]


@command("ghingayhop", who=COORDINATOR, listed=False, decides=True)
async def keep(turn: Turn) -> Outgoing:
    """Ghi ngày họp làm mốc"""
    assignment = await turn.work.session.get(Assignment, turn.number(0) or 0)
    directive = assignment.task.directive if assignment else None
    if assignment is None or directive is None or not directive.sent or not turn.collects(directive.collector_id):
        return vi_people.nothing_to_decide()
    try:
        named = datetime.strptime(turn.args[1], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except (IndexError, ValueError):
        return vi_people.nothing_to_decide()
    if abs((named - today(turn.work.now)).days) > FARTHEST or assignment.task.directive.closed_at is not None:
        return vi_people.nothing_to_decide()
    if turn.number(2) != 1:
        return vi.meeting_day_left(assignment)
    return vi.meeting_day_kept(assignment, named, await _date_all(turn, assignment, named))


async def _date_all(
    turn: Turn, assignment: Assignment, named: date
) -> list[tuple[Task, list[datetime], datetime | None]]:
    """A task that bears this day already is left alone: the button may be pressed twice."""
    found = (MEETING_RULE, named, None, vi.before_meeting(named))
    served = [task for task in await _served(turn, assignment) if (task.rule, task.named_on) != found[:2]]
    return [(task, *await date_task(turn, task, found)) for task in served]
