"""The apps a person is reached by."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import apps as vi
from db.people import contacts_of
from handlers import Turn, command
from handlers.deeds.apps import offer_code, prefer


@command("kenh", says=r"\b(them|doi) (ung dung|kenh)\b|\bdung (ca )?(zalo|telegram) nua\b")
async def apps(turn: Turn) -> Outgoing:
    """Các ứng dụng nhận tin; thêm Zalo hoặc Telegram"""
    if turn.number(0) == 0:
        return await offer_code(turn)
    mine = await contacts_of(turn.work.session, turn.contact.person_id or 0)
    if turn.args[1:] == ["giu"]:
        return vi.kept_open(turn.contact)
    chosen = next((each for each in mine if each.id == turn.number(0)), None)
    return await prefer(turn, chosen) if chosen else vi.apps(mine)
