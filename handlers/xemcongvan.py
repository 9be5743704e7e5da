"""«Xem công văn», «việc này là gì»: the papers once more, and what they ask of this office."""

from __future__ import annotations

from bot.messages import OutFile, Outgoing
from bot.vi import card
from db.directives import files_of
from handlers import COMMANDS, Turn, command
from handlers.deeds.others import KINDS, paper_said
from handlers.deeds.owed import card_of, open_lines

_PAPER = r"\b(xem|gui|cho|doc|mo)\b.*\bcong van\b(?!.*\broi\b)|^noi dung (la )?(gi|cong van|viec)\b"
_FORM = (
    r"^(cong van|cv) (nay|do)? ?(la )?(gi|ve gi|noi dung gi)\b|\btheo mau nao\b"
    rf"|^({KINDS})( so)? ?\d+( (ubnd|tb|kh|qd).*)?$|^(cho xin |xin |gui )?(bieu )?mau( bao cao)?$"
)
_WHAT = r"^viec (nay|do) (la )?(viec )?(gi|lam gi)\b|^phai lam (gi|viec gi)\b"


@command("xemcongvan", listed=False, says=f"{_PAPER}|{_FORM}|{_WHAT}")
async def show(turn: Turn) -> Outgoing:
    """Xem lại công văn và việc phải làm"""
    if turn.collecting:
        return await COMMANDS["missing" if paper_said(turn.text) else "congvan"].handle(turn)
    lines = await open_lines(turn)
    papers = await files_of(turn.work.session, {each.assignment.task.directive_id for each in lines})
    for file in (each for found in papers.values() for each in found):
        await turn.work.send(turn.incoming.chat, Outgoing("", file=OutFile(file.name, file.sha256)))
    if len(lines) == 1:
        return await card_of(turn, lines[0].assignment)
    return card.my_work(lines, turn.work.now, turn.house.calendar)
