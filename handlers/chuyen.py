"""«Chuyển Lan sang Phòng Y tế», «Lan nghỉ hưu»: people move and leave; their office's tasks stay with it."""

from __future__ import annotations

import re
from datetime import date

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import clean
from bot.vi import people as vi_people
from bot.vi import staffing as vi
from db.offices import Office, offices
from db.people import Member, Role, all_places
from db.seats import OWING
from handlers import COORDINATOR, Aside, Refused, Turn, command, expected, intent
from handlers.deeds.days import find_day
from handlers.deeds.naming import oneself
from handlers.deeds.others import office_called
from handlers.deeds.staffing import (
    is_self,
    leave,
    managed,
    move,
    one_named,
    posts_of,
    remaining,
    require_successor,
)

_MOVE = re.compile(
    r"^(?:(?:điều|dieu)\s+)?(?:chuyển|chuyen)\s+(?:(?:công tác|cong tac)\s+)?(?P<name>.+?)"
    r"\s+(?:sang|về|ve|qua)\s+(?P<office>.+)$",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"^(?P<name>.+?)\s+(?:(?:đã|da|được|duoc)\s+)*(?:(?:điều|dieu)\s+)?(?:chuyển|chuyen)\s+"
    r"(?:(?:công tác|cong tac)\s+)?(?:sang|về|ve|qua)\s+(?P<office>.+)$",
    re.IGNORECASE,
)
_LEAVE = re.compile(
    r"^(?P<name>.+?)\s+(?:(?:đã|da|xin)\s+)?(?:nghỉ hưu|nghi huu|nghỉ việc|nghi viec|thôi việc|thoi viec"
    r"|không còn (?:làm|công tác)|khong con (?:lam|cong tac)|rời đơn vị|roi don vi)\b",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"[\s,(]+(?:(?:kể|ke)\s+)?(?:(?:từ|tu|vào|vao)\s+(?:ngày\s+|ngay\s+)?|(?:ngày|ngay)\s+)"
    r"(?=\d|(?:mai|thứ|thu|chủ nhật|chu nhat|đầu|dau|tuần|tuan|hôm|hom)\b)(?P<day>.*)$",
    re.IGNORECASE,
)
_GONE = "nghi huu|nghi viec|thoi viec|khong con (lam|cong tac)|roi don vi"
_THINGS = r"((lui|doi|hop|cuoc|lich|ngay|han|viec|buoi|ho so) )"
_OFFICE = r"((phong|van phong|ban|so|trung tam|chi cuc|ubnd|xa|phuong|thi tran) |(?!mai|mot|sau|khac|zalo)[a-z]{2,6}$)"
_REMIND = r"nhac (toi|em|minh)\b"
_OTHER = r"bao cao|tep|file|cong van|qlvb|i ?office|van thu|roi"


@command(
    "chuyen",
    who=COORDINATOR,
    listed=False,
    says=rf"^(?!.*\b({_OTHER})\b|{_REMIND})((dieu )?chuyen (?!don vi|han |lich |ngay ).+ (sang|ve|qua) "
    rf"|(?!{_THINGS})(\S+ ){{1,5}}?((da|duoc) )*(dieu )?chuyen (cong tac )?(sang|ve|qua) {_OFFICE})",
)
async def transfer(turn: Turn) -> Outgoing:
    """Chuyển người sang đơn vị hoặc vai trò khác"""
    if turn.number(0) is None:
        return await _transfer_in_words(turn)
    member = await managed(turn, turn.number(0))
    office = await turn.work.session.get(Office, turn.number(1) or 0)
    if office is None or office.valid_to is not None:
        turn.expect(f"moveto:{member.id}")
        return vi.ask_office(member)
    roles = _roles(turn, office)
    if turn.number(2) not in range(len(roles)):
        return vi.ask_role(member, office, roles, _later(turn))
    return await _moved(turn, member, office, roles[turn.number(2) or 0])


@expected("moveto", who=COORDINATOR)
async def office_named(turn: Turn) -> Outgoing:
    """The office somebody moves to."""
    member = await managed(turn, turn.number(0))
    if await office_called(turn, clean(turn.text)) is None and intent(turn.text) is not None:
        raise Aside
    office = await _found(turn, clean(turn.text))
    turn.expect("")
    return vi.ask_role(member, office, _roles(turn, office))


@command("roi", listed=False, says=rf"^(?!{_REMIND})(\S+ ){{1,6}}?({_GONE})\b")
async def gone(turn: Turn) -> Outgoing:
    """Ghi nhận một người nghỉ hưu, thôi việc, rời đơn vị"""
    if turn.number(0) is None:
        said = _LEAVE.match(turn.text)
        if said and oneself(said["name"], turn.text):
            raise Refused(vi.not_yourself(coordinator=bool(turn.collecting)))
        member = await one_named(turn, said["name"] if said else turn.text, "roi", _from(turn), whole=True)
    else:
        member = await managed(turn, turn.number(0))
    if is_self(turn, member):
        raise Refused(vi.not_yourself(coordinator=bool(turn.collecting)))
    posts = await posts_of(turn, member)
    posts = posts if turn.number(1) != 1 else [member]
    for each in posts:
        await require_successor(turn, each)
    if turn.number(1) == 0:
        return vi.stays(member)
    if turn.number(1) not in {1, 2}:
        return vi.confirm_leave(member, posts, _later(turn))
    for each in posts:
        await leave(turn, each)
    await turn.work.tell(member.person_id, vi.told_left(posts))
    answer = vi.left(posts)
    for each in posts:
        answer = await _with_heirs(turn, answer, each)
    return answer


async def _transfer_in_words(turn: Turn) -> Outgoing:
    said = _MOVE.match(turn.text) or _MOVED.match(turn.text)
    if said is None:
        return vi.how_to_move()
    office = await _found(turn, _FROM.sub("", said["office"]))
    member = await one_named(turn, said["name"], "chuyen", tail=f" {office.id}{_from(turn)}")
    return vi.ask_role(member, office, _roles(turn, office), _later(turn))


def _later(turn: Turn) -> date | None:
    """The day ahead from which it is to hold, if one was named: what is decided here holds at once."""
    said, today = _FROM.search(turn.text), local(turn.work.now).date()
    day = find_day(said["day"], today) if said else None
    return day if day is not None and day > today else None


def _from(turn: Turn) -> str:
    """That day, as the buttons go on saying it."""
    day = _later(turn)
    return f" tu {day:%d/%m/%Y}" if day else ""


async def _found(turn: Turn, words: str) -> Office:
    office = await office_called(turn, words)
    if office is None:
        raise Refused(vi_people.unknown_office(words, [each.name for each in await offices(turn.work.session)]))
    return office


def _roles(turn: Turn, office: Office) -> list[Role]:
    return [*OWING, *([Role.COORDINATOR, Role.LEADER] if turn.collects(office.id) else [])]


async def _moved(turn: Turn, member: Member, office: Office, role: Role) -> Outgoing:
    if is_self(turn, member):
        raise Refused(vi.not_yourself(coordinator=bool(turn.collecting)))
    if office.id == member.office_id and role == member.role:
        return vi.already_there(member)
    await require_successor(turn, member)
    await move(turn, member, office, role)
    return await _with_heirs(turn, vi.moved(member, office, role), member)


async def _with_heirs(turn: Turn, answer: Outgoing, member: Member) -> Outgoing:
    """Where nobody is left, the way to invite somebody."""
    people = await all_places(turn.work.session, [member.office_id])
    return answer if remaining(people, member.office) else vi.nobody_left(answer, member.office)
