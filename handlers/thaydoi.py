"""What was proposed for many offices at once: made, narrowed, dropped, undone."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import changing as vi
from bot.vi.closing import just_closed
from db.audit import done_since
from db.changes import Change, Kind, last_change
from db.directives import Directive, last_closed_of
from handlers import COORDINATOR, Aside, Refused, Turn, command, expected, intent
from handlers.deeds.asides import aside
from handlers.deeds.changing import drop, find, narrow, preview, told_more
from handlers.deeds.closing import reopen
from handlers.deeds.making import make, undo
from handlers.deeds.requests import excuses, opens_with_more

_NAMED = {
    "gia han": [Kind.EXTEND],
    "mien": [Kind.EXEMPT],
    "dinh chinh": [Kind.CORRECT],
    "huy": [Kind.TASK, Kind.DIRECTIVE],
}


@command("thaydoi", who=COORDINATOR, listed=False)
async def decide(turn: Turn) -> Outgoing:
    """Gia hạn, miễn, huỷ: chọn, làm hoặc thôi"""
    change = await find(turn, turn.number(0))
    what = turn.args[1] if len(turn.args) > 1 else ""
    if what == "thoi":
        return await drop(turn, change)
    if what == "lam":
        return await make(turn, change)
    if what in {"chon", "het"}:
        return await narrow(turn, change, turn.number(2) if what == "chon" else None)
    return await preview(turn, change)


@expected("change", who=COORDINATOR)
async def more(turn: Turn) -> Outgoing:
    """The new day, or the reason."""
    if fold(turn.text) in {"thoi", "khong"} or aside(turn.text) == "huy":
        return await drop(turn, await find(turn, turn.number(0)))
    if intent(turn.text) is not None and not opens_with_more(turn.text) and not excuses(turn.text):
        raise Aside
    return await told_more(turn)


@command("hoantac", who=COORDINATOR, says=r"^(thoi,? |khoan,? )?hoan tac\b")
async def back(turn: Turn) -> Outgoing:
    """Hoàn tác việc gia hạn, miễn, huỷ, đính chính, kết thúc công văn trong 10 phút"""
    assert turn.person is not None
    if turn.number(0) is not None:
        change = await find(turn, turn.number(0))
        if change.undone_at is None or turn.incoming.pressed_on is not None:
            return await undo(turn, change)
    kinds = _kinds(turn.text)
    last = await last_change(turn.work.session, turn.person.id, kinds)
    closed = await last_closed_of(turn.work.session, turn.collecting)
    if closed is not None and set(kinds) == set(Kind) and _came_last(turn, closed, last):
        return await reopen(turn, closed)
    if last is None or last.made_at is None:
        raise Refused(vi.nothing_to_undo())
    if set(kinds) == set(Kind) and await done_since(turn.work.session, turn.person.id, last.made_at):
        return vi.which_to_undo(last)
    return await undo(turn, await find(turn, last.id))


def _came_last(turn: Turn, closed: Directive, last: Change | None) -> bool:
    """A directive was closed, after all that was changed, and may still be undone."""
    if closed.cancelled_at is not None or not just_closed(closed, turn.work.now):
        return False
    return last is None or (last.made_at or last.proposed_at) < (closed.closed_at or turn.work.now)


def _kinds(text: str) -> list[Kind]:
    """Those it names; all where it names none."""
    folded = fold(text)
    return [kind for name, kinds in _NAMED.items() if name in folded for kind in kinds] or list(Kind)
