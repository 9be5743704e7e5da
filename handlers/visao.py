"""«Vì sao?», «sao lại ngày 16»: the rule behind a day."""

from __future__ import annotations

from datetime import date

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi import reasons as vi
from bot.vi.people import other_office
from db.directives import Assignment, Directive, Task, open_assignments, tasks_of
from db.drafts import draft_of
from db.people import Role
from handlers import Refused, Turn, command
from handlers.deeds.correcting import sent_tasks
from handlers.deeds.days import find_day
from handlers.deeds.others import bears, paper_said, task_said

MOST = 5


@command("visao", listed=False, says=r"^(vi|tai) sao\b|^sao (lai|han|ngay|la|phai)\b|^han tinh (the nao|sao)\b")
async def why(turn: Turn) -> Outgoing:
    """Giải thích vì sao có hạn này"""
    if (number := turn.number(0)) is not None:
        return vi.answer([await _named(turn, number)], turn.house.calendar)
    found, asked = await _open(turn), find_day(turn.text, local(turn.work.now).date())
    if not found:
        return vi.nothing_dated()
    found = _of_numbers(found, turn.text)
    on = [each for each in found if asked in _days(each)] if asked else found
    if not on and asked:
        return vi.no_such_day(asked, found[:MOST], turn.house.calendar)
    return vi.answer(on[:MOST], turn.house.calendar)


async def _open(turn: Turn) -> list[Task | Assignment]:
    """What she is putting together, else what they follow or owe, the nearest deadline first."""
    assert turn.person is not None
    session = turn.work.session
    draft = await draft_of(session, turn.person.id) if turn.holds(Role.COORDINATOR) else None
    if draft is not None and turn.collects(draft.collector_id):
        return list(await tasks_of(session, draft.id))
    if turn.holds(Role.COORDINATOR):
        return list(await sent_tasks(turn))
    return list(await open_assignments(session, [office.id for office in turn.offices]))


def _of_numbers(found: list[Task | Assignment], text: str) -> list[Task | Assignment]:
    """Those whose numbers were said; all, where none of them bears these."""
    number, paper = task_said(text), paper_said(text)
    tasks = [(each, each if isinstance(each, Task) else each.task) for each in found]
    return [
        each
        for each, task in tasks
        if number in {None, task.number} and (paper is None or bears(task.directive, paper))
    ] or found


async def _named(turn: Turn, number: int) -> Task | Assignment:
    """A task of hers, or one that an office of theirs owes. Raises Refused."""
    task = await turn.work.session.get(Task, number)
    directive = await turn.work.session.get(Directive, task.directive_id) if task else None
    if task is not None and directive is not None and turn.collects(directive.collector_id):
        return task
    for each in await open_assignments(turn.work.session, [office.id for office in turn.offices]):
        if each.task_id == number:
            return each
    raise Refused(other_office())


def _days(owed: Task | Assignment) -> set[date]:
    """Every day its deadline is told by."""
    named = owed.named_on if isinstance(owed, Task) else owed.task.named_on
    moments = (owed.due_at, owed.target_at)
    return {local(each).date() for each in moments if each} | ({named} if named else set())
