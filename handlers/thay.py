"""«Tôi đi công tác đến 20/5, chị Hà thay»: somebody of the office stands in for a time."""

from __future__ import annotations

import re
from datetime import date

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import staffing as vi
from db.people import Member, all_places, stand_ins
from handlers import Refused, Turn, command, expected
from handlers.deeds.days import find_day
from handlers.deeds.naming import named
from handlers.deeds.staffing import end_stand_in, is_self, known_places, managed, may_manage, stand_in

_AWAY = r"(?:đi công tác|di cong tac|nghỉ phép|nghi phep|nghỉ ốm|nghi om|đi học|di hoc|đi vắng|di vang)"
_WHO = re.compile(rf"^(?P<name>.*?)\s*(?:xin |sẽ |se )?{_AWAY}\b", re.IGNORECASE)
_BY = re.compile(r"(?:^|[,;.]|\bvà\b|\bnhờ\b)\s*(?P<name>[^,;.]+?)\s+(?:làm |lam )?thay\b", re.IGNORECASE)
_ONESELF = {"", "toi", "em", "anh", "chi", "minh", "mai toi", "tu mai toi"}
MOST_DAYS = 180


@command("thay", listed=False, says=r"\b(di cong tac|nghi phep|nghi om|di hoc|di vang)\b.*\bthay\b")
async def away(turn: Turn) -> Outgoing:
    """Người thay trong thời gian đi công tác, nghỉ phép"""
    if turn.number(0) is not None:
        return await _for(turn, await managed(turn, turn.number(0), oneself=True))
    who, by = _WHO.match(turn.text), _BY.search(turn.text)
    absent = await _absent(turn, who["name"] if who else "")
    until = _day(turn, turn.text)
    if until is None:
        turn.expect(f"away:{absent.id}")
        return vi.ask_until(absent)
    people = await _others(turn, absent)
    found = named(people, by["name"], lambda member: member.person.name) if by else []
    if len({member.person_id for member in found}) != 1:
        return vi.ask_stand_in(absent, found or people, until, by["name"] if by and not found else "")
    return await _set(turn, absent, found[0], until)


@command("trove", listed=False, says=r"^(toi|em|anh|chi)? ?(da )?(ve|tro ve|di lam lai|het phep)( roi)?$")
async def back(turn: Turn) -> Outgoing:
    """Đã về, không cần người thay nữa"""
    if turn.number(0) is not None:
        members = [await managed(turn, turn.number(0), oneself=True)]
    else:
        members = [place for place in turn.places if place.stands_for is None]
    found = await stand_ins(turn.work.session, [each.id for each in members])
    for place in found:
        await end_stand_in(turn.work, place, by=turn.contact.person_id)
    return vi.ended(found) if found else vi.nobody_stands_in()


@expected("away")
async def day_named(turn: Turn) -> Outgoing:
    """The last day somebody is away."""
    absent = await managed(turn, turn.number(0), oneself=True)
    until = _day(turn, turn.text)
    if until is None:
        return vi.ask_until(absent)
    turn.expect("")
    return vi.ask_stand_in(absent, await _others(turn, absent), until)


async def _for(turn: Turn, absent: Member) -> Outgoing:
    """By buttons: `/thay member person 20240520`."""
    until = _written(turn.number(2))
    if until is None or until < local(turn.work.now).date():
        turn.expect(f"away:{absent.id}")
        return vi.ask_until(absent)
    people = await _others(turn, absent)
    by = next((each for each in people if each.person_id == turn.number(1)), None)
    return await _set(turn, absent, by, until) if by else vi.ask_stand_in(absent, people, until)


async def _set(turn: Turn, absent: Member, by: Member, until: date) -> Outgoing:
    """All that is theirs in that office."""
    places = await all_places(turn.work.session, [absent.office_id])
    mine = [each for each in places if each.person_id == absent.person_id and each.stands_for is None]
    await stand_in(turn, mine, by.person, until)
    return vi.stands_in(absent, by.person, until, mine=is_self(turn, absent))


async def _absent(turn: Turn, name: str) -> Member:
    """Oneself, or whoever was named. Raises Refused."""
    own = [place for place in turn.places if place.stands_for is None]
    if fold(name) in _ONESELF and own:
        return own[0]
    known = [each for each in await known_places(turn) if may_manage(turn, each) and each.stands_for is None]
    found = named(known, name, lambda member: member.person.name)
    if len({member.person_id for member in found}) != 1:
        raise Refused(vi.which_member(found, "thay") if found else vi.nobody_named(name))
    return found[0]


async def _others(turn: Turn, absent: Member) -> list[Member]:
    """Those of the same office, each once."""
    people = {each.person_id: each for each in reversed(await all_places(turn.work.session, [absent.office_id]))}
    return [each for each in reversed(people.values()) if each.person_id != absent.person_id]


def _day(turn: Turn, text: str) -> date | None:
    today = local(turn.incoming.at).date()
    found = find_day(text, today)
    return found if found is not None and 0 <= (found - today).days <= MOST_DAYS else None


def _written(digits: int | None) -> date | None:
    try:
        return date.fromisoformat(str(digits)) if digits else None
    except ValueError:
        return None
