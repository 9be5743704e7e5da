"""«Nộp rồi»: what has come of it, or by which way it was sent."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import card
from bot.vi import filing as vi
from handlers import Turn, command
from handlers.deeds.owed import open_lines
from handlers.deeds.recording import propose_record

_WHO = r"(?:(?:da|em|anh|chi|toi|minh|ben|phong|don vi|co quan|cung) )*"
_WHEN = r"(?: (?:hom (?:qua|nay|kia)|sang nay|chieu qua|tuan truoc|ngay \d{1,2} \d{1,2}(?: \d{4})?|xong|di))*"
_DONE = (
    rf"^{_WHO}(?:nop|gui)(?: bao cao| bai)?{_WHEN} roi\b|^(?:{_WHO})?da (?:nop|gui)(?: bao cao)?{_WHEN}(?: (?:a|nhe))?$"
)

_SOMEHOW = (
    r"^(?!(?:nhung )?(?:ai|don vi nao|co quan nao|phong nao)\b)"
    r"(?!.*\b(chua|nham|gui lon|gui sai|gia han|qlvb|i ?office|truc lien thong|he thong|tong hop)\b)"
    r".*\b(nop|gui|chuyen)\b.*\broi(?: (a|nhe|em|anh|chi|day))*$"
)
"""«Phòng Y tế gửi giấy rồi», «em gửi bản cứng lên rồi ạ»."""


@command("danop", listed=False, says=f"{_DONE}|{_SOMEHOW}")
async def handed_in(turn: Turn) -> Outgoing:
    """Báo đã nộp"""
    if (proposed := await propose_record(turn)) is not None:
        return proposed
    lines = await open_lines(turn)
    owed = [each for each in lines if not each.reported and not each.claimed]
    if owed:
        return vi.not_here_yet(owed)
    return card.my_work([each for each in lines if each.missing_parts], turn.work.now, turn.house.calendar)
