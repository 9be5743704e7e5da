"""Nudge now: only those missing at this second, once in two hours unless confirmed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial

from bot.messages import Outgoing
from bot.vi import nudging as vi
from bot.vi import reminding
from bot.vi.closing import closed_before
from bot.vi.missing import to_call
from bot.vi.people import unknown_office
from db.directives import assignments_of
from db.mail import Priority
from db.offices import Office
from db.people import offices
from db.seats import seats
from db.standing import Line, Standing, lines
from handlers import COORDINATOR, Refused, Turn, command
from handlers.deeds.closing import still_lacking
from handlers.deeds.desk import caller, chosen
from handlers.deeds.handing import is_near, say_reminder
from handlers.deeds.others import office_named, owed_by, without_numbers
from handlers.deeds.reach import outside

_NUDGE = re.compile(r"^\s*nh[aắ]c\s*(?:các |cac )?", re.IGNORECASE)

_EVERYBODY = frozenset(
    [
        "a",
        "nhe",
        "di",
        "giup",
        "tat",
        "ca",
        "het",
        "lai",
        "cac",
        "don",
        "vi",
        "phong",
        "ban",
        "ho",
        "con",
        "chua",
        "nop",
        "gui",
        "bao",
        "cao",
        "thieu",
        "ngay",
    ]
)

AGAIN = timedelta(hours=2)
ASK = 2
"""In a button: one office was named in passing; ask before it is nudged."""


@command("nhac", who=COORDINATOR, says=r"^nhac (?!(toi|em|anh|chi|minh|chung|lai sau)\b)")
async def nudge(turn: Turn) -> Outgoing:
    """Nhắc ngay các đơn vị còn thiếu"""
    only = await _only(turn)
    among = {each.assignment.task.directive_id for each in await owed_by(turn, only)} if only else set()
    if only is not None and not among:
        await still_lacking(turn, [only])
        return vi.nobody_to_nudge()
    directive = await chosen(turn, "nhac", tail=f" {ASK} {only.id}" if only else "", among=among)
    if directive.closed_at is not None:
        return closed_before(directive)
    if turn.number(1) == 0:
        return vi.not_nudged(directive)
    found = await lines(turn.work.session, await assignments_of(turn.work.session, directive.id))
    owed = [line for line in found if _may_be_nudged(line) and (not only or only.id == line.assignment.office_id)]
    if not owed:
        return vi.nobody_to_nudge()
    last = max((line.assignment.nudged_at for line in owed if line.assignment.nudged_at), default=None)
    if only is not None and (turn.number(1) == ASK or not turn.text.startswith("/")):
        return vi.confirm_nudge(directive, owed[0].assignment.office, last)
    if last is not None and turn.work.now - last < AGAIN and turn.number(1) != 1:
        return vi.nudge_again(directive, last, only.id if only else None)
    return await _nudge(turn, owed)


async def _only(turn: Turn) -> Office | None:
    """`/nhac YT` is for one office; a name nobody bears must not become everybody. Raises Refused."""
    if turn.number(2) is not None:
        return await turn.work.session.get(Office, turn.number(2))
    words = " ".join(turn.args) or "" if turn.text.startswith("/") else _NUDGE.sub("", turn.text)
    if not words or words.split()[0].isdecimal() or _EVERYBODY.issuperset(without_numbers(words).split()):
        return None
    turn.args = []
    named = await office_named(turn, words)
    if named is None:
        raise Refused(unknown_office(words, [each.name for each in await offices(turn.work.session)]))
    return named.office


def _may_be_nudged(line: Line) -> bool:
    """One that says it was sent elsewhere too: it is named among those left in peace."""
    dated = line.assignment.due_at is not None
    return dated and (line.owes or line.claimed is not None) and not line.assignment.collectors_own


def _rests(line: Line, now: datetime) -> bool:
    """It says it was sent, or will be in time; a promise past the deadline spares nobody."""
    standing = line.standing(now)
    return standing == Standing.ELSEWHERE or (standing == Standing.PROMISED and not line.overdue(now))


def _near(turn: Turn, item: reminding.Due) -> bool:
    return is_near(turn.work, turn.house, item.line.assignment)


async def _nudge(turn: Turn, owed: list[Line]) -> Outgoing:
    paused = {line.assignment.office.name: None for line in owed if _rests(line, turn.work.now)}
    by_office: dict[int, list[Line]] = {}
    for line in owed:
        if not _rests(line, turn.work.now):
            by_office.setdefault(line.assignment.office_id, []).append(line)
    people = await seats(turn.work.session, by_office)
    shut = await outside(turn.work, turn.house.windows, people)
    near = partial(_near, turn)
    told: list[str] = []
    silent: list[str] = []
    for office_id, group in by_office.items():
        items = [reminding.Due(line, "nudge") for line in group]
        reached = await say_reminder(
            turn.work, turn.house, items, people[office_id], near, shut, priority=Priority.REMINDER
        )
        office = group[0].assignment.office
        if reached:
            told.append(office.name)
        else:
            silent.append(to_call(office.name, caller(office.phone, people[office_id], shut)))
        for item in reached:
            item.line.assignment.nudges += 1
            item.line.assignment.nudged_at = turn.work.now
    turn.work.log("nudged", turn.contact, offices=len(told))
    return vi.nudged(told, list(paused), silent)
