"""«Giao cho cô Vân»: a task within an office, and taking it back."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.vi import card
from bot.vi import handing as vi
from db.people import Role
from db.standing import Line
from handlers import Refused, Turn, command
from handlers.deeds.codes import code_to_forward, revoke_codes
from handlers.deeds.handing import hand_over, may_hand, require_head, take_back
from handlers.deeds.naming import people_named
from handlers.deeds.owed import meant, open_lines

_TO = re.compile(r"^/?\s*giao\b.*?\bcho\s+(?P<name>.+)$", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:việc|viec)\s+(\d+)\b", re.IGNORECASE)


@command("giao", listed=False, says=r"^giao( lai)?( (viec|nhiem vu)( \d+| nay)?)?( cho\b|$)")
async def hand(turn: Turn) -> Outgoing:
    """Giao việc cho người của đơn vị"""
    if turn.number(0) == 0 and turn.number(2):
        return await _choose(turn, "", turn.number(2), every=turn.number(1) == 1)
    if turn.number(0) is None:
        said = _TO.match(turn.text)
        return await _choose(turn, said["name"] if said else "")
    found = await meant(turn, "giao")
    people = await require_head(turn, found.assignment.office_id)
    if not found.owes and not found.missing_parts:
        return vi.done_already(found.assignment)
    if turn.number(2) is None:
        return await _whom(turn, found)
    seat = next((seat for seat in people if seat.person_id == turn.number(2)), None)
    return await hand_over(turn, [found.assignment], seat) if seat else await _forward(turn, found)


@command("thulai", listed=False, says=r"^(thu lai viec|(de )?(toi|anh|chi) tu lam|(toi|em) khong nhan viec)\b")
async def back(turn: Turn) -> Outgoing:
    """Thu lại việc đã giao"""
    if turn.number(0) is None:
        handed = [each for each in await open_lines(turn) if each.assignment.handed_to is not None]
        mine = [each for each in handed if _may_take_back(turn, each)]
        if len(mine) != 1:
            return card.which_task(mine, "thulai") if mine else vi.nothing_handed()
        return await take_back(turn, mine[0].assignment)
    found = await meant(turn, "thulai")
    if found.assignment.handed_to is None:
        return vi.not_handed(found.assignment, may_hand=may_hand(turn, found.assignment.office_id))
    if not _may_take_back(turn, found):
        raise Refused(vi.heads_only())
    return await take_back(turn, found.assignment)


def _may_take_back(turn: Turn, line: Line) -> bool:
    assignment = line.assignment
    mine = turn.person is not None and turn.person.id in {assignment.handed_to, assignment.handed_by}
    return mine or may_hand(turn, assignment.office_id)


async def _choose(turn: Turn, name: str, person_id: int | None = None, *, every: bool = False) -> Outgoing:
    """By words, or knowing the person: which of the tasks this person may hand over, or `every` one."""
    owed = [each for each in await open_lines(turn) if each.owes or each.missing_parts]
    if number := _NUMBER.search(turn.text):
        owed = [each for each in owed if each.assignment.task.number == number[1]]
    if not owed:
        raise Refused(card.nothing_open())
    people = await require_head(turn, owed[0].assignment.office_id)
    owed = [each for each in owed if each.assignment.office_id == owed[0].assignment.office_id]
    if person_id is None and not name:
        return card.which_task(owed, "giao") if len(owed) > 1 else await _whom(turn, owed[0])
    named = people_named(people, name) if person_id is None else [s for s in people if s.person_id == person_id]
    if len(named) > 1:
        return vi.which_person(named, name, owed[0].assignment)
    if not named:
        return await _whom(turn, owed[0], name)
    if len(owed) > 1 and not every:
        return vi.which(owed, named[0])
    return await hand_over(turn, [each.assignment for each in owed], named[0])


async def _whom(turn: Turn, line: Line, unknown: str = "") -> Outgoing:
    people = await require_head(turn, line.assignment.office_id)
    others = [seat for seat in people if turn.person is None or seat.person_id != turn.person.id]
    return vi.whom(line.assignment, others, unknown) if others else await _forward(turn, line)


async def _forward(turn: Turn, line: Line) -> Outgoing:
    """Nobody to hand it to yet: a code to be forwarded."""
    office = line.assignment.office
    await revoke_codes(turn, [office], [Role.STAFF])
    await turn.work.send(turn.contact.address, await code_to_forward(turn, office, Role.STAFF))
    return vi.forward_this(office)
