"""«Tôi đi công tác đến 20/5, chị Hà thay»: somebody of the office stands in for a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import staffing as vi
from db.people import Member, all_places, planned_stand_ins, stand_ins
from handlers import Refused, Turn, command, expected
from handlers.deeds.days import find_day
from handlers.deeds.naming import named
from handlers.deeds.staffing import end_stand_in, is_self, known_places, managed, may_manage, stand_in

_AWAY = r"(?:đi công tác|di cong tac|nghỉ phép|nghi phep|nghỉ ốm|nghi om|đi học|di hoc|đi vắng|di vang)"
_WHO = re.compile(rf"^(?P<name>.*?)\s*(?:xin |sẽ |se |phải |phai )?{_AWAY}\b", re.IGNORECASE)
_BY = re.compile(
    r"(?:^|[,;.]|\bvà\b|\b(?:nhờ|nho)\b)\s*(?P<name>(?:(?!\b(?:nhờ|nho)\b)[^,;.])+?)\s+(?:làm |lam )?thay\b",
    re.IGNORECASE,
)
_TITLED = re.compile(r"^.*\b(?=(?:cô|co|chị|chi|anh|chú|chu|bác|bac|em|đồng chí|dong chi)\s)", re.IGNORECASE)
_FROM = re.compile(
    r"(?<!thứ )(?<!thu )(?<!chị )(?<!chi )\b(?:từ|tu)\s+(?P<day>(?:(?!\b(?:đến|den|tới|toi|hết|het)\b)[^,;.])+)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?:\b(?:từ|tu|đến|den|tới|hết|het|ngày|ngay|sáng|sang|chiều|chieu|mai|mốt|tuần (?:sau|tới)|tuan sau"
    r"|(?:thứ|thu) (?:\d|\w+)|chủ nhật|chu nhat)\b|[\d/.,]+|\s)+",
    re.IGNORECASE,
)
_NEXT_WEEK = re.compile(r"\b(?:tuần|tuan) (?:sau|tới|toi)\b", re.IGNORECASE)
_LEAVING = re.compile(rf"^(?P<before>(?:(?!\b(?:đến|den|hết|het)\b).)*?\s){_AWAY}\b", re.IGNORECASE)
_CALLED_MAI = re.compile(r"^\s*mai\s*$|\b(?:cô|co|chị|chi|anh|em|bà|ba|đồng chí|dong chi)\s+mai\b", re.IGNORECASE)
_ONESELF = {"", "toi", "em", "anh", "chi", "minh"}
MOST_DAYS = 180
_GONE = "di cong tac|nghi phep|nghi om|di hoc|di vang"


@dataclass(frozen=True)
class Away:
    """`since`: the first day, None where it is today."""

    since: date | None
    until: date | None


@command(
    "thay",
    listed=False,
    says=rf"\b({_GONE})\b.*\bthay\b|^(tuan sau|mai|tu) .*\bthay( (toi|em|anh|chi|minh))?$|^nho .*\bthay\b"
    r"|^(?:(?:tuan (?:sau|toi)|mai|mot|sang|chieu|thu \w+|ngay|\d+) )*(?:toi|em|anh|chi|minh) (?:xin |se |phai )?"
    rf"({_GONE})\b",
)
async def away(turn: Turn) -> Outgoing:
    """Người thay trong thời gian đi công tác, nghỉ phép"""
    if turn.number(0) is not None:
        return await _for(turn, await managed(turn, turn.number(0), oneself=True))
    who, by = _WHO.match(turn.text), _BY.search(turn.text)
    absent = await _absent(turn, _TIME.sub(" ", who["name"]).strip() if who else "")
    people, name = await _others(turn, absent), _TITLED.sub("", by["name"]) if by else ""
    found = named(people, name, lambda member: member.person.name) if name else []
    days = _days(turn, turn.text.replace(name, "") if found else turn.text)  # «Mai» is also a day
    one = found[0] if len({member.person_id for member in found}) == 1 else None
    if days.until is None:
        turn.expect(
            f"away:{absent.id}:{days.since.strftime('%Y%m%d') if days.since else ''}:{one.person_id if one else 0}"
        )
        return vi.ask_until(absent)
    if one is None:
        return vi.ask_stand_in(absent, found or people, days.since, days.until, name if by and not found else "")
    return await _set(turn, absent, one, days.since, days.until)


@command("trove", listed=False, says=r"^(toi|em|anh|chi)? ?(da )?(ve|tro ve|di lam lai|het phep)( roi)?$")
async def back(turn: Turn) -> Outgoing:
    """Đã về, không cần người thay nữa"""
    if turn.number(0) is not None:
        members = [await managed(turn, turn.number(0), oneself=True)]
    else:
        members = [place for place in turn.places if place.stands_for is None]
    ids = [each.id for each in members]
    found = await stand_ins(turn.work.session, ids)
    for place in found:
        await end_stand_in(turn.work, place, by=turn.contact.person_id)
    if found or turn.number(0) is None:
        return vi.ended(found) if found else vi.nobody_stands_in()
    planned = await planned_stand_ins(turn.work.session, ids)
    for place in planned:
        place.ended_at = turn.work.now
        turn.work.log("stands_in_no_more", turn.contact, office_id=place.office_id, subject=f"member:{place.id}")
        await turn.work.tell(place.person_id, vi.free_of(members[0]))
    return vi.not_after_all(planned) if planned else vi.nobody_stands_in()


@expected("away")
async def day_named(turn: Turn) -> Outgoing:
    """The last day somebody is away."""
    absent = await managed(turn, turn.number(0), oneself=True)
    known, said = _written(turn.number(1)), _days(turn, turn.text, _written(turn.number(1)))
    if said.until is None:
        return vi.ask_until(absent)
    turn.expect("")
    since, people = said.since or known, await _others(turn, absent)
    by = next((each for each in people if each.person_id == turn.number(2)), None)
    if by is not None:
        return await _set(turn, absent, by, since, said.until)
    return vi.ask_stand_in(absent, people, since, said.until)


async def _for(turn: Turn, absent: Member) -> Outgoing:
    """By buttons: `/thay member person 20240520`, and the first day behind it where it is a later one."""
    until, since, today = _written(turn.number(2)), _written(turn.number(3)), local(turn.work.now).date()
    if until is None or until < today:
        turn.expect(f"away:{absent.id}")
        return vi.ask_until(absent)
    since = since if since and since > today else None
    people = await _others(turn, absent)
    by = next((each for each in people if each.person_id == turn.number(1)), None)
    return await _set(turn, absent, by, since, until) if by else vi.ask_stand_in(absent, people, since, until)


async def _set(turn: Turn, absent: Member, by: Member, since: date | None, until: date) -> Outgoing:
    """All that is theirs in that office."""
    places = await all_places(turn.work.session, [absent.office_id])
    mine = [each for each in places if each.person_id == absent.person_id and each.stands_for is None]
    await stand_in(turn, mine, by.person, since, until)
    return vi.stands_in(absent, by.person, since, until, mine=is_self(turn, absent))


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


def _days(turn: Turn, text: str, known: date | None = None) -> Away:
    """The days a text names: «từ thứ Hai đến hết thứ Sáu», «đến 20/5», «tuần sau»; `known`: the first, named before."""
    today = local(turn.incoming.at).date()
    first, rest = _first(text, today)
    week = first is None and _NEXT_WEEK.search(text) is not None
    monday = today + timedelta(days=7 - today.weekday())
    since = monday if week else first or known
    ahead = max(since or today, today)
    until = find_day(_NEXT_WEEK.sub("", rest), ahead) or (ahead + timedelta(days=4) if week else None)
    if until is not None and not ahead <= until <= today + timedelta(days=MOST_DAYS):
        until = None
    return Away(since if since and since > today else None, until)


def _first(text: str, today: date) -> tuple[date | None, str]:
    """The day behind «từ», or before «tôi đi công tác», and what follows it."""
    week = " tuần sau" if _NEXT_WEEK.search(text) else ""
    for said in _FROM.finditer(text):
        if (day := find_day(said["day"] + week, today)) is not None:
            return day, text[said.end() :]
    leaving = _LEAVING.match(text)
    day = find_day(_CALLED_MAI.sub("", leaving["before"]), today) if leaving else None
    return day, text[leaving.end() :] if leaving and day else text


def _written(digits: int | None) -> date | None:
    try:
        return date.fromisoformat(str(digits)) if digits else None
    except ValueError:
        return None
