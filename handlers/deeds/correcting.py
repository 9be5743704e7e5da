"""Another deadline for a task that has one: proposed with both ladders, changed at one press, and back again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.messages import Outgoing
from bot.vi import card
from bot.vi import changing as vi_changing
from bot.vi import dating as vi
from bot.vi.common import deadline
from bot.vi.missing import no_directive
from db.changes import Change, Kind, add_change
from db.directives import (
    MEETING_RULE,
    Assignment,
    Directive,
    Task,
    assignments_of_task,
    open_directives,
    questions_of,
    tasks_of,
)
from db.standing import lines
from handlers import Refused, Turn
from handlers.deeds.announcing import announce, undone_until
from handlers.deeds.chain import out_of_order
from handlers.deeds.changing import assigned_in
from handlers.deeds.dating import set_deadline
from handlers.deeds.deadline import Found, read_deadline
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import goal_of, hang, ladder, rungs
from scheduler.plan import BEFORE, INCLUSIVE, Instants


async def sent_tasks(turn: Turn) -> list[Task]:
    """Every task of her open directives."""
    open_ = await open_directives(turn.work.session, turn.collecting)
    return [task for directive in open_ for task in await tasks_of(turn.work.session, directive.id)]


async def sent_task(turn: Turn, task_id: int) -> Task:
    """A task of hers that was sent and is not over. Raises Refused."""
    task = await turn.work.session.get(Task, task_id)
    directive = await turn.work.session.get(Directive, task.directive_id) if task else None
    if task is None or directive is None or not turn.collects(directive.collector_id):
        raise Refused(no_directive())
    if not directive.sent or directive.closed_at is not None:
        raise Refused(no_directive())
    return task


async def propose(turn: Turn, task: Task, text: str) -> Outgoing:
    """What would change, before it does; or the question for a day."""
    found = read_deadline(text, turn.work.now)
    if found is None or found[1] is None:
        turn.expect(f"correction:{task.id}")
        return vi.ask_correction(task)
    return await propose_found(turn, task, found)


async def propose_found(turn: Turn, task: Task, found: Found) -> Outgoing:
    after = goal_of(*found[:3], turn.house, tolerant=bool(task.directive.tolerant))
    if after is None or after.due_at == task.due_at:
        turn.expect(f"correction:{task.id}")
        return vi.same_deadline(task)
    turn.expect("")
    old = [rung.at for rung in rungs(task, turn.work.now, turn.house)]
    new = [rung.at for rung in ladder(task.directive, after, turn.work.now, turn.house)]
    assigned = await assignments_of_task(turn.work.session, task.id)
    owing = [
        each for each in await lines(turn.work.session, assigned) if each.owes and not each.assignment.collectors_own
    ]
    clashes = await out_of_order(turn.work, task, after.target_at)
    notes = vi_changing.warnings(after.due_at < turn.work.now, clashes)
    return vi.correction(task, _words(found, after), old, new, len(owing), value_of(task, found), notes)


def _words(found: Found, after: Instants) -> str:
    return deadline(found[3], after.due_at, after.target_at)


def value_of(task: Task, found: Found) -> str:
    """A button's worth: this task with this deadline."""
    rule, named, clock, _ = found
    return f"/dinhchinh {task.id} {rule} {named:%Y%m%d} {(clock or '-').replace(':', '')} {task.version}"


def found_in(task: Task, args: list[str]) -> Found | None:
    """What `value_of` wrote, in words as a paper would write it; None where it is not that."""
    try:
        rule, written, clock = args[1:4]
        named = datetime.strptime(written, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        hour = None if clock == "-" else f"{int(clock[:2]):02d}:{int(clock[2:]):02d}"
    except ValueError:
        return None
    if rule not in BEFORE | INCLUSIVE or rule.endswith("_datetime") != bool(hour):
        return None
    if rule == MEETING_RULE:
        return rule, named, hour, vi.before_meeting(named)
    plain = vi.deadline_words("before" if rule in BEFORE else "by", named, hour)
    return rule, named, hour, _as_printed(task, rule, named) or plain


def _as_printed(task: Task, rule: str, named: date) -> str | None:
    """The paper's own words, where this is its own deadline: «trong tháng 6/2024»."""
    read = task.directive.reading.get("tasks", [])[task.position : task.position + 1]
    same = read and (read[0]["due_rule"], read[0]["due_date_iso"]) == (rule, named.isoformat())
    return read[0]["deadline_expression"] if same else None


async def correct(turn: Turn, task: Task, found: Found, how: int) -> Outgoing:
    """`how`: 0 tells nobody, 1 the offices that owe, 2 asks them to say that they have seen it. Those that have
    reported hear nothing."""
    assert turn.person is not None
    now, before = turn.work.now, (task.rule, task.named_on, task.named_time, task.deadline_words)
    assigned = await assignments_of_task(turn.work.session, task.id)
    change = Change(kind=Kind.CORRECT, made_by=turn.person.id, proposed_at=now, made_at=now, parts=[])
    await add_change(turn.work.session, change, assigned)
    await set_deadline(turn, task, found)
    change.deadline = [before[0], before[1] and before[1].isoformat(), *before[2:], task.version]
    for each in assigned:
        if each.extended_to and task.due_at and each.extended_to <= task.due_at:
            each.extended_to = None
    await turn.work.session.flush()
    owing = [each.assignment for each in await lines(turn.work.session, assigned) if each.owes] if how else []
    owing = [each for each in owing if not each.collectors_own]
    for each in owing:
        each.acknowledged_at = None if how == 2 else each.acknowledged_at
    await turn.work.session.flush()
    questions = bool(await questions_of(turn.work.session, task.id))

    def notice(mine: list[Assignment]) -> Outgoing:
        said = card.corrected(mine[0], before[3] or "", questions=questions)
        return replace(said, about=vi_changing.about(change, mine[0]))

    told, silent = await announce(turn, change, owing, notice)
    turn.work.log("deadline_corrected", turn.contact, subject=f"task:{task.id}", told=told, change=change.id)
    await hang(turn.work, assigned, turn.house)
    moments = [rung.at for rung in rungs(task, now, turn.house)]
    return vi.corrected(task, moments, told, silent, undone_until(turn, change, assigned), change)


async def correct_back(turn: Turn, change: Change) -> Outgoing:
    """The deadline before is proposed, when the time for undoing is over."""
    task = await sent_task(turn, (await assigned_in(turn, change))[0].task_id)
    before = _before(change)
    return await propose_found(turn, task, before) if before[1] else await propose(turn, task, "")


def last_of(task: Task, change: Change) -> None:
    """Raises Refused where the task has another deadline since, or is over."""
    if change.deadline is None or task.version != change.deadline[4] or task.directive.closed_at is not None:
        raise Refused(vi.changed_since(task))


def put_back(turn: Turn, task: Task, change: Change) -> None:
    """The task's deadline as it was."""
    task.rule, task.named_on, task.named_time, task.deadline_words = _before(change)
    set_instants(task, turn.house, tolerant=bool(task.directive.tolerant))
    task.version -= 1


def _before(change: Change) -> Found:
    rule, named, clock, words, _ = change.deadline or ["none", None, None, None, 0]
    return rule, date.fromisoformat(named) if named else None, clock, words
