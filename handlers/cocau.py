"""«Gộp Phòng A và Phòng B thành Phòng C», «tách …», «đổi tên …»: offices change while directives are open."""

from __future__ import annotations

import re
import zlib

from bot.messages import Outgoing
from bot.text import clean, fold
from bot.vi import people as vi_people
from bot.vi import reorganising as vi
from db.offices import Office, add_office, find_office, ways_said
from db.reorganising import members_of, open_tasks_of
from db.standing import lines
from handlers import COORDINATOR, Aside, Refused, Turn, command, expected
from handlers.deeds.instants import today
from handlers.deeds.others import office_called
from handlers.deeds.reorganising import heads_of, merge, rename, split, succession
from handlers.deeds.staffing import require_collectors

_ACT = re.compile(
    r"^(?P<act>gộp|gop|sáp nhập|sap nhap|hợp nhất|hop nhat|tách|tach|đổi tên|doi ten)\s+(?P<rest>.+)$", re.IGNORECASE
)
_INTO = re.compile(r"^[\s:,;]*(?P<how>vào|vao|thành|thanh)\s*:?\s+(?P<name>.+)$", re.IGNORECASE)
_KINDS = "Phòng|Sở|Ban|Văn phòng|Thanh tra|Trung tâm|Trạm|Chi cục|Trường|UBND|Ủy ban"
_TWO = re.compile(rf"\s*(?:;|,|\bvà\b)\s*(?=(?:{_KINDS})\b)", re.IGNORECASE)
LONGEST = 180


@command("cocau", who=COORDINATOR, says=r"^(gop|sap nhap|hop nhat|tach|doi ten) .+\b(vao|thanh)\b")
async def reorganise(turn: Turn) -> Outgoing:
    """Gộp, tách, đổi tên đơn vị"""
    if (number := turn.number(0)) is None:
        return await _propose(turn, clean(turn.text))
    kind, _, text = turn.contact.expects.partition(":")
    if kind != "cocau" or _mark(text) != number:
        return vi.say_again()
    turn.expect("")
    return await _do(turn, text, both=turn.number(1) == 1)


@expected("cocau", who=COORDINATOR)
async def something_else(turn: Turn) -> Outgoing:
    """Only the button does it."""
    raise Aside


def _mark(text: str) -> int:
    return zlib.crc32(text.encode())


async def _propose(turn: Turn, text: str) -> Outgoing:
    """The bot proposes: nothing changes before she presses. What she typed waits in her chat."""
    text = re.sub(r"^/\s*\w+\s+(?=\S)", "", text) if text.startswith("/") else text
    if len(text) > LONGEST:
        return vi.too_long()
    act, named, target = await _read(turn, text)
    turn.expect(f"cocau:{text}")
    worth = f"/cocau {_mark(text)}"
    if act == "doi":
        await _free_name(turn, target, named[0])
        return vi.propose_rename(named[0], target, worth)
    if act == "tach":
        first, second = await _two(turn, named[0], target)
        owed = await lines(turn.work.session, await open_tasks_of(turn.work.session, [named[0].id]))
        open_ = [each for each in owed if each.owes and each.assignment.task.directive.sent]
        return vi.propose_split(named[0], first, second, len(open_), worth)
    heir = await find_office(turn.work.session, target)
    former = [office for office in named if heir is None or office.id != heir.id]
    found = await succession(turn.work, former, heir)
    people = {each.person_id for office in former for each in await members_of(turn.work.session, office.id)}
    notes = vi.notes(found.spared, found.done, found.again, found.longer)
    return vi.propose_merge(former, heir.name if heir else target, len(people), len(found.follow), notes, worth)


async def _do(turn: Turn, text: str, *, both: bool) -> Outgoing:
    act, named, target = await _read(turn, text)
    if act == "doi":
        await _free_name(turn, target, named[0])
        former = named[0].name
        await rename(turn, named[0], target)
        return vi.renamed(former, named[0])
    if act == "tach":
        former = named[0].name
        first, second = await _two(turn, named[0], target)
        new = await add_office(turn.work.session, second)
        return vi.split(former, named[0], new, await split(turn, named[0], first, new, both=both))
    heir = await find_office(turn.work.session, target)
    if heir is None:
        heir = await add_office(turn.work.session, target)
        heir.valid_from = today(turn.work.now)
    merging = [office for office in named if office.id != heir.id]
    found = await merge(turn, merging, heir)
    notes, heads = vi.notes(found.spared, found.done, found.again, found.longer), await heads_of(turn.work, heir)
    return vi.merged([office.name for office in merging], heir, len(found.follow), notes, heads)


async def _read(turn: Turn, text: str) -> tuple[str, list[Office], str]:
    """What is to be done («gop», «tach», «doi»), with which offices of the directory, and into what. Raises Refused."""
    said = _ACT.match(text)
    if said is None:
        raise Refused(vi.how())
    act, rest, named, into = fold(said["act"]).split()[0], said["rest"], list[Office](), None
    known, ways = await ways_said(turn.work.session)
    for each in ways.said_in(rest):
        if not each.opens or into is not None:
            break
        if len(each.by) > 1:
            raise Refused(vi_people.which_office([known[number].name for number in sorted(each.by)]))
        named.append(known[next(iter(each.by))])
        into = _INTO.match(each.rest)
    if into is None:
        raise Refused(vi_people.unknown_office(rest, [office.name for office in known.values()]))
    act = act if act in {"tach", "doi"} else "gop"
    target = into["name"].strip(" .")
    if fold(into["how"]) == "vao" and (there := await office_called(turn, target)):
        target = there.name  # «thành» may name a new one that begins like another
    heir = await find_office(turn.work.session, target)
    if (
        not named
        or (act != "gop" and len(named) > 1)
        or (act == "gop" and {each.id for each in named} == {heir and heir.id})
    ):
        raise Refused(vi.how())
    await require_collectors(turn, [*named, *([heir] if heir is not None else [])])
    return act, named, target


async def _free_name(turn: Turn, name: str, but: Office | None = None) -> None:
    """Raises Refused where it means another office than `but`, or is none."""
    found = await find_office(turn.work.session, name)
    if found is not None and (found is not but or fold(found.name) == fold(name)):
        raise Refused(vi.taken(name, found))
    if not 3 <= len(name) <= LONGEST:
        raise Refused(vi.how())


async def _two(turn: Turn, office: Office, target: str) -> tuple[str, str]:
    """The names of both; the first may be its own."""
    names = [each.strip(" .") for each in _TWO.split(target)]
    if len(names) != 2:
        raise Refused(vi.how())
    first, second = sorted(names, key=lambda name: fold(name) != office.key)
    await _free_name(turn, second)
    if fold(first) == office.key:
        return office.name, second
    await _free_name(turn, first, office)
    return first, second
