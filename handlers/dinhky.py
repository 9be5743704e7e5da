"""Reports that come back: followed from one period to the next, each sent at one tap."""

from __future__ import annotations

import re

from bot.clocks import local
from bot.documents import recurring_rules
from bot.messages import Outgoing
from bot.vi import recurring as vi
from bot.vi.common import deadline
from bot.vi.missing import no_directive
from db.directives import Directive, Task
from db.series import Series, running, series_of
from handlers import COORDINATOR, Aside, Refused, Turn, command, expected, intent
from handlers.deeds.cards import draft_card
from handlers.deeds.correcting import sent_tasks
from handlers.deeds.dating import date_task
from handlers.deeds.publishing import publish
from handlers.deeds.recurring import advance, cycle_of, next_directive, next_period, offered, proposal
from scheduler.periods import Cycle

_TYPED = re.compile(
    r"^\s*(?:theo d[oõ]i )?(?:b[aá]o c[aá]o )?[đd][iị]nh k[yỳ]\s+(?:vi[eệ]c\s+)?(?P<number>\d[\w().]*?)"
    r"(?:\s*(?::|là|la)?\s+(?P<rule>\S.*))?$",
    re.IGNORECASE,
)


@command("dinhky", who=COORDINATOR, says=r"^(theo doi )?(bao cao )?dinh ky\b")
async def follow(turn: Turn) -> Outgoing:
    """Theo dõi báo cáo định kỳ: tháng, quý, 6 tháng, 9 tháng, năm"""
    if (number := turn.number(0)) is not None:
        task = await _task(turn, number)
        return await _offer_as_read(turn, task)
    tasks, followed = await sent_tasks(turn), await running(turn.work.session, turn.collecting)
    free = [task for task in tasks if task.id not in {each.task_id for each in followed}]
    typed = _TYPED.match(turn.text)
    named = [task for task in free if typed and task.number == typed["number"]]
    if typed and len(named) == 1:
        rule = typed["rule"]
        return await _offer(turn, named[0], rule) if rule else await _offer_as_read(turn, named[0])
    return vi.which_task(free, followed)


@expected("rule", who=COORDINATOR)
async def rule(turn: Turn) -> Outgoing:
    """The rule of a task whose paper names none."""
    if intent(turn.text) is not None:
        raise Aside
    return await _offer(turn, await _task(turn, turn.number(0) or 0), turn.text)


@command("theodinhky", who=COORDINATOR, listed=False)
async def begin(turn: Turn) -> Outgoing:
    """Theo dõi định kỳ một việc"""
    series = await _series(turn)
    if series.began_at is not None and series.stopped_at is None:
        return vi.begun(series, next_period(series))
    if turn.number(1) == 0:
        await turn.work.session.delete(series)
        return vi.not_begun(series)
    if turn.number(1) in {2, 3}:
        series.calendar = turn.number(1) == 3
        return await _again(turn, series)
    if turn.number(1) != 1:
        return await _again(turn, series)
    task, dated = series.task, ""
    if task.due_at is None:
        first = next_period(series)
        task.period_from, task.period_to = first.start, first.end
        found = (vi.rule_of(series.recurrence), first.named, None, vi.deadline_words(series.recurrence, first))
        await date_task(turn, task, found)
        dated = deadline(task.deadline_words, task.due_at, task.target_at)
        advance(series, first)
    series.began_at, series.stopped_at = turn.work.now, None
    turn.work.log("series_begun", turn.contact, subject=f"series:{series.id}")
    return vi.begun(series, next_period(series), dated)


@command("dungdinhky", who=COORDINATOR, listed=False)
async def stop(turn: Turn) -> Outgoing:
    """Dừng theo dõi báo cáo định kỳ"""
    series = await _series(turn)
    if series.stopped_at is None:
        series.stopped_at, series.proposed_at = turn.work.now, None
        turn.work.log("series_stopped", turn.contact, subject=f"series:{series.id}")
    return vi.stopped(series)


@command("kynay", who=COORDINATOR, listed=False)
async def decide(turn: Turn) -> Outgoing:
    """Gửi, sửa hoặc bỏ kỳ báo cáo đang chờ"""
    assert turn.person is not None
    series = await _series(turn)
    if series.began_at is None or series.stopped_at is not None:
        raise Refused(vi.no_series())
    period, act = next_period(series), turn.number(2)
    if turn.number(1) is None or act not in {0, 1, 2}:
        return await proposal(turn.work, turn.house, series)
    if turn.number(1) != int(f"{period.named:%Y%m%d}"):
        return vi.period_over(series)
    if act == 0:
        advance(series, period)
        turn.work.log("period_left_out", turn.contact, subject=f"series:{series.id}")
        return vi.left_out(series, vi.name(period), next_period(series))
    tolerant = bool(series.task.directive.tolerant)
    directive = await next_directive(turn.work, turn.house, series, turn.person.id)
    if act == 2:
        return await draft_card(turn.work, turn.house, directive)
    turn.work.log("published", turn.contact, subject=f"directive:{directive.id}")
    return await publish(turn.work, turn.house, directive, tolerant=tolerant)


async def _again(turn: Turn, series: Series) -> Outgoing:
    """Offered anew, as it is counted now."""
    task = series.task
    series.next_on = cycle_of(series).after(task.named_on or local(turn.work.now).date()).named
    return vi.offer(series, next_period(series))


async def _offer_as_read(turn: Turn, task: Task) -> Outgoing:
    """By the rule it was followed by before, or the paper's own."""
    if (known := await series_of(turn.work.session, task.id)) is not None:
        return await _again(turn, known)
    read = (task.directive.reading.get("tasks") or [{}])[task.position :][:1]
    recurrence = (read[0].get("recurrence") if read else None) or ""
    if Cycle.of(recurrence) is not None and (series := await offered(turn.work, task, recurrence, _words(task))):
        return vi.offer(series, next_period(series))
    turn.expect(f"rule:{task.id}")
    return vi.ask_rule(task)


async def _offer(turn: Turn, task: Task, said: str) -> Outgoing:
    turn.expect("")
    for words, recurrence in recurring_rules(said):
        if series := await offered(turn.work, task, recurrence, words):
            return vi.offer(series, next_period(series))
    turn.expect(f"rule:{task.id}")
    return vi.not_a_rule(said)


def _words(task: Task) -> str:
    return task.deadline_words or ""


async def _task(turn: Turn, number: int) -> Task:
    """A task of hers that was sent, also of a directive that is over. Raises Refused."""
    task = await turn.work.session.get(Task, number)
    directive = await turn.work.session.get(Directive, task.directive_id) if task else None
    if task is None or directive is None or not directive.sent or not turn.collects(directive.collector_id):
        raise Refused(no_directive())
    return task


async def _series(turn: Turn) -> Series:
    """One of hers. Raises Refused."""
    found = await turn.work.session.get(Series, turn.number(0) or 0)
    if found is None or not turn.collects(found.collector_id):
        raise Refused(vi.no_series())
    return found
