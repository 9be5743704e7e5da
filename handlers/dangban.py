"""«Đang họp», «đừng nhắn nữa»: when it suits, and what ends the reminders."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import own as vi
from handlers import Turn, command
from handlers.deeds.asides import BUSY
from handlers.deeds.owed import to_report
from handlers.deeds.own import keep, what_ends

_CALLED = "em|anh|chi|co|chu|bac|toi|minh|da|oi|phien|lam on|xin|nho"
_ENOUGH = (
    rf"^(?:(?:{_CALLED}) )*(?:dung|ngung|khoi|khong can|khong phai|bot)(?: co)? (?:nhan|nhac|lam phien|phien)"
    r"(?: (?:tin|lai|cho|toi|em|anh|chi|minh|nua|voi|nhe|nha|di|a))*$"
    rf"|^(?:(?:{_CALLED}) )*(?:nhan|nhac)(?: tin)? (?:hoai|lam the|lam vay|nhieu (?:qua|the|vay)|suot|mai (?:the|vay))"
    rf"|^(?:(?:{_CALLED}|qua) )*(?:phien|nhieu tin) qua\b|^(?:tat|huy) (?:thong bao|tin nhan|nhan tin)|^stop$"
)
_DAY = r"(?:mai|mot|chieu|toi nay|hom nay|tuan sau|thu (?:[2-7]|hai|ba|tu|nam|sau)|\d)"
_PROMISE = rf"(?=.*\b(?:gui|nop)\b).*\b{_DAY}"
_BEFORE = "(?:(?:da|a|oi|em|anh|chi|toi|minh|phong|ben) )*"
_AT_IT = r"(?:van |con )?dang (?:lam|viet|soan|chuan bi|tong hop)|(?:gan|sap|chua) xong"
_NOW = rf"(?:{BUSY}|{_AT_IT}|(?:ban|chut nua|ti nua|lat nua)$)"


@command(
    "dangban",
    listed=False,
    says=rf"^(?!{_PROMISE}){_BEFORE}{_NOW}\b(?!.*\b(?:thay|gia han|giao)\b)",
)
async def busy(turn: Turn) -> Outgoing:
    """Đang họp, đang bận"""
    owed = await to_report(turn)
    return vi.busy(owed[0].assignment if owed else None, turn.work.now, turn.house.calendar)


@command("nhaclai", listed=False)
async def later(turn: Turn) -> Outgoing:
    """Nhắc lại sau"""
    which = turn.number(0)
    return await keep(turn, vi.LATER[which]) if which is not None and which < len(vi.LATER) else vi.ask_when()


@command("dungnhac", listed=False, says=_ENOUGH)
async def enough(turn: Turn) -> Outgoing:
    """Khi nào thì thôi nhắc"""
    return await what_ends(turn)
