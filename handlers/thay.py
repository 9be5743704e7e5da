"""«Tôi đi công tác đến 20/5, chị Hà thay»: somebody of the office stands in for a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import instead as vi
from bot.vi import staffing as vi_staffing
from db.people import Member, all_places, planned_stand_ins, stand_ins
from handlers import Aside, Refused, Turn, command, expected, intent
from handlers.deeds.asides import answered_aside
from handlers.deeds.days import find_day
from handlers.deeds.naming import named, oneself
from handlers.deeds.staffing import end_stand_in, is_self, known_places, managed, may_manage, posts_of, stand_in

_AWAY = (
    r"(?:đi công tác|di cong tac|đi họp|di hop|đi học|di hoc|đi vắng|di vang|(?:(?:bị|bi) )?(?:ốm|om)"
    r"|(?:nghỉ|nghi)(?! (?:việc|viec|hưu|huu|lễ|le|tết|tet)\b)(?: (?:phép|phep|ốm|om|thai sản|thai san))?)"
)
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
_RANGE = re.compile(
    r"(?:\b(?:từ|tu) )?(?:\b(?:ngày|ngay) )?(?<![\d/.])(\d{1,2})(?:\s*[/.]\s*(\d{1,2}))?"
    r"\s*(?:-|–|\b(?:đến|den|tới|toi)\b)\s*(?:(?:hết|het) )?(?:(?:ngày|ngay) )?(\d{1,2})\s*[/.]\s*(\d{1,2})",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:đến|den|tới(?<!tuần tới)|hết|het|toi(?= (?:ngay|het|thu|\d)))\b", re.IGNORECASE)
_NEXT_WEEK = re.compile(r"\b(?:tuần|tuan) (?:sau|tới|toi)\b", re.IGNORECASE)
_LEAVING = re.compile(rf"^(?P<before>(?:(?!\b(?:đến|den|hết|het)\b).)*?\s){_AWAY}\b", re.IGNORECASE)
_CALLED_MAI = re.compile(r"^\s*mai\s*$|\b(?:cô|co|chị|chi|anh|em|bà|ba|đồng chí|dong chi)\s+mai\b", re.IGNORECASE)
MOST_DAYS = 180
_GONE = "di cong tac|nghi phep|nghi om|nghi thai san|bi om|di hoc|di vang"
_INSTEAD = r"thay (?:toi|em|anh|chi|minh)"


@dataclass(frozen=True)
class Away:
    """`since`: the first day, None where it is today. `unfit`: the last day that was named can be none."""

    since: date | None
    until: date | None
    unfit: bool = False


@command(
    "thay",
    listed=False,
    says=rf"\b({_GONE})\b.*\bthay\b|^nho .*\bthay\b"
    r"|^(tuan sau|(?:sang |chieu |ngay )?mai|tu) .*\bthay( (toi|em|anh|chi|minh))?$"
    r"|^(?:xin )?(?:nghi (?:phep|om|thai san)|bi om)(?: (?:tu|den|het|ngay|hom nay|mai|thu|roi|a)\b.*)?$"
    r"|^(?:toi|em|anh|chi|minh) (?:xin )?(?:om|di hop|nghi(?! (?:viec|huu)\b))\b.*\bthay\b"
    r"|^(?:(?:tuan (?:sau|toi)|mai|mot|sang|chieu|thu \w+|ngay|\d+) )*(?:toi|em|anh|chi|minh) (?:xin |se |phai )?"
    rf"({_GONE})\b"
    rf"|^(?!(?:gui|nop|bao cao|tra loi|lam|nhan)\b)(?:\S+ ){{1,4}}{_INSTEAD}(?: (?:tu|den|het|mai|ngay|tuan) .*)?$",
)
async def away(turn: Turn) -> Outgoing:
    """Người thay trong thời gian đi công tác, nghỉ phép"""
    if turn.number(0) is not None:
        return await _for(turn, await managed(turn, turn.number(0), oneself=True))
    who, by = _WHO.match(turn.text), _BY.search(turn.text)
    posts = await _absent(turn, _TIME.sub(" ", who["name"]).strip() if who else "")
    people, name = await _others(turn, posts), _TITLED.sub("", by["name"]) if by else ""
    found = named(people, name, lambda member: member.person.name) if name else []
    days = days_away(turn.text.replace(name, "") if found else turn.text, _today(turn))  # «Mai» is also a day
    one = found[0] if len({member.person_id for member in found}) == 1 else None
    absent = next((each for each in posts if found and each.office_id == found[0].office_id), posts[0])
    if days.until is None:
        turn.expect(
            f"away:{absent.id}:{days.since.strftime('%Y%m%d') if days.since else ''}:{one.person_id if one else 0}"
        )
        return vi.ask_until(absent, days.since, one, _latest(turn, days))
    if one is None:
        there = [each for each in found or people if each.office_id == absent.office_id]
        return vi.ask_stand_in(absent, there, days.since, days.until, name if by and not found else "")
    return await _set(turn, absent, one, days.since, days.until)


@command(
    "trove",
    listed=False,
    says=r"^(toi|em|anh|chi|minh)? ?(da )?(ve|tro ve|di lam lai|het phep)( roi)?$"
    r"|^(bo|thoi|huy|khong can)( nguoi)? thay( nua| the)?( nua)?$",
)
async def back(turn: Turn) -> Outgoing:
    """Đã về, không cần người thay nữa"""
    if turn.number(0) is not None:
        members = await posts_of(turn, await managed(turn, turn.number(0), oneself=True))
    else:
        members = [place for place in turn.places if place.stands_for is None]
    ids = [each.id for each in members]
    found = await stand_ins(turn.work.session, ids)
    for place in found:
        await end_stand_in(turn.work, place, by=turn.contact.person_id)
    if found:
        return vi.ended(found)
    not_after_all = turn.number(0) is not None or "thay" in fold(turn.text).split()
    planned = await planned_stand_ins(turn.work.session, ids) if not_after_all else []
    absent = {each.id: each for each in members}
    for place in planned:
        place.ended_at = turn.work.now
        turn.work.log("stands_in_no_more", turn.contact, office_id=place.office_id, subject=f"member:{place.id}")
        await turn.work.tell(place.person_id, vi.free_of(absent[place.stands_for or 0]))
    return vi.not_after_all(planned) if planned else vi.nobody_stands_in()


@expected("away")
async def day_named(turn: Turn) -> Outgoing:
    """The last day somebody is away."""
    absent = await managed(turn, turn.number(0), oneself=True)
    if (said := await answered_aside(turn)) is not None:
        return said
    if intent(turn.text) is not None:
        raise Aside
    known = _written(turn.number(1))
    days = days_away(turn.text, _today(turn), known, asked=True)
    since, people = days.since or known, await _others(turn, [absent])
    by = next((each for each in people if each.person_id == turn.number(2)), None)
    if days.until is None:
        return vi.ask_until(absent, since, by, _latest(turn, days))
    turn.expect("")
    if by is not None:
        return await _set(turn, absent, by, since, days.until)
    return vi.ask_stand_in(absent, people, since, days.until)


async def _for(turn: Turn, absent: Member) -> Outgoing:
    """By buttons: `/thay member person 20240520`, and the first day behind it where it is a later one."""
    until, since, today = _written(turn.number(2)), _written(turn.number(3)), local(turn.work.now).date()
    if until is None or until < today:
        turn.expect(f"away:{absent.id}")
        return vi.ask_until(absent)
    since = since if since and since > today else None
    people = await _others(turn, [absent])
    by = next((each for each in people if each.person_id == turn.number(1)), None)
    return await _set(turn, absent, by, since, until) if by else vi.ask_stand_in(absent, people, since, until)


async def _set(turn: Turn, absent: Member, by: Member, since: date | None, until: date) -> Outgoing:
    """All that is theirs in the offices where `by` is; where else nobody stands in for them yet is said. Pressed, of
    these only the office that was asked about and those where nobody does."""
    posts, session = await posts_of(turn, absent), turn.work.session
    ids = [each.id for each in posts]
    arranged = {place.stands_for for place in [*await stand_ins(session, ids), *await planned_stand_ins(session, ids)]}
    kept = arranged if turn.text.startswith("/") else set()
    there = {each.office_id for each in await _others(turn, posts) if each.person_id == by.person_id}
    mine = [
        each
        for each in posts
        if each.office_id == absent.office_id or (each.office_id in there and each.id not in kept)
    ]
    await stand_in(turn, mine, by.person, since, until)
    rest = {each.office_id: each for each in posts if each not in mine and each.id not in arranged}
    return vi.stands_in(mine, by.person, since, until, mine=is_self(turn, absent), rest=list(rest.values()))


async def _absent(turn: Turn, name: str) -> list[Member]:
    """What oneself is, or whoever was named. Raises Refused."""
    own = [place for place in turn.places if place.stands_for is None]
    if oneself(name, turn.text) and own:
        return own
    known = [each for each in await known_places(turn) if may_manage(turn, each) and each.stands_for is None]
    found = named(known, name, lambda member: member.person.name)
    if len({member.person_id for member in found}) != 1:
        raise Refused(vi_staffing.which_member(found, "thay") if found else vi_staffing.nobody_named(name))
    return found


async def _others(turn: Turn, posts: Sequence[Member]) -> list[Member]:
    """Those of the same offices who are not away themselves, each once an office."""
    places = await all_places(turn.work.session, [each.office_id for each in posts])
    gone = {each.stands_for for each in places}
    away = {posts[0].person_id, *(each.person_id for each in places if each.id in gone)}
    people = {(each.office_id, each.person_id): each for each in reversed(places)}
    return [each for each in reversed(people.values()) if each.person_id not in away]


def _today(turn: Turn) -> date:
    return local(turn.incoming.at).date()


def _latest(turn: Turn, said: Away) -> date | None:
    """To be told to who named another."""
    return _today(turn) + timedelta(days=MOST_DAYS) if said.unfit else None


def days_away(text: str, today: date, known: date | None = None, *, asked: bool = False) -> Away:
    """The days a text names: «từ thứ Hai đến hết thứ Sáu», «15-17/5», «đến 20/5», «tuần sau»; a day alone («mai») is
    the first, or the last where that was `asked`. `known`: the first, named before."""
    text = _RANGE.sub(_whole_range, text)
    first, rest = _first(text, today)
    week = first is None and _NEXT_WEEK.search(text) is not None
    if first is None and not week and not asked and not _UNTIL.search(text):
        first, rest = find_day(text, today), ""
    monday = today + timedelta(days=7 - today.weekday())
    since = monday if week else first or known
    ahead = max(since or today, today)
    until = find_day(_NEXT_WEEK.sub("", rest), ahead) or (ahead + timedelta(days=4) if week else None)
    fit = until is None or ahead <= until <= today + timedelta(days=MOST_DAYS)
    return Away(since if since and since > today else None, until if fit else None, not fit)


def _whole_range(said: re.Match[str]) -> str:
    """Both days with their month: «15-17/5», «28 đến 3/6»."""
    first, last, month = int(said[1]), int(said[3]), int(said[4])
    before = int(said[2]) if said[2] else month if first <= last else (month + 10) % 12 + 1
    return f" từ {first}/{before} đến {last}/{month}"


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
