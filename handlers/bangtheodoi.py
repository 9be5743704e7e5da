"""«Bảng theo dõi quý 2»: on-time share, median delay and returns of each office."""

from __future__ import annotations

import re
from datetime import time

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import scoreboard as vi
from db.outcomes import outcomes_between
from handlers import COORDINATOR, Turn, command
from handlers.deeds.instants import today
from handlers.deeds.scoring import quarter, scores
from scheduler.workdays import at

_QUARTER = re.compile(r"\bquy (?P<number>[1-4]|iv|i{1,3})(?: (?:nam )?(?P<year>20\d\d))?\b")
_ROMAN = {name.casefold(): place for place, name in enumerate(vi.ROMAN, 1)}


@command(
    "bangtheodoi", "theodoi", who=COORDINATOR, says=r"^(bang )?theo doi( bao cao)?( quy\b.*)?$|^ty le (nop )?dung han\b"
)
async def board(turn: Turn) -> Outgoing:
    """Tỷ lệ đúng hạn, số ngày chậm, số lần trả lại của các đơn vị trong quý"""
    year, number = _quarter(turn)
    first, after = quarter(year, number)
    bounds = at(first, time.min), at(after, time.min)
    found = await outcomes_between(turn.work.session, turn.collecting, *bounds)
    rows = scores(found, turn.work.now, turn.house.calendar)
    return vi.board(year, number, rows, turn.work.now, turn.number(2) or 1)


def _quarter(turn: Turn) -> tuple[int, int]:
    """The one that was said, else that of today."""
    day = today(turn.work.now)
    year, number = turn.number(0) or 0, turn.number(1) or 0
    if 2000 <= year <= 2100 and 1 <= number <= 4:
        return year, number
    if said := _QUARTER.search(fold(turn.text)):
        named = said["number"]
        return int(said["year"] or day.year), _ROMAN.get(named) or int(named)
    return day.year, (day.month + 2) // 3
