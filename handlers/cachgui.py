"""«Báo cáo bằng giấy được không»: by which ways a report may come."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import contact as vi
from handlers import Turn, command
from handlers.deeds.links import carries_files
from handlers.deeds.owed import open_lines

_WAY = (
    r"(giay|ban cung|van ban|e?mail|thu dien tu|fax|zalo|tin nhan|dien thoai|mieng|hinh|anh chup|chup anh|file|tep|word"
    r"|pdf|excel|usb|qlvb|i ?office|buu dien)"
)


_ASKED = rf"\b(gui|nop|bao cao|tra loi|bang|qua|chup)\b.*\b{_WAY}\b.* duoc (khong|chu)\b"
_HOW = r"\b(gui|nop)( bao cao)? bang gi\b|\bkhong biet (cach )?(gui|nop)\b"


@command("cachgui", listed=False, says=f"{_ASKED}|{_HOW}")
async def ways(turn: Turn) -> Outgoing:
    """Các cách gửi báo cáo"""
    owed = [each for each in await open_lines(turn) if each.owes or each.missing_parts]
    return vi.ways(owed, files=carries_files(turn))
