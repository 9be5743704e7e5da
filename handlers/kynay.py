"""The period of a report that waits: sent, corrected before, or left out; pressed or typed."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import periods as vi_periods
from bot.vi import recurring as vi
from bot.vi.fixing import not_a_deadline
from db.directives import Directive, tasks_of
from db.series import Series
from handlers import COORDINATOR, Aside, Refused, Turn, command, expected
from handlers.deeds.cards import draft_card
from handlers.deeds.deadline import read_deadline
from handlers.deeds.fixing import fix_task
from handlers.deeds.others import PERIOD, is_called
from handlers.deeds.publishing import publish
from handlers.deeds.recurring import (
    advance,
    drop,
    followed,
    lateness,
    next_directive,
    next_period,
    nexts,
    own_series,
    proposal,
    waiting,
)

LEAVE_OUT, SEND, CORRECT, LOOK = 0, 1, 2, 3
_ACTS = {"bo": LEAVE_OUT, "khong gui": LEAVE_OUT, "gui": SEND, "sua": CORRECT, "han": CORRECT, "xem": LOOK}
_SAYS = re.compile(
    rf"^(?:(?:sua|doi) )?(?P<act>{'|'.join(_ACTS)})(?: qua)? ky (?:(?:bao cao )?(?:nay|toi)\b|(?P<name>{PERIOD}))"
)
_DAY = re.compile(r"(?::|\bn[aà]y\b)\s*:?\s*(?:(?:l[aà]|th[aà]nh|sang)\s+)?(?P<day>[^:\s].*)$", re.IGNORECASE)


@command("kynay", who=COORDINATOR, listed=False, says=_SAYS.pattern)
async def decide(turn: Turn) -> Outgoing:
    """Gửi, sửa hoặc bỏ kỳ báo cáo đang chờ"""
    if turn.number(0) is None:
        return await _typed(turn)
    series = await own_series(turn)
    if series.began_at is None or series.stopped_at is not None:
        raise Refused(vi.no_series())
    act = turn.number(2)
    if turn.number(1) is None or act not in {LEAVE_OUT, SEND, CORRECT}:
        return await proposal(turn.work, turn.house, series)
    if turn.number(1) != int(f"{series.next_on:%Y%m%d}"):
        return vi_periods.period_over(series)
    return await _do(turn, series, act, known=" ".join(turn.args[3:4]))


@expected("periodday", who=COORDINATOR)
async def day(turn: Turn) -> Outgoing:
    """Another deadline, as she was asked."""
    series, found = await own_series(turn), read_deadline(turn.text, turn.work.now)
    if found is None or found[1] is None or turn.number(1) != int(f"{series.next_on:%Y%m%d}"):
        raise Aside
    return await _correct(turn, series, turn.text)


async def _typed(turn: Turn) -> Outgoing:
    said, known = _SAYS.match(fold(turn.text)), await followed(turn.work, turn.collecting)
    if said is None:
        return vi.no_such_period(known, said=False)
    meant = (
        [each for each in known if is_called(vi_periods.name(each.period), said["name"])]
        if said["name"]
        else waiting(turn.work, turn.house, known)
    )
    if not meant:
        return vi.no_such_period(known, said=said["name"] is not None)
    act, [first, *others] = _ACTS[said["act"]], meant
    if others:
        return vi.which_period(meant, act)
    if act == LOOK or (act == SEND and first.series.proposed_at is None):  # what goes out was shown before
        return await proposal(turn.work, turn.house, first.series)
    day = _DAY.search(turn.text) if said["act"] == "han" else None
    return await _correct(turn, first.series, day["day"]) if day else await _do(turn, first.series, act)


async def _do(turn: Turn, series: Series, act: int, known: str = "") -> Outgoing:
    """`known`: how near its deadline is, as she was told."""
    assert turn.person is not None
    [found] = await nexts(turn.work, [series])
    if act == LEAVE_OUT:
        return await _leave_out(turn, series, found.draft)
    if act == CORRECT or found.draft is not None:
        return await _correct(turn, series)
    if known != (late := lateness(turn.work, turn.house, series)) and late:
        turn.expect(f"periodday:{series.id}:{series.next_on:%Y%m%d}")
        return await proposal(turn.work, turn.house, series)
    tolerant = bool(series.task.directive.tolerant)
    directive = await next_directive(turn.work, turn.house, series, turn.person.id)
    turn.work.log("published", turn.contact, subject=f"directive:{directive.id}")
    return await publish(turn.work, turn.house, directive, tolerant=tolerant)


async def _leave_out(turn: Turn, series: Series, draft: Directive | None) -> Outgoing:
    """With what was being put together of it."""
    left = vi_periods.name(next_period(series))
    drop(turn, draft)
    await advance(turn.work, series)
    turn.work.log("period_left_out", turn.contact, subject=f"series:{series.id}")
    return vi_periods.left_out(series, left, next_period(series))


async def _correct(turn: Turn, series: Series, day: str = "") -> Outgoing:
    """As a draft, the one there is or a new one; with this deadline, if one was typed."""
    assert turn.person is not None
    turn.expect("")
    if day and read_deadline(day, turn.work.now) is None:
        raise Refused(not_a_deadline(day))
    [found] = await nexts(turn.work, [series])
    draft = found.draft or await next_directive(turn.work, turn.house, series, turn.person.id)
    if not day:
        return await draft_card(turn.work, turn.house, draft)
    [task] = await tasks_of(turn.work.session, draft.id)
    return await fix_task(turn, draft, task, "han", day)
