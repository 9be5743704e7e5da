"""Reports that come back: followed from one period to the next, by a rule that may change."""

from __future__ import annotations

import re

from bot.clocks import local
from bot.documents import recurring_rules
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import periods as vi_periods
from bot.vi import recurring as vi
from bot.vi.common import deadline
from bot.vi.missing import no_directive
from db.changes import unsay
from db.directives import Directive, Task
from db.series import Series, series_of, series_of_tasks
from handlers import COORDINATOR, Aside, Refused, Turn, command, expected, intent
from handlers.deeds.correcting import sent_tasks
from handlers.deeds.dating import date_task
from handlers.deeds.others import bears
from handlers.deeds.owed import lead, words
from handlers.deeds.recurring import (
    advance,
    cycle_coded,
    cycle_of,
    drop,
    first_period,
    followed,
    next_period,
    nexts,
    offered,
    own_series,
    under,
)
from scheduler.periods import Cycle, Period

_TYPED = re.compile(
    r"^\s*(?:theo d[oõ]i |(?P<change>(?:[đd][oổ]i|s[uử]a)(?: quy t[aắ]c)?) )?(?:b[aá]o c[aá]o )?[đd][iị]nh k[yỳ]\s+"
    r"(?:vi[eệ]c\s+)?(?P<number>\d[\w().]*?)(?:(?:\s*,)?\s+(?:c[oô]ng v[aă]n|cv)(?:\s+s[oố])?\s+(?P<paper>\d+)[\w/-]*)?"
    r"(?:\s*(?::|là|la)?\s+(?P<rule>\S.*))?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\bviec (\d\w*)")


@command("dinhky", who=COORDINATOR, says=r"^((theo doi|(doi|sua)( quy tac)?) )?(bao cao )?dinh ky\b")
async def follow(turn: Turn) -> Outgoing:
    """Theo dõi báo cáo định kỳ: tháng, quý, 6 tháng, 9 tháng, năm"""
    if (number := turn.number(0)) is not None:
        task, led = await _task(turn, number), _TYPED.match(words(turn, "dinhky"))
        return await _as_typed(turn, task, led if led and led["number"] == task.number else None)
    known = await followed(turn.work, turn.collecting)
    taken = {each.series.task_id for each in known}
    free = [task for task in await _reports(turn) if task.id not in taken]
    typed = _TYPED.match(turn.text)
    named = [task for task in [*free, *(each.series.task for each in known)] if typed and _is_named(task, typed)]
    if typed and len(named) == 1:
        return await _as_typed(turn, named[0], typed)
    if named:
        lead(turn, "dinhky")
    return vi.which_task(free, known, typed["number"] if typed and named else "")


async def _as_typed(turn: Turn, task: Task, typed: re.Match[str] | None) -> Outgoing:
    """By the rule in what was typed, where there is one."""
    if typed and typed["change"] and not typed["rule"]:
        turn.expect(f"rule:{task.id}")
        return vi.ask_rule(task)
    return await _follow(turn, task, (typed and typed["rule"]) or "")


async def _reports(turn: Turn) -> list[Task]:
    """The tasks of her open directives; of a report that comes back its newest period."""
    series = await series_of_tasks(turn.work.session, turn.collecting)
    newest = [series[each.id].task if each.id in series else each for each in await sent_tasks(turn)]
    return list({each.id: each for each in newest}.values())


def _is_named(task: Task, typed: re.Match[str]) -> bool:
    of_paper = typed["paper"] is None or bears(task.directive, typed["paper"])
    return task.number == typed["number"] and of_paper


@expected("rule", who=COORDINATOR)
async def rule(turn: Turn) -> Outgoing:
    """The rule of a task whose paper names none."""
    if intent(turn.text) is not None:
        raise Aside
    return await _follow(turn, await _task(turn, turn.number(0) or 0), turn.text)


async def _follow(turn: Turn, task: Task, said: str = "") -> Outgoing:
    """By the rule that was `said`, else by the one it was followed by before, or the paper's own. There is one series
    of a report: of any of its periods the newest is meant."""
    known = (await series_of_tasks(turn.work.session, turn.collecting)).get(task.id)
    if known is not None and known.began_at and known.stopped_at is None:
        return await _change(turn, known, said) if said else vi.begun(known, next_period(known))
    task = known.task if known else task
    return await _offer(turn, task, said) if said else await _offer_as_read(turn, task)


async def _change(turn: Turn, series: Series, said: str) -> Outgoing:
    """Another rule for what is followed, proposed."""
    turn.expect("")
    for rule_words, recurrence in recurring_rules(said):
        if cycle := Cycle.of(recurrence, f"{rule_words} {series.text}".casefold(), calendar=series.calendar):
            return await _proposed(turn, series, cycle)
    turn.expect(f"rule:{series.task_id}")
    return vi.not_a_rule(said)


async def _proposed(turn: Turn, series: Series, cycle: Cycle) -> Outgoing:
    [now] = await nexts(turn.work, [series])
    if cycle == cycle_of(series):
        return vi.same_rule(series, now.period)
    return vi.change(now, cycle, _under(turn, series, cycle))


def _under(turn: Turn, series: Series, cycle: Cycle) -> Period:
    return under(series, cycle, local(turn.work.now).date(), series.task.period_to)


@command("doidinhky", who=COORDINATOR, listed=False)
async def change(turn: Turn) -> Outgoing:
    """Đổi quy tắc của báo cáo định kỳ đang theo dõi"""
    series = await own_series(turn)
    if turn.args[2:] == ["thoi"]:
        return vi.unchanged(series)
    cycle = cycle_coded(turn.args[2:], calendar=series.calendar)
    if cycle is None or series.began_at is None or series.stopped_at is not None:
        raise Refused(vi.no_series())
    if cycle == cycle_of(series) or turn.number(1) != int(f"{series.next_on:%Y%m%d}"):
        return await _proposed(turn, series, cycle)
    [found] = await nexts(turn.work, [series])
    drop(turn, found.draft)
    period = _under(turn, series, cycle)
    series.recurrence, series.words = cycle.recurrence, vi.rule_words(cycle)
    series.next_on, series.proposed_at = period.named, None
    await unsay(turn.work.session, [vi_periods.about(series.id)], turn.work.machine)
    turn.work.log("series_changed", turn.contact, subject=f"series:{series.id}")
    return vi.changed(series, next_period(series))


@command("theodinhky", who=COORDINATOR, listed=False)
async def begin(turn: Turn) -> Outgoing:
    """Theo dõi định kỳ một việc"""
    series = await own_series(turn)
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
        found = (
            vi_periods.rule_of(series.recurrence),
            first.named,
            None,
            vi_periods.deadline_words(series.recurrence, first),
        )
        await date_task(turn, task, found)
        dated = deadline(task.deadline_words, task.due_at, task.target_at)
        await advance(turn.work, series)
    series.began_at, series.stopped_at = turn.work.now, None
    turn.work.log("series_begun", turn.contact, subject=f"series:{series.id}")
    return vi.begun(series, next_period(series), dated)


@command("dungdinhky", who=COORDINATOR, listed=False, says=r"^(thoi|dung|ngung|bo)( theo doi)?( bao cao)? dinh ky\b")
async def stop(turn: Turn) -> Outgoing:
    """Dừng theo dõi báo cáo định kỳ"""
    if turn.number(0) is not None:
        series = await own_series(turn)
    else:
        number, known = _NUMBER.search(fold(turn.text)), await followed(turn.work, turn.collecting)
        named = [each for each in known if number is None or fold(each.series.task.number) == number[1]]
        if len(named) != 1:
            return vi.which_to_stop(named or known)
        series = named[0].series
    if series.stopped_at is None:
        series.stopped_at, series.proposed_at = turn.work.now, None
        await unsay(turn.work.session, [vi_periods.about(series.id)], turn.work.machine)
        turn.work.log("series_stopped", turn.contact, subject=f"series:{series.id}")
    return vi.stopped(series)


async def _again(turn: Turn, series: Series) -> Outgoing:
    """Offered anew, as it is counted now."""
    task = series.task
    series.next_on = first_period(turn.work, task, cycle_of(series)).named
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
    for rule_words, recurrence in recurring_rules(said):
        if series := await offered(turn.work, task, recurrence, rule_words):
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
