"""«Ghi nhận Y tế giấy 16/5»: the coordinator enters what reached her another way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import filing as vi
from bot.vi import people as vi_people
from db.directives import Assignment, assignments_of, open_directives
from db.people import Office, find_office, offices
from db.reports import Way
from db.standing import line, lines
from handlers import COORDINATOR, Turn, command, expected
from handlers.deeds.days import find_day
from handlers.deeds.filing import record
from handlers.deeds.instants import noon
from handlers.deeds.reach import tell_office

WORDS = {
    Way.PAPER: r"giay|ban cung|van thu",
    Way.QLVB: r"qlvb|ioffice|he thong",
    Way.ZALO: r"zalo|email|thu dien tu",
    Way.PHONE: r"dien thoai|goi|phone",
}


@command("ghinhan", who=COORDINATOR, says=r"^ghi nhan\b")
async def note(turn: Turn) -> Outgoing:
    """Ghi nhận báo cáo đến bằng giấy, QLVB, điện thoại"""
    words = re.sub(r"^/?\s*ghi\s*nh[aậ]n\s*", "", turn.text, flags=re.IGNORECASE)
    if not words:
        turn.expect("record:")
        return vi.ask_office_to_record()
    return await _for_words(turn, words)


@expected("record")
async def answer(turn: Turn) -> Outgoing:
    office_id = turn.number(0)
    office = await turn.work.session.get(Office, office_id) if office_id else None
    if office is None:
        return await _for_words(turn, turn.text)
    return await _record(turn, office, turn.text)


async def _for_words(turn: Turn, words: str) -> Outgoing:
    office = await _office_in(turn, words)
    if office is None:
        known = [each.name for each in await offices(turn.work.session)]
        return vi_people.unknown_office(_without_way(words), known)
    return await _record(turn, office, words)


def _without_way(words: str) -> str:
    """`Phòng Xây dựng giấy 16/5` → `Phòng Xây dựng`."""
    parts = words.split()
    ends = (n for n, part in enumerate(parts) if part[0].isdigit() or _way_in(part) or fold(part) == "ban")
    return " ".join(parts[: next(ends, len(parts))]) or words


def _way_in(words: str) -> Way | None:
    return next((way for way, pattern in WORDS.items() if re.search(rf"\b({pattern})\b", fold(words))), None)


async def _office_in(turn: Turn, words: str) -> Office | None:
    """The office whose name, letters or alias the words begin with; the longest wins."""
    parts = words.split()
    for length in range(len(parts), 0, -1):
        if (found := await find_office(turn.work.session, " ".join(parts[:length]))) is not None:
            return found
    return None


async def _record(turn: Turn, office: Office, words: str) -> Outgoing:
    way = _way_in(words)
    if way is None:
        turn.expect(f"record:{office.id}")
        return vi.ask_way(office.name)
    turn.expect("")
    assignment = await _owed(turn, office)
    if assignment is None:
        return vi.nothing_to_record(office.name)
    today = local(turn.work.now).date()
    on = min(find_day(words, today, past=True) or today, today)
    submission = await record(turn, assignment, way, on, turn.work.now if on == today else noon(on))
    found = await line(turn.work.session, assignment)
    if not assignment.collectors_own:
        await tell_office(turn.work, office.id, vi.told_recorded(found, submission))
    assert turn.person is not None
    return vi.recorded(found, submission, submission.arrived_at, turn.person)


async def _owed(turn: Turn, office: Office) -> Assignment | None:
    """The first task, by nearest deadline, this office has not reported on in the directives of this collector."""
    candidates: list[Assignment] = []
    for directive in await open_directives(turn.work.session, [each.id for each in turn.offices]):
        candidates += [a for a in await assignments_of(turn.work.session, directive.id) if a.office_id == office.id]
    found = [each.assignment for each in await lines(turn.work.session, _dated(candidates)) if not each.reported]
    return found[0] if found else None


def _dated(candidates: Sequence[Assignment]) -> list[Assignment]:
    return sorted(candidates, key=lambda a: (a.due_at is None, a.due_at.timestamp() if a.due_at else 0, a.id))
