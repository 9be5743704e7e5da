"""What my office still owes, and «Đã nhận công văn»."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi import card as vi
from db.directives import Assignment
from db.post import waiting
from db.standing import Line, Standing
from handlers import COMMANDS, REPORTING, Refused, Turn, command
from handlers.deeds.desk import of_office
from handlers.deeds.links import carries_files, upload_link
from handlers.deeds.others import numbered, office_named, paper_said, task_said
from handlers.deeds.owed import card_of, meant, open_lines, opened
from handlers.deeds.recurring import with_waiting

_WHAT = r"^(con gi|con thieu gi|viec gi|con viec|toi con gi|viec cua toi)\b"
_WHEN = (
    r"^han (chot )?((cua )?(viec|cong van|cv) (so )?\d+ ){0,2}(la |nop )?"
    r"(bao gio|khi nao|ngay nao|ngay may|hom nao|den dau)\b"
    r"|^(bao gio|khi nao|hom nao) (phai )?(nop|gui|het han|den han)\b"
)


_YET = r"\b(thieu gi|(nop|gui)( bao cao)? chua)$"


@command("viec", who=REPORTING, says=f"{_WHAT}|{_WHEN}|{_YET}")
async def my_work(turn: Turn) -> Outgoing:
    """Việc đang chờ của đơn vị, còn thiếu gì"""
    if (named := await office_named(turn, turn.text)) is not None:
        return await of_office(turn, named.office)  # a coordinator asks about another
    if turn.collecting and (task_said(turn.text) or paper_said(turn.text)):
        return await COMMANDS["missing"].handle(turn)
    lines = await open_lines(turn)
    asked = numbered(turn.text, [each.assignment for each in lines])
    waiting = [each for each in lines if each.assignment in asked and (not each.reported or each.missing_parts)]
    if lines and not asked:
        waiting = [each for each in lines if not each.reported or each.missing_parts]
        raise Refused(vi.no_such_work(waiting, turn.work.now, turn.house.calendar))
    answer = vi.my_work(waiting, turn.work.now, turn.house.calendar)
    return await with_waiting(turn.work, turn.house, turn.collecting, answer)


_AFTER = "e|em|anh|chi|roi|nhe|a|cong van|thong bao|ke hoach|quyet dinh|dong chi|duoc"
_YES = "ok|oke|okay|vang|da|u|uh|um|uhm"
_THEN = r"( (?:dang|de|ban|lat|ti|chut|chieu|toi|mai) .{1,30})?"
_HEARD = rf"^(?:({_YES}) )?(da nhan|nhan duoc|nhan roi|da ro|ro roi|{_YES})( ({_AFTER}))*{_THEN}$|^(👍|👌|🆗)"


@command("nhan", listed=False, says=_HEARD)
async def acknowledge(turn: Turn) -> Outgoing:
    """Đã nhận công văn"""
    if turn.number(0) is None:
        asked = await _asked(turn)
        fresh = [each for each in asked if not each.assignment.acknowledged_at and not each.reported]
        cards = {vi.about(each.assignment.id): each for each in fresh}
        unheard = await waiting(turn.work.session, turn.contact.address, cards)
        fresh = [each for card, each in cards.items() if card not in unheard]
        if not fresh:
            raise Refused(await _nothing_new(turn, asked))
        found = fresh
    else:
        found = [await meant(turn, "nhan")]
    for each in found:
        opened(turn, each.assignment)
    return await _acknowledged(turn, found[0].assignment)


async def _acknowledged(turn: Turn, assignment: Assignment) -> Outgoing:
    """On the card itself the card is edited; to words a line answers."""
    card = await card_of(turn, assignment)
    if turn.incoming.pressed_on is not None:
        return vi.acknowledged(assignment, card)
    link = None if carries_files(turn) else await upload_link(turn, await _meant_by_link(turn, assignment))
    return vi.acknowledged_in_words(assignment, card, turn.work.now, turn.house.calendar, link)


async def _meant_by_link(turn: Turn, assignment: Assignment) -> Assignment | None:
    """Of several tasks it is asked which, when the file has come."""
    owed = [each for each in await open_lines(turn) if each.owes or each.missing_parts]
    return assignment if len(owed) == 1 else None


async def _asked(turn: Turn) -> list[Line]:
    """A coordinator's «ok» is not for what she has sent herself."""
    return [each for each in await open_lines(turn) if not each.assignment.collectors_own]


async def _nothing_new(turn: Turn, lines: Sequence[Line]) -> Outgoing:
    done = [each for each in lines if each.standing(turn.work.now) == Standing.ACKNOWLEDGED]
    if done:
        return await _acknowledged(turn, done[0].assignment)
    return vi.my_work([each for each in lines if not each.reported], turn.work.now, turn.house.calendar)
