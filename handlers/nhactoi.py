"""«Nhắc tôi 8h mai»: a reminder of one's own, beside the plan's and never the same twice."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.messages import Outgoing
from bot.text import fold, one_line
from bot.vi import own as vi
from db.own import OwnReminder, waiting_of
from handlers import Aside, Turn, command, expected, intent
from handlers.deeds.moments import read_moment, says_more
from handlers.deeds.own import planned_near

MOST, FARTHEST = 5, 60
"""Of one person, and days ahead."""
_ME = r"(?:nho |lam on )?nhac (?:lai )?(?:cho )?"
_SAID = rf"^{_ME}(?:(?:toi|em|minh|chung toi)\b|(?:anh|chi|dong chi) (?=luc |vao |sau |\d|sang|chieu|mai|mot|thu ))"
_HEAD = re.compile(
    r"^\s*(?:nhờ|làm ơn)?\s*nh[aắ]c\s*(?:lại|lai)?\s*(?:cho)?\s*"
    r"(?:chúng\s+)?(?:tôi|toi|em|mình|minh|anh|chị|chi|đồng chí)?\b",
    re.IGNORECASE,
)


@command("nhactoi", says=_SAID)
async def remind_me(turn: Turn) -> Outgoing:
    """Đặt lời nhắc riêng, ví dụ: nhắc tôi 8h mai"""
    words = " ".join(turn.args) if turn.text.startswith("/") else turn.text
    if turn.text.startswith("/") and not words:
        turn.expect("own")
        return vi.ask_when()
    return await _keep(turn, words)


@expected("own")
async def moment(turn: Turn) -> Outgoing:
    """The time, or that none is wanted."""
    if fold(turn.text) in {"thoi", "khong"}:
        raise Aside
    if intent(turn.text) not in {None, "nhactoi"}:
        raise Aside
    return await _keep(turn, turn.text)


@command(
    "thoinhac", listed=False, says=r"^(thoi|huy|bo) (lai )?(loi )?nhac\b|^(cac )?loi nhac (cua )?(toi|em|minh|rieng)\b"
)
async def drop(turn: Turn) -> Outgoing:
    """Bỏ lời nhắc riêng"""
    assert turn.person is not None
    found = await waiting_of(turn.work.session, turn.person.id)
    named = next((each for each in found if each.id == turn.number(0)), None)
    if named is None:
        return vi.which_to_drop(found)
    named.done_at = turn.work.now
    turn.work.log("own_reminder_dropped", turn.contact, subject=f"own:{named.id}")
    return vi.dropped(named)


async def _keep(turn: Turn, words: str) -> Outgoing:
    assert turn.person is not None
    now, house = turn.work.now, turn.house
    bare = _HEAD.sub("", words, count=1)
    wanted = read_moment(bare, now)
    if wanted is None:
        turn.expect("own")
        return vi.gone_by_or_unclear() if bare.strip() else vi.ask_when()
    turn.expect("")
    if wanted > now + timedelta(days=FARTHEST):
        return vi.too_far(FARTHEST)
    due, noted = house.hours.next_open(wanted, house.calendar), says_more(bare)
    waiting = await waiting_of(turn.work.session, turn.person.id)
    if same := next((each for each in waiting if each.due_at == due and not each.noted and not noted), None):
        return vi.known_already(same)
    if len(waiting) >= MOST:
        return vi.too_many(waiting)
    if not noted and (near := await planned_near(turn, due)) is not None:
        return vi.planned(near)
    found = OwnReminder(person_id=turn.person.id, due_at=due, words=one_line(words, 300), noted=noted, asked_at=now)
    turn.work.session.add(found)
    await turn.work.session.flush()
    turn.work.log("own_reminder_asked", turn.contact, subject=f"own:{found.id}")
    return vi.kept(found, wanted)
