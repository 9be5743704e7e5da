"""How reliably offices reported in a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi.common import listing, row, stamp
from bot.vi.paging import more, page_of
from db.outcomes import Score

ROMAN = ("I", "II", "III", "IV")
_RULES = (
    "Tính báo cáo đã nộp hoặc đã quá hạn, theo lần nộp hợp lệ đầu tiên. Đã gia hạn thì tính theo hạn mới; được miễn thì "
    "không tính."
)


def board(year: int, number: int, found: Sequence[Score], now: datetime, page: int) -> Outgoing:
    """The best first; an office with few directives has no rank."""
    before = (year, number - 1) if number > 1 else (year - 1, 4)
    former = (row((f"Quý {ROMAN[before[1] - 1]}/{before[0]}", f"/bangtheodoi {before[0]} {before[1]}")),)
    name = f"quý {ROMAN[number - 1]}/{year}"
    if not found:
        return Outgoing(f"Chưa có báo cáo nào đến hạn trong {name}.", former)
    head = f"Thực hiện chế độ báo cáo {name}, đến {stamp(now)}. {_RULES}"
    text, pages = page_of(f"{head}\n{listing(map(_line, found))}", page)
    return Outgoing(text, (*more(f"/bangtheodoi {year} {number} {{}}", page, pages), *(former if page == 1 else ())))


def _line(found: Score) -> str:
    if not found.enough:
        return f"{found.office}: ít dữ liệu ({found.directives} công văn)"
    facts = [f"đúng hạn {found.on_time}/{found.asked} ({found.share:.0%})"]
    if found.on_time < found.asked:
        facts.append(f"khi chậm, trung vị {_number(found.delay)} ngày làm việc")
    facts += [f"{found.missing} chưa nộp"] if found.missing else []
    facts += [f"trả lại {found.returns} lần"] if found.returns else []
    return f"{found.office}: {', '.join(facts)}"


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
