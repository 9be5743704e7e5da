"""«Nhắc tôi 8h mai»: a reminder of one's own, beside the plan's and never the same twice."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import own as vi
from db.own import waiting_of
from handlers import Aside, Turn, command, expected, intent
from handlers.deeds.own import keep, what_ends

_ME = r"(?:nho |lam on )?nhac (?:lai )?(?:cho )?"
_WHEN = r"(?:(?:sang|chieu|trua) )?(?:mai|mot|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|\d{1,2}h\d*(?: (?:mai|mot))?)"
_SAID = (
    rf"^{_ME}(?:(?:toi|em|minh|chung toi)\b|(?:anh|chi|dong chi) (?=luc |vao |sau |\d|sang|chieu|mai|mot|thu ))"
    rf"|^{_WHEN} {_ME}(?:toi|em|minh|anh|chi)(?: (?:nhe|nha|voi|a|giup))*$"
)


@command("nhactoi", says=_SAID)
async def remind_me(turn: Turn) -> Outgoing:
    """Đặt lời nhắc riêng, ví dụ: nhắc tôi 8h mai"""
    words = " ".join(turn.args) if turn.text.startswith("/") else turn.text
    if turn.text.startswith("/") and not words:
        turn.expect("own")
        return vi.ask_when()
    return await keep(turn, words)


@expected("own")
async def moment(turn: Turn) -> Outgoing:
    """The time, or that none is wanted."""
    if fold(turn.text) in {"thoi", "khong"}:
        raise Aside
    if intent(turn.text) not in {None, "nhactoi"}:
        raise Aside
    return await keep(turn, turn.text)


@command(
    "thoinhac", listed=False, says=r"^(thoi|huy|bo) (lai )?(loi )?nhac\b|^(cac )?loi nhac (cua )?(toi|em|minh|rieng)\b"
)
async def drop(turn: Turn) -> Outgoing:
    """Bỏ lời nhắc riêng"""
    assert turn.person is not None
    found = await waiting_of(turn.work.session, turn.person.id)
    named = next((each for each in found if each.id == turn.number(0)), None)
    if named is None:
        return vi.which_to_drop(found) if found else await what_ends(turn)
    named.done_at = turn.work.now
    turn.work.log("own_reminder_dropped", turn.contact, subject=f"own:{named.id}")
    return vi.dropped(named)
