"""The day of a meeting: its office says it, the coordinator keeps it, and what serves the meeting is dated by it."""

from __future__ import annotations

from datetime import date, datetime

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi import dating as vi
from bot.vi import people as vi_people
from db.directives import MEETING_RULE, Assignment, Task, tasks_of
from handlers import COORDINATOR, Aside, Turn, command, expected, intent
from handlers.deeds.dating import date_task
from handlers.deeds.days import FARTHEST, find_day
from handlers.deeds.instants import today
from handlers.deeds.owed import meant, open_lines, opened, own
from handlers.deeds.reach import tell_collector


@command("ngayhop", listed=False, says=r"^(cuoc )?hop (vao )?(ngay )?\d")
async def meeting_day(turn: Turn) -> Outgoing:
    """Báo ngày họp"""
    if turn.number(0) is None:
        arranged = [each for each in await open_lines(turn) if each.assignment.task.arranges_meeting]
        if len(arranged) != 1:
            return vi.no_meeting_to_arrange()
        return await _pass_on(turn, arranged[0].assignment)
    assignment = (await meant(turn, "ngayhop")).assignment
    turn.expect(f"meeting:{assignment.id}")
    return vi.ask_meeting_day(assignment)


@expected("meeting")
async def day(turn: Turn) -> Outgoing:
    return await _pass_on(turn, await own(turn, turn.number(0)))


async def _pass_on(turn: Turn, assignment: Assignment) -> Outgoing:
    found = find_day(turn.text, local(turn.incoming.at).date())
    if found is None:
        if intent(turn.text) is not None:
            raise Aside
        return vi.ask_meeting_day(assignment)
    turn.expect("")
    opened(turn, assignment)
    served = await _served(turn, assignment)
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
